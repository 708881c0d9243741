"""What visitors think of the pages: the answers one by one, their average and trend, and page by page."""

from datetime import timedelta

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Avg, Count, Max, Q, Sum
from django.db.models.functions import Round
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citynet.core.admin import COUNTED, ScopedModelAdmin
from citynet.core.export import Column, export_response

from ..models.ratings import Rating

MONTHS = 12  # in the trend, with the current one
PAGES_SHOWN = 100
STARS = range(1, 6)
COLUMNS = [Column(name) for name in ("day", "path", "language", "stars", "reason", "text")]
PAGE_COLUMNS = [
    Column("path"),
    Column("ratings"),
    Column("average"),
    *(Column(f"stars_{number}") for number in STARS),
    Column("comments"),
    Column("last_on"),
]
ORDERS = {"ratings": "-ratings", "average": "average", "path": "path"}  # of the pages


class StarsFilter(admin.SimpleListFilter):
    """The numbers of stars are known; Django would read every row to find those that were given."""

    title = gettext_lazy("stars")
    parameter_name = "stars"

    def lookups(self, request, model_admin):
        return [(str(number), number) for number in STARS]

    def queryset(self, request, queryset):
        return queryset.filter(stars=self.value()) if self.value() in map(str, STARS) else queryset


class LanguageFilter(admin.SimpleListFilter):
    """The languages of the site are known, likewise."""

    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        return settings.LANGUAGES

    def queryset(self, request, queryset):
        return queryset.filter(language=self.value()) if self.value() else queryset


class WhenFilter(admin.SimpleListFilter):
    title = gettext_lazy("time")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        this_year = timezone.localdate().year
        return [
            ("30", _("the last 30 days")),
            ("365", _("the last 365 days")),
            *((str(year), str(year)) for year in range(this_year, this_year - 5, -1)),
        ]

    def queryset(self, request, queryset):
        value = self.value()
        if value not in {key for key, _label in self.lookup_choices}:
            return queryset
        if len(value) == 4:
            return queryset.filter(day__gte=f"{value}-01-01", day__lte=f"{value}-12-31")
        return queryset.filter(day__gt=timezone.localdate() - timedelta(days=int(value)))


