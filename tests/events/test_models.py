"""The rules of the model of events, as editors are told of them and as the database holds them."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from events.models import Event, EventHost, EventLanguage, Session, Speaker, Track
from tests.networks.make import make_body, make_network, make_person
from tests.rules import ENDS_FIRST, names, refusals, refused_by_database

from .make import make_event, make_host, make_language, make_series, make_session, make_track

pytestmark = pytest.mark.django_db

DAY = datetime.date
ATHENS = ZoneInfo("Europe/Athens")
NEEDS_ZONE = "Choose the time zone in which the times are meant."
NEEDS_DAY = "A time of day needs an exact day."
SESSION_ENDS_FIRST = "The session ends before it starts. Correct one of the two times."
NINE, TEN = datetime.time(9), datetime.time(10)


def new_event(**kwargs):
    return Event(**{"name": "Conference", "slug": "new-event", "kind": "conference", **kwargs})


def at(text, zone=datetime.UTC):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone)


# Events


def test_an_event_does_not_end_before_it_starts():
    event = new_event(start="2021-10-15", end="2021-10-13")
    assert refusals(event)["end"] == [ENDS_FIRST]
    assert refused_by_database(event)
    event.end = "2021-10-15"
    assert refusals(event) == {}


def test_an_event_does_not_end_without_a_start():
    event = new_event(end="2021-10-15")
    assert refusals(event) == {"start": ["Give the start too, or leave both empty."]}
    event.end = ""
    assert refusals(event) == {}


def test_times_need_their_zone():
    event = new_event(start="2021-10-13", start_time=NINE)
    assert refusals(event) == {"timezone": [NEEDS_ZONE]}
    assert refused_by_database(event)
    event.timezone = ATHENS
    assert refusals(event) == {}


@pytest.mark.parametrize(
    ("start", "end", "exact"),
    [
        ("2021-10-13", "", True),
        ("2021-10-13", "2021-10-15", True),
        ("2021-10", "", False),
        ("2021", "", False),
        ("", "", False),
        ("2021-10-13", "2021-10", False),
    ],
)
def test_times_need_exact_days(start, end, exact):
    event = new_event(start=start, end=end, start_time=NINE, timezone=ATHENS)
    assert refusals(event) == ({} if exact else {"start_time": [NEEDS_DAY]})


def test_an_end_time_needs_the_time_from_which_it_lasts():
    event = new_event(start="2021-10-13", end_time=TEN, timezone=ATHENS)
    assert refusals(event) == {"start_time": ["Give the time from which it lasts too."]}
    event.start_time = NINE
    assert refusals(event) == {}


@pytest.mark.parametrize(("end", "possible"), [("", False), ("2021-10-13", False), ("2021-10-14", True)])
def test_times_are_in_order_on_one_day(end, possible):
    event = new_event(start="2021-10-13", end=end, start_time=TEN, end_time=NINE, timezone=ATHENS)
    message = "The event ends before it starts. Correct one of the two times."
    assert refusals(event) == ({} if possible else {"end_time": [message]})


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2022", DAY(2022, 1, 1), DAY(2022, 12, 31)),
        ("2022-02", DAY(2022, 2, 1), DAY(2022, 2, 28)),
        ("2022-02-03", DAY(2022, 2, 3), DAY(2022, 2, 3)),
    ],
)
def test_an_event_may_be_known_by_its_year_or_month_only(text, earliest, latest):
    event = new_event(start=text)
    assert refusals(event) == {}
    event.save()
    event.refresh_from_db()
    assert (event.start_earliest, event.end_latest) == (earliest, latest)
    assert list(Event.objects.on(latest)) == [event]
    assert list(Event.objects.on(latest + datetime.timedelta(days=1))) == []


@pytest.mark.parametrize("status", ["scheduled", "postponed", "moved_online", "cancelled"])
def test_an_event_stays_itself_whatever_becomes_of_it(status):
    event = make_event(start="2020-03-30", status=status)
    assert refusals(event) == {}
    assert list(Event.objects.on("2020-03-30")) == [event]


def test_no_other_status_is_known():
    assert refusals(new_event(status="rained_off")) == {
        "status": ["Value 'rained_off' is not a valid choice."]
    }


def test_an_event_is_part_of_another_and_not_of_itself():
    conference = make_event()
    assembly = make_event(super_event=conference)
    assert refusals(assembly) == {}
    assert list(conference.sub_events.all()) == [assembly]
    conference.super_event = conference
    assert refusals(conference) == {"super_event": ["An event is not part of itself."]}


def test_an_event_is_of_the_group_of_its_series():
    forum = make_body()
    series = make_series(network=forum.network, body=forum)
    assert refusals(new_event(series=series, body=forum)) == {}
    assert refusals(new_event(series=series)) == {}
    assert refusals(new_event(series=series, body=make_body())) == {
        "series": ["This series belongs to another group."]
    }


def test_what_may_still_come_is_upcoming_and_the_rest_is_past():
    for text in ("2021-10-13", "2021-10-14", "2021-10", "2021", "2020", ""):
        make_event(name=text or "undated", start=text)
    make_event(name="three days", start="2021-10-12", end="2021-10-14")
    today = DAY(2021, 10, 14)
    upcoming, past = Event.objects.upcoming(today), Event.objects.past(today)
    assert names(upcoming) == ["2021", "2021-10", "2021-10-14", "three days"]
    assert names(past) == ["2020", "2021-10-13", "undated"]


def test_today_is_meant_where_no_day_is_given():
    today = datetime.datetime.now(datetime.UTC).date()
    yesterday = today - datetime.timedelta(days=1)
    now, before = make_event(start=today.isoformat()), make_event(start=yesterday.isoformat())
    assert (list(Event.objects.upcoming()), list(Event.objects.past())) == ([now], [before])
    assert (now.is_over, before.is_over) == (False, True)


def test_hosts_and_languages_are_listed_once():
    host, language = make_host(), make_language(language="el", use="interpretation")
    again = EventHost(event=host.event, city=host.city)
    assert refusals(again) == {"__all__": ["This city is listed as a host already."]}
    assert refused_by_database(again)
    again = EventLanguage(event=language.event, language="el", use="interpretation")
    assert refusals(again) == {"__all__": ["This language is listed already."]}
    assert refused_by_database(again)
    assert refusals(EventLanguage(event=language.event, language="el", use="working")) == {}


# The programme


def outside(field, dates="13 October 2021"):
    return {field: [f"That lies outside the event: {dates}."]}


THREE_DAYS = "13 October 2021 – 15 October 2021"


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("2021-10-13T00:00", None, {}),
        ("2021-10-15T23:59", None, {}),
        ("2021-10-12T23:59", None, outside("starts_at", THREE_DAYS)),
        ("2021-10-16T00:00", None, outside("starts_at", THREE_DAYS)),
        ("2021-10-15T22:00", "2021-10-16T01:30", {}),
        ("2021-10-15T22:00", "2021-10-17T00:00", outside("ends_at", THREE_DAYS)),
        (None, None, {}),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Athens", "Pacific/Honolulu"])
def test_a_session_lies_inside_its_event_as_clocks_show_there(starts, ends, expected, zone):
    zone = ZoneInfo(zone)
    event = make_event(start="2021-10-13", end="2021-10-15", timezone=zone)
    session = Session(event=event, title="Plenary", **{
        name: at(text, zone) for name, text in (("starts_at", starts), ("ends_at", ends)) if text
    })  # fmt: skip
    assert refusals(session) == expected


def test_midnight_is_that_of_the_events_place():
    event = make_event(start="2021-10-13", end="2021-10-13", timezone=ATHENS)
    early, late = at("2021-10-12T21:00"), at("2021-10-13T21:00")  # midnight in Athens, three hours ahead
    assert refusals(Session(event=event, title="Early", starts_at=early)) == {}
    assert refusals(Session(event=event, title="Late", starts_at=late)) == outside("starts_at")
    event = make_event(start="2021-10-13", end="2021-10-13")
    assert refusals(Session(event=event, title="Early", starts_at=early)) == outside("starts_at")
    assert refusals(Session(event=event, title="Late", starts_at=late)) == {}


def test_a_session_of_an_event_known_by_its_year_lies_in_that_year():
    event = make_event(start="2021")
    assert refusals(Session(event=event, title="In", starts_at=at("2021-12-31T12:00"))) == {}
    assert refusals(Session(event=event, title="Out", starts_at=at("2022-01-01T12:00"))) == {
        "starts_at": ["That lies outside the event: 2021."]
    }


def test_a_session_of_an_undated_event_may_have_any_time():
    session = Session(event=make_event(), title="Plenary", starts_at=at("2021-12-31T12:00"))
    assert refusals(session) == {}


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59"])
@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Auckland"])
def test_a_session_at_the_edge_of_the_calendar_is_outside(moment, zone):
    event = make_event(start="2021-10-13", timezone=ZoneInfo(zone))
    assert refusals(Session(event=event, title="Edge", starts_at=at(moment))) == outside("starts_at")


def test_an_event_of_the_last_year_has_sessions_too():
    event = make_event(start="9999")
    assert refusals(Session(event=event, title="Last", starts_at=at("9999-12-31T12:00"))) == {}


@pytest.mark.parametrize("starts", ["2021-10-13T10:00", None])
def test_a_session_does_not_end_before_it_starts(starts):
    session = Session(event=make_event(), title="Plenary", ends_at=at("2021-10-13T09:00"))
    session.starts_at = at(starts) if starts else None
    assert refusals(session) == {"__all__": [SESSION_ENDS_FIRST]}
    assert refused_by_database(session)
    session.starts_at = session.ends_at
    assert refusals(session) == {}


def test_a_session_is_in_a_track_of_its_own_event():
    event = make_event()
    session = Session(event=event, title="Plenary", track=make_track(event=event))
    assert refusals(session) == {}
    session.track = make_track()
    assert refusals(session) == {"track": ["This track belongs to another event."]}


def test_an_event_has_each_track_once():
    track = make_track(name="Data")
    again = Track(event=track.event, name="Data")
    assert refusals(again) == {"__all__": ["This track exists already."]}
    assert refused_by_database(again)
    assert refusals(Track(event=make_event(), name="Data")) == {}


def test_sessions_added_along_with_their_event_lie_inside_it(admin_client):
    page = {"name": "Conference", "slug": "conference", "kind": "conference", "status": "scheduled"}
    page |= {"state": "published", "start": "2021-10-13", "networks": [make_network().pk]}
    for prefix in ("hosts", "languages", "tracks", "sessions"):
        page |= {f"{prefix}-TOTAL_FORMS": int(prefix == "sessions"), f"{prefix}-INITIAL_FORMS": 0}
    page |= {"sessions-0-title": "Plenary", "sessions-0-kind": "plenary", "sessions-0-state": "published"}
    page |= {"sessions-0-starts_at_0": "2023-01-01", "sessions-0-starts_at_1": "10:00"}
    response = admin_client.post(reverse("admin:events_event_add"), page)
    sessions = response.context_data["inline_admin_formsets"][-1].formset
    assert sessions.errors == [outside("starts_at")]
    assert not Event.objects.exists()
    page["sessions-0-starts_at_0"] = "2021-10-13"
    assert admin_client.post(reverse("admin:events_event_add"), page).status_code == 302
    assert names(Session.objects.all()) == ["Plenary"]


def test_a_speaker_has_a_name_or_is_a_person_in_office():
    session = make_session()
    speaker = Speaker(session=session)
    assert refusals(speaker) == {"__all__": ["Write the speaker's name, or choose a person in office."]}
    assert refused_by_database(speaker)
    named, person = Speaker(session=session, name="A. Speaker"), make_person(name="A. Mayor")
    in_office = Speaker(session=session, person=person)
    assert (refusals(named), refusals(in_office)) == ({}, {})
    assert (str(named), str(in_office)) == ("A. Speaker", "A. Mayor")


def test_the_programme_goes_with_its_event_and_hosting_cities_stay():
    host = make_host()
    session = make_session(event=host.event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.bulk_create([Session(event=None, title="Without an event")])
    with pytest.raises(ProtectedError):
        host.city.delete()
    host.event.delete()
    assert not Session.objects.filter(pk=session.pk).exists()
    host.city.delete()
