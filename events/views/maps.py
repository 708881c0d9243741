"""Events where they are held: one place, and one feature of GeoJSON, for each event and host city."""

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When

from citynet.core.export import Column, export_response
from citynet.core.geo import OnMap, Place
from citynet.core.models import published_q
from citynet.core.translated import in_language

from ..models import Event, EventHost


def of_host(column):
    """Give a column of the host city of `with_hosts`; nothing of one that is not public."""
    return Case(When(host_city__isnull=False, then=in_language(f"hosts__city__{column}")))


def host_columns():
    return (
        Column("host_city", of_host("name")),
        Column("host_city_slug", of_host("slug")),
        Column("host_country", of_host("country")),
    )


def with_hosts(rows):
    """Repeat events for each public `host_city`; an event without one stands once, without."""
    hosts = EventHost.objects.filter(event=OuterRef("pk"))
    rows = rows.annotate(
        host=F("hosts"),
        host_position=F("hosts__position"),
        host_city=Case(When(published_q("hosts__city__"), then=F("hosts__city"))),
    )
    first = Subquery(hosts.order_by("position", "id").values("pk")[:1])
    alone = ~Exists(hosts.filter(published_q("city__"))) & (Q(host=None) | Q(host=first))
    return rows.filter(Q(host_city__isnull=False) | alone).order_by(
        *rows.query.order_by, "host_position", "host"
    )


class EventsOnMap(OnMap):
    """A list of events on a map, each with its host city and its dates."""

    def download(self, filters, format):
        if format != "geojson":
            return super().download(filters, format)
        return export_response(
            self.request,
            with_hosts(filters.qs),
            (*self.columns, *host_columns()),
            "events",
            format,
            latitude=of_host("latitude"),
            longitude=of_host("longitude"),
        )

    def places(self, filters, most):
        rows = with_hosts(filters.qs).annotate(
            latitude=of_host("latitude"), longitude=of_host("longitude"), country=of_host("country")
        )
        rows = rows.filter(latitude__isnull=False, longitude__isnull=False)
        rows = rows.values_list(
            "latitude",
            "longitude",
            in_language("name"),
            "slug",
            "country",
            of_host("name"),
            "start",
            "end",
        )
        return [
            Place(*place, " · ".join(filter(None, (city, Event(start=start, end=end).period_words()))))
            for *place, city, start, end in rows[:most]
        ]
