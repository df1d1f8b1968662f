"""A window over a desk in memory, driven by keys."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from aliquot.console.clock import ManualClock
from aliquot.console.domain import commands
from aliquot.console.domain.rows import CallRow
from aliquot.console.workers.lab import LabWorker
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.codes import agency_types
from aliquot.widgets.intake.form import IntakeForm
from aliquot.widgets.lab import editor
from aliquot.widgets.main_window import MainWindow, WindowParts
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Theme

Modifier = Qt.KeyboardModifier
CTRL, SHIFT, ALT = (
    Modifier.ControlModifier,
    Modifier.ShiftModifier,
    Modifier.AltModifier,
)


def _load(name: str) -> ModuleType:
    """A helper that lies beside the tests; they are no package."""
    if name not in sys.modules:
        path = Path(__file__).with_name(f"{name}.py")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


_load("fake_views")
_load("fake_desk")
_load("fake_releases")
_load("release_hands")
_load("lab_seat")
from fake_desk import FakeDesk
from fake_releases import FakeReleasingDesk
from lab_seat import LabWindow
from release_hands import ANA, BEN, EVE, FIELDS


@dataclass
class Seat:
    """A dispatcher's seat: the window, the desk behind it, and two hands."""

    desk: FakeDesk
    clock: ManualClock
    bridge: Bridge
    window: MainWindow
    look: Look
    bot: QtBot
    calls: list[CallRow] = field(default_factory=list)

    @property
    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the focus"
        return found

    @property
    def form(self) -> IntakeForm:
        form = self.window.intake.current
        assert form is not None, "no form is open"
        return form

    @property
    def said(self) -> str:
        return self.window.line.message.text()

    def key(self, key: Qt.Key, modifier: Modifier = Modifier.NoModifier) -> None:
        QTest.keyClick(self.focus, key, modifier)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    def text(self, name: str) -> str:
        return self.form.fields.entries[name].text()

    def until(self, condition: Callable[[], object]) -> None:
        self.bot.waitUntil(lambda: bool(condition()), timeout=5000)

    def settle(self) -> None:
        """Until the writer has done all and the window has heard of it."""
        self.desk.settle()
        QApplication.processEvents()

    def command(self, text: str) -> None:
        self.key(Qt.Key.Key_L, CTRL)
        self.type(text)
        self.key(Qt.Key.Key_Return)
        self.settle()

    def ring(self, call_id: str = "c1", **news: object) -> CallRow:
        now = self.clock.now().utc_us
        row = CallRow(
            **{
                "call_id": call_id,
                "state": "reported",
                "line": "ali-1",
                "first_at_us": now,
                "last_at_us": now,
                "ours": True,
                "waiting": True,
                "has_record": True,
                "records": 1,
                "position": "1",
                "callback_number": "6175550142",
                **WIRELESS,
                **news,
            }  # type: ignore[arg-type]
        )
        self.desk.hear_call(row)
        self.settle()
        return row

    def use_newer_place(self) -> None:
        """The call is taken, heard again with another point, and that one is used."""
        self.ring()
        self.key(Qt.Key.Key_F2)
        self.desk.hear_again("c1", latitude=42.5, uncertainty_m=9.0)
        self.settle()
        table = self.form.rebid.table
        table.setFocus()
        table.selectRow(0)
        self.key(Qt.Key.Key_Return)


WIRELESS: dict[str, object] = {
    "class_of_service": "WPH2",
    "customer_name": "SOME WIRELESS",
    "address": "440 TOWER RD - SE SECTOR",
    "community": "HALDEN",
    "latitude": 42.36510,
    "longitude": -71.10340,
    "uncertainty_m": 38.0,
    "confidence_pct": 90.0,
    "warnings": ("wireless_address_is_tower",),
}
FIXED: dict[str, object] = {
    "class_of_service": "RESD",
    "customer_name": "ORTEGA, MARIA",
    "address": "15 OAK CT APT 3",
    "community": "HALDEN",
    "latitude": None,
    "longitude": None,
    "uncertainty_m": None,
    "confidence_pct": None,
    "warnings": (),
}


