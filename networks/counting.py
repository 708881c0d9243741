"""What the database counts, beside what was stated: one rule, whoever counts.

A city is a member once, however many memberships it has, and members that take part jointly are one. Only
what is public counts, and what may hold on the day by `.on()`, within the network's own life. A number that
somebody stated is of its own day: see `with_counts`.
"""

from itertools import combinations, groupby
from operator import attrgetter

from django.db.models import (
    Case,
    Count,
    DateField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, NullIf
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from citynet.core.dates import FIRST_DAY
from citynet.core.export import Joined
from citynet.core.models import published_q

from .models import Body, Membership, Metric, Qualifier, Role

ONCE = Q(joint_with=None)
CITIES = Count("city", filter=ONCE, distinct=True)
PARTNERS = Count("city", filter=ONCE & Q(category=Membership.Category.PARTNER), distinct=True)


# The rule --------------------------------------------------------------------------------------------------


def members_by_country(members):
    """Give one row a country, with the member cities and partners of it; `members` are public memberships."""
    return list(
        members.filter(city__isnull=False)
        .order_by("city__country")
        .values("city__country")
        .annotate(members=CITIES, partners=PARTNERS)
    )


class Counted(Subquery):
    """A number that one correlated row gives; 0 where there is no such row."""

    template = "COALESCE((%(subquery)s), 0)"
    output_field = IntegerField()


def members_of(network, day):
    """Give the public memberships of public cities on the day; the network is known to be public."""
    return Membership.objects.filter(
        published_q(), published_q("city__"), network=network, city__isnull=False
    ).on(day)


def counted(rows, number, by="network"):
    """Give the expression of a number that correlated rows have: `CITIES`, a Count of something else."""
    return Counted(rows.order_by().values(by).annotate(number=number).values("number"))


def bodies_of(network, day, kind):
    return Body.objects.filter(published_q(), network=network, kind=kind).on(day)


def seats_of(body, day):
    """Give the public roles of the cities that sit in a group on the day, beside those that lead it."""
    roles = Role.objects.published().on(day).filter(body=body, city__isnull=False)
    return roles.exclude(post__in=Role.LEADING)


# Figures on their own day ----------------------------------------------------------------------------------


def with_counts(figures, today=None):
    """Add to figures what the database counts of the same thing on the day that each is of.

    `counted` is what may have been so on that day, None where it is not counted here; `sure` what was so for
    certain, for exact dates; `kinds` the counted cities by category, as "full 140; partner 45". The day is
    `day_earliest` to `day_latest`: that of `as_of`, today for a figure without a date, and the last day of
    one “by 2021”. Costs two correlated subqueries a row, and one more for member cities.
    """
    today = Value(today or timezone.localdate(), output_field=DateField())
    latest = Case(When(as_of="", then=today), default="as_of_latest", output_field=DateField())
    earliest = Case(
        When(as_of="", then=today),
        When(as_of_earliest=FIRST_DAY, then="as_of_latest"),
        default="as_of_earliest",
        output_field=DateField(),
    )
    figures = figures.annotate(day_earliest=earliest, day_latest=latest)
    day = OuterRef("day_earliest"), OuterRef("day_latest")
    return figures.annotate(
        counted=of_metric(lambda rows: rows, day),
        sure=of_metric(lambda rows: rows.surely_in(day), day),
        kinds=Case(When(NETWORK_OWN, metric=Metric.MEMBER_CITIES, then=by_category(day))),
    )


NETWORK_OWN = Q(body=None, programme=None)


def of_metric(narrow, day):
    """Give the number that a figure's metric is about, of the rows that `narrow` leaves; NULL for others."""
    network, body = OuterRef("network"), OuterRef("body")
    members = narrow(members_of(network, day))
    numbers = {
        Metric.MEMBER_CITIES: counted(members, CITIES),
        Metric.PARTNER_CITIES: NullIf(counted(members, PARTNERS), 0),
        Metric.COUNTRIES: counted(members, Count("city__country", distinct=True)),
        Metric.FORUMS: counted(narrow(bodies_of(network, day, Body.Kind.FORUM)), Count("pk")),
        Metric.WORKING_GROUPS: counted(narrow(bodies_of(network, day, Body.Kind.WORKING_GROUP)), Count("pk")),
    }
    seats = counted(narrow(seats_of(body, day)), Count("city", distinct=True), by="body")
    return Case(
        *(When(NETWORK_OWN, metric=metric, then=number) for metric, number in numbers.items()),
        When(body__isnull=False, metric=Metric.BODY_MEMBERS, then=seats),
        output_field=IntegerField(),
    )


def by_category(day):
    """Give the expression of the counted cities by category, as one text."""
    kinds = members_of(OuterRef("network"), day).filter(ONCE).order_by().values("category")
    words = Concat("category", Value(" "), Cast("cities", TextField()), output_field=TextField())
    return Joined(kinds.annotate(cities=CITIES).values(joined=words))


def kinds_of(figure):
    """Give {category: counted cities} of a figure that `with_counts` gave."""
    pairs = (part.rpartition(" ") for part in (figure.kinds or "").split("; ") if part)
    return {Membership.Category(category): int(number) for category, _space, number in pairs}


# Words -----------------------------------------------------------------------------------------------------


def difference(figure, counted):
    """Say in words how the database's count differs from a stated number."""
    more = counted - figure.value
    if more == 0 and figure.qualifier != Qualifier.OVER:
        return _("the same")
    if (more > 0 and figure.qualifier == Qualifier.OVER) or (
        more < 0 and figure.qualifier == Qualifier.UP_TO
    ):
        return _("agrees")
    if more > 0:
        return ngettext("%(count)s more here", "%(count)s more here", more) % {
            "count": number_format(more, force_grouping=True)
        }
    if more == 0:
        return _("exactly that many here")
    return ngettext("%(count)s fewer here", "%(count)s fewer here", -more) % {
        "count": number_format(-more, force_grouping=True)
    }


KINDS = {
    Membership.Category.FOUNDER: ngettext_lazy("%(count)s founder", "%(count)s founders", "number"),
    Membership.Category.FULL: ngettext_lazy("%(count)s full member", "%(count)s full members", "number"),
    Membership.Category.ASSOCIATE: ngettext_lazy(
        "%(count)s associate member", "%(count)s associate members", "number"
    ),
    Membership.Category.PARTNER: ngettext_lazy("%(count)s partner", "%(count)s partners", "number"),
    Membership.Category.SIGNATORY: ngettext_lazy("%(count)s signatory", "%(count)s signatories", "number"),
    Membership.Category.SELECTED: ngettext_lazy(
        "%(count)s selected city", "%(count)s selected cities", "number"
    ),
    Membership.Category.AFFILIATED: ngettext_lazy(
        "%(count)s affiliated city", "%(count)s affiliated cities", "number"
    ),
}


def explanation(figure):
    """Say in words how kinds of members explain the difference to a stated number; empty where none do.

    That is where the counted cities of some categories make exactly what was stated, "185 counted = 140 full
    members (as stated) + 45 partners", of several such ways the one with the fewest categories; or where the
    difference is as large as one category.
    """
    kinds = {category: number for category, number in kinds_of(figure).items() if number}
    if figure.counted in (None, figure.value):
        return ""
    ways = (chosen for size in range(1, len(kinds)) for chosen in combinations(kinds, size))
    for chosen in ways:
        if sum(kinds[category] for category in chosen) == figure.value:
            left = [category for category in kinds if category not in chosen]
            words = {"stated": in_words(kinds, chosen), "others": in_words(kinds, left)}
            if sum(kinds.values()) != figure.counted:  # cities that are members in two ways at once
                return _("%(stated)s are counted here (as stated), beside %(others)s") % words
            words["counted"] = number_format(figure.counted, force_grouping=True)
            return _("%(counted)s counted = %(stated)s (as stated) + %(others)s") % words
    for category, number in kinds.items():
        if len(kinds) > 1 and number == abs(figure.counted - figure.value):
            return _("the difference is as large as one kind of members: %(kind)s") % {
                "kind": in_words(kinds, [category])
            }
    return ""


def in_words(kinds, chosen):
    """Write some of the categories with their numbers: "140 full members + 45 partners"."""
    numbers = ((category, kinds[category]) for category in chosen)
    return " + ".join(
        KINDS[category] % {"number": number, "count": number_format(number, force_grouping=True)}
        for category, number in numbers
    )


def between(figure):
    """Say between which numbers the count lies, where partial dates leave that open; else nothing."""
    if figure.counted in (None, figure.sure):
        return ""
    return _("between %(sure)s and %(possible)s, since dates are partial") % {
        "sure": number_format(figure.sure or 0, force_grouping=True),
        "possible": number_format(figure.counted, force_grouping=True),
    }


def compare(figures, counts):
    """Set what was stated beside what the database counts.

    Takes figures in the order of their metric, and {metric: number}. Gives [(metric in words, counted or
    None, figures)], every figure with its `difference` in words; a metric that nobody stated is there too.
    """
    stated = {metric: list(same) for metric, same in groupby(figures, key=attrgetter("metric"))}
    rows = []
    for metric in Metric:
        counted, same = counts.get(metric), stated.get(metric, [])
        for figure in same:
            figure.difference = "" if counted is None else difference(figure, counted)
        if same or counted is not None:
            rows.append((metric.label, counted, same))
    return rows
