"""The pages of single networks, cities, groups, projects, practices, documents and people."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core.models import State
from networks.counting import difference
from networks.models import BodyParent, CityName, DocumentParty, Figure
from networks.views.details import MEMBERS_SHOWN
from tests.events.make import make_event
from tests.page import facts, glance, section, words

from . import make

pytestmark = pytest.mark.django_db
DRAFT = {"state": State.DRAFT}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))


def secret():
    """Give what makes a draft that must not be read anywhere; names of cities have to differ."""
    return {"name": f"Secret {next(make.numbers)}", **DRAFT}


def page(client, record, on=None):
    response = client.get(record.get_absolute_url(), {"on": on} if on else {})
    assert response.status_code == 200
    return response


def actions(response):
    """Give what the page offers to do, below its answers."""
    return words(re.search(r'<p class="[^"]*actions">(.*?)</p>', response.content.decode(), re.DOTALL)[1])


def count_queries(client, record):
    with CaptureQueriesContext(connection) as queries:
        page(client, record)
    return len(queries)


# What every page does -----------------------------------------------------------

PAGES = [
    make.make_network,
    make.make_city,
    make.make_body,
    make.make_project,
    make.make_practice,
    make.make_document,
    make.make_person,
    make_event,
]


@pytest.mark.parametrize("make_record", PAGES)
def test_a_page_is_named_after_its_record_once(client, make_record):
    record = make_record(name="Łódź <& friends>", slug="lodz")
    html = page(client, record).content.decode()
    assert [words(h1.partition("</h1>")[0]) for h1 in html.split("<h1>")[1:]] == ["Łódź <& friends>"]
    told_apart = {
        make.make_body: ", {record.network}",
        make.make_city: ", Italy",
        make.make_document: " – Documents",
    }
    more = told_apart.get(make_record, "").format(record=record)
    assert words(html.partition("</title>")[0]) == f"Łódź <& friends>{more} – citynet"


@pytest.mark.parametrize("make_record", PAGES)
@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.ARCHIVED])
def test_what_is_not_published_has_no_page(client, make_record, state):
    record = make_record()
    assert client.get(record.get_absolute_url()).status_code == 200
    record.state = state
    record.save()
    assert client.get(record.get_absolute_url()).status_code == 404


def test_a_group_of_a_draft_network_has_no_page(client):
    body = make.make_body(network=make.make_network(**DRAFT))
    assert client.get(body.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("make_record", PAGES)
def test_an_unreadable_day_is_told_and_the_page_shows_today(client, make_record):
    response = page(client, make_record(), on="2026-02-30")
    assert words(response.content.decode()).count("There is no such date as “2026-02-30”.") == 1
    assert 'data-day="today"' not in response.content.decode()


OF_EVERY_DAY = [make.make_practice, make.make_document, make_event]


@pytest.mark.parametrize("make_record", [each for each in PAGES if each not in OF_EVERY_DAY])
def test_an_asked_day_is_told_with_a_way_back_to_today(client, make_record):
    record = make_record()
    html = page(client, record, on="June 1995").content.decode()
    assert "<strong>what held at some time in June 1995</strong>" in html
    assert f'href="{record.get_absolute_url()}" data-day="today">Today</a>' in " ".join(html.split())


@pytest.mark.parametrize("make_record", OF_EVERY_DAY)
def test_a_page_that_is_the_same_on_every_day_says_so(client, make_record):
    record = make_record()
    html = page(client, record, on="1900").content.decode()
    assert "This page does not depend on a day; its links keep 1900." in words(html)
    assert f'<a href="{record.get_absolute_url()}" data-day="today">Leave that day</a>' in html
    assert "what held at some time" not in html


@pytest.mark.parametrize(
    ("make_record", "address"),
    [
        (make.make_network, "/networks/"),
        (make.make_city, "/cities/"),
        (make.make_body, "/groups/"),
        (make.make_person, "/people/"),
    ],
)
def test_the_way_up_and_the_topics_keep_the_asked_day(client, make_record, address):
    record = make_record()
    html = page(client, record, on="1995").content.decode()
    assert f'<a href="{address}?on=1995">' in html
    if hasattr(record, "topics"):
        record.topics.add(make.make_topic(slug="food"))
        html = page(client, record, on="1995").content.decode()
        assert f'href="{address}?topic=food&amp;on=1995"' in html


def test_the_country_of_a_city_leads_to_its_cities_on_the_asked_day(client):
    html = page(client, make.make_city(country="IT"), on="1995").content.decode()
    assert 'href="/cities/?country=IT&amp;on=1995"' in html


def test_sources_are_listed_with_title_date_and_link(client):
    source = make.make_source(
        publisher="Comune di Bologna",
        title="Eurocities",
        published_on="2021-09-27",
        url="https://www.comune.bologna.it/x",
        seen_on=datetime.date(2026, 1, 2),
    )
    city = make.make_city()
    make.make_membership(city=city, source=source)
    html = page(client, city).content.decode()
    listed = html.partition('<li id="source-1">')[2].partition("</li>")[0]
    assert (
        words(listed) == "Comune di Bologna Eurocities page of 27 September 2021 comune.bologna.it"
        " seen on 2 January 2026 all that rests on it : Comune di Bologna: Eurocities"
    )
    assert 'href="https://www.comune.bologna.it/x"' in listed


def test_a_page_says_when_a_fact_on_it_was_last_updated(client, time_machine):
    city = make.make_city()
    time_machine.move_to(datetime.datetime(2026, 12, 24, 12, tzinfo=datetime.UTC))
    make.make_membership(city=city)
    assert "Last updated on 24 December 2026." in words(page(client, city).content.decode())


# Cities -------------------------------------------------------------------------


def make_bologna():
    """Bologna in Eurocities, as the city's own page tells it."""
    source = make.make_source()
    bologna = make.make_city(name="Bologna", slug="bologna")
    eurocities = make.make_network(name="Eurocities", slug="eurocities", start="1986")
    make.make_membership(
        network=eurocities, city=bologna, start="1991", source=source, confirmed_on=datetime.date(2021, 9, 27)
    )
    committee = make.make_body(name="Executive Committee", slug="committee", network=eurocities)
    culture = make.make_body(name="Culture Forum", slug="culture", network=eurocities)
    for where, post, start, end in (
        ({"network": eurocities}, "president", "1995", "1996"),
        ({"body": committee}, "member", "1993", "1999"),
        ({"body": culture}, "chair", "2013", "2014"),
        ({"body": culture}, "participant", "2000", ""),
    ):
        make.make_role(city=bologna, post=post, start=start, end=end, source=source, **where)
    leipzig = make.make_city(name="Leipzig", slug="leipzig", country="DE")
    make.make_twinning(city_a=bologna, city_b=leipzig, start="1962", source=source)
    return bologna


