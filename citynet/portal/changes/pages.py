"""What changed between two days: the page with its form, and the file of the same rows."""

import datetime
from functools import cached_property
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from citynet.core.dates import PartialDate
from citynet.core.filters import Choices, Day, ListFilter, MenuFilter, keys_of
from citynet.core.lists import COUNT_CAP, LABELS, MAX_SKIPPED, FilteredListView, Page
from citynet.core.rows import rows_response
from citynet.core.structured import origin_of
from networks.filters import NETWORKS, CityNames
from networks.models import Network

from .between import USUAL, Changes, Kind
from .feed import ChangesFeed

MEDIA_TYPES = {"csv": "text/csv", "atom": "application/atom+xml"}
DECADES = ("199X", "200X", "201X")
ICONS = {
    Kind.FOUNDED: "network",
    Kind.DISSOLVED: "network",
    Kind.JOINED: "plus",
    Kind.LEFT: "minus",
    Kind.TOOK_OFFICE: "chair",
    Kind.LEFT_OFFICE: "chair",
    Kind.NEW_GROUP: "group",
    Kind.GROUP_DISSOLVED: "group",
    Kind.EVENT: "event",
    Kind.DOCUMENT: "document",
    Kind.FIGURE: "source",
    Kind.PROJECT_STARTED: "project",
    Kind.PROJECT_ENDED: "project",
    Kind.TWINNED: "link",
    Kind.UNTWINNED: "link",
    Kind.POSSIBLE: "info",
}
COLUMNS = (
    "day",
    "date",
    "date_precision",
    "change",
    "who",
    "what",
    "about",
    "networks",
    "city",
    "city_slug",
    "approximate",
    "reason",
    "address",
    "source_publisher",
    "source_title",
    "source_url",
)


class ChangeFilter(ListFilter):
    """What a visitor may ask: between which days, and about which networks, cities and kinds of changes."""

    from_ = Day(gettext_lazy("From"), help_text=gettext_lazy("A day, month or year; its first day counts."))
    to = Day(gettext_lazy("To"), help_text=gettext_lazy("Its last day counts; empty for today."))
    network = MenuFilter(NETWORKS, gettext_lazy("Network"))
    city = CityNames(gettext_lazy("City"))
    kind = Choices(Kind.choices, gettext_lazy("Kind of change"))
    q = None

    in_sight = ("from", "to")
    nouns = ngettext_lazy("change", "changes", 1), ngettext_lazy("change", "changes", 2)

    @cached_property
    def days(self):
        """The first and the last day: a year to today, unless the address says otherwise."""
        last = self.given["to"].latest if self.given["to"] else timezone.localdate()
        first = self.given["from"].earliest if self.given["from"] else year_before(last)
        return first, last

    @cached_property
    def changes(self):
        def keys(name):
            return keys_of(self.given[name]) if self.given[name] else None

        kinds = keys("kind")
        return Changes(*self.days, keys("network"), keys("city"), USUAL if kinds is None else kinds)

    @cached_property
    def counts(self):
        """How many changes there are of each kind; those of networks are not counted, nor very many."""
        numbers = self.changes.counts
        return {
            "network": None,
            "kind": {kind.value: None if numbers[kind] > COUNT_CAP else numbers[kind] for kind in Kind},
        }


def year_before(day):
    """Give the same day of the year before; of 29 February the 28th."""
    year = max(day.year - 1, datetime.MINYEAR)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def month_before(day):
    """Give the same day of the month before, or its last one."""
    last = day.replace(day=1) - datetime.timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


