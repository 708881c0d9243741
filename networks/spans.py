"""When several dated facts held at the same time, in words, as far as their partial dates tell.

A fact with partial dates may have lasted from its earliest start to its latest end, and lasted for certain from
its latest start to its earliest end. So facts *surely* met when they did whatever their dates turn out to be,
and *possibly* met when there are dates for which they did.
"""

from dataclasses import dataclass
from datetime import date
from itertools import permutations, product
from types import SimpleNamespace

from django.utils.translation import gettext as _

from citynet.core.dates import FIRST_DAY, LAST_DAY, PartialDate
from citynet.core.templatetags.citynet import period

MOST_SPANS = 8  # of one party that are set against the others'


@dataclass(frozen=True)
class Span:
    """A period with partial ends, with the days between which each end lies."""

    start: PartialDate
    end: PartialDate
    start_earliest: date
    start_latest: date
    end_earliest: date
    end_latest: date

    @property
    def begun(self):
        """The day by which it had begun for certain."""
        return min(self.start_latest, self.end_latest)

    @property
    def lasting(self):
        """The day until which it lasted at least."""
        return max(self.end_earliest, self.start_earliest)


def span_of(row, whole=None, is_part=False):
    """Give the Span of a dated row, within the life of the network or project that it belongs to.

    A row that `is_part` of the whole lasted as long as it did, unless it says otherwise: a partner of a
    project that gives no dates of its own has the project's.
    """
    start, end = row.start, row.end
    start_earliest, start_latest = row.start_earliest, row.start_latest
    end_earliest, end_latest = row.end_earliest, row.end_latest
    if whole:
        if is_part and not start:
            start, start_latest = whole.start, min(start_latest, whole.start_latest)
        if not end and whole.end:
            end, end_earliest = whole.end, min(end_earliest, whole.end_earliest)
        start_earliest = max(start_earliest, whole.start_earliest)
        end_latest = min(end_latest, whole.end_latest)
    return Span(start, end, start_earliest, start_latest, end_earliest, end_latest)


@dataclass(frozen=True)
class Meeting:
    """A time at which several facts held together; `is_sure` when their dates leave no doubt."""

    is_sure: bool
    first_day: date
    last_day: date
    words: str


def meeting(spans):
    """Give the Meeting of spans, one of each party, or None if they never held at the same time."""
    first_day = max(span.start_earliest for span in spans)
    last_day = min(span.end_latest for span in spans)
    if first_day > last_day or any(span.start_earliest > span.end_latest for span in spans):
        return None
    is_sure = all(one.begun <= other.lasting for one, other in permutations(spans, 2))
    begun, lasting = max(span.begun for span in spans), min(span.lasting for span in spans)
    is_ongoing = last_day == LAST_DAY
    if is_sure:
        start = date_between([span.start for span in spans], first_day, begun)
        end = date_between([span.end for span in spans], lasting, last_day)
    else:
        start = narrowest(span.start for span in spans if span.start_earliest == first_day)
        end = narrowest(span.end for span in spans if span.end_latest == last_day)
    if is_ongoing:
        end = PartialDate("")
    else:
        end = end or PartialDate(f"[..{last_day.isoformat()}]")
    words = _("today") if is_ongoing and not start else period(SimpleNamespace(start=start, end=end))
    if is_sure and not start and first_day != FIRST_DAY:
        words = _("%(period)s, not before %(day)s") % {
            "period": words,
            "day": earliest_words(spans, first_day),
        }
    if is_ongoing:
        words = together_words(len(spans)) % {"period": words}
    if not is_sure:
        words = _("possibly %(period)s") % {"period": words}
    return Meeting(is_sure, first_day, last_day, words)


def together_words(number):
    """Say that so many of them go on: "both since 2014"."""
    return {
        2: _("both %(period)s"),
        3: _("all three %(period)s"),
        4: _("all four %(period)s"),
    }[number]


def date_between(dates, earliest, latest):
    """Give the one of the dates that stands for a day between the two: the narrowest, none if none holds both."""
    return narrowest(given for given in dates if given.earliest <= earliest and latest <= given.latest)


def narrowest(dates):
    """Give the date that says most, the empty one if there is none."""
    known = [given for given in dates if given]
    return min(known, key=lambda given: (given.latest - given.earliest, str(given)), default=PartialDate(""))


def earliest_words(spans, day):
    """Give the words of the date that a first possible day comes from."""
    known = [span.start for span in spans if span.start and span.start.earliest == day]
    return (known[0] if known else PartialDate(day.isoformat())).words()


def meetings(parties):
    """Give the Meetings of parties, each a list of its Spans, earliest first; one within another is left out."""
    found = [meeting(spans) for spans in product(*(spans[:MOST_SPANS] for spans in parties))]
    found = sorted(
        {each for each in found if each}, key=lambda each: (each.first_day, each.last_day, each.words)
    )
    return [
        each
        for each in found
        if not any(
            other is not each
            and other.first_day <= each.first_day
            and each.last_day <= other.last_day
            and other.is_sure >= each.is_sure
            and (other.first_day, other.last_day, other.is_sure)
            != (each.first_day, each.last_day, each.is_sure)
            for other in found
        )
    ]
