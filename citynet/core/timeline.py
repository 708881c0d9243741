"""Timelines: dated facts as bars on an axis, soft where a date is known only in part.

`draw(rows, window, today)` gives the geometry, in per cent of the width and in pixels of the height, that
templates/core/_timeline.html writes as SVG: so a chart fits every screen without a script, and its text keeps
its size. What a bar says of a day is what its facts say by the rules of `core.models.Dated`: a fact may hold
from the earliest start to the latest end, and surely holds from the latest start to the earliest end.
"""

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .dates import FIRST_DAY, LAST_DAY, PartialDate, period_of

NAMED = 3  # bars of one line whose dates stand beside its name
BAR_HEIGHT = 14  # pixels
LANE_HEIGHT = 28
TICKS = 6  # at most, on a phone; wide screens have the finer ones between them, too
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)  # years
EDGE = 4  # per cent of the width in which the words of a tick would be cut off if they were centred


def percent(share):
    """Write a share of the width for SVG, in whatever language: `12.5%`."""
    return f"{round(share, 3) + 0:g}%"


# What is drawn ---------------------------------------------------------------------------------------------


@dataclass
class Row:
    """One dated fact, as a bar, or as a point.

    `group` is the key of what kind of fact it is; rows with the same `lane` in a group share a line, named
    by `label` with its `address`, if it has a page. `detail` says what the bar is beside that, `kind` (the
    same unless given) what the table calls it, and `words` when. `start` and `end` are its partial dates with the (earliest, latest) day of each, `within` such bounds,
    (start, end), of all that it can only hold within, as the network of a membership. `record` is handed
    through, for the table.
    """

    group: str
    lane: object
    label: str
    address: str
    detail: str
    words: str
    start: PartialDate
    end: PartialDate
    start_bounds: tuple
    end_bounds: tuple
    within: tuple = ()
    is_point: bool = False
    kind: str = ""
    record: object = None
    number: int = 0

    @property
    def bounds(self):
        """The (start, end) bounds of itself and of all that it can only hold within."""
        return (self.start_bounds, self.end_bounds), *self.within

    @property
    def possible(self):
        """The first and last day on which it may hold; in the wrong order if there is none."""
        return max(start[0] for start, end in self.bounds), min(end[1] for start, end in self.bounds)

    @property
    def certain(self):
        """The first and last day on which it surely holds, or None if there is none."""
        first, last = self.possible
        first = max(first, *(start[1] for start, end in self.bounds))
        last = min(last, *(end[0] for start, end in self.bounds))
        return (first, last) if first <= last else None

    def may_hold_on(self, day):
        """Whether it may hold on the day, or at some time in the period; mirrors `.on()`."""
        earliest, latest = period_of(day)
        return all(start[0] <= latest and end[1] >= earliest for start, end in self.bounds)

    def surely_held_in(self, day):
        """Whether it holds then for certain, at some time in a period at least; mirrors `.surely_in()`."""
        earliest, latest = period_of(day)
        surely = all(start[1] <= latest and end[0] >= earliest for start, end in self.bounds)
        return surely and self.may_hold_on(day)

    @property
    def is_ongoing(self):
        return self.possible[1] == LAST_DAY

    @property
    def has_start(self):
        """Whether anything is known of when it began, beside "by then"."""
        return self.start_bounds[0] > FIRST_DAY

    @property
    def has_end(self):
        """Whether anything is known of its end, if only that there is none yet."""
        return not (self.end.precision == "by" and self.end_bounds[0] == FIRST_DAY)

    @cached_property
    def doubts(self):
        """What is known only in part, in words."""
        doubts = []
        if not self.start:
            doubts.append(_("date not known") if self.is_point else _("start not known"))
        elif self.start.precision == "by":
            doubts.append(_("began %(by)s") % {"by": self.start.words()})
        elif self.start.precision != "day":
            known = _("known only as %(date)s") if self.is_point else _("start known only as %(date)s")
            doubts.append(known % {"date": self.start.words()})
        if self.end.precision == "by":
            doubts.append(_("ended %(by)s") % {"by": self.end.words()})
        elif self.end and self.end.precision != "day" and not (self.is_point and self.end == self.start):
            doubts.append(_("end known only as %(date)s") % {"date": self.end.words()})
        return doubts

    @property
    def title(self):
        """Everything in one sentence, for a tooltip and for who cannot see the bar."""
        words = ", ".join(dict.fromkeys(part for part in (self.detail, self.words) if part))
        doubts = "; ".join(doubt for doubt in self.doubts if doubt != self.words)
        return f"{self.label}: {words}" + (f" ({doubts})" if doubts else "")


