"""Whom a city might work with on a topic: the cities that share most with it and have something to show for it.

The score of a city is the sum of what it shares with the asking city and of what it has on the topic, each
counted once and weighted as `PARTS` says, where alone the weights are; the page writes the same list out. A city
without anything on the topic is not found at all, since sharing much is no reason to be asked about it. On
equal scores the name decides.

Everything is as of one day, today if none is asked about; but projects of any time count then, since work that
is done is experience too. A topic stands for those below it as well.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connections
from django.db.models import F, IntegerField, Q, Value
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from citynet.core.collation import sql_by_name
from citynet.core.dates import period_of
from citynet.core.filters.facets import fetch, sql_of
from citynet.core.models import published_q

from .models import Body, City, Membership, Network, Participation, Practice, Project, Role, Twinning

NAMED = 6  # things of one sentence; the others are counted


@dataclass(frozen=True)
class Part:
    """What counts towards the score: how many points each such thing has, and what it is in words.

    What is `shared` with the asking city counts only of cities that have something on the topic.
    """

    name: str
    points: int
    words: str
    model: type
    shared: bool = False


PARTS = (
    Part("networks", 2, gettext_lazy("a network that both belong to"), Network, shared=True),
    Part("groups", 3, gettext_lazy("a group in which both have a part"), Body, shared=True),
    Part("projects", 4, gettext_lazy("a project that both take part in"), Project, shared=True),
    Part("twins", 5, gettext_lazy("being twin cities"), City, shared=True),
    Part("practices", 5, gettext_lazy("a good practice on the topic"), Practice),
    Part("topic_projects", 4, gettext_lazy("a project on the topic"), Project),
    Part("topic_groups", 2, gettext_lazy("a group on the topic in which it has a part"), Body),
    Part("topic_chairs", 3, gettext_lazy("leading such a group, on top of that"), Body),
)


@dataclass(frozen=True)
class Said:
    """One part of a score as a sentence: the words, the first things it speaks of, how many more, its points."""

    words: str
    things: list
    more: int
    points: int


@dataclass
class Partner:
    """A city that was found; `counts` are its numbers by the name of the part."""

    city: City
    score: int
    counts: dict
    said: list


class Search:
    """The question: a city, the keys of topics and the codes of countries, as of `asked` (an AskedDay)."""

    def __init__(self, city, topics, countries, asked):
        self.city, self.topics, self.countries, self.asked = city, topics, countries, asked
        self.day = asked.for_query

    # What counts -----------------------------------------------------------------

    def rows(self, part):
        """Give querysets of (partner, thing) of a part, of every city; each pair counts once."""
        return getattr(self, f"rows_of_{part.name}")()

    def rows_of_networks(self):
        ours = Membership.objects.published().on(self.day).filter(city=self.city)
        # These networks are public, and so are the partners in the end: many memberships need not be asked.
        members = Membership.objects.filter(published_q(), network__in=ours.order_by().values("network"))
        return [pairs(members.on(self.day), "city_id", "network_id")]

    def rows_of_groups(self):
        roles = Role.objects.published().on(self.day).filter(body__isnull=False)
        ours = roles.filter(city=self.city).order_by().values("body")
        return [pairs(roles.filter(body__in=ours), "city_id", "body_id")]

    def rows_of_projects(self):
        rows = self.participations()
        ours = rows.filter(city=self.city).order_by().values("project")
        return [pairs(rows.filter(project__in=ours), "city_id", "project_id")]

    def rows_of_twins(self):
        rows = Twinning.objects.published().on(self.day)
        return [
            pairs(rows.filter(city_a=self.city), "city_b_id", "city_b_id"),
            pairs(rows.filter(city_b=self.city), "city_a_id", "city_a_id"),
        ]

    def rows_of_practices(self):
        rows = Practice.objects.published().filter(topics__in=self.topics)
        if self.asked:
            rows = rows.filter(Q(year=None) | Q(year__lte=period_of(self.asked.day)[1].year))
        return [pairs(rows, "city_id", "pk")]

    def rows_of_topic_projects(self):
        rows = self.participations().filter(project__topics__in=self.topics)
        return [pairs(rows, "city_id", "project_id")]

    def rows_of_topic_groups(self):
        return [pairs(self.topic_roles(), "city_id", "body_id")]

    def rows_of_topic_chairs(self):
        return [pairs(self.topic_roles().chairs(), "city_id", "body_id")]

    def topic_roles(self):
        return Role.objects.published().on(self.day).filter(body__topics__in=self.topics)

    def participations(self):
        rows = Participation.objects.published()
        return rows.running_on(self.asked.day) if self.asked else rows

    # Finding ---------------------------------------------------------------------

    def find(self, first, number):
        """Give (partners from the place `first` on, how many there are in all); seven SQL statements at most."""
        found, total = self.scores(first, number)
        cities = City.objects.in_bulk([key for key, *_rest in found])
        things = self.things(list(cities))
        partners = []
        for key, score, *numbers in found:
            counts = dict(zip((part.name for part in PARTS), numbers, strict=True))
            said = [
                self.sentence(part, counts[part.name], things[part.name, key])
                for part in PARTS
                if counts[part.name]
            ]
            partners.append(Partner(cities[key], score, counts, said))
        return partners, total

    def scores(self, first=0, number=None):
        """Give ([(city, score, number of things of each part)], how many cities) by falling score, then name.

        One statement (SQL:1999 WITH): who has something on the topic, which are few; what those share with
        the asking city, by their own index entries; and the sum of both. The ORM writes each part, but can
        neither share a subquery nor group a UNION.
        """
        using = connections[City.objects.db]
        topical = self.union(part for part in PARTS if not part.shared)
        few = City.objects.published().exclude(pk=self.city.pk)
        few = few.filter(pk__in=RawSQL("SELECT partner FROM topical", ()))
        if self.countries:
            few = few.filter(country__in=self.countries)
        few = sql_of(few.order_by().values(partner=F("pk")))
        if not topical or not few:
            return [], 0
        known = RawSQL("SELECT partner FROM few", ())
        shared = self.union((part for part in PARTS if part.shared), partner__in=known)
        every = "SELECT * FROM topical UNION ALL SELECT * FROM shared" if shared else "SELECT * FROM topical"
        numbers = ", ".join(
            f"SUM(CASE WHEN part = {place} THEN 1 ELSE 0 END) AS number_{place}"
            for place, _part in enumerate(PARTS)
        )
        score = " + ".join(f"{part.points} * number_{place}" for place, part in enumerate(PARTS))
        columns = ", ".join(f"number_{place}" for place, _part in enumerate(PARTS))
        page = f" LIMIT {int(number)} OFFSET {int(first)}" if number is not None else ""
        table = City._meta.db_table
        sql = (
            f"WITH topical(part, partner, thing) AS ({topical[0]}), few(partner) AS ({few[0]})"
            + (f", shared(part, partner, thing) AS ({shared[0]})" if shared else "")
            + f", counted AS (SELECT partner, {numbers} FROM ({every}) AS every_part"
            " WHERE partner IN (SELECT partner FROM few) GROUP BY partner)"
            f" SELECT COUNT(*) OVER (), counted.partner, {score} AS score, {columns}"
            f" FROM counted JOIN {table} AS city ON city.id = counted.partner"
            f" ORDER BY score DESC, {sql_by_name('city', using)}, city.id{page}"
        )
        params = [*topical[1], *few[1], *(shared[1] if shared else ())]
        with using.cursor() as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
        return [row[1:] for row in rows], rows[0][0] if rows else 0

    def union(self, parts, **conditions):
        """Give the SQL and parameters of (part, partner, thing) of all rows of some parts, or None."""
        found = []
        for part in parts:
            number = Value(PARTS.index(part), output_field=IntegerField())
            for rows in self.rows(part):
                found.append(
                    sql_of(rows.filter(**conditions).values_list(number, "partner", "thing").distinct())
                )
        found = [each for each in found if each]
        if not found:
            return None
        return " UNION ALL ".join(sql for sql, _params in found), [
            p for _sql, params in found for p in params
        ]

    def things(self, keys):
        """Give {(part, city): things by name} of the cities of a page: one statement, and one a kind of thing."""
        found = defaultdict(list)
        union = self.union(PARTS, partner__in=keys) if keys else None
        if not union:
            return found
        rows = fetch(City.objects.db, [union])
        by_model = defaultdict(set)
        for number, _partner, key in rows:
            by_model[PARTS[number].model].add(key)
        records = {
            model: model.objects.in_bulk(keys) for model, keys in by_model.items() if model is not City
        }
        for number, partner, key in rows:
            part = PARTS[number]
            if part.model is not City:
                found[part.name, partner].append(records[part.model][key])
        for things in found.values():
            things.sort(key=lambda thing: (thing.sort_text, thing.pk))
        return found

    # In words --------------------------------------------------------------------

    def sentence(self, part, number, things):
        points = number * part.points
        return Said(sentence_words(part, number), things[:NAMED], max(0, len(things) - NAMED), points)


def pairs(rows, partner, thing):
    """Give the rows as a queryset of the key of the `partner` city and that of the `thing`."""
    return (
        rows.filter(**{f"{partner}__isnull": False}).order_by().annotate(partner=F(partner), thing=F(thing))
    )


def sentence_words(part, number):
    """Say how many things of a part there are; their names follow."""
    words = {
        "networks": ngettext("shares %(number)d network", "shares %(number)d networks", number),
        "groups": ngettext(
            "takes part in %(number)d same group", "takes part in %(number)d same groups", number
        ),
        "projects": ngettext("shares %(number)d project", "shares %(number)d projects", number),
        "twins": _("is a twin city"),
        "practices": ngettext(
            "has %(number)d practice on the topic", "has %(number)d practices on the topic", number
        ),
        "topic_projects": ngettext(
            "takes part in %(number)d project on the topic",
            "takes part in %(number)d projects on the topic",
            number,
        ),
        "topic_groups": ngettext(
            "has a part in %(number)d group on the topic",
            "has a part in %(number)d groups on the topic",
            number,
        ),
        "topic_chairs": ngettext("leads %(number)d of them", "leads %(number)d of them", number),
    }
    return words[part.name] % {"number": number}
