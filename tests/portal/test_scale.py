"""No list page reads a big table whole. `tests/bench/explain.py` shows the same at 1,000,000 rows."""

import pytest
from django.db import connection

from tests.bench.explain import PAGES, full_scans
from tests.bench.million import make_many


@pytest.mark.django_db
def test_no_page_scans_all_memberships():
    if connection.vendor != "postgresql":
        pytest.skip("the planner of PostgreSQL is asked")
    make_many(cities=5_000, networks=50, memberships=250_000)
    assert {page: scans for page in PAGES if (scans := full_scans(page)[2])} == {}
