"""What the lists of networks, cities, groups, projects, practices, documents and people can be asked.

Without `on`, memberships and roles are those of today. A filter across to-many relations asks whether such
a row exists, so that no row of the list comes twice. Which rows are asked for is said once, in a `relation`,
for the list and for the numbers beside its options.
"""

import re
from functools import reduce
from operator import or_

from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from citynet.core.collation import BY_NAME, CodePoints, OrZero
from citynet.core.countries import country_name
from citynet.core.dates import period_of
from citynet.core.filters import (
    Choices,
    Day,
    ListFilter,
    Menu,
    MenuFilter,
    Names,
    Number,
    OnDay,
    Sort,
    Years,
    any_of,
    in_years,
    keys_of,
    relation,
    values_of,
)
from citynet.core.geo import Region
from citynet.core.lists import CappedCount
from citynet.core.models import holding_on, published_q
from citynet.core.templatetags.citynet import language_name
from citynet.core.text import fold
from citynet.core.translated import in_language

from .models import (
    Body,
    City,
    Document,
    DocumentParty,
    Membership,
    Network,
    Participation,
    Programme,
    Project,
    Role,
    Topic,
    Twinning,
    Uptake,
)


def language_words(code):
    """Name a language by its ISO 639 code; empty for a code that is not known."""
    words = language_name(code)
    return words if words != code else ""


NETWORKS = Menu(Network.objects.published)
TOPICS = Menu(Topic.objects.published, parent="parent_id")
PROGRAMMES = Menu(Programme.objects.published)
COUNTRIES = Menu(City.objects.published, value="country", words=country_name)
LANGUAGES = Menu(Document.objects.published, value="language", words=language_words)

NAME = (_("name"), BY_NAME)
SLUG = re.compile(r"[-a-z0-9_]+")


def find_named(rows, texts, *other_names):
    """Give (text, pk, slug, name) of the rows that texts name: by slug, else by a whole name of theirs.

    `other_names` are paths to further folded names. One SQL statement; two when all texts might be slugs but
    not all of them are. Where names are asked for it reads every row's.
    """
    slugs = {text.lower(): text for text in texts}
    rows, by_slug = rows.order_by(), Q(slug__in=slugs)
    found = []
    if all(map(SLUG.fullmatch, texts)):
        found = [
            (slugs[slug], pk, slug, name)
            for pk, slug, name in rows.filter(by_slug).values_list("pk", "slug", in_language("name"))
        ]
        found.sort(key=lambda row: texts.index(row[0]))
        by_slug = Q()
    known = {text for text, *_rest in found}
    folded = {fold(text): text for text in texts if text not in known and fold(text)}
    if not folded:
        return found
    named = by_slug
    for path in other_names:
        named |= Q(**{f"{path}__in": folded})
    for text in folded:
        named |= (
            Q(search_text=text)
            | Q(search_text__startswith=f"{text}\n")
            | Q(search_text__endswith=f"\n{text}")
        )
    by_name = set()
    for pk, slug, name, own, *others in rows.filter(named).values_list(
        "pk", "slug", in_language("name"), "search_text", *other_names
    ):
        if by_slug and slug in slugs:
            found.append((slugs[slug], pk, slug, name))
        by_name.update(
            (folded[text], pk, slug, name) for text in (*own.split("\n"), *others) if text in folded
        )
    known = {text for text, *_rest in found}
    found = {*found, *(row for row in by_name if row[0] not in known)}
    return sorted(found, key=lambda row: (texts.index(row[0]), row))


def find_cities(texts):
    """Give what `find_named` gives, of cities by their names in any language."""
    return find_named(City.objects.published(), texts, "names__search_text")


class CityNames(Names):
    """Cities by name or slug, with suggestions."""

    def __init__(self, label, path=None):
        super().__init__(find_cities, "networks:city_suggest", label, path)


class GroupNames(Names):
    """Groups by name or slug, with suggestions."""

    def __init__(self, label, path=None):
        super().__init__(
            lambda texts: find_named(Body.objects.published(), texts), "networks:body_suggest", label, path
        )


class ProjectNames(Names):
    """Projects by name or slug, with suggestions."""

    def __init__(self, label, path=None):
        super().__init__(
            lambda texts: find_named(Project.objects.published(), texts),
            "networks:project_suggest",
            label,
            path,
        )


