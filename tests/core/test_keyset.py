"""Going on from a row finds what OFFSET finds, in every order of every list."""

import re

import pytest
from django.db import connection
from django.http import QueryDict

from citynet.core.keyset import beyond, order_of
from events.filters import EventFilter
from events.models import Event
from networks.filters import (
    BodyFilter,
    CityFilter,
    DocumentFilter,
    NetworkFilter,
    PracticeFilter,
    ProjectFilter,
)
from networks.models import Body, City, Document, Network, Practice, Project
from tests.events.make import make_event
from tests.networks.make import (
    make_body,
    make_city,
    make_document,
    make_membership,
    make_network,
    make_practice,
    make_project,
)

pytestmark = pytest.mark.django_db

NAMES = ["Åre", "aalen", "Zürich", "bari", "Łódź", "Bari", "São João", "öland"]


def make_rows():
    """Make rows of every kind with equal and unequal names, dates and numbers, some of them not known."""
    networks = [
        make_network(name=name, start=["1990", "", "2001-05", "1990"][number % 4])
        for number, name in enumerate(NAMES)
    ]
    for number, name in enumerate(NAMES):
        city = make_city(
            name=name, country=["IT", "FR"][number % 2], population=[None, 0, 7, 7, 9][number % 5]
        )
        for network in networks[: number % 3]:
            make_membership(network=network, city=city)
        make_body(name=name, network=networks[number % 3])
        make_event(name=name, start=["2019", "", "2019-04-03", "2019"][number % 4])
        make_project(name=name, start=["2019", "", "2020"][number % 3])
        make_practice(name=name, city=city, year=[None, 2019, 2020][number % 3])
        make_document(name=name, date=["", "2015", "2015-10"][number % 3])


ORDERS = [
    (model, filterset, key)
    for model, filterset in [
        (Network, NetworkFilter),
        (City, CityFilter),
        (Body, BodyFilter),
        (Event, EventFilter),
        (Project, ProjectFilter),
        (Practice, PracticeFilter),
        (Document, DocumentFilter),
    ]
    for key in filterset.sorts
]


@pytest.mark.parametrize(
    ("model", "filterset", "key"),
    ORDERS,
    ids=[f"{model.__name__} {key}" for model, _filterset, key in ORDERS],
)
def test_the_rows_beyond_each_row_are_those_that_follow_it_and_precede_it(model, filterset, key, rf):
    make_rows()
    filters = filterset(QueryDict(f"sort={key}"), model.objects.published(), request=rf.get("/"))
    rows = filters.qs
    ids = list(rows.values_list("pk", flat=True))
    assert len(ids) >= len(NAMES)
    for place, pk in enumerate(ids):
        edge = rows.filter(pk=pk)
        assert list(beyond(rows, edge).values_list("pk", flat=True)) == ids[place + 1 :]
        assert list(beyond(rows, edge, backwards=True).values_list("pk", flat=True)) == ids[:place][::-1]


def test_nothing_is_beyond_a_row_that_is_not_there():
    make_city()
    rows = City.objects.order_by("name", "id")
    assert list(beyond(rows, rows.filter(slug="nosuch"))) == []


def test_an_order_is_read_as_expressions_and_directions():
    rows = Event.objects.order_by("-start_earliest", "id")
    assert [(str(expression), is_descending) for expression, is_descending in order_of(rows)] == [
        ("F(start_earliest)", True),
        ("F(id)", False),
    ]


@pytest.mark.parametrize(
    ("order", "index"), [("name", "city_by_name"), ("-population", "city_by_population")]
)
@pytest.mark.parametrize("backwards", [False, True])
def test_an_index_finds_where_to_go_on(order, index, backwards, rf):
    cities = [
        City(
            name=f"City {number}",
            slug=f"city-{number}",
            search_text=f"city {number:05}",
            population=number,
            state="published",
        )
        for number in range(4000)
    ]
    City.objects.bulk_create(cities)
    assert City.objects.count() == 4000
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = CityFilter(QueryDict(f"sort={order}"), City.objects.published(), request=rf.get("/")).qs
    found = beyond(rows, rows.filter(slug="city-2000"), backwards=backwards)[:26]
    plan = " ".join(found.explain().split())
    if connection.vendor == "sqlite":
        column = {"name": "search_text", "-population": "<expr>"}[order]
        assert re.search(rf"SEARCH networks_city USING (COVERING )?INDEX {index} \({column}[<>]\?\)", plan)
        assert "TEMP B-TREE" not in plan
    else:
        assert re.search(rf"Index Scan (Backward )?using {index} on networks_city", plan)
        assert re.search(r"Index Cond: .{1,60}? [<>]= \(InitPlan", plan)
        assert "Sort" not in plan
