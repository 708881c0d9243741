"""What the public sees is remembered under the version of the data, and a save shows at once.

Every statement that changes a table gives the data a new version when its transaction commits, whoever
wrote it: a form, a bulk change, a load. `public_page` answers from the version alone when the visitor has
the page already (RFC 9110 §13.1.2), and from the cache when anybody has asked for it before (TRAPS 7).
`cached` remembers smaller things, such as the counts of facets. No entry is ever taken back: under a new
version nobody asks for the old ones, and the cache drops them when it needs the room.

A version is also new on each day, when "today" moves on, at each moment for which a record's publication
is scheduled, and with each release of the code and change of the settings that pages are made of.
"""

import gzip
import hashlib
import re
import uuid
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache as remembered
from functools import partial, wraps
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, models, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.text import compress_sequence
from django.utils.translation import get_language

from .display import display_of, write

KEPT_FOR = 24 * 3600  # seconds: a version lasts a day at most
WRITES = re.compile(
    r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|TRUNCATE|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE
)
# What is written in these tables changes nothing that the public sees; ratings are for staff.
NOT_PUBLIC = re.compile(r"django_|auth_|core_dataversion|content_rating|content_visitorkey|\w*_historical")
GZIP_LEVEL = 6
VERBATIM = re.compile(rb"(<(?:pre|script|textarea)\b.*?</(?:pre|script|textarea)>)", re.DOTALL)
INDENTATION = re.compile(rb"\n\s+")
LARGEST_ASKED = 50_000  # bytes, compressed, of a page with a query string that is kept
WRITTEN_OUT = ("MAP_TILE_URL", "MAP_TILE_ATTRIBUTION")  # settings
COMPRESSED = (
    "text/",
    "application/atom+xml",
    "application/geo+json",
    "application/json",
    "application/ld+json",
    "application/xml",
)
ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))")


class DataVersion(models.Model):
    """The version of everything that the public may see: one row, with a token that never comes again.

    `changed_at` is when something last changed that the public may have seen, or sees now.
    """

    token = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.token

    @classmethod
    def renew(cls):
        """Give the data a new version, from now on. Nothing happens before the table is there."""
        cls._write(token=uuid.uuid4().hex, changed_at=timezone.now())

    @classmethod
    def renew_unseen(cls):
        """Give the data a new version although the public saw, and sees, nothing of what changed: a draft."""
        cls._write(token=uuid.uuid4().hex)

    @classmethod
    def _write(cls, **values):
        try:
            if not cls.objects.filter(pk=1).update(**values):
                cls.objects.bulk_create([cls(pk=1, **values)], ignore_conflicts=True)
        except DatabaseError:
            if cls._meta.db_table in connection.introspection.table_names():
                raise