@pytest.fixture
def fixed() -> dict[str, object]:
    """What a record of a telephone in a house says."""
    return dict(FIXED)


MakeSeat = Callable[..., Seat]


@pytest.fixture
def make_seat(qtbot: QtBot) -> Iterator[MakeSeat]:
    """Opens windows; all are left in order at the end."""
    seats: list[Seat] = []
    desks: list[FakeDesk] = []

    def make(
        desk: FakeDesk | None = None,
        *,
        width: int = 1920,
        height: int = 1080,
        theme: Theme = Theme.DARK,
        scale: float = 1.0,
        settings: Path | None = None,
        map_panel: QWidget | None = None,
        shown: bool = True,
        **more: Any,
    ) -> Seat:
        desk = desk or FakeDesk(ManualClock())
        if desk not in desks:
            desks.append(desk)
        look = Look(theme, scale)
        look.prepare()
        bridge = Bridge(desk)
        place = map_panel or QLabel("no map in this test")
        parts = WindowParts(bridge, look, agency_types(), place, settings, **more)
        window = MainWindow(parts)
        look.dress()
        window.resize(width, height)
        window.start()
        window._ticker.stop()  # a second passes when a test says so
        clock = desk.clock
        assert isinstance(clock, ManualClock)
        seat = Seat(desk, clock, bridge, window, look, qtbot)
        seats.append(seat)
        if shown:
            window.show()
            qtbot.waitExposed(window)
            window.activateWindow()
            qtbot.waitUntil(window.isActiveWindow)
            window.strip.table.setFocus()
        return seat

    yield make
    for seat in seats:
        leave(seat)
    for desk in desks:
        desk.stop()


def leave(seat: Seat) -> None:
    """As the composition root leaves."""
    seat.window.leave()
    seat.bridge.close()
    seat.window.close()
    seat.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def seat(make_seat: MakeSeat) -> Seat:
    """A seat with units of all services and one line that is up."""
    made = make_seat()
    add_units(made.desk)
    made.window.units.refresh(None)
    return made


def add_units(desk: FakeDesk) -> None:
    for unit, service in (
        ("2A11", "law"),
        ("2A14", "law"),
        ("E1", "fire"),
        ("M21", "ems"),
    ):
        desk.add_unit(unit, service)


@pytest.fixture
def release_desk() -> FakeReleasingDesk:
    """A desk in memory with a release side, three people and two incidents."""
    made = FakeReleasingDesk(ManualClock())
    for person, role in ((ANA, "dispatcher"), (BEN, "supervisor"), (EVE, "supervisor")):
        made.add_person(person[0], role, person[1])
    made.submit(commands.OpenIncident(fields=FIELDS))
    made.submit(
        commands.OpenIncident(fields={"type_code": "FIGHT", "place": "15 Oak Ct"})
    )
    made.settle()
    return made


@pytest.fixture
def release_seat(make_seat: MakeSeat, release_desk: FakeReleasingDesk) -> Seat:
    """A seat at that desk."""
    return make_seat(release_desk)


@pytest.fixture
def lab() -> Iterator[LabWorker]:
    made = LabWorker()
    yield made
    made.close()
    if made.is_alive():
        made.join(60)
    assert not made.is_alive()


@pytest.fixture
def lab_desk(make_seat: MakeSeat, lab: LabWorker) -> Seat:
    """The lab in the whole window, which shows the desk."""
    return make_seat(lab=lab)


@pytest.fixture
def lab_seat(
    qtbot: QtBot, lab: LabWorker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Seat]:
    """The lab alone, turned to; its editor waits shorter for an end of typing."""
    monkeypatch.setattr(editor, "PAUSE_MS", 50)
    desk = FakeDesk(ManualClock())
    look = Look(Theme.DARK, 1.0)
    look.apply()
    bridge = Bridge(desk)
    window = LabWindow(lab, bridge, look)
    window.resize(1366, 768)
    made = Seat(desk, desk.clock, bridge, window, look, qtbot)  # type: ignore[arg-type]
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.enter()
    yield made
    leave(made)
    desk.stop()
