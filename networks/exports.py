"""The columns in which places, networks and their work leave.

Names beside the slugs that addresses are made of, ISO codes and ISO 8601-2 dates; never an id. `COLUMNS` is
what the public may have of published rows, in the language of the address; `STAFF_COLUMNS` all that is kept,
in every language.
"""

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from citynet.core.columns import (
    FACT_COLUMNS,
    LAST_UPDATED,
    PERIOD_COLUMNS,
    SOURCE_COLUMNS,
    certainty_columns,
    date_columns,
    only_possible,
    public_columns,
    staff_columns,
)
from citynet.core.export import Column, joined
from citynet.core.models import holding_on, published_q

from .models import (
    Award,
    AwardEdition,
    AwardWinner,
    Body,
    City,
    Document,
    Figure,
    Grant,
    Membership,
    Network,
    Organisation,
    Participation,
    Person,
    Practice,
    Programme,
    Project,
    Role,
    Source,
    Topic,
    Twinning,
    Uptake,
)


def _named(relation, name=None):
    """Give the two columns of a related entity: its name and its slug."""
    name = name or relation
    return Column(name, f"{relation}__name"), Column(f"{name}_slug", f"{relation}__slug")


def _place(relation="city", name=None):
    """Give the three columns of a related city: name, slug and country."""
    return *_named(relation, name), Column(f"{name or relation}_country", f"{relation}__country")


_ENTITY = (Column("name"), Column("slug"))
_LAST = (Column("uid"), LAST_UPDATED)
_TEXTS = (Column("website"), Column("summary"), Column("text"))
_TOPICS = Column("topics", joined("topics__slug"))
_KEPT = {
    Topic: (*_ENTITY, *_named("parent", "part_of"), *_TEXTS, *_LAST),
    City: (
        *_ENTITY,
        Column("local_name"),
        Column("other_names", joined("names__name")),
        Column("country"),
        Column("latitude"),
        Column("longitude"),
        Column("population"),
        Column("population_year"),
        Column("geonames_id"),
        Column("wikidata_id"),
        Column("unlocode"),
        Column("office"),
        *_TEXTS,
        Column("note"),
        _TOPICS,
        *_LAST,
    ),
    Twinning: (*_place("city_a"), *_place("city_b"), *PERIOD_COLUMNS, *FACT_COLUMNS, LAST_UPDATED),
    Organisation: (
        *_ENTITY,
        Column("acronym"),
        Column("kind"),
        Column("country"),
        *_named("city"),
        *_TEXTS,
        *_LAST,
    ),
    Person: (
        *_ENTITY,
        Column("title"),
        *_place(),
        *_named("organisation"),
        *_TEXTS,
        *_LAST,
    ),
    Network: (
        *_ENTITY,
        Column("acronym"),
        Column("kind"),
        *PERIOD_COLUMNS,
        *_place("seat"),
        *_named("host_organisation"),
        *_named("predecessor"),
        *_TEXTS,
        _TOPICS,
        *SOURCE_COLUMNS,
        Column("note"),
        *_LAST,
    ),
    Membership: (
        *_named("network"),
        *_place(),
        *_named("organisation"),
        Column("category"),
        Column("listed_as"),
        *PERIOD_COLUMNS,
        Column("joint_with_city", "joint_with__city__name"),
        Column("joint_with_organisation", "joint_with__organisation__name"),
        *FACT_COLUMNS,
        LAST_UPDATED,
    ),
    Body: (
        *_ENTITY,
        Column("acronym"),
        Column("kind"),
        *_named("network"),
        Column("sits_under", joined("parents__slug")),
        Column("seats"),
        *PERIOD_COLUMNS,
        *_TEXTS,
        _TOPICS,
        *SOURCE_COLUMNS,
        Column("note"),
        *_LAST,
    ),
    Role: (
        *_named("network"),
        *_named("body", "group"),
        Column("post"),
        Column("called", "label"),
        *_place(),
        *_named("person"),
        *_named("organisation", "on_behalf_of"),
        Column("acting", "is_acting"),
        *PERIOD_COLUMNS,
        *FACT_COLUMNS,
        LAST_UPDATED,
    ),
    Programme: (
        *_ENTITY,
        Column("acronym"),
        *_named("network"),
        *_named("parent", "part_of"),
        *_named("predecessor", "follows"),
        Column("call"),
        Column("duration"),
        *PERIOD_COLUMNS,
        *_TEXTS,
        _TOPICS,
        *SOURCE_COLUMNS,
        Column("note"),
        *_LAST,
    ),
    Project: (
        *_ENTITY,
        Column("acronym"),
        *_named("network"),
        *_named("programme"),
        *_named("parent", "part_of"),
        Column("call"),
        Column("duration"),
        *PERIOD_COLUMNS,
        Column("lead_cities", joined("participations__city__slug", Q(participations__part="lead"))),
        Column(
            "lead_organisations",
            joined("participations__organisation__slug", Q(participations__part="lead")),
        ),
        Column("cities", joined("participations__city__slug")),
        Column("organisations", joined("participations__organisation__slug")),
        *_TEXTS,
        _TOPICS,
        *SOURCE_COLUMNS,
        Column("note"),
        *_LAST,
    ),
    Participation: (
        *_named("project"),
        *_place(),
        *_named("organisation"),
        Column("part"),
        *PERIOD_COLUMNS,
        *FACT_COLUMNS,
        LAST_UPDATED,
    ),
    Grant: (
        *_named("programme"),
        *_named("project"),
        *_named("funder"),
        Column("amount"),
        Column("currency"),
        *FACT_COLUMNS,
        LAST_UPDATED,
    ),
    Practice: (
        *_ENTITY,
        *_place(),
        Column("year"),
        Column("results"),
        Column("networks", joined("networks__slug")),
        Column("taken_up_by", joined("uptakes__city__slug")),
        *_TEXTS,
        _TOPICS,
        *SOURCE_COLUMNS,
        *_LAST,
    ),
    Uptake: (*_named("practice"), *_place(), Column("year"), *FACT_COLUMNS, LAST_UPDATED),
    Award: (
        *_ENTITY,
        *_named("network"),
        *_named("organisation", "organised_with"),
        *_TEXTS,
        *SOURCE_COLUMNS,
        *_LAST,
    ),
    AwardEdition: (*_named("award"), Column("year"), *FACT_COLUMNS, LAST_UPDATED),
    AwardWinner: (
        *_named("edition__award", "award"),
        Column("year", "edition__year"),
        Column("category"),
        Column("prize"),
        *_place(),
        *_named("practice"),
        *FACT_COLUMNS,
        LAST_UPDATED,
    ),
    Document: (
        *_ENTITY,
        Column("kind"),
        *date_columns("date"),
        Column("place"),
        Column("language"),
        Column("url"),
        Column("file"),
        Column("media_type"),
        Column("size"),
        Column("sha256", "checksum"),
        Column("stated_format"),
        *_named("network"),
        *_named("body", "group"),
        *_named("project"),
        Column("signed_by_cities", joined("parties__city__slug")),
        Column("signed_by_organisations", joined("parties__organisation__slug")),
        *_TEXTS,
        _TOPICS,
        *SOURCE_COLUMNS,
        Column("note"),
        *_LAST,
    ),
    Figure: (
        *_named("network"),
        *_named("body", "group"),
        *_named("programme"),
        Column("metric"),
        Column("qualifier"),
        Column("value"),
        *date_columns("as_of"),
        Column("confirmed_on"),
        *FACT_COLUMNS,
        LAST_UPDATED,
    ),
    Source: (
        Column("publisher"),
        Column("title"),
        Column("slug"),
        Column("url"),
        *date_columns("published_on"),
        Column("seen_on"),
        Column("licence"),
        Column("note"),
        *_LAST,
    ),
}

