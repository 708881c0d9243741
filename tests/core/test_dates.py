import datetime
import pickle

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from citynet.core.dates import FIRST_DAY, LAST_DAY, SINCE, UNTIL, PartialDate, period_of

DAY = datetime.date

READ = [
    ("1991", "1991", "year"),
    ("2009-09", "2009-09", "month"),
    ("2009/9", "2009-09", "month"),
    ("09/2009", "2009-09", "month"),
    ("Sept 2009", "2009-09", "month"),
    ("Sept. 2009", "2009-09", "month"),
    ("  september   2009 ", "2009-09", "month"),
    ("settembre 2009", "2009-09", "month"),
    ("août 2009", "2009-08", "month"),
    ("1 März 2010", "2010-03-01", "day"),
    ("1er mars 2010", "2010-03-01", "day"),
    ("15 de octubre de 2015", "2015-10-15", "day"),
    ("2015-10-15", "2015-10-15", "day"),
    ("15/10/2015", "2015-10-15", "day"),
    ("3.4.2019", "2019-04-03", "day"),
    ("3/4/2019", "2019-04-03", "day"),
    ("15 October 2015", "2015-10-15", "day"),
    ("October 15, 2015", "2015-10-15", "day"),
    ("1990s", "199X", "decade"),
    ("in the nineties", "199X", "decade"),
    ("199x", "199X", "decade"),
    ("by 2015", "[..2015]", "by"),
    ("before 2015", "[..2014-12-31]", "by"),
    ("", "", ""),
]


@pytest.mark.parametrize(("words", "edtf", "precision"), READ)
def test_people_words_are_read(words, edtf, precision):
    date = PartialDate.parse(words)
    assert (str(date), date.precision) == (edtf, precision)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2015-10-15", DAY(2015, 10, 15), DAY(2015, 10, 15)),
        ("2012-02", DAY(2012, 2, 1), DAY(2012, 2, 29)),
        ("2014", DAY(2014, 1, 1), DAY(2014, 12, 31)),
        ("199X", DAY(1990, 1, 1), DAY(1999, 12, 31)),
        ("[..2021-09-27]", FIRST_DAY, DAY(2021, 9, 27)),
        ("[..2015]", FIRST_DAY, DAY(2015, 12, 31)),
        ("", FIRST_DAY, LAST_DAY),
    ],
)
def test_a_date_spans_the_days_that_its_words_allow(text, earliest, latest):
    assert (PartialDate(text).earliest, PartialDate(text).latest) == (earliest, latest)


@pytest.mark.parametrize(
    "words",
    [
        "2026-02-30",
        "2021-02-29",
        "2021-13",
        "2021-00",
        "0000",
        "10000",
        "soon",
        "31/04/2020",
        "2020/..",
        "３",
        "1991\x00",
    ]
    + ["[..]", "[..[..2015]]", "before 0001", "by by 2015", "2015-1015", "x" * 9000],
)
def test_what_is_no_date_is_refused_with_a_sentence(words):
    with pytest.raises(ValueError, match=r"is not a date we can read|There is no such date"):
        PartialDate.parse(words)


def test_unknown_means_some_day_not_later_than_today():
    date = PartialDate.parse("unknown", today=DAY(2026, 11, 22))
    assert (str(date), date.latest) == ("[..2026-11-22]", DAY(2026, 11, 22))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1991", "1991"),
        ("2009-09", "September 2009"),
        ("2015-10-15", "15 October 2015"),
        ("199X", "1990s"),
        ("[..2021-09-27]", "by 27 September 2021, date unknown"),
        ("", ""),
    ],
)
def test_a_date_is_written_as_it_was_known(text, words):
    assert PartialDate(text).words() == words


def test_a_date_is_written_in_the_readers_language():
    with translation.override("it"):
        assert PartialDate("2009-09").words() == "settembre 2009"


def test_a_date_is_read_as_people_write_it_in_each_language():
    for meaning, words in {
        "1995-06": ("giugno 1995", "juin 1995", "Juni 1995", "junio de 1995", "im Juni 1995"),
        "1995-06-01": (
            "1º giugno 1995",
            "il 1° giugno 1995",
            "1er juin 1995",
            "1. Juni 1995",
            "1 de junio de 1995",
        ),
        "2015-10-15": (
            "15.10.2015",
            "le 15 octobre 2015",
            "am 15. Oktober 2015",
            "el 15 de octubre del 2015",
        ),
        "1962-10-08": ("l’8 ottobre 1962", "dell'8 ottobre 1962"),
        "199X": (
            "anni ’90",
            "negli anni novanta",
            "les années 1990",
            "1990er-Jahre",
            "los años 90",
            "neunziger Jahre",
        ),
        "[..2015]": ("entro il 2015", "au plus tard en 2015", "spätestens 2015", "a más tardar en 2015"),
        "[..2014-12-31]": ("prima del 2015", "avant 2015", "vor 2015", "antes de 2015"),
    }.items():
        assert {str(PartialDate.parse(text)) for text in words} == {meaning}, words


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("en", "1 June 1995", "June 1995"),
        ("it", "1º giugno 1995", "giugno 1995"),
        ("fr", "1er juin 1995", "juin 1995"),
        ("de", "1. Juni 1995", "Juni 1995"),
        ("es", "1 de junio de 1995", "junio de 1995"),
    ],
)
def test_a_date_in_a_language_is_read_again_as_it_was_written(language, day, month):
    with translation.override(language):
        assert (PartialDate("1995-06-01").words(), PartialDate("1995-06").words()) == (day, month)
        for text in ("1995-06-01", "2015-10-15", "1995-06", "1995", "199X"):
            assert PartialDate.parse(PartialDate(text).words()) == text


