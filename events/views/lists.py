"""The list of events."""

from django.db.models import Prefetch

from citynet.core.collation import BY_NAME
from citynet.core.export import export_response
from citynet.core.lists import FilteredListView
from citynet.core.models import published_q
from networks.models import Network

from ..exports import COLUMNS
from ..filters import EventFilter
from ..ics import calendar_title
from ..models import Event, EventHost
from .maps import EventsOnMap


class EventList(EventsOnMap, FilteredListView):
    model = Event
    filterset_class = EventFilter
    columns = COLUMNS[Event]
    formats = ("csv", "json", "geojson", "ics")

    def download(self, filters, format):
        if format != "ics":
            return super().download(filters, format)
        options = {"title": calendar_title(filters), "absolute": self.request.build_absolute_uri}
        return export_response(self.request, filters.qs, (), "events", format, **options)

    def complete(self, rows, filters):
        hosts = EventHost.objects.filter(published_q("city__")).select_related("city")
        networks = Network.objects.published().order_by(*BY_NAME)
        return rows.prefetch_related(
            Prefetch("hosts", queryset=hosts, to_attr="public_hosts"),
            Prefetch("networks", queryset=networks, to_attr="public_networks"),
        )
