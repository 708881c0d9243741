"""Events by month and by day, under the filters of their list, and one event as a calendar file."""

import copy
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, Subquery
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from citynet.core.caching import public_page
from citynet.core.dates import FIRST_DAY, LAST_DAY
from citynet.core.export import export_response
from citynet.core.filters import values_of
from citynet.core.identity import renamed
from citynet.core.lists import CappedCount, FilteredListView, Page, capped_words

from ..calendar import Month, Slot, Span, agenda_of, some_time, weekdays, weeks_of
from ..filters import EventFilter
from ..models import Event

MOST_EVENTS = 2000  # of a month: what is laid out, before a few of them are drawn
APART = 12  # events without a day that a month lists


class CalendarFilter(EventFilter):
    """The filters of the list of events, without its order: time gives that."""

    sort = None
    backwards = False

    def usual_sort(self, given):
        return "-date" if self.backwards else "date"


class AgendaFilter(CalendarFilter):
    """What is coming up, unless the address asks for another time; what has no date has a page of its own.

    `shown` is "upcoming" or "past", either of which counts only while the address asks for no time, or
    "undated", or "everything".
    """

    shown = "upcoming"

    def asks_when(self, given):
        return any(given[name] for name in ("when", "from", "to"))

    def narrow(self, rows, given):
        rows = super().narrow(rows, given)
        if self.shown == "everything":
            return rows
        if self.shown == "undated":
            return rows.undated()
        if self.asks_when(given):
            return rows.dated()
        return rows.dated().upcoming() if self.shown == "upcoming" else rows.dated().past()

    @property
    def backwards(self):
        if self.asks_when(self.given):
            return values_of(self.given["when"]) == {"past"}
        return self.shown == "past"


class UndatedFilter(AgendaFilter):
    """A class of its own, since the counts of its options are remembered by their class."""

    shown = "undated"


class EventsInTime(FilteredListView):
    """What the calendar and the agenda share with each other, and add to the list."""

    model = Event
    filterset_class = CalendarFilter
    formats = ("csv", "json", "ics")
    views = ("time",)

    def complete(self, rows, filters):
        return rows.with_public_hosts()

    def ways(self, filters, current):
        table = (
            "table",
            _("List"),
            with_query(reverse("events:event_list"), filters.query(), self.kept_day()),
        )
        current = self.request.resolver_match.url_name.removeprefix("event_")
        return [
            {"name": name, "icon": name, "label": label, "address": address, "is_current": name == current}
            for name, label, address in (table, *ways_in_time(filters, self.kept_day()))
        ]

    def canonical(self, filters):
        """Give the one address of this month, or of this part of the agenda."""
        shown = {name: value for name, value in self.shape.items() if name in ("month", "undated")}
        address = super().canonical(filters)
        return f"{address}{'&' if '?' in address else '?'}{urlencode(shown)}" if shown else address

    def query(self, filters, without=(), **more):
        """Give the query of the filters but for some names, with more values."""
        pairs = [(name, pick.value) for name, pick in filters.used if name not in without]
        return urlencode([*pairs, *more.items()])

    def link(self, name, filters, without=(), **more):
        """Give the address of another view of events under the same filters."""
        return with_query(reverse(f"events:{name}"), self.query(filters, without, **more), self.kept_day())

    def subscription(self, filters):
        """Give the addresses of the calendar file: for a program that subscribes, and for download."""
        path = with_query(reverse("events:event_download", args=["ics"]), filters.query())
        address = self.request.build_absolute_uri(path)
        return {"path": path, "address": address, "webcal": f"webcal:{address.partition(':')[2]}"}


def with_query(path, query, more=()):
    query = "&".join(filter(None, (query, urlencode(more))))
    return f"{path}?{query}" if query else path


def ways_in_time(filters, kept=()):
    """Give the calendar and the agenda of a list of events, as (name, label, address), with what they keep."""
    return [
        (name, label, with_query(reverse(f"events:event_{name}"), filters.query(), kept))
        for name, label in (("calendar", _("Calendar")), ("agenda", _("Agenda")))
    ]


@dataclass(frozen=True)
class Bar:
    """A slot of a day with the event in it."""

    slot: Slot
    event: Event


