import csv
import datetime
import http.client
import io
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import structlog
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import FieldError
from django.core.handlers.wsgi import WSGIRequest
from django.db import DataError, Error, connection, models
from django.db.models import Case, Count, F, Func, Q, Value, When
from django.db.models.functions import Concat
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citynet.core import export
from citynet.core.export import (
    Column,
    csv_stream,
    export_response,
    geojson_stream,
    guard,
    joined,
    json_stream,
    unguard,
)
from citynet.core.fields import PartialDateField
from networks.models import City, Topic

BOM = "\ufeff"
SMALLEST = -(2**63)  # abs() of it is an error on both databases


class Tag(models.Model):
    name = models.CharField(max_length=200)

    class Meta:
        app_label = "export_tests"

    def __str__(self):
        return self.name


class Sample(models.Model):
    """A row with a field of every kind that can be exported."""

    name = models.TextField(default="", null=True)  # noqa: DJ001 - NULL and "" must look the same
    number = models.BigIntegerField(null=True)
    ratio = models.FloatField(null=True)
    budget = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    is_open = models.BooleanField(null=True)
    day = models.DateField(null=True)
    hour = models.TimeField(null=True)
    moment = models.DateTimeField(null=True)
    key = models.UUIDField(null=True)
    since = PartialDateField()
    settings = models.JSONField(null=True)
    home = models.ForeignKey(Tag, null=True, on_delete=models.CASCADE, related_name="+")
    tags = models.ManyToManyField(Tag, related_name="+")

    class Meta:
        app_label = "export_tests"
        ordering = ["pk"]

    def __str__(self):
        return self.name or ""


@pytest.fixture(scope="module")
def _tables(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Tag)
            editor.create_model(Sample)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Sample)
            editor.delete_model(Tag)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_tables")]


def make_sample(**kwargs):
    return Sample.objects.create(**kwargs)


def make_tags(*names):
    return Tag.objects.bulk_create(Tag(name=name) for name in names)


def tag(sample, tags):
    link = Sample.tags.through
    link.objects.bulk_create(link(sample=sample, tag=tag) for tag in tags)


def make_samples(*names):
    return Sample.objects.bulk_create(Sample(name=name) for name in names)


def read(stream):
    return b"".join(stream).decode()


def rows_of(text):
    assert text[0] == BOM
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))


def make_request(user=None, method="get", path="/cities.csv?country=IT"):
    request = getattr(RequestFactory(), method)(path)
    request.user = user or AnonymousUser()
    return request


# Formulas ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(start):
    assert guard(f"{start}1+1") == f"'{start}1+1"
    assert guard(start) == f"'{start}"


@pytest.mark.parametrize("text", ["", "'", "'s-Hertogenbosch", "Bologna", "1-2", " =1", "''", "ʼ=1"])
def test_harmless_text_is_left_alone(text):
    assert guard(text) == text
    assert unguard(text) == text


def test_text_that_looks_guarded_is_guarded_again():
    assert guard("'=1") == "''=1"
    assert guard("''=1") == "'''=1"
    assert unguard("''=1") == "'=1"


@given(st.text() | st.text(alphabet="'=+-@\t\r\n＝a "))
def test_a_round_trip_gives_every_text_back(text):
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in export.FORMULA_STARTS or text == ""


def test_only_text_is_guarded():
    make_sample(name="-0.12", ratio=-0.12, number=-3, budget=Decimal("-1.50"))
    text = read(csv_stream(Sample.objects.all(), [Column(x) for x in ("name", "ratio", "number", "budget")]))
    assert text == BOM + "name,ratio,number,budget\r\n'-0.12,-0.12,-3,-1.50\r\n"


# CSV ---------------------------------------------------------------------------------------------------------

KINDS = ["name", "number", "ratio", "budget", "is_open", "day", "hour", "moment", "key", "since"]


