"""What every public filter set is made of: fields for repeated values, menus, and a cheap crispy form.

A filter set is the whole question that an address asks: `filters.qs` are the rows, in their order, and the
page, the downloads and the API all take them from there. What it cannot read it leaves out and says so in
`problems`; it never raises for anything a visitor typed.

A filter with a `path` narrows the rows by itself. The others are told of in `ListFilter.narrow`, in plain
ORM code, where several of them speak of the same row (a membership's network and category).
"""

from .facets import FACET_CAP, relation
from .fields import MAX_NAME, MAX_VALUES, DayField, NameField, PickField, SeveralField, YearField
from .filterset import AT_HAND, Chip, ListFilter, Problem
from .form import FilterForm
from .kinds import (
    MAX_WORDS,
    Choices,
    Day,
    MenuFilter,
    Names,
    Number,
    OnDay,
    PublicFilter,
    Sort,
    Words,
    Years,
)
from .menus import Menu
from .narrowing import Pick, any_of, in_years, keys_of, values_of

__all__ = [
    "AT_HAND",
    "FACET_CAP",
    "MAX_NAME",
    "MAX_VALUES",
    "MAX_WORDS",
    "Chip",
    "Choices",
    "Day",
    "DayField",
    "FilterForm",
    "ListFilter",
    "Menu",
    "MenuFilter",
    "NameField",
    "Names",
    "Number",
    "OnDay",
    "Pick",
    "PickField",
    "Problem",
    "PublicFilter",
    "SeveralField",
    "Sort",
    "Words",
    "Years",
    "YearField",
    "any_of",
    "in_years",
    "keys_of",
    "relation",
    "values_of",
]
