// What a map shows and how it is used: places in groups, popups, keys, and the choice of a region.

const CLOSEST = 8; // zoom up to which the outlines of countries say something
const CLOSEST_WITH_TILES = 17;
const FIT_ONE = 5; // zoom for a single place
const TAB_STOPS = 40; // with more markers in sight, Tab would take too long through them
const NAMED = 3; // places of a group that its label names
const LISTED = 100; // places of a popup
const WORLD = [
  [-56, -170],
  [72, 180],
];

const across = (longitude) => longitude / 360 + 0.5;
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function down(latitude) {
  const sine = Math.sin((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

function latLng(L, { x, y }, turns = 0) {
  const latitude = (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;
  return L.latLng(latitude, (x - 0.5) * 360 + turns * 360);
}

// Gives the points of places; around the antimeridian, those beyond it follow on in the east. That is where
// they are if one gap between them is wider than half the globe.
function sideBySide(L, places) {
  const across = places.map((place) => place.x).sort((one, other) => one - other);
  const first = across.find((x, i) => i > 0 && x - across[i - 1] > 0.5) ?? 0;
  return places.map((place) => latLng(L, place, place.x < first ? 1 : 0));
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Reads `bbox=west,south,east,north` of an address; beyond the antimeridian, east gets 360 degrees more.
function readRegion(address) {
  const numbers = (address.searchParams.get("bbox") ?? "").split(",").map(Number);
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) {
    return null;
  }
  const [west, south, east, north] = numbers;
  return { west, south, east: east < west ? east + 360 : east, north };
}

// Writes bounds as RFC 7946 has them, rounded so that about a pixel is lost.
function writeRegion(bounds, zoom) {
  const digits = Math.max(0, Math.min(4, Math.round(zoom / 3.3)));
  const turn = (longitude) => longitude - 360 * Math.floor((longitude + 180) / 360);
  const isWorld = bounds.getEast() - bounds.getWest() >= 360;
  const west = isWorld ? -180 : turn(bounds.getWest());
  const east = isWorld ? 180 : turn(bounds.getEast());
  const south = Math.max(-90, bounds.getSouth());
  const north = Math.min(90, bounds.getNorth());
  return [west, south, east, north].map((number) => Number(number.toFixed(digits))).join(",");
}

// Opens a map in a <place-map>. Gives {show(answer, address), remove()}.
export function openMap(host, L, outlines, groupPlaces) {
  const words = { ...host.dataset };
  const box = host.querySelector(".map-box");
  const said = host.querySelector(".map-words");
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const map = L.map(box, {
    attributionControl: false,
    fadeAnimation: !isCalm,
    inertia: !isCalm,
    keyboard: false, // below: from the markers, too
    markerZoomAnimation: !isCalm,
    maxBounds: [
      [-70, -1e5],
      [84, 1e5],
    ],
    maxBoundsViscosity: 1,
    maxZoom: words.tiles ? CLOSEST_WITH_TILES : CLOSEST,
    minZoom: Math.max(0, Math.floor(Math.log2(box.clientWidth / 256))),
    scrollWheelZoom: false, // until the map is in use: who scrolls past it wants the page
    zoomAnimation: !isCalm,
    zoomControl: false,
  });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  const credit = L.control.attribution({ prefix: false }).addTo(map);
  if (words.tiles) {
    L.tileLayer(words.tiles, { maxZoom: CLOSEST_WITH_TILES, referrerPolicy: "origin" }).addTo(map);
    credit.addAttribution(element("span", { textContent: words.attribution }).innerHTML); // plain text
  } else {
    outlines.addTo(map);
    credit.addAttribution(words.credit);
  }
  map.setView([48, 12], map.getMinZoom());

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const repaint = () => words.tiles || outlines.redraw();
  dark.addEventListener("change", repaint);

  box.tabIndex = 0;
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", words.label);
  box.setAttribute("aria-describedby", host.querySelector(".map-note").id);
  host.dataset.state = "open";

  let places = [];
  let pattern = "";
  let countries = {};
  let region = null;
  let frame = null;
  let grouped = new Map(); // groups by zoom
  const markers = new Map(); // markers in sight, by key

  // Places ----------------------------------------------------------------------

  function labelOf(group) {
    if (group.places.length === 1) {
      const [place] = group.places;
      return [place.name, countries[place.country], place.fact].filter(Boolean).join(", ");
    }
    const names = group.places.slice(0, NAMED).map(({ name }) => name);
    const more = group.places.length > NAMED ? words.more : "";
    const count = number.format(group.places.length);
    return fill(words.group, { count, names: `${names.join(", ")} ${more}`.trim() });
  }

  function iconOf(group) {
    const count = group.places.length;
    const size = count === 1 ? 24 : Math.round(28 + 6 * Math.log10(count) * 2);
    const inside = element("span", { textContent: count === 1 ? "" : number.format(count) });
    const className = count === 1 ? "map-place" : "map-group";
    return L.divIcon({ className, html: inside, iconSize: [size, size] });
  }

  function markerOf(group, turns) {
    const marker = L.marker(latLng(L, group, turns), { icon: iconOf(group), keyboard: true });
    marker.group = group;
    marker.on("click", () => enter(marker));
    marker.on("add", () => marker.getElement().setAttribute("aria-label", labelOf(group)));
    return marker;
  }

  // Puts the groups in sight on the map, and takes those away that have left it.
  function render() {
    const zoom = map.getZoom();
    if (!grouped.has(zoom)) {
      grouped.set(zoom, groupPlaces(places, zoom));
    }
    const bounds = map.getBounds().pad(0.1);
    const middle = across(map.getCenter().lng);
    const top = down(bounds.getNorth());
    const bottom = down(bounds.getSouth());
    const [left, right] = [across(bounds.getWest()), across(bounds.getEast())];
    const wanted = new Map();
    grouped.get(zoom).forEach((group, index) => {
      const turns = Math.round(middle - group.x);
      const x = group.x + turns;
      if (x >= left && x <= right && group.y >= top && group.y <= bottom) {
        wanted.set(`${zoom}/${index}/${turns}`, [group, turns]);
      }
    });
    for (const [key, marker] of markers) {
      if (!wanted.has(key)) {
        marker.remove();
        markers.delete(key);
      }
    }
    for (const [key, [group, turns]] of wanted) {
      if (!markers.has(key)) {
        markers.set(key, markerOf(group, turns).addTo(map));
      }
    }
    const stop = markers.size <= TAB_STOPS ? 0 : -1;
    for (const marker of markers.values()) {
      marker.getElement().tabIndex = stop;
    }
    tell();
  }

  function tell() {
    const bounds = map.getBounds();
    let count = 0;
    for (const marker of markers.values()) {
      count += bounds.contains(marker.getLatLng()) ? marker.group.places.length : 0;
    }
    const sentence = fill(words.inSight, { count: number.format(count), all: number.format(places.length) });
    said.textContent = [sentence, said.dataset.remark].filter(Boolean).join(" ");
  }

  // Zooms into a group as long as that parts it; else says what is there.
  function enter(marker) {
    const { places: inside } = marker.group;
    const bounds = L.latLngBounds(inside.map((place) => latLng(L, place)));
    const zoom = Math.min(map.getBoundsZoom(bounds, false, L.point(80, 80)), map.getMaxZoom());
    const parts = inside.length > 1 && groupPlaces(inside, Math.max(zoom, map.getZoom() + 1)).length > 1;
    if (parts && map.getZoom() < map.getMaxZoom()) {
      box.focus({ preventScroll: true });
      const turns = Math.round((marker.getLatLng().lng - latLng(L, marker.group).lng) / 360);
      const middle = bounds.getCenter();
      map.setView([middle.lat, middle.lng + turns * 360], Math.max(zoom, map.getZoom() + 1));
    } else {
      openPopup(marker, inside);
    }
  }

  function linkOf(place) {
    const link = element("a", { href: pattern.replace("{slug}", place.slug), textContent: place.name });
    const facts = [countries[place.country], place.fact].filter(Boolean).join(" · ");
    return facts ? [link, element("span", { className: "map-fact", textContent: facts })] : [link];
  }

  function openPopup(marker, inside) {
    const list = inside.slice(0, LISTED).map((place) => element("li", {}, ...linkOf(place)));
    if (inside.length > LISTED) {
      list.push(element("li", { textContent: words.more }));
    }
    const popup = L.popup({ className: "map-popup", maxHeight: 240, maxWidth: 280, offset: [0, -6] });
    popup.setLatLng(marker.getLatLng()).setContent(element("ul", { className: "plain-list" }, ...list));
    popup.on("remove", () => {
      const focused = document.activeElement;
      if (host.isConnected && (focused === document.body || popup.getElement()?.contains(focused))) {
        (marker.getElement() ?? box).focus({ preventScroll: true });
      }
    });
    popup.openOn(map);
    const node = popup.getElement();
    node.setAttribute("role", "dialog");
    node.setAttribute("aria-label", labelOf(marker.group));
    node.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", words.close);
    node.querySelector("a").focus({ preventScroll: true });
  }

  function fit() {
    if (region) {
      map.fitBounds([
        [region.south, region.west],
        [region.north, region.east],
      ]);
    } else if (places.length === 0) {
      map.fitBounds(WORLD);
    } else {
      map.fitBounds(L.latLngBounds(sideBySide(L, places)), { maxZoom: FIT_ONE, padding: [24, 24] });
    }
  }

  // Shows the places of an answer to `address`, whose region is drawn, and fits them into the map.
  function show(answer, address) {
    map.closePopup();
    markers.forEach((marker) => marker.remove());
    markers.clear();
    grouped = new Map();
    ({ pattern, countries } = answer);
    box.setAttribute("aria-label", host.dataset.label);
    host.querySelector(".map-note a")?.setAttribute("href", host.dataset.list);
    places = answer.places.map(([latitude, longitude, name, slug, country, fact]) => ({
      x: across(longitude),
      y: down(latitude),
      name,
      slug,
      country,
      fact,
    }));
    const remarks = [];
    if (answer.is_cut_off) {
      remarks.push(fill(words.cutOff, { count: number.format(places.length) }));
    }
    said.dataset.remark = remarks.join(" ");
    region = readRegion(address);
    frame?.remove();
    frame = region
      ? L.rectangle(
          [
            [region.south, region.west],
            [region.north, region.east],
          ],
          { className: "map-region", fill: false, interactive: false },
        ).addTo(map)
      : null;
    fit();
    render();
  }

  map.on("moveend", render);

  // Keys and wheel --------------------------------------------------------------

  const STEP = 80;
  const moves = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };

  box.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === "Escape" && map._popup?.isOpen()) {
      map.closePopup();
    } else if (event.target.closest(".leaflet-popup")) {
      return; // its list scrolls by arrows
    } else if (event.key === "Enter" || event.key === " ") {
      const marker = [...markers.values()].find((each) => each.getElement() === event.target);
      if (!marker) {
        return;
      }
      enter(marker);
    } else if (event.key in moves) {
      map.panBy(moves[event.key], { animate: !isCalm });
    } else if (event.key === "+" || event.key === "=") {
      map.zoomIn();
    } else if (event.key === "-") {
      map.zoomOut();
    } else if (event.key === "0" || event.key === "Home") {
      fit();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener("focusin", () => map.scrollWheelZoom.enable());
  box.addEventListener("focusout", () => map.scrollWheelZoom.disable());

  // A region --------------------------------------------------------------------

  const choose = host.querySelector(".map-choose");
  const handlers = [map.dragging, map.touchZoom, map.boxZoom, map.doubleClickZoom];
  let sheet = null;

  function leave(bounds) {
    const address = new URL(host.dataset.list, document.baseURI);
    for (const name of ["page", "after", "before", "bbox"]) {
      address.searchParams.delete(name);
    }
    address.searchParams.set("view", "map");
    // By hand, since the commas of a region need not be escaped.
    address.search += `&bbox=${writeRegion(bounds, map.getZoom())}`;
    location.assign(address);
  }

  // Lays a sheet over the map, on which a rectangle is dragged by mouse, finger or pen.
  function startDrawing() {
    sheet = element("div", { className: "map-sheet" });
    const drawn = element("div", { className: "map-drawn" });
    let from = null;
    const corners = (event) => {
      const { left, top, width, height } = sheet.getBoundingClientRect();
      const at = [
        Math.max(0, Math.min(width, event.clientX - left)),
        Math.max(0, Math.min(height, event.clientY - top)),
      ];
      return from ? L.bounds(from, at) : L.bounds(at, at);
    };
    const draw = (event) => {
      const { min } = corners(event);
      const size = corners(event).getSize();
      drawn.style.transform = `translate(${min.x}px, ${min.y}px)`;
      drawn.style.inlineSize = `${size.x}px`;
      drawn.style.blockSize = `${size.y}px`;
    };
    sheet.addEventListener("pointerdown", (event) => {
      from = corners(event).min;
      sheet.setPointerCapture(event.pointerId);
      sheet.append(drawn);
      draw(event);
    });
    sheet.addEventListener("pointermove", (event) => from && draw(event));
    sheet.addEventListener("pointercancel", stopDrawing);
    sheet.addEventListener("pointerup", (event) => {
      const { min, max } = corners(event);
      stopDrawing();
      if (max.x - min.x > 8 && max.y - min.y > 8) {
        leave(L.latLngBounds(map.containerPointToLatLng(min), map.containerPointToLatLng(max)));
      }
    });
    // The map below would follow the pointer.
    L.DomEvent.disableClickPropagation(sheet);
    handlers.forEach((handler) => handler.disable());
    box.append(sheet);
    choose.setAttribute("aria-pressed", "true");
    said.textContent = words.drag;
  }

  function stopDrawing() {
    sheet?.remove();
    sheet = null;
    handlers.forEach((handler) => handler.enable());
    choose?.setAttribute("aria-pressed", "false");
    tell();
  }

  const cancelByKey = (event) => event.key === "Escape" && sheet && stopDrawing();
  document.addEventListener("keydown", cancelByKey);
  choose?.addEventListener("click", () => (sheet ? stopDrawing() : startDrawing()));
  host.querySelector(".map-take")?.addEventListener("click", () => leave(map.getBounds()));
  host.querySelector(".map-all").addEventListener("click", fit);

  const resized = new ResizeObserver(() => map.invalidateSize({ pan: false }));
  resized.observe(box);

  return {
    show,
    remove() {
      resized.disconnect();
      document.removeEventListener("keydown", cancelByKey);
      dark.removeEventListener("change", repaint);
      map.remove();
    },
  };
}
