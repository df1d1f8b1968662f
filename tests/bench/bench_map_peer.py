"""The map's peer for cameras: folium's MarkerCluster in the engine of our map."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from bench_map_page import SIZE, Asked, say, until
from map_county import MIDDLE, cameras
from PySide6.QtWidgets import QWidget

from aliquot.widgets.map.bridge import MapBridge
from aliquot.widgets.map.documents import bundled
from aliquot.widgets.map.engine import MapEngine
from aliquot.widgets.map.scheme import ORIGIN

ROOT = Path(__file__).resolve().parents[2]


def measure_markercluster(count: int) -> None:
    """folium's FastMarkerCluster: the quicker of its two, with the same script."""
    print(f"\nPeer: folium MarkerCluster, {count:,} cameras")
    scripts = ROOT / "node_modules" / "leaflet.markercluster" / "dist"
    if not scripts.is_dir():
        print("  leaflet.markercluster is not installed: npm ci")
        return
    begun = time.perf_counter()
    html = folium_page(count)
    say("the page built in Python", f"{time.perf_counter() - begun:.1f} s")
    documents = bundled(html.encode())
    for name in ("leaflet.markercluster.js", "MarkerCluster.css"):
        documents.made[name] = (scripts / name).read_bytes()
    parent = QWidget()
    engine = MapEngine(documents, MapBridge(parent), parent)
    engine.view.resize(*SIZE)
    parent.resize(*SIZE)
    parent.show()
    page = Asked(engine)
    engine.load()
    until("the peer", lambda: page.mark("peer drawn") is not None)
    took = (page.mark("peer drawn") or 0) - (page.mark("peer asked") or 0)
    say("built by the page, to the painted frame", f"{took:.0f} ms")
    frames = []
    for zoom in (12, 13, 12):
        page.run(
            "performance.clearMarks('z1'); performance.mark('z0');"
            f"peer.setZoom({zoom}, {{animate: false}});"
            "requestAnimationFrame(() => setTimeout(() => performance.mark('z1')));"
        )
        until("a zoom", lambda: page.mark("z1") is not None)
        frames.append((page.mark("z1") or 0) - (page.mark("z0") or 0))
    say("a zoom: to the painted frame, median", f"{statistics.median(frames):.0f} ms")
    engine.shutdown()
    parent.deleteLater()


def folium_page(count: int) -> str:
    import folium
    from branca.element import Figure
    from folium.plugins import FastMarkerCluster

    made = folium.Map(MIDDLE, zoom_start=11, tiles=None, prefer_canvas=True, maxZoom=20)
    leaflet = ("leaflet/leaflet.js", "leaflet.markercluster.js")
    made.default_js = [(name, ORIGIN + name) for name in leaflet]
    styles = ("leaflet/leaflet.css", "MarkerCluster.css")
    made.default_css = [(name, ORIGIN + name) for name in styles]
    data = [[c.latitude, c.longitude] for c in cameras(count)]
    # Its own callback asks for an icon font; a plain marker is quicker.
    plain = "function (row) { return L.marker(new L.LatLng(row[0], row[1])); };"
    cluster = FastMarkerCluster(data, callback=plain)
    cluster.default_js, cluster.default_css = [], []
    cluster.add_to(made)
    figure = Figure()
    figure.add_child(made)
    html = figure.render()
    name = made.get_name()
    html = html.replace(
        f"var {cluster.get_name()} = (function",
        f"performance.mark('peer asked');\nvar {cluster.get_name()} = (function",
        1,
    )
    end = (
        f"globalThis.peer = {name};"
        "requestAnimationFrame(() => setTimeout(() => performance.mark('peer drawn')));"
    )
    return html.replace("</script>\n</html>", end + "</script>\n</html>")
