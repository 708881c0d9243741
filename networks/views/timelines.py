"""The timelines of a network and of a city: `/cities/bologna/timeline/`, and the same facts as CSV.

The address says what is shown: `from` and `to` (years, months or days) zoom in, `kind` chooses, repeated to
mean "or", `on` marks a day, `page` leafs through the lines of one kind. Costs the statement for the record,
one to sum up, and two for each kind.
"""

import re
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citynet.core.dates import FIRST_DAY, LAST_DAY, PartialDate
from citynet.core.days import AskedDay
from citynet.core.details import PublicDetailView
from citynet.core.export import export_response
from citynet.core.structured import breadcrumbs, origin_of
from citynet.core.timeline import Window, draw

from ..models import City, Network
from ..timelines import ICONS, KINDS, LANES_SHOWN, Timeline, city_strands, network_strands


class Asked:
    """What the address of a timeline asks for; what it does not understand is told in `errors`, and left out."""

    def __init__(self, request, on):
        self.errors, self.on = [], on
        self.first, self.last = self.read_date(request, "from"), self.read_date(request, "to")
        if self.first and self.last and self.last.latest < self.first.earliest:
            self.errors.append(_("The last day to show lies before the first."))
            self.first = self.last = None
        self.kinds = []
        for kind in dict.fromkeys(filter(None, request.GET.getlist("kind"))):
            if kind in KINDS:
                self.kinds.append(kind)
            else:
                self.errors.append(
                    _("“%(kind)s” is no kind of fact that is shown here.") % {"kind": kind[:40]}
                )
        page = request.GET.get("page", "")
        self.page = int(page) if re.fullmatch(r"[1-9][0-9]{0,4}", page) else 1

    def read_date(self, request, name):
        try:
            return PartialDate.parse(request.GET.get(name, "")) or None
        except ValueError as error:
            self.errors.append(str(error))
            return None

    @property
    def days(self):
        """The (first, last) day to show; None for all of time."""
        if not (self.first or self.last):
            return None
        return self.first.earliest if self.first else FIRST_DAY, self.last.latest if self.last else LAST_DAY

    def query(self, **changes):
        """Give the query string of the page with some of its parts changed; "" takes one away."""
        parts = {"from": self.first or "", "to": self.last or "", "kind": self.kinds, "on": self.on or ""}
        parts.update(changes)
        query = urlencode({name: value for name, value in parts.items() if value}, doseq=True)
        return f"?{query}" if query else ""


def words_on(row, day):
    """Say whether a row holds on the day."""
    if not row.may_hold_on(day):
        return _("no")
    return _("yes") if row.surely_held_in(day) else _("approx.")


