"""Measure searches among 1,000,000 entries, on the database at hand.

    .venv/bin/python -m tests.bench.search [entries]                        on SQLite, in a temporary file
    .venv/bin/python tests/postgres.py .venv/bin/python -m tests.bench.search [entries]

It makes a database of its own and fills it by SQL. A selective search must take 50 ms at most (the median
of five); one that fits everything is measured too, and must say "1,000+".
"""

import os
import statistics
import sys
import tempfile
import time

# Selective: what people type. (text, title of the best hit)
SELECTIVE = (
    ("Town 777777 South", "Town 777777 South"),
    ("777777", "Town 777777 South"),
    ("alias777777", "Town 777777 South"),
    ("alias777777 pact", "Town 777777 South"),
    ("town 77777", "Town 77777 South"),
    ("south 777777 town", "Town 777777 South"),
    ("alias77777x", None),
    ("twon777777q", None),
)
EVERYTHING = ("town", "t", "pact north", "town south pact")


def fill(entries):
    """Insert entries of towns by one statement of SQL, some thousands of their words, and nothing else."""
    from django.db import connection

    side = "CASE WHEN n % 2 = 0 THEN 'north' ELSE 'south' END"
    numbers = {
        "sqlite": f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {entries})",
        "postgresql": f"WITH numbers AS (SELECT n FROM generate_series(1::bigint, {entries}) AS numbers(n))",
    }[connection.vendor]
    kind = "CASE WHEN n % 10 = 0 THEN 'network' WHEN n % 10 < 4 THEN 'event' ELSE 'city' END"
    title_end = "CASE WHEN n % 2 = 0 THEN ' North' ELSE ' South' END"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_searchentry"
            " (kind, object_id, slug, title, keys, names, words, prominence, updated_at)"
            f" {numbers} SELECT {kind}, n, 'town-' || n, 'Town ' || n || {title_end},"
            f" '§' || {kind} || ' town' || n || {side} || ' alias' || n,"
            f" 'town ' || n || ' ' || {side} || ' alias' || n,"
            " 'pact food climate ' || (n % 5000) || ' word' || (n % 1000), n % 100, CURRENT_TIMESTAMP FROM numbers"
        )
        mirrored = "'q' || (n * 7919 % 1000003) || 'niaila'"
        cursor.execute(
            f"INSERT INTO core_searchword (word, mirrored, length) {numbers}"
            f" SELECT 'alias' || n || 'q', {mirrored}, length('alias' || n || 'q') FROM numbers"
        )
        cursor.execute("ANALYZE")


def measure(text):
    """Give (median milliseconds of five searches, what was found); the first one warms up."""
    from citynet.core.search import find

    seconds = []
    for _ in range(6):
        started = time.perf_counter()
        found = find(text)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:]) * 1000, found


def main(entries):
    from citynet.core.lists import capped_words

    started = time.perf_counter()
    fill(entries)
    print(f"{entries:,} entries made in {time.perf_counter() - started:.0f} s")
    failed = False
    for text, title in (*SELECTIVE, *((text, "") for text in EVERYTHING)):
        took, found = measure(text)
        best = found.hits[0].title if found.hits else None
        is_wrong = (took > 50 or best != title) if title != "" else found.total <= 1000
        failed |= is_wrong
        print(
            f"{took:8.1f} ms  {capped_words(found.total):>7}  {text:20} {best}{'   WRONG' if is_wrong else ''}"
        )
    return int(failed)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="citynet-search-") as folder:
        os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{folder}/main.sqlite3"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citynet.settings")
        os.environ.setdefault("SECRET_KEY", "bench-" * 10)
        os.environ.update(DEBUG="off", HTTPS="off", LOG_LEVEL="ERROR")
        import django
        from django.db import connections
        from django.test.utils import setup_databases, teardown_databases

        django.setup()
        if connections["default"].vendor == "sqlite":
            connections["default"].settings_dict["TEST"]["NAME"] = f"{folder}/search.sqlite3"
        made = setup_databases(verbosity=0, interactive=False)
        try:
            status = main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
        finally:
            teardown_databases(made, verbosity=0)
    sys.exit(status)
