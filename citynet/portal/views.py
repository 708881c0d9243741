"""The home page, "About the data", and how a partial date is read."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from citynet.core.caching import public_page
from citynet.core.collation import BY_NAME
from citynet.core.dates import PartialDate
from citynet.core.lists import COUNT_CAP, capped_words
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

DOORS = (
    (Network, "networks:network_list", _("Networks"), _("Associations, pacts and missions that cities join")),
    (City, "networks:city_list", _("Cities"), _("What each belongs to, chairs and works on")),
    (Body, "networks:body_list", _("Groups"), _("Forums, working groups, committees and who chairs them")),
    (Event, "events:event_list", _("Events"), _("Conferences, assemblies and meetings")),
    (Project, "networks:project_list", _("Projects"), _("What cities do together, with whose money")),
    (Practice, "networks:practice_list", _("Practices"), _("What works elsewhere")),
    (Document, "networks:document_list", _("Documents"), _("Pacts, memoranda, reports, minutes")),
    (Person, "networks:person_list", _("People"), _("Holders of public office, and their roles")),
)
FACTS = (Membership, Role, Figure, Twinning, Participation, Grant, Uptake, Event, Document)
EVENTS_SHOWN = 6
NETWORKS_SHOWN = 12
SOURCES_SHOWN = 25


@require_safe
@public_page
def home(request):
    """Say what citynet is, and lead to the lists; numbers are counted no further than lists count."""
    doors = [
        (url_name, label, words, capped_words(model.objects.published().order_by()[: COUNT_CAP + 1].count()))
        for model, url_name, label, words in DOORS
    ]
    events = Event.objects.published()
    next_events = list(events.upcoming().order_by("start_earliest", *BY_NAME)[:EVENTS_SHOWN])
    networks = Network.objects.published().current()
    return render(
        request,
        "portal/home.html",
        {
            "doors": doors,
            "events": next_events or list(events.order_by("-start_earliest", *BY_NAME)[:EVENTS_SHOWN]),
            "are_next": bool(next_events),
            "networks": networks.order_by(*BY_NAME)[:NETWORKS_SHOWN],
        },
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
    `{"error": sentence}`. Always 200: words that are no date are an answer, not a fault.
    """
    try:
        date = PartialDate.parse(request.GET.get("words", ""))
    except ValueError as error:
        return JsonResponse({"error": str(error)})
    return JsonResponse({"date": date, "meaning": date.words()})
