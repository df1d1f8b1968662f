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

  aliquot.Region = class {
    constructor(map) {
      this.map = map;
      this.drawn = "";
      this.region = null;
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

    /* Its words are never cut at the edge of the view: they move in. */
    keepIn() {
      const tip = this.region && this.marker && this.marker.getTooltip();
      const element = tip && tip.getElement();
      if (!element) return;
      tip.options.offset = [0, 0];
      tip.update();
      const seen = this.map.getBounds();
      if (!seen.intersects(L.polygon(this.region.rings).getBounds())) return;
      const frame = aliquot.frame(this.map);
      const { x, y } = aliquot.inwards(element.getBoundingClientRect(), frame);
      tip.options.offset = [x, y];
      tip.update();
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
