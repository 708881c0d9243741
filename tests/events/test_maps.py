"""Where events are held: one feature for each event and public host city."""

import json

import pytest

from citynet.core.models import State
from tests.networks.make import make_city

from .make import make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def _events():
    genoa = make_city(name="Genoa", slug="genoa", country="IT", latitude=44.4, longitude=8.95)
    pula = make_city(name="Pula", slug="pula", country="HR", latitude=44.87, longitude=13.85)
    secret = make_city(name="Secret", slug="secret", latitude=1, longitude=1, state=State.DRAFT)
    unplaced = make_city(name="Unplaced", slug="unplaced", country="IT", latitude=None, longitude=None)
    make_event(name="Both", slug="both", start="2019-04-03", end="2019-04-05", cities=[pula, secret, genoa])
    make_event(
        name="Hidden place", slug="hidden", start="2018", cities=[secret, make_city(state=State.DRAFT)]
    )
    make_event(name="Online", slug="online", start="2017")
    make_event(name="Without position", slug="unplaced", start="2016", cities=[unplaced])
    make_event(name="Draft", slug="draft", cities=[genoa], state=State.DRAFT)


def features(client, query=""):
    answer = client.get(f"/events.geojson{query}")
    assert answer.headers["Content-Type"] == "application/geo+json"
    return [
        (
            feature["properties"]["slug"],
            feature["properties"]["host_city_slug"],
            feature["geometry"] and feature["geometry"]["coordinates"],
        )
        for feature in json.loads(b"".join(answer.streaming_content))["features"]
    ]


@pytest.mark.usefixtures("_events")
def test_geojson_has_each_event_at_each_public_host_and_others_without_a_place(client):
    assert features(client) == [
        ("both", "pula", [13.85, 44.87]),
        ("both", "genoa", [8.95, 44.4]),
        ("hidden", None, None),
        ("online", None, None),
        ("unplaced", "unplaced", None),
    ]


@pytest.mark.usefixtures("_events")
def test_geojson_says_which_host_a_feature_stands_for(client):
    answer = client.get("/events.geojson?country=IT&from=2019")
    properties = json.loads(b"".join(answer.streaming_content))["features"][1]["properties"]
    assert (properties["name"], properties["host_city"], properties["host_country"]) == (
        "Both",
        "Genoa",
        "IT",
    )


@pytest.mark.usefixtures("_events")
def test_events_are_found_by_the_region_of_a_host(client):
    def found(bbox):
        return [slug for slug, *_rest in features(client, f"?bbox={bbox}")]

    assert found("8,44,9,45") == ["both", "both"]
    assert found("0,0,2,2") == []
    assert client.get("/events/?bbox=8,44,9,45").context["page"].total == 1
    # The host in the country and the one in the region have to be the same.
    assert features(client, "?bbox=8,44,9,45&country=HR") == []


@pytest.mark.usefixtures("_events")
def test_a_map_of_events_has_their_hosts_and_dates(client):
    assert client.get("/events.map.json").json() == {
        "places": [
            [44.87, 13.85, "Both", "both", "HR", "Pula · 3 April 2019 – 5 April 2019"],
            [44.4, 8.95, "Both", "both", "IT", "Genoa · 3 April 2019 – 5 April 2019"],
        ],
        "countries": {"HR": "Croatia", "IT": "Italy"},
        "pattern": "/events/{slug}/",
        "is_cut_off": False,
    }
