"""citynet.portal.changes: what changed between two days, as rows, page, file and feed."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citynet.core.models import State
from citynet.portal.changes import changes
from citynet.portal.changes.between import apply, state
from events.models import Event
from networks.models import Body, City, Membership, Network, Project, Role, Twinning
from tests.events.make import make_event
from tests.networks.make import (
    make_body,
    make_city,
    make_document,
    make_figure,
    make_membership,
    make_network,
    make_person,
    make_project,
    make_role,
    make_source,
    make_twinning,
)
from tests.page import words

pytestmark = pytest.mark.django_db

# The property ---------------------------------------------------------------------------------------------

DAYS = st.dates(date(1989, 1, 1), date(2003, 12, 31))
STARTS = st.one_of(
    st.just(""),
    DAYS.map(lambda day: day.isoformat()),
    DAYS.map(lambda day: day.isoformat()[:7]),
    DAYS.map(lambda day: day.isoformat()[:4]),
    st.sampled_from(["198X", "199X", "200X", "[..1995]", "[..1999-06-30]"]),
)


@st.composite
def periods(draw):
    """Give a start and an end of any precision, the end not before the start."""
    start, end = Twinning(start=draw(STARTS)), Twinning(end=draw(STARTS))
    start.set_bounds()
    end.set_bounds()
    return {"start": start.start, "end": end.end if end.end_latest >= start.start_earliest else ""}


WORLD = st.fixed_dictionaries(
    {
        "networks": st.lists(periods(), min_size=2, max_size=2),
        "facts": st.lists(
            st.tuples(
                st.sampled_from([Membership, Role, Body, Project, Twinning]),
                st.integers(0, 1),
                st.integers(0, 2),
                periods(),
            ),
            max_size=8,
        ),
        "days": st.tuples(DAYS, DAYS).map(sorted),
    }
)


def build(world):
    """Put a small world into the database, in place of the one before; give its networks and cities."""
    for model in (Membership, Role, Body, Project, Twinning, Network, City):
        model._base_manager.all().delete()
    networks = [make_network(**period) for period in world["networks"]]
    cities = [make_city() for _number in range(3)]
    rows = {Membership: [], Role: [], Body: [], Project: [], Twinning: []}
    for number, (model, network, city, period) in enumerate(world["facts"]):
        row = model(**period)
        if model is not Twinning:
            row.network = networks[network]
        if model in (Membership, Role):
            row.city = cities[city]
        if model is Membership:
            row.category = Membership.Category.values[number % 7]  # never the same fact twice
        if model is Role:
            row.post = Role.Post.CHAIR
        if model is Twinning:
            if any(twin.city_a == cities[city - 1] for twin in rows[Twinning]):
                continue
            row.city_a, row.city_b = sorted((cities[city], cities[city - 1]), key=lambda city: city.pk)
            if any((twin.city_a, twin.city_b) == (row.city_a, row.city_b) for twin in rows[Twinning]):
                continue
        if model in (Body, Project):
            row.name, row.slug = f"Thing {number}", f"thing-{number}"
        row.state = State.PUBLISHED
        row.save()
        rows[model].append(row)
    return networks, cities


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORLD)
def test_what_changed_applied_to_the_state_before_gives_the_state_after(world):
    networks, cities = build(world)
    first, last = world["days"]
    for network, city in ((None, None), (networks[0], None), (None, cities[0]), (networks[1], cities[1])):
        about = {"network": [network.pk] if network else None, "city": [city.pk] if city else None}
        known = state(first - timedelta(days=1), **about)
        rows = list(changes((first, last), network, city))
        assert apply(known, rows) == state(last, **about)
        assert [row.day for row in rows] == sorted((row.day for row in rows), reverse=True)
        for row in reversed(
            rows
        ):  # each one changes something: none is said twice, nor of what was so before
            assert first <= row.day <= last
            assert (row.key_of_fact in known) == row.ends
            known = apply(known, [row])


# The rows -------------------------------------------------------------------------------------------------


def told(*between, **about):
    """Give what changed as (day, kind, sentence, date in words, reason)."""
    return [
        (str(row.day), row.kind.value, row.sentence(), row.when, row.reason)
        for row in changes(between, **about)
    ]


def make_history():
    """Make one change of every kind, and what is none; give Eurocities and Bologna."""
    network = make_network(name="Eurocities", start="1986-05", end="")
    forum = make_body(network=network, name="Culture Forum", start="1992-03-04", end="2009")
    bologna, leeds = make_city(name="Bologna", slug="bologna"), make_city(name="Leeds")
    make_membership(network=network, city=bologna, start="1991", end="2014")
    make_membership(network=network, city=leeds, end="[..2003-02-01]", category="partner")
    make_role(body=forum, city=bologna, start="1993-06-01", end="1993-06-30")
    make_role(network=network, person=make_person(name="Ann Lee"), city=leeds, post="president", start="199X")
    make_twinning(city_a=bologna, city_b=leeds, start="1995-01-01", end="1996-12-31")
    make_project(name="Green Roofs", network=network, start="1998-02", end="2001-02-03")
    make_event(networks=[network], name="Annual meeting", cities=[bologna], start="1999-10-01")
    make_event(networks=[network], name="Called off", start="1999-10-02", status=Event.Status.CANCELLED)
    make_figure(network=network, metric="countries", value=39, as_of="2002")
    make_document(network=network, name="Charter", date="1994-11-12")
    old = make_network(name="Old League", start="1950", end="1990-06-30")
    make_membership(network=old, city=bologna, start="1940")  # before there was a league, and after it
    make_membership(network=network, city=make_city(name="Secret", state=State.DRAFT), start="1991")
    make_membership(network=network, city=make_city(name="Hidden"), start="1991", state=State.DRAFT)
    return network, bologna


HISTORY = [
    ("2015-01-01", "left", "Bologna left Eurocities", "after 2014", "its end is known only as 2014"),
    (
        "2010-01-01",
        "group_dissolved",
        "Culture Forum in Eurocities ended",
        "after 2009",
        "its end is known only as 2009",
    ),
    (
        "2003-02-02",
        "left",
        "Leeds left Eurocities",
        "by 1 February 2003, date unknown",
        "it ended by 1 February 2003, nobody knows when",
    ),
    ("2002-01-01", "figure", "Eurocities: 39 countries", "2002", "its date is known only as 2002"),
    ("2001-02-04", "project_ended", "Green Roofs ended", "after 3 February 2001", ""),
    ("1999-10-01", "event", "Annual meeting", "1 October 1999", ""),
    (
        "1998-02-01",
        "project_started",
        "Green Roofs started",
        "February 1998",
        "its start is known only as February 1998",
    ),
    ("1997-01-01", "untwinned", "Bologna and Leeds ended their twinning", "after 31 December 1996", ""),
    ("1995-01-01", "twinned", "Bologna and Leeds became twin cities", "1 January 1995", ""),
    ("1994-11-12", "document", "Charter", "12 November 1994", ""),
    ("1993-07-01", "left_office", "Bologna left office as chair, Culture Forum", "after 30 June 1993", ""),
    ("1993-06-01", "took_office", "Bologna took office as chair, Culture Forum", "1 June 1993", ""),
    ("1992-03-04", "new_group", "Culture Forum was set up in Eurocities", "4 March 1992", ""),
    ("1991-01-01", "joined", "Bologna joined Eurocities", "1991", "its start is known only as 1991"),
    ("1990-07-01", "dissolved", "Old League was dissolved", "after 30 June 1990", ""),
    ("1990-07-01", "left", "Bologna left Old League", "after 30 June 1990", ""),
    (
        "1990-01-01",
        "took_office",
        "Ann Lee took office as president, Eurocities",
        "1990s",
        "its start is known only as 1990s",
    ),
    ("1986-05-01", "founded", "Eurocities was founded", "May 1986", "its start is known only as May 1986"),
    (
        "1986-05-01",
        "possible",
        "Leeds, perhaps from here on, in Eurocities",
        "May 1986",
        "its start is not known; the start of Eurocities is known only as May 1986",
    ),
    ("1950-01-01", "founded", "Old League was founded", "1950", "its start is known only as 1950"),
    (
        "1950-01-01",
        "joined",
        "Bologna joined Old League",
        "1950",
        "the start of Old League is known only as 1950",
    ),
]


def test_every_kind_of_change_is_told_once_newest_first_with_what_is_uncertain():
    make_history()
    assert told("1900", "2026") == HISTORY


def test_both_days_count_and_a_year_ends_with_its_last_day():
    make_history()
    assert told("1992-03-04", "1993-06") == HISTORY[11:13]
    assert told("1992-03-05", "1993-05") == []
    assert [row[0] for row in told("2010", "2014")] == ["2010-01-01"]
    assert [row[0] for row in told("2010-01-02", "2015-01-01")] == ["2015-01-01"]


def test_changes_are_those_of_a_network_or_of_a_city():
    network, bologna = make_history()
    of_network, of_city = told("1900", "2026", network=network), told("1900", "2026", city=bologna)
    assert [row[2] for row in of_network] == [
        words for _day, kind, words, *_rest in HISTORY if "League" not in words and "twin" not in kind
    ]
    assert [row[2] for row in of_city] == [
        "Bologna left Eurocities",
        "Annual meeting",
        "Bologna and Leeds ended their twinning",
        "Bologna and Leeds became twin cities",
        "Bologna left office as chair, Culture Forum",
        "Bologna took office as chair, Culture Forum",
        "Bologna joined Eurocities",
        "Bologna left Old League",
        "Bologna joined Old League",
    ]
    assert told("1900", "2026", network=network, city=bologna) == [
        row for row in told("1900", "2026", city=bologna) if "League" not in row[2] and "twin" not in row[1]
    ]


# The page, the file and the feed --------------------------------------------------------------------------

ALL = "/changes/?from=1900"


@pytest.fixture
def history(time_machine):
    time_machine.move_to(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)
    return make_history()


def sentences(html):
    found = re.findall(r'<p class="changed-what">(.*?)</p>', html, re.DOTALL)
    return [words(sentence) for sentence in found]


def file_of(client, address):
    content = b"".join(client.get(address).streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_page_groups_by_year_and_day_and_links_to_the_day_that_it_tells_of(client, history):
    html = client.get("/changes/?from=1993&to=1996-06").content.decode()
    shown = words(html.partition('id="results"')[2].partition("<nav")[0])
    told = words(html.partition('class="changes-year"')[2].partition("<aside")[0])
    assert "From 1 January 1993 to 30 June 1996, both included." in shown
    assert told.endswith(
        "1995 1 January 1995 Bologna and Leeds became twin cities no source given"
        " 1994 12 November 1994 Charter, report, Eurocities Document signed or published no source given"
        " 1993 After 30 June 1993 Bologna left office as chair, Culture Forum, Eurocities no source given"
        " 1 June 1993 Bologna took office as chair, Culture Forum, Eurocities no source given"
    )
    assert '<a href="/cities/bologna/?on=1993-06-30">Bologna</a> left office' in html
    assert '<a href="/cities/bologna/?on=1993-06-01">Bologna</a> took office' in html


def test_without_days_a_page_is_about_the_year_until_today(client, history):
    make_event(name="Long ago", start="2025-11-21")
    make_event(name="A year ago", start="2025-11-22")
    make_event(name="Today", start="2026-11-22")
    make_event(name="Tomorrow", start="2026-11-23")
    names = [sentence.partition(",")[0] for sentence in sentences(client.get("/changes/").content.decode())]
    assert names == ["Today", "A year ago"]
    names = sentences(client.get("/changes/?to=2025-11-21").content.decode())
    assert [name.partition(",")[0] for name in names] == ["Long ago"]


def test_the_file_has_the_rows_of_all_pages(client, history):
    for number in range(40):
        make_event(name=f"=Meeting {number:02}", start="2001-02-04" if number % 2 else "2001-02")
    address, pages, backwards = ALL, [], []
    while address:
        html = client.get(address).content.decode()
        pages.append(sentences(html))
        last, following = address, re.search(r'<link rel="next" href="([^"]*)"', html)
        address = following and unescape(following[1])
    assert [len(page) for page in pages] == [25, 25, 10]
    assert sentences(client.get(f"{ALL}&page=2").content.decode()) == pages[1]
    address = last
    while address:
        html = client.get(address).content.decode()
        backwards.insert(0, sentences(html))
        earlier = re.search(r'<link rel="prev" href="([^"]*)"', html)
        address = earlier and unescape(earlier[1])
    assert backwards == pages
    rows = file_of(client, "/changes.csv?from=1900")
    found = [sentence for page in pages for sentence in page]
    assert len(rows) == len(found) == 60
    who = sorted(row["who"].removeprefix("'").partition(" (")[0] for row in rows)
    assert who == sorted(next(name for name in set(who) if sentence.startswith(name)) for sentence in found)


def test_a_row_of_the_file_says_all_that_the_page_says(client, history):
    network, bologna = history
    source = make_source(publisher="Comune", title="Page", url="https://example.org/page")
    Role.objects.update(source=source)
    rows = file_of(client, "/changes.csv?from=1993&to=1993&kind=left_office&city=bologna")
    assert rows == [
        {
            "day": "1993-07-01",
            "date": "1993-06-30",
            "date_precision": "day",
            "change": "left_office",
            "who": "Bologna",
            "what": "Culture Forum",
            "about": "chair",
            "networks": network.slug,
            "city": "Bologna",
            "city_slug": "bologna",
            "approximate": "false",
            "reason": "",
            "address": "http://testserver/cities/bologna/?on=1993-06-30",
            "source_publisher": "Comune",
            "source_title": "Page",
            "source_url": "https://example.org/page",
        }
    ]


ATOM = {"": "http://www.w3.org/2005/Atom"}


def feed_of(client, address, **headers):
    response = client.get(address, headers=headers)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return response, ElementTree.fromstring(response.content)


def test_the_feed_is_atom_with_ids_that_stay_and_moments_that_move(client, history, time_machine):
    network, bologna = history
    address = "/changes.atom?city=bologna&from=1991&to=2015&kind=left"
    response, feed = feed_of(client, address)
    links = {link.get("rel"): link.get("href") for link in feed.findall("link", ATOM)}
    assert links == {
        "self": f"http://testserver{address}",
        "alternate": "http://testserver/changes/?from=1991&to=2015&city=bologna&kind=left",
    }
    assert feed.findtext("title", namespaces=ATOM) == "What changed: Bologna"
    (entry,) = feed.findall("entry", ATOM)
    left = Membership.objects.get(city=bologna, network=network)
    assert {child.tag.partition("}")[2]: child.text for child in entry if child.text} == {
        "title": "Bologna left Eurocities: after 2014",
        "published": "2026-11-22T12:00:00+00:00",
        "updated": "2026-11-22T12:00:00+00:00",
        "id": f"tag:testserver,2026:changes/left/membership/{left.pk}",
        "content": "<p>Bologna left Eurocities, full member. After 2014. "
        "approx. (its end is known only as 2014). no source given</p>",
    }
    assert entry.find("link", ATOM).get("href") == "http://testserver/cities/bologna/?on=2014-12-31"
    assert [category.get("term") for category in entry.findall("category", ATOM)] == ["Eurocities", "left"]
    again = client.get(address, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    time_machine.move_to(datetime(2026, 11, 22, 13, tzinfo=UTC), tick=False)
    left.end = "2013"
    left.save()
    _response, feed = feed_of(client, address)
    (corrected,) = feed.findall("entry", ATOM)
    assert corrected.findtext("id", namespaces=ATOM) == entry.findtext("id", namespaces=ATOM)
    assert corrected.findtext("updated", namespaces=ATOM) == "2026-11-22T13:00:00+00:00"
    assert feed.findtext("updated", namespaces=ATOM) == "2026-11-22T13:00:00+00:00"


def test_an_empty_feed_is_the_same_until_something_comes(client, history):
    _response, feed = feed_of(client, "/changes.atom?from=2020&to=2021")
    assert feed.findall("entry", ATOM) == []
    assert feed.findtext("updated", namespaces=ATOM) == "2020-01-01T00:00:00+00:00"


def test_a_name_with_a_letter_that_xml_cannot_hold_breaks_no_feed(client):
    network = make_network(name="Net\x0bwork & <co>")
    make_membership(network=network, city=make_city(name="Ulm\x1f"), start="2020-05-01")
    _response, feed = feed_of(client, "/changes.atom?from=2020&to=2020")
    title = feed.findtext("entry/title", namespaces=ATOM)
    assert title == "Ulm joined Net work & <co>: 1 May 2020"


def test_the_link_to_keep_begins_today_and_ends_whenever_it_is_opened(client, history, time_machine):
    network, _bologna = history
    html = client.get(f"/changes/?from=1990&to=1995&network={network.slug}").content.decode()
    keep = re.search(r'<a href="([^"]*)"\s+title="What changed since this visit: Eurocities"', html)
    address = unescape(keep[1])
    assert address == f"/changes/?from=2026-11-22&network={network.slug}"
    make_event(networks=[network], name="Today", start="2026-11-22")
    make_event(networks=[network], name="Next week", start="2026-11-29")
    assert len(sentences(client.get(address).content.decode())) == 1
    time_machine.move_to(datetime(2026, 11, 30, tzinfo=UTC))
    assert len(sentences(client.get(address).content.decode())) == 2


def test_cities_networks_and_the_page_name_their_feed(client, history):
    network, bologna = history
    for address, feed in (
        (f"/networks/{network.slug}/", f"/changes.atom?network={network.slug}"),
        ("/cities/bologna/", "/changes.atom?city=bologna"),
        ("/changes/?city=bologna", "/changes.atom?city=bologna"),
    ):
        html = client.get(address).content.decode()
        found = [
            re.search(r'href="([^"]*)"', link)[1]
            for link in re.findall(r"<link [^>]*>", html)
            if "application/atom+xml" in link and "/changes.atom" in link
        ]
        assert found == [feed], address


def test_the_number_of_statements_stays_when_rows_come(client, history):
    def count(address):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
            _body = b"".join(response.streaming_content) if response.streaming else response.content
        return len(queries)

    addresses = [f"{ALL}&rows=100", "/changes.csv?from=1900", "/changes.atom?from=1900"]
    before = [count(address) for address in addresses]
    make_history_of_another()
    assert [count(address) for address in addresses] == before == [17, 14, 14]


def make_history_of_another():
    network, city = make_network(name="C40", start="2005", end="2020"), make_city(name="Oslo", slug="oslo")
    for number in range(3):
        make_membership(network=network, city=make_city(), start="2007")
        make_role(network=network, city=city, start=f"200{number + 6}")
        make_event(networks=[network], cities=[city], start="2008")


def test_what_cannot_be_read_is_said_and_left_out(client, history):
    html = client.get("/changes/?from=yesterdayish&to=1995&city=Nowhere&kind=grew&page=x&after=1-2-3")
    assert html.status_code == 200
    problems = words(html.content.decode().partition('id="problems"')[2].partition("</ul>")[0])
    for problem in ("yesterdayish", "Nowhere", "grew", "“x” is not the number of a page"):
        assert problem in problems
    assert "From 31 December 1994 to 31 December 1995" in words(html.content.decode())
