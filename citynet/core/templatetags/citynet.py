"""Template filters and tags of every page: partial dates, periods, and links that keep the asked day."""

from urllib.parse import urlencode, urlsplit

from babel import Locale, UnknownLocaleError
from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from ..dates import SINCE, UNTIL, PartialDate, day_of_month, day_words
from ..days import AskedDay
from ..languages import active_language, prefix_of, versions_of
from .translated import foreign_language

LONG = 3  # sections that make a page long enough to list them at its top

register = template.Library()


@register.filter
def partial_date(value):
    """Write a partial date in words: `September 2009`."""
    return PartialDate(value or "").words()


@register.filter(expects_localtime=True)
def day(value, format="DATE_FORMAT"):
    """Write a day, or that of a moment, in words: `1 June 1995`, `1er juin 1995`; nothing for none."""
    return day_words(value, format) if value else ""


@register.filter
def period(row):
    """Write a dated row's period in words: `since 1991`, `1993 – 1999`, `2014`, `until 2014`."""
    start, end = row.start.words(), row.end.words()
    if row.start.precision == "by":
        start = _("began %(by)s") % {"by": start}
        if not end:
            return start
    if not end:
        return row.start.after(SINCE) if start else _("start not known")
    if row.end.precision == "by":
        ended = _("ended %(by)s") % {"by": end}
        return f"{start} – {ended}" if start else ended
    if not start:
        return row.end.after(UNTIL)
    return start if row.start == row.end else f"{start} – {end}"


@register.filter
def event_dates(event):
    """Write an event's dates: `3 – 5 April 2019`, `2022`, `date not known`."""
    if not event.start:
        return _("date not known")
    start, end = event.start, event.end
    if not end or end == start:
        return start.words()
    if start.precision == end.precision == "day" and start[:7] == end[:7]:
        return _("%(first)s – %(last)s") % {"first": day_of_month(start.earliest.day), "last": end.words()}
    return f"{start.words()} – {end.words()}"


@register.filter(
    "language"
)  # i18n has a filter `language_name`, which fails on a language that it does not know
def language_name(code):
    """Name a language as a sentence of the reader's does, by the CLDR: `el` is Greek, `sr-Latn` Serbian (Latin).

    A region is left out. What has no name is given back as the code that it is.
    """
    try:
        known = Locale.parse(code, sep="-")
        return Locale(known.language, script=known.script).get_display_name(active_language())
    except (UnknownLocaleError, ValueError):  # it may have a name, if no locale
        return Locale.parse(active_language()).languages.get(code, code)


@register.filter
def hostname(url):
    """Give the part of a web address that people know a site by: `eurocities.eu`."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


@register.simple_tag
def icon(name):
    """Draw an icon of `static/img/icons.svg`, by its name or by the name of a model.

    The words beside it say what it means, so it says nothing itself.
    """
    name = {"body": "group", "page": "document"}.get(name, name)
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.filter
def public(record):
    """Give the record if the public may see it, else None: for what a page reaches by a foreign key."""
    return record if record and record.is_published else None


def asked_in(context):
    """Give the AskedDay of the page that is written, also in a partial that was not given it; None without one."""
    if (asked := context.get("asked")) is not None:
        return asked
    request = context.get("request") or getattr(context, "request", None)
    return request and AskedDay.of(request)


@register.simple_tag(takes_context=True)
def asked_day(context):
    """Give the AskedDay of this page: `{% asked_day as asked %}`."""
    return asked_in(context)


@register.simple_tag(takes_context=True)
def page_of(context, obj):
    """Give the address of an object's page, asked about the same day as this page."""
    asked = asked_in(context)
    return f"{obj.get_absolute_url()}{asked.query() if asked else ''}"


