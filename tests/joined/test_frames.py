"""The frames between a second window and the console: there, back, and bad ones."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console import frames
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.cameras import Camera
from aliquot.console.domain.commands import Done, Failed, Outcome, Refused
from aliquot.console.domain.ports import Changed
from aliquot.console.frames import BadFrame
from aliquot.console.service.handlers import HANDLERS
from aliquot.console.service.people import BeginSession, EnterPerson

SECRET = "correct horse"
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=6,
)
_finite = st.floats(allow_nan=False, allow_infinity=False)
_cameras = st.builds(
    Camera, camera_id=st.text(max_size=9), latitude=_finite, longitude=_finite
)
_object = st.dictionaries(st.text(max_size=9), _json, max_size=3)


def _values(hint: object) -> st.SearchStrategy[object]:
    words = str(hint)
    if "dict" in words:
        return _object
    if "Camera" in words:
        return st.lists(_cameras, max_size=2).map(tuple)
    if "float" in words:
        return st.none() | _finite if "None" in words else _finite
    return st.from_type(hint)  # type: ignore[arg-type]


def _any_of(name: str) -> st.SearchStrategy[cmd.Command]:
    hints = frames._HINTS[name]
    given = {field: _values(hint) for field, hint in hints.items()}
    return st.builds(frames.COMMANDS[name], **given)


_commands = st.sampled_from(sorted(frames.COMMANDS)).flatmap(_any_of)
_outcomes = st.one_of(
    st.builds(Done, _object),
    st.builds(Refused, st.text(), st.text()),
    st.builds(Failed, st.text(), st.text()),
)


def _cut(data: bytes) -> bytes:
    (found,) = frames.Cutter().feed(data)
    return found


@given(_commands)
def test_a_command_goes_over_as_it_was(command: cmd.Command) -> None:
    frame = frames.from_client(_cut(frames.encode(frames.ask(7, command))))
    assert isinstance(frame, frames.Ask)
    assert frames.command_of(frame) == command


@given(_outcomes)
def test_an_outcome_comes_back_as_it_was(outcome: Outcome) -> None:
    frame = frames.from_console(_cut(frames.encode(frames.answer(7, outcome))))
    assert isinstance(frame, frames.Answer)
    assert frames.outcome_of(frame) == outcome


@given(st.lists(st.integers(0, 9), max_size=5), st.integers(1, 9))
def test_frames_are_cut_whatever_comes_at_once(ids: list[int], step: int) -> None:
    asked = [frames.encode(frames.ask(n, cmd.SignOut())) for n in ids]
    data, cutter = b"".join(asked), frames.Cutter()
    found: list[bytes] = []
    for at in range(0, len(data), step):
        found += cutter.feed(data[at : at + step])
    assert found == [one[4:] for one in asked]


@given(st.binary(max_size=200))
def test_bytes_that_are_no_frame_are_said_to_be_none(data: bytes) -> None:
    for decode in (frames.from_client, frames.from_console):
        with pytest.raises(BadFrame):
            decode(data)


def test_a_frame_that_says_it_is_very_long_is_not_waited_for() -> None:
    with pytest.raises(BadFrame, match="too large"):
        frames.Cutter().feed(b"\xff\xff\xff\xff")


ASK = b'{"kind":"ask","id":1,"command":"SignOut","fields":{}'


@pytest.mark.parametrize(
    "data",
    [
        ASK + b',"actor":{"person":"p1","position":"01"}}',
        ASK + b',"person":"p1"}',
        b'{"kind":"hello"}',
        b'{"kind":"hello","v":"1"}',
        b'{"kind":"who","person":"p1"}',
        b'{"kind":"ask","id":1,"command":"SignOut"}',
        b"[" * 100_000,
    ],
)
def test_a_frame_with_more_or_less_is_none(data: bytes) -> None:
    """Above all: no client says who acts."""
    with pytest.raises(BadFrame):
        frames.from_client(data)
    assert isinstance(frames.from_client(ASK + b"}"), frames.Ask)


@pytest.mark.parametrize(
    ("command", "fields", "code"),
    [
        ("EnterPerson", {}, "no_such_command"),
        ("BeginSession", {"person_id": "p1"}, "no_such_command"),
        ("Command", {}, "no_such_command"),
        ("SignIn", {"name": "a"}, "bad_command"),
        ("SignIn", {"name": "a", "password": 5}, "bad_command"),
        ("SignIn", {"name": "a", "password": "b", "actor": "p1"}, "bad_command"),
        ("DispatchUnits", {"incident_id": "i", "unit_ids": "2A1"}, "bad_command"),
    ],
)
def test_what_is_no_command(command: str, fields: dict[str, object], code: str) -> None:
    with pytest.raises(BadFrame) as caught:
        frames.command_of(frames.Ask(1, command, fields))
    assert caught.value.code == code


def test_only_what_a_person_asks_for_goes_over() -> None:
    """What the console makes of a proved password does not."""
    inner = {kind for kind in HANDLERS if kind.__name__ not in frames.COMMANDS}
    assert {EnterPerson, BeginSession} <= inner
    assert all(kind.__module__ != cmd.__name__ for kind in inner)
    assert {"SignIn", "AddPerson", "ApproveRelease"} <= frames.COMMANDS.keys()


def test_a_password_is_in_no_text() -> None:
    command = cmd.SignIn(name="Ann", password=SECRET)
    frame = frames.ask(1, command)
    assert SECRET.encode() in frames.encode(frame)
    assert SECRET not in repr(frame)
    bad = frames.encode(frame)[4:-1]
    with pytest.raises(BadFrame) as caught:
        frames.from_client(bad)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    wrong = dataclasses.replace(command, name=5)  # type: ignore[arg-type]
    with pytest.raises(BadFrame) as caught:
        frames.command_of(frames.ask(1, wrong))
    assert SECRET not in str(caught.value)


def test_a_very_large_commit_is_said_in_one_word() -> None:
    many = frozenset(f"incident:{n}" for n in range(10_000))
    assert frames.news(Changed(many, 5)) == frames.News([frames.ALL], 5)
    assert frames.news(Changed(frozenset({"b", "a"}))) == frames.News(["a", "b"])


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_a_number_that_json_has_no_word_for_is_not_sent(number: float) -> None:
    unit = cmd.RegisterUnit(unit_id="u", service="law", kind="k", latitude=number)
    opened = cmd.OpenIncident(fields={"a": [{"latitude": number}]})
    for command in (unit, opened):
        with pytest.raises(BadFrame, match="infinite"):
            frames.ask(1, command)
