/* Calls: how sure the place is comes first, then the pin, then the words. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const RANK = { incident: 0, taken: 1, waiting: 2 };
  const REACH = 17; // pixels a pin may need with its ring; also what a click hits
  const RINGED = 16; // half of what a chosen pin takes
  const USELESS = 50000; // metres: such an area says where nobody is
  const EDGE = 2; // pixels between a label and the edge of the view
  const SIDES = ["right", "left", "top", "bottom"];
  const WIDE = 3000; // metres: above it a place is an area, never a pin
  const UNKNOWN = 24; // radius of the dashed ring of an unknown uncertainty

  /* A pin has a shape as well as a colour: disc and "!", disc and dot, diamond. */
  function drawPin(layer) {
    const renderer = layer._renderer;
    if (!renderer._drawing || layer._empty()) return;
    const pen = renderer._ctx;
    const { x, y } = layer._point;
    const { call, selected, colours } = layer.options;
    pen.save();
    pen.translate(x, y);
    pen.setLineDash([]); // the layer drawn before may have left its own
    pen.globalAlpha = 1;
    pen.lineWidth = 2;
    pen.strokeStyle = colours.background;
    pen.fillStyle = colours[call.state];
    pen.beginPath();
    if (call.state === "incident") diamond(pen, 9);
    else pen.arc(0, 0, 9, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
    pen.fillStyle = colours.background;
    if (call.state === "waiting") mark(pen);
    else disc(pen, 3);
    if (selected) ring(pen, colours.focus);
    pen.restore();
  }

  function diamond(pen, half) {
    pen.moveTo(0, -half - 1);
    pen.lineTo(half + 1, 0);
    pen.lineTo(0, half + 1);
    pen.lineTo(-half - 1, 0);
    pen.closePath();
  }

  function disc(pen, radius) {
    pen.beginPath();
    pen.arc(0, 0, radius, 0, 2 * Math.PI);
    pen.fill();
  }

  function mark(pen) {
    pen.fillRect(-1.25, -5.5, 2.5, 6.5);
    pen.fillRect(-1.25, 2.5, 2.5, 2.5);
  }

  function ring(pen, colour) {
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(0, 0, 14, 0, 2 * Math.PI);
    pen.stroke();
  }

  const Pin = L.CircleMarker.extend({
    _updatePath() {
      drawPin(this);
    },
  });

  aliquot.Calls = class {
    constructor(map, chosen) {
      this.map = map;
      this.chosen = chosen;
      this.drawn = "";
      this.calls = [];
      this.boxes = []; // of their words, in pixels of the view
      this.pins = new Map();
      this.areas = new Map();
      map.createPane("calls").style.zIndex = 420;
      this.renderer = L.canvas({ pane: "calls", padding: 0.3, tolerance: 2 });
      this.group = L.layerGroup().addTo(map);
      map.on("moveend", () => this.uncover());
    }

    /* Draw this picture; one that is already there is left alone. */
    show(calls, selected, colours) {
      const wanted = JSON.stringify([calls, selected, colours]);
      if (wanted === this.drawn) return;
      this.drawn = wanted;
      this.group.clearLayers();
      this.pins.clear();
      this.areas.clear();
      this.selected = selected;
      const rank = (call) => (useless(call) ? -1 : RANK[call.state]);
      const level = (call) => (call.call_id === selected ? 9 : rank(call));
      this.calls = calls.slice().sort((a, b) => level(a) - level(b));
      const wide = (call) => call.uncertainty_m || 0;
      const areas = this.calls.slice().sort((a, b) => wide(b) - wide(a));
      for (const call of areas) this.area(call, call.call_id === selected, colours);
      for (const call of this.calls)
        if (call.pinned) this.pin(call, call.call_id === selected, colours);
      this.uncover();
    }

    /* How sure the place is. A wide area is an outline: it must not tint the map. */
    area(call, selected, colours) {
      const sized = call.uncertainty_m !== null;
      const wide = sized && call.uncertainty_m > WIDE;
      const fill = wide ? (selected ? 0.04 : 0) : call.pinned ? 0.1 : 0.05;
      const style = {
        renderer: this.renderer,
        color: selected ? colours.focus : colours[call.state],
        weight: selected ? 2 : 1.5,
        fill: fill > 0,
        fillColor: colours[call.state],
        fillOpacity: fill,
        interactive: !wide, // it lies under everything; its words are clicked
        bubblingMouseEvents: false,
      };
      if (!call.pinned || !sized) style.dashArray = "6 6";
      const at = [call.latitude, call.longitude];
      const rings = aliquot.outline(call.shape);
      let layer = L.circleMarker(at, { ...style, radius: UNKNOWN });
      if (rings) layer = L.polygon(rings, style);
      else if (sized) layer = L.circle(at, { ...style, radius: call.uncertainty_m });
      this.place(layer, call);
      const sure = rings || (sized && call.uncertainty_m > 0);
      const bounds = sure ? layer.getBounds() : L.latLng(at).toBounds(600);
      const opacity = style.fill ? fill : 0;
      this.areas.set(call.call_id, { layer, bounds, at: L.latLng(at), wide, opacity });
      if (call.tower) this.tower(call, style);
      if (!call.pinned) this.words(layer, call, selected, colours, "center");
    }

    /* The tower that has the call, and a line from it to where the call may be. */
    tower(call, style) {
      const line = { ...style, fill: false, weight: 1, dashArray: "2 6", interactive: false };
      const at = [call.latitude, call.longitude];
      this.group.addLayer(L.polyline([call.tower, at], line));
      const mark = { ...line, dashArray: null, weight: 2, radius: 4 };
      this.group.addLayer(L.circleMarker(call.tower, mark));
    }

    pin(call, selected, colours) {
      const options = { renderer: this.renderer, radius: REACH, call, selected, colours };
      options.bubblingMouseEvents = false;
      const layer = new Pin([call.latitude, call.longitude], options);
      this.place(layer, call);
      this.pins.set(call.call_id, layer);
      this.words(layer, call, selected, colours, "right");
    }

    place(layer, call) {
      layer.on("click", () => this.chosen(call.call_id));
      this.group.addLayer(layer);
    }

    /* Text is put in as text, never as markup. */
    words(layer, call, selected, colours, direction) {
      const box = document.createElement("div");
      const name = box.appendChild(document.createElement("span"));
      name.textContent = call.label;
      const more = box.appendChild(document.createElement("span"));
      more.className = "more";
      const size = box.appendChild(document.createElement("span"));
      size.className = "size";
      size.textContent = call.words;
      const offset = direction === "right" ? OFFSETS.right : [0, 0];
      const className = selected ? "call selected" : "call";
      layer.bindTooltip(box, { permanent: true, direction, offset, className, opacity: 1 });
      box.addEventListener("click", (event) => {
        event.stopPropagation();
        this.chosen(call.call_id);
      });
      const element = layer.getTooltip().getElement();
      if (element) element.style.setProperty("--call", colours[call.state]);
    }

    /* A label stands at its own pin, whole in the view: on the first side where it
       covers neither another label nor another pin, moved in where the edge would cut
       it. Where there is no such side the more pressing one stays and counts the other,
       but never one that has no usable place. Of a call out of sight there is none. */
    uncover() {
      const kept = [];
      for (const call of this.calls.slice().reverse()) {
        const area = this.areas.get(call.call_id);
        const layer = this.pins.get(call.call_id) || (area && area.layer);
        const element = layer && layer.getTooltip() && layer.getTooltip().getElement();
        if (!element) continue;
        element.querySelector(".more").textContent = "";
        element.classList.toggle("covered", this.away(call));
        if (this.away(call)) continue;
        const { box, over, cut } = this.stand(layer, call, element, kept);
        if (!over && !cut) {
          kept.push({ box, element, hidden: 0, useless: useless(call) });
          continue;
        }
        element.classList.add("covered");
        if (!over || over.useless !== useless(call)) continue;
        over.hidden += 1;
        over.element.querySelector(".more").textContent = `  +${over.hidden} beside`;
        over.box = this.keepIn(over.element);
      }
      const { left: x, top: y } = aliquot.frame(this.map);
      this.boxes = kept.map(({ box }) => ({
        left: box.left - x,
        right: box.right - x,
        top: box.top - y,
        bottom: box.bottom - y,
      }));
    }

    stand(layer, call, element, kept) {
      const tip = layer.getTooltip();
      const frame = aliquot.frame(this.map);
      const corners = aliquot.corners(this.map).map((box) => shifted(box, frame));
      const found = [];
      for (const side of call.pinned ? SIDES : ["center"]) {
        const offset = call.pinned ? OFFSETS[side] : [0, 0];
        const put = (shift) => {
          tip.options.direction = side;
          tip.options.offset = [offset[0] + shift.x, offset[1] + shift.y];
          tip.update();
          return element.getBoundingClientRect();
        };
        let box = put({ x: 0, y: 0 });
        const shift = inwards(box, frame);
        if (shift.x || shift.y) box = put(shift);
        const corner = corners.find((other) => meets(box, other));
        if (corner) {
          shift.y += past(box, corner, frame);
          box = put(shift);
        }
        const own = this.map.latLngToContainerPoint([call.latitude, call.longitude]);
        const under = corners.some((other) => meets(box, other));
        const onPin = call.pinned && meets(box, pinAt(own, frame));
        const cut = under || onPin || !within(box, frame);
        const over = kept.find((other) => meets(box, other.box));
        const clear = !cut && !over && !this.coversPin(box, call);
        if (clear) return { box, over: undefined, cut: false };
        found.push({ put, shift, box, over, cut });
      }
      // Better over another pin than not at all; better counted than cut.
      const best =
        found.find((one) => !one.cut && !one.over) || found.find((one) => !one.cut) || found[0];
      best.put(best.shift);
      return best;
    }

    /* A label that grew by what it counts stays in the view. */
    keepIn(element) {
      const frame = aliquot.frame(this.map);
      const now = element.getBoundingClientRect();
      const { x, y } = inwards(now, frame);
      if (!x && !y) return now;
      const at = L.DomUtil.getPosition(element);
      L.DomUtil.setPosition(element, at.add([x, y]));
      return element.getBoundingClientRect();
    }

    coversPin(box, call) {
      const frame = aliquot.frame(this.map);
      return this.calls.some((other) => {
        if (other === call || !other.pinned) return false;
        const at = this.map.latLngToContainerPoint([other.latitude, other.longitude]);
        return meets(box, pinAt(at, frame));
      });
    }

    /* Where pins stand, with the ring of the chosen one, in pixels of the view. */
    pinBoxes() {
      const boxes = [];
      for (const [callId, layer] of this.pins) {
        const { x, y } = this.map.latLngToContainerPoint(layer.getLatLng());
        const half = callId === this.selected ? RINGED : 11;
        boxes.push({ left: x - half, right: x + half, top: y - half, bottom: y + half });
      }
      return boxes;
    }

    bounds() {
      const bounds = L.latLngBounds([]);
      for (const area of this.areas.values()) bounds.extend(area.bounds);
      return bounds.isValid() ? bounds : null;
    }

    /* Bring one call into sight; the view stays when it already is. */
    reveal(callId) {
      const area = this.areas.get(callId);
      if (!area) return;
      const view = this.map.getBounds().pad(-0.05);
      const near = this.map.getZoom() >= 13 || area.wide;
      if (near && view.contains(area.at) && view.contains(area.bounds)) return;
      this.map.fitBounds(area.bounds, { maxZoom: 16, padding: [60, 60], animate: false });
    }

    /* Whether its place is not seen: out of the view, or under what lies over its foot. */
    away({ latitude, longitude }) {
      const { x, y } = this.map.latLngToContainerPoint([latitude, longitude]);
      const seen = aliquot.room(this.map);
      return x < 0 || y < 0 || x > seen.x || y > seen.y;
    }

    outside() {
      return this.calls.filter((call) => this.away(call));
    }
  };

  const OFFSETS = {
    right: [REACH - 8, 0],
    left: [8 - REACH, 0],
    top: [0, 8 - REACH],
    bottom: [0, REACH - 8],
  };

  function useless(call) {
    return call.uncertainty_m !== null && call.uncertainty_m > USELESS;
  }

  /* How far a box has to move to be whole in another one. */
  function inwards(box, frame) {
    const along = (low, high, from, to) => {
      if (high > to - EDGE) return Math.floor(to - EDGE - high);
      return low < from + EDGE ? Math.ceil(from + EDGE - low) : 0;
    };
    return {
      x: along(box.left, box.right, frame.left, frame.right),
      y: along(box.top, box.bottom, frame.top, frame.bottom),
    };
  }

  aliquot.inwards = inwards;

  function within(box, frame) {
    const { left, right, top, bottom } = frame;
    return box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom;
  }

  /* How far a box has to move down or up to be clear of the words in a corner. */
  function past(box, corner, frame) {
    const low = corner.top > (frame.top + frame.bottom) / 2;
    return low
      ? Math.floor(corner.top - EDGE - box.bottom)
      : Math.ceil(corner.bottom + EDGE - box.top);
  }

  function shifted({ left, right, top, bottom }, frame) {
    const [x, y] = [frame.left, frame.top];
    return { left: left + x, right: right + x, top: top + y, bottom: bottom + y };
  }

  function pinAt({ x, y }, frame) {
    const [east, south] = [frame.left + x, frame.top + y];
    return { left: east - 9, right: east + 9, top: south - 9, bottom: south + 9 };
  }

  function meets(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }
})();
