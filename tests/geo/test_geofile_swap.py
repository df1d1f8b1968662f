"""What an import puts in use, and what it leaves alone when it fails."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any

import pytest
import shapely
from geo_samples import (
    LATITUDE,
    LONGITUDE,
    content,
    point_shapes,
    scattered,
    write_layer,
    write_points,
    write_town,
)

from aliquot.console.clock import ManualClock
from aliquot.console.geo import geofile_import, geofile_store
from aliquot.console.geo.geofile_folder import LOCK_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.problems import KnownProblem


@pytest.fixture
def folder(tmp_path: Path) -> GeofileFolder:
    return GeofileFolder(tmp_path / "geofile")


def run(source: Path, folder: GeofileFolder) -> dict[str, Any]:
    return import_geofile(source, folder, ManualClock())


def test_fewer_than_eight_parcels_give_no_tree(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    write_points(tmp_path / "x.gpkg", point_shapes(scattered(7, 1)))
    report = run(tmp_path / "x.gpkg", folder)
    assert report["usable"]
    assert report["place_tree"]["state"] == "none"
    assert report["place_tree"]["code"] == "too_few_parcels"
    assert folder.active_tree() is None
    write_points(tmp_path / "y.gpkg", point_shapes(scattered(9, 1)))
    assert run(tmp_path / "y.gpkg", folder)["place_tree"]["state"] == "active"


def test_later_trees_are_candidates(tmp_path: Path, folder: GeofileFolder) -> None:
    write_town(tmp_path / "town.gpkg")
    first = run(tmp_path / "town.gpkg", folder)
    again = run(tmp_path / "town.gpkg", folder)
    assert again["place_tree"]["state"] == "unchanged"
    assert again["place_tree"]["sha256"] == first["place_tree"]["sha256"]
    write_points(tmp_path / "other.gpkg", point_shapes(scattered(90, 1)))
    third = run(tmp_path / "other.gpkg", folder)
    assert third["place_tree"]["state"] == "candidate"
    state = folder.in_use()
    assert state.version == "0003"
    assert state.tree == first["place_tree"]["sha256"]
    assert state.candidate == third["place_tree"]["sha256"]
    active, candidate = folder.active_tree(), folder.candidate_tree()
    assert active is not None
    assert candidate is not None
    assert candidate.tree.version == "0003"
    assert active.tree.version == "0001"
    kept = sorted(p.name for p in (folder.root / "versions").iterdir())
    assert kept == ["0002", "0003"]


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9])
def test_a_torn_file_leaves_the_old_one(
    part: float, tmp_path: Path, folder: GeofileFolder
) -> None:
    """A copy that broke off."""
    write_town(tmp_path / "town.gpkg")
    run(tmp_path / "town.gpkg", folder)
    before = content(folder.root)
    whole = (tmp_path / "town.gpkg").read_bytes()
    torn = tmp_path / "torn.gpkg"
    torn.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(KnownProblem, match=r"torn\.gpkg cannot be read") as caught:
        run(torn, folder)
    assert caught.value.exit_code == 2
    assert content(folder.root) == before


def test_a_layer_with_a_hole_leaves_the_old_one(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    """Pages in the middle of the addresses are gone: half a layer is not used."""
    source = tmp_path / "town.gpkg"
    write_town(source)
    run(source, folder)
    before = content(folder.root)
    whole = bytearray(source.read_bytes())
    at = whole.index(b"urn:ssap:200") & ~4095
    whole[at : at + 8192] = bytes(8192)
    source.write_bytes(whole)
    report = run(source, folder)
    assert [n["layer"] for n in report["broken"]] == ["SiteStructureAddressPoint"]
    assert not report["usable"]
    assert report["counts"]["segments"] > 0
    assert content(folder.root) == before


def test_what_is_no_gis_file_leaves_the_old_one(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    write_town(tmp_path / "town.gpkg")
    run(tmp_path / "town.gpkg", folder)
    before = content(folder.root)
    (tmp_path / "text.gpkg").write_text("this is no GeoPackage")
    with pytest.raises(KnownProblem, match="cannot be read") as caught:
        run(tmp_path / "text.gpkg", folder)
    assert caught.value.code == "unreadable"
    assert caught.value.exit_code == 2
    assert content(folder.root) == before


def test_a_source_without_streets_or_points_changes_nothing(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    write_town(tmp_path / "town.gpkg")
    run(tmp_path / "town.gpkg", folder)
    before = content(folder.root)
    square = shapely.Point(LONGITUDE, LATITUDE).buffer(0.05)
    write_layer(tmp_path / "x.gpkg", "FirePolygon", [square], {"DsplayName": ["F"]})
    report = run(tmp_path / "x.gpkg", folder)
    assert not report["usable"]
    assert {"RoadCenterLine", "SiteStructureAddressPoint"} <= set(report["missing"])
    assert content(folder.root) == before


STEPS = [
    (geofile_import, "tree_of"),
    (geofile_import, "base_map"),
    (geofile_store, "write"),
    (geofile_import, "_take_place"),
    (GeofileFolder, "put_in_use"),
]


@pytest.mark.parametrize("problem", [KeyboardInterrupt, OSError(28, "disk full")])
@pytest.mark.parametrize(("where", "name"), STEPS, ids=[name for _, name in STEPS])
def test_what_fails_on_the_way_changes_nothing(
    where: Any,
    name: str,
    problem: Any,
    tmp_path: Path,
    folder: GeofileFolder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_town(tmp_path / "town.gpkg")
    run(tmp_path / "town.gpkg", folder)
    before = content(folder.root)
    write_points(tmp_path / "other.gpkg", point_shapes(scattered(90, 1)))

    def fail(*_arguments: object, **_options: object) -> None:
        raise problem

    monkeypatch.setattr(where, name, fail)
    with pytest.raises((KeyboardInterrupt, KnownProblem)):
        run(tmp_path / "other.gpkg", folder)
    assert content(folder.root) == before


def test_two_imports_at_once(tmp_path: Path, folder: GeofileFolder) -> None:
    write_town(tmp_path / "town.gpkg")
    with (
        geofile_import._alone(folder.root),
        pytest.raises(KnownProblem, match="Another import") as caught,
    ):
        run(tmp_path / "town.gpkg", folder)
    assert caught.value.exit_code == 3
    assert folder.state is None


def test_an_import_waits_for_who_only_notes_the_tree_in_use(
    folder: GeofileFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.root.mkdir()
    with (folder.root / LOCK_NAME).open("w") as noting, monkeypatch.context() as patch:
        fcntl.flock(noting, fcntl.LOCK_EX)
        noted: list[float] = []

        def sleep(seconds: float) -> None:
            noted.append(seconds)
            fcntl.flock(noting, fcntl.LOCK_UN)

        patch.setattr(geofile_import.time, "sleep", sleep)
        with geofile_import._alone(folder.root):
            assert len(noted) == 1


def test_a_tree_exchanged_for_another_whole_one_is_refused(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    write_town(tmp_path / "town.gpkg")
    run(tmp_path / "town.gpkg", folder)
    write_points(tmp_path / "other.gpkg", point_shapes(scattered(90, 1)))
    run(tmp_path / "other.gpkg", folder)
    state = folder.in_use()
    assert state.tree is not None
    assert state.candidate is not None
    for path in folder.tree_folder(state.candidate).iterdir():
        (folder.tree_folder(state.tree) / path.name).write_bytes(path.read_bytes())
    with pytest.raises(KnownProblem, match="another one"):
        folder.active_tree()


def test_a_damaged_state_is_said(folder: GeofileFolder) -> None:
    folder.root.mkdir()
    (folder.root / "geofile.json").write_text("{")
    with pytest.raises(KnownProblem, match="damaged"):
        _ = folder.state
