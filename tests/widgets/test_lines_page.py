"""F9: health of each line, its settings, and the test, by keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from aliquot.console.domain import commands as c
from aliquot.console.domain.line_health import Health
from aliquot.console.domain.line_sheet import (
    LineSheet,
    LineSheets,
    OptionSheet,
    option_lines,
    read_value,
)
from aliquot.console.domain.rows import LineRow, NoiseRow
from aliquot.console.domain.settings_commands import ChangeLineSettings
from aliquot.widgets.actions import Act
from aliquot.widgets.lines.facts import facts_of, heard_text
from aliquot.widgets.lines.live import LiveLines, Sample

K = Qt.Key
Seat = Any
S = 10**6

RINGS = OptionSheet(
    name="ring_stop_s", kind="number", default=7.0, text="Seconds without RING."
)
STOPS = OptionSheet(
    name="ringing_stops",
    kind="choice",
    default="abandoned",
    text="What it means when the ringing stops.",
    choices=("abandoned", "answered"),
    value="answered",
)
SHEETS = LineSheets(
    "profile.toml",
    (
        LineSheet(line="ali-1", driver="ali", title="ALI", source="/dev/ttyS0, 9600"),
        LineSheet(
            line="modem",
            driver="modem",
            title="Modem with caller ID",
            reads="What a modem says.",
            speaks=True,
            options=(RINGS, STOPS),
        ),
        LineSheet(line="old", driver="", title="", problem="baud: write a number."),
    ),
    (("county_x", "ImportError: no module county_x"),),
)


class Meter:
    """Bytes of each line."""

    def __init__(self) -> None:
        self.octets = {"ali-1": 0, "modem": 0}

    def __call__(self) -> dict[str, int]:
        return dict(self.octets)


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def lines_seat(make_seat: Any, meter: Meter) -> Seat:
    seat = make_seat(sheets=lambda: SHEETS, meter=meter)
    seat.desk.refuse[c.AskLine] = c.Done({"line": "modem", "ask": "test"})
    now = seat.clock.now().utc_us
    for name, asks in (("ali-1", ()), ("modem", ("test", "dial"))):
        seat.desk.set_line(
            LineRow(line=name, state="up", message="", since_us=now, asks=asks)
        )
    seat.settle()
    return seat


def seconds(seat: Seat, count: int) -> None:
    for _ in range(count):
        seat.clock.advance(1.0)
        seat.window._tick()


def rows(seat: Seat) -> dict[str, Health]:
    return {v.line: v.level for v in seat.window.lines.model.rows}


def test_each_line_has_a_level_a_word_and_a_sentence(
    lines_seat: Seat, meter: Meter
) -> None:
    seat = lines_seat
    seconds(seat, 2)
    meter.octets["modem"] = 40
    seconds(seat, 1)
    seat.key(K.Key_F9)
    assert seat.window.drawer.shown is Act.CHECK_LINES
    found = rows(seat)
    assert found == {
        "ali-1": Health.IDLE,
        "modem": Health.GOOD,
        "old": Health.RED,
    }
    page = seat.window.lines
    assert "nothing came yet" in page.said.text()
    cell = page.model.cell(0, 1)
    assert cell.text == "quiet"
    assert cell.shape is not None
    assert "county_x cannot be loaded: ImportError" in page.broken.text()
    seat.key(K.Key_Down)
    assert "modem is alive" in page.said.text()
    assert "two-way" in page.about.text()
    seat.key(K.Key_Down)
    assert "baud: write a number. Until then the line is not read." in page.said.text()


def test_noise_makes_a_line_doubtful(lines_seat: Seat, meter: Meter) -> None:
    seat = lines_seat
    seconds(seat, 2)
    meter.octets["ali-1"] = 500
    now = seat.clock.now().utc_us
    seat.desk.hear_noise(
        NoiseRow(line="ali-1", at_us=now, reason="no_start", raw=b"x" * 400)
    )
    seat.settle()
    seconds(seat, 1)
    seat.key(K.Key_F9)
    view = seat.window.lines.model.rows[0]
    assert view.level is Health.AMBER
    assert view.share == pytest.approx(0.8)
    assert "80 % of what comes is not understood" in seat.window.lines.said.text()
    assert seat.window.lines.model.cell(0, 5).text == "80%"


def test_a_heartbeat_is_no_error() -> None:
    row = LineRow(line="a", state="up", message="", since_us=0)
    samples = (Sample(0, 0, 0, 0), Sample(S, 400, 0, 3))
    beats = [NoiseRow(line="a", at_us=S, reason="heartbeat", raw=b"h" * 300)]
    facts = facts_of(row, samples, beats)
    assert (facts.seen_bytes, facts.noise_bytes) == (400, 0)
    assert facts.last_byte_us == S


def test_a_line_in_trouble_says_its_own_sentence(lines_seat: Seat) -> None:
    seat = lines_seat
    now = seat.clock.now().utc_us
    seat.desk.set_line(
        LineRow(
            line="modem",
            state="trouble",
            message="The modem has no dial tone.",
            since_us=now,
        )
    )
    seat.settle()
    seat.key(K.Key_F9)
    seat.key(K.Key_Down)
    assert rows(seat)["modem"] is Health.RED
    assert "no dial tone" in seat.window.lines.said.text()


def test_a_two_way_line_is_asked_and_its_answer_said(
    lines_seat: Seat, meter: Meter
) -> None:
    seat = lines_seat
    seconds(seat, 2)
    seat.key(K.Key_F9)
    seat.key(K.Key_Down)
    seat.desk.commands.clear()
    seat.key(K.Key_Return)
    seat.settle()
    assert c.AskLine(ask="test", line="modem") in seat.desk.commands
    page = seat.window.lines
    assert "Asked at" in page.tested.text()
    meter.octets["modem"] += 6
    seconds(seat, 1)
    assert "modem answers: 6 bytes came" in page.tested.text()
    seat.key(K.Key_Return)
    seat.settle()
    seconds(seat, 16)
    assert "modem does not answer: nothing came in 15 s" in page.tested.text()


def test_a_refused_test_says_why(lines_seat: Seat) -> None:
    seat = lines_seat
    seat.desk.refuse[c.AskLine] = c.Refused("busy", "The line is busy with a call.")
    seat.key(K.Key_F9)
    seat.key(K.Key_Down)
    seat.key(K.Key_Return)
    seat.settle()
    assert seat.window.lines.tested.text() == "The line is busy with a call."


def test_a_line_that_listens_says_what_was_heard(
    lines_seat: Seat, meter: Meter
) -> None:
    seat = lines_seat
    seconds(seat, 5)
    seat.key(K.Key_F9)
    seat.key(K.Key_Return)
    page = seat.window.lines
    assert "only listens" in page.tested.text()
    assert "no byte came" in page.tested.text()
    meter.octets["ali-1"] = 474
    seconds(seat, 1)
    seat.key(K.Key_Return)
    assert "474 bytes came, so it is alive" in page.tested.text()


def test_nothing_is_claimed_before_it_was_watched() -> None:
    said = heard_text("a", (), S, 60)
    assert "watched from now on" in said
    assert "no byte" not in said


def test_the_lines_to_write_stand_there_and_are_copied(lines_seat: Seat) -> None:
    seat = lines_seat
    seat.key(K.Key_F9)
    seat.key(K.Key_Down)
    options = seat.window.lines.options
    assert options.model.cell(1, 1).text == '"answered"'
    assert options.model.cell(0, 1).text == "not set"
    options.table.setFocus()
    options.table.selectRow(0)
    seat.key(K.Key_Return)
    assert options.value.currentText() == "7.0"
    options.value.setCurrentText("many")
    seat.key(K.Key_Return)
    assert "write a number" in options.what.text()
    options.value.setCurrentText("9")
    seat.key(K.Key_Return)
    wanted = "[lines.options]   # below [[lines]] of modem\nring_stop_s = 9\n"
    assert options.lines.toPlainText() == wanted
    assert seat.focus is options.save
    seat.key(K.Key_Tab)
    assert seat.focus is options.copy
    seat.key(K.Key_Space)
    assert QGuiApplication.clipboard().text() == wanted


def begin_option(seat: Seat, row: int, typed: str) -> None:
    """F9, the modem, one of its options, a new value; Save has the focus."""
    seat.key(K.Key_F9)
    seat.key(K.Key_Down)
    options = seat.window.lines.options
    options.table.setFocus()
    options.table.selectRow(row)
    seat.key(K.Key_Return)
    options.value.setCurrentText(typed)
    seat.key(K.Key_Return)


SAVED = {"line": "modem", "changes": {"options.ring_stop_s": [None, 9]}}


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({**SAVED, "applied": "now"}, "modem has begun anew"),
        (
            {**SAVED, "applied": "now", "also_begun": ["b"]},
            "modem has begun anew with it; so has b, of the same pair",
        ),
        ({**SAVED, "applied": "next_start", "why": "x y z"}, "at the next start: x y"),
        ({"line": "modem", "changes": {}}, "is set so already"),
    ],
)
def test_a_value_is_saved_where_it_was_typed(
    make_seat: Any, meter: Meter, result: dict[str, Any], said: str
) -> None:
    read: list[int] = []

    def sheets() -> LineSheets:
        read.append(1)
        return SHEETS

    seat = make_seat(sheets=sheets, meter=meter)
    seat.desk.refuse[ChangeLineSettings] = c.Done(result)
    begin_option(seat, 0, "9")
    options = seat.window.lines.options
    assert not [x for x in seat.desk.commands if isinstance(x, ChangeLineSettings)]
    seat.key(K.Key_Return)
    seat.settle()
    wanted = ChangeLineSettings(line="modem", changes={"options.ring_stop_s": 9})
    assert seat.desk.commands[-1] == wanted
    assert said in options.what.text()
    assert seat.focus is options.table
    assert len(read) == 2, "the settings are read again"


def test_what_is_refused_is_said_in_place_and_stays_typed(lines_seat: Seat) -> None:
    seat = lines_seat
    refused = c.Refused("bad_value", "ring_stop_s: write more than 6.")
    seat.desk.refuse[ChangeLineSettings] = refused
    begin_option(seat, 0, "3")
    seat.key(K.Key_Return)
    seat.settle()
    options = seat.window.lines.options
    assert options.what.text() == "ring_stop_s: write more than 6."
    assert options.what.property("tone") == "danger"
    assert options.value.currentText() == "3"
    seconds(seat, 2)
    assert options.what.text() == "ring_stop_s: write more than 6."


def test_an_empty_value_is_the_default(lines_seat: Seat) -> None:
    seat = lines_seat
    seat.desk.refuse[ChangeLineSettings] = c.Done({**SAVED, "applied": "now"})
    begin_option(seat, 1, "")
    assert "taken out" in seat.window.lines.options.lines.toPlainText()
    seat.key(K.Key_Return)
    seat.settle()
    wanted = ChangeLineSettings(line="modem", changes={"options.ringing_stops": None})
    assert seat.desk.commands[-1] == wanted


def test_nothing_is_saved_without_a_value(lines_seat: Seat) -> None:
    seat = lines_seat
    seat.key(K.Key_F9)
    options = seat.window.lines.options
    options.save.click()
    seat.settle()
    assert "nothing to save yet" in options.what.text()
    assert not [x for x in seat.desk.commands if isinstance(x, ChangeLineSettings)]


def test_a_text_in_quotation_marks_may_hold_what_cannot_be_typed() -> None:
    option = OptionSheet(name="end", kind="text", default="", text="")
    assert read_value(option, '"\\r"') == "\r"
    assert read_value(option, '"') == '"'
    with pytest.raises(ValueError, match="not sound"):
        read_value(option, '"a"b"')


@pytest.mark.parametrize(
    ("option", "typed", "wanted"),
    [(RINGS, "9.5", 9.5), (STOPS, "abandoned", "abandoned")],
)
def test_a_value_is_read_as_its_option_wants(
    option: OptionSheet, typed: str, wanted: Any
) -> None:
    assert read_value(option, typed) == wanted
    assert "[lines.options]" in option_lines(SHEETS.lines[1], option, wanted)


def test_a_choice_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="abandoned, answered"):
        read_value(STOPS, "maybe")


def test_live_figures_are_rates_between_readings() -> None:
    octets = {"a": 100}
    live = LiveLines(lambda: octets)
    row = LineRow(line="a", state="up", message="", since_us=0, records=1)
    live.read((row,), 10 * S, None)
    octets["a"] = 340
    later = LineRow(line="a", state="up", message="", since_us=0, records=3, noise=1)
    live.read((later,), 12 * S, 4.5)
    found = live.figures("a")
    assert found.bytes_per_s == (120.0,)
    assert found.frames_per_s == (1.0,)
    assert found.errors == (1.0,)
    assert found.latency_ms == (4.5,)
    assert live.figures("b").at_s == ()


SIZES = [(1920, 1080, 1.0), (1366, 768, 1.0), (1920, 1080, 2.0)]


@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
def test_nothing_of_the_page_is_clipped(
    make_seat: Any, width: int, height: int, scale: float
) -> None:
    seat = make_seat(width=width, height=height, scale=scale, sheets=lambda: SHEETS)
    seat.key(K.Key_F9)
    seat.key(K.Key_Down)
    QApplication.processEvents()
    page = seat.window.lines
    clipped = [
        text.text()
        for text in page.findChildren(QLabel)
        if text.isVisible() and text.text() and not text.wordWrap()
        and text.fontMetrics().horizontalAdvance(text.text())
        > text.contentsRect().width() + 1
    ]  # fmt: skip
    assert clipped == []
    for table in (page.table, page.options.table):
        header = table.horizontalHeader()
        shown = sum(header.sectionSize(n) for n in range(header.count()))
        assert shown <= table.viewport().width() + 1
