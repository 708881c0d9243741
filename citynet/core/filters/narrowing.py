"""How filters narrow rows, and what a filter took of an address."""

from typing import NamedTuple

from django.db.models import Q, Subquery
from django.db.models.lookups import IsNull

from ..dates import PartialDate


class Pick(NamedTuple):
    """One value that a filter took: as the address has it, in words, and the keys to look for."""

    value: str
    words: str
    keys: tuple = ()


def keys_of(picks):
    """Give the keys of all picks together: repeated values mean "or"."""
    return [key for pick in picks for key in pick.keys]


def values_of(picks):
    """Give the values of all picks, as a set; empty for None."""
    return {pick.value for pick in picks or ()}


def any_of(rows):
    """Give the condition that a correlated queryset has a row, for lists of few rows beside a big table.

    PostgreSQL makes a join of an EXISTS, and may read all memberships for it; this it asks row by row.
    """
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)


def in_years(years, start="start_earliest", end="end_latest"):
    """Give the Q of a period, between two columns of days, that may touch one of the years."""
    found = Q()
    for year in keys_of(years):
        period = PartialDate(f"{year:04}")
        found |= Q(**{f"{start}__lte": period.latest, f"{end}__gte": period.earliest})
    return found
