"""What maps show of cities, and the filters that lead there: exactly what the list shows."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core import geo
from citynet.core.models import State

from .make import (
    make_body,
    make_city,
    make_membership,
    make_network,
    make_participation,
    make_project,
    make_role,
)

pytestmark = pytest.mark.django_db


def places(client, query=""):
    answer = client.get(f"/cities.map.json{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    return json.loads(answer.content)


def names(client, query):
    return [place[2] for place in places(client, query)["places"]]


def test_a_map_has_the_places_of_the_list_with_how_many_networks_each_is_in(client):
    genoa = make_city(name="Genoa", slug="genoa", country="IT", latitude=44.405650, longitude=8.946256)
    make_city(name="Łódź", slug="lodz", country="PL", latitude=51.75, longitude=19.46667)
    make_city(name="Nowhere", slug="nowhere", latitude=None, longitude=None)
    make_city(name="Draft", slug="draft", latitude=1, longitude=1, state=State.DRAFT)
    first, second = make_network(), make_network()
    make_membership(city=genoa, network=first, start="1995")
    make_membership(city=genoa, network=first, start="1995", category="founder")
    make_membership(city=genoa, network=second, start="2001")
    make_membership(city=genoa, network=make_network(state=State.DRAFT))
    assert places(client) == {
        "places": [
            [44.4057, 8.9463, "Genoa", "genoa", "IT", "2 networks"],
            [51.75, 19.4667, "Łódź", "lodz", "PL", ""],
        ],
        "countries": {"IT": "Italy", "PL": "Poland"},
        "pattern": "/cities/{slug}/",
        "is_cut_off": False,
    }
    assert places(client, "?on=1999")["places"][0][5] == "1 network"
    assert places(client, "?on=1990")["places"][0][5] == ""


def test_a_map_follows_filters_order_and_the_asked_day(client):
    network = make_network(slug="pact")
    for name, population, country, start, end in (
        ("Aarhus", 1, "DK", "2000", ""),
        ("Bergen", 3, "NO", "2010", "2015"),
        ("Cork", 2, "IE", "2000", ""),
    ):
        city = make_city(name=name, population=population, country=country, latitude=55, longitude=10)
        make_membership(city=city, network=network, start=start, end=end)
    assert names(client, "?network=pact&sort=-population") == ["Cork", "Aarhus"]
    assert names(client, "?network=pact&on=2012&sort=-population") == ["Bergen", "Cork", "Aarhus"]
    assert names(client, "?network=pact&country=DK") == ["Aarhus"]
    assert names(client, "?network=pact&on=1990") == []


def test_a_map_shows_no_more_than_the_most_places_and_says_so(client, monkeypatch):
    monkeypatch.setattr(geo, "MOST_PLACES", 2)
    for name in ("Aarhus", "Bergen"):
        make_city(name=name, latitude=55, longitude=10)
    assert places(client)["is_cut_off"] is False
    make_city(name="Cork", latitude=55, longitude=10)
    answer = places(client)
    assert [place[2] for place in answer["places"]] == ["Aarhus", "Bergen"]
    assert answer["is_cut_off"] is True


def test_a_map_costs_the_same_statements_however_many_places_it_has(client):
    def statements():
        with CaptureQueriesContext(connection) as context:
            places(client, "?country=IT")
        return len(context)

    make_membership(city=make_city(latitude=1, longitude=1))
    one = statements()
    for _ in range(3):
        make_membership(city=make_city(latitude=1, longitude=1))
    assert statements() == one


def test_cities_are_found_by_region(client):
    make_city(name="Genoa", latitude=44.4, longitude=8.9)
    make_city(name="Suva", latitude=-18.1, longitude=178.4)
    make_city(name="Nowhere", latitude=None, longitude=None)
    assert names(client, "?bbox=8.9,44.4,9,45") == ["Genoa"]
    assert names(client, "?bbox=170,-50,-170,0") == ["Suva"]
    assert names(client, "?bbox=-170,-50,170,0") == []
    page = client.get("/cities/?bbox=8,44,9,45").content.decode()
    assert "44° N 8° E – 45° N 9° E" in page
    assert "Suva" not in page


@pytest.mark.parametrize(
    "bbox", ["nan,1,2,3", "1,2,inf,4", "0,47,1,36", "1,2", "9" * 7000, "%F0%9F%92%A9", "1,2,3,4&bbox=x"]
)
def test_a_region_that_cannot_be_read_is_left_out_and_told(client, bbox):
    make_city(name="Genoa", latitude=44.4, longitude=8.9)
    answer = client.get(f"/cities/?bbox={bbox}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Not all of what was asked could be used" in page
    assert "Genoa" in page


def test_cities_are_found_by_group_on_the_day(client):
    network = make_network(slug="pact")
    forum, other = (make_body(network=network, slug=slug) for slug in ("forum", "board"))
    cities = {name: make_city(name=name, latitude=1, longitude=1) for name in ("Aarhus", "Bergen", "Cork")}
    make_role(body=forum, city=cities["Aarhus"], post="chair", start="2001", end="2004")
    make_role(body=forum, city=cities["Bergen"], post="participant", start="2003")
    make_role(body=other, city=cities["Cork"], post="chair", start="2003")
    assert names(client, "?group=forum") == ["Bergen"]
    assert names(client, "?group=forum&on=2003-06-01") == ["Aarhus", "Bergen"]
    assert names(client, "?group=forum&on=2002") == ["Aarhus"]
    assert names(client, "?group=forum&group=board") == ["Bergen", "Cork"]
    # The chair has to be that of the group, not another one's.
    make_role(body=other, city=cities["Bergen"], post="chair", start="2003")
    assert names(client, "?group=forum&role=chair") == []
    assert names(client, "?group=board&role=chair") == ["Bergen", "Cork"]


def test_a_hidden_group_or_project_finds_nothing_of_its_own(client):
    city = make_city(name="Aarhus", latitude=1, longitude=1)
    make_role(body=make_body(slug="secret", state=State.DRAFT), city=city)
    make_participation(project=make_project(slug="hidden", state=State.DRAFT), city=city)
    for query in ("group=secret", "project=hidden"):
        assert "is not known here" in client.get(f"/cities/?{query}").content.decode()


def test_cities_are_found_by_project(client):
    project = make_project(name="Food Trails", slug="food-trails")
    for name, start, end in (("Aarhus", "2001", "2004"), ("Bergen", "2003", "")):
        make_participation(
            project=project, city=make_city(name=name, latitude=1, longitude=1), start=start, end=end
        )
    make_city(name="Cork", latitude=1, longitude=1)
    assert names(client, "?project=food-trails") == ["Aarhus", "Bergen"]
    assert names(client, "?project=Food+Trails") == ["Aarhus", "Bergen"]
    assert names(client, "?project=food-trails&on=2002") == ["Aarhus"]


def test_groups_and_projects_are_suggested_by_the_beginning_of_their_names(client):
    network = make_network(name="Eurocities")
    make_body(name="Environment Forum", slug="environment-forum", network=network)
    make_body(name="Fair Environment", slug="fair-environment", network=network)
    make_body(name="Environment Board", slug="hidden", state=State.DRAFT)
    make_project(name="Food Trails", slug="food-trails")
    assert client.get("/groups/suggest/?q=envi").json() == [
        {"value": "environment-forum", "label": "Environment Forum, Eurocities"},
        {"value": "fair-environment", "label": "Fair Environment, Eurocities"},
    ]
    assert client.get("/projects/suggest/?q=trails").json() == [
        {"value": "food-trails", "label": "Food Trails"}
    ]
    assert client.get("/projects/suggest/?q=f").json() == []
