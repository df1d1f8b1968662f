"""Imports that are stopped by a disk or a person leave the old geofile whole."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from geo_samples import (
    content,
    point_shapes,
    scattered,
    write_points,
    write_town,
)

from aliquot.console.clock import ManualClock, SystemClock
from aliquot.console.geo.geofile_folder import GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.problems import KnownProblem


def run(source: Path, folder: GeofileFolder) -> dict[str, Any]:
    report = import_geofile(source, folder, ManualClock())
    for layer in report["layers"].values():
        assert layer["rows"] == layer["used"] + layer["rejected"]
    return report


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    write_points(tmp_path / "x.gpkg", point_shapes(scattered(9, 1)))
    with pytest.raises(KnownProblem, match="cannot be written") as caught:
        run(tmp_path / "x.gpkg", GeofileFolder(tmp_path / "file" / "geofile"))
    assert (caught.value.code, caught.value.exit_code) == ("geofile_disk", 4)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Makes disks of so many KiB."""
    made: list[Path] = []

    def make(size: int) -> Path:
        goal = tmp_path / f"disk{len(made)}"
        goal.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(goal)]
        if os.geteuid():
            pytest.skip("only root may mount a small disk")
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("no right to mount a small disk")
        made.append(goal)
        return goal

    yield make
    for goal in made:
        subprocess.run(["umount", str(goal)], check=True)


@pytest.mark.parametrize("spare", [0, 64, 250])
def test_a_full_disk(
    spare: int, tmp_path: Path, small_disk: Callable[[int], Path]
) -> None:
    """Full at once, in the tree or in the tables: the old one stays, whole."""
    write_town(tmp_path / "town.gpkg")
    write_points(tmp_path / "other.gpkg", point_shapes(scattered(900, 1)))
    disk = small_disk(4_096)
    folder = GeofileFolder(disk / "geofile")
    run(tmp_path / "town.gpkg", folder)
    before = content(folder.root)
    left = shutil.disk_usage(disk).free - spare * 1024
    (disk / "filler").write_bytes(bytes(left))
    with pytest.raises(KnownProblem) as caught:
        run(tmp_path / "other.gpkg", folder)
    assert (caught.value.code, caught.value.exit_code) == ("geofile_disk", 4)
    assert content(folder.root) == before
    (disk / "filler").unlink()
    assert run(tmp_path / "other.gpkg", folder)["usable"]


@pytest.mark.parametrize(
    "after", ["reading", "checking", "level 1", "describing", "writing"]
)
def test_an_interrupt_at_any_step(after: str, tmp_path: Path) -> None:
    """A real one, sent to the command as soon as it says where it is."""
    source, out = tmp_path / "town.gpkg", tmp_path / "out"
    write_town(source)
    import_geofile(source, GeofileFolder(out), SystemClock())
    before = content(out)
    write_points(source, point_shapes(scattered(4_000, 1)))
    command = [
        sys.executable,
        "-m",
        "aliquot.console",
        "geofile",
        "import",
        source,
        "--out",
        out,
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(after):
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in rest
    assert content(out) == before
    assert not list(out.rglob(".new-*"))
