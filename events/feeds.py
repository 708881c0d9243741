"""The feeds of events."""

from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from citynet.core.citing import one_line
from citynet.core.feed import ListFeed
from citynet.core.templatetags.citynet import event_dates

from .models import Event


class EventFeed(ListFeed):
    """Events, the latest by their dates first, those to come among them."""

    newest = ("-start_earliest", "id")

    def item_title(self, event):
        return one_line(f"{event.name}: {event_dates(event)}")

    def content(self, event):
        hosts = ", ".join(str(host.city) for host in event.public_hosts)
        status = event.get_status_display() if event.status != Event.Status.SCHEDULED else ""
        facts = [
            (_("Kind"), capfirst(event.get_kind_display())),
            (_("Date"), event_dates(event)),
            (_("Status"), capfirst(status)),
            (_("Host city"), hosts),
            (_("Venue"), event.venue),
        ]
        said = format_html_join(
            "", "<p>{}: {}</p>", ((label, one_line(words)) for label, words in facts if words)
        )
        return format_html("{}<p>{}</p>", said, one_line(event.summary)) if event.summary else said

    def labelled(self, event):
        networks = [(network.slug, one_line(network.name)) for network in event.public_networks]
        return [(event.kind, str(event.get_kind_display())), *networks]
