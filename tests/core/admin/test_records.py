"""What the bases of every admin promise: actions, searches, exports, warnings."""

from datetime import datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from citynet.core.admin import records
from citynet.core.models import State
from networks.models import City, Membership, Role, Source
from tests.forms import fields_of
from tests.networks.make import (
    make_body,
    make_city,
    make_membership,
    make_organisation,
    make_role,
    make_topic,
)
from tests.portal.make import make_client, make_user, sign_in

from .pages import address, rows_in

pytestmark = pytest.mark.django_db


# Actions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "state"),
    [("publish", State.PUBLISHED), ("set_to_draft", State.DRAFT), ("archive", State.ARCHIVED)],
)
def test_the_state_is_set_by_saving_each_row(action, state):
    user = make_user("secretariat")
    cities = [make_city(state=State.REVIEW), make_city(state=state), make_city(state=State.REVIEW)]
    data = {"action": action, "_selected_action": [city.pk for city in cities[:2]]}
    assert sign_in(user).post(address(City(), "changelist"), data).status_code == 302
    assert list(City.objects.order_by("pk").values_list("state", flat=True)) == [state, state, State.REVIEW]
    version = cities[0].history.first()
    assert (cities[0].history.count(), cities[1].history.count()) == (2, 1)
    assert version.history_user == user
    assert version.history_change_reason == f"Set to “{state.label}” from the list"


def test_what_goes_too_is_named_but_for_the_rows_that_tie_records():
    body = make_body(name="Board")
    body.topics.set([make_topic()])
    response = make_client("administrator").get(address(body, "delete"))
    assert response.context["deleted_objects"] == [f'Group: <a href="{address(body)}">Board</a>']
    assert dict(response.context["model_count"]) == {"groups": 1}


def test_an_action_on_more_rows_than_a_request_can_save_is_refused(monkeypatch):
    monkeypatch.setattr(records, "CHANGED_AT_ONCE", 2)
    cities = [make_city() for _ in range(3)]
    client = make_client("secretariat")
    data = {"action": "archive", "_selected_action": [cities[0].pk], "select_across": "1"}
    response = client.post(address(City(), "changelist"), data, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "These are more than 2 records. Narrow the list down first."
    ]
    assert City.objects.filter(state=State.PUBLISHED).count() == 3
    text = b"".join(client.post(address(City(), "changelist"), {**data, "action": "export_selected"}))
    assert len(text.splitlines()) == 4


# Lists and exports -----------------------------------------------------------------------------------------


def names_in(response):
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"), newline="")))
    return [row["name"] for row in rows]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=zurich",
        "?country=IT",
        "?country=IT&o=-1",
        "?o=3.-1",
        "?state__exact=draft",
        "?q=o&o=-3.1&p=2",
        "?all=1",
    ],
)
def test_the_export_is_what_is_on_screen_in_its_order(query, monkeypatch):
    for name, country, population, state in [
        ("Zürich", "CH", 400, "published"),
        ("Bologna", "IT", 300, "published"),
        ("Milano", "IT", 200, "draft"),
        ("Roma", "IT", None, "published"),
        ("Lyon", "FR", 300, "draft"),
    ]:
        make_city(name=name, country=country, population=population, state=state)
    client = make_client("secretariat")
    page = address(City(), "changelist")
    response = client.get(page + query.replace("&p=2", ""))
    shown = [city.name for city in rows_in(response)]
    assert shown
    link = response.context["export_query"]
    assert f'href="{address(City(), "export")}{link.replace("&", "&amp;")}"' in response.content.decode()
    exported = client.get(address(City(), "export") + query)
    assert exported["Content-Disposition"].startswith('attachment; filename="citynet-city-')
    assert names_in(exported) == shown
    assert names_in(client.get(address(City(), "export") + link)) == shown
    picked = [city.pk for city in rows_in(response)][1:]
    chosen = client.post(page + query, {"action": "export_selected", "_selected_action": picked})
    if picked:
        assert names_in(chosen) == shown[1:]


def test_the_export_has_every_page_of_the_list(monkeypatch):
    for number in range(5):
        make_city(name=f"City {number}")
    monkeypatch.setattr(admin.site._registry[City], "list_per_page", 2)
    client = make_client("secretariat")
    response = client.get(address(City(), "changelist"), {"p": 2, "o": "-1"})
    assert [city.name for city in rows_in(response)] == ["City 2", "City 1"]
    assert response.context["export_query"] == "?o=-1"
    exported = names_in(client.get(address(City(), "export") + response.context["export_query"]))
    assert exported == [f"City {number}" for number in (4, 3, 2, 1, 0)]


def test_an_export_needs_its_own_permission():
    make_city()
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="view_city"))
    page, export = address(City(), "changelist"), address(City(), "export")
    data = {"action": "export_selected", "_selected_action": [City.objects.get().pk]}
    assert "export" not in sign_in(user).get(page).content.decode().replace("exportlink", "export ")
    assert sign_in(user).get(export).status_code == 403
    assert not sign_in(user).post(page, data).streaming
    user.user_permissions.add(Permission.objects.get(codename="export_city"))
    assert sign_in(user).get(export).status_code == 200
    assert sign_in(user).post(page, data).streaming
    user.user_permissions.remove(Permission.objects.get(codename="view_city"))
    assert sign_in(user).get(export).status_code == 403
    assert Client().get(export).status_code == 302


