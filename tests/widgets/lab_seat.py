"""The line lab at hand: in the whole window, or alone in one that holds nothing else.

Both are a ``Seat``; what a test of the lab asks for it finds here for either.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from aliquot.console.domain.lab import Lab
from aliquot.widgets.actions import Act, ActAsked, ActionBook
from aliquot.widgets.arrangement import Arrangement, Perspective
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.lab.bench import Bench
from aliquot.widgets.lab.panel import LabPanel
from aliquot.widgets.lab.side import LabSide
from aliquot.widgets.theme.look import Look

CTRL = Qt.KeyboardModifier.ControlModifier
K = Qt.Key
Seat = Any
RECORDING = Path(__file__).parents[2] / "resources" / "demo" / "halden.rec"
CALLBACK = "callback_number"


class LabWindow(QMainWindow):
    """The lab with its keys and no desk: a third of the time. Arranged as on a small
    screen, where plots are made when somebody turns to them."""

    def __init__(self, lab: Lab, bridge: Bridge, look: Look) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.book = ActionBook({}, self)
        panel = LabPanel(lab, bridge, self.book, look)
        panel.set_kind(Arrangement.COMPACT)
        self.lab = LabSide(panel, self.book, self)
        self.setCentralWidget(panel)
        self.book.asked.connect(self._asked)

    def enter(self) -> None:
        self.lab.turned(Perspective.LAB)

    def leave(self) -> None:
        """As a window leaves."""
        self.lab.close()

    @Slot(object)
    def _asked(self, asked: ActAsked) -> None:
        if self.lab.knows(asked.act):
            self.lab.do(asked.act, self._say)
        elif asked.act is Act.BACK:
            self.lab.back()

    def _say(self, text: str, bad: bool) -> None:
        raise AssertionError(text)


def panel(seat: Seat) -> LabPanel:
    found = seat.window.lab.panel
    assert isinstance(found, LabPanel)
    return found


def bench(seat: Seat) -> Bench:
    found = panel(seat).bench
    assert isinstance(found, Bench)
    return found


def body(seat: Seat) -> Any:
    return panel(seat).body


def said(seat: Seat) -> str:
    return panel(seat).said.text()


def rest(seat: Seat) -> None:
    """Until the lab has done all, pauses in typing too."""
    pane = body(seat).layout_pane
    seat.until(lambda: not pane._pause.isActive())
    seat.until(lambda: not bench(seat).is_busy)
    seat.until(lambda: not panel(seat)._fresh.isActive())
    seat.until(lambda: not pane._pause.isActive() and not bench(seat).is_busy)
    QApplication.processEvents()


def open_recording(seat: Seat, path: Path = RECORDING) -> None:
    """As a person does it, by keys."""
    seat.key(K.Key_O, CTRL)
    seat.focus.clear()
    seat.type(str(path))
    QTest.keyClick(panel(seat).ask.entry, K.Key_Return)
    rest(seat)


def put_recording(seat: Seat, path: Path = RECORDING) -> None:
    """Where it is not about the keys; the focus is the list's."""
    panel(seat).open_path(str(path))
    seat.until(lambda: not bench(seat).is_busy)
    QApplication.processEvents()
