"""Files of cameras: how they are read, understood, repaired and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aliquot.console.cameras.convert import Converted, Unusable, converter
from aliquot.console.cameras.mapping import (
    Mapping,
    as_toml,
    check_columns,
    guess,
    load_mapping,
)
from aliquot.console.cameras.source import Table, read_table
from aliquot.console.problems import EXIT_USAGE, KnownProblem

HEAD = "camera_id,latitude,longitude,azimuth,fov,range_m,kind,owner_code\n"


def table(text: str) -> Table:
    return read_table(text.encode(), "cameras")


def one(row: str, head: str = HEAD, **more: object) -> Converted:
    found = table(head + row)
    mapping = guess(found).mapping
    changed = Mapping(columns=mapping.columns, **more)  # type: ignore[arg-type]
    return converter(changed, found.crs)(found.rows[0])


def why_not(row: str, head: str = HEAD, **more: object) -> str:
    with pytest.raises(Unusable) as caught:
        one(row, head, **more)
    return str(caught.value)


def test_a_full_row() -> None:
    found = one("c1,43.9,-75.4,90,60,25,Dome,o7")
    camera = found.camera
    assert (camera.camera_id, camera.latitude, camera.longitude) == ("c1", 43.9, -75.4)
    assert (camera.azimuth_deg, camera.field_of_view_deg) == (90.0, 60.0)
    assert (camera.range_m, camera.kind, camera.owner) == (25.0, "dome", "o7")
    assert (found.repairs, found.consent) == ((), None)


def test_what_is_absent_is_unknown() -> None:
    camera = one("c1,43.9,-75.4,,,,,").camera
    assert (camera.azimuth_deg, camera.field_of_view_deg) == (None, None)
    assert (camera.range_m, camera.kind, camera.owner) == (None, "unknown", None)


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ("c1,43.9,-75.4,NE,,,,", "azimuth_deg", 45.0),
        ("c1,43.9,-75.4,nnw,,,,", "azimuth_deg", 337.5),
        ("c1,43.9,-75.4,360,,,,", "azimuth_deg", 0.0),
        ("c1,43.9,-75.4,-90,,,,", "azimuth_deg", 270.0),
        ("c1,43.9,-75.4,-1e-20,,,,", "azimuth_deg", 0.0),
        ("c1,43.9,-75.4,9999,,,,", "azimuth_deg", None),
        ("c1,43.9,-75.4,up,,,,", "azimuth_deg", None),
        ("c1,43.9,-75.4,nan,,,,", "azimuth_deg", None),
        ("c1,43.9,-75.4,,0,,,", "field_of_view_deg", None),
        ("c1,43.9,-75.4,,361,,,", "field_of_view_deg", None),
        ("c1,43.9,-75.4,,,-3,,", "range_m", None),
        ("c1,43.9,-75.4,,,inf,,", "range_m", None),
        ('c1,"43,9",-75.4,,,,,', "latitude", 43.9),
        ("c1,-122.4,37.7,,,,,", "latitude", 37.7),
    ],
)
def test_what_is_clear_is_repaired_and_said(
    row: str, field: str, value: float | None
) -> None:
    found = one(row)
    assert getattr(found.camera, field) == value
    assert len(found.repairs) == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",43.9,-75.4,,,,,", "no id"),
        ("c1,,-75.4,,,,,", "no position"),
        ("c1,0,0,,,,,", "0, 0"),
        ("c1,nan,-75.4,,,,,", "no number"),
        ("c1,here,-75.4,,,,,", "latitude is no number"),
        ("c1,95,-175,,,,,", "degrees"),
        ("c1,43.9", "2 values for 8 columns"),
        (f"{'x' * 200},43.9,-75.4,,,,,", "id of a camera"),
        ("c\x07,43.9,-75.4,,,,,", "printable"),
    ],
)
def test_what_is_not_clear_is_refused(row: str, reason: str) -> None:
    assert reason in why_not(row)


def test_a_coordinate_system_is_turned_into_degrees() -> None:
    head = "camera_id,lat,lon\n"
    found = one("c1,4862000,461500", head, crs="EPSG:32618")
    assert found.camera.latitude == pytest.approx(43.912, abs=0.01)
    assert found.camera.longitude == pytest.approx(-75.48, abs=0.01)
    assert "outside" in why_not("c1,1e30,1e30", head, crs="EPSG:32618")
    with pytest.raises(KnownProblem, match="not known"):
        converter(Mapping(columns={}, crs="EPSG:999999"), None)


# Files


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters(mark: str) -> None:
    text = "camera_id,lat,lon\nc1,43.9,-75.4\n".replace(",", mark)
    found = table(text)
    assert found.columns == ("camera_id", "lat", "lon")
    assert guess(found).doubts == ()


def test_marks_breaks_and_blank_lines() -> None:
    text = (
        '\ufeffid,lat,lon,name\r\n1,43.9,-75.4,"a ""b""\nc"\r\n\r\n2,43.9,-75.4,x\r\n'
    )
    rows = table(text).rows
    assert [row.number for row in rows] == [1, 2]
    assert rows[0].values["name"] == 'a "b"\nc'


def test_another_encoding_is_read_and_said() -> None:
    found = read_table("id,lat,lon,name\n1,2,3,Café\n".encode("cp1252"), "f")
    assert found.rows[0].values["name"] == "Café"
    assert found.notes


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b'{"type": "Point"}',
        b'{"a": ',
        b'a,b\n"never ended',
        b"id,id\n1,2\n",
        b'{"type": "FeatureCollection", "features": [], "crs": 7}',
    ],
)
def test_what_is_no_file_of_cameras(data: bytes) -> None:
    with pytest.raises(KnownProblem) as caught:
        read_table(data, "f")
    assert (caught.value.code, caught.value.exit_code) == ("unreadable", EXIT_USAGE)


def feature(code: object, *place: float, kind: str = "Point") -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"camera_id": code, "azimuth": 90, "note": None},
        "geometry": {"type": kind, "coordinates": list(place)},
    }


def test_geojson() -> None:
    features = [feature(7, -75.4, 43.9, 12.0), feature("x", 1, 2, kind="LineString")]
    text = json.dumps({"type": "FeatureCollection", "features": [*features, 3]})
    found = table(text)
    understood = guess(found)
    assert understood.doubts == ()
    convert = converter(understood.mapping, found.crs)
    camera = convert(found.rows[0]).camera
    assert (camera.camera_id, camera.latitude, camera.longitude) == ("7", 43.9, -75.4)
    assert camera.azimuth_deg == 90
    for row, reason in zip(found.rows[1:], ("no point", "no feature"), strict=True):
        with pytest.raises(Unusable, match=reason):
            convert(row)


def test_geojson_with_ids_of_features_and_its_own_crs() -> None:
    bare = feature(7, 461500, 4862000) | {"id": 12, "properties": None}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32618"}}
    text = {"type": "FeatureCollection", "features": [bare], "crs": crs}
    found = table(json.dumps(text))
    camera = converter(guess(found).mapping, found.crs)(found.rows[0]).camera
    assert camera.camera_id == "12"
    assert camera.latitude == pytest.approx(43.912, abs=0.01)


# Understanding


@pytest.mark.parametrize(
    ("head", "doubt"),
    [
        ("item,lat,lon\n1,2,3\n", "camera_id"),
        ("id,where\n1,2\n", "latitude"),
        ("id,asset_id,lat,lon\n1,2,3,4\n", "id or asset_id"),
        ("id,lat,lon\n1,2,3\n1,2,3\n", "not one id a row"),
        ("id,lat,lon\n,2,3\n", "not one id a row"),
        ("id,y,x\n1,4862000,461500\n", "in degrees"),
        ("id,lat,lon\n1,a,b\n", "in degrees"),
        ("id,y,x\n" + "1,2,3\n2,3,4\n3,4,5\n4,4,5\n5,600,5\n", "in degrees"),
    ],
)
def test_what_is_not_certain(head: str, doubt: str) -> None:
    assert any(doubt in said for said in guess(table(head)).doubts)


def test_a_few_bad_rows_do_not_make_it_uncertain() -> None:
    rows = "1,2,3\n1,2,3\n2,2,3\n3,2,3\n,2,3\n4,bad,3\n5,,\n"
    assert guess(table("id,latitude,longitude\n" + rows)).doubts == ()


def test_a_surer_name_wins() -> None:
    found = guess(table("camera_id,id,lat,lon,X,Y\n1,1,2,3,9,9\n"))
    assert found.doubts == ()
    assert found.mapping.columns["camera_id"] == "camera_id"
    assert found.mapping.columns["longitude"] == "lon"


@pytest.mark.parametrize("name", ["consent", "listed", "opted_in", "Consent"])
def test_consent_is_never_guessed(name: str) -> None:
    found = guess(table(f"id,lat,lon,{name}\n1,2,3,yes\n"))
    assert found.doubts == ()
    assert "consent" not in found.mapping.columns
    assert (
        converter(found.mapping, None)(
            table(f"id,lat,lon,{name}\n1,2,3,yes\n").rows[0]
        ).consent
        is None
    )


# Mappings

TOML = """
prefix = "x-"
[columns]
camera_id = "id"
latitude = "lat"
longitude = "lon"
consent = "says"
[constants]
owner = "city"
kind = "ptz"
[consent]
yes = ["Ja"]
terms = "terms.txt"
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    (tmp_path / "terms.txt").write_text("what was agreed to")
    path = tmp_path / "m.toml"
    path.write_text(TOML)
    return path


