"""Every change list, form and history of the admin, as each of the roles meets it."""

import pytest
from django.contrib import admin
from django.urls import reverse

from citynet.core.admin import RecordAdmin, ScopedModelAdmin
from citynet.portal.roles import ROLES
from networks.models import Network
from tests.networks.test_exports import make_world
from tests.portal.make import make_client

pytestmark = pytest.mark.django_db

MODELS = sorted(
    (model for model, keeper in admin.site._registry.items() if isinstance(keeper, ScopedModelAdmin)),
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


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_every_page_opens_for_whom_it_should(model, role):
    make_world()
    network = Network.objects.get(acronym="NN")
    client = make_client(role, network)
    if name_of(model) == "networkeditor":
        make_client("editor", network)
    keeper = admin.site._registry[model]
    ids = [network.pk] if keeper.network_paths else []
    rows = model.objects.filter(keeper.of_networks(ids)) if ids else model.objects.all()
    row = rows.order_by("pk").first()
    found = {page: client.get(address(model, page)).status_code for page in ("changelist", "add")}
    found["change"] = client.get(address(model, "change", row.pk)).status_code
    wanted = {page: expected(role, model, page) for page in found}
    if model in RECORDS:
        version = row.history.first()
        found["history"] = client.get(address(model, "history", row.pk)).status_code
        found["version"] = client.get(address(model, "simple_history", row.pk, version.pk)).status_code
        wanted |= {"history": 200, "version": 200}
    assert found == wanted
