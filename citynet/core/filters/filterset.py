"""The base of every filter set, and the chips that say what it took."""

from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

import django_filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..collation import BY_NAME
from ..dates import PartialDate
from .form import FilterForm, Folded, Grid, Remembered, Row
from .kinds import MenuFilter, Words

AT_HAND = 3  # filters in sight, of those that a list declares first


class Chip(NamedTuple):
    """An active filter: its name, label and value in words, and the query without it."""

    name: str
    label: str
    words: str
    query: str


class ListFilter(django_filters.FilterSet):
    """The base of every public list's filters; see the top of the package.

    `sorts` maps each `sort=` key to (label, expressions to order by); the first is the usual one. A filter
    called `from_` is `from` in addresses, which Python does not let us write.
    """

    q = Words(gettext_lazy("Search words"))

    sorts = {"name": (gettext_lazy("name"), BY_NAME)}
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

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(QueryDict() if data is None else data, *args, **kwargs)

    @cached_property
    def day(self):
        """What `.on()` takes: the day that is asked about, or today."""
        return self.given.get("on") or timezone.localdate()

    @cached_property
    def given(self):
        self.errors  # noqa: B018 - cleans the form
        return {name: self.form.cleaned_data.get(name) for name in self.filters}

    @cached_property
    def menus(self):
        """All menus of the form as {menu: {value: Pick}}, in one SQL statement."""
        menus = list(dict.fromkeys(f.menu for f in self.filters.values() if isinstance(f, MenuFilter)))
        if not menus:
            return {}
        first, *others = (menu.select(number) for number, menu in enumerate(menus))
        found = [[] for _menu in menus]
        for number, *choice in first.union(*others, all=True) if others else first:
            found[number].append(tuple(choice))
        return {menu: menu.picks(rows) for menu, rows in zip(menus, found, strict=True)}

    def filter_queryset(self, queryset):
        given = self.given
        for name, filter_ in self.filters.items():
            queryset = filter_.filter(queryset, given[name])
        queryset = self.narrow(queryset, given)
        return queryset.order_by(*self.sorts[given.get("sort") or self.usual_sort(given)][1])

    def get_form_class(self):
        form = super().get_form_class()
        form.kind = type(self)
        return form

    @property
    def form(self):
        if not hasattr(self, "_form"):
            form = super().form
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
        others = [Remembered(name) for name in self.filters if name not in self.in_sight]
        at_hand, folded = others[:AT_HAND], others[AT_HAND:]
        helper.layout = Layout(Row(*seen), Grid(*at_hand), *([Folded(*folded)] if folded else []))
        return helper

    @cached_property
    def problems(self):
        """Sentences on every value that could not be used."""
        said = []
        for name, field in self.form.fields.items():
            said += getattr(field, "refused", ())
            said += [f"{field.label}: {error}" for error in self.form.errors.get(name, ())]
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
