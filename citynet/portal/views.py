"""The home page, "About the data", and how a partial date is read."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef
from django.http import JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from citynet.content.models import News
from citynet.core.caching import public_page
from citynet.core.collation import BY_NAME
from citynet.core.dates import PartialDate
from citynet.core.days import AskedDay
from citynet.core.languages import active_language, preferred_language
from citynet.core.lists import COUNT_CAP, CappedCount, capped_words
from citynet.core.models import published_q
from citynet.core.search import changed_lately
from citynet.core.search_index import searched_models
from citynet.core.structured import origin_of, site, thing
from events.models import Event
from networks.models import (
    Body,
    City,
    Document,
    Figure,
    Grant,
    Membership,
    Network,
    Participation,
    Person,
    Practice,
    Project,
    Role,
    Source,
    Twinning,
    Uptake,
)

from .search import LISTS

# Each list: its model, address, name, icon, and what it is for.
DOORS = (
    (
        Network,
        "networks:network_list",
        _("Networks"),
        "network",
        _("Associations, pacts and missions that cities join"),
    ),
    (City, "networks:city_list", _("Cities"), "city", _("What each belongs to, chairs and works on")),
    (
        Body,
        "networks:body_list",
        _("Groups"),
        "group",
        _("Forums, working groups, committees and who chairs them"),
    ),
    (Event, "events:event_list", _("Events"), "event", _("Conferences, assemblies and meetings")),
    (
        Project,
        "networks:project_list",
        _("Projects"),
        "project",
        _("What cities do together, with whose money"),
    ),
    (Practice, "networks:practice_list", _("Practices"), "practice", _("What works elsewhere")),
    (Document, "networks:document_list", _("Documents"), "document", _("Pacts, memoranda, reports, minutes")),
    (Person, "networks:person_list", _("People"), "person", _("Holders of public office, and their roles")),
)
FACTS = (Membership, Role, Figure, Twinning, Participation, Grant, Uptake, Event, Document)
EVENTS_SHOWN = 6
NETWORKS_SHOWN = 10
CHANGES_SHOWN = 6
OWN_WORDS = ("page", "news")  # kinds that tell of the site, or have a place of their own
NEWS_SHOWN = 4
SOURCES_SHOWN = 25


@require_safe
@public_page
def home(request):
    """Say what citynet is, and lead to the lists; numbers are counted no further than lists count.

    `?on=` asks about another day: the numbers are then those of the lists on that day, and the events those
    that came from then on.
    """
    asked = AskedDay.of(request)
    on = QueryDict(asked.query().removeprefix("?"))
    doors = [
        {
            "url_name": url_name,
            "label": label,
            "icon": icon,
            "words": words,
            "number": number_in(LISTS[model._meta.model_name], on, request),
        }
        for model, url_name, label, icon, words in DOORS
    ]
    events = Event.objects.published()
    first_day = asked.day.earliest if asked else None
    next_events = list(events.upcoming(first_day).order_by("start_earliest", *BY_NAME)[:EVENTS_SHOWN])
    return render(
        request,
        "portal/home.html",
        {
            "structured": [website(request)],
            "doors": doors,
            "news": News.objects.published()[:NEWS_SHOWN],
            "events": next_events or list(events.order_by("-start_earliest", *BY_NAME)[:EVENTS_SHOWN]),
            "are_next": bool(next_events),
            "asked": asked,
            "networks": largest_networks(asked.for_query)[:NETWORKS_SHOWN],
            "changes": [
                (entry, searched_models()[entry.kind]._meta.verbose_name)
                for entry in changed_lately(CHANGES_SHOWN, but=OWN_WORDS)
            ],
        },
    )


def number_in(view, asked, request):
    """Give the number of rows that a list has under a query, in words: the same as the list itself says."""
    filters = view.filterset_class(asked, view.model.objects.published(), request=request)
    return capped_words(filters.rows(filters.given).order_by()[: COUNT_CAP + 1].count())


def website(request):
    """Give the site as a schema.org thing, with the address under which it is searched."""
    origin = origin_of(request)
    return {
        **site(origin),
        "inLanguage": active_language(),
        "potentialAction": thing(
            "SearchAction",
            target=thing("EntryPoint", urlTemplate=f"{origin}{reverse('search')}?q={{search_term_string}}"),
            **{"query-input": "required name=search_term_string"},
        ),
    }


def largest_networks(day):
    """Give the networks of the day with their living numbers, those with most member cities first.

    Each has `cities` (members, counted as its own page counts them), `countries` and `groups`. Costs three
    correlated subqueries a network; networks are few.
    """
    members = Membership.objects.filter(published_q(), published_q("city__"), network=OuterRef("pk")).on(day)
    groups = Body.objects.filter(published_q(), network=OuterRef("pk")).on(day)
    return (
        Network.objects.published()
        .on(day)
        .annotate(
            cities=CappedCount(members.participations(), distinct="city"),
            countries=CappedCount(members, distinct="city__country"),
            groups=CappedCount(groups),
        )
        .order_by("-cities", *BY_NAME)
    )


@require_safe
@public_page
def about_data(request):
    """Credit every source with the number of facts that rest on it, and say how dates are read."""
    sources = Paginator(Source.objects.published().order_by(*BY_NAME), SOURCES_SHOWN).get_page(
        request.GET.get("page")
    )
    for source in sources:
        source.facts = []
    by_id = {source.pk: source for source in sources}
    for model in FACTS:
        rows = model.objects.published().filter(source__in=by_id).order_by()
        for pk, number in rows.values_list("source").annotate(Count("pk")):
            words = model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
            by_id[pk].facts.append((number, words))
    return render(request, "portal/about_data.html", {"sources": sources})


@require_safe
def partial_date(request):
    """Say how words are read as a date, for `static/js/partial-date.js`.

    Takes `?words=Sept 2009`; gives `{"date": EDTF, "meaning": words}`, both empty for no words, or
    `{"error": sentence}`. Always 200: words that are no date are an answer, not a fault. It answers in the
    language that Accept-Language names, which the script sets to the page's.
    """
    with override(preferred_language(request) or settings.LANGUAGE_CODE):
        try:
            date = PartialDate.parse(request.GET.get("words", ""))
        except ValueError as error:
            return JsonResponse({"error": str(error)})
        return JsonResponse({"date": date, "meaning": date.words()})
