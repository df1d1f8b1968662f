"""The geocoder on a real city and on places as police officers typed them.

The shares that the whole truth file must reach; no single row is looked at.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.cli.main import run
from aliquot.console.clock import SystemClock
from aliquot.console.geo.geofile_folder import SQLITE_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geocode.districts import Districts
from aliquot.console.geocode.geocoder import LocalGeocoder
from aliquot.console.geocode.load import load
from aliquot.console.geocode.plane import metres
from aliquot.console.geocode.weighing import SURE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shared = Path(__file__).resolve().parents[3] / "shared" / "data" / "geo"
    source = shared / "cambridge_ng911_sta006v3.gpkg"
    if not source.exists():
        pytest.skip("the city's geofile is not beside the checkout")
    made = tmp_path_factory.mktemp("geofile")
    import_geofile(source, GeofileFolder(made), SystemClock())
    return made


@pytest.fixture(scope="module")
def geocoder(folder: Path) -> LocalGeocoder:
    path = GeofileFolder(folder).file(SQLITE_NAME)
    return LocalGeocoder(load(path), Districts.load(path))


def truth() -> list[dict[str, str]]:
    shared = Path(__file__).resolve().parents[3] / "shared" / "data" / "geo"
    with (shared / "truth_locations.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_shares_on_the_truth(geocoder: LocalGeocoder) -> None:
    rows = truth()
    matched = near = sure = sure_and_far = 0
    for row in rows:
        found = geocoder.geocode(row["loc_text"])
        if not found:
            continue
        matched += 1
        best = found[0]
        spot = (float(row["lat"]), float(row["lon"]))
        far = metres((best.latitude, best.longitude), spot) > 150
        near += not far
        sure += best.score >= SURE
        sure_and_far += best.score >= SURE and far
    assert matched / len(rows) >= 0.992
    assert near / len(rows) >= 0.97
    assert sure / len(rows) >= 0.8
    assert sure_and_far / sure <= 0.02


def test_what_is_no_place_is_not_matched(geocoder: LocalGeocoder) -> None:
    for text in ("HQZZX", "NO LOCATION GIVEN", "12345", "Q & Z"):
        assert all(c.score < SURE for c in geocoder.geocode(text)), text


def test_the_town_that_is_said_decides(geocoder: LocalGeocoder) -> None:
    sure = [
        row["loc_text"]
        for row in truth()[:600]
        if "&" not in row["loc_text"]
        and (found := geocoder.geocode(row["loc_text"]))
        and found[0].score >= SURE
        and found[0].community
    ]
    assert len(sure) > 100
    for text in sure:
        assert geocoder.geocode(f"{text}, Cambridge MA 02139")[0].score >= SURE, text
        assert geocoder.geocode(f"{text} CAMBRIDGE")[0].score >= SURE, text
        for found in geocoder.geocode(f"{text}, Somerville"):
            assert found.score < SURE, text


def answers(capsysbinary: Any, *arguments: str) -> tuple[int, str]:
    code = run(list(arguments))
    return code, capsysbinary.readouterr().out.decode()


def test_the_command_line(folder: Path, capsysbinary: Any) -> None:
    code, out = answers(
        capsysbinary, "geofile", "geocode", "1334 cambridge st", "--json",
        "--geofile", str(folder),
    )  # fmt: skip
    (first, *_) = json.loads(out)
    assert code == 0
    assert first["match_kind"] in ("point", "range")
    assert first["address"] == "1334 Cambridge Street"
    assert first["districts"]["fire"]
    assert "unit" not in first  # absent is absent
    code, out = answers(
        capsysbinary, "geofile", "geocode", "qzxv", "--json", "--geofile", str(folder)
    )
    assert (code, json.loads(out)) == (1, [])


def test_a_whole_csv(folder: Path, tmp_path: Path, capsysbinary: Any) -> None:
    table = tmp_path / "calls.csv"
    table.write_text('id,loc,score\n1,"202 THRID STREET",a\n2,qzxv,b\n3,,c\n')
    code, out = answers(
        capsysbinary, "geofile", "geocode", "--csv", str(table), "--column", "loc",
        "--geofile", str(folder),
    )  # fmt: skip
    rows = list(csv.DictReader(out.splitlines()))
    assert code == 0
    assert [r["id"] for r in rows] == ["1", "2", "3"]
    assert [r["score"] for r in rows] == ["a", "b", "c"]
    assert float(rows[0]["aliquot_score"]) > 80
    assert [r["match_kind"] for r in rows[1:]] == ["none", "none"]
    assert rows[1]["latitude"] == rows[1]["aliquot_score"] == ""


def test_reverse_and_its_negative_degrees(folder: Path, capsysbinary: Any) -> None:
    code, out = answers(
        capsysbinary, "geofile", "reverse", "42.3736", "-71.1097", "--json",
        "--geofile", str(folder),
    )  # fmt: skip
    found = json.loads(out)
    assert code == 0
    assert {"address", "block", "intersection", "bearing"} <= found.keys()
    assert found["districts"].keys() >= {"police", "fire", "ems", "psap"}


def test_an_msag(folder: Path, tmp_path: Path, capsysbinary: Any) -> None:
    table = tmp_path / "msag.csv"
    table.write_text(
        "Dir,Street,Type,Low,High,Parity,Community,ESN\n"
        ",CAMBRIDGE,ST,1334,1378,E,CAMBRIDGE,106\n"
        ",CAMBRIDGE,ST,1334,1378,E,CAMBRIDGE,999\n"
        ",NOWHERE,ST,1,9,B,CAMBRIDGE,\n"
        ",CAMBRIDGE,ST,100000,100100,B,CAMBRIDGE,\n"
        ",CAMBRIDGE,ST,x,9,B,CAMBRIDGE,\n"
    )
    code, out = answers(
        capsysbinary, "geofile", "msag", str(table), "--json", "--geofile", str(folder)
    )
    report = json.loads(out)
    assert code == 1
    assert (report["read"], report["matched"]) == (5, 1)
    codes = [(f["row"], f["code"]) for f in report["findings"]]
    assert codes == [
        (2, "other_esn"),
        (3, "unknown_street"),
        (4, "not_covered"),
        (5, "bad_row"),
    ]


def test_a_missing_file_and_column(
    folder: Path, tmp_path: Path, capsysbinary: Any
) -> None:
    common = ("--geofile", str(folder))
    assert run(["geofile", "geocode", "--csv", "nowhere.csv", "--column", "x",
                *common]) == 2  # fmt: skip
    table = tmp_path / "calls.csv"
    table.write_text("id,loc\n1,x\n")
    assert run(["geofile", "geocode", "--csv", str(table), "--column", "place",
                *common]) == 2  # fmt: skip
    assert b"it has id, loc" in capsysbinary.readouterr().err
    assert run(["geofile", "geocode", "x", "--geofile", str(tmp_path / "no")]) == 2
