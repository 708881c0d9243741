"""What the rows of each list show, and to whom nothing is shown; and the suggested names."""

import pytest

from networks.models import CityName, Role

from .make import (
    make_body,
    make_city,
    make_document,
    make_membership,
    make_network,
    make_organisation,
    make_participation,
    make_person,
    make_practice,
    make_programme,
    make_project,
    make_role,
)

pytestmark = pytest.mark.django_db


def table(client, address):
    """Give the table of a list as text, tags left out: one string a row."""
    page = client.get(address).content.decode()
    body = page[page.index("<tbody") : page.index("</tbody>")]
    return [" ".join(strip(row).split()) for row in body.split("<tr")[1:]]


def strip(html):
    return " ".join(part.partition(">")[2] for part in html.split("<"))


def test_a_network_shows_kind_founding_seat_and_current_member_cities(client):
    network = make_network(
        name="Eurocities",
        acronym="EC",
        kind="association",
        start="1986",
        seat=make_city(name="Brussels", country="BE"),
    )
    for city in (make_city(), make_city()):
        make_membership(network=network, city=city, start="1990")
    make_membership(network=network, organisation=make_organisation())
    make_membership(network=network, end="2000")
    make_membership(network=network, city=make_city(state="draft"))
    assert table(client, "/networks/") == ["Eurocities (EC) Association 1986 Brussels , Belgium 2"]
    assert table(client, "/networks/?on=1999") == ["Eurocities (EC) Association 1986 Brussels , Belgium 3"]


def test_members_that_take_part_jointly_count_once(client):
    network = make_network(name="Pact")
    first = make_membership(network=network)
    make_membership(network=network, joint_with=first)
    assert client.get("/networks/").context["page"].rows[0].members == 1


def test_a_dissolved_network_shows_its_end(client):
    make_network(name="Over", start="1980", end="2000")
    assert table(client, "/networks/") == ["Over Association 1980 – 2000 none recorded"]


def test_the_seat_of_a_network_is_not_shown_while_it_is_a_draft(client):
    make_network(name="Secretive", seat=make_city(name="Hideout", state="draft"))
    assert "Hideout" not in client.get("/networks/").content.decode()


def test_a_city_shows_country_population_and_its_number_of_networks(client):
    city = make_city(
        name="Munich", local_name="München", country="DE", population=1260391, population_year=2020
    )
    network = make_network(start="1986")
    for category in ("full", "founder"):
        make_membership(network=network, city=city, category=category, start="1990")
    make_membership(network=make_network(state="draft"), city=city)
    make_membership(city=city, end="1995")
    assert table(client, "/cities/") == ["Munich München Germany 1,260,391 (2020) 1"]
    assert table(client, "/cities/?on=1991")[0].endswith(" 2")
    assert table(client, "/cities/?on=1980")[0].endswith(" 1")


def test_a_group_shows_its_network_and_who_chairs_it_on_the_day(client):
    body = make_body(name="Culture Forum", network=make_network(name="Eurocities"))
    make_role(body=body, city=make_city(name="Bologna"), post=Role.Post.CHAIR, start="2013", end="2014")
    make_role(
        body=body,
        city=make_city(name="Lyon"),
        person=make_person(name="Ada"),
        post=Role.Post.CO_CHAIR,
        start="2020",
    )
    make_role(body=body, city=make_city(name="Leeds"), post=Role.Post.MEMBER)
    make_role(body=body, city=make_city(name="Hidden", state="draft"), post=Role.Post.CHAIR)
    assert table(client, "/groups/") == ["Culture Forum Eurocities Forum Lyon Ada co-chair"]
    assert table(client, "/groups/?on=2014-06") == [
        "Culture Forum approx.: its start is not known Eurocities Forum Bologna chair approx.: its end is known only as 2014"
    ]


def test_a_project_shows_lead_network_programme_and_period(client):
    project = make_project(
        name="Let's GOv",
        network=make_network(name="Mission"),
        programme=make_programme(name="Pilots"),
        start="2022",
    )
    make_participation(project=project, city=make_city(name="Bologna"), part="lead")
    make_participation(project=project, city=make_city(name="Turin"))
    make_project(name="Quiet", network=make_network(name="Hidden", state="draft"), duration="two years")
    assert table(client, "/projects/") == [
        "Let&#x27;s GOv Bologna Mission Pilots since 2022",
        "Quiet two years",
    ]


def test_a_practice_shows_city_year_and_networks(client):
    practice = make_practice(name="Food", city=make_city(name="Milan"), year=2014, summary="How it is done.")
    practice.networks.add(
        make_network(name="Zz"), make_network(name="Ää"), make_network(name="No", state="draft")
    )
    make_practice(name="Other", city=make_city(name="Hidden", state="draft"))
    assert table(client, "/practices/") == ["Food How it is done. Milan , Italy 2014 Ää Zz", "Other"]


def test_a_document_shows_kind_date_network_language_and_format(client):
    make_document(
        name="Pact",
        kind="pact",
        date="2015-10-15",
        language="en",
        stated_format="PDF, 1 MB",
        network=make_network(name="Food"),
    )
    assert table(client, "/documents/") == ["Pact Pact 15 October 2015 Food English PDF, 1.0 MB"]


def test_a_person_shows_title_city_and_the_roles_of_the_day(client):
    person = make_person(name="Ada", title="Mayor", city=make_city(name="Florence"))
    make_role(
        person=person,
        network=make_network(name="Eurocities"),
        post=Role.Post.PRESIDENT,
        start="2015",
        end="2016",
    )
    make_role(person=person, body=make_body(name="Board"), post=Role.Post.MEMBER, start="2020")
    assert table(client, "/people/") == ["Ada Mayor Florence Member, Board"]
    assert table(client, "/people/?on=2015-06-01") == [
        "Ada Mayor Florence President, Eurocities approx.: its start is known only as 2015"
    ]


# Suggested names -----------------------------------------------------------------


def suggestions(client, words):
    response = client.get("/cities/suggest/", {"q": words})
    assert response.status_code == 200
    return response.json()


def test_cities_are_suggested_by_any_name_those_that_begin_so_first(client):
    make_city(name="Hamilton", slug="hamilton", country="CA", population=500_000)
    make_city(name="Milan", slug="milan", population=1_000_000)
    make_city(name="Milton", slug="milton", country="GB", population=5)
    vienna = make_city(name="Vienna", slug="vienna", country="AT")
    CityName.objects.create(city=vienna, name="Milwien")
    make_city(name="Milhidden", state="draft")
    assert suggestions(client, "MÍL") == [
        {"value": "milan", "label": "Milan, Italy"},
        {"value": "milton", "label": "Milton, United Kingdom"},
        {"value": "hamilton", "label": "Hamilton, Canada"},
        {"value": "vienna", "label": "Vienna, Austria"},
    ]


@pytest.mark.parametrize("words", ["", "m", " m ", "a " * 100, "x" * 5000, "%", "_"])
def test_nothing_is_suggested_for_nonsense(client, words):
    make_city(name="Milan")
    assert suggestions(client, words) == []


def test_ten_cities_are_suggested_at_most_in_one_statement(client, django_assert_num_queries):
    for number in range(12):
        make_city(name=f"Milan {number}")
    with django_assert_num_queries(1):
        assert len(suggestions(client, "mil")) == 10
