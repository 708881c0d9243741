"""What changed between two days, for networks, for cities or for everything.

A fact comes into the world on the first day on which it may hold, and leaves it on the day after the last
one, as `.on(day)` has it: of memberships, roles and groups the network's own life counts too. So the state
on the eve of the first day, with the changes applied in order, is the state on the last day. What happens
once (an event, a figure, a signature) stands on the earliest day that its date allows.

A fact whose start is not known never "joins". If it belongs to a network whose founding lies between the two
days it may hold from then on, and a row of a kind of its own says so (`Kind.POSSIBLE`).

Every kind of change is found by one or two narrow queries (a `Branch`), each in the order of an index and
cut off at as many rows as are wanted, and all of them are one SQL statement. The order of all changes is
(day, newest first; number of the branch; id), so that any row is the key to those after it.
"""

import datetime
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citynet.core.dates import AFTER, FIRST_DAY, period_of
from citynet.core.days import doubt_words
from citynet.core.filters import any_of
from citynet.core.filters.facets import counting, fetch, sql_of
from citynet.core.lists import COUNT_CAP
from citynet.core.models import Dated
from citynet.core.structured import public
from citynet.core.translated import in_language
from events.models import Event, EventHost
from networks.models import (
    Body,
    City,
    Document,
    DocumentParty,
    Figure,
    Membership,
    Network,
    Participation,
    Person,
    Project,
    Role,
    Twinning,
)

ONE_DAY = datetime.timedelta(days=1)
BATCH = 1000  # rows read at a time when all are wanted


class Kind(models.TextChoices):
    """What can change, in the order in which the changes of one day are told."""

    FOUNDED = "founded", gettext_lazy("network founded")
    DISSOLVED = "dissolved", gettext_lazy("network dissolved")
    JOINED = "joined", gettext_lazy("joined")
    LEFT = "left", gettext_lazy("left")
    TOOK_OFFICE = "took_office", gettext_lazy("took office")
    LEFT_OFFICE = "left_office", gettext_lazy("left office")
    NEW_GROUP = "new_group", gettext_lazy("new group")
    GROUP_DISSOLVED = "group_dissolved", gettext_lazy("group dissolved")
    EVENT = "event", gettext_lazy("event")
    DOCUMENT = "document", gettext_lazy("document signed or published")
    FIGURE = "figure", gettext_lazy("new figure")
    PROJECT_STARTED = "project_started", gettext_lazy("project started")
    PROJECT_ENDED = "project_ended", gettext_lazy("project ended")
    TWINNED = "twinned", gettext_lazy("twinned")
    UNTWINNED = "untwinned", gettext_lazy("twinning ended")
    POSSIBLE = "possible", gettext_lazy("perhaps from here on: start not known")


USUAL = tuple(kind for kind in Kind if kind != Kind.POSSIBLE)
STARTS = {
    Membership: Kind.JOINED,
    Role: Kind.TOOK_OFFICE,
    Body: Kind.NEW_GROUP,
    Network: Kind.FOUNDED,
    Project: Kind.PROJECT_STARTED,
    Twinning: Kind.TWINNED,
}
ENDS = {
    Membership: Kind.LEFT,
    Role: Kind.LEFT_OFFICE,
    Body: Kind.GROUP_DISSOLVED,
    Network: Kind.DISSOLVED,
    Project: Kind.PROJECT_ENDED,
    Twinning: Kind.UNTWINNED,
}
HAPPENINGS = {
    Event: (Kind.EVENT, "start"),
    Figure: (Kind.FIGURE, "as_of"),
    Document: (Kind.DOCUMENT, "date"),
}
WITHIN_NETWORKS = (Membership, Role, Body)  # those that hold no longer than their network lives


def facts(model, network=None, city=None):
    """Give the public rows of a model that are about the networks and the cities; ids, or None for all.

    Groups and figures are about networks only, and twinnings about cities only.
    """
    rows = model.objects.published().order_by()
    if model is Event:
        rows = rows.exclude(status__in=(Event.Status.CANCELLED, Event.Status.POSTPONED))
    if network is not None:
        if model is Twinning:
            return rows.none()
        if model is Event:
            links = Event.networks.through.objects.filter(event=OuterRef("pk"), network__in=network)
            rows = rows.filter(Exists(links))
        else:
            rows = rows.filter(**{"pk__in" if model is Network else "network__in": network})
    if city is not None:
        if model in (Network, Body, Figure):
            return rows.none()
        if model is Twinning:
            return rows.filter(Q(city_a__in=city) | Q(city_b__in=city))
        links = {
            Event: EventHost.objects.filter(event=OuterRef("pk")),
            Document: DocumentParty.objects.filter(document=OuterRef("pk")),
            Project: Participation.objects.published().filter(project=OuterRef("pk")),
        }
        if model in links:
            return rows.filter(Exists(links[model].filter(city__in=city)))
        rows = rows.filter(city__in=city)
    return rows


