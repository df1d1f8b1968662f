"""Four plots on one axis of time: bytes and frames a second, errors, latency."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from aliquot.widgets.bridge import Bridge
from aliquot.widgets.lab.bench import Bench, Moved, Shown
from aliquot.widgets.lines.live import Figures, LiveLines
from aliquot.widgets.parts import label, row
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

RECORDING = "this recording"
APART_MS = 20  # between two plots, so that keys and other paintings come between
PAINT_MS = 200  # after which a plot that was not painted is not waited for


@dataclass(frozen=True, slots=True)
class _Kind:
    """A plot. ``bars``: counts in each step; ``dots``: a point for each record."""

    title: str
    unit: str
    tone: Tone
    bars: bool = False
    dots: bool = False


KINDS = (
    _Kind("Bytes a second", "B/s", Tone.PENDING),
    _Kind("Frames a second", "/s", Tone.AVAILABLE),
    _Kind("Errors", "", Tone.DANGER, bars=True),
    _Kind("Latency", "ms", Tone.TEXT, dots=True),
)


def bring() -> None:
    """Import what draws plots, which takes long; from any thread, once the window's
    has made all of ``qt_classes.MODULES``."""
    import pyqtgraph  # noqa: F401


class _Plot(QWidget):
    """One plot with its figures in words above it, which is also what is heard."""

    def __init__(self, kind: _Kind, look: Look) -> None:
        super().__init__()
        import pyqtgraph

        self._pen = pyqtgraph.mkPen
        self._kind, self._look = kind, look
        self._at: Sequence[float] = ()
        self._values: Sequence[float] = ()
        self._most = 0.0
        self._per = 1.0
        self.said = label(kind.title, wrap=True)
        self.plot: Any = pyqtgraph.PlotWidget()
        self.plot.setAccessibleName(f"Plot: {kind.title}")
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.setLimits(yMin=0)  # none of the four is ever less
        self._curve: Any = self.plot.plot([], [])
        self._curve.setDownsampling(auto=True, method="peak")
        self._cursor: Any = pyqtgraph.InfiniteLine(angle=90, movable=False)
        self.plot.addItem(self._cursor)
        self._cursor.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.said)
        box.addWidget(self.plot, 1)
        self.dress()

    def dress(self) -> None:
        """Colours, type and widths from the tokens."""
        look = self._look
        colour = look.colour(self._kind.tone)
        self.plot.setBackground(look.colour(Tone.PANEL))
        self.plot.setMinimumHeight(look.px(40))
        self._curve.setPen(None if self._kind.dots else self._pen(colour))
        if self._kind.dots:
            self._curve.setSymbol("o")
            self._curve.setSymbolSize(look.px(4))
            self._curve.setSymbolBrush(colour)
            self._curve.setSymbolPen(None)
        if self._kind.bars:
            self._curve.setFillLevel(0)
            self._curve.setBrush(colour)
        self._cursor.setPen(self._pen(look.colour(Tone.FOCUS), width=look.px(1)))
        font: QFont = look.font(mono=True, step=-1)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setTickFont(font)
            axis.setTextPen(look.colour(Tone.MUTED))
            axis.setPen(look.colour(Tone.LINE))
            axis.enableAutoSIPrefix(False)
            axis.setStyle(maxTickLevel=0)  # there is no room for finer ones
        self.plot.getAxis("left").setWidth(look.px(48))
        self.plot.getAxis("bottom").setHeight(look.px(18))

    def put(self, at: Sequence[float], values: Sequence[float]) -> None:
        self._at, self._values = at, values
        self._most = max(values, default=0.0)
        seconds = unit_of(at)[1]
        if seconds != self._per:
            self._per = seconds
            self.plot.getAxis("bottom").setScale(1 / seconds)
        self._curve.setData(list(at), list(values))
        self._say(None)

    def point_at(self, at_s: float | None) -> None:
        self._cursor.setVisible(at_s is not None)
        if at_s is not None:
            self._cursor.setValue(at_s)
        self._say(at_s)

    def _say(self, at_s: float | None) -> None:
        said = f"{self._kind.title}: most {self._words(self._most)}"
        if not self._values:
            said = f"{self._kind.title}: nothing yet"
        elif at_s is None:
            said += f", now {self._words(self._values[-1])}"
        else:
            said += f", here {self._words(self._near(at_s))}"
        if said != self.said.text():
            self.said.setText(said)
            self.plot.setAccessibleDescription(said)

    def _near(self, at_s: float) -> float:
        """The value of the last point that is not later."""
        at = bisect_right(self._at, at_s) - 1
        return self._values[max(0, at)]

    def _words(self, value: float) -> str:
        return f"{value:.4g} {self._kind.unit}".strip()


_UNITS = (("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0))


def unit_of(at: Sequence[float]) -> tuple[str, float]:
    """What an axis of times counts, and how many seconds that is."""
    most_s = at[-1] if at else 0.0
    found = ((name, unit) for name, unit in _UNITS if most_s >= 3 * unit)
    return next(found, ("seconds", 1.0))


class PlotRail(QWidget):
    """Of the open recording with the cursor's line, or of a line that runs."""

    def __init__(
        self, bench: Bench, bridge: Bridge, look: Look, live: LiveLines
    ) -> None:
        super().__init__()
        self._bench, self._bridge, self._live = bench, bridge, live
        self.source = QComboBox()
        self.source.setAccessibleName("What is plotted")
        self.source.addItem(RECORDING, "")
        self.axis = label(tone="muted")
        self.axis.setAccessibleName("Axis of the plots")
        self.plots: list[_Plot] = []
        self._look, self._columns = look, 1
        self._figures = Figures()
        self._stale: list[int] = []  # plots that show other figures
        self._behind: list[int] = []  # plots whose cursor is elsewhere
        self._soon = self._timer(self._next)
        self._painted = self._timer(self._go_on)
        self._drawn: QObject | None = None  # what is painted next
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space())
        box.addLayout(row(look, self.source, self.axis))
        box.addLayout(self._grid, 1)
        self.source.activated.connect(self._on_source)
        bench.shown.connect(self._on_shown)
        bench.moved.connect(self._on_moved)
        look.changed.connect(self._on_look)

    def _timer(self, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(slot)
        return timer

    def make_one(self) -> bool:
        """The next plot; False: all are there. One takes some 15 ms."""
        if len(self.plots) == len(KINDS):
            return False
        self.plots.append(_Plot(KINDS[len(self.plots)], self._look))
        self.plots[-1].plot.viewport().installEventFilter(self)
        self.set_columns(self._columns)
        self._draw(len(self.plots) - 1)
        return True

    def make_all(self) -> None:
        while self.make_one():
            pass

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever is quicker than the idle steps waits for it."""
        super().showEvent(event)
        self.make_all()

    def set_columns(self, columns: int) -> None:
        self._columns = columns
        for at, plot in enumerate(self.plots):
            self._grid.addWidget(plot, at // columns, at % columns)

    @property
    def line(self) -> str:
        """The line that is plotted; empty: the recording is."""
        return str(self.source.currentData() or "")

    def tick(self) -> None:
        """A second has passed, and ``LiveLines`` was read."""
        for one in self._bridge.views.lines():
            if self.source.findData(one.line) < 0:
                self.source.addItem(f"line {one.line}, live", one.line)
        if self.line and self.isVisible():
            self._put(self._live.figures(self.line))

    def _put(self, figures: Figures) -> None:
        self._figures = figures
        for at in range(len(self.plots)):
            self._draw(at)

    def _draw(self, at: int) -> None:
        found = self._figures
        rows = (
            (found.at_s, found.bytes_per_s),
            (found.at_s, found.frames_per_s),
            (found.at_s, found.errors),
            (found.latency_at_s, found.latency_ms),
        )
        self.plots[at].put(*rows[at])
        self.axis.setText(f"time in {unit_of(found.at_s)[0]}")

    def _show_recording(self) -> None:
        """One plot after the other, each in a turn of its own."""
        outline = self._bench.outline
        self._figures = outline.figures if outline is not None else Figures()
        self._stale = list(range(len(self.plots)))
        if not self._soon.isActive():
            self._soon.start(APART_MS)

    @Slot()
    def _next(self) -> None:
        """Figures go before cursors. Four paintings in a turn would be felt: the next
        plot waits until this one is painted, however long that takes."""
        if self.line or not (self._stale or self._behind):
            return
        at = (self._stale or self._behind)[0]
        if at in self._stale:
            self._draw(at)
        known = self._bench.result is not None
        self.plots[at].point_at(self._bench.at_s if known else None)
        self._stale = [n for n in self._stale if n != at]
        self._behind = [n for n in self._behind if n != at]
        self._drawn = self.plots[at].plot.viewport()
        self._soon.start(PAINT_MS if self.isVisible() else APART_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._drawn and event.type() is QEvent.Type.Paint:
            self._painted.start(0)  # it is, when this turn is over
        return super().eventFilter(watched, event)

    @Slot()
    def _go_on(self) -> None:
        self._drawn = None
        if self._soon.isActive():
            self._soon.start(APART_MS)

    @Slot(int)
    def _on_source(self, _at: int) -> None:
        if self.line:
            for plot in self.plots:
                plot.point_at(None)
            self._put(self._live.figures(self.line))
        else:
            self._show_recording()

    @Slot(object)
    def _on_shown(self, _shown: Shown) -> None:
        if not self.line:
            self._show_recording()

    @Slot(object)
    def _on_moved(self, _moved: Moved) -> None:
        if not self.line:
            late = self._behind  # they waited longer
            every = range(len(self.plots))
            self._behind = [*late, *(n for n in every if n not in late)]
            if not self._soon.isActive():
                self._soon.start(APART_MS)

    @Slot(object)
    def _on_look(self, _changed: object) -> None:
        for plot in self.plots:
            plot.dress()
