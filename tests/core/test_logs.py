"""citynet.core.logs: one line a request, with its id and without its visitor."""

import io
import json
import logging

import pytest
from django.contrib.auth import get_user_model

from citynet.core.logs import configure_logs

LOGGER = "django_structlog.middlewares.request"


def lines(caplog):
    """Give the events of the request logger at INFO and above, as they would be written."""
    return [record.msg for record in caplog.records if record.name == LOGGER and isinstance(record.msg, dict)]


@pytest.fixture
def written(monkeypatch):
    """Give the stream that the site's own handler writes to, as JSON."""
    stream = io.StringIO()
    (handler,) = [handler for handler in logging.getLogger("django").handlers if handler.name == "console"]
    monkeypatch.setattr(handler, "stream", stream)
    monkeypatch.setattr(handler, "formatter", make_formatter(as_json=True))
    return stream


def make_formatter(as_json):
    formatter = configure_logs("INFO", as_json)["formatters"]["structured"].copy()
    return formatter.pop("()")(**formatter)


def test_a_request_is_one_line_with_the_id_that_the_response_tells(client, caplog):
    response = client.get("/healthz", headers={"x-request-id": "forged"})
    (line,) = lines(caplog)
    assert response["X-Request-ID"] == line["request_id"] != "forged"
    assert len(line["request_id"]) == 36
    assert (line["event"], line["request"], line["code"]) == ("request_finished", "GET /healthz", 200)


def test_what_people_search_for_and_who_they_are_is_not_logged(client, caplog):
    client.cookies["sessionid"] = "cookie-of-ada"
    client.get(
        "/healthz?q=Ada+Lovelace&country=IT&country=FR",
        headers={"user-agent": "Analytical Engine"},
        REMOTE_ADDR="203.0.113.7",
    )
    (line,) = lines(caplog)
    assert line["request"] == "GET /healthz?q&country"
    for secret in ("Lovelace", "Analytical", "203.0.113.7", "cookie-of-ada"):
        assert secret not in caplog.text


@pytest.mark.django_db
def test_every_kind_of_refusal_has_an_id_and_one_line(client, caplog):
    for path, code in (("/no/such/page/", 404), ("/healthz?q=%00", 400)):
        caplog.clear()
        response = client.get(path)
        assert response.status_code == code
        assert [(line["code"], line["request_id"]) for line in lines(caplog)] == [
            (code, response["X-Request-ID"])
        ]


@pytest.mark.django_db
def test_a_signed_in_user_is_logged_by_key_where_the_page_asked_who_it_is(client, caplog):
    ada = get_user_model().objects.create_superuser("lovelace", password="engine")
    client.force_login(ada)
    client.get("/admin/")
    client.get("/healthz")
    assert [line.get("user_id") for line in lines(caplog)] == [ada.pk, None]
    assert "lovelace" not in caplog.text


def test_a_failure_is_written_once_with_its_traceback(client, monkeypatch, written):
    def fail():
        raise RuntimeError("the database melted")

    monkeypatch.setattr("citynet.portal.health.count_unapplied_migrations", fail)
    client.raise_request_exception = False
    response = client.get("/readyz?password=secret")
    assert response.status_code == 500
    (line,) = [json.loads(text) for text in written.getvalue().splitlines()]
    assert line["event"] == "request_failed"
    assert line["level"] == "error"
    assert line["request_id"] == response["X-Request-ID"]
    assert line["request"] == "GET /readyz?password"
    assert line["exception"].endswith("RuntimeError: the database melted")
    assert "secret" not in written.getvalue()


def test_a_message_of_any_other_module_is_json_too(written):
    logging.getLogger("networks").warning("Loaded %d rows from %s", 12, "cities\n.csv")
    line = json.loads(written.getvalue())
    assert (line["event"], line["level"], line["logger"]) == (
        "Loaded 12 rows from cities\n.csv",
        "warning",
        "networks",
    )


def test_the_console_format_is_for_people():
    record = logging.LogRecord("networks", logging.WARNING, "", 1, "Loaded %d rows", (12,), None)
    text = make_formatter(as_json=False).format(record)
    assert "Loaded 12 rows" in text
    assert "warning" in text
    assert not text.startswith("{")