def test_a_city_says_what_it_belongs_to_what_it_chairs_and_what_it_was(client):
    response = page(client, make_bologna())
    assert facts(response, "belongs") == [
        "Eurocities full member since 1991 source 1 last confirmed on 27 September 2021"
    ]
    assert facts(response, "roles") == ["participant Culture Forum Eurocities since 2000 source 1"]
    assert facts(response, "history") == [
        "member Executive Committee Eurocities 1993 – 1999 source 1 1995",
        "president Eurocities 1995 – 1996 source 1 2013",
        "chair Culture Forum Eurocities 2013 – 2014 source 1",
    ]
    assert facts(response, "twins") == ["Leipzig Germany since 1962 source 1"]


def test_the_sections_of_a_city_come_in_the_order_of_the_questions(client):
    bologna = make_bologna()
    make.make_participation(city=bologna)
    make.make_practice(city=bologna)
    make_event(cities=[bologna])
    DocumentParty.objects.create(document=make.make_document(), city=bologna)
    html = page(client, bologna).content.decode()
    names = [part.partition('"')[0] for part in html.split('<section aria-labelledby="')[1:]]
    assert names == ["belongs", "roles", "history", "projects", "practices", "events", "documents", "twins"]


def test_a_city_on_a_day_shows_what_held_then_and_nothing_later(client):
    response = page(client, make_bologna(), on="1995-06-01")
    assert facts(response, "belongs") == [
        "Eurocities full member since 1991 source 1 last confirmed on 27 September 2021"
    ]
    assert facts(response, "roles") == [
        "president Eurocities 1995 – 1996 approx.: its start is known only as 1995 source 1",
        "member Executive Committee Eurocities 1993 – 1999 source 1",
    ]
    assert facts(response, "history") == []
    assert 'href="/networks/eurocities/?on=1995-06-01"' in section(response, "belongs")
    assert 'href="/cities/leipzig/?on=1995-06-01"' in section(response, "twins")


@pytest.mark.parametrize(("on", "shown"), [("1990", 0), ("1991", 1), ("1991-12-31", 1), ("1990-12-31", 0)])
def test_a_membership_since_a_year_may_hold_all_through_that_year(client, on, shown):
    assert len(facts(page(client, make_bologna(), on=on), "belongs")) == shown


def test_a_membership_of_a_dissolved_network_is_history(client):
    city = make.make_city()
    make.make_membership(
        city=city, network=make.make_network(name="Old Net", start="1990", end="2010"), start="1995"
    )
    response = page(client, city)
    assert facts(response, "belongs") == []
    assert facts(response, "history") == ["Old Net full member since 1995 no source given"]


def test_a_network_without_member_cities_shows_no_empty_map(client):
    network = make.make_network()
    make.make_membership(network=network, city=None, organisation=make.make_organisation())
    assert "<place-map" not in page(client, network).content.decode()
    make.make_membership(network=network)
    assert "<place-map" in page(client, network).content.decode()


def test_what_is_to_begin_is_not_history(client):
    city = make.make_city()
    make.make_membership(city=city, network=make.make_network(name="New Net"), start="2028")
    response = page(client, city)
    assert facts(response, "history") == []
    assert facts(response, "to-come") == ["New Net full member since 2028 no source given"]
    assert facts(page(client, city, on="2026"), "to-come") == []


def test_a_city_gives_its_facts_at_a_glance(client):
    city = make.make_city(
        name="Milan",
        local_name="Milano",
        population=1371498,
        geonames_id=3173435,
        wikidata_id="Q490",
        latitude=45.46427,
        longitude=9.18951,
        website="https://www.comune.milano.it/",
    )
    CityName.objects.create(city=city, name="Mailand", language="de")
    response = page(client, city)
    assert glance(response) == {
        "Country": "Italy",
        "Local name": "Milano",
        "Other names": "Mailand German",
        "Population": "1,371,498 (year not known)",
        "Website": "comune.milano.it",
        "Latitude, longitude": "45.464, 9.190",
        "Identifiers": "GeoNames 3173435 Wikidata Q490",
    }
    html = response.content.decode()
    assert 'href="https://www.geonames.org/3173435"' in html
    assert 'href="https://www.wikidata.org/wiki/Q490"' in html


