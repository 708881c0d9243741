"""Events where they are held: one place, and one feature of GeoJSON, for each event and host city."""

from django.db.models import FilteredRelation

from citynet.core.export import Column, export_response
from citynet.core.geo import OnMap, Place
from citynet.core.models import published_q

from ..models import Event

HOST_COLUMNS = (
    Column("host_city", "host__city__name"),
    Column("host_city_slug", "host__city__slug"),
    Column("host_country", "host__city__country"),
)


def with_hosts(rows):
    """Repeat events for each public host city, as `host`; an event without one stands once, without."""
    rows = rows.annotate(host=FilteredRelation("hosts", condition=published_q("hosts__city__")))
    return rows.order_by(*rows.query.order_by, "host__position", "host__id")


class EventsOnMap(OnMap):
    """A list of events on a map, each with its host city and its dates."""

    def download(self, filters, format):
        if format != "geojson":
            return super().download(filters, format)
        return export_response(
            self.request,
            with_hosts(filters.qs),
            (*self.columns, *HOST_COLUMNS),
            "events",
            format,
            latitude="host__city__latitude",
            longitude="host__city__longitude",
        )

    def places(self, filters, most):
        rows = with_hosts(filters.qs).filter(
            host__city__latitude__isnull=False, host__city__longitude__isnull=False
        )
        rows = rows.values_list(
            *("host__city__latitude", "host__city__longitude", "name", "slug", "host__city__country"),
            *("host__city__name", "start", "end"),
        )
        return [
            Place(*place, " · ".join(filter(None, (city, Event(start=start, end=end).period_words()))))
            for *place, city, start, end in rows[:most]
        ]
