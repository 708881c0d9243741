"""Two to four networks side by side: the cities that they share, by country, and what each is and does.

A city belongs to exactly one *set* of the compared networks: those that it is a member of on the asked day, or
was at any time when no day is asked about. The sets with two networks or more are what they share; the set of one
network alone is what it has and the others lack.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import groupby

from django.db import connections
from django.db.models import Case, Prefetch, Sum, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citynet.core.collation import BY_NAME, CodePoints, sql_by_name
from citynet.core.countries import country_name
from citynet.core.filters.facets import sql_of
from citynet.core.structured import public
from citynet.core.templatetags.citynet import period

from .comparison import Said, Table, names_of
from .models import Body, City, Figure, Membership, Project, Topic
from .spans import meetings, span_of

NAMED = 12  # cities of a set that are named at once
LISTED = 100  # cities of one set on a page
MOST_READ = 500  # projects or groups that are read for the page and the file
COUNTRIES_SHOWN = 15


@dataclass
class MemberSet:
    """The cities that are members of exactly the networks at `places`; `today` is how many are so today."""

    places: tuple
    total: int
    cities: list
    today: int | None = None
    together: dict = field(default_factory=dict)

    @property
    def more(self):
        return self.total - len(self.cities)

    @property
    def is_shared(self):
        return len(self.places) > 1


def places_of(mask):
    """Give the places whose bits are set."""
    return tuple(place for place in range(mask.bit_length()) if mask >> place & 1)


def mask_of(places):
    return sum(1 << place for place in places)


def memberships_of(networks, asked):
    """Give the public memberships of cities in the networks, on the asked day or of any time."""
    rows = Membership.objects.published().filter(network__in=networks, city__isnull=False)
    return rows.on(asked.day) if asked else rows


def counted(networks, rows, first=0, number=NAMED, only=None):
    """Give ({(mask, country): cities}, {mask: keys of some cities, by name}); one SQL statement.

    A mask has a bit for each of the networks that a city belongs to. The cities are those at the places
    `first` to `first + number` of each mask, or of the `only` one. The ORM groups no GROUP BY.
    """
    bits = [When(network=network, then=1 << place) for place, network in enumerate(networks)]
    masks = rows.order_by().values("city").annotate(mask=Sum(Case(*bits), distinct=True))
    found = sql_of(masks.values_list("city_id", "mask"))
    if not found:
        return Counter(), {}
    using = connections[Membership.objects.db]
    among = f" AND mask = {int(only)}" if only else ""
    sql = (
        f"WITH masks(city, mask) AS ({found[0]}),"
        " placed AS (SELECT masks.mask, city.id, city.country,"
        f" ROW_NUMBER() OVER (PARTITION BY masks.mask ORDER BY {sql_by_name('city', using)}, city.id) AS place"
        f" FROM masks JOIN {City._meta.db_table} AS city ON city.id = masks.city)"
        " SELECT mask, country, COUNT(*), 0, 0 FROM placed GROUP BY mask, country UNION ALL"
        " SELECT mask, '', 0, id, place FROM placed"
        f" WHERE place > {int(first)} AND place <= {int(first + number)}{among} ORDER BY 1, 5"
    )
    with using.cursor() as cursor:
        cursor.execute(sql, found[1])
        result = cursor.fetchall()
    numbers, keys = Counter(), defaultdict(list)
    for mask, country, cities, key, place in result:
        if place:
            keys[mask].append(key)
        else:
            numbers[mask, country] = cities
    return numbers, keys


def by_mask(numbers):
    """Sum up {(mask, country): cities} as {mask: cities}."""
    sums = Counter()
    for (mask, _country), cities in numbers.items():
        sums[mask] += cities
    return sums


class Members:
    """Who is a member of which of the networks; `only` (places, first, number) lists one set's cities."""

    def __init__(self, networks, asked, only=None):
        self.networks, self.asked = networks, asked
        rows = memberships_of(networks, asked)
        if only:
            places, first, number = only
            self.numbers, keys = counted(networks, rows, first, number, mask_of(places))
        else:
            self.numbers, keys = counted(networks, rows)
        self.totals = by_mask(self.numbers)
        cities = City.objects.in_bulk([key for found in keys.values() for key in found])
        self.sets = [
            MemberSet(places_of(mask), total, [cities[key] for key in keys.get(mask, ())])
            for mask, total in self.totals.items()
        ]
        self.sets.sort(key=lambda each: (-len(each.places), each.places))
        if not asked:
            today = by_mask(counted(networks, rows.on(timezone.localdate()), number=0)[0])
            for each in self.sets:
                each.today = self.sum_of(today, each.places, exactly=True)
            self.today = today
            self.say_when(cities)

    @staticmethod
    def sum_of(totals, places, exactly=False):
        """Give how many cities belong to all the networks at the places, or to exactly those."""
        wanted = mask_of(places)
        if exactly:
            return totals.get(wanted, 0)
        return sum(number for mask, number in totals.items() if mask & wanted == wanted)

    def say_when(self, cities):
        """Give the named cities of shared sets the times at which they belonged to all of them; one statement."""
        shared = {city.pk for each in self.sets if each.is_shared for city in each.cities}
        rows = memberships_of(self.networks, self.asked).filter(city__in=shared).select_related("network")
        spans = defaultdict(lambda: defaultdict(list))
        for row in rows:
            spans[row.city_id][row.network_id].append(span_of(row, row.network))
        for each in self.sets:
            for city in each.cities if each.is_shared else ():
                found = meetings(list(spans[city.pk].values()))
                city.together = "; ".join(met.words for met in found) or _("never at the same time")

    def shared_by_all(self, totals=None):
        everyone = range(len(self.networks))
        return self.sum_of(self.totals if totals is None else totals, everyone)

    def members(self, place):
        return self.sum_of(self.totals, (place,))

    def countries_of(self, place):
        return len({country for (mask, country) in self.numbers if mask >> place & 1})

    def by_country(self):
        """Give [(code, [members of each network], in all of them)], most members first."""
        rows = defaultdict(lambda: ([0] * len(self.networks), [0]))
        everyone = mask_of(range(len(self.networks)))
        for (mask, country), number in self.numbers.items():
            each, shared = rows[country]
            for place in places_of(mask):
                each[place] += number
            shared[0] += number if mask == everyone else 0
        rows = [(code, each, shared[0]) for code, (each, shared) in rows.items()]
        return sorted(rows, key=lambda row: (-sum(row[1]), row[0]))


