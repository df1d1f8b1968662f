"""Hydrants: a layer of their own, by its name, its words or a mapping file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely
from geo_samples import write_layer, write_town

from aliquot.console.clock import ManualClock
from aliquot.console.geo.geofile_fields import Kind, kind_by_content
from aliquot.console.geo.geofile_folder import MAP_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geo.geofile_map import base_map, map_points
from aliquot.console.geo.geofile_mapping import LayerMapping, load_mapping
from aliquot.console.geo.geofile_rows import Hydrant, Place, Rows, Segment

SPOTS = [
    shapely.Point(-120.54, 46.99),
    None,
    shapely.MultiPoint([(-120.541, 46.99), (-120.542, 46.99)]),
    shapely.LineString([(-120.54, 46.99), (-120.55, 46.99)]),
    shapely.Point(20.0, 46.99),
]


def imported(
    tmp_path: Path, layer: str, mapping: dict[str, LayerMapping] | None = None
) -> dict[str, Any]:
    source = tmp_path / "town.gpkg"
    write_town(source)
    ids = {"FacilityID": [f"H{n}" for n in range(len(SPOTS))]}
    write_layer(source, layer, SPOTS, ids)
    folder = GeofileFolder(tmp_path / "geofile")
    report = import_geofile(source, folder, ManualClock(), mapping=mapping)
    report["drawn"] = folder.file(MAP_NAME).read_text().count('"hydrant"')
    return report


@pytest.mark.parametrize("layer", ["Hydrants", "HydrantPoint", "city_fire_hydrants_26"])
def test_every_hydrant_is_on_the_map_or_in_the_report(
    layer: str, tmp_path: Path
) -> None:
    report = imported(tmp_path, layer)
    assert report["layers"][layer] == {"rows": 5, "used": 2, "rejected": 3}
    refused = {(r["row"], r["reason"], r["nguid"]) for r in report["rejected"]}
    reasons = {(reason, nguid) for _, reason, nguid in refused}
    assert reasons == {
        ("empty_geometry", "H1"),
        ("wrong_geometry", "H3"),
        ("far_away", "H4"),
    }
    assert report["counts"]["hydrants"] == report["drawn"] == 3
    assert "places" in report["tiles"]["files"]


def test_a_mapping_names_them_as_people_do(tmp_path: Path) -> None:
    path = tmp_path / "county.toml"
    path.write_text(
        '[layers.pts_9]\nis = "hydrants"\ncolumns = { NGUID = "FacilityID" }\n'
        '[layers.RoadCenterLine]\nis = "road center line"\n'
    )
    mapping = load_mapping(path)
    assert mapping["pts_9"].kind is Kind.HYDRANTS
    report = imported(tmp_path, "pts_9", mapping)
    assert report["counts"]["hydrants"] == 3
    assert report["layers"].keys() == {"pts_9", "RoadCenterLine"}


@pytest.mark.parametrize(
    "name", ["HydrantValves", "hydrant_inspections", "hydrant_flow_tests"]
)
def test_what_is_kept_about_hydrants_is_none(name: str) -> None:
    assert kind_by_content(name, "Point", ["id"]) is None
    assert kind_by_content("old_hydrants", "Point", ["id"]) is Kind.HYDRANTS
    assert kind_by_content("hydrant_laterals", "LineString", ["id"]) is None


def test_the_plain_map_has_points_only_where_streets_leave_room() -> None:
    rows = Rows()
    path = tuple((41.5 + n / 1000, -93.6 + n % 2 / 1000) for n in range(60))
    none = ((None, None, "Z"), (None, None, "Z"))
    rows.segments.append(Segment(1, None, "Elm St", (path,), none, (), None, None))
    rows.hydrants += [Hydrant(n, None, 41.5, -93.6 + n / 1000) for n in range(50)]
    rows.places.append(Place(1, None, "Town Hall", "government", 41.5, -93.6))
    whole = base_map(rows)
    assert whole.left_out == ()
    assert whole.body.count(b'"hydrant"') == 50
    assert whole.body.count(b'"place"') == 1
    streets_only = base_map(rows, max_bytes=len(whole.body) - 1)
    assert streets_only.left_out == ("hydrant", "place")
    assert b"Elm St" in streets_only.body
    assert b'"hydrant"' not in streets_only.body


def test_a_common_place_of_that_kind_is_one_too() -> None:
    rows = Rows(places=[Place(1, None, "H 7", "Fire Hydrant", 41.5, -93.6)])
    assert [kind for kind, _, _ in map_points(rows)] == ["hydrant"]
