"""What contradicts each other: each kind beside what looks like it and is none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core.mixed import Mixed
from networks.contradictions import found, read
from tests.events.make import make_event
from tests.networks.make import (
    make_body,
    make_figure,
    make_membership,
    make_network,
    make_person,
    make_role,
    make_source,
)

pytestmark = pytest.mark.django_db


def contradictions(networks=None):
    """Give (kind, first side, second side) of all."""
    return [
        (row.kind, *(side.words for side in row.sides)) for row in read(Mixed(found(networks)).page(1, 99)[0])
    ]


def make_figures(*stated, metric="citizens"):
    network = make_network()
    for qualifier, value, as_of in stated:
        make_figure(network=network, metric=metric, qualifier=qualifier, value=value, as_of=as_of)


@pytest.mark.parametrize(
    ("first", "second", "contradict"),
    [
        (("exactly", 39, "2021"), ("exactly", 35, "2021-09-27"), True),
        (("exactly", 39, ""), ("exactly", 35, "2021-09-27"), True),
        (("exactly", 39, "2020"), ("exactly", 35, "2021"), False),
        (("exactly", 39, "2021"), ("exactly", 39, "2021"), False),
        (("over", 39, "2021"), ("exactly", 39, "2021"), True),
        (("over", 39, "2021"), ("exactly", 40, "2021"), False),
        (("over", 140, ""), ("over", 190, ""), False),
        (("up_to", 39, "2021"), ("over", 39, "2021"), True),
        (("up_to", 40, "2021"), ("over", 39, "2021"), False),
        (("about", 20, "2021"), ("exactly", 22, "2021"), False),
        (("about", 20, "2021"), ("exactly", 23, "2021"), True),
    ],
)
def test_two_statements_contradict_when_no_number_is_allowed_by_both(first, second, contradict):
    make_figures(first, second)
    assert [kind for kind, *_sides in contradictions()] == ["stated"] * contradict


def test_statements_about_different_things_do_not_contradict():
    network = make_network()
    body = make_body(network=network)
    make_figure(network=network, metric="citizens", value=1)
    make_figure(network=network, metric="meetings", value=2)
    make_figure(network=network, metric="citizens", value=3, body=body)
    make_figure(metric="citizens", value=4)
    make_figure(network=network, metric="citizens", value=5, state="draft")
    assert contradictions() == []


def test_a_count_contradicts_what_allows_fewer_or_demands_more():
    network = make_network(start="1990")
    for start in ("1991", "1992", "2000"):
        make_membership(network=network, start=start)
    for qualifier, value, as_of in (
        ("exactly", 1, "1995"),
        ("exactly", 2, "1995"),
        ("up_to", 1, "1995"),
        ("exactly", 2, "2000-06-01"),  # two for certain, three perhaps
        ("exactly", 3, "2000-06-01"),
        ("over", 3, "2005"),
        ("over", 1, "2005"),
    ):
        make_figure(network=network, metric="member_cities", qualifier=qualifier, value=value, as_of=as_of)
    assert [row for row in contradictions() if row[0] in ("more", "fewer")] == [
        ("more", "1 member cities", "counted here: 2 member cities"),
        ("more", "up to 1 member cities", "counted here: 2 member cities"),
        ("fewer", "more than 3 member cities", "counted here: 3 member cities"),
    ]


def test_dated_facts_contradict_only_when_no_reading_of_their_dates_reconciles_them():
    network = make_network(name="Net", start="1990", end="2010")
    member = make_membership(network=network, start="1991", end="1999")
    city = member.city
    make_role(
        network=network, city=city, post="host", start="1999"
    )  # until now, and the city was in till 1999
    late = make_role(network=network, city=city, post="host", start="2001", end="2002")
    make_role(network=network, post="president", city=city, start="1991", end="1994")
    second = make_role(network=network, post="president", city=city, person=make_person(), start="1993")
    third = make_role(network=network, post="president", city=city, person=make_person(), start="1995")
    other = make_person()
    make_role(network=network, post="vice_president", city=city, person=other, start="1995")
    make_role(network=network, post="president", city=city, person=other, start="1996", is_acting=True)
    early = make_membership(network=network, city=city, category="founder", start="1989", end="1989")
    make_membership(network=network, city=city, category="partner", start="1990", end="1990")
    body = make_body(network=network, name="Late forum", start="2011")
    beside = make_network()
    before = make_event(name="Too early", start="1989-05-01", networks=[network, beside])
    make_event(name="In time", start="1990-05-01", networks=[network])
    make_event(name="No date", networks=[network])
    assert contradictions() == [
        ("membership", str(late), f"No membership of {city} in Net is recorded for that time."),
        ("post", str(second), str(third)),
        ("member-life", f"{early} (founder)", "Net"),
        ("group-life", str(body), "Net"),
        ("event", str(before), "Net"),
    ]
    assert contradictions([network.pk]) == contradictions()
    assert contradictions([beside.pk]) == []


def test_the_page_and_the_file_show_both_sides_with_their_sources(client):
    network = make_network(name="Net", slug="net")
    said = make_source(publisher="Genoa", title="A page", published_on="2019", slug="genoa")
    make_figure(network=network, value=39, source=said, quote="in 39 countries")
    make_figure(
        network=network, value=35, as_of="2021", source=make_source(publisher="Hidden", state="draft")
    )

    def visit():
        with CaptureQueriesContext(connection) as queries:
            html = client.get("/contradictions/?kind=stated").content.decode()
        return html, len(queries)

    html, few = visit()
    for words in ('<a href="/sources/genoa/">Genoa: A page</a>', "page of 2019", "in 39 countries"):
        assert words in html
    assert "no source given" in html
    assert "Hidden" not in html
    file = client.get("/contradictions.csv?network=net")
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    stated = [line for line in lines if line.startswith("stated,")]
    assert stated == [
        "stated,Net,net,39 countries,no date,,Genoa,A page,,2019,,http://testserver/networks/net/,"
        "35 countries,2021,,,,,,,http://testserver/networks/net/"
    ]
    make_figure(network=network, value=36, source=make_source())
    make_figure(network=make_network(), value=1)
    html, many = visit()
    assert html.count('class="side"') == 6
    assert many == few <= 8
    assert client.get("/contradictions/?network=nowhere").status_code == 404