def test_a_bad_value_in_the_address_of_an_export_leads_back_to_the_list():
    response = make_client("secretariat").get(address(City(), "export"), {"id__exact": "x"})
    assert (response.status_code, response.url) == (302, f"{address(City(), 'changelist')}?e=1")


def test_an_export_says_in_the_log_who_took_what(monkeypatch):
    import structlog

    make_city()
    user = make_user("secretariat")
    with structlog.testing.capture_logs() as logs:
        b"".join(sign_in(user).get(address(City(), "export"), {"country": "IT"}))
    (entry,) = [log for log in logs if log["event"] == "export_completed"]
    assert {name: entry[name] for name in ("export", "format", "user", "query", "rows")} == {
        "export": "city",
        "format": "csv",
        "user": user.pk,
        "query": "country=IT",
        "rows": 1,
    }


@pytest.mark.parametrize(
    ("model", "term", "found"),
    [
        (City, "ZURICH", ["Zürich"]),
        (City, "zür", ["Zürich"]),
        (City, "turicum", ["Zürich"]),
        (City, "sao paulo", []),
        (City, "łódź", ["Łódź"]),
        (City, "lodz", ["Łódź"]),
        (City, "%", []),
        (City, "_", []),
        (Membership, "zurich foreign", ["Zürich – Foreign"]),
        (Membership, "zurich mine", []),
        (Membership, "foundation", ["The Foundation – Mine"]),
    ],
)
def test_search_ignores_accents_and_finds_related_names(model, term, found, mine, foreign):
    zurich = make_city(name="Zürich")
    zurich.names.create(name="Turicum")
    make_city(name="Łódź")
    make_membership(city=zurich, network=foreign)
    make_membership(organisation=make_organisation(name="The Foundation"), network=mine)
    response = make_client("secretariat").get(address(model(), "changelist"), {"q": term})
    assert [str(row) for row in rows_in(response)] == found


def test_a_menu_never_lists_all_cities():
    for number in range(3):
        make_city(name=f"Somewhere {number}")
    client = make_client("secretariat")
    for model in ("membership", "role", "participation", "practice", "twinning", "person", "network"):
        assert "Somewhere" not in client.get(reverse(f"admin:networks_{model}_add")).content.decode()


@pytest.mark.parametrize("publish_at", [None, datetime(2100, 1, 1, tzinfo=timezone.get_default_timezone())])
def test_the_public_page_is_linked_once_the_public_may_see_it(publish_at):
    client = make_client("secretariat")
    link = '<a href="/cities/bologna/" class="viewsitelink">'
    city = make_city(slug="bologna", publish_at=publish_at)
    assert (link in client.get(address(city)).content.decode()) == (publish_at is None)
    city.state = State.DRAFT
    city.save()
    assert link not in client.get(address(city)).content.decode()
    assert "viewsitelink" not in client.get(address(make_role())).content.decode()


def test_a_role_outside_the_membership_is_saved_with_a_warning(mine):
    client, city = make_client("editor", mine), make_city(name="Bologna")
    add = reverse("admin:networks_role_add")
    data = fields_of(client.get(add), "role_form", network=mine.pk, city=city.pk, post="chair")
    response = client.post(add, data, follow=True)
    assert Role.objects.count() == 1
    assert "Bologna is not recorded as a member of Mine." in [
        str(message) for message in response.context["messages"]
    ]


def test_a_group_alone_says_in_which_network_a_role_is_held(mine):
    client, body = make_client("editor", mine), make_body(network=mine)
    add = reverse("admin:networks_role_add")
    data = fields_of(client.get(add), "role_form", body=body.pk, city=make_city().pk, post="chair")
    assert client.post(add, data).status_code == 302
    assert Role.objects.get().network == mine


def test_a_partial_date_is_typed_in_words_and_shown_as_understood(mine):
    client, city = make_client("editor", mine), make_city()
    add = reverse("admin:networks_membership_add")
    page = client.get(add)
    assert '<output class="partial-date-meaning" for="id_start">' in page.content.decode()
    data = fields_of(page, "membership_form", network=mine.pk, city=city.pk, start="Sept 2009", end="unknown")
    assert client.post(add, data).status_code == 302
    membership = Membership.objects.get()
    assert (str(membership.start), membership.end.precision) == ("2009-09", "by")
    assert ">September 2009</output>" in client.get(address(membership)).content.decode()


def test_a_source_is_published_unless_it_is_meant_to_wait():
    client = make_client("secretariat")
    add = reverse("admin:networks_source_add")
    data = fields_of(client.get(add), "source_form", publisher="City of Bologna", slug="bologna")
    assert client.post(add, data).status_code == 302
    assert Source.objects.get().state == State.PUBLISHED
