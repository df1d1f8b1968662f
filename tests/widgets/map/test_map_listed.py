"""From an owner's word to the page and off it again, through the whole program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from aliquot.console import app
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.cameras import Camera
from aliquot.console.profile import Profile
from aliquot.console.settings import Settings, StorageSettings
from aliquot.widgets.map.panel import MapPanel

PATIENCE_MS = 30_000
Probe = Callable[[MapPanel], dict[str, Any]]


@pytest.fixture
def made(tmp_path: Path, web_engine: None) -> Iterator[app.Application]:
    profile = Profile.open(tmp_path / "profile")
    storage = StorageSettings(reserve_mb=0)
    profile.save_settings(Settings(positions=("01",), desk="01", storage=storage))
    built = app.build(profile, settings_path=tmp_path / "w.toml")
    yield built
    assert built.shutdown() == []


def test_a_camera_is_on_the_page_while_its_owner_lets_it_be(
    made: app.Application, qtbot: QtBot, probe: Probe
) -> None:
    panel = made.map_panel
    assert panel is not None
    made.show()
    qtbot.waitUntil(lambda: panel.is_current(), timeout=PATIENCE_MS)

    def on_page(count: int) -> None:
        def there() -> bool:
            return bool(probe(panel)["layers"]["listed"] == count)

        qtbot.waitUntil(there, timeout=PATIENCE_MS)

    places = (("SECRET", 43.9), ("a", 43.91), ("b", 43.92))
    cameras = tuple(
        Camera(camera_id=name, latitude=north, longitude=-75.4)
        for name, north in places
    )
    call = made.core.call  # type: ignore[attr-defined]
    call(cmd.RegisterCameras(cameras=cameras))
    call(cmd.ListCameras(camera_ids=("a", "b"), terms_sha256="ab" * 32))
    on_page(2)
    assert list(panel.cameras.ids) == ["a", "b"]
    call(cmd.UnlistCameras(camera_ids=("a",), channel="owner", reason="asked"))
    on_page(1)
    assert list(panel.cameras.ids) == ["b"]
    assert b"SECRET" not in panel.cameras.packed
    call(cmd.UnlistCameras(camera_ids=("b",), channel="owner", reason="asked"))
    on_page(0)
    assert len(panel.cameras.packed) == 0
