/* The index of cameras by supercluster, and the way to take it to another thread. */
"use strict";
globalThis.aliquot = globalThis.aliquot || {};

(() => {
  const CAMERA = 12; // bytes
  const APART_FROM = 16; // zoom from which cameras are no more grouped
  const LEAST_ZOOM = 3; // the map's own
  const OPTIONS = { radius: 90, minZoom: LEAST_ZOOM, maxZoom: APART_FROM - 1 };

  aliquot.camerasIndex = {
    CAMERA,

    place(view, n) {
      return [view.getInt32(n * CAMERA, true) / 1e7, view.getInt32(n * CAMERA + 4, true) / 1e7];
    },

    made(packed) {
      const view = new DataView(packed);
      const features = new Array(packed.byteLength / CAMERA);
      for (let n = 0; n < features.length; n += 1) {
        const [latitude, longitude] = this.place(view, n);
        const geometry = { type: "Point", coordinates: [longitude, latitude] };
        features[n] = { type: "Feature", id: n, properties: null, geometry };
      }
      return new Supercluster(OPTIONS).load(features);
    },

    /* What is in a box, by squares as wide as a group: at once, and near enough to be
       looked at until the index is made. */
    rough(view, [west, south, east, north], zoom) {
      const [left, right, low, high] = [west, east, south, north].map((n) => n * 1e7);
      const square = OPTIONS.radius / (256 * 2 ** Math.floor(zoom));
      const apart = zoom >= APART_FROM;
      const squares = new Map();
      for (let at = 0, n = 0; at < view.byteLength; at += CAMERA, n += 1) {
        const latitude = view.getInt32(at, true);
        const longitude = view.getInt32(at + 4, true);
        if (latitude < low || latitude > high || longitude < left || longitude > right) continue;
        const sine = Math.sin((latitude * Math.PI) / 180e7);
        const row = Math.floor(Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) / square);
        const name = apart ? n : row * 2 ** 26 + Math.floor(longitude / 360e7 / square);
        const found = squares.get(name);
        if (found) {
          found.count += 1;
          found.latitude += latitude;
          found.longitude += longitude;
        } else squares.set(name, { count: 1, latitude, longitude });
      }
      return [...squares.values()].map(({ count, latitude, longitude }) => ({
        id: null,
        count,
        latitude: latitude / count / 1e7,
        longitude: longitude / count / 1e7,
      }));
    },

    fine(index, box, zoom) {
      return index.getClusters(box, Math.floor(zoom)).map(({ id, properties, geometry }) => ({
        id,
        count: properties && properties.cluster ? properties.point_count : 1,
        latitude: geometry.coordinates[1],
        longitude: geometry.coordinates[0],
      }));
    },

    /* The arrays that an index is made of. A tree may stand for more than one zoom. */
    taken(index) {
      const trees = [...new Set(index.trees.filter(Boolean))];
      return {
        count: index.numPoints,
        coords: index.coords,
        ids: Int32Array.from(index.ids),
        trees: trees.map((tree) => ({ tree: tree.ids.buffer, data: tree.data })),
        zooms: index.trees.map((tree) => trees.indexOf(tree)),
      };
    },

    buffers({ coords, ids, trees }) {
      const tables = trees.flatMap(({ tree, data }) => [tree, data.buffer]);
      return [...new Set([coords.buffer, ids.buffer, ...tables])];
    },

    /* The index again, from what was taken of it. */
    given({ count, coords, ids, trees, zooms }) {
      const index = this.made(new ArrayBuffer(CAMERA)); // of one camera: for its parts
      const Tree = index.trees.find(Boolean).constructor;
      const again = trees.map(({ tree, data }) => Object.assign(Tree.from(tree), { data }));
      index.trees = Array.from(zooms, (at) => again[at]);
      index.numPoints = count;
      index.coords = coords;
      index.props = [];
      index.ids = ids;
      return index;
    },
  };
})();
