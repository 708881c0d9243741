"""The lists of networks, cities, groups, projects, practices, documents and people, and suggested names."""

import re
from functools import partial

from django.db.models import Case, Prefetch, When
from django.db.models.functions import Coalesce
from django.http import JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from citynet.core.collation import BY_NAME, CodePoints
from citynet.core.countries import country_name
from citynet.core.filters import MAX_NAME
from citynet.core.lists import FilteredListView
from citynet.core.text import fold
from citynet.core.translated import in_language

from ..exports import COLUMNS, body_state, city_state, fact_state, network_state, person_state
from ..filters import (
    BodyFilter,
    CityFilter,
    DocumentFilter,
    MembershipFilter,
    NetworkFilter,
    PersonFilter,
    PracticeFilter,
    ProjectFilter,
    RoleFilter,
    count_of_members,
    count_of_networks,
)
from ..models import (
    Body,
    City,
    Document,
    Membership,
    Network,
    Participation,
    Person,
    Practice,
    Project,
    Role,
)
from .maps import CitiesOnMap

SUGGESTIONS = 10
NUMBER = re.compile(r"[0-9]{1,18}")


class NetworkList(FilteredListView):
    model = Network
    filterset_class = NetworkFilter
    columns = COLUMNS[Network]
    state_on = staticmethod(network_state)

    def complete(self, rows, filters):
        return rows.select_related("seat").annotate(members=count_of_members(filters.day))


class CityList(CitiesOnMap, FilteredListView):
    model = City
    filterset_class = CityFilter
    columns = COLUMNS[City]
    state_on = staticmethod(city_state)
    formats = ("csv", "json", "geojson")

    def complete(self, rows, filters):
        rows = rows.annotate(network_count=count_of_networks(filters.day))
        for name, facts in self.asked_for(filters):
            rows = rows.prefetch_related(Prefetch(name, queryset=facts, to_attr=f"asked_{name}"))
        return rows

    def asked_for(self, filters):
        """Give (name, rows) of the memberships and roles that the filters ask of a city on the asked day.

        A row of the list says where all of them are only possible. Without a day nothing is asked of it.
        """
        given = filters.given
        if not given.get("on"):
            return
        for name, relation in (("memberships", CityFilter.memberships), ("roles", CityFilter.roles)):
            if relation.is_asked(given):
                facts = relation.links(filters, given)
                yield name, facts.select_related("network").order_by("start_latest", "id")


class BodyList(FilteredListView):
    model = Body
    filterset_class = BodyFilter
    columns = COLUMNS[Body]
    state_on = staticmethod(body_state)

    def complete(self, rows, filters):
        chairs = Role.objects.published().chairs().on(filters.day).select_related("city", "person")
        chairs = chairs.order_by("post", "-start_earliest", "id")
        return rows.select_related("network").prefetch_related(
            Prefetch("roles", queryset=chairs, to_attr="chairs")
        )


class ProjectList(FilteredListView):
    model = Project
    filterset_class = ProjectFilter
    columns = COLUMNS[Project]

    def complete(self, rows, filters):
        leads = Participation.objects.published().filter(part=Participation.Part.LEAD)
        leads = leads.select_related("city", "organisation").order_by("-start_earliest", "id")
        return rows.select_related("network", "programme").prefetch_related(
            Prefetch("participations", queryset=leads, to_attr="leads")
        )


class PracticeList(FilteredListView):
    model = Practice
    filterset_class = PracticeFilter
    columns = COLUMNS[Practice]
    title = _("good practices")

    def complete(self, rows, filters):
        networks = Network.objects.published().order_by(*BY_NAME)
        return rows.select_related("city").prefetch_related(
            Prefetch("networks", queryset=networks, to_attr="public_networks")
        )


class DocumentList(FilteredListView):
    model = Document
    filterset_class = DocumentFilter
    columns = COLUMNS[Document]

    def complete(self, rows, filters):
        return rows.select_related("network")


class PersonList(FilteredListView):
    model = Person
    filterset_class = PersonFilter
    columns = COLUMNS[Person]
    state_on = staticmethod(person_state)

    def complete(self, rows, filters):
        roles = Role.objects.published().on(filters.day).select_related("network", "body")
        roles = roles.order_by(CodePoints("network__search_text"), "-start_earliest", "id")
        return rows.select_related("city", "organisation").prefetch_related(
            Prefetch("roles", queryset=roles, to_attr="held")
        )


class MembershipList(FilteredListView):
    """Memberships as rows of their own, with their dates and their source."""

    model = Membership
    filterset_class = MembershipFilter
    columns = COLUMNS[Membership]
    state_on = staticmethod(partial(fact_state, Membership))
    edge, edges = "pk", NUMBER

    def complete(self, rows, filters):
        return rows.select_related("network", "city", "organisation", "source")


class RoleList(FilteredListView):
    """Roles as rows of their own: who held which post, in which group or network, with dates and source."""

    model = Role
    filterset_class = RoleFilter
    columns = COLUMNS[Role]
    state_on = staticmethod(partial(fact_state, Role))
    edge, edges = "pk", NUMBER

    def complete(self, rows, filters):
        return rows.select_related("network", "body", "city", "person", "organisation", "source")


def suggest(request, rows, *order, columns=(), label=str):
    """Suggest rows for a beginning of a name: `?q=mila`; at most 10, those that begin so first.

    Gives `[{"value": slug, "label": "Milan, Italy"}]`, empty for fewer than two letters; `label` makes the
    words of a name and what `columns` hold.
    """
    words = fold(request.GET.get("q", "")[:MAX_NAME])
    if len(words) < 2 or len(words.split()) > 10:
        return JsonResponse([], safe=False)
    begins = Case(When(search_text__startswith=words, then=0), default=1)
    rows = (
        rows.matching(words)
        .order_by(begins, *order, "id")
        .values_list("slug", in_language("name"), *map(in_language, columns))
    )
    suggestions = [{"value": slug, "label": label(*names)} for slug, *names in rows[:SUGGESTIONS]]
    return JsonResponse(suggestions, safe=False)


@require_safe
@cache_control(public=True, max_age=300)
def suggest_cities(request):
    """Suggest public cities, the largest first; see `suggest`."""
    return suggest(
        request,
        City.objects.published(),
        Coalesce("population", 0).desc(),
        columns=("country",),
        label=lambda name, country: f"{name}, {country_name(country) or country}",
    )


@require_safe
@cache_control(public=True, max_age=300)
def suggest_groups(request):
    """Suggest public groups, with their network; see `suggest`."""
    return suggest(
        request,
        Body.objects.published(),
        *BY_NAME,
        columns=("network__name",),
        label=lambda name, network: f"{name}, {network}",
    )


@require_safe
@cache_control(public=True, max_age=300)
def suggest_projects(request):
    """Suggest public projects; see `suggest`."""
    return suggest(request, Project.objects.published(), *BY_NAME)
