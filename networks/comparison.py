"""Two to four cities, or networks, set side by side: what they share, since when, and what only one of them has.

Cities *share* a thing that both belonged to at the same time, as far as partial dates tell (`networks.spans`);
on an asked day, one that both may belong to then. What has no dates, such as a practice, is shared when both
have it. Each kind of thing costs one or two SQL statements, however many rows there are.
"""

from dataclasses import dataclass, field
from itertools import combinations

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citynet.core.collation import BY_NAME, CodePoints
from citynet.core.dates import period_of
from citynet.core.models import published_q
from citynet.core.templatetags.citynet import period

from .models import (
    AwardWinner,
    Body,
    City,
    Membership,
    Network,
    Participation,
    Practice,
    Role,
    Topic,
    Twinning,
    Uptake,
)
from .spans import meetings, span_of

ROWS_SHOWN = 40  # of one group of things; the others are in the file
SAID_SHOWN = 8  # in one cell
NEAR_SHOWN = 24  # cities to compare one with


@dataclass(frozen=True)
class Said:
    """What stands in a cell: a record to link to or words, or both; when; and the row whose dates these are."""

    words: str = ""
    record: object = None
    when: str = ""
    row: object = None

    def __str__(self):
        said = ", ".join(str(part) for part in (self.record, self.words) if part)
        return f"{said} ({self.when})" if said and self.when else said or self.when


@dataclass
class Row:
    """One thing, with what each of those compared says of it; `who` are the places of those that share it."""

    thing: object
    cells: list
    columns: list = field(default_factory=list)
    spans: list = field(default_factory=list)
    address: str = ""
    together: list = field(default_factory=list)
    who: tuple = ()

    @property
    def owners(self):
        return tuple(place for place, cell in enumerate(self.cells) if cell)

    @property
    def by_city(self):
        """The cells as [(name of the city, what is shown of the cell, how much more is in it)]."""
        return [
            (name, cell[:SAID_SHOWN], max(0, len(cell) - SAID_SHOWN))
            for name, cell in zip(self.columns, self.cells, strict=True)
        ]

    @property
    def name(self):
        return str(self.thing)

    @property
    def network(self):
        """The name of a group's network: many have a "Steering Committee"."""
        return name_of(self.thing.network) if isinstance(self.thing, Body) else ""

    @property
    def order(self):
        return getattr(self.thing, "sort_text", "") or self.name.casefold(), self.name


@dataclass
class Group:
    """Rows that the same ones have; `is_shared` by two at least."""

    title: str
    rows: list
    is_shared: bool = False

    @property
    def shown(self):
        return self.rows[:ROWS_SHOWN]

    @property
    def more(self):
        """How many are left to the file."""
        return max(0, len(self.rows) - ROWS_SHOWN)


@dataclass
class Section:
    """All things of one kind. `is_timed` has a column that says when they were shared."""

    name: str
    title: str
    heading: str
    groups: list
    columns: list
    is_timed: bool = False
    about: list = field(default_factory=list)

    @property
    def width(self):
        return 1 + len(self.columns) + self.is_timed

    @property
    def alone(self):
        """How many things only one has, as [(its name, number)]."""
        return [
            (name, sum(row.owners == (place,) for row in self.rows))
            for place, name in enumerate(self.columns)
        ]

    def rows_of_file(self):
        """Give the rows of the CSV; see `columns_of`."""
        for said in self.about:
            yield self.name, said.words, "", "", "", "", said.when, *("" for _name in self.columns)
        for group in self.groups:
            for row in group.rows:
                yield (
                    self.name,
                    row.name,
                    getattr(row.thing, "slug", ""),
                    len(row.owners),
                    len(row.who),
                    group.title,
                    "; ".join(row.together),
                    *("; ".join(map(str, cell)) for cell in row.cells),
                )

    @property
    def rows(self):
        return [row for group in self.groups for row in group.rows]

    @property
    def shared(self):
        return sum(len(group.rows) for group in self.groups if group.is_shared)


