"""The pages of cities."""

import datetime

import pytest

from networks.models import CityName, DocumentParty
from tests.events.make import make_event
from tests.networks import make
from tests.page import facts, glance, section

from .pages import DRAFT, answers, contents, count_queries, page, secret

pytestmark = pytest.mark.django_db


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


def test_a_long_page_lists_its_sections_and_a_short_one_does_not(client):
    assert contents(page(client, make_bologna())) == {
        "Networks": "#belongs",
        "Roles": "#roles",
        "History": "#history",
        "Twin cities": "#twins",
        "Sources": "#sources",
    }
    assert contents(page(client, make.make_city())) == {}
