"""Draw the outlines of the world's countries as the small file that the maps show.

What comes out, `static/data/outlines.json`, is one JSON object, read by `static/js/map-outlines.js`:

* `grid`: steps to a degree, in which all positions are counted;
* `arcs`: lines as texts, parted by spaces. A text is a list of numbers x, y, x, y …: a position, then the
  steps from each position to the next. A number n is written as 2n, or -2n - 1 if negative, in groups of
  five bits, lowest first, each but the last plus 32; a group g is the character 35 + g, or 36 + g from the
  backslash on, which JSON would double;
* `land`: rings as lists of arcs by number, ~number meaning backwards; together they are filled even-odd. A
  ring that crosses the antimeridian goes on beyond 180 degrees, or jumps by 360 between two arcs;
* `borders`: the numbers of the arcs between two countries;
* `names`: [ISO 3166-1 code, x, y, width] of each country: where its name fits best, and how wide it is there.

Neighbours share their arcs, so that simplifying leaves no gaps between them.
"""

import heapq
import json
import math
from collections import Counter
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django_countries import countries

GRID = 50  # steps to a degree: 2.2 km
DETAIL = 0.042  # square degrees, as the Mercator projection has them: what a bend must enclose to be kept
CLOSER = 1 / 3  # … times this where most of the cities are
WEST, SOUTH, EAST, NORTH = -25, 34, 45, 72
SMALLEST = 0.025  # square degrees of an island that is kept; of each country at least the largest part is
LEFT_OUT = {"010"}  # Antarctica has no cities, and is endless in this projection
SAMPLES = 24  # across a country, in search of the place for its name
CODES = {"Kosovo": "XK"}  # has no number in ISO 3166-1


def read_arcs(topology):
    """Give the arcs of a TopoJSON topology as lists of (longitude, latitude), beyond 180 degrees if need be."""
    (scale_x, scale_y), (move_x, move_y) = (topology["transform"][key] for key in ("scale", "translate"))
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            arc.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(go_on(arc))
    return arcs


def go_on(line):
    """Give a line that goes on across the antimeridian instead of jumping to the other side of the world."""
    turns, unrolled = 0, line[:1]
    for (before, _), (after, latitude) in pairwise(line):
        turns += round((before - after) / 360)
        unrolled.append((after + 360 * turns, latitude))
    return unrolled


