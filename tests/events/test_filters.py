"""What each filter of the list of events finds: exactly these names, in this order, each once."""

import datetime

import pytest
import time_machine
from django.http import QueryDict

from events.filters import EventFilter
from events.models import Event
from tests.networks.make import make_city, make_network, make_topic

from .make import make_event, make_language, make_series

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC), tick=False):
        yield


def found(query):
    """Give the names of the events that a query finds; whatever it cannot use is a failure here."""
    filters = EventFilter(QueryDict(query), Event.objects.published())
    assert filters.problems == []
    return [event.name for event in filters.qs]


def test_events_are_found_by_words_kind_mode_and_status():
    make_event(name="Forum", kind="summit", mode="online", status="cancelled", start="2020")
    make_event(name="Congress", kind="congress", mode="hybrid", start="2019")
    make_event(name="Hidden", state="draft")
    assert found("") == ["Forum", "Congress"]
    assert found("q=for") == ["Forum"]
    assert found("kind=summit&kind=congress") == ["Forum", "Congress"]
    assert found("mode=hybrid") == ["Congress"]
    assert found("status=cancelled&status=postponed") == ["Forum"]


def test_an_event_of_two_networks_is_found_once_by_either():
    x, y = make_network(slug="x"), make_network(slug="y")
    make_event(name="Both", networks=[x, y])
    make_event(name="Other")
    assert found("network=x") == ["Both"]
    assert found("network=x&network=y") == ["Both"]


def test_events_are_found_by_series_and_topic():
    parent = make_topic(slug="environment")
    event = make_event(name="Genoa", series=make_series(slug="forum"))
    event.topics.add(make_topic(slug="air", parent=parent), parent)
    make_event(name="Other")
    assert found("series=forum") == ["Genoa"]
    assert found("topic=air") == ["Genoa"]
    assert found("topic=environment&topic=air") == ["Genoa"]


def test_country_and_city_are_asked_of_the_same_host():
    bologna, leipzig = make_city(slug="bologna"), make_city(slug="leipzig", country="DE")
    make_event(name="Both", cities=[bologna, leipzig], start="2021")
    make_event(name="Leipzig", cities=[leipzig], start="2020")
    make_event(name="Secret", cities=[make_city(state="draft")])
    assert found("country=IT") == ["Both"]
    assert found("country=IT&country=DE") == ["Both", "Leipzig"]
    assert found("city=leipzig") == ["Both", "Leipzig"]
    assert found("city=bologna&country=DE") == []


def test_events_are_found_when_any_day_of_theirs_may_lie_in_the_span():
    make_event(name="Day", start="2019-04-03", end="2019-04-05")
    make_event(name="Year", start="2019")
    make_event(name="Later", start="2020-01-01")
    make_event(name="Undated")
    assert found("") == ["Later", "Day", "Year", "Undated"]
    assert found("from=2019-04-05") == ["Later", "Day", "Year"]
    assert found("from=2019-04-06&to=2019") == ["Year"]
    assert found("to=2019-04-02") == ["Year"]
    assert found("to=2018") == []
    assert found("from=2019-12-31") == ["Later", "Year"]


def test_upcoming_events_come_soonest_first_and_past_ones_latest_first():
    make_event(name="Over", start="2026-04-30")
    make_event(name="Today", start="2026-05-01")
    make_event(name="This year", start="2026")
    make_event(name="Next", start="2027-01-01")
    make_event(name="Long ago", start="1990")
    make_event(name="Undated")
    assert found("when=upcoming") == ["This year", "Today", "Next"]
    assert found("when=upcoming&sort=-date") == ["Next", "Today", "This year"]
    assert found("when=past") == ["Over", "Long ago", "Undated"]
    assert len(found("when=past&when=upcoming")) == 6


def test_events_are_found_by_any_use_of_a_language():
    event = make_event(name="Larissa")
    make_language(event=event, language="en")
    make_language(event=event, language="el", use="interpretation")
    make_language(event=event, language="en", use="interpretation")
    make_event(name="Silent")
    assert found("language=el") == ["Larissa"]
    assert found("language=en&language=el") == ["Larissa"]
    assert found("language=fr") == []


def test_the_menus_say_nothing_of_events_that_are_not_public():
    rome, lyon = make_city(country="IT"), make_city(country="FR")
    make_language(event=make_event(cities=[rome]), language="it")
    for number, hidden in enumerate(
        ({"state": "draft"}, {"publish_at": datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)})
    ):
        make_language(event=make_event(cities=[lyon], **hidden), language=("fr", "de")[number])
    filters = EventFilter(QueryDict(""), Event.objects.published())
    assert [list(filters.filters[name].read()) for name in ("country", "language")] == [["IT"], ["it"]]


def test_events_are_sorted_by_date_and_name_with_a_tie_break():
    for name, start in (("b", "2020"), ("A", "2020"), ("Ç", "2019")):
        make_event(name=name, start=start)
    assert found("sort=-date") == ["b", "A", "Ç"]
    assert found("sort=date") == ["Ç", "A", "b"]
    assert found("sort=name") == ["A", "b", "Ç"]


def test_the_menus_cost_one_statement_beside_that_of_the_data_version(django_assert_num_queries):
    make_series()
    with django_assert_num_queries(2):
        assert EventFilter(QueryDict(""), Event.objects.published()).menus
