"""Choices that the database holds."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language

from ..alphabet import sort_key
from ..translated import in_language
from .narrowing import Pick


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
        value, label = Cast(self.value, TextField()), Cast(in_language(self.label), TextField())
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
    return {
        pick.value: pick
        for pick in sorted(named, key=lambda pick: (sort_key(pick.words, language), pick.value))
    }
