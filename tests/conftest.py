"""The settings of the test suite, and the sentence at its end.

TEST_DATABASE_URL names the database server to test on (SQLite if unset). CITYNET_REQUIRE, a comma
separated list of `browser` and `postgres`, turns the skip for a missing one into a failure.
"""

import os
import tempfile
from collections import Counter

import pytest

MEDIA = tempfile.TemporaryDirectory(prefix="citynet-media-")

# Set before Django reads them, so that nothing in the developer's own environment changes a result.
os.environ.update(
    DJANGO_SETTINGS_MODULE="citynet.settings",
    SECRET_KEY="tests-" * 10,
    DEBUG="off",
    HTTPS="off",
    ALLOWED_HOSTS="localhost,127.0.0.1",
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL") or "sqlite://:memory:",
    CACHE_URL="dummycache://",
    MEDIA_ROOT=MEDIA.name,
)

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402

from citynet.portal.roles import grant  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """Keep a SQLite test database in a file, as the site does: a live server has connections of its own."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = tmp_path_factory.mktemp("database") / "citynet.sqlite3"


@pytest.fixture
def committed_groups(transactional_db):
    """Bring back the staff groups of the migrations: tests with real transactions empty the database."""
    grant(apps, None)


def pytest_terminal_summary(terminalreporter):
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped")
    )
    skipped = "; ".join(f"{count} × {reason}" for reason, count in sorted(reasons.items())) or "nothing"
    database = "SQLite" if "sqlite" in settings.DATABASES["default"]["ENGINE"] else "PostgreSQL"
    terminalreporter.write_line(f"Skipped on {database}: {skipped}.")