class ChangesPage(FilteredListView):
    """What changed, newest first, as a page, as a CSV file and as an Atom feed of the same rows."""

    model = Network
    filterset_class = ChangeFilter
    formats = ("csv", "atom")
    views = ("time",)
    title = gettext_lazy("What changed")

    def get_template_names(self):
        return ["portal/changes.html"]

    def download(self, filters, format):
        if format == "atom":
            return ChangesFeed()(self.request, page=self, filters=filters)
        origin = origin_of(self.request)
        rows = (cells(change, origin) for change in filters.changes)
        return rows_response(self.request, COLUMNS, rows, "changes")

    def download_address(self, filters, format):
        query = filters.query()
        return f"{reverse(f'changes_{format}')}{'?' if query else ''}{query}"

    def downloads(self, filters):
        return [
            {
                "label": LABELS[format],
                "media_type": MEDIA_TYPES[format],
                "address": self.download_address(filters, format),
            }
            for format in self.formats
        ]

    def canonical_page(self, filters):
        """Give the address of the page of the same changes as a file has."""
        query = filters.query()
        return f"{reverse('changes')}{'?' if query else ''}{query}"

    def ways(self, filters, current):
        return []

    def offers(self, filters, chips):
        return []

    def page(self, filters, size, problems):
        """Give the Page of changes: by the key of the one at its edge, else by its number."""
        found, number = filters.changes, self.page_number(problems)
        after, before = (self.key_at(name) for name in ("after", "before"))
        if number > 1 and after:
            keys = found.keys(size + 1, after=after)
            return self.shown(found, number, keys[:size], len(keys) > size, True, size)
        if number > 1 and before:
            keys = found.keys(size + 1, before=before)
            if len(keys) > size:
                return self.shown(found, number, keys[-size:], True, True, size)
            number = 1
        if number > MAX_SKIPPED // size:
            problems.append(_("So far on, pages cannot be reached by their number. This is the first one."))
            number = 1
        keys = found.keys(number * size + 1)[(number - 1) * size :]
        if not keys and number > 1:
            problems.append(
                _("There is no page %(number)d of these results. This is the first one.") % {"number": number}
            )
            number, keys = 1, found.keys(size + 1)
        return self.shown(found, number, keys[:size], len(keys) > size, number > 1, size)

    def shown(self, found, number, keys, has_next, has_previous, size):
        return Page(number, found.read(keys), found.total, has_next, has_previous, size)

    def key_at(self, name):
        """Give the key that the address has under the name, or None if it is no such key."""
        day, _dash, rest = self.request.GET.get(name, "").strip().rpartition("-")
        day, _dash, number = day.rpartition("-")
        try:
            return datetime.date.fromisoformat(day), int(number), int(rest)
        except ValueError:
            return None

    def context(self, filters):
        context = super().context(filters)
        page, (first, last) = context["page"], filters.days
        return {
            **context,
            "noun": ngettext("change", "changes", page.total),
            "exact": "",
            "first": first,
            "last": last,
            "years": by_year(page.rows),
            "spans": self.spans(filters),
            "keep": self.kept(filters, **{"from": timezone.localdate().isoformat()}),
            "about": [pick.words for name, pick in filters.used if name in ("network", "city")],
            "feed": next(file for file in context["downloads"] if "atom" in file["media_type"]),
        }

    def kept(self, filters, **days):
        """Give the address about the same networks, cities and kinds between other days."""
        pairs = [(name, pick) for name, pick in filters.used if name not in ("from", "to")]
        query = urlencode([*days.items(), *((name, pick.value) for name, pick in pairs)])
        return f"{self.request.path}?{query}" if query else self.request.path

    def spans(self, filters):
        """Give the spans that are a press away: (words, address, whether it is the present one)."""
        today = timezone.localdate()
        spans = [
            (_("the last month"), {"from": month_before(today).isoformat()}),
            (_("the last year"), {}),
            *(
                (_("%(decade)s") % {"decade": PartialDate(text).words()}, {"from": text, "to": text})
                for text in DECADES
            ),
        ]
        networks = filters.given["network"] or ()
        if len(networks) == 1:
            start = Network.objects.filter(pk__in=keys_of(networks)).values_list("start", flat=True).first()
            if start and start.precision != "by":
                spans.append((_("since the founding"), {"from": str(start)}))
        asked = {name: pick.value for name, pick in filters.used if name in ("from", "to")}
        return [(words, self.kept(filters, **days), days == asked) for words, days in spans]


NAMED = (Kind.EVENT, Kind.DOCUMENT, Kind.FIGURE)  # kinds of which the sentence does not speak


def write(row):
    """Write what the template shows of a change: the sentence with its links, its icon, and its kind."""

    def link(record):
        address = row.address_of(record)
        if not address:
            return format_html("<b>{}</b>", record)
        return format_html('<a href="{}">{}</a>', address, record)

    return {
        "row": row,
        "sentence": mark_safe(row.sentence(link, conditional_escape)),
        "icon": ICONS[row.kind],
        "kind": row.kind.label if row.kind in NAMED else row.about if row.who is row.fact else "",
    }


def by_year(rows):
    """Give [(year, [(when, written rows)])]: what has the same day and words for its date is together."""
    years = []
    for year, of_year in groupby(rows, key=lambda row: row.day.year):
        days = []
        for _day, of_day in groupby(of_year, key=lambda row: row.day):
            by_words = {}
            for row in of_day:
                by_words.setdefault(row.when, []).append(write(row))
            days += by_words.items()
        years.append((year, days))
    return years


def cells(change, origin):
    """Give the cells of a change, in the order of COLUMNS."""
    city, source = change.city, change.source
    return (
        change.day.isoformat(),
        str(change.date),
        change.date.precision,
        change.kind.value,
        change.who_words,
        str(change.what or ""),
        change.about,
        "; ".join(network.slug for network in change.networks),
        city and city.name,
        city and city.slug,
        change.approx,
        change.reason,
        origin + change.address if change.address else "",
        source and source.publisher,
        source and source.title,
        source and source.url,
    )
