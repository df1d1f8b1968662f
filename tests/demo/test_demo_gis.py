"""The county as a GeoPackage, and what the agency's own import makes of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from aliquot.console import paths
from aliquot.console.clock import ManualClock
from aliquot.console.demo import geofile
from aliquot.console.demo.county import halden
from aliquot.console.demo.gis import layers, write_geopackage
from aliquot.console.demo.points import PLACES
from aliquot.console.demo.street_names import street_name
from aliquot.console.geo.geofile_folder import FOLDER, STATE_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.release.sources import read_ground

LONGEST_S = 300.0  # it is niced

Imported = tuple[GeofileFolder, dict[str, Any]]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    folder = tmp_path_factory.mktemp("gis")
    source = folder / "halden.gpkg"
    write_geopackage(halden(), source)
    made = GeofileFolder(folder / FOLDER)
    return made, import_geofile(source, made, ManualClock())


def test_the_same_county_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.gpkg", "two.gpkg"):
        write_geopackage(halden(), tmp_path / name)
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()


def test_every_row_has_an_id_of_its_own() -> None:
    made = list(layers(halden()))
    assert len(made) == 12
    ids = Counter(row["NGUID"] for layer in made for row in layer.rows)
    assert set(ids.values()) == {1}


def test_the_import_takes_every_row(imported: Imported) -> None:
    _, report = imported
    assert report["usable"]
    assert report["missing"] == []
    assert report["rejected"] == []
    assert report["notices"] == []
    assert report["counts"]["addresses"] == len(halden().addresses)
    unmatched = {row["street"] for row in report["unmatched"]["streets"]}
    assert unmatched == {"College Drive"}  # the halls' own; no centreline has it


def test_hydrants_and_places_are_there(imported: Imported) -> None:
    _, report = imported
    assert 100 <= report["counts"]["hydrants"] <= 200
    assert report["layers"]["HydrantPoint"]["rejected"] == 0
    assert report["layers"]["LocationMarkerPoint"]["used"] == len(PLACES)
    assert "places" in report["tiles"]["files"]


def test_the_trailer_park_and_the_college_are_a_parcel_each(imported: Imported) -> None:
    folder, report = imported
    grown = folder.active_tree()
    assert grown is not None
    assert report["place_tree"]["state"] == "active"
    top = max(region.level for region in grown.tree.regions)
    parcels = sum(r.parcels for r in grown.tree.regions if r.level == top)
    shared = [a for a in halden().addresses if a.unit is not None]
    assert parcels == len(halden().addresses) - len(shared) + 2


def test_regions_are_large_enough_at_every_level(imported: Imported) -> None:
    grown = imported[0].active_tree()
    assert grown is not None
    least = {1: 8, 2: 20, 3: 50, 4: 50}
    assert {r.level for r in grown.tree.regions} == set(least)
    assert all(r.parcels >= least[r.level] for r in grown.tree.regions)


def test_an_address_as_the_desk_writes_it_is_found(imported: Imported) -> None:
    ground = read_ground(imported[0].root)
    assert ground is not None
    for address in halden().addresses[::97]:
        written = f"{address.number} {address.street}, {address.community}"
        spots = ground.places.address_points(written)
        assert (address.latitude, address.longitude) in spots, written


@pytest.mark.parametrize(
    ("short", "whole", "legacy"),
    [
        ("W Main St", "West Main Street", ("W", "MAIN", "ST")),
        ("State Rte 583", "State Route 583", (None, "STATE RTE 583", None)),
        ("Northern Spy Ln", "Northern Spy Lane", (None, "NORTHERN SPY", "LN")),
        ("Hollow Loop", "Hollow Loop", (None, "HOLLOW", "LOOP")),
    ],
)
def test_street_names_come_apart(
    short: str, whole: str, legacy: tuple[str | None, ...]
) -> None:
    found = street_name(short)
    assert found.whole == whole
    assert found.legacy == legacy


def test_the_first_profile_waits_and_the_next_has_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    old = paths.cache_dir() / f"{geofile.CACHED}of-an-older-program"
    old.mkdir(parents=True)
    making = geofile.provide(first)
    assert making is not None
    with making:
        assert making.wait(LONGEST_S) == 0
    assert not old.exists()
    assert geofile.provide(second) is None
    states = [GeofileFolder(p / FOLDER).in_use() for p in (first, second)]
    assert states[0] == states[1]
    assert states[0].tree is not None
    assert [p.name for p in second.iterdir()] == [FOLDER]


def test_a_copy_that_is_interrupted_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    profile = tmp_path / "profile"
    profile.mkdir()
    geofile.cached().mkdir(parents=True)
    (geofile.cached() / STATE_NAME).write_text("{}")

    def interrupted(_source: Path, target: Path, **_more: object) -> None:
        (target / "half").write_text("made")
        raise SystemExit

    monkeypatch.setattr(shutil, "copytree", interrupted)
    with pytest.raises(SystemExit):
        geofile.provide(profile)
    assert list(profile.iterdir()) == []


def test_without_a_cache_a_profile_gets_its_geofile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    profile = tmp_path / "profile"
    profile.mkdir()
    command = [sys.executable, "-m", "aliquot.console.demo.geofile", str(profile)]
    subprocess.run(command, check=True, timeout=LONGEST_S)
    assert GeofileFolder(profile / FOLDER).active_tree() is not None
