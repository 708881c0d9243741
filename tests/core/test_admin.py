"""The admin base: attacks by an editor of one network on another's rows, and the promises to everybody."""

import threading
from datetime import datetime

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from citynet.core import admin as base
from citynet.core.models import State
from events.models import Event
from networks.models import City, Document, Membership, Practice, Project, Role, Source
from tests.events.make import make_event, make_session, make_track
from tests.forms import fields_of
from tests.networks.make import (
    make_body,
    make_city,
    make_document,
    make_figure,
    make_membership,
    make_network,
    make_organisation,
    make_practice,
    make_programme,
    make_project,
    make_role,
    make_topic,
)
from tests.portal.make import make_client, make_user, sign_in

pytestmark = pytest.mark.django_db


def address(row, page="change", *args):
    opts = row._meta
    keys = [row.pk] if page in ("change", "delete", "history", "simple_history") else []
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[*keys, *args])


def form_of(row):
    return f"{row._meta.model_name}_form"


@pytest.fixture
def mine():
    return make_network(name="Mine", slug="mine")


@pytest.fixture
def foreign():
    return make_network(name="Foreign", slug="foreign")


@pytest.fixture
def editor(mine):
    return make_client("editor", mine)


def rows_in(response):
    return list(response.context["cl"].result_list)


# Rows of another network (TRAPS 11) ------------------------------------------------------------------------


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
    monkeypatch.setattr(base.ScopedAdmin, "get_field_queryset", lambda *_args: None)
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


# Two people, one record (TRAPS 12) -------------------------------------------------------------------------


def test_a_save_over_a_colleagues_is_refused_and_says_who_and_when_and_what(mine):
    ada = make_user("secretariat", username="ada", first_name="Ada", last_name="Byron")
    bob = sign_in(make_user("secretariat", username="bob"))
    city = make_city(name="Bologna", population=390_000)
    opened = fields_of(bob.get(address(city)), "city_form", office="International relations")
    sign_in(ada).post(address(city), {**opened, "office": "", "population": "394_463".replace("_", "")})
    city.refresh_from_db()
    when = timezone.localtime(city.history.first().history_date)

    response = bob.post(address(city), opened)

    assert response.status_code == 200
    form = response.context["adminform"].form
    assert form.non_field_errors() == [
        f"Ada Byron changed “Bologna” on {when.day} {when:%B} {when.year} at {when:%H:%M:%S}, after you had "
        "opened it: nothing was saved. Changed were: population. What you typed is still here. Compare it "
        "with the record, then save it again."
    ]
    assert fields_of(response, "city_form")["office"] == ["International relations"]
    city.refresh_from_db()
    assert (city.population, city.office) == (394463, "")
    # The same again is refused again; what the page offers after the warning is taken.
    assert bob.post(address(city), opened).status_code == 200
    assert bob.post(address(city), fields_of(response, "city_form")).status_code == 302
    city.refresh_from_db()
    assert (city.population, city.office) == (390000, "International relations")


@pytest.mark.parametrize("stamp", [None, "", "nonsense", "2026-02-30"])
def test_a_form_without_its_stamp_is_refused(stamp):
    client, city = make_client("secretariat"), make_city()
    data = fields_of(client.get(address(city)), "city_form", office="new", loaded_at=stamp)
    assert client.post(address(city), data).status_code == 200
    city.refresh_from_db()
    assert city.office == ""


def test_an_inline_row_that_a_colleague_changed_is_not_overwritten():
    client, membership = make_client("secretariat"), make_membership(start="1990")
    city = membership.city
    data = fields_of(client.get(address(city)), "city_form", **{"memberships-0-category": "partner"})
    membership.start = "1991"
    membership.save()
    response = client.post(address(city), data)
    assert response.status_code == 200
    assert "after you had opened it" in response.content.decode()
    membership.refresh_from_db()
    assert (membership.start, membership.category) == ("1991", "full")


def test_what_is_saved_twice_in_a_row_by_one_person_is_not_refused():
    client, city = make_client("secretariat"), make_city()
    for office in ("first", "second"):
        data = fields_of(client.get(address(city)), "city_form", office=office, _continue="1")
        assert client.post(address(city), data).status_code == 302
    city.refresh_from_db()
    assert city.office == "second"


def test_the_reason_is_kept_with_the_change_and_with_its_inline_rows():
    client, membership = make_client("secretariat"), make_membership()
    changes = {"change_reason": "They left", "memberships-0-end": "2014", "office": "o"}
    data = fields_of(client.get(address(membership.city)), "city_form", **changes)
    assert client.post(address(membership.city), data).status_code == 302
    assert membership.city.history.first().history_change_reason == "They left"
    version = membership.history.first()
    assert (version.history_change_reason, version.history_user.groups.get().name) == (
        "They left",
        "secretariat",
    )
    assert str(version.end) == "2014"


def reasons(row):
    return [version.history_change_reason for version in row.history.all()]


