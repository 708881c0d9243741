"""citynet.settings: what production refuses to start with, and what it turns on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GOOD = {
    "SECRET_KEY": "Bn0cH9yVq4T7sW2eK5rD8uF1gJ6mL3pX-zA_oI4vC7xN2bM5qS8",
    "ALLOWED_HOSTS": "networks.example.org",
    "DATABASE_URL": "sqlite://:memory:",
}
SHOW = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name in %r}))
"""


def run(*arguments, cwd=ROOT, **variables):
    """Run Python in an environment that holds nothing but GOOD and `variables`; None leaves one out."""
    environment = {
        **GOOD,
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "citynet.settings",
        **variables,
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=300,
    )


def read(*names, **variables):
    """Give the settings `names` as they are in an environment."""
    result = run("-c", SHOW % (names,), **variables)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DEBUG": "on", "HTTPS": "on"}, "DEBUG shows secrets to visitors"),
        ({"DEBUG": "on"}, "ALLOWED_HOSTS names networks.example.org: set DEBUG=off"),
        ({"DEBUG": "on", "ALLOWED_HOSTS": "8.8.8.8"}, "ALLOWED_HOSTS names 8.8.8.8: set DEBUG=off"),
        ({"DEBUG": "on", "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts"),
        ({"DEBUG": "ture"}, "DEBUG is 'ture'. Set it to one of: on, yes, true, 1, off, no, false, 0."),
        ({"HTTPS": "onn"}, "HTTPS is 'onn'."),
        ({"HTTPS": ""}, "HTTPS is ''."),
        ({"SECRET_KEY": "short"}, "Set SECRET_KEY to at least 50 random characters"),
        (
            {"SECRET_KEY": "django-insecure-" + "a1b2c3d4" * 8},
            "Set SECRET_KEY to at least 50 random characters",
        ),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts"),
        ({"ALLOWED_HOSTS": "networks.example.org, *"}, "ALLOWED_HOSTS must name the hosts"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name the hosts"),
        ({"CSRF_TRUSTED_ORIGINS": "http://a.example"}, "CSRF_TRUSTED_ORIGINS holds 'http://a.example'"),
        ({"CSRF_TRUSTED_ORIGINS": "https://*"}, "CSRF_TRUSTED_ORIGINS holds 'https://*'"),
        ({"CSRF_TRUSTED_ORIGINS": "a.example"}, "CSRF_TRUSTED_ORIGINS holds 'a.example'"),
        ({"TRUST_PROXY": "X-Forwarded-Proto"}, "TRUST_PROXY is 'X-Forwarded-Proto'."),
        ({"HSTS_SECONDS": "a year"}, "HSTS_SECONDS is 'a year'. Set it to a whole number, 0 or more."),
        ({"DATABASE_URL": "mysql://a:b@c/d"}, "Use postgres://… or sqlite:///…."),
        (
            {"DATABASE_URL": "postgres://a:b@c/d", "DATABASE_POOL_SIZE": "0"},
            "DATABASE_POOL_SIZE is '0'. Set it to a whole number, 1 or more.",
        ),
        ({"MAP_TILE_URL": "https://tile.example.org/"}, "a path with {z}, {x} and {y}."),
        ({"MAP_TILE_URL": "tile.example.org/{z}/{x}/{y}.png"}, "MAP_TILE_URL is 'tile.example.org/"),
        (
            {"MAP_TILE_URL": "https://a.example; script-src */{z}/{x}/{y}"},
            "Write https://, a host, and a path",
        ),
        ({"MAP_TILE_URL": "https://*/{z}/{x}/{y}"}, "MAP_TILE_URL is 'https://*/"),
        ({"MAP_TILE_URL": "https://{s}/{z}/{x}/{y}"}, "Only {s}. may stand before its host."),
        ({"MAP_TILE_URL": "https://{s}.{z}.example/{z}/{x}/{y}"}, "Only {s}. may stand before its host."),
        ({"MAP_TILE_URL": "http://a.example/{z}/{x}/{y}"}, "must be https:// as long as HTTPS is on."),
        ({"TIME_ZONE": "Brussels"}, "TIME_ZONE is 'Brussels'. Write a name such as Europe/Brussels."),
        ({"TIME_ZONE": ""}, "TIME_ZONE is ''."),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is 'LOUD'. Set it to one of: DEBUG, INFO"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml'. Set it to one of: json, console."),
    ],
    ids=str,
)
def test_nonsense_and_insecurity_stop_the_start_with_a_sentence(variables, sentence):
    result = run("-c", "from django.conf import settings; settings.DEBUG", **variables)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert sentence in result.stderr.splitlines()[-1]
    assert not variables.get("SECRET_KEY") or variables["SECRET_KEY"] not in result.stderr


