"""The calendar and the agenda: weeks and lanes, what is drawn and what is listed apart, and their addresses."""

import re
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import translation

from events.calendar import Month, Span, agenda_of, times_of, utc_offset, weekdays, weeks_of
from events.models import Event
from events.models.events import RESERVED_SLUGS
from tests.networks.make import make_city, make_network
from tests.page import words

from .make import make_event, make_series

APRIL = Month(2019, 4)  # from a Monday to a Tuesday: 1–7, 8–14, 15–21, 22–28, 29–30


# Weeks and lanes, without a database -----------------------------------------------------------------------


def april(first, last=None):
    return date(2019, 4, first), date(2019, 4, last or first)


def drawn(*spans, month=APRIL, start=0):
    """Give {day of the month: [what its lanes show]} of spans (first, last), keyed 1, 2, 3…

    A bar is `1×3`: key and width; `…1` goes on; `<` and `>` say that it began before, or runs on.
    """
    shown = {}
    spans = [Span(key, first, last) for key, (first, last) in enumerate(spans, start=1)]
    for week in weeks_of(month, spans, start):
        for day in filter(None, week):
            lanes = [
                f"{slot.lane}:"
                + (
                    f"…{slot.key}"
                    if slot.goes_on
                    else f"{'<' * slot.comes_in}{slot.key}×{slot.width}{'>' * slot.runs_on}"
                )
                for slot in day.slots
            ]
            lanes += [f"+{day.more}"] if day.more else []
            if lanes:
                shown[day.day.day] = lanes
    return shown


def test_weeks_are_of_seven_days_and_hold_the_month():
    weeks = weeks_of(APRIL, [], 0)
    assert [[day.day.day if day else None for day in week] for week in weeks] == [
        [1, 2, 3, 4, 5, 6, 7],
        [8, 9, 10, 11, 12, 13, 14],
        [15, 16, 17, 18, 19, 20, 21],
        [22, 23, 24, 25, 26, 27, 28],
        [29, 30, None, None, None, None, None],
    ]


def test_weeks_begin_on_the_readers_first_day():
    assert weekdays()[0] == ("Monday", "Mon")
    assert weeks_of(APRIL, [])[0][0].day == date(2019, 4, 1)
    with translation.override("ar"):  # Sunday
        assert [day and day.day.day for day in weeks_of(APRIL, [])[0]] == [None, 1, 2, 3, 4, 5, 6]
    assert [name for name, _short in weekdays(6)][:2] == ["Sunday", "Monday"]


def test_a_day_and_days():
    assert drawn(april(3, 5), april(20)) == {3: ["1:1×3"], 4: ["1:…1"], 5: ["1:…1"], 20: ["1:2×1"]}


def test_a_bar_goes_on_in_the_next_week_and_from_and_to_other_months():
    assert drawn(april(6, 9)) == {6: ["1:1×2>"], 7: ["1:…1"], 8: ["1:<1×2"], 9: ["1:…1"]}
    assert drawn((date(2019, 3, 1), date(2019, 4, 2)), (date(2019, 4, 30), date(2019, 6, 1))) == {
        1: ["1:<1×2"],
        2: ["1:…1"],
        30: ["1:2×1>"],
    }
    assert drawn((date(2019, 3, 1), date(2019, 3, 31)), (date(2019, 5, 1), date(2019, 5, 1))) == {}


def test_bars_take_the_lowest_free_lane_earlier_and_longer_ones_first():
    assert drawn(april(2), april(1, 3), april(3), april(3, 4), april(4)) == {
        1: ["1:2×3"],
        2: ["1:…2", "2:1×1"],
        3: ["1:…2", "2:4×2", "3:3×1"],
        4: ["1:5×1", "2:…4"],
    }


def test_what_has_no_room_is_counted_on_each_of_its_days():
    assert drawn(april(1, 2), april(1, 2), april(1, 2), april(1, 3), april(2)) == {
        1: ["1:4×3", "2:1×2", "3:2×2", "+1"],
        2: ["1:…4", "2:…1", "3:…2", "+2"],
        3: ["1:…4"],
    }


def test_a_lane_is_free_again_on_the_day_after():
    week = [april(1, 2), april(3, 4), april(5, 7)]
    assert [lanes for day, lanes in drawn(*week).items() if day in (1, 3, 5)] == [
        ["1:1×2"],
        ["1:2×2"],
        ["1:3×3"],
    ]


