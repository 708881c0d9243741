"""What contradicts each other among the public facts, found by the database.

Numbers. What a statement allows goes from its `least` to its `most`: "39" is exactly that, "more than 140" at
least 141, "up to 400" at most 400, "about 20" a tenth more or fewer. Two statements about the same thing
contradict each other where they may be of the same time and no number is allowed by both. Those of different
days do not: numbers change. A statement without a date may be of any time. A count contradicts a statement
when what was so for certain on its day is more than it allows, or what may have been so is less.

Dates. A role contradicts the city's memberships when none of them may have held at any time of it; two
holders of a post that one holds alone, when they share a day however their partial dates turn out; a fact
contradicts its network's life when it surely began before the founding, or after the end.

Each kind is a queryset of its `model`, one row a contradiction; `second` is the key of the other side, a row
of `other`, where there is one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Greatest, Least
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citynet.core.mixed import keys_by_model
from citynet.core.models import published_q
from citynet.core.templatetags.citynet import period

from .counting import between, with_counts
from .models import Body, Figure, Membership, Metric, Network, Qualifier, Role
from .sources import place_of, related_of

NO_LIMIT = 2**62
COUNTABLE = (
    Metric.MEMBER_CITIES,
    Metric.PARTNER_CITIES,
    Metric.COUNTRIES,
    Metric.FORUMS,
    Metric.WORKING_GROUPS,
    Metric.BODY_MEMBERS,
)
# Posts that one holds alone; a co-chair or vice-president shares theirs by name.
HELD_ALONE = (Role.Post.PRESIDENT, Role.Post.CHAIR, Role.Post.SECRETARY_GENERAL, Role.Post.TREASURER)


# Numbers ---------------------------------------------------------------------------------------------------


def least(prefix=""):
    """Give the expression of the smallest number that a figure allows."""
    value = F(f"{prefix}value")
    return Case(
        When(**{f"{prefix}qualifier": Qualifier.OVER}, then=value + 1),
        When(**{f"{prefix}qualifier": Qualifier.ABOUT}, then=value - value / 10),
        When(**{f"{prefix}qualifier": Qualifier.UP_TO}, then=Value(0)),
        default=value,
        output_field=BigIntegerField(),
    )


def most(prefix=""):
    """Give the expression of the largest number that a figure allows."""
    value = F(f"{prefix}value")
    return Case(
        When(**{f"{prefix}qualifier": Qualifier.OVER}, then=Value(NO_LIMIT)),
        When(**{f"{prefix}qualifier": Qualifier.ABOUT}, then=value + value / 10),
        default=value,
        output_field=BigIntegerField(),
    )


def stated_twice():
    """Find pairs of figures about the same thing that may be of the same time and exclude each other."""
    other = "network__figures__"
    same_body = Q(**{f"{other}body": F("body")}) | Q(**{"body": None, f"{other}body": None})
    same_programme = Q(**{f"{other}programme": F("programme")}) | Q(
        **{"programme": None, f"{other}programme": None}
    )
    pairs = Figure.objects.published().filter(
        published_q(other),
        same_body,
        same_programme,
        **{
            f"{other}metric": F("metric"),
            f"{other}pk__gt": F("pk"),
            f"{other}as_of_earliest__lte": F("as_of_latest"),
            f"{other}as_of_latest__gte": F("as_of_earliest"),
        },
    )
    pairs = pairs.annotate(
        second=F(f"{other}pk"),
        least=least(),
        most=most(),
        other_least=least(other),
        other_most=most(other),
    )
    return pairs.filter(Q(least__gt=F("other_most")) | Q(other_least__gt=F("most")))


def counted_figures():
    return with_counts(Figure.objects.published().filter(metric__in=COUNTABLE))


def more_counted():
    """Find figures that allow fewer than there were for certain on their day."""
    return counted_figures().annotate(most=most()).filter(sure__gt=F("most"))


def fewer_counted():
    """Find figures that demand more than there may have been on their day, as far as is recorded."""
    return counted_figures().annotate(least=least()).filter(counted__lt=F("least"))


# Dates -----------------------------------------------------------------------------------------------------


def outside_membership():
    """Find roles of cities, in networks that these belong to at other times only, or not at all."""
    memberships = Membership.objects.published().filter(network=OuterRef("network"), city=OuterRef("city"))
    then = memberships.on((OuterRef("start_earliest"), OuterRef("end_latest")))
    return Role.objects.published().filter(~Exists(then), city__isnull=False)


def held_twice():
    """Find pairs of roles in a post that one holds alone, of different holders, that share a day for certain."""
    other = "network__roles__"
    same_body = Q(**{f"{other}body": F("body")}) | Q(**{"body": None, f"{other}body": None})
    others = Role.objects.published().filter(post__in=HELD_ALONE).order_by().values("pk")
    pairs = Role.objects.published().filter(
        same_body,
        post__in=HELD_ALONE,
        is_acting=False,
        **{
            f"{other}post": F("post"),
            f"{other}label": F("label"),
            f"{other}is_acting": False,
            f"{other}pk__gt": F("pk"),
            f"{other}pk__in": others,
        },
    )
    pairs = pairs.annotate(
        second=F(f"{other}pk"),
        other_person=F(f"{other}person"),
        other_city=F(f"{other}city"),
        begun=Least("start_latest", "end_latest"),
        lasting=Greatest("start_earliest", "end_earliest"),
        other_begun=Least(f"{other}start_latest", f"{other}end_latest"),
        other_lasting=Greatest(f"{other}start_earliest", f"{other}end_earliest"),
    )
    other_people = Q(person__isnull=False, other_person__isnull=False) & ~Q(person=F("other_person"))
    other_cities = Q(city__isnull=False, other_city__isnull=False) & ~Q(city=F("other_city"))
    return pairs.filter(
        other_people | other_cities, other_lasting__gte=F("begun"), other_begun__lte=F("lasting")
    )


def outside_life(rows):
    """Find facts of a network that surely began before its founding, or after its end."""
    return rows.filter(
        Q(start_latest__lt=F("network__start_earliest")) | Q(start_earliest__gt=F("network__end_latest"))
    ).annotate(second=F("network"))


def events_outside_life():
    """Find events that were surely over before their network was founded, or began after its end."""
    before = Q(end_latest__lt=F("networks__start_earliest"))
    after = Q(start_earliest__gt=F("networks__end_latest"))
    events = Network._meta.get_field("events").related_model.objects.published().dated()
    return events.filter(before | after, published_q("networks__")).annotate(second=F("networks__pk"))


# All of them -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of contradiction: what it is called, what is meant, the rows, and the model of the second keys."""

    label: str
    meaning: str
    rows: Callable
    other: type | None = None
    to_network: str = "network"


