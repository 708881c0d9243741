"""How lists of many rows are counted and filtered."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COUNTED = 10_000  # rows that a list counts before it says "more than"


class CappedPaginator(Paginator):
    """Count no further than a list can be paged: the count of a big table costs more than its page."""

    @cached_property
    def counted(self):
        return self.object_list.order_by()[: COUNTED + 1].count()

    @property
    def count(self):
        return min(self.counted, COUNTED)

    @property
    def is_capped(self):
        """Whether there are more rows than were counted."""
        return self.counted > COUNTED


class CurrentFilter(admin.SimpleListFilter):
    title = gettext_lazy("today")
    parameter_name = "today"

    def lookups(self, request, model_admin):
        return [("holds", _("holds today")), ("ended", _("ended")), ("future", _("not yet begun"))]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        if self.value() == "holds":
            return queryset.filter(start_earliest__lte=today, end_latest__gte=today)
        if self.value() == "ended":
            return queryset.filter(end_latest__lt=today)
        if self.value() == "future":
            return queryset.filter(start_earliest__gt=today)


class DecadeFilter(admin.SimpleListFilter):
    """What Django's date hierarchy is for, without its minimum, maximum and DISTINCT over a big table."""

    title = gettext_lazy("start")
    parameter_name = "decade"
    field = "start"
    FIRST = 1950

    def lookups(self, request, model_admin):
        decades = range(timezone.localdate().year // 10 * 10, self.FIRST - 10, -10)
        return [
            *((str(decade), _("%(year)ss") % {"year": decade}) for decade in decades),
            ("before", _("before %s") % self.FIRST),
            ("none", _("not known")),
        ]

    def queryset(self, request, queryset):
        value, earliest = self.value(), f"{self.field}_earliest"
        if value == "none":
            return queryset.filter(**{self.field: ""})
        if value == "before":
            return queryset.filter(**{f"{earliest}__lt": f"{self.FIRST}-01-01"}).exclude(**{self.field: ""})
        if value in {key for key, _label in self.lookup_choices}:
            return queryset.filter(
                **{f"{earliest}__gte": f"{value}-01-01", f"{earliest}__lte": f"{int(value) + 9}-12-31"}
            )
