"""Measure the public list pages: `python -m tests.bench.bench_lists [--repeat 200] [--rows 1000000]`.

First, on the demo in SQLite, the processor time of one list page (whole requests, middleware included) as a
multiple of others in the same run: the same page written the way tutorials write it, and an empty view.
Ours is measured with a cache that forgets, with one that remembers only the menus and counts, with the page
remembered, and with a visitor who has it already. Then, on both databases, how long list pages take among
`--rows` cities against 1,000. Each figure is the best of rounds that are taken in turn.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, nullcontext
from urllib.parse import urlsplit

NUMBERS = {
    "postgresql": "(SELECT generate_series(1, {rows}) AS n) AS numbers",
    "sqlite": "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s LIMIT {rows}) SELECT n FROM s)"
    " AS numbers",
}
PAGE = "/cities/?country=IT&country=FR&sort=-population"
PAGES = [
    "/cities/",
    "/cities/?country=IT",
    "/cities/?sort=-population",
    "/cities/?q=0000077",
    "/cities/?page=400",
]
ROUNDS = 5


# The same page, the tutorial way ----------------------------------------------------------------------------

TUTORIAL_PAGE = """{% extends "base.html" %}{% load crispy_forms_tags i18n %}
{% block content %}
<h1>{% translate "Cities" %}</h1>
<form method="get">{{ filter.form|crispy }}<button type="submit">{% translate "Show" %}</button></form>
<p>{{ page_obj.paginator.count }} {% translate "cities" %}</p>
<table class="table">
<tr><th>{% translate "City" %}</th><th>{% translate "Country" %}</th><th>{% translate "Population" %}</th>
<th>{% translate "Networks" %}</th></tr>
{% for city in object_list %}
<tr><td><a href="{{ city.get_absolute_url }}">{{ city.name }}</a> {{ city.local_name }}</td>
<td>{{ city.country.name }}</td><td>{{ city.population|default:"" }}</td>
<td>{{ city.memberships.count }}</td></tr>
{% endfor %}
</table>
{% for number in page_obj.paginator.page_range %}
<a href="?page={{ number }}">{{ number }}</a>
{% endfor %}
{% endblock %}"""


def make_tutorial_view():
    """Give the list of cities as the tutorials of Django, django-filter and crispy-forms write it."""
    import django_filters
    from django.http import HttpResponse
    from django.template import engines
    from django_filters.views import FilterView

    from networks.models import City, Membership, Network, Role, Topic

    class TutorialFilter(django_filters.FilterSet):
        q = django_filters.CharFilter(field_name="name", lookup_expr="icontains")
        country = django_filters.AllValuesMultipleFilter()
        network = django_filters.ModelMultipleChoiceFilter(
            field_name="memberships__network", queryset=Network.objects.published(), to_field_name="slug"
        )
        category = django_filters.MultipleChoiceFilter(
            field_name="memberships__category", choices=Membership.Category.choices
        )
        role = django_filters.MultipleChoiceFilter(field_name="roles__post", choices=Role.Post.choices)
        topic = django_filters.ModelMultipleChoiceFilter(
            field_name="topics", queryset=Topic.objects.published(), to_field_name="slug"
        )
        population_from = django_filters.NumberFilter(field_name="population", lookup_expr="gte")
        population_to = django_filters.NumberFilter(field_name="population", lookup_expr="lte")
        twin = django_filters.ModelMultipleChoiceFilter(
            method="twinned", queryset=City.objects.published(), to_field_name="slug"
        )
        sort = django_filters.OrderingFilter(fields=["name", "population", "country"])

        class Meta:
            model = City
            fields = []

        def twinned(self, rows, name, value):
            return rows

    class TutorialList(FilterView):
        filterset_class = TutorialFilter
        paginate_by = 25

        def get_queryset(self):
            return City.objects.published()

        def render_to_response(self, context):
            return HttpResponse(page.render(context, self.request))

    page = engines["django"].from_string(TUTORIAL_PAGE)
    return TutorialList.as_view()


# Processor time ---------------------------------------------------------------------------------------------


def measure_ways(repeat):
    """Print what one page costs in each way, beside an empty view."""
    from django.core.cache import cache
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client, override_settings
    from django.urls import path

    from citynet import urls

    urls.urlpatterns += [
        path("bench/empty/", lambda request: HttpResponse()),
        path("bench/tutorial/", make_tutorial_view()),
    ]
    handler = WSGIHandler()
    forgets = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    remembers = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    def ask(address, **headers):
        environ = Client(headers=headers)._base_environ()
        parts = urlsplit(address)
        environ.update(PATH_INFO=parts.path, QUERY_STRING=parts.query)
        response = handler(environ, lambda status, headers: None)
        b"".join(response)
        response.close()
        return response

    def count_statements(way):
        counted = []
        with connection.execute_wrapper(lambda run, *args: counted.append(1) or run(*args)):
            response = way()
        assert response.status_code in (200, 304), response.status_code
        return len(counted)

    def pages_made():
        """Ask for pages that differ, so that the menus and counts are remembered and the page is not."""
        return (f"{PAGE}&rows=25&bench={number}" for number in range(10**9))

    with override_settings(CACHES=remembers, ALLOWED_HOSTS=["*"]):
        etag = ask(PAGE)["ETag"]
    different = pages_made()
    ways = [
        ("an empty view", forgets, lambda: ask("/bench/empty/")),
        ("the tutorial's page", forgets, lambda: ask(f"/bench/tutorial/?{urlsplit(PAGE).query}")),
        ("ours, nothing cached", forgets, lambda: ask(PAGE, **{"accept-encoding": "gzip"})),
        ("ours, counts cached", remembers, lambda: ask(next(different), **{"accept-encoding": "gzip"})),
        ("ours, cached", remembers, lambda: ask(PAGE, **{"accept-encoding": "gzip"})),
        ("ours, not modified", remembers, lambda: ask(PAGE, **{"if-none-match": etag})),
    ]
    seconds, statements = {}, {}
    for _turn in range(ROUNDS):
        for name, caches, way in ways:
            with override_settings(CACHES=caches, ALLOWED_HOSTS=["*"]):
                cache.clear()
                way(), way()
                statements[name] = count_statements(way)
                start = time.process_time()
                for _ in range(repeat):
                    way()
                spent = (time.process_time() - start) / repeat
            seconds[name] = min(spent, seconds.get(name, spent))
    empty, tutorial = seconds["an empty view"], seconds["the tutorial's page"]
    print(f"\n{PAGE} on the demo, {connection.vendor}, best of {ROUNDS} rounds of {repeat}")
    print(f"  {'':22}  {'CPU':>9}  {'SQL':>3}  {'× empty':>7}  {'× tutorial':>10}")
    for name, spent in seconds.items():
        print(
            f"  {name:22}  {spent * 1000:6.2f} ms  {statements[name]:3}  {spent / empty:7.1f}"
            f"  {spent / tutorial:10.2f}"
        )
    print("  budgets: nothing cached ≤ 0.33 × tutorial and ≤ 8 SQL; cached and not modified ≤ 3 × empty")


# Many rows --------------------------------------------------------------------------------------------------


def fill(rows):
    """Make `rows` published cities: one by the ORM, the others as its copies with their own names."""
    from django.core.management import call_command
    from django.db import connection

    from networks.models import City

    call_command("migrate", verbosity=0)
    City.objects.create(
        id=1, name="City 0000000", slug="city-0", country="IT", state="published", search_text="city 0000000"
    )
    own = {
        "id": "n + 1",
        "name": "'City ' || substr('0000000' || ((n * 1009) % 10000000), -7)",
        "search_text": "'city ' || substr('0000000' || ((n * 1009) % 10000000), -7)",
        "slug": "'city-' || n",
        "country": "CASE n % 4 WHEN 0 THEN 'IT' WHEN 1 THEN 'FR' WHEN 2 THEN 'DE' ELSE 'ES' END",
        "latitude": "35 + (n % 29989) / 1000.0",
        "longitude": "-10 + (n % 39989) / 1000.0",
        "population": "(n * 17) % 5000000",
        "geonames_id": "n",
    }
    if connection.vendor == "postgresql":  # its substr() does not count from the end
        padded = "lpad(((n * 1009) % 10000000)::text, 7, '0')"
        own |= {"name": f"'City ' || {padded}", "search_text": f"'city ' || {padded}"}
    names = [field.column for field in City._meta.concrete_fields]
    values = ", ".join(own.get(name, f"first.{name}") for name in names)
    numbers = NUMBERS[connection.vendor].format(rows=rows - 1)
    table = City._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {numbers}, {table} AS first"
        )
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def measure_pages(repeat):
    """Print the milliseconds of each page, as `address<TAB>milliseconds` lines for the parent process."""
    from django.test import Client

    client = Client()
    for address in PAGES:
        best = float("inf")
        for _ in range(repeat + 1):  # the first is for warming up
            start = time.perf_counter()
            response = client.get(address)
            assert response.status_code == 200, (address, response.status_code)
            best = min(best, time.perf_counter() - start)
        print(f"{address}\t{best * 1000}")


def call(stage, url, **options):
    """Run one stage in a process of its own, on its own database; give what it prints."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "citynet.settings",
        "DEBUG": "off",
        "HTTPS": "off",
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "ERROR",
        "CACHE_URL": "dummycache://",
        "CITYNET_BENCH": "1",
    }
    environment.setdefault("SECRET_KEY", "bench-" * 10)
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "tests.bench.bench_lists", "--stage", stage, *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def compare_sizes(vendor, url_of, rows, repeat):
    """Print how long each page takes among many rows against 1,000, on one database server."""
    times = {}
    for size in (1000, rows):
        with url_of(size) as url:
            call("fill", url, rows=size)
            for line in call("pages", url, repeat=repeat).splitlines():
                address, milliseconds = line.split("\t")
                times.setdefault(address, []).append(float(milliseconds))
    print(f"\n{vendor}: {rows:,} cities against 1,000, nothing cached, best of {repeat} (budget 1.5 ×)")
    for address, (few, many) in times.items():
        print(f"  {address:28}  {few:7.1f} ms  {many:7.1f} ms  {many / few:5.2f} ×")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=100)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--stage", choices=["demo", "ways", "fill", "pages"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        import django
        from django.conf import settings
        from django.core.management import call_command

        settings.STORAGES["staticfiles"] = {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
        django.setup()
        if options.stage == "demo":
            call_command("migrate", verbosity=0)
            return call_command("load_demo")
        if options.stage == "fill":
            return fill(options.rows)
        return (measure_ways if options.stage == "ways" else measure_pages)(options.repeat)

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/demo.sqlite3"
        call("demo", url)
        print(call("ways", url, repeat=options.repeat), end="")

        @contextmanager
        def file_of(size):
            yield f"sqlite:///{folder}/{size}.sqlite3"

        compare_sizes("sqlite", file_of, options.rows, repeat=10)

    import psycopg

    from tests.postgres import running_server

    @contextmanager
    def database_of(size):
        name = f"citynet_bench_lists_{size}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
            try:
                yield urlsplit(server)._replace(path=f"/{name}").geturl()
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    given = os.environ.get("TEST_DATABASE_URL")
    with nullcontext(given) if given else running_server() as server:
        compare_sizes("postgresql", database_of, options.rows, repeat=10)


if __name__ == "__main__":
    main()