class CommentFilter(admin.SimpleListFilter):
    title = gettext_lazy("comment")
    parameter_name = "comment"

    def lookups(self, request, model_admin):
        return [("yes", _("with a comment")), ("no", _("without a comment"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.exclude(text="")
        if self.value() == "no":
            return queryset.filter(text="")


class PageFilter(admin.SimpleListFilter):
    """The one page whose answers are shown; there are too many to list them."""

    title = gettext_lazy("page")
    parameter_name = "path"

    def lookups(self, request, model_admin):
        return [(self.value(), self.value())] if self.value() else []

    def has_output(self):
        return bool(self.value())

    def queryset(self, request, queryset):
        if self.value():
            return queryset.filter(path=self.value())


@admin.register(Rating)
class RatingAdmin(ScopedModelAdmin):
    """Ratings are read, exported and deleted; nobody gives one here, or changes what a visitor said."""

    list_display = ["day", "shown_page", "shown_stars", "reason", "text", "language"]
    list_display_links = ["day"]
    list_filter = [StarsFilter, CommentFilter, WhenFilter, LanguageFilter, PageFilter, "reason"]
    search_fields = ["path", "text"]
    search_help_text = gettext_lazy("Parts of the page’s address and of comments, in any order.")
    ordering = ["-day", "-pk"]
    fields = ["day", "shown_page", "language", "shown_stars", "reason", "text"]
    readonly_fields = ["shown_page", "shown_stars"]
    export_columns = COLUMNS

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("page"), ordering="path")
    def shown_page(self, row):
        return format_html('<a href="{}">{}</a>', row.path, row.path)

    @admin.display(description=gettext_lazy("stars"), ordering="stars")
    def shown_stars(self, row):
        return stars(row.stars)

    # Averages, the trend, and each page

    def get_urls(self):
        name = "content_rating_pages"
        return [
            path("pages/", self.admin_site.admin_view(self.pages_view), name=name),
            path(
                "pages/export/",
                self.admin_site.admin_view(self.export_pages_view),
                name=f"{name}_export",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        if cl := getattr(response, "context_data", None) and response.context_data.get("cl"):
            response.context_data.update(figures_of(cl.queryset))
        return response

    def pages_view(self, request):
        """Show each page with its number of answers, their average and spread: those of the list's filters."""
        rows = self.rows_of(request)
        if isinstance(rows, HttpResponseRedirect):
            return rows
        order = request.GET.get("by") if request.GET.get("by") in ORDERS else "ratings"
        page = page_of(rows, ORDERS[order], request.GET.get("page"))
        query = request.GET.copy()
        for name in ("page", "by"):
            query.pop(name, None)
        within = query.copy()
        within.pop("path", None)
        address = self.list_address()
        for row in page:
            row["shown_stars"] = stars(row["average"])
            within["path"] = row["path"]
            row["address"] = f"{address}?{within.urlencode()}"
            row["spread"] = spread_of(row)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Ratings page by page"),
            "opts": self.opts,
            "page": page,
            "orders": [
                ("ratings", _("Most rated")),
                ("average", _("Lowest average")),
                ("path", _("By address")),
            ],
            "order": order,
            "query": f"&{query.urlencode()}" if query else "",
            "list_address": f"{address}?{query.urlencode()}",
            "may_export": self.has_export_permission(request),
            "export_address": f"{reverse('admin:content_rating_pages_export')}?{query.urlencode()}",
            **figures_of(rows),
        }
        return TemplateResponse(request, "admin/content/rating/pages.html", context)

    def export_pages_view(self, request):
        """Send what `pages_view` shows, all of it, as CSV."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        rows = self.rows_of(request)
        if isinstance(rows, HttpResponseRedirect):
            return rows
        return export_response(
            request, by_page(rows).order_by("-ratings", "path"), PAGE_COLUMNS, "rated-pages"
        )

    def rows_of(self, request):
        """Give the answers that the list shows under the same query, or where a query that is none leads."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET
        request.GET = asked.copy()
        for name in (PAGE_VAR, ALL_VAR, ERROR_FLAG, "by", "page"):
            request.GET.pop(name, None)
        try:
            return self.get_changelist_instance(request).queryset.order_by()
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self.list_address()}?{ERROR_FLAG}=1")
        finally:
            request.GET = asked


# Figures -------------------------------------------------------------------


def stars(number):
    """Draw a number of stars, halves rounded up, with the number for those who do not see them."""
    full = int(number + 0.5) if number else 0
    return format_html(
        '<span class="rating-stars"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        "★" * full + "☆" * (5 - full),
        _("%s out of 5") % number_format(number, decimal_pos=None if isinstance(number, int) else 2),
    )


def by_page(rows):
    """Group answers by page: number, average, how many gave each number of stars, comments, and the last day."""
    return (
        rows.order_by()
        .values("path")
        .annotate(
            ratings=Count("*"),
            **{f"stars_{number}": Count("pk", filter=Q(stars=number)) for number in STARS},
            comments=Count("pk", filter=~Q(text="")),
            last_on=Max("day"),
            average=Round(Avg("stars"), 2),
        )
    )


def page_of(rows, order, number):
    """Give a page of the rows of `by_page`, as a paginator's page.

    Two statements: the order of the pages, COUNTED at most, for which an index is enough; then all figures of
    those that are shown.
    """
    light = rows.order_by().values("path").annotate(ratings=Count("*"), average=Round(Avg("stars"), 2))
    paths = light.order_by(order, "path").values_list("path", flat=True)[:COUNTED]
    page = Paginator(list(paths), PAGES_SHOWN).get_page(number)
    found = {row["path"]: row for row in by_page(rows.filter(path__in=page.object_list))}
    page.object_list = [found[path] for path in page.object_list if path in found]
    return page


def spread_of(row):
    """Give (stars, number, share of the width of 100) for each number of stars, the most first."""
    return [
        (number, row[f"stars_{number}"], 100 * row[f"stars_{number}"] // (row["ratings"] or 1))
        for number in reversed(STARS)
    ]


def figures_of(rows):
    """Give the number and average of the answers, how many gave each number of stars, and the trend by month.

    Two statements, which read indexes only unless the rows are filtered by more; the second gives a row a
    day, of a year at most, which are put together here (SQLite would truncate a million dates in Python).
    """
    rows = rows.order_by()
    counted = dict(rows.values_list("stars").annotate(number=Count("*")))
    total = sum(counted.values())
    today = timezone.localdate()
    first = (today.replace(day=1) - timedelta(days=30 * (MONTHS - 1))).replace(day=1)
    days = rows.filter(day__gte=first).values_list("day").annotate(number=Count("*"), given=Sum("stars"))
    months = {}
    for day, number, given in days:
        month = months.setdefault(day.replace(day=1), [0, 0])
        month[0] += number
        month[1] += given
    figures = {"ratings": total, **{f"stars_{number}": counted.get(number, 0) for number in STARS}}
    return {
        "ratings": total,
        "average": sum(number * times for number, times in counted.items()) / total if total else None,
        "spread": spread_of(figures),
        "trend": [
            (month, number, given / number, round(20 * given / number))
            for month, (number, given) in sorted(months.items(), reverse=True)
        ],
    }
