"""Events by month, by day, and as calendar files."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citynet.core.export import export_response

from ..models import Event


@require_safe
def event_ics(request, slug):
    """Give one event as an iCalendar file; 404 unless it is public and its days are known."""
    event = Event.objects.published().with_exact_days().filter(slug=slug)
    if not event.exists():
        raise Http404(_("There is no such event, or its days are not known yet."))
    absolute = request.build_absolute_uri
    return export_response(request, event, (), slug, "ics", absolute=absolute)
