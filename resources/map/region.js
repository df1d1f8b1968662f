/* The region that a release gives as its place: violet, and nothing else is. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  function words(layer, region) {
    const box = document.createElement("div");
    box.appendChild(document.createElement("span")).textContent = region.label;
    const more = box.appendChild(document.createElement("span"));
    more.textContent = region.words;
    more.className = "size";
    const options = { permanent: true, direction: "top", className: "region", opacity: 1 };
    return layer.bindTooltip(box, options);
  }

  /* Above, below, left and right of a region, from the middle of its upper edge. */
  function sides(map, bounds) {
    const at = (corner) => map.latLngToContainerPoint(corner);
    const size = at(bounds.getSouthEast()).subtract(at(bounds.getNorthWest()));
    return [
      ["top", [0, 0]],
      ["bottom", [0, size.y]],
      ["right", [size.x / 2, size.y / 2]],
      ["left", [-size.x / 2, size.y / 2]],
    ];
  }

  function inside({ left, right, top, bottom }, frame) {
    const { left: x, top: y } = frame;
    return { left: left - x, right: right - x, top: top - y, bottom: bottom - y };
  }

  aliquot.Region = class {
    constructor(map) {
      this.map = map;
      this.drawn = "";
      this.region = null;
      this.boxes = []; // of its words, in pixels of the view
      const pane = map.createPane("region");
      pane.style.zIndex = 300;
      pane.style.pointerEvents = "none";
      this.renderer = L.canvas({ pane: "region", padding: 0.3 });
      this.group = L.layerGroup().addTo(map);
      this.marker = null;
      map.on("moveend resize", () => this.keepIn());
    }

    show({ region, spot }, colours) {
      const wanted = JSON.stringify([region, spot, colours]);
      if (wanted === this.drawn) return;
      this.drawn = wanted;
      this.region = region;
      this.group.clearLayers();
      this.marker = null;
      this.boxes = [];
      if (!region) return;
      const still = { renderer: this.renderer, interactive: false };
      const edge = { ...still, color: colours.release, weight: 2 };
      const inside = { fillColor: colours.release, fillOpacity: 0.2 };
      const layer = L.polygon(region.rings, { ...edge, ...inside });
      this.group.addLayer(layer);
      if (spot) this.spot(spot, { ...still, fill: false, weight: 2, color: colours.text });
      const bounds = layer.getBounds();
      const top = [bounds.getNorth(), bounds.getCenter().lng];
      const unseen = { ...still, stroke: false, fill: false, radius: 1 };
      this.marker = words(L.circleMarker(top, unseen), region);
      this.group.addLayer(this.marker);
      this.keepIn();
    }

    /* Its words are never cut at the edge of the view: they move in. They stand on
       the side of the region where they hide the least of its streets. */
    keepIn() {
      this.boxes = [];
      const tip = this.region && this.marker && this.marker.getTooltip();
      const element = tip && tip.getElement();
      if (!element) return;
      const bounds = L.polygon(this.region.rings).getBounds();
      const put = (direction, offset) => {
        Object.assign(tip.options, { direction, offset });
        tip.update();
        return element.getBoundingClientRect();
      };
      if (!this.map.getBounds().intersects(bounds)) return void put("top", [0, 0]);
      const frame = aliquot.frame(this.map);
      const lines = this.streets();
      let best = null;
      for (const [direction, offset] of sides(this.map, bounds)) {
        const { x, y } = aliquot.inwards(put(direction, offset), frame);
        const moved = [offset[0] + x, offset[1] + y];
        const box = inside(put(direction, moved), frame);
        const hides = this.hides(box, lines);
        if (!best || hides < best.hides) best = { direction, moved, hides };
        if (!hides) break;
      }
      this.boxes = [inside(put(best.direction, best.moved), frame)];
    }

    /* Streets with a name, in pixels of the view. */
    streets() {
      const { base } = (aliquot.page && aliquot.page.ground) || {};
      if (!base || base.labels.hidden) return [];
      const { names } = base.wanted(this.map, this.map.getSize());
      return names.flatMap((one) => one.lines || []);
    }

    /* Pixels of streets under a box, and of the region itself, which is not so bad. */
    hides(box, lines) {
      const { left: minX, right: maxX, top: minY, bottom: maxY } = box;
      let hidden = 0;
      for (const line of lines)
        for (const part of aliquot.clippedLine(line, { minX, minY, maxX, maxY }))
          for (let n = 1; n < part.length; n += 1)
            hidden += Math.hypot(part[n].x - part[n - 1].x, part[n].y - part[n - 1].y);
      const own = L.polygon(this.region.rings).getBounds();
      const at = (corner) => this.map.latLngToContainerPoint(corner);
      const [one, other] = [at(own.getNorthWest()), at(own.getSouthEast())];
      const wide = Math.min(maxX, other.x) - Math.max(minX, one.x);
      const high = Math.min(maxY, other.y) - Math.max(minY, one.y);
      return hidden + (wide > 0 && high > 0 ? Math.min(wide, high) : 0);
    }

    /* Where it truly is: what the desk knows, in no colour. */
    spot(at, style) {
      for (const radius of [6, 1]) this.group.addLayer(L.circleMarker(at, { ...style, radius }));
    }

    /* Bring the region into sight, with some streets around it. */
    reveal() {
      if (!this.region) return;
      const bounds = L.polygon(this.region.rings).getBounds();
      this.map.fitBounds(bounds.pad(0.45), { maxZoom: 17, animate: false });
    }
  };
})();
