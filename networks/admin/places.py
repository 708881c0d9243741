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
from ..models import City, CityName, Organisation, Person, Topic, Twinning
from .confirming import ConfirmedAdmin
from .filters import CityCountryFilter, CountryFilter
from .inlines import MembershipInline, RoleInline


class CityNameInline(ScopedInline):
    """Names that are not the city's own in a language of the site; those stand in the tabs of languages."""

    model = CityName
    fields = ["name", "language"]
    verbose_name_plural = _("further names: older, shorter, or in other languages than the tabs above")


@admin.register(Topic)
class TopicAdmin(RecordAdmin):
    export_columns = STAFF_COLUMNS[Topic]
    list_display = ["name", "parent", "state"]
    list_filter = ["state"]
    list_select_related = ["parent"]
    search_fields = ["search_text"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [(None, {"fields": ["name", "slug", "parent"]}), TEXTS]


@admin.register(City)
class CityAdmin(RecordAdmin):
    export_columns = STAFF_COLUMNS[City]
    list_display = ["name", "country", "population", "state"]
    list_filter = ["state", CountryFilter]
    search_fields = ["search_text"]
    autocomplete_fields = ["topics"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [CityNameInline, MembershipInline, RoleInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "local_name", "country", "topics", "office", "note"]}),
        (
            _("Place and size"),
            {
                "fields": [
                    ("latitude", "longitude"),
                    ("population", "population_year"),
                    ("geonames_id", "wikidata_id", "unlocode"),
                ]
            },
        ),
        TEXTS,
    ]

    def label(self, row):
        return f"{row.name} ({row.country.code})"


@admin.register(Twinning)
class TwinningAdmin(ConfirmedAdmin):
    export_columns = STAFF_COLUMNS[Twinning]
    list_display = ["__str__", "when", "cited", "state"]
    list_filter = ["state", CurrentFilter, DecadeFilter]
    list_select_related = ["city_a", "city_b", "source"]
    search_fields = ["city_a__search_text", "city_b__search_text"]
    ordering = ["-pk"]
    autocomplete_fields = ["city_a", "city_b", "source"]
    fieldsets = [(None, {"fields": [("city_a", "city_b")]}), PERIOD, EVIDENCE]


@admin.register(Organisation)
class OrganisationAdmin(RecordAdmin):
    export_columns = STAFF_COLUMNS[Organisation]
    list_display = ["name", "acronym", "kind", "country", "state"]
    list_filter = ["state", "kind", CountryFilter]
    search_fields = ["search_text"]
    autocomplete_fields = ["city"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "acronym", "kind", "country", "city"]}),
        TEXTS,
    ]


@admin.register(Person)
class PersonAdmin(RecordAdmin):
    export_columns = STAFF_COLUMNS[Person]
    list_display = ["name", "title", "city", "organisation", "state"]
    list_filter = ["state", CityCountryFilter]
    list_select_related = ["city", "organisation"]
    search_fields = ["search_text", "city__search_text"]
    autocomplete_fields = ["city", "organisation"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [RoleInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "slug", "title", "city", "organisation"],
                "description": _("People who hold a public office, and no private data of theirs."),
            },
        ),
        TEXTS,
    ]

    def label(self, row):
        return f"{row.name}, {row.title}" if row.title else row.name
