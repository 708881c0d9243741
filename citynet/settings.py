"""All settings, read from the environment (or a `.env` file beside manage.py), failing loudly on nonsense.

| variable             | meaning                                                             | default             |
|----------------------|---------------------------------------------------------------------|---------------------|
| DEBUG                | development mode, on this machine or its private network only       | off                 |
| SECRET_KEY           | signs sessions; at least 50 characters                              | `var/secret_key`    |
| ALLOWED_HOSTS        | host names, comma separated; `*` is refused                         | 127.0.0.1,localhost |
| HTTPS                | served over TLS: secure cookies, redirect, HSTS                     | on unless DEBUG     |
| HSTS_SECONDS         | how long browsers insist on HTTPS; start small, it cannot be undone | a year              |
| HSTS_SUBDOMAINS      | … for the host's subdomains too, and offered for preload lists      | on                  |
| TRUST_PROXY          | believe X-Forwarded-Proto and the last address of X-Forwarded-For:  | off                 |
|                      | only behind a proxy that always sets the one and adds to the other  |                     |
| CSRF_TRUSTED_ORIGINS | other origins that may post forms, `https://…`, comma separated     | none                |
| DATABASE_URL         | `postgres://user:pass@host/name`                                    | SQLite in `var/`    |
| DATABASE_POOL_SIZE   | PostgreSQL connections of one process: as many as its threads       | 10                  |
| CACHE_URL            | `redis://…`                                                         | in memory           |
| MAP_TILE_URL         | tiles below the maps, `https://tile.example.org/{z}/{x}/{y}.png`    | none: our outlines  |
| MAP_TILE_ATTRIBUTION | whom their licence wants to be named, as plain text                 | none                |
| SECURITY_CONTACT     | whom to tell of a weakness, in security.txt: `mailto:…`, `https://…`,| none: no such file  |
|                      | `tel:…`, the best first, comma separated                            |                     |
| MEDIA_ROOT           | where uploads are kept                                              | `var/media`         |
| TIME_ZONE            | of today and of what staff write, such as Europe/Brussels           | UTC                 |
| LOG_LEVEL            | least severe message logged: DEBUG, INFO, WARNING, ERROR, CRITICAL  | INFO                |
| LOG_FORMAT           | `json` for machines, `console` for people                           | json unless DEBUG   |

Switches take on, yes, true, 1, off, no, false, 0.
"""

import ipaddress
import logging
import re
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from citynet.core.countries import NAMES
from citynet.core.logs import configure_logs
from citynet.core.security import add_static_headers

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def read_switch(name, default):
    """Give a switch; a misspelt one must not quietly mean off."""
    return read_choice(
        name,
        {word: word in ("on", "yes", "true", "1") for word in "on yes true 1 off no false 0".split()},
        "on" if default else "off",
    )


def read_choice(name, choices, default):
    """Give what `choices` makes of a variable's word, in whatever case. Raises for any other word."""
    word = env.str(name, default=default).strip()
    for choice, value in choices.items():
        if word.lower() == choice.lower():
            return value
    raise ImproperlyConfigured(f"{name} is {word!r}. Set it to one of: {', '.join(choices)}.")


def read_number(name, default, least):
    word = env.str(name, default=str(default)).strip()
    if not word.isdecimal() or int(word) < least:
        raise ImproperlyConfigured(f"{name} is {word!r}. Set it to a whole number, {least} or more.")
    return int(word)


# The site -----------------------------------------------------------------

DEBUG = read_switch("DEBUG", default=False)
HTTPS = read_switch("HTTPS", default=not DEBUG)
if DEBUG and HTTPS:
    raise ImproperlyConfigured("DEBUG shows secrets to visitors: set DEBUG=off, or HTTPS=off to develop.")


def read_allowed_hosts():
    """Give the hosts that the site answers to; refuse wildcards, and public names while DEBUG is on."""
    hosts = [host.strip() for host in env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])]
    if not hosts or any("*" in host or host in ("", ".") for host in hosts):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name the hosts, such as networks.example.org, not `*`."
        )
    if public := [host for host in hosts if DEBUG and not is_private_host(host)]:
        raise ImproperlyConfigured(
            f"DEBUG shows secrets to visitors, and ALLOWED_HOSTS names {', '.join(public)}: set DEBUG=off."
        )
    return hosts