def test_a_population_is_given_with_its_year(client):
    city = make.make_city(population=1000, population_year=2021)
    assert glance(page(client, city))["Population"] == "1,000 (2021)"


def test_no_draft_leaks_onto_the_page_of_a_city(client):
    city = make.make_city(name="Bologna")
    network = make.make_network()
    make.make_membership(city=city, network=make.make_network(**secret()))
    make.make_membership(city=city, network=make.make_network(name="Hush"), **DRAFT)
    make.make_role(city=city, body=make.make_body(network=network, **secret()))
    make.make_role(city=city, network=network, person=make.make_person(**secret()))
    make.make_participation(city=city, project=make.make_project(**secret()))
    make.make_practice(city=city, **secret())
    make.make_uptake(city=city, practice=make.make_practice(**secret()))
    make.make_winner(city=city, edition=make.make_edition(award=make.make_award(network=network, **secret())))
    make.make_twinning(city_a=city, city_b=make.make_city(**secret()))
    make_event(cities=[city], **secret())
    DocumentParty.objects.create(document=make.make_document(**secret()), city=city)
    make.make_network(seat=city, **secret())
    city.topics.add(make.make_topic(**secret()))
    make.make_membership(city=city, network=network, source=make.make_source(publisher="Secret", **DRAFT))
    html = page(client, city).content.decode()
    assert "Secret" not in html
    assert "Hush" not in html
    assert html.count('href="/networks/network-') == 1


def fill_city(city):
    """Give a city one more of everything that its page shows."""
    source, network = make.make_source(), make.make_network(start="1990")
    network.seat = city
    network.save()
    person, organisation = make.make_person(), make.make_organisation()
    make.make_membership(city=city, network=network, source=source)
    make.make_membership(city=city, network=network, start="1990", end="1991", source=source)
    make.make_role(city=city, body=make.make_body(network=network), person=person, organisation=organisation)
    make.make_role(city=city, network=network, start="1990", end="1991", source=source)
    make.make_twinning(city_a=city, source=source)
    make.make_participation(city=city, source=source)
    make.make_winner(city=city, practice=make.make_practice(city=city), source=source)
    make.make_uptake(city=city, source=source)
    make_event(cities=[city])
    DocumentParty.objects.create(document=make.make_document(), city=city)
    CityName.objects.create(city=city, name=f"Name {network.pk}")
    city.topics.add(make.make_topic())


def test_the_page_of_a_city_costs_14_queries_however_much_is_on_it(client):
    city = make.make_city()
    fill_city(city)
    assert count_queries(client, city) == 16
    fill_city(city)
    fill_city(city)
    assert count_queries(client, city) == 16


# Networks -----------------------------------------------------------------------


def test_stated_numbers_stand_beside_what_the_database_counts(client):
    network = make.make_network()
    first = make.make_source(publisher="Genoa")
    second = make.make_source(publisher="Bologna")
    third = make.make_source(publisher="Milan")
    for value, qualifier, as_of, source in (
        (2, "exactly", "", first),
        (1, "over", "2021-09-27", second),
        (190, "over", "2022-09-01", third),
    ):
        make.make_figure(
            network=network,
            metric="member_cities",
            value=value,
            qualifier=qualifier,
            as_of=as_of,
            source=source,
        )
    make.make_figure(network=network, metric="citizens", value=130_000_000, qualifier="about", source=first)
    make.make_membership(network=network, city=make.make_city(country="IT"))
    make.make_membership(network=network, city=make.make_city(country="FR"))
    make.make_body(network=network, kind="forum")
    assert words(section(page(client, network), "numbers")).partition("Source ")[2] == (
        "Member cities counted here: 2 "
        "more than 190 1 September 2022 188 fewer here source 1 "
        "more than 1 27 September 2021 agrees source 2 "
        "2 no date the same source 3 "
        "Countries counted here: 2 No stated number is recorded. "
        "Citizens about 130,000,000 no date not counted here source 3 "
        "Forums counted here: 1 No stated number is recorded. "
        "Working groups counted here: 0 No stated number is recorded."
    )


def counted(response, metric):
    """Give what the page counts of a metric, in words."""
    text = words(section(response, "numbers"))
    return text.partition(f"{metric} counted here: ")[2].partition(" ")[0]


def test_member_cities_are_counted_once_each_and_joint_ones_as_one(client):
    network = make.make_network()
    city = make.make_city(country="NL")
    first = make.make_membership(network=network, city=city, category="founder")
    make.make_membership(network=network, city=city, category="full")
    make.make_membership(network=network, city=make.make_city(country="NL"), joint_with=first)
    make.make_membership(network=network, city=make.make_city(country="BE"), joint_with=first)
    make.make_membership(network=network, organisation=make.make_organisation())
    make.make_membership(network=network, end="1999")
    make.make_membership(network=network, city=make.make_city(**DRAFT))
    response = page(client, network)
    assert counted(response, "Member cities") == "1"
    assert counted(response, "Countries") == "2"


def test_a_network_is_counted_as_it_stood_on_the_asked_day(client):
    network = make.make_network(start="1986")
    for year in ("1986", "1991", "2001"):
        make.make_membership(network=network, start=year)
    make.make_body(network=network, kind="forum", start="2000")
    make.make_figure(network=network, metric="forums", value=6, as_of="2021")
    response = page(client, network, on="1995-06-01")
    assert counted(response, "Member cities") == "2"
    assert counted(response, "Forums") == "0"
    assert "2021" not in words(section(response, "numbers"))
    assert len(facts(response, "members")) == 2
    assert counted(page(client, network), "Member cities") == "3"


