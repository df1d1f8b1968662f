/* The base map from one file of GeoJSON: areas, streets, and street names written along the streets. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const ORDER = ["park", "campus", "water", "beat", "boundary", "street", "major"];
  const AREAS = new Set(["park", "campus", "water"]);
  const LABEL_FROM = { major: 14, street: 16, park: 15, campus: 15, water: 14 };
  const FONT = '500 11px "Inter", sans-serif';
  const REPEAT_PX = 260; // the same name is not written again nearer than this

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
        streets.push({ kind, name, points: chain.map((p) => L.latLng(p[1], p[0])) });
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

  /* The straightest stretch of a chain, in pixels, that holds a text this long. */
  function stretch(points, size, need) {
    const inside = (p) => p.x > 0 && p.y > 0 && p.x < size.x && p.y < size.y;
    const found = [];
    for (let i = 0; i < points.length - 1; i += 1) {
      let length = 0;
      for (let j = i + 1; j < points.length && j <= i + 12; j += 1) {
        length += points[j].distanceTo(points[j - 1]);
        const chord = points[i].distanceTo(points[j]);
        if (chord < need) continue;
        if (chord / length < 0.985) break;
        const middle = points[i].add(points[j]).divideBy(2);
        if (inside(middle)) found.push({ middle, from: points[i], to: points[j] });
        break;
      }
    }
    return found;
  }

  const Labels = L.Layer.extend({
    initialize(colours) {
      this._colours = colours;
      this._streets = [];
      this._places = [];
    },
    onAdd(map) {
      this._canvas = L.DomUtil.create("canvas", "", map.getPane("labels"));
      this._canvas.style.pointerEvents = "none";
      map.on("moveend resize", this.redraw, this);
      this.redraw();
    },
    onRemove(map) {
      this._canvas.remove();
      map.off("moveend resize", this.redraw, this);
    },
    set(streets, places) {
      this._streets = streets;
      this._places = places;
      this.redraw();
    },
    recolour(colours, hidden) {
      this._colours = colours;
      this._hidden = hidden;
      this.redraw();
    },
    redraw() {
      if (!this._map) return;
      const size = this._map.getSize();
      const scale = globalThis.devicePixelRatio || 1;
      L.DomUtil.setPosition(this._canvas, this._map.containerPointToLayerPoint([0, 0]));
      this._canvas.width = size.x * scale;
      this._canvas.height = size.y * scale;
      this._canvas.style.width = size.x + "px";
      this._canvas.style.height = size.y + "px";
      const pen = this._canvas.getContext("2d");
      pen.scale(scale, scale);
      Object.assign(pen, { font: FONT, textAlign: "center", textBaseline: "middle" });
      Object.assign(pen, { lineWidth: 3, lineJoin: "round" });
      pen.strokeStyle = this._colours.background;
      pen.fillStyle = this._colours.muted;
      if (!this._hidden) this._write(pen, size, this._map.getZoom());
    },
    _write(pen, size, zoom) {
      const taken = [];
      for (const place of this._places) {
        if (zoom < LABEL_FROM[place.kind]) continue;
        const box = this._map.latLngToContainerPoint(place.bounds.getNorthWest());
        const far = this._map.latLngToContainerPoint(place.bounds.getSouthEast());
        const need = pen.measureText(place.name).width;
        if (far.x - box.x < need * 0.9 || far.y - box.y < 14) continue;
        this._place(pen, place.name, box.add(far).divideBy(2), 0, need, taken);
      }
      const view = this._map.getBounds().pad(0.1);
      for (const street of this._streets) {
        if (zoom < LABEL_FROM[street.kind]) continue;
        if (!street.points.some((point) => view.contains(point))) continue;
        const points = street.points.map((p) => this._map.latLngToContainerPoint(p));
        const need = pen.measureText(street.name).width;
        for (const part of stretch(points, size, need + 12)) {
          let turn = Math.atan2(part.to.y - part.from.y, part.to.x - part.from.x);
          if (Math.abs(turn) > Math.PI / 2) turn += Math.PI;
          this._place(pen, street.name, part.middle, turn, need, taken);
        }
      }
    },
    _place(pen, name, at, turn, need, taken) {
      for (const other of taken) {
        const gap = at.distanceTo(other.at);
        if (other.name === name ? gap < REPEAT_PX : gap < (need + other.need) / 2 + 8)
          return;
      }
      taken.push({ name, at, need });
      pen.save();
      pen.translate(at.x, at.y);
      pen.rotate(turn);
      pen.strokeText(name, 0, 0);
      pen.fillText(name, 0, 0);
      pen.restore();
    },
  });

  aliquot.GeoBase = class {
    constructor(map) {
      this.map = map;
      this.colours = {};
      this.renderer = L.canvas({ pane: "base", padding: 0.3 });
      this.labels = new Labels(this.colours);
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
      const streets = streetsOf(features);
      this.towns = built(streets);
      this.labels.addTo(this.map).set(streets, placesOf(this.layer));
      this.restyle(colours, hidden);
      return features.length;
    }

    draw(drawn) {
      drawn();
    }

    restyle(colours, hidden) {
      this.colours = colours;
      this.labels.recolour(colours, hidden.has("names"));
      this.zoomed();
    }

    remove() {
      if (!this.layer) return;
      this.map.off("zoomend", this.zoomed);
      this.layer.remove();
      this.labels.remove();
      this.renderer.remove();
    }
  };
})();
