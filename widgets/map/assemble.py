"""Puts the map's parts together. Importing it loads the web engine and folium."""

from __future__ import annotations

from functools import cache

from PySide6.QtWidgets import QWidget

from aliquot.widgets.map.bridge import MapBridge
from aliquot.widgets.map.documents import AssetsMissing, Documents, bundled
from aliquot.widgets.map.engine import MapEngine, why_not
from aliquot.widgets.map.page import build_shell
from aliquot.widgets.map.scheme import is_registered


class MapUnavailable(Exception):  # noqa: N818 - the word of the message
    """There can be no map; the text says why and what to do."""


@cache
def _shell() -> bytes:
    return build_shell().encode()


def documents() -> Documents:
    """Everything the page may load, with a fresh place for the base map."""
    try:
        return bundled(_shell())
    except AssetsMissing as problem:
        raise MapUnavailable(str(problem)) from problem


def engine(served: Documents, bridge: MapBridge, parent: QWidget) -> MapEngine:
    """The running engine, not loaded yet. MapUnavailable rather than an abort."""
    if not is_registered():
        raise MapUnavailable("The map's address was not registered at the start.")
    if reason := why_not():
        raise MapUnavailable(reason)
    return MapEngine(served, bridge, parent)
