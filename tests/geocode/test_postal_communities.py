"""A town by its postal name: as sure as by the name of the municipality or the MSAG.

Two townships have a street of the same name and are served by one post office;
a third has its own. What the post calls two of them must not make one of them sure.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely
from pyogrio import raw

from aliquot.console.clock import ManualClock
from aliquot.console.geo.geofile_folder import SQLITE_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geo.geofile_mapping import LayerMapping, load_mapping
from aliquot.console.geocode.districts import Districts
from aliquot.console.geocode.geocoder import LocalGeocoder
from aliquot.console.geocode.load import load
from aliquot.console.geocode.weighing import SURE
from aliquot.console.store.database import make_geofile

V3 = {
    "msag": "MSAGComm",
    "city": "A3",
    "uninc": "A4",
    "hood": "A5",
    "zip": "PostCode",
    "post": "PostComm",
}
V2 = V3 | {"city": "IncMuni", "uninc": "UnincCom", "hood": "NbrhdCom"}
CITY = V3 | {"zip": "ZIP", "post": "PostalCity"}
POINTS = {
    "msag": "MSAGComm",
    "city": "A3",
    "uninc": "A4",
    "hood": "A5",
    "zip": "Post_Code",
    "post": "Post_Comm",
}
TOWNS = [  # the MSAG's, municipality, unincorporated, neighbourhood, ZIP, post
    ("ALDER TWP", "Alder Township", None, None, "84001", "Greenwood"),
    ("BIRCH TWP", "Birch Township", None, "Lakeside", "84002", "Greenwood"),
    ("CEDAR", "Cedar City", "Millbrook", None, "84003", "Fernley"),
]
STREETS = ["Elm", "Elm", "Elm", "Ash", "Fir", "Oak"]  # Ash and Oak stand in one town
PLACES = [0, 1, 2, 0, 1, 2]


def write(source: Path, names: dict[str, str], points: bool = False) -> Path:
    at = [(-110.0 + 0.3 * PLACES[n], 40.0 + 0.01 * n) for n in range(len(STREETS))]
    keys = ("msag", "city", "uninc", "hood", "zip", "post")
    towns = [dict(zip(keys, TOWNS[n], strict=True)) for n in PLACES]
    columns: dict[str, list[Any]] = {
        "NGUID": [f"r{n}" for n in range(len(at))],
        "St_Name": STREETS,
        "St_PosTyp": ["Street"] * len(at),
    }
    for side in "LR":
        low = 101 if side == "L" else 100
        columns[f"FromAddr_{side}"] = [low] * len(at)
        columns[f"ToAddr_{side}"] = [low + 98] * len(at)
        columns[f"Parity_{side}"] = ["O" if side == "L" else "E"] * len(at)
        columns |= {f"{names[k]}_{side}": [t[k] for t in towns] for k in keys}
    lines = [shapely.LineString([(x, y), (x + 0.002, y)]) for x, y in at]
    _layer(source, "RoadCenterLine", lines, columns)
    if points:
        columns = {
            "NGUID": [f"p{n}" for n in range(len(at))],
            "Add_Number": [150] * len(at),
            "St_Name": STREETS,
            "St_PosTyp": ["Street"] * len(at),
            **{POINTS[k]: [t[k] for t in towns] for k in keys},
        }
        spots = [shapely.Point(x + 0.001, y - 0.0001) for x, y in at]
        _layer(source, "SiteStructureAddressPoint", spots, columns)
    return source


def _layer(
    source: Path, name: str, shapes: list[Any], columns: dict[str, list[Any]]
) -> None:
    import numpy as np

    raw.write(
        source, shapely.to_wkb(np.array(shapes, object)),
        [np.array(c, object if not isinstance(c[0], int) else np.int32)
         for c in columns.values()],
        list(columns), geometry_type=shapes[0].geom_type, crs="EPSG:4326", layer=name,
        append=source.exists(), driver="GPKG",
    )  # fmt: skip


def made(
    source: Path, mapping: dict[str, LayerMapping] | None = None
) -> tuple[LocalGeocoder, dict[str, Any]]:
    folder = GeofileFolder(source.parent / "geofile")
    report = import_geofile(source, folder, ManualClock(), mapping=mapping)
    path = folder.file(SQLITE_NAME)
    return LocalGeocoder(load(path), Districts.load(path)), report


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> LocalGeocoder:
    folder = tmp_path_factory.mktemp("postal")
    return made(write(folder / "county.gpkg", V3, points=True))[0]


@pytest.mark.parametrize(
    "text",
    [
        "150 Ash St, Greenwood",
        "150 ASH ST GREENWOOD",
        "150 Ash St, Greenwood UT 84001",
        "150 Ash St Greenwood UT 84001",
        "150 Ash St, Alder Township",
        "150 Ash St, Alder Twp",
        "150 Ash St, 84001",
        "150 Ash St 84001",
        "150 Fir St, Lakeside",
        "150 Oak St, Millbrook",
        "150 Oak St, Fernley",
        "150 Oak St, Cedar City",
        "150 Elm St, Fernley",
        "150 Elm St, Millbrook",
        "150 Elm St, Lakeside",
        "150 Elm St 84002",
        "150 Elm St, 84002-1234",
        "150 Elm St, Greenwood UT 84002",
        "100 block Elm St, Fernley",
    ],
)
def test_every_name_of_a_town_is_sure(town: LocalGeocoder, text: str) -> None:
    found = town.geocode(text)[0]
    assert found.score >= SURE, found
    assert "other_community" not in found.why


def test_a_post_office_of_two_townships_does_not_choose(town: LocalGeocoder) -> None:
    first, second, *_ = town.geocode("150 Elm St, Greenwood")
    assert max(first.score, second.score) < SURE
    assert {first.community, second.community} == {"ALDER TWP", "BIRCH TWP"}


@pytest.mark.parametrize(
    "text",
    [
        "150 Ash St, Fernley",
        "150 Ash St, Nowhere",
        "150 Ash St, Grenwood",  # as it may be called next door
        "150 Ash St 84003",
        "150 Ash St, 99999",
    ],
)
def test_another_post_office_is_not_sure(town: LocalGeocoder, text: str) -> None:
    found = town.geocode(text)[0]
    assert found.address == "150 Ash Street"
    assert found.score < SURE


def test_the_right_town_with_a_wrong_code_stays_sure(town: LocalGeocoder) -> None:
    assert town.geocode("150 Ash St, Greenwood 84003")[0].score >= SURE


def test_the_postal_name_of_a_record(town: LocalGeocoder) -> None:
    fields = {"house_number": "150", "street_name": "ELM", "street_suffix": "ST"}
    assert town.geocode_fields(fields)[0].score < SURE
    found = town.geocode_fields(fields | {"community": "FERNLEY"})[0]
    assert (found.community, found.score >= SURE) == ("CEDAR", True)
    found = town.geocode_fields(fields | {"postal_code": "840021234"})[0]
    assert (found.community, found.score >= SURE) == ("BIRCH TWP", True)


def test_towns_are_completed_by_any_name(town: LocalGeocoder) -> None:
    assert town.complete("150 Elm St, Gr") == ["150 Elm St, Greenwood"]
    assert town.complete("150 Ash St, ") == [
        "150 Ash St, ALDER TWP",
        "150 Ash St, Greenwood",
    ]
    assert town.complete("150 Elm St, fern") == ["150 Elm St, Fernley"]
    assert town.complete("150 Ash St, bir") == ["150 Ash St, BIRCH TWP"]


@pytest.mark.parametrize("names", [V3, V2, CITY], ids=["v3", "v2", "city"])
def test_the_names_of_columns_of_each_version(
    tmp_path: Path, names: dict[str, str]
) -> None:
    geocoder, report = made(write(tmp_path / "county.gpkg", names))
    assert report["communities"] == {
        "municipal": ["Alder Township", "Birch Township", "Cedar City"],
        "msag": ["ALDER TWP", "BIRCH TWP", "CEDAR"],
        "postal": ["Fernley", "Greenwood"],
        "unincorporated": ["Millbrook"],
        "neighborhood": ["Lakeside"],
    }
    for text in ("150 Ash St, Greenwood", "150 Oak St, Millbrook", "150 Elm St 84003"):
        assert geocoder.geocode(text)[0].score >= SURE, text


def test_a_mapping_names_the_column(tmp_path: Path) -> None:
    source = write(tmp_path / "county.gpkg", V3 | {"post": "Mail"})
    plain, _ = made(source)
    assert plain.geocode("150 Ash St, Greenwood")[0].score < SURE
    path = tmp_path / "county.toml"
    path.write_text(
        '[layers.RoadCenterLine]\nis = "RoadCenterLine"\n'
        'columns = { PostComm_L = "Mail_L", PostComm_R = "Mail_R" }\n'
    )
    mapped, _ = made(source, load_mapping(path))
    assert mapped.geocode("150 Ash St, Greenwood")[0].score >= SURE


def test_a_geofile_of_before_is_read_without_them(tmp_path: Path) -> None:
    source = write(tmp_path / "county.gpkg", V3, points=True)
    made(source)
    path = GeofileFolder(tmp_path / "geofile").file(SQLITE_NAME)
    old = tmp_path / "old.sqlite"
    database = make_geofile(old)
    run = database.conn
    run.execute("ATTACH DATABASE ? AS new", [str(path)])
    for table, left in (
        ("segments", ("postal_community", "unincorporated", "neighborhood")),
        ("addresses", ("city", "postal_community", "unincorporated", "neighborhood")),
    ):
        info = run.execute(f"PRAGMA new.table_info({table})").fetchall()
        kept = [row[1] for row in info if not row[1].startswith(left) or
                (table == "segments" and row[1].startswith("city"))]  # fmt: skip
        run.execute(
            f"CREATE TABLE main.{table} AS SELECT {', '.join(kept)} FROM new.{table}"
        )
    run.close()
    geocoder = LocalGeocoder(load(old), Districts([]))
    assert geocoder.geocode("150 Ash St, ALDER TWP")[0].score >= SURE
    assert geocoder.geocode("150 Ash St, Greenwood")[0].score < SURE