def test_changed_parts_give_the_row_one_version_that_names_them(mine):
    event, city, topic = make_event(networks=[mine]), make_city(), make_topic()
    client, stamp = make_client("editor", mine), event.updated_at
    before = len(reasons(event))
    data = fields_of(client.get(address(event)), "event_form", topics=[topic.pk])
    data |= {"hosts-TOTAL_FORMS": 1, "hosts-0-city": city.pk, "hosts-0-position": 0}
    assert client.post(address(event), data).status_code == 302
    event.refresh_from_db()
    assert (event.hosts.get().city, event.topics.get()) == (city, topic)
    assert reasons(event)[0] == "topics, host cities"
    assert len(reasons(event)) == before + 1
    assert event.updated_at > stamp

    data = fields_of(client.get(address(event)), "event_form", venue="Hall", change_reason="Moved")
    data |= {"hosts-0-DELETE": "on"}
    assert client.post(address(event), data).status_code == 302
    assert (len(reasons(event)), reasons(event)[0]) == (before + 2, "Moved (host cities)")
    assert event.history.first().venue == "Hall"

    data = fields_of(client.get(address(event)), "event_form", venue="Room")
    assert client.post(address(event), data).status_code == 302
    assert (len(reasons(event)), reasons(event)[0]) == (before + 3, None)


def test_a_link_that_the_editor_cannot_choose_is_not_named_as_changed(mine, foreign):
    event, client = make_event(networks=[mine, foreign]), make_client("editor", mine)
    data = fields_of(client.get(address(event)), "event_form", venue="Hall")
    assert client.post(address(event), data).status_code == 302
    assert set(event.networks.all()) == {mine, foreign}
    assert reasons(event)[0] is None


def test_the_names_of_parts_are_cut_to_the_length_of_a_reason():
    city, client = make_city(), make_client("secretariat")
    data = fields_of(client.get(address(city)), "city_form", change_reason="r" * 100)
    data |= {"names-TOTAL_FORMS": 1, "names-0-name": "Bononia"}
    assert client.post(address(city), data).status_code == 302
    assert city.names.get().name == "Bononia"
    assert reasons(city)[0] == "r" * 99 + "…"


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


def test_an_action_on_more_rows_than_a_request_can_save_is_refused(monkeypatch):
    monkeypatch.setattr(base, "CHANGED_AT_ONCE", 2)
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


def test_a_big_list_is_counted_no_further_than_it_is_paged(monkeypatch):
    monkeypatch.setattr(base, "COUNTED", 4)
    for _ in range(6):
        make_city()
    client = make_client("secretariat")
    text = " ".join(client.get(address(City(), "changelist"), {"q": "city"}).content.decode().split())
    assert "more than 4 cities: search or filter to see the others" in text
    assert "more than 4 results" in text
    assert "Select all 4" not in text
    monkeypatch.setattr(base, "COUNTED", 6)
    text = " ".join(client.get(address(City(), "changelist")).content.decode().split())
    assert "6 cities" in text
    assert "more than" not in text


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


# Races -----------------------------------------------------------------------------------------------------


def post_together(user, data):
    """Post two memberships of the same city at once, each having looked for the other before it is saved."""
    statuses, gate = [], threading.Barrier(2)
    original = Membership.overlapping

    class Patience:
        """The answer to "is there one that overlaps?", given when both have asked, or one waits in vain."""

        def __init__(self, rows):
            self.rows = rows

        def exists(self):
            found = self.rows.exists()
            try:
                gate.wait(timeout=3)
            except threading.BrokenBarrierError:
                pass
            return found

    def overlapping(self):
        return Patience(original(self))

    def post(start):
        try:
            client = Client()
            client.force_login(user)
            address = reverse("admin:networks_membership_add")
            statuses.append(client.post(address, {**data, "start": start}).status_code)
        finally:
            connections.close_all()

    # The starts differ, since the database itself refuses the very same dates.
    threads = [threading.Thread(target=post, args=[start]) for start in ("1991", "1992")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Membership, "overlapping", overlapping)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return sorted(statuses)


def ask_without_lock(self):
    return Membership.objects.filter(network=self.network_id, city=self.city_id, category=self.category)


@pytest.mark.usefixtures("committed_groups")
@pytest.mark.parametrize("locked", [True, False])
def test_two_editors_cannot_both_add_the_same_membership(locked, monkeypatch):
    if not locked:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time, locked or not")
        monkeypatch.setattr(Membership, "overlapping", ask_without_lock)
    network, city = make_network(), make_city()
    user = make_user("editor", [network])
    page = sign_in(user).get(reverse("admin:networks_membership_add"))
    data = fields_of(page, "membership_form", network=network.pk, city=city.pk)
    statuses = post_together(user, data)
    if locked:
        assert (statuses, Membership.objects.count()) == ([200, 302], 1)
    else:
        assert (statuses, Membership.objects.count()) == ([302, 302], 2)


@pytest.mark.usefixtures("committed_groups")
def test_of_two_saves_at_the_same_moment_one_is_refused():
    user, city = make_user("secretariat"), make_city()
    data = fields_of(sign_in(user).get(address(city)), "city_form")
    statuses, gate = [], threading.Barrier(2)

    def post(office):
        try:
            client = Client()
            client.force_login(get_user_model().objects.get(pk=user.pk))
            gate.wait()
            statuses.append(client.post(address(city), {**data, "office": office}).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post, args=[office]) for office in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 302]
    assert city.history.count() == 2
