"""Bars of time: their geometry, the axis, and what they say of a day."""

from datetime import date

import pytest

from citynet.core.dates import LAST_DAY, PartialDate
from citynet.core.timeline import LANE_HEIGHT, Row, Window, draw

TODAY = date(2026, 11, 22)


def make_row(start="", end="", lane="a", **kwargs):
    start, end = PartialDate(start), PartialDate(end)
    ends = (end.earliest, end.latest) if end else (LAST_DAY, LAST_DAY)
    defaults = {
        "group": "role",
        "label": "Lyon",
        "address": "/cities/lyon/",
        "detail": "chair",
        "words": "then",
    }
    starts = (start.earliest, start.latest)
    bounds = {"start_bounds": starts, "end_bounds": ends}
    return Row(lane=lane, start=start, end=end, **{**defaults, **bounds, **kwargs})


def bar(row, first=2000, last=2009, today=TODAY):
    ((_group, (lane,)),) = draw([row], Window.of_years(first, last), today)
    return lane.bars[0]


def pieces(row, *window, **kwargs):
    return [(piece.style, piece.x, piece.width) for piece in bar(row, *window, **kwargs).pieces]


# 2001 to 2004 are 1,461 days.


def test_a_bar_is_solid_between_its_latest_start_and_its_earliest_end_and_soft_around_that():
    assert pieces(make_row("2001", "2003"), 2001, 2004) == [
        ("in", "0%", "24.914%"),  # 2001-01-01 to 2001-12-31: one day of it is in the solid part
        ("solid", "24.914%", "25.12%"),  # to the end of 2003-01-01
        ("out", "50.034%", "24.914%"),  # to 2003-12-31
    ]
    assert pieces(make_row("2001-01-01", "2004-12-31"), 2001, 2004) == [("solid", "0%", "100%")]


def test_a_bar_without_a_certain_day_is_soft_all_over_and_fades_where_its_date_is_open():
    assert pieces(make_row("2001", "2001"), 2001, 2004) == [("both", "0%", "24.983%")]
    assert pieces(make_row("2001", "[..2004-12-31]"), 2001, 2004) == [("out", "0%", "100%")]
    assert pieces(make_row("", "2004-12-31"), 2001, 2004) == [("in", "0%", "100%")]
    assert pieces(make_row("", "[..2004-12-31]"), 2001, 2004) == [("faint", "0%", "100%")]
    assert pieces(make_row(""), 2001, 2004) == [("in", "0%", "100%")]


def test_open_ends_are_marked_by_arrows_and_unknown_ones_by_question_marks():
    def marks(row):
        drawn = bar(row, 2001, 2004, today=date(2002, 12, 31))
        return drawn.before, drawn.after, drawn.unknown_start, drawn.unknown_end

    assert marks(make_row("2001-01-01")) == ("", "49.966%", "", "")  # until today
    assert marks(make_row("1990")) == ("0%", "49.966%", "", "")
    assert marks(make_row("1990", "2010")) == ("0%", "100%", "", "")
    assert marks(make_row("", "2002-12-31")) == ("", "", "0%", "")
    assert marks(make_row("2001", "[..2002-12-31]")) == ("", "", "", "49.966%")
    assert marks(make_row("2003-01-01")) == ("", "100%", "", "")  # to come, and to stay


def test_a_fact_is_cut_off_by_the_life_of_what_it_holds_within():
    network = (date(2002, 1, 1), date(2002, 12, 31)), (date(2003, 1, 1), date(2003, 12, 31))
    row = make_row("2001-01-01", within=(network,))
    assert row.possible == (date(2002, 1, 1), date(2003, 12, 31))
    assert row.certain == (date(2002, 12, 31), date(2003, 1, 1))
    assert not row.is_ongoing
    assert [row.may_hold_on(day) for day in ("2001", "2002-01-01", "2003", "2004")] == [
        False,
        True,
        True,
        False,
    ]
    assert [row.surely_held_in(day) for day in ("2002-12-30", "2002-12-31", "2003-01-02")] == [
        False,
        True,
        False,
    ]
    never = make_row("2005", within=(network,))
    assert (bar(never).pieces, never.may_hold_on("2005"), never.certain) == ([], False, None)


def test_an_event_is_a_point_in_the_middle_of_what_is_known_of_its_date():
    day = bar(make_row("2002-07-02", "2002-07-02", is_point=True), 2002, 2002)
    assert (day.point, day.pieces) == ("50%", [])
    year = bar(make_row("2002", "2002", is_point=True), 2001, 2004)
    assert (year.point, pieces(year.row, 2001, 2004)) == ("37.474%", [("both", "24.983%", "24.983%")])
    undated = bar(make_row("", is_point=True, end_bounds=(date.min, date.min)))
    assert (undated.point, undated.unknown_start) == ("0%", "0%")


def test_rows_share_lines_and_stand_below_each_other_where_they_would_overlap():
    rows = [
        make_row("2005", lane="b", group="membership"),
        make_row("2003", "2006"),
        make_row("2001", "2004"),
        make_row("2008", "2009"),
    ]
    (first, (lonely,)), (second, (lane,)) = draw(rows, Window.of_years(2000, 2009), TODAY)
    assert (first, second) == ("membership", "role")
    assert (lonely.bars[0].row.number, [bar.row.number for bar in lane.bars]) == (1, [2, 3, 4])
    assert [str(bar.row.start) for bar in lane.bars] == ["2001", "2003", "2008"]
    assert [bar.y // LANE_HEIGHT for bar in lane.bars] == [0, 1, 0]
    assert (lonely.height, lane.height) == (LANE_HEIGHT, 2 * LANE_HEIGHT)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (1986, 2026, "1990 2000 2010 2020"),
        (1990, 1999, "1990 1992 1994 1996 1998"),
        (2001, 2003, "2001 2002 2003"),
        (2014, 2014, "Jan 2014 Apr 2014 Jul 2014 Oct 2014"),
        (1, 9999, "2000 4000 6000 8000"),
    ],
)
def test_an_axis_has_as_many_years_as_a_phone_has_room_for(first, last, words):
    ticks = Window.of_years(first, last).ticks()
    assert " ".join(tick.words for tick in ticks if not tick.is_fine) == words
    assert all(0 <= float(tick.x.removesuffix("%")) < 100 for tick in ticks)


def test_a_window_moves_by_its_own_length_as_far_as_the_calendar_goes():
    nineties = Window.of_years(1990, 1999)
    assert [(window.first.year, window.last.year) for window in map(nineties.beside, (-1, 1))] == [
        (1980, 1989),
        (2000, 2009),
    ]
    assert (Window.of_years(1, 9).beside(-1), Window.of_years(9990, 9999).beside(1)) == (None, None)
    with pytest.raises(ValueError, match="lies before the first"):
        Window.of_years(2000, 1999)


def test_a_marked_period_is_cut_off_by_the_axis_or_left_out():
    window = Window.of_years(2001, 2004)
    mark = window.mark((date(2000, 7, 1), date(2001, 12, 31)), "a year")
    assert (mark.x, mark.width, mark.words, mark.anchor) == ("0%", "24.983%", "a year", "start")
    assert window.mark((date(2005, 1, 1), date(2005, 1, 1)), "") is None


def test_a_title_says_what_and_when_and_what_is_known_in_part_only():
    assert (
        make_row("1991", "", words="since 1991").title == "Lyon: chair, since 1991 (start known only as 1991)"
    )
    row = make_row("", "[..2021]", words="ended by 2021, date unknown")
    assert row.title == "Lyon: chair, ended by 2021, date unknown (start not known)"
