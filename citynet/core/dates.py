"""Partial dates: "1991", "September 2009", "in the nineties", by the vocabulary of ISO 8601-2 (EDTF).

A `PartialDate` is its EDTF text and behaves as a `str`, so it is stored, exported and compared for
equality as it was meant. It is never compared for order: that is what its two days are for.
"""

import calendar
import datetime
import re
from functools import cache

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from .text import fold

FIRST_DAY = datetime.date.min
LAST_DAY = datetime.date.max

# What stands before a date differs with its precision in most languages: «dal 1991», «da aprile 1991»,
# «dall’8 aprile 1991». So each precision has a text of its own to translate.
SINCE = {
    "day": pgettext_lazy("a day", "since %(date)s"),
    "month": pgettext_lazy("a month", "since %(date)s"),
    "year": pgettext_lazy("a year", "since %(date)s"),
    "decade": pgettext_lazy("a decade", "since the %(date)s"),
}
UNTIL = {
    "day": pgettext_lazy("a day", "until %(date)s"),
    "month": pgettext_lazy("a month", "until %(date)s"),
    "year": pgettext_lazy("a year", "until %(date)s"),
    "decade": pgettext_lazy("a decade", "until the %(date)s"),
}
AFTER = {
    "day": pgettext_lazy("a day", "after %(date)s"),
    "month": pgettext_lazy("a month", "after %(date)s"),
    "year": pgettext_lazy("a year", "after %(date)s"),
    "decade": pgettext_lazy("a decade", "after the %(date)s"),
}
BY = {
    "day": pgettext_lazy("a day", "by %(date)s, date unknown"),
    "month": pgettext_lazy("a month", "by %(date)s, date unknown"),
    "year": pgettext_lazy("a year", "by %(date)s, date unknown"),
    "decade": pgettext_lazy("a decade", "by the %(date)s, date unknown"),
}

# What people write around numbers and names of months, in all of our languages at once: folded.
DECADES = {
    word: 5 + number
    for words in (
        "fifties sixties seventies eighties nineties",
        "cinquanta sessanta settanta ottanta novanta",
        "cinquante soixante soixante-dix quatre-vingt quatre-vingt-dix",
        "funfziger sechziger siebziger achtziger neunziger",
        "cincuenta sesenta setenta ochenta noventa",
    )
    for number, word in enumerate(words.split())
}
OF_A_DECADE = (
    r"(?:(?:in|the|gli|negli|anni|les|dans|annees|die|in den|los|en|anos|decada de(?: los)?|1900er) )*"
)
UNKNOWN = {
    *("?", "unknown", "date unknown", "sconosciuta", "data sconosciuta", "data non nota"),
    *("inconnue", "date inconnue", "unbekannt", "datum unbekannt", "datum nicht bekannt"),
    *("desconocida", "fecha desconocida", "sin fecha conocida"),
}
NOT_LATER = (
    r"by(?: the)?|not later than|entro(?: il| l'| gli)?|(?:au )?plus tard(?: le| en| dans les)?(?: :)?|bis"
    r"|(?:bis )?spatestens(?: am| in den)?|(?:a )?mas tardar(?: el| en)?|como muy tarde(?: el| en)?(?: la)?"
)
EARLIER = r"before|prima del(?: |l')|prima di|avant(?: le)?|vor(?: dem)?|antes del?"
ON = r"(?:(?:on|in|il|lo|nel|le|en|au|am|im|den|el|del|a) |l'|nell'|dell')?"
# Italian joins the words before a number or a month that begins with a vowel: dall'8 aprile, fino ad aprile.
JOINED = {
    "it": ((r"\b(da|a)l (?=(?:8|11) )", r"\1ll'"), (r"\bil (?=(?:8|11) )", "l'"), (r"\ba (?=a)", "ad ")),
}
FIRST = {"fr": "1er", "it": "1º"}  # of a month, which both languages count and do not number


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
            return PartialDate(self[3:-1]).after(BY)
        if self.precision == "decade":
            return _("%(year)ss") % {"year": f"{self[:3]}0"}
        if self.precision == "year":
            return str(self)
        if self.precision == "month":
            return date_format(self.earliest, "YEAR_MONTH_FORMAT")
        return day_words(self.earliest)

    def after(self, words):
        """Write the date behind the words that its precision asks for, as in SINCE: `since the 1990s`."""
        said = words[self.precision] % {"date": self.words()}
        for apart, joined in JOINED.get(translation.get_language(), ()):
            said = re.sub(apart, joined, said)
        return said


def day_words(day, format="DATE_FORMAT"):
    """Write a day, or that of a moment, as the active language does: `15 October 2015`, `1er juin 1995`.

    `format` is one that begins with the day of the month, such as MONTH_DAY_FORMAT.
    """
    words = date_format(day, format)
    return f"{day_of_month(1)}{words.removeprefix('1')}" if day.day == 1 else words


def day_of_month(number):
    """Write the number of a day before its month: `15`, but `1er` in French."""
    return FIRST.get(translation.get_language(), "1") if number == 1 else str(number)


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
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for names in (MONTHS, MONTHS_3):
                for number, name in names.items():
                    numbers.setdefault(fold(str(name)).strip("."), number)
    return numbers


def _to_edtf(words, today=None):
    """Turn people's words into EDTF text; what is not understood is given back for `_read_edtf` to judge."""
    if len(words) > 60:
        _refuse(words)
    text = fold(words).replace("’", "'").strip(" .")
    if text in UNKNOWN:
        return f"[..{(today or timezone.localdate()).isoformat()}]"
    unknown = "|".join(re.escape(word) for word in UNKNOWN)
    if match := re.fullmatch(rf"(?:{NOT_LATER}|\[?\.\.) ?([^\]]+?)(?:, (?:{unknown}))?\]?", text):
        return f"[..{_to_edtf(match[1], today)}]"
    if match := re.fullmatch(rf"(?:{EARLIER}) ?(.+)", text):
        earliest = PartialDate(_to_edtf(match[1], today)).earliest
        if earliest == FIRST_DAY:
            _refuse(words)
        return f"[..{(earliest - datetime.timedelta(days=1)).isoformat()}]"
    if match := re.fullmatch(rf"({OF_A_DECADE})(\d{{3}})(?:0'?(s|er)?|(x))(?:[ -]jahren?)?", text):
        if any((match[1].strip() not in ("", "in", "en"), match[3], match[4])):
            return f"{match[2]}X"
    if match := re.fullmatch(rf"({OF_A_DECADE})'?([5-9])0'?(s|er)?(?:[ -]jahren?)?", text):
        if match[1] or match[3]:
            return f"19{match[2]}X"
    if match := re.fullmatch(rf"{OF_A_DECADE}([a-z-]+)(?:[ -]jahren?)?", text):
        if match[1] in DECADES:
            return f"19{DECADES[match[1]]}X"
    text = re.sub(rf"^{ON}(?=\w)", "", text)
    if re.fullmatch(r"\d{4}", text) and not words.isdecimal():
        return text
    if match := re.fullmatch(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?", text):
        return "-".join([match[1], *(part.zfill(2) for part in match.groups()[1:] if part)])
    if match := re.fullmatch(r"(?:(\d{1,2})[-/.] ?)?(\d{1,2})[-/.] ?(\d{4})", text):
        day, month, year = match.groups()
        return "-".join([year, month.zfill(2), *([day.zfill(2)] if day else [])])
    months = _month_numbers()
    day_first = re.fullmatch(
        r"(?:(\d{1,2})(?:st|nd|rd|th|er|\.|o|°)? (?:de )?)?([a-z]+)\.?,? (?:del? )?(\d{4})", text
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
