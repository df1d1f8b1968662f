"""Hydrants: a layer of their own, by its name, its words or a mapping file."""

from __future__ import annotations

import re
from importlib.resources import files
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
from aliquot.console.geo.geofile_read import Layer, read_layer
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


@pytest.mark.parametrize(
    ("columns", "working"),
    [
        ({"Status": ["Out of Service", "OOS", "In Service", None, "x"]}, "--+  "),
        ({"STATUS": ["INOPERABLE", "active", "Operable", "Dry", "Out of service (ice)"]},
         "-++--"),
        ({"InService": ["N", "Y", "no", "TRUE", "0"]}, "-+-+-"),
        ({"In_Service": [0, 1, 0, 1, 1]}, "-+-++"),
        ({"OutOfService": ["Yes", "No", "", None, "1"]}, "-+  -"),
        ({"OOS": [1, 0, 1, 0, 0]}, "-+-++"),
        ({"Operable": ["Yes", "No", None, "Yes", "Unknown"],
          "Status": ["Closed", None, None, "Active", "Active"]}, "-- ++"),
        ({"City": ["Closed", "OOS", "Out", "No", "0"]}, "     "),
    ],
)  # fmt: skip
def test_the_state_is_read_in_the_ways_it_is_written(
    columns: dict[str, list[object]], working: str, tmp_path: Path
) -> None:
    source = tmp_path / "hydrants.gpkg"
    spots = [shapely.Point(-120.54 + n / 1000, 46.99) for n in range(5)]
    write_layer(source, "Hydrants", spots, columns)
    layer = read_layer(source, "Hydrants", Kind.HYDRANTS)
    assert isinstance(layer, Layer)
    rows = Rows()
    rows.add(layer)
    said = {True: "+", False: "-", None: " "}
    assert "".join(said[one.in_service] for one in rows.hydrants) == working


def test_what_is_out_of_service_is_counted_and_a_kind_of_its_own(
    tmp_path: Path,
) -> None:
    source = tmp_path / "town.gpkg"
    write_town(source)
    spots = [shapely.Point(-120.54 - n / 1000, 46.99) for n in range(4)]
    states = {"HYD_STAT": ["Out of service", "Pending", "Pending", "OK"]}
    write_layer(source, "Hydrants", spots, states)
    folder = GeofileFolder(tmp_path / "geofile")
    report = import_geofile(source, folder, ManualClock())
    assert report["counts"]["hydrants"] == 4
    assert report["counts"]["hydrants_out_of_service"] == 1
    (notice,) = [n for n in report["notices"] if n["code"] == "hydrant_state"]
    assert notice["message"].startswith("2 times Pending")
    drawn = folder.file(MAP_NAME).read_text()
    assert (drawn.count('"hydrant_out"'), drawn.count('"hydrant"')) == (1, 3)


def test_every_kind_of_sign_has_a_shape_and_a_layer() -> None:
    """What the import draws as a point and the page does not know is not there."""
    text = (files("aliquot.resources") / "map" / "symbols.js").read_text()
    tables = re.findall(r"(SHAPES|SIGN_FROM|SIGN_LAYER) = \{([^}]*)\}", text)
    assert [name for name, _ in tables] == ["SHAPES", "SIGN_FROM", "SIGN_LAYER"]
    rows = Rows(
        places=[Place(1, None, "Town Hall", "government", 41.5, -93.6)],
        hydrants=[Hydrant(n, None, 41.5, -93.6, n == 0) for n in range(2)],
    )
    kinds = {kind for kind, _, _ in map_points(rows)}
    assert kinds == {"place", "hydrant", "hydrant_out"}
    for _, listed in tables:
        assert (
            kinds == set(re.findall(r"(\w+)(?=[:,]|\s*$)(?<!hydrants)", listed)) & kinds
        )