class RecordTimeline(PublicDetailView):
    """The timeline of one record; `strands_of` gives its strands, `name` is that of its addresses."""

    template_name = "networks/timeline.html"
    context_object_name = "record"
    name = ""
    strands_of = None

    def get(self, request, *args, **kwargs):
        if "format" not in kwargs:
            return super().get(request, *args, **kwargs)
        self.object = self.get_object()
        asked, timeline = self.read()
        (rows, columns), *also = timeline.export(asked.on)
        name = f"timeline-{self.object.slug}"
        return export_response(request, rows, columns, name, "csv", also=also)

    def read(self):
        """Give what is asked, and the Timeline of that."""
        on = AskedDay.of(self.request)
        asked = Asked(self.request, on.day)
        strands = type(self).strands_of(self.object, on.query())
        return asked, Timeline(strands, asked.kinds, asked.days, asked.page)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        asked, timeline = self.read()
        today = timezone.localdate()
        window = self.window(asked, timeline, today)
        rows = timeline.rows
        drawn = draw(rows, window, today)
        if asked.on:
            for row in rows:
                row.asked_words = words_on(row, asked.on)
        context |= {
            "address": reverse(f"networks:{self.name}_timeline", args=[self.object.slug]),
            "errors": asked.errors,
            "chart": {
                "groups": [
                    {
                        "kind": kind,
                        "label": KINDS[kind],
                        "icon": ICONS[kind],
                        "lanes": lanes,
                        "facts": timeline.facts[kind],
                        "more": asked.query(kind=[kind], page=timeline.page + 1)
                        if kind in timeline.more
                        else "",
                    }
                    for kind, lanes in drawn
                ],
                "ticks": window.ticks(),
                "today": window.mark((today, today), _("today")),
                "asked": window.mark((asked.on.earliest, asked.on.latest), asked.on.words())
                if asked.on
                else None,
            },
            "rows": sorted(rows, key=lambda row: row.number),
            "zoom": self.zoom(asked, timeline, window, today),
            "kinds": self.kinds(asked, timeline),
            "is_zoomed": bool(asked.days),
            "window": window,
            "previous_page": asked.query(page=timeline.page - 1) if timeline.page > 1 else "",
            "page": timeline.page,
            "lanes_shown": LANES_SHOWN,
            "csv": reverse(f"networks:{self.name}_timeline_csv", args=[self.object.slug]) + asked.query(),
            "all": asked.query(**{"from": "", "to": "", "kind": ""}),
        }
        context["canonical"] = context["address"]
        return context

    def window(self, asked, timeline, today):
        """Give the days of the axis: what is asked for, else from the first known day until this year."""
        known = [day for _facts, *days in timeline.summary.values() for day in days if day]
        if isinstance(self.object, Network) and self.object.start_earliest > FIRST_DAY:
            known.append(self.object.start_earliest)
        first, last = asked.days or (FIRST_DAY, LAST_DAY)
        if first == FIRST_DAY:
            first = min([day for day in known if day <= last] or [min(today, last)]).replace(month=1, day=1)
        if last == LAST_DAY:
            last = max([*known, today, first]).replace(month=12, day=31)
        return Window(first, last)

    def zoom(self, asked, timeline, window, today):
        """Give [(words, address, whether it is what is shown)]: all, earlier, each decade, later."""
        first = window.first.year // 10 * 10
        everything = [day.year for _facts, *days in timeline.summary.values() for day in days if day]
        first, last = min([first, *everything]) // 10 * 10, max([today.year, *everything])
        decades = list(range(first, last + 1, 10))[-12:]
        links = [(_("All years"), asked.query(**{"from": "", "to": ""}), not asked.days)]
        if asked.days and (earlier := window.beside(-1)):
            links.append((_("Earlier"), self.at(asked, earlier), False))
        for year in decades:
            decade = PartialDate(f"{year // 10:03}X")
            shown = (window.first, window.last) == (decade.earliest, decade.latest)
            links.append((decade.words(), self.at(asked, Window(decade.earliest, decade.latest)), shown))
        if asked.days and (later := window.beside(1)):
            links.append((_("Later"), self.at(asked, later), False))
        return links

    @staticmethod
    def at(asked, window):
        return asked.query(**{"from": f"{window.first.year:04}", "to": f"{window.last.year:04}"})

    def kinds(self, asked, timeline):
        """Give [(key, icon, words, number of facts, address, whether it is chosen)], all kinds together first."""
        links = [("", "", _("All"), sum(timeline.facts.values()), asked.query(kind=""), not asked.kinds)]
        for kind, facts in timeline.facts.items():
            if timeline.summary[kind][0] or kind in asked.kinds:
                links.append(
                    (kind, ICONS[kind], KINDS[kind], facts, asked.query(kind=[kind]), kind in asked.kinds)
                )
        return links

    def structured(self, context):
        origin, meta = origin_of(self.request), self.model._meta
        steps = (
            (self.list_title, reverse(f"networks:{meta.model_name}_list")),
            (self.object.name, self.object.get_absolute_url()),
            (_("Timeline"), reverse(f"networks:{self.name}_timeline", args=[self.object.slug])),
        )
        return [breadcrumbs(origin, *steps)]


class NetworkTimeline(RecordTimeline):
    model = Network
    name = "network"
    list_title = gettext_lazy("Networks")
    strands_of = staticmethod(network_strands)


class CityTimeline(RecordTimeline):
    model = City
    name = "city"
    list_title = gettext_lazy("Cities")
    strands_of = staticmethod(city_strands)
