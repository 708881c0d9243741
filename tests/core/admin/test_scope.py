"""Whose rows an editor reaches: attacks on those of another network (TRAPS 11)."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from citynet.core.admin import scope
from citynet.core.models import State
from events.models import Event
from networks.models import Document, Membership, Practice, Project, Role
from tests.events.make import make_event, make_session, make_track
from tests.forms import fields_of
from tests.networks.make import (
    make_body,
    make_city,
    make_document,
    make_figure,
    make_membership,
    make_network,
    make_practice,
    make_programme,
    make_project,
    make_role,
)
from tests.portal.make import make_client, make_user, sign_in

from .pages import address, form_of, rows_in

pytestmark = pytest.mark.django_db


def make_rows(network):
    """Make a row of every kind that leads to its network by a path of its own."""
    project = make_project(network=network)
    event = make_event(networks=[network])
    practice = make_practice()
    practice.networks.add(network)
    return [
        network,
        make_membership(network=network),
        make_body(network=network),
        make_role(network=network),
        make_figure(network=network),
        make_programme(network=network),
        project,
        make_document(network=network),
        practice,
        event,
        make_session(event=event),
    ]


def test_a_list_shows_the_rows_of_the_editors_networks_only(editor, mine, foreign):
    for own, other in zip(make_rows(mine), make_rows(foreign), strict=True):
        response = editor.get(address(own, "changelist"))
        assert rows_in(response) == [own]
        assert "Foreign" not in response.content.decode()
        assert other.pk != own.pk


def test_an_editor_without_networks_sees_no_row(mine):
    make_membership(network=mine)
    response = make_client("editor").get(reverse("admin:networks_membership_changelist"))
    assert rows_in(response) == []


def test_a_row_of_two_networks_is_listed_once(mine):
    second = make_network()
    event = make_event(networks=[mine, second])
    client = make_client("editor", mine, second)
    assert rows_in(client.get(address(event, "changelist"))) == [event]


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_no_page_of_a_foreign_row_opens(page, editor, foreign):
    for row in make_rows(foreign):
        response = editor.get(address(row, page))
        assert response.status_code in (302, 403)
        assert "Foreign" not in response.content.decode()


def shortcut_to(row):
    kind = ContentType.objects.get_for_model(row)
    return reverse("admin:view_on_site", args=[kind.pk, row.pk])


def test_the_shortcut_to_the_public_page_names_no_foreign_row(editor, mine, foreign):
    own = make_project(network=mine, slug="own-draft", state=State.DRAFT)
    secret = make_project(network=foreign, slug="secret-draft", state=State.DRAFT)
    response = editor.get(shortcut_to(own))
    assert (response.status_code, response["Location"].endswith("/projects/own-draft/")) == (302, True)
    response = editor.get(shortcut_to(secret))
    assert (response.status_code, "Location" in response) == (404, False)
    assert "secret-draft" not in response.content.decode()


@pytest.mark.parametrize("keys", [("abc", "1"), ("9" * 40, "1"), ("1", "abc"), ("1", "9" * 40)])
def test_the_shortcut_to_no_row_is_not_found(keys):
    address = reverse("admin:view_on_site", args=keys)
    assert make_client("administrator").get(address).status_code == 404


def test_a_foreign_row_is_not_changed_by_post(editor, foreign):
    for row in make_rows(foreign):
        data = fields_of(make_client("administrator").get(address(row)), form_of(row), state="archived")
        assert editor.post(address(row), data).status_code in (302, 403)
        row.refresh_from_db()
        assert row.state == State.PUBLISHED


def test_the_version_of_a_foreign_row_does_not_open(editor, foreign):
    for row in make_rows(foreign):
        assert editor.get(address(row, "simple_history", row.history.first().pk)).status_code == 403


def test_a_row_that_went_to_another_network_takes_its_history_along(editor, mine, foreign):
    role = make_role(network=mine)
    version = role.history.first().pk
    role.network = foreign
    role.save()
    assert editor.get(address(role, "history")).status_code == 403
    assert editor.get(address(role, "simple_history", version)).status_code == 403


def test_the_history_of_a_deleted_foreign_row_does_not_open(editor, foreign):
    role = make_role(network=foreign)
    history, version = address(role, "history"), address(role, "simple_history", role.history.first().pk)
    role.delete()
    assert editor.get(history).status_code == 403
    assert editor.get(version).status_code == 403
    assert make_client("secretariat").get(history).status_code == 200


def test_an_old_version_is_never_saved_by_post(mine):
    role = make_role(network=mine, post=Role.Post.CHAIR)
    version = address(role, "simple_history", role.history.first().pk)
    role.post = Role.Post.MEMBER
    role.save()
    for name in ("viewer", "editor", "secretariat", "administrator"):
        client = make_client(name, mine)
        assert client.get(version).status_code == 200
        data = fields_of(make_client("secretariat").get(address(role)), "role_form", post="chair")
        assert client.post(version, data).status_code == 403
    role.refresh_from_db()
    assert role.post == Role.Post.MEMBER


@pytest.mark.parametrize("key", ["abc", "1e400", "1_2F2", "_5F"])
def test_the_history_of_no_row_is_not_found(key):
    client = make_client("secretariat")
    assert client.get(f"/admin/networks/city/{key}/history/").status_code == 404
    assert client.get(f"/admin/networks/city/{key}/history/{key}/").status_code == 404


def test_filters_and_menus_name_no_foreign_network(editor, mine, foreign):
    make_rows(foreign)
    for own in make_rows(mine):
        for page in ("changelist", "add", "change"):
            response = editor.get(address(own, page))
            assert "Foreign" not in response.content.decode()
    make_membership(network=mine)
    response = editor.get(reverse("admin:networks_membership_changelist"), {"network": "foreign"})
    assert (rows_in(response), "Foreign" in response.content.decode()) == ([], False)
    other = make_network(name="Other", slug="other")
    second = make_client("editor", mine, other)
    response = second.get(reverse("admin:networks_membership_changelist"), {"network": "mine"})
    assert len(rows_in(response)) == 2
    assert "?network=other" in response.content.decode()


def find(client, model, field, term="", app="networks"):
    query = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    response = client.get(reverse("admin:autocomplete"), query)
    assert response.status_code == 200
    return [result["text"] for result in response.json()["results"]]


def test_autocompletion_finds_no_foreign_row(editor, mine, foreign):
    make_body(network=mine, name="Food")
    make_body(network=foreign, name="Foodstuff")
    assert find(editor, "membership", "network") == ["Mine"]
    assert find(editor, "role", "body", "food") == ["Food (Mine)"]
    secretariat = make_client("secretariat")
    assert find(secretariat, "membership", "network") == ["Foreign", "Mine"]
    assert find(secretariat, "role", "body", "food") == ["Food (Mine)", "Foodstuff (Foreign)"]


def test_a_label_of_a_foreign_row_is_not_given_for_its_id(editor, mine, foreign):
    secret = make_body(network=foreign, name="Secret")
    response = editor.get(reverse("admin:networks_role_add"), {"network": foreign.pk, "body": secret.pk})
    assert response.status_code == 200
    assert not {"Foreign", "Secret"} & set(response.content.decode().split())
    data = fields_of(response, "role_form", network=foreign.pk, body=secret.pk)
    response = editor.post(reverse("admin:networks_role_add"), data)
    assert set(response.context["adminform"].form.errors) >= {"network", "body"}
    assert "Secret" not in response.content.decode()
    assert "Foreign" not in response.content.decode()


def test_nothing_is_added_to_a_foreign_network(editor, foreign):
    city = make_city()
    add = reverse("admin:networks_membership_add")
    data = fields_of(editor.get(add), "membership_form", network=foreign.pk, city=city.pk)
    response = editor.post(add, data)
    assert list(response.context["adminform"].form.errors) == ["network"]
    assert Membership.objects.count() == 0


@pytest.mark.parametrize("number", [1, 5, 6, 7, 8, 9])
def test_nothing_is_moved_to_a_foreign_network(number, editor, mine, foreign):
    row = make_rows(mine)[number]
    field = "networks" if hasattr(row, "networks") else "network"
    data = fields_of(editor.get(address(row)), form_of(row), **{field: foreign.pk})
    response = editor.post(address(row), data)
    assert field in response.context["adminform"].form.errors
    row.refresh_from_db()
    assert (list(row.networks.all()) if field == "networks" else [row.network]) == [mine]


@pytest.mark.parametrize("model", [Project, Document, Practice])
def test_what_an_editor_adds_must_belong_to_a_network_of_theirs(model, editor):
    city = make_city()
    add = reverse(f"admin:networks_{model._meta.model_name}_add")
    extra = {"city": city.pk} if model is Practice else {"kind": "report"} if model is Document else {}
    form = f"{model._meta.model_name}_form"
    field = "networks" if model is Practice else "network"  # filled in, since the editor has only one
    data = fields_of(editor.get(add), form, name="New", slug="new", **{field: "", **extra})
    response = editor.post(add, data)
    assert set(response.context["adminform"].form.errors) == {field}
    assert model.objects.count() == 0


def test_a_row_cannot_be_attached_to_what_belongs_to_a_foreign_network(editor, mine, foreign):
    own, secret = make_event(networks=[mine]), make_event(networks=[foreign])
    document = make_document(network=foreign)
    data = fields_of(editor.get(address(own)), "event_form", super_event=secret.pk, documents=[document.pk])
    response = editor.post(address(own), data)
    assert set(response.context["adminform"].form.errors) == {"super_event", "documents"}


def test_the_other_network_of_a_joint_event_stays_when_one_of_its_editors_saves(editor, mine, foreign):
    event = make_event(networks=[mine, foreign], start="2019")
    document = make_document(network=foreign)
    event.documents.add(document)
    response = editor.get(address(event))
    assert "Foreign" not in response.content.decode()
    data = fields_of(response, "event_form", venue="Town hall")
    assert editor.post(address(event), data).status_code == 302
    event.refresh_from_db()
    assert event.venue == "Town hall"
    assert set(event.networks.all()) == {mine, foreign}
    assert list(event.documents.all()) == [document]


def test_a_link_that_the_editor_cannot_choose_stays_when_they_save(editor, mine, foreign):
    mine.predecessor = foreign
    mine.save()
    data = fields_of(editor.get(address(mine)), "network_form", acronym="MM")
    assert editor.post(address(mine), data).status_code == 302
    mine.refresh_from_db()
    assert (mine.acronym, mine.predecessor) == ("MM", foreign)


def test_a_joint_event_is_not_deleted_by_who_edits_one_of_its_networks(mine, foreign):
    user = make_user("editor", [mine])
    user.user_permissions.add(*Permission.objects.filter(codename__startswith="delete_"))
    client = sign_in(user)
    joint, own = make_event(networks=[mine, foreign]), make_event(networks=[mine])
    assert client.get(address(joint, "delete")).status_code == 403
    assert client.post(address(joint, "delete"), {"post": "yes"}).status_code == 403
    select = {"action": "delete_selected", "_selected_action": [joint.pk, own.pk], "post": "yes"}
    client.post(address(joint, "changelist"), select)
    assert Event.objects.filter(pk__in=[joint.pk, own.pk]).count() == 2
    client.post(address(own, "changelist"), {**select, "_selected_action": [own.pk]})
    assert list(Event.objects.all()) == [joint]


def test_inlines_show_and_take_own_rows_only(mine, foreign):
    city = make_city()
    own, other = make_membership(city=city, network=mine), make_membership(city=city, network=foreign)
    user = make_user("editor", [mine])
    user.user_permissions.add(Permission.objects.get(codename="change_city"))
    client = sign_in(user)
    response = client.get(address(city))
    assert "Foreign" not in response.content.decode()
    fields = fields_of(response, "city_form")
    assert (fields["memberships-INITIAL_FORMS"], fields["memberships-0-id"]) == (["1"], [str(own.pk)])
    response = client.post(address(city), {**fields, "memberships-0-network": foreign.pk})
    assert "memberships-0-network" in fields
    assert response.context["errors"] == [
        ["Select a valid choice. That choice is not one of the available choices."]
    ]
    client.post(address(city), {**fields, "memberships-0-id": other.pk, "memberships-0-category": "partner"})
    client.post(address(city), {**fields, "memberships-0-id": other.pk, "memberships-0-DELETE": "on"})
    other.refresh_from_db()
    assert (other.network, other.category) == (foreign, "full")
    fields = fields_of(client.get(address(city)), "city_form")
    added = {
        "memberships-TOTAL_FORMS": 2,
        "memberships-1-network": foreign.pk,
        "memberships-1-category": "partner",
        "memberships-1-state": "published",
    }
    assert client.post(address(city), {**fields, **added}).status_code == 200
    assert Membership.objects.count() == 2
    assert (
        client.post(address(city), {**fields, **added, "memberships-1-network": mine.pk}).status_code == 302
    )
    assert Membership.objects.filter(network=mine, category="partner").count() == 1


@pytest.mark.parametrize(
    "action", ["publish", "set_to_draft", "archive", "export_selected", "delete_selected"]
)
def test_no_action_reaches_a_foreign_row(action, mine, foreign):
    user = make_user("editor", [mine])
    user.user_permissions.add(*Permission.objects.filter(codename__startswith="delete_"))
    state = State.DRAFT if action == "publish" else State.PUBLISHED
    other = make_membership(network=foreign, state=state)
    make_membership(network=mine)
    data = {"action": action, "_selected_action": [other.pk], "post": "yes"}
    for across in ("0", "1"):
        response = sign_in(user).post(address(other, "changelist"), {**data, "select_across": across})
        if response.streaming:
            assert "foreign" not in b"".join(response).decode()
    other.refresh_from_db()
    assert other.state == state


def test_an_export_holds_own_rows_only(editor, mine, foreign):
    make_membership(network=mine)
    make_membership(network=foreign)
    for query in ("", "?network=foreign", f"?network__id__exact={foreign.pk}", "?q=foreign"):
        text = b"".join(editor.get(address(Membership(), "export") + query)).decode()
        assert "foreign" not in text
    assert len(b"".join(editor.get(address(Membership(), "export"))).decode().splitlines()) == 2


@pytest.mark.parametrize("query", ["network__name__startswith=F", "city__memberships__network=1"])
def test_rows_are_not_guessed_by_filters_over_relations(query, editor, mine):
    make_membership(network=mine)
    assert editor.get(f"{address(Membership(), 'changelist')}?{query}").status_code == 400
    assert editor.get(f"{address(Membership(), 'export')}?{query}").status_code == 400


def test_a_session_offers_the_tracks_of_its_own_event_only(editor, mine, foreign):
    event = make_event(networks=[mine])
    session, track = make_session(event=event), make_track(event=event, name="Ours")
    secret = make_track(event=make_event(networks=[foreign]), name="Theirs")
    for page in (address(session), address(event), reverse("admin:events_session_add")):
        assert "Theirs" not in editor.get(page).content.decode()
    data = fields_of(editor.get(address(session)), "session_form", track=secret.pk)
    assert list(editor.post(address(session), data).context["adminform"].form.errors) == ["track"]
    assert editor.post(address(session), {**data, "track": track.pk}).status_code == 302
    session.refresh_from_db()
    assert session.track == track


def test_whatever_slips_through_a_form_is_rolled_back(editor, mine, foreign, monkeypatch):
    membership = make_membership(network=mine)
    data = fields_of(editor.get(address(membership)), "membership_form", network=foreign.pk)
    monkeypatch.setattr(scope.ScopedAdmin, "get_field_queryset", lambda *_args: None)
    assert editor.post(address(membership), data).status_code == 403
    membership.refresh_from_db()
    assert membership.network == mine


def test_a_viewer_sees_every_network_and_changes_nothing(mine, foreign):
    client = make_client("viewer")
    for row in (*make_rows(mine), *make_rows(foreign)):
        assert client.get(address(row)).status_code == 200
        assert client.post(address(row), {"state": "archived"}).status_code == 403
        assert client.get(address(row, "delete")).status_code == 403
        assert client.get(address(row, "export")).status_code == 403
        client.post(address(row, "changelist"), {"action": "archive", "_selected_action": [row.pk]})
        row.refresh_from_db()
        assert row.state == State.PUBLISHED
