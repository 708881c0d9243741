"""Permanent identifiers: how rows that were there before got theirs."""

import uuid

from django.db.models import Func, OuterRef, Subquery, UUIDField


class RandomUUID(Func):
    """A random identifier for each row, made by the database (RFC 9562 §5.4)."""

    template = "gen_random_uuid()"
    output_field = UUIDField()

    def as_sqlite(self, compiler, connection, **extra):
        """Write one as Django keeps it in SQLite: 32 digits, with the marks of version and variant."""
        digits = (
            "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2)"
            " || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2)"
            " || hex(randomblob(6)))"
        )
        return self.as_sql(compiler, connection, template=digits, **extra)


def identify(apps, app_label, names):
    """Give every row of the models a `uid`, and each state in its history the same one, for a migration.

    One statement a table, whatever its size; one more for every record that only the history remembers.
    """
    for name in names:
        rows = apps.get_model(app_label, name).objects
        history = apps.get_model(app_label, f"Historical{name}").objects
        rows.filter(uid=None).update(uid=RandomUUID())
        history.filter(uid=None).update(uid=Subquery(rows.filter(id=OuterRef("id")).values("uid")))
        for gone in list(history.filter(uid=None).order_by().values_list("id", flat=True).distinct()):
            history.filter(id=gone).update(uid=uuid.uuid4())