def test_events_of_one_day_lie_in_the_order_of_their_times():
    day = april(3)
    spans = [Span(1, *day, time(16)), Span(2, *day, time(9)), Span(3, *day), Span(4, *day, time(8))]
    shown = next(day for week in weeks_of(APRIL, spans, 0) for day in week if day and day.slots)
    assert [slot.key for slot in shown.slots] == [3, 4, 2]
    assert shown.more == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("when", "names"), [("upcoming", ["Whole", "Eight", "Ten"]), ("past", ["Ten", "Eight", "Whole"])]
)
def test_the_agenda_of_a_day_goes_by_time(client, time_machine, when, names):
    time_machine.move_to("2019-04-01T12:00Z" if when == "upcoming" else "2020-04-01T12:00Z")
    for name, hour in (("Ten", 10), ("Whole", None), ("Eight", 8)):
        times = {"start_time": time(hour), "timezone": "Europe/Rome"} if hour else {}
        make_event(name=name, start="2019-04-03", end="2019-04-03", **times)
    assert listed(client.get("/events/agenda/", {"when": when})) == [
        ("April 2019", [("Wednesday 3 April", names)])
    ]


def test_no_two_bars_overlap_and_none_is_lost():
    spans = [april(first, min(30, first + length)) for first in range(1, 31) for length in (0, 2, 9)]
    laid = [Span(key, *span) for key, span in enumerate(spans)]
    for week in weeks_of(APRIL, laid, 0):
        for day in filter(None, week):
            lanes = [slot.lane for slot in day.slots]
            assert len(set(lanes)) == len(lanes) <= 3
            assert len(lanes) + day.more == sum(span.first <= day.day <= span.last for span in laid)


def test_the_last_month_there_is_can_be_laid_out():
    last = (date(9999, 12, 30), date.max)
    assert drawn(last, month=Month(9999, 12)) == {30: ["1:1×2"], 31: ["1:…1"]}


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2019-04", "2019-04"),
        ("2019-4", "2019-04"),
        ("April 2019", "2019-04"),
        ("4/2019", "2019-04"),
        ("2019-04-30", "2019-04"),
        ("2019", "2019-01"),
        ("1000-01", "1000-01"),
        ("9999-12", "9999-12"),
    ],
)
def test_a_month_is_read_as_people_write_it(text, month):
    assert str(Month.read(text)) == month


@pytest.mark.parametrize(
    "text",
    ["0999-12", "10000-01", "2019-13", "0", "199X", "by 2015", "-1", "abc", "٢٠١٩-٠٤", "\x00", "9" * 9000],
)
def test_what_is_no_month_gets_a_sentence(text):
    with pytest.raises(ValueError, match=r"^“.{1,20}” is not a month from the years 1000 to 9999"):
        Month.read(text)


def test_months_go_on_from_year_to_year_and_end():
    assert str(Month(2019, 12).next) == "2020-01"
    assert str(Month(2019, 1).previous) == "2018-12"
    assert Month(9999, 12).next is None
    assert Month(1000, 1).previous is None
    assert str(Month.of(date(1, 1, 1))) == "1000-01"


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("Europe/Rome", "UTC+2"),
        ("UTC", "UTC"),
        ("Asia/Kolkata", "UTC+5:30"),
        ("America/St_Johns", "UTC−2:30"),
        ("Africa/Abidjan", "UTC"),
    ],
)
def test_an_offset_is_that_of_the_day(zone, offset):
    event = Event(start="2026-07-01", timezone=zone)
    assert utc_offset(datetime(2026, 7, 1, 12, tzinfo=event._meta.get_field("timezone").to_python(zone))) == (
        offset
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"start": "2019-04-03"}, ""),
        (
            {"start": "2026-07-01", "start_time": time(14), "end_time": time(16)},
            "14:00–16:00, Europe/Rome (UTC+2)",
        ),
        ({"start": "2026-01-01", "start_time": time(14)}, "from 14:00, Europe/Rome (UTC+1)"),
        (
            {"start": "2026-01-01", "end": "2026-01-02", "start_time": time(14), "end_time": time(9, 30)},
            "from 14:00 on the first day to 09:30 on the last, Europe/Rome (UTC+1)",
        ),
        (
            {"start": "2026-01-01", "end": "2026-01-02", "start_time": time(14)},
            "from 14:00 on the first day, Europe/Rome (UTC+1)",
        ),
        ({"start": "2026-01-01", "start_time": time(14), "timezone": "UTC"}, "from 14:00, UTC"),
        (
            {"start": "2026-01-01", "start_time": time(0), "timezone": "America/New_York"},
            "from 00:00, America/New York (UTC−5)",
        ),
    ],
)
@pytest.mark.django_db
def test_times_name_their_zone(given, expected):
    event = make_event(**{"timezone": "Europe/Rome", **given})
    assert times_of(Event.objects.get(pk=event.pk)) == expected


