"""How many rows each option of a filter would leave.

The number beside an option is that of the list at the address with this filter set to that option alone,
all other filters kept. It comes from the list's own narrowing, with one GROUP BY in place of one page:

* A filter with a `path` counts a column of the rows that the other filters leave.
* A filter that a `Relation` has a column for counts a column of the related rows that the list itself would
  ask about, those of the rows that the other filters leave.
* Any other filter is counted option by option, as the list that the option leads to.

All facets of a list are one SQL statement, remembered under the data version. Where the rows that a facet
is counted over are more than FACET_CAP nothing is counted, since no index helps (TRAPS 4), unless the
address says `exact=on`; finding that out costs one more statement, on lists that are so long.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from .narrowing import keys_of

FACET_CAP = 10_000  # rows


# Relations -------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Relation:
    """Rows of another table that several filters ask about, all of them of the same row; see `relation`."""

    rows: Callable  # (filters, given): the QuerySet of those that count at all
    to: str
    columns: dict[str, tuple[str, ...]]
    asked_by: tuple[str, ...]
    exists: Callable[[QuerySet], object]

    def is_asked(self, given):
        """Whether what is given needs such a row."""
        return any(given.get(name) for name in self.asked_by)

    def links(self, filters, given):
        """Give the related rows that fit all that is given, of whichever rows of the list."""
        links = self.rows(filters, given)
        for name, columns in self.columns.items():
            if given.get(name):
                keys, fits = keys_of(given[name]), Q()
                for column in columns:
                    fits |= Q(**{f"{column}__in": keys})
                links = links.filter(fits)
        return links

    def narrow(self, filters, rows, given):
        """Narrow the list's rows to those with such a row, if one is asked for."""
        if not self.is_asked(given):
            return rows
        return rows.filter(self.exists(self.links(filters, given).filter(**{self.to: OuterRef("pk")})))


def relation(to, asked_by=None, exists=Exists, **columns):
    """Declare the related rows that some filters of a list ask about.

    Of cities, whose memberships are asked for their network and their category at once::

        @relation("city", network="network", category="category")
        def memberships(self, given):
            return Membership.objects.published().on(self.day)

    The method gives the related rows, before these filters; `to` is their column with the list's row. Each
    further name is a filter, with the column (or several, any of which will do) that has to be one of the
    filter's keys. A row of the list is found when such a related row exists. `asked_by` names the filters
    that ask for one, if they are not those with columns: the others only say more of it.
    """
    columns = {name: (column,) if isinstance(column, str) else column for name, column in columns.items()}
    return lambda rows: Relation(rows, to, columns, asked_by or tuple(columns), exists)


# Counting --------------------------------------------------------------------


def sql_of(rows):
    """Give the SQL and parameters of a queryset; None when it cannot find anything."""
    try:
        return rows.query.get_compiler(using=rows.db).as_sql()
    except EmptyResultSet:
        return None


def fetch(using, parts):
    """Give all rows of several SELECTs, as [(sql, parameters)], in one statement; Nones are left out.

    The ORM can neither group what a UNION gives nor count a part of one, so these few are put together here.
    """
    parts = [part for part in parts if part]
    if not parts:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, _params in parts),
            [param for _sql, params in parts for param in params],
        )
        return cursor.fetchall()


def counting(columns, rows, cap=None):
    """Give the SELECT of some columns (SQL) and of how many rows a queryset has, counted up to cap + 1."""
    rows = rows.order_by().values("pk")
    if not (inner := sql_of(rows[: cap + 1] if cap else rows)):
        return None
    sql, params = inner
    return f"SELECT {columns}, COUNT(*) FROM ({sql}) AS counted", params


def grouping(number, pairs):
    """Give the SELECT of (number, key, how many rows) from querysets of pairs of a key and a row.

    Several querysets may give the same pair, which counts once.
    """
    first, *others = pairs
    if not (inner := sql_of(first.union(*others) if others else first)):
        return None
    sql, params = inner
    return f"SELECT {number}, facet_key, COUNT(*) FROM ({sql}) AS pairs GROUP BY facet_key", params


