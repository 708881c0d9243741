"""The whole site on another day says what held, what may have held, and why."""

import csv
import io
import re
from datetime import date

import pytest

from citynet.core.columns import certainty_columns
from networks.models import Body, Membership, Network, Role
from tests.networks.make import (
    make_body,
    make_city,
    make_membership,
    make_network,
    make_person,
    make_role,
)

pytestmark = pytest.mark.django_db


def rows_of(client, address):
    text = b"".join(client.get(address)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_former_member_without_dates_is_shown_as_current_nowhere(client):
    network, gone = make_network(name="Pact", slug="pact", start="1986"), make_city(name="Gone", slug="gone")
    make_membership(network=network, city=make_city(name="Stays", slug="stays"), start="1991")
    make_membership(network=network, city=gone, end="[..2021-09-27]")
    body, person = make_body(slug="forum", network=network), make_person(slug="ada")
    make_role(network=network, body=body, city=gone, person=person, post="chair", end="[..2021-09-27]")
    home = client.get("/").content.decode()
    assert 'network=pact">1</a>' in home
    for address in ("/cities/?network=pact", "/networks/pact/", "/groups/", "/memberships/", "/roles/"):
        shown = client.get(address).content.decode()
        assert ">Gone</a>" not in shown.partition('id="history"')[0], address
    assert client.get("/networks/").context["page"].rows[0].members == 1
    for address in ("/cities.csv?network=pact", "/memberships.csv", "/roles.csv"):
        assert all("gone" not in row.values() for row in rows_of(client, address)), address
    (held,) = rows_of(client, "/people.csv")
    assert (held["posts"], held["networks"]) == ("", "")
    assert b"Gone" not in client.get("/cities.map.json?network=pact").content
    found = client.get("/search/?q=gone").content.decode()
    assert "member of" not in found

    reason = "it ended by 27 September 2021, nobody knows when"
    then = client.get("/cities/?network=pact&on=1995-06-01").content.decode()
    assert "its start is not known; " + reason in then
    (row,) = [row for row in rows_of(client, "/memberships.csv?on=1995-06-01") if row["city"] == "Gone"]
    assert (row["certainty"], row["reason"]) == ("possible", "start_unknown end_unknown")
    assert rows_of(client, "/networks.csv?on=1995-06-01")[0]["member_cities_sure"] == "1"


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("June 1995", "This is <strong>what held at some time in June 1995</strong>. "),
        ("the nineties", "This is <strong>what held at some time in the 1990s</strong>."),
        ("1995", "This is <strong>what held at some time in 1995</strong>."),
        ("1 June 1995", "This is <strong>as it stood on 1 June 1995</strong>."),
        ("yesterdayish", "“yesterdayish” is not a date we can read."),
        ("by 2015", "“by 2015” leaves open when it was. Ask about a day, a month, a year or a decade."),
    ],
)
def test_words_are_read_as_a_day_and_each_kind_of_page_says_which_state_it_shows(client, on, state):
    network, city = make_network(slug="pact"), make_city(slug="milan")
    make_membership(network=network, city=city, start="1991")
    for address in ("/", "/networks/pact/", "/cities/milan/", "/networks/", "/search/?q=milan"):
        html = client.get(address, {"on": on, "q": "milan"}).content.decode()
        assert state.strip() in " ".join(html.split()), address


def test_steps_end_with_the_calendar_and_keep_what_else_is_asked(client):
    make_city(slug="milan")
    html = client.get("/cities/milan/?on=0001-01-01&rows=5").content.decode()
    assert re.findall(r'href="([^"]*)" *\n? *data-day="step"', html) == [
        "/cities/milan/?rows=5&amp;on=0001-01-02",
        "/cities/milan/?rows=5&amp;on=0001-02-01",
        "/cities/milan/?rows=5&amp;on=0002-01-01",
        "/cities/milan/?rows=5&amp;on=0001-01",
        "/cities/milan/?rows=5&amp;on=0001",
    ]
    for last in ("9999-12-31", "9999", "999X", "000X", "0001"):
        assert client.get("/cities/milan/", {"on": last}).status_code == 200


def test_files_and_rows_agree_on_what_is_certain_and_why():
    dates = ["", "1995", "1995-06", "1995-06-01", "199X", "[..1995-06-01]"]
    networks = [make_network(start=start) for start in ("", "1995", "1980")]
    for network in networks:
        for start in dates:
            for end in (*dates, "2000"):
                if (start, end) not in {("1995", ""), ("", "")}:
                    make_body(network=network, start=start, end=end)
    for day in ("1995-06-01", "1995", "1994-12", "199X", date(1995, 6, 2)):
        columns = {column.name: column.source for column in certainty_columns(day, Body.within)}
        rows = Body.objects.select_related("network").annotate(**columns)
        sure = set(Body.objects.surely_in(day))
        for row in rows:
            assert (row in sure) is row.surely_held_in(day) is (not row.doubts(day))
            doubts = [
                f"{'' if dated is row else 'network_'}{end}_"
                + ("partial" if getattr(dated, end).precision not in ("", "by") else "unknown")
                for dated, end in row.doubts(day)
            ]
            if not row.may_hold_on(day):
                assert (row.certainty, row.reason) == ("", "")
            else:
                assert (row.certainty, row.reason) == ("possible" if doubts else "sure", " ".join(doubts))


def test_lists_of_facts_cost_as_much_for_three_rows_as_for_one(client, django_assert_num_queries):
    def count(address):
        with django_assert_num_queries(7):
            client.get(address)

    for number in range(2):
        network = make_network()
        make_membership(network=network, city=make_city(slug=f"city-{number}"))
        make_role(network=network, city=make_city(), post=Role.Post.MEMBER)
        for name in ("memberships", "roles"):
            count(f"/{name}/?on=1995")
    assert Membership.objects.count() == Network.objects.count() == 2
