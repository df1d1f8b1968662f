"""The lab as the window has it: it hands it the acts of the lab, and Esc."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.arrangement import Perspective
from aliquot.widgets.lab.panel import LabPanel

ACTS = (Act.LAB_OPEN, Act.LAB_LEARN, Act.LAB_SAVE, Act.LAB_CASE, Act.LAB_REPORT)
ELSEWHERE = "That is done in the line lab: {key} goes there."


class LabSide(QObject):
    """The window hands it the acts of the lab."""

    def __init__(self, panel: LabPanel, book: ActionBook, parent: QObject) -> None:
        super().__init__(parent)
        self.panel, self._book = panel, book
        self.perspective = Perspective.DESK

    @staticmethod
    def knows(act: Act) -> bool:
        return act in ACTS

    def do(self, act: Act, say: Callable[[str, bool], None]) -> None:
        if self.perspective is Perspective.LAB:
            self.panel.do(act)
        else:
            say(ELSEWHERE.format(key=self._book.key_text(Act.LAB)), True)

    def back(self) -> bool:
        return self.perspective is Perspective.LAB and self.panel.back()

    def turned(self, perspective: Perspective) -> None:
        self.perspective = perspective
        if perspective is Perspective.LAB:
            self.panel.entered()
        elif self.panel.bench is not None:
            self.panel.bench.play(False)

    def close(self) -> None:
        if self.panel.bench is not None:
            self.panel.bench.close()
