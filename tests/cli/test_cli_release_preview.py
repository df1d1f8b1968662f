"""`aliquot release preview` as a program runs it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.cli.main import run
from aliquot.console.geo import geofile_store, tree_file
from aliquot.console.geo.geofile_folder import SQLITE_NAME, GeofileFolder, State
from aliquot.console.geo.geofile_rows import Rows, Site
from aliquot.console.geo.model import Grown, Parcel, StreetLine
from aliquot.console.geo.place_tree import place_tree_of

NOW = "2026-05-01T23:00:00Z"
NAMES = ("Oak Street", "Elm Street", "Mill Road", "Water Street", "Hill Road")
CHANNELS = ["neighbors", "cap", "geojson", "atom", "socrata"]


def _spot(row: int, column: int) -> tuple[float, float]:
    return round(41.70 + row * 0.0004, 6), round(-73.90 + column * 0.0005, 6)


ALL = [(row, column) for row in range(2 * len(NAMES)) for column in range(10)]


@pytest.fixture(scope="module")
def geofile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an import leaves it: a tree of 100 parcels, and their addresses."""
    folder = GeofileFolder(tmp_path_factory.mktemp("geofile"))
    parcels = [Parcel((_spot(r, c),), NAMES[r // 2]) for r, c in ALL]
    streets = [StreetLine(name, (_spot(2 * n, -1), _spot(2 * n, 10)))
               for n, name in enumerate(NAMES)]  # fmt: skip
    grown = place_tree_of(parcels, streets)
    assert isinstance(grown, Grown)
    new = folder.tree_folder("new")
    new.mkdir(parents=True)
    sha256 = tree_file.write(new, grown, NOW)
    new.rename(folder.tree_folder(sha256))
    version = folder.root / "versions" / "0001"
    version.mkdir(parents=True)
    sites = [
        Site(
            n, None, str(100 + 2 * c + r % 2), NAMES[r // 2], *[None] * 5, *_spot(r, c)
        )
        for n, (r, c) in enumerate(ALL, 1)
    ]
    geofile_store.write(version / SQLITE_NAME, Rows(sites=sites), {})
    folder.put_in_use(State("0001", sha256))
    return folder.root


@pytest.fixture
def incident() -> dict[str, Any]:
    return {"type_code": "VANDAL", "address": "104 Elm St", "status": "active",
            "received_at": "2026-05-01T22:10:00Z"}  # fmt: skip


@pytest.fixture
def ask(tmp_path: Path, geofile: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command over lines; gives exit code and answers."""

    def asked(*lines: Any, options: tuple[str, ...] = ()) -> tuple[int, list[Any]]:
        texts = [one if isinstance(one, str) else json.dumps(one) for one in lines]
        file = tmp_path / "incidents.jsonl"
        file.write_text("".join(f"{text}\n" for text in texts))
        given = options or ("--geofile", str(geofile))
        profile = ("--profile", str(tmp_path / "profile"))
        words = (*profile, "release", "preview", str(file), "--now", NOW, "--json")
        code = run([*words, *given])
        said = capsys.readouterr()
        assert said.err == ""
        return code, [json.loads(text) for text in said.out.splitlines()]

    return asked


def test_an_answer_has_what_the_contract_says(
    ask: Any, incident: dict[str, Any]
) -> None:
    code, (answer,) = ask(incident)
    assert code == 0
    assert answer["eligible"] is True
    assert answer["reasons"] == []
    assert answer["item"]["text"].startswith(
        "Property damage reported this evening, between 6 and 7 pm. Place: "
    )
    assert list(answer["encodings"]) == CHANNELS
    assert all(isinstance(body, str) for body in answer["encodings"].values())
    assert answer["withheld"]["address"] == "region_instead"
    assert len(answer["policy"]["sha256"]) == len(answer["tree"]) == 64


def test_withheld_has_no_item(ask: Any, incident: dict[str, Any]) -> None:
    code, (answer,) = ask({**incident, "type_code": "DVA"})
    assert code == 0
    assert answer["eligible"] is False
    assert answer["reasons"] == ["class_never"]
    assert answer["item"] is None
    assert answer["encodings"] == dict.fromkeys(CHANNELS)
    assert answer["withheld"]["type_code"] == "class_never"
    assert answer["withheld"]["place"] == "whole_row_withheld"


def test_one_answer_a_line_in_order(ask: Any, incident: dict[str, Any]) -> None:
    code, answers = ask(incident, "nope", "", {**incident, "status": "?"}, "[]")
    assert code == 1
    errors = [answer.get("error") for answer in answers]
    assert errors == [None, "not JSON", "not JSON", None, "not an object"]
    assert answers[3]["reasons"] == ["unknown_status"]


def test_any_other_key_changes_no_byte(ask: Any, incident: dict[str, Any]) -> None:
    wild = {"narrative": "Jane 845-555-0143", "caller_name": ["x"], "zz": {"a": {}}}
    deep = json.dumps(incident)[:-1] + ', "deep": ' + "[" * 9999 + "]" * 9999 + "}"
    _, answers = ask(incident, {**wild, **incident}, deep)
    assert answers[0] == answers[1] == answers[2]


def test_without_a_tree_nothing_leaves(
    ask: Any, incident: dict[str, Any], tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for options in (("--geofile", str(empty)), ("--phrase", "plain")):
        code, (answer,) = ask(incident, options=options)
        assert code == 0
        assert answer["reasons"] == ["no_place_tree"]
        assert answer["tree"] is None
    assert not (tmp_path / "profile").exists()  # a look makes no profile


def test_a_damaged_tree_is_said(
    incident: dict[str, Any], geofile: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "geofile.json").write_bytes((geofile / "geofile.json").read_bytes())
    file = tmp_path / "one.jsonl"
    file.write_text(json.dumps(incident))
    code = run(["release", "preview", str(file), "--geofile", str(tmp_path)])
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert "place_tree.json cannot be read" in said.err


def test_protected_places_of_the_folder(
    ask: Any, incident: dict[str, Any], geofile: Path
) -> None:
    latitude, longitude = _spot(2, 2)
    path = geofile / "protected_places.toml"
    path.write_text(f"[[place]]\nlatitude = {latitude}\nlongitude = {longitude}\n")
    try:
        _, answers = ask(incident, {**incident, "address": "9 Nowhere Rd"})
    finally:
        path.unlink()
    assert answers[0] == answers[1]
    assert answers[0]["reasons"] == ["no_place"]


def test_another_policy_and_phrase(
    ask: Any, incident: dict[str, Any], geofile: Path, tmp_path: Path
) -> None:
    from importlib import resources

    text = (resources.files("aliquot.resources") / "policy/default.toml").read_text()
    own = tmp_path / "own.toml"
    own.write_text(text.replace('"vandalism", ', ""))
    where = ("--geofile", str(geofile))
    _, (answer,) = ask(incident, options=(*where, "--policy", str(own)))
    assert answer["reasons"] == ["not_in_policy"]
    _, (answer,) = ask(incident, options=(*where, "--phrase", "lock_up"))
    assert answer["item"]["text"].endswith("Please lock doors and vehicles.")


@pytest.mark.parametrize(
    "options",
    [("--now", "tonight"), ("--phrase", "shout"), ("--policy", "none.toml"),
     ("--geofile", "none")],
)  # fmt: skip
def test_usage(
    options: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text("{}\n")
    assert run(["release", "preview", str(file), "--json", *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert options[1] in said.err


def test_standard_input_and_words(
    incident: dict[str, Any], geofile: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    lines = [json.dumps(incident), json.dumps({**incident, "type_code": "SUSP"}), "x"]
    raw = io.BytesIO("\ufeff".encode() + "\r\n".join(lines).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
    words = ["release", "preview", "-", "--geofile", str(geofile), "--now", NOW]
    assert run(words) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("would leave  Property damage reported")
    assert shown[0].endswith("[neighbors, cap, geojson, atom, socrata]")
    assert shown[1:] == ["withheld   class_never", "error      not JSON"]
