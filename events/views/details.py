"""The page of a single event."""

from itertools import groupby

from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy

from citynet.core.collation import BY_NAME
from citynet.core.details import PublicDetailView
from citynet.core.models import published_q
from networks.models import Body

from ..models import Event, EventLanguage, Speaker
from ..structured import describe_event

EDITIONS_SHOWN = 20
NEWS_SHOWN = 5


class EventDetail(PublicDetailView):
    """An event's page. Its `online_link` is for registered participants and never on it."""

    model = Event
    list_title = gettext_lazy("Events")
    describe = staticmethod(describe_event)
    related = ("series", "super_event", "source")
    depends_on_day = False

    def get_queryset(self):
        return super().get_queryset().prefetch_related(Prefetch("body", Body.objects.published()))

    def facts_on(self, asked):
        event = self.object
        languages = list(event.languages.all())
        editions = []
        if event.series_id and event.series.is_published:
            editions = event.series.events.published().exclude(pk=event.pk)
            editions = editions.order_by("-start_earliest", *BY_NAME)[:EDITIONS_SHOWN]
        return {
            "networks": event.networks.published().order_by(*BY_NAME),
            "hosts": event.hosts.filter(published_q("city__")).select_related("city"),
            "working_languages": [row for row in languages if row.use == EventLanguage.Use.WORKING],
            "interpretation": [row for row in languages if row.use == EventLanguage.Use.INTERPRETATION],
            "news": event.news.published()[:NEWS_SHOWN],
            "topics": event.topics.published().order_by(*BY_NAME),
            "editions": editions,
            "sub_events": event.sub_events.published().order_by("start_earliest", *BY_NAME),
            "tracks": self.sessions_by_track(),
            "documents": event.documents.published().order_by(*BY_NAME),
        }

    def sessions_by_track(self):
        """Give [(track or None, sessions)], those without a track first."""
        named = ~Q(name="") | published_q("person__")
        speakers = Speaker.objects.filter(named).select_related("person", "city", "organisation")
        sessions = (
            self.object.sessions.published()
            .order_by(F("starts_at").asc(nulls_last=True), "position", "id")
            .select_related("track")
            .prefetch_related(Prefetch("speakers", speakers))
        )
        sessions = sorted(
            sessions, key=lambda row: (row.track.position, row.track.name) if row.track else (-1, "")
        )
        return [(track, list(same)) for track, same in groupby(sessions, key=lambda row: row.track)]
