"""Events as an iCalendar file (RFC 5545, with NAME and REFRESH-INTERVAL of RFC 7986), streamed.

A subscriber's program asks for the same address again and again, so the same events give the same bytes:
DTSTAMP is the last change, as §3.8.7.2 says of files without METHOD, UID never changes, and SEQUENCE grows
with dates, place and status (see `events.models.events.REVISED_BY`).

Only events whose days are known for certain are in it. `online_link` never is.
"""

import re
from contextlib import nullcontext
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.db import connections, transaction
from django.db.models import Max, Min, Prefetch
from django.utils.translation import gettext as _
from icalendar import Calendar, Timezone, vDuration
from icalendar import Event as Entry

from citynet.core.collation import BY_NAME
from citynet.core.export import FORMATS
from networks.models import Network, Topic

from .models import Event

BATCH_EVENTS = 500
REFRESHED_EVERY = timedelta(hours=12)
ZONE_YEARS = (1900, 2100)  # a hostile date must not make us write out eight thousand changes of the clock

STATUS = {
    Event.Status.SCHEDULED: "CONFIRMED",
    Event.Status.MOVED_ONLINE: "CONFIRMED",
    Event.Status.POSTPONED: "TENTATIVE",
    Event.Status.CANCELLED: "CANCELLED",
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # TEXT may hold none but tab and, escaped, line ends


def plain(text):
    """Give a text that RFC 5545 §3.3.11 allows: one kind of line end, and no control characters."""
    return _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def starts_and_ends(event):
    """Give DTSTART and DTEND of an event with exact days: dates, or moments in its zone; no end is None.

    The end of whole days is the day after (§3.6.1). Times without an end last until midnight of the last
    day, if that is another day than the first.
    """
    first, last = event.start_earliest, event.end_latest
    after = last + timedelta(days=1) if last < date.max else None
    if event.start_time is None:
        return first, after
    zone = event.timezone
    start = datetime.combine(first, event.start_time, zone)
    if event.end_time is not None:
        return start, datetime.combine(last, event.end_time, zone)
    return start, datetime.combine(after, time(), zone) if last > first and after else None


def place_of(event):
    """Give the place in words, from its `public_hosts`: `Palazzo Ducale, Genoa, Italy`."""
    cities = "; ".join(f"{host.city}, {host.city.country.name}" for host in event.public_hosts)
    words = ", ".join(filter(None, (event.venue, cities)))
    if event.status == Event.Status.MOVED_ONLINE or not words and event.mode == Event.Mode.ONLINE:
        return _("Online")
    return words


def description_of(event, address):
    """Give what a calendar shows below the name: what it is about, who holds it, where to read on."""
    networks = ", ".join(str(network) for network in event.public_networks)
    return "\n\n".join(
        filter(
            None,
            (
                event.summary or event.text,
                "\n".join(f"– {theme}" for theme in event.theme_list()),
                networks and _("Networks: %(names)s") % {"names": networks},
                event.mode and _("How to take part: %(mode)s") % {"mode": event.get_mode_display()},
                address,
            ),
        )
    )


def name_of(event):
    """Give the name, with what became of the event before it: many calendars show no STATUS."""
    if event.status == Event.Status.SCHEDULED:
        return event.name
    return f"{event.get_status_display().capitalize()}: {event.name}"


def entry_of(event, absolute):
    """Give the VEVENT of an event with exact days. `absolute` makes a whole address of a path."""
    address = absolute(event.get_absolute_url())
    start, end = starts_and_ends(event)
    entry = Entry()
    entry.add("uid", str(event.uid))
    entry.add("dtstamp", event.updated_at)
    entry.add("last-modified", event.updated_at)
    entry.add("created", event.created_at)
    entry.add("sequence", event.sequence)
    entry.add("status", STATUS[event.status])
    entry.add("summary", plain(name_of(event)))
    entry.add("dtstart", start)
    if end:
        entry.add("dtend", end)
    if event.start_time is None:
        entry.add("transp", "TRANSPARENT")  # a conference abroad leaves its days open for other things
    if place := place_of(event):
        entry.add("location", plain(place))
    at = [(host.city.latitude, host.city.longitude) for host in event.public_hosts]
    if points := [point for point in at if None not in point]:
        entry.add("geo", points[0])
    entry.add("url", address)
    entry.add("description", plain(description_of(event, address)))
    entry.add("categories", [plain(str(words)) for words in (event.get_kind_display(), *event.public_topics)])
    return entry


@lru_cache(maxsize=200)
def zone_of(name, first, last):
    """Give the VTIMEZONE of a zone for the years from first to last, as bytes."""
    first, last = (min(max(year, ZONE_YEARS[0]), ZONE_YEARS[1]) for year in (first, last))
    return Timezone.from_tzid(name, first_date=date(first, 1, 1), last_date=date(last + 1, 12, 31)).to_ical()


def calendar_title(filters):
    """Name the calendar of a list's filters, by which people tell their subscriptions apart."""
    asked = "; ".join(f"{chip.label}: {chip.words}" for chip in filters.chips)
    return f"citynet – {asked}" if asked else _("citynet – all events")


def zones_of(rows):
    """Give the VTIMEZONEs that the rows' times need; one statement."""
    timed = rows.exclude(start_time=None).order_by().values("timezone")
    for row in timed.annotate(first=Min("start_earliest"), last=Max("end_latest")).order_by("timezone"):
        if str(row["timezone"]) != "UTC":
            yield zone_of(str(row["timezone"]), row["first"].year, row["last"].year)


def calendar_stream(rows, columns=(), title="", absolute=str):
    """Give pairs of (bytes, events in them): a calendar of those of the rows that have exact days.

    It is called as any writer of `citynet.core.export` is, so it takes `columns`, and needs none. `title`
    names the calendar; `absolute` is the request's `build_absolute_uri`.
    """
    rows = rows.with_exact_days()
    calendar = Calendar()
    calendar.add("prodid", "-//citynet//events//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if title:
        calendar.add("name", plain(title))
        calendar.add("x-wr-calname", plain(title))
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED_EVERY), encode=False)
    opening, end, rest = calendar.to_ical().rpartition(b"END:VCALENDAR")

    def stream():
        yield opening + b"".join(zones_of(rows)), 0
        complete = rows.with_public_hosts().prefetch_related(
            Prefetch("networks", Network.objects.published().order_by(*BY_NAME), to_attr="public_networks"),
            Prefetch("topics", Topic.objects.published().order_by(*BY_NAME), to_attr="public_topics"),
        )
        # As for the other exports: PostgreSQL would otherwise read all rows before it gives the first.
        postgresql = connections[rows.db].vendor == "postgresql"
        with transaction.atomic(using=rows.db, savepoint=False) if postgresql else nullcontext():
            batch = []
            for event in complete.iterator(chunk_size=BATCH_EVENTS):
                batch.append(entry_of(event, absolute).to_ical())
                if len(batch) == BATCH_EVENTS:
                    yield b"".join(batch), len(batch)
                    batch = []
        yield b"".join(batch) + end + rest, len(batch)

    return stream()


MEDIA_TYPE = "text/calendar; charset=utf-8"
FORMATS["ics"] = (MEDIA_TYPE, calendar_stream)
