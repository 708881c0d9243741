from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citynet.core.admin import COUNTED, EVIDENCE, DecadeFilter, RecordAdmin, network_ids
from citynet.core.filters.facets import counting, fetch
from citynet.core.mixed import Mixed
from citynet.core.models import State

from ..contradictions import found, read
from ..exports import STAFF_COLUMNS
from ..models import Figure, Membership, Participation, Role, Source, Twinning
from .confirming import ConfirmedAdmin, ConfirmedFilter, SourcedFilter
from .filters import NetworkFilter

TO_CONFIRM = (Membership, Role, Figure, Participation, Twinning)
CONTRADICTIONS_SHOWN = 50
LACKING = {
    (SourcedFilter, "none"): gettext_lazy("no source"),
    (ConfirmedFilter, "never"): gettext_lazy("never confirmed"),
    (ConfirmedFilter, "long"): gettext_lazy("not confirmed for a year"),
}


def lacking(request, keepers):
    """Give [(keeper, [(number in words, label, address of the list)])]; one SQL statement.

    The numbers are those of the lists that the addresses lead to, counted up to the cap.
    """
    asked = [(keeper, kind, value) for keeper in keepers for kind, value in LACKING]
    selects = []
    for number, (keeper, kind, value) in enumerate(asked):
        chosen = kind(request, {kind.parameter_name: [value]}, keeper.model, keeper)
        selects.append(counting(str(number), chosen.queryset(request, keeper.get_queryset(request)), COUNTED))
    numbers = dict(fetch(Source.objects.db, selects))
    rows = {}
    for number, (keeper, kind, value) in enumerate(asked):
        count = numbers.get(number, 0)
        words = _("more than %s") % COUNTED if count > COUNTED else count
        address = f"{keeper.list_address()}?{kind.parameter_name}={value}"
        rows.setdefault(keeper, []).append((words, LACKING[kind, value], address))
    return list(rows.items())


class AsOfFilter(DecadeFilter):
    title = gettext_lazy("as of")
    field = "as_of"


@admin.register(Figure)
class FigureAdmin(ConfirmedAdmin):
    network_path = "network"
    export_columns = STAFF_COLUMNS[Figure]
    list_display = ["metric", "value_label", "network", "body", "as_of", "cited", "state"]
    list_filter = ["state", NetworkFilter, "metric", AsOfFilter]
    list_select_related = ["network", "body", "source"]
    search_fields = ["network__search_text", "body__search_text", "source__search_text"]
    ordering = ["-pk"]
    autocomplete_fields = ["network", "body", "programme", "source"]
    fieldsets = [
        (
            None,
            {
                "fields": ["network", ("body", "programme"), "metric", ("qualifier", "value")],
                "description": gettext_lazy(
                    "A number as a source stated it. Sources that contradict each other are all kept: "
                    "add another figure, do not correct this one."
                ),
            },
        ),
        (gettext_lazy("As of"), {"fields": ["as_of", "confirmed_on"]}),
        EVIDENCE,
    ]

    @admin.display(description=_("stated"), ordering="value")
    def value_label(self, figure):
        return figure.value_label


class PublishedOnFilter(DecadeFilter):
    title = gettext_lazy("published")
    field = "published_on"


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    export_columns = STAFF_COLUMNS[Source]
    list_display = ["publisher", "title", "published_on", "seen_on", "state"]
    list_filter = ["state", PublishedOnFilter]
    date_hierarchy = "seen_on"
    search_fields = ["search_text"]
    prepopulated_fields = {"slug": ["publisher", "title"]}
    fieldsets = [
        (None, {"fields": ["publisher", "title", "slug", "url", "licence", "note"]}),
        (gettext_lazy("Dates"), {"fields": ["published_on", "seen_on"]}),
    ]

    def get_urls(self):
        view = self.admin_site.admin_view(self.evidence_view)
        return [path("evidence/", view, name="networks_evidence"), *super().get_urls()]

    def evidence_view(self, request):
        """List what the evidence of the user's own networks lacks; two SQL statements for all the numbers."""
        keepers = [self.admin_site._registry[model] for model in TO_CONFIRM]
        keepers = [keeper for keeper in keepers if keeper.has_view_permission(request)]
        if not keepers:
            raise PermissionDenied
        ids = network_ids(request)
        parts = found(ids)
        counts = Mixed(parts).counts()
        rows, has_more = [], False
        if counts:
            shown = {name: parts[name] for name in counts}
            rows, has_more = Mixed(shown).page(1, CONTRADICTIONS_SHOWN)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Evidence: what is to be done"),
            "opts": self.opts,
            "kinds": [(keeper.opts, numbers) for keeper, numbers in lacking(request, keepers)],
            "contradictions": [self.with_admin_pages(request, row) for row in read(rows)],
            "contradiction_count": sum(counts.values()),
            "has_more": has_more,
            "is_own": ids is not None,
        }
        return TemplateResponse(request, "admin/evidence.html", context)

    def with_admin_pages(self, request, contradiction):
        """Give (the contradiction, [(side, address of its change page or nothing)])."""
        return contradiction, [(side, self.change_address(request, side.row)) for side in contradiction.sides]

    def change_address(self, request, row):
        keeper = row and self.admin_site._registry.get(type(row))
        if keeper and keeper.has_view_permission(request):
            return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        return ""

    def get_changeform_initial_data(self, request):
        """Start as published: a fact whose source is a draft would stand there without it."""
        return {"state": State.PUBLISHED, **super().get_changeform_initial_data(request)}
