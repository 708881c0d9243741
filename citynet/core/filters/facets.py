"""How many rows each option of a filter would leave.

The number beside an option is that of the list at the address with this filter set to that option alone,
all other filters kept. It comes from the list's own narrowing, with one GROUP BY in place of one page:

* A filter with a `path` counts a column of the rows that the other filters leave.
* A filter that a `Relation` has a column for counts a column of the related rows that the list itself would
  ask about, those of the rows that the other filters leave.
* Any other filter is counted option by option, as the list that the option leads to.

All facets of a list are one SQL statement, remembered under the data version. Where the rows that a facet
is counted over are more than FACET_CAP, or their related rows more than RELATED_CAP, nothing is counted,
since no index helps (TRAPS 4), unless the address says `exact=on`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, TextField, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from ..publication import published_q
from .narrowing import keys_of

FACET_CAP = 10_000  # rows
RELATED_CAP = 50_000  # related rows of one facet
TOO_MANY = "*"  # stands for a key where nothing is counted, as no slug, code or number is written so


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


def fetch(using, parts, tables=()):
    """Give all rows of several SELECTs, as [(sql, parameters)], in one statement; Nones are left out.

    `tables` are named before them: [(name, sql, parameters)] of common table expressions (SQL:1999 WITH).
    The ORM can neither group what a UNION gives nor share a subquery, so these few are put together here.
    """
    parts = [part for part in parts if part]
    if not parts:
        return []
    sql = " UNION ALL ".join(sql for sql, _params in parts)
    if tables:
        sql = f"WITH {', '.join(f'{name} AS ({sql})' for name, sql, _params in tables)} {sql}"
    params = [param for *_sql, params in (*tables, *parts) for param in params]
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def counting(columns, rows, cap=None):
    """Give the SELECT of some columns (SQL) and of how many rows a queryset has, counted up to cap + 1."""
    rows = rows.order_by().values("pk")
    if not (inner := sql_of(rows[: cap + 1] if cap else rows)):
        return None
    sql, params = inner
    return f"SELECT {columns}, COUNT(*) FROM ({sql}) AS counted", params


def as_text(column):
    """Give the expression of a key, in the one type that all keys have."""
    return Cast(F(column), TextField())


def pairs_of(rows, row, columns, menu):
    """Give querysets of (key, row) for some columns of a table; a key of the menu counts for its parent too."""
    pairs = []
    for column in columns:
        pairs.append((rows.filter(**{f"{column}__isnull": False}), column))
        if menu and menu.parent:
            parent = f"{column}__{menu.parent}"
            below = rows.filter(**{f"{column}__in": menu.rows(), f"{parent}__isnull": False})
            pairs.append((below, parent))
    return [found.order_by().values(facet_key=as_text(column), facet_row=F(row)) for found, column in pairs]


class Facets:
    """The counting of one filter set's facets.

    The rows that a facet is counted over, its base, are a table of the statement: `few_0` for all filters
    that are not in use, and one more for each that is. On lists that are longer than the cap they are read
    up to it (`base_0`), and a base that reaches it leaves no few.
    """

    def __init__(self, filters):
        self.filters = filters
        self.given = {**filters.given, "sort": None}
        self.names = [name for name, filter_ in filters.filters.items() if filter_.has_facet]
        self.bases = list(
            dict.fromkeys(self.base_of(name) for name in self.names if not self.is_by_option(name))
        )
        self.is_capped = not self.given["exact"] and filters.width > FACET_CAP
        self.known_links = {}

    def is_by_option(self, name):
        """Whether each option of a filter narrows the list in a way of its own."""
        related = any(name in relation.columns for relation in self.filters.relations)
        return not self.filters.filters[name].path and not related

    def base_of(self, name):
        """Give what is left out of the base of a filter: its own name, or None, as nothing of it is given."""
        return name if self.given[name] else None

    def few(self, name):
        """Give the table of the rows that a filter is counted over."""
        return f"few_{self.bases.index(self.base_of(name))}"

    def counts(self):
        """Give {filter: {key as text: rows}}, None where there are too many rows; see the top."""
        if self.is_capped and self.filters.is_unfiltered:
            return dict.fromkeys(self.names)
        self.tables = [table for base in self.bases for table in self.tables_of(base)]
        parts = [part for number, name in enumerate(self.names) for part in self.selects(number, name)]
        counts = {name: {} for name in self.names}
        for number, key, rows in fetch(self.filters.queryset.db, parts, self.tables):
            counts[self.names[number]][key] = rows
        if not self.given["exact"]:
            # Of too many rows, up to the cap and one more were counted, or their number is given instead.
            return {
                name: None if TOO_MANY in found or max(found.values(), default=0) > FACET_CAP else found
                for name, found in counts.items()
            }
        return counts

    def is_own(self, name):
        """Whether a filter is counted by a column that the list's own rows have, or lead to."""
        filter_ = self.filters.filters[name]
        return bool(filter_.path) and not filter_.through(self.filters.queryset)

    def column(self, name):
        """Give the expression of that column; empty where what it leads to is not public."""
        filter_ = self.filters.filters[name]
        column = as_text(filter_.path)
        return Case(When(published_q(filter_.public), then=column)) if filter_.public else column

    def tables_of(self, base):
        """Give the tables (name, sql, parameters) of a base: its rows, with the columns that are counted."""
        columns = {
            f"facet_{name}": self.column(name)
            for name in self.names
            if self.base_of(name) == base and self.is_own(name)
        }
        number = self.bases.index(base)
        rows = self.filters.rows({**self.given, base: None})
        rows = rows.order_by().values(facet_row=F("pk"), **columns)
        if not self.is_capped:
            return [(f"few_{number}", *never_empty(rows))]
        few = f"SELECT * FROM base_{number} WHERE (SELECT COUNT(*) FROM base_{number}) <= {FACET_CAP}"
        return [(f"base_{number}", *never_empty(rows[: FACET_CAP + 1])), (f"few_{number}", few, ())]

    def selects(self, number, name):
        """Give the SELECTs of (number, key, rows) of one filter."""
        if self.is_by_option(name):
            return [self.option(number, name, pick) for pick in self.filters.filters[name].read().values()]
        size = []
        if self.is_capped:
            base = f"base_{self.bases.index(self.base_of(name))}"
            size = [too_many(number, base, FACET_CAP)]
        if self.is_own(name):
            column = f"facet_{name}"
            return [
                (f"SELECT {number}, {column}, COUNT(*) FROM {self.few(name)} GROUP BY {column}", ()),
                *size,
            ]
        filter_, few = self.filters.filters[name], RawSQL(f"SELECT facet_row FROM {self.few(name)}", ())
        if filter_.path:
            links, row, *columns = filter_.through(self.filters.queryset)
        else:
            links, row, columns = self.links(name)
        links = links.filter(**{f"{row}__in": few})
        return [*self.grouping(number, pairs_of(links, row, columns, getattr(filter_, "menu", None))), *size]

    def grouping(self, number, pairs):
        """Give the SELECTs of (number, key, how many different rows) from querysets of pairs of both."""
        inner = [found for found in map(sql_of, pairs) if found]
        if not inner:
            return []
        table, cap = f"pairs_{number}", RELATED_CAP
        sql = " UNION ALL ".join(sql for sql, _params in inner)
        params = [param for _sql, params in inner for param in params]
        grouped = f"SELECT {number}, facet_key, COUNT(DISTINCT facet_row) FROM {table}"
        if self.given["exact"]:
            self.tables.append((table, sql, params))
            return [(f"{grouped} GROUP BY facet_key", ())]
        self.tables.append((table, f"{sql} LIMIT {cap + 1}", params))
        return [
            (f"{grouped} WHERE (SELECT COUNT(*) FROM {table}) <= {cap} GROUP BY facet_key", ()),
            too_many(number, table, cap),
        ]

    def links(self, name):
        """Give (related rows, their column of the list's row, their columns of the key) of a filter."""
        relations = [relation for relation in self.filters.relations if name in relation.columns]
        first, *others = sorted(relations, key=lambda relation: name not in relation.asked_by)
        links = self.links_of(first, name)
        for other in others:
            if name in other.asked_by or other.is_asked({**self.given, name: None}):
                # The option would be asked of this relation as well, so it is to have the same key.
                same = {
                    other.to: OuterRef(first.to),
                    other.columns[name][0]: OuterRef(first.columns[name][0]),
                }
                links = links.filter(Exists(self.links_of(other, name).filter(**same)))
        return links, first.to, first.columns[name]

    def links_of(self, relation, name):
        """Give the rows of a relation that all other filters leave; filters that are not in use share them."""
        key = relation, self.base_of(name)
        if key not in self.known_links:
            self.known_links[key] = relation.links(self.filters, {**self.given, name: None})
        return self.known_links[key]

    def option(self, number, name, pick):
        """Give the SELECT of the list that an option leads to."""
        rows = self.filters.rows({**self.given, name: [pick]})
        found = counting(f"{number}, CAST(%s AS text)", rows, FACET_CAP if self.is_capped else None)
        return found and (found[0], (str(pick.keys[0]), *found[1]))


def too_many(number, table, cap):
    """Give the SELECT that says so of a table with more rows than the cap; SQLite 3.39 was the first with a
    HAVING without GROUP BY, which would say it in fewer words.
    """
    size = f"(SELECT COUNT(*) AS counted FROM {table}) AS size"
    return f"SELECT {number}, '{TOO_MANY}', counted FROM {size} WHERE counted > {cap}", ()


def never_empty(rows):
    """Give the SQL and parameters of a queryset, of one that finds nothing as well."""
    return rows.query.get_compiler(using=rows.db, elide_empty=False).as_sql()
