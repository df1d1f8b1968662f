"""A second window reads the geofile for itself, and hears what is picked elsewhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.commands import Done, PickPlace
from aliquot.console.geo.geofile_folder import FOLDER, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.joined import JoinedDesk

PATIENCE_S = 20.0


def one_street(core: Core, path: Path) -> None:
    """Mill Street, 101 to 199 on the left."""
    named = {"NGUID": "urn:1", "St_Name": "Mill", "St_PosTyp": "Street"}
    ranges = {"FromAddr_L": 101, "ToAddr_L": 199, "Parity_L": "O"}
    shape = {"type": "LineString", "coordinates": [(-71.0, 42.0), (-71.0, 42.002)]}
    row = {"type": "Feature", "properties": {**named, **ranges}, "geometry": shape}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [row]}))
    folder = GeofileFolder(core.profile.folder / FOLDER)
    report = import_geofile(path, folder, SystemClock())
    assert report["usable"]


def test_it_knows_the_streets_and_what_is_picked(
    core: Core, join: Callable[[], JoinedDesk], tmp_path: Path
) -> None:
    desk = join()
    news = threading.Event()
    desk.subscribe(lambda _changed: news.set())
    assert desk.places() is None
    one_street(core, tmp_path / "streets.geojson")

    def until(condition: Callable[[], bool]) -> None:
        while not condition():
            assert news.wait(PATIENCE_S), "nothing changed any more"
            news.clear()

    until(lambda: desk.places() is not None)
    place = PickPlace(
        text="the old mill",
        address="151 Mill Street",
        kind="range",
        latitude=42.001,
        longitude=-71.0,
    )
    assert isinstance(core.call(place), Done)

    def known() -> bool:
        town = desk.places()
        assert town is not None
        return any("picked_before" in c.why for c in town.geocode("The Old Mill"))

    until(known)
    assert desk.stop() == []
