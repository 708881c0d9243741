"""Places on maps: the region that a list is narrowed to, and what a map shows of a list.

Positions are WGS 84 in degrees, as RFC 7946 §4 has them.
"""

import math
from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import JsonResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .countries import country_name
from .filters import Pick, PublicFilter

MAP_FORMAT = "map.json"
MOST_PLACES = 10_000  # that a map shows, and that a visitor loads for it
DIGITS = 4  # behind the point of a degree: 11 metres
LONGEST = 100  # characters of a region


class Box(NamedTuple):
    """A region between two meridians and two parallels; `west` > `east` if it crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text):
        """Read `west,south,east,north` in degrees (RFC 7946 §5). Raises ValidationError, which says why."""
        try:
            numbers = [float(part) for part in text.split(",")] if len(text) <= LONGEST else []
        except ValueError:
            numbers = []
        if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
            raise ValidationError(
                _(
                    "A region is four numbers, the degrees of its west, south, east and north, such as"
                    " 6.5,36,18.6,47.1."
                )
            )
        box = cls(*(number + 0 for number in numbers))  # + 0: no "-0"
        if not all(-180 <= number <= 180 for number in (box.west, box.east)):
            raise ValidationError(_("West and east lie between -180 and 180 degrees."))
        if not all(-90 <= number <= 90 for number in (box.south, box.north)):
            raise ValidationError(_("South and north lie between -90 and 90 degrees."))
        if box.south > box.north:
            raise ValidationError(
                _("The south, the second number, must not lie above the north, the fourth.")
            )
        return box

    def __str__(self):
        return ",".join(f"{number:.10f}".rstrip("0").rstrip(".") for number in self)

    def words(self):
        """Write the south-western and the north-eastern corner: `36° N 6.5° E – 47.1° N 18.6° E`."""
        north, south, east, west = _("%s° N"), _("%s° S"), _("%s° E"), _("%s° W")

        def corner(latitude, longitude):
            return " ".join(
                words % number_format(f"{abs(number):.10f}".rstrip("0").rstrip("."))
                for words, number in (
                    (south if latitude < 0 else north, latitude),
                    (west if longitude < 0 else east, longitude),
                )
            )

        return f"{corner(self.south, self.west)} – {corner(self.north, self.east)}"

    def holds(self, prefix=""):
        """Give the Q of rows inside, borders included; a row without a position is not inside.

        `prefix` leads to the row that has `latitude` and `longitude`.
        """
        longitude = f"{prefix}longitude"
        inside = Q(**{f"{prefix}latitude__range": (self.south, self.north)})
        if self.west > self.east:
            return inside & (Q(**{f"{longitude}__gte": self.west}) | Q(**{f"{longitude}__lte": self.east}))
        meridians = Q(**{f"{longitude}__range": (self.west, self.east)})
        # The meridians of 180 degrees east and west are the same one.
        if self.west == -180:
            meridians |= Q(**{longitude: 180})
        if self.east == 180:
            meridians |= Q(**{longitude: -180})
        return inside & meridians


class RegionField(forms.CharField):
    """A Box, or None."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        return Box.read(text) if text else None


class Region(PublicFilter):
    """A region of the map (`bbox`), to be compared in `narrow` by `Box.holds`."""

    field_class = RegionField

    def __init__(self):
        super().__init__(
            gettext_lazy("Region"),
            help_text=gettext_lazy("West, south, east and north in degrees; a map can write it for you."),
        )

    def picks(self, box):
        return [Pick(str(box), box.words())]


class Place(NamedTuple):
    """A row of a list where a map shows it: `fact` says in a few words what matters of it."""

    latitude: float
    longitude: float
    name: str
    slug: str
    country: str
    fact: str


class OnMap:
    """Makes the rows of a FilteredListView known to maps, at the list's address that ends in `.map.json`.

    The answer is `{"places": [[latitude, longitude, name, slug, country, fact]], "countries": {code: name},
    "pattern": "/cities/{slug}/", "is_cut_off": false}`: at most MOST_PLACES, the first ones in the list's
    order. GeoJSON says the same and all else, in ten times as many bytes.
    """

    def places(self, filters, most):
        """Give the first `most` Places of what the filters find."""
        raise NotImplementedError

    def pattern(self):
        """Give the address of a row's page, with `{slug}` in the place of its slug."""
        return self.model(slug="0-slug-0").get_absolute_url().replace("0-slug-0", "{slug}")

    def download(self, filters, format):
        if format != MAP_FORMAT:
            return super().download(filters, format)
        found = self.places(filters, MOST_PLACES + 1)
        places = found[:MOST_PLACES]
        return JsonResponse(
            {
                "places": [
                    (round(place.latitude, DIGITS), round(place.longitude, DIGITS), *place[2:])
                    for place in places
                ],
                "countries": {
                    code: country_name(code) or code for code in sorted({place.country for place in places})
                },
                "pattern": self.pattern(),
                "is_cut_off": len(found) > len(places),
            },
            json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
        )
