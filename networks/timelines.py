"""What a network's and a city's timeline shows: memberships, roles, projects and events as rows of time.

`network_strands(network)` and `city_strands(city)` give the published facts of each kind. A `Timeline` of
them, under a window and a choice of kinds, is what the page draws and what the CSV holds; `rows_on(rows, day)`
is what its bars say of a day.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least, NullIf
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from citynet.core.collation import CodePoints
from citynet.core.columns import SOURCE_COLUMNS, date_columns, public_columns
from citynet.core.dates import FIRST_DAY, LAST_DAY
from citynet.core.export import Column
from citynet.core.templatetags.citynet import event_dates, period
from citynet.core.timeline import Row
from citynet.core.translated import in_language

LANES_SHOWN = 50  # of each kind, on a page

ICONS = {"membership": "network", "role": "chair", "project": "project", "event": "event"}
KINDS = {
    "membership": _("Memberships"),
    "role": _("Roles"),
    "project": _("Projects"),
    "event": _("Events"),
}


def only(rows, day):
    return rows.on(day)


def running(participations, day):
    return participations.running_on(day)


@dataclass(frozen=True)
class Strand:
    """The facts of one kind: published `rows`, and how they are laid out.

    Rows that agree in the fields of `lane` share a line; lines go by the expressions of `order`, then by
    their first start, then by `name`. `lives` are the paths to what no fact outlasts. `on` narrows rows to a
    day or a pair of days; `write` turns one into a Row, and `cells` are its columns in the CSV.
    """

    kind: str
    rows: QuerySet
    lane: tuple
    name: object
    related: tuple
    write: Callable
    cells: dict
    lives: tuple = ()
    order: tuple = ()
    on: Callable = only

    def within(self, days):
        """Give the rows that may hold at some time in the (first, last) days; all of them for None."""
        return self.on(self.rows, days) if days else self.rows

    def lane_keys(self, days, first, size):
        """Give up to `size` + 1 lines from number `first` on, each as the tuple of its key."""
        began = Case(
            When(start_earliest=FIRST_DAY, then=Value(LAST_DAY)), default="start_earliest", output_field=DAY
        )
        order = {f"order_{number}": expression for number, expression in enumerate(self.order)}
        lines = (
            self.within(days)
            .order_by()
            .values(*self.lane)
            .annotate(**order, began=Min(began), lane_name=Min(self.name))
            .order_by(*order, "began", "lane_name", *(F(part).asc(nulls_first=True) for part in self.lane))
        )
        return [tuple(line[part] for part in self.lane) for line in lines[first : first + size + 1]]

    def rows_of(self, keys, days):
        """Give the Rows of the lines, in their order; two SQL statements for any number of lines."""
        if not keys:
            return []
        rows = self.within(days)
        for number, part in enumerate(self.lane):
            values = {key[number] for key in keys}
            narrow = Q(**{f"{part}__in": values - {None}})
            rows = rows.filter(narrow | Q(**{part: None}) if None in values else narrow)
        places = {key: place for place, key in enumerate(keys)}
        found = []
        lane = {f"lane_{number}": F(part) for number, part in enumerate(self.lane)}
        for record in rows.select_related(*self.related).annotate(**lane).order_by("start_earliest", "pk"):
            key = tuple(getattr(record, name) for name in lane)
            if key in places:
                found.append((places[key], record))
        found.sort(key=lambda pair: pair[0])
        return [self.write(record, keys[place]) for place, record in found]

    def summary(self, days):
        """Give one row of the facts within the days: (kind, facts, first known day, last known day)."""
        known = Case(
            When(end_latest__lt=LAST_DAY, then="end_latest"),
            When(start_earliest__gt=FIRST_DAY, then="start_earliest"),
            output_field=DAY,
        )
        return (
            self.within(days)
            .order_by()
            .values(strand=Value(self.kind, output_field=CharField()))
            .annotate(
                facts=Count("pk"),
                first=Min("start_earliest", filter=Q(start_earliest__gt=FIRST_DAY)),
                last=Max(known, filter=Q(end_latest__gt=FIRST_DAY)),
            )
            .values_list("strand", "facts", "first", "last")
        )

    def export(self, days, on=None):
        """Give (queryset, columns) of the facts for the CSV, in the order of time."""
        lives, within = self.lives, self.rows.model.within
        first = latest_of("start_earliest", *(f"{life}__start_earliest" for life in lives))
        last = earliest_of("end_latest", *(f"{life}__end_latest" for life in lives))
        rows = (
            self.within(days)
            .alias(possible_from=first, possible_until=last)
            .alias(
                certain_from=latest_of("possible_from", "start_latest"),
                certain_until=earliest_of(
                    "possible_until", "end_earliest", *(f"{life}__end_earliest" for life in within)
                ),
            )
        )
        surely = Q(certain_from__lte=F("certain_until"))
        columns = [
            Column("kind", Value(self.kind, output_field=TextField())),
            *(Column(name, self.cells.get(name, EMPTY)) for name in CELLS),
            *date_columns("start"),
            *date_columns("end"),
            Column("may_hold_from", known("possible_from")),
            Column("surely_holds_from", Case(When(surely, then=known("certain_from")), output_field=DAY)),
            Column("surely_holds_until", Case(When(surely, then=known("certain_until")), output_field=DAY)),
            Column("may_hold_until", known("possible_until")),
        ]
        if on:
            columns += [
                Column("on", Value(str(on), output_field=TextField())),
                Column("holds", self.holds(on)),
            ]
        columns += [Column("confirmed_on"), *SOURCE_COLUMNS]
        order = "start_earliest", CodePoints(self.name), "pk"
        return rows.order_by(*order), public_columns(self.rows.model, columns)

    def holds(self, day):
        """Give the expression of whether a row holds on the day: surely, possibly or no."""
        possible = self.on(self.rows, day).order_by().values("pk")
        sure = self.on(self.rows, day).surely_in(day).order_by().values("pk")
        return Case(
            When(pk__in=sure, then=Value("surely")),
            When(pk__in=possible, then=Value("possibly")),
            default=Value("no"),
            output_field=TextField(),
        )


# Expressions -----------------------------------------------------------------------------------------------

DAY = DateField()
EMPTY = Value("", output_field=TextField())
CELLS = ("name", "slug", "as", "group", "person")


def latest_of(*paths):
    """Give the latest of several days of a row; those of what is not there do not count."""
    days = [Coalesce(path, Value(FIRST_DAY), output_field=DAY) for path in paths]
    return Greatest(*days, output_field=DAY) if len(days) > 1 else days[0]


def either(*paths):
    """Give the first of some texts that a row has, in the active language."""
    return Coalesce(*(in_language(path) for path in paths), output_field=TextField())


def earliest_of(*paths):
    days = [Coalesce(path, Value(LAST_DAY), output_field=DAY) for path in paths]
    return Least(*days, output_field=DAY) if len(days) > 1 else days[0]


def known(name):
    """Give a day, or nothing for one that stands for "not known" or "not yet"."""
    return NullIf(NullIf(F(name), Value(FIRST_DAY, output_field=DAY)), Value(LAST_DAY, output_field=DAY))


# The strands -----------------------------------------------------------------------------------------------


def bounds_of(record):
    """Give the bounds of what a fact holds within: that it had begun is shown by the fact itself."""
    return (record.start_earliest,) * 2, (record.end_earliest, record.end_latest)


def life_of(record):
    """Give the bounds of what a fact cannot outlast, but whose own dates do not make it less certain."""
    return (record.start_earliest,) * 2, (record.end_latest,) * 2


def row_of(group, lane, label, record, detail, query, within=None, **more):
    """Give the Row of a dated record; `label` is what its line is named after, and leads to."""
    has_page = hasattr(label, "get_absolute_url")
    if within is None:
        within = [bounds_of(life) for life in record.bounding()[1:]]
    return Row(
        group=group,
        lane=lane,
        label=str(label),
        address=f"{label.get_absolute_url()}{query}" if has_page else "",
        detail=", ".join(filter(None, (str(part) for part in detail if part))),
        words=more.pop("words", None) or period(record),
        start=record.start,
        end=record.end,
        start_bounds=(record.start_earliest, record.start_latest),
        end_bounds=(record.end_earliest, record.end_latest),
        within=tuple(within),
        record=record,
        **more,
    )


def event_strand(events, query):
    """Give the strand of events: those of a series on one line, each other one on its own."""

    def write(event, key):
        kind = event.get_kind_display()
        if event.status == "cancelled":
            kind = f"{kind}, {event.get_status_display()}"
        more = {"words": event_dates(event), "is_point": True, "kind": kind}
        if event.series and event.series.is_published:
            return row_of("event", key, event.series, event, [event.name], query, **more)
        return row_of("event", key, event, event, [kind], query, **more)

    return Strand(
        kind="event",
        rows=events.annotate(alone=Case(When(series=None, then="pk"))),
        lane=("series", "alone"),
        name=in_language("search_text"),
        related=("series", "source"),
        write=write,
        cells={"name": "name", "slug": "slug", "as": "kind"},
    )


def city_strands(city, query=""):
    """Give the strands of a city; `query` goes to the end of every address, to carry the asked day on."""

    def membership(row, key):
        return row_of("membership", key, row.network, row, [row.get_category_display()], query)

    def role(row, key):
        place = row.body or row.network
        detail = row.post_label, row.person, row.network if row.body else ""
        return row_of("role", key, place, row, detail, query)

    def participation(row, key):
        project = row.project
        detail = [row.get_part_display()]
        within = [life_of(life) for life in (project, project.network) if life]
        words = period(row) if row.start or row.end or not (project.start or project.end) else period(project)
        return row_of("project", key, project, row, detail, query, within, words=words)

    return [
        Strand(
            kind="membership",
            rows=city.memberships.published(),
            lane=("network",),
            name=in_language("network__search_text"),
            related=("network", "source"),
            write=membership,
            cells={"name": "network__name", "slug": "network__slug", "as": "category"},
            lives=("network",),
        ),
        Strand(
            kind="role",
            rows=city.roles.published(),
            lane=("network", "body", "post"),
            name=in_language("network__search_text"),
            related=("network", "body", "person", "source"),
            write=role,
            cells={
                "name": "network__name",
                "slug": "network__slug",
                "as": "post",
                "group": "body__name",
                "person": "person__name",
            },
            lives=("network",),
        ),
        Strand(
            kind="project",
            rows=city.participations.published(),
            lane=("project",),
            name=in_language("project__search_text"),
            related=("project__network", "source"),
            write=participation,
            cells={"name": "project__name", "slug": "project__slug", "as": "part"},
            lives=("project", "project__network"),
            on=running,
        ),
        event_strand(city.events.published(), query),
    ]


def network_strands(network, query=""):
    """Give the strands of a network: roles first, by group, then members, projects and events."""

    def role(row, key):
        detail = row.post_label, row.body, row.person if row.city else ""
        return row_of("role", key, row.city or row.person, row, detail, query)

    def membership(row, key):
        return row_of("membership", key, row.member, row, [row.get_category_display()], query)

    def project(row, key):
        return row_of("project", key, row, row, [row.acronym], query)

    holder = either("city__search_text", "person__search_text")
    return [
        Strand(
            kind="role",
            rows=network.roles.published(),
            lane=("body", "post", "city", "person"),
            name=holder,
            related=("network", "body", "city", "person", "source"),
            write=role,
            cells={
                "name": either("city__name", "person__name"),
                "slug": Coalesce("city__slug", "person__slug"),
                "as": "post",
                "group": "body__name",
                "person": "person__name",
            },
            lives=("network",),
            order=(CodePoints(Coalesce("body__search_text", EMPTY)),),
        ),
        Strand(
            kind="membership",
            rows=network.memberships.published(),
            lane=("city", "organisation"),
            name=either("city__search_text", "organisation__search_text"),
            related=("network", "city", "organisation", "source"),
            write=membership,
            cells={
                "name": either("city__name", "organisation__name"),
                "slug": Coalesce("city__slug", "organisation__slug"),
                "as": "category",
            },
            lives=("network",),
        ),
        Strand(
            kind="project",
            rows=network.projects.published(),
            lane=("pk",),
            name=in_language("search_text"),
            related=("source",),
            write=project,
            cells={"name": "name", "slug": "slug"},
        ),
        event_strand(network.events.published(), query),
    ]


# The timeline ----------------------------------------------------------------------------------------------


class Timeline:
    """The facts of some strands that may hold within the (first, last) days; all of them for None.

    `page` leafs through the lines of a single kind, LANES_SHOWN at a time; of several kinds, each shows its
    first ones.
    """

    def __init__(self, strands, kinds=(), days=None, page=1):
        self.strands = strands
        self.chosen = [strand for strand in strands if not kinds or strand.kind in kinds]
        self.days = days
        self.page = page if len(self.chosen) == 1 else 1

    @cached_property
    def summary(self):
        """{kind: (facts, first known day, last known day)} of all strands at all times; one statement."""
        return self.sum_up(None)

    @cached_property
    def facts(self):
        """{kind: number of facts within the days} of all strands; a statement more if there are days."""
        summary = self.sum_up(self.days) if self.days else self.summary
        return {kind: facts for kind, (facts, _first, _last) in summary.items()}

    def sum_up(self, days):
        first, *others = (strand.summary(days) for strand in self.strands)
        found = {kind: rest for kind, *rest in first.union(*others, all=True)}
        return {strand.kind: found.get(strand.kind, (0, None, None)) for strand in self.strands}

    @cached_property
    def rows(self):
        """The Rows of the lines on this page; two statements a kind. Sets `more`, the kinds that have more lines."""
        self.more, rows = set(), []
        for strand in self.chosen:
            keys = strand.lane_keys(self.days, (self.page - 1) * LANES_SHOWN, LANES_SHOWN)
            if len(keys) > LANES_SHOWN:
                self.more.add(strand.kind)
            rows += strand.rows_of(keys[:LANES_SHOWN], self.days)
        return rows

    def export(self, on=None):
        """Give [(queryset, columns)] of all facts, on whatever page; the columns agree in their names."""
        return [strand.export(self.days, on) for strand in self.chosen]


def rows_on(rows, day):
    """Give what a timeline says of a day or a period: ([records that may hold], [those of them that surely do])."""
    possible = [row for row in rows if row.may_hold_on(day)]
    return [row.record for row in possible], [row.record for row in possible if row.surely_held_in(day)]
