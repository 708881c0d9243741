"""The one public list: what every list page and every download of it do alike.

A list is a model, a filter set and its columns::

    class CityList(FilteredListView):
        model = City
        filterset_class = CityFilter
        columns = COLUMNS[City]

with two addresses, `cities/` named `city_list` and `cities.<str:format>` named `city_download`. It costs
at most 8 SQL statements, whatever the number of rows: their ids with how many there are (capped), the rows,
the menus of the form, names that were typed, what `complete` adds, and what would be found instead when
nothing is.

Beside the filters an address says how the list is shown: `view=cards`, `rows=50`, `page=3` with
`after=bologna` or `before=bologna` (the slug of the row at the edge), and `exact=on` for the exact number
of results where they are many. None of it is kept anywhere else.
"""

import copy
import re
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.db.models import IntegerField, Subquery
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateResponseMixin, View

from .caching import public_page
from .citing import FILES as CITED
from .citing import citation_file, cite
from .dates import PartialDate
from .days import AskedDay
from .export import FORMATS, export_response
from .feed import MEDIA_TYPE as ATOM
from .filters.facets import sql_of
from .keyset import beyond
from .structured import breadcrumbs, dataset, origin_of

ROWS = (25, 50, 100)  # on a page, as the visitor chooses; the first unless they do
MAX_SKIPPED = 10_000  # rows that an OFFSET may read and throw away (TRAPS 5); going on by key has no end
COUNT_CAP = 1000  # no index helps count(*), so nobody counts further (TRAPS 4)
PAGES_NAMED = 2  # beside the current page, either way
OFFERS = 5  # ways out of an empty result
SLUG = re.compile(r"[-\w]{1,100}", re.ASCII)
VIEWS = {
    "table": gettext_lazy("Table"),
    "cards": gettext_lazy("Cards"),
    "map": gettext_lazy("Map"),
}
LABELS = {
    "csv": "CSV",
    "json": "JSON",
    "geojson": "GeoJSON",
    "ics": "iCalendar",
    "atom": gettext_lazy("Atom feed"),
}


def capped_words(number):
    """Write a number that was counted up to the cap: `23`, `1,000+`."""
    if number > COUNT_CAP:
        return f"{number_format(COUNT_CAP, force_grouping=True)}+"
    return number_format(number, force_grouping=True)


class CappedCount(Subquery):
    """How many rows a queryset has, counted no further than COUNT_CAP + 1 (TRAPS 6) unless `exact`.

    Correlated, it is for the few rows of a page; `distinct` names a column whose different values are
    counted instead.
    """

    template = "(SELECT count(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()

    def __init__(self, rows, distinct=None, exact=False, **kwargs):
        rows = rows.order_by()
        rows = rows.values(distinct).distinct() if distinct else rows.values("pk")
        super().__init__(rows if exact else rows[: COUNT_CAP + 1], **kwargs)


