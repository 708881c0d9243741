"""The pages of single networks, cities, groups, projects, practices, documents and people.

Each page makes a constant number of SQL statements, at most 15. What has no bound in the world (the members
of a network, those who take part in a group) is shown a page at a time, or capped.
"""

import re
from itertools import groupby

from django import forms
from django.db.models import Case, F, Prefetch, Q, When
from django.db.models.functions import Coalesce
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citynet.core.collation import BY_NAME, CodePoints
from citynet.core.countries import named_countries
from citynet.core.dates import period_of
from citynet.core.details import PublicDetailView
from citynet.core.models import published_q

from .. import structured
from ..counting import compare, members_by_country
from ..models import (
    AwardWinner,
    Body,
    City,
    Document,
    Grant,
    Membership,
    Metric,
    Network,
    Participation,
    Person,
    Practice,
    Project,
    Role,
    Twinning,
)

MEMBERS_SHOWN = 24
ROLES_SHOWN = 300
ROWS_SHOWN = 30
NEWS_SHOWN = 5
LATEST_EVENTS = ("-start_earliest", *BY_NAME)
LATEST_DOCUMENTS = ("-date_earliest", *BY_NAME)


# What several pages do ---------------------------------------------------------


def by_name_of(*parties):
    """Give the order by the name of whichever of the parties a row has, the same on every database."""
    names = [f"{party}__search_text" for party in parties]
    return CodePoints(Coalesce(*names) if len(names) > 1 else names[0]), "id"


def split_on(rows, day):
    """Give (the dated rows that may hold on the day, the others), in the order they come in."""
    rows = list(rows)
    return [row for row in rows if row.may_hold_on(day)], [row for row in rows if not row.may_hold_on(day)]


def timeline(*rows):
    """Give [(year in words, [(kind of row, row)])], oldest first, rows without a start last."""
    rows = sorted(
        rows, key=lambda row: (not row.start, row.start_latest.year, start_year(row), row.start_latest)
    )
    return [
        (words, [(row._meta.model_name, row) for row in same])
        for words, same in groupby(rows, key=start_year)
    ]


def start_year(row):
    if not row.start:
        return _("Start not known")
    return row.start.words() if row.start.precision in ("decade", "by") else str(row.start.earliest.year)


LEADING_FIRST = Case(When(post__in=Role.LEADING, then=0), default=1)


def leading_first(roles):
    """Put those who lead first, and of them those of whom more is known than that they did at some time."""
    return sorted(roles, key=lambda role: (role.post not in Role.LEADING, not role.start))