KINDS = {
    "stated": Kind(
        gettext_lazy("Two statements"),
        gettext_lazy(
            "Two statements about the same thing that may be of the same time, and cannot both be true."
        ),
        stated_twice,
        Figure,
    ),
    "more": Kind(
        gettext_lazy("More counted than stated"),
        gettext_lazy("On the day of the statement more are recorded here, for certain, than it allows."),
        more_counted,
    ),
    "fewer": Kind(
        gettext_lazy("Fewer counted than stated"),
        gettext_lazy(
            "On the day of the statement fewer are recorded here than it demands. The list here may be "
            "incomplete."
        ),
        fewer_counted,
    ),
    "membership": Kind(
        gettext_lazy("A role without membership"),
        gettext_lazy(
            "A city holds a role in a network at a time when no membership of it is recorded there."
        ),
        outside_membership,
    ),
    "post": Kind(
        gettext_lazy("A post held twice"),
        gettext_lazy(
            "Two hold, on the same day, a post that one holds alone: president, chair, secretary general, treasurer."
        ),
        held_twice,
        Role,
    ),
    "member-life": Kind(
        gettext_lazy("A membership outside the network’s life"),
        gettext_lazy("A membership that began before the network was founded, or after its end."),
        lambda: outside_life(Membership.objects.published()),
        Network,
    ),
    "role-life": Kind(
        gettext_lazy("A role outside the network’s life"),
        gettext_lazy("A role that began before the network was founded, or after its end."),
        lambda: outside_life(Role.objects.published()),
        Network,
    ),
    "group-life": Kind(
        gettext_lazy("A group outside the network’s life"),
        gettext_lazy("A group that began before the network was founded, or after its end."),
        lambda: outside_life(Body.objects.published()),
        Network,
    ),
    "event": Kind(
        gettext_lazy("An event outside the network’s life"),
        gettext_lazy("An event that was over before its network was founded, or began after its end."),
        events_outside_life,
        Network,
        "second",
    ),
}