@dataclass
class Piece:
    """A part of a bar. `style` is solid; or in, out or both, which fade on those sides; or faint."""

    style: str
    x: str
    width: str


@dataclass
class Bar:
    """A row as it is drawn: pieces, or a point; and marks at its ends, each at a share of the width."""

    row: Row
    pieces: list = field(default_factory=list)
    point: str = ""
    before: str = ""  # it began before what the axis shows
    after: str = ""  # it goes on, beyond today or beyond the axis
    unknown_start: str = ""
    unknown_end: str = ""
    span: tuple = (0, 0)
    y: int = 0


@dataclass
class Lane:
    label: str
    address: str
    bars: list
    height: int

    @property
    def details(self):
        """Give [(what, [when])] of the bars, to stand beside the name: all of few, in sum of many."""
        rows = [bar.row for bar in self.bars]
        if len(rows) > NAMED:
            years = [row.possible[0].year for row in rows if row.has_start]
            span = (
                "" if not years else f"{min(years)} – {max(years)}" if min(years) < max(years) else min(years)
            )
            return [(_("%(count)s times") % {"count": len(rows)}, [span])]
        return [
            (detail, [row.words for row in same])
            for detail, same in groupby(rows, key=lambda row: row.detail)
        ]


@dataclass
class Tick:
    x: str
    words: str
    is_fine: bool
    anchor: str


@dataclass
class Mark:
    """The day or period that the page is asked about, or today, on the axis."""

    x: str
    width: str
    words: str
    anchor: str


def anchor(share, edge=EDGE):
    return "start" if share < edge else "end" if share > 100 - edge else "middle"


