"""The one exporter: any queryset as CSV, JSON or GeoJSON, streamed in constant memory.

CSV follows RFC 4180 in UTF-8 with a byte order mark, so that Excel opens it rightly, and is byte for byte
the same from PostgreSQL (`COPY`, formatted in SQL) and from SQLite (batches, formatted in Python):
`_SQL_CELLS` and `_CSV_COLUMNS` are two spellings of the same rules, held together by tests.

An error in the middle of a stream is raised through it, so that the server breaks the connection off: a
file that ends early must not look complete. (Behind a proxy that needs HTTP/1.1 upstream: HTTP/1.0 has no
way to tell a broken body from a finished one.)
"""

import csv
import io
import json
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice

import structlog
from django.core.exceptions import EmptyResultSet
from django.db import connections, models, transaction
from django.db.backends.postgresql.psycopg_any import mogrify
from django.db.models import F, OuterRef, Subquery, TextField
from django.db.models.expressions import Col
from django.db.models.functions import Cast
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from .translated import in_language

BATCH_ROWS = 2000
CHUNK_BYTES = 64 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_SUSPECTS = FORMULA_STARTS | {"'"}


def guard(text):
    """Put `'` before a text that a spreadsheet would run as a formula, or that already looks guarded."""
    return f"'{text}" if text.lstrip("'")[:1] in FORMULA_STARTS else text