# What they are and do ----------------------------------------------------------------------------------------


def compare_networks(networks, members, asked):
    """Give the Sections beside the members: what each is, stated numbers, topics, groups and projects."""
    sections = (
        facts_of(networks, members, asked),
        figures_of(networks, asked),
        topics_of(networks, asked),
        bodies_of(networks, asked),
        projects_of(networks, asked),
    )
    return [section for section in sections if section.groups]


def facts_of(networks, members, asked):
    """What each network is, as one group of rows in a fixed order."""
    table = Table(networks, asked)

    def add(name, network, said):
        if str(said):
            table.add(name, name, network.pk, said)

    for place, network in enumerate(networks):
        add(_("Kind"), network, Said(capfirst(network.get_kind_display())))
        add(_("Founded"), network, Said(network.start.words()))
        add(_("Ended"), network, Said(network.end.words()))
        add(_("Seat"), network, Said(record=public(network.seat)))
        add(_("Hosted by"), network, Said(record=public(network.host_organisation)))
        add(_("Follows"), network, Said(record=public(network.predecessor)))
        add(
            _("Member cities here"), network, Said(number_format(members.members(place), force_grouping=True))
        )
        add(_("Countries of members here"), network, Said(str(members.countries_of(place))))
    return table.listing("facts", _("What they are"), _("What"))


def figures_of(networks, asked):
    """The latest stated number of each kind about the network itself."""
    table = Table(networks, asked)
    rows = Figure.objects.published().filter(network__in=networks, body=None, programme=None)
    rows = rows.as_of(asked.for_query).order_by("metric", "-as_of_earliest", "id")
    for (_metric, network), figures in groupby(
        sorted(rows, key=lambda row: (row.metric, row.network_id)),
        key=lambda row: (row.metric, row.network_id),
    ):
        figure = next(figures)
        said = Said(figure.value_label, when=figure.as_of.words())
        table.add(figure.metric, capfirst(figure.get_metric_display()), network, said)
    return table.listing("figures", _("Numbers that they state"), _("Number of"))


