"""The composition root with a screen: profile, core, bridge, map, window.

The only module of ``console`` that imports Qt and ``widgets``.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMetaObject,
    QObject,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from aliquot.console import paths
from aliquot.console.clock import Clock, SystemClock
from aliquot.console.core import Core
from aliquot.console.crash import no_core_dump
from aliquot.console.domain.handover import HandOverSheet
from aliquot.console.domain.line_sheet import LineSheets
from aliquot.console.domain.ports import Desk
from aliquot.console.eido.handing import sheet_of as handover_sheet
from aliquot.console.joined import JoinedDesk
from aliquot.console.lab.line_sheets import line_sheets
from aliquot.console.map_base import ground_files
from aliquot.console.problems import EXIT_UNAVAILABLE, KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.workers.lab import LabWorker
from aliquot.console.workers.listed import ListedReader
from aliquot.console.workers.signals import asked_to_stop
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.codes import agency_types
from aliquot.widgets.garbage import Collector
from aliquot.widgets.main_window import MainWindow, WindowParts
from aliquot.widgets.map.camera_feed import CameraFeed
from aliquot.widgets.map.sources import BaseMap
from aliquot.widgets.map_feed import MapFeed, MapSign
from aliquot.widgets.map_layers import MapLayers
from aliquot.widgets.settings import load_settings
from aliquot.widgets.statuses import Shape
from aliquot.widgets.theme.look import Look, LookChanged, load_fonts
from aliquot.widgets.theme.tokens import Tone

if TYPE_CHECKING:
    from aliquot.widgets.hands import Hands
    from aliquot.widgets.map.panel import MapPanel
    from aliquot.widgets.map_help import MapHelp

_logger = logging.getLogger(__name__)
WINDOW_SETTINGS = "window.toml"
SETTLED_MS = 10_000  # after which all that lasts has been made, the map too
PRINTS = "prints"  # in the profile: they show where callers are
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Application:
    """What ``build`` made. ``map_panel`` is None when there is no map."""

    application: QApplication
    window: MainWindow
    core: Desk
    bridge: Bridge
    look: Look
    map_panel: MapPanel | None
    collector: Collector
    _own_core: Core | None = None
    _lab: LabWorker | None = None
    _listed: ListedReader | None = None
    _helpers: list[QObject] = field(default_factory=list)
    _closed: bool = False
    map_help: MapHelp | None = None
    listed: CameraFeed | None = None

    def show(self) -> None:
        self.window.show()
        self.window.activateWindow()

    def run(self) -> int:
        """Show the window and live until it is closed; the exit code. It is 4 when
        not all that lines said could be saved."""
        with _asked_to_leave(self.application) as asked:
            try:
                self.show()
                QTimer.singleShot(SETTLED_MS, self.collector.settle)
                # Asked from here on, the loop finds the request; before, it would not.
                code = 0 if asked.is_set() else self.application.exec()
            finally:
                self.shutdown()
        lost = self._own_core is not None and self._own_core.not_saved is not None
        return code or (EXIT_UNAVAILABLE if lost else 0)  # the core has said it

    def shutdown(self) -> list[str]:
        """Leave in order: drafts, bridge, map, window, core. Idempotent.

        Gives the names of threads that did not end in time.
        """
        if self._closed:
            return []
        self._closed = True
        if self._listed is not None:
            self._listed.close()
        try:
            self._leave_window()
        finally:  # whatever a part of the window makes of it, the log is closed
            left = self._end_threads()
        return left

    def _leave_window(self) -> None:
        self.window.leave()
        self.bridge.close()
        if self.map_help is not None:
            self.map_help.leave()
        if self.map_panel is not None:
            self.map_panel.shutdown()
        self.window.close()
        self.window.deleteLater()
        for helper in self._helpers:
            helper.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _end_threads(self) -> list[str]:
        left = self._own_core.stop() if self._own_core is not None else []
        if self._lab is not None:
            self._lab.close()
            left += [self._lab.name] if self._lab.is_alive() else []
        if self._listed is not None and self._listed.is_alive():
            left.append(self._listed.name)
        self.collector.end()
        return left


class MapTheme(QObject):
    """Hands the window's theme on to the map."""

    def __init__(self, panel: MapPanel) -> None:
        super().__init__(panel)
        self._panel = panel

    @Slot(object)
    def follow(self, changed: LookChanged) -> None:
        self._panel.set_theme(changed.theme.value)