@pytest.mark.parametrize(
    ("qualifier", "stated", "counted", "words"),
    [
        ("exactly", 140, 139, "1 fewer here"),
        ("exactly", 140, 140, "the same"),
        ("exactly", 140, 1140, "1,000 more here"),
        ("over", 140, 141, "agrees"),
        ("over", 140, 140, "exactly that many here"),
        ("over", 140, 100, "40 fewer here"),
        ("up_to", 140, 100, "agrees"),
        ("up_to", 140, 150, "10 more here"),
        ("about", 140, 150, "10 more here"),
    ],
)
def test_a_stated_number_is_told_apart_from_the_count_in_words(qualifier, stated, counted, words):
    assert difference(Figure(value=stated, qualifier=qualifier), counted) == words


def test_the_figures_of_a_draft_group_or_programme_stay_hidden(client):
    network = make.make_network()
    for subject in (
        {"body": make.make_body(network=network, **secret())},
        {"programme": make.make_programme(**secret())},
        {"body": make.make_body(network=network, name="Culture Forum")},
    ):
        make.make_figure(network=network, metric="body_members", value=60, qualifier="over", **subject)
    response = page(client, network)
    assert facts(response, "numbers") == ["Culture Forum: more than 60 members of the body no source given"]
    assert "Secret" not in response.content.decode()


def make_members(network):
    make.make_membership(network=network, city=make.make_city(name="Łódź", slug="lodz", country="PL"))
    make.make_membership(network=network, city=make.make_city(name="Lyon", country="FR"), category="founder")
    make.make_membership(network=network, city=make.make_city(name="Milan", country="IT"), start="1986")


def test_members_are_listed_by_name_accents_aside(client):
    network = make.make_network()
    make_members(network)
    assert facts(page(client, network), "members") == [
        "Łódź Poland full member start not known no source given",
        "Lyon France founder start not known no source given",
        "Milan Italy full member since 1986 no source given",
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"country": "PL"}, ["Łódź"]),
        ({"category": "founder"}, ["Lyon"]),
        ({"category": "full"}, ["Łódź", "Milan"]),
        ({"country": "FR", "category": "full"}, []),
    ],
)
def test_members_are_filtered_by_country_and_category(client, query, names):
    network = make.make_network()
    make_members(network)
    response = client.get(network.get_absolute_url(), query)
    assert [fact.split()[0] for fact in facts(response, "members")] == names


@pytest.mark.parametrize("query", [{"country": "XX"}, {"category": "'; --"}, {"country": "\N{SNOWMAN}"}])
def test_a_bad_member_filter_is_told_and_filters_nothing(client, query):
    network = make.make_network()
    make_members(network)
    response = client.get(network.get_absolute_url(), query)
    assert response.status_code == 200
    assert "is not one of the available choices." in words(section(response, "members"))
    assert len(facts(response, "members")) == 3


def test_a_large_network_shows_its_first_members_and_where_all_of_them_are(client):
    network = make.make_network(slug="eurocities")
    for _ in range(MEMBERS_SHOWN + 1):
        make.make_membership(network=network)
    response = client.get(network.get_absolute_url(), {"country": "IT", "on": "2020"})
    assert len(facts(response, "members")) == MEMBERS_SHOWN
    assert 'href="/cities/?network=eurocities&amp;country=IT&amp;on=2020"' in section(response, "members")


def test_every_member_of_a_large_network_can_be_reached(client):
    network = make.make_network()
    for _ in range(MEMBERS_SHOWN):
        make.make_membership(network=network)
    make.make_membership(network=network, organisation=make.make_organisation(name="Zzz Lab"))
    response = client.get(network.get_absolute_url(), {"on": "2020", "page": "x"})
    assert '<a href="?on=2020&amp;page=2#members" rel="next">' in section(response, "members")
    response = client.get(network.get_absolute_url(), {"on": "2020", "page": "2"})
    assert [fact[:7] for fact in facts(response, "members")] == ["Zzz Lab"]
    assert '<a href="?on=2020&amp;page=1#members" rel="prev">' in section(response, "members")
    assert 'rel="next"' not in section(response, "members")


def test_the_groups_of_a_network_are_shown_with_who_chairs_them_now(client):
    network = make.make_network()
    florence = make.make_city(name="Florence")
    mayor = make.make_person(name="Ada Mayor")
    committee = make.make_body(name="Executive Committee", kind="committee", network=network)
    make.make_role(body=committee, city=florence, person=mayor, post="chair", start="2021")
    make.make_role(
        body=committee, city=make.make_city(name="Bologna"), post="chair", start="1993", end="1999"
    )
    make.make_body(name="Old Forum", network=network, start="1990", end="2000")
    response = page(client, network)
    assert facts(response, "groups") == [
        "Executive Committee committee",
        "Florence Ada Mayor chair since 2021 no source given Former groups",
        "Old Forum forum 1990 – 2000",
    ]
    assert facts(response, "history") == ["Bologna chair Executive Committee 1993 – 1999 no source given"]


def test_who_leads_a_network_now_comes_before_who_did(client):
    network = make.make_network()
    make.make_role(network=network, city=make.make_city(name="Leipzig"), post="president", start="2024")
    make.make_role(
        network=network, city=make.make_city(name="Bologna"), post="president", start="1995", end="1996"
    )
    response = page(client, network)
    assert facts(response, "leads") == ["Leipzig president since 2024 no source given"]
    assert facts(response, "history") == ["Bologna president 1995 – 1996 no source given"]
    assert facts(page(client, network, on="1995"), "leads") == [
        "Bologna president 1995 – 1996 no source given"
    ]


