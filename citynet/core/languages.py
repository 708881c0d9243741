"""The language of a page is part of its address; the browser is asked for one on the first visit only.

English has no prefix, every other language of settings.LANGUAGES does: `/cities/bologna/`,
`/it/cities/bologna/`. What is the same in all languages (NEVER_PREFIXED) has one address.

An address is always served in the language that it names, with two exceptions, for pages without a prefix:

* Who comes for the first time, and by the browser's settings would rather read another of our languages
  (Accept-Language, RFC 9110 §12.5.4), is led to that one once. The cookie `language` remembers it.
* Who asks for the bare home page, and not from a page of ours, is led to the language that is remembered.

The cookie follows whoever goes from one of our pages to one in another language: the switcher consists of
plain links. Pages stay in the caches as they are, since all of this happens outside of them; an answer that
is one visitor's own, a redirect or a cookie, is never kept by a cache that others share (RFC 9111 §5.2.2.7).
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import FileResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation.trans_real import parse_accept_lang_header

# Beginnings of addresses; a test compares them with the site's.
NEVER_PREFIXED = (
    *("/embed/", "/files/", "/id/", "/partial-date/", "/static/", "/.well-known/"),
    *("/sitemap", "/robots.txt", "/security.txt", "/healthz", "/readyz"),
)


def prefix_of(language):
    """Give what the addresses of a language begin with: nothing for English, `/it` for Italian."""
    return "" if language == settings.LANGUAGE_CODE else f"/{language}"


def split_path(path):
    """Give a path's language and what the path is without its prefix: `/it/cities/` is ("it", "/cities/")."""
    first, slash, rest = path.removeprefix("/").partition("/")
    if slash and first != settings.LANGUAGE_CODE and first in dict(settings.LANGUAGES):
        return first, f"/{rest}"
    return settings.LANGUAGE_CODE, path


def path_in_language(path, language):
    """Give the address of the same page in a language; what has one address for all of them stays as it is."""
    bare = split_path(path)[1]
    return bare if bare.startswith(NEVER_PREFIXED) else prefix_of(language) + bare


def versions_of(path):
    """Give [(language, path)] of a page in every language of the site."""
    return [(language, path_in_language(path, language)) for language, _name in settings.LANGUAGES]


def preferred_language(request):
    """Give the language of ours that the browser would rather have, or None if it names none of them.

    `de-AT` is satisfied by `de` (RFC 4647 §3.4, lookup), and `*` by English.
    """
    ours = dict(settings.LANGUAGES)
    for tag, quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if quality > 0:
            while tag and tag not in ours and tag != "*":
                tag = tag.rpartition("-")[0]
            if tag:
                return settings.LANGUAGE_CODE if tag == "*" else tag
    return None


def remembered_language(request):
    """Give the language that the visitor's cookie names, or None."""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return language if language in dict(settings.LANGUAGES) else None


def comes_from_here(request):
    """Tell whether the visitor comes from a page of this site (Fetch Metadata §2.3; else the Referer)."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    referer = referer_of(request)
    return bool(referer) and referer.netloc == request.get_host()


def referer_of(request):
    """Give the parts of the Referer's address, or None without one that can be read."""
    try:
        return urlsplit(request.headers["Referer"])
    except (KeyError, ValueError):
        return None


def is_visit(request):
    """Tell whether somebody opens a page, in a window of their own: no file, no part of a page, no form."""
    return (
        request.method in ("GET", "HEAD")
        and request.headers.get("Sec-Fetch-Dest", "document") == "document"
        and "HX-Request" not in request.headers
        and request.path_info.endswith("/")
        and not request.path_info.startswith(NEVER_PREFIXED)
    )


def language_to_lead_to(request, language):
    """Give the language that a visit is led to instead of that of its address, or None."""
    if language != settings.LANGUAGE_CODE or comes_from_here(request):
        return None
    remembered = remembered_language(request)
    if remembered:
        is_home = request.path_info == "/" and not request.META.get("QUERY_STRING")
        wanted = remembered if is_home else language
    else:
        wanted = preferred_language(request) or language
    if wanted == language:
        return None
    try:
        resolve(request.path_info)
    except Resolver404:
        return None
    return wanted


class LanguageMiddleware:
    """Serve every address in the language that it names, and ask for another where the module says so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = split_path(request.path_info)[0]
        request.LANGUAGE_CODE = language
        with override(language):
            is_one = is_visit(request)
            if is_one and (wanted := language_to_lead_to(request, language)):
                return lead(request, wanted)
            response = self.get_response(request)
        if response.streaming and not isinstance(response, FileResponse) and not response.is_async:
            response.streaming_content = streamed_in(language, response.streaming_content)
        if not request.path_info.startswith(NEVER_PREFIXED):
            response.headers.setdefault("Content-Language", language)
        if is_one and comes_from_here(request):
            follow(request, response, language)
        return response


def streamed_in(language, chunks):
    """Give the chunks of an answer that is written while it is sent, after the request has ended."""
    chunks = iter(chunks)
    while True:
        with override(language):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk


def lead(request, language):
    """Lead a visit to the same page in another language, and remember that; for this visitor alone."""
    query = request.META.get("QUERY_STRING", "")
    address = path_in_language(request.path, language)
    response = HttpResponseRedirect(f"{address}?{query}" if query else address)
    remember(response, language)
    response.headers["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Accept-Language", "Cookie", "Sec-Fetch-Site", "Referer"])
    return response


def follow(request, response, language):
    """Remember the language of a page to which the visitor went from one of ours in another language."""
    before = remembered_language(request)
    if language == before or response.status_code not in (200, 304):
        return
    referer = referer_of(request)
    if referer and split_path(referer.path)[0] == language:
        return
    if not referer and before is None and language == settings.LANGUAGE_CODE:
        return
    remember(response, language)
    if "no-store" not in response.get("Cache-Control", ""):
        response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])


def remember(response, language):
    """Set the cookie `language`, for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


def language_for(request):
    """Give the language for what has one address in all of them, such as a permanent identifier."""
    return remembered_language(request) or preferred_language(request) or settings.LANGUAGE_CODE


def active_language():
    """Give the language that is active, English where translation is switched off."""
    return get_language() or settings.LANGUAGE_CODE
