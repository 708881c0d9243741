"""A city's passport: all that citynet knows of the city on a day, on a page that is made to be printed.

It is what city halls write by hand: networks, roles, groups, projects, twin cities, practices, events and
documents, each fact with its years and the number of its source. `passport_of` gathers it, for the page
here and for other sites' pages (`citynet.portal.embeds`). It makes a constant number of SQL statements.
"""

from collections import namedtuple
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from citynet.core.collation import BY_NAME
from citynet.core.dates import day_words, period_of
from citynet.core.details import Evidence, PublicDetailView
from citynet.core.structured import breadcrumbs, origin_of, public
from citynet.core.templatetags.citynet import event_dates, period
from citynet.core.templatetags.translated import foreign_language
from events.models import Event
from networks.models import Body, City, Role, Uptake
from networks.views.details import (
    LATEST_EVENTS,
    awards_of,
    leading_first,
    memberships_of,
    participations_of,
    roles_of,
    signed_by,
    split_on,
    twinnings_of,
    uptakes_of,
)

MOST_ROWS = 40  # under one heading; what is beyond is counted, and linked to
MOST_NAMES = 5  # of the cities that took a practice up
GROUPS = (Body.Kind.FORUM, Body.Kind.WORKING_GROUP, Body.Kind.TASK_FORCE)
TAKES_PART = (Role.Post.MEMBER, Role.Post.PARTICIPANT)
COMPACT = 20  # rows that are many enough to stand in two columns

CLAUSES = {  # of the sentence at the top: now, and in the past
    "networks": (
        ngettext_lazy("is a member of %(count)s network", "is a member of %(count)s networks", "count"),
        ngettext_lazy("was a member of %(count)s network", "was a member of %(count)s networks", "count"),
    ),
    "heads": (
        ngettext_lazy("presides over %(count)s network", "presides over %(count)s networks", "count"),
        ngettext_lazy("presided over %(count)s network", "presided over %(count)s networks", "count"),
    ),
    "chairs": (
        ngettext_lazy("chairs %(count)s group", "chairs %(count)s groups", "count"),
        ngettext_lazy("chaired %(count)s group", "chaired %(count)s groups", "count"),
    ),
    "groups": (
        ngettext_lazy("takes part in %(count)s group", "takes part in %(count)s groups", "count"),
        ngettext_lazy("took part in %(count)s group", "took part in %(count)s groups", "count"),
    ),
    "more groups": (
        ngettext_lazy("takes part in %(count)s more group", "takes part in %(count)s more groups", "count"),
        ngettext_lazy("took part in %(count)s more group", "took part in %(count)s more groups", "count"),
    ),
    "projects": (
        ngettext_lazy("works on %(count)s project", "works on %(count)s projects", "count"),
        ngettext_lazy("worked on %(count)s project", "worked on %(count)s projects", "count"),
    ),
    "twins": (
        ngettext_lazy("has %(count)s twin city", "has %(count)s twin cities", "count"),
        ngettext_lazy("had %(count)s twin city", "had %(count)s twin cities", "count"),
    ),
}

# `language` is that of the text, if it is not the page's.
Part = namedtuple("Part", "text address language", defaults=["", ""])


@dataclass
class Row:
    """A fact in words. `what` and the `details` are Parts: text, with an address below the site's origin or ""."""

    what: Part
    details: list
    when: str
    doubt: str = ""  # why it is only possible on the asked day
    number: int | None = None  # of its source

    @property
    def parts(self):
        return [self.what, *self.details]


@dataclass
class Group:
    """Rows under one heading, which is empty where the section has no other; `more` were left out."""

    heading: str
    rows: list
    more: int = 0

    @property
    def is_compact(self):
        return len(self.rows) >= COMPACT


@dataclass
class Section:
    """A part of the passport: `key` is its name in `?section=`."""

    key: str
    heading: str
    groups: list = field(default_factory=list)


