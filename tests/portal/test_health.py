"""citynet.portal.health: what a probe is told."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder


def test_healthz_answers_without_a_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response


@pytest.mark.django_db
def test_readyz_is_ready_with_a_migrated_database_in_two_statements(client, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(2):
        response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})
    assert response["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response


@pytest.mark.django_db
def test_readyz_counts_the_migrations_that_are_missing(client):
    last = MigrationRecorder(connection).migration_qs.filter(app="sessions")
    assert last.count() == 1
    last.delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "reason": "Migrations not applied: 1."}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_accepts_a_database_that_is_ahead_of_the_code(client):
    MigrationRecorder(connection).record_applied("sessions", "9999_from_the_next_version")
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.django_db
def test_readyz_tells_no_secret_when_the_database_does_not_answer(client, monkeypatch):
    def fail(*args):
        raise OperationalError('connection to "db.internal" failed: password of user "citynet"')

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "reason": "The database does not answer."}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_probe_may_speak_plain_http_where_pages_redirect(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    fresh = type(client)()  # SecurityMiddleware reads the setting when it is made
    assert fresh.get(path).status_code == 200
    assert fresh.get("/admin/").status_code == 301
    assert fresh.get(f"{path}/more").status_code == 301


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_probe_only_looks(client, path):
    assert client.head(path).status_code == 200
    response = client.post(path)
    assert (response.status_code, response["Cache-Control"]) == (405, "no-store")
