/* A canvas over the view that is drawn whole, at once, and knows what lies where. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const EDGE = 2; // pixels free between a label and the edge of the view

  /* Points of the screen in one pixel of the page. */
  aliquot.points = () => globalThis.devicePixelRatio || 1;

  /* How much of the view is seen: at its foot the window may have laid words over it. */
  aliquot.foot = 0;
  aliquot.room = (map) => {
    const size = map.getSize();
    return L.point(size.x, Math.max(0, size.y - aliquot.foot));
  };
  aliquot.frame = (map) => {
    const { left, right, top, bottom } = map.getContainer().getBoundingClientRect();
    return { left, right, top, bottom: bottom - aliquot.foot };
  };

  /* Where a label of some size stands beside a point so that all of it is in the view:
     to the right, to the left, below, above, and there moved along as far as it must.
     It covers none of ``taken``; null where nothing is possible. */
  aliquot.inView = (size, { x, y }, { x: wide, y: high }, gap, taken = []) => {
    if (x < 0 || y < 0 || x > size.x || y > size.y) return null;
    const moved = (at, long, most) => Math.max(EDGE, Math.min(at, most - long - EDGE));
    const level = moved(y - high / 2, high, size.y);
    const upright = moved(x - wide / 2, wide, size.x);
    const places = [
      { left: x + gap, top: level },
      { left: x - gap - wide, top: level },
      { left: upright, top: y + gap },
      { left: upright, top: y - gap - high },
      ...[x + gap / 2, x - gap / 2 - wide].flatMap((left) => [
        { left, top: y - gap / 2 - high },
        { left, top: y + gap / 2 },
      ]),
    ];
    const whole = ({ left, top }) =>
      left >= EDGE && top >= EDGE && left + wide <= size.x - EDGE && top + high <= size.y - EDGE;
    const clear = ({ left, top }) =>
      taken.every(
        (other) =>
          left + wide <= other.left ||
          left >= other.right ||
          top + high <= other.top ||
          top >= other.bottom
      );
    return places.find((place) => whole(place) && clear(place)) || null;
  };

  /* Where other words stand: in the corners, those of calls, of a way and of a region.
     Pins are as good as words: what stands under one is not read. */
  aliquot.taken = (map) => {
    const { calls, tools, region } = aliquot.page || {};
    if (!calls || !tools || !region) return aliquot.corners(map);
    const told = [...calls.boxes, ...calls.pinBoxes(), ...tools.boxes, ...region.boxes];
    return [...aliquot.corners(map), ...told];
  };

  /* Boxes of the words that stand in the corners, in pixels of the view. */
  aliquot.corners = (map) => {
    const frame = map.getContainer().getBoundingClientRect();
    return [...map.getContainer().querySelectorAll(".leaflet-control")]
      .map((element) => element.getBoundingClientRect())
      .filter((box) => box.width > 0)
      .map((box) => ({
        left: box.left - frame.left,
        right: box.right - frame.left,
        top: box.top - frame.top,
        bottom: box.bottom - frame.top,
      }));
  };

  const SPARE = 0.1; // share of the view drawn around it, for a pan by hand
  const EVENTS = "moveend resize"; // a zoom ends with a moveend, too

  /* ``paint(pen, at)`` draws; ``at(latitude, longitude)`` gives pixels. */
  aliquot.CanvasLayer = L.Layer.extend({
    initialize(pane, paint) {
      this._paneName = pane;
      this._paint = paint;
      this.spots = []; // what can be hit: x, y, radius, kind, id
    },
    onAdd(map) {
      const pane = map.getPane(this._paneName);
      this._canvas = L.DomUtil.create("canvas", "", pane);
      this._canvas.style.pointerEvents = "none";
      map.on(EVENTS, this.redraw, this);
      this.redraw();
    },
    onRemove(map) {
      this._canvas.remove();
      map.off(EVENTS, this.redraw, this);
    },
    redraw() {
      const map = this._map;
      if (!map) return;
      const size = map.getSize();
      const edge = L.point(Math.round(size.x * SPARE), Math.round(size.y * SPARE));
      const whole = size.add(edge.multiplyBy(2));
      const scale = aliquot.points();
      const canvas = this._canvas;
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint(edge.multiplyBy(-1)));
      const [wide, high] = [Math.round(whole.x * scale), Math.round(whole.y * scale)];
      if (canvas.width !== wide || canvas.height !== high) {
        canvas.width = wide;
        canvas.height = high;
        canvas.style.width = whole.x + "px";
        canvas.style.height = whole.y + "px";
      }
      const pen = canvas.getContext("2d");
      pen.setTransform(scale, 0, 0, scale, 0, 0);
      pen.clearRect(0, 0, whole.x, whole.y);
      pen.translate(edge.x, edge.y);
      this.spots = [];
      const zoom = map.getZoom();
      const origin = map._getTopLeftPoint();
      const spot = L.latLng(0, 0);
      const at = (latitude, longitude) => {
        spot.lat = latitude;
        spot.lng = longitude;
        const point = map.options.crs.latLngToPoint(spot, zoom);
        return { x: point.x - origin.x, y: point.y - origin.y };
      };
      const seen = ({ x, y }, spare = 20) =>
        x > -edge.x - spare &&
        y > -edge.y - spare &&
        x < size.x + edge.x + spare &&
        y < size.y + edge.y + spare;
      this._paint(pen, at, seen, zoom);
    },
    /* What lies under a point of the view, the last drawn first; or null. */
    hit({ x, y }) {
      let found = null;
      let best = Infinity;
      for (const spot of this.spots) {
        const gap = Math.hypot(spot.x - x, spot.y - y) - spot.radius;
        if (gap <= 3 && gap <= best) [found, best] = [spot, gap];
      }
      return found;
    },
  });
})();