def test_every_kind_of_value_has_one_way_to_be_written():
    make_sample(
        name='Reggio, "Emilia"',
        number=12,
        ratio=44.0,
        budget=Decimal("1.5"),
        is_open=True,
        day=datetime.date.min,
        hour=datetime.time(9, 30),
        moment=datetime.datetime(2026, 11, 22, 1, 30, 50, 120000, tzinfo=datetime.UTC),
        key=uuid.UUID(int=1),
        since="199X",
    )
    make_sample(
        name="a\nb\r\nc",
        ratio=1e-5,
        budget=Decimal("-0.00"),
        is_open=False,
        day=datetime.date.max,
        hour=datetime.time(9, 30, 1, 500),
        moment=datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
        since="[..2021-09-27]",
    )
    make_sample(name=None)
    make_sample(name="Zürich 🚲\\", ratio=-0.0)
    assert read(csv_stream(Sample.objects.all(), [Column(name) for name in KINDS])) == BOM + (
        "name,number,ratio,budget,is_open,day,hour,moment,key,since\r\n"
        '"Reggio, ""Emilia""",12,44,1.50,true,0001-01-01,09:30:00,2026-11-22T01:30:50.12Z,'
        "00000000-0000-0000-0000-000000000001,199X\r\n"
        '"a\nb\r\nc",,1e-05,0.00,false,9999-12-31,09:30:01.0005,2025-12-31T22:00:00Z,,[..2021-09-27]\r\n'
        ",,,,,,,,,\r\n"
        "Zürich 🚲\\,,0,,,,,,,\r\n"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (100.0, "100"),
        (1 / 3, "0.3333333333333333"),
        (1e-4, "0.0001"),
        (1e-5, "1e-05"),
        (999999999999999.0, "999999999999999"),
        (1e16, "1e+16"),
        (1.5e300, "1.5e+300"),
        (-5e-324, "-5e-324"),
    ],
)
def test_a_float_is_the_shortest_text_that_reads_back_the_same(value, text):
    make_sample(ratio=value, number=1)
    assert read(csv_stream(Sample.objects.all(), [Column("ratio"), Column("number")])).split() == [
        BOM + "ratio,number",
        f"{text},1",
    ]


def test_there_is_no_negative_zero():
    make_sample(ratio=0.0, budget=Decimal("0.00"))
    values = [F("ratio") * Value(-1.0), models.ExpressionWrapper(F("budget") * -1, Sample.budget.field)]
    columns = [Column(f"n{i}", value) for i, value in enumerate(values)]
    assert read(csv_stream(Sample.objects.all(), columns)) == f"{BOM}n0,n1\r\n0,0.00\r\n"


def test_one_empty_column_is_still_a_row():
    make_samples("", None, "x", "\\.", '"')
    assert read(csv_stream(Sample.objects.all(), [Column("name")])) == BOM + (
        'name\r\n""\r\n""\r\nx\r\n\\.\r\n""""\r\n'
    )


def test_cells_that_imitate_a_line_end_or_a_guard_survive():
    names = ['"\r"', ',"\r"\n', "\r", '","\r', 'x,"\r"\nx', "\n", "\r\n", "'=1", "''＝1"]
    make_samples(*names)
    rows = rows_of(read(csv_stream(Sample.objects.all(), [Column("name"), Column("again", "name")])))
    assert [[unguard(cell) for cell in row] for row in rows[1:]] == [[name, name] for name in names]


def test_header_names_are_quoted_by_the_same_rules():
    assert read(csv_stream(Sample.objects.none(), [Column('a "b", c', "name"), Column("name")])) == (
        BOM + '"a ""b"", c",name\r\n'
    )


def test_header_comes_before_any_query(django_assert_num_queries):
    make_samples("a")
    with django_assert_num_queries(0):
        stream = csv_stream(Sample.objects.all(), [Column("name")])
        assert next(stream) == b"\xef\xbb\xbfname\r\n"
    assert b"".join(stream) == b"a\r\n"


