"""How a visitor wants pages to look: a more readable font, larger text, plainer links, more contrast.

What is chosen stands in the cookie `display`, short and readable: `font-readable.text-150`. The server writes
it as attributes of `<html>` (`data-font="readable" data-text="150"`), for which `static/css/display.css` sets
the variables of `static/css/citynet.css` anew; it is linked on no page of anybody else. There is no script, so
that nothing flashes and nothing lies over the page. Frames on other sites take the same words as
`?display=…`, since no cookie reaches them.

Pages are cached for each choice (`caching.public_page`). The page with the form is `portal.preferences`.
"""

import re

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from .security import MAX_PATH, MAX_QUERY

COOKIE = "display"
COOKIE_AGE = 365 * 24 * 3600  # seconds
LONGEST = 200  # characters of a choice that is read at all
LOCAL = re.compile(r"/(?![/\\])[!-~]*")  # a path as a browser sends it, with its query

# Each preference: its values beside the first, which is the page as it was designed and is never written.
PREFERENCES = {
    "font": (
        _("Font"),
        [("", _("As designed")), ("readable", _("More readable"))],
    ),
    "text": (
        _("Text size"),
        [("", "100 %"), ("125", "125 %"), ("150", "150 %"), ("200", "200 %")],
    ),
    "links": (
        _("Links"),
        [("", _("As designed")), ("marked", _("Highlighted"))],
    ),
    "contrast": (
        _("Text contrast"),
        [("", _("As designed")), ("strong", _("Stronger"))],
    ),
    "background": (
        _("Background"),
        [
            ("", _("As on your device")),
            ("light", _("Light")),
            ("dark", _("Dark")),
            ("cream", _("Cream")),
            ("white", _("Black on white")),
            ("black", _("Yellow on black")),
        ],
    ),
}
KNOWN = {
    f"{name}-{value}": (name, value)
    for name, (_label, choices) in PREFERENCES.items()
    for value, _words in choices
    if value
}


def read(text):
    """Give {preference: value} of `font-readable.text-150`; what is not known in it is left out."""
    if len(text) > LONGEST:
        return {}
    chosen = dict(KNOWN[part] for part in text.split(".") if part in KNOWN)
    return {name: chosen[name] for name in PREFERENCES if name in chosen}


def write(chosen):
    """Give {preference: value} as text, always in the same order; an empty text for none."""
    return ".".join(f"{name}-{chosen[name]}" for name in PREFERENCES if chosen.get(name))


def display_of(request):
    """Give {preference: value} that the visitor has chosen, read once for each request."""
    if not hasattr(request, "display"):
        request.display = read(request.COOKIES.get(COOKIE, ""))
    return request.display


def attributes_of(chosen):
    """Give the attributes of `<html>` for {preference: value}, each with a space before it."""
    return format_html_join("", ' data-{}="{}"', chosen.items())


def is_local(address):
    """Whether it is the path of a page of this site, with its query, to which a visitor may be led."""
    return (
        len(address) <= MAX_PATH + MAX_QUERY
        and LOCAL.fullmatch(address) is not None
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )


def page_before(data):
    """Give the page that the visitor came from, as the address or the form names it; else the home page."""
    address = data.get("next", "")
    return address if is_local(address) else reverse("home")


def remember(response, chosen):
    """Set the cookie to {preference: value}, for a year; take it back if nothing is chosen."""
    if text := write(chosen):
        response.set_cookie(
            COOKIE, text, max_age=COOKIE_AGE, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
