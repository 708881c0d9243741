"""What migrations do to many tables."""

import uuid

from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.models import Func, OuterRef, Subquery, UUIDField


class Together(SeparateDatabaseAndState):
    """The same change to many models, each named once.

    Django renders a model and all that lead to it anew after every operation; here nearly all models lead to
    each other, so that two dozen new fields cost seconds. These operations share one rendering.
    """

    def __init__(self, operations):
        super().__init__(database_operations=operations, state_operations=operations)

    def deconstruct(self):
        return type(self).__name__, [], {"operations": self.state_operations}

    def state_forwards(self, app_label, state):
        vars(state).pop("apps", None)  # to be rendered when it is next asked for
        super().state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.database_operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.database_operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)


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
