"""Alt+H: an incident to another PSAP by keys, and nothing of it in anybody's way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from aliquot.console import app
from aliquot.console.domain import commands as c
from aliquot.console.domain.handover import (
    HandOverIncident,
    HandOverSheet,
    ReceiverSheet,
)
from aliquot.console.domain.rows import PersonRow
from aliquot.console.profile import Profile
from aliquot.widgets.actions import Act

K = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
Seat = Any
SHEET = HandOverSheet(
    "psap.halden.example",
    (
        ReceiverSheet("Next County", "https://psap.next.example/eido"),
        ReceiverSheet("State", "/srv/to-state"),
    ),
    "/srv/handed-over",
)
GONE = {"how": "post", "where": "https://psap.next.example/eido", "sha256": "ab" * 32}


@pytest.fixture
def seat(make_seat: Any) -> Seat:
    """Ann is signed in, and an incident is on hand."""
    seat = make_seat(handover=lambda: SHEET)
    ann = PersonRow(person_id="p1", name="Ann", role="dispatcher", public_key=b"")
    seat.desk.people["Ann"] = (ann, "secret")
    seat.desk.submit(c.SignIn(name="Ann", password="secret"))
    seat.key(K.Key_N, CTRL)
    seat.type("robbery")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    seat.desk.refuse[HandOverIncident] = c.Done(GONE)
    return seat


def page(seat: Seat) -> Any:
    return seat.window.handover


def handed(seat: Seat) -> list[HandOverIncident]:
    return [x for x in seat.desk.commands if isinstance(x, HandOverIncident)]


def test_two_keys_hand_over_and_the_form_is_left_alone(seat: Seat) -> None:
    incident = seat.window.subject.now.incident_id
    seat.key(K.Key_H, ALT)
    assert seat.window.drawer.shown is Act.HAND_OVER
    assert "By Ann, for psap.halden.example" in page(seat).what.text()
    assert page(seat).folder.text() == "https://psap.next.example/eido"
    seat.key(K.Key_Return)
    assert handed(seat) == []
    assert seat.focus is page(seat).button
    seat.key(K.Key_Return)
    seat.settle()
    assert handed(seat) == [
        HandOverIncident(incident_id=incident, to="Next County", send=True)
    ]
    assert "taken by https://psap.next" in page(seat).outcome.text()
    assert "Handed over to Next County" in seat.said
    seat.key(K.Key_Escape)
    assert seat.window.drawer.shown is None


def test_another_agency_is_given_a_folder(seat: Seat) -> None:
    seat.key(K.Key_H, ALT)
    seat.type("Border Patrol Station 7")
    assert page(seat).folder.text() == "/srv/handed-over"
    seat.key(K.Key_Return)
    assert seat.focus is page(seat).folder
    page(seat).folder.selectAll()
    seat.type("/srv/usb")
    seat.key(K.Key_Return)
    seat.key(K.Key_Return)
    seat.settle()
    (command,) = handed(seat)
    said = (command.to, command.folder, command.send)
    assert said == ("Border Patrol Station 7", "/srv/usb", False)


def test_a_failure_is_said_in_place_and_can_be_tried_again(seat: Seat) -> None:
    failed = c.Failed("not_delivered", "It is in the log, but they do not have it.")
    seat.desk.refuse[HandOverIncident] = failed
    seat.key(K.Key_H, ALT)
    for _ in range(2):
        page(seat).button.setFocus()
        seat.key(K.Key_Return)
        seat.settle()
    assert page(seat).outcome.property("tone") == "danger"
    assert page(seat).outcome.text() == failed.message
    assert len(handed(seat)) == 2


def test_nobody_signed_in_is_told_so(seat: Seat) -> None:
    seat.desk.submit(c.SignOut())
    seat.settle()
    seat.key(K.Key_H, ALT)
    assert "Nobody is signed in: Ctrl+I" in page(seat).what.text()
    page(seat).button.click()
    seat.settle()
    assert handed(seat) == []
    assert "Nobody is signed in" in page(seat).outcome.text()


def test_without_an_incident_the_key_says_why_not(make_seat: Any) -> None:
    seat = make_seat(handover=lambda: SHEET)
    seat.key(K.Key_H, ALT)
    assert seat.window.drawer.shown is None
    assert "No incident is on hand" in seat.said


def test_what_is_wrong_with_the_settings_is_said(make_seat: Any) -> None:
    seat = make_seat(handover=lambda: HandOverSheet(problem="eido.toml: no agency."))
    seat.key(K.Key_N, CTRL)
    seat.type("robbery")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    seat.key(K.Key_H, ALT)
    assert page(seat).what.text() == "eido.toml: no agency."
    page(seat).button.click()
    assert handed(seat) == []


SIZES = [(1920, 1080, 1.0), (1366, 768, 1.0), (1920, 1080, 2.0)]


@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
def test_nothing_is_clipped(
    make_seat: Any, width: int, height: int, scale: float
) -> None:
    sheet = lambda: SHEET
    seat = make_seat(width=width, height=height, scale=scale, handover=sheet)
    seat.key(K.Key_N, CTRL)
    seat.type("robbery")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    seat.key(K.Key_H, ALT)
    QApplication.processEvents()
    one = page(seat)
    for text in one.findChildren(QLabel):
        if text.isVisible() and text.text():
            need = text.heightForWidth(text.width()) if text.wordWrap() else 0
            assert text.height() >= need - 1, text.text()
    assert one.button.geometry().right() <= one.width()


# --- the real core


@pytest.fixture
def built(qtbot: QtBot, tmp_path: Path) -> Iterator[app.Application]:
    profile = Profile.open(tmp_path / "profile")
    (profile.folder / "eido.toml").write_text(
        'agency = "psap.halden.example"\n[[receiver]]\nname = "State"\n'
        'folder = "to-state"\n'
    )
    made = app.build(profile, settings_path=tmp_path / "w.toml", with_map=False)
    made.show()
    qtbot.waitExposed(made.window)
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    yield made
    assert made.shutdown() == []


def press(key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def test_from_the_key_to_the_file(built: app.Application, qtbot: QtBot) -> None:
    core = built._own_core
    assert core is not None
    add = c.AddPerson(name="Ann", role="dispatcher", password="correct horse")
    assert isinstance(core.call(add), c.Done)
    assert isinstance(core.call(c.SignIn(name="Ann", password="correct horse")), c.Done)
    press(K.Key_N, CTRL)
    QTest.keyClicks(QApplication.focusWidget(), "robbery")
    press(K.Key_Return, CTRL)
    subject = built.window.subject
    qtbot.waitUntil(lambda: subject.now.incident_id is not None)
    press(K.Key_H, ALT)
    press(K.Key_Return)
    press(K.Key_Return)
    outcome = built.window.handover.outcome
    qtbot.waitUntil(lambda: "written to" in outcome.text(), timeout=10_000)
    (file,) = (core.profile.folder / "to-state").iterdir()
    assert json.loads(file.read_bytes())["eidoVersion"] == "1.0"
    incident = subject.now.incident_id
    assert incident is not None
    texts = [note.text for note in built.bridge.views.narrative(incident)]
    assert any(text.startswith("handed over to State") for text in texts)
    assert any(text.startswith("hand-over to State: written to") for text in texts)