def test_a_missing_secret_stops_the_start(tmp_path):
    """In a copy of the package, since a developer's own var/ may hold a key."""
    code = "import citynet.settings"
    for source in (ROOT / "citynet").rglob("*.py"):
        target = tmp_path / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text())
    result = run("-c", code, cwd=tmp_path, SECRET_KEY=None)
    assert "Set SECRET_KEY to at least 50 random characters" in result.stderr
    (tmp_path / "var" / "secret_key").write_text(GOOD["SECRET_KEY"] + "\n")
    assert run("-c", code, cwd=tmp_path, SECRET_KEY=None).returncode == 0


def test_production_has_no_deployment_warnings():
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (result.returncode, result.stdout) == (0, "System check identified no issues (0 silenced).\n")


def test_https_is_the_default_of_production():
    names = ("DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    names += ("SECURE_HSTS_SECONDS", "SECURE_HSTS_PRELOAD", "SECURE_PROXY_SSL_HEADER")
    assert read(*names) == {
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_PRELOAD": True,
        "SECURE_PROXY_SSL_HEADER": None,
    }


def test_the_environment_sets_what_depends_on_the_place():
    found = read(
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_PROXY_SSL_HEADER",
        "CSRF_TRUSTED_ORIGINS",
        "TIME_ZONE",
        TIME_ZONE="Europe/Brussels",
        HSTS_SECONDS="60",
        HSTS_SUBDOMAINS="Off",
        TRUST_PROXY="on",
        CSRF_TRUSTED_ORIGINS="https://a.example, https://*.b.example",
    )
    assert found == {
        "SECURE_HSTS_SECONDS": 60,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "CSRF_TRUSTED_ORIGINS": ["https://a.example", "https://*.b.example"],
        "TIME_ZONE": "Europe/Brussels",
    }


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "192.168.1.20", "citynet.localhost"])
def test_debug_is_for_this_machine_and_its_private_network(host):
    found = read("DEBUG", "SECURE_SSL_REDIRECT", "ALLOWED_HOSTS", DEBUG="on", ALLOWED_HOSTS=host)
    assert found == {"DEBUG": True, "SECURE_SSL_REDIRECT": False, "ALLOWED_HOSTS": [host]}


def test_sqlite_waits_for_its_turn_and_postgresql_has_a_pool():
    options = read("DATABASES")["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 30
    assert "journal_mode=WAL" in options["init_command"]
    url = "postgres://a:b@c/d?sslmode=require&conn_max_age=60"
    database = read("DATABASES", DATABASE_URL=url, DATABASE_POOL_SIZE="4")["DATABASES"]["default"]
    assert database["OPTIONS"] == {
        "sslmode": "require",
        "pool": {"min_size": 1, "max_size": 4, "timeout": 10},
    }
    assert database["CONN_MAX_AGE"] == 0


def test_static_files_can_be_collected_with_hashed_names(tmp_path):
    code = f"""
import django
from django.conf import settings
settings.STATIC_ROOT = {str(tmp_path)!r}
django.setup()
from django.core.management import call_command
call_command("collectstatic", interactive=False, verbosity=0)
from django.templatetags.static import static
print(static("css/bootstrap.min.css"), static("css/error.css"), static("admin/css/base.css"))
"""
    result = run("-c", code)
    assert result.returncode == 0, result.stderr
    for address, name in zip(result.stdout.split(), ("bootstrap.min", "error", "base"), strict=True):
        folder, _, file = address.removeprefix("/static/").rpartition("/")
        assert file.startswith(f"{name}.")
        assert file != f"{name}.css"
        assert (tmp_path / folder / file).is_file()
        assert (tmp_path / folder / f"{file}.gz").is_file()
    # The error pages link to the plain name, which must still be there when the manifest is not.
    assert (tmp_path / "css" / "error.css").is_file()


@pytest.mark.parametrize(
    ("url", "sources"),
    [
        ("", []),
        ("/tiles/{z}/{x}/{y}.png", []),
        ("https://tile.example.org/{z}/{x}/{y}.png?key=a", ["https://tile.example.org"]),
        ("https://{s}.tile.example.org:8443/{z}/{x}/{y}.png", ["https://*.tile.example.org:8443"]),
    ],
)
def test_images_may_come_from_the_tile_server_and_from_no_other(url, sources):
    settings = read("CONTENT_SECURITY_POLICY", "MAP_TILE_URL", MAP_TILE_URL=url)
    assert settings["MAP_TILE_URL"] == url
    directives = settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert directives["img-src"] == ["'self'", "data:", *sources]
    assert directives["connect-src"] == ["'self'"]
