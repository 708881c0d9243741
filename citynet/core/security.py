"""What no page should have to think of: requests that cannot be meant well, and headers on every answer.

Refused with a page in plain words (templates/400.html), for every address of the site, the admin included:

* a NUL byte in path, query string, cookie or form field, raw or percent-encoded, once or twice: PostgreSQL
  cannot store it and answers with an error (TRAPS 13);
* percent-encoding that is not UTF-8 (RFC 3986 §2.5, RFC 3629 §3), which lone surrogates are not either;
* addresses too long or with too many parameters, and bodies too large.

Everything else (a bad date, an unknown city) is for the form or the view to explain. What gets as far as
the database and does not fit there (10^23 as a key) is refused too, and logged.
"""

import logging
from functools import wraps
from urllib.parse import unquote_to_bytes

from csp.decorators import csp_replace
from django.conf import settings
from django.db import DataError
from django.http import HttpResponse
from django.template import loader
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_exempt
from whitenoise.middleware import WhiteNoiseMiddleware

from .structured import origin_of

MAX_PATH = 2_000  # characters
MAX_QUERY = 8_000  # characters: gunicorn itself takes no request line above 8,190
MAX_PARAMETERS = 200
MAX_OPEN_BODY = 20_000  # bytes, of a form that anybody may send without a token
MAX_BODY = 64 * 1024 * 1024  # bytes: two of the largest documents, and the fields around them

logger = logging.getLogger(__name__)

NUL = _("It contains a character that no name has (a NUL byte).")
NOT_UTF8 = _("It contains characters that are not valid UTF-8.")
TOO_LONG = _("The address is too long. Choose fewer filters, or a shorter search text.")
TOO_MANY = _("The address has too many parameters. Choose fewer filters.")
OUT_OF_RANGE = _("It asks for a number or a date outside of what can be stored.")
TOO_LARGE = _("What was sent is too large. Send fewer or smaller files at a time.")


def refuse(reason, status=400):
    """Answer with the 400 page and `reason`, one sentence, without a database or context processors."""
    return HttpResponse(loader.get_template("400.html").render({"reason": reason}), status=status)


def fault_of_path(path):
    """Say what is wrong with a decoded path, or give None.

    Django leaves bytes that are not UTF-8 percent-encoded in the path, so the check decodes once more;
    it finds what was encoded twice by the way. No path of ours contains a `%`.
    """
    if len(path) > MAX_PATH:
        return TOO_LONG
    return fault_of_bytes(unquote_to_bytes(path.encode("utf-8", "surrogatepass")))


def fault_of_query(query):
    """Say what is wrong with a query string as it was sent, or give None."""
    if len(query) > MAX_QUERY:
        return TOO_LONG
    if query.count("&") >= MAX_PARAMETERS:
        return TOO_MANY
    return fault_of_bytes(unquote_to_bytes(query.encode("latin-1", "replace")))


def fault_of_bytes(data):
    if b"\x00" in data or b"%00" in data:
        return NUL
    try:
        data.decode()
    except UnicodeDecodeError:
        return NOT_UTF8


def fault_of_nul(text):
    return NUL if "\x00" in text else None


def fault_of_form(post):
    """Say what is wrong with the names and texts of a parsed form (a QueryDict), or give None."""
    texts = (text for name, values in post.lists() for text in (name, *values))
    return NUL if any("\x00" in text for text in texts) else None


def body_length(request):
    """Give the announced number of bytes; 0, which is all that Django then reads, if it is no number."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def is_from_here(request):
    """Whether the browser says that a form stands on a page of this site: for pages that hold no token.

    Old browsers, and all on plain HTTP, send no Sec-Fetch-Site (Fetch Metadata §2.3); every one sends Origin
    with a POST (Fetch §3.2). It is one of the two ways that OWASP's cheat sheet on cross-site request forgery
    gives.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin") == origin_of(request)


class RefuseBadInput:
    """Refuse addresses, cookies and sizes that no page can answer, before anything reads them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        fault = fault_of_path(request.path_info) or fault_of_query(request.META.get("QUERY_STRING", ""))
        # A quoted cookie can hold any byte as an octal escape (RFC 6265 §4.1.1 forbids it, parsers do not).
        if not fault and "\\" in request.META.get("HTTP_COOKIE", ""):
            fault = fault_of_nul("".join(request.COOKIES.values()))
        if fault:
            return refuse(fault)
        if body_length(request) > MAX_BODY:
            return refuse(TOO_LARGE, status=413)
        return self.get_response(request)

    def process_exception(self, request, exception):
        """Refuse an address whose value the database cannot hold: OverflowError is how SQLite says so.

        Only where nothing is written: a value that an editor saved and that fails is a fault of ours.
        """
        if request.method in ("GET", "HEAD") and isinstance(exception, DataError | OverflowError):
            logger.warning("refused_by_database", exc_info=exception)
            return refuse(OUT_OF_RANGE)


class RefuseBadForm:
    """Refuse NUL bytes in the fields of a posted form.

    Stands after CsrfViewMiddleware, which refuses strangers before a byte of their uploads is read and
    parses the form for everyone else, so that looking at it costs no more. Where it refuses nobody, forms are
    small. Other bodies are left alone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method == "POST":
            if getattr(view, "csrf_exempt", False) and body_length(request) > MAX_OPEN_BODY:
                return refuse(TOO_LARGE, status=413)
            if fault := fault_of_form(request.POST):
                return refuse(fault)


class CrossOriginResourcePolicy:
    """Let no other site load our pages and files as if they were its own (Fetch §3.7).

    A view that is meant for other sites sets the header itself.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(response, "is_subresource", False):
            for name in ("Cross-Origin-Opener-Policy", "Referrer-Policy"):
                del response.headers[name]
        return response


# What is meant for other sites -------------------------------------------------

OPEN_STYLESHEET = "css/embed.css"  # the one static file that pages of other sites may use


def frameable(view):
    """Let pages of any site show the view's in a frame (CSP 3 §6.4.2, RFC 7034); it stands outermost."""
    return xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(view))


def open_to_others(view):
    """Let scripts and styles of any site read what the view answers, without cookies (Fetch §3.3, §3.7)."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return answer


class StaticFiles(WhiteNoiseMiddleware):
    """Serve static files; only a picture among them is a document, which heeds the policies for documents.

    Without these on styles, scripts and data, a page with a map weighs 5 kB less.
    """

    @staticmethod
    def serve(static_file, request):
        response = WhiteNoiseMiddleware.serve(static_file, request)
        response.is_subresource = not request.path_info.endswith(".svg")
        response._csp_exempt = response.is_subresource
        return response


def add_static_headers(headers, path, url):
    """Let other sites use OPEN_STYLESHEET, under the name that stays (WHITENOISE_ADD_HEADERS_FUNCTION)."""
    if url == f"{settings.STATIC_URL}{OPEN_STYLESHEET}":
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
