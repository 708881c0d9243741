import importlib
import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from citynet.portal import admin as front
from citynet.portal.roles import ROLES, grant
from tests.networks.make import make_city, make_network
from tests.portal.make import make_client

pytestmark = pytest.mark.django_db


def permissions_of(role):
    granted = Group.objects.get(name=role).permissions
    return {f"{app}.{code}" for app, code in granted.values_list("content_type__app_label", "codename")}


def codes(*apps_):
    known = Permission.objects.filter(content_type__app_label__in=apps_)
    known = known.exclude(content_type__model__startswith="historical")
    return {f"{app}.{code}" for app, code in known.values_list("content_type__app_label", "codename")}


def kept():
    """Give all codes of what staff keep; of content, of these kinds."""
    kinds = ("image", "file", "page", "news", "rating")
    content = {code for code in codes("content") if code.rsplit("_", 1)[1] in kinds}
    return codes("networks", "events") | content


def test_migrating_makes_the_four_groups():
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


def test_the_secretariat_may_do_everything_with_records_and_nothing_with_users():
    assert permissions_of("secretariat") == kept()


def test_an_administrator_may_manage_users_and_groups_besides():
    users = {code for code in codes("auth") if code.endswith(("_user", "_group"))}
    assert permissions_of("administrator") == kept() | users


def test_a_viewer_may_look_at_everything_and_do_nothing():
    looks = {code for code in kept() if ".view_" in code}
    assert permissions_of("viewer") == looks | {"networks.edit_every_network"}


def test_an_editor_deletes_no_record_and_changes_nothing_that_all_share():
    granted = permissions_of("editor")
    assert "networks.edit_every_network" not in granted
    assert not any(code.split(".")[1].endswith("networkeditor") for code in granted)
    parts = ("bodyparent", "documentparty", "eventhost", "eventlanguage", "track", "speaker")
    assert {code for code in granted if ".delete_" in code} == {
        f"{'networks' if part in parts[:2] else 'events'}.delete_{part}" for part in parts
    }
    shared = ("city", "cityname", "organisation", "person", "source", "topic", "twinning")
    assert {code for code in granted if code.rsplit("_", 1)[1] in shared} == {
        *(f"networks.view_{name}" for name in shared),
        *(f"networks.add_{name}" for name in ("organisation", "person", "source")),
    }
    assert {code for code in granted if code.endswith("_network")} == {
        f"networks.{action}_network" for action in ("change", "view", "export")
    }


def test_granting_twice_changes_nothing_and_takes_nothing_away():
    extra = Permission.objects.get(codename="view_logentry")
    Group.objects.get(name="viewer").permissions.add(extra)
    before = {role: permissions_of(role) for role in ROLES}
    grant(apps, None)
    assert {role: permissions_of(role) for role in ROLES} == before
    assert "admin.view_logentry" in before["viewer"]


def test_the_permissions_have_the_names_that_django_gives_them():
    migration = importlib.import_module("citynet.portal.migrations.0001_groups")
    assert migration.grant is grant
    names = dict(Permission.objects.filter(codename__endswith="_city").values_list("codename", "name"))
    assert names == {
        f"{action}_city": f"Can {action} city" for action in "add change delete view export".split()
    }


def sections_on(response):
    return {
        section["app_label"]: [model["object_name"] for model in section["models"]]
        for section in response.context["app_list"]
    }


def test_the_front_page_has_a_section_for_each_task():
    response = make_client("administrator").get(reverse("admin:index"))
    labels = {app: [label.split(".")[1] for label in models] for app, (_n, models) in front.SECTIONS.items()}
    found = {app: [name.lower() for name in models] for app, models in sections_on(response).items()}
    labels["evidence"].append("evidencetodo")  # a page of lists, not a table
    assert found == labels
    text = response.content.decode()
    assert "Who belongs to which network, since when and until when." in text
    assert "<title>What would you like to work on? | citynet</title>" in " ".join(text.split())


def test_an_editor_finds_no_section_that_is_not_theirs():
    response = make_client("editor", make_network()).get(reverse("admin:index"))
    assert list(sections_on(response)) == [
        "places",
        "networks",
        "governance",
        "work",
        "evidence",
        "events",
        "library",
        "visitors",
    ]


@pytest.mark.parametrize("role", ROLES)
def test_no_page_needs_an_inline_script_or_style(role):
    network = make_network()
    city = make_city()
    client = make_client(role, network)
    for page in (
        "/admin/",
        "/admin/networks/",
        "/admin/networks/city/",
        f"/admin/networks/city/{city.pk}/change/",
        f"/admin/networks/city/{city.pk}/history/",
        f"/admin/networks/network/{network.pk}/change/",
        "/admin/password_change/",
    ):
        response = client.get(page)
        assert response.status_code == 200
        assert "unsafe-inline" not in response["Content-Security-Policy"]
        text = response.content.decode()
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)[^>]*>", text) in (
            [],
            # Data, which is never run.
            re.findall(r'<script id="django-admin[^>]*type="application/json"[^>]*>', text),
        )
