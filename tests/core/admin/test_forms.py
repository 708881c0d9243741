"""What forms refuse: two people with one record (TRAPS 12), and races."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.models import Membership
from tests.events.make import make_event
from tests.forms import fields_of
from tests.networks.make import (
    make_city,
    make_membership,
    make_network,
    make_topic,
)
from tests.portal.make import make_client, make_user, sign_in

from .pages import address

pytestmark = pytest.mark.django_db


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
