/* Shapes of uncertainty (RFC 5491) as outlines of degrees; a circle has none. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const STEPS = 64; // corners of a full turn

  /* A place so many metres off, clockwise from north. */
  function away([latitude, longitude], metres, degrees) {
    const turn = (degrees * Math.PI) / 180;
    const north = (metres * Math.cos(turn)) / 111320;
    const lean = Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
    return [latitude + north, longitude + (metres * Math.sin(turn)) / (111320 * lean)];
  }

  function arc(at, metres, from, wide) {
    const steps = Math.max(2, Math.ceil((STEPS * wide) / 360));
    const points = [];
    for (let n = 0; n <= steps; n += 1) points.push(away(at, metres, from + (wide * n) / steps));
    return points;
  }

  function ellipse(shape) {
    const { semi_major_m: long, semi_minor_m: short, orientation_deg: turned } = shape;
    const points = [];
    for (let n = 0; n < STEPS; n += 1) {
      const t = (2 * Math.PI * n) / STEPS;
      const [along, across] = [long * Math.cos(t), short * Math.sin(t)];
      const far = Math.hypot(along, across);
      const turn = turned + (Math.atan2(across, along) * 180) / Math.PI;
      points.push(away([shape.latitude, shape.longitude], far, turn));
    }
    return [points];
  }

  function band(shape) {
    const at = [shape.latitude, shape.longitude];
    const wide = Math.min(shape.opening_deg, 360);
    const outer = arc(at, shape.outer_m, shape.start_deg, wide);
    if (wide >= 360) {
      const hole = shape.inner_m > 0 ? [arc(at, shape.inner_m, 0, 360)] : [];
      return [outer, ...hole];
    }
    const inner = shape.inner_m > 0 ? arc(at, shape.inner_m, shape.start_deg, wide) : [at];
    return [[...outer, ...inner.reverse()]];
  }

  const READERS = {
    polygon: (shape) => [shape.points],
    prism: (shape) => [shape.points],
    ellipse,
    ellipsoid: ellipse,
    arc_band: band,
  };

  const sound = (rings) =>
    rings.every((ring) => ring.length > 2 && ring.every((p) => p.every(Number.isFinite)));

  aliquot.away = away;

  /* Rings of [latitude, longitude], or null for a circle and for what is no shape. */
  aliquot.outline = (text) => {
    if (!text) return null;
    try {
      const shape = JSON.parse(text);
      const rings = READERS[shape.type] && READERS[shape.type](shape);
      return rings && sound(rings) ? rings : null;
    } catch {
      return null;
    }
  };
})();
