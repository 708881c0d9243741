"""Facets: what is counted, how dearly, and how options are written. Whether the numbers are right is asked in the apps."""

import re

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core.filters import facets, form
from networks.filters import CityFilter, NetworkFilter
from networks.models import City, Network
from tests.events.make import make_event, make_series
from tests.facets import filtered, numbers
from tests.networks.make import make_city, make_membership, make_network, make_topic

pytestmark = pytest.mark.django_db


def choices(client, address, name):
    """Give the words of each option of a menu on a page, as a screen reader says them."""
    return [text(label) for _box, label in boxes(client, address, name)]


def boxes(client, address, name):
    """Give the (input, label) of each option of a menu on a page."""
    page = html5lib.parse(client.get(address).content, namespaceHTMLElements=False)
    labels = {label.get("for"): label for label in page.iter("label")}
    return [
        (box, labels[box.get("id")])
        for box in page.iter("input")
        if box.get("name") == name and box.get("type") == "checkbox"
    ]


def text(element):
    return " ".join("".join(element.itertext()).split())


# How options are written ---------------------------------------------------------


def test_an_option_says_its_number_in_words(client):
    make_city(country="IT"), make_city(country="IT"), make_city(country="FR")
    assert choices(client, "/cities/", "country") == ["France 1 city", "Italy 2 cities"]


def test_an_option_that_leaves_nothing_says_so_and_can_still_be_ticked(client):
    network = make_network(name="Pact", slug="pact")
    make_membership(network=network, city=make_city(country="IT"))
    make_city(country="FR")
    (france, label), (italy, _label) = boxes(client, "/cities/?network=pact", "country")
    assert text(label) == "France 0 cities"
    assert france.get("disabled") is None
    with_page = client.get("/cities/?network=pact").content.decode()
    assert with_page.count('class="form-check leaves-nothing"') > 0
    (france, label), _italy = boxes(client, "/cities/?network=pact&country=FR", "country")
    assert (text(label), france.get("checked")) == ("France 0 cities", "")
    assert italy.get("checked") is None


def test_ids_of_options_are_their_names_and_values(client):
    make_city(country="IT")
    before = [box.get("id") for box, _label in boxes(client, "/cities/", "country")]
    make_city(country="FR")
    after = [box.get("id") for box, _label in boxes(client, "/cities/?country=FR", "country")]
    assert (before, after) == (["filter-country-IT"], ["filter-country-FR", "filter-country-IT"])


@pytest.mark.parametrize(
    "query", ["country=it", "country=Italy", "country=ITALY", "country=IT&country=Italy"]
)
def test_an_option_can_be_given_in_small_letters_or_by_its_words(client, query):
    make_city(country="IT"), make_city(country="FR")
    page = client.get(f"/cities/?{query}")
    assert [row.country.code for row in page.context["page"].rows] == ["IT"]
    assert page.context["problems"] == []
    ticked = [
        box.get("value")
        for box, _l in boxes(client, f"/cities/?{query}", "country")
        if box.get("checked") == ""
    ]
    assert ticked == ["IT"]


def test_words_that_two_options_share_mean_both():
    one, two = make_network(name="Pact", slug="one"), make_network(name="pact", slug="two")
    make_membership(network=one), make_membership(network=two), make_membership()
    filters = filtered(CityFilter, "network=PACT", City)
    assert [pick.value for pick in filters.given["network"]] == ["two", "one"]
    assert len(filters.qs) == 2


def test_of_very_many_options_those_that_leave_most_are_written_and_those_taken(client, monkeypatch):
    monkeypatch.setattr(form, "MOST_OPTIONS", 2)
    for country, cities in {"AT": 1, "BE": 3, "DE": 2, "ES": 1}.items():
        for _city in range(cities):
            make_city(country=country)
    assert choices(client, "/cities/", "country") == ["Belgium 3 cities", "Germany 2 cities"]
    page = client.get("/cities/").content.decode()
    assert "2 more choices leave fewer cities" in " ".join(page.split())
    assert 'name="country" id="filter-country-other"' in " ".join(page.split())
    assert choices(client, "/cities/?country=Spain", "country") == [
        "Belgium 3 cities",
        "Germany 2 cities",
        "Spain 1 city",
    ]


def test_a_long_menu_can_be_searched_and_a_short_one_not(client):
    for country in ("AT", "BE", "DE", "ES", "FR", "GR", "HU", "IT"):
        make_city(country=country)
    assert country_menu(client).get("data-find") is None
    make_city(country="NL")
    assert country_menu(client).get("data-find") == "Find in this list"


def country_menu(client):
    page = html5lib.parse(client.get("/cities/").content, namespaceHTMLElements=False)
    return next(menu for menu in page.iter("fieldset") if text(menu).startswith("Country"))


# What is counted ------------------------------------------------------------------


@pytest.fixture
def _capped(monkeypatch):
    monkeypatch.setattr(facets, "FACET_CAP", 3)
    monkeypatch.setattr("citynet.core.filters.filterset.FACET_CAP", 3)


@pytest.fixture
def five_cities(db):
    """Three Italian cities, two of them in the Pact, and two French ones."""
    pact = make_network(name="Pact", slug="pact")
    for country in ("IT", "IT", "IT", "FR", "FR"):
        city = make_city(country=country)
    make_membership(network=pact, city=city)
    make_membership(network=pact, city=City.objects.filter(country="IT")[0])
    make_membership(network=pact, city=City.objects.filter(country="IT")[1])


