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
      this.looking = false; // whether a view was given or chosen already
      this.guessed = false; // whether calls decided the first view, without a base
      this.bridge = null;
      this.hidden = new Set();
      this.ground = new aliquot.Ground(map);
      this.calls = new aliquot.Calls(map, (callId) => this.bridge.choose(callId));
      this.region = new aliquot.Region(map);
      this.tools = new aliquot.ToolLayer(map); // after a move it is drawn before those
      this.cameras = new aliquot.Cameras(map); // whose words make room for its own
      this.units = new aliquot.Units(map);
      this.follow = "none";
      this.outside = corner(map, "bottomright", "outside");
      this.note = corner(map, "topright", "quiet");
      this.selected = null;
      this.due = false; // whether the chosen call has still to be brought into sight
      this.sharp = aliquot.points();
      this.middle = null; // where the view was put
      this.watch();
      this.outside.addEventListener("click", () => this.fit(true));
      document.fonts.addEventListener("loadingdone", () => this.lettered());
      for (const face of document.fonts) face.load().catch(() => null); // else another
      this.resized = false; // and not all drawn anew
      map.on("moveend", () => this.moved());
      map.on("resize", () => (this.resized = true)); // its moveend comes a little later
      map.on("click", (event) => this.clicked(event, "left"));
      map.on("contextmenu", (event) => this.clicked(event, "right"));
      for (const sign of ["mousedown", "wheel"])
        map.getContainer().addEventListener(sign, () => this.chose());
    }

    /* A person decided where the map looks. */
    chose() {
      this.looking = true;
      this.due = false;
    }

    /* Text grew, or the window went to a screen with other pixels: all is drawn anew. */
    watch() {
      const query = matchMedia(`(resolution: ${aliquot.points()}dppx)`);
      query.addEventListener("change", () => this.watch(), { once: true });
      if (this.sharp === aliquot.points()) return;
      this.sharp = aliquot.points();
      L.Browser.retina = this.sharp > 1; // it was asked once, when the page began
      this.map.invalidateSize({ animate: false });
      this.map.eachLayer((layer) => layer instanceof L.Canvas && layer._update());
      this.map.fire("resize");
      this.resized = false;
      this.makeRoom();
    }

    connect(bridge) {
      this.bridge = bridge;
      performance.mark("ready");
      bridge.picture.connect((text) => this.show(JSON.parse(text)));
      bridge.command.connect((text) => this.run(JSON.parse(text)));
      bridge.ping.connect((number) => bridge.echo(number));
      bridge.ready();
    }

    /* One picture holds everything: what was lost before it does not matter. */
    show(picture) {
      if (picture.number < this.number) return;
      const first = this.number === 0;
      this.number = picture.number;
      const { colours, layers, tools } = picture;
      this.hidden = new Set(tools.hidden);
      const covered = aliquot.foot !== tools.foot;
      aliquot.foot = tools.foot;
      this.paint(colours);
      if (first && picture.look) this.look(picture.look);
      const off = (name) => this.hidden.has(name);
      if (picture.field !== this.cameras.version) this.cameras.fetch(picture.field);
      const before = this.words();
      this.region.show(layers, colours);
      this.tools.show(tools, colours);
      this.calls.show(picture.calls, picture.selected, colours);
      this.cameras.show(layers.cameras, layers.camera, colours, layers.plain || off("cameras"));
      this.units.show(off("units") ? [] : layers.units, layers.unit, colours);
      const { base } = picture;
      this.ground.show(
        base,
        colours,
        this.hidden,
        tools.raster,
        (features) => this.grounded(base, features),
        (version) => this.bridge.drawn(version)
      );
      const chosen =
        picture.selected && (first ? picture.fresh : picture.selected !== this.selected);
      if (chosen || !picture.selected) this.due = Boolean(chosen);
      this.selected = picture.selected;
      const follows = this.follow !== tools.follow;
      this.follow = tools.follow;
      if (this.follow === "all") this.followAll();
      else if (this.follow === "selected" && picture.selected && (chosen || follows || !first))
        this.followCall(chosen || follows);
      else if (this.due) this.reveal();
      else if (!this.looking && !this.guessed && this.ground.bare) this.fit(false);
      if (covered) this.makeRoom();
      else if (before !== this.words()) this.rename();
      this.say();
      this.bridge.showed(picture.number);
    }

    paint(colours) {
      const wanted = JSON.stringify(colours);
      if (wanted === this.painted) return;
      this.painted = wanted;
      const root = document.documentElement.style;
      for (const [name, colour] of Object.entries(colours))
        root.setProperty("--" + name, colour);
    }

    /* More or less of the view is seen: no word may stand where it is not. */
    makeRoom() {
      document.documentElement.style.setProperty("--foot", aliquot.foot + "px");
      this.region.keepIn();
      this.calls.uncover();
      this.units.layer.redraw();
      this.cameras.layer.redraw();
      this.rename();
    }

    /* A font came: what was measured in the one before it is wrong. */
    lettered() {
      this.units.widths.clear();
      this.tools.layer.redraw();
      if (this.ground.base) this.ground.base.labels.forget();
      this.makeRoom();
    }

    /* Where the words stand that names make room for. */
    words() {
      const { calls, tools, region } = this;
      return JSON.stringify([calls.boxes, calls.pinBoxes(), tools.boxes, region.boxes]);
    }

    rename() {
      if (this.ground.base) this.ground.base.labels.soon();
    }

    /* One that has no place yet is brought into sight as soon as it has one, if nobody
       moved the map meanwhile. */
    reveal() {
      if (!this.calls.areas.has(this.selected)) return;
      this.chose();
      this.calls.reveal(this.selected);
    }

    /* The chosen call stays in the middle; a movement by hand lasts until it moves. */
    followCall(fresh) {
      const area = this.calls.areas.get(this.selected);
      if (!area) return;
      const place = area.at.toString();
      if (!fresh && place === this.followed) return;
      this.followed = place;
      this.reveal();
      this.map.panTo(area.at, { animate: false });
    }

    followAll() {
      const places = this.calls.calls.map((call) => call.call_id + call.latitude + call.longitude);
      const wanted = JSON.stringify(places.sort());
      if (wanted === this.followed) return;
      this.followed = wanted;
      this.fit(places.length > 0);
    }

    look({ latitude, longitude, zoom }) {
      this.chose();
      this.map.setView([latitude, longitude], zoom, { animate: false });
    }

    grounded(version, features) {
      if (!this.looking) this.fit(false);
      else if (this.follow === "all" && !this.calls.calls.length) this.fit(false);
      this.say();
      this.bridge.base(version, features);
    }

    /* All calls when asked for by hand, else the ground that the base covers. */
    fit(calls) {
      const shown = this.calls.bounds();
      const ground = this.ground.bounds();
      const bounds = calls ? shown || ground : ground || shown;
      if (!bounds) return;
      this.looking = calls || Boolean(ground);
      this.guessed = true;
      this.map.fitBounds(bounds, AREA);
    }

    run(command) {
      if (command.do === "still") return this.tellStill();
      this.chose();
      const size = this.map.getSize();
      if (command.do === "zoom") this.map.setZoom(this.map.getZoom() + command.by);
      if (command.do === "pan")
        this.map.panBy([size.x * command.x, size.y * command.y], { animate: false });
      if (command.do === "fit") this.fit(true);
      if (command.do === "region") this.region.reveal();
      if (command.do === "look") this.look(command);
      if (command.do === "point") {
        const { lat, lng } = this.map.getCenter().wrap();
        this.bridge.point(lat, lng, "middle");
      }
    }

    /* Tell when all of the picture is on the screen, whatever of it comes late. */
    tellStill() {
      let frames = 0;
      const look = () => {
        const read = document.fonts.status === "loaded" && !this.resized;
        frames = read && this.ground.still() && this.cameras.still() ? frames + 1 : 0;
        if (frames > 2) this.bridge.still(this.number);
        else requestAnimationFrame(look);
      };
      look();
    }

    clicked({ containerPoint, latlng }, button) {
      const spot = this.units.layer.hit(containerPoint) || this.cameras.layer.hit(containerPoint);
      if (button === "left" && spot) {
        if (spot.kind === "unit") this.bridge.choose_unit(spot.id);
        if (spot.kind === "camera") this.bridge.choose_camera(spot.id);
        if (spot.kind === "listed") this.bridge.choose_listed(this.cameras.version, spot.id);
        if (spot.kind === "group") this.cameras.open(spot.id, spot);
        return;
      }
      const place = latlng.wrap();
      this.bridge.point(place.lat, place.lng, button);
    }

    /* Another size puts the middle on whole pixels again. That is no movement: else
       the view would creep with each change of place. */
    centre() {
      const [now, zoom] = [this.map.getCenter(), this.map.getZoom()];
      const before = this.middle && this.middle.zoom === zoom ? this.middle.at : null;
      const at = (place) => this.map.latLngToContainerPoint(place);
      const moved = !before || at(before).distanceTo(at(now)) > 1;
      if (moved) this.middle = { at: now, zoom };
      return this.middle.at;
    }

    moved() {
      const middle = this.centre();
      this.resized = false;
      this.say();
      const meant = this.looking || this.guessed; // else it is where no map looks
      if (this.bridge && this.number > 0 && meant)
        this.bridge.look(middle.lat, middle.lng, this.map.getZoom());
    }

    say() {
      const away = this.calls.outside();
      const waiting = away.filter((call) => call.state === "waiting").length;
      const count = away.length === 1 ? "1 call" : `${away.length} calls`;
      const part = waiting ? `, ${waiting} waiting` : "";
      const told = away.length ? `${count} outside this view${part}` : "";
      const noted = this.ground.bare ? "No street map loaded. Places are still right." : "";
      if (told === this.outside.textContent && noted === this.note.textContent) return;
      this.outside.textContent = told; // they take another piece of the view
      this.note.textContent = noted;
      this.makeRoom();
    }

    /* What is drawn now, for tests and for the self-check. */
    probe() {
      const middle = this.map.getCenter();
      const areas = [...this.calls.areas];
      return {
        number: this.number,
        selected: this.selected,
        calls: this.calls.calls.map((call) => call.call_id),
        pins: [...this.calls.pins.keys()],
        areas: areas.map(([callId]) => callId),
        fills: Object.fromEntries(areas.map(([callId, area]) => [callId, area.opacity])),
        base: this.ground.features,
        baseVersion: this.ground.version,
        tiles: this.ground.tiled,
        bare: this.ground.bare,
        raster: this.ground.rasterName,
        latitude: middle.lat,
        longitude: middle.lng,
        zoom: this.map.getZoom(),
        outside: this.outside.textContent,
        layers: {
          region: this.region.region ? this.region.region.region_id : null,
          cameras: this.cameras.near.map((camera) => camera.camera_id),
          listed: this.cameras.count(),
          groups: this.cameras.groups,
          circles: this.cameras.circles,
          wedges: this.cameras.wedges,
          units: this.units.units.map((unit) => unit.unit_id),
          labels: this.units.labels,
          camera: this.cameras.chosen,
          unit: this.units.chosen,
        },
        tools: this.tools.tools,
        hidden: [...this.hidden],
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