def state(day, network=None, city=None):
    """Give the ids of the public facts that may hold on the day, as {(model, id)}: what changes change."""
    return {
        (model, pk)
        for model in STARTS
        for pk in facts(model, network, city).on(day).values_list("pk", flat=True)
    }


@dataclass(frozen=True)
class Branch:
    """One way in which changes of one kind come about: the rows, and the column of days that dates them.

    An end is dated by the last day on which the fact may hold; it changes the state on the day after. `by`
    names the record whose date it is: the fact itself, or its network, whose life bounds the fact's.
    """

    number: int
    kind: Kind
    rows: models.QuerySet
    column: str
    date: str
    is_end: bool = False
    by: str = ""

    def between(self, first, last):
        """Give the rows that change from the first day to the last, both included."""
        if self.is_end:
            eve = first - ONE_DAY if first > FIRST_DAY else FIRST_DAY
            return self.rows.filter(**{f"{self.column}__gte": eve, f"{self.column}__lt": last})
        first = max(first, FIRST_DAY + ONE_DAY)
        return self.rows.filter(**{f"{self.column}__gte": first, f"{self.column}__lte": last})

    def beyond(self, rows, key, backwards=False):
        """Narrow to those after the key in the order of all changes, or to those before it."""
        day, number, pk = key
        day = day - ONE_DAY if self.is_end and day > FIRST_DAY else day
        further, other, comes_after = (
            ("gt", "lt", self.number < number)
            if backwards
            else (
                "lt",
                "gt",
                self.number > number,
            )
        )
        if self.number != number:
            return rows.filter(**{f"{self.column}__{further}{'e' if comes_after else ''}": day})
        rows = rows.filter(**{f"{self.column}__{further}e": day})
        return rows.filter(Q(**{f"{self.column}__{further}": day}) | Q(**{f"pk__{other}": pk}))

    def select(self, rows, limit, backwards=False):
        """Give the SELECT of (number, id, day of the column) of the first rows; None if there can be none."""
        number = models.Value(self.number, output_field=models.IntegerField())
        rows = rows.order_by(f"-{self.column}", "pk").values_list(number, "pk", self.column)
        found = sql_of((rows.reverse() if backwards else rows)[:limit])
        # A part of a compound SELECT may have an order of its own in parentheses only, which SQLite wants
        # around a subquery.
        return found and (f"SELECT * FROM ({found[0]}) AS branch", found[1])


def branches(first, last, network=None, city=None):
    """Give the Branches of all kinds; one SQL statement, for the networks founded or dissolved meanwhile.

    Where no network has facts that its own life cuts short there is no branch for such, so that nobody looks
    for them among a million rows.
    """
    found = []

    def add(kind, rows, column, date, **more):
        found.append(Branch(len(found), kind, rows, column, date, **more))

    cut = networks_that_cut(first, last, network)
    start, end = models.F("network__start_earliest"), models.F("network__end_latest")
    for model in (Network, *WITHIN_NETWORKS, Project, Twinning):
        rows = facts(model, network, city)
        own_starts = own_ends = rows
        if model in WITHIN_NETWORKS:
            own_starts = rows.filter(start_earliest__gte=start, start_earliest__lte=end)
            own_ends = rows.filter(end_latest__lte=end, end_latest__gte=start)
        add(STARTS[model], own_starts, "start_earliest", "start")
        add(ENDS[model], own_ends, "end_latest", "end", is_end=True)
        if model not in WITHIN_NETWORKS:
            continue
        begun = {"column": "network__start_earliest", "date": "start", "by": "network"}
        if founded := cut[model, "early"]:
            early = rows.filter(start_earliest__gt=FIRST_DAY, start_earliest__lt=max(founded.values()))
            early = early.filter(network__in=founded, start_earliest__lt=start, end_latest__gte=start)
            add(STARTS[model], early, **begun)
        if founded := cut[model, "undated"]:
            undated = rows.filter(start_earliest=FIRST_DAY, network__in=founded, end_latest__gte=start)
            add(Kind.POSSIBLE, undated, **begun)
        if dissolved := cut[model, "late"]:
            late = rows.filter(network__in=dissolved, end_latest__gt=end, start_earliest__lte=end)
            add(ENDS[model], late, "network__end_latest", "end", is_end=True, by="network")
    for model, (kind, date) in HAPPENINGS.items():
        add(kind, facts(model, network, city), f"{date}_earliest", date)
    return found