def topics_of(networks, asked):
    table = Table(networks, asked)
    rows = type(networks[0]).topics.through.objects.filter(network__in=networks)
    public_topics = Topic.objects.published().values("pk")
    for row in rows.filter(topic__in=public_topics).select_related("topic"):
        address = f"{reverse('networks:network_list')}?topic={row.topic.slug}"
        table.add(row.topic_id, row.topic, row.network_id, Said(_("yes")), address=address)
    return table.section("topics", _("Topics"), _("Topic"))


def bodies_of(networks, asked):
    """Groups by their kind, those of any time unless a day is asked about."""
    table = Table(networks, asked)
    rows = Body.objects.published().filter(network__in=networks)
    rows = rows.on(asked.day) if asked else rows
    kinds = dict(Body.Kind.choices)
    for body in rows.select_related("network").order_by("kind", *BY_NAME)[:MOST_READ]:
        when = period(body) if body.end or asked else ""
        table.add(
            body.kind, capfirst(kinds[body.kind]), body.network_id, Said(record=body, when=when, row=body)
        )
    return table.section("groups", _("Groups, by kind"), _("Kind of group"))


def projects_of(networks, asked):
    """Projects of the networks, by topic."""
    table = Table(networks, asked)
    rows = Project.objects.published().filter(network__in=networks)
    rows = rows.on(asked.day) if asked else rows
    topics = Topic.objects.published().order_by(*BY_NAME)
    rows = rows.prefetch_related(Prefetch("topics", topics, to_attr="public_topics"))
    for project in rows.order_by(*BY_NAME)[:MOST_READ]:
        said = Said(record=project, when=period(project) if project.start or project.end else "", row=project)
        for topic in project.public_topics or [None]:
            address = f"{reverse('networks:project_list')}?topic={topic.slug}" if topic else ""
            key = topic and topic.pk
            table.add(key, topic or _("no topic given"), project.network_id, said, address=address)
    return table.section("projects", _("Projects, by topic"), _("Topic"))


# What it comes to --------------------------------------------------------------------------------------------


def summary_of(networks, members, asked):
    """Say in a sentence what the networks share: "Eurocities and C40 share 24 cities."."""
    number = members.shared_by_all()
    if not number:
        return _("%(who)s share no city that is recorded here.") % {"who": names_of(networks)}
    shared = ngettext("%(who)s share %(number)s city", "%(who)s share %(number)s cities", number) % {
        "who": names_of(networks),
        "number": number_format(number, force_grouping=True),
    }
    if asked:
        return f"{shared}."
    today = members.shared_by_all(members.today)
    return _("%(shared)s, %(today)s of them today.") % {
        "shared": shared,
        "today": number_format(today, force_grouping=True),
    }


def rows_of(networks, asked):
    """Give the rows of the file: what each network is and does, and all member cities of any of them."""
    members = Members(networks, asked)
    for section in compare_networks(networks, members, asked):
        yield from section.rows_of_file()
    for code, each, shared in members.by_country():
        had_by = sum(map(bool, each))
        yield (
            "countries",
            country_name(code) or code,
            code,
            had_by,
            "",
            "",
            _("%(count)s in all") % {"count": shared},
            *each,
        )
    places = {network.pk: place for place, network in enumerate(networks)}
    rows = memberships_of(networks, asked).select_related("city", "network")
    rows = rows.order_by(CodePoints("city__search_text"), "city_id", "-end_latest", "-start_earliest", "id")
    for _key, same in groupby(rows.iterator(chunk_size=2000), key=lambda row: row.city_id):
        cells, spans = [[] for _network in networks], defaultdict(list)
        for row in same:
            cells[places[row.network_id]].append(f"{row.get_category_display()} ({period(row)})")
            spans[row.network_id].append(span_of(row, row.network))
        together = meetings(list(spans.values())) if len(spans) > 1 and not asked else ()
        yield (
            "members",
            row.city.name,
            row.city.slug,
            len(spans),
            len(spans) if together or (asked and len(spans) > 1) else 0,
            "",
            "; ".join(met.words for met in together),
            *("; ".join(cell) for cell in cells),
        )


def countries_shown(members):
    """Give the rows of the table of countries, with their names, and how many are left to the file."""
    rows = [
        (country_name(code) or code, code, list(zip(members.networks, each, strict=True)), shared)
        for code, each, shared in members.by_country()
    ]
    return rows[:COUNTRIES_SHOWN], max(0, len(rows) - COUNTRIES_SHOWN)