# The month -------------------------------------------------------------------------------------------------


def bars(response):
    """Give {day: [texts of what it shows]} of the month's table."""
    html = response.content.decode()
    table = html[html.index('<table class="month"') :].partition("</table>")[0]
    days = {}
    for cell in table.split("<td")[1:]:
        if match := re.search(r'<time datetime="\d+-\d\d-(\d\d)">', cell):
            shown = [words(item) for item in re.split(r"<li\b[^>]*>", cell.partition("</ul>")[0])[1:]]
            shown += [words(more) for more in re.findall(r'<a class="day-more".*?</a>', cell, re.DOTALL)]
            if shown:
                days[int(match[1])] = shown
    return days


def apart(response, name):
    """Give the texts of a list that stands apart from the days."""
    html = response.content.decode()
    match = re.search(rf'<section class="apart" aria-labelledby="{name}">(.*?)</section>', html, re.DOTALL)
    return [words(item) for item in re.split(r"<li\b[^>]*>", match[1])[1:]] if match else []


def month_of(response):
    return str(response.context["month"])


@pytest.mark.django_db
def test_a_month_draws_events_across_their_days_with_dates_and_hosts(client):
    make_event(
        name="Forum", slug="forum", start="2019-04-03", end="2019-04-05", cities=[make_city(name="Genoa")]
    )
    make_event(
        name="Call",
        start="2019-04-10",
        start_time=time(14),
        end_time=time(16),
        timezone="Europe/Rome",
        mode="online",
    )
    make_event(name="Lost", start="2019-04-10", status="cancelled", cities=[make_city(state="draft")])
    make_event(name="Moved", start="2019-04-11", status="postponed")
    make_event(name="Elsewhere", start="2019-05-01")
    make_event(name="Draft", start="2019-04-03", state="draft")
    response = client.get("/events/calendar/?month=2019-04")
    assert bars(response) == {
        3: ["Forum , 3 – 5 April 2019 , Genoa , Italy"],
        4: ["goes on: Forum"],
        5: ["goes on: Forum"],
        10: [
            "Cancelled: Lost , 10 April 2019",
            "Call , 10 April 2019 14:00 UTC+2 , 14:00–16:00, Europe/Rome (UTC+2) , online",
        ],
        11: ["Postponed: Moved , 11 April 2019"],
    }
    assert response.context["total"] == "4"
    assert response.context["noun"] == "events in April 2019"
    assert '<a class="bar bar-scheduled" href="/events/forum/">' in " ".join(
        response.content.decode().split()
    )


@pytest.mark.django_db
def test_the_calendar_says_that_its_options_count_all_months(client):
    make_event(kind="summit", start="2019-04-03")
    html = client.get("/events/calendar/?month=2026-11").content.decode()
    assert "Numbers beside the options count the events of all months." in html
    assert "Numbers beside the options" not in client.get("/events/").content.decode()


@pytest.mark.django_db
def test_only_what_is_known_to_the_day_is_drawn_and_the_rest_stands_apart(client):
    for name, start, end in (
        ("Day", "2019-04-03", ""),
        ("Month", "2019-04", ""),
        ("Year", "2019", ""),
        ("Decade", "201X", ""),
        ("Begun", "2019-04-03", "2019-05"),
        ("Dateless", "", ""),
        ("By then", "[..2019-12-31]", ""),
        ("Other month", "2019-05", ""),
    ):
        make_event(name=name, start=start, end=end)
    response = client.get("/events/calendar/?month=2019-04")
    assert bars(response) == {3: ["Day , 3 April 2019"]}
    assert sorted(apart(response, "some-day")) == [
        "Begun 3 April 2019 – May 2019 Conference",
        "Decade Some time in the 2010s Conference",
        "Month Some time in April 2019 Conference",
        "Year Some time in 2019 Conference",
    ]
    assert sorted(apart(response, "undated")) == ["By then Conference", "Dateless Conference"]
    assert response.context["total"] == "5"
    assert "7 of the events under these filters" in words(response.content.decode())


