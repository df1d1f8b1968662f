"""The local socket, the lock, and two consoles on one profile."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console import remote
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Done, Failed, Refused
from aliquot.console.problems import EXIT_LOCKED, KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.remote import BadMessage, decode_command, encode_command

MakeCore = Callable[..., Core]
OPEN = cmd.OpenIncident(fields={"place": "1 Elm"}, form_id="f1")
PASSWORD = "correct horse"


def carry_out(profile: Profile, command: cmd.Command) -> cmd.Outcome:
    return remote.carry_out(profile, SystemClock(), command)


def test_a_command_goes_to_the_running_console(core: Core) -> None:
    outcome = carry_out(core.profile, OPEN)
    assert isinstance(outcome, Done)
    row = core.views().incident(str(outcome.result["incident_id"]))
    assert row is not None
    assert carry_out(core.profile, OPEN) == outcome
    refusal = carry_out(core.profile, replace(OPEN, fields={}, form_id=None))
    assert isinstance(refusal, Refused)
    assert core.profile.socket_path.stat().st_mode & 0o777 == 0o600


def test_who_acts_from_outside_is_not_who_sits_at_the_desk(core: Core) -> None:
    core.call(cmd.AddPerson(name="Ann", role="dispatcher", password=PASSWORD))
    core.call(cmd.SignIn(name="Ann", password=PASSWORD))
    added = cmd.AddPerson(name="Bob", role="supervisor", password=PASSWORD)
    assert isinstance(carry_out(core.profile, added), Done)
    outcome = carry_out(core.profile, OPEN)
    assert isinstance(outcome, Done)
    notes = core.views().narrative(str(outcome.result["incident_id"]))
    assert {note.person for note in notes} == {"nobody"}
    assert [p.name for p in core.views().people()] == ["Ann", "Bob"]


def test_without_a_console_the_command_is_carried_out_all_the_same(
    make_core: MakeCore, tmp_path: Path
) -> None:
    profile = Profile.open(tmp_path / "profile")
    added = cmd.AddPerson(name="Ann", role="dispatcher", password=PASSWORD)
    assert isinstance(carry_out(profile, added), Done)
    assert isinstance(carry_out(profile, added), Refused)
    assert len(list(profile.key_folder.iterdir())) == 1
    assert isinstance(carry_out(profile, OPEN), Done)
    core = make_core()
    assert isinstance(core.call(cmd.SignIn(name="Ann", password=PASSWORD)), Done)
    assert len(core.views().board()) == 1


def test_a_second_console_is_refused_and_told_by_whom(core: Core) -> None:
    second = Core(core.profile, SystemClock())
    with pytest.raises(KnownProblem, match=str(os.getpid())) as caught:
        second.start()
    assert caught.value.exit_code == EXIT_LOCKED
    assert isinstance(core.call(OPEN), Done), "the first one goes on"


def test_a_console_that_does_not_listen_locks_the_profile(core: Core) -> None:
    core.profile.socket_path.unlink()
    with pytest.raises(KnownProblem, match=str(os.getpid())) as caught:
        carry_out(core.profile, OPEN)
    assert caught.value.exit_code == EXIT_LOCKED


def test_the_lock_is_free_after_a_stop(core: Core, make_core: MakeCore) -> None:
    core.stop()
    assert not core.profile.socket_path.exists()
    assert isinstance(make_core().call(OPEN), Done)


def test_a_profile_with_a_very_long_path(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / ("path" * 30)
    core = Core(Profile.open(folder), SystemClock())
    core.profile.save_settings(core.profile.settings)
    core.start()
    try:
        assert len(os.fsencode(core.profile.socket_path)) > 200
        assert core.profile.socket_path.is_socket()
        assert isinstance(carry_out(core.profile, OPEN), Done)
    finally:
        assert core.stop() == []


def test_a_leftover_of_a_killed_console_is_no_hindrance(
    core: Core, make_core: MakeCore
) -> None:
    core.stop()
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(core.profile.socket_path))
    again = make_core()
    assert isinstance(carry_out(again.profile, OPEN), Done)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"no json\n",
        b"[1]\n",
        b'{"command": "SignIn", "fields": {"name": "a", "password": "b"}}\n',
        b'{"command": "AddNote", "fields": {"incident_id": 5, "text": "x"}}\n',
        b'{"command": "AddNote", "fields": {"incident_id": "5"}}\n',
        b'{"command": "AddNote", "fields": {"more": "5"}}\n',
        b'{"command": "OpenIncident", "fields": {"fields": []}}\n',
    ],
)
def test_a_message_that_is_no_command_is_refused(core: Core, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(core.profile.socket_path))
        client.sendall(line)
        client.shutdown(socket.SHUT_WR)
        with client.makefile("rb") as answer:
            outcome = remote.decode_outcome(answer.readline())
    assert isinstance(outcome, Refused)
    assert outcome.code == "bad_message"
    assert isinstance(carry_out(core.profile, OPEN), Done), "the door stays open"


@pytest.mark.parametrize(
    "outcome", [Done({"a": [1, None]}), Refused("c", "m"), Failed("c", "m")]
)
def test_an_outcome_comes_back_as_it_was(outcome: cmd.Outcome) -> None:
    assert remote.decode_outcome(remote.encode_outcome(outcome)) == outcome


@pytest.mark.parametrize("line", [b"", b"{}", b'{"outcome": "Odd"}', b"[]"])
def test_an_answer_that_is_no_outcome_is_said(line: bytes) -> None:
    with pytest.raises(BadMessage):
        remote.decode_outcome(line)


_text = st.text(max_size=9)
_commands = st.one_of(
    st.builds(
        cmd.OpenIncident,
        fields=st.dictionaries(_text, st.none() | st.integers() | _text, max_size=3),
        form_id=st.none() | _text,
    ),
    st.builds(
        cmd.DispatchUnits,
        incident_id=_text,
        unit_ids=st.lists(_text, max_size=3).map(tuple),
    ),
    st.builds(
        cmd.EraseBodies,
        targets=st.lists(st.tuples(_text, st.integers()), max_size=3).map(tuple),
        reason=_text,
        authority=_text,
    ),
    st.builds(
        cmd.RegisterUnit,
        unit_id=_text,
        service=_text,
        kind=_text,
        latitude=st.none() | st.floats(-90, 90),
    ),
)


@given(_commands)
def test_a_command_goes_over_as_it_was(command: cmd.Command) -> None:
    assert decode_command(encode_command(command)) == command
