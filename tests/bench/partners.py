"""Measure the partner finder, the overlap and the comparison of networks among 1,000,000 memberships.

    .venv/bin/python tests/postgres.py .venv/bin/python -m tests.bench.partners [memberships]

It makes a database of its own beside the named one, fills it with 10,000 cities, and prints the milliseconds
of each (the median of two, after a first one), those of the processor that the server spent on it where the server runs on
this machine (Linux), which do not depend on what else is going on, and how PostgreSQL finds partners.
"""

import os
import statistics
import sys
import time
from pathlib import Path

TOPICS = 30


def fill(memberships):
    """Add topics, practices, projects, groups, roles and twinnings to the cities of `million`."""
    from django.db import connection

    from networks.models import (
        Body,
        City,
        Network,
        Participation,
        Practice,
        Project,
        Role,
        Topic,
        Twinning,
    )

    from .million import insert, make_many

    make_many(memberships=memberships)
    named = {
        "name": "'Row ' || n",
        "search_text": "'row ' || lpad(n::text, 7, '0')",
        "state": "'published'",
    }
    always = {
        "start_earliest": "'1900-01-01'",
        "start_latest": "'1900-12-31'",
        "end_earliest": "'9999-12-31'",
        "end_latest": "'9999-12-31'",
        "start": "'1900'",
        "state": "'published'",
    }
    first = lambda model: model.objects.order_by("pk").values_list("pk", flat=True)[0]  # noqa: E731
    insert(Topic, TOPICS, slug="'topic-' || n", **named)
    topic, city, network = first(Topic), first(City), first(Network)
    insert(Practice, 20_000, slug="'practice-' || n", city_id=f"{city} + (n * 7) %% 10000", **named)
    insert(Project, 2_000, slug="'project-' || n", **{**named, **always})
    insert(
        Body,
        500,
        slug="'group-' || n",
        kind="'forum'",
        network_id=f"{network} + n %% 100",
        **{**named, **always},
    )
    practice, project, body = first(Practice), first(Project), first(Body)
    for model, column, start, rows in (
        (Practice, "practice_id", practice, 20_000),
        (Project, "project_id", project, 2_000),
        (Body, "body_id", body, 500),
    ):
        insert(
            model.topics.through, rows, **{column: f"{start} + n - 1", "topic_id": f"{topic} + n %% {TOPICS}"}
        )
    insert(
        Participation,
        40_000,
        project_id=f"{project} + n %% 2000",
        city_id=f"{city} + (n * 13) %% 10000",
        part="'partner'",
        **always,
    )
    insert(
        Role,
        50_000,
        body_id=f"{body} + n %% 500",
        network_id=f"{network} + (1 + n %% 500) %% 100",
        city_id=f"{city} + (n * 17) %% 10000",
        is_acting="false",
        post="CASE WHEN n %% 10 = 0 THEN 'chair' ELSE 'participant' END",
        **always,
    )
    insert(
        Twinning,
        9_000,
        city_a_id=f"{city} + n - 1",
        city_b_id=f"{city} + n + 500",
        **always,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def server_seconds():
    """Give the processor time of our connection's server process so far, or None if it is not to be seen."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        path = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not path.exists():
        return None
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(name, make, rounds=2):
    """Print the median milliseconds of the rounds after a first one; give what was made."""
    made, seconds, before = make(), [], server_seconds()
    for _ in range(rounds):
        started = time.perf_counter()
        make()
        seconds.append(time.perf_counter() - started)
    took = statistics.median(seconds) * 1000
    spent = "" if before is None else f"{(server_seconds() - before) / rounds * 1000:6.0f} ms of the server"
    print(f"{took:8.0f} ms {spent}  {name}", flush=True)
    return made


def main(memberships):
    from django.db import connection
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from citynet.core.days import AskedDay
    from networks.comparison_of_networks import Members
    from networks.models import City, Network, Topic
    from networks.overlap import overlap_of
    from networks.partners import Search

    fill(memberships)
    asked, city = AskedDay(RequestFactory().get("/")), City.objects.get(slug="city-77")
    day = timezone.localdate()
    measure("overlap: 30 networks", lambda: overlap_of(day, most=30))
    overlap = measure("overlap: all networks", lambda: overlap_of(day))
    print(f"         {len(overlap.keys)} networks, {sum(1 for _pair in overlap.pairs()):,} pairs")
    networks = list(Network.objects.order_by("pk")[:4])
    measure("comparison: members of two networks", lambda: Members(networks[:2], asked))
    measure("comparison: members of four networks", lambda: Members(networks, asked))
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    for words, keys, countries in (
        ("one topic of 30", topics[:1], []),
        ("one topic, two countries", topics[:1], ["FR", "DE"]),
        ("half of all topics", topics[:15], []),
    ):
        search = Search(city, keys, countries, asked)
        found, total = measure(f"partners: {words}, the scores", lambda search=search: search.scores(0, 20))
        measure(
            f"partners: {words}, the page's rows ({total:,} cities)", lambda search=search: search.find(0, 20)
        )
    with CaptureQueriesContext(connection) as queries:
        Search(city, topics[:1], [], asked).scores(0, 20)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, COSTS OFF) " + queries[0]["sql"].replace("%", "%%"), [])
        print("\n".join(line for (line,) in cursor.fetchall()))


if __name__ == "__main__":
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citynet.settings")
    os.environ.setdefault("SECRET_KEY", "bench-" * 10)
    os.environ.update(DEBUG="on", ALLOWED_HOSTS="testserver", LOG_LEVEL="ERROR")
    import django

    django.setup()
    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    finally:
        teardown_databases(made, verbosity=0)