def name_of(thing):
    """Give the name that a column has room for."""
    return getattr(thing, "short_name", "") or thing.name


def names_of(things):
    """Name several in a sentence: "Bologna, Milan and Turin"."""
    return get_text_list([name_of(thing) for thing in things], _("and"))


class Table:
    """The rows of one kind of thing, gathered fact by fact."""

    def __init__(self, cities, asked):
        self.cities, self.asked = cities, asked
        self.places = {city.pk: place for place, city in enumerate(cities)}
        self.rows = {}

    def add(self, key, thing, city_id, said, span=None, address=""):
        """Put what is said of a thing in the cell of a city; `address` is that of a list, with a query."""
        row = self.rows.get(key)
        if row is None:
            if address and self.asked:
                address = f"{address}&on={self.asked.day}"
            row = self.rows[key] = Row(
                thing,
                [[] for _city in self.cities],
                [name_of(city) for city in self.cities],
                [[] for _city in self.cities],
                address,
            )
        place = self.places[city_id]
        row.cells[place].append(said)
        if span:
            row.spans[place].append(span)

    def section(self, name, title, heading, is_timed=False, about=()):
        """Sort the rows into groups: shared by all, by some, at different times, and of one only."""
        number, groups = len(self.cities), {}
        for row in sorted(self.rows.values(), key=lambda row: row.order):
            if is_timed:
                self.meet(row)
            else:
                row.who = row.owners if len(row.owners) > 1 else ()
            if len(row.who) == number:
                place = (0,)
            elif row.who:
                place = (1,)
            elif len(row.owners) > 1:
                place = (2,)
            else:
                place = (3, *row.owners)
            groups.setdefault(place, []).append(row)
        titles = {(0,): _("Shared by both") if number == 2 else _("Shared by all"), (1,): _("Shared by some")}
        titles[(2,)] = _("At different times")
        for place, city in enumerate(self.cities):
            titles[(3, place)] = _("Only %(name)s") % {"name": name_of(city)}
        return Section(
            name,
            title,
            heading,
            [Group(titles[place], groups[place], place[0] < 2) for place in sorted(groups)],
            [name_of(city) for city in self.cities],
            is_timed,
            list(about),
        )

    def listing(self, name, title, heading):
        """Give the rows as they came, in one group without a title: what is not shared, but said of each."""
        groups = [Group("", list(self.rows.values()))] if self.rows else []
        return Section(name, title, heading, groups, [name_of(city) for city in self.cities])

    def meet(self, row):
        """Say when those that have a thing had it together."""
        if len(row.owners) < 2:
            return
        if self.asked:
            row.who = row.owners
            sure = all(
                any(not self.asked.is_approximate(said.row) for said in row.cells[place] if said.row)
                for place in row.owners
            )
            row.together = [_("then") if sure else _("possibly then")]
            return
        found = meetings([row.spans[place] for place in row.owners])
        if found:
            row.who = row.owners
            row.together = [each.words for each in found]
        elif len(row.owners) > 2:
            for places in combinations(row.owners, 2):
                for each in meetings([row.spans[place] for place in places]):
                    row.who = tuple(sorted({*row.who, *places}))
                    names = names_of(self.cities[place] for place in places)
                    row.together.append(f"{names}: {each.words}")
        if not row.together:
            row.together = [_("never at the same time")]


# Cities ------------------------------------------------------------------------------------------------------


def compare_cities(cities, asked):
    """Give the Sections of the comparison of two to four cities, those without a row left out."""
    sections = (
        networks_of(cities, asked),
        *groups_of(cities, asked),
        projects_of(cities, asked),
        twins_of(cities, asked),
        practices_of(cities, asked),
        awards_of(cities, asked),
        events_of(cities, asked),
    )
    return [section for section in sections if section.groups or section.about]


def networks_of(cities, asked):
    table = Table(cities, asked)
    rows = Membership.objects.published().filter(city__in=cities)
    rows = rows.on(asked.day) if asked else rows
    for row in rows.select_related("network").order_by("-end_latest", "-start_earliest", "id"):
        said = Said(row.get_category_display(), None, period(row), row)
        table.add(row.network_id, row.network, row.city_id, said, span_of(row, row.network))
    return table.section("networks", _("Networks"), _("Network"), is_timed=True)


