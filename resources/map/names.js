/* Names on the ground: along a street, within an area, beside a place. Each stands
   whole in the view, on a canvas of the view's size: one that would be cut at an edge
   is moved in, or left out. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const FONT = '500 11px "Inter", sans-serif';
  const HALF = 7; // pixels of height above and below the middle of a line of text
  const LINE = 14;
  const EDGE = 3; // pixels that stay free at the edge of the view
  const GAP = 5; // before and after a name on its line
  const STEP = 28; // pixels a name is moved along its line to find room
  const REPEAT = 260; // the same name is not written again nearer than this
  const STRAIGHT = 0.985; // chord to length: so little may a line bend under its name
  const LONGEST = 40; // letters
  const WRAP = 24;
  const CELL = 4;

  /* Which parts of the view are written on. */
  class Room {
    constructor(size) {
      this.size = size;
      this.wide = Math.ceil(size.x / CELL);
      this.cells = new Uint8Array(this.wide * Math.max(1, Math.ceil(size.y / CELL)));
      this.named = new Map();
      this.written = [];
    }
    holds({ minX, minY, maxX, maxY }) {
      const { x, y } = this.size;
      return minX >= EDGE && minY >= EDGE && maxX <= x - EDGE && maxY <= y - EDGE;
    }
    rows({ minX, minY, maxX, maxY }, each) {
      const last = this.cells.length / this.wide - 1;
      const [left, right] = [Math.max(0, minX / CELL) | 0, Math.min(this.wide - 1, maxX / CELL) | 0];
      if (maxX < 0 || maxY < 0 || left > right) return false;
      for (let y = Math.max(0, minY / CELL) | 0; y <= Math.min(last, (maxY / CELL) | 0); y += 1)
        if (each(y * this.wide + left, y * this.wide + right + 1)) return true;
      return false;
    }
    free(box) {
      return !this.rows(box, (from, to) => {
        for (let n = from; n < to; n += 1) if (this.cells[n]) return true;
        return false;
      });
    }
    take(box) {
      this.rows(box, (from, to) => void this.cells.fill(1, from, to));
    }
    near(name, at) {
      const close = (other) => Math.hypot(other.x - at.x, other.y - at.y) < REPEAT;
      return (this.named.get(name) || []).some(close);
    }
    /* Whether a text may stand there; if so its room is taken. */
    put(name, at, boxes) {
      if (!boxes.every((box) => this.holds(box) && this.free(box))) return false;
      boxes.forEach((box) => this.take(box));
      if (!this.named.has(name)) this.named.set(name, []);
      this.named.get(name).push(at);
      this.written.push({ name, boxes });
      return true;
    }
  }

  function boxesAlong(at, turn, need) {
    const count = Math.max(1, Math.ceil(need / (2 * HALF)));
    const boxes = [];
    for (let n = 0; n < count; n += 1) {
      const along = ((n + 0.5) / count - 0.5) * (need - 2 * HALF);
      const [x, y] = [at.x + along * Math.cos(turn), at.y + along * Math.sin(turn)];
      boxes.push({ minX: x - HALF, minY: y - HALF, maxX: x + HALF, maxY: y + HALF });
    }
    return boxes;
  }

  /* Chords of a line, nearly straight, that are long enough for a text. */
  function chords(line, need) {
    const found = [];
    for (let i = 0; i < line.length - 1; ) {
      let length = 0;
      let next = i + 1;
      for (let j = i + 1; j < line.length; j += 1) {
        length += Math.hypot(line[j].x - line[j - 1].x, line[j].y - line[j - 1].y);
        if (length < need) continue;
        const chord = Math.hypot(line[j].x - line[i].x, line[j].y - line[i].y);
        if (chord / length < STRAIGHT) break;
        if (chord < need) continue;
        found.push({ from: line[i], to: line[j], chord });
        next = j;
        break;
      }
      i = next;
    }
    return found;
  }

  /* The parts of a line that lie in a box. */
  function clipped(line, box) {
    const parts = [];
    let part = [];
    for (let n = 1; n < line.length; n += 1) {
      const cut = inside(line[n - 1], line[n], box);
      if (!cut || (part.length && cut[0] > 0)) {
        parts.push(part);
        part = [];
      }
      if (!cut) continue;
      const [a, b] = [line[n - 1], line[n]];
      const on = (t) => ({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });
      if (!part.length) part.push(on(cut[0]));
      part.push(on(cut[1]));
    }
    parts.push(part);
    return parts.filter((found) => found.length > 1);
  }

  /* From where to where, 0 to 1, a stretch lies in a box (Liang and Barsky). */
  function inside(a, b, box) {
    let [from, to] = [0, 1];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    for (const [p, q] of [
      [-dx, a.x - box.minX],
      [dx, box.maxX - a.x],
      [-dy, a.y - box.minY],
      [dy, box.maxY - a.y],
    ]) {
      if (p === 0 && q < 0) return null;
      if (p < 0) from = Math.max(from, q / p);
      if (p > 0) to = Math.min(to, q / p);
    }
    return from < to ? [from, to] : null;
  }

  function lines(text) {
    const rows = [""];
    for (const word of text.split(" ")) {
      const last = rows[rows.length - 1];
      if (last && last.length + word.length >= WRAP) rows.push(word);
      else rows[rows.length - 1] = last ? `${last} ${word}` : word;
    }
    return rows;
  }

  /* ``wanted(view, seen)`` gives what is to be written, the most wanted first. Each has
     ``name``, ``colour`` and one of ``lines`` (points in pixels of the view), ``area``
     (a point within) and ``beside`` (a point with a sign on it). */
  aliquot.Names = L.Layer.extend({
    initialize(wanted) {
      this._wanted = wanted;
      this._widths = new Map();
      this.colours = {};
      this.hidden = false;
      this.due = null; // a timer, while they are to be written anew
      this.written = []; // names and the boxes they stand in
    },
    onAdd(map) {
      this._canvas = L.DomUtil.create("canvas", "", map.getPane("labels"));
      this._canvas.style.pointerEvents = "none";
      map.on("moveend resize", this.redraw, this);
      this.redraw();
    },
    onRemove(map) {
      clearTimeout(this.due);
      this._canvas.remove();
      map.off("moveend resize", this.redraw, this);
    },
    recolour(colours, hidden) {
      this.colours = colours;
      this.hidden = hidden;
      this.soon();
    },
    /* Once for many changes that come together. */
    soon() {
      clearTimeout(this.due);
      this.due = setTimeout(() => this.redraw(), 16);
    },
    redraw() {
      clearTimeout(this.due);
      this.due = null;
      if (!this._map) return;
      const size = this._map.getSize();
      const scale = aliquot.points();
      L.DomUtil.setPosition(this._canvas, this._map.containerPointToLayerPoint([0, 0]));
      this._canvas.width = size.x * scale;
      this._canvas.height = size.y * scale;
      this._canvas.style.width = size.x + "px";
      this._canvas.style.height = size.y + "px";
      const pen = this._canvas.getContext("2d");
      pen.scale(scale, scale);
      Object.assign(pen, { font: FONT, textBaseline: "middle", textAlign: "center" });
      Object.assign(pen, { lineWidth: 3, lineJoin: "round" });
      pen.strokeStyle = this.colours.background;
      this.written = [];
      if (this.hidden || !size.x || !size.y) return;
      if (aliquot.page) aliquot.page.region.keepIn(); // streets may have come or gone
      const room = new Room(aliquot.room(this._map));
      const { signs, names } = this._wanted(this._map, size);
      for (const { x, y, half } of signs)
        room.take({ minX: x - half, minY: y - half, maxX: x + half, maxY: y + half });
      for (const { left, right, top, bottom } of aliquot.taken(this._map))
        room.take({ minX: left, minY: top, maxX: right, maxY: bottom });
      this._write(pen, names, room);
      this.written = room.written;
    },
    /* Streets twice: first where their names always stand, then where the view has
       only a piece of them. So most names keep their place when the view moves. */
    _write(pen, names, room) {
      for (const one of names) {
        if (one.name.length > LONGEST) continue;
        if (one.lines) for (const line of one.lines) this._along(pen, one, line, room);
        else if (one.area) this._within(pen, one, room);
        else this._beside(pen, one, room);
      }
      const spare = EDGE + HALF + 1;
      const { x, y } = room.size;
      const view = { minX: spare, minY: spare, maxX: x - spare, maxY: y - spare };
      for (const one of names) {
        if (!one.lines || one.name.length > LONGEST || room.named.has(one.name)) continue;
        for (const line of one.lines)
          for (const part of clipped(line, view)) this._along(pen, one, part, room);
      }
    },
    /* Widths measured in a font that is not the one now. */
    forget() {
      this._widths.clear();
    },
    _width(pen, text) {
      if (!this._widths.has(text)) {
        if (this._widths.size > 5000) this._widths.clear();
        this._widths.set(text, pen.measureText(text).width);
      }
      return this._widths.get(text);
    },
    _along(pen, { name, colour }, line, room) {
      const need = this._width(pen, name) + 2 * GAP;
      for (const { from, to, chord } of chords(line, need)) {
        const turn = Math.atan2(to.y - from.y, to.x - from.x);
        const spare = (chord - need) / 2;
        const upright = Math.abs(turn) > Math.PI / 2 ? turn + Math.PI : turn;
        for (const off of offsets(spare)) {
          const t = 0.5 + off / chord;
          const at = { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
          if (room.near(name, at) || !room.put(name, at, boxesAlong(at, turn, need))) continue;
          this._ink(pen, [name], at, upright, colour);
        }
      }
    },
    _within(pen, { name, colour, area }, room) {
      const rows = lines(name);
      const half = Math.max(...rows.map((row) => this._width(pen, row))) / 2 + 2;
      const high = (rows.length * LINE) / 2;
      const { x, y } = room.size;
      if (area.x < 0 || area.y < 0 || area.x > x || area.y > y || room.near(name, area)) return;
      const at = {
        x: Math.min(Math.max(area.x, half + EDGE), x - half - EDGE),
        y: Math.min(Math.max(area.y, high + EDGE), y - high - EDGE),
      };
      const box = { minX: at.x - half, minY: at.y - high, maxX: at.x + half, maxY: at.y + high };
      if (room.put(name, at, [box])) this._ink(pen, rows, at, 0, colour);
    },
    _beside(pen, { name, colour, beside, off }, room) {
      const half = this._width(pen, name) / 2 + 2;
      if (room.near(name, beside)) return;
      const gap = off + CELL; // else it would stand in a cell that its sign has
      const sides = [
        [gap + half, 0],
        [-gap - half, 0],
        [0, gap + HALF],
        [0, -gap - HALF],
      ];
      for (const [dx, dy] of sides) {
        const at = { x: beside.x + dx, y: beside.y + dy };
        const box = { minX: at.x - half, minY: at.y - HALF, maxX: at.x + half, maxY: at.y + HALF };
        if (!room.put(name, at, [box])) continue;
        this._ink(pen, [name], at, 0, colour);
        return;
      }
    },
    _ink(pen, rows, { x, y }, turn, colour) {
      pen.save();
      pen.translate(x, y);
      pen.rotate(turn);
      pen.fillStyle = colour;
      rows.forEach((row, n) => {
        const down = (n - (rows.length - 1) / 2) * LINE;
        pen.strokeText(row, 0, down);
        pen.fillText(row, 0, down);
      });
      pen.restore();
    },
  });

  /* The middle, then further and further to both sides of it. */
  function* offsets(spare) {
    yield 0;
    for (let off = STEP; off <= spare; off += STEP) {
      yield off;
      yield -off;
    }
  }

  aliquot.clippedLine = clipped; // for tests
})();
