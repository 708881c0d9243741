"""What the pages of all kinds of records do alike."""

import datetime
import re

import pytest

from citynet.core.models import State
from tests.events.make import make_event
from tests.networks import make
from tests.page import words

from .pages import DRAFT, contents, page

pytestmark = pytest.mark.django_db


PAGES = [
    make.make_network,
    make.make_city,
    make.make_body,
    make.make_project,
    make.make_practice,
    make.make_document,
    make.make_person,
    make_event,
]


@pytest.mark.parametrize("make_record", PAGES)
def test_a_page_is_named_after_its_record_once(client, make_record):
    record = make_record(name="Łódź <& friends>", slug="lodz")
    html = page(client, record).content.decode()
    assert [words(h1.partition("</h1>")[0]) for h1 in html.split("<h1>")[1:]] == ["Łódź <& friends>"]
    told_apart = {
        make.make_body: ", {record.network}",
        make.make_city: ", Italy",
        make.make_document: " – Documents",
    }
    more = told_apart.get(make_record, "").format(record=record)
    assert words(html.partition("</title>")[0]) == f"Łódź <& friends>{more} – citynet"


@pytest.mark.parametrize("make_record", PAGES)
@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.ARCHIVED])
def test_what_is_not_published_has_no_page(client, make_record, state):
    record = make_record()
    assert client.get(record.get_absolute_url()).status_code == 200
    record.state = state
    record.save()
    assert client.get(record.get_absolute_url()).status_code == 404


def test_a_group_of_a_draft_network_has_no_page(client):
    body = make.make_body(network=make.make_network(**DRAFT))
    assert client.get(body.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("make_record", PAGES)
def test_an_unreadable_day_is_told_and_the_page_shows_today(client, make_record):
    response = page(client, make_record(), on="2026-02-30")
    assert words(response.content.decode()).count("There is no such date as “2026-02-30”.") == 1
    assert 'data-day="today"' not in response.content.decode()


OF_EVERY_DAY = [make.make_practice, make.make_document, make_event]


@pytest.mark.parametrize("make_record", [each for each in PAGES if each not in OF_EVERY_DAY])
def test_an_asked_day_is_told_with_a_way_back_to_today(client, make_record):
    record = make_record()
    html = page(client, record, on="June 1995").content.decode()
    assert "<strong>what held at some time in June 1995</strong>" in html
    assert f'href="{record.get_absolute_url()}" data-day="today">Today</a>' in " ".join(html.split())


@pytest.mark.parametrize("make_record", OF_EVERY_DAY)
def test_a_page_that_is_the_same_on_every_day_says_so(client, make_record):
    record = make_record()
    html = page(client, record, on="1900").content.decode()
    assert "This page does not depend on a day; its links keep 1900." in words(html)
    assert f'<a href="{record.get_absolute_url()}" data-day="today">Leave that day</a>' in html
    assert "what held at some time" not in html


@pytest.mark.parametrize(
    ("make_record", "address"),
    [
        (make.make_network, "/networks/"),
        (make.make_city, "/cities/"),
        (make.make_body, "/groups/"),
        (make.make_person, "/people/"),
    ],
)
def test_the_way_up_and_the_topics_keep_the_asked_day(client, make_record, address):
    record = make_record()
    html = page(client, record, on="1995").content.decode()
    assert f'<a href="{address}?on=1995">' in html
    if hasattr(record, "topics"):
        record.topics.add(make.make_topic(slug="food"))
        html = page(client, record, on="1995").content.decode()
        assert f'href="{address}?topic=food&amp;on=1995"' in html


def test_the_country_of_a_city_leads_to_its_cities_on_the_asked_day(client):
    html = page(client, make.make_city(country="IT"), on="1995").content.decode()
    assert 'href="/cities/?country=IT&amp;on=1995"' in html


def test_sources_are_listed_with_title_date_and_link(client):
    source = make.make_source(
        publisher="Comune di Bologna",
        title="Eurocities",
        published_on="2021-09-27",
        url="https://www.comune.bologna.it/x",
        seen_on=datetime.date(2026, 1, 2),
    )
    city = make.make_city()
    make.make_membership(city=city, source=source)
    html = page(client, city).content.decode()
    listed = html.partition('<li id="source-1">')[2].partition("</li>")[0]
    assert (
        words(listed) == "Comune di Bologna Eurocities page of 27 September 2021 comune.bologna.it"
        " seen on 2 January 2026 all that rests on it : Comune di Bologna: Eurocities"
    )
    assert 'href="https://www.comune.bologna.it/x"' in listed


def test_a_page_says_when_a_fact_on_it_was_last_updated(client, time_machine):
    city = make.make_city()
    time_machine.move_to(datetime.datetime(2026, 12, 24, 12, tzinfo=datetime.UTC))
    make.make_membership(city=city)
    assert "Last updated on 24 December 2026." in words(page(client, city).content.decode())


@pytest.mark.parametrize("make_record", PAGES)
def test_every_entry_on_this_page_leads_to_a_part_of_it(client, make_record):
    record = make_record()
    if hasattr(record, "topics"):
        record.topics.add(make.make_topic())
    html = page(client, record).content.decode()
    parts = set(re.findall(r' id="([^"]*)"', html))
    assert {address.removeprefix("#") for address in contents(page(client, record)).values()} <= parts
