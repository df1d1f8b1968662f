"""Which part of the recording the strip shows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot

from aliquot.widgets.signals import SignalOf

FACTOR = 2.0
_LEAST = 1e-7
LEAST_S = 2.0
STEP = 0.5  # of what is seen


@dataclass(frozen=True, slots=True)
class Part:
    """Places along the recording, 0 to 1; ``begin`` < ``end``."""

    begin: float = 0.0
    end: float = 1.0

    @property
    def width(self) -> float:
        return self.end - self.begin

    @property
    def whole(self) -> bool:
        return self.width >= 1.0

    def has(self, place: float) -> bool:
        return self.begin <= place <= self.end

    def scaled(self, factor: float, at: float, least: float = _LEAST) -> Part:
        """So many times as wide; ``at`` stays where it is seen."""
        width = min(1.0, max(self.width * factor, least))
        share = (at - self.begin) / self.width
        return _inside(at - share * width, width)

    def moved(self, by: float) -> Part:
        """``by`` in widths of what is seen."""
        return _inside(self.begin + by * self.width, self.width)

    def around(self, place: float) -> Part:
        return _inside(place - self.width / 2, self.width)


def _inside(begin: float, width: float) -> Part:
    begin = min(max(0.0, begin), 1.0 - width)
    return Part(begin, begin + width)


class Zoom(QObject):
    """The part that is seen; one for the strip, the map below it and the words."""

    changed = SignalOf[Part](object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.part = Part()
        self.least = _LEAST

    def begin(self, duration_s: float) -> None:
        """Another recording: all of it, and as near as two seconds."""
        self.least = min(1.0, LEAST_S / duration_s) if duration_s > 0 else _LEAST
        self.all()

    def set(self, part: Part) -> None:
        if part != self.part:
            self.part = part
            self.changed.emit(part)

    def scale(self, factor: float, at: float) -> None:
        self.set(self.part.scaled(factor, at, self.least))

    def move(self, by: float) -> None:
        self.set(self.part.moved(by))

    @Slot()
    def all(self) -> None:
        self.set(Part())

    def follow(self, place: float) -> None:
        """The cursor is seen, wherever it goes."""
        if not self.part.has(place):
            self.set(self.part.around(place))
