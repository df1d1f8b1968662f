"""Text that is cut where it has no room, and then says all of it in its tip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy

LEAST = 4  # letters that are left of it, and the dots


class ElidedLabel(QLabel):
    """``text`` is always the whole; only what is painted is cut. It asks for all of its
    width and makes do with little: it holds no window open."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Preferred)

    @property
    def is_cut(self) -> bool:
        return self.shown != self.text()

    @property
    def shown(self) -> str:
        """What is painted in the room there is."""
        wide = self.contentsRect().width()
        right = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(self.text(), right, wide)

    def minimumSizeHint(self) -> QSize:
        text = self.text()
        metrics, full = self.fontMetrics(), super().minimumSizeHint()
        cut = text[:LEAST].rstrip() + "…" if len(text) > LEAST else text
        spare = full.width() - metrics.horizontalAdvance(text)
        least = metrics.horizontalAdvance(cut) + max(0, spare)
        return QSize(min(full.width(), least), full.height())

    def event(self, event: QEvent) -> bool:
        """Pointed at and cut: all of it. One that is whole leaves the tip to what it
        stands in."""
        if event.type() == QEvent.Type.ToolTip and not self.toolTip():
            event.ignore()
            return False
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.contentsRect(), side, self.shown)
        painter.end()


class SentenceLabel(QLabel):
    """A sentence in as many lines as its height has room for, the last one cut with
    dots. Like its line it asks for no height, so that what it says moves nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Ignored)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 0)

    @property
    def shown(self) -> tuple[str, ...]:
        """The lines that are painted."""
        room, high = self.contentsRect(), self.fontMetrics().lineSpacing()
        most = max(1, room.height() // high)
        return lines_of(self.text(), self.font(), room.width(), most)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.contentsRect(), side, "\n".join(self.shown))
        painter.end()


class BriefLabel(QLabel):
    """A sentence in as many lines as it needs, up to so many, the last one cut with
    dots; ``text`` and the tip of one that is cut are always the whole."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)  # else its height does not follow its width

    def set_most(self, most: int) -> None:
        if most != self._most:
            self._most = most
            self.updateGeometry()
            self.update()

    @property
    def shown(self) -> tuple[str, ...]:
        """The lines that are painted."""
        return self._lines(self.contentsRect().width())

    @property
    def is_cut(self) -> bool:
        return bool(self.shown) and self.shown[-1].endswith("…")

    def heightForWidth(self, width: int) -> int:
        edges = self.contentsMargins()
        lines = len(self._lines(width - edges.left() - edges.right()))
        high = max(1, lines) * self.fontMetrics().lineSpacing()
        return high + edges.top() + edges.bottom()

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(wide, self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().lineSpacing())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(self.text() if self.is_cut else "")
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.contentsRect(), side, "\n".join(self.shown))
        painter.end()

    def _lines(self, width: int) -> tuple[str, ...]:
        return lines_of(self.text(), self.font(), max(1, width), self._most)


def lines_of(text: str, font: QFont, width: int, most: int) -> tuple[str, ...]:
    """At most so many lines of so many pixels, the last one cut with dots."""
    metrics, out = QFontMetrics(font), list[str]()
    for start, length in _broken(QTextLayout(text, font), width):
        if len(out) == most - 1:
            right = Qt.TextElideMode.ElideRight
            return (*out, metrics.elidedText(text[start:], right, width))
        out.append(text[start : start + length].rstrip())
    return tuple(out)


def _broken(layout: QTextLayout, width: int) -> list[tuple[int, int]]:
    """(start, length) of each line of so many pixels; words are kept whole where
    one of them fits."""
    wrap = QTextOption()
    wrap.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(wrap)
    out = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        out.append((line.textStart(), line.textLength()))
    layout.endLayout()
    return out