@pytest.mark.parametrize(
    ("language", "text", "since", "until", "by"),
    [
        ("it", "1962-10-08", "dall'8 ottobre 1962", "fino all'8 ottobre 1962", "entro l'8 ottobre 1962"),
        ("it", "2018-10-18", "dal 18 ottobre 2018", "fino al 18 ottobre 2018", "entro il 18 ottobre 2018"),
        ("it", "1991-04", "da aprile 1991", "fino ad aprile 1991", "entro aprile 1991"),
        ("it", "1991", "dal 1991", "fino al 1991", "entro il 1991"),
        ("it", "199X", "dagli anni 1990", "fino agli anni 1990", "entro gli anni 1990"),
        (
            "fr",
            "1991-04-01",
            "depuis le 1er avril 1991",
            "jusqu’au 1er avril 1991",
            "au plus tard le 1er avril 1991",
        ),
        ("fr", "1991-04", "depuis avril 1991", "jusqu’en avril 1991", "au plus tard en avril 1991"),
        ("fr", "1991", "depuis 1991", "jusqu’en 1991", "au plus tard en 1991"),
        (
            "fr",
            "199X",
            "depuis les années 1990",
            "jusque dans les années 1990",
            "au plus tard dans les années 1990",
        ),
        (
            "de",
            "1991-04-08",
            "seit dem 8. April 1991",
            "bis zum 8. April 1991",
            "spätestens am 8. April 1991",
        ),
        ("de", "1991-04", "seit April 1991", "bis April 1991", "spätestens im April 1991"),
        ("de", "1991", "seit 1991", "bis 1991", "spätestens 1991"),
        (
            "de",
            "199X",
            "seit den 1990er-Jahren",
            "bis in die 1990er-Jahre",
            "spätestens in den 1990er-Jahren",
        ),
        (
            "es",
            "1991-04-08",
            "desde el 8 de abril de 1991",
            "hasta el 8 de abril de 1991",
            "como muy tarde el 8 de abril de 1991",
        ),
        ("es", "1991-04", "desde abril de 1991", "hasta abril de 1991", "como muy tarde en abril de 1991"),
        ("es", "1991", "desde 1991", "hasta 1991", "como muy tarde en 1991"),
        (
            "es",
            "199X",
            "desde la década de 1990",
            "hasta la década de 1990",
            "como muy tarde en la década de 1990",
        ),
    ],
)
def test_what_stands_before_a_date_fits_it_and_is_read_again(language, text, since, until, by):
    date, last = PartialDate(text), PartialDate(f"[..{text}]")
    with translation.override(language):
        assert (date.after(SINCE), date.after(UNTIL), last.words().partition(",")[0]) == (since, until, by)
        assert PartialDate.parse(last.words()) == last


def test_a_partial_date_survives_pickling():
    date = pickle.loads(pickle.dumps(PartialDate("2009-09")))
    assert (date, date.latest) == (PartialDate("2009-09"), DAY(2009, 9, 30))


any_date = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.dates().map(lambda day: day.isoformat()[:7]),
    st.dates().map(lambda day: day.isoformat()[:4]),
    st.integers(100, 999).map(lambda decade: f"{decade}X"),
    st.dates().map(lambda day: f"[..{day.isoformat()}]"),
)


@given(any_date)
def test_what_is_written_is_read_again_as_the_same(text):
    date = PartialDate(text)
    assert PartialDate.parse(date) == date
    assert PartialDate.parse(date.words()) == date


@given(st.text(max_size=70))
def test_any_text_is_read_or_refused_and_never_breaks(words):
    try:
        date = PartialDate.parse(words)
    except ValueError as error:
        assert str(error)
    else:
        assert date.earliest <= date.latest


def test_a_period_is_taken_of_days_moments_and_texts():
    assert period_of(DAY(2020, 5, 1)) == (DAY(2020, 5, 1), DAY(2020, 5, 1))
    assert period_of(datetime.datetime(2020, 5, 1, 23)) == (DAY(2020, 5, 1), DAY(2020, 5, 1))
    assert period_of("1995") == (DAY(1995, 1, 1), DAY(1995, 12, 31))
