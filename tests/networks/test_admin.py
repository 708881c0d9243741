"""Every change list, form and history of the admin, as each of the roles meets it."""

import random
import uuid

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from citynet.core.admin import RecordAdmin, ScopedModelAdmin
from citynet.portal.roles import ROLES
from networks.models import City, Membership, Network, NetworkEditor, Participation
from tests.forms import fields_of
from tests.networks.make import make_city, make_network, make_organisation, make_project
from tests.networks.test_exports import make_world
from tests.portal.make import make_client, make_user

pytestmark = pytest.mark.django_db

MODELS = sorted(
    (
        model
        for model, keeper in admin.site._registry.items()
        if isinstance(keeper, ScopedModelAdmin) and model._meta.app_label in ("networks", "events")
    ),
    key=lambda model: model._meta.label,
)
RECORDS = [model for model in MODELS if isinstance(admin.site._registry[model], RecordAdmin)]
SHARED = {"city", "organisation", "person", "source", "topic", "twinning"}
ADDED_BY_EDITORS = {"organisation", "person", "source"}


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def name_of(model):
    return model._meta.model_name


def expected(role, model, page):
    """Give the status that a page has for a role; an editor's network is that of the world."""
    name = name_of(model)
    if name == "networkeditor" and role == "editor":
        return 403
    if page == "add":
        allowed = role in ("secretariat", "administrator") or (
            role == "editor"
            and (name in ADDED_BY_EDITORS if name in SHARED else name not in ("network", "networkeditor"))
        )
        return 200 if allowed else 403
    return 200


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_every_page_opens_for_whom_it_should(model):
    make_world()
    network = Network.objects.get(acronym="NN")
    NetworkEditor.objects.create(user=make_user("editor"), network=network)
    keeper = admin.site._registry[model]
    rows = model.objects.filter(keeper.of_networks([network.pk])) if keeper.network_paths else model.objects
    row = rows.order_by("pk").first()
    pages = {"changelist": [], "add": [], "change": [row.pk]}
    if model in RECORDS:
        pages |= {"history": [row.pk], "simple_history": [row.pk, row.history.first().pk]}
    for role in ROLES:
        client = make_client(role, network)
        found = {page: client.get(address(model, page, *keys)).status_code for page, keys in pages.items()}
        assert found == {page: expected(role, model, page) for page in pages}


def page_of(client, model, **query):
    with CaptureQueriesContext(connection) as statements:
        response = client.get(address(model, "changelist"), query)
    assert response.status_code == 200
    return len(response.context["cl"].result_list), len(statements)


@pytest.mark.parametrize("model", RECORDS, ids=name_of)
def test_a_list_takes_at_most_twelve_statements_whatever_its_rows(model):
    make_world()
    network = Network.objects.get(acronym="NN")
    clients = {role: make_client(role, network) for role in ("secretariat", "editor")}
    few = {role: page_of(client, model) for role, client in clients.items()}
    for number in range(2):
        copy_rows(model, number)
    many = {role: page_of(client, model) for role, client in clients.items()}
    for role in clients:
        assert many[role][0] > few[role][0] or (role, model) == ("editor", Network)
        assert many[role][1] == few[role][1] <= 12


def copy_rows(model, number):
    """Double the rows of a model, with links of their own to cities, so that nothing is found in a cache."""
    for row in model.objects.all():
        networks = list(row.networks.all()) if hasattr(row, "networks") else []
        row.pk = None
        row._state.adding = True
        for field in model._meta.concrete_fields:
            if field.name == "slug":
                row.slug = f"{row.slug}-{number}"
            elif field.name == "name":
                row.name = f"{row.name} {number}"
            elif field.name == "geonames_id" and row.geonames_id:
                row.geonames_id += 1000 * (number + 1)
            elif field.name == "uid":
                row.uid = uuid.uuid4()
            elif field.name == "year":
                row.year = (row.year or 2019) + 10 * (number + 1)
            elif field.related_model is City and getattr(row, field.name):
                setattr(row, field.name, make_city())
        if isinstance(row, Membership) and row.organisation:
            row.organisation = make_organisation()
        if isinstance(row, Participation):
            row.part, row.end = Participation.Part.PARTNER, ""
        row.save()
        if networks:
            row.networks.set(networks)


ODD = [
    *(
        "",
        "0",
        "-1",
        "abc",
        "1e400",
        "NaN",
        "10" * 40,
        "2026-02-30",
        "9999-99-99",
        "'",
        '"',
        "%",
        "%25",
        "__",
    ),
    *("=1", "a" * 900, "{{7*7}}", "<script>", "ł", "\ud7ff", "🏙", "1,2,3", ".", "-", "..", "None", "[]"),
]
NAMES = [
    *("q", "p", "o", "e", "all", "_facets", "_popup", "_to_field", "network", "country", "today", "decade"),
    *("time", "state__exact", "kind__exact", "category__exact", "post__exact", "id__exact", "id__in", "pk"),
    *("network__id__exact", "start", "start_earliest__gte", "updated_at__year", "name__regex", "nonsense"),
    *("starts_at__year", "starts_at__month", "seen_on__year", "seen_on__day", "is_free__exact", "source"),
]


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_no_query_string_breaks_a_list_an_export_or_a_form(model):
    client = make_client("secretariat")
    if model not in RECORDS:
        client = make_client("administrator")
    client.raise_request_exception = False
    chance = random.Random(f"admin {model.__name__}")
    for _ in range(15):
        query = {chance.choice(NAMES): chance.choice(ODD) for _ in range(chance.randrange(1, 4))}
        for page in ("changelist", "export", "add"):
            status = client.get(address(model, page), query).status_code
            assert (status, query) in [(code, query) for code in (200, 302, 400, 403)]


def test_two_rows_of_one_page_that_cannot_both_be_kept_are_refused():
    project = make_project()
    page = make_client("secretariat").get(reverse("admin:networks_project_change", args=[project.pk]))
    rows = {
        f"participations-{number}-{name}": value
        for number, city in enumerate((make_city(), make_city()))
        for name, value in {
            "city": city.pk,
            "part": "lead",
            "start": "",
            "end": "",
            "state": "published",
        }.items()
    }
    data = fields_of(page, "project_form") | rows | {"participations-TOTAL_FORMS": "2"}
    answer = make_client("secretariat").post(
        reverse("admin:networks_project_change", args=[project.pk]), data
    )
    assert answer.status_code == 200
    assert "Two of these rows say the same of the same time" in answer.content.decode()
    data |= {"participations-0-end": "2014", "participations-1-start": "2015"}
    answer = make_client("secretariat").post(
        reverse("admin:networks_project_change", args=[project.pk]), data
    )
    assert (answer.status_code, project.participations.count()) == (302, 2)


def test_overlapping_memberships_of_one_page_are_refused():
    city, network = make_city(), make_network()
    address = reverse("admin:networks_city_change", args=[city.pk])
    page = make_client("secretariat").get(address)
    rows = {
        f"memberships-{number}-{name}": value
        for number, start in enumerate(("1991", "1999"))
        for name, value in {
            "network": network.pk,
            "category": "full",
            "start": start,
            "end": "",
            "state": "published",
        }.items()
    }
    data = fields_of(page, "city_form") | rows | {"memberships-TOTAL_FORMS": "2"}
    assert make_client("secretariat").post(address, data).status_code == 200
    assert city.memberships.count() == 0
    data["memberships-0-end"] = "1999"
    assert make_client("secretariat").post(address, data).status_code == 302
    assert sorted(city.memberships.values_list("start", "end")) == [("1991", "1999"), ("1999", "")]
