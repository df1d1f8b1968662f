"""A real city: 20,475 addresses on 12,438 spots. Skipped where it is not at hand."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.clock import ManualClock
from aliquot.console.geo.geofile_folder import MAP_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geo.label_points import rounded
from aliquot.console.geo.model import Grown
from aliquot.console.geo.place_index import Locator

Built = tuple[dict[str, Any], GeofileFolder, Grown]


@pytest.fixture(scope="module")
def cambridge(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = Path(__file__).resolve().parents[3] / "shared" / "data" / "geo"
    source = root / "cambridge_ng911_sta006v3.gpkg"
    if not source.is_file():
        pytest.skip("the real geofile (../shared/data/geo) is not beside this checkout")
    folder = GeofileFolder(tmp_path_factory.mktemp("cambridge"))
    report = import_geofile(source, folder, ManualClock())
    grown = folder.active_tree()
    assert grown is not None
    return report, folder, grown


def test_all_of_it_is_imported(cambridge: Built) -> None:
    report, _, _ = cambridge
    print(f"seconds: {report['seconds']}")
    assert report["rejected"] == []
    assert report["missing"] == []
    assert report["counts"]["segments"] == 2642
    assert report["counts"]["addresses"] == 20475
    assert report["counts"]["streets"] == 809
    assert report["counts"]["areas"]["PolicePolygon"] == 117
    assert report["unmatched"]["addresses"] == 226


def test_every_region_is_large_enough(cambridge: Built) -> None:
    """Counted from the points again, not from what the regions say of themselves."""
    report, _, grown = cambridge
    spots: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for point, region in zip(grown.index.points, grown.index.regions, strict=True):
        for above in grown.tree.chain(region):
            spots[above.id].add(point)
    outside = report["place_tree"]["parcels_outside"]
    assert 0 < outside < 40
    assert len(grown.index.points) == 12438 - outside
    for level, k in ((1, 8), (2, 20), (3, 50)):
        regions = grown.tree.at_level(level)
        assert min(len(spots[r.id]) for r in regions) >= k
        assert min(r.parcels for r in regions) >= k
        assert report["k"][str(level)] >= k


def test_the_displacement(cambridge: Built) -> None:
    report, _, grown = cambridge
    assert report["displacement_m"]["1"]["median"] <= 40
    assert report["displacement_m"]["1"]["p95"] <= 90
    assert len(grown.tree.at_level(1)) > 1_000


def test_no_label_point_is_a_parcel_and_all_are_on_streets(cambridge: Built) -> None:
    _, _, grown = cambridge
    taken = {rounded((a / 1e7, b / 1e7)) for a, b in grown.index.points}
    points = [region.label_point for region in grown.tree.regions]
    assert taken.isdisjoint(points)
    assert all(region.on_street for region in grown.tree.regions)


def test_label_points_lie_in_their_regions(cambridge: Built) -> None:
    """All but those whose houses all lie back from every street."""
    _, _, grown = cambridge
    locator = Locator(grown.tree, grown.index)
    regions = [r for r in grown.tree.regions if r.level < 4]
    own = 0
    for region in regions:
        found = locator.locate(*region.label_point)
        own += found is not None and found.at_level(region.level) == region
    assert own / len(regions) >= 0.99


def test_labels_are_told_apart_and_say_a_place(cambridge: Built) -> None:
    _, _, grown = cambridge
    for level in (1, 2, 3, 4):
        labels = [region.label for region in grown.tree.at_level(level)]
        assert len(set(labels)) == len(labels)
        assert not any(label.startswith("area") for label in labels)


def test_the_base_map_is_small(cambridge: Built) -> None:
    report, folder, _ = cambridge
    drawn = json.loads(folder.file(MAP_NAME).read_bytes())
    assert report["base_map"]["bytes"] < 1_000_000
    kinds = {feature["properties"]["kind"] for feature in drawn["features"]}
    assert kinds == {"boundary", "beat", "water", "street", "major"}
