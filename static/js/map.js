// <place-map>: a map that opens when it comes into sight, and loads nothing before. On a phone, one that
// stands at the top of a page waits to be asked for. What it needs stands in its data attributes; see
// templates/includes/_map.html.

const shared = new Map();

// Loads each address once for all maps of the page; one that failed is tried again the next time.
function once(address, load) {
  if (!shared.has(address)) {
    shared.set(
      address,
      load(address).catch((error) => {
        shared.delete(address);
        throw error;
      }),
    );
  }
  return shared.get(address);
}

async function fetchJson(address, options) {
  const answer = await fetch(address, options);
  if (!answer.ok) {
    throw new Error(`${address}: ${answer.status}`);
  }
  return answer.json();
}

function loadStyle(address) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error(address)));
    // Before ours, which say how the map looks here.
    document.head.prepend(link);
  });
}

const inSight = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) {
        inSight.unobserve(target);
        target.open();
      }
    }
  },
  { rootMargin: "200px" },
);

const narrow = window.matchMedia("(max-width: 47.99rem)");

class PlaceMap extends HTMLElement {
  static observedAttributes = ["data-places", "data-state"];

  connectedCallback() {
    const asking = this.querySelector(".map-open");
    if (asking && narrow.matches) {
      asking.hidden = false;
      asking.addEventListener("click", async () => {
        await this.open();
        asking.hidden = true;
        this.querySelector(".map-box").focus();
      });
    } else {
      inSight.observe(this);
    }
  }

  disconnectedCallback() {
    inSight.unobserve(this);
    this.asked?.abort();
    this.view?.remove();
    this.view = null;
  }

  attributeChangedCallback(name, before, now) {
    if (name === "data-state" && now === null) {
      this.dataset.state = before; // who changes our attributes to the server's does not know of it
    } else if (name === "data-places" && before !== null && this.view) {
      this.show();
    }
  }

  async open() {
    const { style, leaflet, view, groups, countries, outlines } = this.dataset;
    try {
      const places = this.fetchPlaces();
      const [{ openMap }, { groupPlaces }, { outlineLayer }, file] = await Promise.all([
        once(view, (address) => import(address)),
        once(groups, (address) => import(address)),
        once(countries, (address) => import(address)),
        once(outlines, (address) => fetchJson(address)),
        once(leaflet, (address) => import(address)),
        once(style, loadStyle),
        places.catch(() => {}), // told below
      ]);
      if (this.isConnected) {
        const layer = outlineLayer(window.L, file, document.documentElement.lang);
        this.view = openMap(this, window.L, layer, groupPlaces);
        await new Promise((resolve) => setTimeout(resolve)); // lets the page answer in between
        this.view?.show(await places, new URL(this.dataset.places, document.baseURI));
      }
    } catch (error) {
      this.fail(error);
    }
  }

  // Shows what `data-places` has become.
  async show() {
    try {
      this.view.show(await this.fetchPlaces(), new URL(this.dataset.places, document.baseURI));
    } catch (error) {
      this.fail(error);
    }
  }

  fetchPlaces() {
    this.asked?.abort();
    this.asked = new AbortController();
    return fetchJson(this.dataset.places, { signal: this.asked.signal });
  }

  // A map that was taken away, or asked for something else meanwhile, has not failed.
  fail(error) {
    if (error.name !== "AbortError" && this.isConnected) {
      this.dataset.state = "failed";
      this.querySelector(".map-words").textContent = this.dataset.failed;
    }
  }
}

customElements.define("place-map", PlaceMap);