def test_rows_come_in_the_order_of_the_queryset_over_many_batches():
    make_samples(*(f"{i:05} {'x' * 40}" for i in range(4500)))
    rows = rows_of(read(csv_stream(Sample.objects.order_by("-name"), [Column("name")])))
    assert [row[0][:5] for row in rows[1:]] == [f"{i:05}" for i in reversed(range(4500))]
    rows = rows_of(read(csv_stream(Sample.objects.order_by("name")[10:4010], [Column("name")])))
    assert [row[0][:5] for row in rows[1:]] == [f"{i:05}" for i in range(10, 4010)]


def test_an_empty_queryset_is_a_header():
    for queryset in (Sample.objects.none(), Sample.objects.filter(pk__in=[]), Sample.objects.all()):
        assert read(csv_stream(queryset, [Column("name")])) == f"{BOM}name\r\n"


def test_filters_with_percent_signs_and_quotes_reach_the_database_unharmed():
    make_samples("100 %", "100 %s 'x'", "nothing")
    queryset = Sample.objects.filter(name__contains="%").annotate(
        label=Concat(Value("%s '"), "name", output_field=models.TextField())
    )
    assert read(csv_stream(queryset, [Column("label")])) == BOM + "label\r\n%s '100 %\r\n%s '100 %s 'x'\r\n"


def test_related_names_and_expressions_are_sources():
    bologna = Tag.objects.create(name="Bologna")
    make_sample(name="a", home=bologna, is_open=True)
    make_sample(name="b")
    state = Case(When(is_open=True, then=Value("=open")), default=Value("closed"))
    columns = [
        Column("name"),
        Column("home", "home__name"),
        Column("home id", "home"),
        Column("state", state),
    ]
    assert read(csv_stream(Sample.objects.all(), columns)) == BOM + (
        f"name,home,home id,state\r\na,Bologna,{bologna.pk},'=open\r\nb,,,closed\r\n"
    )


def test_distinct_rows_that_look_alike_all_leave():
    tags = make_tags("x", "y")
    for name in ("same", "same"):
        tag(make_sample(name=name), tags)
    queryset = Sample.objects.filter(tags__in=tags).order_by("name").distinct()
    assert rows_of(read(csv_stream(queryset, [Column("name")]))) == [["name"], ["same"], ["same"]]


def test_prefetched_and_counted_querysets_can_be_exported():
    tag(make_sample(name="a"), make_tags("x", "y"))
    make_sample(name="b")
    queryset = Sample.objects.select_related("home").prefetch_related("tags").annotate(n=Count("tags"))
    queryset = queryset.order_by("pk")  # Django drops a model's own ordering where it groups
    assert rows_of(read(csv_stream(queryset, [Column("name"), Column("n")]))) == [
        ["name", "n"],
        ["a", "2"],
        ["b", "0"],
    ]


def test_a_misspelt_column_raises_before_anything_is_sent():
    with pytest.raises(FieldError, match="nmae"):
        csv_stream(Sample.objects.all(), [Column("nmae")])


def test_a_column_without_one_way_to_be_written_is_refused():
    with pytest.raises(TypeError, match="settings"):
        csv_stream(Sample.objects.all(), [Column("settings")])
    with pytest.raises(TypeError, match="mean"):
        csv_stream(Sample.objects.all(), [Column("mean", models.Avg("budget"))])


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
TRICKY = st.text(alphabet="'=-\r\n\",;\\. ＝é🚲", max_size=6)
ROWS = st.fixed_dictionaries(
    {
        "name": st.none() | TEXT | TRICKY,
        "number": st.none() | st.integers(-(2**63), 2**63 - 1),
        "ratio": st.none() | st.floats(-1e15, 1e15, exclude_max=True, exclude_min=True),
        "budget": st.none() | st.decimals(-(10**9), 10**9, places=2),
        "is_open": st.none() | st.booleans(),
        "day": st.none() | st.dates(),
        "hour": st.none() | st.times(),
        "moment": st.none() | st.datetimes(timezones=st.just(datetime.UTC)),
        "key": st.none() | st.uuids(),
        "since": st.sampled_from(["", "1991", "2009-09", "[..2021-09-27]"]),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=8))