def rings_of(geometry):
    """Give the rings of a TopoJSON (Multi)Polygon, holes included, as lists of arcs by number."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [ring for polygon in polygons for ring in polygon]


def number_of(arc):
    return ~arc if arc < 0 else arc


def join(ring, arcs):
    """Give a ring as one list of positions, the first one again at the end."""
    positions = []
    for arc in ring:
        line = arcs[number_of(arc)]
        line = line[::-1] if arc < 0 else line
        positions += line[1:] if positions else line
    return go_on(positions)


def project(position):
    """Give a position in Web Mercator, in degrees."""
    longitude, latitude = position
    return longitude, math.degrees(math.asinh(math.tan(math.radians(max(-85, min(85, latitude))))))


def area(positions):
    """Give the area that a closed line encloses, in square degrees of the projection."""
    projected = map(project, positions)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(projected))) / 2


def is_close(position):
    return WEST <= position[0] <= EAST and SOUTH <= position[1] <= NORTH


def simplify(arc):
    """Give the positions of an arc whose bends matter (Visvalingam and Whyatt, 1993), ends always, on the grid.

    A bend is weighed by the triangle with its neighbours, and taken away, lightest first, until the rest
    is heavy enough.
    """
    last = len(arc) - 1
    before, after = list(range(-1, last)), list(range(1, last + 2))
    projected = [project(position) for position in arc]

    def weigh(i):
        (ax, ay), (bx, by), (cx, cy) = projected[before[i]], projected[i], projected[after[i]]
        # North of everything, the projection blows up what is no larger in truth.
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2 * math.cos(math.radians(arc[i][1]))

    weights = {i: weigh(i) for i in range(1, last)}
    queue = [(weight, i) for i, weight in weights.items()]
    heapq.heapify(queue)
    while queue:
        weight, i = heapq.heappop(queue)
        if weights.get(i) != weight or weight >= DETAIL * (CLOSER if is_close(arc[i]) else 1):
            continue
        del weights[i]
        after[before[i]], before[after[i]] = after[i], before[i]
        for j in (before[i], after[i]):
            if j in weights:
                weights[j] = max(weight, weigh(j))
                heapq.heappush(queue, (weights[j], j))
    kept = (arc[i] for i in (0, *sorted(weights), last))
    on_grid = [(round(x * GRID), round(y * GRID)) for x, y in kept]
    return [on_grid[0], *(there for here, there in pairwise(on_grid) if here != there)]


def write_number(number):
    number = 2 * number if number >= 0 else -2 * number - 1
    text = ""
    while True:
        group, number = number & 31, number >> 5
        code = 35 + (group | 32 if number else group)
        text += chr(code + (code >= ord("\\")))
        if not number:
            return text


def write_arc(arc):
    steps = [arc[0], *((bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(arc))]
    return "".join(write_number(number) for step in steps for number in step)


def place_name(ring):
    """Give (x, y, width): the inner place of a ring that is farthest from its edge, and the room there."""
    edge = [project(position) for position in ring]
    west, east = min(x for x, y in edge), max(x for x, y in edge)
    south, north = min(y for x, y in edge), max(y for x, y in edge)

    def crossings(y):
        pairs = ((a, b) for a, b in pairwise(edge) if (a[1] > y) != (b[1] > y))
        return sorted(ax + (y - ay) / (by - ay) * (bx - ax) for (ax, ay), (bx, by) in pairs)

    best = (0, (west + east) / 2, (south + north) / 2, east - west)
    for i in range(1, SAMPLES):
        y = south + (north - south) * i / SAMPLES
        cuts = crossings(y)
        for left, right in zip(cuts[::2], cuts[1::2], strict=True):
            x, width = (left + right) / 2, right - left
            far = min(math.dist((x, y), position) for position in edge)
            # Names are wide and low: width counts, and half as far up and down is as good.
            best = max(best, (min(width, 4 * far), x, y, width))
    _room, x, y, width = best
    latitude = math.degrees(math.atan(math.sinh(math.radians(y))))
    return round(x * GRID), round(latitude * GRID), round(width * GRID)


def draw(topology):
    """Give the outlines of a TopoJSON of Natural Earth, as the top of this module says."""
    full = read_arcs(topology)
    shapes = [
        shape for shape in topology["objects"]["countries"]["geometries"] if shape.get("id") not in LEFT_OUT
    ]
    main, users, names = set(), Counter(), {}
    by_number = {countries.numeric(code, padded=True): code for code, _name in countries}
    for shape in shapes:
        rings = rings_of(shape)
        largest = max(rings, key=lambda ring: area(join(ring, full)))
        main.update(map(number_of, largest))
        users.update({number_of(arc) for ring in rings for arc in ring})
        number = shape.get("id")
        if code := by_number.get(number) if number else CODES.get(shape["properties"]["name"]):
            # Some countries have a second shape, of islands far away.
            place = place_name(join(largest, full))
            names[code] = max(names.get(code, place), place, key=lambda place: place[2])
    land = [
        ring
        for geometry in topology["objects"]["land"]["geometries"]
        for ring in rings_of(geometry)
        if all(number_of(arc) in users for arc in ring)
        and (area(join(ring, full)) >= SMALLEST or not main.isdisjoint(map(number_of, ring)))
    ]
    lines = {number: simplify(full[number]) for number in users}
    land = [ring for ring in land if len(join(ring, lines)) > 3]
    borders = sorted(number for number in lines if users[number] > 1 and len(lines[number]) > 1)
    used = sorted({number_of(arc) for ring in land for arc in ring} | set(borders))
    new = {number: i for i, number in enumerate(used)}
    return {
        "grid": GRID,
        "arcs": " ".join(write_arc(lines[number]) for number in used),
        "land": [[~new[~arc] if arc < 0 else new[arc] for arc in ring] for ring in land],
        "borders": [new[number] for number in borders],
        "names": [[code, *place] for code, place in sorted(names.items())],
    }


class Command(BaseCommand):
    help = (
        "Draw static/data/outlines.json from Natural Earth, as the npm package world-atlas has it: "
        "`npm pack world-atlas`, unpack, and give the path of countries-50m.json."
    )

    def add_arguments(self, parser):
        parser.add_argument("topology", type=Path, help="the TopoJSON file, countries-50m.json")
        parser.add_argument(
            "--to",
            type=Path,
            default=settings.BASE_DIR / "static/data/outlines.json",
            help="the file to write",
        )

    def handle(self, topology, to, **options):
        try:
            outlines = draw(json.loads(topology.read_text()))
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{topology} is no TopoJSON of countries and land: {error!r}") from error
        to.write_text(json.dumps(outlines, separators=(",", ":")) + "\n")
        self.stdout.write(f"{to}: {len(outlines['land'])} rings, {to.stat().st_size:,} bytes")
