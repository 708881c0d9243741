"""What every list does alike: pages, chips, downloads, problems, one constant number of SQL statements.

The lists themselves are those of the apps: what is asked here holds for all eight.
"""

import csv
import io
import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from citynet.core import lists
from networks.models import Membership, Role
from tests.events.make import make_event, make_language, make_series
from tests.networks.make import (
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

# The SQL statements of an unfiltered page: ids, rows, menus, and what the rows show beside their columns.
STATEMENTS = {
    "networks": 3,
    "cities": 3,
    "groups": 4,
    "events": 5,
    "projects": 4,
    "practices": 4,
    "documents": 3,
    "people": 4,
}


def make_row(path):
    """Make one row of a list with all that its row on the page shows."""
    network, city, topic = make_network(seat=make_city()), make_city(), make_topic()
    make_membership(network=network, city=city)
    match path:
        case "networks":
            return network
        case "cities":
            return city
        case "groups":
            row = make_body(network=network)
            make_role(body=row, city=city, person=make_person(), post=Role.Post.CHAIR)
        case "events":
            row = make_event(
                networks=[network], cities=[city], series=make_series(network=network), start="2019"
            )
            make_language(event=row)
        case "projects":
            row = make_project(network=network, programme=make_programme())
            make_participation(project=row, city=city, part="lead")
        case "practices":
            row = make_practice(city=city)
            row.networks.add(network)
        case "documents":
            row = make_document(network=network, date="2015")
        case "people":
            row = make_person(city=city)
            make_role(person=row, network=network, body=make_body(network=network))
    if path != "people":
        row.topics.add(topic)
    return row


def names(response):
    return [row.name for row in response.context["page"].rows]


def cells(response):
    """Give the rows of a CSV download as dicts."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# Costs -----------------------------------------------------------------------


@pytest.mark.parametrize("path", STATEMENTS)
def test_a_page_costs_the_same_statements_with_one_row_and_with_three(client, path):
    counts = []
    for rows in (1, 2):
        for _row in range(rows):
            make_row(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(f"/{path}/")
        assert response.status_code == 200
        counts.append(len(queries))
    assert counts == [STATEMENTS[path]] * 2
    assert len(response.context["page"].rows) >= 3


@pytest.mark.parametrize("path", STATEMENTS)
def test_a_page_that_is_filtered_by_everything_costs_eight_statements_at_most(client, path):
    make_row(path)
    for number in range(30):
        make_city(name=f"Town {number}", slug=f"town-{number}")
    form = client.get(f"/{path}/").context["filters"].form
    query = [
        (name, value)
        for name in form.fields
        for value in {
            "city": ["town-1", "Town 2"],
            "chair": ["town-3", "Town 4"],
            "twin": ["Town 1", "town-9"],
            "taken_up_by": ["Town 8"],
            "year": ["2019"],
            "on": ["2019"],
            "from": ["2019"],
            "to": ["2020"],
            "population_from": ["1"],
            "population_to": ["9"],
            "q": ["a"],
        }.get(name, [])
    ]
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/{path}/", query)
    assert response.context["problems"] == []
    assert len(queries) <= 8


def test_a_second_page_counts_its_rows_and_costs_one_statement_more(client, django_assert_num_queries):
    for _city in range(26):
        make_city()
    with django_assert_num_queries(STATEMENTS["cities"] + 1):
        response = client.get("/cities/?page=2")
    assert response.context["total"] == "26"


# Pages -----------------------------------------------------------------------


def test_pages_have_every_row_once_and_keep_the_filters(client):
    for number in range(60):
        make_city(name=f"City {number:02}", country="IT")
    make_city(name="Elsewhere", country="FR")
    seen, address = [], "/cities/?sort=name&country=IT"
    while address:
        response = client.get(address)
        assert response.context["total"] == "60"
        seen.append(names(response))
        address = response.context["page"].has_next and response.context["next"]
    assert [len(page) for page in seen] == [25, 25, 10]
    assert sum(seen, []) == [f"City {number:02}" for number in range(60)]
    assert response.context["previous"] == "/cities/?country=IT&sort=name&page=2"
    assert response.context["pages"] == [
        (1, "/cities/?country=IT&sort=name"),
        (2, "/cities/?country=IT&sort=name&page=2"),
        (3, "/cities/?country=IT&sort=name&page=3"),
    ]


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "²", "10" * 2000])
def test_what_is_no_page_number_gives_the_first_page_and_says_so(client, page):
    make_city(name="Bologna")
    response = client.get("/cities/", {"page": page})
    assert names(response) == ["Bologna"]
    assert response.context["problems"] == [
        f"“{page[:20]}” is not the number of a page. This is the first one."
    ]


def test_a_page_beyond_the_last_gives_the_first_one_and_says_so(client):
    make_city(name="Bologna")
    response = client.get("/cities/?page=2")
    assert names(response) == ["Bologna"]
    assert response.context["problems"] == ["There is no page 2 of these results. This is the first one."]


def test_pages_are_capped_with_a_sentence(client):
    make_city(name="Bologna")
    response = client.get("/cities/?page=401")
    assert names(response) == ["Bologna"]
    assert response.context["problems"] == [
        "Only the first 400 pages can be leafed through. Narrow the filters, or download all results."
    ]


def test_the_number_of_results_is_capped(client, monkeypatch):
    monkeypatch.setattr(lists, "COUNT_CAP", 26)
    for _city in range(27):
        make_city()
    response = client.get("/cities/")
    assert response.context["total"] == "26+"
    assert response.context["page"].last is None
    assert '<strong class="numbers">26+</strong> cities' in response.content.decode()


def test_page_numbers_leave_gaps():
    page = lists.Page(10, [], 500, True)
    assert page.numbers == [1, None, 8, 9, 10, 11, 12, None, 20]
    assert lists.Page(1, [], 500, True).numbers == [1, 2, 3, None, 20]
    assert lists.Page(100, [], 1001, True).numbers == [1, None, 98, 99, 100, 101]
    assert lists.Page(1, [], 0, False).numbers == [1]


def test_the_last_page_that_can_be_leafed_to_says_that_there_is_more():
    page = lists.Page(400, [], 1001, True)
    assert (page.is_cut_off, page.has_next) == (True, False)


# Chips and the empty state ------------------------------------------------------


def test_each_active_value_can_be_taken_away_alone(client):
    make_network(name="Eurocities", slug="eurocities")
    response = client.get(
        "/cities/?q=bo&country=IT&country=FR&network=eurocities&on=1995-06-01&page=3&sort=name"
    )
    rest = "q=bo&country=IT&country=FR&network=eurocities&on=1995-06-01&sort=name"
    assert [tuple(chip)[1:] for chip in response.context["filters"].chips] == [
        ("Search words", "“bo”", rest.replace("q=bo&", "")),
        ("Country", "Italy", rest.replace("country=IT&", "")),
        ("Country", "France", rest.replace("country=FR&", "")),
        ("Network", "Eurocities", rest.replace("network=eurocities&", "")),
        ("As of", "1 June 1995", rest.replace("on=1995-06-01&", "")),
    ]


def test_an_empty_result_says_which_filters_to_take_away(client):
    make_city(country="IT")
    page = client.get("/cities/?country=FR&q=zzz").content.decode()
    assert "Nothing matches all of these filters" in page
    assert '<a href="/cities/?country=FR">without Search words: “zzz”</a>' in " ".join(page.split())
    assert '<a href="/cities/?q=zzz">without Country: France</a>' in " ".join(page.split())


def test_a_list_without_rows_says_that_nothing_is_published(client):
    make_city(state="draft")
    page = client.get("/cities/").content.decode()
    assert "Nothing is published here yet" in page
    assert "Nothing matches" not in page


# Downloads ---------------------------------------------------------------------


@pytest.mark.parametrize("path", STATEMENTS)
def test_downloads_are_what_the_list_shows_on_all_its_pages_in_order(client, path):
    for number in range(27):
        row = make_row(path)
        type(row).objects.filter(pk=row.pk).update(name=f"{'ÀbCé'[number % 4]} {number}")
    make_row(path)
    type(row).objects.filter(pk=row.pk).update(state="draft")
    query = "?sort=name"
    shown = [
        row.slug for page in (1, 2, 3, 4) for row in rows_of(client, f"/{path}/{query}&page={page}", page)
    ]
    assert len(shown) >= 27
    assert [row["slug"] for row in cells(client.get(f"/{path}.csv{query}"))] == shown
    response = client.get(f"/{path}.json{query}")
    assert [row["slug"] for row in json.loads(b"".join(response.streaming_content))] == shown


def rows_of(client, address, number):
    page = client.get(address).context["page"]
    return page.rows if page.number == number else []


def test_download_links_carry_the_filters_and_the_day_but_no_page(client):
    for _city in range(26):
        make_city()
    response = client.get("/cities/?page=2&country=IT&on=1995&nonsense=1&kind=x")
    assert [link["address"] for link in response.context["downloads"]] == [
        "/cities.csv?country=IT&on=1995",
        "/cities.json?country=IT&on=1995",
        "/cities.geojson?country=IT&on=1995",
    ]


def test_a_download_is_filtered_on_the_day_asked_about(client):
    network = make_network(slug="x")
    make_membership(network=network, city=make_city(slug="then"), start="1991", end="1999")
    make_membership(network=network, city=make_city(slug="now"), start="2000")
    assert [row["slug"] for row in cells(client.get("/cities.csv?network=x"))] == ["now"]
    assert [row["slug"] for row in cells(client.get("/cities.csv?network=x&on=1995-06-01"))] == ["then"]


def test_cities_leave_as_geojson(client):
    make_city(slug="bologna", latitude=44.49, longitude=11.34)
    response = client.get("/cities.geojson")
    features = json.loads(b"".join(response.streaming_content))["features"]
    assert [(f["properties"]["slug"], f["geometry"]["coordinates"]) for f in features] == [
        ("bologna", [11.34, 44.49])
    ]


@pytest.mark.parametrize("address", ["/cities.xml", "/networks.geojson", "/cities.", "/events.CSV"])
def test_a_format_that_a_list_has_not_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_a_list_is_read_only(client):
    assert client.post("/cities/").status_code == 405
    assert client.head("/cities/").status_code == 200


# Bad values --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("network=nosuch", "Network: there is no “nosuch” to choose, so it is left out."),
        ("country=ZZ", "Country: there is no “ZZ” to choose, so it is left out."),
        ("category=king", "Member as: there is no “king” to choose, so it is left out."),
        ("category=" + "x" * 3000, f"Member as: there is no “{'x' * 60}…” to choose, so it is left out."),
        (
            "twin=Nowhere",
            "Twinned with: “Nowhere” is not known here, so it is left out. Is it spelt otherwise?",
        ),
        ("population_from=many", "Population from: Enter a whole number."),
        ("population_from=-1", "Population from: Ensure this value is greater than or equal to 0."),
        (
            f"population_to={10**23}",
            "Population up to: Ensure this value is less than or equal to 1000000000000.",
        ),
        ("population_from=" + "9" * 5000, "Population from: Enter a whole number."),
        ("population_from=NaN", "Population from: Enter a whole number."),
        (
            "population_from=5&population_to=4",
            "Population up to: This lies before the beginning, so both are left out.",
        ),
        ("on=2026-02-30", "As of: There is no such date as “2026-02-30”."),
        ("sort=height", "Sort by: Select a valid choice. height is not one of the available choices."),
        ("q=" + "w+" * 51, "Search words: Ensure this value has at most 100 characters (it has 101)."),
    ],
)
def test_a_bad_value_is_left_out_with_a_sentence(client, query, problem):
    make_city(name="Bologna", population=100)
    response = client.get(f"/cities/?{query}")
    assert response.status_code == 200
    assert response.context["problems"] == [problem]
    assert names(response) == ["Bologna"]
    assert response.context["filters"].query() == ""


def test_good_values_beside_bad_ones_are_used(client):
    make_city(name="Bologna", country="IT"), make_city(name="Lyon", country="FR")
    response = client.get("/cities/?country=IT&country=ZZ&on=never")
    assert names(response) == ["Bologna"]
    assert [chip.words for chip in response.context["filters"].chips] == ["Italy"]
    assert len(response.context["problems"]) == 2


def test_a_problem_is_said_above_the_list_and_escaped(client):
    page = client.get("/cities/?network=<script>").content.decode()
    assert "there is no “&lt;script&gt;” to choose" in page
    assert "<script>”" not in page


def test_typed_values_are_capped_in_number(client):
    response = client.get("/projects/?" + "&".join(f"year={year}" for year in range(2000, 2030)))
    assert response.context["problems"] == [
        "Running in the year: at most 20 values can be given; the others are left out."
    ]


# The day -----------------------------------------------------------------------


def test_the_day_is_said_and_carried_to_links_and_can_be_left(client):
    network = make_network(name="Eurocities", slug="eurocities", start="1986")
    make_membership(network=network, start="1990", end="1999")
    response = client.get("/networks/?on=1995-06-01&kind=association")
    page = " ".join(response.content.decode().split())
    assert "as they stood on: 1 June 1995" in page
    assert '<a href="/networks/?kind=association">See how things stand today</a>' in page
    assert 'href="/networks/eurocities/?on=1995-06-01"' in page
    assert [row.members for row in response.context["page"].rows] == [1]
    assert [row.members for row in client.get("/networks/").context["page"].rows] == [0]


def test_a_list_that_no_day_can_be_asked_about_ignores_it(client):
    make_project(slug="p")
    page = client.get("/projects/?on=1995").content.decode()
    assert "as they stood on" not in page
    assert 'href="/projects/p/"' in page


# The form ----------------------------------------------------------------------


@pytest.mark.parametrize("path", STATEMENTS)
def test_every_input_of_the_form_has_a_label_and_an_id_of_its_own(client, path):
    make_row(path)
    response = client.get(f"/{path}/")
    page = response.content.decode()
    form = page[
        page.index('<form class="filters') : page.index("</form>", page.index('<form class="filters'))
    ]
    fields = response.context["filters"].form.fields
    assert {
        name for name in fields if f'name="{name}"' not in form and not is_empty_menu(fields[name])
    } == set()
    ids = [part.split('"')[0] for part in form.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def is_empty_menu(field):
    return hasattr(field, "choices") and callable(field.choices) and not field.choices()


def test_the_form_shows_what_was_asked(client):
    make_network(name="Eurocities", slug="eurocities")
    make_city(slug="leipzig"), make_city(slug="lyon")
    for _time in range(2):  # the second time from memory
        page = client.get(
            "/cities/?network=eurocities&twin=leipzig&twin=lyon&population_from=5"
        ).content.decode()
        page = " ".join(page.split())
        assert 'name="network" value="eurocities" id="filter-network-1" checked' in page
        assert 'name="twin" value="leipzig"' in page
        assert 'name="twin" value="lyon"' in page
        assert 'name="population_from" value="5"' in page
    page = " ".join(client.get("/cities/").content.decode().split())
    assert 'value="eurocities" id="filter-network-1" >' in page
    assert "leipzig" not in page[: page.index("</form>")]


def test_the_menus_of_a_remembered_form_are_never_stale(client):
    network = make_network(name="Before", slug="x")
    client.get("/cities/")
    network.name = "After"
    network.save()
    page = client.get("/cities/").content.decode()
    assert "After" in page
    assert "Before" not in page


# What a row shows ----------------------------------------------------------------


def test_a_capped_count_counts_different_values_up_to_the_cap(monkeypatch):
    monkeypatch.setattr(lists, "COUNT_CAP", 2)
    network, city = make_network(), make_city()
    for category in ("full", "founder"):
        make_membership(network=network, city=city, category=category)
    rows = Membership.objects.filter(network=network)
    count = lists.CappedCount(rows, distinct="city")
    assert Membership.objects.annotate(n=count).values_list("n", flat=True)[0] == 1
    for _city in range(5):
        make_membership(network=network)
    count = lists.CappedCount(rows, distinct="city")
    assert Membership.objects.annotate(n=count).values_list("n", flat=True)[0] == 3
    assert lists.capped_words(3) == "2+"


@pytest.mark.parametrize("path", STATEMENTS)
def test_rows_are_a_table_with_captions_and_scopes(client, path):
    row = make_row(path)
    page = client.get(f"/{path}/").content.decode()
    assert '<table class="table list-table" role="table">' in page
    assert "<caption" in page
    assert page.count('scope="col"') >= 4
    assert f'<a href="{row.get_absolute_url()}">{row.name}</a>' in page


def test_addresses_say_what_the_form_says(client):
    """A link is plain: no empty names, no page, everything once."""
    make_city(slug="leipzig", name="Leipzig")
    filters = client.get(
        "/cities/?q=&country=&country=IT&country=it&twin=Leipzig&population_to=&x=y"
    ).context["filters"]
    assert parse_qsl(filters.query()) == [("country", "IT"), ("twin", "leipzig")]
    assert urlsplit(reverse("networks:city_download", args=["csv"])).path == "/cities.csv"