@pytest.mark.parametrize(
    ("said", "consent"), [("JA", True), ("yes", False), ("", False), ("nein", False)]
)
def test_a_mapping_says_it_all(mapping: Path, said: str, consent: bool) -> None:
    found = table(f"id,lat,lon,says\n1,2,3,{said}\n")
    loaded = load_mapping(str(mapping))
    check_columns(loaded, found)
    made = converter(loaded, None)(found.rows[0])
    assert made.camera.camera_id == "x-1"
    assert (made.camera.owner, made.camera.kind) == ("city", "ptz")
    assert made.consent is consent


def test_the_hash_of_the_terms(mapping: Path) -> None:
    first = load_mapping(str(mapping)).terms
    (mapping.parent / "terms.txt").write_text("something else")
    assert load_mapping(str(mapping)).terms != first
    bare = Mapping(columns={"consent": "says"})
    assert bare.terms == Mapping(columns={"consent": "says"}).terms
    assert bare.terms != Mapping(columns={"consent": "says"}, yes=("x",)).terms
    assert len(bare.terms) == 64


@pytest.mark.parametrize(
    "text",
    [
        "what = 1",
        "prefix = 1",
        "columns = 3",
        "[columns]\nlat = 'x'",
        "[columns]\nlatitude = 3",
        "[consent]\nyes = ['a']",
        "[columns]\nconsent = 'c'\n[consent]\nyes = 'a'",
        "[columns]\nconsent = 'c'\n[consent]\nterms = 'gone.txt'",
        "not toml",
    ],
)
def test_a_wrong_mapping_is_exit_2(text: str, tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text)
    with pytest.raises(KnownProblem) as caught:
        load_mapping(str(path))
    assert (caught.value.code, caught.value.exit_code) == ("bad_mapping", EXIT_USAGE)


@pytest.mark.parametrize("gone", ["id", "says"])
def test_a_column_that_is_not_there_is_exit_2(mapping: Path, gone: str) -> None:
    found = table("id,lat,lon,says\n1,2,3,x\n".replace(gone, "other"))
    with pytest.raises(KnownProblem, match=f"no column {gone}"):
        check_columns(load_mapping(str(mapping)), found)


def test_a_bundled_mapping() -> None:
    found = table("osm_node_id,latitude,longitude,camera:direction\n5,1,2,SW\n")
    loaded = load_mapping("openstreetmap")
    check_columns(loaded, found)
    made = converter(loaded, found.crs)(found.rows[0])
    assert (made.camera.camera_id, made.camera.azimuth_deg) == ("osm-5", 225.0)
    with pytest.raises(KnownProblem, match="openstreetmap"):
        load_mapping("no-such-mapping")


def test_a_guess_can_be_written_down_and_given(tmp_path: Path) -> None:
    found = guess(table('id,lat,lon,"kind"\n1,2,3,x\n')).mapping
    path = tmp_path / "m.toml"
    path.write_text(as_toml(found))
    assert dict(load_mapping(str(path)).columns) == dict(found.columns)