@pytest.mark.django_db
def test_a_full_day_leads_to_its_agenda_under_the_same_filters(client):
    network = make_network(slug="eurocities")
    for number in range(5):
        make_event(name=f"E{number}", start="2019-04-03", networks=[network])
    make_event(name="Other day", start="2019-04-04", networks=[network])
    make_event(name="Other network", start="2019-04-03")
    response = client.get("/events/calendar/?month=2019-04&network=eurocities&from=2019")
    assert bars(response)[3][3:] == ["+2 more on 3 April 2019"]
    (address,) = re.findall(r'class="day-more"\s+href="([^"]*)"', response.content.decode())
    assert address == "/events/agenda/?network=eurocities&amp;from=2019-04-03&amp;to=2019-04-03"
    rows = client.get(address.replace("&amp;", "&")).context["page"].rows
    assert sorted(row.name for row in rows) == ["E0", "E1", "E2", "E3", "E4"]


@pytest.mark.django_db
def test_the_links_to_other_months_keep_the_filters(client):
    make_network(slug="eurocities")
    context = client.get("/events/calendar/?month=2019-01&network=eurocities&q=forum").context
    query = "q=forum&network=eurocities"
    assert context["previous_month"] == {
        "words": "December 2018",
        "address": f"/events/calendar/?{query}&month=2018-12",
    }
    assert context["next_month"]["address"] == f"/events/calendar/?{query}&month=2019-02"
    assert context["kept"] == [("q", "forum"), ("network", "eurocities")]
    assert context["shape"] == {"month": "2019-01"}
    assert context["canonical"] == f"/events/calendar/?{query}&month=2019-01"
    assert [way["address"] for way in context["ways"]] == [
        f"/events/?{query}",
        f"/events/calendar/?{query}",
        f"/events/agenda/?{query}",
    ]
    assert [way["is_current"] for way in context["ways"]] == [False, True, False]
    assert context["subscription"] == {
        "path": f"/events.ics?{query}",
        "address": f"http://testserver/events.ics?{query}",
        "webcal": f"webcal://testserver/events.ics?{query}",
    }
    assert [chip["address"] for chip in context["chips"]] == [
        "/events/calendar/?network=eurocities&month=2019-01",
        "/events/calendar/?q=forum&month=2019-01",
    ]


@pytest.mark.parametrize(
    "page", ["/events/?on=1995", "/events/calendar/?month=2019-04&on=1995", "/events/agenda/?on=1995"]
)
@pytest.mark.django_db
def test_the_ways_to_show_events_keep_the_day_that_other_pages_are_asked_about(client, page):
    make_event(networks=[make_network()], name="Genoa", start="2019-04-03")
    html = client.get(page).content.decode()
    links = set(re.findall(r'<a[^>]*href="(/events/(?:calendar/|agenda/)?(?:\?[^"#]*)?)"', html))
    kept = {link for link in links if "on=1995" in link}
    assert {link.partition("?")[0] for link in kept} == {"/events/", "/events/calendar/", "/events/agenda/"}
    assert links - kept == {page.replace("?on=1995", "").replace("&on=1995", "")}  # "Leave that day"


@pytest.mark.django_db
def test_the_list_of_events_leads_to_calendar_and_agenda(client):
    ways = client.get("/events/?q=forum&sort=name").context["ways"]
    assert [(way["name"], way["address"].partition("?")[0]) for way in ways][-2:] == [
        ("calendar", "/events/calendar/"),
        ("agenda", "/events/agenda/"),
    ]
    assert client.get(ways[-2]["address"]).context["problems"] == []


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("query", "month", "today"),
    [
        ("", "2026-11", None),
        ("?month=", "2026-11", None),
        ("?month=2019-04", "2019-04", "/events/calendar/?month=2026-11"),
        ("?from=2019&to=2019", "2019-12", "/events/calendar/?from=2019&to=2019&month=2026-11"),
        ("?from=2030-05", "2030-05", "/events/calendar/?from=2030-05&month=2026-11"),
        ("?from=2020", "2026-11", None),
    ],
)
def test_the_month_that_opens_is_todays_or_the_nearest_that_is_asked(client, query, month, today):
    context = client.get(f"/events/calendar/{query}").context
    assert month_of(client.get(f"/events/calendar/{query}")) == month
    assert (context["this_month"] or {}).get("address") == today
    assert context["problems"] == []


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("text", ["0999-12", "10000-01", "2019-13", "abc", "<b>", "9" * 900])
def test_a_month_that_is_none_says_so_and_shows_todays(client, text):
    response = client.get("/events/calendar/", {"month": text})
    assert response.status_code == 200
    assert month_of(response) == "2026-11"
    assert response.context["problems"] == [
        f"“{text[:20]}” is not a month from the years 1000 to 9999. Write it like 2019-04."
        " This is another month."
    ]


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)
def test_today_is_marked_by_word(client):
    html = client.get("/events/calendar/").content.decode()
    today = re.findall(r'class="day is-today[^>]*>.*?</td>', html, re.DOTALL)
    assert [words("<td " + cell) for cell in today] == ["22 Sunday 22 November Today"]
    assert "is-today" not in client.get("/events/calendar/?month=2026-10").content.decode()


