"""The day that a page is asked about: `?on=1995-06-01`, or a month, a year or a decade."""

import calendar
import datetime
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .dates import PartialDate

FIRST_YEAR, LAST_YEAR = datetime.MINYEAR, datetime.MAXYEAR
NOT_KEPT = ("on", "page", "after", "before")  # a place in the rows of one day is none in those of another
AGO = {
    1: gettext_lazy("a year ago"),
    5: gettext_lazy("5 years ago"),
    10: gettext_lazy("10 years ago"),
    25: gettext_lazy("25 years ago"),
}
UNITS = {  # by what a page steps, when it is asked about a day, a month…
    "day": ("day", "month", "year"),
    "month": ("month", "year"),
    "year": ("year", "decade"),
    "decade": ("decade",),
}
UNIT_WORDS = {
    "day": gettext_lazy("day"),
    "month": gettext_lazy("month"),
    "year": gettext_lazy("year"),
    "decade": gettext_lazy("decade"),
}


@dataclass(frozen=True)
class Way:
    """A link to the same page on another day: `short` words that may be seen, whole ones, and the address."""

    day: str
    short: str
    address: str

    @property
    def words(self):
        return PartialDate(self.day).words()


@dataclass(frozen=True)
class Step:
    """A way to an earlier and one to a later day, a unit away; either is None at the end of the calendar."""

    unit: str
    earlier: Way | None
    later: Way | None

    @property
    def words(self):
        return UNIT_WORDS[self.unit]


class AskedDay:
    """What `?on=` asks for; `day` is None when it is absent or unreadable, then `error` says why.

    It takes words as the rest of the site does, "June 1995" or "the nineties". `for_query` is what `.on()`
    takes: the day that was asked about, or today.
    """

    def __init__(self, request):
        self.path, self.others = request.path, request.GET.copy()
        for name in NOT_KEPT:
            self.others.pop(name, None)
        self.text = request.GET.get("on", "").strip()
        self.day, self.error = None, ""
        if self.text:
            try:
                self.day = PartialDate.parse(self.text)
            except ValueError as error:
                self.error = str(error)
            if self.day is not None and self.day.precision in ("by", ""):
                self.day, self.error = None, PartialDate.too_open(self.text)

    @classmethod
    def of(cls, request):
        """Give what the request asks for, read once for all parts of its page."""
        if not hasattr(request, "asked_day"):
            request.asked_day = cls(request)
        return request.asked_day

    def __bool__(self):
        return self.day is not None

    @property
    def for_query(self):
        return self.day or timezone.localdate()

    def words(self):
        """The asked day in words: `1 June 1995`."""
        return self.day.words() if self.day else ""

    @property
    def is_day(self):
        """Whether one day is asked about, not all of a month, a year or a decade."""
        return self.day is not None and self.day.precision == "day"

    @property
    def is_reworded(self):
        """Whether it was written in words of the visitor's own, so that the page says how it read them."""
        return bool(self) and self.text not in (str(self.day), self.day.words())

    def state_words(self):
        """Say which state is shown: `as it stood on 1 June 1995`, `what held at some time in 1995`."""
        if not self:
            return ""
        if self.is_day:
            return _("as it stood on %(day)s") % {"day": self.words()}
        if self.day.precision == "decade":
            return _("what held at some time in the %(decade)s") % {"decade": self.words()}
        return _("what held at some time in %(period)s") % {"period": self.words()}

    def query(self):
        """The query string that carries the day on, `?on=1995-06-01`, or nothing."""
        return f"?on={self.day}" if self.day else ""

    # Other days of the same page -----------------------------------------------------

    def address(self, day=None):
        """Give this page's address about another day, or about today; all else that it asks stays."""
        query = self.others.copy()
        if day:
            query["on"] = str(day)
        return f"{self.path}?{query.urlencode()}" if query else self.path

    def way(self, day, short=""):
        return Way(day, short, self.address(day)) if day else None

    @property
    def kept(self):
        """Give what else this page asks, as [(name, value)], for the form that asks about another day."""
        return [(name, value) for name, values in self.others.lists() for value in values]

    @cached_property
    def today(self):
        return self.address()

    @cached_property
    def steps(self):
        """Give the Steps by the unit that is asked about, and by those that hold it."""
        if not self:
            return []
        units = UNITS[self.day.precision]
        return [
            Step(unit, self.way(moved(self.day, unit, -1)), self.way(moved(self.day, unit, 1)))
            for unit in units
        ]

    @cached_property
    def ago(self):
        """Give the ways back from today, for a page that is not asked about a day."""
        today = PartialDate(timezone.localdate().isoformat())
        return [self.way(moved(today, "year", -years), words) for years, words in AGO.items()]

    @cached_property
    def wider(self):
        """Give the ways to all of the month and the year that it lies in; from a year, to its decade."""
        if not self or self.day.precision == "decade":
            return []
        wider = {"day": [self.day[:7], self.day[:4]], "month": [self.day[:4]], "year": [f"{self.day[:3]}X"]}
        return [self.way(text) for text in wider[self.day.precision]]

    @cached_property
    def narrower(self):
        """Give the ways to each year of the asked decade, month of the year, or day of the month."""
        if not self or self.is_day:
            return []
        first = self.day.earliest
        if self.day.precision == "decade":
            years = range(first.year, self.day.latest.year + 1)
            return [self.way(f"{year:04}", f"{year:04}") for year in years]
        if self.day.precision == "year":
            return [self.way(f"{self.day}-{month:02}", str(MONTHS_3[month])) for month in MONTHS]
        last = calendar.monthrange(first.year, first.month)[1]
        return [self.way(f"{self.day}-{number:02}", str(number)) for number in range(1, last + 1)]

    # What is certain -----------------------------------------------------------------

    def is_approximate(self, row):
        """Whether the row only may hold on the asked day, for lack of exact dates."""
        return bool(self) and not row.surely_held_in(self.day)

    def doubt(self, row):
        """Say why the row only may hold on the asked day: "its start is known only as 1991"; "" if it is sure."""
        if not self:
            return ""
        return "; ".join(doubt_words(row, dated, end) for dated, end in row.doubts(self.day))


