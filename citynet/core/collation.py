"""The one order of text and of numbers, the same on every database and whatever the server's locale.

What the database orders is ordered by code points of folded text, whatever the language. Menus, which are
short and are sorted by us, follow the alphabet of the page's language: `core.alphabet`.
"""

from django.db.models import F, Func, Index
from django.db.models.functions import Coalesce

from .translated import OTHERS, SOURCE, attribute_of, get_language, sort_text, translated_at


class CodePoints(Func):
    """A text ordered by its code points: COLLATE "C" on PostgreSQL, as SQLite orders anyway.

    On the folded `search_text` that is the alphabet, accents and case aside, of the names in the active
    language (`core.translated`). Index this very expression: an index on the bare column, in the database's
    own collation, does not serve the order.
    """

    template = "%(expressions)s"
    arity = 1

    def resolve_expression(self, query=None, *args, **kwargs):
        by_name = self.copy()
        by_name.set_source_expressions([in_active_language(self.get_source_expressions()[0], query)])
        return super(CodePoints, by_name).resolve_expression(query, *args, **kwargs)

    def as_postgresql(self, compiler, connection, **kwargs):
        return self.as_sql(compiler, connection, template='(%(expressions)s COLLATE "C")', **kwargs)


def in_active_language(expression, query):
    """Replace each path to a folded name in an expression by the one that the active language sorts by."""
    if isinstance(expression, F):
        return translated_at(query.model, expression.name) if "search_text" in expression.name else expression
    if isinstance(expression, Coalesce) and not any("sort_text" in path for path in paths_in(expression)):
        expression = expression.copy()
        sources = expression.get_source_expressions()
        expression.set_source_expressions([in_active_language(source, query) for source in sources])
    return expression


def paths_in(expression):
    return [source.name for source in expression.get_source_expressions() if isinstance(source, F)]


BY_NAME = (CodePoints("search_text"), "id")


def sql_by_name(table, connection):
    """Give the same order of a table's rows for SQL that we write ourselves."""
    language = get_language()
    name = f"{table}.search_text"
    if language != SOURCE:
        name = f"COALESCE({table}.{attribute_of('sort_text', language)}, {name})"
    return f'{name} COLLATE "C"' if connection.vendor == "postgresql" else name


def indexes_by_name(name, *before):
    """Give an index for BY_NAME in each further language, for a model whose lists are long: `city_by_name_it`."""
    return [
        Index(*before, CodePoints(sort_text(language)), "id", name=attribute_of(name, language))
        for language in OTHERS
    ]


class OrZero(Func):
    """A number, 0 when it is not known: an index on `Coalesce(number, 0)` serves this order.

    SQLite knows an indexed expression by its text, so that a 0 handed over as a parameter misses the index.
    """

    template = "COALESCE(%(expressions)s, 0)"
    arity = 1
