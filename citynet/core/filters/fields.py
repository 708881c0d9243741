"""Form fields for values that an address repeats, `country=IT&country=FR`."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..dates import PartialDate
from ..fields import PartialDateFormField
from ..text import fold
from .narrowing import Pick

MAX_NAME = 200  # characters of a typed name
MAX_VALUES = 20  # typed values of one filter
CUT = 60  # characters of a refused value that are said again


def cut(text):
    """Give the beginning of what a visitor typed, to be said again in a message."""
    return text if len(text) <= CUT else f"{text[:CUT]}…"


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
    """Choices to tick. `choices` gives {value: Pick} when it is first needed, `unused` what is not in it.

    A value may also be typed: by its words, accents and case aside.
    """

    template = "core/_filter_choices.html"

    def __init__(self, choices, unused=None, **kwargs):
        self.choices, self.unused = choices, unused
        super().__init__(**kwargs)

    def clean(self, values):
        self.refused = []
        known = self.choices() if values else {}
        picks, by_words = [], None
        for value in values:
            pick = known.get(value) or known.get(value.lower()) or known.get(value.upper())
            if pick := pick or (self.unused and self.unused(value)):
                picks.append(pick)
                continue
            if by_words is None:
                by_words = {}
                for pick in known.values():
                    by_words.setdefault(fold(pick.words), []).append(pick)
            found = by_words.get(fold(value), ()) if len(value) <= MAX_NAME else ()
            picks += found
            if not found and len(self.refused) < MAX_VALUES:
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
            raise ValidationError(PartialDate.too_open(value), code="invalid")
        return day