def moved(day, unit, number):
    """Give a PartialDate's text so many units later, or None beyond the calendar.

    A month has no 31st, so its last day is taken.
    """
    if unit == "day":
        try:
            return (day.earliest + datetime.timedelta(days=number)).isoformat()
        except OverflowError:
            return None
    year, month = day.earliest.year, day.earliest.month
    if unit == "decade" and day.precision == "decade":
        decade = year // 10 + number
        return f"{decade:03}X" if 0 <= decade <= LAST_YEAR // 10 else None
    if unit == "month":
        years, month = divmod(year * 12 + month - 1 + number, 12)
        year, month = years, month + 1
    else:
        year += number * (10 if unit == "decade" else 1)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if day.precision == "year":
        return f"{year:04}"
    if day.precision == "month":
        return f"{year:04}-{month:02}"
    last = calendar.monthrange(year, month)[1]
    return f"{year:04}-{month:02}-{min(day.earliest.day, last):02}"


def doubt_words(row, dated, end):
    """Say which date leaves open whether a row held: its own, or that of what it can only hold within."""
    date = getattr(dated, end)
    known = {"date": PartialDate(date[3:-1]).words() if date.precision == "by" else date.words()}
    if dated is not row:
        known["name"] = getattr(dated, "short_name", None) or str(dated)
    own = dated is row
    if end == "start":
        if not date:
            return (_("its start is not known") if own else _("the start of %(name)s is not known")) % known
        if date.precision == "by":
            words = (
                _("it began by %(date)s, nobody knows when")
                if own
                else _("%(name)s began by %(date)s, nobody knows when")
            )
            return words % known
        words = (
            _("its start is known only as %(date)s")
            if own
            else _("the start of %(name)s is known only as %(date)s")
        )
        return words % known
    if date.precision == "by":
        words = (
            _("it ended by %(date)s, nobody knows when")
            if own
            else _("%(name)s ended by %(date)s, nobody knows when")
        )
        return words % known
    words = (
        _("its end is known only as %(date)s") if own else _("the end of %(name)s is known only as %(date)s")
    )
    return words % known
