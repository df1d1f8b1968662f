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

  const SHAPES = { hydrant, place };

  aliquot.SIGN_FROM = { hydrant: 16, place: 15 }; // zoom
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
    pen.fillStyle = colours.muted;
    pen.fill();
    pen.restore();
  };
})();
