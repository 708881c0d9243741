from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from citynet.core.admin import (
    EVIDENCE,
    PERIOD,
    TEXTS,
    CurrentFilter,
    DecadeFilter,
    RecordAdmin,
    RecordInline,
    ScopedInline,
)

from ..exports import STAFF_COLUMNS
from ..models import (
    Award,
    AwardEdition,
    AwardWinner,
    Document,
    DocumentParty,
    Grant,
    Participation,
    Practice,
    Programme,
    Project,
    Uptake,
)
from .confirming import ConfirmedAdmin
from .filters import CityCountryFilter, NetworkFilter

SOURCE = (_("Who says so"), {"fields": ["source", "note"]})


class GrantInline(RecordInline):
    model = Grant
    network_path = ("programme__network", "project__network")
    fields = ["amount", "currency", "funder", "source", "state"]
    autocomplete_fields = ["funder", "source"]


class ParticipationInline(RecordInline):
    model = Participation
    network_path = "project__network"
    fields = ["part", "city", "organisation", "start", "end", "source", "state"]
    autocomplete_fields = ["city", "organisation", "source"]
    list_select_related = ["city", "organisation"]


@admin.register(Programme)
class ProgrammeAdmin(RecordAdmin):
    network_path = "network"
    export_columns = STAFF_COLUMNS[Programme]
    list_display = ["name", "acronym", "network", "when", "state"]
    list_filter = ["state", NetworkFilter, CurrentFilter]
    list_select_related = ["network"]
    search_fields = ["search_text", "network__search_text"]
    autocomplete_fields = ["network", "parent", "predecessor", "topics", "source"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [GrantInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "acronym", "network", "parent", "predecessor", "topics"]}),
        (PERIOD[0], {"fields": [*PERIOD[1]["fields"], "call", "duration"]}),
        TEXTS,
        SOURCE,
    ]


@admin.register(Project)
class ProjectAdmin(RecordAdmin):
    network_path = "network"
    export_columns = STAFF_COLUMNS[Project]
    list_display = ["name", "acronym", "network", "programme", "when", "state"]
    list_filter = ["state", NetworkFilter, CurrentFilter]
    list_select_related = ["network", "programme"]
    search_fields = ["search_text", "network__search_text"]
    autocomplete_fields = ["network", "programme", "parent", "topics", "source"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [ParticipationInline, GrantInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "acronym", "network", "programme", "parent", "topics"]}),
        (PERIOD[0], {"fields": [*PERIOD[1]["fields"], "call", "duration"]}),
        TEXTS,
        SOURCE,
    ]


@admin.register(Grant)
class GrantAdmin(RecordAdmin):
    network_path = ("programme__network", "project__network")
    export_columns = STAFF_COLUMNS[Grant]
    list_display = ["__str__", "programme", "project", "funder", "cited", "state"]
    list_filter = ["state", "currency", NetworkFilter]
    list_select_related = ["programme", "project", "funder", "source"]
    search_fields = ["programme__search_text", "project__search_text", "funder__search_text"]
    ordering = ["-pk"]
    autocomplete_fields = ["programme", "project", "funder", "source"]
    fieldsets = [
        (None, {"fields": [("programme", "project"), "funder", ("amount", "currency")]}),
        EVIDENCE,
    ]


@admin.register(Participation)
class ParticipationAdmin(ConfirmedAdmin):
    network_path = "project__network"
    export_columns = STAFF_COLUMNS[Participation]
    list_display = ["partner", "project", "part", "when", "cited", "state"]
    list_filter = ["state", "part", NetworkFilter, CityCountryFilter]
    list_select_related = ["project", "city", "organisation", "source"]
    search_fields = ["city__search_text", "organisation__search_text", "project__search_text"]
    ordering = ["-pk"]
    autocomplete_fields = ["project", "city", "organisation", "source"]
    fieldsets = [(None, {"fields": ["project", ("city", "organisation"), "part"]}), PERIOD, EVIDENCE]

    @admin.display(description=_("partner"))
    def partner(self, participation):
        return participation.partner


class UptakeInline(RecordInline):
    model = Uptake
    network_path = "practice__networks"
    fields = ["city", "year", "source", "state"]
    autocomplete_fields = ["city", "source"]
    list_select_related = ["city"]