class Facts:
    """What is known of a city on the day, for the sections of those keys; read once, when it is asked for."""

    def __init__(self, city, asked, keys):
        self.city, self.asked, self.day, self.keys = city, asked, asked.for_query, keys
        self.earliest, self.latest = period_of(self.day)
        self.evidence = Evidence(city)

    def begun(self, rows):
        return rows.filter(start_earliest__lte=self.latest)

    def split(self, rows):
        """Give (rows that may hold on the day, rows that were over by then): none that had not begun."""
        now, others = split_on(rows, self.day)
        return now, [row for row in others if self.is_over(*row.bounding())]

    def is_over(self, *bounds):
        return any(bound.end_latest < self.earliest for bound in bounds if bound)

    def by_year(self, rows, name="year"):
        """Leave out what came after the asked day; what has no year may have been there."""
        return rows.filter(Q(**{name: None}) | Q(**{f"{name}__lte": self.latest.year}))

    @cached_property
    def memberships(self):
        return self.split(self.begun(memberships_of(self.city)))

    @cached_property
    def roles(self):
        now, before = self.split(self.begun(roles_of(self.city)))
        before.sort(key=lambda role: (role.end_latest, role.start_earliest), reverse=True)
        return leading_first(now), before

    @cached_property
    def seats(self):
        return list(self.city.seat_of.published().on(self.day).order_by(*BY_NAME).select_related("source"))

    @cached_property
    def participations(self):
        rows = participations_of(self.city).select_related("project__network", "source")
        running = set(rows.running_on(self.day).order_by().values_list("pk", flat=True))
        now = [row for row in rows if row.pk in running]
        others = (row for row in rows if row.pk not in running)
        return now, [row for row in others if self.is_over(row, row.project, row.project.network)]

    @cached_property
    def twinnings(self):
        return self.split(twinnings_of(self.city))

    # Rows in words ---------------------------------------------------------------

    def link(self, record):
        """Give the record's name with the address of its page about the same day."""
        address = f"{record.get_absolute_url()}{self.asked.query()}"
        return Part(str(record), address, foreign_language(record, "name"))

    def row(self, fact, what, details, when):
        self.evidence.note(fact)
        details = [detail if isinstance(detail, Part) else Part(detail) for detail in details if detail]
        return Row(what, details, when, number=self.evidence.number(fact.source))

    def years(self, row):
        """Write a dated fact's period; of one that goes on and began nobody knows when, the year it is known of."""
        if row.start or row.end or not row.confirmed_on:
            return period(row)
        return _("confirmed in %(year)s") % {"year": row.confirmed_on.year}

    def membership(self, row):
        joint = row.joint_with and public(row.joint_with.city)
        details = [
            row.get_category_display(),
            row.listed_as and _("listed as “%(name)s”") % {"name": row.listed_as},
            joint and _("jointly with %(city)s") % {"city": joint},
        ]
        return self.row(row, self.link(row.network), details, self.years(row))

    def holder(self, row):
        """Say who holds a role for the city, as far as it is known."""
        return [
            row.person and self.link(row.person),
            row.is_acting and _("acting"),
            row.organisation and _("on behalf of %(name)s") % {"name": row.organisation},
        ]

    def role(self, row):
        details = [row.body and self.link(row.body), self.link(row.network), *self.holder(row)]
        return self.row(row, Part(capfirst(row.post_label)), details, self.years(row))

    def office(self, row):
        """Put a role in words, or a network that has its seat here."""
        return (
            self.role(row) if isinstance(row, Role) else self.row(row, Part(_("Seat")), [self.link(row)], "")
        )

    def in_group(self, row):
        details = [self.link(row.network), row.post_label, *self.holder(row)]
        return self.row(row, self.link(row.body), details, self.years(row))

    def participation(self, row):
        if row.start or row.end:
            when = period(row)
        elif row.project.start or row.project.end:
            when = period(row.project)
        else:
            when = row.project.duration or (self.years(row) if row.confirmed_on else _("dates not known"))
        return self.row(row, self.link(row.project), [row.get_part_display()], when)

    def twinning(self, row):
        details = [str(row.twin.country.name)]
        return self.row(row, self.link(row.twin), details, self.years(row))

    def practice(self, row):
        cities = [
            f"{uptake.city} ({uptake.year})" if uptake.year else str(uptake.city) for uptake in row.takers
        ]
        if more := len(cities[MOST_NAMES:]):
            cities[MOST_NAMES:] = [ngettext("%(count)s other", "%(count)s others", more) % {"count": more}]
        taken = cities and _("taken up by %(cities)s") % {"cities": get_text_list(cities, _("and"))}
        return self.row(row, self.link(row), [taken], self.year(row))

    def uptake(self, row):
        return self.row(row, self.link(row.practice), [_("taken up here")], self.year(row))

    def year(self, row):
        return str(row.year) if row.year else _("year not known")

    def award(self, row):
        practice = public(row.practice)
        details = [row.prize, row.category, practice and self.link(practice)]
        return self.row(row, Part(str(row.edition.award)), details, str(row.edition.year))

    def event(self, row):
        status = row.status != Event.Status.SCHEDULED and row.get_status_display()
        return self.row(row, self.link(row), [status], event_dates(row))

    def document(self, row):
        return self.row(
            row, self.link(row), [row.get_kind_display()], row.date.words() or _("date not known")
        )

    # Sections: (heading, rows, how to put one in words) of each group ------------------

    def now_and_before(self, say, now, before):
        def say_now(row):
            fact = say(row)
            fact.doubt = self.asked.doubt(row)
            return fact

        return [(_("At that time") if self.asked else _("Now"), now, say_now), (_("Before"), before, say)]

    def networks(self):
        return self.now_and_before(self.membership, *self.memberships)

    def offices(self):
        """Give posts held; those in forums and working groups stand there, if that section is shown."""
        elsewhere = is_in_group if "groups" in self.keys else is_taking_part
        now, before = ([row for row in rows if not elsewhere(row)] for rows in self.roles)
        return self.now_and_before(self.office, [*now, *self.seats], before)

    def groups(self):
        now, before = ([row for row in rows if is_in_group(row)] for rows in self.roles)
        return self.now_and_before(self.in_group, now, leading_first(before))

    def projects(self):
        return self.now_and_before(self.participation, *self.participations)

    def twins(self):
        return self.now_and_before(self.twinning, *self.twinnings)

    def practices(self):
        takers = Uptake.objects.published().order_by("year", "id").select_related("city")
        own = (
            self.by_year(self.city.practices.published())
            .order_by(*BY_NAME)
            .select_related("source")
            .prefetch_related(Prefetch("uptakes", self.by_year(takers), to_attr="takers"))
        )
        return [
            (_("Its own"), own, self.practice),
            (_("Taken up from others"), self.by_year(uptakes_of(self.city)), self.uptake),
            (_("Awards"), self.by_year(awards_of(self.city), "edition__year"), self.award),
        ]

    def events(self):
        rows = list(self.city.events.published().order_by(*LATEST_EVENTS).select_related("source"))
        hosted = [row for row in rows if row.start_earliest <= self.latest]
        to_come = [] if self.asked else [row for row in reversed(rows) if row.start_earliest > self.latest]
        return [(_("Until now"), hosted, self.event), (_("To come"), to_come, self.event)]

    def documents(self):
        return [("", signed_by(self.city, self.day).select_related("source"), self.document)]

    # In a sentence ---------------------------------------------------------------

    def clauses(self):
        """Give what the city does on the day, with numbers: "chairs 2 groups"; of the past in the past tense."""
        counted = {}  # by the words for it: rows, and what of theirs is counted
        if "networks" in self.keys:
            counted["networks"] = self.memberships[0], "network_id"
        if "roles" in self.keys or "groups" in self.keys:
            leading = [row for row in self.roles[0] if row.post in Role.LEADING]
            chaired = {row.body_id for row in leading if row.body}
            counted["heads"] = [row for row in leading if not row.body], "network_id"
            counted["chairs"] = [row for row in leading if row.body], "body_id"
        if "groups" in self.keys:
            others = [row for row in self.roles[0] if is_in_group(row) and row.body_id not in chaired]
            counted["more groups" if chaired else "groups"] = others, "body_id"
        if "projects" in self.keys:
            counted["projects"] = self.participations[0], "project_id"
        if "twins" in self.keys:
            counted["twins"] = self.twinnings[0], "pk"
        past = self.latest < timezone.localdate()
        return [self.clause(CLAUSES[words][past], *rows) for words, rows in counted.items() if rows[0]]

    def clause(self, words, rows, name):
        """Count what the rows are about, once each, and say how many of those are not certain."""
        counted = {getattr(row, name) for row in rows}
        sure = {getattr(row, name) for row in rows if not self.asked.is_approximate(row)}
        clause = words % {"count": len(counted)}
        if not sure:
            return _("%(clause)s (approx.)") % {"clause": clause}
        if doubtful := len(counted - sure):
            doubts = ngettext("%(count)s of them approx.", "%(count)s of them approx.", doubtful)
            return f"{clause} ({doubts % {'count': doubtful}})"
        return clause

    def intro(self):
        clauses = self.clauses()
        if not clauses:
            return ""
        return _("%(city)s %(clauses)s.") % {"city": self.city, "clauses": get_text_list(clauses, _("and"))}


