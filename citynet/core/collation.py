"""The one order of text, the same on every database and whatever the server's locale."""

from django.db.models import Func


class CodePoints(Func):
    """A text ordered by its code points: COLLATE "C" on PostgreSQL, as SQLite orders anyway.

    On the folded `search_text` that is the alphabet, accents and case aside. Index this very expression:
    an index on the bare column, in the database's own collation, does not serve the order.
    """

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler, connection, **kwargs):
        return self.as_sql(compiler, connection, template='(%(expressions)s COLLATE "C")', **kwargs)


BY_NAME = (CodePoints("search_text"), "id")
