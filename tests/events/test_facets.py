"""The numbers beside the options of the list of events: those of the lists that they lead to."""

import datetime

import pytest
import time_machine

from events.filters import EventFilter
from events.models import Event
from tests.facets import lengths, numbers
from tests.networks.make import make_city, make_network, make_topic

from .make import make_event, make_language, make_series

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def world(db):
    """Four events in two countries, past and to come, and a draft host."""
    environment = make_topic(name="Environment", slug="environment")
    air = make_topic(name="Air", slug="air", parent=environment)
    rome = make_city(name="Rome", slug="rome", country="IT")
    lyon = make_city(name="Lyon", slug="lyon", country="FR")
    draft = make_city(name="Draft", slug="draft", country="FR", state="draft")
    club, pact = make_network(name="Club", slug="club"), make_network(name="Pact", slug="pact")
    series = make_series(name="Meetings", slug="meetings", network=club)
    first = make_event(
        name="First", networks=[club, pact], cities=[rome, lyon], series=series, start="2019", kind="congress"
    )
    second = make_event(
        name="Second", networks=[club], cities=[rome], series=series, start="2026-06-01", mode="hybrid"
    )
    third = make_event(name="Third", networks=[pact], cities=[draft], start="2026-05", status="cancelled")
    make_event(name="Fourth", networks=[pact])
    first.topics.add(air, environment)
    second.topics.add(air)
    for event, language in ((first, "it"), (first, "en"), (third, "en")):
        make_language(event=event, language=language)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "network=club",
        "country=FR",
        "country=IT&city=lyon",
        "city=rome",
        "when=upcoming",
        "when=past&when=upcoming&language=en",
        "language=en&country=IT",
        "topic=environment&from=2020",
        "kind=congress&series=meetings&to=2020",
        "mode=hybrid&status=scheduled",
        "q=first&sort=name",
    ],
)
def test_each_option_says_how_many_events_the_list_that_it_leads_to_has(world, query):
    said = numbers(EventFilter, query, model=Event)
    assert said == lengths(EventFilter, query, model=Event)
    assert any(said.values())


def test_a_host_country_counts_an_event_of_two_cities_in_each_of_their_countries(world):
    said = numbers(EventFilter, "", model=Event)
    assert (said["country", "IT"], said["country", "FR"]) == (2, 1)
    said = numbers(EventFilter, "city=lyon", model=Event)
    assert (said["country", "IT"], said["country", "FR"]) == (0, 1)