class EventCalendar(EventsInTime):
    """A month of events. `month` is 2019-04; without it, today's, or the nearest one that the filters leave."""

    title = gettext_lazy("Calendar of events")

    def get_template_names(self):
        return ["events/calendar.html"]

    def month(self, filters, problems):
        """Give the asked Month, or the usual one and a sentence in `problems`."""
        if text := self.request.GET.get("month", "").strip():
            try:
                return Month.read(text)
            except ValueError as error:
                problems.append(_("%(error)s This is another month.") % {"error": error})
        day, first, last = timezone.localdate(), filters.given["from"], filters.given["to"]
        if last:
            day = min(day, last.latest)
        if first:
            day = max(day, first.earliest)
        return Month.of(day)

    def page(self, filters, size, problems):
        """Give all events of the month as one page, drawn or listed apart; two or three SQL statements."""
        self.shown = month = self.month(filters, problems)
        asks_month = self.request.GET.get("month", "").strip()
        self.shape = {**self.kept_day(), **({"month": str(month)} if asks_month else {})}
        in_month = Q(
            start_earliest__gt=FIRST_DAY, start_earliest__lte=month.last, end_latest__gte=month.first
        )
        found = filters.qs.filter(in_month | Q(start_earliest=FIRST_DAY)).order_by("-start_earliest", "id")
        days = ("start_earliest", "start_latest", "end_earliest", "end_latest", "start_time")
        found = list(found.values_list("pk", *days)[: MOST_EVENTS + 1])
        if len(found) > MOST_EVENTS:
            found = found[:MOST_EVENTS]
            problems.append(
                _("There are too many events to show all of them in one month. Narrow the filters.")
            )
        spans, some_day, undated = [], [], []
        for key, first, first_latest, last_earliest, last, start_time in found:
            if first == FIRST_DAY:
                undated.append(key)
            elif first == first_latest and last == last_earliest:
                spans.append(Span(key, first, last, start_time))
            else:
                some_day.append(key)
        self.weeks = weeks_of(month, spans)
        drawn = {slot.key for week in self.weeks for day in week if day for slot in day.slots}
        self.totals = {"some_day": len(some_day), "undated": len(undated)}
        shown = [*drawn, *some_day[:APART], *undated[:APART]]
        rows = self.complete(self.model.objects.filter(pk__in=shown), filters) if shown else ()
        self.by_id = {row.pk: row for row in rows}
        self.some_day = [self.by_id[key] for key in some_day[:APART] if key in self.by_id]
        self.undated = [self.by_id[key] for key in undated[:APART] if key in self.by_id]
        in_days = {span.key for span in spans}
        rows = [row for row in self.by_id.values() if row.pk in in_days]
        return Page(1, rows, len(spans) + len(some_day), False)

    def cited_address(self, filters):
        """Name the month, the present one too: the bare address shows another in a month's time."""
        query = self.query(filters, without=("sort", "bbox", "exact"), month=self.shown)
        return with_query(self.request.path, query)

    def offers(self, filters, chips):
        """Leave the ways out of an empty list to the nearest months, unless there is none."""
        return []

    def context(self, filters):
        context = super().context(filters)
        total, month = context["page"].total, self.shown
        inexact, earlier, later = self.around(filters)
        today = Month.of(timezone.localdate())
        return {
            **context,
            "noun": ngettext("event in %(month)s", "events in %(month)s", total) % {"month": month.words},
            "month": month,
            "today": today,
            "weeks": [[self.day(filters, day) for day in week] for week in self.weeks],
            "weekdays": weekdays(),
            "some_day": [(some_time(event), event) for event in self.some_day],
            "some_day_more": self.totals["some_day"] - len(self.some_day),
            "some_day_address": self.link(
                "event_agenda", filters, ("from", "to"), **{"from": month.first, "to": month.last}
            ),
            "undated": self.undated,
            "undated_total": capped_words(self.totals["undated"]),
            "undated_address": self.link("event_agenda", filters, undated="on"),
            "undated_more": self.totals["undated"] > len(self.undated),
            "previous_month": month.previous and self.month_link(filters, month.previous),
            "next_month": month.next and self.month_link(filters, month.next),
            "this_month": None if today == month else self.month_link(filters, today),
            "earlier": earlier and self.month_link(filters, Month.of(earlier)),
            "later": later and self.month_link(filters, Month.of(later)),
            "kept": [*[(name, pick.value) for name, pick in filters.used], *self.kept_day().items()],
            "inexact": inexact,
            "inexact_words": capped_words(inexact),
            "subscription": self.subscription(filters),
        }

    def around(self, filters):
        """Give how many events have no exact days, and the nearest days before and after the month with any.

        One SQL statement for all three.
        """
        rows, month = filters.qs.order_by(), self.shown
        before = rows.dated().filter(end_latest__lt=month.first).order_by("-end_latest")
        after = rows.filter(start_earliest__gt=month.last).order_by("start_earliest")
        numbers = {
            "inexact": CappedCount(rows.without_exact_days()),
            "earlier": Subquery(before.values("end_latest")[:1]),
            "later": Subquery(after.values("start_earliest")[:1]),
        }
        found = self.model.objects.order_by().annotate(**numbers).values_list(*numbers)[:1]
        inexact, earlier, later = next(iter(found), (0, None, None))
        return inexact, earlier, later if later is None or later < LAST_DAY else None

    def month_link(self, filters, month):
        return {"words": month.words, "address": self.address(filters.query(), month=str(month))}

    def day(self, filters, day):
        """Give a day as the template shows it, or None for one of another month."""
        if day is None:
            return None
        bars = [Bar(slot, self.by_id[slot.key]) for slot in day.slots if slot.key in self.by_id]
        agenda = ""
        if day.more:
            span = {"from": day.day, "to": day.day}
            agenda = self.link("event_agenda", filters, ("from", "to", "when"), **span)
        return {"day": day.day, "is_today": day.is_today, "bars": bars, "more": day.more, "agenda": agenda}


