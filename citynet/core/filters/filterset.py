"""The base of every filter set, and the chips that say what it took."""

from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

import django_filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..caching import cached
from ..collation import BY_NAME
from ..dates import PartialDate
from .facets import FACET_CAP, Facets, Relation, counting, fetch, sql_of
from .form import FilterForm, Folded, Grid, Options, Remembered, Row
from .kinds import Exactly, MenuFilter, Words

AT_HAND = 3  # filters in sight, of those that a list declares first


class Problem(str):
    """A sentence on a value that could not be used, with the id of the `field` that it was given in."""

    field = ""

    @classmethod
    def of(cls, field, words):
        problem = cls(words)
        problem.field = field
        return problem


class Chip(NamedTuple):
    """An active filter: its name, label and value in words, and the query without it."""

    name: str
    label: str
    words: str
    query: str


class ListFilter(django_filters.FilterSet):
    """The base of every public list's filters; see the top of the package.

    `sorts` maps each `sort=` key to (label, expressions to order by); the first is the usual one. Those of
    `counted_sorts` count something for every row, so they order FACET_CAP rows at most. A filter called `from_`
    is `from` in addresses, which Python does not let us write.
    """

    q = Words(gettext_lazy("Search words"))
    exact = Exactly()

    sorts = {"name": (gettext_lazy("name"), BY_NAME)}
    counted_sorts = ()
    in_sight = ("q", "on", "sort")

    class Meta:
        form = FilterForm

    @classmethod
    def get_filters(cls):
        return {name.rstrip("_"): filter_ for name, filter_ in super().get_filters().items()}

    def narrow(self, rows, given):
        """Narrow the rows by the filters that have no path; `given` has every filter's value by name."""
        return rows

    def usual_sort(self, given):
        """Give the key of the order when none is asked for."""
        return next(iter(self.sorts))

    left_out = ()

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(QueryDict() if data is None else data, *args, **kwargs)

    @cached_property
    def day(self):
        """What `.on()` takes: the day that is asked about, or today."""
        return self.given.get("on") or timezone.localdate()

    @cached_property
    def given(self):
        self.errors  # noqa: B018 - cleans the form
        given = {name: self.form.cleaned_data.get(name) for name in self.filters}
        self.given = given  # `is_long` reads it
        if given.get("sort") in self.counted_sorts and self.is_long(given):
            self.left_out = [
                _("More than %(number)s rows are too many for this order. Narrow the filters first.")
                % {"number": number_format(FACET_CAP, force_grouping=True)}
            ]
            given["sort"] = ""
        return given

    def is_long(self, given):
        """Whether more than FACET_CAP rows are found; one SQL statement, on lists that are so long."""
        if self.width <= FACET_CAP:
            return False
        rows = self.rows({**given, "sort": ""})
        return any(found > FACET_CAP for _n, found in fetch(rows.db, [counting(0, rows, FACET_CAP)]))

    @property
    def nouns(self):
        """What one row, and several, are called."""
        meta = self.queryset.model._meta
        return meta.verbose_name, meta.verbose_name_plural

    @cached_property
    def relations(self):
        return [
            value
            for kind in type(self).__mro__
            for value in vars(kind).values()
            if isinstance(value, Relation)
        ]

    @cached_property
    def _found(self):
        """What the form needs of the database, in one SQL statement: all menus, and how long the whole list is."""
        menus = dict.fromkeys(f.menu for f in self.filters.values() if isinstance(f, MenuFilter))
        parts = [counting("0, '', '', 0", self.queryset, FACET_CAP)]
        parts += [sql_of(menu.select(number)) for number, menu in enumerate(menus, start=1)]
        return cached(self.request, f"menus {self.kind}", lambda: fetch(self.queryset.db, parts))

    @property
    def width(self):
        """How many rows there are without any filter, counted up to FACET_CAP + 1."""
        return next(rows for number, _value, _label, _key, rows in self._found if not number)

    @cached_property
    def menus(self):
        """All menus of the form as {menu: {value: Pick}}."""
        menus = list(dict.fromkeys(f.menu for f in self.filters.values() if isinstance(f, MenuFilter)))
        found = [[] for _menu in menus]
        for number, *choice in self._found:
            if number:
                found[number - 1].append(tuple(choice))
        return {menu: menu.picks(rows) for menu, rows in zip(menus, found, strict=True)}

    @property
    def kind(self):
        return f"{type(self).__module__}.{type(self).__qualname__}"

    @cached_property
    def is_unfiltered(self):
        """Whether nothing that is asked narrows the rows."""
        return not self.narrowing

    @property
    def narrowing(self):
        """What is asked that narrows the rows, as [(name, value)]."""
        return [(name, pick.value) for name, pick in self.used if name not in ("sort", "exact")]

    @cached_property
    def counts(self):
        """How many rows each option leaves, as {filter: {key as text: rows}}; see `facets`."""
        key = urlencode([*self.narrowing, ("exact", self.given["exact"])])
        return cached(self.request, f"facets {self.kind} {key}", lambda: Facets(self).counts())

    def options(self, name):
        """Give the Options of a menu: what the database or the code names, and what was taken besides."""
        known = self.filters[name].read()
        taken = self.given[name] or ()
        picks = (*known.values(), *(pick for pick in taken if pick.value not in known))
        is_counted = self.counts[name] is not None
        counts = tuple(self.left_by(name, pick) for pick in picks) if is_counted else None
        return Options(picks, counts, tuple(pick.value for pick in taken))

    def left_by(self, name, pick):
        """Give how many rows an option of a filter would leave; None where that is not counted."""
        counts = self.counts[name]
        return None if counts is None else counts.get(str(pick.keys[0]), 0)

    @property
    def is_counted(self):
        """Whether all options say how many rows they leave; if not, `exact=on` counts them."""
        return None not in self.counts.values()

    def rows(self, given):
        """Give the rows that `given` finds, in no order: what pages, files and the counts of facets share."""
        rows = self.queryset.all()
        for name, filter_ in self.filters.items():
            rows = filter_.filter(rows, given[name])
        for relation in self.relations:
            rows = relation.narrow(self, rows, given)
        return self.narrow(rows, given)

    def filter_queryset(self, queryset):
        given = self.given
        return self.rows(given).order_by(*self.sorts[given.get("sort") or self.usual_sort(given)][1])

    def get_form_class(self):
        form = super().get_form_class()
        form.kind = self.kind
        return form

    @property
    def form(self):
        if not hasattr(self, "_form"):
            form = super().form
            form.filters = self
            form.full_clean()
            self.check_order(form)
        return self._form

    def check_order(self, form):
        """Leave a span out whose end lies before its beginning."""
        data = form.cleaned_data
        spans = [(name, name.removesuffix("from") + "to") for name in data if name.endswith("from")]
        for start, end in spans:
            first, last = data.get(start), data.get(end)
            if isinstance(first, PartialDate):
                first, last = first and first.earliest, last and last.latest
            if first not in (None, "") and last not in (None, "") and first > last:
                form.add_error(end, _("This lies before the beginning, so both are left out."))
                data.pop(start, None)

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = True
        seen = [Remembered(name) for name in self.in_sight if name in self.filters]
        others = [Remembered(name) for name in self.filters if name not in (*self.in_sight, "exact")]
        at_hand, folded = others[:AT_HAND], others[AT_HAND:]
        layout = [Row(*seen), Grid(*at_hand)]
        if folded:
            layout.append(Folded(*folded))
        if self.given["exact"]:
            layout.append("exact")
        helper.layout = Layout(*layout)
        return helper

    @cached_property
    def problems(self):
        """Sentences on every value that could not be used, each a Problem where a field is shown for it."""
        self.given  # noqa: B018 - leaves out what is too costly
        said = [*self.left_out]
        for name, field in self.form.fields.items():
            words = [*getattr(field, "refused", ())]
            words += [f"{field.label}: {error}" for error in self.form.errors.get(name, ())]
            shown = "" if name == "exact" or field.widget.is_hidden else self.form[name].auto_id
            said += [Problem.of(shown, sentence) for sentence in words]
        return said

    @cached_property
    def used(self):
        """What the address asks and the filters took, as [(name, Pick)] in the order of the form."""
        return [
            (name, pick)
            for name, value in self.given.items()
            if value not in (None, "")
            for pick in self.filters[name].picks(value)
        ]

    def query(self, without=None, **more):
        """Give the query string that asks the same in its plainest form, leaving out one (name, Pick)."""
        pairs = [(name, pick.value) for name, pick in self.used if (name, pick) != without]
        return urlencode(pairs + list(more.items()))

    @cached_property
    def chips(self):
        """The active filters, each with the query that takes it away."""
        return [
            Chip(name, str(self.filters[name].label), pick.words, self.query(without=(name, pick)))
            for name, pick in self.used
            if self.filters[name].is_chip
        ]

    # What several lists ask ------------------------------------------------------

    def started(self, rows, given):
        """Narrow to rows whose start may lie between `from` and `to`; a start that is not known does not."""
        first, last = given["from"], given["to"]
        if first:
            rows = rows.filter(start_latest__gte=first.earliest)
        if last:
            rows = rows.filter(start_earliest__lte=last.latest)
        return rows.exclude(start="") if first or last else rows
