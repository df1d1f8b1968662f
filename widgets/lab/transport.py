"""The bar on top: open, play, speed, where the cursor is, and the strip."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QBoxLayout, QComboBox, QSizePolicy, QVBoxLayout, QWidget

from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.lab import words
from aliquot.widgets.lab.bench import SPEEDS, Bench, Moved, Shown, Stretch
from aliquot.widgets.lab.buttons import PlainButton
from aliquot.widgets.lab.minimap import Minimap
from aliquot.widgets.lab.strip import Strip
from aliquot.widgets.lab.zoom import FACTOR, Part
from aliquot.widgets.parts import KeyButton, label, row
from aliquot.widgets.theme.look import Look


class Transport(QWidget):
    def __init__(self, bench: Bench, book: ActionBook, look: Look) -> None:
        super().__init__()
        self._bench, self._look = bench, look
        self.play = PlainButton(look, "Play", "Space", "Play or pause")
        self.speed = QComboBox()
        self.speed.setAccessibleName("Speed")
        for speed in SPEEDS:
            self.speed.addItem(words.speed_text(speed), speed)
        self.speed.setCurrentIndex(SPEEDS.index(1))
        self.where = label(name="where", wrap=True)
        self.where.setAccessibleName("Position")
        self.stretch = label(tone="muted", wrap=True)
        self.strip = Strip(bench, look)
        self.map = Minimap(bench, look)
        self.range = label(tone="muted", wrap=True)
        self.range.setAccessibleName("Part that is seen")
        self.closer = PlainButton(look, "Closer", "Z", "See less, closer")
        self.wider = PlainButton(look, "Wider", "Shift+Z", "See more")
        self.all = PlainButton(look, "All", "A", "See all of the recording")
        self.fault = PlainButton(look, "Next fault", "F", "Go to the next fault")
        policy = QSizePolicy.Policy
        for text in (self.where, self.stretch, self.range):
            text.setSizePolicy(policy.Expanding, policy.Preferred)
            text.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        words_ = QWidget()  # one below the other where there is little room
        self._words = QBoxLayout(QBoxLayout.Direction.LeftToRight, words_)
        self._words.setContentsMargins(0, 0, 0, 0)
        self._words.setSpacing(look.space(2))
        self._words.addWidget(self.range, 2)
        self._words.addWidget(self.stretch, 3)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space())
        opener = KeyButton(book, Act.LAB_OPEN, look)
        case = KeyButton(book, Act.LAB_CASE, look)
        report = KeyButton(book, Act.LAB_REPORT, look)
        first = (opener, self.play, self.speed, self.where, case, report)
        box.addLayout(row(look, *first))
        box.addWidget(self.strip)
        box.addWidget(self.map)
        box.addLayout(row(look, words_, self.fault, self.closer, self.wider, self.all))
        self.play.clicked.connect(self._on_play)
        self.speed.currentIndexChanged.connect(self._on_speed)
        self.closer.clicked.connect(self.zoom_in)
        self.wider.clicked.connect(self.zoom_out)
        self.all.clicked.connect(bench.zoom.all)
        bench.zoom.changed.connect(self._on_zoom)
        bench.playing_changed.connect(self._on_playing)
        bench.shown.connect(self._on_shown)
        bench.moved.connect(self._on_moved)
        bench.stretch_changed.connect(self._on_stretch)

    def faster(self, by: int) -> None:
        at = self.speed.currentIndex() + by
        self.speed.setCurrentIndex(min(max(at, 0), len(SPEEDS) - 1))

    @Slot()
    def zoom_in(self) -> None:
        self._bench.zoom.scale(1 / FACTOR, self._bench.place)

    @Slot()
    def zoom_out(self) -> None:
        self._bench.zoom.scale(FACTOR, self._bench.place)

    def set_narrow(self, narrow: bool) -> None:
        """Little room down: a lower strip."""
        self.strip.set_low(narrow)
        way = QBoxLayout.Direction
        self._words.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        self._words.setSpacing(0 if narrow else self._look.space(2))

    @Slot()
    def _on_play(self) -> None:
        self._bench.play(not self._bench.playing)

    @Slot(int)
    def _on_speed(self, at: int) -> None:
        self._bench.set_speed(SPEEDS[at])

    @Slot(object)
    def _on_playing(self, on: bool) -> None:
        self.play.set_text("Pause" if on else "Play")

    @Slot(object)
    def _on_shown(self, _shown: Shown) -> None:
        self._say_stretch()
        self._say_range()

    @Slot(object)
    def _on_zoom(self, _part: Part) -> None:
        self._say_range()

    def _say_range(self) -> None:
        result, outline = self._bench.result, self._bench.outline
        if result is None or outline is None:
            return
        part = self._bench.zoom.part
        items, faults = outline.counts(part.begin, part.end)
        said = words.range_text(result, part.begin, part.end, items, faults)
        self.range.setText(said)
        self.map.setAccessibleDescription(said)

    @Slot(object)
    def _on_moved(self, moved: Moved) -> None:
        result = self._bench.result
        if result is not None:
            self.where.setText(words.position_text(result, moved.index, moved.at_s))

    @Slot(object)
    def _on_stretch(self, _stretch: Stretch | None) -> None:
        self._say_stretch()

    def _say_stretch(self) -> None:
        result, stretch = self._bench.result, self._bench.stretch
        if result is None:
            self.stretch.setText("")
        elif stretch is None:
            self.stretch.setText(self._bench.said)
        else:
            said = words.stretch_text(result, stretch.first, stretch.last)
            self.stretch.setText(said)
