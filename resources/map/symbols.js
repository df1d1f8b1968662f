/* Signs of fixed things: a shape each, in the ground's own muted colour. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  /* As it stands at the kerb: cap, nozzles, barrel, foot. */
  function hydrant(pen) {
    pen.moveTo(-2.5, -4);
    pen.arc(0, -4, 2.5, Math.PI, 2 * Math.PI);
    pen.lineTo(2.5, -2);
    pen.lineTo(5, -2);
    pen.lineTo(5, 1);
    pen.lineTo(2.5, 1);
    pen.lineTo(2.5, 4);
    pen.lineTo(4, 4);
    pen.lineTo(4, 6.5);
    pen.lineTo(-4, 6.5);
    pen.lineTo(-4, 4);
    pen.lineTo(-2.5, 4);
    pen.lineTo(-2.5, 1);
    pen.lineTo(-5, 1);
    pen.lineTo(-5, -2);
    pen.lineTo(-2.5, -2);
    pen.closePath();
  }

  /* A house: what has a name and a door. */
  function place(pen) {
    pen.moveTo(0, -5);
    pen.lineTo(5, 0);
    pen.lineTo(3.5, 0);
    pen.lineTo(3.5, 5);
    pen.lineTo(-3.5, 5);
    pen.lineTo(-3.5, 0);
    pen.lineTo(-5, 0);
    pen.closePath();
  }

  const SHAPES = { hydrant, hydrant_out: hydrant, place };

  /* Out of service: hollow, and struck through from edge to edge. */
  function struck(pen, colours) {
    for (const [width, colour] of [[4, colours.background], [2, colours.muted]]) {
      pen.beginPath();
      pen.moveTo(-6.5, 7);
      pen.lineTo(6.5, -7);
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.stroke();
    }
  }

  aliquot.SIGN_FROM = { hydrant: 16, hydrant_out: 16, place: 15 }; // zoom
  aliquot.SIGN_LAYER = { hydrant: "hydrants", hydrant_out: "hydrants", place: "places" };
  aliquot.SIGN_HALF = 7; // pixels around its middle that a sign may need

  aliquot.drawSign = (pen, kind, { x, y }, colours) => {
    pen.save();
    pen.translate(x, y);
    pen.globalAlpha = 1;
    pen.setLineDash([]);
    pen.lineJoin = "round";
    pen.beginPath();
    SHAPES[kind](pen);
    pen.lineWidth = 3;
    pen.strokeStyle = colours.background;
    pen.stroke();
    const out = kind === "hydrant_out";
    pen.fillStyle = out ? colours.background : colours.muted;
    pen.fill();
    if (out) {
      pen.lineWidth = 1.5;
      pen.strokeStyle = colours.muted;
      pen.stroke();
      struck(pen, colours);
    }
    pen.restore();
  };
})();
