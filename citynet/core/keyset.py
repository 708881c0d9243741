"""Leaf through ordered rows from a row on, since an OFFSET reads all that it skips (TRAPS 5)."""

from django.db.models import F, Q
from django.db.models.expressions import OrderBy


def beyond(rows, edge, backwards=False):
    """Give the rows that come after the one row of `edge` in the order of `rows`.

    `edge` is `rows` narrowed to one row, whose key is read in the same SQL statement; nothing is found if it
    has none. Backwards, they are the rows before it, the nearest first. The order may mix directions, has to
    tell any two rows apart, and none of its expressions may be NULL. The first of them is compared once more
    by itself, so that an index on the order finds where to begin.
    """
    keys, bounds, directions = {}, {}, []
    for number, (expression, descending) in enumerate(order_of(rows)):
        name = f"key_{number}"
        keys[name] = expression
        bounds[name] = edge.order_by().annotate(edge_key=expression).values("edge_key")[:1]
        directions.append((name, "lt" if descending != backwards else "gt"))
    condition = Q()
    for name, comparison in reversed(directions):
        further = Q(**{f"{name}__{comparison}": bounds[name]})
        condition = further | Q(**{name: bounds[name]}) & condition if condition else further
    name, comparison = directions[0]
    if len(directions) > 1:
        condition &= Q(**{f"{name}__{comparison}e": bounds[name]})
    rows = rows.alias(**keys).filter(condition)
    return rows.reverse() if backwards else rows


def order_of(rows):
    """Give the order of a queryset as (expression, whether it is descending) for each part."""
    for part in rows.query.order_by:
        if isinstance(part, str):
            yield F(part.removeprefix("-")), part.startswith("-")
        elif isinstance(part, OrderBy):
            yield part.expression, part.descending
        else:
            yield part, False