def found(networks=None):
    """Give {kind: queryset} of all contradictions, or of those of some networks: rows, keys or a queryset."""
    rows = {name: kind.rows() for name, kind in KINDS.items()}
    if networks is None:
        return rows
    return {name: part.filter(**{f"{KINDS[name].to_network}__in": networks}) for name, part in rows.items()}


# What a page and a file say of them ------------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """One side of a contradiction: in words, when, on which page, and the row that says so, if there is one."""

    words: str
    when: str = ""
    doubt: str = ""
    place: object = None
    row: object = None


@dataclass(frozen=True)
class Contradiction:
    kind: str
    network: Network
    sides: tuple

    @property
    def label(self):
        return KINDS[self.kind].label


def read(rows):
    """Give the Contradictions of [(kind, key, second key)]; one SQL statement for each table among them."""
    models = {name: KINDS[name].rows().model for name in {kind for kind, *_keys in rows}}
    keys = keys_by_model(
        pair
        for kind, key, second in rows
        for pair in ((models[kind], key), *([(KINDS[kind].other, second)] if second else []))
    )
    found = {model: rows_of(model).in_bulk(pks) for model, pks in keys.items()}
    given = []
    for kind, key, second in rows:
        first = found[models[kind]].get(key)
        other = found[KINDS[kind].other].get(second) if second else None
        if first and (other or not second):
            given.append(Contradiction(kind, network_of(first, other), sides(kind, first, other)))
    return given


def rows_of(model):
    rows = with_counts(model.objects.all()) if model is Figure else model.objects.all()
    return rows.select_related("source", *related_of(model))


def network_of(first, other):
    return other if isinstance(other, Network) else first.network


def sides(kind, first, other):
    """Give both sides of a contradiction."""
    if kind in ("more", "fewer"):
        return side(first), count_side(first)
    if kind == "membership":
        words = _("No membership of %(city)s in %(network)s is recorded for that time.")
        return side(first), Side(words % {"city": first.city, "network": first.network}, place=first.city)
    return side(first), side(other)


def count_side(figure):
    """Give the side that the count on a figure's day says."""
    number = number_format(figure.counted, force_grouping=True)
    words = _("counted here: %(count)s %(metric)s") % {"count": number, "metric": figure.get_metric_display()}
    when = _("on that day") if figure.as_of else _("today, since the statement has no date")
    return Side(words, when, between(figure), figure.body or figure.network)


def side(row):
    """Give the side that a row says."""
    words, place = str(row), place_of(row)
    if isinstance(row, Figure):
        part = row.body or row.programme
        words = f"{part}: {words}" if part else words
        return Side(words, row.as_of.words() or _("no date"), place=place, row=row)
    if isinstance(row, Network):
        life = [_("founded %(date)s") % {"date": row.start.words()}] if row.start else []
        life += [_("dissolved %(date)s") % {"date": row.end.words()}] if row.end else []
        return Side(words, ", ".join(life), place=place, row=row)
    if isinstance(row, Membership):
        words = f"{words} ({row.get_category_display()})"
    return Side(words, period(row), place=place, row=row)
