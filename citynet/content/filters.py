"""What the list of news can be asked."""

from django.utils.translation import gettext_lazy as _

from citynet.core.filters import ListFilter, MenuFilter, Names, Sort, Years, keys_of
from events.models import Event
from networks.filters import NETWORKS, TOPICS, CityNames, GroupNames, find_named


class NewsFilter(ListFilter):
    network = MenuFilter(NETWORKS, _("Network"), path="networks")
    topic = MenuFilter(TOPICS, _("Topic"), path="topics")
    year = Years(_("Year"))
    city = CityNames(_("City"), path="cities")
    group = GroupNames(_("Group"), path="bodies")
    event = Names(
        lambda texts: find_named(Event.objects.published(), texts),
        "events:event_suggest",
        _("Event"),
        path="events",
    )
    sort = Sort(_("Sort by"))

    sorts = {
        "-date": (_("latest first"), ("-date", "-id")),
        "date": (_("earliest first"), ("date", "id")),
    }

    def narrow(self, rows, given):
        return rows.filter(date__year__in=keys_of(given["year"])) if given["year"] else rows
