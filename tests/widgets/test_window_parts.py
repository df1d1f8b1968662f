"""Words, grammar, drafts, units and the probe, each by itself."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, Slot

from aliquot.console.domain import commands as c
from aliquot.console.domain.rows import CallRow, UnitRow
from aliquot.widgets import words
from aliquot.widgets.board.units import lines_of, recommend
from aliquot.widgets.calls.probe import PaintProbe, RowPainted
from aliquot.widgets.codes import agency_types, find_disposition
from aliquot.widgets.command import grammar
from aliquot.widgets.intake.values import FormData, Point, from_body, to_body
from aliquot.widgets.map_feed import map_call, map_incident
from aliquot.widgets.settings import WindowSettings, load_settings, save_settings

Seat = Any


# words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00"),
        (42.9, "00:42"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (90061, "1 d 01:01"),
    ],
)
def test_ages_are_said_in_one_way(seconds: float, text: str) -> None:
    assert words.age_text(seconds) == text


def test_an_age_is_never_negative() -> None:
    assert words.age_s(2_000_000, 1_000_000) == 0.0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(617) 555-0142", "6175550142"),
        ("1 617 555 0142", "6175550142"),
        ("911", "911"),
        ("+44 20 7946 0000", "+44 20 7946 0000"),
    ],
)
def test_numbers_are_ten_digits_or_what_was_typed(typed: str, kept: str) -> None:
    assert words.number_digits(typed) == kept


@given(st.binary(max_size=80))
def test_bytes_as_text_lose_nothing_but_the_kind_of_line_end(raw: bytes) -> None:
    text = words.bytes_text(raw)
    assert all(c == "\n" or c.isprintable() for c in text)
    plain = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    back = text.replace("\n", "\\x0a")
    assert back.count("\\x") >= sum(b > 126 or b < 32 for b in plain)


def test_uncertainty_unknown_is_not_nought() -> None:
    assert words.uncertainty_text(None, 90) == "± unknown"
    assert words.uncertainty_text(38, 90) == "±38 m conf 90"
    assert words.uncertainty_text(1200, None) == "±1.2 km"


def test_an_ali_record_says_nothing_of_ringing() -> None:
    row = CallRow(
        call_id="c",
        state="reported",
        line="a",
        first_at_us=0,
        last_at_us=0,
        ours=True,
        waiting=True,
        has_record=True,
    )
    assert words.call_state_text(row) == "ALI waiting"


# commands

KNOWN = grammar.Known(("2A11", "2A14", "E1", "14"), (142, 7), 7)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("d 2a14 142", grammar.Dispatch(("2A14",), 142)),
        ("d 2a11 2a14", grammar.Dispatch(("2A11", "2A14"), 7)),
        ("d e 0142", grammar.Dispatch(("E1",), 142)),
        ("en 2a14", grammar.Status("2A14", "en_route")),
        ("2a14 os", grammar.Status("2A14", "on_scene")),
        ("av 14", grammar.Status("14", "available")),
        ("note 142 142 Elm", grammar.Note(142, "142 Elm")),
        ("note blue van", grammar.Note(7, "blue van")),
        ("close 142 05", grammar.Close(142, "05")),
        ("close report taken", grammar.Close(7, "01")),
        ("reopen 142 more came", grammar.Reopen(142, "more came")),
        ("aside t", grammar.Aside("test")),
        ("new", grammar.Simple("new")),
    ],
)
def test_commands_are_understood(text: str, order: grammar.Order) -> None:
    assert grammar.parse(text, KNOWN) == order


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "help"),
        ("fly 2a14", "no command"),
        ("d", "Type d UNIT"),
        ("d 2a1", "may be 2A11, 2A14"),
        ("en 9", "No unit begins"),
        ("close 142", "how it ended"),
        ("close 142 purple", "how it ended"),
        ("note 142", "Type note"),
        ("aside", "Say why"),
        ("show 99", "no incident 99"),
        ("new form", "stands alone"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text: str, said: str) -> None:
    answer = grammar.parse(text, KNOWN)
    assert isinstance(answer, grammar.Wrong)
    assert said in answer.text


@given(st.text(max_size=40))
def test_no_line_is_a_fault(text: str) -> None:
    grammar.parse(text, KNOWN)
    for line in grammar.completions(text, KNOWN):
        assert isinstance(line, str)


@given(st.sampled_from(grammar.VERBS), st.text(max_size=20))
def test_no_beginning_of_a_verb_is_a_fault(verb: grammar.Verb, rest: str) -> None:
    grammar.parse(f"{verb.word} {rest}", KNOWN)
    grammar.completions(f"{verb.word} {rest}", KNOWN)


def test_completion_goes_on_from_what_is_typed() -> None:
    assert grammar.completions("d 2a", KNOWN) == ("d 2A11", "d 2A14")
    assert grammar.completions("cl", KNOWN) == ("close ",)
    assert "close 142 Report taken" in grammar.completions("close 142 rep", KNOWN)
    assert "close 142 Report taken" in grammar.completions("close 142 report t", KNOWN)
    assert "aside test" in grammar.completions("aside ", KNOWN)


def test_dispositions_are_found_by_code_and_by_word() -> None:
    found = find_disposition("05")
    assert found is not None
    assert find_disposition(found.label.upper()) == found
    assert find_disposition("") is None


def test_types_are_found_by_a_unique_beginning_only() -> None:
    table = agency_types()
    assert table.find("robb") is not None
    assert table.find("c") is None
    for kind in table.types:
        assert table.find(kind.code) == kind
        assert table.find(kind.label) == kind
        assert kind in table.fitting(kind.label[:3])


# drafts as JSON

TEXT = st.text(max_size=12)
POINTS = st.none() | st.builds(
    Point,
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.none() | st.floats(0, 1e6),
)
FORMS = st.builds(
    FormData,
    form_id=st.just("f"),
    texts=st.dictionaries(TEXT, TEXT, max_size=4),
    touched=st.lists(TEXT, max_size=3).map(tuple),
    point=POINTS,
    caller=POINTS,
    call_id=st.none() | TEXT,
    incident_id=st.none() | TEXT,
    number=st.none() | st.integers(0, 10_000),
    notes=st.lists(TEXT, max_size=3).map(tuple),
    half_note=TEXT,
    heard=TEXT,
    base=st.dictionaries(TEXT, TEXT, max_size=4),
)


@given(FORMS)
def test_a_draft_comes_back_as_it_went(data: FormData) -> None:
    assert from_body("f", to_body(data)) == data


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(list(to_body(FormData(form_id="f")))), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(list(to_body(FormData(form_id="f")))), JSON))
def test_no_draft_body_is_a_fault(body: Any) -> None:
    assert from_body("f", body).form_id == "f"


KEYS = st.dictionaries(
    st.text("abc_", min_size=1, max_size=6),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8),
    max_size=3,
)


@given(KEYS)
def test_settings_survive_any_key_text(tmp_path_factory: Any, keys: Any) -> None:
    path = tmp_path_factory.mktemp("s") / "window.toml"
    settings = WindowSettings(keys=keys)
    assert save_settings(path, settings)
    assert load_settings(path) == settings


# units


def unit(name: str, service: str, status: str, since: int) -> UnitRow:
    return UnitRow(
        unit_id=name, service=service, kind="car", status=status, since_us=since
    )


def test_the_longest_available_unit_of_the_service_is_recommended() -> None:
    units = [
        unit("A", "law", "available", 30),
        unit("B", "law", "available", 10),
        unit("C", "law", "on_scene", 1),
        unit("D", "ems", "available", 0),
    ]
    best = recommend(units, "law")
    assert best is not None
    assert best.unit_id == "B"
    assert recommend(units, "fire") is None


def test_units_stand_by_service_those_on_an_incident_first() -> None:
    units = [
        unit("B", "law", "on_scene", 0),
        unit("A", "law", "available", 9),
        unit("X", "works", "available", 1),
        unit("E", "fire", "available", 2),
        replace(unit("C", "law", "dispatched", 3), incident_id="i1"),
    ]
    shuffled = random.Random(1).sample(units, len(units))
    lines = lines_of(shuffled)
    assert [x.unit.unit_id if x.unit else x.service for x in lines] == [
        *("law", "C", "A", "B"),
        *("fire", "E"),
        *("works", "X"),
    ]
    assert (lines[0].free, lines[0].total) == (1, 3)


# the map's food


def test_a_call_without_a_point_is_not_on_the_map(seat: Seat) -> None:
    with_point = seat.ring("p")
    without = seat.ring("q", latitude=None, longitude=None)
    shown = map_call(with_point, "waiting")
    assert shown is not None
    assert shown.uncertainty_m == 38.0
    assert map_call(without, "waiting") is None


def test_an_incident_is_shown_where_help_is_wanted(seat: Seat) -> None:
    fields = {
        "latitude": 42.1,
        "longitude": -71.1,
        "caller_latitude": 42.9,
        "caller_longitude": -71.9,
        "caller_uncertainty_m": 50.0,
    }
    seat.desk.submit(c.OpenIncident(fields=fields))
    seat.settle()
    shown = map_incident(seat.desk.incidents["i1"])
    assert shown is not None
    assert (shown.latitude, shown.uncertainty_m) == (42.1, None)


# the probe


def test_the_probe_tells_each_row_once_after_its_paint(seat: Seat) -> None:
    strip = seat.window.strip
    told: list[RowPainted] = []

    class Ear(QObject):
        @Slot(object)
        def hear(self, painted: RowPainted) -> None:
            told.append(painted)

    ear = Ear()
    probe = PaintProbe(strip.table, strip.model, seat.bridge.mono_ns)
    probe.painted.connect(ear.hear)
    seat.clock.advance(5)
    seat.ring("a")
    seat.until(lambda: told)
    seat.ring("b")
    seat.until(lambda: len(told) == 2)
    strip.table.viewport().repaint()
    assert [p.call_id for p in told] == ["a", "b"]
    assert all(p.mono_ns == 5_000_000_000 for p in told)
