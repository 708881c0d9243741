"""Members through the years: how many cities a network counted at each year's end, beside what was stated.

The counting rule is that of networks/counting.py: a city is a member once, however many memberships it has,
and members that take part jointly are one. A number is a band, since dates are known only in part: what was
so surely, and what may have been so.
"""

import datetime
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils import timezone

from citynet.core.dates import FIRST_DAY
from citynet.core.timeline import Tick, percent

from .counting import ONCE
from .models import Metric

LONGEST = 200  # years that are counted, at most
STEPS = (1, 2, 5)


def years_end(year, today):
    """Give the day on which a year is counted: its last one, or today in the present year."""
    return today if year == today.year else datetime.date(year, 12, 31)


def members_through_the_years(network, first=None, last=None):
    """Give [(year, surely, possibly)]: the member cities of a published network at the end of each year.

    "possibly" counts those of `memberships.published().on(day)`, "surely" those of `.surely_in(day)`, on
    31 December, in the present year today. From the year `first` (that of the network's founding or of the
    first known membership, whichever is earlier) to `last` (this year, or that of the network's end), at
    most LONGEST years. One SQL statement; what it costs grows with the network's members alone.
    """
    today = timezone.localdate()
    rows = list(
        network.memberships.published()
        .filter(ONCE, city__isnull=False)
        .order_by()
        .values_list("city", "start_earliest", "start_latest", "end_earliest", "end_latest")
    )
    if last is None:
        last = max(min(today.year, network.end_latest.year), network.start_earliest.year)
    if first is None:
        known = [day.year for day in (network.start_earliest, *(row[1] for row in rows)) if day > FIRST_DAY]
        first = min([year for year in known if year <= last] or [last])
    first = max(first, last - LONGEST + 1)
    days = [years_end(year, today) for year in range(first, last + 1)]
    possible = spans(days, network.start_earliest, network.end_latest, [(row[1], row[4]) for row in rows])
    certain = spans(days, network.start_earliest, network.end_earliest, [(row[2], row[3]) for row in rows])
    cities = [row[0] for row in rows]
    surely, possibly = count_each(cities, certain, len(days)), count_each(cities, possible, len(days))
    return [(day.year, *counts) for day, *counts in zip(days, surely, possibly, strict=True)]


def spans(days, opening, closing, periods):
    """Give for each (first, last) period a number whose bits are the days within it and within the whole life."""
    masks = []
    for first, last in periods:
        begin, end = bisect_left(days, max(first, opening)), bisect_right(days, min(last, closing))
        masks.append((1 << end) - (1 << begin) if end > begin else 0)
    return masks


def count_each(cities, masks, number):
    """Give for each of so many days how many different cities have it in one of their masks at least."""
    of_city = defaultdict(int)
    for city, mask in zip(cities, masks, strict=True):
        of_city[city] |= mask
    alike = Counter(of_city.values())  # most cities came and stayed in step with others
    return [sum(count for mask, count in alike.items() if mask >> day & 1) for day in range(number)]


# The chart -------------------------------------------------------------------------------------------------


@dataclass
class Point:
    """A stated figure on the chart; `x` is empty if nobody knows of when it is."""

    figure: object
    source: object
    x: str
    y: str
    is_left: bool  # of the middle, so that its words stand to the right of it


def years_chart(network):
    """Give what templates/networks/_years_chart.html draws: `{% include … with chart=years_chart only %}`.

    Takes a published network. Costs two SQL statements: the count, and the stated figures with their sources.
    The page that shows it links css/timeline.css.
    """
    rows = members_through_the_years(network)
    today = timezone.localdate()
    figures = list(
        network.figures.published()
        .filter(metric=Metric.MEMBER_CITIES, body=None, programme=None)
        .select_related("source")
        .order_by("as_of_earliest", "id")
    )
    first, last = rows[0][0], rows[-1][0]
    begin, finish = datetime.date(first, 1, 1).toordinal(), datetime.date(last, 12, 31).toordinal() + 1
    top, step = ceiling(max([possibly for _year, _surely, possibly in rows] + [f.value for f in figures]))

    def across(day):
        return 100 * (day.toordinal() - begin) / (finish - begin)

    def up(value):
        return 100 - 100 * value / top

    ends = [across(years_end(year, today)) for year, _surely, _possibly in rows]
    points = []
    for figure in figures:
        source = figure.source if figure.source and figure.source.is_published else None
        x, middle = "", 0
        if figure.as_of_earliest > FIRST_DAY:
            middle = (across(figure.as_of_earliest) + across(figure.as_of_latest)) / 2
            x = percent(middle) if 0 <= middle <= 100 else ""
        points.append(Point(figure, source, x, percent(up(figure.value)), middle < 50))
    every = max(1, -(-len(rows) // 6))
    every = next(size for size in (1, 2, 5, 10, 20, 50) if size >= every)
    return {
        "network": network,
        "rows": rows,
        "points": points,
        "surely": area(ends, [up(surely) for _year, surely, _possibly in rows]),
        "possibly": area(ends, [up(possibly) for _year, _surely, possibly in rows]),
        "surely_line": stairs(ends, [up(surely) for _year, surely, _possibly in rows]),
        "possibly_line": stairs(ends, [up(possibly) for _year, _surely, possibly in rows]),
        "years": [
            Tick(percent(across(datetime.date(year, 1, 1))), str(year), year % every != 0, "middle")
            for year in range(first, last + 1)
            if year % every == 0
        ],
        "values": [(percent(up(value)), value) for value in range(0, top + 1, step)],
        "now": rows[-1],
        "has_members": any(possibly for _year, _surely, possibly in rows),
    }


def ceiling(value):
    """Give (a round number not below the value, the step that divides the way to it in four or five)."""
    size = 1
    while True:
        for step in STEPS:
            if step * size * 5 >= value:
                step *= size
                return max(-(-value // step), 1) * step, step
        size *= 10


def stairs(ends, heights):
    """Give the path of a line of steps: each year's number from the end of the year before to its own."""
    path, left = [f"M0 {heights[0]:.2f}"], 0
    for end, height in zip(ends, heights, strict=True):
        path.append(f"V{height:.2f}H{end:.2f}")
        left = end
    return "".join(path) if left else ""


def area(ends, heights):
    """Give the path of the ground between the steps and the axis."""
    return f"{stairs(ends, heights)}V100H0Z" if ends[-1] else ""
