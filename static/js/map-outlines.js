// The countries of a map, drawn from static/data/outlines.json: how the file is written, the command
// draw_outlines says. All positions are Web Mercator in parts of the world: x and y from 0 to 1.

function readArc(text, grid) {
  const numbers = [];
  let number = 0;
  let shift = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const group = code - (code > 92 ? 36 : 35);
    number |= (group & 31) << shift;
    shift += 5;
    if (group < 32) {
      numbers.push(number & 1 ? -(number + 1) / 2 : number / 2);
      number = shift = 0;
    }
  }
  const line = new Float64Array(numbers.length);
  let x = 0;
  let y = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    x += numbers[i];
    y += numbers[i + 1];
    line[i] = across(x / grid);
    line[i + 1] = down(y / grid);
  }
  return line;
}

export const across = (longitude) => longitude / 360 + 0.5;

export function down(latitude) {
  const sine = Math.sin((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

function reversed(line) {
  const back = new Float64Array(line.length);
  for (let i = 0; i < line.length; i += 2) {
    back[i] = line[line.length - 2 - i];
    back[i + 1] = line[line.length - 1 - i];
  }
  return back;
}

// Joins parts to one line that goes on across the antimeridian, and says between which x and y it lies.
function bounded(parts) {
  const line = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let length = 0;
  for (const part of parts) {
    const turns = length ? Math.round(line[length - 2] - part[0]) : 0;
    for (let i = 0; i < part.length; i += 2) {
      line[length + i] = part[i] + turns;
      line[length + i + 1] = part[i + 1];
    }
    length += part.length;
  }
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < line.length; i += 2) {
    bounds[0] = Math.min(bounds[0], line[i]);
    bounds[1] = Math.min(bounds[1], line[i + 1]);
    bounds[2] = Math.max(bounds[2], line[i]);
    bounds[3] = Math.max(bounds[3], line[i + 1]);
  }
  return { line, bounds };
}

function read({ grid, arcs, land, borders, names }, language) {
  const lines = arcs.split(" ").map((text) => readArc(text, grid));
  const words = new Intl.DisplayNames([language, "en"], { type: "region" });
  return {
    land: land.map((ring) => bounded(ring.map((arc) => (arc < 0 ? reversed(lines[~arc]) : lines[arc])))),
    borders: borders.map((arc) => bounded([lines[arc]])),
    names: names.map(([code, x, y, width]) => ({
      words: words.of(code),
      x: across(x / grid),
      y: down(y / grid),
      room: width / grid / 360,
    })),
  };
}

// Gives a Leaflet layer of the outlines, in the colours that the map's CSS variables say.
export function outlineLayer(L, file, language) {
  const outlines = read(file, language);

  const Outlines = L.GridLayer.extend({
    // Draws one tile at a time, so that the page can answer a finger or a key between two of them.
    createTile({ x, y, z }, done) {
      const side = this.getTileSize().x;
      const sharpness = Math.min(window.devicePixelRatio || 1, 2);
      const tile = document.createElement("canvas");
      tile.width = tile.height = side * sharpness;
      setTimeout(() => {
        if (this._map) {
          const pen = tile.getContext("2d");
          pen.scale(sharpness, sharpness);
          this.draw(pen, 256 * 2 ** z, x * side, y * side, side);
        }
        done(null, tile);
      });
      return tile;
    },

    draw(pen, world, left, top, side) {
      const style = getComputedStyle(this._map.getContainer());
      const color = (name) => style.getPropertyValue(name);
      const margin = 2 / world;
      // The world repeats itself to both sides, and a line may reach into the next one.
      const turnsInSight = [];
      for (let turns = Math.floor(left / world) - 1; turns <= (left + side) / world; turns += 1) {
        turnsInSight.push(turns);
      }
      const trace = ({ line, bounds }) => {
        for (const turns of turnsInSight) {
          const isSeen =
            bounds[0] + turns <= (left + side) / world + margin &&
            bounds[2] + turns >= left / world - margin &&
            bounds[1] <= (top + side) / world + margin &&
            bounds[3] >= top / world - margin;
          if (isSeen) {
            traceLine(line, left - turns * world);
          }
        }
      };

      const traceLine = (line, origin) => {
        let lastX = line[0] * world - origin;
        let lastY = line[1] * world - top;
        pen.moveTo(lastX, lastY);
        for (let i = 2; i < line.length; i += 2) {
          const x = line[i] * world - origin;
          const y = line[i + 1] * world - top;
          if (Math.abs(x - lastX) + Math.abs(y - lastY) >= 0.7 || i === line.length - 2) {
            pen.lineTo((lastX = x), (lastY = y));
          }
        }
      };

      pen.beginPath();
      outlines.land.forEach(trace);
      pen.fillStyle = color("--map-land");
      pen.fill("evenodd");
      pen.beginPath();
      outlines.borders.forEach(trace);
      pen.lineJoin = "round";
      pen.lineWidth = 1;
      pen.strokeStyle = color("--map-border");
      pen.stroke();

      pen.font = `${color("--map-name-size")} ${style.fontFamily}`;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillStyle = color("--map-name");
      for (const name of outlines.names) {
        const x = name.x * world - left;
        const y = name.y * world - top;
        if (y < -10 || y > side + 10) {
          continue;
        }
        name.width ??= pen.measureText(name.words).width;
        if (name.room * world > name.width * 1.15) {
          turnsInSight.forEach((turns) => pen.fillText(name.words, x + turns * world, y));
        }
      }
    },
  });
  return new Outlines({ tileSize: 512 }); // fewer and larger: the longest coast is drawn on each
}