def networks_that_cut(first, last, network=None):
    """Give the networks founded or dissolved between the days whose facts are dated beyond their own lives.

    They come as {(model, "early", "undated" or "late"): {id: the day of the network}}.
    """
    eve = first - ONE_DAY if first > FIRST_DAY else FIRST_DAY
    first = max(first, FIRST_DAY + ONE_DAY)
    founded, dissolved = Q(start_earliest__range=(first, last)), Q(end_latest__gte=eve, end_latest__lt=last)
    lives = Network.objects.published().filter(founded | dissolved).order_by()
    if network is not None:
        lives = lives.filter(pk__in=network)
    beyond = {
        "early": {"start_earliest__gt": FIRST_DAY, "start_earliest__lt": OuterRef("start_earliest")},
        "undated": {"start_earliest": FIRST_DAY},
        "late": {"end_latest__gt": OuterRef("end_latest")},
    }
    cuts = [(model, how) for model in WITHIN_NETWORKS for how in beyond]
    lives = lives.annotate(
        **{
            f"cut_{number}": Case(
                When(
                    dissolved if how == "late" else founded,
                    then=any_of(model._base_manager.filter(network=OuterRef("pk"), **beyond[how])),
                ),
                default=False,
            )
            for number, (model, how) in enumerate(cuts)
        }
    )
    found = {cut: {} for cut in cuts}
    names = [f"cut_{number}" for number in range(len(cuts))]
    for pk, start, end, *has in lives.values_list("pk", "start_earliest", "end_latest", *names):
        for cut, is_there in zip(cuts, has, strict=True):
            if is_there:
                found[cut][pk] = end if cut[1] == "late" else start
    return found


class Changes:
    """All changes of some kinds between two days, newest first; see the top of the module.

    Iterating reads them in batches; `keys` and `read` give some of them, `counts` how many there are of a kind.
    """

    def __init__(self, first, last, network=None, city=None, kinds=None):
        self.first, self.last = first, last
        self.network, self.city = network, city
        self.kinds = tuple(Kind) if kinds is None else tuple(kinds)

    @cached_property
    def branches(self):
        if self.first > self.last:
            return []
        return branches(self.first, self.last, self.network, self.city)

    @cached_property
    def counts(self):
        """How many changes there are of each kind, chosen or not, each way counted up to COUNT_CAP + 1."""
        parts = [
            counting(str(branch.number), branch.between(self.first, self.last), COUNT_CAP)
            for branch in self.branches
        ]
        counts = dict.fromkeys(Kind, 0)
        for number, rows in fetch(DEFAULT_DB_ALIAS, parts):
            counts[self.branches[number].kind] += rows
        return counts

    @property
    def total(self):
        """How many changes there are, counted up to more than COUNT_CAP."""
        return sum(self.counts[kind] for kind in self.kinds)

    def keys(self, limit, after=None, before=None):
        """Give the keys (day, number, id) of the first changes, or of the next to a key; one SQL statement.

        `before` gives those just before it, in the order of all.
        """
        parts, edge, backwards = [], after or before, before is not None
        for branch in self.branches:
            if branch.kind in self.kinds:
                rows = branch.between(self.first, self.last)
                rows = rows if edge is None else branch.beyond(rows, edge, backwards)
                parts.append(branch.select(rows, limit, backwards))
        keys = []
        for number, pk, day in fetch(DEFAULT_DB_ALIAS, parts):
            day = datetime.date.fromisoformat(day) if isinstance(day, str) else day
            keys.append((day + ONE_DAY if self.branches[number].is_end else day, number, pk))
        keys.sort(key=lambda key: (-key[0].toordinal(), *key[1:]))
        return keys[-limit:] if backwards else keys[:limit]

    def read(self, keys):
        """Give the Changes of some keys, in their order; what has gone meanwhile is left out."""
        wanted = {}
        for _day, number, pk in keys:
            wanted.setdefault(self.branches[number].rows.model, set()).add(pk)
        found = {
            (model, row.pk): row
            for model, pks in wanted.items()
            for row in complete(model.objects.filter(pk__in=pks))
        }
        rows = ((day, self.branches[number], pk) for day, number, pk in keys)
        rows = ((day, branch, found.get((branch.rows.model, pk))) for day, branch, pk in rows)
        return [Change(day, branch, fact) for day, branch, fact in rows if fact]

    def batches(self):
        """Give all changes in lists of many."""
        keys = self.keys(BATCH)
        while keys:
            yield self.read(keys)
            keys = self.keys(BATCH, after=keys[-1]) if len(keys) == BATCH else []

    def __iter__(self):
        return chain.from_iterable(self.batches())


