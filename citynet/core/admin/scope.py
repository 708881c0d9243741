"""Which rows are whose: those of the user's networks, in lists, forms and menus alike."""

from django.contrib.admin.utils import lookup_spawns_duplicates
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models
from django.db.models import Q

from ..fields import PartialDateField, PartialDateWidget

EVERY_NETWORK = "networks.edit_every_network"


def network_ids(request):
    """Give the ids of the networks whose rows the user may reach, or None for every network."""
    if not hasattr(request, "_network_ids"):
        everywhere = request.user.has_perm(EVERY_NETWORK)
        ids = None if everywhere else set(request.user.edited_networks.values_list("network", flat=True))
        request._network_ids = ids
    return request._network_ids


class _KnownChoices:
    """A choice that can be no key (`?source=abc`, 10^40) is none, where Django would fail to look it up."""

    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, [key for key in value if self.can_be_a_key(key)], attrs)

    def can_be_a_key(self, key):
        try:
            return abs(int(key)) < 2**63
        except ValueError:
            return key == ""


class Autocomplete(_KnownChoices, AutocompleteSelect):
    pass


class AutocompleteMany(_KnownChoices, AutocompleteSelectMultiple):
    pass


class ScopedAdmin:
    """What a ModelAdmin and an inline have in common: rows, and choices, of the user's networks only.

    `network_path` is the path from the model to its network: "" for the network itself, None for reference
    data that all share, a tuple where there are several ways. A path over a to-many relation is fine: such
    a row belongs to each of its networks.
    """

    network_path = None
    formfield_overrides = {
        PartialDateField: {"widget": PartialDateWidget},
        models.URLField: {"assume_scheme": "https"},
    }

    @property
    def network_paths(self):
        if self.network_path is None:
            return ()
        return self.network_path if isinstance(self.network_path, tuple) else (self.network_path,)

    def of_networks(self, ids):
        """Give the Q of rows that belong to one of the networks, without repeating any."""
        found = Q()
        for to_network in self.network_paths:
            lookup = Q(**{f"{to_network or 'pk'}__in": ids})
            if to_network and lookup_spawns_duplicates(self.opts, to_network):
                lookup = Q(pk__in=self.model._base_manager.filter(lookup).values("pk"))
            found |= lookup
        return found

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        ids = network_ids(request)
        if self.network_paths and ids is not None:
            rows = rows.filter(self.of_networks(ids))
        if related := getattr(self, "list_select_related", False):
            rows = rows.select_related(*related)
        return rows

    def get_field_queryset(self, db, db_field, request):
        """Offer, and accept, as a link's target what the user may see in the target's own admin."""
        target = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(target, ScopedAdmin):
            return target.get_queryset(request)
        return super().get_field_queryset(db, db_field, request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Autocomplete(db_field, self.admin_site))
        return self.scoped(super().formfield_for_foreignkey(db_field, request, **kwargs), db_field, request)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteMany(db_field, self.admin_site))
        return self.scoped(super().formfield_for_manytomany(db_field, request, **kwargs), db_field, request)

    def scoped(self, field, db_field, request):
        """Name the choices as the target's admin does; who has networks of their own must choose one."""
        target = self.admin_site._registry.get(db_field.remote_field.model)
        if field and isinstance(target, ScopedAdmin):
            field.label_from_instance = target.label
            if network_ids(request) is not None and target.network_paths:
                field.is_scoped = True
                if (db_field.name,) == self.network_paths and (db_field.many_to_many or db_field.null):
                    field.required = True
        return field

    def label(self, row):
        """Name a row where it is chosen; more than its name where names are not enough."""
        return str(row)
