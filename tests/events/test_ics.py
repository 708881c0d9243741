"""What a calendar program reads in our iCalendar files: read back by the library, field by field."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from icalendar import Calendar

from citynet.portal.facts import load
from events.models import Event, EventHost
from tests.forms import fields_of
from tests.networks.make import make_city, make_network, make_topic
from tests.portal.make import make_client

from .make import make_event, make_host, make_series

pytestmark = pytest.mark.django_db

ROME = ZoneInfo("Europe/Rome")


def content(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def read(client, address="/events.ics"):
    """Give the Calendar at an address."""
    return Calendar.from_ical(content(client.get(address)))


def entries(client, address="/events.ics"):
    """Give {name: VEVENT} of the calendar at an address."""
    return {str(entry["summary"]): entry for entry in read(client, address).events}


def span(entry):
    """Give DTSTART and DTEND as they were written."""
    return entry["dtstart"].dt, entry["dtend"].dt if "dtend" in entry else None


def test_an_event_of_whole_days_ends_on_the_day_after(client):
    city = make_city(name="Genoa", latitude=44.4, longitude=8.9)
    event = make_event(
        name="Forum",
        slug="forum",
        kind="forum_meeting",
        start="2019-04-03",
        end="2019-04-05",
        mode="in_person",
        venue="Palazzo Ducale",
        summary="Resilience, in practice; and why.",
        themes="Floods\nHeat",
        networks=[make_network(name="Eurocities"), make_network(name="Secret", state="draft")],
        cities=[city, make_city(name="Hidden", state="draft")],
        online_link="https://meet.example/secret-room",
    )
    event.topics.set([make_topic(name="Air, water"), make_topic(name="Hidden topic", state="draft")])
    event.refresh_from_db()
    body = content(client.get("/events.ics"))
    assert b"secret-room" not in body
    assert b"Hidden" not in body
    assert b"Secret" not in body
    (entry,) = Calendar.from_ical(body).events
    assert span(entry) == (date(2019, 4, 3), date(2019, 4, 6))
    assert entry["dtstart"].params == {"VALUE": "DATE"}
    stamp = event.updated_at.replace(microsecond=0)
    assert {name: entry.decoded(name) for name in ("dtstamp", "last-modified", "created", "sequence")} == {
        "dtstamp": stamp,
        "last-modified": stamp,
        "created": event.created_at.replace(microsecond=0),
        "sequence": event.sequence,
    }
    words = ("uid", "summary", "status", "transp", "location", "url", "description")
    assert {name: str(entry[name]) for name in words} == {
        "uid": str(event.uid),
        "summary": "Forum",
        "status": "CONFIRMED",
        "transp": "TRANSPARENT",
        "location": "Palazzo Ducale, Genoa, Italy",
        "url": "http://testserver/events/forum/",
        "description": "Resilience, in practice; and why.\n\n– Floods\n– Heat\n\nNetworks: Eurocities\n\n"
        "How to take part: in person\n\nhttp://testserver/events/forum/",
    }
    assert entry["geo"].to_ical() == "44.4;8.9"
    assert [str(words) for words in entry["categories"].cats] == ["forum meeting", "Air, water"]
    assert not {"organizer", "attendee", "method"} & {name.lower() for name in entry}


def test_one_day_without_an_end_lasts_that_day(client):
    make_event(name="Day", start="2019-04-03")
    assert span(entries(client)["Day"]) == (date(2019, 4, 3), date(2019, 4, 4))


def test_times_are_those_of_the_host_with_its_zone_written_out(client):
    make_event(
        name="Talk",
        start="2026-07-01",
        start_time=time(14),
        end_time=time(16, 30),
        timezone="Europe/Rome",
    )
    make_event(
        name="Camp",
        start="2027-03-27",
        end="2027-03-29",
        start_time=time(9),
        end_time=time(18),
        timezone="Europe/Rome",
    )
    make_event(name="Call", start="2026-01-10", start_time=time(9), end_time=time(10), timezone="UTC")
    calendar = read(client)
    found = {str(entry["summary"]): entry for entry in calendar.events}
    assert span(found["Talk"]) == (
        datetime(2026, 7, 1, 14, tzinfo=ROME),
        datetime(2026, 7, 1, 16, 30, tzinfo=ROME),
    )
    assert found["Talk"]["dtstart"].params["TZID"] == "Europe/Rome"
    assert "transp" not in found["Talk"]
    assert span(found["Camp"]) == (
        datetime(2027, 3, 27, 9, tzinfo=ROME),
        datetime(2027, 3, 29, 18, tzinfo=ROME),
    )
    assert span(found["Call"]) == (
        datetime(2026, 1, 10, 9, tzinfo=UTC),
        datetime(2026, 1, 10, 10, tzinfo=UTC),
    )
    (zone,) = calendar.timezones
    assert str(zone["tzid"]) == "Europe/Rome"
    written = zone.to_tz()
    for moment in (datetime(2026, 7, 1, 14), datetime(2027, 3, 27, 9), datetime(2027, 3, 29, 18)):
        assert moment.replace(tzinfo=written).utcoffset() == moment.replace(tzinfo=ROME).utcoffset()
    assert calendar.get_missing_tzids() == set()


def test_no_zone_is_written_where_there_are_no_times(client):
    make_event(start="2019-04-03", timezone="Europe/Rome")
    assert read(client).timezones == []


def test_a_start_without_an_end_time(client):
    given = {"start_time": time(14), "timezone": "Europe/Rome"}
    make_event(name="Hour", start="2019-04-03", **given)
    make_event(name="Days", start="2019-04-03", end="2019-04-04", **given)
    found = entries(client)
    assert span(found["Hour"]) == (datetime(2019, 4, 3, 14, tzinfo=ROME), None)
    assert span(found["Days"]) == (
        datetime(2019, 4, 3, 14, tzinfo=ROME),
        datetime(2019, 4, 5, tzinfo=ROME),
    )


@pytest.mark.parametrize(
    ("status", "name", "written"),
    [
        ("scheduled", "Summit", "CONFIRMED"),
        ("moved_online", "Moved online: Summit", "CONFIRMED"),
        ("postponed", "Postponed: Summit", "TENTATIVE"),
        ("cancelled", "Cancelled: Summit", "CANCELLED"),
    ],
)
def test_what_became_of_it_is_in_status_and_name(client, status, name, written):
    make_event(name="Summit", start="2019-04-03", status=status)
    assert {key: str(entry["status"]) for key, entry in entries(client).items()} == {name: written}


def test_online_events_are_held_online(client):
    make_event(name="Webinar", start="2019-04-03", mode="online")
    make_event(name="Moved", start="2019-04-03", status="moved_online", venue="Hall")
    make_event(name="Nowhere", start="2019-04-03")
    places = {name: entry.get("location") for name, entry in entries(client).items()}
    assert places == {"Webinar": "Online", "Moved online: Moved": "Online", "Nowhere": None}


def test_only_events_with_exact_days_are_in_the_file(client):
    make_event(name="Day", start="2019-04-03")
    make_event(name="Days", start="2019-04-03", end="2019-04-05")
    for start, end in (
        ("", ""),
        ("2019-04", ""),
        ("2019", ""),
        ("199X", ""),
        ("[..2019-04-03]", ""),
        ("2019-04-03", "2019-04"),
        ("2019-04-03", "[..2019-05-01]"),
    ):
        make_event(start=start, end=end)
    make_event(name="Draft", start="2019-04-03", state="draft")
    assert set(entries(client)) == {"Day", "Days"}
    assert set(Event.objects.with_exact_days().values_list("name", flat=True)) == {"Day", "Days", "Draft"}
    assert Event.objects.without_exact_days().count() == 7
    for event in Event.objects.all():
        assert event.has_exact_days == (event.name in ("Day", "Days", "Draft"))


def test_the_first_and_the_last_day_there_are_break_nothing(client):
    make_event(name="First", start="0001-01-02", end="0001-01-03")
    make_event(name="Last", start="9999-12-30", end="9999-12-31")
    make_event(name="Late", start="9999-12-31", start_time=time(9), end_time=time(10), timezone="Europe/Rome")
    body = content(client.get("/events.ics?sort=date")).decode()
    assert re.findall(r"DT(?:START|END).*", body.replace("\r", "").partition("BEGIN:VEVENT")[2]) == [
        "DTSTART;VALUE=DATE:00010102",
        "DTEND;VALUE=DATE:00010104",
        "DTSTART;VALUE=DATE:99991230",
        "DTSTART;TZID=Europe/Rome:99991231T090000",
        "DTEND;TZID=Europe/Rome:99991231T100000",
    ]


def test_no_text_can_break_out_of_its_line(client):
    evil = "A\r\nEND:VEVENT\rBEGIN:VALARM\nX;Y,Z\\n \x0b\x1b" + "ü" * 100
    make_event(
        name=evil,
        slug="evil",
        summary=evil,
        venue=evil,
        start="2019-04-03",
        networks=[make_network(name="N\r\nATTENDEE:x", slug="n")],
    )
    body = content(client.get("/events.ics"))
    lines = body.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", body)
    assert body.count(b"\r") == body.count(b"\n") == len(lines) - 1
    names = {line.partition(b":")[0].partition(b";")[0] for line in lines if line and line[:1] != b" "}
    assert not {b"ATTENDEE"} & names
    assert lines.count(b"END:VEVENT") == lines.count(b"BEGIN:VEVENT") == 1
    assert b"BEGIN:VALARM" not in lines
    (entry,) = Calendar.from_ical(body).events
    assert str(entry["summary"]) == "A\nEND:VEVENT\nBEGIN:VALARM\nX;Y,Z\\n   " + "ü" * 100


def test_the_file_says_what_it_is_and_how_often_to_ask_again(client):
    response = client.get("/events.ics?kind=webinar")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="citynet-events-\d{4}-\d\d-\d\d\.ics"', response["Content-Disposition"]
    )
    calendar = Calendar.from_ical(content(response))
    assert str(calendar["version"]) == "2.0"
    assert str(calendar["prodid"]) == "-//citynet//events//EN"
    assert str(calendar["name"]) == str(calendar["x-wr-calname"]) == "citynet – Kind: webinar"
    assert calendar["refresh-interval"].dt == timedelta(hours=12)
    assert calendar["refresh-interval"].params["VALUE"] == "DURATION"
    assert str(calendar["x-published-ttl"]) == "PT12H"
    assert calendar.events == []
    assert str(read(client)["name"]) == "citynet – all events"


def test_the_file_holds_exactly_what_the_list_and_the_csv_hold(client):
    network = make_network(slug="eurocities")
    series = make_series(slug="forum", network=network)
    make_event(name="In", slug="in", start="2019-04-03", series=series, networks=[network])
    make_event(name="Later", slug="later", start="2020-04-03", series=series, networks=[network])
    make_event(name="Out", slug="out", start="2019-04-03", networks=[network])
    query = "?network=eurocities&series=forum&to=2019"
    assert list(entries(client, f"/events.ics{query}")) == ["In"]
    assert [row.name for row in client.get(f"/events/{query}").context["page"].rows] == ["In"]
    assert content(client.get(f"/events.csv{query}")).decode().count("\r\nIn,in,") == 1


def test_the_same_events_give_the_same_bytes(client):
    make_event(start="2019-04-03", start_time=time(9), timezone="Europe/Rome")
    assert content(client.get("/events.ics")) == content(client.get("/events.ics"))


@pytest.mark.parametrize("number", [1, 3])
def test_a_calendar_file_costs_few_statements_however_many_events(client, django_assert_num_queries, number):
    topic = make_topic()
    for _number in range(number):
        event = make_event(
            cities=[make_city(), make_city()], start="2019-04-03", start_time=time(9), timezone="Europe/Rome"
        )
        event.topics.add(topic)
    content(client.get("/events.ics"))  # The number of statements is that of a server that runs already.
    with django_assert_num_queries(6):  # data version, zones, events, and their hosts, networks, topics
        body = content(client.get("/events.ics"))
    assert len(Calendar.from_ical(body).events) == number


def test_more_events_than_a_batch_are_all_there(client, monkeypatch):
    monkeypatch.setattr("events.ics.BATCH_EVENTS", 2)
    for number in range(5):
        make_event(name=f"E{number}", start=f"2019-04-0{number + 1}")
    assert list(entries(client, "/events.ics?sort=date")) == ["E0", "E1", "E2", "E3", "E4"]


# One event -------------------------------------------------------------------------------------------------


def test_one_event_has_a_file_of_its_own(client):
    make_event(name="Other", start="2019-04-03")
    event = make_event(name="Forum", slug="forum", start="2019-04-03", online_link="https://meet.example/x")
    address = reverse("events:event_ics", args=["forum"])
    assert address == "/events/forum.ics"
    assert b"meet.example" not in content(client.get(address))
    assert {name: str(entry["uid"]) for name, entry in entries(client, address).items()} == {
        "Forum": str(event.uid)
    }


def test_no_file_of_an_event_that_is_not_public_or_has_no_day(client):
    make_event(slug="draft", start="2019-04-03", state="draft")
    make_event(slug="april", start="2019-04")
    make_event(slug="some-day")
    for slug in ("draft", "april", "some-day", "nothing"):
        assert client.get(f"/events/{slug}.ics").status_code == 404


# SEQUENCE --------------------------------------------------------------------------------------------------


def sequence(event):
    return Event.objects.values_list("sequence", flat=True).get(pk=event.pk)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start", "2019-04-02"),
        ("end", "2019-04-06"),
        ("start_time", time(9)),
        ("timezone", "Europe/Athens"),
        ("venue", "Hall"),
        ("mode", "online"),
        ("status", "cancelled"),
    ],
)
def test_a_change_that_calendars_show_counts_as_a_revision(name, value):
    event = make_event(start="2019-04-03", end="2019-04-05", timezone="Europe/Rome")
    event = Event.objects.get(pk=event.pk)
    event.save()
    assert sequence(event) == 0
    setattr(event, name, value)
    event.save()
    assert sequence(event) == 1
    event.save()
    assert sequence(event) == event.sequence == 1


def test_other_changes_are_no_revision():
    event = make_event(start="2019-04-03", start_time=time(9), timezone="Europe/Rome")
    event.summary, event.attendance = "Words", 12
    event.save()
    assert sequence(event) == 0


def test_a_save_of_named_fields_counts_only_what_it_writes():
    event = make_event(start="2019-04-03")
    event.status, event.summary = "cancelled", "Words"
    event.save(update_fields=["summary"])
    assert sequence(event) == 0
    event.save(update_fields=["status"])
    assert sequence(event) == 1


def test_a_stale_copy_never_takes_the_number_back():
    event = make_event(start="2019-04-03")
    stale = Event.objects.get(pk=event.pk)
    make_host(event=event)
    assert sequence(event) == 1
    stale.summary = "Words"
    stale.save()
    assert sequence(event) == 1
    stale.status = "postponed"
    stale.save()
    assert sequence(event) == 2


def test_bulk_changes_count_too():
    event, other = make_event(start="2019-04-03"), make_event(start="2019-04-03")
    Event.objects.filter(pk=event.pk).update(status="cancelled")
    Event.objects.filter(pk=event.pk).update(summary="Words")
    assert (sequence(event), sequence(other)) == (1, 0)


def test_every_way_to_change_a_host_city_counts():
    event, other = make_event(start="2019-04-03"), make_event(start="2019-04-03")
    genoa, turin = make_city(), make_city()
    numbers = [sequence(event)]

    def changed(times=1):
        numbers.append(sequence(event))
        assert numbers[-1] == numbers[-2] + times

    host = make_host(event=event, city=genoa)
    changed()
    host.city = turin
    host.save()
    changed()
    EventHost.objects.filter(pk=host.pk).update(city=genoa)
    changed()
    host.delete()
    changed()
    event.cities.add(genoa)
    changed()
    event.cities.set([turin])  # one taken away, one added
    changed(2)
    EventHost.objects.filter(event=event).delete()
    changed()
    host = make_host(event=event, city=genoa)
    changed()
    assert sequence(other) == 0
    host.event = other
    host.save()
    changed()
    assert sequence(other) == 1


def test_a_changed_host_shows_as_the_last_change_of_the_event(client):
    event = make_event(name="Forum", slug="forum", start="2019-04-03")
    Event.objects.filter(pk=event.pk).update(updated_at=datetime(2020, 1, 1, tzinfo=UTC))
    before = entries(client)["Forum"].decoded("dtstamp")
    make_host(event=event, city=make_city(name="Genoa"))
    entry = entries(client)["Forum"]
    assert before == datetime(2020, 1, 1, tzinfo=UTC)
    assert entry.decoded("dtstamp") > before
    assert (str(entry["location"]), entry["sequence"]) == ("Genoa, Italy", 1)


def test_a_host_city_that_changes_on_the_admin_page_counts():
    genoa, turin = make_city(name="Genoa", slug="genoa"), make_city(name="Turin", slug="turin")
    event = make_event(name="Forum", slug="forum", start="2019-04-03", cities=[genoa])
    client, address = make_client("secretariat"), reverse("admin:events_event_change", args=[event.pk])
    before = sequence(event)

    def post(**changes):
        fields = fields_of(client.get(address), "event_form", **changes)
        assert client.post(address, fields).status_code == 302
        return sequence(event)

    assert post(summary="Words") == before
    assert post(**{"hosts-0-city": turin.pk}) == before + 1
    added = {
        "hosts-TOTAL_FORMS": 2,
        "hosts-1-event": event.pk,
        "hosts-1-city": genoa.pk,
        "hosts-1-position": 1,
    }
    assert post(**added) == before + 2
    assert post(**{"hosts-0-DELETE": "on"}) == before + 3
    assert [str(host) for host in event.hosts.all()] == ["Genoa"]
    assert post(status="cancelled") == before + 4
    assert post() == before + 4


def test_a_host_city_that_is_loaded_from_a_file_counts(tmp_path):
    event = make_event(name="Forum", slug="forum", start="2019-04-03")
    make_city(name="Genoa", slug="genoa")
    (tmp_path / "event_hosts.csv").write_text("event,city,position\nforum,genoa,1\n", encoding="utf-8")
    load(tmp_path)
    assert [str(host) for host in event.hosts.all()] == ["Genoa"]
    assert sequence(event) == 1
