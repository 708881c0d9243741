"""When dated facts held at the same time."""

import datetime
import random
from itertools import product

import pytest

from citynet.core.dates import LAST_DAY, PartialDate
from networks.models import Membership, Network
from networks.spans import meeting, meetings, span_of


def span(start="", end="", confirmed_on=None, network=None):
    row = Membership(start=PartialDate(start), end=PartialDate(end), confirmed_on=confirmed_on)
    row.set_bounds()
    return span_of(row, network)


def words(*periods):
    met = meeting([span(*period) for period in periods])
    return met and met.words


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([("1991",), ("2014",)], "both since 2014"),
        ([("1991",), ("2014",), ("1986",)], "all three since 2014"),
        ([("1991", "1999"), ("1993",)], "1993 – 1999"),
        ([("1991", "1999"), ("2000",)], None),
        ([("1991", "1999"), ("1999",)], "possibly 1999"),
        ([("1991", "1999"), ("1998-12-31", "2002")], "31 December 1998 – 1999"),
        ([("2007", "2008"), ("",)], "possibly 2007 – 2008"),
        ([("2014",), ("",)], "both today, not before 2014"),
        ([("1991",), ("1991-06",)], "both since 1991"),
        ([("199X",), ("1986",)], "both since the 1990s"),
        ([("2010",), ("2012", "[..2021-09-27]")], "2012 – ended by 27 September 2021, date unknown"),
        ([("", "1999"), ("1993",)], "until 1999, not before 1993"),
        ([("", "1999"), ("", "2004")], "possibly until 1999"),
    ],
)
def test_the_common_time_is_told_in_the_words_of_the_dates(periods, expected):
    assert words(*periods) == expected


def test_nobody_is_a_member_of_a_network_that_is_no_more():
    network = Network(start=PartialDate("1990"), end=PartialDate("2000"))
    network.set_bounds()
    spans = [span("1985", network=network), span("1999", network=network)]
    assert meeting(spans).words == "1999 – 2000"
    assert meeting([span("2001", network=network), span("1999", network=network)]) is None


DATES = ["1999-12", "2000-01", "2000-02", "1999-12-20", "2000-01-10", "2000-01-11", "2000-02-20"]
# The first and last day of each, where something changes, and some in between.
DAYS = sorted(
    {day for text in DATES for day in (PartialDate(text).earliest, PartialDate(text).latest)}
    | {datetime.date(1999, 12, 5) + datetime.timedelta(days=9 * number) for number in range(9)}
)


def readings(each):
    """Every (start, end) among DAYS that a span's dates allow."""
    starts = [day for day in DAYS if each.start_earliest <= day <= each.start_latest]
    ends = [day for day in (*DAYS, LAST_DAY) if each.end_earliest <= day <= each.end_latest]
    return [(start, end) for start, end in product(starts, ends) if start <= end]


def test_what_is_sure_and_what_is_possible_is_what_every_reading_of_the_dates_says():
    chance = random.Random(4)
    seen = set()
    for _round in range(300):
        spans = []
        while len(spans) < 2:
            each = span(chance.choice(DATES), chance.choice([*DATES, ""]))
            if readings(each):
                spans.append(each)
        met = [max(a[0], b[0]) <= min(a[1], b[1]) for a, b in product(*map(readings, spans))]
        found = meeting(spans)
        expected = "sure" if all(met) else "possible" if any(met) else "never"
        assert ("never" if found is None else "sure" if found.is_sure else "possible") == expected, spans
        seen.add(expected)
    assert seen == {"sure", "possible", "never"}


def test_all_times_are_told_and_none_that_lies_within_another():
    ours = [span("1990", "1995"), span("2001")]
    theirs = [span("1986")]
    assert [each.words for each in meetings([ours, theirs])] == ["1990 – 1995", "both since 2001"]
    twice = [span("1986"), span("1990")]
    assert [each.words for each in meetings([[span("1980")], twice])] == ["both since 1986"]