def changes(between, network=None, city=None, kinds=None):
    """Give the Changes between two days, both included: dates, partial dates or their texts.

    "2010" begins on 1 January and ends on 31 December. `network` and `city` are a record, or the ids of
    several; None is everything. Raises ValueError on a text that is no date.
    """
    first, last = between
    return Changes(period_of(first)[0], period_of(last)[1], ids(network), ids(city), kinds)


def ids(records):
    """Give the ids of one record or of several ids; None for None."""
    return [records.pk] if isinstance(records, models.Model) else records


def apply(known, rows):
    """Give the state that some changes, newest first, make of a state; see `state`."""
    known = set(known)
    for row in reversed(list(rows)):
        if row.begins:
            known.add(row.key_of_fact)
        elif row.ends:
            known.discard(row.key_of_fact)
    return known


JOINS = {
    Membership: ("network", "city", "organisation", "source"),
    Role: ("network", "body", "city", "person", "organisation", "source"),
    Body: ("network", "source"),
    Network: ("seat", "source"),
    Project: ("network", "source"),
    Twinning: ("city_a", "city_b", "source"),
    Event: ("source",),
    Figure: ("network", "body", "programme", "source"),
    Document: ("network", "source"),
}


def complete(rows):
    """Add what a change shows of its fact; of events one SQL statement more for their networks."""
    rows = rows.select_related(*JOINS[rows.model])
    if rows.model is Event:
        shown = Network.objects.published().order_by(in_language("name"), "id")
        rows = rows.with_public_hosts().prefetch_related(
            Prefetch("networks", queryset=shown, to_attr="public_networks")
        )
    return rows


SENTENCES = {
    Kind.FOUNDED: gettext_lazy("%(who)s was founded"),
    Kind.DISSOLVED: gettext_lazy("%(who)s was dissolved"),
    Kind.JOINED: gettext_lazy("%(who)s joined %(what)s"),
    Kind.LEFT: gettext_lazy("%(who)s left %(what)s"),
    Kind.TOOK_OFFICE: gettext_lazy("%(who)s took office as %(about)s, %(what)s"),
    Kind.LEFT_OFFICE: gettext_lazy("%(who)s left office as %(about)s, %(what)s"),
    Kind.NEW_GROUP: gettext_lazy("%(who)s was set up in %(what)s"),
    Kind.GROUP_DISSOLVED: gettext_lazy("%(who)s in %(what)s ended"),
    Kind.EVENT: gettext_lazy("%(who)s"),
    Kind.DOCUMENT: gettext_lazy("%(who)s"),
    Kind.FIGURE: gettext_lazy("%(who)s: %(about)s"),
    Kind.PROJECT_STARTED: gettext_lazy("%(who)s started"),
    Kind.PROJECT_ENDED: gettext_lazy("%(who)s ended"),
    Kind.TWINNED: gettext_lazy("%(who)s and %(what)s became twin cities"),
    Kind.UNTWINNED: gettext_lazy("%(who)s and %(what)s ended their twinning"),
    Kind.POSSIBLE: gettext_lazy("%(who)s, perhaps from here on, in %(what)s"),
}
ON_A_DAY = (City, Network, Body, Person)  # whose pages can be asked about a day


