"""The one main window. It lays out docks and keeps them told; it decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.ports import Changed
from aliquot.widgets.actions import Act, ActAsked, ActionBook
from aliquot.widgets.arrangement import NARROW, Arrangement, Perspective
from aliquot.widgets.board.board import BoardPanel
from aliquot.widgets.board.narrative import NarrativePanel, NarrativeSaid
from aliquot.widgets.board.units import UnitsPanel
from aliquot.widgets.calls.heard import FormFromHeard, HeardPage
from aliquot.widgets.calls.strip import ROOM, CallStrip
from aliquot.widgets.cameras.panel import CamerasPanel
from aliquot.widgets.command.drawer import Drawer
from aliquot.widgets.command.grammar import Known
from aliquot.widgets.command.line import CommandLine
from aliquot.widgets.command.palette import Chosen, KeysPage, PalettePage
from aliquot.widgets.command.sign_in import SignedIn, SignInPage
from aliquot.widgets.desk_parts import Parts
from aliquot.widgets.intake.tabs import IntakeTabs
from aliquot.widgets.lab.panel import LabPanel
from aliquot.widgets.lab.side import LabSide
from aliquot.widgets.lines.page import LinesPage
from aliquot.widgets.operator import Operator
from aliquot.widgets.places import Arranged, Places
from aliquot.widgets.release.propose_line import ProposeOpened, ProposeSaid
from aliquot.widgets.release.side import ReleaseSide
from aliquot.widgets.release.wanted import BytesWanted
from aliquot.widgets.seat import SeatSigns
from aliquot.widgets.settings import load_settings
from aliquot.widgets.status import AlarmStrip, StatusBar
from aliquot.widgets.subject import Subject
from aliquot.widgets.taborder import chain
from aliquot.widgets.window_parts import WindowParts, add_hand_over, make_panels

__all__ = ["MainWindow", "WindowParts"]

MAP_ACTS = (Act.TO_MAP, Act.MAP_FIND, Act.MAP_PRINT, Act.MAP_WALL)
NO_MAP = "There is no map in this window."


class MainWindow(QMainWindow):
    def __init__(self, parts: WindowParts) -> None:
        super().__init__()
        self.setObjectName("ground")
        self._parts = parts
        self.look = parts.look
        settings = load_settings(parts.settings_path)
        self.subject = Subject(self)
        self.book = ActionBook(settings.keys, self)
        self._make_panels(parts)
        self._make_foot(parts)
        self._make_drawer(parts)
        path = parts.settings_path
        self.places = Places(self, self.panels, parts.look, settings, path)
        self._connect(parts)
        self.seat = SeatSigns(parts.bridge, self)
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)
        self._ticker.start()

    # parts

    def _make_panels(self, parts: WindowParts) -> None:
        bridge, look, types = parts.bridge, parts.look, parts.types
        common = (bridge, self.book, look)
        self.strip = CallStrip(*common)
        self.intake = IntakeTabs(*common, types, self.subject)
        self.board = BoardPanel(*common, types, self.subject)
        self.units = UnitsPanel(*common, types, self.subject)
        self.narrative = NarrativePanel(*common, self.subject, self.intake)
        self.cameras = CamerasPanel(bridge, look, self.subject)
        self.release = ReleaseSide(*common, self.subject, self)
        self.lines = LinesPage(bridge, look, parts.sheets, parts.meter)
        lab = LabPanel(parts.lab, bridge, self.book, look, self.lines.live)
        self.lab = LabSide(lab, self.book, self)
        self.panels = make_panels(self, parts)

    def _make_foot(self, parts: WindowParts) -> None:
        self.alarm = AlarmStrip(parts.bridge, parts.look)
        self.line = CommandLine(self.book, parts.look, self._known)
        self.status = StatusBar(parts.bridge, self.book, parts.look)
        foot = QWidget()
        box = QVBoxLayout(foot)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self._lines = QStackedWidget()
        self._lines.addWidget(self.line)
        self._lines.addWidget(self.release.line)
        policy = QSizePolicy.Policy
        self._lines.setSizePolicy(policy.Preferred, policy.Maximum)
        for part in (self.alarm, self._lines, self.status):
            box.addWidget(part)
        bar = QToolBar("Command line and status")
        bar.setObjectName("foot")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addWidget(foot)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, bar)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setDockNestingEnabled(True)
        sides = Qt.DockWidgetArea.AllDockWidgetAreas
        self.setTabPosition(sides, QTabWidget.TabPosition.North)
        self._foot = foot

    def _make_drawer(self, parts: WindowParts) -> None:
        self.drawer = Drawer(parts.look, self)
        self.drawer.stand_on(self._foot)
        self.drawer.stay_below(self.panels["strip"])
        self.drawer.leave_free(self.panels["intake"])
        self.palette_page = PalettePage(self.book, parts.look)
        self.sign_in = SignInPage(parts.bridge, parts.look)
        self.heard = HeardPage(parts.bridge, parts.look)
        self.drawer.add(Act.PALETTE, self.palette_page)
        self.drawer.add(Act.KEYS, KeysPage(self.book, parts.look))
        self.drawer.add(Act.SIGN_IN, self.sign_in)
        self.drawer.add(Act.HEARD, self.heard)
        self.drawer.add(Act.BYTES, self.release.page)
        self.drawer.add(Act.CHECK_LINES, self.lines)
        self.handover = add_hand_over(self, parts)

    def _connect(self, parts: WindowParts) -> None:
        desk = Parts(
            self.strip,
            self.intake,
            self.board,
            self.units,
            self.narrative,
            self.line,
        )
        self.operator = Operator(parts.bridge, self.book, self.subject, desk, self)
        self.places.arranged.connect(self._arranged)
        self.book.asked.connect(self._asked)
        self.operator.window_act.connect(self._window_act)
        self._handed: dict[Act, Callable[[], None]] = {}
        for act in MAP_ACTS:
            self.book.set_reason(act, NO_MAP)
        self.palette_page.chosen.connect(self._chosen)
        self.sign_in.done.connect(self._signed_in)
        self.heard.asked.connect(self._from_heard)
        self.release.desk.bytes_wanted.connect(self._show_bytes)
        self.release.line.opened.connect(self._line_turned)
        self.release.line.said.connect(self._line_said)
        self.handover.said.connect(self._line_said)
        self.intake.tabs.currentChanged.connect(self._form_turned)
        parts.bridge.changed.connect(self._changed)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    @Slot(int)
    def _form_turned(self, _index: int) -> None:
        chain(self)

    def _known(self) -> Known:
        return self.operator.known()

    # life

    def start(self) -> None:
        """Read everything, bring back what was typed, and take the remembered look."""
        self.places.restore()
        self._refresh(None)
        drafts = self._parts.bridge.views.drafts()
        found = self.intake.recover(drafts)
        self.narrative.recover(drafts)
        if found:
            forms = "form is" if found == 1 else "forms are"
            self.operator.say(f"{found} {forms} back as typed before.")
        chain(self)
        self.strip.take_focus()
        self.seat.opened()

    def leave(self) -> None:
        """Save what waits to be saved; nothing is asked. Idempotent."""
        self._ticker.stop()
        self.lab.close()
        self.intake.flush()
        self.narrative.flush()
        self.places.remember()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.leave()
        super().closeEvent(event)

    def _refresh(self, changed: Changed | None) -> None:
        for panel in self.panels.values():
            panel.deliver(changed)
        for part in (self.release, self.status, self.alarm, self.heard, self.seat):
            part.refresh(changed)

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        self._refresh(changed)

    @Slot()
    def _tick(self) -> None:
        now = self._parts.bridge.now_us()
        for panel in self.panels.values():
            panel.tick(now)
        self.status.tick(now)
        self.lines.tick(now)

    # keys

    @Slot(object)
    def _asked(self, asked: ActAsked) -> None:
        self.act(asked.act)

    def act(self, act: Act) -> None:
        """Do it, or say why not."""
        if self.release.knows(act):
            self.release.do(act, self.operator.say)
        elif self.lab.knows(act):
            if act is Act.LAB_OPEN:
                self.turn_to(Perspective.LAB, again=False)
            self.lab.do(act, self.operator.say)
        else:
            self.operator.do(act)
            if act is Act.CHECK_LINES:
                self.drawer.open_drawer(act)

    @Slot(object)
    def _window_act(self, act: Act) -> None:
        acts: dict[Act, Callable[[], str | None]] = {
            Act.COMMAND: self.line.begin,
            Act.BACK: self.back,
            Act.TO_FORM: partial(self._on_desk, self._to_form),
            Act.TO_BOARD: partial(self._on_desk, self._to_board),
            Act.TO_UNITS: partial(self._on_desk, partial(self._to_side, "units")),
            Act.TO_CAMERAS: partial(self._on_desk, partial(self._to_side, "cameras")),
            Act.DESK: partial(self.turn_to, Perspective.DESK),
            Act.RELEASES: partial(self.turn_to, Perspective.RELEASES),
            Act.LAB: partial(self.turn_to, Perspective.LAB),
            Act.TO_QUEUE: self._to_queue,
            Act.THEME: self.places.turn_theme,
            Act.MOTION: self._turn_motion,
            Act.LARGER: partial(self.places.step_size, 1),
            Act.SMALLER: partial(self.places.step_size, -1),
            Act.NORMAL_SIZE: partial(self.places.set_size, 1.0),
            **self._handed,
        }
        if act not in acts:
            self.drawer.toggle(act)
            return
        said = acts[act]()
        if said:
            self.operator.say(said)

    def answer(self, acts: Mapping[Act, Callable[[], None]]) -> None:
        """What was handed in does these acts; without it they say why not."""
        self._handed.update(acts)
        for act in acts:
            self.book.set_reason(act, None)

    def turn_to(self, perspective: Perspective, again: bool = True) -> str | None:
        """A key asked for it; asked ``again``, all its panels go to their places."""
        if perspective is not self.places.perspective:
            self.drawer.close_drawer()
        if not self.places.turn_to(perspective):
            return self.places.put_back() if again else None
        self.release.turned(perspective)
        self.lab.turned(perspective)
        return None

    def _on_desk(self, go: Callable[[], None]) -> None:
        if self.places.perspective is not Perspective.DESK:
            self.turn_to(Perspective.DESK)
        go()

    def _to_queue(self) -> None:
        self.drawer.make_way(self.panels["queue"])
        if self.places.perspective is not Perspective.RELEASES:
            self.turn_to(Perspective.RELEASES)
        self.release.queue.table.setFocus()

    def _to_side(self, name: str) -> None:
        self.drawer.make_way(self.panels[name])
        self.panels[name].raise_()
        (self.units if name == "units" else self.cameras).table.setFocus()

    @Slot(object)
    def _show_bytes(self, _wanted: BytesWanted) -> None:
        self.drawer.toggle(Act.BYTES)

    @Slot(object)
    def _line_turned(self, opened: ProposeOpened) -> None:
        self._lines.setCurrentIndex(0 if opened.region_id is None else 1)

    @Slot(object)
    def _line_said(self, said: ProposeSaid | NarrativeSaid) -> None:
        self.operator.say(said.text, said.bad)

    def _turn_motion(self) -> str:
        said = self.places.turn_motion()
        self.strip.refresh(None)
        return said

    def back(self) -> None:
        """Esc: close the drawer, leave the command line; what is typed stays."""
        if self.drawer.shown is not None:
            self.drawer.close_drawer()
        elif self.release.back() or self.lab.back() or self.narrative.back():
            return
        elif not self.intake.back() and self.line.isAncestorOf(
            QApplication.focusWidget() or self
        ):
            self.line.drop_preset()
            if not self.line.go_back():
                self._to_form()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Comes here only when no field wanted the key."""
        if event.text() == "/":
            self.line.begin()
        else:
            super().keyPressEvent(event)

    def _to_form(self) -> None:
        self.drawer.make_way(self.panels["intake"])
        form = self.intake.current
        if form is not None:
            form.begin()
        else:
            self._to_board()

    def _to_board(self) -> None:
        self.drawer.make_way(self.panels["board"])
        self.panels["board"].raise_()
        if not self.board.take_focus():
            self.operator.say("The board is empty: no incident is pending or active.")

    @Slot(object)
    def _chosen(self, chosen: Chosen) -> None:
        self.drawer.close_drawer()
        self.act(chosen.act)

    @Slot(object)
    def _signed_in(self, _done: SignedIn) -> None:
        self.drawer.close_drawer()
        if self.places.perspective is Perspective.RELEASES:
            self.release.queue.table.setFocus()
        self.operator.say("Signed in.")

    @Slot(object)
    def _from_heard(self, asked: FormFromHeard) -> None:
        self.drawer.close_drawer()
        self.operator.heard(asked)

    @Slot(QWidget, QWidget)
    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Working in a form puts it on hand; what is worked in is seen."""
        self.release.focus_moved(now)
        self.places.bring_up(now)
        form = self.intake.current
        if form is not None and now is not None and self.intake.isAncestorOf(now):
            self.subject.take(form.on_hand)

    # room

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.places.shown()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.places.fit()

    @Slot(object)
    def _arranged(self, arranged: Arranged) -> None:
        self.board.set_compact(arranged.kind is not Arrangement.WIDE)
        self.strip.set_room(ROOM[arranged.kind])
        self.release.set_kind(arranged.kind)
        self.lab.panel.set_kind(arranged.kind)
        for part in (self.intake, self.board, self.status, self.alarm):
            part.set_folded(arranged.kind is Arrangement.FOLDED)
        self.status.set_narrow(arranged.kind in NARROW)