def is_in_group(role):
    """Whether the city is in a forum or working group by it, in whatever post; to host its staff is not that."""
    return role.body is not None and role.body.kind in GROUPS and role.post != Role.Post.HOST


def is_taking_part(role):
    """Whether it is no office, but only that the city is one of a group's cities."""
    return is_in_group(role) and role.post in TAKES_PART


SECTIONS = {
    "networks": (gettext_lazy("Networks"), Facts.networks),
    "roles": (gettext_lazy("Roles"), Facts.offices),
    "groups": (gettext_lazy("Forums and working groups"), Facts.groups),
    "projects": (gettext_lazy("Projects"), Facts.projects),
    "twins": (gettext_lazy("Twin cities"), Facts.twins),
    "practices": (gettext_lazy("Good practices and awards"), Facts.practices),
    "events": (gettext_lazy("Events hosted"), Facts.events),
    "documents": (gettext_lazy("Documents signed"), Facts.documents),
}


def chosen_sections(names):
    """Give (the keys of sections that the names choose, in their order; the names that are none).

    Nothing chosen is everything, as all of them are: None.
    """
    unknown = [name for name in dict.fromkeys(names) if name not in SECTIONS]
    known = [key for key in SECTIONS if key in names]
    return known if known and len(known) < len(SECTIONS) else None, unknown


