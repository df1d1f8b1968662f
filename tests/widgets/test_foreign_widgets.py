"""Another CAD's incident in the window: marked in words, read and not typed over."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from aliquot.console.domain.ports import Changed
from aliquot.console.domain.positions import UnitFix
from aliquot.console.domain.rows import ForeignMark, IncidentRow, UnitRow
from aliquot.widgets.board import columns
from aliquot.widgets.board.columns import BoardColumns
from aliquot.widgets.board.units import COLUMNS, SEEN, UnitLine
from aliquot.widgets.codes import TypeTable
from aliquot.widgets.fixes import fix_cell, fix_text, way
from aliquot.widgets.intake.foreign import foreign_words, show_foreign
from aliquot.widgets.map.positions import placed_unit
from aliquot.widgets.theme.tokens import Tone

NOW = 1_772_557_200_000_000
MARK = ForeignMark(
    source="valley-fire", source_id="F-1", type_text="VEH FIRE", units=("E1",)
)


def row(**more: Any) -> IncidentRow:
    return IncidentRow(
        **{
            "incident_id": "i",
            "number": 7,
            "state": "active",
            "opened_at_us": NOW,
            "changed_at_us": NOW,
            "foreign": MARK,
            **more,
        }
    )


@pytest.fixture
def board(qapp: object) -> BoardColumns:
    return BoardColumns(TypeTable(()), {})


def test_the_board_says_whose_it_is(board: BoardColumns) -> None:
    assert board.kind(row(), NOW).text == "VEH FIRE (of valley-fire)"
    coded = row(fields={"type_code": "FVEH"})
    assert board.kind(coded, NOW).text == "FVEH (of valley-fire)"
    assert board.kind(row(foreign=None), NOW).text == "no type yet"
    assert columns.progress(row(), NOW).text == "other CAD"
    assert columns.units(row(), NOW).text == "E1"


def test_its_form_is_read_only_and_says_why() -> None:
    said: list[object] = []
    form = SimpleNamespace(
        fields=SimpleNamespace(set_enabled=said.append), say=said.append
    )
    show_foreign(form, row())  # type: ignore[arg-type]
    assert said == [False, foreign_words(row())]
    words = foreign_words(row())
    for part in ("valley-fire", "F-1", "VEH FIRE", "E1", "changed there"):
        assert part in words
    said.clear()
    show_foreign(form, row(foreign=None))  # type: ignore[arg-type]
    assert said == []


def fix(age_s: float, **more: Any) -> UnitFix:
    return UnitFix(
        **{
            "latitude": 43.9,
            "longitude": -75.4,
            "at_us": NOW - round(age_s * 1e6),
            "speed_mps": 20.0,
            "heading_deg": 44.0,
            **more,
        }
    )


def unit(**more: Any) -> UnitRow:
    return UnitRow(
        **{
            "unit_id": "2A11",
            "service": "law",
            "kind": "patrol",
            "status": "en_route",
            "since_us": NOW,
            "latitude": 43.0,
            "longitude": -75.0,
            **more,
        }
    )


@pytest.mark.parametrize(
    ("given", "text", "tone"),
    [
        (fix(12), "↗ 00:12", Tone.TEXT),
        (fix(12, speed_mps=0.2), "· 00:12", Tone.TEXT),
        (fix(75), "old 01:15", Tone.MUTED),
        (fix(12, live=False), "old 00:12", Tone.MUTED),
    ],
)
def test_the_units_list_says_how_old_a_fix_is(
    given: UnitFix, text: str, tone: Tone
) -> None:
    cell = COLUMNS[SEEN].make(UnitLine("law", unit=unit(fix=given)), NOW)
    assert (cell.text, cell.tone) == (text, tone)
    assert fix_cell(None, NOW).text == ""


@pytest.mark.parametrize(
    ("degrees", "letters"),
    [(0, "N"), (22.4, "N"), (22.6, "NE"), (180, "S"), (337.6, "N"), (359.9, "N")],
)
def test_headings(degrees: float, letters: str) -> None:
    found = way(fix(0, heading_deg=degrees))
    assert found is not None
    assert found[1] == letters


def test_a_unit_stands_at_its_fix_else_at_its_home() -> None:
    moving = placed_unit(unit(fix=fix(3)), NOW)
    assert moving is not None
    assert (moving.latitude, moving.heading_deg, moving.old) == (43.9, 44.0, None)
    old = placed_unit(unit(fix=fix(240)), NOW)
    assert old is not None
    assert (old.heading_deg, old.old) == (None, "position 4 min old")
    home = placed_unit(unit(), NOW)
    assert home is not None
    assert (home.latitude, home.old) == (43.0, None)
    assert placed_unit(unit(latitude=None, longitude=None), NOW) is None


def test_all_of_a_fix_in_words() -> None:
    told = fix_text(fix(75, warnings=("jump",)), NOW)
    assert told == "45 mph, NE, position 1 min old, it jumped: not sure"


def test_in_the_window(seat: Any) -> None:
    """Opened from the board: every field is read-only, and the words stand below."""
    desk = seat.desk
    desk.incidents["i"] = row(fields={"place": "1 Elm St"})
    form = seat.window.intake.open_incident(desk.incidents["i"])
    assert all(entry.isReadOnly() for entry in form.fields.entries.values())
    assert form.fields.entries["place"].text() == "1 Elm St"
    assert not form._message.isHidden()
    assert "valley-fire" in form._message.text()
    own = seat.window.intake.open_incident(row(incident_id="j", foreign=None))
    assert not own.fields.entries["place"].isReadOnly()


def test_the_column_of_fixes_is_there_only_with_fixes(seat: Any) -> None:
    units = seat.window.units
    assert units.table.isColumnHidden(SEEN)
    known = seat.desk.units["2A11"]
    seat.desk.units["2A11"] = replace(known, fix=fix(5))
    units.refresh(Changed(frozenset({"position:2A11"})))
    assert not units.table.isColumnHidden(SEEN)