def prepare_qt() -> bool:
    """What must be done before there is a QApplication; False without a map."""
    from aliquot.widgets.map.scheme import register_scheme

    try:
        return register_scheme()
    except Exception:
        _logger.exception("The map's scheme could not be registered.")
        return False


def application() -> QApplication:
    """The one application object, made at the first call."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    prepare_qt()
    made = QApplication(sys.argv[:1])
    made.setApplicationName("aliquot")
    made.setApplicationDisplayName("Aliquot")
    made.setStyle("Fusion")
    load_fonts()
    _spare_the_processor()
    return made


def _spare_the_processor() -> None:
    """Before the first page, after the application: only then there is an OpenGL."""
    try:
        from aliquot.widgets.map.drawing import spare_the_processor

        if spare_the_processor():
            _logger.info("There is no graphics card: Qt's software drawing is used.")
    except Exception:
        _logger.exception("What draws the map could not be found out.")


def build(
    profile: Profile | Path | str | None = None,
    *,
    clock: Clock | None = None,
    desk: Desk | None = None,
    settings_path: Path | None = None,
    base_map: bytes | None = None,
    with_map: bool = True,
) -> Application:
    """Put everything together; nothing is shown yet.

    ``desk``: a core that runs already; without one, a core is made on ``profile`` and
    started. ``base_map``: GeoJSON for under the calls. Raises ``KnownProblem``.
    """
    application()
    time = clock or SystemClock()
    own: Core | None = None
    if desk is None:
        opened = profile if isinstance(profile, Profile) else Profile.open(profile)
        own = Core(opened, time)
        own.start()
        desk = own
    collector = Collector()
    try:
        return _compose(collector, desk, own, settings_path, base_map, with_map)
    except BaseException:
        collector.end()
        if own is not None:
            own.stop()
        raise


def _compose(
    collector: Collector,
    desk: Desk,
    own: Core | None,
    settings_path: Path | None,
    base_map: bytes | None,
    with_map: bool,
) -> Application:
    path = settings_path or paths.settings_dir() / WINDOW_SETTINGS
    saved = load_settings(path)
    look = Look(saved.theme, saved.scale, saved.reduced_motion)
    look.prepare()
    bridge = Bridge(desk)
    panel, place = _make_map(desk.clock, look, with_map)
    lab = LabWorker()
    parts = WindowParts(
        *(bridge, look, agency_types(), place, path),
        lab=lab,
        sheets=_sheets(desk),
        meter=getattr(desk, "bytes_read", None),
        handover=_handover(desk),
    )
    window = MainWindow(parts)
    look.dress()
    made = Application(
        *(application(), window, desk, bridge, look, panel, collector, own, lab)
    )
    if panel is None:
        window.status.set_map("no map", Tone.MUTED, Shape.CROSS)
    else:
        _connect_map(made, panel, base_map)
        _help_map(made, place, _ground(desk))
    window.resize(1600, 900)
    window.start()
    return made


def _sheets(desk: Desk) -> Callable[[], LineSheets] | None:
    """Settings of the lines, where a desk has a profile of its own."""
    if isinstance(desk, JoinedDesk):
        return desk.line_sheets
    profile = getattr(desk, "profile", None)
    if not isinstance(profile, Profile):
        return None
    return partial(line_sheets, profile)


def _handover(desk: Desk) -> Callable[[], HandOverSheet] | None:
    """Who can be handed to, where a desk has a profile of its own."""
    profile = getattr(desk, "profile", None)
    if not isinstance(profile, Profile):
        return None
    return partial(handover_sheet, profile.folder)


def _make_map(
    clock: Clock, look: Look, with_map: bool
) -> tuple[MapPanel | None, QWidget]:
    """The map, or a sentence in its place: the desk works without."""
    if not with_map:
        return None, _no_map("The map is switched off for this run.")
    try:
        from aliquot.widgets.map.desk import MapDesk
        from aliquot.widgets.map.panel import MapPanel

        panel = MapPanel(clock, theme=look.tokens.theme.value)
        place = MapDesk(panel)
    except Exception as problem:
        _logger.exception("The map could not be made.")
        return None, _no_map(f"The map cannot be shown: {problem}.")
    return panel, place


def _no_map(why: str) -> QWidget:
    text = QLabel(f"{why} Calls are taken and dispatched without it.")
    text.setObjectName("empty")
    text.setWordWrap(True)
    text.setAlignment(Qt.AlignmentFlag.AlignTop)
    return text


def _connect_map(made: Application, panel: MapPanel, base_map: bytes | None) -> None:
    window = made.window
    feed = MapFeed(made.bridge, window.subject, panel, window, window.intake.calls)
    sign = MapSign(window.status, window)
    theme = MapTheme(panel)
    panel.status_changed.connect(sign.say)
    panel.call_selected.connect(window.operator.call_chosen)
    made._listed = ListedReader(made.core.views)
    listed = CameraFeed(made.bridge, made._listed.ask, window)
    layers = MapLayers(
        made.bridge, window.subject, panel, window.units, window.cameras, window, listed
    )
    panel.unit_selected.connect(layers.unit_clicked)
    panel.camera_selected.connect(layers.camera_clicked)
    window.release.map_wanted.connect(layers.show)
    made.look.changed.connect(theme.follow)
    sign.say(panel.status)
    made._helpers += [feed, sign, layers]
    made.listed = listed
    if base_map is not None:
        panel.set_base(base_map)


def _ground(desk: Desk) -> Callable[[], BaseMap | None]:
    """What lies under the map, of the profile's geofile."""
    profile = getattr(desk, "profile", None)

    def read() -> BaseMap | None:
        found = ground_files(profile.folder) if isinstance(profile, Profile) else None
        if found is None:
            return None
        return BaseMap(found.geojson, found.tiles, found.towns, found.rasters)

    return read