def test_copy_and_batches_give_the_same_bytes_and_every_text_back(rows):
    Sample.objects.all().delete()
    Sample.objects.bulk_create(Sample(**row) for row in rows)
    columns = [Column(name) for name in KINDS]
    content = read(csv_stream(Sample.objects.all(), columns))
    values, kinds = export._select(Sample.objects.all(), columns)
    batches = b"".join(chunk for chunk, _ in export._csv_from_batches(values, kinds))
    assert content == BOM + ",".join(KINDS) + "\r\n" + batches.decode()
    cells = rows_of(content)[1:]
    assert [unguard(row[0]) for row in cells] == [row["name"] or "" for row in rows]
    assert [row[2] and float(row[2]) for row in cells] == [
        "" if row["ratio"] is None else row["ratio"] for row in rows
    ]


# Broken and abandoned streams --------------------------------------------------------------------------------


def make_rows_that_break(count=3000):
    Sample.objects.bulk_create(Sample(name="x" * 60, number=i) for i in range(count))
    make_sample(name="broken", number=SMALLEST)
    return [
        Column("name"),
        Column("size", Func(F("number"), function="abs", output_field=models.BigIntegerField())),
    ]


@pytest.mark.parametrize("stream", [csv_stream, json_stream])
def test_an_error_in_the_middle_is_raised_through_the_stream(stream):
    columns = make_rows_that_break()
    sent = []
    with pytest.raises((Error, connection.Database.Error)):
        sent.extend(stream(Sample.objects.order_by(), columns))
    assert len(sent) > 1
    assert not b"".join(sent).endswith(b"]\n")


def broken_application(environ, start_response):
    """A WSGI application, on a database of its own, whose download breaks unless asked for the whole."""
    if Sample._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Tag)
            editor.create_model(Sample)
    Sample.objects.all().delete()
    columns = make_rows_that_break()
    request = WSGIRequest(environ)
    queryset = Sample.objects.exclude(number=SMALLEST) if request.path == "/whole" else Sample.objects.all()
    response = export_response(request, queryset, columns, "samples")
    start_response("200 OK", list(response.items()))
    return response


@pytest.fixture
def broken_server(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = "import django; django.setup(); from gunicorn.app.wsgiapp import run; run()"
    application = "tests.core.test_export:broken_application"
    arguments = ["--bind", f"127.0.0.1:{port}", "--config", "python:citynet.gunicorn", application]
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", run, *arguments],
            env={**os.environ, "DATABASE_URL": "sqlite://:memory:"},
            stdout=log,
            stderr=log,
        )
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait()


def test_over_http_a_broken_download_does_not_look_complete(broken_server):
    def download(path):
        client = http.client.HTTPConnection("127.0.0.1", broken_server, timeout=30)
        client.request("GET", path)
        response = client.getresponse()
        assert response.status == 200
        return response.read()

    assert download("/whole").count(b"\r\n") == 3001
    with pytest.raises(http.client.IncompleteRead) as broken:
        download("/broken")
    assert 1 < broken.value.partial.count(b"\r\n") < 3002


@pytest.mark.django_db(transaction=True)
def test_others_can_write_while_somebody_downloads():
    def write():
        try:
            return make_sample(name="written meanwhile").name
        finally:
            connection.close()

    try:
        make_samples(*("x" * 60 for _ in range(5000)))
        stream = csv_stream(Sample.objects.all(), [Column("name")])
        first = [next(stream), next(stream)]
        with ThreadPoolExecutor() as threads:
            writer = threads.submit(write)
            try:
                assert writer.result(timeout=5) == "written meanwhile"
            finally:
                rest = b"".join(stream)
        assert b"".join([*first, rest]).count(b"\r\n") == 5001  # of one moment: without the new row
    finally:
        Sample.objects.all().delete()