def test_the_events_of_a_network_are_told_apart_as_next_and_past(client):
    network = make.make_network()
    make_event(networks=[network], name="Genoa", start="2019-04-03", end="2019-04-05")
    make_event(networks=[network], name="Later", start="2028")
    make_event(networks=[network], name="Soon", start="2027-01")
    make_event(networks=[network], name="Dateless")
    assert words(section(page(client, network), "events")).startswith(
        "Events Next Soon January 2027 Later 2028 Past Genoa 3 – 5 April 2019 Dateless date not known All events"
    )


def test_a_grant_is_shown_on_the_level_that_it_was_given_to(client):
    network = make.make_network()
    programme = make.make_programme(name="Pilot Cities", network=network)
    project = make.make_project(name="Let's GOv", slug="lets-gov", network=network, programme=programme)
    funder = make.make_organisation(name="European Commission")
    make.make_grant(programme=programme, amount=32_000_000, funder=funder)
    assert facts(page(client, network), "projects") == [
        "Pilot Cities programme no source given",
        "32,000,000 euro from European Commission no source given",
        "Let's GOv All projects of " + network.name,
    ]
    assert facts(page(client, project), "grants") == [
        "32,000,000 euro from European Commission given to the programme Pilot Cities, not to this project "
        "no source given"
    ]


def test_awards_are_shown_with_their_winners_and_without_any_too(client):
    network = make.make_network()
    make.make_award(name="Quiet Award", network=network)
    pact = make.make_award(name="Milan Pact Awards", network=network)
    edition = make.make_edition(award=pact, year=2019)
    make.make_winner(
        edition=edition, city=make.make_city(name="Ghent"), category="Governance", prize="First prize"
    )
    make.make_winner(edition=edition, city=make.make_city(name="Hush", **DRAFT))
    assert words(section(page(client, network), "awards")) == (
        "Awards Milan Pact Awards no source given Ghent Governance First prize 2019 no source given "
        "Quiet Award no source given"
    )


def test_no_draft_leaks_onto_the_page_of_a_network(client):
    network = make.make_network(
        seat=make.make_city(**secret()),
        host_organisation=make.make_organisation(**secret()),
        predecessor=make.make_network(**secret()),
        source=make.make_source(publisher="Secret", **DRAFT),
    )
    make.make_network(predecessor=network, **secret())
    make.make_membership(network=network, city=make.make_city(**secret()))
    make.make_membership(network=network, organisation=make.make_organisation(**secret()))
    joint = make.make_membership(network=network, city=make.make_city(**secret()))
    make.make_membership(network=network, city=make.make_city(name="Helmond"), joint_with=joint)
    make.make_role(network=network, city=make.make_city(**secret()))
    make.make_body(network=network, **secret())
    make_event(networks=[network], **secret())
    make.make_programme(network=network, **secret())
    shown = make.make_programme(network=network)
    make.make_grant(programme=shown, funder=make.make_organisation(**secret()))
    make.make_project(network=network, **secret())
    make.make_document(network=network, **secret())
    make.make_award(network=network, **secret())
    make.make_award(network=network, name="Prize", organisation=make.make_organisation(**secret()))
    network.topics.add(make.make_topic(**secret()))
    response = page(client, network)
    assert "Secret" not in response.content.decode()
    assert facts(response, "members") == ["Helmond Italy full member start not known no source given"]


def fill_network(network):
    """Give a network one more of everything that its page shows."""
    source, organisation = make.make_source(), make.make_organisation()
    make.make_network(predecessor=network)
    first = make.make_membership(network=network, source=source)
    make.make_membership(network=network, joint_with=first)
    make.make_membership(network=network, organisation=organisation, source=source)
    body = make.make_body(network=network, source=source)
    make.make_body(network=network, start="1990", end="1991", source=source)
    make.make_role(body=body, person=make.make_person(), city=make.make_city(), source=source)
    make.make_role(body=body, start="1990", end="1991", organisation=organisation)
    make.make_role(network=network, post="president", source=source)
    make.make_figure(network=network, source=source)
    make.make_figure(network=network, body=body, source=source)
    programme = make.make_programme(network=network, source=source)
    make.make_figure(network=network, programme=programme, source=source)
    make.make_grant(programme=programme, funder=organisation, source=source)
    make.make_project(network=network, programme=programme, source=source)
    make.make_document(network=network, source=source)
    make_event(networks=[network], start="2019")
    make_event(networks=[network], start="2028")
    award = make.make_award(network=network, organisation=organisation, source=source)
    make.make_winner(edition=make.make_edition(award=award), practice=make.make_practice(), source=source)
    network.topics.add(make.make_topic())


def test_the_page_of_a_network_costs_15_queries_however_much_is_on_it(client):
    network = make.make_network(
        seat=make.make_city(), predecessor=make.make_network(), source=make.make_source()
    )
    fill_network(network)
    assert count_queries(client, network) == 17
    fill_network(network)
    fill_network(network)
    assert count_queries(client, network) == 17


# Groups -------------------------------------------------------------------------


