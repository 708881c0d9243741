"""Many rows, made by the database itself: for showing that pages stay fast when tables grow."""

import datetime

from django.db import connection
from django.utils import timezone

from networks.models import City, Membership, Network


def insert(model, rows, **columns):
    """Insert `rows` rows of a model in one statement of PostgreSQL; give its columns as SQL over `n` = 1…rows.

    Columns that are not given take the field's default, an empty text, or NULL.
    """
    values = {}
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        if field.attname in columns:
            values[field.column] = columns[field.attname]
        elif field.attname in ("created_at", "updated_at"):
            values[field.column] = "now() - n * interval '1 second'"
        elif field.attname == "uid":
            values[field.column] = "gen_random_uuid()"
        elif field.null:
            values[field.column] = "NULL"
        else:
            default = field.get_default()
            values[field.column] = f"'{default}'" if isinstance(default, str) else str(default or 0)
    names = ", ".join(f'"{column}"' for column in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) '
            f"SELECT {', '.join(values.values())} FROM generate_series(1, %s) AS n",
            [rows],
        )


def make_many(cities=10_000, networks=100, memberships=1_000_000):
    """Fill an empty PostgreSQL with published cities and networks, and memberships from 1950 to today."""
    far = f"'{datetime.date.max}'"
    insert(
        City,
        cities,
        name="'City ' || lpad(n::text, 7, '0')",
        slug="'city-' || n",
        search_text="'city ' || lpad(n::text, 7, '0')",
        country="(ARRAY['IT','DE','FR','ES','PL','SE','PT','NL','GR','FI'])[1 + n %% 10]",
        latitude="(n %% 140) - 70",
        longitude="(n %% 340) - 170",
        population="(n::bigint * 7919) %% 5000000",
        geonames_id="n",
        state="'published'",
    )
    insert(
        Network,
        networks,
        name="'Network ' || lpad(n::text, 4, '0')",
        slug="'network-' || n",
        search_text="'network ' || lpad(n::text, 4, '0')",
        kind="'association'",
        start="'1950'",
        start_earliest="'1950-01-01'",
        start_latest="'1950-12-31'",
        end_earliest=far,
        end_latest=far,
        state="'published'",
    )
    first_city = City.objects.order_by("id").values_list("id", flat=True).first()
    first_network = Network.objects.order_by("id").values_list("id", flat=True).first()
    year = f"(1950 + n %% {timezone.localdate().year - 1950})"
    ended = "n %% 3 = 0"
    insert(
        Membership,
        memberships,
        city_id=f"{first_city} + n %% {cities}",
        network_id=f"{first_network} + (n / {cities}) %% {networks}",
        category="(ARRAY['full','partner','signatory'])[1 + n %% 3]",
        start=f"{year}::text",
        start_earliest=f"make_date({year}, 1, 1)",
        start_latest=f"make_date({year}, 12, 31)",
        end=f"CASE WHEN {ended} THEN ({year} + 5)::text ELSE '' END",
        end_earliest=f"CASE WHEN {ended} THEN make_date({year} + 5, 1, 1) ELSE {far}::date END",
        end_latest=f"CASE WHEN {ended} THEN make_date({year} + 5, 12, 31) ELSE {far}::date END",
        state="'published'",
    )
    with connection.cursor() as cursor:
        # A sample larger than the table: the planner's choices do not hang on chance.
        cursor.execute("SET default_statistics_target = 1000")
        cursor.execute("ANALYZE")
