"""Memberships and roles as they are edited on the page of a city, organisation, person or group."""

from citynet.core.admin import RecordInline

from ..models import Membership, Role


class MembershipInline(RecordInline):
    model = Membership
    network_path = "network"
    fields = ["network", "category", "start", "end", "source", "state"]
    autocomplete_fields = ["network", "source"]
    list_select_related = ["network", "city", "organisation"]
    ordering = ["network__name", "start_earliest", "pk"]


class RoleInline(RecordInline):
    model = Role
    network_path = "network"
    fields = ["post", "network", "body", "start", "end", "source", "state"]
    autocomplete_fields = ["network", "body", "source"]
    list_select_related = ["network", "body", "city", "person"]
    ordering = ["network__name", "start_earliest", "pk"]


class BodyRoleInline(RoleInline):
    """The roles of a group; on whose behalf is asked on the role's own page, for want of room."""

    fields = ["post", "city", "person", "start", "end", "source", "state"]
    autocomplete_fields = ["city", "person", "source"]
