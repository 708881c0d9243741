"""The page of a single event."""

from citynet.core.details import PublicDetailView

from ..models import Event


class EventDetail(PublicDetailView):
    model = Event
