"""The dock of listed cameras near what is on hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fake_desk import FakeDesk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from aliquot.console.clock import ManualClock
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import CallRow, CameraNear, IncidentRow
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cameras.panel import AN_AREA, NO_PLACE, NOTHING, CamerasPanel
from aliquot.widgets.cameras.words import bearing_text, found_text, reach_text
from aliquot.widgets.subject import OnHand, Subject
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Theme

CAMERAS = Changed(frozenset({"cameras"}))


def near(camera_id: str, metres: float, facing: bool | None) -> CameraNear:
    return CameraNear(
        camera_id=camera_id,
        latitude=43.9,
        longitude=-75.4,
        distance_m=metres,
        bearing_deg=44.6,
        facing=facing,
    )


def call(call_id: str = "k1", **news: object) -> CallRow:
    row = CallRow(
        call_id=call_id,
        state="reported",
        line="ali",
        first_at_us=1,
        last_at_us=1,
        ours=True,
        waiting=True,
        has_record=True,
        latitude=43.9,
        longitude=-75.4,
        uncertainty_m=38.0,
    )
    return replace(row, **news)  # type: ignore[arg-type]


class Bench:
    """The panel over a desk in memory, and what it is asked with."""

    def __init__(self, bot: QtBot) -> None:
        self.desk = FakeDesk(ManualClock())
        self.bridge = Bridge(self.desk)
        self.subject = Subject()
        self.asked: list[tuple[float, float, float, float | None]] = []
        look = Look(Theme.DARK, 1.0)
        self.panel = CamerasPanel(self.bridge, look, self.subject)
        bot.addWidget(self.panel)
        self.panel.resize(400, 300)

    @property
    def said(self) -> str:
        return self.panel.said.text()

    def cells(self) -> list[list[str]]:
        model = self.panel.model
        columns = range(model.columnCount())
        return [
            [model.cell(row, column).text for column in columns]
            for row in range(model.rowCount())
        ]

    def take(self, row: CallRow) -> None:
        self.desk.calls[row.call_id] = row
        self.subject.take(OnHand(form_id=f"f-{row.call_id}", call_id=row.call_id))


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.bridge.close()
    made.desk.stop()


def test_nothing_on_hand(bench: Bench) -> None:
    bench.panel.refresh(None)
    assert bench.said == NOTHING
    assert bench.panel.table.isHidden()


def test_those_near_the_call_facing_first(bench: Bench) -> None:
    bench.desk.cameras_near = [
        near("HC-1", 30.2, None),
        near("HC-2", 80.0, True),
        near("HC-3", 287.9, False),
        near("HC-9", 300.0, True),
    ]
    bench.take(call())
    assert bench.cells() == [
        ["HC-2", "80 m", "NE 045°", "yes"],
        ["HC-1", "30 m", "NE 045°", "unknown"],
        ["HC-3", "288 m", "NE 045°", "no"],
    ]
    assert bench.said == (
        "3 listed cameras within 288 m (the call's ±38 m in it). 1 known to face it."
    )
    assert not bench.panel.table.isHidden()


def test_none_near(bench: Bench) -> None:
    bench.take(call(uncertainty_m=None))
    assert bench.said == "No listed camera within 250 m."
    assert bench.panel.table.isHidden()


@pytest.mark.parametrize(
    ("news", "said"),
    [
        ({"latitude": None, "longitude": None}, NO_PLACE),
        ({"warnings": ("area_only",)}, AN_AREA),
        ({"warnings": ("no_fix",)}, AN_AREA),
    ],
)
def test_no_place_to_look_from(
    bench: Bench, news: dict[str, object], said: str
) -> None:
    bench.desk.cameras_near = [near("HC-1", 1, True)]
    bench.take(call(**news))
    assert (bench.said, bench.cells()) == (said, [])


def test_an_incident_is_looked_from_where_help_is_wanted(bench: Bench) -> None:
    bench.desk.cameras_near = [near("HC-1", 260, True)]
    fields = {"caller_latitude": 43.9, "caller_longitude": -75.4}
    incident = IncidentRow(
        incident_id="i1",
        number=1,
        state="pending",
        opened_at_us=1,
        changed_at_us=1,
        fields={**fields, "caller_uncertainty_m": 38.0},
    )
    bench.desk.incidents["i1"] = incident
    bench.subject.take(OnHand(incident_id="i1"))
    assert bench.cells() != []
    placed = {**incident.fields, "latitude": 43.8, "longitude": -75.3}
    bench.desk.incidents["i1"] = replace(incident, fields=placed)
    bench.panel.refresh(Changed(frozenset({"incident:i1"})))
    assert bench.said == "No listed camera within 250 m."


def test_what_is_unlisted_is_gone_at_once_and_chosen_no_more(
    bench: Bench, qtbot: QtBot
) -> None:
    chosen: list[object] = []
    bench.panel.camera_chosen.connect(chosen.append)
    bench.desk.cameras_near = [near("HC-1", 10, True), near("HC-2", 20, None)]
    bench.take(call())
    bench.panel.show()
    qtbot.waitExposed(bench.panel)
    bench.panel.activateWindow()
    qtbot.waitUntil(bench.panel.isActiveWindow)
    bench.panel.table.setFocus()
    QTest.keyClick(bench.panel.table, Qt.Key.Key_Down)
    bench.panel.table.choose("HC-1")
    QTest.keyClick(bench.panel.table, Qt.Key.Key_Return)
    bench.desk.cameras_near = [near("HC-2", 20, None)]
    bench.panel.refresh(CAMERAS)
    assert [row[0] for row in bench.cells()] == ["HC-2"]
    said = [getattr(choice, "camera", None) for choice in chosen]
    assert [camera and camera.camera_id for camera in said[-2:]] == ["HC-1", None]


def test_other_changes_are_not_read(bench: Bench) -> None:
    bench.take(call())
    bench.desk.cameras_near = [near("HC-1", 10, True)]
    bench.panel.refresh(Changed(frozenset({"unit:2A11", "call:other", "line:ali"})))
    assert bench.cells() == []
    bench.panel.refresh(Changed(frozenset({"call:k1"})))
    assert len(bench.cells()) == 1


@pytest.mark.expects_log("cameras near")
def test_a_read_that_fails_says_so_and_comes_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.desk.cameras_near = [near("HC-1", 10, True)]
    bench.take(call())
    with monkeypatch.context() as broken:
        broken.setattr(type(bench.bridge.views), "cameras_near", fail)
        bench.panel.refresh(CAMERAS)
        assert "cannot be shown now" in bench.said
        assert "disk" in bench.said
        assert bench.cells() == [], "nothing old is left on the screen"
    bench.panel.refresh(CAMERAS)
    assert len(bench.cells()) == 1


def fail(*_: object) -> None:
    raise OSError("disk")


def test_the_table_has_a_name_and_words_for_each_state(bench: Bench) -> None:
    assert bench.panel.table.accessibleName() == "Listed cameras near"
    titles = [column.title for column in bench.panel.model.columns]
    assert titles == ["Camera", "Distance", "Bearing", "Facing"]


@pytest.mark.parametrize(
    ("degrees", "text"),
    [
        (0, "N 000°"),
        (359.7, "N 000°"),
        (22.4, "N 022°"),
        (23, "NE 023°"),
        (270, "W 270°"),
    ],
)
def test_bearings_in_words(degrees: float, text: str) -> None:
    assert bearing_text(degrees) == text


def test_how_far_was_looked_in_words() -> None:
    assert reach_text(None) == "within 250 m"
    assert reach_text(0.0) == "within 250 m"
    assert reach_text(1200) == "within 500 m (the call's own ±1.2 km reaches farther)"
    one = found_text([near("a", 1, None)], None)
    assert one == "1 listed camera within 250 m. None known to face it."