def test_a_group_says_who_chairs_it_who_takes_part_and_who_did(client):
    body = make.make_body(network=make.make_network(name="Eurocities"), seats=12)
    make.make_role(body=body, city=make.make_city(name="Florence"), post="chair", start="2021")
    make.make_role(body=body, city=make.make_city(name="Leipzig"), post="member", start="2020")
    make.make_role(body=body, city=make.make_city(name="Bologna"), post="member", start="1993", end="1999")
    response = page(client, body)
    assert facts(response, "leads") == ["Florence chair since 2021 no source given"]
    assert facts(response, "participants") == ["Leipzig member since 2020 no source given"]
    assert facts(response, "history") == ["Bologna member 1993 – 1999 no source given"]
    assert glance(response) == {
        "Chair": "Florence",
        "Cities taking part": "2",
        "Network": "Eurocities",
        "Seats, as it says": "12",
        "Who says so": "no source given",
    }
    then = page(client, body, on="1995-06-01")
    assert facts(then, "leads") == []
    assert facts(then, "participants") == ["Bologna member 1993 – 1999 no source given"]
    assert facts(then, "history") == []


def test_a_group_of_many_keeps_its_chair(client, monkeypatch):
    monkeypatch.setattr("networks.views.details.ROLES_SHOWN", 1)
    body = make.make_body()
    for name, post in (("Aachen", "member"), ("Bologna", "member"), ("Zagreb", "chair")):
        make.make_role(body=body, city=make.make_city(name=name), post=post, start="2020")
    assert facts(page(client, body), "leads") == ["Zagreb chair since 2020 no source given"]


def test_a_chair_of_two_years_is_there_all_through_both(client):
    body = make.make_body()
    make.make_role(body=body, city=make.make_city(name="Bologna"), post="chair", start="2013", end="2014")
    shown = {
        day: len(facts(page(client, body, on=day), "leads"))
        for day in ("2012-12-31", "2013-01-01", "2014-12-31", "2015-01-01")
    }
    assert shown == {"2012-12-31": 0, "2013-01-01": 1, "2014-12-31": 1, "2015-01-01": 0}


def test_a_group_is_shown_with_the_groups_above_and_below_it(client):
    network = make.make_network()
    forum = make.make_body(name="Culture Forum", network=network)
    group = make.make_body(name="Food", kind="working_group", network=network)
    hidden = make.make_body(name="Secret", network=network, **DRAFT)
    BodyParent.objects.create(body=group, parent=forum, start="2015")
    BodyParent.objects.create(body=group, parent=hidden)
    BodyParent.objects.create(body=hidden, parent=forum)
    assert facts(page(client, forum), "children") == ["Food working group since 2015"]
    assert glance(page(client, group))["Sits under"] == "Culture Forum since 2015"
    assert "Sits under" not in glance(page(client, group, on="2014"))


def fill_body(body):
    network, source = body.network, make.make_source()
    BodyParent.objects.create(body=body, parent=make.make_body(network=network))
    BodyParent.objects.create(body=make.make_body(network=network), parent=body)
    for dates in ({}, {"start": "1990", "end": "1991"}):
        for post in ("chair", "member"):
            make.make_role(
                body=body,
                post=post,
                city=make.make_city(),
                person=make.make_person(),
                organisation=make.make_organisation(),
                source=source,
                **dates,
            )
    make.make_figure(network=network, body=body, metric="body_members", source=source)
    make_event(networks=[network], body=body)
    make.make_document(network=network, body=body)
    body.topics.add(make.make_topic())


def test_the_page_of_a_group_costs_10_queries_however_much_is_on_it(client):
    body = make.make_body(source=make.make_source())
    fill_body(body)
    assert count_queries(client, body) == 12
    fill_body(body)
    fill_body(body)
    assert count_queries(client, body) == 12


# Projects, practices, documents, people -----------------------------------------


def test_a_project_names_its_lead_first(client):
    project = make.make_project(
        name="Let's GOv",
        slug="lets-gov",
        programme=make.make_programme(name="Pilot Cities"),
        duration="two years",
    )
    make.make_participation(project=project, city=make.make_city(name="Bergamo"))
    make.make_participation(project=project, city=make.make_city(name="Bologna"), part="lead")
    make.make_participation(
        project=project, organisation=make.make_organisation(name="Ada Lab"), part="associated"
    )
    make.make_participation(project=project, city=make.make_city(name="Hush", **DRAFT))
    response = page(client, project)
    assert facts(response, "partners") == [
        "Bologna lead partner no source given",
        "Ada Lab associated partner no source given",
        "Bergamo partner no source given",
    ]
    assert glance(response) == {
        "Led by": "Bologna",
        "Lead and partners": "3",
        "Programme": "Pilot Cities",
        "Dates": "not known (two years)",
        "Who says so": "no source given",
    }


def test_no_draft_leaks_onto_the_page_of_a_project(client):
    programme = make.make_programme(**secret())
    project = make.make_project(
        programme=programme, network=make.make_network(**secret()), parent=make.make_project(**secret())
    )
    make.make_project(parent=project, **secret())
    make.make_grant(programme=programme, amount=32_000_000)
    make.make_document(project=project, **secret())
    response = page(client, project)
    assert "Secret" not in response.content.decode()
    assert facts(response, "grants") == []


def fill_project(project):
    source = make.make_source()
    make.make_participation(project=project, source=source)
    make.make_participation(project=project, organisation=make.make_organisation(), source=source)
    make.make_grant(project=project, funder=make.make_organisation(), source=source)
    make.make_grant(programme=project.programme, funder=make.make_organisation(), source=source)
    make.make_project(parent=project)
    make.make_document(project=project)
    project.topics.add(make.make_topic())


def test_the_page_of_a_project_costs_7_queries_however_much_is_on_it(client):
    programme = make.make_programme(parent=make.make_programme(), network=make.make_network())
    project = make.make_project(programme=programme, network=make.make_network(), parent=make.make_project())
    fill_project(project)
    assert count_queries(client, project) == 8
    fill_project(project)
    fill_project(project)
    assert count_queries(client, project) == 8


