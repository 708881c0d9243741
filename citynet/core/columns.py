"""What the exported columns of different models have in common."""

from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Concat, Left, Length, Now, Right, Trim
from django.db.models.lookups import Exact

from .dates import period_of
from .export import Column, joined
from .models import Record, holding_on, published_q
from .translated import OTHERS, InLanguage, attribute_of, is_translated


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


def staff_columns(model, columns):
    """Give the columns as staff have them: each text in English, then in every further language; and the state.

    Under the names by which the facts are loaded (`name`, `name_it`…), whatever language the admin is in, so
    that what leaves comes back as it was.
    """
    told = []
    for column in columns:
        source = column.source or column.name
        if not isinstance(source, str) or not is_translated(model, source):
            told.append(column)
            continue
        told.append(Column(column.name, F(source)))
        told += [Column(attribute_of(column.name, code), attribute_of(source, code)) for code in OTHERS]
    return (*told, *STAFF_COLUMNS)


# What holds on a day, in the terms of SQL, of rows that a path leads to: `Dated` says the same of one row. -----


def _bounding(path, within):
    """Give the (path, prefix) of a dated row and of what it can only hold within, as `Dated.bounding` does."""
    path = f"{path}__" if path else ""
    return [(path, ""), *((f"{path}{name}__", f"{name}_") for name in within)]


def doubtful_on(day, path="", within=()):
    """Give the condition that anything leaves open whether it held; mirrors `Dated.surely_held_in`."""
    earliest, latest = period_of(day)
    ways = [way for way, _prefix in _bounding(path, within)]
    doubtful = Q(**{f"{ways[0]}start_latest__gt": latest})
    for way in ways:
        doubtful |= Q(**{f"{way}end_earliest__lt": earliest})
    return doubtful


def doubts_on(day, path="", within=()):
    """Give the expression of why it may not have held: `start_unknown network_end_partial`, or empty text.

    Mirrors `Dated.doubts`: of the row, and of its network, is the start or the end not known at all, or only
    in part?
    """
    earliest, latest = period_of(day)
    words, bounding = [], _bounding(path, within)
    not_begun = Q(**{f"{bounding[0][0]}start_latest__gt": latest})
    for way, prefix in bounding:
        for end, open_end in (
            (
                "start",
                not_begun
                & Q(**{f"{way}start_latest__gt": latest})
                & (~Q(**{f"{way}start": ""}) if prefix else Q()),
            ),
            ("end", Q(**{f"{way}end_earliest__lt": earliest})),
        ):
            unknown = Q(**{f"{way}{end}": ""}) | Q(Exact(Left(f"{way}{end}", 1), Value("[")))
            words.append(
                Case(
                    When(open_end & unknown, then=Value(f" {prefix}{end}_unknown")),
                    When(open_end, then=Value(f" {prefix}{end}_partial")),
                    default=Value(""),
                    output_field=TextField(),
                )
            )
    return Trim(Concat(*words, output_field=TextField()), output_field=TextField())


def certainty_columns(day, within=()):
    """Give the columns `certainty` (sure, possible, or empty for what did not hold) and `reason`."""
    holding, doubtful = holding_on(day, within=within), doubtful_on(day, within=within)
    certainty = Case(
        When(holding & doubtful, then=Value("possible")),
        When(holding, then=Value("sure")),
        default=Value(""),
        output_field=TextField(),
    )
    reason = Case(
        When(holding, then=doubts_on(day, within=within)), default=Value(""), output_field=TextField()
    )
    return Column("certainty", certainty), Column("reason", reason)


def only_possible(day, relation, known_by, within=(), *conditions, name="only_possible"):
    """Give the column of the related rows that only may hold on the day: `c40: start_partial; eurocities: …`.

    `known_by` is the path, from the relation, of what a row is known by.
    """
    path = f"{relation}__{known_by}"
    text = Concat(path, Value(": "), doubts_on(day, relation, within), output_field=TextField())
    open_ones = (*conditions, holding_on(day, relation, within), doubtful_on(day, relation, within))
    return Column(name, joined(path, *open_ones, text=text))


def public_columns(model, columns):
    """Give the columns as the public may read them: nothing of a record that is not itself published.

    The rows must come from `.published()`, which says nothing of the seat, the source or the topics of a
    published row. Raises FieldDoesNotExist on a misspelt path.
    """
    return tuple(Column(column.name, _gate(model, column)) for column in columns)


def _gate(model, column):
    source = column.source or column.name
    if isinstance(source, joined):
        return joined(source.path, *source.conditions, *_published(model, source.path), text=source.text)
    if isinstance(source, str) and (conditions := _published(model, source)):
        return Case(When(Q(*conditions), then=InLanguage(source)))
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