@pytest.mark.django_db
def test_an_empty_month_leads_to_the_nearest_ones(client):
    series = make_series(slug="forum")
    make_event(start="2019-01-30", end="2019-02-02", series=series)
    make_event(start="2018-01-01", series=series)
    make_event(start="2019-07", series=series)
    make_event(start="2020-01-01", series=series)
    make_event(start="", series=series)
    make_event(start="2019-04-01")
    context = client.get("/events/calendar/?month=2019-04&series=forum").context
    assert context["total"] == "0"
    assert context["earlier"]["address"] == "/events/calendar/?series=forum&month=2019-02"
    assert context["later"]["words"] == "July 2019"
    page = words(client.get("/events/calendar/?month=2019-04&series=forum").content.decode())
    assert "There are no events in April 2019 here." in page
    assert "The latest before: February 2019" in page
    assert "The next after: July 2019" in page


@pytest.mark.django_db
def test_a_calendar_without_any_event_says_so(client):
    page = words(client.get("/events/calendar/?month=2019-04").content.decode())
    assert "There are no events in April 2019 here. There are none in other months either." in page


@pytest.mark.django_db
def test_the_first_and_last_months_have_no_neighbour(client):
    make_event(name="First", start="0500-01-01")
    assert client.get("/events/calendar/?month=1000-01").context["previous_month"] is None
    assert client.get("/events/calendar/?month=9999-12").context["next_month"] is None
    later = client.get("/events/calendar/?month=2019-04").context
    assert later["earlier"]["address"] == "/events/calendar/?month=1000-01"


@pytest.mark.django_db
def test_a_month_with_more_than_can_be_laid_out_says_so(client, monkeypatch):
    monkeypatch.setattr("events.views.calendar.MOST_EVENTS", 2)
    for _number in range(3):
        make_event(start="2019-04-03")
    response = client.get("/events/calendar/?month=2019-04")
    assert len(bars(response)[3]) == 2
    assert response.context["problems"] == [
        "There are too many events to show all of them in one month. Narrow the filters."
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    "address",
    [
        "/events/calendar/?month=2019-04&city=genoa",
        "/events/agenda/?when=past&city=genoa",
        "/events/agenda/?city=genoa",
    ],
)
def test_both_cost_the_same_however_many_events(client, django_assert_num_queries, address, number):
    genoa = make_city(name="Genoa", slug="genoa")
    for start in ("2019-04-03", "2019-04", "") * number:
        make_event(start=start, cities=[genoa, make_city()])
    with django_assert_num_queries(
        9
    ):  # version, menus, names, ids or spans, rows, hosts, numbers, facets, pages
        response = client.get(address)
    assert response.context["page"].total == 2 * number


# The agenda ------------------------------------------------------------------------------------------------


def listed(response):
    """Give [month, [day, [names]]] of an agenda."""
    return [
        (month, [(day, [event.name for event in events]) for day, events in days])
        for month, days in response.context["months"]
    ]


@pytest.mark.django_db
def test_an_agenda_goes_by_month_and_day_with_the_vague_at_the_head():
    for name, start in (
        ("B", "2019-04-03"),
        ("A", "2019-04-01"),
        ("Month", "2019-04"),
        ("Year", "2019"),
        ("Decade", "201X"),
        ("New year", "2019-01-01"),
    ):
        make_event(name=name, start=start)
    events = list(Event.objects.all())

    def names(backwards):
        return [
            (month, [(day, [event.name for event in same]) for day, same in days])
            for month, days in agenda_of(events, backwards)
        ]

    forwards = [
        ("2010s", [("Some time in the 2010s", ["Decade"])]),
        ("2019", [("Some time in 2019", ["Year"])]),
        ("January 2019", [("Tuesday 1 January", ["New year"])]),
        (
            "April 2019",
            [
                ("Some time in April 2019", ["Month"]),
                ("Monday 1 April", ["A"]),
                ("Wednesday 3 April", ["B"]),
            ],
        ),
    ]
    assert names(backwards=False) == forwards
    assert names(backwards=True) == [(month, days[::-1]) for month, days in forwards[::-1]]