def is_private_host(host):
    if host in ("localhost", "testserver") or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        return False


def read_trusted_origins():
    """Give the origins that may post forms here. Raises for `*`, and for HTTP where the site has HTTPS."""
    origins = [origin.strip() for origin in env.list("CSRF_TRUSTED_ORIGINS", default=[])]
    schemes = ("https://",) if HTTPS else ("https://", "http://")
    for origin in origins:
        scheme, separator, host = origin.partition("://")
        if scheme + separator not in schemes or host.strip("*.") == "" or "/" in host:
            raise ImproperlyConfigured(
                f"CSRF_TRUSTED_ORIGINS holds {origin!r}. Write {' or '.join(schemes)} and a host, no path."
            )
    return origins


def read_secret_key():
    """Give the secret key from SECRET_KEY or var/secret_key; refuse to start without one."""
    key = env.str("SECRET_KEY", default="")
    key_file = VAR_DIR / "secret_key"
    if not key and key_file.exists():
        key = key_file.read_text().strip()
    if len(key) < 50 or key.startswith("django-insecure"):
        raise ImproperlyConfigured(
            "Set SECRET_KEY to at least 50 random characters, or let `make run` write var/secret_key."
        )
    return key


ALLOWED_HOSTS = read_allowed_hosts()
CSRF_TRUSTED_ORIGINS = read_trusted_origins()
SECRET_KEY = read_secret_key()

INSTALLED_APPS = [
    "citynet.core",
    "networks",
    "events",
    "citynet.content",
    "citynet.portal",
    "citynet.portal.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # for its widgets' templates, which FORM_RENDERER finds beside ours
    "modeltranslation",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_countries",
    "django_include_bootstrap",
    "django_htmx",  # for its static files
    "django_prose_editor",  # likewise
    "simple_history",
    "django_structlog",
    "csp",
]

MIDDLEWARE = [
    # Headers first, so that every answer has them, refusals and static files included.
    "csp.middleware.CSPMiddleware",
    "citynet.core.security.CrossOriginResourcePolicy",
    "django.middleware.security.SecurityMiddleware",
    "citynet.core.security.StaticFiles",
    # After static files: it speaks to documents only, and would weigh 5 kB on a page with a map.
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "citynet.core.logs.RequestLogMiddleware",
    "citynet.core.languages.LanguageMiddleware",
    "citynet.core.security.RefuseBadInput",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "citynet.core.security.RefuseBadForm",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "citynet.urls"
WSGI_APPLICATION = "citynet.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Data ---------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'citynet.sqlite3'}")}
match DATABASES["default"]["ENGINE"]:
    case "django.db.backends.sqlite3":
        DATABASES["default"]["CONN_MAX_AGE"] = None  # opening it costs more than a cached page (TRAPS 8)
        # Without IMMEDIATE, two writers fail instead of waiting for each other (TRAPS 17).
        DATABASES["default"].setdefault("OPTIONS", {}).update(
            transaction_mode="IMMEDIATE",
            timeout=30,
            init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
        )
    case "django.db.backends.postgresql":
        # The pool keeps connections open by itself, which CONN_MAX_AGE would do a second time (TRAPS 8).
        DATABASES["default"]["CONN_MAX_AGE"] = 0
        DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
        DATABASES["default"].setdefault("OPTIONS", {}).update(
            pool={"min_size": 1, "max_size": read_number("DATABASE_POOL_SIZE", 10, least=1), "timeout": 10}
        )
    case engine:
        raise ImproperlyConfigured(f"DATABASE_URL means {engine!r}. Use postgres://… or sqlite:///….")

# What is cached is keyed by data version (citynet.core.caching), so each process may keep a cache of its own.
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://citynet?max_entries=1000")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SIMPLE_HISTORY_REVERT_DISABLED = True

