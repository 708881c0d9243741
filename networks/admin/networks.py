from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citynet.core.admin import (
    COUNTED,
    EVIDENCE,
    PERIOD,
    TEXTS,
    CurrentFilter,
    DecadeFilter,
    RecordAdmin,
    ScopedInline,
    ScopedModelAdmin,
)
from citynet.core.export import Column

from ..exports import STAFF_COLUMNS
from ..models import Body, Figure, Membership, Network, NetworkEditor, Role
from .confirming import ConfirmedAdmin
from .filters import CityCountryFilter, NetworkFilter


class NetworkEditorInline(ScopedInline):
    model = NetworkEditor
    fields = ["user"]
    verbose_name_plural = gettext_lazy("Staff who may edit this network")

    def get_field_queryset(self, db, db_field, request):
        return get_user_model().objects.filter(is_staff=True)


@admin.register(Network)
class NetworkAdmin(RecordAdmin):
    network_path = ""
    export_columns = STAFF_COLUMNS[Network]
    list_display = ["name", "acronym", "kind", "when", "state"]
    list_filter = ["state", "kind", CurrentFilter, DecadeFilter]
    search_fields = ["search_text"]
    autocomplete_fields = ["seat", "host_organisation", "predecessor", "topics", "source"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["its_records"]
    inlines = [NetworkEditorInline]
    fieldsets = [
        (None, {"fields": ["its_records", "name", "slug", "acronym", "kind", "topics", "logo"]}),
        (gettext_lazy("Founded, and until when"), PERIOD[1]),
        (gettext_lazy("Where it belongs"), {"fields": ["seat", "host_organisation", "predecessor"]}),
        TEXTS,
        (gettext_lazy("Who says so"), {"fields": ["source", "note"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        first, *rest = super().get_fieldsets(request, obj)
        if obj is None:
            fields = [name for name in first[1]["fields"] if name != "its_records"]
            first = (first[0], {**first[1], "fields": fields})
        return [first, *rest]

    @admin.display(description=gettext_lazy("its records"))
    def its_records(self, network):
        """Lead to the lists of what belongs to the network: there may be thousands, so not on this page."""
        links = []
        for model in (Membership, Body, Role, Figure):
            count = model.objects.filter(network=network).order_by()[: COUNTED + 1].count()
            words = _("more than %s") % COUNTED if count > COUNTED else count
            address = reverse(f"admin:networks_{model._meta.model_name}_changelist")
            links.append(
                (f"{address}?{urlencode({'network': network.slug})}", words, model._meta.verbose_name_plural)
            )
        add = f"{reverse('admin:networks_membership_add')}?{urlencode({'network': network.pk})}"
        return format_html(
            '{} · <a href="{}">{}</a>',
            format_html_join(" · ", '<a href="{}">{} {}</a>', links),
            add,
            _("Add a membership"),
        )


@admin.register(Membership)
class MembershipAdmin(ConfirmedAdmin):
    network_path = "network"
    export_columns = STAFF_COLUMNS[Membership]
    list_display = ["member", "of_network", "category", "when", "cited", "state"]
    list_filter = ["state", "category", NetworkFilter, CityCountryFilter, CurrentFilter, DecadeFilter]
    list_select_related = ["network", "city", "organisation", "source"]
    search_fields = ["city__search_text", "organisation__search_text", "network__search_text"]
    search_help_text = gettext_lazy(
        "Names of the city or organisation, and of the network: bologna eurocities."
    )
    ordering = ["-updated_at", "-pk"]
    autocomplete_fields = ["network", "city", "organisation", "joint_with", "source"]
    fieldsets = [
        (
            None,
            {
                "fields": ["network", ("city", "organisation"), "category", "listed_as", "joint_with"],
                "description": gettext_lazy(
                    "One row for each time that a city or an organisation belongs to a network: "
                    "who leaves and joins again has two."
                ),
            },
        ),
        PERIOD,
        EVIDENCE,
    ]

    @admin.display(description=gettext_lazy("member"), ordering="city__name")
    def member(self, membership):
        return membership.member

    @admin.display(description=gettext_lazy("network"), ordering="network__name")
    def of_network(self, membership):
        return membership.network.short_name


@admin.register(NetworkEditor)
class NetworkEditorAdmin(ScopedModelAdmin):
    network_path = "network"
    export_columns = (
        Column("user", "user__username"),
        Column("network", "network__name"),
        Column("network_slug", "network__slug"),
    )
    list_display = ["user", "network"]
    list_select_related = ["user", "network"]
    list_filter = [NetworkFilter]
    search_fields = ["user__username", "network__search_text"]
    ordering = ["user__username", "network__name", "pk"]
    autocomplete_fields = ["network"]
    fields = ["user", "network"]

    def get_field_queryset(self, db, db_field, request):
        if db_field.name == "user":
            return get_user_model().objects.filter(is_staff=True)
        return super().get_field_queryset(db, db_field, request)