@admin.register(Practice)
class PracticeAdmin(RecordAdmin):
    network_path = "networks"
    export_columns = STAFF_COLUMNS[Practice]
    list_display = ["name", "city", "year", "state"]
    list_filter = ["state", NetworkFilter, CityCountryFilter]
    list_select_related = ["city"]
    search_fields = ["search_text", "city__search_text"]
    autocomplete_fields = ["city", "networks", "topics", "source"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [UptakeInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "city", "year", "networks", "topics"]}),
        TEXTS,
        (_("What came of it"), {"fields": ["results", "source"]}),
    ]


@admin.register(Uptake)
class UptakeAdmin(RecordAdmin):
    network_path = "practice__networks"
    export_columns = STAFF_COLUMNS[Uptake]
    list_display = ["city", "practice", "year", "cited", "state"]
    list_filter = ["state", NetworkFilter, CityCountryFilter]
    list_select_related = ["city", "practice", "source"]
    search_fields = ["city__search_text", "practice__search_text"]
    ordering = ["-pk"]
    autocomplete_fields = ["practice", "city", "source"]
    fieldsets = [(None, {"fields": ["practice", "city", "year"]}), EVIDENCE]


@admin.register(Award)
class AwardAdmin(RecordAdmin):
    network_path = "network"
    export_columns = STAFF_COLUMNS[Award]
    list_display = ["name", "network", "organisation", "state"]
    list_filter = ["state", NetworkFilter]
    list_select_related = ["network", "organisation"]
    search_fields = ["search_text", "network__search_text"]
    autocomplete_fields = ["network", "organisation", "source"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [(None, {"fields": ["name", "slug", "network", "organisation", "source"]}), TEXTS]


class AwardWinnerInline(RecordInline):
    model = AwardWinner
    network_path = "edition__award__network"
    fields = ["category", "prize", "city", "practice", "source", "state"]
    autocomplete_fields = ["city", "practice", "source"]
    list_select_related = ["city", "edition__award"]


@admin.register(AwardEdition)
class AwardEditionAdmin(RecordAdmin):
    network_path = "award__network"
    export_columns = STAFF_COLUMNS[AwardEdition]
    list_display = ["award", "year", "cited", "state"]
    list_filter = ["state", NetworkFilter]
    list_select_related = ["award", "source"]
    search_fields = ["award__search_text", "year"]
    autocomplete_fields = ["award", "source"]
    inlines = [AwardWinnerInline]
    fieldsets = [(None, {"fields": ["award", "year"]}), EVIDENCE]


@admin.register(AwardWinner)
class AwardWinnerAdmin(RecordAdmin):
    network_path = "edition__award__network"
    export_columns = STAFF_COLUMNS[AwardWinner]
    list_display = ["city", "edition", "category", "prize", "cited", "state"]
    list_filter = ["state", NetworkFilter, CityCountryFilter]
    list_select_related = ["city", "edition__award", "source"]
    search_fields = ["city__search_text", "edition__award__search_text", "category"]
    ordering = ["-pk"]
    autocomplete_fields = ["edition", "city", "practice", "source"]
    fieldsets = [
        (None, {"fields": ["edition", ("category", "prize"), "city", "practice"]}),
        EVIDENCE,
    ]


class DocumentPartyInline(ScopedInline):
    model = DocumentParty
    verbose_name = _("party")
    verbose_name_plural = _("Parties")
    fields = ["city", "organisation"]
    autocomplete_fields = ["city", "organisation"]


class SignedFilter(DecadeFilter):
    title = _("signed or published")
    field = "date"


@admin.register(Document)
class DocumentAdmin(RecordAdmin):
    network_path = "network"
    export_columns = STAFF_COLUMNS[Document]
    list_display = ["name", "kind", "date", "network", "format_label", "state"]
    list_filter = ["state", "kind", NetworkFilter, SignedFilter]
    list_select_related = ["network"]
    search_fields = ["search_text", "network__search_text"]
    autocomplete_fields = ["network", "body", "project", "topics", "source"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["format_label"]
    inlines = [DocumentPartyInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "language", "topics"]}),
        (
            _("The document"),
            {
                "fields": ["file", "url", "stated_format", "format_label"],
                "description": _("The file, or the link to where it is: one of the two."),
            },
        ),
        (_("Signed or published"), {"fields": ["date", "place"]}),
        (_("Belongs to"), {"fields": ["network", "body", "project"]}),
        TEXTS,
        SOURCE,
    ]

    @admin.display(description=_("format and size"))
    def format_label(self, document):
        return document.format_label or self.get_empty_value_display()