def test_an_abandoned_download_leaves_the_connection_usable():
    make_samples(*("x" * 60 for _ in range(5000)))
    stream = csv_stream(Sample.objects.all(), [Column("name")])
    next(stream), next(stream)
    stream.close()
    assert Sample.objects.count() == 5000


# JSON and GeoJSON --------------------------------------------------------------------------------------------


def test_json_keeps_values_as_they_are():
    make_sample(
        name="=1\u2028é",
        number=3,
        ratio=-0.12,
        budget=Decimal("1.50"),
        is_open=False,
        day=datetime.date(2009, 9, 1),
        moment=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        key=uuid.UUID(int=1),
        since="1991",
    )
    make_sample(name=None)
    names = [name for name in KINDS if name != "hour"]
    text = read(json_stream(Sample.objects.all(), [Column(name) for name in names]))
    assert json.loads(text) == [
        {
            "name": "=1\u2028é",
            "number": 3,
            "ratio": -0.12,
            "budget": 1.5,
            "is_open": False,
            "day": "2009-09-01",
            "moment": "2026-01-02T00:00:00Z",
            "key": "00000000-0000-0000-0000-000000000001",
            "since": "1991",
        },
        {**dict.fromkeys(names), "since": ""},
    ]
    assert "é" in text


def test_json_of_nothing_and_of_many_batches_is_an_array():
    assert json.loads(read(json_stream(Sample.objects.all(), [Column("name")]))) == []
    make_samples(*(str(i) for i in range(4001)))
    rows = json.loads(read(json_stream(Sample.objects.order_by("-pk"), [Column("n", "name")])))
    assert rows == [{"n": str(i)} for i in reversed(range(4001))]


def test_geojson_has_a_point_where_both_coordinates_are_known():
    make_sample(name="Bologna", ratio=11.34, budget=Decimal("44.49"))
    make_sample(name="Somewhere", ratio=11.34)
    stream = geojson_stream(Sample.objects.all(), [Column("name")], latitude="budget", longitude="ratio")
    assert json.loads(read(stream)) == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [11.34, 44.49]},
                "properties": {"name": "Bologna"},
            },
            {"type": "Feature", "geometry": None, "properties": {"name": "Somewhere"}},
        ],
    }


# The response ------------------------------------------------------------------------------------------------


