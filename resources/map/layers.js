/* Beside the calls: the region that a release gives, listed cameras, units. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const WEDGE_FROM = 16; // zoom from which fields of view are drawn
  const CAMERA_FROM = 14; // below this only the cameras near the chosen call
  const LABEL_FROM = 15; // names of units that are free
  const WEDGE_M = 60; // how far a field of view is drawn; not how far it sees
  const USUAL_VIEW = 70; // degrees, when the field of view is not known
  const UNIT = 7;

  const pathOf = {
    dot: (pen) => pen.arc(0, 0, UNIT - 1, 0, 2 * Math.PI),
    ring: (pen) => pen.arc(0, 0, UNIT - 1, 0, 2 * Math.PI),
    square: (pen) => pen.rect(1 - UNIT, 1 - UNIT, 2 * UNIT - 2, 2 * UNIT - 2),
    bar: (pen) => pen.rect(-UNIT, -2.5, 2 * UNIT, 5),
    triangle: (pen) => polygon(pen, [[-UNIT + 1, -UNIT], [UNIT + 1, 0], [-UNIT + 1, UNIT]]),
    cross: (pen) => {
      polygon(pen, [[-UNIT + 1, -UNIT + 1], [UNIT - 1, UNIT - 1]]);
      polygon(pen, [[UNIT - 1, -UNIT + 1], [-UNIT + 1, UNIT - 1]]);
    },
  };
  const HOLLOW = new Set(["ring", "cross"]);

  function polygon(pen, points) {
    pen.moveTo(points[0][0], points[0][1]);
    for (const [x, y] of points.slice(1)) pen.lineTo(x, y);
    pen.closePath();
  }

  function drawUnit(layer) {
    const renderer = layer._renderer;
    if (!renderer._drawing || layer._empty()) return;
    const pen = renderer._ctx;
    const { x, y } = layer._point;
    const { unit, chosen, colours } = layer.options;
    pen.save();
    pen.translate(x, y);
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    pen.lineJoin = "round";
    if (chosen) {
      pen.strokeStyle = colours.focus;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(0, 0, UNIT + 5, 0, 2 * Math.PI);
      pen.stroke();
    }
    const tone = unit.old ? colours.muted : colours[unit.tone];
    if (typeof unit.heading_deg === "number") drawHeading(pen, unit.heading_deg, tone, colours);
    if (unit.old) pen.globalAlpha = 0.6;
    const draw = pathOf[unit.shape] || pathOf.dot;
    pen.beginPath();
    draw(pen);
    pen.strokeStyle = colours.background;
    pen.lineWidth = HOLLOW.has(unit.shape) ? 7 : 4;
    pen.stroke();
    pen.beginPath();
    draw(pen);
    pen.fillStyle = tone || colours.text;
    pen.strokeStyle = pen.fillStyle;
    pen.lineWidth = 3;
    if (HOLLOW.has(unit.shape)) pen.stroke();
    else pen.fill();
    pen.restore();
  }

  /* Which way it goes: a point outside the sign of its status. */
  function drawHeading(pen, degrees, tone, colours) {
    pen.save();
    pen.rotate((degrees * Math.PI) / 180);
    pen.beginPath();
    polygon(pen, [[-4, -UNIT - 2], [4, -UNIT - 2], [0, -UNIT - 9]]);
    pen.strokeStyle = colours.background;
    pen.lineWidth = 3;
    pen.stroke();
    pen.fillStyle = tone || colours.text;
    pen.fill();
    pen.restore();
  }

  const UnitMark = L.CircleMarker.extend({
    _updatePath() {
      drawUnit(this);
    },
  });

  /* A place so many metres off, clockwise from north. */
  function away([latitude, longitude], metres, degrees) {
    const turn = (degrees * Math.PI) / 180;
    const north = (metres * Math.cos(turn)) / 111320;
    const lean = Math.cos((latitude * Math.PI) / 180);
    return [latitude + north, longitude + (metres * Math.sin(turn)) / (111320 * lean)];
  }

  function wedge(camera) {
    const at = [camera.latitude, camera.longitude];
    const wide = Math.min(camera.field_of_view_deg || USUAL_VIEW, 359);
    const points = [at];
    for (let step = 0; step <= 12; step += 1)
      points.push(away(at, WEDGE_M, camera.azimuth_deg - wide / 2 + (wide * step) / 12));
    return points;
  }

  function tooltip(layer, text, more, className, direction = "center") {
    const box = document.createElement("div");
    box.appendChild(document.createElement("span")).textContent = text;
    if (more) {
      const second = box.appendChild(document.createElement("span"));
      second.className = "size";
      second.textContent = more;
    }
    layer.bindTooltip(box, { permanent: true, direction, className, opacity: 1 });
    return layer;
  }

  aliquot.Layers = class {
    constructor(map, cameraChosen, unitChosen) {
      this.map = map;
      this.cameraChosen = cameraChosen;
      this.unitChosen = unitChosen;
      this.drawn = "";
      this.picture = { region: null, spot: null, cameras: [], units: [], camera: null, unit: null };
      this.colours = {};
      this.wedges = 0;
      this.circles = 0;
      for (const [name, level] of [["region", 300], ["cameras", 390], ["units", 400]])
        map.createPane(name).style.zIndex = level;
      map.getPane("region").style.pointerEvents = "none";
      this.pens = {};
      for (const name of ["region", "cameras", "units"])
        this.pens[name] = L.canvas({ pane: name, padding: 0.3, tolerance: 3 });
      this.groups = {};
      for (const name of ["region", "cameras", "units"])
        this.groups[name] = L.layerGroup().addTo(map);
      map.on("zoomend", () => this.draw());
    }

    show(picture, colours) {
      const { region, spot, cameras, units, camera, unit } = picture;
      const wanted = JSON.stringify([region, spot, cameras, units, camera, unit, colours]);
      if (wanted === this.drawn) return;
      this.drawn = wanted;
      this.picture = { region, spot, cameras, units, camera, unit };
      this.colours = colours;
      this.draw();
    }

    draw() {
      for (const group of Object.values(this.groups)) group.clearLayers();
      this.drawRegion();
      this.drawCameras();
      this.drawUnits();
    }

    drawRegion() {
      const { region, spot } = this.picture;
      if (!region) return;
      const layer = L.polygon(region.rings, {
        renderer: this.pens.region,
        interactive: false,
        color: this.colours.release,
        weight: 2,
        fillColor: this.colours.release,
        fillOpacity: 0.2,
      });
      this.groups.region.addLayer(layer);
      if (spot) this.drawSpot(spot);
      const edge = layer.getBounds();
      const point = L.circleMarker([edge.getNorth(), edge.getCenter().lng], {
        renderer: this.pens.region,
        interactive: false,
        stroke: false,
        fill: false,
        radius: 1,
      });
      this.groups.region.addLayer(tooltip(point, region.label, region.words, "region", "top"));
    }

    /* Where it truly is: what the desk knows, in no colour. */
    drawSpot(spot) {
      const ring = { renderer: this.pens.region, interactive: false, fill: false };
      const known = { ...ring, radius: 6, weight: 2, color: this.colours.text };
      const inside = { ...known, radius: 1 };
      for (const style of [known, inside])
        this.groups.region.addLayer(L.circleMarker(spot, style));
    }

    drawCameras() {
      const zoom = this.map.getZoom();
      this.wedges = 0;
      this.circles = 0;
      for (const camera of this.picture.cameras) {
        const chosen = camera.camera_id === this.picture.camera;
        if (zoom < CAMERA_FROM && !camera.near && !chosen) continue;
        const near = camera.near || chosen;
        if (near && zoom >= WEDGE_FROM && camera.azimuth_deg !== null) this.view(camera);
        const mark = L.circleMarker([camera.latitude, camera.longitude], {
          renderer: this.pens.cameras,
          radius: near ? 5 : 3.5,
          weight: chosen ? 2.5 : 1.5,
          color: chosen ? this.colours.focus : near ? this.colours.text : this.colours.muted,
          fillColor: this.colours.background,
          fillOpacity: 1,
          bubblingMouseEvents: false,
        });
        mark.on("click", () => this.cameraChosen(camera.camera_id));
        this.groups.cameras.addLayer(mark);
        this.circles += 1;
        if (chosen) tooltip(mark, camera.camera_id, "", "unit chosen");
      }
    }

    view(camera) {
      const area = L.polygon(wedge(camera), {
        renderer: this.pens.cameras,
        interactive: false,
        stroke: false,
        fillColor: this.colours.text,
        fillOpacity: 0.14,
      });
      this.groups.cameras.addLayer(area);
      this.wedges += 1;
    }

    drawUnits() {
      const zoom = this.map.getZoom();
      for (const unit of this.picture.units) {
        const chosen = unit.unit_id === this.picture.unit;
        const mark = new UnitMark([unit.latitude, unit.longitude], {
          renderer: this.pens.units,
          radius: UNIT + 5,
          bubblingMouseEvents: false,
          unit,
          chosen,
          colours: this.colours,
        });
        mark.on("click", () => this.unitChosen(unit.unit_id));
        this.groups.units.addLayer(mark);
        if (!chosen && !unit.busy && zoom < LABEL_FROM) continue;
        const className = chosen ? "unit chosen" : "unit";
        const told = chosen || unit.busy ? `${unit.unit_id} ${unit.word}` : unit.unit_id;
        const text = unit.old ? `${told}, ${unit.old}` : told;
        const words = document.createElement("span");
        words.textContent = text;
        mark.bindTooltip(words, {
          permanent: true,
          direction: "right",
          offset: [UNIT + 1, 0],
          className,
          opacity: 1,
        });
        const element = mark.getTooltip().getElement();
        if (element) element.style.setProperty("--unit", this.colours[unit.old ? "muted" : unit.tone]);
      }
    }

    /* Bring the region into sight, with some streets around it. */
    revealRegion() {
      const { region } = this.picture;
      if (!region) return;
      const bounds = L.polygon(region.rings).getBounds();
      this.map.fitBounds(bounds.pad(0.45), { maxZoom: 17, animate: false });
    }

    probe() {
      return {
        region: this.picture.region ? this.picture.region.region_id : null,
        cameras: this.picture.cameras.map((camera) => camera.camera_id),
        circles: this.circles,
        wedges: this.wedges,
        units: this.picture.units.map((unit) => unit.unit_id),
        camera: this.picture.camera,
        unit: this.picture.unit,
      };
    }
  };
})();
