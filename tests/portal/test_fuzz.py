"""Nothing that anybody writes into the address of a list is an error of ours.

Each list is asked 1,000 query strings, or as many as CITYNET_FUZZ says (CI asks 3,000; 10,000 take half an hour): all of
them as its view asks for a page (its rows in the database, what could not be used, the chips), and one in
fifty through the whole site, as page and as file. What is no list (search, suggestions, the sitemap) is
asked a tenth as many, all through the site. The seed is fixed: a failure repeats, and its query string is in
the message.
"""

import os
import random
from urllib.parse import quote, quote_plus

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from citynet.core.lists import ROWS
from citynet.core.security import fault_of_query
from events.views.calendar import EventAgenda, EventCalendar
from events.views.lists import EventList
from networks.views import lists
from tests.core.test_lists import make_row
from tests.events.make import make_event
from tests.networks.make import (
    make_city,
    make_figure,
    make_membership,
    make_network,
    make_role,
    make_source,
    make_topic,
)

TIMES = int(os.environ.get("CITYNET_FUZZ", "1000"))
THROUGH_THE_SITE = 50
VIEWS = {
    "networks": lists.NetworkList,
    "cities": lists.CityList,
    "groups": lists.BodyList,
    "events": EventList,
    "events/calendar": EventCalendar,
    "events/agenda": EventAgenda,
    "projects": lists.ProjectList,
    "practices": lists.PracticeList,
    "documents": lists.DocumentList,
    "people": lists.PersonList,
}
FILES = {
    "cities": ("csv", "geojson", "map.json"),
    "events": ("csv", "geojson", "map.json", "ics"),
    "events/calendar": (),
    "events/agenda": (),
}
# What is asked in words of its own: the addresses, which are asked in turn, and names with values that they take.
QUESTIONS = {
    "changes": (
        ("/changes/", "/changes.csv", "/changes.atom"),
        {
            "from": ["1995", "199X", "0001", "9999"],
            "to": ["1995", "2020-06", "9999-12-31"],
            "network": ["row"],
            "city": ["row"],
            "kind": ["joined", "left", "possible"],
            "after": [
                "1995-06-01-2-17",
                "0001-01-01-0-0",
                "9999-12-31-99-9",
                f"1995-01-01-{10**23}-{10**23}",
            ],
            "before": ["1995-06-01-2-17", "0001-01-01-1-0", f"1995-01-01-1-{10**23}", "1995-01-01--1--1"],
            "page": ["2", "400", "99999"],
        },
    ),
    "compare": (
        (*("/compare/cities/", "/compare/cities.csv", "/compare/networks/", "/compare/networks.csv"),),
        {"city": ["row", "other"], "network": ["row", "other"], "in": ["row"], "on": ["1995"], "page": ["2"]},
    ),
    "partners": (
        (*("/partners/", "/partners.csv", "/overlap/", "/overlap.csv"),),
        {
            "city": ["row", "other"],
            "topic": ["row"],
            "country": ["IT"],
            "network": ["row"],
            "sort": ["size", "name"],
            "on": ["1995"],
        },
    ),
    "timelines": (
        tuple(f"/{kind}/row/timeline{end}" for kind in ("cities", "networks") for end in ("/", ".csv")),
        {"from": ["1995", "0001", "9999"], "to": ["2020", "9999-12-31"], "kind": ["role"], "on": ["1995"]},
    ),
    "evidence": (
        (
            *("/numbers/", "/numbers.csv", "/networks/row/numbers/", "/networks/row/numbers.csv"),
            *("/contradictions/", "/contradictions.csv", "/sources/row/", "/sources/row.csv"),
        ),
        {"metric": ["countries"], "kind": ["stated", "role"], "page": ["2", "99999"]},
    ),
    "embedded": (
        (
            *("/embed/cities/row/", "/embed/cities/row.html", "/embed/cities/row/events/"),
            *("/embed/networks/row/members/", "/embed/networks/row/events.html"),
            *("/cities/row/embed/", "/networks/row/embed/", "/cities/row/passport/"),
        ),
        {
            "section": ["networks", "past"],
            "on": ["1995"],
            "rows": ["1", "500", "501"],
            "language": ["it", "en"],
            "theme": ["dark"],
            "accent": ["#a00", "aabbcc", "#ggg"],
            "show": ["city_events", "network_members"],
        },
    ),
    "facts": (
        tuple(f"/{kind}{end}" for kind in ("memberships", "roles", "sources") for end in ("/", ".csv")),
        {
            "network": ["row"],
            "city": ["row"],
            "category": ["full"],
            "post": ["chair"],
            "country": ["IT"],
            "status": ["former", "coming", "current"],
            "link": ["with", "without"],
            "year": ["1995"],
            "on": ["1995"],
            "sort": ["-start", "-facts", "-published"],
            "after": ["1", "row", "-1", str(10**23)],
            "before": ["9", "row", "0", str(10**23)],
            "page": ["2", "400"],
        },
    ),
    "cited": (
        tuple(f"/{kind}/row.{end}" for kind in ("cities", "networks", "sources") for end in ("bib", "ris")),
        {"on": ["1995", "1995-06-01"]},
    ),
}
NO_LISTS = ("search", "search/suggest", "cities/suggest", "groups/suggest", "projects/suggest")
ODD_VALUES = [
    *("", " ", "0", "-1", "-0", "1e9", "NaN", "Infinity", str(10**23), "9" * 5000, "٣", "²", "1_000", "0x10"),
    *(
        "1995",
        "1995-06-01",
        "2026-02-30",
        "0000",
        "9999",
        "9999-12-31",
        "0001-01-01",
        "199X",
        "in the nineties",
    ),
    *("by 2015", "unknown", "before 0001", "[..2015]", "Sept 2009", "15/10/2015", "1/1/1", "01.01.10000"),
    *("%", "_", "\\", "'", '"', "';--", "a%", "*", 'a*"(', "(", "[", "\n", "\t", "\r\n", "\x1f", "\x7f"),
    *(
        "<script>",
        "{{ 7 }}",
        "${x}",
        "../../etc/passwd",
        "Zürich",
        "ß",
        "İ",
        "ﬁ",
        "ǆ",
        "日本",
        "🏙️",
        "\u202e",
        "\ufeff",
    ),
    *(
        "x" * 9000,
        "a " * 300,
        "é" * 101,
        "null",
        "None",
        "true",
        "IT",
        "it",
        "ZZ",
        "en",
        "sr-Latn",
        "eurocities",
    ),
    *(
        "-180,-90,180,90",
        "170,-10,-170,10",
        "0,0,0,0",
        "-0.0,-0,1e1,0.1",
        "1,2,3",
        "nan,0,1,1",
        "1e999,0,1,1",
    ),
    *(
        "181,0,1,1",
        "0,10,1,-10",
        "1_0,0,1,1",
        "２,0,９,1",
        "0,0,1,1,",
        ",,,",
        "1e-400,0,1,1",
        f"{'1' * 90},0,1,1",
    ),
    *("2019-04", "0999-12", "1000-01", "9999-12", "2019-13", "2019-00", "April 2019", "4/2019", "2019-W14"),
    *(
        "§city",
        "NEAR(a b)",
        "names:a",
        "a OR b",
        "a AND NOT b",
        "^a",
        "a:*",
        "'a':*A & 'b'",
        "a|b!c<->d",
        "\\'",
    ),
    *(
        "a b c d e f g h i j k l",
        "barclona milna fod pcat",
        "e\u0301" * 60,
        "क्षि",
        "\u0301",
        "ß" * 70,
        "ŉ ǰ ΐ",
    ),
]
ODD_BYTES = ["%00", "%ED%A0%80", "%FF", "%", "%zz", "%C3", "%25", "%2500", "+", "&&", "=", ";"]
NAMES = [
    "page",
    "after",
    "before",
    "exact",
    "rows",
    "view",
    "month",
    "undated",
    "bbox",
    "q",
    "kind",
    "sort",
    "format",
    "csrfmiddlewaretoken",
    "on[]",
    "country__in",
    "",
    "é",
]