class ScheduledChange(models.Model):
    """A moment at which a record becomes public, or stops being so, without anybody's writing anything."""

    at = models.DateTimeField(primary_key=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.at.isoformat()

    @classmethod
    def note(cls, *moments):
        """Keep the moments that are still to come; None is no moment, nor is an SQL expression."""
        now = timezone.now()
        rows = [cls(at=moment) for moment in moments if isinstance(moment, datetime) and moment > now]
        if rows:
            cls.objects.bulk_create(rows, ignore_conflicts=True)


_unseen = ContextVar("whether the public sees nothing of what is written in the block", default=False)


@contextmanager
def unseen(is_unseen):
    """Let what is written in the block leave `DataVersion.changed_at` alone, if the public never saw it."""
    token = _unseen.set(_unseen.get() or is_unseen)
    try:
        yield
    finally:
        _unseen.reset(token)


def note_writes(execute, sql, params, many, context):
    """Renew the data version once the transaction of a writing statement commits (an execute wrapper)."""
    result = execute(sql, params, many, context)
    found = WRITES.match(sql)
    if found and not NOT_PUBLIC.match(found[1]):
        renew = DataVersion.renew_unseen if _unseen.get() else DataVersion.renew
        # A statement that is rolled back takes its wish with it, so look for one that still stands.
        waiting = context["connection"].run_on_commit
        if not any(callback in (renew, DataVersion.renew) for _savepoints, callback, _robust in waiting):
            transaction.on_commit(renew, robust=True)  # what is saved is saved
    return result


def watch_writes(connection, **kwargs):
    """Have every new connection to the main database note its writes."""
    if connection.alias == DEFAULT_DB_ALIAS and note_writes not in connection.execute_wrappers:
        connection.execute_wrappers.append(note_writes)


def code_version():
    """Give a digest of what pages are made of beside the data: a new release is a new version."""
    if settings.DEBUG:  # whoever edits a template wants to see it
        digest_of_code.cache_clear()
    return digest_of_code()


@remembered
def digest_of_code():
    """Give a digest of the code, the templates, and the settings that they write out."""
    digest = hashlib.sha256(repr([getattr(settings, name) for name in WRITTEN_OUT]).encode())
    for folder in ("citynet", "networks", "events", "templates", "static"):
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js", ".svg", ".mo"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Version(str):
    """The version of what the public sees; `changed_at` is the moment of its last change, None if not known."""

    changed_at = None


def data_version():
    """Give the version of what the public sees now, as a short text. One SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT token FROM core_dataversion WHERE id = 1),"
            " (SELECT changed_at FROM core_dataversion WHERE id = 1),"
            " (SELECT max(at) FROM core_scheduledchange WHERE at <= %s)",
            [connection.ops.adapt_datetimefield_value(timezone.now())],
        )
        token, *moments = cursor.fetchone()
    version = Version(f"{token}-{moments[1] or ''}-{timezone.localdate()}-{code_version()}")
    version.changed_at = max(map(moment_of, filter(None, moments)), default=None)
    return version


def moment_of(value):
    """Give a moment as the database gives it without a field: a text in UTC on SQLite."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if timezone.is_aware(value) else value.replace(tzinfo=UTC)


def changed_at(request):
    """Give when anything that the public sees last changed, scheduled publication included; None if not known.

    A record without a publication state of its own, such as a city's further name, counts when its own
    table is written, whether its record is public or not. No statement on a page that `public_page` makes.
    """
    version = getattr(request, "data_version", None) or data_version()
    return getattr(version, "changed_at", None)


def cached(request, key, make):
    """Give what `make()` gives, remembered for the data version, the language and the key (any text)."""
    version = getattr(request, "data_version", None) or data_version()
    if request is not None:
        request.data_version = version
    digest = hashlib.sha256(f"{version} {get_language()} {key}".encode()).hexdigest()
    return cache.get_or_set(f"part-{digest}", make, KEPT_FOR)


def public_page(view=None, *, shared_for=0):
    """Let a view's pages be cached by data version, and answer conditional requests before rendering.

    For views that show everybody the same, in the display that each prefers. Whoever is signed in gets a page
    made anew. Pages are compressed: none of them holds a secret that a neighbour's text could betray (BREACH).
    What never looks at cookies may be kept by caches on the way too (RFC 9111 §5.2.2.9), `shared_for` seconds.
    """
    if view is None:
        return partial(public_page, shared_for=shared_for)

    @wraps(view)
    def answer(request, *args, **kwargs):
        is_signed_in = not shared_for and settings.SESSION_COOKIE_NAME in request.COOKIES
        if request.method not in ("GET", "HEAD") or is_signed_in:
            response = view(request, *args, **kwargs)
            patch_vary_headers(response, ["Cookie"])
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response
        request.data_version = data_version()
        display = "" if shared_for else write(display_of(request))
        name = f"{request.data_version} {get_language()} {display} {request.build_absolute_uri()}"
        digest = hashlib.sha256(name.encode()).hexdigest()
        etag = f'W/"{digest[:32]}"'
        # “*” asks whether there is such a page at all, which only making it can tell.
        asked = request.headers.get("If-None-Match") != "*"
        response = get_conditional_response(request, etag=etag) if asked else None
        if response is None:
            response = remembered_page(f"page-{digest}", request, view, args, kwargs)
        if response.status_code in (200, 304):
            response.headers["ETag"] = etag
            response.headers["Cache-Control"] = f"public, max-age={shared_for}" if shared_for else "no-cache"
        patch_vary_headers(response, ["Accept-Encoding"] if shared_for else ["Cookie", "Accept-Encoding"])
        return response

    return answer


def remembered_page(key, request, view, args, kwargs):
    """Give the page from the cache, or make it and keep it there; downloads are streamed anew each time."""
    takes_gzip = bool(ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")))
    if found := cache.get(key):
        headers, body = found
        return page_of(headers, body, takes_gzip)
    response = view(request, *args, **kwargs)
    if callable(getattr(response, "render", None)):
        response.render()
    if response.status_code != 200 or not response.get("Content-Type", "").startswith(COMPRESSED):
        return response
    if response.streaming:
        if takes_gzip and not response["Content-Type"].startswith("text/csv"):
            response.streaming_content = compress_sequence(response.streaming_content)
            response.headers["Content-Encoding"] = "gzip"
        return response
    if response.cookies:
        return response
    if response["Content-Type"].startswith("text/html"):
        response.content = outdented(response.content)
    headers = dict(response.headers)
    body = gzip.compress(response.content, GZIP_LEVEL, mtime=0)
    # Nobody shall fill the memory with ten thousand cities in one region of the map after the other.
    if len(body) <= LARGEST_ASKED or not request.GET:
        cache.set(key, (headers, body), KEPT_FOR)
    return page_of(headers, body, takes_gzip)


def outdented(html):
    """Give a page without the indentation of its templates, 700 compressed bytes of a list, in 2 ms."""
    parts = VERBATIM.split(html)
    parts[::2] = [INDENTATION.sub(b"\n", part) for part in parts[::2]]
    return b"".join(parts)


def page_of(headers, body, takes_gzip):
    """Make the response of a page that is kept compressed, for a browser that may not take it so."""
    if takes_gzip:
        return HttpResponse(body, headers={**headers, "Content-Encoding": "gzip"})
    return HttpResponse(gzip.decompress(body), headers=headers)
