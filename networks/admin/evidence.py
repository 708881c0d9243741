from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from citynet.core.admin import EVIDENCE, DecadeFilter, RecordAdmin
from citynet.core.models import State

from ..exports import STAFF_COLUMNS
from ..models import Figure, Source
from .filters import NetworkFilter


class AsOfFilter(DecadeFilter):
    title = _("as of")
    field = "as_of"


@admin.register(Figure)
class FigureAdmin(RecordAdmin):
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
                "description": _(
                    "A number as a source stated it. Sources that contradict each other are all kept: "
                    "add another figure, do not correct this one."
                ),
            },
        ),
        (_("As of"), {"fields": ["as_of", "confirmed_on"]}),
        EVIDENCE,
    ]

    @admin.display(description=_("stated"), ordering="value")
    def value_label(self, figure):
        return figure.value_label


class PublishedOnFilter(DecadeFilter):
    title = _("published")
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
        (_("Dates"), {"fields": ["published_on", "seen_on"]}),
    ]

    def get_changeform_initial_data(self, request):
        """Start as published: a fact whose source is a draft would stand there without it."""
        return {"state": State.PUBLISHED, **super().get_changeform_initial_data(request)}