class Window:
    """The days that an axis shows, both included. Raises ValueError if the last is before the first."""

    def __init__(self, first, last):
        if last < first:
            raise ValueError(_("The last day to show lies before the first."))
        self.first, self.last = first, last

    @classmethod
    def of_years(cls, first, last):
        return cls(datetime.date(first, 1, 1), datetime.date(last, 12, 31))

    def share(self, day, is_last=False):
        """Where the day begins, or with `is_last` ends, in per cent of the width, kept within it."""
        first, last = self.first.toordinal(), self.last.toordinal() + 1
        day = min(max(day.toordinal() + is_last, first), last)
        return 100 * (day - first) / (last - first)

    def mark(self, days, words):
        """Give the Mark of the (first, last) days, or None if they lie outside."""
        first, last = days
        if last < self.first or first > self.last:
            return None
        left, right = self.share(first), self.share(last, is_last=True)
        return Mark(percent(left), percent(right - left), words, anchor(left, edge=15))

    def ticks(self):
        """Give the axis: a Tick for each so many years, or for each so many months of a year or two."""
        if self.last.year - self.first.year < 2:
            return self.month_ticks()
        years = range(self.first.year, self.last.year + 1)
        number = next(i for i, step in enumerate(STEPS) if len(years) / step <= TICKS or step == STEPS[-1])
        step, fine = STEPS[number], STEPS[max(number - 1, 0)]
        days = [(year, datetime.date(year, 1, 1)) for year in years if year % fine == 0]
        return [self.tick(day, str(year), year % step != 0) for year, day in days if day >= self.first]

    def month_ticks(self):
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        step = 6 if months > 12 else 3 if months > 3 else 1
        ticks = []
        for number in range(self.first.month - 1, self.first.month - 1 + months):
            day = datetime.date(self.first.year + number // 12, number % 12 + 1, 1)
            if day >= self.first and number % step == 0:
                ticks.append(self.tick(day, date_format(day, "M Y"), False))
        return ticks

    def tick(self, day, words, is_fine):
        share = self.share(day)
        return Tick(percent(share), words, is_fine, anchor(share))

    def beside(self, way):
        """Give the window as long as this one before it (-1) or after it (1); None beyond the calendar."""
        length = self.last.year - self.first.year + 1
        first, last = self.first.year + way * length, self.last.year + way * length
        return Window.of_years(first, last) if 1 <= first and last <= LAST_DAY.year else None


# Drawing ---------------------------------------------------------------------------------------------------


def draw(rows, window, today):
    """Give [(group, lanes)] of the rows, in the order in which groups and lanes come first.

    Numbers the rows in the order in which they are drawn. A row that never may hold, since its network had
    ended before it began, keeps its line without a bar.
    """
    groups = {}
    for row in rows:
        groups.setdefault(row.group, {}).setdefault(row.lane, []).append(row)
    number, drawn = 0, []
    for group, lanes in groups.items():
        drawn.append((group, []))
        for same in lanes.values():
            same.sort(key=lambda row: (not row.has_start, row.start_bounds, row.end_bounds))
            for row in same:
                number += 1
                row.number = number
            drawn[-1][1].append(lane_of(same, window, today))
    return drawn


def lane_of(rows, window, today):
    """Put the bars of one line below each other where they would overlap."""
    bars, ends = [bar_of(row, window, today) for row in rows], []
    for bar in bars:
        level = next((i for i, end in enumerate(ends) if end <= bar.span[0]), len(ends))
        ends[level : level + 1] = [bar.span[1]]
        bar.y = level * LANE_HEIGHT + (LANE_HEIGHT - BAR_HEIGHT) // 2
    return Lane(rows[0].label, rows[0].address, bars, max(len(ends), 1) * LANE_HEIGHT)


def bar_of(row, window, today):
    """Give the geometry of one row, cut off where the axis ends."""
    first, last = row.possible
    if first > last or last < window.first or first > window.last:
        if row.has_start or row.end_bounds[1] != FIRST_DAY:
            return Bar(row)
        first, last = window.first, window.first  # a point without any date: at the left edge, with its “?”
        return Bar(row, point=percent(0), unknown_start=percent(0), span=(0, 0))
    if row.is_ongoing:
        last = min(max(today, first), window.last) if first <= today else window.last
    left, right = window.share(first), window.share(last, is_last=True)
    bar = Bar(row, span=(left, right))
    if row.is_point:
        bar.point = percent((left + right) / 2)
        if row.doubts:
            bar.pieces = [Piece("both", percent(left), percent(right - left))]
        return bar
    if not row.has_start:
        bar.unknown_start = percent(left)
    elif first < window.first:
        bar.before = percent(0)
    if not row.has_end:
        bar.unknown_end = percent(right)
    elif row.is_ongoing or last > window.last:
        bar.after = percent(right)
    bar.pieces = pieces_of(row, window, left, right)
    return bar


def pieces_of(row, window, left, right):
    """Give a bar's soft start, its solid part and its soft end, whichever of them there are."""
    if not row.certain:
        fades = {(True, True): "both", (True, False): "out", (False, True): "in", (False, False): "faint"}
        # An end that is still open is no doubt: the further on, the surer it is that the fact holds.
        style = "in" if row.is_ongoing else fades[row.has_start, row.has_end]
        return [Piece(style, percent(left), percent(right - left))]
    solid = window.share(row.certain[0]), min(window.share(row.certain[1], is_last=True), right)
    edges = ("in", left, solid[0]), ("solid", *solid), ("out", solid[1], right)
    return [Piece(style, percent(start), percent(end - start)) for style, start, end in edges if end > start]
