"""The numbers beside the options of the lists: those of the lists that they lead to, each and every one."""

import datetime

import pytest
import time_machine

from networks.filters import (
    BodyFilter,
    CityFilter,
    DocumentFilter,
    NetworkFilter,
    PersonFilter,
    PracticeFilter,
    ProjectFilter,
)
from networks.models import (
    Body,
    City,
    Document,
    Network,
    Person,
    Practice,
    Project,
)
from tests.facets import lengths, numbers

from .make import (
    make_body,
    make_city,
    make_document,
    make_membership,
    make_network,
    make_participation,
    make_person,
    make_practice,
    make_programme,
    make_project,
    make_role,
    make_topic,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def world(db):
    """Three cities in three networks, one of them over and one a draft, and everything else around them."""
    environment = make_topic(name="Environment", slug="environment")
    air = make_topic(name="Air", slug="air", parent=environment)
    hidden = make_topic(name="Hidden", slug="hidden", parent=environment, state="draft")
    culture = make_topic(name="Culture", slug="culture")
    rome = make_city(name="Rome", slug="rome", country="IT", population=2_800_000)
    lyon = make_city(name="Lyon", slug="lyon", country="FR", population=500_000)
    milan = make_city(name="Milan", slug="milan", country="IT")
    draft = make_city(name="Draft", slug="draft", country="DE", state="draft")
    pact = make_network(name="Pact", slug="pact", kind="pact", start="2015", seat=milan)
    club = make_network(name="Club", slug="club", kind="association", start="1986", seat=draft)
    over = make_network(name="Over", slug="over", kind="association", start="1950", end="1999", seat=rome)
    secret = make_network(name="Secret", slug="secret", state="draft")
    for network, city, category, dates in (
        (pact, rome, "signatory", {"start": "2015"}),
        (pact, rome, "partner", {"start": "2016"}),
        (pact, lyon, "partner", {"start": "2015", "end": "2018"}),
        (club, rome, "full", {"start": "1990"}),
        (club, lyon, "full", {"start": "1986"}),
        (club, milan, "founder", {"start": "1986", "end": "2000"}),
        (club, draft, "full", {}),
        (over, milan, "full", {"start": "1950"}),
        (secret, milan, "full", {}),
    ):
        make_membership(network=network, city=city, category=category, **dates)
    make_membership(network=club, city=milan, category="partner", state="draft")
    rome.topics.add(air, environment)
    lyon.topics.add(air)
    milan.topics.add(hidden, culture)
    pact.topics.add(environment)
    club.topics.add(air, culture)
    forum = make_body(name="Forum", slug="forum", network=club, kind="forum")
    board = make_body(name="Board", slug="board", network=pact, kind="board", start="2016", end="2020")
    make_body(name="Cabal", slug="cabal", network=secret, kind="board")
    forum.topics.add(environment)
    board.topics.add(air)
    ada = make_person(name="Ada", slug="ada", city=rome)
    bob = make_person(name="Bob", slug="bob")
    eve = make_person(name="Eve", slug="eve", city=lyon)
    for role in (
        {"body": forum, "city": rome, "person": ada, "post": "chair", "start": "2010", "end": "2012"},
        {"body": forum, "city": lyon, "person": ada, "post": "member", "start": "2020"},
        {"network": pact, "person": ada, "post": "president", "start": "2021"},
        {"body": board, "city": milan, "person": bob, "post": "chair", "start": "2016", "end": "2018"},
        {"network": club, "city": rome, "post": "president", "start": "2000"},
        {"network": pact, "city": lyon, "post": "chair", "start": "2016"},
        {"network": club, "city": milan, "post": "chair"},
        {"network": secret, "city": milan, "person": eve, "post": "chair"},
    ):
        make_role(**role)
    programme = make_programme(name="Horizon", slug="horizon")
    first = make_project(name="First", slug="first", network=club, programme=programme, start="2019")
    second = make_project(name="Second", slug="second", network=pact)
    first.topics.add(air, environment)
    make_participation(project=first, city=rome, part="lead")
    make_participation(project=first, city=lyon, part="partner")
    make_participation(project=second, city=rome, part="partner")
    make_participation(project=second, city=draft, part="lead")
    for name, city, year in (("Food", milan, 2014), ("Bikes", lyon, 2019), ("Lost", draft, 2019)):
        practice = make_practice(name=name, slug=name.lower(), city=city, year=year)
        practice.networks.add(pact, secret)
        practice.topics.add(environment if name == "Food" else air)
    for name, kind, language in (("A", "pact", "en"), ("B", "pact", "it"), ("C", "report", "en")):
        document = make_document(
            name=name, slug=name.lower(), kind=kind, language=language, date="2015", network=pact
        )
        document.topics.add(air if name == "A" else culture)


MIXTURES = {
    (NetworkFilter, Network): [
        "",
        "kind=association",
        "status=dissolved",
        "status=dissolved&status=active&country=IT",
        "member_country=IT&topic=environment",
        "member_country=FR&city=rome",
        "city=milan&on=1960",
        "topic=culture&q=club&kind=pact",
        "country=IT&status=dissolved&member_country=IT",
        "on=2016&status=active",
        "sort=-members&from=1980&to=2015",
    ],
    (CityFilter, City): [
        "",
        "country=IT",
        "network=pact",
        "network=pact&category=partner",
        "network=pact&network=club&category=full&category=signatory",
        "role=chair",
        "role=chair&network=pact&on=2017",
        "role=president&network=club&category=full",
        "role=member&role=chair&country=FR",
        "topic=environment&network=club",
        "topic=air&topic=culture",
        "on=1990&network=club",
        "on=2017&category=partner&role=chair",
        "group=forum",
        "group=forum&role=member&network=club",
        "group=forum&category=full&topic=air",
        "project=first&role=chair&role=president",
        "q=m&population_from=1000",
    ],
    (BodyFilter, Body): [
        "",
        "network=club",
        "kind=board&topic=environment",
        "city=lyon",
        "on=2018&chair=milan",
    ],
    (ProjectFilter, Project): [
        "",
        "part=lead",
        "city=rome",
        "city=rome&part=partner",
        "part=lead&part=partner&network=club&programme=horizon",
        "topic=air&city=lyon&year=2019",
    ],
    (PracticeFilter, Practice): [
        "",
        "country=IT",
        "network=pact&topic=environment",
        "city=lyon",
        "topic=air",
    ],
    (DocumentFilter, Document): ["", "kind=pact", "language=en&topic=culture", "network=pact&year=2015"],
    (PersonFilter, Person): [
        "",
        "network=club",
        "post=chair",
        "network=club&post=chair",
        "status=current",
        "status=former",
        "status=current&status=former&network=pact",
        "city=rome",
        "city=rome&network=pact",
        "city=milan&post=chair",
        "city=rome&status=current&topic=air",
        "topic=environment",
        "topic=culture&post=president",
        "year=2017",
        "year=2017&topic=environment&network=pact",
        "on=2011&network=club",
    ],
}


@pytest.mark.parametrize(
    ("filterset", "model", "query"),
    [(*kind, query) for kind, queries in MIXTURES.items() for query in queries],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_each_option_says_how_many_rows_the_list_that_it_leads_to_has(world, filterset, model, query):
    said = numbers(filterset, query, model=model)
    assert said == lengths(filterset, query, model=model)
    assert any(said.values())


def test_a_topic_counts_a_row_once_that_is_tagged_with_it_and_with_a_part_of_it(world):
    said = numbers(CityFilter, "", model=City)
    assert said["topic", "environment"] == 2
    assert said["topic", "air"] == 2
    assert said["topic", "culture"] == 1


def test_an_option_of_a_filter_in_use_counts_as_if_it_were_alone(world):
    said = numbers(CityFilter, "country=FR", model=City)
    assert (said["country", "IT"], said["country", "FR"]) == (2, 1)
    assert (said["network", "pact"], said["network", "club"]) == (0, 1)


def test_a_role_is_counted_in_the_networks_asked_for_only(world):
    said = numbers(CityFilter, "network=pact&on=2017", model=City)
    assert (said["role", "chair"], said["role", "president"]) == (1, 0)
    said = numbers(CityFilter, "role=president&on=2017", model=City)
    assert (said["network", "pact"], said["network", "club"]) == (0, 1)
