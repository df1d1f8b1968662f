/* What lies under the calls: tiles, else one GeoJSON; over both, pictures. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  aliquot.Ground = class {
    constructor(map) {
      this.map = map;
      this.version = -1;
      this.features = 0;
      this.bare = false; // no street to see: the base was read and is empty
      this.tiled = false;
      this.base = null; // one of two with open, draw, bounds, still, restyle, remove
      this.rasters = {};
      this.read = -1; // the version that they are of
      this.raster = null;
      this.rasterName = null;
      this.rasterKey = null; // which picture, of which base
      for (const [name, level] of [["base", 210], ["photo", 205], ["labels", 250]]) {
        const pane = map.createPane(name);
        pane.style.zIndex = level;
        pane.style.pointerEvents = "none";
      }
    }

    bounds() {
      return this.base && this.base.bounds();
    }

    /* ``told`` is called with how much was read, -1 when it was unreadable; ``drawn``
       when it is on the screen. */
    show(version, colours, hidden, raster, told, drawn) {
      const wanted = JSON.stringify([colours, [...hidden].sort()]);
      const other = wanted !== this.wanted;
      this.wanted = wanted;
      this.colours = colours;
      this.hidden = hidden;
      if (version !== this.version) this.fetch(version, told, drawn);
      else if (other && this.base) this.base.restyle(colours, hidden);
      this.photo(raster);
    }

    async fetch(version, told, drawn) {
      this.version = version;
      let made = null;
      let features = -1;
      const wanted = this.wanted;
      try {
        const answer = await fetch("source.json?v=" + version);
        const index = await answer.json();
        if (version !== this.version) return;
        this.rasters = index.rasters;
        this.read = version;
        [made, features] = await this.open(index, version);
      } catch (problem) {
        console.error("base map unreadable: " + problem);
      }
      if (version !== this.version) {
        if (made) made.remove();
        return;
      }
      if (this.base) this.base.remove();
      this.base = made;
      this.tiled = made instanceof aliquot.TileBase;
      if (made && wanted !== this.wanted) made.restyle(this.colours, this.hidden);
      this.features = Math.max(features, 0);
      this.bare = features < 1;
      this.photo(this.wish);
      told(features); // the view goes there first, so that nothing is drawn in vain
      const done = () => {
        performance.mark("base drawn");
        this.drawn = version;
        drawn(version);
      };
      if (made) made.draw(done);
      else done(); // there is nothing to draw
    }

    /* Tiles first; where they cannot be read, the one file that has all. */
    async open(index, version) {
      if (index.tiles.length) {
        const tiles = new aliquot.TileBase(this.map, index, version);
        try {
          return [tiles, await tiles.open(this.colours, this.hidden)];
        } catch (problem) {
          console.error("tiles unreadable: " + problem);
          tiles.remove();
        }
      }
      const whole = new aliquot.GeoBase(this.map);
      const answer = await fetch("base.json?v=" + version);
      const count = whole.open(await answer.json(), this.colours, this.hidden);
      return [whole, count];
    }

    /* Whether all that is wanted is on the canvas. */
    still() {
      const photo = !this.raster || !this.raster.isLoading();
      return photo && this.drawn === this.version && (!this.base || this.base.still());
    }

    photo(name) {
      this.wish = name;
      const known = name && this.rasters[name] ? name : null;
      const key = known && `${known}?v=${this.read}`;
      if (key === this.rasterKey) return;
      this.rasterName = known;
      this.rasterKey = key;
      if (this.raster) this.raster.remove();
      this.raster = null;
      this.map.getPane("base").style.opacity = known ? 0.55 : 1;
      if (!known) return;
      const [from, to] = this.rasters[known].zooms;
      this.raster = L.tileLayer(`tiles/${known}/{z}/{x}/{y}?v=${this.read}`, {
        pane: "photo",
        minNativeZoom: from,
        maxNativeZoom: to,
        minZoom: 3,
        maxZoom: 20,
        noWrap: true,
      }).addTo(this.map);
    }
  };
})();
