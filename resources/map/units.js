/* Units: the sign of a status, which way it goes, and how old that is. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const LABEL_FROM = 15; // zoom from which units that are free have names
  const UNIT = 7;
  const FONT = '500 11px "JetBrains Mono", monospace';
  const HIGH = 16; // pixels of a label

  const pathOf = {
    dot: (pen) => pen.arc(0, 0, UNIT - 1, 0, 2 * Math.PI),
    ring: (pen) => pen.arc(0, 0, UNIT - 1, 0, 2 * Math.PI),
    square: (pen) => pen.rect(1 - UNIT, 1 - UNIT, 2 * UNIT - 2, 2 * UNIT - 2),
    bar: (pen) => pen.rect(-UNIT, -2.5, 2 * UNIT, 5),
    triangle: (pen) => polygon(pen, [[-UNIT + 1, -UNIT], [UNIT + 1, 0], [-UNIT + 1, UNIT]]),
    cross: (pen) => {
      polygon(pen, [[-UNIT + 1, -UNIT + 1], [UNIT - 1, UNIT - 1]]);
      polygon(pen, [[UNIT - 1, -UNIT + 1], [-UNIT + 1, UNIT - 1]]);
    },
  };
  const HOLLOW = new Set(["ring", "cross"]);

  function polygon(pen, points) {
    pen.moveTo(points[0][0], points[0][1]);
    for (const [x, y] of points.slice(1)) pen.lineTo(x, y);
    pen.closePath();
  }

  /* Which way it goes: a point outside the sign of its status. */
  function heading(pen, degrees, tone, colours) {
    pen.save();
    pen.rotate((degrees * Math.PI) / 180);
    pen.beginPath();
    polygon(pen, [[-4, -UNIT - 2], [4, -UNIT - 2], [0, -UNIT - 9]]);
    pen.strokeStyle = colours.background;
    pen.lineWidth = 3;
    pen.stroke();
    pen.fillStyle = tone;
    pen.fill();
    pen.restore();
  }

  function sign(pen, unit, chosen, colours) {
    const tone = (unit.old ? colours.muted : colours[unit.tone]) || colours.text;
    if (chosen) {
      pen.strokeStyle = colours.focus;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(0, 0, UNIT + 5, 0, 2 * Math.PI);
      pen.stroke();
    }
    if (typeof unit.heading_deg === "number") heading(pen, unit.heading_deg, tone, colours);
    if (unit.old) pen.globalAlpha = 0.6;
    const draw = pathOf[unit.shape] || pathOf.dot;
    pen.beginPath();
    draw(pen);
    pen.strokeStyle = colours.background;
    pen.lineWidth = HOLLOW.has(unit.shape) ? 7 : 4;
    pen.stroke();
    pen.beginPath();
    draw(pen);
    pen.fillStyle = tone;
    pen.strokeStyle = tone;
    pen.lineWidth = 3;
    if (HOLLOW.has(unit.shape)) pen.stroke();
    else pen.fill();
    pen.globalAlpha = 1;
  }

  aliquot.Units = class {
    constructor(map) {
      this.map = map;
      this.units = [];
      this.chosen = null;
      this.colours = {};
      this.labels = [];
      this.boxes = []; // where they stand, in pixels of the view
      this.widths = new Map();
      const pane = map.createPane("units");
      pane.style.zIndex = 400;
      pane.style.pointerEvents = "none";
      this.layer = new aliquot.CanvasLayer("units", (...all) => this.paint(...all));
      this.layer.addTo(map);
    }

    show(units, chosen, colours) {
      this.units = units;
      this.chosen = chosen;
      this.colours = colours;
      this.layer.redraw();
    }

    paint(pen, at, seen, zoom) {
      this.labels = [];
      this.boxes = [];
      pen.lineJoin = "round";
      const placed = [];
      for (const unit of this.units) {
        const spot = at(unit.latitude, unit.longitude);
        if (!seen(spot)) continue;
        const chosen = unit.unit_id === this.chosen;
        placed.push([unit, spot, chosen]);
        this.layer.spots.push({ ...spot, radius: UNIT + 2, kind: "unit", id: unit.unit_id });
        pen.save();
        pen.translate(spot.x, spot.y);
        sign(pen, unit, chosen, this.colours);
        pen.restore();
      }
      pen.font = FONT;
      pen.textBaseline = "middle";
      const taken = aliquot.taken(this.map);
      const wanted = placed.filter(([unit, , chosen]) => chosen || unit.busy || zoom >= LABEL_FROM);
      const rank = ([unit, , chosen]) => (chosen ? 0 : unit.busy ? 1 : 2);
      for (const [unit, spot, chosen] of wanted.sort((a, b) => rank(a) - rank(b)))
        this.label(pen, unit, spot, chosen, taken);
    }

    /* It is left out where it would cover other words, or they it; the sign stays. */
    label(pen, unit, { x, y }, chosen, taken) {
      const told = chosen || unit.busy ? `${unit.unit_id} ${unit.word}` : unit.unit_id;
      const text = unit.old ? `${told}, ${unit.old}` : told;
      if (!this.widths.has(text)) {
        if (this.widths.size > 5000) this.widths.clear();
        this.widths.set(text, Math.ceil(pen.measureText(text).width));
      }
      const wide = this.widths.get(text) + 12;
      const size = aliquot.room(this.map);
      const [mx, my] = [Math.round(x), Math.round(y)];
      const room = { x: wide, y: HIGH };
      const stand = (gap) => aliquot.inView(size, { x: mx, y: my }, room, gap, taken);
      const box = stand(UNIT + 4) || stand(UNIT + 14); // further off where a pin is
      if (!box) return; // it would be cut at the edge of the view
      const { left, top } = box;
      this.labels.push(text);
      const stands = { text, left, top, right: left + wide, bottom: top + HIGH };
      this.boxes.push(stands);
      taken.push(stands);
      pen.fillStyle = this.colours.background;
      pen.fillRect(left, top, wide, HIGH);
      pen.strokeStyle = chosen ? this.colours.focus : this.colours.line;
      pen.lineWidth = 1;
      pen.strokeRect(left + 0.5, top + 0.5, wide - 1, HIGH - 1);
      pen.fillStyle = this.colours[unit.old ? "muted" : unit.tone] || this.colours.muted;
      pen.fillRect(left, top, 3, HIGH);
      pen.fillStyle = this.colours.text;
      pen.fillText(text, left + 8, top + HIGH / 2 + 0.5);
    }
  };
})();