# Static files and uploads -------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    # Only the files of django-leaflet: as an app, its admin asks for GDAL.
    ("leaflet", Path(find_spec("leaflet").origin).parent / "static" / "leaflet"),
    # The more readable font, which only those who choose it load.
    ("fonts", Path(find_spec("fontpkg_atkinson_hyperlegible").origin).parent / "files"),
]
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = "/files/"  # citynet.core.uploads.serve_upload, never the web server: it sets the headers.
# A network's page in the admin posts a dozen fields for each of its members.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Language and time --------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [  # each by its own name; CONTRIBUTING.md tells how to add one
    ("en", "English"),
    ("it", "italiano"),
    ("fr", "français"),
    ("de", "Deutsch"),
    ("es", "español"),
]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "citynet" / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = LANGUAGE_CODE  # that of the original columns; see citynet.core.translated


def read_time_zone():
    """Give TIME_ZONE. Raises for what is no name of the IANA time zone database."""
    name = env.str("TIME_ZONE", default="UTC").strip()
    try:
        return str(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(f"TIME_ZONE is {name!r}. Write a name such as Europe/Brussels.") from None


def MODELTRANSLATION_BUILD_LOCALIZED_VERBOSE_NAME(words, language):
    """Name the field of a text in a language, as history and messages show it."""
    return f"{words} ({dict(LANGUAGES)[language]})"


TIME_ZONE = read_time_zone()
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["citynet.formats"]
COUNTRIES_OVERRIDE = NAMES

# Maps ---------------------------------------------------------------------


def read_tile_url():
    """Give MAP_TILE_URL and the source that browsers may load its images from; neither without tiles."""
    url = env.str("MAP_TILE_URL", default="").strip()
    found = re.fullmatch(r"(?:(https?)://([a-z0-9{}.:-]+))?/[^\s'\";,]*", url, re.IGNORECASE)
    if url and (not found or not all(part in url for part in ("{z}", "{x}", "{y}"))):
        raise ImproperlyConfigured(
            f"MAP_TILE_URL is {url!r}. Write https://, a host, and a path with {{z}}, {{x}} and {{y}}."
        )
    if not url or not found[1]:
        return url, []
    if found[1].lower() == "http" and HTTPS:
        raise ImproperlyConfigured("MAP_TILE_URL must be https:// as long as HTTPS is on.")
    host = found[2].replace("{s}", "*")
    if "{" in host or "*" in host.removeprefix("*."):
        raise ImproperlyConfigured(f"MAP_TILE_URL is {url!r}. Only {{s}}. may stand before its host.")
    return url, [f"{found[1].lower()}://{host}"]


MAP_TILE_URL, TILE_SOURCES = read_tile_url()
MAP_TILE_ATTRIBUTION = env.str("MAP_TILE_ATTRIBUTION", default="")

# Passwords ----------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

# Security -----------------------------------------------------------------


def read_security_contact():
    """Give the addresses of SECURITY_CONTACT. Raises for what RFC 9116 §2.5.3 does not allow as a contact."""
    contacts = [contact.strip() for contact in env.list("SECURITY_CONTACT", default=[])]
    for contact in contacts:
        if not re.fullmatch(r"mailto:[^\s@]+@[^\s@]+|https://\S+|tel:\+?[\d-]+", contact):
            raise ImproperlyConfigured(
                f"SECURITY_CONTACT holds {contact!r}. Write mailto:…, https://… or tel:…, comma separated."
            )
    return contacts


SECURITY_CONTACT = read_security_contact()
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # Probes inside the network speak plain HTTP.
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if read_switch("TRUST_PROXY", default=False) else None
)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = read_number("HSTS_SECONDS", 31_536_000, least=0) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and read_switch("HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap's own icons (the arrow of a menu, the tick of a box) are data: images in its CSS.
        "img-src": [SELF, "data:", *TILE_SOURCES],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": HTTPS,
    }
}
PERMISSIONS_POLICY = {
    feature: []
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "unload",  # which browsers give up; a script of Django's admin still listens
        "usb",
        "xr-spatial-tracking",
    )
}

# Logs ---------------------------------------------------------------------

LOG_LEVEL = read_choice(
    "LOG_LEVEL", {level: level for level in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")}, "INFO"
)
LOG_FORMAT = read_choice("LOG_FORMAT", {"json": "json", "console": "console"}, "console" if DEBUG else "json")
LOGGING = configure_logs(LOG_LEVEL, as_json=LOG_FORMAT == "json")
# Told once, when the request ends: its beginning repeats the line and adds the visitor's browser.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
