"""The page of a single event."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citynet.core.models import State
from tests.events import make
from tests.networks.make import (
    make_body,
    make_city,
    make_document,
    make_network,
    make_organisation,
    make_person,
    make_source,
    make_topic,
    numbers,
)
from tests.page import facts, glance, section, words

pytestmark = pytest.mark.django_db
DRAFT = {"state": State.DRAFT}


def secret():
    """Give what makes a draft that must not be read anywhere; names of cities have to differ."""
    return {"name": f"Secret {next(numbers)}", **DRAFT}


def page(client, event, **query):
    response = client.get(event.get_absolute_url(), query)
    assert response.status_code == 200
    return response


def count_queries(client, event):
    with CaptureQueriesContext(connection) as queries:
        page(client, event)
    return len(queries)


def test_an_event_gives_its_facts_at_a_glance(client):
    network = make_network(name="Major Cities of Europe")
    series = make.make_series(name="Annual conference", network=network)
    event = make.make_event(
        networks=[network],
        series=series,
        cities=[make_city(name="Larissa", country="GR"), make_city(name="Prato")],
        start="2021-10-13",
        end="2021-10-15",
        start_time=datetime.time(9, 30),
        end_time=datetime.time(17),
        timezone="Europe/Athens",
        venue="Town hall",
        mode="hybrid",
        is_free=True,
        attendance=1250,
        source=make_source(),
    )
    make.make_language(event=event, language="en")
    make.make_language(event=event, language="el", use="interpretation")
    assert glance(page(client, event)) == {
        "Date": "13 – 15 October 2021 from 09:30 on the first day to 17:00 on the last, Europe/Athens (UTC+3)",
        "Place": "Town hall | Larissa, Greece | Prato, Italy",
        "How to take part": "hybrid",
        "Networks": "Major Cities of Europe",
        "Series": "Annual conference",
        "Working languages": "English",
        "Interpretation into": "Greek",
        "Fee": "free of charge",
        "Attendance": "1,250",
        "Who says so": "source 1",
    }


@pytest.mark.parametrize(
    ("fee", "text"),
    [
        ({"is_free": False}, "with a fee"),
        ({"is_free": False, "fee": "1250.00", "currency": "EUR"}, "1,250 euro"),
        ({"fee": "99.50", "currency": "CHF"}, "99.50 Swiss franc"),
    ],
)
def test_a_fee_is_told_as_far_as_it_is_known(client, fee, text):
    assert glance(page(client, make.make_event(**fee)))["Fee"] == text


def test_an_event_of_which_nothing_is_known_says_so(client):
    event = make.make_event(networks=[])
    assert glance(page(client, event)) == {
        "Date": "date not known",
        "Place": "not known",
        "Who says so": "no source given",
    }


def test_the_online_link_is_never_shown(client):
    event = make.make_event(mode="online", online_link="https://meet.example.org/secret-room")
    response = page(client, event)
    assert glance(response)["How to take part"] == "online"
    assert "meet.example.org" not in response.content.decode()


@pytest.mark.parametrize(
    ("status", "text"),
    [("cancelled", "Cancelled."), ("postponed", "Postponed."), ("moved_online", "Moved online.")],
)
def test_an_event_that_changed_says_so_at_the_top(client, status, text):
    html = page(client, make.make_event(status=status)).content.decode()
    assert words(html.partition("</h1>")[2]).startswith(text)


def test_the_themes_are_listed(client):
    event = make.make_event(themes="Digital ethics\n\n  Cybersecurity \n<b>Skills</b>")
    html = section(page(client, event), "themes")
    assert words(html) == "Themes Digital ethics Cybersecurity <b>Skills</b>"
    assert "<b>" not in html


def test_an_event_and_the_assembly_within_it_lead_to_each_other(client):
    network = make_network()
    conference = make.make_event(networks=[network], name="Conference", slug="conference", start="2019")
    assembly = make.make_event(
        networks=[network], name="Assembly", slug="assembly", start="2019", super_event=conference
    )
    make.make_event(networks=[network], super_event=conference, **secret())
    response = page(client, conference, on="2019")
    assert facts(response, "sub-events") == ["Assembly 2019"]
    assert 'href="/events/assembly/?on=2019"' in section(response, "sub-events")
    assert glance(page(client, assembly))["Part of"] == "Conference"


def test_the_other_editions_of_a_series_are_listed_latest_first(client):
    network = make_network()
    series = make.make_series(name="Annual conference", network=network)
    editions = [
        make.make_event(networks=[network], series=series, name=name, start=start)
        for name, start in (("Prague", "2019-11-20"), ("Leipzig", "2021-11"), ("Florence", ""))
    ]
    make.make_event(networks=[network], series=series, **secret())
    assert facts(page(client, editions[0]), "editions") == [
        "Leipzig November 2021",
        "Florence date not known",
    ]


def test_the_times_of_several_days_say_which_day_they_are_of(client):
    when = {"start": "2026-11-25", "end": "2026-11-27", "timezone": "Europe/Rome"}
    event = make.make_event(**when, start_time=datetime.time(9), end_time=datetime.time(17, 30))
    assert (
        "25 – 27 November 2026 from 09:00 on the first day to 17:30 on the last, Europe/Rome (UTC+1)"
    ) in words(page(client, event).content.decode())


def test_the_programme_is_told_by_track_in_the_time_of_the_host(client):
    event = make.make_event(start="2026-06-10", end="2026-06-11", timezone="Europe/Rome")
    track = make.make_track(event=event, name="Food")
    make.make_session(
        event=event,
        track=track,
        title="School meals",
        kind="deep_dive",
        room="Room 2",
        starts_at=datetime.datetime(2026, 6, 10, 12, tzinfo=datetime.UTC),
        ends_at=datetime.datetime(2026, 6, 10, 13, 30, tzinfo=datetime.UTC),
    )
    plenary = make.make_session(event=event, title="Opening", kind="plenary")
    make.make_session(event=event, title="Hush", **DRAFT)
    make.make_speaker(session=plenary, name="Ada Host", part="moderator", city=make_city(name="Rome"))
    assert words(section(page(client, event), "programme")) == (
        "Programme Times are those of Europe/Rome. "
        "Opening plenary Ada Host moderator Rome "
        "Food School meals deep dive 10 June, 14:00 – 15:30 Room 2"
    )


def test_a_speaker_is_shown_without_what_is_not_public(client):
    session = make.make_session()
    draft_person = make_person(**secret())
    make.make_speaker(session=session, name="", person=draft_person)
    make.make_speaker(session=session, name="Ada Public", person=draft_person, city=make_city(**secret()))
    make.make_speaker(session=session, name="", person=make_person(name="Bo Mayor"))
    make.make_speaker(session=session, name="Cy", organisation=make_organisation(**secret()))
    response = page(client, session.event)
    assert words(section(response, "programme")) == "Programme Session 1 Ada Public Bo Mayor Cy"
    assert "Secret" not in response.content.decode()


def test_no_draft_leaks_onto_the_page_of_an_event(client):
    network = make_network(**secret())
    event = make.make_event(
        networks=[network],
        cities=[make_city(**secret())],
        body=make_body(name="Secret group", network=network),
        series=make.make_series(network=network, **secret()),
        super_event=make.make_event(**secret()),
        source=make_source(publisher="Secret", **DRAFT),
    )
    event.documents.add(make_document(**secret()))
    event.topics.add(make_topic(**secret()))
    assert "Secret" not in page(client, event).content.decode()


def fill_event(event):
    """Give an event one more of everything that its page shows."""
    event.networks.add(make_network())
    make.make_host(event=event)
    make.make_language(event=event, language=f"x{event.languages.count()}")
    event.topics.add(make_topic())
    event.documents.add(make_document())
    make.make_event(series=event.series)
    make.make_event(super_event=event)
    track = make.make_track(event=event, name=f"Track {event.tracks.count()}")
    session = make.make_session(event=event, track=track)
    make.make_speaker(session=session, name="", person=make_person(), city=make_city())
    make.make_speaker(session=session, organisation=make_organisation())


def test_the_page_of_an_event_costs_12_queries_however_much_is_on_it(client):
    event = make.make_event(
        series=make.make_series(), super_event=make.make_event(), body=make_body(), source=make_source()
    )
    fill_event(event)
    assert count_queries(client, event) == 14
    fill_event(event)
    fill_event(event)
    assert count_queries(client, event) == 14
