"""Rows of several kinds in one list, a page at a time: all that rests on a source, all that contradicts."""

from itertools import islice

from django.db.models import IntegerField, Value

from .filters.facets import counting, fetch

READ_AT_ONCE = 500  # rows of a file


class Mixed:
    """The rows of several querysets, one queryset after the other, each in the order of its keys.

    `parts` are {kind: queryset}. A row is (kind, its key, its second key): the second is the annotation
    `second` of querysets that have one, such as the other of two rows that contradict each other, else 0.
    """

    def __init__(self, parts):
        self.parts = parts
        self.kinds = list(parts)

    def counts(self):
        """Give {kind: number of rows} of the kinds that have any; one SQL statement."""
        using = next(iter(self.parts.values())).db
        selects = [counting(str(number), rows) for number, rows in enumerate(self.parts.values())]
        return {self.kinds[number]: found for number, found in sorted(fetch(using, selects)) if found}

    def rows(self):
        """Give a queryset of (number of the kind, key, second key); one SQL statement, whatever the kinds."""
        selects = []
        for number, rows in enumerate(self.parts.values()):
            if "second" not in rows.query.annotations:
                rows = rows.annotate(second=Value(0, output_field=IntegerField()))
            kind = Value(number, output_field=IntegerField())
            selects.append(
                rows.order_by().annotate(mixed_kind=kind).values_list("mixed_kind", "pk", "second")
            )
        first, *others = selects
        rows = first.union(*others, all=True) if others else first
        return rows.order_by("mixed_kind", "pk", "second")

    def page(self, number, size):
        """Give the rows of a page as [(kind, key, second key)], and whether others come after it."""
        found = list(self.rows()[(number - 1) * size : number * size + 1])
        return [(self.kinds[kind], *keys) for kind, *keys in found[:size]], len(found) > size

    def batches(self, size=READ_AT_ONCE):
        """Give all rows in lists as `page` does, for a file, as they come from the database."""
        rows = ((self.kinds[kind], *keys) for kind, *keys in self.rows().iterator(chunk_size=size))
        while batch := list(islice(rows, size)):
            yield batch


def keys_by_model(pairs):
    """Gather the keys of a page, so that each table is read once: [(model, key)] gives {model: {keys}}."""
    keys = {}
    for model, key in pairs:
        keys.setdefault(model, set()).add(key)
    return keys
