"""Filters that name only what the user may see, and never a thousand cities."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citynet.core.admin import network_ids
from citynet.core.countries import named_countries
from citynet.core.translated import in_language

from ..models import City, Network

MENU = 100


class NetworkFilter(admin.SimpleListFilter):
    """Rows of one of the user's networks; of the first hundred by name, where there are more."""

    title = _("network")
    parameter_name = "network"

    def lookups(self, request, model_admin):
        self.paths = model_admin.network_paths
        ids = network_ids(request)
        networks = Network.objects.all() if ids is None else Network.objects.filter(pk__in=ids)
        return list(networks.order_by(in_language("name")).values_list("slug", in_language("name"))[:MENU])

    def queryset(self, request, queryset):
        if self.value():
            found = Q()
            for path in self.paths:
                found |= Q(**{f"{path}__in": Network.objects.filter(slug=self.value())})
            return queryset.filter(found)

    def has_output(self):
        return super().has_output() or bool(self.value())


class CountryFilter(admin.SimpleListFilter):
    """Rows of one of the countries that there are cities of."""

    title = _("country")
    parameter_name = "country"
    path = "country"

    def lookups(self, request, model_admin):
        present = City.objects.order_by("country").values_list("country", flat=True).distinct()
        return named_countries(present)

    def queryset(self, request, queryset):
        if self.value():
            return queryset.filter(**{self.path: self.value()})


class CityCountryFilter(CountryFilter):
    path = "city__country"
