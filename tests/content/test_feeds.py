"""Atom feeds of news and events: what RFC 4287 asks of them, whose they are, and when they are read again."""

import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest

from citynet.core.models import DataVersion, State
from tests.events.make import make_event, make_series
from tests.networks.make import make_body, make_city, make_network, make_topic

from .make import make_news

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def about():
    """A network, a city, a group, an event of a series, and a topic; and news and an event of none of them."""
    network = make_network(name="C40", slug="c40")
    city, topic = make_city(name="Turin", slug="turin"), make_topic(name="Air & noise", slug="air")
    body = make_body(network=network, name="Air Forum", slug="air-forum")
    series = make_series(network=network, slug="summits")
    event = make_event(
        [network], [city], name="Summit", slug="summit", series=series, body=body, start="2026-05-01"
    )
    event.topics.add(topic)
    make_event(name="Another event", start="2026-01-01")
    news = make_news(
        [network],
        [city],
        [body],
        [event],
        [topic],
        name="Turin <signs>",
        slug="turin-signs",
        date=date(2026, 3, 1),
        text='<p>See <a href="/cities/turin/">Turin</a>\x0b.</p>',
    )
    make_news(name="Other news", date=date(2026, 1, 1))
    make_news([network], name="A draft", state=State.DRAFT)
    return news, event


def read(client, address, **headers):
    answer = client.get(address, headers=headers)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def titles(feed):
    return [entry.text for entry in feed.findall("a:entry/a:title", ATOM)]


def test_a_feed_of_news_has_all_that_the_standard_asks(client, about):
    news, _event = about
    feed = read(client, "/news.atom?network=c40")
    own = "http://testserver/news.atom?network=c40"
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
    assert links == {"self": own, "alternate": "http://testserver/news/?network=c40"}
    assert feed.findtext("a:id", namespaces=ATOM) == "tag:testserver,2026:news.atom?network=c40"
    assert feed.findtext("a:title", namespaces=ATOM) == "News: C40"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    (entry,) = feed.findall("a:entry", ATOM)
    assert entry.findtext("a:id", namespaces=ATOM) == f"urn:uuid:{news.uid}"
    assert entry.findtext("a:title", namespaces=ATOM) == "Turin <signs>"
    assert entry.find("a:link", ATOM).get("href") == "http://testserver/news/turin-signs/"
    updated = news.updated_at.strftime("%Y-%m-%dT%H:%M:%S")
    assert entry.findtext("a:updated", namespaces=ATOM).startswith(updated)
    assert feed.findtext("a:updated", namespaces=ATOM).startswith(updated)
    content = entry.find("a:content", ATOM)
    assert content.get("type") == "html"
    assert 'href="http://testserver/cities/turin/"' in content.text
    categories = {(tag.get("term"), tag.get("label")) for tag in entry.findall("a:category", ATOM)}
    assert categories == {("c40", "C40"), ("air", "Air & noise")}


def test_news_and_events_have_a_feed_of_each_that_they_are_tied_to(client, about):
    both = ("network=c40", "city=turin", "group=air-forum", "topic=air")
    for query in (*both, "event=summit"):
        assert titles(read(client, f"/news.atom?{query}")) == ["Turin <signs>"], query
    for query in (*both, "series=summits"):
        assert titles(read(client, f"/events.atom?{query}")) == ["Summit: 1 May 2026"], query


def test_all_news_and_all_events_come_latest_first_and_are_read_again_when_they_change(client, about):
    news, event = about
    assert titles(read(client, "/news.atom")) == ["Turin <signs>", "Other news"]
    assert titles(read(client, "/events.atom")) == ["Summit: 1 May 2026", "Another event: 1 January 2026"]
    etag = client.get("/events.atom")["ETag"]
    assert client.get("/events.atom", headers={"If-None-Match": etag}).status_code == 304
    event.name = "Great summit"
    event.save()
    DataVersion.renew()  # as it is when that is committed
    answer = client.get("/events.atom", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert b"Great summit" in answer.content


FEEDS = {
    "/networks/c40/": ["/news.atom?network=c40", "/events.atom?network=c40"],
    "/cities/turin/": ["/news.atom?city=turin", "/events.atom?city=turin"],
    "/groups/air-forum/": ["/news.atom?group=air-forum", "/events.atom?group=air-forum"],
    "/events/summit/": ["/news.atom?event=summit"],
    "/events/?topic=air": ["/events.atom?topic=air"],
    "/news/?topic=air": ["/news.atom?topic=air"],
    "/": ["/news.atom", "/events.atom"],
}


def test_pages_name_their_feeds(client, about):
    for address, feeds in FEEDS.items():
        text = client.get(address).content.decode()
        for feed in feeds:
            assert f'href="{feed}"' in text, (address, feed)


def test_an_empty_feed_is_a_feed(client):
    assert titles(read(client, "/news.atom")) == []
