"""The outlines of countries: drawn without gaps, read back as they were, and light."""

import gzip
import json
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from citynet.portal.management.commands.draw_outlines import GRID, draw, simplify, write_arc

OUTLINES = Path(__file__).resolve().parents[2] / "static/data/outlines.json"
MOST_BYTES = 150_000  # compressed, by the budget; the page's own budget leaves about a third of it


def read_arc(text):
    """Read an arc back, by what the command's module says of the file."""
    numbers, number, shift = [], 0, 0
    for character in text:
        code = ord(character)
        group = code - 36 if code > ord("\\") else code - 35
        number |= (group & 31) << shift
        shift += 5
        if group < 32:
            numbers.append(-(number + 1) // 2 if number & 1 else number // 2)
            number = shift = 0
    x = y = 0
    positions = []
    for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + step_x, y + step_y
        positions.append((x, y))
    return positions


def two_neighbours():
    """Give a topology of Italy and France as two squares that share an edge, and of a speck in the sea."""
    shared = [[1000, 0], [1, 1], [-1, 999]]  # up the middle, with a bend too small to be seen
    west = [[1000, 1000], [-1000, 0], [0, -1000], [1000, 0]]
    east = [[1000, 1000], [1000, 0], [0, -1000], [-1000, 0]]
    speck = [[3000, 3000], [1, 0], [0, 1], [-1, -1]]
    countries = [
        {"type": "Polygon", "id": "380", "properties": {"name": "Italy"}, "arcs": [[0, 1]]},
        {"type": "MultiPolygon", "id": "250", "properties": {"name": "France"}, "arcs": [[[0, 2]], [[3]]]},
    ]
    land = {"type": "MultiPolygon", "arcs": [[[1, -3]], [[3]]]}
    return {
        "transform": {"scale": [0.01, 0.01], "translate": [0, 40]},
        "arcs": [shared, west, east, speck],
        "objects": {
            "countries": {"type": "GeometryCollection", "geometries": countries},
            "land": {"type": "GeometryCollection", "geometries": [land]},
        },
    }


def test_neighbours_share_a_border_and_specks_are_left_out():
    outlines = draw(two_neighbours())
    border, west, east = map(read_arc, outlines["arcs"].split())
    assert outlines["grid"] == GRID == 50
    assert border == [(500, 2000), (500, 2500)]
    assert west == [(500, 2500), (0, 2500), (0, 2000), (500, 2000)]
    assert east == [(500, 2500), (1000, 2500), (1000, 2000), (500, 2000)]
    assert outlines["borders"] == [0]
    assert outlines["land"] == [[1, -3]]


def test_the_name_of_a_country_stands_inside_it():
    (france, fx, fy, france_width), (italy, ix, iy, italy_width) = draw(two_neighbours())["names"]
    assert (france, italy) == ("FR", "IT")
    assert 500 < fx < 1000
    assert 0 < ix < 500
    assert 2000 < fy < 2500
    assert 2000 < iy < 2500
    assert (france_width, italy_width) == (500, 500)


@pytest.mark.parametrize(
    "positions", [[(0, 0)], [(-9000, 4150), (9000, -2780)], [(1, 1), (1, 17), (-16, 48)]]
)
def test_an_arc_is_read_back_as_it_was_written(positions):
    assert read_arc(write_arc(positions)) == positions


def test_simplifying_keeps_the_ends_and_the_bends_that_matter():
    line = [(100, 0), (101, 0.001), (102, 0), (103, 5), (104, 0), (105, 0)]
    assert simplify(line) == [(5000, 0), (5100, 0), (5150, 250), (5200, 0), (5250, 0)]


def test_more_is_kept_where_most_of_the_cities_are():
    bend = [(0, 0), (0.22, 0.22), (0.44, 0)]
    assert len(simplify([(x + 100, y) for x, y in bend])) == 3
    small = [(0, 0), (0.15, 0.15), (0.3, 0)]  # 0.0225 square degrees, more in the north
    assert len(simplify([(x + 100, y) for x, y in small])) == 2
    assert len(simplify([(x + 10, y + 45) for x, y in small])) == 3


def test_the_outlines_are_whole_and_light():
    data = OUTLINES.read_bytes()
    assert len(gzip.compress(data)) < MOST_BYTES
    outlines = json.loads(data)
    arcs = [read_arc(text) for text in outlines["arcs"].split()]
    assert all(
        -360 * GRID <= x <= 360 * GRID and -90 * GRID <= y <= 90 * GRID for arc in arcs for x, y in arc
    )
    for ring in outlines["land"]:
        lines = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
        for before, after in pairwise([*lines, lines[0]]):
            assert (before[-1][0] - after[0][0]) % (360 * GRID) == 0
            assert before[-1][1] == after[0][1]
    codes = [code for code, *_place in outlines["names"]]
    assert {"IT", "FR", "XK", "MT", "SM", "VA"} <= set(codes)
    assert len(codes) == len(set(codes)) > 230


def test_the_command_writes_the_file_and_refuses_what_is_no_topology(tmp_path):
    source, target, said = tmp_path / "countries.json", tmp_path / "outlines.json", StringIO()
    source.write_text(json.dumps(two_neighbours()))
    call_command("draw_outlines", source, to=target, stdout=said)
    assert json.loads(target.read_text()) == draw(two_neighbours())
    assert "1 rings" in said.getvalue()
    source.write_text("{}")
    with pytest.raises(CommandError, match="is no TopoJSON"):
        call_command("draw_outlines", source, to=target)
