"""What the exported columns of different models have in common."""

from django.db.models import Case, Q, TextField, Value, When
from django.db.models.functions import Left, Length, Now, Right
from django.db.models.lookups import Exact

from .export import Column, joined
from .models import Record, published_q


def precision_of(path):
    """Give the expression of a partial date's precision: day, month, year, decade, by, or empty text."""
    return Case(
        When(Exact(Left(path, 1), Value("[")), then=Value("by")),
        When(Exact(Length(path), 10), then=Value("day")),
        When(Exact(Length(path), 7), then=Value("month")),
        When(Exact(Right(path, 1), Value("X")), then=Value("decade")),
        When(Exact(Length(path), 4), then=Value("year")),
        default=Value(""),
        output_field=TextField(),
    )


def date_columns(path, name=None):
    """Give a partial date's two columns: as ISO 8601-2 text, and its precision."""
    name = name or path
    return Column(name, path), Column(f"{name}_precision", precision_of(path))


PERIOD_COLUMNS = (*date_columns("start"), *date_columns("end"), Column("confirmed_on"))
SOURCE_COLUMNS = (
    Column("source_publisher", "source__publisher"),
    Column("source_title", "source__title"),
    Column("source_url", "source__url"),
)
FACT_COLUMNS = (*SOURCE_COLUMNS, Column("quote"), Column("note"))
LAST_UPDATED = Column("last_updated", "updated_at")
STAFF_COLUMNS = (
    Column("state"),
    Column("publish_at"),
    Column("unpublish_at"),
    Column("created", "created_at"),
)


def public_columns(model, columns):
    """Give the columns as the public may read them: nothing of a record that is not itself published.

    The rows must come from `.published()`, which says nothing of the seat, the source or the topics of a
    published row. Raises FieldDoesNotExist on a misspelt path.
    """
    return tuple(Column(column.name, _gate(model, column)) for column in columns)


def _gate(model, column):
    source = column.source or column.name
    if isinstance(source, joined):
        return joined(source.path, *source.conditions, *_published(model, source.path))
    if isinstance(source, str) and (conditions := _published(model, source)):
        return Case(When(Q(*conditions), then=source))
    return source


def _published(model, path):
    """Give the conditions that every record on the way to the path's end is published, at the time asked."""
    conditions, prefix = [], ""
    for name in path.split("__"):
        field = model._meta.get_field(name)
        prefix += f"{name}__"
        if not field.is_relation:
            break
        model = field.related_model
        if issubclass(model, Record):
            conditions.append(published_q(prefix, at=Now()))
    return conditions