def test_a_practice_says_who_took_it_up_and_what_it_won(client):
    practice = make.make_practice(
        city=make.make_city(name="Bologna"), year=2014, results="400 pacts.\n\n<b>Many</b> more."
    )
    practice.networks.add(make.make_network(name="Eurocities"), make.make_network(**secret()))
    make.make_uptake(practice=practice, city=make.make_city(name="Milan"), year=2019)
    make.make_uptake(practice=practice, city=make.make_city(**secret()))
    edition = make.make_edition(award=make.make_award(name="Pact Awards"), year=2020)
    make.make_winner(edition=edition, practice=practice, category="Governance", prize="First prize")
    response = page(client, practice)
    assert facts(response, "uptakes") == ["Milan 2019 no source given"]
    assert facts(response, "awards") == ["Pact Awards Governance First prize 2020 no source given"]
    assert glance(response) == {
        "City": "Bologna, Italy",
        "Year": "2014",
        "Cities that took it up": "1",
        "Shared through": "Eurocities",
        "Who says so": "no source given",
    }
    assert "<p>400 pacts.</p>\n<p>&lt;b&gt;Many&lt;/b&gt; more.</p>" in section(response, "results")
    assert "Secret" not in response.content.decode()


def fill_practice(practice):
    source = make.make_source()
    make.make_uptake(practice=practice, source=source)
    make.make_winner(practice=practice, source=source)
    practice.networks.add(make.make_network())
    practice.topics.add(make.make_topic())


def test_the_page_of_a_practice_costs_6_queries_however_much_is_on_it(client):
    practice = make.make_practice(source=make.make_source())
    fill_practice(practice)
    assert count_queries(client, practice) == 7
    fill_practice(practice)
    fill_practice(practice)
    assert count_queries(client, practice) == 7


def test_a_document_kept_elsewhere_is_linked_with_format_and_size(client):
    document = make.make_document(
        kind="memorandum",
        date="2022-09-09",
        place="Rome",
        language="it",
        stated_format="PDF, 630.35 kB",
        url="https://www.mit.gov.it/memo.pdf",
    )
    DocumentParty.objects.create(document=document, city=make.make_city(name="Bologna"))
    DocumentParty.objects.create(document=document, city=make.make_city(name="Turin"))
    DocumentParty.objects.create(document=document, organisation=make.make_organisation(name="Ministry"))
    DocumentParty.objects.create(document=document, city=make.make_city(name="Hush", **DRAFT))
    response = page(client, document)
    assert "Open at mit.gov.it (PDF, 630.35 kB)" in actions(response)
    assert facts(response, "parties") == ["Bologna Italy", "Ministry", "Turin Italy"]
    assert glance(response) == {
        "Date": "9 September 2022",
        "Place": "Rome",
        "Language": "Italian",
        "Who says so": "no source given",
    }


def test_a_document_that_is_not_here_says_so(client):
    response = page(client, make.make_document(stated_format="PDF, 630.35 kB"))
    assert actions(response) == "The document itself is not kept here. Its publisher states: PDF, 630.35 kB."


def test_a_page_on_a_day_shows_no_document_that_was_signed_later(client):
    city = make.make_city()
    for name, date in (("Pact", "2015-10-15"), ("Framework", "1995"), ("Minutes", "")):
        DocumentParty.objects.create(document=make.make_document(name=name, date=date), city=city)
    assert [fact.split()[0] for fact in facts(page(client, city), "documents")] == [
        "Pact",
        "Framework",
        "Minutes",
    ]
    assert [fact.split()[0] for fact in facts(page(client, city, on="1995-06-01"), "documents")] == [
        "Framework",
        "Minutes",
    ]


def test_no_draft_leaks_onto_the_page_of_a_document(client):
    body = make.make_body(name="Secret", network=make.make_network(**secret()))
    document = make.make_document(
        network=make.make_network(**secret()), body=body, project=make.make_project(**secret())
    )
    DocumentParty.objects.create(document=document, organisation=make.make_organisation(**secret()))
    assert "Secret" not in page(client, document).content.decode()


def fill_document(document):
    DocumentParty.objects.create(document=document, city=make.make_city())
    DocumentParty.objects.create(document=document, organisation=make.make_organisation())
    document.events.add(make_event())
    document.topics.add(make.make_topic())


def test_the_page_of_a_document_costs_6_queries_however_much_is_on_it(client):
    body = make.make_body()
    document = make.make_document(body=body, network=body.network, project=make.make_project())
    fill_document(document)
    assert count_queries(client, document) == 7
    fill_document(document)
    fill_document(document)
    assert count_queries(client, document) == 7


def test_a_person_is_shown_with_roles_now_and_before(client):
    network = make.make_network(name="Eurocities")
    person = make.make_person(title="Mayor of Florence", city=make.make_city(name="Florence"))
    make.make_role(network=network, person=person, post="president", start="2022", is_acting=True)
    make.make_role(network=network, person=person, city=person.city, post="member", start="2015", end="2019")
    make.make_role(network=make.make_network(**secret()), person=person)
    response = page(client, person)
    assert facts(response, "roles") == ["president acting Eurocities since 2022 no source given"]
    assert facts(response, "history") == ["Florence member Eurocities 2015 – 2019 no source given"]
    assert glance(response) == {"City": "Florence, Italy"}


