/* The base map from vector tiles: streets with their names, drawn on canvas. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const BLOCK = 1 << 18; // bytes asked for at once
  const KEPT = 64; // blocks kept
  const DATA_ZOOM = 14;
  const STRAIGHT = 0.985; // chord to length: so little may a line bend under its name
  const MARGIN = 10; // pixels free before and after a name
  const FONT = '500 11px "Inter", sans-serif';
  const LABEL_FROM = { major: 13, street: 15, park: 15, campus: 15, water: 13, place: 16, beat: 15 };
  const REPEAT_PX = 260; // the same name is not written again nearer than this

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

  function dot(kind, colour, radius, colours) {
    const symbolizer = new protomapsL.CircleSymbolizer({
      radius,
      fill: colours.background,
      stroke: colour,
      width: 1.5,
    });
    const filter = of(kind);
    return { dataSource: "places", dataLayer: "places", symbolizer, filter, minzoom: 15 };
  }

  /* A name upon its line, on the first stretch that is long and straight enough. */
  class Along {
    constructor(colours) {
      this.colours = colours;
    }
    place(layout, lines, feature) {
      const name = feature.props.name;
      if (!name || name.length > 40) return undefined;
      layout.scratch.font = FONT;
      const need = layout.scratch.measureText(name).width;
      const labels = [];
      for (const line of lines)
        for (const [from, to] of stretches(line, need + MARGIN)) labels.push(this.label(name, need, from, to));
      return labels.length ? labels : undefined;
    }
    label(name, need, from, to) {
      let turn = Math.atan2(to.y - from.y, to.x - from.x);
      if (Math.abs(turn) > Math.PI / 2) turn += Math.PI;
      const anchor = from.add(to).div(2);
      const bboxes = [];
      const cells = Math.max(1, Math.ceil(need / 12));
      for (let n = 0; n < cells; n += 1) {
        const along = ((n + 0.5) / cells - 0.5) * need;
        const [x, y] = [anchor.x + along * Math.cos(turn), anchor.y + along * Math.sin(turn)];
        bboxes.push({ minX: x - 7, minY: y - 7, maxX: x + 7, maxY: y + 7 });
      }
      bboxes.push({ minX: anchor.x - 1, minY: anchor.y - 1, maxX: anchor.x + 1, maxY: anchor.y + 1 });
      const draw = (pen) => {
        pen.globalAlpha = 1;
        pen.rotate(turn);
        Object.assign(pen, { font: FONT, textAlign: "center", textBaseline: "middle" });
        Object.assign(pen, { lineWidth: 3, lineJoin: "round" });
        pen.strokeStyle = this.colours.background;
        pen.fillStyle = this.colours.muted;
        pen.strokeText(name, 0, 0);
        pen.fillText(name, 0, 0);
      };
      return { anchor, bboxes, draw, deduplicationKey: name, deduplicationDistance: REPEAT_PX };
    }
  }

  function stretches(line, need) {
    const found = [];
    for (let i = 0; i < line.length - 1; ) {
      let length = 0;
      let next = i + 1;
      for (let j = i + 1; j < line.length; j += 1) {
        length += line[j].dist(line[j - 1]);
        if (length < need) continue;
        const chord = line[i].dist(line[j]);
        if (chord / length < STRAIGHT) break;
        if (chord < need) continue;
        const part = Math.min(1, Math.max(need / chord, 0.5)); // near its middle
        const spare = line[j].sub(line[i]).mult((1 - part) / 2);
        found.push([line[i].add(spare), line[j].sub(spare)]);
        next = j;
        break;
      }
      i = next;
    }
    return found;
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
    if (!hidden.has("hydrants")) rules.push(dot("hydrant", colours.pending, 2.5, colours));
    if (!hidden.has("places")) rules.push(dot("place", colours.muted, 2.5, colours));
    return rules;
  }

  function labelRules(colours, hidden) {
    if (hidden.has("names")) return [];
    const written = { labelProps: ["name"], fill: colours.muted, stroke: colours.background };
    const name = (source, kind, symbolizer) => ({
      dataSource: source,
      dataLayer: source,
      symbolizer,
      minzoom: LABEL_FROM[kind],
      filter: of(kind),
    });
    const along = () => new Along(colours);
    const within = (more = {}) =>
      new protomapsL.CenteredTextSymbolizer({
        ...written,
        font: FONT,
        width: 1.5,
        lineHeight: 1.3,
        maxLineChars: 24,
        ...more,
      });
    const beside = () =>
      new protomapsL.OffsetTextSymbolizer({
        ...written,
        font: FONT,
        width: 1.5,
        offsetX: 6,
        offsetY: 4,
      });
    const rules = [name("majors", "major", along()), name("majors", "street", along())];
    rules.push(name("streets", "street", along()));
    for (const kind of ["water", "park", "campus"]) rules.push(name("names", kind, within()));
    if (!hidden.has("beats")) rules.push(name("names", "beat", within({ fill: colours.beat_name })));
    if (!hidden.has("places")) rules.push(name("places", "place", beside()));
    return rules;
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
        labelRules: labelRules(colours, hidden),
        attribution: "", // else the library names a source that this is not
        pane: "base",
        keepBuffer: 1,
        tileDelay: 1,
        noWrap: true,
        minZoom: 3,
        maxZoom: 20,
      });
      return this.names.length;
    }

    /* Draw it where the map looks; ``drawn`` is called when all of it is there. */
    draw(drawn) {
      this.layer.once("load", drawn);
      this.layer.addTo(this.map);
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
      this.layer.labelRules = labelRules(colours, hidden);
      this.layer.clearLayout();
      this.layer.rerenderTiles();
    }

    remove() {
      if (this.layer) this.layer.remove();
    }
  };
})();
