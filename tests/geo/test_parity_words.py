"""Odd and even in whatever words, and where nothing says it."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from geo_samples import write_layer

from aliquot.console.clock import ManualClock
from aliquot.console.geo.geofile_folder import SQLITE_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geo.geofile_parity import parity_of
from aliquot.console.geocode.districts import Districts
from aliquot.console.geocode.geocoder import LocalGeocoder
from aliquot.console.geocode.load import load


@pytest.mark.parametrize(
    ("text", "start", "end", "sign"),
    [
        ("O", 101, 199, "O"),
        ("odd", 101, 199, "O"),
        ("ODD ", 100, 198, "O"),  # against its numbers: as it is said
        ("Impar", 101, 199, "O"),
        ("Even", 100, 198, "E"),
        ("PAR", 100, 198, "E"),
        ("Both", 101, 199, "B"),
        ("Odd/Even", 101, 199, "B"),
        ("Z", None, None, "Z"),
        ("none", 0, 0, "Z"),
        (None, 101, 199, "O"),
        ("", 0, 98, "E"),
        (None, 101, 198, "B"),
        (None, None, None, "B"),
        ("left", 100, 198, "E"),
    ],
)
def test_words(text: str | None, start: int | None, end: int | None, sign: str) -> None:
    assert parity_of(text, start, end) == sign


@pytest.mark.parametrize(
    ("left", "right"),
    [("Odd", "Even"), (None, None), ("ODD", "EVEN"), ("impar", "par"), ("L", "R")],
)
def test_a_number_lies_on_its_own_side(
    left: str | None, right: str | None, tmp_path: Path
) -> None:
    source = tmp_path / "town.gpkg"
    line = shapely.LineString([(-120.54, 46.99), (-120.53, 46.99)])
    columns = {
        "St_Name": ["Elm"],
        "St_PosTyp": ["Street"],
        "FromAddr_L": [101],
        "ToAddr_L": [199],
        "Parity_L": [left],
        "ESN_L": ["1"],
        "FromAddr_R": [100],
        "ToAddr_R": [198],
        "Parity_R": [right],
        "ESN_R": ["2"],
    }
    write_layer(source, "RoadCenterLine", [line], columns)
    folder = GeofileFolder(tmp_path / "geofile")
    report = import_geofile(source, folder, ManualClock())
    path = folder.file(SQLITE_NAME)
    geocoder = LocalGeocoder(load(path), Districts.load(path))
    for number, side, esn in ((150, "right", "2"), (151, "left", "1")):
        found = geocoder.geocode(f"{number} elm st")[0]
        assert (found.side, found.esn) == (side, esn)
    assert report["place_tree"]["parcels"] == 100  # not twice as many
    words = [n["message"] for n in report["notices"] if n["code"] == "parity_word"]
    assert len(words) == (2 if left == "L" else 0)