@dataclass(frozen=True)
class Change:
    """One change: a fact, and the day from which it is one, or is one no longer.

    `who` it is about and `what` that is tied to are records, or None; `about` says more in words.
    """

    day: datetime.date
    branch: Branch
    fact: models.Model

    @property
    def kind(self):
        return self.branch.kind

    @property
    def key(self):
        return self.day, self.branch.number, self.fact.pk

    @property
    def slug(self):
        """The key as addresses have it: `1995-06-01-2-17`."""
        return f"{self.day.isoformat()}-{self.branch.number}-{self.fact.pk}"

    @property
    def key_of_fact(self):
        return type(self.fact), self.fact.pk

    @property
    def begins(self):
        return type(self.fact) in STARTS and not self.branch.is_end

    @property
    def ends(self):
        return self.branch.is_end

    # When ------------------------------------------------------------------------

    @property
    def date(self):
        """The partial date that the change rests on: the fact's, or that of its network."""
        dated = getattr(self.fact, self.branch.by) if self.branch.by else self.fact
        return getattr(dated, self.branch.date)

    @property
    def when(self):
        """The date in words: `1991`, `3 April 2019`; of an end `after 2014`, the last that it may have had."""
        if self.ends and self.date.precision != "by":
            return self.date.after(AFTER)
        return self.date.words()

    @cached_property
    def reason(self):
        """Why it may not have changed on this very day, in words; empty when that is certain."""
        if not isinstance(self.fact, Dated):
            words = _("its date is known only as %(date)s") % {"date": self.date.words()}
            return words if self.date.precision != "day" else ""
        side, day = ("end", self.day - ONE_DAY) if self.ends else ("start", self.day)
        doubted = [row for row, which in self.fact.doubts(day) if which == side and row is self.fact]
        if self.branch.by and self.date.precision != "day":
            doubted.append(getattr(self.fact, self.branch.by))
        return "; ".join(doubt_words(self.fact, row, side) for row in doubted)

    @property
    def approx(self):
        return bool(self.reason)

    @property
    def cause(self):
        """That it changed with the network's own life, in words; empty if it has a date of its own."""
        if not self.branch.by:
            return ""
        if self.ends:
            return _("with the end of the network")
        return _("no earlier than the founding of the network")

    # What ------------------------------------------------------------------------

    @property
    def who(self):
        fact = self.fact
        if isinstance(fact, Membership):
            return fact.member
        if isinstance(fact, Role):
            return fact.person or fact.city
        if isinstance(fact, Figure):
            return fact.body or fact.network
        return fact.city_a if isinstance(fact, Twinning) else fact

    @property
    def who_words(self):
        """Whom it is about, by name; of a person in office the city too."""
        fact = self.fact
        return fact.holder if isinstance(fact, Role) else str(self.who)

    @property
    def what(self):
        fact = self.fact
        if isinstance(fact, Twinning):
            return fact.city_b
        return (fact.body or fact.network) if isinstance(fact, Role) else self.network

    @property
    def networks(self):
        """The public networks that it concerns."""
        if isinstance(self.fact, Network):
            return [self.fact]
        if isinstance(self.fact, Event):
            return self.fact.public_networks
        network = public(getattr(self.fact, "network", None))
        return [network] if network else []

    @property
    def network(self):
        """The one network that it is tied to, if it is not about that itself."""
        return self.networks[0] if len(self.networks) == 1 and self.networks[0] != self.fact else None

    @property
    def city(self):
        """The one city that it concerns, if there is one; of twin cities the first."""
        return self.who if isinstance(self.who, City) else getattr(self.fact, "city", None)

    @property
    def about(self):
        """What more there is to say, in words: the category, the post, the kind, the number."""
        fact = self.fact
        if isinstance(fact, Membership):
            return fact.get_category_display()
        if isinstance(fact, Role):
            return fact.post_label
        if isinstance(fact, Figure):
            about = fact.programme if fact.programme_id else ""
            return f"{fact.value_label} {fact.get_metric_display()}" + (f", {about}" if about else "")
        if isinstance(fact, Event):
            hosts = ", ".join(str(host.city) for host in fact.public_hosts)
            names = ", ".join(network.short_name for network in fact.public_networks)
            return ", ".join(filter(None, (fact.get_kind_display(), hosts, names)))
        if isinstance(fact, Project | Document):
            kind = fact.get_kind_display() if isinstance(fact, Document) else ""
            return ", ".join(filter(None, (kind, self.network and self.network.short_name)))
        return fact.get_kind_display() if isinstance(fact, Network | Body) else ""

    @property
    def more(self):
        """What there is to say beside the sentence: `about`, unless that says it, and where a post is."""
        fact = self.fact
        if isinstance(fact, Role):
            within = fact.network.short_name if fact.body else ""
            return ", ".join(filter(None, (within, fact.city.name if fact.person and fact.city else "")))
        return "" if isinstance(fact, Figure | Network | Body) else self.about

    def sentence(self, link=str, text=str):
        """Say what changed: `Bologna joined Eurocities`; `link` writes a record, and `text` other words."""
        words = {"who": link(self.who), "about": text(self.about)}
        if self.what:
            words["what"] = link(self.what)
        return SENTENCES[self.kind] % words

    def address_of(self, record):
        """Give the address of a record's page on the day, of an end on the last one before; empty without one."""
        if not hasattr(record, "get_absolute_url"):
            return ""
        day = self.day - ONE_DAY if self.ends else self.day
        asked = f"?on={day.isoformat()}" if isinstance(record, ON_A_DAY) else ""
        return f"{record.get_absolute_url()}{asked}"

    @property
    def address(self):
        """The address of the page that shows it: that of whom it is about, else of what."""
        return self.address_of(self.who) or self.address_of(self.what)

    @property
    def source(self):
        return public(self.fact.source)
