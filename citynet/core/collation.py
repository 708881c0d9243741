"""The one order of text and of numbers, the same on every database and whatever the server's locale."""

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


class OrZero(Func):
    """A number, 0 when it is not known: an index on `Coalesce(number, 0)` serves this order.

    SQLite knows an indexed expression by its text, so that a 0 handed over as a parameter misses the index.
    """

    template = "COALESCE(%(expressions)s, 0)"
    arity = 1