def unguard(text):
    """Give back the text that `guard` was given: `unguard(guard(text)) == text` for every text."""
    return text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in FORMULA_STARTS else text


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, and an ORM path (`network__name`) or expression (by default the name).

    What it leads to decides how it is written, as `_kind` says; only text is guarded against formulas. A
    path over a to-many relation repeats rows: use `joined`. A text that is kept in several languages leaves
    in the active one, under the same name: `/it/cities.csv` has Italian names, `/cities.csv` English ones.
    """

    name: str
    source: object = None


# How values are written ------------------------------------------------------------------------------------

_KINDS = (  # the first that fits: a DateTimeField is a DateField, too
    (models.DateTimeField, "moment"),
    (models.DateField, "day"),
    (models.TimeField, "time"),
    (models.BooleanField, "boolean"),
    (models.DecimalField, "decimal"),
    (models.FloatField, "float"),
    (models.IntegerField, "integer"),
    (models.UUIDField, "uuid"),
    ((models.CharField, models.TextField, models.FileField), "text"),
)


def _kind(name, field):
    """Give the kind of a field and its decimal places, or raise TypeError if it has no one way to be written."""
    while field.is_relation:
        field = field.target_field
    places = getattr(field, "decimal_places", None)
    for classes, kind in _KINDS:
        if isinstance(field, classes) and (kind != "decimal" or places is not None):
            return kind, places
    raise TypeError(f"The column “{name}” cannot be exported: {field!r} has no one way to be written.")


def _each(write):
    """Write a column of one batch; far cheaper than a row at a time. NULL stays None."""
    return lambda column, places: [None if value is None else write(value) for value in column]


def _as_they_are(column, places):
    return column


def _guarded(column, places):
    return [guard(text) if text and text[0] in _SUSPECTS else text for text in column]


def _moment(value):
    text = (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat().removesuffix("+00:00")
    return f"{text.rstrip('0') if value.microsecond else text}Z"


def _stored_moment(text):
    """Write what Django keeps in SQLite, in UTC: "2026-11-22 01:30:50" or with ".120000"."""
    return f"{text[:10]}T{text[11:19]}{text[19:].rstrip('0')}Z"


def _time(value):
    return value.isoformat().rstrip("0") if value.microsecond else value.isoformat()


def _decimals(column, places):
    digit = Decimal(1).scaleb(-places)  # + 0 below: no "-0.00"
    return [
        None if value is None else format(value.quantize(digit, ROUND_HALF_UP) + 0, "f") for value in column
    ]


def _floats(column, places):
    """Write 100, not 100.0 or -0; others as the shortest text that reads back the same, by csv.

    From 1e15 up, PostgreSQL spells some numbers otherwise; they read back the same, too.
    """
    return [value if value is None or value % 1 or abs(value) >= 1e15 else int(value) for value in column]


_JSON_COLUMNS = {
    **dict.fromkeys(("text", "boolean", "integer", "float"), _as_they_are),
    "decimal": _each(float),
    "moment": _each(_moment),
    "stored moment": _each(_stored_moment),
    "day": _each(date.isoformat),
    "time": _each(_time),
    "uuid": _each(str),
}
_CSV_COLUMNS = {
    **_JSON_COLUMNS,
    "text": _guarded,
    "boolean": _each({True: "true", False: "false"}.get),
    "decimal": _decimals,
    "float": _floats,
}
_CODES = ", ".join(str(ord(character)) for character in sorted(FORMULA_STARTS))
_SQL_CELLS = {
    # ascii() gives the code point of the first character, 0 if there is none. Only a text that begins with
    # a suspect pays for ltrim(). An empty text becomes NULL, which COPY writes as nothing, not as "".
    "text": f"CASE WHEN ascii({{0}}) IN (0, 39, {_CODES}) THEN CASE WHEN ascii(ltrim({{0}}::text, '''')) "
    f"IN ({_CODES}) THEN '''' || {{0}} ELSE nullif({{0}}, '') END ELSE {{0}} END",
    "moment": "replace(({0} AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z'",
    "boolean": "{0}::text",
    "decimal": "round({0}, {1})",
    "float": "{0}::float8 + 0",
}


# Where rows come from --------------------------------------------------------------------------------------


def _select(queryset, columns):
    """Give the queryset of the columns' values, in the same order of rows, and each column's kind.

    Raises FieldError on a misspelt path and TypeError on a column that cannot be written.
    """
    names, kinds = [f"export_{i}" for i in range(len(columns))], []
    values, sqlite = queryset, connections[queryset.db].vendor == "sqlite"
    for name, column in zip(names, columns, strict=True):
        source = column.source or column.name
        source = in_language(source) if isinstance(source, str) else source
        values = values.annotate(**{name: F(source) if isinstance(source, str) else source})
        expression = values.query.annotations[name]
        kind, places = _kind(column.name, expression.output_field)
        if kind == "moment" and sqlite and isinstance(expression, Col):
            kind = "stored moment"
        if kind == "stored moment" or kind == "text" and hasattr(expression.output_field, "from_db_value"):
            # The text as it is stored; not a Python object, slow to make, for every cell.
            values = values.annotate(**{name: Cast(name, TextField())})
        kinds.append((kind, places))
    # DISTINCT was said of whole rows: two that agree in the exported columns are still two.
    return values.values_list(*names, *(["pk"] if queryset.query.distinct else [])), kinds


def _batches(values, kinds, writers):
    """Give the rows in lists of tuples of written cells; NULL is None."""
    # On PostgreSQL a cursor outside of a transaction is WITH HOLD: the first row waits for the last. On
    # SQLite a transaction of ours is IMMEDIATE and would keep every writer waiting for the download, while
    # the one SELECT sees the same moment from beginning to end anyway.
    postgresql = connections[values.db].vendor == "postgresql"
    with transaction.atomic(using=values.db) if postgresql else nullcontext():
        rows = values.iterator(chunk_size=BATCH_ROWS)
        while batch := list(islice(rows, BATCH_ROWS)):
            columns = zip(zip(*batch, strict=True), kinds, strict=False)  # not the pk of a DISTINCT
            yield list(
                zip(*(writers[kind](column, places) for column, (kind, places) in columns), strict=True)
            )


def _lines(rows):
    """Write rows by RFC 4180, quoting only what needs it."""
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return lines.getvalue().encode()


def _csv_from_batches(values, kinds):
    for batch in _batches(values, kinds, _CSV_COLUMNS):
        yield _lines(batch), len(batch)


def _csv_from_copy(values, kinds):
    """Stream COPY, whose lines end in LF, as lines that end in CRLF, without touching an LF inside a cell.

    A last column that is always CR makes every row, and nothing else, end in `,"CR"LF`: inside a quoted
    cell a quote is always doubled.
    """
    end = b',"\r"\n'
    connection = connections[values.db]
    try:
        sql, params = values.query.get_compiler(values.db).as_sql()
    except EmptyResultSet:
        return
    cells = [
        _SQL_CELLS.get(kind, "{0}").format(f"rows.export_{i}", places)
        for i, (kind, places) in enumerate(kinds)
    ]
    if len(cells) == 1:  # an empty line would be no row at all
        cells = [f"coalesce(({cells[0]})::text, '')"]
    with transaction.atomic(using=values.db), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('datestyle', 'ISO', true), set_config('extra_float_digits', '1', true)"
        )
        statement = f"SELECT {', '.join(cells)}, chr(13) FROM ({mogrify(sql, params, connection)}) AS rows"
        with cursor.copy(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv, ENCODING 'UTF8')") as copy:
            chunk = bytearray()
            for row in copy:
                chunk += row
                if len(chunk) >= CHUNK_BYTES:
                    yield bytes(chunk.replace(end, b"\r\n")), chunk.count(end)
                    chunk.clear()
            if chunk:
                yield bytes(chunk.replace(end, b"\r\n")), chunk.count(end)


# What leaves -----------------------------------------------------------------------------------------------
# Each of these gives pairs of (bytes, rows in them), beginning at once with what stands before the rows.


def _csv(queryset, columns, also=()):
    selected = [_select(rows, of_rows) for rows, of_rows in ((queryset, columns), *also)]
    from_copy = connections[queryset.db].vendor == "postgresql"

    def stream():
        yield BYTE_ORDER_MARK + _lines([[column.name for column in columns]]), 0
        for values, kinds in selected:
            yield from (_csv_from_copy if from_copy else _csv_from_batches)(values, kinds)

    return stream()


def _json(queryset, columns, write_row=dict, opening="[", closing="]"):
    values, kinds = _select(queryset, columns)
    names = [column.name for column in columns]

    def stream():
        yield f"{opening}\n".encode(), 0
        separator = ""
        for batch in _batches(values, kinds, _JSON_COLUMNS):
            rows = (write_row(zip(names, row, strict=True)) for row in batch)
            lines = (json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
            yield (separator + ",\n".join(lines)).encode(), len(batch)
            separator = ",\n"
        yield f"\n{closing}\n".encode(), 0

    return stream()


def _geojson(queryset, columns, latitude="latitude", longitude="longitude"):
    def write_feature(cells):
        *properties, (_, north), (_, east) = cells
        point = {"type": "Point", "coordinates": [east, north]}
        return {
            "type": "Feature",
            "geometry": None if north is None or east is None else point,
            "properties": dict(properties),
        }

    columns = [*columns, Column("latitude", latitude), Column("longitude", longitude)]
    return _json(
        queryset, columns, write_feature, opening='{"type": "FeatureCollection", "features": [', closing="]}"
    )


def csv_stream(queryset, columns):
    """Stream the rows as CSV, the header at once. Bad columns raise here, not in the stream."""
    return (chunk for chunk, rows in _csv(queryset, columns))


def json_stream(queryset, columns):
    """Stream the rows as a JSON array of objects: unguarded text, numbers as numbers, NULL as null."""
    return (chunk for chunk, rows in _json(queryset, columns))


def geojson_stream(queryset, columns, latitude="latitude", longitude="longitude"):
    """Stream the rows as a FeatureCollection (RFC 7946); no geometry where a coordinate is missing."""
    return (chunk for chunk, rows in _geojson(queryset, columns, latitude, longitude))


FORMATS = {  # an app that writes one of its own adds it, as events/ics.py does
    "csv": ("text/csv; charset=utf-8; header=present", _csv),
    "json": ("application/json", _json),
    "geojson": ("application/geo+json", _geojson),
}


def _logged(stream, log):
    """Pass the chunks on, and say at the end, whichever it is, how many rows went out."""
    sent = 0
    try:
        for chunk, rows in stream:
            yield chunk
            sent += rows
    except GeneratorExit:
        log.warning("export_abandoned", rows=sent)
        raise
    except BaseException:
        log.exception("export_failed", rows=sent)
        raise
    log.info("export_completed", rows=sent)


def export_response(request, queryset, columns, name, format="csv", **options):
    """Give the download `citynet-<name>-<today>.<format>` of exactly the queryset's rows, in its order.

    `options` are those of `geojson_stream`; of CSV it is `also`, further (queryset, columns) whose rows follow
    under the same header, such as facts of other kinds. Logs who took what, by which query string, and how
    many rows.
    Raises as `csv_stream` does, and KeyError on an unknown format, before anything is sent.
    """
    content_type, write = FORMATS[format]
    stream = write(queryset, columns, **options)
    user_id = getattr(getattr(request, "user", None), "pk", None)
    log = structlog.get_logger(__name__).bind(
        export=name, format=format, user=user_id or "anonymous", query=request.META.get("QUERY_STRING", "")
    )
    return StreamingHttpResponse(
        () if request.method == "HEAD" else _logged(stream, log),
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(
                True, f"citynet-{name}-{timezone.localdate().isoformat()}.{format}"
            ),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store" if user_id else "no-cache",
        },
    )


# Many in one cell ------------------------------------------------------------------------------------------


class Joined(Subquery):
    """The texts that a queryset gives under the name `joined`, sorted, in one cell; None where it gives none."""

    # The database's own collation would sort the same names differently from place to place: C and BINARY
    # both sort by code point.
    template = (
        "(SELECT group_concat(joined, '; ') FROM (SELECT joined FROM (%(subquery)s) AS texts"
        " ORDER BY joined COLLATE BINARY) AS sorted)"
    )
    output_field = TextField()

    def as_postgresql(self, compiler, connection):
        template = (
            "(SELECT string_agg(joined, '; ' ORDER BY joined COLLATE \"C\") FROM (%(subquery)s) AS texts)"
        )
        return self.as_sql(compiler, connection, template=template)


class joined:  # noqa: N801 - used as a function, like F
    """The different texts at the end of a to-many path, sorted, in one cell: "Air; Food; Mobility".

    `conditions` are Qs on the exported model that the joined rows must meet, such as their being public:
    nothing is hidden otherwise. `text` is an expression to be written for each instead of what is at the
    path. Costs a correlated subquery a row. NULL where there are none.
    """

    def __init__(self, path, *conditions, text=None):
        self.path, self.conditions, self.text = path, conditions, text

    def resolve_expression(self, query, *args, **kwargs):
        texts = query.model._base_manager.filter(
            *self.conditions, pk=OuterRef("pk"), **{f"{self.path}__isnull": False}
        )
        texts = (
            texts.order_by()
            .annotate(joined=Cast(self.text or self.path, TextField()))
            .values("joined")
            .distinct()
        )
        return Joined(texts).resolve_expression(query, *args, **kwargs)
