"""The home page, "About the data", and how a partial date is read."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core.models import State
from citynet.portal.views import SOURCES_SHOWN
from tests.events.make import make_event
from tests.networks.make import (
    make_body,
    make_city,
    make_figure,
    make_grant,
    make_membership,
    make_network,
    make_practice,
    make_programme,
    make_project,
    make_source,
    make_uptake,
)
from tests.page import facts, section, words

DRAFT = {"state": State.DRAFT}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))


def count_queries(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.django_db
def test_the_home_page_leads_to_the_lists_with_what_the_public_may_see_counted(client):
    make_city(name="Bologna")
    make_city(name="Leipzig", country="DE")
    make_city(name="Secret", **DRAFT)
    html = client.get("/").content.decode()
    doors = html.partition('<ul class="plain-list doors">')[2].partition("</ul>")[0]
    assert [words(door) for door in doors.split("<li>")[1:]] == [
        "Networks 0 Associations, pacts and missions that cities join",
        "Cities 2 What each belongs to, chairs and works on",
        "Groups 0 Forums, working groups, committees and who chairs them",
        "Events 0 Conferences, assemblies and meetings",
        "Projects 0 What cities do together, with whose money",
        "Practices 0 What works elsewhere",
        "Documents 0 Pacts, memoranda, reports, minutes",
        "People 0 Holders of public office, and their roles",
    ]
    assert re.findall(r'<a href="([^"]*)"', doors) == [
        "/networks/",
        "/cities/",
        "/groups/",
        "/events/",
        "/projects/",
        "/practices/",
        "/documents/",
        "/people/",
    ]


@pytest.mark.django_db
def test_the_home_page_shows_the_next_events_soonest_first(client):
    network = make_network()
    for name, start in (("Past", "2019"), ("Later", "2028"), ("Soon", "2027-01"), ("Dateless", "")):
        make_event(networks=[network], name=name, start=start)
    make_event(networks=[network], name="Secret", start="2027", **DRAFT)
    assert (
        words(section(client.get("/"), "events"))
        == "Next events Soon January 2027 Later 2028 Calendar All events"
    )


@pytest.mark.django_db
def test_the_home_page_says_when_it_shows_the_latest_events_for_want_of_next_ones(client):
    network = make_network()
    make_event(networks=[network], name="Genoa", start="2019-04-03", end="2019-04-05")
    make_event(networks=[network], name="Prague", start="2019-11")
    assert words(section(client.get("/"), "events")) == (
        "Latest events No coming event is recorded; these were the last ones. "
        "Prague November 2019 Genoa 3 – 5 April 2019 Calendar All events"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "shown"),
    [
        ("2019-04-04", "Events from 4 April 2019 on Genoa 3 – 5 April 2019 Prague November 2019"),
        ("201X", "Events from the 2010s on Genoa 3 – 5 April 2019 Prague November 2019"),
        (
            "2021",
            "Latest events No later event is recorded; these were the last ones. "
            "Prague November 2019 Genoa 3 – 5 April 2019",
        ),
    ],
)
def test_the_home_page_of_another_day_shows_the_events_from_then_on(client, on, shown):
    network = make_network()
    make_event(networks=[network], name="Genoa", start="2019-04-03", end="2019-04-05")
    make_event(networks=[network], name="Prague", start="2019-11")
    assert words(section(client.get(f"/?on={on}"), "events")) == f"{shown} Calendar All events"


def rows(response, name):
    """Give the rows of the table in a section, each as the words of its cells."""
    html = section(response, name).partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in html.split("<tr>")[1:]
    ]


@pytest.mark.django_db
def test_the_home_page_gives_the_networks_of_today_with_their_living_numbers(client):
    eurocities = make_network(name="Eurocities", start="1986")
    pact = make_network(name="Pact", kind="pact", start="2015-10-15")
    make_network(name="Gone", start="1990", end="2000")
    make_network(name="Secret", **DRAFT)
    bologna = make_city()
    first = make_membership(network=pact, city=bologna, category="founder")
    make_membership(network=pact, city=bologna, category="full")
    make_membership(network=pact, city=make_city(country="NL"), joint_with=first)
    make_membership(network=pact, city=make_city(country="FR"))
    make_membership(network=pact, city=make_city(country="DE"), end="2019")
    make_membership(network=pact, city=make_city(country="DE"), **DRAFT)
    make_membership(network=pact, city=make_city(country="PL", **DRAFT))
    make_membership(network=eurocities, city=bologna)
    make_body(network=eurocities)
    make_body(network=eurocities, end="1999")
    make_body(network=eurocities, **DRAFT)
    assert rows(client.get("/"), "networks") == [
        ["Pact Pact, since 15 October 2015", "2", "3", "0"],
        ["Eurocities Association, since 1986", "1", "1", "1"],
    ]


@pytest.mark.django_db
def test_the_home_page_counts_members_as_the_page_of_the_network_does(client):
    network = make_network()
    first = make_membership(network=network, city=make_city(country="NL"))
    make_membership(network=network, city=make_city(country="BE"), joint_with=first)
    make_membership(network=network, city=make_city(country="IT"), category="partner")
    living = client.get(network.get_absolute_url()).context["living"]
    assert [(name, counted) for name, counted, _ in living] == [("member cities", 2), ("countries", 3)]
    assert rows(client.get("/"), "networks")[0][1:3] == ["2", "3"]


@pytest.mark.django_db
def test_the_home_page_says_what_changed_last_with_its_kind_and_day(client, time_machine):
    network = make_network(name="Eurocities", slug="eurocities")
    make_city(name="Secret", **DRAFT)
    time_machine.move_to(datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC))
    make_city(name="Bologna", slug="bologna")
    make_body(name="Culture Forum", network=network, slug="culture")
    time_machine.move_to(datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC))
    network.save()
    html = section(client.get("/"), "changes")
    items = [item.partition("</li>")[0] for item in html.split('<li class="change">')[1:]]
    assert [words(item) for item in items] == [
        "Eurocities Network, 24 November 2026",
        "Culture Forum Group, 23 November 2026",
        "Bologna City, 23 November 2026",
    ]
    assert re.findall(r'href="(/[^"]*/)"', html) == [
        "/networks/eurocities/",
        "/groups/culture/",
        "/cities/bologna/",
        "/changes/",
    ]
    assert re.findall(r"icons[^#]*#([a-z]+)", html) == ["network", "group", "city", "arrow"]


@pytest.mark.django_db
def test_the_home_page_has_one_search_and_the_map_of_all_cities(client):
    html = client.get("/").content.decode()
    assert html.count('name="q"') == 1
    assert 'href="/cities.geojson"' in html.partition('aria-labelledby="map"')[2].partition("</section>")[0]
    assert client.get("/about/data/").content.decode().count('name="q"') == 1


@pytest.mark.django_db
def test_the_home_page_costs_14_queries_however_much_there_is(client):
    for expected_rows in (1, 2):
        for _ in range(expected_rows):
            make_event(networks=[make_network()], cities=[make_city()], start="2027")
        assert count_queries(client, "/") == 14


@pytest.mark.django_db
def test_about_the_data_credits_geonames_and_every_source(client):
    source = make_source(
        publisher="Wikipedia", title="World Cities Culture Forum", licence="CC BY-SA 4.0", published_on="2024"
    )
    make_source(publisher="Comune di Bologna", note="A page of 2021.")
    make_source(publisher="Secret", **DRAFT)
    network = make_network()
    make_membership(network=network, source=source)
    make_membership(network=network, source=source)
    make_membership(network=network, source=source, city=make_city(**DRAFT))
    make_figure(network=network, source=source)
    response = client.get("/about/data/")
    assert facts(response, "sources") == [
        "Comune di Bologna No licence stated. A page of 2021.",
        "Wikipedia: World Cities Culture Forum 2024 Licence: CC BY-SA 4.0. "
        "Here rest on it: 2 memberships, 1 figure",
    ]
    geonames = section(response, "geonames")
    assert "https://www.geonames.org/" in geonames
    assert "https://creativecommons.org/licenses/by/4.0/" in geonames


@pytest.mark.django_db
def test_about_the_data_counts_nothing_that_belongs_to_a_draft(client):
    source, network = make_source(publisher="Genoa"), make_network()
    make_figure(network=make_network(**DRAFT), source=source)
    make_figure(network=network, body=make_body(network=network, **DRAFT), source=source)
    make_figure(network=network, programme=make_programme(**DRAFT), source=source)
    make_grant(programme=make_programme(**DRAFT), source=source)
    make_grant(project=make_project(**DRAFT), source=source)
    make_grant(project=make_project(), source=source)
    make_uptake(practice=make_practice(**DRAFT), source=source)
    make_uptake(city=make_city(**DRAFT), source=source)
    make_uptake(source=source)
    assert facts(client.get("/about/data/"), "sources") == [
        "Genoa No licence stated. Here rest on it: 1 grant, 1 uptake"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "shown"), [("1", 25), ("2", 1), ("99", 1), ("x", 25), ("", 25), ("-1", 1)])
def test_sources_are_leafed_through_and_a_bad_page_is_a_good_one(client, page, shown):
    for _ in range(SOURCES_SHOWN + 1):
        make_source()
    assert len(facts(client.get("/about/data/", {"page": page}), "sources")) == shown


@pytest.mark.django_db
def test_about_the_data_costs_13_queries_however_many_sources_there_are(client):
    for expected_rows in (1, 2):
        for _ in range(expected_rows):
            make_membership(source=make_source())
        assert count_queries(client, "/about/data/") == 13


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Sept 2009", {"date": "2009-09", "meaning": "September 2009"}),
        ("15/10/2015", {"date": "2015-10-15", "meaning": "15 October 2015"}),
        ("the nineties", {"date": "199X", "meaning": "1990s"}),
        ("unknown", {"date": "[..2026-11-22]", "meaning": "by 22 November 2026, date unknown"}),
        ("", {"date": "", "meaning": ""}),
        ("2026-02-30", {"error": "There is no such date as “2026-02-30”."}),
    ],
)
def test_words_are_explained_as_the_date_that_they_mean(client, words, answer):
    response = client.get("/partial-date/", {"words": words})
    assert response.status_code == 200
    assert response.json() == answer


def test_words_that_are_no_date_are_told_what_can_be_written(client):
    answer = client.get("/partial-date/", {"words": "soon"}).json()
    assert list(answer) == ["error"]
    assert answer["error"].startswith("“soon” is not a date we can read. Write a year (1991)")


@pytest.mark.parametrize("path", ["/", "/about/data/", "/partial-date/"])
def test_pages_are_only_read(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_a_page_has_landmarks_a_skip_link_and_one_heading(client):
    html = client.get("/about/data/").content.decode()
    assert html.count("<h1>") == 1
    assert '<a class="skip-link" href="#content">Skip to the content</a>' in html
    assert '<main id="content"' in html
    assert html.count("<header") == html.count("<footer") == html.count("<main") == 1
    assert 'href="/about/data/"' in html.partition("<footer")[2]


@pytest.mark.django_db
def test_no_page_needs_a_script_or_another_host(client):
    html = client.get("/").content.decode()
    scripts = re.findall(r"<script([^>]*)>", html)
    assert [
        each for each in scripts if ' type="module" src="/static/' not in each and "ld+json" not in each
    ] == []
    assert '<p class="map-instead">' in html
    assert " style=" not in html
    links = [link for link in re.findall(r'href="([^"]*)"', html) if link.startswith(("http", "//"))]
    assert [link for link in links if not link.startswith("http://testserver/")] == []
