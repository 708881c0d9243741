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
    make_source,
    make_topic,
)
from tests.page import words

pytestmark = pytest.mark.django_db

# The SQL statements of an unfiltered page: the data's version, ids and their number, rows, menus, counts of
# options, what the rows show beside their columns, and the menu of the site's own pages, which is remembered
# for all pages of a version.
STATEMENTS = {
    "networks": 6,
    "cities": 6,
    "groups": 7,
    "events": 8,
    "projects": 7,
    "practices": 7,
    "documents": 6,
    "people": 7,
}
FACTS = {"memberships": 7, "roles": 7, "sources": 6}  # of records without a name of their own


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
        case "memberships":
            row = make_membership(network=network, city=make_city(), source=make_source())
        case "roles":
            row = make_role(
                body=make_body(network=network), city=city, person=make_person(), source=make_source()
            )
        case "sources":
            row = make_source()
            make_membership(network=network, source=row)
    if hasattr(row, "topics"):
        row.topics.add(topic)
    return row


def names(response):
    return [row.name for row in response.context["page"].rows]


def cells(response):
    """Give the rows of a CSV download as dicts."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# Costs -----------------------------------------------------------------------


@pytest.mark.parametrize("path", [*STATEMENTS, *FACTS])
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
    assert counts == [{**STATEMENTS, **FACTS}[path]] * 2
    assert len(response.context["page"].rows) >= 3


@pytest.mark.parametrize("path", STATEMENTS)
def test_a_page_that_is_filtered_by_everything_costs_eight_statements_and_the_menu_of_pages_at_most(
    client, path
):
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
    assert len(queries) <= 8 + 1


def test_a_second_page_costs_no_more_statements_by_number_and_by_key(client, django_assert_num_queries):
    for number in range(60):
        make_city(slug=f"city-{number}", name=f"City {number:02}")
    client.get("/cities/")
    for query, first in (("page=2", 25), ("page=2&after=city-24", 25), ("page=2&before=city-50", 25)):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/cities/?{query}")
        assert [row.name for row in response.context["page"].rows][0] == f"City {first}"
        assert response.context["total"] == "60"
        assert len(queries) <= STATEMENTS["cities"]


# Pages -----------------------------------------------------------------------


def test_pages_have_every_row_once_and_keep_the_filters(client):
    for number in range(60):
        make_city(name=f"City {number:02}", slug=f"city-{number:02}", country="IT")
    make_city(name="Elsewhere", country="FR")
    seen, address = [], "/cities/?sort=name&country=IT"
    while address:
        response = client.get(address)
        assert response.context["total"] == "60"
        seen.append(names(response))
        address = response.context["page"].has_next and response.context["next"]
    assert [len(page) for page in seen] == [25, 25, 10]
    assert sum(seen, []) == [f"City {number:02}" for number in range(60)]
    assert response.context["previous"] == "/cities/?country=IT&sort=name&page=2&before=city-50"
    assert response.context["pages"] == [
        (1, "/cities/?country=IT&sort=name"),
        (2, "/cities/?country=IT&sort=name&page=2"),
        (3, "/cities/?country=IT&sort=name&page=3"),
    ]


def make_sixty():
    for number in range(60):
        make_city(name=f"City {number:02}", slug=f"city-{number:02}")


def spread(response):
    """Give a page as (its number, its first row, its last, whether others come before, and after)."""
    page = response.context["page"]
    return page.number, page.rows[0].name, page.rows[-1].name, page.has_previous, page.has_next


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (1, "City 00", "City 24", False, True)),
        ("page=3", (3, "City 50", "City 59", True, False)),
        ("page=2&after=city-24", (2, "City 25", "City 49", True, True)),
        ("page=3&after=city-49", (3, "City 50", "City 59", True, False)),
        ("page=2&before=city-50", (2, "City 25", "City 49", True, True)),
        # A number is for showing only: rows may have come and gone.
        ("page=7&after=city-10", (7, "City 11", "City 35", True, True)),
        # Before the first few there is the first page, and it is full.
        ("page=2&before=city-10", (1, "City 00", "City 24", False, True)),
        ("page=2&before=city-25", (1, "City 00", "City 24", False, True)),
        ("page=2&before=city-26", (2, "City 01", "City 25", True, True)),
        # A row that is not there leaves the number to go by.
        ("page=2&after=nosuch", (2, "City 25", "City 49", True, True)),
        ("page=2&before=no%20slug%00", (2, "City 25", "City 49", True, True)),
        ("page=1&after=city-24", (1, "City 00", "City 24", False, True)),
        ("page=2&after=city-59", (2, "City 25", "City 49", True, True)),
    ],
)
def test_a_page_goes_on_from_the_row_at_the_edge_of_the_last(client, query, expected):
    make_sixty()
    if "%00" in query:
        assert client.get(f"/cities/?{query}").status_code == 400
        query = query.replace("%00", "")
    assert spread(client.get(f"/cities/?{query}")) == expected


def test_going_on_by_key_leads_beyond_the_pages_that_have_numbers(client, monkeypatch):
    monkeypatch.setattr(lists, "MAX_SKIPPED", 50)
    make_sixty()
    response = client.get("/cities/?page=3")
    assert response.context["problems"] == [
        "Only the first 2 pages can be reached by their number. Narrow the filters, or download all results."
    ]
    assert spread(response)[0] == 1
    assert [number for number, _address in response.context["pages"]] == [1, 2]
    response = client.get(client.get("/cities/?page=2").context["next"])
    assert response.context["problems"] == []
    assert spread(response) == (3, "City 50", "City 59", True, False)
    assert [number for number, _address in response.context["pages"]] == [1, 2, 3]


def test_the_head_and_the_foot_of_a_page_link_to_its_neighbours(client):
    make_sixty()
    page = client.get("/cities/?page=2").content.decode()
    assert '<link rel="prev" href="/cities/">' in page
    assert '<link rel="next" href="/cities/?page=3&amp;after=city-49">' in page
    assert '<a class="page-link" rel="next" href="/cities/?page=3&amp;after=city-49">Next</a>' in page
    assert 'rel="prev"' not in client.get("/cities/").content.decode()


def test_a_page_has_as_many_rows_as_the_visitor_chooses(client):
    make_sixty()
    response = client.get("/cities/?rows=50")
    assert spread(response) == (1, "City 00", "City 49", False, True)
    assert response.context["next"] == "/cities/?rows=50&page=2&after=city-49"
    assert response.context["sizes"] == [
        (25, "/cities/", False),
        (50, "/cities/?rows=50", True),
        (100, "/cities/?rows=100", False),
    ]
    assert response.context["page"].last == 2
    assert '<input type="hidden" name="rows" value="50">' in response.content.decode()
    response = client.get("/cities/?rows=1000000")
    assert len(response.context["page"].rows) == 25
    assert response.context["problems"] == [
        "“1000000” is not a way to show this list: choose one of 25, 50, 100."
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
        "Only the first 400 pages can be reached by their number. Narrow the filters, or download all results."
    ]


def test_the_number_of_results_is_capped_and_exact_on_demand(client, monkeypatch):
    monkeypatch.setattr(lists, "COUNT_CAP", 26)
    for _city in range(28):
        make_city(country="IT")
    response = client.get("/cities/?country=IT")
    assert response.context["total"] == "26+"
    assert response.context["page"].last is None
    assert response.context["exact"] == "/cities/?country=IT&exact=on"
    assert '<strong class="numbers">26+</strong> cities' in response.content.decode()
    response = client.get(response.context["exact"])
    assert response.context["total"] == "28"
    assert response.context["page"].last == 2
    assert response.context["exact"] == ""
    assert "Count exactly" not in response.content.decode()
    assert [chip["name"] for chip in response.context["chips"]] == ["country"]


def test_page_numbers_leave_gaps():
    page = lists.Page(10, [], 500, True)
    assert page.numbers == [1, None, 8, 9, 10, 11, 12, None, 20]
    assert lists.Page(1, [], 500, True).numbers == [1, 2, 3, None, 20]
    assert lists.Page(100, [], 1001, True).numbers == [1, None, 98, 99, 100, 101]
    assert lists.Page(1, [], 0, False).numbers == [1]


def test_page_numbers_end_where_an_offset_would_read_too_much():
    page = lists.Page(399, [], 1_000_000, True, is_exact=True)
    assert page.numbers == [1, None, 397, 398, 399, 400]
    page = lists.Page(500, [], 1_000_000, True, is_exact=True)
    assert page.numbers == [1, None, 500]


# Ways to show the rows ------------------------------------------------------------


@pytest.mark.parametrize("path", STATEMENTS)
def test_cards_show_the_same_rows_as_the_table_for_as_many_statements(client, path):
    for _row in range(2):
        row = make_row(path)
    table = client.get(f"/{path}/")
    with CaptureQueriesContext(connection) as queries:
        cards = client.get(f"/{path}/?view=cards")
    assert len(queries) <= STATEMENTS[path]
    assert names(cards) == names(table)
    page = cards.content.decode()
    assert "<table" not in page
    assert page.count('<li class="row-card">') == len(names(table))
    assert f'<h3><a href="{row.get_absolute_url()}">{row.name}</a></h3>' in " ".join(page.split()).replace(
        "<h3> ", "<h3>"
    ).replace(" </h3>", "</h3>")


def test_the_way_to_show_a_list_stays_in_its_links_and_its_form(client):
    make_sixty()
    response = client.get("/cities/?view=cards&q=city&sort=-population")
    assert [(way["name"], way["address"], way["is_current"]) for way in response.context["ways"]] == [
        ("table", "/cities/?q=city&sort=-population", False),
        ("cards", "/cities/?q=city&sort=-population&view=cards", True),
        ("map", "/cities/?q=city&sort=-population&view=map", False),
    ]
    last = response.context["page"].rows[-1].slug
    assert response.context["next"] == f"/cities/?q=city&sort=-population&view=cards&page=2&after={last}"
    assert [chip["address"] for chip in response.context["chips"]] == ["/cities/?sort=-population&view=cards"]
    assert '<input type="hidden" name="view" value="cards">' in response.content.decode()
    assert "view=" not in "".join(link["address"] for link in response.context["downloads"])


def test_a_way_that_a_list_has_not_gives_the_table_and_says_so(client):
    make_network(name="Pact")
    response = client.get("/networks/?view=map")
    assert response.context["way"] == "table"
    assert response.context["problems"] == [
        "“map” is not a way to show this list: choose one of table, cards."
    ]


def test_a_map_is_above_the_same_table(client):
    make_city(slug="bologna", country="IT")
    page = client.get("/cities/?country=IT&view=map").content.decode()
    assert page.index("<place-map") < page.index("<table")
    assert 'data-list="/cities/?country=IT&amp;view=map"' in page
    assert 'href="/cities.geojson?country=IT"' in page
    assert "place-map" not in client.get("/cities/").content.decode()


def heads(response):
    """Give the heads of the columns that sort: {words: (address or None, aria-sort or None)}."""
    page = response.content.decode()
    found = {}
    for head in page[page.index("<thead") : page.index("</thead>")].split("<th ")[1:]:
        attributes, _, html = head.partition(">")
        direction = attributes.partition('aria-sort="')[2].partition('"')[0]
        link = html.partition('<a href="')[2].partition('"')[0]
        if link or direction:
            text = words(html.partition("</th>")[0]).partition(" (")[0]
            found[text] = (link or None, direction or None)
    return found


def test_heads_of_columns_sort_and_say_how(client):
    make_city(name="C", country="IT"), make_network()
    assert heads(client.get("/cities/")) == {
        "City": (None, "ascending"),
        "Country": ("/cities/?sort=country", None),
        "Population": ("/cities/?sort=-population", None),
        "Networks": ("/cities/?sort=-networks", None),
    }
    assert heads(client.get("/cities/?sort=-population&q=c&rows=50")) == {
        "City": ("/cities/?q=c&amp;rows=50", None),
        "Country": ("/cities/?q=c&amp;rows=50&amp;sort=country", None),
        "Population": (None, "descending"),
        "Networks": ("/cities/?q=c&amp;rows=50&amp;sort=-networks", None),
    }
    assert heads(client.get("/networks/?sort=founded"))["Founded"] == (
        "/networks/?sort=-founded",
        "ascending",
    )
    assert heads(client.get("/networks/?sort=-founded"))["Founded"] == (
        "/networks/?sort=founded",
        "descending",
    )


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


def test_an_empty_result_offers_what_to_take_away_and_what_comes_back(client):
    for number in range(3):
        make_city(name=f"Bologna {number}", country="IT")
    make_city(name="Lyon", country="FR")
    client.get("/cities/?country=FR&q=bologna&population_to=5")
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/cities/?country=FR&q=bologna&view=cards")
    assert len(queries) <= STATEMENTS["cities"] + 1
    assert [(offer["address"], offer["total"]) for offer in response.context["offers"]] == [
        ("/cities/?country=FR&view=cards", "1"),
        ("/cities/?q=bologna&view=cards", "3"),
    ]
    text = words(response.content.decode())
    assert "Nothing matches all of these filters" in text
    assert "without Search words: “bologna” 1 result " in text
    assert "without Country: France 3 results " in text


def test_an_offer_takes_one_of_several_values_or_the_day(client):
    network = make_network(slug="x", start="1980")
    make_membership(network=network, city=make_city(name="Lyon", country="FR"), start="2000")
    response = client.get("/cities/?country=IT&country=FR&network=x&on=1990")
    assert [(offer["words"], offer["number"]) for offer in response.context["offers"]] == [
        ("Eurocities", 1) if network.name == "Eurocities" else (network.name, 1),
        ("1990", 1),
    ]


def test_an_empty_result_that_two_filters_are_behind_says_so(client):
    make_city(country="IT")
    response = client.get("/cities/?country=FR&q=zzz")
    assert response.context["offers"] == []
    text = words(response.content.decode())
    assert "Taking one of them away is not enough: two or more are in the way." in text
    assert "See all cities" in text


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
    assert "as it stood on 1 June 1995" in page
    assert 'href="/networks/?kind=association" data-day="today">Today</a>' in page
    assert 'href="/networks/eurocities/?on=1995-06-01"' in page
    assert [row.members for row in response.context["page"].rows] == [1]
    assert [row.members for row in client.get("/networks/").context["page"].rows] == [0]


def test_a_list_that_no_day_can_be_asked_about_says_so_and_keeps_it(client):
    make_project(slug="p")
    page = client.get("/projects/?on=1995").content.decode()
    assert "This page does not depend on a day; its links keep 1995." in " ".join(page.split())
    assert 'href="/projects/p/?on=1995"' in page


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
    assert {name for name in fields if f'name="{name}"' not in form and not is_empty_menu(fields[name])} <= {
        "exact"
    }
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
        assert 'name="network" value="eurocities" id="filter-network-eurocities" checked' in page
        assert 'name="twin" value="leipzig"' in page
        assert 'name="twin" value="lyon"' in page
        assert 'name="population_from" value="5"' in page
    page = " ".join(client.get("/cities/").content.decode().split())
    assert 'value="eurocities" id="filter-network-eurocities">' in page
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
    assert '<table class="table list-table">' in page
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
