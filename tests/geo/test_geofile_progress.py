"""How far an import is: every long step says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from geo_samples import write_town

from aliquot.console.clock import ManualClock
from aliquot.console.geo import progress
from aliquot.console.geo.geofile_folder import GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geo.progress import counted

STEPS = ("reading", "taking", "checking ranges", "checking addresses", "gathering",
         "joining parcels", "cutting regions", "rounding regions", "drawing outlines",
         "joining outlines", "placing regions", "naming regions", "writing segments",
         "writing addresses", "writing map tiles")  # fmt: skip


def test_every_long_step_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a clock on which every item takes as long as a line is waited for."""
    now = iter(range(0, 10**9, 10))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    write_town(tmp_path / "town.gpkg")
    said: list[str] = []
    folder = GeofileFolder(tmp_path / "geofile")
    import_geofile(tmp_path / "town.gpkg", folder, ManualClock(), said.append)
    assert [s for s in STEPS if not any(line.startswith(s) for line in said)] == []


def test_what_is_quick_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress.time, "monotonic", lambda: 5.0)
    said: list[str] = []
    assert list(counted("abc", 3, "spelling", said.append)) == ["a", "b", "c"]
    assert said == []


def test_how_far_of_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 1.0, 2.5, 3.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    said: list[str] = []
    list(counted("abc", 3_000, "spelling", said.append))
    assert said == ["spelling: 1 of 3,000"]
