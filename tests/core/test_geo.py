"""Regions: what is read, what is refused, and which places lie inside."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from citynet.core.geo import Box
from citynet.core.templatetags.maps import places_address
from networks.models import City
from tests.networks.make import make_city

FOUR_NUMBERS = (
    "A region is four numbers, the degrees of its west, south, east and north, such as 6.5,36,18.6,47.1."
)
LONGITUDES = "West and east lie between -180 and 180 degrees."
LATITUDES = "South and north lie between -90 and 90 degrees."
REVERSED = "The south, the second number, must not lie above the north, the fourth."


@pytest.mark.parametrize(
    ("text", "box", "plainest", "words"),
    [
        ("6.5,36,18.6,47.1", (6.5, 36, 18.6, 47.1), "6.5,36,18.6,47.1", "36° N 6.5° E – 47.1° N 18.6° E"),
        (" 1, 2 ,3.0,4e0 ", (1, 2, 3, 4), "1,2,3,4", "2° N 1° E – 4° N 3° E"),
        ("170,-50,-170,-0", (170, -50, -170, 0), "170,-50,-170,0", "50° S 170° E – 0° N 170° W"),
        ("-180,-90,180,90", (-180, -90, 180, 90), "-180,-90,180,90", "90° S 180° W – 90° N 180° E"),
        (
            "0.00001,0,0.00002,0",
            (1e-05, 0, 2e-05, 0),
            "0.00001,0,0.00002,0",
            "0° N 0.00001° E – 0° N 0.00002° E",
        ),
    ],
)
def test_a_region_is_read_and_written_in_its_plainest_form(text, box, plainest, words):
    region = Box.read(text)
    assert region == box
    assert str(region) == plainest
    assert region.words() == words
    assert Box.read(plainest) == region


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", FOUR_NUMBERS),
        ("1,2,3", FOUR_NUMBERS),
        ("1,2,3,4,5", FOUR_NUMBERS),
        ("a,b,c,d", FOUR_NUMBERS),
        ("1,2,3,", FOUR_NUMBERS),
        ("nan,2,3,4", FOUR_NUMBERS),
        ("1,2,inf,4", FOUR_NUMBERS),
        ("1,2,-inf,4", FOUR_NUMBERS),
        ("1e999,2,3,4", FOUR_NUMBERS),
        ("9" * 9000, FOUR_NUMBERS),
        ("1;2;3;4", FOUR_NUMBERS),
        ("-180.1,0,0,1", LONGITUDES),
        ("0,0,540,1", LONGITUDES),
        ("0,-91,1,1", LATITUDES),
        ("0,0,1,90.5", LATITUDES),
        ("0,47,1,36", REVERSED),
    ],
)
def test_nonsense_is_refused_with_a_sentence_that_says_why(text, sentence):
    with pytest.raises(ValidationError) as refused:
        Box.read(text)
    assert refused.value.messages == [sentence]


@given(st.text(st.sampled_from("0123456789.,-+eE_ nainf\x00٣²½"), max_size=40))
def test_whatever_is_typed_is_either_a_region_or_refused(text):
    try:
        region = Box.read(text)
    except ValidationError:
        return
    assert -90 <= region.south <= region.north <= 90
    assert str(Box.read(str(region))) == str(region)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("10,40,20,50", ["corner", "inside", "opposite"]),
        ("10.1,40.1,20,50", ["inside", "opposite"]),
        ("10,40,10,40", ["corner"]),
        ("10.0000001,40,20,45", ["inside"]),
        ("170,-50,-170,10", ["fiji", "samoa", "taveuni", "west of the line"]),
        ("170,-50,180,10", ["fiji", "taveuni", "west of the line"]),
        ("-180,-50,-170,10", ["samoa", "taveuni", "west of the line"]),
        ("-179,-50,179,50", ["corner", "fiji", "inside", "opposite", "samoa"]),
        ("179.9,-17,-179.9,-16", ["taveuni", "west of the line"]),
        (
            "-180,-90,180,90",
            ["corner", "fiji", "inside", "north pole", "opposite", "samoa", "taveuni", "west of the line"],
        ),
    ],
)
def test_a_region_holds_its_borders_and_crosses_the_antimeridian(text, inside):
    for name, latitude, longitude in (
        ("corner", 40, 10),
        ("inside", 45, 15.5),
        ("opposite", 50, 20),
        ("fiji", -18.14, 178.44),
        ("taveuni", -16.8, 180),
        ("west of the line", -16.5, -180),
        ("samoa", -13.83, -171.77),
        ("north pole", 90, 0),
        ("nowhere", None, None),
        ("half known", 45, None),
        ("the other half", None, 15),
    ):
        make_city(name=name, latitude=latitude, longitude=longitude)
    found = City.objects.filter(Box.read(text).holds()).order_by("name")
    assert list(found.values_list("name", flat=True)) == inside


@pytest.mark.parametrize(
    ("geojson", "places"),
    [
        ("/cities.geojson", "/cities.map.json"),
        ("/it/cities.geojson?network=c40&on=2019", "/it/cities.map.json?network=c40&on=2019"),
        ("/cities.geojson?q=x.geojson", "/cities.map.json?q=x.geojson"),
    ],
)
def test_the_short_form_of_a_list_is_beside_its_geojson(geojson, places):
    assert places_address(geojson) == places