def test_over_more_rows_than_the_cap_nothing_is_counted(five_cities, _capped, client):
    filters = filtered(CityFilter, "", City)
    assert list(filters.counts.values()) == [None] * 5
    assert not filters.is_counted
    assert choices(client, "/cities/", "country") == ["France", "Italy"]


def test_up_to_the_cap_all_is_counted(five_cities, _capped):
    City.objects.filter(country="FR").exclude(memberships__network__slug="pact").update(state="draft")
    City.objects.filter(country="IT").exclude(memberships__network__slug="pact").update(state="draft")
    filters = filtered(CityFilter, "", City)
    assert filters.is_counted
    assert filters.counts["country"] == {"IT": 2, "FR": 1}


def test_each_filter_is_counted_when_the_others_leave_few_enough_rows(five_cities, _capped):
    said = numbers(CityFilter, "country=IT", model=City)
    assert said["network", "pact"] == 2
    assert (said["country", "IT"], said["country", "FR"]) == (None, None)
    said = numbers(CityFilter, "country=IT&network=pact", model=City)
    assert (said["country", "IT"], said["country", "FR"], said["network", "pact"]) == (2, 1, 2)


def test_the_address_can_ask_for_all_numbers(five_cities, _capped, client):
    assert choices(client, "/cities/?exact=on", "country") == ["France 2 cities", "Italy 3 cities"]
    filters = filtered(CityFilter, "exact=on&country=IT&sort=country", City)
    assert filters.is_counted
    assert filters.query() == "exact=on&country=IT&sort=country"
    assert [chip.name for chip in filters.chips] == ["country"]
    page = client.get("/cities/?exact=on").content.decode()
    assert re.search(r'<input type="hidden" name="exact" value="on"', page)


@pytest.mark.parametrize(("query", "statements"), [("", 0), ("country=IT", 1), ("exact=on", 1)])
def test_beyond_the_cap_too_one_statement_counts_what_is_small_enough(
    five_cities, _capped, query, statements
):
    filters = filtered(CityFilter, query, City)
    filters.given, filters.menus  # noqa: B018 - read first
    with CaptureQueriesContext(connection) as queries:
        facets.Facets(filters).counts()
    assert len(queries) == statements


def test_options_that_are_counted_one_by_one_are_capped_too(_capped):
    for _network in range(4):
        make_network(start="1990")
    make_network(kind="pact", start="1990", end="1995")
    said = numbers(NetworkFilter, "q=network", model=Network)
    assert (said["status", "active"], said["status", "dissolved"]) == (None, None)
    said = numbers(NetworkFilter, "kind=pact", model=Network)
    assert (said["status", "active"], said["status", "dissolved"]) == (0, 1)


def test_over_more_related_rows_than_their_cap_nothing_is_counted(five_cities, monkeypatch):
    monkeypatch.setattr(facets, "RELATED_CAP", 2)
    said = numbers(CityFilter, "", model=City)
    assert (said["network", "pact"], said["category", "full"]) == (None, None)
    assert (said["country", "IT"], said["country", "FR"]) == (3, 2)
    said = numbers(CityFilter, "country=IT", model=City)
    assert (said["network", "pact"], said["category", "full"]) == (2, 2)
    assert numbers(CityFilter, "exact=on", model=City)["network", "pact"] == 3


# Orders that count ------------------------------------------------------------------


def test_more_rows_than_the_cap_are_not_sorted_by_what_must_be_counted(five_cities, _capped, client):
    response = client.get("/cities/?sort=-networks")
    assert response.context["problems"] == [
        "More than 3 rows are too many for this order. Narrow the filters first."
    ]
    assert response.context["filters"].query() == ""
    assert [row.pk for row in response.context["page"].rows] == [
        row.pk for row in client.get("/cities/").context["page"].rows
    ]


def test_rows_that_are_few_enough_are_sorted_by_what_must_be_counted(five_cities, _capped, client):
    response = client.get("/cities/?sort=-networks&country=IT")
    assert response.context["problems"] == []
    assert [row.network_count for row in response.context["page"].rows] == [1, 1, 0]


# Costs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["networks", "cities", "groups", "projects", "practices", "documents", "people", "events"]
)
def test_all_facets_of_a_list_are_one_statement(client, path):
    make_event(networks=[make_network()], series=make_series())
    make_topic(), make_city()
    filters = client.get(f"/{path}/").context["filters"]
    assert len(filters.counts) >= 3
    with CaptureQueriesContext(connection) as queries:
        assert facets.Facets(filters).counts() == filters.counts
    assert len(queries) == 1


def test_numbers_are_remembered_for_the_version_of_the_data_and_the_rows_asked_for(rf, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "facets"}
    }
    make_city(country="IT")

    def counted(query, version="1"):
        request = rf.get(f"/cities/?{query}")
        request.data_version = version
        with CaptureQueriesContext(connection) as queries:
            counts = CityFilter(request.GET, City.objects.published(), request=request).counts
        return counts["country"], len(queries)

    assert counted("") == ({"IT": 1}, 2)
    make_city(country="IT")
    assert counted("") == ({"IT": 1}, 0)
    assert counted("sort=country&page=3&view=cards") == ({"IT": 1}, 0)
    assert counted("exact=on") == ({"IT": 2}, 1)
    assert counted("population_from=1") == ({}, 1)
    assert counted("", version="2") == ({"IT": 2}, 2)
