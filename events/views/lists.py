"""The list of events."""

from django.db.models import Prefetch
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from citynet.core.collation import BY_NAME
from citynet.core.export import export_response
from citynet.core.lists import FilteredListView
from networks.models import Network
from networks.views.lists import suggest

from ..exports import COLUMNS
from ..feeds import EventFeed
from ..filters import EventFilter
from ..ics import calendar_title
from ..models import Event
from .calendar import ways_in_time
from .maps import EventsOnMap


class EventList(EventsOnMap, FilteredListView):
    model = Event
    filterset_class = EventFilter
    columns = COLUMNS[Event]
    formats = ("csv", "json", "geojson", "ics", "atom")
    feed = EventFeed

    def download(self, filters, format):
        if format != "ics":
            return super().download(filters, format)
        options = {"title": calendar_title(filters), "absolute": self.request.build_absolute_uri}
        return export_response(self.request, filters.qs, (), "events", format, **options)

    def complete(self, rows, filters):
        networks = Network.objects.published().order_by(*BY_NAME)
        return rows.with_public_hosts().prefetch_related(
            Prefetch("networks", queryset=networks, to_attr="public_networks")
        )

    def more_ways(self, filters):
        return ways_in_time(filters, self.kept_day())


@require_safe
@cache_control(public=True, max_age=300)
def suggest_events(request):
    """Suggest public events, the latest first, with their dates; see `suggest`."""
    return suggest(
        request,
        Event.objects.published(),
        "-start_earliest",
        columns=("start",),
        label=lambda name, start: f"{name}, {start.words()}" if start else name,
    )
