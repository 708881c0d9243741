"""Rows that Python has worked out, as CSV: what no queryset gives, such as a comparison.

The files are those of `core.export` in every other way: UTF-8 with a byte order mark, RFC 4180, texts guarded.
"""

import csv
import io
from itertools import islice

import structlog
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from .export import BATCH_ROWS, BYTE_ORDER_MARK, guard


def written(cell):
    """Give a cell as CSV has it: guarded text, numbers as they are, yes and no as in every file of ours."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return cell
    return "" if cell is None else guard(str(cell))


def csv_of(names, rows):
    """Stream the rows, each an iterable of cells, below the names of their columns."""
    yield BYTE_ORDER_MARK + lines([names])
    rows = iter(rows)
    while batch := list(islice(rows, BATCH_ROWS)):
        yield lines([written(cell) for cell in row] for row in batch)


def lines(rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def rows_response(request, names, rows, name):
    """Give the download `citynet-<name>-<today>.csv` of rows; logs who took it, by which query string."""
    user_id = getattr(getattr(request, "user", None), "pk", None)
    structlog.get_logger(__name__).info(
        "export_started",
        export=name,
        format="csv",
        user=user_id or "anonymous",
        query=request.META.get("QUERY_STRING", ""),
    )
    return StreamingHttpResponse(
        () if request.method == "HEAD" else csv_of(names, rows),
        content_type="text/csv; charset=utf-8; header=present",
        headers={
            "Content-Disposition": content_disposition_header(
                True, f"citynet-{name}-{timezone.localdate().isoformat()}.csv"
            ),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store" if user_id else "no-cache",
        },
    )
