"""Two columns: what the desk knows, and what leaves. A line joins each code to the
words it became; what stays is struck through below the reason why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QPointF, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from aliquot.console.domain.events import Json
from aliquot.widgets.parts import label
from aliquot.widgets.release import saying
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

NO_PART = "It has no part in a release."
POINT = "point"
_ORDER = ("category", "place", POINT, "time", "status", "region")


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides of one release. ``why_nothing`` are sentences when nothing leaves."""

    knows: Mapping[str, Json] = field(default_factory=dict)
    leaves: Mapping[str, Json] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)
    became: Mapping[str, str] = field(default_factory=dict)
    region: str = ""  # its size in words
    why_nothing: tuple[str, ...] = ()


_BREAK = 8  # letters of a long word that stay together


def stays(pair: Pair) -> list[tuple[str, list[str]]]:
    """Fields that stay, by the reason in words, in the order of the incident."""
    groups: dict[str, list[str]] = {}
    for name in pair.knows:
        if name in pair.became:
            continue
        code = pair.withheld.get(name)
        reason = saying.withheld_text(code) if code else NO_PART
        groups.setdefault(reason, []).append(name)
    return sorted(groups.items(), key=_largest_last)


def turns(pair: Pair) -> list[tuple[str, str]]:
    """(field, key of the item) that a line joins, in the order of the item."""
    known = [(f, k) for f, k in pair.became.items() if f in pair.knows]
    return sorted(known, key=_by_item)


def shown_keys(leaves: Mapping[str, Json]) -> list[str]:
    """Keys of the item that say something of their own; the sentence stands last."""
    hidden = (*saying.BYTES_ONLY, "text", "latitude", "longitude")
    own = [k for k in leaves if k not in hidden]
    if "latitude" in leaves:
        own.append(POINT)
    return sorted(own, key=_rank)


def leaf_text(leaves: Mapping[str, Json], key: str) -> str:
    """The value of a shown key; both coordinates of the point as one."""
    if key != POINT:
        return saying.value_text(leaves[key])
    both = (leaves.get("latitude"), leaves.get("longitude"))
    return ", ".join(map(saying.value_text, both))


def _largest_last(group: tuple[str, list[str]]) -> int:
    return len(group[1])


def _by_item(turn: tuple[str, str]) -> int:
    return _rank(turn[1])


def _rank(key: str) -> int:
    return _ORDER.index(key) if key in _ORDER else len(_ORDER)


