"""How many member cities any two networks have in common on a day.

Every city counts, also one that takes part jointly with another. Of two networks of 10 and 100 members that share
5, the smaller shares half of its members: that `share`, unlike the Jaccard index, says when one lies within the
other, so it is what the matrix is coloured by.
"""

from dataclasses import dataclass

from django.db import connections

from citynet.core.filters.facets import sql_of

from .models import Membership, Network

STEPS = (0.1, 0.25, 0.5, 0.75)  # shares of the smaller network at which the matrix changes its colour


@dataclass(frozen=True)
class Pair:
    """What two networks have in common: numbers of cities."""

    shared: int
    only_a: int
    only_b: int

    @property
    def share(self):
        """The part of the smaller network's members that is in the other one, too, from 0 to 1."""
        smaller = self.shared + min(self.only_a, self.only_b)
        return self.shared / smaller if smaller else 0

    @property
    def jaccard(self):
        """The part of the cities of either that is in both (Jaccard 1901), from 0 to 1."""
        either = self.shared + self.only_a + self.only_b
        return self.shared / either if either else 0

    @property
    def step(self):
        """The step of the colour: 0 for none in common, 5 for more than the last of STEPS."""
        return 0 if not self.shared else 1 + sum(self.share > step for step in STEPS)


@dataclass(frozen=True)
class Overlap:
    """The matrix: the keys of its networks in order, {(key, key): cities in both}, and how many there are in all.

    Of a network with itself these are its members. Pairs without a city in common are left out, and each is
    there once, in the order of the keys.
    """

    keys: list
    counts: dict
    total: int

    def pair(self, a, b):
        """Give the Pair of two networks, in this order."""
        shared = self.counts.get((a, b), 0) or self.counts.get((b, a), 0)
        return Pair(shared, self.counts[a, a] - shared, self.counts[b, b] - shared)

    def pairs(self):
        """Give (key, key, Pair) of every two networks, those without a city in common as well."""
        for place, a in enumerate(self.keys):
            for b in self.keys[place + 1 :]:
                yield a, b, self.pair(a, b)


def overlap_of(day, networks=(), kinds=(), countries=(), by_name=False, most=None):
    """Give the Overlap on a day of the networks that have members then, the largest or first ones up to `most`.

    `networks` are keys, `kinds` and `countries` codes; none means all. With countries only their cities count.
    One statement: the distinct (network, city) of the day, their numbers, and the join of them by city. The ORM
    joins no subquery to itself.
    """
    members = Membership.objects.published().on(day).filter(city__isnull=False)
    if networks:
        members = members.filter(network__in=networks)
    if kinds:
        members = members.filter(network__kind__in=kinds)
    if countries:
        members = members.filter(city__country__in=countries)
    found = sql_of(members.order_by().values_list("network_id", "city_id").distinct())
    if not found:
        return Overlap([], {}, 0)
    using = connections[Membership.objects.db]
    collation = ' COLLATE "C"' if using.vendor == "postgresql" else ""
    name = f"network.search_text{collation}, network.id"
    order = name if by_name else f"size DESC, {name}"
    limit = f" WHERE place <= {int(most)}" if most else ""
    sql = (
        f"WITH pairs(network, city) AS ({found[0]}),"
        " sizes(network, size) AS (SELECT network, COUNT(*) FROM pairs GROUP BY network),"
        " ranked(network, place, total) AS (SELECT sizes.network,"
        f" ROW_NUMBER() OVER (ORDER BY {order}), COUNT(*) OVER ()"
        f" FROM sizes JOIN {Network._meta.db_table} AS network ON network.id = sizes.network),"
        f" chosen AS (SELECT network, place, total FROM ranked{limit}),"
        " placed(city, place) AS (SELECT pairs.city, chosen.place FROM pairs"
        " JOIN chosen ON chosen.network = pairs.network),"
        " counted(place_a, place_b, shared) AS (SELECT a.place, b.place, COUNT(*) FROM placed AS a"
        " JOIN placed AS b ON b.city = a.city AND b.place >= a.place GROUP BY a.place, b.place)"
        " SELECT one.network, other.network, counted.shared, one.total FROM counted"
        " JOIN chosen AS one ON one.place = counted.place_a"
        " JOIN chosen AS other ON other.place = counted.place_b"
        " ORDER BY counted.place_a, counted.place_b"
    )
    with using.cursor() as cursor:
        cursor.execute(sql, found[1])
        rows = cursor.fetchall()
    counts = {(a, b): shared for a, b, shared, _total in rows}
    return Overlap([a for a, b in counts if a == b], counts, rows[0][3] if rows else 0)
