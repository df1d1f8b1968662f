/* What a person does with the map: points at it, measures on it, aims by keys. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const FONT = '600 11px "Inter", sans-serif';

  /* Words beside a point of the view, moved in where they would be cut. */
  function written(pen, text, spot, size, colours) {
    pen.font = FONT;
    pen.textBaseline = "middle";
    const wide = Math.ceil(pen.measureText(text).width) + 10;
    const box = aliquot.inView(size, spot, { x: wide, y: 18 }, 8);
    if (!box) return null;
    const [x, y] = [Math.round(box.left), Math.round(box.top) + 9];
    pen.fillStyle = colours.raised;
    pen.fillRect(x, y - 9, wide, 18);
    pen.strokeStyle = colours.line;
    pen.lineWidth = 1;
    pen.strokeRect(x + 0.5, y - 8.5, wide - 1, 17);
    pen.fillStyle = colours.text;
    pen.fillText(text, x + 5, y + 0.5);
    return { text, left: x, top: y - 9, right: x + wide, bottom: y + 9 };
  }

  aliquot.ToolLayer = class {
    constructor(map) {
      this.map = map;
      this.tools = { found: null, measure: null, crosshair: false };
      this.colours = {};
      const pane = map.createPane("tools");
      pane.style.zIndex = 450;
      pane.style.pointerEvents = "none";
      this.layer = new aliquot.CanvasLayer("tools", (...all) => this.paint(...all));
      this.layer.addTo(map);
      map.on("move", () => this.tools.crosshair && this.layer.redraw());
    }

    show(tools, colours) {
      const wanted = JSON.stringify([tools, colours]);
      if (wanted === this.drawn) return;
      this.drawn = wanted;
      this.tools = tools;
      this.colours = colours;
      this.layer.redraw();
    }

    paint(pen, at) {
      const { found, measure, crosshair } = this.tools;
      this.boxes = []; // of words, in pixels of the view
      if (crosshair) this.cross(pen); // under the words
      if (measure) this.way(pen, at, measure);
      if (found) this.spot(pen, at(found.latitude, found.longitude));
    }

    way(pen, at, points) {
      const spots = points.map(([latitude, longitude]) => at(latitude, longitude));
      for (const [width, colour] of [[5, "background"], [2, "focus"]]) {
        pen.strokeStyle = this.colours[colour];
        pen.lineWidth = width;
        pen.beginPath();
        spots.forEach(({ x, y }, n) => (n ? pen.lineTo(x, y) : pen.moveTo(x, y)));
        pen.stroke();
      }
      for (const { x, y } of spots) {
        pen.fillStyle = this.colours.background;
        pen.strokeStyle = this.colours.focus;
        pen.lineWidth = 2;
        pen.beginPath();
        pen.arc(x, y, 4, 0, 2 * Math.PI);
        pen.fill();
        pen.stroke();
      }
      const size = aliquot.room(this.map);
      this.boxes = points
        .map(([, , text], n) => text && written(pen, text, spots[n], size, this.colours))
        .filter(Boolean);
    }

    /* Where a person pointed: a mark that is no pin of a call. Words stand below the map. */
    spot(pen, { x, y }) {
      for (const [width, colour] of [[6, "background"], [2.5, "focus"]]) {
        pen.strokeStyle = this.colours[colour];
        pen.lineWidth = width;
        pen.beginPath();
        for (const [dx, dy] of [[1, 1], [-1, 1], [1, -1], [-1, -1]]) {
          pen.moveTo(x + dx * 4, y + dy * 4);
          pen.lineTo(x + dx * 11, y + dy * 11);
        }
        pen.stroke();
      }
    }

    cross(pen) {
      const { x, y } = this.map.getSize().divideBy(2);
      for (const [width, colour] of [[4, "background"], [1.5, "text"]]) {
        pen.strokeStyle = this.colours[colour];
        pen.lineWidth = width;
        pen.beginPath();
        for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
          pen.moveTo(x + dx * 5, y + dy * 5);
          pen.lineTo(x + dx * 16, y + dy * 16);
        }
        pen.stroke();
      }
    }
  };
})();