class MemberFilter(forms.Form):
    """Choose among a network's members; its choices are the countries that they come from."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        required=False,
        choices=[("", gettext_lazy("All")), *Membership.Category.choices],
    )

    def __init__(self, data, codes):
        super().__init__(data)
        self.fields["country"].choices = [("", _("All")), *named_countries(codes)]


# The pages ---------------------------------------------------------------------


class NetworkDetail(PublicDetailView):
    model = Network
    list_title = gettext_lazy("Networks")
    describe = staticmethod(structured.describe_network)
    related = ("seat", "host_organisation", "predecessor", "source")

    def get_object(self, queryset=None):
        """Give the network, and keep its `successors`, which the same statement finds."""
        slug = self.kwargs["slug"]
        rows = self.get_queryset().filter(Q(slug=slug) | Q(predecessor__slug=slug)).order_by(*BY_NAME)
        found = [row for row in rows if row.slug == slug]
        if not found:
            raise Http404
        self.successors = [row for row in rows if row.slug != slug]
        return found[0]

    def facts_on(self, asked):
        network, day = self.object, asked.for_query
        members = network.memberships.published().on(day)
        by_country = members_by_country(members)
        bodies, former_bodies = split_on(
            network.bodies.published()
            .filter(start_earliest__lte=period_of(day)[1])
            .select_related("source")
            .order_by("kind", *BY_NAME)[:ROLES_SHOWN],
            day,
        )
        roles, former_roles = self.split_roles(day)
        for body in bodies:
            body.leaders = [role for role in roles if role.body_id == body.pk]
        events = list(network.events.published().order_by(*LATEST_EVENTS)[:ROWS_SHOWN])
        numbers = self.numbers(day, by_country, bodies)
        return {
            "topics": network.topics.published().order_by(*BY_NAME),
            "successors": self.successors,
            "numbers": numbers,
            "living": self.living_numbers(numbers["compared"]),
            "has_member_cities": bool(by_country),
            **self.filter_members(members, [row["city__country"] for row in by_country], asked),
            "bodies": bodies,
            "former_bodies": former_bodies,
            "roles": leading_first(role for role in roles if role.body_id is None),
            "timeline": timeline(*former_roles),
            "next_events": [event for event in reversed(events) if not event.is_over],
            "past_events": [event for event in events if event.is_over],
            "news": network.news.published()[:NEWS_SHOWN],
            "programmes": network.programmes.published()
            .order_by(*BY_NAME)
            .select_related("source")
            .prefetch_related(
                Prefetch("grants", Grant.objects.published().select_related("funder", "source"))
            ),
            "projects": network.projects.published().order_by("-start_earliest", *BY_NAME)[:ROWS_SHOWN],
            "documents": network.documents.published()
            .on(asked.for_query)
            .order_by(*LATEST_DOCUMENTS)[:ROWS_SHOWN],
            **self.awards(),
        }

    def numbers(self, day, by_country, bodies):
        """Set the stated figures of the network, its groups and programmes beside our counts."""
        figures = self.object.figures.published().as_of(day).select_related("source", "body", "programme")
        kinds = [body.kind for body in bodies]
        counts = {
            Metric.MEMBER_CITIES: sum(row["members"] for row in by_country),
            Metric.COUNTRIES: len(by_country),
            Metric.FORUMS: kinds.count(Body.Kind.FORUM),
            Metric.WORKING_GROUPS: kinds.count(Body.Kind.WORKING_GROUP),
        }
        if partners := sum(row["partners"] for row in by_country):
            counts[Metric.PARTNER_CITIES] = partners
        own = [figure for figure in figures if not figure.body_id and not figure.programme_id]
        return {
            "network": self.object,
            "compared": compare(own, counts),
            "of_parts": [figure for figure in figures if figure.body_id or figure.programme_id],
        }

    def living_numbers(self, compared):
        """Give [(metric in words, counted, latest stated figure or None)] of what the page opens with."""
        wanted = (Metric.MEMBER_CITIES.label, Metric.COUNTRIES.label)
        return [
            (words, counted, figures[0] if figures else None)
            for words, counted, figures in compared
            if words in wanted and (counted or figures)
        ]

    def filter_members(self, members, codes, asked):
        """Give a page of members and the form that chooses them; a bad choice is told, and chooses nothing."""
        form = MemberFilter(self.request.GET, codes)
        if form.is_valid():
            if country := form.cleaned_data["country"]:
                members = members.filter(city__country=country)
            if category := form.cleaned_data["category"]:
                members = members.filter(category=category)
        number = self.request.GET.get("page", "")
        number = int(number) if re.fullmatch(r"[1-9][0-9]{0,3}", number) else 1
        first = (number - 1) * MEMBERS_SHOWN
        members = list(
            members.select_related("city", "organisation", "source", "joint_with__city").order_by(
                *by_name_of("city", "organisation")
            )[first : first + MEMBERS_SHOWN + 1]
        )
        query = QueryDict(mutable=True)
        query["network"] = self.object.slug
        query.update(
            {name: self.request.GET[name] for name in ("country", "category") if form.data.get(name)}
        )
        if asked:
            query["on"] = asked.day
        pages = self.request.GET.copy()
        pages["page"] = number - 1
        previous = pages.urlencode() if number > 1 else ""
        pages["page"] = number + 1
        return {
            "previous_members": previous,
            "next_members": pages.urlencode() if len(members) > MEMBERS_SHOWN else "",
            "member_list": f"{reverse('networks:city_list')}?{query.urlencode()}",
            "member_map": f"{reverse('networks:city_download', args=['geojson'])}?{query.urlencode()}",
            "member_filter": form,
            "members": members[:MEMBERS_SHOWN],
        }

    def split_roles(self, day):
        """Give (current, former) roles in the network itself and at the head of its groups."""
        roles = (
            self.object.roles.published()
            .filter(Q(body=None) | Q(post__in=Role.LEADING), start_earliest__lte=period_of(day)[1])
            .select_related("body", "city", "person", "organisation", "source")
            .order_by("-end_latest", "-start_earliest", "id")[:ROLES_SHOWN]
        )
        return split_on(roles, day)

    def awards(self):
        winners = (
            AwardWinner.objects.published()
            .filter(edition__award__network=self.object)
            .select_related("edition", "city", "practice", "source")
            .order_by("edition__award", "-edition__year", "category", "prize", "id")
        )
        awards = list(
            self.object.awards.published().order_by(*BY_NAME).select_related("organisation", "source")
        )
        by_award = {}
        for winner in winners:
            by_award.setdefault(winner.edition.award_id, []).append(winner)
        for award in awards:
            award.winners = by_award.get(award.pk, [])
        return {"awards": awards}


# What is known of a city, for its page and for its passport (citynet/portal/passport.py).


def memberships_of(city):
    return (
        city.memberships.published()
        .order_by(*by_name_of("network"))
        .select_related("network", "joint_with__city", "source")
    )


def roles_of(city):
    return (
        city.roles.published()
        .order_by(CodePoints("network__search_text"), "-start_earliest", "id")
        .select_related("network", "body", "person", "organisation", "source")
    )


def twinnings_of(city):
    """Give the city's twinnings, each with its `twin`, in the order of their names; a list."""
    twinnings = list(
        Twinning.objects.published().of(city).select_related("city_a", "city_b", "source").order_by("id")
    )
    for twinning in twinnings:
        twinning.twin = twinning.other(city)
    return sorted(twinnings, key=lambda twinning: twinning.twin.sort_text)


