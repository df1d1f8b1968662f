"""Whoever reads standard output may stop: a real pipe whose reader is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ALIQUOT = (sys.executable, "-m", "aliquot.console")
PATIENCE_S = 120.0
DEMO = Path(__file__).parents[2] / "resources" / "demo" / "halden.rec"


def unread(*words: object, **settings: str) -> tuple[int, str]:
    """The command, printing to where nobody reads: its exit code and stderr."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = subprocess.run(
            [*ALIQUOT, *map(str, words)],
            check=False,
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_S,
            env={**os.environ, **settings},
        )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("mappings",),
        ("calls", "export"),
        ("line", "link", "show"),
        ("line", "parse", DEMO, "--json"),
        ("line", "replay", DEMO, "--speed", "max"),
        ("doctor", "--help"),
        ("--version",),
    ],
    ids=lambda words: " ".join(str(word) for word in words[:2]),
)
def test_who_stops_reading_ends_a_command_quietly(
    words: tuple[object, ...], own_home: Path
) -> None:
    assert unread(*words) == (0, "")


def test_a_reader_that_takes_one_line_gets_it(own_home: Path) -> None:
    shell = f'set -o pipefail; "$0" -m aliquot.console line replay "{DEMO}" --json'
    done = subprocess.run(
        ["bash", "-c", f"{shell} | head -n 1", sys.executable],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith("{")


def test_what_is_wrong_is_said_all_the_same(own_home: Path, tmp_path: Path) -> None:
    code, said = unread("line", "parse", tmp_path / "none.txt")
    assert code == 2
    assert "none.txt" in said


def test_the_console_without_a_screen_ends_when_nobody_reads(own_home: Path) -> None:
    code, said = unread("core", "--json", "--seconds", "0.2")
    assert (code, said) == (0, "")


def in_shell(redirected: str, *words: str, **settings: str) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "-c", f'"$@" {redirected}', "bash", *ALIQUOT, *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env={**os.environ, **settings},
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_a_stream_that_the_caller_closed_is_no_fault(
    closed: str, own_home: Path
) -> None:
    assert in_shell(closed, "mappings") == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", [("--help",), ("mappings", "--json")])
def test_output_that_a_full_disk_does_not_take_is_said_in_a_sentence(
    words: tuple[str, ...], own_home: Path
) -> None:
    code, said = in_shell("> /dev/full", *words)
    assert code == 4
    assert said.startswith("Standard output or a file cannot be written: the disk is")
    assert "Traceback" not in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_mistake_has_its_exit_code_though_nobody_can_be_told(own_home: Path) -> None:
    assert in_shell("2> /dev/full", "nonsense")[0] == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_ends_the_output_of_the_core_and_not_the_core(
    own_home: Path,
) -> None:
    code, said = in_shell("> /dev/full", "core", "--json", "--until-idle")
    assert code == 0
    assert "It goes on in silence." in said


def test_what_goes_out_is_utf_8_in_every_locale(own_home: Path, tmp_path: Path) -> None:
    missing = str(tmp_path / "n\u00e4chster.txt")
    code, said = in_shell("", "line", "parse", missing, PYTHONIOENCODING="ascii")
    assert (code, missing in said) == (2, True)
    file = tmp_path / "help.txt"
    words = ("line", "replay", "--help")
    assert in_shell(f'> "{file}"', *words, PYTHONIOENCODING="ascii") == (0, "")
    assert "\u2026" in file.read_text(encoding="utf-8")


def test_work_is_done_though_nobody_reads_what_is_said_of_it(
    own_home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "export.csv"
    file.write_text("id,received\nX1,2026-01-01T00:00:00Z\n")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = subprocess.run(
            [*ALIQUOT, "calls", "import", str(file), "--json"],
            check=False,
            stdout=subprocess.PIPE,
            stderr=pipe,
            text=True,
            timeout=PATIENCE_S,
        )
    assert done.returncode == 0
    assert '"imported":1' in done.stdout
