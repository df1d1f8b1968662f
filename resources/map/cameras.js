/* Listed cameras: grouped by supercluster, one canvas; wedges near the chosen call. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const WEDGE_FROM = 16; // zoom from which fields of view are drawn
  const WEDGE_M = 60; // how far a field of view is drawn; not how far it sees
  const USUAL_VIEW = 70; // degrees, when the field of view is not known
  const MUCH = 3_000_000; // bytes after which the worker gives its memory back
  const { CAMERA } = aliquot.camerasIndex;
  const RADIUS = 3.5;
  const HIGH = 16; // pixels of the chosen camera's name
  const STAMPS = 100; // rings of other sizes and colours that are kept
  const FONT = '500 10px "JetBrains Mono", monospace';

  const short = (count) => (count < 1000 ? String(count) : Math.round(count / 1000) + "k");
  const size = (count) => Math.round(16 + Math.min(16, Math.log10(count) * 5.2)) / 2;

  aliquot.Cameras = class {
    constructor(map) {
      this.map = map;
      this.version = 0; // of what is wanted
      this.shown = 0; // of what is seen
      this.worker = this.start(); // now, so that the first cameras do not wait for it
      this.busy = false;
      this.data = null;
      this.index = null;
      this.near = [];
      this.chosen = null;
      this.colours = {};
      this.stamps = new Map();
      this.hidden = false;
      this.circles = 0;
      this.wedges = 0;
      this.groups = 0;
      this.boxes = []; // of the chosen one's name, in pixels of the view
      const pane = map.createPane("cameras");
      pane.style.zIndex = 390;
      pane.style.pointerEvents = "none";
      this.layer = new aliquot.CanvasLayer("cameras", (...all) => this.paint(...all));
      this.layer.addTo(map);
    }

    /* Those near the call on hand come with their names; the field comes by itself.
       The chosen one's name makes room for other words, wherever they stand now. */
    show(near, chosen, colours, hidden) {
      const words = chosen ? aliquot.taken(this.map) : [];
      const wanted = JSON.stringify([near, chosen, colours, hidden, words]);
      if (wanted === this.drawn) return;
      this.drawn = wanted;
      this.near = near;
      this.chosen = chosen;
      this.colours = colours;
      this.hidden = hidden;
      this.layer.redraw();
    }

    /* Until the new ones are here the old ones are seen, and cannot be chosen. */
    async fetch(version) {
      this.version = version;
      for (const spot of this.layer.spots) if (spot.kind === "listed") spot.kind = "old";
      let packed = new ArrayBuffer(0);
      if (version > 0) packed = await (await fetch("cameras.bin?v=" + version)).arrayBuffer();
      if (version !== this.version) return;
      if (!packed.byteLength) return this.load(version, packed, null);
      if (!this.index && packed.byteLength <= MUCH) this.sketch(packed);
      this.group(version, packed);
    }

    /* The first cameras are seen at once, roughly grouped, and exactly when that is done. */
    sketch(packed) {
      this.data = new DataView(packed);
      this.layer.redraw();
      performance.mark("cameras seen");
    }

    /* Beside the page; in it where there is no beside. */
    group(version, packed) {
      if (this.busy) this.stop(); // what it is at is out of date
      this.busy = true;
      this.worker = this.worker || this.start();
      this.worker.onmessage = ({ data }) => {
        if (packed.byteLength > MUCH) this.stop();
        this.busy = false;
        this.load(version, packed, aliquot.camerasIndex.given(data));
      };
      this.worker.onerror = (fault) => {
        fault.preventDefault();
        this.stop();
        this.load(version, packed, aliquot.camerasIndex.made(packed));
      };
      this.worker.postMessage(packed);
    }

    start() {
      return new Worker("cameras_worker.js");
    }

    stop() {
      this.worker.terminate();
      this.worker = null;
      this.busy = false;
    }

    load(version, packed, index) {
      if (version !== this.version) return;
      this.shown = version;
      this.data = new DataView(packed);
      this.index = index;
      if (!index) this.data = null;
      this.layer.redraw();
      performance.mark("cameras drawn");
    }

    paint(pen, at, seen, zoom) {
      this.circles = this.wedges = this.groups = 0;
      this.boxes = [];
      if (!this.hidden && this.data) this.field(pen, at, zoom);
      if (zoom >= WEDGE_FROM) this.fields_of_view(pen, at);
      for (const camera of this.near) this.one(pen, at(camera.latitude, camera.longitude), camera);
    }

    field(pen, at, zoom) {
      const box = this.map.getBounds().pad(0.1);
      const around = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
      const groups = [];
      const single = [];
      const kind = this.shown === this.version ? "listed" : "old";
      const { fine, rough } = aliquot.camerasIndex;
      const found = this.index ? fine(this.index, around, zoom) : rough(this.data, around, zoom);
      for (const { id, count, latitude, longitude } of found) {
        const spot = { ...at(latitude, longitude), id };
        if (count === 1) single.push({ ...spot, radius: RADIUS, kind });
        else groups.push({ ...spot, radius: size(count), kind: this.index ? "group" : "old", count });
      }
      this.rings(pen, groups, this.colours.line);
      this.rings(pen, single, this.colours.muted);
      pen.font = FONT;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillStyle = this.colours.muted;
      for (const { x, y, count } of groups) pen.fillText(short(count), x, y + 0.5);
      this.groups = groups.length;
      this.circles = single.length;
      this.layer.spots.push(...groups, ...single);
    }

    /* Stamped, each at a whole pixel: to fill hundreds of circles takes three times
       as long where a processor draws. */
    rings(pen, spots, colour) {
      const scale = aliquot.points();
      for (const { x, y, radius } of spots) {
        const stamp = this.stamp(radius, colour, scale);
        const half = stamp.width / 2;
        const [left, top] = [Math.round(x * scale - half), Math.round(y * scale - half)];
        pen.drawImage(stamp, left / scale, top / scale, stamp.width / scale, stamp.height / scale);
      }
    }

    stamp(radius, colour, scale) {
      const { background } = this.colours;
      const name = [radius, colour, background, scale].join();
      const found = this.stamps.get(name);
      if (found) return found;
      if (this.stamps.size >= STAMPS) this.stamps.clear();
      const half = Math.ceil((radius + 2) * scale);
      const made = new OffscreenCanvas(2 * half, 2 * half);
      const pen = made.getContext("2d");
      pen.setTransform(scale, 0, 0, scale, half, half);
      pen.lineWidth = 1.5;
      pen.fillStyle = background;
      pen.strokeStyle = colour;
      pen.arc(0, 0, radius, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
      this.stamps.set(name, made);
      return made;
    }

    fields_of_view(pen, at) {
      pen.fillStyle = this.colours.text;
      pen.globalAlpha = 0.14;
      for (const camera of this.near) {
        if (typeof camera.azimuth_deg !== "number") continue;
        const view = camera.field_of_view_deg;
        this.wedge(pen, at, camera, typeof view === "number" ? view : USUAL_VIEW);
      }
      pen.globalAlpha = 1;
    }

    wedge(pen, at, camera, wide) {
      const place = [camera.latitude, camera.longitude];
      const start = at(...place);
      const full = Math.min(wide, 359);
      pen.beginPath();
      pen.moveTo(start.x, start.y);
      for (let step = 0; step <= 12; step += 1) {
        const turn = camera.azimuth_deg - full / 2 + (full * step) / 12;
        const { x, y } = at(...aliquot.away(place, WEDGE_M, turn));
        pen.lineTo(x, y);
      }
      pen.closePath();
      pen.fill();
      this.wedges += 1;
    }

    one(pen, { x, y }, camera) {
      const chosen = camera.camera_id === this.chosen;
      pen.beginPath();
      pen.arc(x, y, 5, 0, 2 * Math.PI);
      pen.lineWidth = chosen ? 2.5 : 1.5;
      pen.fillStyle = this.colours.background;
      pen.strokeStyle = chosen ? this.colours.focus : this.colours.text;
      pen.fill();
      pen.stroke();
      this.circles += 1;
      this.layer.spots.push({ x, y, radius: 5, kind: "camera", id: camera.camera_id });
      if (!chosen) return;
      pen.font = '500 11px "JetBrains Mono", monospace';
      pen.textAlign = "left";
      const wide = Math.ceil(pen.measureText(camera.camera_id).width) + 10;
      const spot = { x: Math.round(x), y: Math.round(y) };
      const room = { x: wide, y: HIGH };
      const taken = aliquot.taken(this.map);
      const stand = (gap) => aliquot.inView(aliquot.room(this.map), spot, room, gap, taken);
      const box = stand(9) || stand(22); // further off where a pin is
      if (!box) return; // it would be cut at the edge of the view, or lie on other words
      const { left, top } = box;
      this.boxes.push({ left, top, right: left + wide, bottom: top + HIGH });
      pen.fillRect(left, top, wide, HIGH);
      pen.lineWidth = 1;
      pen.strokeRect(left + 0.5, top + 0.5, wide - 1, HIGH - 1);
      pen.fillStyle = this.colours.text;
      pen.textBaseline = "middle";
      pen.fillText(camera.camera_id, left + 5, top + HIGH / 2 + 0.5);
    }

    /* A group was clicked: so close that it falls apart. */
    open(id, { x, y }) {
      const zoom = Math.min(this.index.getClusterExpansionZoom(id), 19);
      this.map.setZoomAround(L.point(x, y), zoom, { animate: false });
    }

    /* Whether those wanted are seen, each in its group. */
    still() {
      return this.shown === this.version;
    }

    count() {
      return this.index ? this.data.byteLength / CAMERA : 0;
    }
  };
})();