@dataclass(frozen=True)
class Page:
    """One page of a list. `total` is counted up to COUNT_CAP + 1; `last` is None when that was not enough."""

    number: int
    rows: list
    total: int
    has_next: bool
    has_previous: bool = False
    size: int = ROWS[0]
    is_exact: bool = False

    @property
    def is_capped(self):
        return self.total > COUNT_CAP and not self.is_exact

    @property
    def last(self):
        return None if self.is_capped else max(1, -(-self.total // self.size))

    @property
    def numbers(self):
        """Give the numbers of the pages to link to, with None where some are left out."""
        deepest = MAX_SKIPPED // self.size
        last = self.last or self.number + self.has_next
        near = range(max(1, self.number - PAGES_NAMED), min(last, self.number + PAGES_NAMED) + 1)
        ends = {1, self.number, *([self.last] if self.last else [])}
        numbers = sorted(number for number in ends.union(near) if number <= deepest or number == self.number)
        spaced = []
        for number in numbers:
            if spaced and number > spaced[-1] + 1:
                spaced.append(None)
            spaced.append(number)
        return spaced


@method_decorator(public_page, name="dispatch")
class FilteredListView(TemplateResponseMixin, View):
    """A filtered, sorted list of published rows as pages, and as files of all that the filters find."""

    model = None
    filterset_class = None
    columns = ()
    formats = ("csv", "json")
    feed = None  # a `core.feed.ListFeed`, of a list that has "atom" among its formats
    title = ""
    edge, edges = "slug", SLUG  # what an address calls the row by which a page begins, and how that looks

    def get(self, request, format=None):
        filters = self.filterset_class(request.GET, self.model.objects.published(), request=request)
        if format in CITED:
            path = reverse(f"{self.model._meta.app_label}:{self.model._meta.model_name}_list")
            return citation_file(self.citation(filters, path), self.file_name, format)
        if format is not None:
            return self.download(filters, format)
        context = self.context(filters)
        return self.render_to_response({**context, "structured": self.structured(context)})

    def download(self, filters, format):
        """Give the file of exactly what the list shows, all pages of it."""
        if format not in self.formats:
            raise Http404(_("This list cannot be had in that format."))
        if format == "atom":
            return self.feed()(self.request, page=self, filters=filters)
        columns = (*self.columns, *self.state_on(filters.day))
        return export_response(self.request, filters.qs, columns, self.file_name, format)

    @property
    def file_name(self):
        return self.request.path.rpartition("/")[2].partition(".")[0]

    def citation(self, filters, path=""):
        """Give how the list is cited, at that path or its own: with the filters, not the order or the page.

        The day is the asked one, or today where the list would find the same rows if it were asked about
        today: a list of all networks there ever were is not one of today's.
        """
        address, day = self.cited_address(filters), None
        if path:
            address = f"{path}{address.removeprefix(self.request.path)}"
        if "on" in filters.filters and not filters.given["on"]:
            today = timezone.localdate()
            asked_today = rows_given(filters, "on", PartialDate(today.isoformat()))
            both = [sql and sql[0] for sql in map(sql_of, (filters.qs, asked_today))]
            day = today if both[0] == both[1] else None
        is_plain = self.request.resolver_match.url_name in (
            f"{self.model._meta.model_name}_list",
            f"{self.model._meta.model_name}_download",
        )
        return cite(
            self.request,
            self.cited_as(filters),
            address,
            AskedDay.of(self.request) if "on" in filters.filters else None,
            day,
            files={format: self.download_address(filters, format) for format in CITED} if is_plain else {},
        )

    def cited_as(self, filters):
        """Give the title of the list with what it is filtered by: `Cities (Country: Italy; Network: C40)`."""
        title = str(capfirst(self.title or self.model._meta.verbose_name_plural))
        active = [f"{label}: {words}" for name, label, words, _query in filters.chips if name != "on"]
        return f"{title} ({'; '.join(active)})" if active else title

    def cited_address(self, filters):
        """Give the address under which these results will be found, but for the day."""
        return self.canonical(filters)

    @property
    def views(self):
        """Which of VIEWS the list has, the usual one first."""
        return ("table", "cards", "map") if "geojson" in self.formats else ("table", "cards")

    def state_on(self, day):
        """Give the columns for what the list shows of the asked day, or of today."""
        return ()

    def complete(self, rows, filters):
        """Add what a row shows: joins, counts and prefetches, for the rows of one page only."""
        return rows

    def get_template_names(self):
        return [f"{self.model._meta.app_label}/{self.model._meta.model_name}_list.html"]

    def context(self, filters):
        problems = list(filters.problems)
        way, rows = self.choice("view", self.views, problems), self.choice("rows", ROWS, problems)
        asked = AskedDay.of(self.request)
        self.shape = {
            **({"on": asked.day} if asked and "on" not in filters.filters else {}),  # for its links
            **({"view": way} if way != self.views[0] else {}),
            **({"rows": rows} if rows != ROWS[0] else {}),
        }
        page = self.page(filters, rows, problems)
        meta, chips = self.model._meta, self.chips(filters)
        first, last = (
            [getattr(row, self.edge) for row in (page.rows[0], page.rows[-1])] if page.rows else ("", "")
        )
        return {
            "view": self,
            "title": capfirst(self.title or meta.verbose_name_plural),
            "noun": meta.verbose_name if page.total == 1 else meta.verbose_name_plural,
            "total": number_format(page.total, force_grouping=True)
            if page.is_exact
            else capped_words(page.total),
            "problems": problems,
            "filters": filters,
            "path": self.request.path,
            "asked": asked,
            "depends_on_day": "on" in filters.filters,
            "bare": self.address(urlencode({"on": asked.day}) if asked and "on" in filters.filters else ""),
            "has_filters": any(chip["name"] != "on" for chip in chips),
            "chips": chips,
            "shape": self.shape,
            "way": way,
            "ways": self.ways(filters, way),
            "map": self.download_address(filters, "geojson") if way == "map" else "",
            "map_list": self.address(filters.query()),
            "sizes": [
                (size, self.address(filters.query(), rows=size if size != ROWS[0] else None), size == rows)
                for size in ROWS
            ],
            "page": page,
            "pages": [(number, number and self.page_address(filters, number)) for number in page.numbers],
            "previous": self.page_address(filters, page.number - 1, before=first),
            "next": self.page_address(filters, page.number + 1, after=last),
            "exact": self.page_address(filters, page.number, exact="on")
            if page.is_capped or not filters.is_counted
            else "",
            "offers": [] if page.rows else self.offers(filters, chips),
            "downloads": self.downloads(filters),
            "canonical": self.canonical(filters),
            "citation": partial(self.citation, filters),
        }

    def canonical(self, filters):
        """Give the one address of these results, in whatever order and however much of them a page shows."""
        query = urlencode(
            [(name, pick.value) for name, pick in filters.used if name not in ("sort", "bbox", "exact")]
        )
        return f"{self.request.path}?{query}" if query else self.request.path

    def structured(self, context):
        """Give the list and its files, and the way to it, as schema.org things."""
        origin, title = origin_of(self.request), str(context["title"])
        return [
            dataset(origin, title, context["canonical"], context["downloads"]),
            breadcrumbs(origin, (title, self.request.path)),
        ]

    def downloads(self, filters):
        return [
            {
                "label": LABELS[format],
                "media_type": ATOM if format == "atom" else FORMATS[format][0].partition(";")[0],
                "address": self.download_address(filters, format),
            }
            for format in self.formats
        ]

    def download_address(self, filters, format):
        """Give the address of the file of all that the filters find."""
        meta, query = self.model._meta, filters.query()
        address = reverse(f"{meta.app_label}:{meta.model_name}_download", args=[format])
        return f"{address}?{query}" if query else address

    def ways(self, filters, current):
        """Give the ways in which the list can be shown, for the links between them.

        To a map and from it the browser goes by itself: its script comes with it. Some lists add pages of
        their own, as [(name, label, address)] in `more_ways`.
        """
        ways = [
            (name, VIEWS[name], self.address(filters.query(), view=name if name != self.views[0] else None))
            for name in self.views
        ]
        return [
            {
                "name": name,
                "icon": name,
                "label": label,
                "address": address,
                "is_current": name == current,
                "is_boosted": {name, current} <= {"table", "cards"},
            }
            for name, label, address in (*ways, *self.more_ways(filters))
        ]

    def more_ways(self, filters):
        """Give further ways to show the same rows, each a page of its own: (name, label, address)."""
        return ()

    def kept_day(self):
        """Give the asked day, as {"on": …}, on a list that does not depend on it and whose links keep it."""
        return {"on": self.shape["on"]} if "on" in self.shape else {}

    def chips(self, filters):
        """Give the active filters, each with the address of the list without it."""
        return [
            {"name": name, "label": label, "words": words, "address": self.address(query)}
            for name, label, words, query in filters.chips
        ]

    def sort_address(self, filters, key):
        """Give the address of the same results in another order."""
        others = [pair for pair in filters.used if pair[0] == "sort"]
        query = filters.query(without=others[0] if others else None)
        usual = filters.usual_sort(filters.given)
        return self.address(query, sort=key if key != usual else None)

    def address(self, query, **more):
        """Give the address of this list under a query, shown as it is now but for `more`; None is left out."""
        pairs = {**self.shape, **more}
        more = urlencode([(name, value) for name, value in pairs.items() if value is not None])
        query = "&".join(filter(None, (query, more)))
        return f"{self.request.path}?{query}" if query else self.request.path

    def page_address(self, filters, number, **edge):
        """Give the address of another page under the same filters; the first one needs no edge."""
        if number > 1:
            return self.address(filters.query(), page=number, **edge)
        return self.address(filters.query(), exact=edge.get("exact"))

    def choice(self, name, choices, problems):
        """Give what the address chooses among texts or numbers, or the first of them and a sentence."""
        text = self.request.GET.get(name, "").strip()
        known = {str(choice): choice for choice in choices}
        if text and text not in known:
            problems.append(
                _("“%(text)s” is not a way to show this list: choose one of %(choices)s.")
                % {"text": text[:20], "choices": ", ".join(known)}
            )
        return known.get(text, choices[0])

    def page(self, filters, size, problems):
        """Give the Page of so many rows that the address asks for, or the first and a sentence in `problems`."""
        exact = self.request.GET.get("exact") == "on"
        rows = filters.qs.annotate(list_total=CappedCount(filters.qs, exact=exact))
        number, deepest = self.page_number(problems), MAX_SKIPPED // size
        found = self.beside(rows, number, size)
        if found is None and number > deepest:
            problems.append(
                _(
                    "Only the first %(pages)d pages can be reached by their number. Narrow the filters, or"
                    " download all results."
                )
                % {"pages": deepest}
            )
            number = 1
        if found is None:
            found = self.numbered(rows, number, size)
        if not found[1] and number > 1:
            problems.append(
                _("There is no page %(number)d of these results. This is the first one.") % {"number": number}
            )
            found = self.numbered(rows, 1, size)
        number, ids, has_previous, has_next = found
        keys = [pk for pk, _total in ids]
        by_id = {}
        if keys:
            by_id = {row.pk: row for row in self.complete(self.model.objects.filter(pk__in=keys), filters)}
        shown = [by_id[pk] for pk in keys if pk in by_id]
        return Page(number, shown, ids[0][1] if ids else 0, has_next, has_previous, size, exact)

    def numbered(self, rows, number, size):
        """Give the page of a number: (its number, [(id, total)], whether others come before, and after).

        Wide rows are read for those on the page only.
        """
        start = (number - 1) * size
        ids = list(rows.values_list("pk", "list_total")[start : start + size + 1])
        return number, ids[:size], number > 1, len(ids) > size

    def beside(self, rows, number, size):
        """Give the page `after` or `before` a row by its `edge`, as `numbered` does; None if that leads nowhere.

        The number that the address has is for showing only: rows may have come and gone since.
        """
        after, before = self.request.GET.get("after", ""), self.request.GET.get("before", "")
        edge = after or before
        if number == 1 or not self.edges.fullmatch(edge):
            return None
        found = beyond(rows, rows.filter(**{self.edge: edge}), backwards=not after)
        ids = list(found.values_list("pk", "list_total")[: size + 1])
        has_more, ids = len(ids) > size, ids[:size]
        if after:
            return (number, ids, True, has_more) if ids else None
        return (number, ids[::-1], True, True) if has_more else self.numbered(rows, 1, size)

    def page_number(self, problems):
        text = self.request.GET.get("page", "").strip() or "1"
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
            problems.append(
                _("“%(page)s” is not the number of a page. This is the first one.") % {"page": text[:20]}
            )
            return 1
        return int(text)

    def offers(self, filters, chips):
        """Give the ways out of an empty result, with how many rows each leads to; one SQL statement.

        They are the list without one of the first active filters, as far as that finds anything.
        """
        active = [(name, pick) for name, pick in filters.used if filters.filters[name].is_chip][:OFFERS]
        if not active:
            return []
        counts = {
            f"without_{number}": CappedCount(rows_without(filters, *pair))
            for number, pair in enumerate(active)
        }
        found = self.model.objects.order_by().annotate(**counts).values_list(*counts)[:1]
        numbers = next(iter(found), ())
        return [
            {**chip, "number": number, "total": capped_words(number)}
            for chip, number in zip(chips, numbers, strict=False)
            if number
        ]


def rows_without(filters, name, pick):
    """Give the rows that a filter set would find without one of its values."""
    value = filters.given[name]
    rest = [other for other in value if other != pick] if isinstance(value, list) else None
    return rows_given(filters, name, rest)


def rows_given(filters, name, value):
    """Give the rows that a filter set would find with another value of one filter."""
    other = copy.copy(filters)
    vars(other).pop("day", None)
    other.given = {**filters.given, name: value}
    return other.filter_queryset(filters.queryset.all())
