"""Ask PostgreSQL how it runs every query of every list page among 1,000,000 memberships.

    TEST_DATABASE_URL=postgres://… .venv/bin/python -m tests.bench.explain [memberships]

It makes a database of its own beside the named one, fills it, prints the slowest page first, and ends
with status 1 when a page reads the whole table of memberships. `tests/portal/test_scale.py` runs the
same pages on a smaller table.
"""

import json
import sys
import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

BIG_TABLES = {"networks_membership"}

PAGES = [
    "/networks/",
    "/networks/?member_country=IT",
    "/networks/?city=city-77",
    "/networks/?q=network",
    "/networks/?sort=-members",
    "/networks/?on=1995-06-01",
    "/cities/",
    "/cities/?country=IT",
    "/cities/?network=network-5",
    "/cities/?network=network-5&country=IT&category=partner",
    "/cities/?category=signatory",
    "/cities/?network=network-5&on=1995-06-01",
    "/cities/?network=network-5&on=1995",
    "/cities/?sort=-population",
    "/cities/?q=city",
    "/cities/?q=0000077",
    "/groups/",
    "/groups/?city=city-77",
    "/events/",
    "/projects/",
    "/practices/",
    "/documents/",
    "/people/",
    "/cities/city-77/",
    "/cities/city-77/?on=1995-06-01",
    "/networks/network-5/",
    "/networks/network-5/?on=1995-06-01",
    "/?on=1995-06-01",
    "/memberships/",
    "/memberships/?on=1995-06-01",
    "/memberships/?city=city-77&on=1995-06-01",
    "/memberships/?network=network-5&on=1995",
    "/memberships/?status=former",
    "/roles/?on=1995-06-01",
]


def nodes(plan):
    """Give every node of a plan as PostgreSQL's EXPLAIN (FORMAT JSON) nests them."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def is_full_scan(node, sizes):
    """Whether the node read a big table row by row to its end; one that a LIMIT stopped before did not."""
    if node["Node Type"] != "Seq Scan" or node["Relation Name"] not in sizes:
        return False
    read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return round(read) >= sizes[node["Relation Name"]]


def full_scans(page):
    """Open the page as a visitor; give (queries, seconds, full scans of a big table as SQL)."""
    client = Client()
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        started = time.perf_counter()
        response = client.get(page)
        seconds = time.perf_counter() - started
    assert response.status_code == 200, (page, response.status_code)
    scans, sizes = [], {}
    with connection.cursor() as cursor:
        for table in BIG_TABLES:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            sizes[table] = cursor.fetchone()[0]
        for query in queries.captured_queries:
            if not query["sql"].startswith(("SELECT", "WITH")):
                continue
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
            plan = cursor.fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            if any(is_full_scan(node, sizes) for node in nodes(plan[0]["Plan"])):
                scans.append(query["sql"])
    return len(queries), seconds, scans


def main(memberships):
    from .million import make_many

    make_many(memberships=memberships)
    measured = sorted(((page, *full_scans(page)) for page in PAGES), key=lambda row: -row[2])
    for page, queries, seconds, scans in measured:
        print(f"{seconds * 1000:8.1f} ms  {queries:2} queries  {len(scans)} full scans  {page}")
        for sql in scans:
            print("            ", sql[:400])
    return any(scans for *_rest, scans in measured)


if __name__ == "__main__":
    import os

    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citynet.settings")
    os.environ.update(DEBUG="on", ALLOWED_HOSTS="testserver", LOG_LEVEL="ERROR")
    import django

    django.setup()
    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        status = main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    finally:
        teardown_databases(made, verbosity=0)
    sys.exit(status)
