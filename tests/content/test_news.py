"""News: the list, its files, the archive of a year, the page of an item, and the pages of what it is about."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core.models import State
from tests.events.make import make_event
from tests.networks.make import make_body, make_city, make_network, make_topic

from .make import make_news

pytestmark = pytest.mark.django_db


@pytest.fixture
def tied():
    """An item that is tied to one of each, and one that is tied to nothing."""
    about = {
        "networks": [make_network(name="C40", slug="c40")],
        "cities": [make_city(name="Turin", slug="turin")],
        "bodies": [make_body(name="Air Forum", slug="air-forum")],
        "events": [make_event(name="Summit", slug="summit")],
        "topics": [make_topic(name="Air", slug="air")],
    }
    make_news(name="Nothing in it", slug="nothing", date=date(2025, 12, 31))
    return make_news(
        name="Turin signs",
        slug="turin-signs",
        date=date(2026, 3, 1),
        summary="One more city.",
        text="<h1>Why</h1><p>For <b>clean</b> air.</p><script>alert(1)</script>",
        website="https://example.org/signs",
        **about,
    )


FILTERS = (
    "network=c40",
    "city=turin",
    "group=air-forum",
    "event=summit",
    "topic=air",
    "year=2026",
    "q=turin",
)


def test_each_filter_finds_the_item_on_the_page_and_in_the_files(client, tied):
    for query in FILTERS:
        page = client.get(f"/news/?{query}").content.decode()
        assert "Turin signs" in page, query
        assert "Nothing in it" not in page, query
        rows = json.loads(b"".join(client.get(f"/news.json?{query}")))
        assert [row["slug"] for row in rows] == ["turin-signs"], query


def test_the_page_of_an_item_says_what_it_is_about_in_clean_words_and_for_machines(client, tied):
    text = client.get("/news/turin-signs/").content.decode()
    for words in (
        '<time datetime="2026-03-01">1 March 2026</time>',
        "For <strong>clean</strong> air.",
        '<a href="/networks/c40/">C40</a>',
        '<a href="/cities/turin/">Turin</a>',
        '<a href="/groups/air-forum/">Air Forum</a>',
        '<a href="/events/summit/">Summit</a>',
        '"@type":"NewsArticle"',
        '"datePublished":"2026-03-01"',
        "/news/turin-signs.bib",
    ):
        assert words in text, words
    assert "alert(1)" not in text
    tied.slug = "turin-has-signed"
    tied.save()
    assert client.get("/news/turin-signs/")["Location"] == "/news/turin-has-signed/"
    assert "/news/turin-has-signed/" in client.get("/search/?q=clean").content.decode()
    assert client.get(f"/id/{tied.uid}/")["Location"] == "/news/turin-has-signed/"


def test_what_an_item_is_about_shows_it_while_it_is_public(client, tied):
    addresses = ("/networks/c40/", "/cities/turin/", "/groups/air-forum/", "/events/summit/", "/")
    for address in addresses:
        link = '<a href="/news/turin-signs/">Turin signs</a>'
        assert link in client.get(address).content.decode(), address
    tied.state = State.DRAFT
    tied.save()
    for address in addresses:
        assert "Turin signs" not in client.get(address).content.decode(), address


def test_the_archive_of_a_year_goes_by_month(client, tied):
    make_news(name="Later", date=date(2026, 11, 3))
    make_news(name="Draft", date=date(2026, 11, 3), state=State.DRAFT)
    text = client.get("/news/2026/").content.decode()
    places = [text.index(words) for words in ("November 2026", "Later", "March 2026", "Turin signs")]
    assert places == sorted(places)
    assert "Draft" not in text
    assert 'href="/news/2025/"' in text
    assert [client.get(f"/news/{year}/").status_code for year in ("2024", "0000")] == [404, 404]


def test_the_list_costs_as_many_statements_for_many_items_as_for_one(client, tied):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/news/")
        counts.append(len(queries))
        for _ in range(3):
            make_news(networks=[make_network()], topics=[make_topic()])
    assert counts[0] == counts[1] <= 8
