"""The status bar: each line, the log, the map, the clock, who is here; in words. And
the strip above it that says a trouble in a whole sentence, without stopping anybody."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import LineRow, LogStatus
from aliquot.widgets import words
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.announce import announce
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cells import draw_shape
from aliquot.widgets.command.sign_in import person_name
from aliquot.widgets.elided import BriefLabel, ElidedLabel
from aliquot.widgets.parts import KeyButton, label, restyle, row
from aliquot.widgets.permitted import sees_nothing
from aliquot.widgets.release.marks import (
    Outgoing,
    outgoing,
    outgoing_shape,
    outgoing_text,
)
from aliquot.widgets.statuses import Shape
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone


class Sign(QWidget):
    """A shape and words: ● up, ○ not sure, ✕ trouble. Words that have no room are cut
    and stand whole in the tip; the shape is always seen."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self._tone, self._shape = Tone.MUTED, Shape.RING
        self._more = ""
        self._text = ElidedLabel()
        self.setAccessibleName(name)
        self._box = row(look, self._text)
        self.setLayout(self._box)
        look.changed.connect(self._rescale)
        self._rescale(None)

    def say(self, text: str, tone: Tone, shape: Shape, more: str = "") -> None:
        """``more`` is said to who points at it, and to who hears the screen."""
        self._more = more
        if (text, tone, shape) != (self._text.text(), self._tone, self._shape):
            self._tone, self._shape = tone, shape
            self._text.setText(text)
            self._text.updateGeometry()
            self.update()
        self.setAccessibleDescription(f"{text}. {more}" if more else text)
        self._tip()

    def _tip(self) -> None:
        whole = self._text.text() if self._text.is_cut else ""
        self.setToolTip("\n".join(p for p in (whole, self._more) if p))

    def colour_words(self, tone: Tone) -> None:
        restyle(self._text, tone=tone.value)

    @property
    def text(self) -> str:
        return self._text.text()

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        self._box.setContentsMargins(self._look.px(14), 0, self._look.space(2), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        size = self._look.px(8)
        box = QRect(0, (self.height() - size) // 2, size, size)
        painter = QPainter(self)
        colour = self._look.colour(self._tone)
        draw_shape(painter, box, self._shape, colour, self._look.px(1.5))
        painter.end()


class StatusBar(QWidget):
    """Reads lines, log and session; the map says its own state through ``set_map``."""

    def __init__(self, bridge: Bridge, book: ActionBook, look: Look) -> None:
        super().__init__()
        self.setObjectName("foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bridge, self._look = bridge, look
        self._lines: dict[str, Sign] = {}
        self._rows: tuple[LineRow, ...] = ()
        self._log_row = bridge.views.log_status()
        self._stale = True
        self._short = False
        self._log = Sign(look, "Log")
        self._map = Sign(look, "Map")
        self._partners = Sign(look, "Partners")
        self._partners.colour_words(Tone.RELEASE)
        self._out = Outgoing()
        self._none = label("No line is set up.", tone="muted")
        self._clock = label(mono=True)
        self._who = KeyButton(book, Act.SIGN_IN, look, flat=True)
        self._line_box = QHBoxLayout()
        self._rows_box = QVBoxLayout(self)
        box, ends = QHBoxLayout(), QHBoxLayout()
        gap = look.space()
        self._rows_box.setContentsMargins(gap * 2, 0, gap * 2, 0)
        self._rows_box.setSpacing(0)
        for part in (box, ends):
            part.setSpacing(gap * 2)
            self._rows_box.addLayout(part)
        box.addWidget(self._none)
        box.addLayout(self._line_box)
        box.addWidget(self._log)
        box.addWidget(self._map)
        box.addWidget(self._partners)
        box.addStretch(1)
        ends.addStretch(1)
        ends.addWidget(self._who)
        ends.addWidget(self._clock)
        self.set_folded(False)
        self.set_map("map is starting", Tone.MUTED, Shape.RING)

    def sizeHint(self) -> QSize:
        rows = 2 if self._folded else 1
        return QSize(super().sizeHint().width(), self._look.px(32) * rows)

    def set_folded(self, folded: bool) -> None:
        """Little room across: who is here and the time stand in a row of their own."""
        self._folded = folded
        down, across = (
            QBoxLayout.Direction.TopToBottom,
            QBoxLayout.Direction.LeftToRight,
        )
        self._rows_box.setDirection(down if folded else across)
        self.updateGeometry()

    def refresh(self, changed: Changed | None) -> None:
        """A call waits for the next second: what it changes here can wait."""
        self._stale = True
        if changed is None or changed.any_of("session"):
            self._say_who()
        if changed is None or changed.any_of("line:", "log"):
            self.tick(self._bridge.now_us())
        if changed is None or changed.any_of("release:", "session"):
            self._out = outgoing(self._bridge.releases)
            self._say_partners()

    def _say_partners(self) -> None:
        more = outgoing_text(self._out)
        text = outgoing_text(self._out, short=self._short)
        if sees_nothing(self._bridge):
            text = more = "partners: not shown"
        if "," in text:  # more than one thing: the count; the rest is in the tip
            text = text.partition(" (")[0]
        self._partners.say(text, Tone.RELEASE, outgoing_shape(self._out), more)

    def tick(self, now_us: int) -> None:
        self._clock.setText(words.clock_text(now_us))
        if self._stale:
            self._stale = False
            self._rows = self._bridge.views.lines()
            self._log_row = self._bridge.views.log_status()
            self._keep_signs()
        for line in self._rows:
            text = words.line_text(line, now_us, short=self._short)
            more = words.line_more(line)
            self._lines[line.line].say(text, *_signs(line), more)
        self._say_log(self._log_row, now_us)

    def set_narrow(self, narrow: bool) -> None:
        """Little room: fewer words, the same states."""
        self._short = narrow
        self._say_who()
        self._map.say(*self._map_said())
        self._say_partners()
        self.tick(self._bridge.now_us())

    def _say_who(self) -> None:
        name = person_name(self._bridge) or "Nobody"
        where = f", position {self._bridge.actor.position}"
        self._who.set_text(name if self._short else f"{name}{where}")

    def set_map(self, text: str, tone: Tone, shape: Shape) -> None:
        self._map_now = (text, tone, shape)
        self._map.say(*self._map_said())

    def _map_said(self) -> tuple[str, Tone, Shape]:
        text, tone, shape = self._map_now
        return (text.partition(" since")[0] if self._short else text, tone, shape)

    @property
    def texts(self) -> tuple[str, ...]:
        signs = (*self._lines.values(), self._log, self._map, self._partners)
        return tuple(s.text for s in signs)

    def _keep_signs(self) -> None:
        names = [line.line for line in self._rows]
        for name in [n for n in self._lines if n not in names]:
            self._lines.pop(name).deleteLater()
        for name in names:
            if name not in self._lines:
                self._lines[name] = Sign(self._look, f"Line {name}")
                self._line_box.addWidget(self._lines[name])
        self._none.setVisible(not names)

    def _say_log(self, log: LogStatus, now_us: int) -> None:
        if log.problem:
            self._log.say("log has a problem", Tone.DANGER, Shape.CROSS)
        elif log.last_at_us is None:
            self._log.say("log ready, empty", Tone.AVAILABLE, Shape.DOT)
        else:
            age = words.age_text(words.age_s(log.last_at_us, now_us))
            said = (
                f"log entry {age} ago"
                if self._short
                else f"log up, entry {log.n}, {age} ago"
            )
            self._log.say(said, *_UP)


_UP = (Tone.AVAILABLE, Shape.DOT)


def _signs(line: LineRow) -> tuple[Tone, Shape]:
    if line.state in words.LINE_PROBLEMS:
        return (Tone.DANGER, Shape.CROSS)
    return _UP if line.state == "up" else (Tone.MUTED, Shape.RING)


class AlarmStrip(QWidget):
    """Troubles in whole sentences: what happened, what it means, what to do. Where
    there is little room one line says the first of them, and how many there are: the
    strip pushes nothing off the screen."""

    MOST, LINES = 3, 3

    def __init__(self, bridge: Bridge, look: Look) -> None:
        super().__init__()
        self.setObjectName("alarm")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Troubles")
        self._bridge = bridge
        self._folded = False
        self._all: tuple[str, ...] = ()
        self._texts = [BriefLabel(self.LINES) for _ in range(self.MOST)]
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        box = self._box = QVBoxLayout(self)
        gap = self._gap = look.space()
        box.setContentsMargins(gap * 3, gap, gap * 3, gap)
        box.setSpacing(gap)
        for text in self._texts:
            box.addWidget(text)
        self.hide()

    @property
    def said(self) -> tuple[str, ...]:
        return tuple(t.text() for t in self._texts if t.text())

    def set_folded(self, folded: bool) -> None:
        self._folded = folded
        for text in self._texts:
            text.set_most(1 if folded else self.LINES)
        gap = self._gap // 2 if folded else self._gap
        self._box.setContentsMargins(self._gap * 3, gap, self._gap * 3, gap)
        self._show(self._all)

    def refresh(self, changed: Changed | None) -> None:
        if changed is not None and not changed.any_of("line:", "log"):
            return
        log = self._bridge.views.log_status()
        said = [log.problem] if log.problem else []
        for line in self._bridge.views.lines():
            sentence = words.line_sentence(line)
            if sentence:
                said.append(sentence)
        self._show(said)

    def tick(self, now_us: int) -> None:
        pass

    def _show(self, said: Sequence[str]) -> None:
        for sentence in said:
            if sentence not in self._all:
                announce(self, sentence, urgent=True)
        self._all = tuple(said)
        self.setAccessibleDescription(" ".join(said))
        shown = list(said)
        if self._folded and len(said) > 1:
            shown = [f"1 of {len(said)}, F9 says all: {said[0]}"]
        elif len(said) > self.MOST:
            more = len(said) - self.MOST + 1
            shown = [*said[: self.MOST - 1], f"{more} more troubles: F9 says them all."]
        for at, text in enumerate(self._texts):
            text.setText(shown[at] if at < len(shown) else "")
            text.setVisible(at < len(shown))
        self.setVisible(bool(shown))