@register.simple_tag(takes_context=True)
def list_of(context, url_name, format=None, **query):
    """Give the address of a list or of another page without a slug, asked about the same day, with its query.

    With a `format` it is that of the same list as a file: `/cities.geojson?network=c40`.
    """
    asked = asked_in(context)
    if asked:
        query["on"] = asked.day
    address = reverse(url_name.replace("_list", "_download"), args=[format]) if format else reverse(url_name)
    return f"{address}?{urlencode(query)}" if query else address


@register.simple_tag(takes_context=True)
def approx(context, row):
    """Mark a row that only may hold on the asked day: "approx.", and why, for everybody to read."""
    asked = asked_in(context)
    if not asked or not (doubt := asked.doubt(row)):
        return ""
    return format_html('<span class="approx"><b>{}</b> {}</span>', _("approx.:"), doubt)


@register.simple_tag(takes_context=True)
def approx_all(context, rows):
    """Mark what rests on several rows when all of them only may hold on the asked day, as `approx` marks one."""
    asked = asked_in(context)
    if not asked or not rows or not all(asked.is_approximate(row) for row in rows):
        return ""
    return approx(context, rows[0])


@register.simple_tag(takes_context=True)
def section_link(context, url_name, label, picture=""):
    """Give a navigation item, asked about the same day; marked when the page is that list, or lies below it."""
    section = reverse(url_name)
    path = context["request"].path if "request" in context else ""
    current = ""
    if path.startswith(section):
        current = mark_safe(f' aria-current="{"page" if path == section else "true"}"')
    return format_html(
        '<li><a href="{}"{}>{}{}</a></li>',
        list_of(context, url_name),
        current,
        icon(picture) if picture else "",
        label,
    )


@register.inclusion_tag("includes/_languages.html", takes_context=True)
def language_menu(context):
    """List the languages of the site, each with this page's address in it; while there is only one, just name it."""
    request, now = context.get("request"), active_language()
    if len(settings.LANGUAGES) < 2 or request is None:  # a page of the server's own, about an error
        return {"languages": []}
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return {
        "languages": [
            {**get_language_info(code), "address": f"{path}{query}", "is_current": code == now}
            for code, path in versions_of(request.path)
        ]
    }


@register.simple_tag
def language_prefix():
    """Give what addresses of the page's language begin with, where none can be reversed: `` or `/it`."""
    return prefix_of(active_language())


@register.simple_tag
def languages_of(path):
    """Give [(language, path)] of a page in every language of the site, for `hreflang`."""
    return versions_of(path)


@register.simple_tag(takes_context=True)
def link_to(context, record):
    """Link to a record's page, asked about the same day; write its name if it is not public or has no page.

    A name that is in another language than the page is marked with it.
    """
    if not record:
        return ""
    if not hasattr(record, "get_absolute_url"):
        return str(record)
    language = foreign_language(record, "name")
    mark = format_html(' lang="{}"', language) if language else ""
    return format_html('<a href="{}"{}>{}</a>', page_of(context, record), mark, record)


@register.inclusion_tag("includes/_evidence.html", takes_context=True)
def evidence_of(context, row):
    """Say who says so: the number of the row's source in the page's list, last confirmation, quote, remark."""
    evidence = context["evidence"]
    evidence.note(row)
    return {"row": row, "number": evidence.number(row.source), "source": row.source}


@register.simple_block_tag(takes_context=True)
def section(context, content, name, title, short=""):
    """Write a section of a detail page under its heading; note it, in `short` words, for "On this page"."""
    context["evidence"].sections.append((name, short or title))
    return format_html(
        '<section aria-labelledby="{0}"><h2 id="{0}">{1}</h2>{2}</section>', name, title, content
    )


@register.simple_block_tag(takes_context=True)
def with_contents(context, content):
    """Put the list "On this page" before what is in the block, if that has `LONG` sections or more."""
    evidence = context["evidence"]
    if len(evidence.sections) < LONG:
        return content
    return render_to_string("includes/_contents.html", {"evidence": evidence}) + content