def members_of(networks=None):
    """Give the public memberships of cities; with `networks`, of those, which are known to be public."""
    rows = Membership.objects.filter(published_q(), published_q("city__"))
    return rows.filter(network__in=networks) if networks else rows.filter(published_q("network__"))


def count_of_members(day):
    """Count a network's member cities on the day; two that take part jointly count once."""
    members = Membership.objects.filter(published_q(), published_q("city__"), network=OuterRef("pk"))
    return CappedCount(members.participations().on(day), distinct="city")


def count_of_networks(day):
    """Count the networks that a city is a member of on the day."""
    memberships = Membership.objects.filter(published_q(), published_q("network__"), city=OuterRef("pk")).on(
        day
    )
    return CappedCount(memberships, distinct="network")


def count_of_cities(day):
    """Count the cities that hold a role in a group on the day."""
    roles = Role.objects.published().on(day).filter(body=OuterRef("pk"), city__isnull=False)
    return CappedCount(roles, distinct="city")


class NetworkFilter(ListFilter):
    kind = Choices(Network.Kind.choices, _("Kind"), path="kind")
    topic = MenuFilter(TOPICS, _("Topic"), path="topics")
    country = MenuFilter(COUNTRIES, _("Seat in"), path="seat__country", public="seat__")
    member_country = MenuFilter(COUNTRIES, _("Has members in"))
    city = CityNames(_("Has the member"))
    from_ = Day(_("Founded from"))
    to = Day(_("Founded until"))
    status = Choices([("active", _("active")), ("dissolved", _("dissolved"))], _("Status"))
    on = OnDay()
    sort = Sort(_("Sort by"))

    sorts = {
        "name": NAME,
        "-members": (_("most member cities"), ("-member_count", *BY_NAME)),
        "-founded": (_("youngest first"), ("-start_earliest", *BY_NAME)),
        "founded": (
            _("oldest first"),
            (Case(When(start="", then=1), default=0), "start_earliest", *BY_NAME),
        ),
    }
    counted_sorts = ("-members",)

    def members_of_the_day(self, given):
        """The memberships of cities; all, once a network is no more: it has had its members at some time."""
        members = Membership.objects.filter(published_q(), published_q("city__"))
        return members if values_of(given["status"]) == {"dissolved"} else members.on(self.day)

    # Not of the same membership: a city, and members in other countries. Networks are few, memberships many.
    member_countries = relation("network", exists=any_of, member_country="city__country")(members_of_the_day)
    member_cities = relation("network", exists=any_of, city="city")(members_of_the_day)

    def narrow(self, rows, given):
        status = values_of(given["status"])
        if status == {"dissolved"}:
            rows = rows.filter(end_latest__lt=period_of(self.day)[0])
        elif status == {"active"} or (given["on"] and not status):
            rows = rows.on(self.day)
        rows = self.started(rows, given)
        if given["sort"] == "-members":
            rows = rows.annotate(member_count=count_of_members(self.day))
        return rows


class CityFilter(ListFilter):
    country = MenuFilter(COUNTRIES, _("Country"), path="country")
    network = MenuFilter(NETWORKS, _("Network"))
    category = Choices(Membership.Category.choices, _("Member as"))
    role = Choices(Role.Post.choices, _("Role held"))
    topic = MenuFilter(TOPICS, _("Topic"), path="topics")
    population_from = Number(_("Population from"))
    population_to = Number(_("Population up to"))
    twin = CityNames(_("Twinned with"))
    group = GroupNames(_("In the group"))
    project = ProjectNames(_("In the project"))
    bbox = Region()
    on = OnDay()
    sort = Sort(_("Sort by"))

    sorts = {
        "name": NAME,
        "-population": (_("largest first"), (OrZero("population").desc(), "id")),
        "-networks": (_("most networks"), ("-network_count", *BY_NAME)),
        "country": (_("country"), ("country", *BY_NAME)),
    }
    counted_sorts = ("-networks",)

    @relation("city", network="network", category="category")
    def memberships(self, given):
        """One membership has to be of the network and of the category, not two between them."""
        return members_of(keys_of(given["network"] or ())).on(self.day)

    @relation("city", asked_by=("role", "group"), role="post", network="network", group="body")
    def roles(self, given):
        """A role is held in the network, and in the group, that is asked for, if one is."""
        return Role.objects.published().on(self.day)

    @relation("city", project="project")
    def participations(self, given):
        """Who takes part in a project at any time, unless a day is asked about."""
        rows = Participation.objects.published()
        return rows.on(given["on"]) if given["on"] else rows

    def narrow(self, rows, given):
        if given["sort"] == "-networks":
            rows = rows.annotate(network_count=count_of_networks(self.day))
        if given["population_from"] is not None:
            rows = rows.filter(population__gte=given["population_from"])
        if given["population_to"] is not None:
            rows = rows.filter(population__lte=given["population_to"])
        if given["twin"]:
            twins = Twinning.objects.published().on(self.day)
            keys = keys_of(given["twin"])
            rows = rows.filter(
                Exists(twins.filter(city_a=OuterRef("pk"), city_b__in=keys))
                | Exists(twins.filter(city_b=OuterRef("pk"), city_a__in=keys))
            )
        if given["bbox"]:
            rows = rows.filter(given["bbox"].holds())
        return rows


