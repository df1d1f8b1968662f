/* The base map from one file of GeoJSON: areas, streets, and street names written along the streets. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const ORDER = ["park", "campus", "water", "beat", "boundary", "street", "major"];
  const AREAS = new Set(["park", "campus", "water"]);
  const LABEL_FROM = { major: 14, street: 16, park: 15, campus: 15, water: 14, place: 16 };
  const SIGNS = aliquot.SIGN_LAYER;

  const kindOf = (feature) => (feature.properties && feature.properties.kind) || "street";
  const nameOf = (feature) => (feature.properties && feature.properties.name) || "";

  function width(kind, zoom) {
    const grown = Math.max(0, zoom - 12);
    if (kind === "major") return Math.min(9, 1.1 + grown * 0.85);
    if (kind === "street") return Math.min(6, 0.5 + grown * 0.6);
    return 1.5;
  }

  function styleAt(zoom, colours) {
    return (feature) => {
      const kind = kindOf(feature);
      const colour = colours[kind] || colours.street;
      if (AREAS.has(kind) && /Polygon$/.test(feature.geometry.type))
        return { stroke: false, fill: true, fillColor: colour, fillOpacity: 1 };
      const style = { fill: false, stroke: true, color: colour, opacity: 1 };
      style.weight = AREAS.has(kind) ? 3 : width(kind, zoom);
      if (kind === "boundary") style.dashArray = "8 6";
      if (kind === "beat") Object.assign(style, { weight: 1, dashArray: "1 6" });
      return style;
    };
  }

  /* Blocks of one street, joined end to end, so that a name has room. */
  function joined(lines) {
    const key = (point) => point[0].toFixed(6) + " " + point[1].toFixed(6);
    const open = new Map();
    const chains = new Set();
    const forget = (chain) => {
      for (const end of [chain[0], chain[chain.length - 1]])
        if (open.get(key(end)) === chain) open.delete(key(end));
      chains.delete(chain);
    };
    for (const line of lines) {
      let chain = line.slice();
      for (let turn = 0; turn < 2; turn += 1) {
        const other = open.get(key(chain[chain.length - 1]));
        if (other && other !== chain) {
          forget(other);
          const along = key(other[0]) === key(chain[chain.length - 1]);
          chain = chain.concat((along ? other : other.slice().reverse()).slice(1));
        }
        chain.reverse();
      }
      chains.add(chain);
      open.set(key(chain[0]), chain);
      open.set(key(chain[chain.length - 1]), chain);
    }
    return [...chains];
  }

  function linesOf(geometry) {
    if (geometry.type === "LineString") return [geometry.coordinates];
    if (geometry.type === "MultiLineString") return geometry.coordinates;
    return [];
  }

  const street = (kind, name, points) => ({ kind, name, points, bounds: L.latLngBounds(points) });

  function streetsOf(features) {
    const named = new Map();
    for (const feature of features) {
      const kind = kindOf(feature);
      const name = nameOf(feature);
      if (!name || (kind !== "street" && kind !== "major")) continue;
      const id = kind + "\n" + name;
      if (!named.has(id)) named.set(id, { kind, name, lines: [] });
      named.get(id).lines.push(...linesOf(feature.geometry));
    }
    const streets = [];
    for (const { kind, name, lines } of named.values())
      for (const chain of joined(lines.filter((line) => line.length > 1)))
        streets.push(street(kind, name, chain.map((p) => L.latLng(p[1], p[0]))));
    streets.sort((a, b) => (a.kind === b.kind ? 0 : a.kind === "major" ? -1 : 1));
    return streets;
  }

  function placesOf(layer) {
    const places = [];
    layer.eachLayer((part) => {
      const kind = kindOf(part.feature);
      const name = nameOf(part.feature);
      if (!AREAS.has(kind) || !name) return;
      const bounds = part.getBounds();
      if (covers(part.feature.geometry, bounds.getCenter()))
        places.push({ kind, name, bounds });
    });
    return places;
  }

  /* Whether a place lies in an area; a winding river does not hold its own middle. */
  function covers(geometry, { lng, lat }) {
    const single = geometry.type === "Polygon" ? [geometry.coordinates] : null;
    const areas = single || (geometry.type === "MultiPolygon" ? geometry.coordinates : []);
    let inside = false;
    for (const rings of areas)
      for (const points of rings)
        for (let i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
          const [x, y] = points[i];
          const [u, v] = points[j];
          if (y > lat !== v > lat && lng < ((u - x) * (lat - y)) / (v - y) + x)
            inside = !inside;
        }
    return inside;
  }

  /* Where nearly all streets are: a county's map begins with its towns. */
  function built(streets) {
    const points = streets.flatMap((street) => street.points);
    if (points.length < 2) return null;
    const span = (pick) => {
      const sorted = points.map(pick).sort((a, b) => a - b);
      const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
      return [at(0.06), at(0.94)];
    };
    const [south, north] = span((point) => point.lat);
    const [west, east] = span((point) => point.lng);
    return L.latLngBounds([south, west], [north, east]).pad(0.12);
  }

  const spotsOf = (features) =>
    features
      .filter((one) => one && one.geometry && one.geometry.type === "Point" && SIGNS[kindOf(one)])
      .map((one) => {
        const [lng, lat] = one.geometry.coordinates;
        return { kind: kindOf(one), name: nameOf(one), at: L.latLng(lat, lng) };
      });

  aliquot.GeoBase = class {
    constructor(map) {
      this.map = map;
      this.colours = {};
      this.hidden = new Set();
      this.streets = this.places = this.spots = [];
      this.renderer = L.canvas({ pane: "base", padding: 0.3 });
      this.labels = new aliquot.Names((...view) => this.wanted(...view));
      this.signs = new aliquot.CanvasLayer("base", (...all) => this.paint(...all));
      this.layer = null;
      this.towns = null;
      this.zoomed = () => this.layer.setStyle(styleAt(map.getZoom(), this.colours));
    }

    /* The bounds of the built-up ground, else of all that was drawn, or null. */
    bounds() {
      if (this.towns) return this.towns;
      const bounds = this.layer && this.layer.getBounds();
      return bounds && bounds.isValid() ? bounds : null;
    }

    open(collection, colours, hidden) {
      const known = (f) =>
        f && f.geometry && !/Point$/.test(f.geometry.type) && ORDER.includes(kindOf(f));
      const features = collection.features.filter(known);
      const rank = (feature) => ORDER.indexOf(kindOf(feature));
      features.sort((a, b) => rank(a) - rank(b));
      this.colours = colours;
      const style = styleAt(this.map.getZoom(), colours);
      const options = { renderer: this.renderer, interactive: false, style };
      this.layer = L.geoJSON({ type: "FeatureCollection", features }, options);
      this.layer.addTo(this.map);
      this.map.on("zoomend", this.zoomed);
      this.streets = streetsOf(features);
      this.towns = built(this.streets);
      this.places = placesOf(this.layer);
      this.spots = spotsOf(collection.features);
      this.signs.addTo(this.map);
      this.labels.addTo(this.map);
      this.restyle(colours, hidden);
      return features.length;
    }

    draw(drawn) {
      this.labels.redraw();
      drawn();
    }

    still() {
      return this.labels.due === null;
    }

    shown(kind, zoom) {
      return zoom >= aliquot.SIGN_FROM[kind] && !this.hidden.has(SIGNS[kind]);
    }

    paint(pen, at, seen, zoom) {
      for (const { kind, at: place } of this.spots) {
        if (!this.shown(kind, zoom)) continue;
        const spot = at(place.lat, place.lng);
        if (seen(spot)) aliquot.drawSign(pen, kind, spot, this.colours);
      }
    }

    /* Signs and names in pixels of the view; see ``aliquot.Names``. */
    wanted(map) {
      const zoom = map.getZoom();
      const colour = this.colours.muted;
      const view = map.getBounds().pad(0.1);
      const half = aliquot.SIGN_HALF;
      const at = (point) => map.latLngToContainerPoint(point);
      const spots = this.spots.filter((one) => this.shown(one.kind, zoom) && view.contains(one.at));
      const names = [];
      for (const { kind, name, bounds } of this.places) {
        const [one, other] = [at(bounds.getNorthWest()), at(bounds.getSouthEast())];
        const room = other.x - one.x >= 40 && other.y - one.y >= 14;
        if (zoom >= LABEL_FROM[kind] && room)
          names.push({ name, colour, area: one.add(other).divideBy(2) });
      }
      for (const { kind, name, points, bounds } of this.streets)
        if (zoom >= LABEL_FROM[kind] && view.intersects(bounds))
          names.push({ name, colour, lines: [points.map(at)] });
      for (const one of spots)
        if (one.kind === "place" && one.name && zoom >= LABEL_FROM.place)
          names.push({ name: one.name, colour, beside: at(one.at), off: half });
      return { signs: spots.map((one) => ({ ...at(one.at), half })), names };
    }

    restyle(colours, hidden) {
      this.colours = colours;
      this.hidden = hidden;
      this.labels.recolour(colours, hidden.has("names"));
      this.signs.redraw();
      this.zoomed();
    }

    remove() {
      if (!this.layer) return;
      this.map.off("zoomend", this.zoomed);
      this.layer.remove();
      this.labels.remove();
      this.signs.remove();
      this.renderer.remove();
    }
  };
})();