@pytest.fixture
def some_events():
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        make_event(name="Old", start="2019-04-03", end="2019-04-05")
        make_event(name="Older", start="2018-04-03")
        make_event(name="On", start="2026-11-20", end="2026-11-23")
        make_event(name="Soon", start="2026-12-01")
        make_event(name="Dateless")
        yield


@pytest.mark.django_db
def test_what_is_coming_up_stands_first_and_the_past_is_a_switch_away(client, some_events):
    response = client.get("/events/agenda/")
    assert listed(response) == [
        ("November 2026", [("Friday 20 November", ["On"])]),
        ("December 2026", [("Tuesday 1 December", ["Soon"])]),
    ]
    assert [(tab["label"], tab["total"], tab["is_current"]) for tab in response.context["tabs"]] == [
        ("Coming up", "2", True),
        ("Past", "2", False),
        ("Date not known", "1", False),
    ]
    addresses = [tab["address"] for tab in response.context["tabs"]]
    assert addresses == [
        "/events/agenda/?when=upcoming",
        "/events/agenda/?when=past",
        "/events/agenda/?undated=on",
    ]
    past = client.get(addresses[1])
    assert listed(past) == [
        ("April 2019", [("Wednesday 3 April", ["Old"])]),
        ("April 2018", [("Tuesday 3 April", ["Older"])]),
    ]
    assert [tab["is_current"] for tab in past.context["tabs"]] == [False, True, False]
    assert "3 – 5 April 2019" in words(past.content.decode())
    undated = client.get(addresses[2])
    assert [event.name for event in undated.context["page"].rows] == ["Dateless"]
    assert [tab["is_current"] for tab in undated.context["tabs"]] == [False, False, True]
    assert undated.context["shape"] == {"undated": "on"}
    assert undated.context["canonical"] == "/events/agenda/?undated=on"


@pytest.mark.django_db
def test_from_and_to_show_everything_between_in_order(client, some_events):
    response = client.get("/events/agenda/?from=2018&to=2026-11")
    assert [month for month, _days in listed(response)] == ["April 2018", "April 2019", "November 2026"]
    assert [tab["is_current"] for tab in response.context["tabs"]] == [False, False, False]


@pytest.mark.django_db
def test_when_nothing_is_coming_up_the_latest_stand_there_and_it_says_so(client, some_events):
    response = client.get("/events/agenda/?q=old")
    assert [month for month, _days in listed(response)] == ["April 2019", "April 2018"]
    assert "Nothing is coming up under these filters. These were the latest." in words(
        response.content.decode()
    )
    assert [tab["is_current"] for tab in response.context["tabs"]] == [False, True, False]
    assert "These were the latest" not in client.get("/events/agenda/?q=old&when=past").content.decode()


@pytest.mark.django_db
def test_the_agenda_is_paged_like_the_list(client):
    for number in range(1, 28):
        make_event(name=f"E{number}", slug=f"e{number}", start=f"2019-04-{number:02}")
    first = client.get("/events/agenda/?when=past").context
    assert [row.slug for row in first["page"].rows] == [f"e{number}" for number in range(27, 2, -1)]
    assert [row.slug for row in client.get(first["next"]).context["page"].rows] == ["e2", "e1"]


@pytest.mark.django_db
def test_the_online_link_is_on_neither(client):
    make_event(name="Webinar", start="2019-04-03", online_link="https://meet.example/secret-room")
    for address in ("/events/calendar/?month=2019-04", "/events/agenda/?when=past"):
        content = client.get(address).content
        assert b"Webinar" in content
        assert b"secret-room" not in content


# Addresses -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["calendar", "agenda"])
def test_no_event_takes_the_address_of_a_page(slug):
    assert slug in RESERVED_SLUGS
    event = make_event(slug=slug)
    with pytest.raises(ValidationError) as caught:
        event.full_clean()
    assert caught.value.message_dict == {
        "slug": [f"“{slug}” is the address of another page. Add a year or a place to it."]
    }