def groups_of(cities, asked):
    """Give the sections of groups and of roles in the networks themselves, seats among them."""
    groups, own = Table(cities, asked), Table(cities, asked)
    rows = (
        Role.objects.published().filter(city__in=cities).select_related("network", "body__network", "person")
    )
    rows = rows.on(asked.day) if asked else rows
    for row in rows.order_by("-end_latest", "-start_earliest", "id"):
        said = Said(row.post_label, row.person, period(row), row)
        span = span_of(row, row.network)
        if row.body:
            groups.add(row.body_id, row.body, row.city_id, said, span)
        else:
            own.add(row.network_id, row.network, row.city_id, said, span)
    seats = Network.objects.published().filter(seat__in=cities)
    for network in (seats.on(asked.day) if asked else seats).order_by(*BY_NAME):
        said = Said(_("seat"), None, period(network), network)
        own.add(network.pk, network, network.seat_id, said, span_of(network))
    return (
        groups.section("groups", _("Working groups and other groups"), _("Group"), is_timed=True),
        own.section("roles", _("Roles in networks"), _("Network"), is_timed=True),
    )


def projects_of(cities, asked):
    table = Table(cities, asked)
    rows = Participation.objects.published().filter(city__in=cities).select_related("project")
    rows = rows.running_on(asked.day) if asked else rows
    rows = rows.order_by("-end_latest", "-start_earliest", "id")
    for row in rows:
        span = span_of(row, row.project, is_part=True)
        when = period(row if row.start or row.end else row.project)
        said = Said(row.get_part_display(), None, when, row)
        table.add(row.project_id, row.project, row.city_id, said, span)
    return table.section("projects", _("Projects"), _("Project"), is_timed=True)


def twins_of(cities, asked):
    """Twin cities; the twinnings of the compared cities with each other stand above the table."""
    table, each_other = Table(cities, asked), []
    keys = [city.pk for city in cities]
    rows = Twinning.objects.published().filter(Q(city_a__in=keys) | Q(city_b__in=keys))
    rows = rows.on(asked.day) if asked else rows
    for row in rows.select_related("city_a", "city_b").order_by("id"):
        pair = (row.city_a, row.city_b)
        if all(city.pk in keys for city in pair):
            each_other.append(
                Said(_("%(cities)s are twin cities") % {"cities": names_of(pair)}, None, period(row), row)
            )
            continue
        for city, twin in (pair, pair[::-1]):
            if city.pk in keys:
                table.add(twin.pk, twin, city.pk, Said("", None, period(row), row), span_of(row))
    return table.section("twins", _("Twin cities"), _("City"), is_timed=True, about=each_other)


def practices_of(cities, asked):
    """Good practices by their topics, of the cities' own and those that they took up."""
    table = Table(cities, asked)
    latest = period_of(asked.day)[1].year if asked else None
    by_then = Q(year=None) | Q(year__lte=latest) if asked else Q()
    topics = Topic.objects.published().order_by(*BY_NAME)
    own = Practice.objects.published().filter(by_then, city__in=cities).order_by(*BY_NAME)
    for practice in own.prefetch_related(Prefetch("topics", topics, to_attr="public_topics")):
        place_by_topic(table, practice, practice.city_id, Said("", practice, str(practice.year or "")))
    taken = Uptake.objects.published().filter(by_then, city__in=cities).select_related("practice")
    taken = taken.prefetch_related(Prefetch("practice__topics", topics, to_attr="public_topics"))
    for row in taken.order_by(CodePoints("practice__search_text"), "id"):
        said = Said(_("taken up"), row.practice, str(row.year or ""))
        place_by_topic(table, row.practice, row.city_id, said)
    return table.section("practices", _("Good practices, by topic"), _("Topic"))


