"""`aliquot demo` and `aliquot console` as programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LONGEST_S = 1800  # the tour on a busy machine


def aliquot(
    *arguments: str, screen: bool = True, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    if screen:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    if folder is not None:
        environment["TMPDIR"] = str(folder)
    return subprocess.run(
        [sys.executable, "-m", "aliquot.console", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


def test_the_demonstration_leaves_by_itself_and_nothing_behind(tmp_path: Path) -> None:
    done = aliquot("--debug", "demo", "--speed", "4", "--seconds", "2", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.glob("aliquot-demo-*")) == []


def test_a_console_without_a_display_says_so() -> None:
    done = aliquot("console", screen=False)
    assert done.returncode == 4
    assert done.stdout == ""
    assert "DISPLAY" in done.stderr
    assert "aliquot core" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "--cti", __file__),
        ("demo", "--speed", "0"),
        ("demo", "--stream", "/no/such/file"),
        ("console", "--as", "R. Ashgrove"),
        ("console", "--as", "R. Ashgrove", "--password-file", "/no/such/file"),
    ],
)
def test_what_cannot_be_is_refused_at_once(arguments: tuple[str, ...]) -> None:
    done = aliquot(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_nobody_signs_in_with_a_wrong_password(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("wrong\n")
    profile = str(tmp_path / "profile")
    done = aliquot(
        *("--profile", profile, "console"),
        *("--as", "Robin Ashgrove", "--password-file", str(secret)),
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.long
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
def test_the_tour_makes_all_its_stops(tmp_path: Path) -> None:
    done = aliquot("demo", "--tour", str(tmp_path / "tour"), screen=False)
    assert done.returncode == 0, done.stderr
    assert "There is no display" in done.stderr
    pictures = sorted(p.name for p in (tmp_path / "tour").glob("*.png"))
    index = (tmp_path / "tour" / "index.md").read_text()
    assert len(pictures) > 40
    for seen in ("receipt", "retracted", "second-window", "embargoed"):
        assert any(name.endswith(f"-{seen}.png") for name in pictures), seen
    assert all(name in index for name in pictures)
    assert all((tmp_path / "tour" / n).stat().st_size > 20_000 for n in pictures)
