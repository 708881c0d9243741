from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from citynet.core.admin import (
    EVIDENCE,
    PERIOD,
    TEXTS,
    CurrentFilter,
    DecadeFilter,
    RecordAdmin,
    ScopedInline,
)

from ..exports import STAFF_COLUMNS
from ..models import Body, BodyParent, Role
from .confirming import ConfirmedAdmin
from .filters import NetworkFilter
from .inlines import BodyRoleInline


class BodyParentInline(ScopedInline):
    model = BodyParent
    fk_name = "body"
    fields = ["parent", "start", "end"]
    autocomplete_fields = ["parent"]


@admin.register(Body)
class BodyAdmin(RecordAdmin):
    network_path = "network"
    export_columns = STAFF_COLUMNS[Body]
    list_display = ["name", "kind", "network", "when", "state"]
    list_filter = ["state", "kind", NetworkFilter, CurrentFilter]
    list_select_related = ["network"]
    search_fields = ["search_text", "network__search_text"]
    autocomplete_fields = ["network", "topics", "source"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [BodyParentInline, BodyRoleInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "acronym", "kind", "network", "topics", "seats"]}),
        PERIOD,
        TEXTS,
        (_("Who says so"), {"fields": ["source", "note"]}),
    ]

    def label(self, row):
        return f"{row.name} ({row.network.short_name})"


@admin.register(Role)
class RoleAdmin(ConfirmedAdmin):
    network_path = "network"
    export_columns = STAFF_COLUMNS[Role]
    list_display = ["holder", "post", "body", "network", "when", "cited", "state"]
    list_filter = ["state", "post", NetworkFilter, CurrentFilter, DecadeFilter]
    list_select_related = ["network", "body", "city", "person", "source"]
    search_fields = [
        "city__search_text",
        "person__search_text",
        "body__search_text",
        "network__search_text",
    ]
    search_help_text = _("Names of the city or person, of the group and of the network, in any order.")
    ordering = ["-pk"]
    autocomplete_fields = ["network", "body", "city", "person", "organisation", "source"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("post", "label"),
                    ("body", "network"),
                    ("city", "person"),
                    "organisation",
                    "is_acting",
                ],
                "description": _("Who holds which post: a city, a person, or a person for a city."),
            },
        ),
        PERIOD,
        EVIDENCE,
    ]

    @admin.display(description=_("holder"))
    def holder(self, role):
        return role.holder