def place_by_topic(table, practice, city_id, said):
    for topic in practice.public_topics:
        address = f"{reverse('networks:practice_list')}?topic={topic.slug}"
        table.add(topic.pk, topic, city_id, said, address=address)
    if not practice.public_topics:
        table.add(None, _("no topic given"), city_id, said)


def awards_of(cities, asked):
    table = Table(cities, asked)
    rows = AwardWinner.objects.published().filter(city__in=cities)
    if asked:
        rows = rows.filter(edition__year__lte=period_of(asked.day)[1].year)
    for row in rows.select_related("edition__award").order_by("-edition__year", "category", "prize", "id"):
        words = ", ".join(filter(None, (row.category, row.prize)))
        table.add(
            row.edition.award_id, row.edition.award, row.city_id, Said(words, None, str(row.edition.year))
        )
    return table.section("awards", _("Awards"), _("Award"))


def events_of(cities, asked):
    """Events hosted, by their kind: conferences stand beside conferences."""
    table = Table(cities, asked)
    rows = City.events.through.objects.filter(published_q("event__"), city__in=cities)
    if asked:
        rows = rows.filter(event__start_earliest__lte=period_of(asked.day)[1])
    for row in rows.select_related("event").order_by("-event__start_earliest", "event_id", "id"):
        event = row.event
        year = str(event.start.earliest.year) if event.start else ""
        table.add(event.kind, capfirst(event.get_kind_display()), row.city_id, Said("", event, year))
    return table.section("events", _("Events hosted, by kind"), _("Kind of event"))


def near(city, asked):
    """Give cities that a city may be compared with: its twins, and those that sit in a group with it."""
    twins = Twinning.objects.published().of(city).on(asked.for_query)
    roles = Role.objects.published().on(asked.for_query).filter(body__isnull=False)
    fellows = roles.filter(body__in=roles.filter(city=city).order_by().values("body"))
    related = Q(pk__in=twins.values("city_a")) | Q(pk__in=twins.values("city_b"))
    related |= Q(pk__in=fellows.order_by().values("city"))
    return City.objects.published().filter(related).exclude(pk=city.pk).order_by(*BY_NAME)[:NEAR_SHOWN]


# What it comes to --------------------------------------------------------------------------------------------


def count_words(name, number):
    """Count things of a section in words."""
    words = {
        "networks": ngettext("%(number)d network", "%(number)d networks", number),
        "groups": ngettext("%(number)d group", "%(number)d groups", number),
        "roles": ngettext("roles in %(number)d network", "roles in %(number)d networks", number),
        "projects": ngettext("%(number)d project", "%(number)d projects", number),
        "twins": ngettext("%(number)d twin city", "%(number)d twin cities", number),
        "practices": ngettext("practices on %(number)d topic", "practices on %(number)d topics", number),
        "awards": ngettext("%(number)d award", "%(number)d awards", number),
        "events": ngettext("%(number)d kind of event hosted", "%(number)d kinds of events hosted", number),
    }
    return words[name] % {"number": number}


def summary_of(cities, sections, asked):
    """Say in a sentence what the cities share: "Bologna and Milan share 7 networks and 1 project."."""
    number = len(cities)
    counts = [(s.name, sum(len(row.who) == number for row in s.rows)) for s in sections]
    shared = [count_words(name, count) for name, count in counts if count]
    who = names_of(cities)
    if not any(name == "networks" and count for name, count in counts):
        shared.insert(0, _("no network"))
    words = _("%(who)s share %(what)s.") % {"who": who, "what": get_text_list(shared, _("and"))}
    some = [(s.name, sum(0 < len(row.who) < number for row in s.rows)) for s in sections]
    if some := [count_words(name, count) for name, count in some if count]:
        words += " " + _("Some of them share %(what)s.") % {"what": get_text_list(some, _("and"))}
    return words


def rows_of(sections):
    """Give the rows of the CSV: what it is, how it is shared, and what each city says of it."""
    for section in sections:
        yield from section.rows_of_file()


def columns_of(cities):
    return (
        *("kind", "thing", "thing_slug", "had_by", "shared_by", "how", "together"),
        *(city.slug for city in cities),
    )
