"""Pages of events say so in the words of schema.org, and never how to take part online."""

import datetime
import zoneinfo

import pytest

from citynet.core.models import State
from events.models import Event
from tests.networks.make import make_city, make_network
from tests.page import structured

from .make import make_event, make_language

pytestmark = pytest.mark.django_db
HOST = "http://testserver"
SCHEMA = "https://schema.org"


def described(client, event):
    return structured(client.get(event.get_absolute_url()))[0]


def test_an_event_of_whole_days_in_a_city(client):
    genoa = make_city(name="Genoa", slug="genoa", latitude=44.4, longitude=8.9)
    event = make_event(
        name="Environment Forum",
        slug="environment-forum",
        networks=[make_network(name="N", slug="n"), make_network(name="Secret", state=State.DRAFT)],
        cities=[genoa],
        start="2019-04-03",
        end="2019-04-05",
        mode=Event.Mode.IN_PERSON,
        is_free=False,
    )
    make_language(event=event, language="it")
    assert described(client, event) == {
        "@type": "Event",
        "name": "Environment Forum",
        "url": f"{HOST}/events/environment-forum/",
        "startDate": "2019-04-03",
        "endDate": "2019-04-05",
        "eventStatus": f"{SCHEMA}/EventScheduled",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": [
            {
                "@type": "City",
                "name": "Genoa",
                "url": f"{HOST}/cities/genoa/",
                "geo": {"@type": "GeoCoordinates", "latitude": 44.4, "longitude": 8.9},
                "address": {"@type": "PostalAddress", "addressLocality": "Genoa", "addressCountry": "IT"},
            }
        ],
        "organizer": [{"@type": "Organization", "name": "N", "url": f"{HOST}/networks/n/"}],
        "inLanguage": ["it"],
        "isAccessibleForFree": False,
    }


@pytest.mark.parametrize(
    ("dates", "start", "end"),
    [
        ({"start": "2019"}, "2019", "2019"),
        ({"start": "2019-04"}, "2019-04", "2019-04"),
        ({"start": "201X"}, None, None),
        ({}, None, None),
        (
            {"start": "2026-07-01", "start_time": datetime.time(9, 30), "end_time": datetime.time(17)},
            "2026-07-01T09:30:00+02:00",
            "2026-07-01T17:00:00+02:00",
        ),
        (
            {"start": "2026-01-31", "end": "2026-02-01", "start_time": datetime.time(9, 30)},
            "2026-01-31T09:30:00+01:00",
            "2026-02-01",
        ),
    ],
)
def test_dates_are_as_exact_as_they_are_known_and_times_have_their_zone(client, dates, start, end):
    thing = described(client, make_event(timezone=zoneinfo.ZoneInfo("Europe/Rome"), **dates))
    assert (thing.get("startDate"), thing.get("endDate")) == (start, end)


def test_the_link_to_take_part_is_on_no_page(client):
    event = make_event(online_link="https://meet.example/secret", mode=Event.Mode.ONLINE, slug="web")
    response = client.get(event.get_absolute_url())
    assert "meet.example" not in response.content.decode()
    assert structured(response)[0]["location"] == [{"@type": "VirtualLocation", "url": f"{HOST}/events/web/"}]


@pytest.mark.parametrize(
    ("status", "mode", "said_status", "said_mode"),
    [
        ("postponed", "", "EventPostponed", None),
        ("cancelled", "in_person", "EventCancelled", "OfflineEventAttendanceMode"),
        ("moved_online", "in_person", "EventMovedOnline", "OnlineEventAttendanceMode"),
        ("scheduled", "hybrid", "EventScheduled", "MixedEventAttendanceMode"),
    ],
)
def test_status_and_mode_have_the_names_of_schema_org(client, status, mode, said_status, said_mode):
    thing = described(client, make_event(status=status, mode=mode))
    assert thing["eventStatus"] == f"{SCHEMA}/{said_status}"
    assert thing.get("eventAttendanceMode") == (said_mode and f"{SCHEMA}/{said_mode}")


def test_an_event_held_in_a_venue_and_online_has_both_places(client):
    event = make_event(
        venue="Palazzo Ducale", cities=[make_city(name="Genoa")], mode=Event.Mode.HYBRID, slug="both"
    )
    assert described(client, event)["location"] == [
        {
            "@type": "Place",
            "name": "Palazzo Ducale",
            "address": {"@type": "PostalAddress", "addressLocality": "Genoa", "addressCountry": "IT"},
        },
        {"@type": "VirtualLocation", "url": f"{HOST}/events/both/"},
    ]


def test_several_host_cities_are_several_places_and_a_secret_one_is_none(client):
    cities = [make_city(name="Ulm"), make_city(name="Neu-Ulm"), make_city(name="Secret", state=State.DRAFT)]
    event = make_event(venue="On the Danube", cities=cities)
    assert [place["name"] for place in described(client, event)["location"]] == ["Ulm", "Neu-Ulm"]


def test_an_assembly_within_a_conference_names_it_and_is_named_by_it(client):
    conference = make_event(name="Conference", slug="conference")
    assembly = make_event(name="Assembly", slug="assembly", super_event=conference, start="2019-05")
    make_event(name="Secret", super_event=conference, state=State.DRAFT)
    assert described(client, assembly)["superEvent"] == {
        "@type": "Event",
        "name": "Conference",
        "url": f"{HOST}/events/conference/",
    }
    assert described(client, conference)["subEvent"] == [
        {"@type": "Event", "name": "Assembly", "url": f"{HOST}/events/assembly/", "startDate": "2019-05"}
    ]


def test_an_event_is_called_otherwise_in_other_languages_and_held_in_its_own(client):
    event = make_event(name="Forum", slug="forum", name_de="Tagung")
    make_language(event=event, language="fr")
    main = structured(client.get("/de/events/forum/"))[0]
    assert (main["name"], main["alternateName"], main["inLanguage"]) == ("Tagung", ["Forum"], ["fr"])


def test_a_conference_that_is_not_public_is_not_named(client):
    conference = make_event(name="Conference", state=State.DRAFT)
    assert "superEvent" not in described(client, make_event(super_event=conference))
