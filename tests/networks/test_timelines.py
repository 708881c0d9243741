"""The timelines of networks and cities: their pages, their files, and what they say of a day."""

import csv
import datetime
import io
import random
import re
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from citynet.core.models import State
from networks import timelines
from networks.models import Membership, Role
from networks.timelines import Timeline, city_strands, network_strands, rows_on
from tests.events.make import make_event, make_series
from tests.page import words

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))


def address(record, name="timeline"):
    return reverse(f"networks:{record._meta.model_name}_{name}", args=[record.slug])


def page(client, record, **query):
    response = client.get(address(record), query)
    assert response.status_code == 200
    return response


def bars(response):
    """Give what each bar says, in the order of the page."""
    found = re.findall(r'<a class="timeline-bar"[^>]*>\s*<title>(.*?)</title>', response.content.decode())
    return [words(title) for title in found]


def table(response):
    """Give the rows of the table, each as the words of its cells."""
    body = re.search(r'timeline-table">.*?<tbody>(.*?)</tbody>', response.content.decode(), re.DOTALL)[1]
    return [
        [words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def rows_of_csv(client, record, **query):
    response = client.get(address(record, "timeline_csv"), query)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


@pytest.fixture
def lyon():
    """A city with a fact of each kind, and a draft of each, which nobody may read."""
    city = make.make_city(name="Lyon")
    network = make.make_network(name="Citynet", start="1986")
    body = make.make_body(name="Culture Forum", network=network)
    source = make.make_source(publisher="Ville de Lyon", title="Nos réseaux")
    make.make_membership(city=city, network=network, start="1991", source=source)
    make.make_role(city=city, network=network, body=body, start="2013", end="2014")
    project = make.make_project(name="Air", start="2019-05-01", end="2022-04-30")
    make.make_participation(city=city, project=project)
    series = make_series(name="Annual conference", network=network)
    make_event(name="Conference 1999", series=series, start="1999-10-03", cities=[city], networks=[network])
    secret = make.make_network(name="Secret", state=State.DRAFT)
    make.make_membership(city=city, network=secret)
    make.make_role(city=city, network=network, state=State.DRAFT, label="Secret")
    make.make_participation(city=city, project=make.make_project(name="Secret", state=State.DRAFT))
    make_event(name="Secret", cities=[city], state=State.DRAFT)
    return city


def test_a_citys_timeline_shows_each_kind_of_fact_as_a_bar_and_in_the_table(client, lyon):
    response = page(client, lyon, on="1999-10-03")
    assert bars(response) == [
        "Citynet: full member, since 1991 (start known only as 1991)",
        "Culture Forum: chair, Citynet, 2013 – 2014 (start known only as 2013; end known only as 2014)",
        "Air: partner, 1 May 2019 – 30 April 2022 (start not known)",
        "Annual conference: Conference 1999, 3 October 1999",
    ]
    assert [row[:-1] for row in table(response)] == [
        [
            "Citynet",
            "full member",
            "From 1991",
            "Until goes on",
            "On 3 October 1999 yes",
            "start known only as 1991",
        ],
        [
            "Culture Forum",
            "chair, Citynet",
            "From 2013",
            "Until 2014",
            "On 3 October 1999 no",
            "start known only as 2013; end known only as 2014",
        ],
        ["Air", "partner", "From not known", "Until goes on", "On 3 October 1999 no", "start not known"],
        [
            "Conference 1999",
            "conference",
            "From 3 October 1999",
            "Until 3 October 1999",
            "On 3 October 1999 yes",
            "",
        ],
    ]
    assert "Ville de Lyon" in words(response.content.decode())
    assert "Secret" not in response.content.decode()


def test_every_bar_leads_to_its_row_in_the_table_and_every_line_to_its_page_on_the_asked_day(client, lyon):
    html = page(client, lyon, on="1999").content.decode()
    targets = re.findall(r'class="timeline-bar" href="#(fact-\d)"', html)
    assert targets == re.findall(r'<tr id="(fact-\d)"', html) == ["fact-1", "fact-2", "fact-3", "fact-4"]
    lines = re.findall(r'<p class="timeline-name"[^>]*>\s*<a href="([^"]*)"', html)
    assert [re.sub(r"-\d+/", "/", line) for line in lines] == [
        "/networks/citynet/?on=1999",
        "/groups/culture-forum/?on=1999",
        "/projects/air/?on=1999",
    ]  # a series has no page


def test_zoom_and_kinds_choose_the_same_rows_for_the_page_and_the_file(client, lyon):
    network = lyon.memberships.published().get().network
    for record, query, kinds in (
        (lyon, {}, ["membership", "role", "project", "event"]),
        (lyon, {"from": "1990", "to": "1999"}, ["membership", "event"]),
        (lyon, {"from": "2014", "to": "2014", "kind": ["role", "project"]}, ["role"]),
        (lyon, {"to": "1980"}, []),
        (network, {"from": "1999-10-03"}, ["role", "membership", "event"]),
        (network, {"to": "1999-10-02"}, ["membership"]),
    ):
        assert [row["kind"] for row in rows_of_csv(client, record, **query)] == kinds
        assert len(bars(page(client, record, **query))) == len(kinds)


def test_the_file_says_when_a_fact_may_and_when_it_surely_holds(client, lyon):
    network = lyon.memberships.published().get().network
    dates = (
        "start",
        "end",
        "may_hold_from",
        "surely_holds_from",
        "surely_holds_until",
        "may_hold_until",
        "holds",
    )
    rows = rows_of_csv(client, lyon, on="2013-06-01")
    assert [(row["name"], row["as"], row["group"], *(row[name] for name in dates)) for row in rows] == [
        ("Citynet", "full", "", "1991", "", "1991-01-01", "1991-12-31", "", "", "surely"),
        (
            *("Citynet", "chair", "Culture Forum", "2013", "2014"),
            *("2013-01-01", "2013-12-31", "2014-01-01", "2014-12-31", "possibly"),
        ),
        ("Air", "partner", "", "", "", "2019-05-01", "", "", "2022-04-30", "no"),
        (
            *("Conference 1999", "conference", "", "1999-10-03", ""),
            *("1999-10-03", "1999-10-03", "1999-10-03", "1999-10-03", "no"),
        ),
    ]
    assert [row["source_publisher"] for row in rows] == ["Ville de Lyon", "", "", ""]
    network.source = make.make_source(publisher="Draft", state=State.DRAFT)
    network.memberships.get(city=lyon).delete()
    make.make_membership(
        network=network, organisation=make.make_organisation(name="Eurac"), source=network.source
    )
    (row,) = rows_of_csv(client, network, kind="membership")
    assert (row["name"], row["source_publisher"], row["may_hold_from"]) == ("Eurac", "", "1986-01-01")


def test_what_is_not_understood_is_told_and_shows_all(client, lyon):
    response = page(client, lyon, **{"from": "soon", "to": "2001", "kind": "x", "on": "never"}, page="0")
    problems = re.findall(r'<p class="notice problem"[^>]*>(.*?)</p>', response.content.decode(), re.DOTALL)
    assert [words(problem)[:12] for problem in problems] == ["“soon” is no", "“x” is no ki", "“never” is n"]
    backwards = page(client, lyon, **{"from": "2002", "to": "2001"})
    assert "The last day to show lies before the first." in words(backwards.content.decode())
    assert len(bars(backwards)) == 4


def test_links_to_other_years_and_kinds_keep_the_asked_day(client, lyon):
    html = page(client, lyon, **{"from": "1990", "to": "1999", "on": "1995-06-01"}).content.decode()
    choices = re.search(r'<nav aria-label="Years shown">(.*?)</nav>', html, re.DOTALL)[1]
    assert [
        (link.replace("&amp;", "&"), words(label))
        for link, label in re.findall(r'<a href="[^"?]*([^"]*)"[^>]*>(.*?)</a>', choices, re.DOTALL)
    ] == [
        ("?on=1995-06-01", "All years"),
        ("?from=1980&to=1989&on=1995-06-01", "Earlier"),
        ("?from=1990&to=1999&on=1995-06-01", "1990s"),
        ("?from=2000&to=2009&on=1995-06-01", "2000s"),
        ("?from=2010&to=2019&on=1995-06-01", "2010s"),
        ("?from=2020&to=2029&on=1995-06-01", "2020s"),
        ("?from=2000&to=2009&on=1995-06-01", "Later"),
    ]


def test_a_networks_timeline_has_a_line_for_each_member_and_leafs_through_them(client, monkeypatch):
    monkeypatch.setattr(timelines, "LANES_SHOWN", 2)
    network = make.make_network()
    for name, starts in {"Bergen": [""], "Aarhus": ["1995"], "Cork": ["1990", "2001"]}.items():
        city = make.make_city(name=name)
        for start in starts:
            make.make_membership(
                network=network, city=city, start=start, end="1999" if start == "1990" else ""
            )
    make.make_role(network=network, city=city, start="2002")

    def lines(**query):
        html = page(client, network, **query).content.decode()
        return re.findall(r'<p class="timeline-name"[^>]*>\s*<a[^>]*>(.*?)</a>', html), html

    names, html = lines()
    assert names == ["Cork", "Cork", "Aarhus"]  # the role first, then members by their first start
    assert "?kind=membership&amp;page=2" in html
    names, html = lines(kind="membership")
    assert names == ["Cork", "Aarhus"]
    assert words(re.search(r'<span class="timeline-what">(.*?)</span>\s*</p>', html, re.DOTALL)[1]) == (
        "full member 1990 – 1999, since 2001"
    )
    names, html = lines(kind="membership", page=2)
    assert (names, "page=3" in html) == (["Bergen"], False)
    assert len(rows_of_csv(client, network, kind="membership")) == 4  # all of them, whatever the page


@pytest.mark.parametrize("number", [1, 3])
def test_a_timeline_costs_the_same_for_any_number_of_facts(client, number):
    city, network = make.make_city(), make.make_network()
    for _ in range(number):
        make.make_membership(city=city, source=make.make_source())
        make.make_role(city=city, network=network, person=make.make_person(), source=make.make_source())
        make.make_participation(city=city, project=make.make_project(network=network))
        make_event(cities=[city], networks=[network], series=make_series(network=network))
        make.make_membership(network=network, source=make.make_source())
        make.make_project(network=network)
    for record in (city, network):
        with CaptureQueriesContext(connection) as queries:
            page(client, record, **{"from": "1900", "on": "1995"})
        assert len(queries) == 12


def test_a_timeline_says_of_every_day_what_on_and_surely_in_say(client):
    chance = random.Random(4)

    def period():
        year = chance.randint(1990, 1996)
        start = chance.choice(["", f"{year}", f"{year}-03", f"{year}-03-15", "199X", f"[..{year}-06-30]"])
        later = year + chance.randint(1, 3)
        end = chance.choice(["", f"{later}", f"{later}-07-01", f"[..{later}-07-01]"])
        return {"start": start, "end": end}

    city = make.make_city()
    networks = [make.make_network(**period()) for _ in range(4)]
    for network in networks:
        project = make.make_project(network=network, **period())
        make.make_participation(city=city, project=project, **period())
    parties = [{"city": city, "network": network} for network in networks]
    Membership.objects.bulk_create(
        Membership(**party, category=category, **period())
        for party, category in product(parties, ("full", "partner", "associate"))
    )
    Role.objects.bulk_create(
        Role(**party, post=post, **period())
        for party, post in product(parties, ("chair", "member", "president", "lead"))
    )
    for day in ("1989-12-31", "1993-03-15", "1995", "1996-07"):
        for record, strands in ((city, city_strands(city)), (networks[0], network_strands(networks[0]))):
            rows = Timeline(strands).rows
            possible, sure = rows_on(rows, day)
            for model in (Membership, Role):
                owned = model.objects.published().filter(**{record._meta.model_name: record})
                assert {row for row in possible if isinstance(row, model)} == set(owned.on(day))
                assert {row for row in sure if isinstance(row, model)} == set(owned.on(day).surely_in(day))
            written = rows_of_csv(client, record, on=day)
            assert len(written) == len(rows)
            assert sum(row["holds"] != "no" for row in written) == len(possible)
            assert sum(row["holds"] == "surely" for row in written) == len(sure)
            drawn = sorted(
                tuple(
                    "" if day in (datetime.date.min, datetime.date.max) else str(day) for day in row.possible
                )
                for row in rows
            )
            assert sorted((row["may_hold_from"], row["may_hold_until"]) for row in written) == drawn


def test_a_page_that_is_hidden_has_no_timeline(client):
    for record in (make.make_city(state=State.DRAFT), make.make_network(state=State.ARCHIVED)):
        assert client.get(address(record)).status_code == 404
        assert client.get(address(record, "timeline_csv")).status_code == 404
