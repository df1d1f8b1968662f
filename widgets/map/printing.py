"""The map on paper: what is in sight, light, with scale, north and time, as a PDF.

A second page is drawn out of sight for it, so that nothing moves on the desk.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QMarginsF, QObject, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPixmap,
)

from aliquot.widgets.map.model import Look, MapState
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.signals import SignalOf

WIDTH, HEIGHT = 1400, 1010  # pixels of the picture; the shape of the paper
MOST_MS = 60_000
LOOK_MS = 150
DPI = 300
EARTH_M = 40_075_016.686


def metres_a_pixel(look: Look) -> float:
    """On the ground, of one pixel of the page."""
    lean = math.cos(math.radians(look.latitude))
    return float(EARTH_M * lean / (256 * 2**look.zoom))


def round_length(most_m: float) -> float:
    """The largest of 1, 2, 5 and their tens that is not longer."""
    ten = 10.0 ** math.floor(math.log10(most_m))
    return max(step * ten for step in (0.5, 1, 2, 5) if step * ten <= most_m)


def scale_words(metres: float) -> str:
    whole = f"{metres:g} m" if metres < 1000 else f"{metres / 1000:g} km"
    return f"{whole} ({metres * 3.280839895:,.0f} ft)"


class MapPrint(QObject):
    """One print. ``done`` carries the sentence that says where it lies, or why not."""

    done = SignalOf[str](object)

    def __init__(self, panel: MapPanel, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._panel, self._folder = panel, folder
        self._page: MapPanel | None = None
        self._before = QPixmap()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look_again)
        self._left = MOST_MS // LOOK_MS
        self._asked = self._still = False

    @property
    def running(self) -> bool:
        return self._page is not None

    def begin(self) -> None:
        look = self._panel.look
        if look is None or self._panel.status.state is not MapState.READY:
            self.done.emit("There is no map to print now.")
            return
        page = MapPanel(self._panel.clock, theme="light")
        page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        page.resize(WIDTH, HEIGHT)
        page.set_base(self._panel.base)
        page.show_calls(self._panel.calls)
        page.show_layers(self._panel.layers)
        page.show_cameras(self._panel.cameras)
        page.use(replace(self._panel.tools, crosshair=False, follow="none", foot=0))
        page.select(self._panel.selected)
        page.start_at(look)
        page.still.connect(self._is_still)
        self._page = page
        page.show()
        self._timer.start()

    @Slot()
    def _look_again(self) -> None:
        """The page says that all is drawn, and it is twice the same picture."""
        page = self._page
        if page is None:
            return
        self._left -= 1
        if page.is_current() and not self._asked:
            self._asked = True
            page.ask_still()
        now = page.grab() if self._still else QPixmap()
        same = not now.isNull() and now.toImage() == self._before.toImage()
        self._before = now
        if same:
            self._end(self._write(now, page))
        elif self._left <= 0 or page.status.state is MapState.STOPPED:
            self._end("The map could not be drawn for printing. Try again.")

    @Slot(object)
    def _is_still(self, _number: int) -> None:
        self._still = True

    def _end(self, sentence: str) -> None:
        self._timer.stop()
        if self._page is not None:
            self._page.shutdown()
            self._page.deleteLater()
            self._page = None
        self.done.emit(sentence)

    def _write(self, picture: QPixmap, page: MapPanel) -> str:
        now = datetime.fromtimestamp(self._panel.clock.now().utc_us / 1e6, UTC)
        stamp = now.astimezone()
        name = f"map-{stamp:%Y%m%d-%H%M%S}.pdf"
        look = page.look
        assert look is not None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / name
            with path.open("wb"):
                path.chmod(0o600)  # it may show where callers are
        except OSError as why:
            return f"The map cannot be written to {self._folder}: {why.strerror}."
        if not write_pdf(path, picture, look, f"{stamp:%Y-%m-%d %H:%M:%S %Z}"):
            path.unlink(missing_ok=True)
            return f"The map cannot be written to {path}."
        return f"The map was printed to {path}."


def write_pdf(path: Path, picture: QPixmap, look: Look, stamp: str) -> bool:
    """One page of Letter, landscape. False when it could not be written."""
    writer = QPdfWriter(str(path))
    writer.setTitle("Map")
    writer.setCreator("Aliquot")
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    writer.setPageMargins(QMarginsF(10, 10, 10, 10), QPageLayout.Unit.Millimeter)
    pen = QPainter()
    if not pen.begin(writer):
        return False
    try:
        _paint(pen, picture, look, stamp, writer.width(), writer.height())
    finally:
        ended = pen.end()
    return ended


def _paint(
    pen: QPainter, picture: QPixmap, look: Look, stamp: str, wide: int, high: int
) -> None:
    foot = round(0.045 * high)
    ratio = picture.width() / picture.height()
    shown = min(wide, round((high - foot) * ratio))
    target = QRectF(0, 0, shown, shown / ratio)
    pen.drawPixmap(target, picture, QRectF(picture.rect()))
    pen.setPen(QColor("black"))
    pen.drawRect(target)
    unit = metres_a_pixel(look) * picture.width() / picture.devicePixelRatio() / shown
    bar_m = round_length(0.2 * shown * unit)
    bar = bar_m / unit
    line = target.bottom() + 0.6 * foot
    pen.setFont(QFont("Inter", 9))
    pen.fillRect(QRectF(0, line, bar, 0.08 * foot), QColor("black"))
    room = QRectF(bar + 0.4 * foot, target.bottom(), shown, foot)
    ratio_words = f"1 : {unit * DPI / 0.0254:,.0f}"
    words = (
        f"{scale_words(bar_m)}    {ratio_words}    middle {look.latitude:.5f}, "
        f"{look.longitude:.5f}    north is up    {stamp}"
    )
    pen.drawText(
        room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words
    )