def test_response_is_a_named_attachment_that_nobody_sniffs_or_keeps(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))
    user = User.objects.create(username="editor")
    response = export_response(make_request(user), Sample.objects.all(), [Column("name")], "cities")
    assert dict(response.items()) == {
        "Content-Type": "text/csv; charset=utf-8; header=present",
        "Content-Disposition": 'attachment; filename="citynet-cities-2026-11-22.csv"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    assert read(response) == f"{BOM}name\r\n"


@pytest.mark.parametrize(
    ("format", "content_type"), [("json", "application/json"), ("geojson", "application/geo+json")]
)
def test_other_formats_say_what_they_are(format, content_type):
    options = {"latitude": "budget", "longitude": "ratio"} if format == "geojson" else {}
    response = export_response(
        make_request(), Sample.objects.all(), [Column("name")], "cities", format, **options
    )
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"].endswith(f'-{timezone.localdate().isoformat()}.{format}"')
    assert response["Cache-Control"] == "no-cache"
    json.loads(read(response))


def test_a_misspelt_column_is_no_response_at_all():
    with pytest.raises(FieldError):
        export_response(make_request(), Sample.objects.all(), [Column("nmae")], "cities")


def test_head_sends_headers_without_a_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = export_response(
            make_request(method="head"), Sample.objects.all(), [Column("name")], "cities"
        )
        assert b"".join(response) == b""


def test_a_finished_export_is_logged_with_who_what_and_how_many():
    user = User.objects.create(username="editor")
    make_samples("a", "b", "c")
    with structlog.testing.capture_logs() as logs:
        read(export_response(make_request(user), Sample.objects.all(), [Column("name")], "cities"))
    assert logs == [
        {
            "event": "export_completed",
            "log_level": "info",
            "export": "cities",
            "format": "csv",
            "user": user.pk,
            "query": "country=IT",
            "rows": 3,
        }
    ]


def test_a_broken_export_is_logged_as_failed():
    columns = make_rows_that_break()
    with structlog.testing.capture_logs() as logs:
        response = export_response(make_request(), Sample.objects.order_by(), columns, "cities", "json")
        with pytest.raises(DataError if connection.vendor == "postgresql" else Error):
            read(response)
    (entry,) = logs
    assert (entry["event"], entry["log_level"], entry["user"]) == ("export_failed", "error", "anonymous")
    assert 0 < entry["rows"] < 3001


def test_an_abandoned_export_is_logged_with_the_rows_that_left():
    make_samples("a", "b", "c")
    with structlog.testing.capture_logs() as logs:
        response = export_response(make_request(), Sample.objects.all(), [Column("name")], "cities")
        next(iter(response))
        response.close()
    assert [(entry["event"], entry["rows"]) for entry in logs] == [("export_abandoned", 0)]


# Many in one cell --------------------------------------------------------------------------------------------


def test_joined_texts_are_different_sorted_and_do_not_repeat_the_row():
    tags = make_tags("mobility", "Zürich", "air", "Zürich", "Ångström")
    tag(make_sample(name="all"), tags)
    tag(make_sample(name="one"), tags[:1])
    make_sample(name="none")
    columns = [Column("name"), Column("tags", joined("tags__name"))]
    assert rows_of(read(csv_stream(Sample.objects.all(), columns))) == [
        ["name", "tags"],
        ["all", "Zürich; air; mobility; Ångström"],
        ["one", "mobility"],
        ["none", ""],
    ]
    assert json.loads(read(json_stream(Sample.objects.all(), columns)))[2] == {"name": "none", "tags": None}


def test_joined_texts_meet_the_conditions_on_the_same_row():
    tags = make_tags("public", "draft")
    tag(make_sample(name="a"), tags)
    columns = [Column("tags", joined("tags__name", Q(tags__name="public")))]
    assert rows_of(read(csv_stream(Sample.objects.all(), columns))) == [["tags"], ["public"]]
    assert rows_of(read(csv_stream(Sample.objects.filter(tags__name="draft"), columns))) == [
        ["tags"],
        ["public"],
    ]


def test_joined_texts_are_guarded_as_one_text():
    tag(make_sample(name="a"), make_tags("=1", "-2"))
    assert rows_of(read(csv_stream(Sample.objects.all(), [Column("tags", joined("tags__name"))]))) == [
        ["tags"],
        ["'-2; =1"],
    ]


# The real thing ----------------------------------------------------------------------------------------------


def test_cities_leave_with_iso_codes_coordinates_and_topics():
    city = City.objects.create(
        name="Bologna", slug="bologna", country="IT", latitude=44.0, longitude=-0.12, state="published"
    )
    City.objects.filter(pk=city.pk).update(updated_at=datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC))
    city.topics.set(Topic.objects.create(name=name, slug=name) for name in ("food", "air"))
    columns = [Column(name) for name in ("name", "country", "latitude", "longitude", "updated_at")]
    columns.append(Column("topics", joined("topics__name")))
    assert rows_of(read(csv_stream(City.objects.published().order_by("name", "id"), columns))) == [
        ["name", "country", "latitude", "longitude", "updated_at", "topics"],
        ["Bologna", "IT", "44", "-0.12", "2026-11-22T00:00:00Z", "air; food"],
    ]
    (feature,) = json.loads(read(geojson_stream(City.objects.all(), [Column("name")])))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [-0.12, 44.0]}