def pairs_of(rows, row, columns, parent, menu_rows):
    """Give querysets of (key, row) for the columns of a table; with `parent`, keys count for theirs too."""
    pairs = []
    for column in columns:
        known = rows.filter(**{f"{column}__isnull": False})
        pairs.append((known, column))
        if parent:
            below = {f"{column}__in": menu_rows(), f"{column}__{parent}__isnull": False}
            pairs.append((rows.filter(**below), f"{column}__{parent}"))
    return [
        found.order_by().values(facet_key=Cast(F(column), TextField()), facet_row=F(row))
        for found, column in pairs
    ]


class Facets:
    """The counts of one filter set; `counts` has {filter: {key as text: rows}}, None where not counted."""

    def __init__(self, filters):
        self.filters = filters
        self.given = {**filters.given, "sort": None}
        self.names = [name for name, filter_ in filters.filters.items() if filter_.has_facet]
        self.bases = {}

    def base_of(self, name):
        """Give the rows that the other filters leave; filters that are not used share theirs."""
        name = name if self.given[name] else None
        if name not in self.bases:
            self.bases[name] = self.filters.rows({**self.given, name: None})
        return self.bases[name]

    def counts(self):
        names = self.countable()
        found = fetch(
            self.filters.queryset.db,
            [part for number, name in enumerate(names) for part in self.selects(number, name)],
        )
        counts = {name: {} if name in names else None for name in self.names}
        for number, key, rows in found:
            counts[names[number]][key] = rows
        return counts

    def countable(self):
        """Give the names of the filters that are not counted over too many rows."""
        filters = self.filters
        if filters.given["exact"] or filters.width <= FACET_CAP:
            return self.names
        bases = {name if self.given[name] else None: self.base_of(name) for name in self.names}
        if filters.is_unfiltered:
            return []
        keys = list(bases)
        sizes = fetch(
            filters.queryset.db,
            [counting(number, bases[key], FACET_CAP) for number, key in enumerate(keys)],
        )
        small = {keys[number] for number, rows in sizes if rows <= FACET_CAP}
        return [name for name in self.names if (name if self.given[name] else None) in small]

    def selects(self, number, name):
        """Give the SELECTs of (number, key, rows) of one filter."""
        filter_, base = self.filters.filters[name], self.base_of(name)
        menu = getattr(filter_, "menu", None)
        below = (menu.parent, menu.rows) if menu and menu.parent else (None, None)
        if filter_.path:
            return [grouping(number, pairs_of(*filter_.links(base), *below))]
        if found := self.links(name, base):
            return [grouping(number, pairs_of(*found, *below))]
        return [self.option(number, name, pick) for pick in filter_.read().values()]

    def links(self, name, base):
        """Give (related rows, their column of the list's row, their columns of the key) of a filter, or None."""
        filters, given = self.filters, {**self.given, name: None}
        relations = [relation for relation in filters.relations if name in relation.columns]
        if not relations:
            return None
        first, *others = sorted(relations, key=lambda relation: name not in relation.asked_by)
        links = first.links(filters, given).filter(**{f"{first.to}__in": base.order_by().values("pk")})
        for other in others:
            if name in other.asked_by or other.is_asked(given):
                # The option would be asked of this relation as well, so it is to have the same key.
                same = {
                    other.to: OuterRef(first.to),
                    other.columns[name][0]: OuterRef(first.columns[name][0]),
                }
                links = links.filter(Exists(other.links(filters, given).filter(**same)))
        return links.distinct(), first.to, first.columns[name]

    def option(self, number, name, pick):
        """Give the SELECT of the list that an option leads to."""
        found = counting(f"{number}, CAST(%s AS text)", self.filters.rows({**self.given, name: [pick]}))
        return found and (found[0], (str(pick.keys[0]), *found[1]))
