"""A month as weeks of days, with events drawn across them in lanes; and the words of an event's times.

Pure arithmetic: nothing here asks the database. A bar is drawn only for what is known to the day.
"""

import calendar
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, datetime, time, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format, get_format, time_format
from django.utils.translation import gettext as _

from citynet.core.dates import PartialDate, day_words

LANES = 3  # bars above each other in a day; what has no room is counted
FIRST_YEAR = 1000  # `<input type="month">` writes four digits


@dataclass(frozen=True, order=True)
class Month:
    """A month of the years 1000–9999; its text is that of the address, `2019-04`."""

    year: int
    number: int

    @classmethod
    def of(cls, day):
        """Give the month of a day, or the nearest one that can be shown."""
        return cls(day.year, day.month) if day.year >= FIRST_YEAR else cls(FIRST_YEAR, 1)

    @classmethod
    def read(cls, text):
        """Give the month that `2019-04` or somebody's words mean: `April 2019`, `4/2019`, a day of it, a year.

        Raises ValueError with a sentence for people.
        """
        try:
            asked = PartialDate.parse(text)
        except ValueError:
            asked = None
        if not asked or asked.precision not in ("day", "month", "year") or asked.earliest.year < FIRST_YEAR:
            raise ValueError(
                _("“%(text)s” is not a month from the years 1000 to 9999. Write it like 2019-04.")
                % {"text": text[:20]}
            )
        return cls.of(asked.earliest)

    def __str__(self):
        return f"{self.year:04}-{self.number:02}"

    def __contains__(self, day):
        return self.first <= day <= self.last

    @property
    def first(self):
        return date(self.year, self.number, 1)

    @property
    def last(self):
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def words(self):
        """The month in words: `April 2019`."""
        return date_format(self.first, "YEAR_MONTH_FORMAT")

    @property
    def next(self):
        """The month after, or None after the last one."""
        if self.number < 12:
            return Month(self.year, self.number + 1)
        return Month(self.year + 1, 1) if self.year < MAXYEAR else None

    @property
    def previous(self):
        """The month before, or None before the first one."""
        if self.number > 1:
            return Month(self.year, self.number - 1)
        return Month(self.year - 1, 12) if self.year > FIRST_YEAR else None


@dataclass(frozen=True)
class Span:
    """An event as the layout needs it: a key, its first and last day, and its time unless of whole days."""

    key: int
    first: date
    last: date
    start_time: time = None

    def within(self, first, last):
        return self.first <= last and self.last >= first


@dataclass(frozen=True)
class Slot:
    """What a day shows of an event in its lane (1…LANES).

    The bar begins in the event's first day of a week and is `width` days wide; on the days after it there
    `goes_on` is true and nothing is drawn. `comes_in` and `runs_on` say that the event began before, or
    ends after, the bar.
    """

    key: int
    lane: int
    width: int
    goes_on: bool = False
    comes_in: bool = False
    runs_on: bool = False


@dataclass
class Day:
    """A day of the month, its slots from the top lane down, and how many more events have no room."""

    day: date
    slots: list = field(default_factory=list)
    more: int = 0

    @property
    def is_today(self):
        return self.day == timezone.localdate()

    @property
    def is_empty(self):
        return not (self.slots or self.more)


def first_weekday():
    """Give the weekday on which weeks begin where the reader is, Monday being 0 (Django counts from Sunday)."""
    return (get_format("FIRST_DAY_OF_WEEK") - 1) % 7


def weeks_of(month, spans, start=None):
    """Give the weeks of a month as lists of seven Days, None for those of other months.

    Events take the lowest lane that is free for all their days of the week, earlier ones first, longer ones
    first among those, and those by their times. `start` is the first weekday, by default the reader's.
    """
    spans = sorted(
        spans, key=lambda span: (span.first, -span.last.toordinal(), span.start_time or time.min, span.key)
    )
    weeks = []
    for numbers in calendar.Calendar(first_weekday() if start is None else start).monthdayscalendar(
        month.year, month.number
    ):
        week = [Day(month.first + timedelta(days=number - 1)) if number else None for number in numbers]
        fill(week, spans)
        weeks.append(week)
    return weeks


