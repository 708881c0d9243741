"""The search page, and what is suggested while somebody types."""

from dataclasses import dataclass
from types import SimpleNamespace

from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from citynet.content.views import NewsList
from citynet.core.caching import public_page
from citynet.core.days import AskedDay
from citynet.core.search import find, highlight
from citynet.core.search_index import address_of, name_in_language, names_of, searched_models
from citynet.core.templatetags.translated import foreign_language
from citynet.core.translated import every_language
from events.views.lists import EventList
from networks.views import lists

OF_A_KIND = 5
ON_A_PAGE = 25
SUGGESTIONS = 8
SUMMARY_LENGTH = 220  # characters


class AsTheyAre:
    """Records of which nothing is shown beside what they say themselves."""

    def complete(self, rows, filters):
        return rows


# A hit shows what its list shows of it, found in the same way.
LISTS = {
    "network": lists.NetworkList,
    "city": lists.CityList,
    "body": lists.BodyList,
    "event": EventList,
    "project": lists.ProjectList,
    "practice": lists.PracticeList,
    "document": lists.DocumentList,
    "person": lists.PersonList,
    "news": NewsList,
    "page": AsTheyAre,
}
EXAMPLES = ("milano food", "MUFPP", "Firenze", "environment forum", "conference 2019")


@dataclass
class Row:
    """A hit as the page shows it: its record, with what was found marked."""

    kind: str
    record: object
    title: SafeString
    title_language: str  # if it is not the page's
    also: SafeString | str
    summary: SafeString | str
    language: str  # of the summary, if it is not the page's


def complete(hits, words, day):
    """Give the Rows of hits as of a day, in their order, those still public: up to five statements a kind."""
    filters = SimpleNamespace(day=day, given={})
    rows = {}
    for kind in {hit.kind for hit in hits}:
        model = searched_models()[kind]
        pks = [hit.object_id for hit in hits if hit.kind == kind]
        records = LISTS[kind]().complete(model.objects.published().filter(pk__in=pks).order_by(), filters)
        names = names_of(model, pks)
        for record in records:
            title = highlight(str(record), words)
            own = [text for name in model.search_sources for text in every_language(record, name)]
            summary = Truncator(record.summary).chars(SUMMARY_LENGTH)
            rows[kind, record.pk] = Row(
                kind,
                record,
                title,
                foreign_language(record, "name"),
                also_called(title, own, names.get(record.pk, ()), words),
                highlight(summary, words),
                foreign_language(record, "summary"),
            )
    return [rows[hit.kind, hit.object_id] for hit in hits if (hit.kind, hit.object_id) in rows]


def also_called(title, own, names, words):
    """Give the marked name by which a record was found when its title does not say it: Firenze, MUFPP."""
    if "<mark>" in title and len(words) == title.count("<mark>"):
        return ""
    marked = [highlight(name, words) for name in (*own, *sorted(names, key=len))]
    best = max(marked, key=lambda name: name.count("<mark>"), default="")
    return best if best.count("<mark>") > title.count("<mark>") else ""


@require_safe
@public_page
def search(request):
    """Show what `?q=` finds, the best of each kind; with `?kind=`, that kind alone, in pages (`?page=`)."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in LISTS else ""
    found = find(request.GET.get("q", ""), kind)
    words = (found.corrected or found.query).words
    asked = AskedDay.of(request)
    context = {
        "asked": asked,
        "q": found.query.text,
        "corrected": found.corrected and found.corrected.text,
        "total": found.total,
        "kind": kind,
        "kinds": kind and searched_models()[kind]._meta.verbose_name_plural,
        "examples": EXAMPLES,
        "places": PLACES,
    }
    if kind:
        page, last = page_of(request.GET.get("page", ""), len(found.hits))
        hits = found.hits[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
        context |= {
            "groups": [group_of(kind, found.totals[kind], complete(hits, words, asked.for_query))]
            if hits
            else [],
            "page": page,
            "last": last,
            "is_cut_off": page == last and found.total > len(found.hits),
        }
    else:
        groups = found.groups(OF_A_KIND)
        hits = [hit for group in groups for hit in group.hits]
        rows = complete(hits, words, asked.for_query)
        context["groups"] = [
            group_of(group.kind, group.total, [row for row in rows if row.kind == group.kind])
            for group in groups
        ]
    return render(request, "portal/search.html", context)


def group_of(kind, total, rows):
    meta = searched_models()[kind]._meta
    names = {"name": meta.verbose_name, "names": meta.verbose_name_plural}
    return {"kind": kind, "total": total, "has_more": total > len(rows), "rows": rows, **names}


def page_of(text, number):
    """Give the number of the page that is asked for and of the last one; nonsense means the first."""
    last = max(1, -(-number // ON_A_PAGE))
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(page, 1), last), last


@require_safe
@cache_control(public=True, max_age=60)
def suggest(request):
    """Give the options of the search field's listbox for `?q=`, as HTML: the best hits of every kind.

    Fewer than two letters have none. One to three statements, since no record is read; in a language other
    than English one more, for the names in it.
    """
    found = find(request.GET.get("q", ""))
    words = (found.corrected or found.query).words
    asked = AskedDay.of(request)
    hits = name_in_language(found.hits[:SUGGESTIONS]) if len("".join(words)) > 1 else []
    options = [
        {
            "icon": hit.kind,
            "kind": searched_models()[hit.kind]._meta.verbose_name,
            "title": highlight(hit.title, words),
            "language": hit.language,
            "address": address_of(hit.kind, hit.slug) + asked.query(),
        }
        for hit in hits
    ]
    context = {
        "q": found.query.text,
        "options": options,
        "total": found.total,
        "corrected": found.corrected and found.corrected.text,
    }
    return render(request, "portal/_suggestions.html", context)


PLACES = (
    ("networks:network_list", _("All networks")),
    ("networks:city_list", _("All cities")),
    ("networks:body_list", _("All groups")),
    ("events:event_list", _("All events")),
)
