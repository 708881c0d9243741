"""Measure the CSV export: `python -m tests.bench.bench_export [--rows 1000000] [--repeat 3]`.

Prints, for PostgreSQL and for SQLite, how long the export of the same rows takes, against `psql \\copy`, the
sqlite3 shell and django-import-export in the same run, how soon the first byte comes, and how far the
process grows. Each figure is the best of several turns taken in alternation. PostgreSQL is the server at
TEST_DATABASE_URL, or a temporary one. Every table is made in a database of its own and deleted again.
"""

import argparse
import csv
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

COLUMNS = [
    "name", "local_name", "country", "latitude", "longitude", "population", "population_year",
    "geonames_id", "wikidata_id", "website", "state", "updated_at",
]  # fmt: skip
NUMBERS = {
    "postgresql": "(SELECT generate_series(1, {rows}) AS n) AS numbers",
    "sqlite": "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s LIMIT {rows}) SELECT n FROM s)"
    " AS numbers",
}
IMPORT_EXPORT_ROWS = 20_000


def fill(rows):
    """Make `rows` cities: one by the ORM, the others as its copies with their own names and numbers."""
    from django.core.management import call_command
    from django.db import connection

    from networks.models import City

    call_command("migrate", verbosity=0)
    City.objects.create(
        id=1, name="City 0000000", slug="city-0", country="IT", state="published", population_year=2024
    )
    own = {
        "id": "n + 1",
        "name": "'City ' || ((n * 1009) % 10000000) || CASE n % 50 WHEN 0 THEN ', \"new\"' ELSE '' END",
        "slug": "'city-' || n",
        "local_name": "CASE n % 3 WHEN 0 THEN 'Città ' || n ELSE '' END",
        "country": "CASE n % 4 WHEN 0 THEN 'IT' WHEN 1 THEN 'FR' WHEN 2 THEN 'DE' ELSE 'ES' END",
        "latitude": "35 + (n % 29989) / 1000.0",
        "longitude": "-10 + (n % 39989) / 1000.0",
        "population": "(n * 17) % 5000000",
        "geonames_id": "n",
        "wikidata_id": "'Q' || n",
        "website": "CASE n % 2 WHEN 0 THEN 'https://city-' || n || '.example/' ELSE '' END",
    }
    names = [field.column for field in City._meta.concrete_fields]
    values = ", ".join(own.get(name, f"first.{name}") for name in names)
    numbers = NUMBERS[connection.vendor].format(rows=rows - 1)
    table = City._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {numbers}, {table} AS first"
        )
        cursor.execute("ANALYZE")


def memory(field):
    """Give VmRSS (now) or VmHWM (the most since reset) of this process in MiB; 0 where there is no /proc."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), 0)


def export(path, queryset):
    """Write the export to a file; give seconds to the first byte, the first row and the end, and MiB grown."""
    from citynet.core.export import Column, csv_stream

    if os.access("/proc/self/clear_refs", os.W_OK):
        Path("/proc/self/clear_refs").write_text("5")  # resets VmHWM
    before = memory("VmRSS")
    with open(path, "wb") as file:  # emptying the last turn's file takes its time, too
        moments, start = [], time.perf_counter()
        stream = csv_stream(queryset, [Column(name) for name in COLUMNS])
        for chunk in stream:
            if len(moments) < 2:
                moments.append(time.perf_counter() - start)
            file.write(chunk)
    return *moments, time.perf_counter() - start, memory("VmHWM") - before


def timed(command, **kwargs):
    start = time.perf_counter()
    subprocess.run(command, check=True, **kwargs)
    return time.perf_counter() - start


def python_shell(database, sql, path):
    """What the sqlite3 shell does, where it is missing: Python's sqlite3 and csv."""
    start = time.perf_counter()
    with open(path, "w", newline="") as file, sqlite3.connect(database) as connection:
        csv.writer(file).writerows(connection.execute(sql))
    return time.perf_counter() - start


