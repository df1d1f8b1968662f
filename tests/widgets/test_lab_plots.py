"""The lab's plots are drawn one after the other, however slowly they are painted."""

from __future__ import annotations

from typing import Any

import pytest
from lab_seat import body, open_recording, rest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from aliquot.widgets.lab import plots

Seat = Any


class Watch(QObject):
    """Notes when a plot is drawn and when it is painted."""

    def __init__(self, rail: Any, patch: pytest.MonkeyPatch) -> None:
        super().__init__(rail)
        self.noted: list[tuple[str, int]] = []
        self.views = [plot.plot.viewport() for plot in rail.plots]
        for view in self.views:
            view.installEventFilter(self)
        draw = rail._draw

        def noted(at: int) -> None:
            self.noted.append(("drawn", at))
            draw(at)

        patch.setattr(rail, "_draw", noted)

    def eventFilter(  # noqa: N802 - Qt's name
        self, watched: QObject, event: QEvent
    ) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.noted.append(("painted", self.views.index(watched)))
        return False


def test_no_plot_is_drawn_before_the_one_before_it_is_painted(
    lab_seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four paintings in one turn of the window would be felt at its keys."""
    seat = lab_seat
    open_recording(seat)
    rest(seat)
    rail = body(seat).plots
    body(seat).show_part(rail)  # which makes them
    seat.until(lambda: rail.isVisible() and len(rail.plots) == len(plots.KINDS))
    monkeypatch.setattr(plots, "PAINT_MS", 1_000_000)  # no plot is given up here
    monkeypatch.setattr(plots, "APART_MS", 0)
    seat.until(lambda: not rail._soon.isActive())
    watch = Watch(rail, monkeypatch)
    rail.setUpdatesEnabled(False)  # as slow as a painting can be
    seat.until(lambda: not (rail._painted.isActive() or rail._soon.isActive()))
    QApplication.processEvents()
    watch.noted.clear()
    rail._show_recording()
    seat.until(lambda: bool(watch.noted))
    for _ in range(20):
        QApplication.processEvents()
    assert watch.noted == [("drawn", 0)]
    rail.setUpdatesEnabled(True)
    seat.until(lambda: ("drawn", 3) in watch.noted)
    assert [at for what, at in watch.noted if what == "drawn"] == [0, 1, 2, 3]
    for at in (0, 1, 2):
        begin = watch.noted.index(("drawn", at))
        end = watch.noted.index(("drawn", at + 1))
        assert ("painted", at) in watch.noted[begin:end]
