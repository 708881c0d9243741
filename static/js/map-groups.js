// Groups places that would lie on top of each other on a map.

const REACH = 56; // pixels between two groups, at least
const TILE = 256; // pixels of the whole world at zoom 0

// Takes places with `x` and `y`, Web Mercator from 0 to 1, and a zoom. Gives [{x, y, places}], each place
// in exactly one group, in the order of its first place. A cell of a grid is a group; then groups
// nearer than REACH are drawn together, the larger taking in the smaller.
export function groupPlaces(places, zoom) {
  const cell = REACH / (TILE * 2 ** zoom);
  const cells = new Map();
  const rows = Math.ceil(1 / cell) + 2;
  const key = (column, row) => column * rows + row;
  for (const place of places) {
    const column = Math.floor(place.x / cell);
    const row = Math.floor(place.y / cell);
    const found = cells.get(key(column, row));
    if (found) {
      found.places.push(place);
      found.x += place.x;
      found.y += place.y;
    } else {
      cells.set(key(column, row), { column, row, x: place.x, y: place.y, places: [place] });
    }
  }
  const groups = [...cells.values()];
  for (const group of groups) {
    group.x /= group.places.length;
    group.y /= group.places.length;
  }
  const bySize = [...groups].sort((a, b) => b.places.length - a.places.length);
  for (const group of bySize) {
    if (group.taken) {
      continue;
    }
    for (let column = group.column - 1; column <= group.column + 1; column += 1) {
      for (let row = group.row - 1; row <= group.row + 1; row += 1) {
        const other = cells.get(key(column, row));
        if (other && other !== group && !other.taken && !other.grown) {
          if (Math.hypot(other.x - group.x, other.y - group.y) < cell) {
            take(group, other);
          }
        }
      }
    }
  }
  return groups.filter((group) => !group.taken);
}

function take(group, other) {
  const all = group.places.length + other.places.length;
  group.x += ((other.x - group.x) * other.places.length) / all;
  group.y += ((other.y - group.y) * other.places.length) / all;
  group.places = group.places.concat(other.places);
  group.grown = other.taken = true;
}
