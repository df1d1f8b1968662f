/* The page's half of the map: it draws whole pictures and says which it drew. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const AREA = { maxZoom: 15, padding: [12, 12], animate: false };

  /* A corner of the map that holds one line of words. */
  function corner(map, position, className) {
    const control = new L.Control({ position });
    control.onAdd = () => L.DomUtil.create("div", "words " + className);
    return control.addTo(map).getContainer();
  }

  class Console {
    constructor(map) {
      this.map = map;
      this.number = 0;
      this.baseVersion = -1;
      this.looking = false; // whether a view was given or chosen already
      this.guessed = false; // whether calls decided the first view, without a base
      this.bare = false; // no street to see: the base was read and is empty
      this.bridge = null;
      this.base = new aliquot.Base(map);
      this.calls = new aliquot.Calls(map, (callId) => this.bridge.choose(callId));
      this.layers = new aliquot.Layers(
        map,
        (cameraId) => this.bridge.choose_camera(cameraId),
        (unitId) => this.bridge.choose_unit(unitId)
      );
      this.outside = corner(map, "bottomright", "outside");
      this.note = corner(map, "topright", "quiet");
      this.selected = null;
      this.outside.addEventListener("click", () => this.fit(true));
      map.on("moveend", () => this.moved());
      for (const sign of ["mousedown", "wheel"])
        map.getContainer().addEventListener(sign, () => (this.looking = true));
    }

    connect(bridge) {
      this.bridge = bridge;
      bridge.picture.connect((text) => this.show(JSON.parse(text)));
      bridge.command.connect((text) => this.run(JSON.parse(text)));
      bridge.ready();
    }

    /* One picture holds everything: what was lost before it does not matter. */
    show(picture) {
      if (picture.number < this.number) return;
      const first = this.number === 0;
      this.number = picture.number;
      this.paint(picture.colours);
      if (first && picture.look) this.look(picture.look);
      this.layers.show(picture, picture.colours);
      this.calls.show(picture.calls, picture.selected, picture.colours);
      if (picture.base !== this.baseVersion) this.fetchBase(picture.base);
      const chosen = picture.selected && picture.selected !== this.selected;
      this.selected = picture.selected;
      if (!first && chosen) this.reveal();
      else if (!this.looking && !this.guessed && this.bare) this.fit(false);
      this.say();
      this.bridge.showed(picture.number);
    }

    paint(colours) {
      if (JSON.stringify(colours) === this.painted) return;
      this.painted = JSON.stringify(colours);
      const root = document.documentElement.style;
      for (const [name, colour] of Object.entries(colours))
        root.setProperty("--" + name, colour);
      this.base.recolour(colours);
    }

    reveal() {
      this.looking = true;
      this.calls.reveal(this.selected);
    }

    look({ latitude, longitude, zoom }) {
      this.looking = true;
      this.map.setView([latitude, longitude], zoom, { animate: false });
    }

    async fetchBase(version) {
      this.baseVersion = version;
      let features = -1;
      this.bare = false;
      try {
        const answer = await fetch("base.json?v=" + version);
        const collection = await answer.json();
        if (version === this.baseVersion) features = this.base.show(collection);
      } catch (problem) {
        console.error("base map unreadable: " + problem);
      }
      if (version !== this.baseVersion) return;
      this.bare = features < 1;
      if (!this.looking) this.fit(false);
      this.say();
      this.bridge.base(version, features);
    }

    /* All calls when asked for by hand, else the ground that the base covers. */
    fit(calls) {
      const shown = this.calls.bounds();
      const ground = this.base.bounds();
      const bounds = calls ? shown || ground : ground || shown;
      if (!bounds) return;
      this.looking = calls || Boolean(ground);
      this.guessed = true;
      this.map.fitBounds(bounds, AREA);
    }

    run(command) {
      this.looking = true;
      const size = this.map.getSize();
      if (command.do === "zoom") this.map.setZoom(this.map.getZoom() + command.by);
      if (command.do === "pan")
        this.map.panBy([size.x * command.x, size.y * command.y], { animate: false });
      if (command.do === "fit") this.fit(true);
      if (command.do === "region") this.layers.revealRegion();
      if (command.do === "look") this.look(command);
    }

    moved() {
      const middle = this.map.getCenter();
      this.say();
      if (this.bridge && this.number > 0)
        this.bridge.look(middle.lat, middle.lng, this.map.getZoom());
    }

    say() {
      const away = this.calls.outside();
      const waiting = away.filter((call) => call.state === "waiting").length;
      const count = away.length === 1 ? "1 call" : `${away.length} calls`;
      const part = waiting ? `, ${waiting} waiting` : "";
      this.outside.textContent = away.length ? `${count} outside this view${part}` : "";
      this.note.textContent = this.bare ? "No street map loaded. Places are still right." : "";
    }

    /* What is drawn now, for tests and for the self-check. */
    probe() {
      const middle = this.map.getCenter();
      return {
        number: this.number,
        selected: this.selected,
        calls: this.calls.calls.map((call) => call.call_id),
        pins: [...this.calls.pins.keys()],
        areas: [...this.calls.areas.keys()],
        base: this.base.features,
        baseVersion: this.baseVersion,
        bare: this.bare,
        latitude: middle.lat,
        longitude: middle.lng,
        zoom: this.map.getZoom(),
        outside: this.outside.textContent,
        layers: this.layers.probe(),
      };
    }
  }

  aliquot.start = (map) => {
    aliquot.page = new Console(map);
    new QWebChannel(qt.webChannelTransport, (channel) => {
      aliquot.page.connect(channel.objects.bridge);
    });
  };
})();
