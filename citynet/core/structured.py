"""Structured data: what a page is about, in the words of schema.org, as JSON-LD 1.1 (W3C) for machines.

A page gives a list of things in its context as `structured`; `{% json_ld structured %}` in the base page
writes them. What a thing says is what the page shows: published, already read, no SQL of its own.
"""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .languages import active_language

CONTEXT = "https://schema.org"
# No text can close the script or open a comment in it (HTML §4.12.1.3), nor end a line of JavaScript.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}
ISO_8601 = ("day", "month", "year")  # what of a partial date ISO 8601-1 has words for


def thing(kind, **properties):
    """Give a thing of that schema.org type with those of its properties that have a value."""
    return {
        "@type": kind,
        **{name: value for name, value in properties.items() if value not in (None, "", [], {})},
    }


def write(things):
    """Give the script element that holds the things, safe whatever is in their texts; nothing for none.

    It is data, which no Content-Security-Policy stops (HTML §4.12.1, "data block").
    """
    if not things:
        return ""
    graph = {"@context": CONTEXT, "@graph": list(things)}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text.translate(ESCAPES)))


def origin_of(request):
    """Give the beginning of the site's absolute addresses, as the visitor reached it: `https://host`.

    The host is one of ALLOWED_HOSTS.
    """
    return f"{request.scheme}://{request.get_host()}"


def iso_date(date):
    """Give a partial date in ISO 8601, of reduced precision where it is: `1991`, `2009-09`; else None."""
    return str(date) if date and date.precision in ISO_8601 else None


def link(kind, record, origin, **properties):
    """Name another thing, with the address of its page here if it has one."""
    if hasattr(record, "get_absolute_url"):
        properties["url"] = f"{origin}{record.get_absolute_url()}"
    return thing(kind, name=record.name, **properties)


def public(record):
    """Give what a foreign key leads to if the public may see it, else None."""
    return record if record and record.is_published else None


def site(origin):
    return thing("WebSite", name="citynet", url=f"{origin}{reverse('home')}")


def breadcrumbs(origin, *steps):
    """Give the way from home to a page: (name, address) of each step below home."""
    steps = ((_("Home"), reverse("home")), *steps)
    return thing(
        "BreadcrumbList",
        itemListElement=[
            thing("ListItem", position=position, name=str(name), item=f"{origin}{address}")
            for position, (name, address) in enumerate(steps, start=1)
        ],
    )


def dataset(origin, title, address, downloads):
    """Give a list and its files as a Dataset; `downloads` as `FilteredListView.downloads` gives them."""
    return thing(
        "Dataset",
        name=f"{title} – citynet",
        description=_(
            "%(title)s as kept on citynet, with their dates and the sources that say so: all that is public, "
            "as far as the filters of the page find it."
        )
        % {"title": title},
        url=f"{origin}{address}",
        inLanguage=active_language(),
        isAccessibleForFree=True,
        includedInDataCatalog=thing("DataCatalog", name="citynet", url=f"{origin}{reverse('about_data')}"),
        distribution=[
            thing(
                "DataDownload",
                name=download["label"],
                encodingFormat=download["media_type"],
                contentUrl=f"{origin}{download['address']}",
            )
            for download in downloads
        ],
    )