class Sides(QWidget):
    """Shows a ``Pair``; the same pair twice changes nothing."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAccessibleName("What the desk knows and what leaves")
        self._look = look
        self._pair: Pair | None = None
        self._from: dict[str, QLabel] = {}
        self._to: dict[str, QLabel] = {}
        self._body = QWidget()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._body)
        box.addStretch(1)
        look.changed.connect(self._rescale)

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        """Its distances are of the size of text: it is made anew for another one."""
        pair, self._pair = self._pair, None
        if pair is not None:
            self.show_pair(pair)

    @property
    def pair(self) -> Pair | None:
        return self._pair

    def show_pair(self, pair: Pair) -> None:
        if pair == self._pair:
            return
        self._pair = pair
        self._from, self._to = {}, {}
        old, self._body = self._body, QWidget()
        left, right = self._knows(pair), self._leaves(pair)
        middle = QWidget()
        middle.setFixedWidth(self._look.px(44 if self._look.scale < 1.5 else 24))
        box = QHBoxLayout(self._body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(left, 1)
        box.addWidget(middle)
        box.addWidget(right, 1)
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(old, self._body)
        old.hide()
        old.deleteLater()
        self._body.show()
        self.setAccessibleDescription(self._said(pair))
        self.update()

    def _said(self, pair: Pair) -> str:
        """All of it in words, for who hears the screen."""
        joined = [
            f"{saying.field_name(f)} becomes {saying.item_name(k)}"
            for f, k in turns(pair)
        ]
        kept = [
            f"{', '.join(map(saying.field_name, names))} stays: {why}"
            for why, names in stays(pair)
        ]
        return ". ".join((*joined, *kept, *pair.why_nothing))

    def _knows(self, pair: Pair) -> QWidget:
        side, grid = self._side("The desk knows", "muted", "knows")
        for name in dict.fromkeys(f for f, _ in turns(pair)):
            self._from[name] = self._line(grid, name, pair.knows[name])
        for reason, names in stays(pair):
            why = label(f"Stays. {reason}", tone="muted", size="small", wrap=True)
            why.setContentsMargins(0, self._look.space(2), 0, 0)
            grid.addWidget(why, grid.rowCount(), 0, 1, 2)
            for name in names:
                value = self._line(grid, name, pair.knows[name])
                value.setProperty("struck", "true")
                value.setAccessibleDescription(f"stays: {reason}")
        grid.setRowStretch(grid.rowCount(), 1)
        return side

    def _line(self, grid: QGridLayout, name: str, value: Json) -> QLabel:
        made = label(
            _breakable(saying.known_text(name, value)), tone="muted", wrap=True
        )
        made.setAccessibleName(f"{saying.field_name(name)}, known")
        self._title(grid, saying.field_name(name), made)
        return made

    def _leaves(self, pair: Pair) -> QWidget:
        side, grid = self._side("Leaves", "release", "leaves")
        if pair.why_nothing:
            none = label("Nothing.", tone="release", size="large")
            grid.addWidget(none, 1, 0, 1, 2)
            for why in pair.why_nothing:
                grid.addWidget(label(why, wrap=True), grid.rowCount(), 0, 1, 2)
        elif "text" in pair.leaves:
            said = label(str(pair.leaves["text"]), tone="release", wrap=True)
            said.setProperty("step", "large")
            said.setAccessibleName("Text, leaves")
            said.setContentsMargins(0, 0, 0, self._look.space(2))
            grid.addWidget(said, 1, 0, 1, 2)
            self._to["text"] = said
        for key in shown_keys(pair.leaves):
            self._to[key] = self._leaf(grid, key, pair)
        if POINT in self._to:
            self._to |= dict.fromkeys(("latitude", "longitude"), self._to[POINT])
        grid.setRowStretch(grid.rowCount(), 1)
        return side

    def _leaf(self, grid: QGridLayout, key: str, pair: Pair) -> QLabel:
        text = leaf_text(pair.leaves, key)
        if key == "place" and pair.region:
            text = f"{text}\n{pair.region}"
        value = label(_breakable(text), tone="release", wrap=True)
        value.setAccessibleName(f"{saying.item_name(key)}, leaves")
        self._title(grid, saying.item_name(key), value)
        return value

    def _title(self, grid: QGridLayout, name: str, value: QLabel) -> None:
        """A line: the name of a value, small, and the value."""
        at, top = grid.rowCount(), Qt.AlignmentFlag.AlignTop
        title = label(name, tone="muted", size="small", wrap=True)
        title.setMinimumHeight(value.fontMetrics().height())
        grid.addWidget(title, at, 0, top)
        grid.addWidget(value, at, 1, top)

    def _side(self, title: str, tone: str, name: str) -> tuple[QWidget, QGridLayout]:
        side = QWidget()
        side.setObjectName(name)
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        grid = QGridLayout(side)
        gap = self._look.space(3)
        grid.setContentsMargins(gap, gap, gap, gap)
        grid.setHorizontalSpacing(self._look.space(2))
        grid.setVerticalSpacing(self._look.space(0.5))
        head = label(title, tone=tone, name="side")
        grid.addWidget(head, 0, 0, 1, 2)
        wide = 96 if name == "knows" else 60
        grid.setColumnMinimumWidth(0, self._look.px(wide))
        grid.setColumnStretch(1, 1)
        return side, grid

    # lines

    def joins(self) -> Sequence[tuple[QPoint, QPoint]]:
        """Ends of each line, in the coordinates of this widget."""
        if self._pair is None:
            return ()
        out = []
        for name, key in turns(self._pair):
            start, end = self._from.get(name), self._to.get(key)
            if start is not None and end is not None:
                out.append((self._right_of(start), self._left_of(end)))
        return out

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._look.colour(Tone.RELEASE)
        pen = QPen(colour, self._look.px(1.5))
        dot = self._look.px(2.5)
        for start, end in self.joins():
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(_curve(start, end))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(start, dot, dot)
            painter.drawEllipse(end, dot, dot)
        painter.end()

    def _right_of(self, text: QLabel) -> QPoint:
        side = text.parentWidget()
        assert side is not None
        y = text.mapTo(self, QPoint(0, self._first_line(text))).y()
        x = side.mapTo(self, QPoint(side.width(), 0)).x() + self._look.px(3)
        return QPoint(x, y)

    def _left_of(self, text: QLabel) -> QPoint:
        side = text.parentWidget()
        assert side is not None
        y = text.mapTo(self, QPoint(0, self._first_line(text))).y()
        return QPoint(side.mapTo(self, QPoint(0, 0)).x() - self._look.px(3), y)

    def _first_line(self, text: QLabel) -> int:
        return text.contentsMargins().top() + text.fontMetrics().height() // 2


def _breakable(text: str) -> str:
    """Long words may break: else they push what leaves out of sight."""
    return "".join(
        c + "\u200b" if at % _BREAK == _BREAK - 1 and len(word) > 2 * _BREAK else c
        for word in re.split(r"(\s+)", text)
        for at, c in enumerate(word)
    )


def _curve(start: QPoint, end: QPoint) -> QPainterPath:
    path = QPainterPath(QPointF(start))
    middle = (start.x() + end.x()) / 2
    path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), QPointF(end))
    return path