def fill(week, spans):
    """Give the days of a week their slots."""
    days = [day for day in week if day]
    first, last = days[0].day, days[-1].day
    free_from = [first] * LANES
    for span in spans:
        if not span.within(first, last):
            continue
        starts, ends = max(span.first, first), min(span.last, last)
        covered = days[(starts - first).days : (ends - first).days + 1]
        lane = next((lane for lane in range(LANES) if free_from[lane] and free_from[lane] <= starts), None)
        if lane is None:
            for day in covered:
                day.more += 1
            continue
        free_from[lane] = ends + timedelta(days=1) if ends < last else None
        for number, day in enumerate(covered):
            slot = Slot(
                span.key,
                lane + 1,
                len(covered),
                goes_on=number > 0,
                comes_in=span.first < starts,
                runs_on=span.last > ends,
            )
            day.slots.append(slot)
    for day in days:
        day.slots.sort(key=lambda slot: slot.lane)


def weekdays(start=None):
    """Give the seven weekdays in the reader's order, as (name, short name)."""
    monday = date(2024, 1, 1)
    start = first_weekday() if start is None else start
    days = [monday + timedelta(days=(start + number) % 7) for number in range(7)]
    return [(date_format(day, "l"), date_format(day, "D")) for day in days]


# Words -----------------------------------------------------------------------------------------------------


def utc_offset(moment):
    """Write how far a moment's zone is from UTC: `UTC+2`, `UTC−3:30`, `UTC`."""
    minutes = round(moment.utcoffset().total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


def offset_of(event):
    """Write how far the zone of an event with times is from UTC when it starts."""
    return utc_offset(datetime.combine(event.start_earliest, event.start_time, event.timezone))


def start_of(event):
    """Write in short when an event with times starts: `14:00 UTC+2`."""
    return f"{time_format(event.start_time)} {offset_of(event)}"


def times_of(event):
    """Write an event's times where it is held: `14:00–16:00, Europe/Rome (UTC+2)`; empty for whole days.

    The offset is that of the start. Events of several days say what the times are of.
    """
    if event.start_time is None or not event.has_exact_days:
        return ""
    zone, start = event.timezone, time_format(event.start_time)
    end = "" if event.end_time is None else time_format(event.end_time)
    where = offset_of(event)
    if str(zone) != where:
        where = _("%(zone)s (%(offset)s)") % {"zone": str(zone).replace("_", " "), "offset": where}
    if event.start_earliest == event.end_latest:
        times = f"{start}–{end}" if end else _("from %(time)s") % {"time": start}
    elif end:
        times = _("from %(start)s on the first day to %(end)s on the last") % {"start": start, "end": end}
    else:
        times = _("from %(start)s on the first day") % {"start": start}
    return f"{times}, {where}"


def some_time(event):
    """Write when an event was that is not known to the day: `Some time in April 2019`."""
    if not event.start or event.start.precision == "by":
        return _("Date not known")
    words = event.start.words()
    if event.end and event.end != event.start:
        return event.period_words()
    if event.start.precision == "decade":
        return _("Some time in the %(decade)s") % {"decade": words}
    return _("Some time in %(when)s") % {"when": words}


# The agenda ------------------------------------------------------------------------------------------------


def agenda_of(events, backwards=False):
    """Group dated events, in their order of time, as [(month in words, [(day in words, events)])].

    What is known to the month only stands at its head, what is known to the year only before its months;
    On a day, whole days stand before times. `backwards` turns all of that round.
    """
    ranks = {"decade": 0, "year": 1, "month": 2, "day": 3}

    def moment(event):
        return event.start_earliest, ranks.get(event.start.precision, 0), event.start_time or time.min

    def heading(event):
        if event.start.precision in ("day", "month"):
            return date_format(event.start_earliest, "YEAR_MONTH_FORMAT")
        return event.start.words()

    def day(event):
        if event.start.precision != "day":
            return some_time(event)
        return (
            f"{date_format(event.start_earliest, 'l')} {day_words(event.start_earliest, 'MONTH_DAY_FORMAT')}"
        )

    events = sorted(events, key=moment, reverse=backwards)
    return [
        (month, [(words, list(same)) for words, same in groupby(of_month, key=day)])
        for month, of_month in groupby(events, key=heading)
    ]