def _help_map(
    made: Application, place: QWidget, ground: Callable[[], BaseMap | None]
) -> None:
    from aliquot.widgets.map.desk import MapDesk
    from aliquot.widgets.map_help import MapHelp

    if isinstance(place, MapDesk):
        help_ = MapHelp(place, made.bridge, made.look, made.window, ground)
        profile = getattr(made.core, "profile", None)
        own = profile.folder if isinstance(profile, Profile) else paths.cache_dir()
        help_.prints_go_to(own / PRINTS)
        help_.listed = made.listed
        made.map_help = help_


def _asked_to_leave(app: QApplication) -> AbstractContextManager[threading.Event]:
    """An interrupt from the terminal, or its end, closes the window as a person would;
    not the end of one that was told to outlast it (nohup). A second one changes nothing:
    what is being saved is saved."""
    leave = partial(
        QMetaObject.invokeMethod, app, "quit", Qt.ConnectionType.QueuedConnection
    )
    numbers = [n for n in ENDS if signal.getsignal(n) is not signal.SIG_IGN]
    return asked_to_stop(leave, numbers, for_good=True)


def hands(made: Application) -> Hands:
    """Keys into the window and eyes on it, for the tour and for measurements."""
    from aliquot.widgets.hands import Hands

    return Hands(made.window)


def open_console(profile: Profile | Path | str | None = None) -> int:
    """Open the window on a profile and stay until it is closed; the exit code.

    Raises ``KnownProblem``.
    """
    return build(profile).run()


def main() -> None:
    """Entry of ``aliquot-console``, which takes no arguments."""
    no_core_dump()
    try:
        sys.exit(open_console())
    except KnownProblem as problem:
        print(problem, file=sys.stderr)
        sys.exit(problem.exit_code)


if __name__ == "__main__":
    main()