class BodyFilter(ListFilter):
    network = MenuFilter(NETWORKS, _("Network"), path="network")
    kind = Choices(Body.Kind.choices, _("Kind"), path="kind")
    topic = MenuFilter(TOPICS, _("Topic"), path="topics")
    city = CityNames(_("Has the member"))
    chair = CityNames(_("Chaired by"))
    on = OnDay()
    sort = Sort(_("Sort by"))

    sorts = {
        "name": NAME,
        "-members": (_("most member cities"), ("-member_count", *BY_NAME)),
        "network": (_("network"), (CodePoints("network__search_text"), *BY_NAME)),
    }
    counted_sorts = ("-members",)

    @relation("body", city="city")
    def roles(self, given):
        return Role.objects.published().on(self.day)

    @relation("body", chair="city")
    def chairs(self, given):
        return Role.objects.published().on(self.day).chairs()

    def narrow(self, rows, given):
        if given["on"]:
            rows = rows.on(self.day)
        if given["sort"] == "-members":
            rows = rows.annotate(member_count=count_of_cities(self.day))
        return rows


class ProjectFilter(ListFilter):
    network = MenuFilter(NETWORKS, _("Network"), path="network")
    programme = MenuFilter(PROGRAMMES, _("Programme"), path="programme")
    city = CityNames(_("With the city"))
    part = Choices(Participation.Part.choices, _("Which takes part as"))
    topic = MenuFilter(TOPICS, _("Topic"), path="topics")
    year = Years(_("Running in the year"))
    sort = Sort(_("Sort by"))

    sorts = {
        "name": NAME,
        "-start": (_("latest first"), ("-start_earliest", "id")),
        "start": (_("earliest first"), ("start_earliest", "-id")),
    }

    @relation("project", city="city", part="part")
    def partners(self, given):
        """The city has to take part in that way itself."""
        return Participation.objects.published()

    def narrow(self, rows, given):
        if given["year"]:
            rows = rows.filter(in_years(given["year"])).exclude(start="", end="", confirmed_on=None)
        return rows


class PracticeFilter(ListFilter):
    network = MenuFilter(NETWORKS, _("Shared through"), path="networks")
    city = CityNames(_("City"), path="city")
    country = MenuFilter(COUNTRIES, _("Country"), path="city__country", public="city__")
    topic = MenuFilter(TOPICS, _("Topic"), path="topics")
    year = Years(_("Year"), path="year")
    taken_up_by = CityNames(_("Taken up by"))
    sort = Sort(_("Sort by"))

    sorts = {"name": NAME, "-year": (_("latest first"), (OrZero("year").desc(), "id"))}

    @relation("practice", taken_up_by="city")
    def uptakes(self, given):
        return Uptake.objects.published()


class DocumentFilter(ListFilter):
    network = MenuFilter(NETWORKS, _("Network"), path="network")
    kind = Choices(Document.Kind.choices, _("Kind"), path="kind")
    city = CityNames(_("Signed by"))
    topic = MenuFilter(TOPICS, _("Topic"), path="topics")
    year = Years(_("Year"))
    language = MenuFilter(LANGUAGES, _("Language"), path="language")
    sort = Sort(_("Sort by"))

    sorts = {
        "-date": (_("latest first"), ("-date_earliest", *BY_NAME)),
        "name": NAME,
    }

    @relation("document", city="city")
    def parties(self, given):
        return DocumentParty.objects.all()

    def narrow(self, rows, given):
        if given["year"]:
            rows = rows.filter(in_years(given["year"], "date_earliest", "date_latest")).exclude(date="")
        return rows


