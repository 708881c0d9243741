"""What search engines ask for first: `sitemap.xml` (sitemaps.org 0.9) and `robots.txt` (RFC 9309).

The sitemap is an index of files, one for each block of SIZE keys of a kind: `sitemap-cities-3.xml` holds the
cities with the keys 20,000 to 29,999. A block is found by its keys, never by counting to it (TRAPS 5), so
that each file reads at most SIZE short rows and the index reads one row a block, at a million rows as well.
The index names no dates, for which it would have to read everything; each address has its own.
"""

from django.conf import settings
from django.db.models import Min
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citynet.content.models import News, Page
from citynet.core.caching import changed_at, public_page
from citynet.core.languages import versions_of
from citynet.core.structured import origin_of
from events.models import Event
from networks.models import Body, City, Document, Network, Person, Practice, Project, Source

# Keys in a file: each has an address in every language, and the protocol allows 50,000 addresses.
SIZE = 50_000 // len(settings.LANGUAGES)
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
KINDS = {
    "networks": (Network, "networks:network_detail"),
    "cities": (City, "networks:city_detail"),
    "groups": (Body, "networks:body_detail"),
    "projects": (Project, "networks:project_detail"),
    "practices": (Practice, "networks:practice_detail"),
    "documents": (Document, "networks:document_detail"),
    "people": (Person, "networks:person_detail"),
    "sources": (Source, "networks:source_detail"),
    "events": (Event, "events:event_detail"),
    "news": (News, "content:news_detail"),
    "site": (Page, "content:page"),
}
PAGES = (
    "home",
    "networks:network_list",
    "networks:city_list",
    "networks:body_list",
    "networks:project_list",
    "networks:practice_list",
    "networks:document_list",
    "networks:person_list",
    "networks:source_list",
    "networks:numbers",
    "networks:contradictions",
    "events:event_list",
    "events:event_calendar",
    "events:event_agenda",
    "content:news_list",
    "changes",
    "networks:membership_list",
    "networks:role_list",
    "networks:compare_cities",
    "networks:compare_networks",
    "networks:partners",
    "networks:overlap",
    "about_data",
)
# Nobody finds anything there: the same rows in another order, shape, part or combination. Every record is in
# the sitemap, and every list without filters or with one of them stays open.
CLOSED_PAGES = (
    *("/admin/", "/rate/", "/search/"),
    *(f"/{page}/?" for page in ("changes", "display", "compare/*", "overlap", "partners")),
)
CLOSED = (
    *(path for page in CLOSED_PAGES for _language, path in versions_of(page)),
    "/partial-date/",
    "/*/suggest/",
    "/*?*&",
    *("/*/passport/?", "/*/timeline/?"),
    "/embed/*?",
    *(f"/*?{name}=" for name in ("after", "bbox", "before", "exact", "on", "page", "rows", "sort", "view")),
)


def blocks(rows):
    """Give the numbers of the blocks of SIZE keys that hold any of the rows; one seek by key for each."""
    first = 0
    while (found := rows.filter(pk__gte=first).aggregate(found=Min("pk"))["found"]) is not None:
        yield found // SIZE + 1
        first = (found // SIZE + 1) * SIZE


def respond(root, lines):
    body = "".join((DECLARATION, f'<{root} xmlns="{XMLNS}">\n', *lines, f"</{root}>\n"))
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


@require_safe
@public_page
def sitemap(request):
    """List the files of the sitemap."""
    origin = origin_of(request)
    addresses = [reverse("sitemap_pages")]
    for name, (model, _url_name) in KINDS.items():
        addresses += [
            reverse("sitemap_block", args=[name, number]) for number in blocks(model.objects.published())
        ]
    lines = (f"<sitemap><loc>{escape(origin + address)}</loc></sitemap>\n" for address in addresses)
    return respond("sitemapindex", lines)


@require_safe
@public_page
def sitemap_pages(request):
    """List the home page, the lists and what else is no record, with the last change of the data, as they say."""
    origin, moment = origin_of(request), changed_at(request)
    last = f"<lastmod>{moment:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if moment else ""
    lines = (
        f"<url><loc>{escape(origin + path)}</loc>{last}</url>\n"
        for name in PAGES
        for _language, path in versions_of(reverse(name))
    )
    return respond("urlset", lines)


@require_safe
@public_page
def sitemap_block(request, kind, number):
    """List the published records of one block with the moment of their last change; 404 for an empty one.

    That is the record's own, or its publication if that came later. Its page may tell of a later change of a
    fact on it, which cannot be looked up for thousands of records at once.

    Each page names its other languages itself, so that here each is an address among others.
    """
    if kind not in KINDS or not 1 <= number <= 10**12:
        raise Http404(_("There is no such part of the sitemap."))
    model, url_name = KINDS[kind]
    rows = model.objects.published().filter(pk__gte=(number - 1) * SIZE, pk__lt=number * SIZE)
    rows = list(rows.order_by("pk").values_list(model.address_field, "updated_at", "publish_at"))
    if not rows:
        raise Http404(_("There is no such part of the sitemap."))
    # A slug needs no escaping in an address or in XML, and ten thousand calls of reverse() are not free.
    origin, address = origin_of(request), reverse(url_name, args=["-slug-"])
    around = [f"{origin}{path}".split("-slug-") for _language, path in versions_of(address)]
    lines = (
        f"<url><loc>{before}{slug}{after}</loc>"
        f"<lastmod>{max(updated_at, publish_at or updated_at):%Y-%m-%dT%H:%M:%SZ}</lastmod></url>\n"
        for slug, updated_at, publish_at in rows
        for before, after in around
    )
    return respond("urlset", lines)


@require_safe
def robots(request):
    """Tell crawlers what to leave alone, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        "",
        f"Sitemap: {origin_of(request)}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
