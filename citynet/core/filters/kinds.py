"""The kinds of filters that a list is declared with."""

import copy

import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.urls import reverse_lazy
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import published_q
from .fields import DayField, NameField, PickField, YearField
from .narrowing import Pick, keys_of

MAX_WORDS = 100  # characters of a text search: each word of it costs a condition
LARGEST = 10**12  # of a number: what a bigint of either database holds with room to spare


class PublicFilter(django_filters.Filter):
    """A filter of a public list. `picks` says what it took, for chips and addresses.

    With a `path`, a column or a many-to-many relation, it narrows the rows by itself; `public` is the way
    to a record on that path that must be public too (`seat__`).
    """

    is_chip = True
    has_facet = False

    def __init__(self, label, path=None, public=None, **kwargs):
        self.path, self.public = path, public
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
        if through := self.through(rows):
            links, to, column = through
            return rows.filter(Exists(links.filter(**{to: OuterRef("pk"), f"{column}__in": keys})))
        return self.among(rows).filter(**{f"{self.path}__in": keys})

    def among(self, rows):
        """Give the rows that have anything public at the path."""
        return rows.filter(published_q(self.public)) if self.public else rows

    def through(self, rows):
        """Give (links, their column of the row, their column of the key) of a many-to-many path, or None."""
        field = rows.model._meta.get_field(self.path.split("__")[0])
        if field.many_to_many:
            links = field.remote_field.through._default_manager.all()
            return links, field.m2m_field_name(), field.m2m_reverse_field_name()
        return None

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
        return [Pick(words, _("“%s”") % words)]


class Choices(PublicFilter):
    """One or more of choices that the code names."""

    field_class = PickField
    has_facet = True

    def __init__(self, choices, label, path=None):
        self.pairs = choices
        super().__init__(label, path, choices=self.read)

    def read(self):
        return {value: Pick(value, str(words), (value,)) for value, words in self.pairs}


class MenuFilter(PublicFilter):
    """One or more of a Menu's choices."""

    field_class = PickField
    has_facet = True

    def __init__(self, menu, label, path=None, public=None):
        self.menu = menu
        super().__init__(label, path, public, unused=menu.unused)

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


class Exactly(PublicFilter):
    """Whether numbers are wanted that are too costly to be counted for everybody (`exact=on`)."""

    is_chip = False
    field_class = forms.BooleanField

    def __init__(self):
        super().__init__(gettext_lazy("Count exactly"), widget=forms.HiddenInput)

    def picks(self, wanted):
        return [Pick("on", "")] if wanted else []