class FactFilter(ListFilter):
    """Memberships or roles themselves: those of the asked day or of today, unless a status is asked for."""

    status = Choices(
        [
            ("current", pgettext_lazy("facts", "holding that day")),
            ("former", pgettext_lazy("facts", "ended")),
            ("coming", pgettext_lazy("facts", "to come")),
        ],
        _("Status"),
    )
    q = None
    on = OnDay()
    sort = Sort(_("Sort by"))

    sorts = {
        "-start": (_("latest first"), ("-start_earliest", "-id")),
        "start": (_("earliest first"), ("start_earliest", "id")),
    }

    def narrow(self, rows, given):
        wanted = values_of(given["status"]) or {"current"}
        if wanted == {"current"}:
            return rows.on(self.day)
        earliest, latest = period_of(self.day)
        over, to_come = self.networks_not_there
        states = {
            "current": holding_on(self.day, within=rows.model.within),
            "former": Q(end_latest__lt=earliest) | Q(network__in=over),
            "coming": Q(start_earliest__gt=latest) | Q(network__in=to_come),
        }
        return rows.filter(reduce(or_, (states[state] for state in wanted)))

    @cached_property
    def networks_not_there(self):
        """The keys of the networks that were over by the day, and of those still to come; one SQL statement.

        They are few, and with them, unlike with a join, the database can go by its indexes.
        """
        earliest, latest = period_of(self.day)
        found = Network.objects.filter(Q(end_latest__lt=earliest) | Q(start_earliest__gt=latest))
        found = found.order_by().values_list("pk", "end_latest")
        return [pk for pk, end in found if end < earliest], [pk for pk, end in found if end >= earliest]


class MembershipFilter(FactFilter):
    network = MenuFilter(NETWORKS, _("Network"), path="network")
    category = Choices(Membership.Category.choices, _("Member as"), path="category")
    country = MenuFilter(COUNTRIES, _("Country"), path="city__country", public="city__")
    city = CityNames(_("City"), path="city")


class RoleFilter(FactFilter):
    network = MenuFilter(NETWORKS, _("Network"), path="network")
    post = Choices(Role.Post.choices, _("Post"), path="post")
    country = MenuFilter(COUNTRIES, _("Country"), path="city__country", public="city__")
    city = CityNames(_("City"), path="city")
    group = GroupNames(_("In the group"), path="body")


class PersonFilter(ListFilter):
    """People by the roles that they hold or held: all that is asked of a role is asked of the same one."""

    network = MenuFilter(NETWORKS, _("In the network"))
    city = CityNames(_("City"))
    post = Choices(Role.Post.choices, _("Post"))
    topic = MenuFilter(TOPICS, _("Topic"))
    year = Years(_("In office in the year"))
    status = Choices(
        [
            ("current", pgettext_lazy("a person", "in office")),
            ("former", pgettext_lazy("a person", "no longer")),
        ],
        _("Status"),
    )
    on = OnDay()
    sort = Sort(_("Sort by"))

    @relation(
        "person",
        asked_by=("network", "post", "topic", "year", "status", "on"),
        network="network",
        post="post",
        topic=("body__topics", "network__topics"),
    )
    def roles(self, given):
        """The roles of the asked day or status; without either all that were ever held."""
        roles, status = Role.objects.published(), values_of(given["status"])
        if status == {"former"}:
            roles = roles.filter(end_latest__lt=period_of(self.day)[0])
        elif status == {"current"} or (given["on"] and not status):
            roles = roles.on(self.day)
        if given["year"]:
            roles = roles.filter(in_years(given["year"])).exclude(start="", end="", confirmed_on=None)
        if given["city"]:
            cities = keys_of(given["city"])
            roles = roles.filter(Q(city__in=cities) | Q(person__city__in=cities))
        return roles

    def narrow(self, rows, given):
        held = Role.objects.published().filter(person=OuterRef("pk"))
        if values_of(given["status"]) == {"former"}:
            rows = rows.filter(~Exists(held.on(self.day)))
        if given["city"] and not PersonFilter.roles.is_asked(given):
            cities = keys_of(given["city"])
            rows = rows.filter(Q(city__in=cities) | Exists(held.filter(city__in=cities)))
        return rows
