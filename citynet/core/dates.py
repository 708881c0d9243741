"""Partial dates: "1991", "September 2009", "in the nineties", by the vocabulary of ISO 8601-2 (EDTF).

A `PartialDate` is its EDTF text and behaves as a `str`, so it is stored, exported and compared for
equality as it was meant. It is never compared for order: that is what its two days are for.
"""

import calendar
import datetime
import re
from functools import cache

from django.utils import timezone, translation
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .text import fold

FIRST_DAY = datetime.date.min
LAST_DAY = datetime.date.max

LANGUAGES_READ = ("en", "it", "fr", "de", "es")
DECADES = {"fifties": 5, "sixties": 6, "seventies": 7, "eighties": 8, "nineties": 9}


class PartialDate(str):
    """A date as exactly as it is known: `2015-10-15`, `2009-09`, `1991`, `199X` or `[..2021-09-27]`.

    The last form, "some day not later than", is EDTF level 2 and stands for "ended, date unknown".
    The empty text is "not given". Raises ValueError, with a sentence for people, on anything else.
    """

    __slots__ = ("earliest", "latest", "precision")

    def __new__(cls, text=""):
        self = super().__new__(cls, text)
        self.precision, self.earliest, self.latest = _read_edtf(str(text))
        return self

    def __reduce__(self):
        return (PartialDate, (str(self),))

    @classmethod
    def parse(cls, words, today=None):
        """Give the PartialDate that somebody's words mean: `Sept 2009`, `15/10/2015`, `the nineties`.

        Numbers with slashes or dots are day first, as in Europe. "unknown" means some day not later
        than today. Raises ValueError with a sentence for people.
        """
        if isinstance(words, datetime.date):
            return cls(words.isoformat())
        return cls(_to_edtf(" ".join(str(words or "").split()), today))

    @staticmethod
    def refusal(words):
        """Say that the words are no date, and what can be written."""
        return _(
            "“%(words)s” is not a date we can read. Write a year (1991), a month (2009-09 or Sept 2009), "
            "a day (2015-10-15 or 15/10/2015), a decade (1990s), or “by 2015”."
        ) % {"words": words[:40]}

    @staticmethod
    def too_open(words):
        """Say that the words are a date, but none that can be asked about: "by 2015"."""
        return _("“%(words)s” leaves open when it was. Ask about a day, a month, a year or a decade.") % {
            "words": words[:40]
        }

    def words(self):
        """Write the date as it was known, in the active language: `September 2009`, `1990s`."""
        if not self:
            return ""
        if self.precision == "by":
            return _("by %(date)s, date unknown") % {"date": PartialDate(self[3:-1]).words()}
        if self.precision == "decade":
            return _("%(year)ss") % {"year": f"{self[:3]}0"}
        if self.precision == "year":
            return str(self)
        if self.precision == "month":
            return date_format(self.earliest, "YEAR_MONTH_FORMAT")
        return date_format(self.earliest, "DATE_FORMAT")


def _refuse(words):
    raise ValueError(PartialDate.refusal(words))


def _read_edtf(text):
    """Give (precision, earliest day, latest day) of an EDTF text, or raise ValueError."""
    if not text:
        return "", FIRST_DAY, LAST_DAY
    if not text.isascii():
        _refuse(text)
    try:
        if re.fullmatch(r"\[\.\.[^.\[]+\]", text):
            return "by", FIRST_DAY, PartialDate(text[3:-1]).latest
        if re.fullmatch(r"\d{3}X", text):
            year = int(text[:3]) * 10
            return "decade", datetime.date(max(year, 1), 1, 1), datetime.date(year + 9, 12, 31)
        if re.fullmatch(r"\d{4}", text):
            return "year", datetime.date(int(text), 1, 1), datetime.date(int(text), 12, 31)
        if re.fullmatch(r"\d{4}-\d\d", text):
            year, month = int(text[:4]), int(text[5:])
            last = calendar.monthrange(year, month)[1]
            return "month", datetime.date(year, month, 1), datetime.date(year, month, last)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            day = datetime.date.fromisoformat(text)
            return "day", day, day
    except (ValueError, calendar.IllegalMonthError):
        raise ValueError(_("There is no such date as “%(text)s”.") % {"text": text}) from None
    _refuse(text)


@cache
def _month_numbers():
    """Map folded month names, long and short, of every language we read to 1…12."""
    numbers = {"sept": 9}
    for language in LANGUAGES_READ:
        with translation.override(language):
            for names in (MONTHS, MONTHS_3):
                for number, name in names.items():
                    numbers.setdefault(fold(str(name)).strip("."), number)
    return numbers


def _to_edtf(words, today=None):
    """Turn people's words into EDTF text; what is not understood is given back for `_read_edtf` to judge."""
    if len(words) > 60:
        _refuse(words)
    text = fold(words).strip(" .")
    if text in ("unknown", "date unknown", "?"):
        return f"[..{(today or timezone.localdate()).isoformat()}]"
    if match := re.fullmatch(r"(?:by|\[?\.\.|not later than) ?([^\]]+?)(?:, date unknown)?\]?", text):
        return f"[..{_to_edtf(match[1], today)}]"
    if match := re.fullmatch(r"before (.+)", text):
        earliest = PartialDate(_to_edtf(match[1], today)).earliest
        if earliest == FIRST_DAY:
            _refuse(words)
        return f"[..{(earliest - datetime.timedelta(days=1)).isoformat()}]"
    if match := re.fullmatch(r"(?:in )?(?:the )?(\d{3})(?:0'?s|x)", text):
        return f"{match[1]}X"
    if match := re.fullmatch(r"(?:in )?(?:the )?(\w+)", text):
        if match[1] in DECADES:
            return f"19{DECADES[match[1]]}X"
    if match := re.fullmatch(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?", text):
        return "-".join([match[1], *(part.zfill(2) for part in match.groups()[1:] if part)])
    if match := re.fullmatch(r"(?:(\d{1,2})[-/.] ?)?(\d{1,2})[-/.] ?(\d{4})", text):
        day, month, year = match.groups()
        return "-".join([year, month.zfill(2), *([day.zfill(2)] if day else [])])
    months = _month_numbers()
    day_first = re.fullmatch(
        r"(?:(\d{1,2})(?:st|nd|rd|th|er|\.|o)? (?:de )?)?([a-z]+)\.?,? (?:de )?(\d{4})", text
    )
    if day_first and day_first[2] in months:
        day, month, year = day_first.groups()
        return "-".join([year, f"{months[month]:02}", *([day.zfill(2)] if day else [])])
    month_first = re.fullmatch(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", text)
    if month_first and month_first[1] in months:
        month, day, year = month_first.groups()
        return f"{year}-{months[month]:02}-{day.zfill(2)}"
    return words


def period_of(day):
    """Give (earliest, latest) day of a `date`, a PartialDate or its text.

    A pair of days, or of expressions that a statement computes for each row, is given back as it is.
    """
    if isinstance(day, tuple):
        return day
    if isinstance(day, datetime.datetime):
        day = day.date()
    if isinstance(day, datetime.date):
        return day, day
    day = day if isinstance(day, PartialDate) else PartialDate(day)
    return day.earliest, day.latest