def participations_of(city):
    return (
        city.participations.published().order_by(*by_name_of("project")).select_related("project", "source")
    )


def uptakes_of(city):
    return city.uptakes.published().order_by(*by_name_of("practice")).select_related("practice", "source")


def awards_of(city):
    return (
        city.awards_won.published()
        .order_by("-edition__year", "category", "prize", "id")
        .select_related("edition__award", "practice", "source")
    )


def signed_by(city, day):
    """Give the documents that the city had signed by that day, or on a day that is not known."""
    return Document.objects.published().on(day).filter(parties__city=city).order_by(*LATEST_DOCUMENTS)


class CityDetail(PublicDetailView):
    model = City
    list_title = gettext_lazy("Cities")
    describe = staticmethod(structured.describe_city)

    def facts_on(self, asked):
        city, day = self.object, asked.for_query
        latest = period_of(day)[1]
        begun = Q(start_earliest__lte=latest) if asked else Q()
        memberships, former_memberships = split_on(memberships_of(city).filter(begun), day)
        roles, former_roles = split_on(roles_of(city).filter(begun), day)
        twinnings, former_twinnings = split_on(twinnings_of(city), day)
        others = [*former_memberships, *former_roles, *former_twinnings]
        participations = participations_of(city)
        return {
            "names": city.names.all(),
            "topics": city.topics.published().order_by(*BY_NAME),
            "memberships": memberships,
            "network_count": len({membership.network_id for membership in memberships}),
            "chair_count": sum(role.post in Role.LEADING for role in roles),
            "roles": leading_first(roles),
            "timeline": timeline(*(row for row in others if row.start_earliest <= latest)),
            "to_come": timeline(*(row for row in others if row.start_earliest > latest and not asked)),
            "participations": participations.running_on(asked.day) if asked else participations,
            "practices": city.practices.published().order_by(*BY_NAME),
            "uptakes": uptakes_of(city),
            "awards": awards_of(city),
            "events": city.events.published().order_by(*LATEST_EVENTS)[:ROWS_SHOWN],
            "news": city.news.published()[:NEWS_SHOWN],
            "documents": signed_by(city, day)[:ROWS_SHOWN],
            "twinnings": twinnings,
            "seats": city.seat_of.published().on(day).order_by(*BY_NAME),
        }