def fill_person(person):
    source = make.make_source()
    body = make.make_body()
    make.make_role(person=person, body=body, city=make.make_city(), organisation=make.make_organisation())
    make.make_role(person=person, network=body.network, start="1990", end="1991", source=source)


def test_the_page_of_a_person_costs_3_queries_however_much_is_on_it(client):
    person = make.make_person(city=make.make_city(), organisation=make.make_organisation())
    fill_person(person)
    assert count_queries(client, person) == 4
    fill_person(person)
    fill_person(person)
    assert count_queries(client, person) == 4


# What a page opens with, and what leads through it --------------------------------


def answers(response):
    """Give {term: definition} of what the page opens with."""
    html = re.search(r'<dl class="answers">(.*?)</dl>', response.content.decode(), re.DOTALL)
    pairs = (re.split(r"<dd[^>]*>", term) for term in re.split(r"<dt[^>]*>", html[1])[1:])
    return {words(term): " | ".join(map(words, definitions)) for term, *definitions in pairs}


def contents(response):
    """Give the list "On this page" as {words: address}; empty if the page has none."""
    html = response.content.decode().partition('<nav class="contents')[2].partition("</nav>")[0]
    return {words(text): address for address, text in re.findall(r'<a href="([^"]*)">(.*?)</a>', html)}


def test_a_city_opens_with_how_many_networks_and_chairs_it_has(client):
    bologna = make_bologna()
    network = make.make_network(start="2000")
    for category in ("founder", "full"):
        make.make_membership(city=bologna, network=network, category=category)
    for post in ("chair", "member"):
        make.make_role(city=bologna, body=make.make_body(network=network), post=post)
    make.make_participation(city=bologna)
    make.make_practice(city=bologna)
    expected = {"Networks": "2", "Chairs": "1", "Projects": "1", "Good practices": "1"}
    assert answers(page(client, bologna)) == expected
    assert answers(page(client, bologna, on="1995-06-01"))["Chairs"] == "1"
    assert answers(page(client, bologna, on="1995-06-01"))["Networks"] == "1"


def test_a_city_of_which_nothing_is_known_opens_without_numbers(client):
    assert '<dl class="answers">' not in page(client, make.make_city()).content.decode()


def test_a_network_opens_with_what_is_counted_beside_what_was_stated_last(client):
    network = make.make_network()
    for value, as_of in ((140, "2021"), (190, "2022-09-01"), (100, "")):
        make.make_figure(network=network, metric="member_cities", qualifier="over", value=value, as_of=as_of)
    for country in ("IT", "IT", "FR"):
        make.make_membership(network=network, city=make.make_city(country=country))
    make.make_body(network=network)
    make.make_role(network=network, city=make.make_city(name="Florence"), post="president")
    assert answers(page(client, network)) == {
        "Member cities": "3 | stated: more than 190 (1 September 2022)",
        "Countries": "2",
        "Groups": "1",
        "President": "Florence",
    }


def test_the_members_of_a_network_are_on_a_map_as_they_are_filtered_and_asked_for(client):
    network = make.make_network(slug="mufpp")
    make.make_membership(network=network, city=make.make_city(country="IT"), start="2015")
    html = section(client.get("/networks/mufpp/", {"country": "IT", "on": "2016"}), "members")
    assert 'data-list="/cities/?network=mufpp&amp;country=IT&amp;on=2016"' in html
    assert 'href="/cities.geojson?network=mufpp&amp;country=IT&amp;on=2016"' in html


@pytest.mark.parametrize(
    ("start", "words"), [("2028-03-01", "Next meeting"), ("2019-04-03", "Latest meeting")]
)
def test_a_group_opens_with_its_chairs_its_cities_and_its_nearest_meeting(client, start, words):
    network = make.make_network()
    body = make.make_body(network=network)
    for name in ("Florence", "Ghent"):
        make.make_role(body=body, city=make.make_city(name=name), post="co_chair")
    make.make_role(body=body, city=make.make_city(), post="member")
    make_event(networks=[network], body=body, start="2015")
    make_event(networks=[network], body=body, start="")
    make_event(networks=[network], body=body, start=start)
    shown = answers(page(client, body))
    assert list(shown) == ["Co-chair", "Cities taking part", words]
    assert shown["Co-chair"] == "Florence | Ghent"
    assert shown["Cities taking part"] == "3"


def test_a_group_and_a_project_have_the_map_of_their_cities(client):
    body = make.make_body(slug="culture")
    make.make_role(body=body, city=make.make_city())
    html = section(page(client, body, on="2020"), "participants")
    assert 'href="/cities.geojson?group=culture&amp;on=2020"' in html
    project = make.make_project(slug="lets-gov")
    assert "cities.geojson" not in page(client, project).content.decode()
    make.make_participation(project=project)
    assert 'href="/cities.geojson?project=lets-gov"' in section(page(client, project), "partners")


def test_a_long_page_lists_its_sections_and_a_short_one_does_not(client):
    assert contents(page(client, make_bologna())) == {
        "Networks": "#belongs",
        "Roles": "#roles",
        "History": "#history",
        "Twin cities": "#twins",
        "Sources": "#sources",
    }
    assert contents(page(client, make.make_city())) == {}


@pytest.mark.parametrize("make_record", PAGES)
def test_every_entry_on_this_page_leads_to_a_part_of_it(client, make_record):
    record = make_record()
    if hasattr(record, "topics"):
        record.topics.add(make.make_topic())
    html = page(client, record).content.decode()
    parts = set(re.findall(r' id="([^"]*)"', html))
    assert {address.removeprefix("#") for address in contents(page(client, record)).values()} <= parts
