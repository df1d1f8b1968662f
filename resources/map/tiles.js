/* The base map from vector tiles: streets with their names, drawn on canvas. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const BLOCK = 1 << 18; // bytes asked for at once
  const KEPT = 64; // blocks kept
  const DATA_ZOOM = 14;
  const LABEL_FROM = { major: 13, street: 15, park: 15, campus: 15, water: 13, place: 16, beat: 15 };
  const MANY = 400; // pieces of tiles kept for their names

  /* Bytes of one file. The scheme answers no HTTP ranges, so they stand in the name. */
  class Source {
    constructor(name, version) {
      this.name = name;
      this.version = version;
      this.blocks = new Map();
    }
    getKey() {
      return this.name + this.version;
    }
    async block(number) {
      let found = this.blocks.get(number);
      if (!found) {
        const address = `range/${this.name}?v=${this.version}&o=${number * BLOCK}&l=${BLOCK}`;
        found = fetch(address).then((answer) => {
          if (!answer.ok) throw new Error(`${this.name} cannot be read`);
          return answer.arrayBuffer();
        });
        found.catch(() => this.blocks.delete(number)); // asked for again next time
      } else this.blocks.delete(number);
      this.blocks.set(number, found);
      if (this.blocks.size > KEPT) this.blocks.delete(this.blocks.keys().next().value);
      return found;
    }
    async getBytes(offset, length) {
      const first = Math.floor(offset / BLOCK);
      const last = Math.floor((offset + length - 1) / BLOCK);
      const asked = [];
      for (let n = first; n <= last; n += 1) asked.push(this.block(n));
      const parts = await Promise.all(asked);
      if (parts.length === 1)
        return { data: parts[0].slice(offset - first * BLOCK, offset - first * BLOCK + length) };
      const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
      let at = 0;
      for (const part of parts) {
        whole.set(new Uint8Array(part), at);
        at += part.byteLength;
      }
      const from = offset - first * BLOCK;
      return { data: whole.slice(from, from + length).buffer };
    }
  }

  const of = (kind) => (_zoom, feature) => feature.props.kind === kind;
  const grown = (zoom) => Math.max(0, zoom - 12);
  const WIDTH = {
    major: (zoom) => Math.min(9, 1.1 + grown(zoom) * 0.85),
    street: (zoom) => Math.min(6, 0.5 + grown(zoom) * 0.6),
  };

  function area(kind, colours) {
    const symbolizer = new protomapsL.PolygonSymbolizer({ fill: colours[kind], opacity: 1 });
    return { dataSource: "ground", dataLayer: "ground", symbolizer, filter: of(kind) };
  }

  function line(source, colour, width, more = {}, filter = undefined) {
    const symbolizer = new protomapsL.LineSymbolizer({
      color: colour,
      width,
      lineCap: "round",
      lineJoin: "round",
      ...more,
    });
    return { dataSource: source, dataLayer: source, symbolizer, filter };
  }

  function sign(kind, colours) {
    const draw = (pen, [[at]]) => aliquot.drawSign(pen, kind, at, colours);
    const rule = { dataSource: "places", dataLayer: "places", symbolizer: { draw } };
    return { ...rule, filter: of(kind), minzoom: aliquot.SIGN_FROM[kind] };
  }

  function paintRules(colours, hidden) {
    const edge = (kind, width, dash) => {
      const more = { dash, dashColor: colours[kind], dashWidth: width, lineCap: "butt" };
      return line("beats", colours[kind], width, more, of(kind));
    };
    const rules = [area("park", colours), area("campus", colours), area("water", colours)];
    if (!hidden.has("beats")) rules.push(edge("beat", 1, [1, 6]));
    rules.push(edge("boundary", 1.5, [8, 6]));
    rules.push(line("streets", colours.street, WIDTH.street));
    rules.push(line("majors", colours.street, WIDTH.street, {}, of("street")));
    rules.push(line("majors", colours.major, WIDTH.major, {}, of("major")));
    for (const [kind, layer] of Object.entries(aliquot.SIGN_LAYER))
      if (!hidden.has(layer)) rules.push(sign(kind, colours));
    return rules;
  }

  /* What has a name, the most wanted first: file, kind, how it is written. */
  function nameRules(hidden) {
    const rules = ["water", "park", "campus"].map((kind) => ["names", kind, "area"]);
    rules.push(["majors", "major", "lines"], ["majors", "street", "lines"]);
    rules.push(["streets", "street", "lines"]);
    if (!hidden.has("places")) rules.push(["places", "place", "beside"]);
    if (!hidden.has("beats")) rules.push(["names", "beat", "area"]);
    return rules;
  }

  /* Stands in for the library's writer of names, which writes into single tiles: there
     a name is cut where the view ends. This one only keeps what was read. */
  class Pieces {
    constructor(told) {
      this.told = told;
      this.kept = new Map();
    }
    add(zoom, prepared) {
      for (const [source, pieces] of prepared)
        for (const piece of pieces) {
          const { z, x, y } = piece.dataTile;
          const key = [zoom, source, z, x, y].join();
          this.kept.delete(key); // what is asked for again is the newest
          this.kept.set(key, { zoom, source, piece });
        }
      if (this.kept.size > MANY) this.forget(zoom);
      this.told();
      return 0;
    }
    forget(zoom) {
      for (const [key, one] of this.kept) {
        if (this.kept.size <= MANY) return;
        if (one.zoom !== zoom || this.kept.size > 2 * MANY) this.kept.delete(key);
      }
    }
    getIndex() {
      return undefined;
    }
    /* Of one file at a zoom, what meets a box in pixels of the world; always in the
       same order, so that names stand where they stood. */
    of(source, zoom, box) {
      const meets = ({ origin, dim }) =>
        origin.x <= box.max.x &&
        origin.x + dim >= box.min.x &&
        origin.y <= box.max.y &&
        origin.y + dim >= box.min.y;
      const found = [];
      for (const one of this.kept.values())
        if (one.zoom === zoom && one.source === source && meets(one.piece)) found.push(one.piece);
      return found.sort((a, b) => a.origin.y - b.origin.y || a.origin.x - b.origin.x);
    }
  }

  aliquot.TileBase = class {
    /* ``index``: names of the files that lie ready, and the built-up ground. */
    constructor(map, index, version) {
      this.map = map;
      this.towns = index.towns;
      this.names = index.tiles;
      this.hidden = new Set();
      this.archives = {};
      for (const name of this.names)
        this.archives[name] = new pmtiles.PMTiles(new Source(name, version));
      this.labels = new aliquot.Names((...view) => this.wanted(...view));
      this.pieces = new Pieces(() => this.labels.soon());
      this.resized = () => this.sharpen();
    }

    /* Reads the heads of all files, so that a broken one is known before it is drawn. */
    async open(colours, hidden) {
      await Promise.all(Object.values(this.archives).map((file) => file.getHeader()));
      this.hidden = hidden;
      this.colours = colours;
      const sources = {};
      for (const [name, url] of Object.entries(this.archives))
        sources[name] = { url, maxDataZoom: DATA_ZOOM, levelDiff: 1 };
      this.layer = protomapsL.leafletLayer({
        sources,
        paintRules: paintRules(colours, hidden),
        labelRules: [],
        attribution: "", // else the library names a source that this is not
        pane: "base",
        keepBuffer: 1,
        tileDelay: 1,
        noWrap: true,
        minZoom: 3,
        maxZoom: 20,
      });
      this.layer.labelers = this.pieces;
      this.labels.recolour(colours, hidden.has("names"));
      return this.names.length;
    }

    /* Draw it where the map looks; ``drawn`` is called when all of it is there. */
    draw(drawn) {
      this.layer.once("load", () => {
        this.labels.redraw();
        drawn();
      });
      this.labels.addTo(this.map);
      this.layer.addTo(this.map);
      this.map.on("resize", this.resized);
    }

    /* Text that grew is drawn with more points a pixel, and so are the streets. */
    sharpen() {
      const scale = aliquot.points();
      if (scale === this.layer.devicePixelRatio) return;
      this.layer.devicePixelRatio = scale;
      this.layer.tileSize = 256 * scale;
      this.layer.rerenderTiles();
    }

    /* Signs and names in pixels of the view; see ``aliquot.Names``. */
    wanted(map, size) {
      const zoom = map.getZoom();
      const corner = map._getTopLeftPoint();
      const box = { min: corner, max: corner.add(size) };
      const place = ({ scale, origin }) => (p) => ({
        x: p.x * scale + origin.x - corner.x,
        y: p.y * scale + origin.y - corner.y,
      });
      const each = (source, kind, made) => {
        for (const piece of this.pieces.of(source, zoom, box)) {
          const at = place(piece);
          for (const feature of piece.data.get(source) || [])
            if (feature.props.kind === kind) made(feature, at);
        }
      };
      const signs = [];
      const half = aliquot.SIGN_HALF;
      for (const [kind, layer] of Object.entries(aliquot.SIGN_LAYER))
        if (zoom >= aliquot.SIGN_FROM[kind] && !this.hidden.has(layer))
          each("places", kind, ({ geom }, at) => signs.push({ ...at(geom[0][0]), half }));
      const names = [];
      for (const [source, kind, way] of nameRules(this.hidden)) {
        if (zoom < LABEL_FROM[kind]) continue;
        const colour = kind === "beat" ? this.colours.beat_name : this.colours.muted;
        each(source, kind, ({ props, geom }, at) => {
          if (!props.name) return;
          const spot = way === "lines" ? geom.map((line) => line.map(at)) : at(geom[0][0]);
          names.push({ name: props.name, colour, [way]: spot, off: half });
        });
      }
      return { signs, names };
    }

    still() {
      return !this.layer.isLoading() && this.labels.due === null;
    }

    bounds() {
      if (!this.towns) return null;
      const [south, west, north, east] = this.towns;
      return L.latLngBounds([south, west], [north, east]).pad(0.12);
    }

    /* Draw again in other colours, or with other layers. */
    restyle(colours, hidden) {
      this.colours = colours;
      this.hidden = hidden;
      if (!this.layer) return;
      this.layer.paintRules = paintRules(colours, hidden);
      this.labels.recolour(colours, hidden.has("names"));
      this.layer.rerenderTiles();
    }

    remove() {
      this.map.off("resize", this.resized);
      this.labels.remove();
      if (this.layer) this.layer.remove();
    }
  };
})();