class BodyDetail(PublicDetailView):
    model = Body
    list_title = gettext_lazy("Groups")
    describe = staticmethod(structured.describe_body)
    related = ("network", "source")

    def facts_on(self, asked):
        body, day = self.object, asked.for_query
        earliest, latest = period_of(day)
        parties = ("network", "city", "person", "organisation", "source")
        roles = body.roles.published().select_related(*parties)
        now = roles.on(day).order_by(LEADING_FIRST, *by_name_of("city", "person"))
        now = list(now[: ROLES_SHOWN + 1])
        former = roles.exclude(start_earliest__lte=latest, end_latest__gte=earliest)
        if asked:
            former = former.filter(start_earliest__lte=latest)
        participants = [role for role in now[:ROLES_SHOWN] if role.post not in Role.LEADING]
        cities = {role.city_id for role in participants if role.city_id}
        counts = {Metric.BODY_MEMBERS: len(cities)} if len(now) <= ROLES_SHOWN else {}
        figures = body.figures.published().as_of(day).select_related("source")
        events = list(body.events.published().order_by(*LATEST_EVENTS)[:ROWS_SHOWN])
        to_come = [event for event in events if not event.is_over]
        return {
            "topics": body.topics.published().order_by(*BY_NAME),
            "parents": body.parent_links.on(day)
            .filter(published_q("parent__"))
            .order_by(*by_name_of("parent"))
            .select_related("parent"),
            "children": body.child_links.on(day)
            .filter(published_q("body__"))
            .order_by(*by_name_of("body"))
            .select_related("body"),
            "leaders": [role for role in now if role.post in Role.LEADING],
            "city_count": len({role.city_id for role in now[:ROLES_SHOWN] if role.city_id}),
            "participants": participants,
            "has_more_participants": len(now) > ROLES_SHOWN,
            "numbers": {"network": body.network, "compared": compare(figures, counts), "of_parts": []},
            "timeline": timeline(*former.order_by("-start_earliest", "id")[:ROLES_SHOWN]),
            "events": events,
            "news": body.news.published()[:NEWS_SHOWN],
            "nearest_event": to_come[-1]
            if to_come
            else next((event for event in events if event.start), None),
            "documents": body.documents.published()
            .on(asked.for_query)
            .order_by(*LATEST_DOCUMENTS)[:ROWS_SHOWN],
        }


class ProjectDetail(PublicDetailView):
    model = Project
    list_title = gettext_lazy("Projects")
    describe = staticmethod(structured.describe_project)
    related = ("network", "programme__parent", "parent", "source")

    def facts_on(self, asked):
        project = self.object
        grants = Q(project=project)
        if project.programme_id and project.programme.is_published:
            grants |= Q(programme=project.programme)
        lead_first = Case(When(part=Participation.Part.LEAD, then=0), default=1)
        participations = (
            project.participations.published()
            .order_by(lead_first, *by_name_of("city", "organisation"))
            .select_related("city", "organisation", "source")
        )
        if asked:
            participations = participations.on(asked.day)
        return {
            "topics": project.topics.published().order_by(*BY_NAME),
            "participations": list(participations),
            "grants": Grant.objects.published()
            .filter(grants)
            .select_related("funder", "programme", "source"),
            "children": project.children.published().order_by(*BY_NAME),
            "documents": project.documents.published()
            .on(asked.for_query)
            .order_by(*LATEST_DOCUMENTS)[:ROWS_SHOWN],
        }


class PracticeDetail(PublicDetailView):
    model = Practice
    list_title = gettext_lazy("Practices")
    describe = staticmethod(structured.describe_practice)
    related = ("city", "source")
    depends_on_day = False

    def facts_on(self, asked):
        return {
            "topics": self.object.topics.published().order_by(*BY_NAME),
            "networks": self.object.networks.published().order_by(*BY_NAME),
            "uptakes": self.object.uptakes.published()
            .order_by(F("year").asc(nulls_last=True), *by_name_of("city"))
            .select_related("city", "source"),
            "awards": self.object.awards.published()
            .order_by("-edition__year", "category", "prize", "id")
            .select_related("edition__award", "source"),
        }


class DocumentDetail(PublicDetailView):
    model = Document
    list_title = gettext_lazy("Documents")
    describe = staticmethod(structured.describe_document)
    related = ("network", "project", "source")
    depends_on_day = False

    def get_queryset(self):
        return super().get_queryset().prefetch_related(Prefetch("body", Body.objects.published()))

    def facts_on(self, asked):
        return {
            "topics": self.object.topics.published().order_by(*BY_NAME),
            "parties": self.object.parties.filter(
                Q(city=None) | published_q("city__"), Q(organisation=None) | published_q("organisation__")
            )
            .order_by(*by_name_of("city", "organisation"))
            .select_related("city", "organisation"),
            "events": self.object.events.published().order_by(*LATEST_EVENTS)[:ROWS_SHOWN],
        }


class PersonDetail(PublicDetailView):
    model = Person
    list_title = gettext_lazy("People")
    describe = staticmethod(structured.describe_person)
    related = ("city", "organisation")

    def facts_on(self, asked):
        day = asked.for_query
        roles = (
            self.object.roles.published()
            .order_by("-start_earliest", "id")
            .select_related("network", "body", "city", "organisation", "source")
        )
        if asked:
            roles = roles.filter(start_earliest__lte=period_of(day)[1])
        now, former = split_on(roles, day)
        return {"roles": leading_first(now), "timeline": timeline(*former)}