COLUMNS = {model: public_columns(model, kept) for model, kept in _KEPT.items()}
STAFF_COLUMNS = {model: staff_columns(model, kept) for model, kept in _KEPT.items()}


def _state(model, day, *columns):
    return (Column("on", Value(str(day))), *public_columns(model, columns))


def city_state(day):
    """Give the columns of what a list of cities shows of one day: their networks."""
    held = holding_on(day, "memberships", Membership.within)
    return _state(
        City,
        day,
        Column("networks", joined("memberships__network__slug", held)),
        only_possible(day, "memberships", "network__slug", Membership.within),
    )


def network_state(day):
    """Give the columns of what a list of networks shows of one day: how many member cities."""
    members = Membership.objects.filter(
        published_q(), published_q("city__"), network=OuterRef("pk")
    ).participations()
    return _state(
        Network,
        day,
        *certainty_columns(day),
        Column("member_cities", _cities(members.on(day))),
        Column("member_cities_sure", _cities(members.surely_in(day))),
    )


def _cities(members):
    cities = members.order_by().values("network").annotate(cities=Count("city", distinct=True))
    return Coalesce(Subquery(cities.values("cities")), 0)


def body_state(day):
    """Give the columns of what a list of groups shows of one day: who chairs them."""
    leads = Q(roles__post__in=Role.LEADING)
    chairs = leads, holding_on(day, "roles", Role.within)
    return _state(
        Body,
        day,
        *certainty_columns(day, Body.within),
        Column("chair_cities", joined("roles__city__slug", *chairs)),
        Column("chair_people", joined("roles__person__name", *chairs)),
        *(
            only_possible(day, "roles", known_by, Role.within, leads, name=f"{name}_only_possible")
            for name, known_by in (("chair_cities", "city__slug"), ("chair_people", "person__name"))
        ),
    )


def person_state(day):
    """Give the columns of what a list of people shows of one day: their posts, and where they hold them."""
    held = Q(roles__in=Role.objects.published().on(day).order_by().values("pk"))
    return _state(
        Person,
        day,
        Column("posts", joined("roles__post", held)),
        Column("groups", joined("roles__body__slug", held)),
        Column("networks", joined("roles__network__slug", held)),
        only_possible(day, "roles", "network__slug", Role.within, held),
    )


def fact_state(model, day):
    """Give the columns of what a list of memberships or roles says of one day: which of them are certain."""
    return _state(model, day, *certainty_columns(day, model.within))
