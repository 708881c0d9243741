"""What the list of events can be asked."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citynet.core.collation import BY_NAME
from citynet.core.countries import country_name
from citynet.core.filters import (
    Choices,
    Day,
    ListFilter,
    Menu,
    MenuFilter,
    Sort,
    relation,
    values_of,
)
from citynet.core.geo import Region
from citynet.core.models import published_q
from networks.filters import NETWORKS, TOPICS, CityNames, GroupNames, language_words
from networks.models import City

from .models import Event, EventHost, EventLanguage, Series
from .models.events import Kind


def host_cities():
    """Give the public cities that have hosted any public event."""
    hosts = EventHost.objects.filter(published_q("event__"), city=OuterRef("pk"))
    return City.objects.published().filter(Exists(hosts))


def languages():
    """Give the languages of public events."""
    return EventLanguage.objects.filter(published_q("event__"))


SERIES = Menu(Series.objects.published)
HOST_COUNTRIES = Menu(host_cities, value="country", words=country_name)
LANGUAGES = Menu(languages, value="language", words=language_words)


class EventFilter(ListFilter):
    network = MenuFilter(NETWORKS, _("Network"), path="networks")
    series = MenuFilter(SERIES, _("Series"), path="series")
    kind = Choices(Kind.choices, _("Kind"), path="kind")
    topic = MenuFilter(TOPICS, _("Topic"), path="topics")
    country = MenuFilter(HOST_COUNTRIES, _("Host country"))
    city = CityNames(_("Host city"))
    group = GroupNames(_("Group"), path="body")
    from_ = Day(_("From"))
    to = Day(_("To"))
    when = Choices([("upcoming", _("upcoming")), ("past", _("past"))], _("Upcoming or past"))
    mode = Choices(Event.Mode.choices, _("Mode"), path="mode")
    status = Choices(Event.Status.choices, _("Status"), path="status")
    language = MenuFilter(LANGUAGES, _("Language"))
    bbox = Region()
    sort = Sort(_("Sort by"))

    sorts = {
        "-date": (_("latest first"), ("-start_earliest", "id")),
        "date": (_("earliest first"), ("start_earliest", "-id")),
        "name": (_("name"), BY_NAME),
    }

    def usual_sort(self, given):
        """What is still to come is read from the next one on."""
        return "date" if values_of(given["when"]) == {"upcoming"} else "-date"

    @relation("event", asked_by=("country", "city", "bbox"), country="city__country", city="city")
    def hosts(self, given):
        """A host city in the country and in the region, not another host's country."""
        rows = EventHost.objects.filter(published_q("city__"))
        return rows.filter(given["bbox"].holds("city__")) if given["bbox"] else rows

    @relation("event", language="language")
    def languages(self, given):
        return EventLanguage.objects.all()

    def narrow(self, rows, given):
        when, today = values_of(given["when"]), timezone.localdate()
        if when == {"upcoming"}:
            rows = rows.upcoming(today)
        elif when == {"past"}:
            rows = rows.past(today)
        if given["from"]:
            rows = rows.filter(end_latest__gte=given["from"].earliest)
        if given["to"]:
            rows = rows.filter(start_earliest__lte=given["to"].latest).exclude(start="")
        return rows
