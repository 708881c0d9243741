"""The one public list: what every list page and every download of it do alike.

A list is a model, a filter set and its columns::

    class CityList(FilteredListView):
        model = City
        filterset_class = CityFilter
        columns = COLUMNS[City]

with two addresses, `cities/` named `city_list` and `cities.<str:format>` named `city_download`. It costs
at most 8 SQL statements, whatever the number of rows: their ids, how many there are (capped), the rows,
the menus of the form, names that were typed, and what `complete` adds.
"""

from dataclasses import dataclass

from django.db.models import IntegerField, Subquery
from django.http import Http404
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateResponseMixin, View

from .days import AskedDay
from .export import FORMATS, export_response

PAGE_ROWS = 25
MAX_PAGE = 400  # an OFFSET reads what it skips (TRAPS 5); who wants more takes the download
COUNT_CAP = 1000  # no index helps count(*), so nobody counts further (TRAPS 4)
PAGES_NAMED = 2  # beside the current page, either way
LABELS = {"csv": "CSV", "json": "JSON", "geojson": "GeoJSON", "ics": "iCalendar"}


def capped_words(number):
    """Write a number that was counted up to the cap: `23`, `1,000+`."""
    if number > COUNT_CAP:
        return f"{number_format(COUNT_CAP, force_grouping=True)}+"
    return number_format(number, force_grouping=True)


class CappedCount(Subquery):
    """How many rows a correlated queryset has, counted no further than COUNT_CAP + 1 (TRAPS 6).

    For the few rows of a page; `distinct` names a column whose different values are counted instead.
    """

    template = "(SELECT count(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()

    def __init__(self, rows, distinct=None, **kwargs):
        rows = rows.order_by()
        rows = rows.values(distinct).distinct() if distinct else rows.values("pk")
        super().__init__(rows[: COUNT_CAP + 1], **kwargs)


@dataclass(frozen=True)
class Page:
    """One page of a list. `total` is counted up to COUNT_CAP + 1; `last` is None when that was not enough."""

    number: int
    rows: list
    total: int
    has_more: bool

    @property
    def has_next(self):
        return self.has_more and self.number < MAX_PAGE

    @property
    def is_cut_off(self):
        """Whether there are more rows than can be leafed through."""
        return self.has_more and self.number == MAX_PAGE

    @property
    def last(self):
        return None if self.total > COUNT_CAP else max(1, -(-self.total // PAGE_ROWS))

    @property
    def numbers(self):
        """Give the numbers of the pages to link to, with None where some are left out."""
        last = self.last or self.number + self.has_next
        near = range(max(1, self.number - PAGES_NAMED), min(last, self.number + PAGES_NAMED) + 1)
        numbers = sorted({1, *near, *([self.last] if self.last else [])})
        spaced = []
        for number in numbers:
            if spaced and number > spaced[-1] + 1:
                spaced.append(None)
            spaced.append(number)
        return spaced


class FilteredListView(TemplateResponseMixin, View):
    """A filtered, sorted list of published rows as pages, and as files of all that the filters find."""

    model = None
    filterset_class = None
    columns = ()
    formats = ("csv", "json")
    title = ""

    def get(self, request, format=None):
        filters = self.filterset_class(request.GET, self.model.objects.published(), request=request)
        if format is not None:
            return self.download(filters, format)
        return self.render_to_response(self.context(filters))

    def download(self, filters, format):
        """Give the file of exactly what the list shows, all pages of it."""
        if format not in self.formats:
            raise Http404(_("This list cannot be had in that format."))
        columns = (*self.columns, *self.state_on(filters.day))
        name = self.request.path.rpartition("/")[2].partition(".")[0]
        return export_response(self.request, filters.qs, columns, name, format)

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
        page = self.page(filters, problems)
        meta = self.model._meta
        return {
            "view": self,
            "title": capfirst(self.title or meta.verbose_name_plural),
            "noun": meta.verbose_name if page.total == 1 else meta.verbose_name_plural,
            "total": capped_words(page.total),
            "problems": problems,
            "filters": filters,
            "path": self.request.path,
            "asked": AskedDay(self.request) if "on" in filters.filters else None,
            "today_query": next((chip.query for chip in filters.chips if chip.name == "on"), ""),
            "page": page,
            "pages": [(number, number and self.address(filters, number)) for number in page.numbers],
            "previous": self.address(filters, page.number - 1),
            "next": self.address(filters, page.number + 1),
            "downloads": self.downloads(filters),
        }

    def downloads(self, filters):
        meta, query = self.model._meta, filters.query()
        name = f"{meta.app_label}:{meta.model_name}_download"
        return [
            {
                "label": LABELS[format],
                "media_type": FORMATS[format][0].partition(";")[0],
                "address": reverse(name, args=[format]) + (f"?{query}" if query else ""),
            }
            for format in self.formats
        ]

    def address(self, filters, number):
        """Give the address of another page under the same filters."""
        query = filters.query(page=number) if number > 1 else filters.query()
        return f"{self.request.path}?{query}" if query else self.request.path

    def page(self, filters, problems):
        """Give the Page that `?page=` asks for, or the first one and a sentence in `problems`."""
        number = self.page_number(problems)
        ids = self.ids(filters, number)
        if not ids and number > 1:
            problems.append(
                _("There is no page %(number)d of these results. This is the first one.") % {"number": number}
            )
            number, ids = 1, self.ids(filters, 1)
        has_more, ids = len(ids) > PAGE_ROWS, ids[:PAGE_ROWS]
        if number == 1 and not has_more:
            total = len(ids)
        else:
            total = filters.qs.order_by()[: COUNT_CAP + 1].count()
        rows = self.complete(self.model.objects.filter(pk__in=ids), filters) if ids else []
        by_id = {row.pk: row for row in rows}
        return Page(number, [by_id[pk] for pk in ids if pk in by_id], total, has_more)

    def ids(self, filters, number):
        """Give the ids of a page's rows and of one more; wide rows are read for those on the page only."""
        start = (number - 1) * PAGE_ROWS
        return list(filters.qs.values_list("pk", flat=True)[start : start + PAGE_ROWS + 1])

    def page_number(self, problems):
        text = self.request.GET.get("page", "").strip() or "1"
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
            problems.append(
                _("“%(page)s” is not the number of a page. This is the first one.") % {"page": text[:20]}
            )
            return 1
        if int(text) > MAX_PAGE:
            problems.append(
                _(
                    "Only the first %(pages)d pages can be leafed through. Narrow the filters, or download all results."
                )
                % {"pages": MAX_PAGE}
            )
            return 1
        return int(text)