class EventAgenda(EventsInTime):
    """Events by month and day: what is coming up from the next one on, what is past from the latest back."""

    title = gettext_lazy("Agenda of events")
    filterset_class = AgendaFilter

    def get(self, request, format=None):
        if request.GET.get("undated") == "on":
            self.filterset_class = UndatedFilter
        return super().get(request, format)

    def get_template_names(self):
        return ["events/agenda.html"]

    def page(self, filters, size, problems):
        self.numbers = self.count(filters)
        if isinstance(filters, UndatedFilter):
            self.shape = {**self.shape, "undated": "on"}
        elif not self.numbers["upcoming"] and self.numbers["past"]:
            filters.shown = "past"
        return super().page(filters, size, problems)

    def count(self, filters):
        """Give how many events are coming up, past and without a date, and have no exact days; one statement."""
        everything = copy.copy(filters)
        everything.shown = "everything"
        rows = everything.rows({**filters.given, "when": None})
        numbers = {
            "upcoming": CappedCount(rows.dated().upcoming()),
            "past": CappedCount(rows.dated().past()),
            "undated": CappedCount(rows.undated()),
            "inexact": CappedCount(rows.without_exact_days()),
        }
        found = self.model.objects.order_by().annotate(**numbers).values(*numbers)[:1]
        return next(iter(found), dict.fromkeys(numbers, 0))

    def context(self, filters):
        context = super().context(filters)
        is_undated = isinstance(filters, UndatedFilter)
        asked = values_of(filters.given["when"])
        tabs = [
            ("upcoming", _("Coming up"), self.link("event_agenda", filters, ("when",), when="upcoming")),
            ("past", _("Past"), self.link("event_agenda", filters, ("when",), when="past")),
            ("undated", _("Date not known"), self.link("event_agenda", filters, ("when",), undated="on")),
        ]
        if is_undated:
            current = "undated"
        elif filters.asks_when(filters.given):
            current = next(iter(asked)) if len(asked) == 1 else ""
        else:
            current = filters.shown
        fell_back = filters.shown == "past" and not filters.asks_when(filters.given)
        return {
            **context,
            "tabs": [
                {
                    "name": name,
                    "label": label,
                    "address": address,
                    "total": capped_words(self.numbers[name]),
                    "is_current": name == current,
                }
                for name, label, address in tabs
            ],
            "fell_back": fell_back,
            "months": [] if is_undated else agenda_of(context["page"].rows, backwards=filters.backwards),
            "is_undated": is_undated,
            "inexact": self.numbers["inexact"],
            "inexact_words": capped_words(self.numbers["inexact"]),
            "subscription": self.subscription(filters),
        }


@public_page
@require_safe
def event_ics(request, slug):
    """Give one event as an iCalendar file; 404 unless it is public and its days are known."""
    event = Event.objects.published().with_exact_days().filter(slug=slug)
    if not event.exists():
        if moved := renamed(request, Event.objects.published().with_exact_days(), slug):
            return moved
        raise Http404(_("There is no such event, or its days are not known yet."))
    absolute = request.build_absolute_uri
    return export_response(request, event, (), slug, "ics", absolute=absolute)