def query_strings(rng, known, times):
    """Give odd query strings that mostly use the list's own names and values."""
    names = [*known] * 3 + NAMES
    for _time in range(times):
        pairs = []
        for _pair in range(rng.choice((1, 1, 2, 3, 5, 30))):
            name = rng.choice(names)
            kind = rng.random()
            if kind < 0.45 and known.get(name):
                value = quote_plus(rng.choice(known[name]))
            elif kind < 0.9:
                value = rng.choice((quote, quote_plus))(rng.choice(ODD_VALUES))
            elif kind < 0.96:
                value = "".join(rng.choices(ODD_BYTES, k=rng.randint(1, 3)))
            else:
                value = quote("".join(chr(rng.randrange(1, 0x2FFF)) for _letter in range(rng.randint(1, 40))))
            pairs.append(f"{quote(name)}={value}" if rng.random() < 0.97 else quote(name))
        yield "&".join(pairs)


def known_values(view):
    """Give the names of the list's filters, with values that they take."""
    filters = view.filterset_class(QueryDict(""), view.model.objects.published())
    known = {}
    for name, field in filters.form.fields.items():
        choices = getattr(field, "choices", ())
        known[name] = list(choices()) if callable(choices) else [str(value) for value, _label in choices]
    return {
        **known,
        "page": ["1", "2", "400", "401"],
        "after": ["row", "no-such-row", "network-1"],
        "before": ["row", "no-such-row", "network-1"],
        "rows": ["25", "50", "100", "1000"],
        "view": ["table", "cards", "map"],
        "exact": ["on", "off"],
        "undated": ["on"],
        "month": ["2019-04", "2019-01", "9999-12", "1000-01"],
        "bbox": ["-180,-90,180,90", "6.5,36,18.6,47.1", "170,-10,-170,10"],
    }


