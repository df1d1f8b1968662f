"""A display that is named and is not there is said, and is no crash."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from aliquot.console.cli.main import run
from aliquot.console.demo import screen

NOBODY = ":7719"


@pytest.mark.parametrize("command", ["console", "demo"])
def test_a_display_at_which_nobody_answers(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DISPLAY", NOBODY)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert run(["--profile", str(tmp_path / "p"), command]) == 4
    assert f"nobody answers at DISPLAY={NOBODY}" in capsys.readouterr().err
    assert not (tmp_path / "p").exists()


def test_a_display_that_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "X_SOCKETS", str(tmp_path))
    assert screen.unanswered({"DISPLAY": ":3"}) == ":3"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "X3"))
        server.listen()
        assert screen.unanswered({"DISPLAY": ":3"}) is None
        assert screen.unanswered({"DISPLAY": ":3.0"}) is None


def test_what_is_no_x_display_is_left_to_qt() -> None:
    for environment in (
        {},
        {"DISPLAY": NOBODY, "WAYLAND_DISPLAY": "wayland-0"},
        {"DISPLAY": NOBODY, "QT_QPA_PLATFORM": "offscreen"},
    ):
        assert screen.unanswered(environment) is None