def import_export(queryset):
    """Give the seconds that django-import-export takes for the queryset, and the MiB it grows by."""
    from import_export.resources import modelresource_factory

    from networks.models import City

    before = memory("VmRSS")
    start = time.perf_counter()
    modelresource_factory(City)(fields=COLUMNS).export(queryset).csv  # noqa: B018
    return time.perf_counter() - start, memory("VmRSS") - before


def measure(rows, repeat):
    """Print what is measured on this process's database."""
    from django.db import connection

    from networks.models import City

    queryset = City.objects.order_by("name", "id")
    sql = "SELECT {} FROM {} ORDER BY name, id".format(", ".join(COLUMNS), City._meta.db_table)
    database = connection.settings_dict["NAME"]
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        export(path, queryset[:5000])
        for _ in range(repeat):
            if connection.vendor == "postgresql":
                peer, budget = "psql \\copy", 1.5
                if shutil.which("psql"):
                    command = ["psql", os.environ["DATABASE_URL"], "-qc"]
                    theirs.append(timed([*command, f"\\copy ({sql}) TO '{path}' CSV HEADER"]))
            elif shutil.which("sqlite3"):
                peer, budget = "sqlite3 shell", 5
                with open(path, "w") as file:
                    theirs.append(timed(["sqlite3", "-csv", "-header", database, sql], stdout=file))
            else:
                peer, budget = "Python's sqlite3 and csv (no sqlite3 shell here)", 5
                theirs.append(python_shell(database, sql, path))
            ours.append(export(path, queryset))
        size = path.stat().st_size / 2**20
    first_bytes, first_rows, seconds, growths = (list(column) for column in zip(*ours, strict=True))
    best = min(seconds)
    print(f"\n{connection.vendor}: {rows:,} rows, {size:.0f} MiB, best of {repeat}")
    print(f"  export                {best:7.2f} s   {rows / best:,.0f} rows/s")
    if theirs:
        print(
            f"  {peer:20}  {min(theirs):7.2f} s   export takes {best / min(theirs):.2f} × (budget {budget})"
        )
    else:
        print(f"  {peer}: not here")
    print(
        f"  first byte            {max(first_bytes):7.4f} s   budget 0.1; first rows {max(first_rows):.2f} s"
    )
    print(f"  process grows by      {max(growths):7.1f} MiB budget 20")
    some = min(rows, IMPORT_EXPORT_ROWS)
    slow, growth = import_export(queryset[:some])
    slow, growth = slow * rows / some, growth * rows / some
    note = f", extrapolated from {some:,} rows" if some < rows else ""
    print(f"  django-import-export  {slow:7.0f} s   {slow / best:.0f} × the export, {growth:.0f} MiB{note}")


def run(url, options):
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "citynet.settings"}
    environment.setdefault("SECRET_KEY", "bench-" * 10)
    for stage in ("fill", "measure"):  # a process that only exports shows how far it grows
        arguments = ["--stage", stage, "--rows", str(options.rows), "--repeat", str(options.repeat)]
        command = [sys.executable, "-m", "tests.bench.bench_export", *arguments]
        subprocess.run(command, env=environment, check=True)


def run_on_postgresql(server, options):
    import psycopg

    name = "citynet_bench_export"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            run(urlsplit(server)._replace(path=f"/{name}").geturl(), options)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--stage", choices=["fill", "measure"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        import django

        django.setup()
        return fill(options.rows) if options.stage == "fill" else measure(options.rows, options.repeat)
    with tempfile.TemporaryDirectory() as folder:
        run(f"sqlite:///{folder}/bench.sqlite3", options)
    if server := os.environ.get("TEST_DATABASE_URL"):
        return run_on_postgresql(server, options)
    from tests.postgres import running_server

    with running_server() as server:
        run_on_postgresql(server, options)


if __name__ == "__main__":
    main()
