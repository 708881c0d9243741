"""What every public filter set is made of: fields for repeated values, menus, and a cheap crispy form.

A filter set is the whole question that an address asks: `filters.qs` are the rows, in their order, and the
page, the downloads and the API all take them from there. What it cannot read it leaves out and says so in
`problems`; it never raises for anything a visitor typed.

A filter with a `path` narrows the rows by itself. The others are told of in `ListFilter.narrow`, in plain
ORM code, where several of them speak of the same row (a membership's network and category).
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

import django_filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field as CrispyField
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull
from django.http import QueryDict
from django.template.loader import get_template
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_countries import countries

from .collation import BY_NAME
from .dates import PartialDate
from .fields import PartialDateFormField
from .text import fold

AT_HAND = 3  # filters in sight, of those that a list declares first
MAX_WORDS = 100  # characters of a text search: each word of it costs a condition
MAX_NAME = 200  # characters of a typed name
MAX_VALUES = 20  # typed values of one filter
LARGEST = 10**12  # of a number: what a bigint of either database holds with room to spare
CUT = 60  # characters of a refused value that are said again


def cut(text):
    """Give the beginning of what a visitor typed, to be said again in a message."""
    return text if len(text) <= CUT else f"{text[:CUT]}…"


def country_name(code):
    """Name a country by its ISO 3166-1 code, in the active language; empty for a code that is none."""
    return _country_name(code, get_language()) if len(code) == 2 else ""


@lru_cache(maxsize=10_000)
def _country_name(code, language):
    return str(countries.name(code))


def linked(rows, relation, keys):
    """Narrow rows to those that a many-to-many relation links to one of the keys, each once."""
    field = rows.model._meta.get_field(relation)
    links = field.remote_field.through._default_manager.filter(
        **{field.m2m_field_name(): OuterRef("pk"), f"{field.m2m_reverse_field_name()}__in": keys}
    )
    return rows.filter(Exists(links))


def any_of(rows):
    """Give the condition that a correlated queryset has a row, for lists of few rows beside a big table.

    PostgreSQL makes a join of an EXISTS, and may read all memberships for it; this it asks row by row.
    """
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)


# Values ----------------------------------------------------------------------


class Pick(NamedTuple):
    """One value that a filter took: as the address has it, in words, and the keys to look for."""

    value: str
    words: str
    keys: tuple = ()


def keys_of(picks):
    """Give the keys of all picks together: repeated values mean "or"."""
    return [key for pick in picks for key in pick.keys]


@dataclass(frozen=True)
class Menu:
    """Choices that the database holds: published records by slug, or the codes in use.

    `rows` gives the queryset at each request. With `words`, which names a code, the menu has the different
    codes of the column `value`; a code that is known but not in use is taken, and finds nothing.
    """

    rows: Callable[[], QuerySet]
    value: str = "slug"
    label: str = "name"
    parent: str | None = None
    words: Callable[[str], str] | None = None

    def select(self, number):
        """Give (number, value, label, key, parent's key) of each choice, ready for one UNION of all menus."""
        none = Value(0, output_field=IntegerField())
        number = Value(number, output_field=IntegerField())
        if self.words:
            rows = self.rows().exclude(**{self.value: ""}).order_by()
            nothing = Value("", output_field=TextField())
            return rows.values_list(number, Cast(self.value, TextField()), nothing, none, none).distinct()
        value, label = Cast(self.value, TextField()), Cast(self.label, TextField())
        return self.rows().order_by().values_list(number, value, label, "pk", self.parent or none)

    def picks(self, found):
        """Give {value: Pick} of the (value, label, key, parent) that were found, sorted by label."""
        return _picks(self, tuple(found), get_language())

    def unused(self, value):
        """Give the Pick of a code that is known though no row has it, or None."""
        words = self.words and self.words(value)
        return Pick(value, str(words), (value,)) if words else None


@lru_cache(maxsize=100)
def _picks(menu, found, language):
    """Name and sort a menu; the same menu comes with nearly every request."""
    if menu.words:
        named = [Pick(code, str(menu.words(code) or code), (code,)) for code, *_rest in found]
    else:
        below = {}
        for _value, _label, key, parent in found:
            if parent:
                below.setdefault(parent, []).append(key)
        named = [Pick(value, label, (key, *below.get(key, ()))) for value, label, key, _parent in found]
    return {pick.value: pick for pick in sorted(named, key=lambda pick: (fold(pick.words), pick.value))}


class SeveralInput(forms.Widget):
    """The values of a repeated name, `country=IT&country=FR`; written out by the layout's templates."""

    use_fieldset = True

    def value_from_datadict(self, data, files, name):
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return list(dict.fromkeys(value.strip() for value in values if value.strip()))


class SeveralField(forms.Field):
    """Values of a repeated name. Gives a list of Picks; what it cannot read it keeps in `refused`."""

    widget = SeveralInput
    template = "core/_filter_inputs.html"
    refused = ()

    def clean(self, values):
        self.refused, picks = [], []
        for value in values[:MAX_VALUES]:
            try:
                picks += self.read(value)
            except ValidationError as error:
                self.refused += error.messages
        if len(values) > MAX_VALUES:
            self.refused.append(
                _("%(label)s: at most %(number)d values can be given; the others are left out.")
                % {"label": self.label, "number": MAX_VALUES}
            )
        return picks

    def read(self, value):
        """Give the Picks of one value, or raise ValidationError."""
        raise NotImplementedError


class PickField(SeveralField):
    """Choices to tick. `choices` gives {value: Pick} when it is first needed, `unused` what is not in it."""

    template = "core/_filter_choices.html"

    def __init__(self, choices, unused=None, **kwargs):
        self.choices, self.unused = choices, unused
        super().__init__(**kwargs)

    def clean(self, values):
        self.refused = []
        known = self.choices() if values else {}
        picks = []
        for value in values:
            pick = known.get(value) or known.get(value.lower()) or known.get(value.upper())
            if pick := pick or (self.unused and self.unused(value)):
                picks.append(pick)
            elif len(self.refused) < MAX_VALUES:
                self.refused.append(
                    _("%(label)s: there is no “%(value)s” to choose, so it is left out.")
                    % {"label": self.label, "value": cut(value)}
                )
        return list(dict.fromkeys(picks))


class NameField(SeveralField):
    """Names of records that are too many for a menu, typed with suggestions.

    `find` takes the typed texts and gives a list of (text, pk, slug, name): a slug, or a name in any of its
    languages, accents and case aside. A name that several records have means all of them.
    """

    def __init__(self, find, suggest, **kwargs):
        self.find, self.suggest = find, suggest
        super().__init__(**kwargs)

    def clean(self, values):
        self.refused = []
        texts = [value for value in values if len(value) <= MAX_NAME and "\x00" not in value][:MAX_VALUES]
        found = {}
        for text, pk, slug, name in self.find(texts) if texts else ():
            found.setdefault(text, []).append((pk, slug, name))
        for value in values:
            if value not in found and len(self.refused) < MAX_VALUES:
                self.refused.append(
                    _("%(label)s: “%(value)s” is not known here, so it is left out. Is it spelt otherwise?")
                    % {"label": self.label, "value": cut(value)}
                )
        return [self.pick(text, rows) for text, rows in found.items()]

    def pick(self, text, rows):
        keys = tuple(pk for pk, slug, name in rows)
        return Pick(text, text, keys) if len(rows) > 1 else Pick(rows[0][1], rows[0][2], keys)


class YearField(SeveralField):
    """Years, as four digits or fewer."""

    input_mode = "numeric"

    def read(self, value):
        if not (value.isascii() and value.isdigit() and len(value) <= 4 and int(value)):
            raise ValidationError(
                _("%(label)s: “%(value)s” is not a year, so it is left out. Write it like 2019.")
                % {"label": self.label, "value": cut(value)}
            )
        return [Pick(str(int(value)), str(int(value)), (int(value),))]


class DayField(PartialDateFormField):
    """A day, month, year or decade to compare with."""

    widget = forms.TextInput

    def clean(self, value):
        day = super().clean(value)
        if day.precision == "by":
            raise ValidationError(PartialDate.refusal(value), code="invalid")
        return day


# Filters ---------------------------------------------------------------------


class PublicFilter(django_filters.Filter):
    """A filter of a public list. `picks` says what it took, for chips and addresses."""

    is_chip = True

    def __init__(self, label, path=None, **kwargs):
        self.path = path
        super().__init__(label=label, **kwargs)

    def __deepcopy__(self, memo):
        """Every request has its own filters: copy what it changes, not the labels and choices."""
        new = copy.copy(self)
        new.extra = dict(self.extra)
        return new

    def filter(self, rows, value):
        return self.narrow(rows, value) if value and self.path else rows

    def narrow(self, rows, picks):
        keys = keys_of(picks)
        field = rows.model._meta.get_field(self.path.split("__")[0])
        if field.many_to_many:
            return linked(rows, self.path, keys)
        return rows.filter(**{f"{self.path}__in": keys})

    def picks(self, value):
        return value


class Words(PublicFilter):
    """Words that must all be in a record's names (`q`)."""

    field_class = forms.CharField

    def __init__(self, label):
        super().__init__(label, path="search_text", max_length=MAX_WORDS)

    def narrow(self, rows, words):
        return rows.matching(words)

    def picks(self, words):
        return [Pick(words, f"“{words}”")]


class Choices(PublicFilter):
    """One or more of choices that the code names."""

    field_class = PickField

    def __init__(self, choices, label, path=None):
        self.pairs = choices
        super().__init__(label, path, choices=self.read)

    def read(self):
        return {value: Pick(value, str(words), (value,)) for value, words in self.pairs}


class MenuFilter(PublicFilter):
    """One or more of a Menu's choices."""

    field_class = PickField

    def __init__(self, menu, label, path=None):
        self.menu = menu
        super().__init__(label, path, unused=menu.unused)

    @property
    def field(self):
        self.extra["choices"] = self.read
        return super().field

    def read(self):
        return self.parent.menus[self.menu]


class Names(PublicFilter):
    """One or more records by name or slug."""

    field_class = NameField

    def __init__(self, find, suggest, label, path=None):
        super().__init__(label, path, find=find, suggest=reverse_lazy(suggest))


class Years(PublicFilter):
    """One or more years."""

    field_class = YearField


class Number(PublicFilter):
    """A whole number."""

    field_class = forms.IntegerField

    def __init__(self, label, path=None):
        super().__init__(label, path, min_value=0, max_value=LARGEST)

    def narrow(self, rows, number):
        return rows.filter(**{self.path: number})

    def filter(self, rows, number):
        return rows if number is None or not self.path else self.narrow(rows, number)

    def picks(self, number):
        return [] if number is None else [Pick(str(number), number_format(number, force_grouping=True))]


class Day(PublicFilter):
    """A partial date, to be compared in `narrow`."""

    field_class = DayField

    def __init__(self, label, **kwargs):
        super().__init__(label, **kwargs)

    def picks(self, day):
        return [Pick(str(day), day.words())]


class OnDay(Day):
    """The day that the whole list is asked about (`on`)."""

    def __init__(self):
        super().__init__(gettext_lazy("As of"), help_text=gettext_lazy("A day, month or year gone by."))


class Sort(PublicFilter):
    """The order of the rows (`sort`), one of the filter set's `sorts`."""

    is_chip = False
    field_class = forms.ChoiceField

    @property
    def field(self):
        self.extra["choices"] = [
            ("", _("usual order")),
            *((key, s[0]) for key, s in self.parent.sorts.items()),
        ]
        return super().field

    def picks(self, key):
        return [Pick(key, key)]


# The form --------------------------------------------------------------------

_REMEMBERED = {}
_MOST_REMEMBERED = 1000


class Remembered(CrispyField):
    """A field that crispy lays out once for each value, choice and language, and then remembers.

    Rendering is most of a list page's work (TRAPS 1) and nearly all fields of it are the same every time.
    Free text is not remembered: there is no end of it.
    """

    def __init__(self, name):
        super().__init__(name)
        self.name = name

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        bound = form[self.name]
        value, field = bound.value(), bound.field
        choices = getattr(field, "choices", None)
        if callable(choices):
            known = choices()
            absent = (field.unused(text) for text in value if text not in known) if field.unused else ()
            choices = (*known.values(), *filter(None, absent))
        elif choices:
            choices = tuple((key, str(label)) for key, label in choices)
        if value and not choices:
            return self.render_now(form, context, template_pack, choices)
        value = tuple(value) if isinstance(value, list) else value
        key = (form.kind, self.name, get_language(), value, choices, tuple(form.errors.get(self.name, ())))
        if key not in _REMEMBERED:
            if len(_REMEMBERED) >= _MOST_REMEMBERED:
                _REMEMBERED.clear()
            _REMEMBERED[key] = self.render_now(form, context, template_pack, choices)
        return _REMEMBERED[key]

    def render_now(self, form, context, template_pack, choices):
        field = form.fields[self.name]
        return self.get_rendered_fields(
            form,
            context,
            template_pack,
            template=getattr(field, "template", None),
            extra_context={"choices": choices},
        )


class Folded(LayoutObject):
    """The filters that stay folded up until one of them is used."""

    template = "core/_filter_more.html"

    def __init__(self, *fields):
        self.fields = list(fields)

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        html = self.get_rendered_fields(form, context, template_pack)
        used = sum(bool(form.cleaned_data.get(field.name)) for field in self.fields)
        return get_template(self.template).render({"fields": html, "used": used})


class Row(LayoutObject):
    """The fields that are always in sight."""

    template = "core/_filter_row.html"

    def __init__(self, *fields):
        self.fields = list(fields)

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        html = self.get_rendered_fields(form, context, template_pack)
        return get_template(self.template).render({"fields": html})


class Grid(Row):
    """The filters that are declared first, since most visitors come for them."""

    template = "core/_filter_grid.html"


class FilterForm(forms.Form):
    """A filter set's form: a label for every field, and ids that no other form of the page has."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="filter-%s", **kwargs)


# The filter set --------------------------------------------------------------


class Chip(NamedTuple):
    """An active filter: its name, label and value in words, and the query without it."""

    name: str
    label: str
    words: str
    query: str


class ListFilter(django_filters.FilterSet):
    """The base of every public list's filters; see the top of this module.

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


def in_years(years, start="start_earliest", end="end_latest"):
    """Give the Q of a period, between two columns of days, that may touch one of the years."""
    found = Q()
    for year in keys_of(years):
        period = PartialDate(f"{year:04}")
        found |= Q(**{f"{start}__lte": period.latest, f"{end}__gte": period.earliest})
    return found