@pytest.mark.django_db
@pytest.mark.parametrize("path", VIEWS)
def test_no_query_string_is_an_error(client, path):
    row = make_row(path.partition("/")[0])
    type(row).objects.filter(pk=row.pk).update(slug="row")
    view = VIEWS[path]
    client.raise_request_exception = False
    rng = random.Random(f"citynet {path}")
    page = view()
    for number, query in enumerate(query_strings(rng, known_values(view), TIMES)):
        try:
            if number % THROUGH_THE_SITE == 0:
                ask_the_site(client, path, query)
            if not fault_of_query(query):
                ask_the_view(page, query)
        except Exception as error:
            raise AssertionError(f"/{path}/?{query}") from error
    assert [found.pk for found in client.get(f"/{path}/").context["page"].rows].count(row.pk) <= 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", NO_LISTS)
def test_no_search_is_an_error(client, path):
    for name in VIEWS:
        if "/" not in name:
            make_row(name)
    client.raise_request_exception = False
    known = {
        "q": ["network", "city 1", "person", "mebmership", "netwrok", "e", "et"],
        "kind": ["city", "event"],
        "page": ["1", "2", "99"],
    }
    for query in query_strings(random.Random(f"citynet {path}"), known, TIMES // 10):
        response = client.get(f"/{path}/?{query}")
        assert response.status_code == (400 if fault_of_query(query) else 200), f"/{path}/?{query}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_is_an_error(client, name):
    """Pages, files and feeds that work their rows out; a network that is none has no contradictions."""
    network, city, source = make_network(slug="row"), make_city(slug="row"), make_source(slug="row")
    make_network(slug="other"), make_city(slug="other"), make_topic(slug="row")
    for start in ("1990", "199X"):
        make_membership(network=network, city=city, source=source, start=start, quote=start)
        make_figure(network=network, source=source, as_of=start)
    make_role(network=network, city=city, source=source, end="[..2015]")
    make_event(networks=[network], cities=[city], source=source, start="1995-06-01")
    client.raise_request_exception = False
    addresses, known = QUESTIONS[name]
    for number, query in enumerate(query_strings(random.Random(f"citynet {name}"), known, TIMES // 50)):
        address = f"{addresses[number % len(addresses)]}?{query}"
        response = client.get(address)
        assert response.status_code == (400 if fault_of_query(query) else 200), address
        if response.streaming:
            b"".join(response.streaming_content)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        *("cities-0", "cities-2", "cities-1000000000000", "cities-1000000000001", f"cities-{'9' * 900}"),
        *("users-1", "pages-1", "cities--1", "cities-1.5", "cities-"),
    ],
)
def test_a_file_that_the_sitemap_has_not_is_not_found(client, address):
    make_row("cities")
    assert client.get(f"/sitemap-{address}.xml").status_code == 404


def ask_the_view(page, query):
    """Ask for the page's rows, without writing them out, which costs ten times as much."""
    page.request = RequestFactory().get(f"/?{query}")
    page.shape = {}
    filters = page.filterset_class(page.request.GET, page.model.objects.published(), request=page.request)
    problems = [*filters.problems]
    size = page.choice("rows", ROWS, problems)
    found = page.page(filters, size, problems)
    keys = [row.pk for row in found.rows]
    assert len(set(keys)) == len(keys) <= min(found.total, size)
    assert all(isinstance(said, str) for said in problems)
    assert all(isinstance(chip.query, str) for chip in filters.chips)


def ask_the_site(client, path, query):
    allowed = {400} if fault_of_query(query) else {200}
    files = (f"/{path}.{format}?{query}" for format in FILES.get(path, ("csv",)))
    for address in (f"/{path}/?{query}", *files):
        response = client.get(address)
        assert response.status_code in allowed, (address, response.status_code)
        if response.streaming:
            b"".join(response.streaming_content)
