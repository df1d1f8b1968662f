"""`aliquot cameras`, as a script sees it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aliquot.console import remote
from aliquot.console.cameras import importing
from aliquot.console.cli import cameras_watch
from aliquot.console.cli.main import run
from aliquot.console.remote import carry_out

ALIQUOT = (sys.executable, "-m", "aliquot.console")
PATIENCE_S = 30.0

CSV = """camera_id,latitude,longitude,azimuth,fov,says
a,-33.8600,-151.2000,0,90,yes
b,-33.8605,-151.2000,,,yes
c,-33.8601,-151.2001,90,90,no
d,bad,-151.2,,,yes
"""
MAPPING = """
[columns]
camera_id = "camera_id"
latitude = "latitude"
longitude = "longitude"
azimuth_deg = "azimuth"
field_of_view_deg = "fov"
consent = "says"
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "cameras.csv"
    path.write_text(CSV)
    return str(path)


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING)
    return str(path)


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def test_an_import_without_consent_lists_nobody(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["cameras", "import", file, "--json"]) == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert (report["read"], report["imported"], report["repaired"]) == (4, 3, 0)
    assert report["rejected"] == [{"row": 4, "reason": "latitude is no number: bad"}]
    assert 'camera_id = "camera_id"' in err
    place = ["cameras", "near", "-33.86", "-151.2", "--radius", "1000", "--json"]
    assert run(place) == 1
    assert said(capsys) == {"cameras": []}


def test_listed_ones_are_near(
    file: str, mapping: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["cameras", "import", file, "--mapping", mapping, "--json"]) == 0
    assert said(capsys)["listed"] == 2
    assert run(["cameras", "near", "-33.8598", "-151.2", "--json"]) == 0
    found = said(capsys)["cameras"]
    assert found == [
        {"id": "a", "distance_m": 22.18, "bearing_deg": 180.0, "facing": True},
        {"id": "b", "distance_m": 77.64, "bearing_deg": 180.0, "facing": None},
    ]
    assert run(["cameras", "near", "-33.8602", "-151.2", "--radius", "25"]) == 0
    assert capsys.readouterr().out == "a\t22 m\t000°\tnot facing\n"


def test_the_same_file_again_adds_nothing(
    file: str, mapping: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for times, imported in ((1, 3), (2, 0)):
        assert run(["cameras", "import", file, "--mapping", mapping, "--json"]) == 0
        assert said(capsys)["imported"] == imported, times
        assert run(["log", "verify", "--json"]) == 0
        assert said(capsys)["events"] == 5


def test_words_for_a_person(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cameras", "import", file]) == 0
    out = capsys.readouterr().out
    assert "4 read, 3 imported, 0 repaired, 0 unchanged, 1 rejected" in out
    assert "row 4 rejected: latitude is no number: bad" in out


@pytest.mark.parametrize(
    "words",
    [
        ["import", "no-such-file.csv"],
        ["import", "{file}", "--mapping", "no-such.toml"],
        ["near", "91", "0"],
        ["near", "nan", "0"],
        ["near", "0"],
        ["near", "0", "x"],
        ["near", "0", "0", "--radius", "-1"],
        ["near", "0", "0", "--radius", "inf"],
    ],
)
def test_usage_is_exit_2(
    words: list[str], file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["cameras", *(w.format(file=file) for w in words)]) == 2
    out, err = capsys.readouterr()
    assert (out, bool(err)) == ("", True)


def test_columns_that_are_not_certain_are_exit_2(
    tmp_path: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("number,lat,lon\n1,2,3\n")
    assert run(["cameras", "import", str(path), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "not certain" in err
    assert 'latitude = "lat"' in err
    assert not (own_home / "profile" / "log.sqlite").exists()


def test_nothing_usable_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "none.csv"
    path.write_text("id,lat,lon\n1,,\n")
    assert run(["cameras", "import", str(path), "--json"]) == 1
    assert said(capsys)["rejected"] == [{"row": 1, "reason": "no position"}]


def test_a_profile_without_a_log_has_none_near(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["cameras", "near", "-33", "-151", "--json"]) == 1
    assert said(capsys) == {"cameras": []}
    assert [p.name for p in (own_home / "profile").iterdir()] == ["profile.toml"]


def test_both_work_beside_a_running_console(
    file: str, mapping: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*ALIQUOT, "core", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["core"] == "running"
            words = ["cameras", "import", file, "--mapping", mapping, "--json"]
            assert run(words) == 0
            assert said(capsys)["listed"] == 2
            assert run(["cameras", "near", "-33.86", "-151.2", "--json"]) == 0
            assert len(said(capsys)["cameras"]) == 2  # type: ignore[arg-type]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupt_leaves_what_was_done_and_nothing_half(
    times: int,
    tmp_path: Path,
    mapping: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once: after the cameras at hand. Twice: at once, and those are undone."""
    head, rows = CSV.splitlines()[0], [f"c{n},-33.86,-151.2,0,90,yes" for n in range(9)]
    file = tmp_path / "many.csv"
    file.write_text("\n".join([head, *rows]))
    monkeypatch.setattr(importing, "ALONE", 4)
    monkeypatch.setattr(cameras_watch, "TOLD_EVERY_S", 0.0)
    carried: list[str] = []

    def interrupted(*given: Any) -> Any:
        carried.append(type(given[2]).__name__)
        outcome = carry_out(*given)
        if len(carried) == 3:  # the second four are registered, and not listed yet
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
        return outcome

    with monkeypatch.context() as patch:
        patch.setattr(remote, "carry_out", interrupted)
        words = ["cameras", "import", str(file), "--mapping", mapping, "--json"]
        assert run(words) == 130
    out, err = capsys.readouterr()
    assert "4 of 9 rows" in err
    if times == 1:
        report = json.loads(out)
        assert (report["imported"], report["listed"], report["left"]) == (8, 8, 1)
    assert run(["log", "verify", "--json"]) == 0
    said(capsys)
    assert run(words) == 0
    report = said(capsys)
    assert report["unchanged"] == 8
    assert report["listed"] == (1 if times == 1 else 5)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_standard_input(mapping: str) -> None:
    command = [*ALIQUOT, "cameras", "import", "-", "--mapping", mapping, "--json"]
    asked = subprocess.run(
        command,
        input=CSV.encode(),
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert asked.returncode == 0
    assert json.loads(asked.stdout)["imported"] == 3
