"""How many member cities any two networks have in common on a day.

Every city counts, also one that takes part jointly with another. Of two networks of 10 and 100 members that share
5, the smaller shares half of its members: that `share`, unlike the Jaccard index, says when one lies within the
other, so it is what the matrix is coloured by.
"""

from dataclasses import dataclass
from itertools import combinations

from django.db import connections

from citynet.core.filters.facets import sql_of
from citynet.core.translated import in_language

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
    """The matrix: {key: a number with one bit for each of its cities} of its networks, in their order, and how
    many networks there are in all.

    A pair is counted when it is asked for: a thousand networks have half a million of them.
    """

    bits: dict
    total: int

    @property
    def keys(self):
        return list(self.bits)

    def pair(self, a, b):
        """Give the Pair of two networks, in this order; of one with itself its members are shared."""
        a, b = self.bits[a], self.bits[b]
        return Pair((a & b).bit_count(), (a & ~b).bit_count(), (b & ~a).bit_count())

    def pairs(self):
        """Give (key, key, Pair) of every two networks, those without a city in common as well."""
        for a, b in combinations(self.bits, 2):
            yield a, b, self.pair(a, b)


def overlap_of(day, networks=(), kinds=(), countries=(), by_name=False, most=None):
    """Give the Overlap on a day of the networks that have members then, the largest or first ones up to `most`.

    `networks` are keys, `kinds` and `countries` codes; none means all. With countries only their cities count.
    Two statements. The pairs are counted here, with one long number of bits for each network: the database
    would have to join the memberships to themselves, 20,000,000 rows for 100 networks of 6,500 cities each.
    """
    members = Membership.objects.published().on(day).filter(city__isnull=False)
    if networks:
        members = members.filter(network__in=networks)
    if kinds:
        members = members.filter(network__kind__in=kinds)
    if countries:
        members = members.filter(city__country__in=countries)
    bits = bits_of(members)
    sizes = {network: cities.bit_count() for network, cities in bits.items()}
    names = dict(Network.objects.filter(pk__in=bits).values_list("pk", in_language("search_text")))
    keys = sorted(bits, key=lambda key: (0 if by_name else -sizes[key], names[key], key))[:most]
    return Overlap({key: bits[key] for key in keys}, len(bits))


def bits_of(members):
    """Give {network: a number with one bit for each of its cities}, the same bit for the same city; a statement.

    The database sends the cities of a network as one text, which is far cheaper than a row for each.
    """
    found = sql_of(members.order_by().values_list("network_id", "city_id"))
    if not found:
        return {}
    using = connections[Membership.objects.db]
    cities = "string_agg(city::text, ',')" if using.vendor == "postgresql" else "group_concat(city, ',')"
    with using.cursor() as cursor:
        cursor.execute(
            f"WITH pairs(network, city) AS ({found[0]}) SELECT network, {cities} FROM pairs GROUP BY network",
            found[1],
        )
        rows = cursor.fetchall()
    places = {}
    of_networks = {
        network: [places.setdefault(city, len(places)) for city in cities.split(",")]
        for network, cities in rows
    }
    return {network: bits_at(found, len(places)) for network, found in of_networks.items()}


def bits_at(places, number):
    """Give the number whose bits at the places, of so many, are set."""
    octets = bytearray(number // 8 + 1)
    for place in places:
        octets[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(octets, "little")
