"""The page's shell. folium builds it once; every moving thing comes later."""

from __future__ import annotations

import base64
import hashlib
import re

import folium
from branca.element import Element, Figure

from aliquot.widgets.map.documents import CHANNEL
from aliquot.widgets.map.scheme import ORIGIN

# The middle of the contiguous states: seen only without a base map and calls.
NOWHERE = (39.5, -98.35)
NOWHERE_ZOOM = 5
SCRIPTS = (
    "leaflet/leaflet.js",
    "map/pmtiles.js",
    "map/protomaps-leaflet.js",
    "map/supercluster.min.js",
    CHANNEL,
    "canvas.js",
    "symbols.js",
    "names.js",
    "geobase.js",
    "tiles.js",
    "ground.js",
    "shapes.js",
    "calls.js",
    "region.js",
    "units.js",
    "cameras_index.js",
    "cameras.js",
    "tools.js",
    "console.js",
)
STYLES = ("leaflet/leaflet.css", "console.css")
INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


def _figure() -> Figure:
    """A folium figure without one foreign address in it."""
    shell = folium.Map(
        location=NOWHERE,
        zoom_start=NOWHERE_ZOOM,
        tiles=None,
        prefer_canvas=True,
        control_scale=True,
        zoom_control=False,
        attribution_control=False,
        keyboard=False,  # else Leaflet makes its element take the focus
        zoom_animation=False,
        fade_animation=False,
        marker_zoom_animation=False,
        inertia=False,
        box_zoom=False,
        zoom_snap=1,  # names and lines of tiles are sharp at whole zooms only
        # No tile layer gives a limit, so the map needs its own.
        maxZoom=20,
        minZoom=3,
    )
    shell.default_js = [(name, ORIGIN + name) for name in SCRIPTS]
    shell.default_css = [(name, ORIGIN + name) for name in STYLES]
    figure = Figure()
    figure.add_child(shell)
    start = Element(f"aliquot.start({shell.get_name()});")
    figure.render()  # folium fills the three parts of the figure while rendering
    figure.script.add_child(start)
    return figure


def _hash(text: str) -> str:
    sha = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(sha).decode()}'"


def _policy(html: str) -> str:
    """Own files, and the inline pieces that folium wrote, by their hash."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, text in INLINE.findall(html):
        hashes[kind].append(_hash(text))
    parts = (
        "default-src 'none'",
        " ".join(["script-src 'self'", *hashes["script"]]),
        " ".join(["style-src 'self'", *hashes["style"]]),
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(parts)


def with_policy(html: str) -> str:
    """The page with its content security policy as the first thing in its head."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{_policy(html)}">'
    return html.replace("<head>", f"<head>\n    {meta}", 1)


def build_shell() -> str:
    """The whole page as served; contains no address outside the bundle."""
    return with_policy(_figure().render().replace("\r\n", "\n"))