def passport_of(city, asked, sections=None):
    """Give the city's passport on the asked day (an AskedDay), or today, as a dict.

    `sections` are keys of SECTIONS; None stands for all that have something to tell, while a section that
    was asked for is there even if it is empty. `sources` are the published ones that the rows' numbers
    point to, in their order; `link` and `passport_link` are the addresses, below the site's origin, of the
    city's page and of its passport on this very day. `updated_at` is the last change of what is shown.
    """
    facts = Facts(city, asked, SECTIONS if sections is None else sections)
    shown = []
    for key in facts.keys:
        heading, groups = SECTIONS[key]
        groups = [group_of(*group) for group in groups(facts)]
        main, *others = groups
        if not any(other.rows for other in others):
            main.heading = ""
        groups = [group for group in groups if group.rows]
        if groups or sections is not None:
            shown.append(Section(key, heading, groups))
    day = asked.day or facts.day.isoformat()
    query = urlencode({"on": day, "section": sections or []}, doseq=True)
    return {
        "city": city,
        "id": f"citynet-{city.slug}",
        "place": place_of(city),
        "as_of": asked.words() or day_words(facts.day),
        "state": state_of(asked),
        "is_period": asked and not asked.is_day,
        "intro": facts.intro(),
        "sections": shown,
        "sources": facts.evidence.sources,
        "updated_at": facts.evidence.updated_at,
        "link": f"{city.get_absolute_url()}?{urlencode({'on': day})}",
        "passport_link": f"{reverse('city_passport', args=[city.slug])}?{query}",
    }


def state_of(asked):
    """Say of when the passport is: `As of 1 June 1995`, `What held at some time in 1995`."""
    if asked and not asked.is_day:
        return capfirst(asked.state_words())
    return _("As of %(day)s") % {"day": asked.words() or day_words(timezone.localdate())}


def place_of(city):
    """Give the city's name at home, its country, and its inhabitants, each as far as it is known; texts."""
    parts = [
        city.local_name if city.local_name != city.name else "",
        str(city.country.name or city.country.code),
    ]
    if city.population is not None:
        people = ngettext("%(people)s inhabitant", "%(people)s inhabitants", city.population)
        people %= {"people": number_format(city.population, use_l10n=True, force_grouping=True)}
        parts.append(f"{people} ({city.population_year})" if city.population_year else people)
    return [part for part in parts if part]


def group_of(heading, rows, say):
    rows = list(rows)
    return Group(str(heading), [say(row) for row in rows[:MOST_ROWS]], len(rows[MOST_ROWS:]))


class CityPassport(PublicDetailView):
    """The passport as a page; `?section=` chooses its parts."""

    model = City
    template_name = "portal/passport.html"

    def facts_on(self, asked):
        city = self.object
        chosen, unknown = chosen_sections(self.request.GET.getlist("section"))
        return {
            "passport": passport_of(city, asked, chosen),
            "choices": [
                (key, heading, chosen is None or key in chosen) for key, (heading, _rows) in SECTIONS.items()
            ],
            "unknown": [name[:40] for name in unknown[:3]],
            "origin": origin_of(self.request),
        }

    def get_context_data(self, **kwargs):
        address = reverse("city_passport", args=[self.object.slug])
        return {**super().get_context_data(**kwargs), "canonical": address}

    def structured(self, context):
        city = context["city"]
        steps = (
            (_("Cities"), reverse("networks:city_list")),
            (city.name, city.get_absolute_url()),
            (_("Passport"), reverse("city_passport", args=[city.slug])),
        )
        return [breadcrumbs(origin_of(self.request), *steps)]
