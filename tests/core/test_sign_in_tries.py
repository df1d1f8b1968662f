"""Failed passwords are counted in the profile, and the door stays closed for longer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.clock import ManualClock
from aliquot.console.domain.commands import (
    AddPerson,
    ApproveRelease,
    Command,
    Refused,
    SignIn,
)
from aliquot.console.domain.policy_commands import ConfirmPolicyAs
from aliquot.console.domain.release_commands import ReleaseAs
from aliquot.console.domain.rows import PersonRow
from aliquot.console.domain.settings_commands import ActAs
from aliquot.console.domain.settings_commands import ChangeLineSettings as SetLine
from aliquot.console.remote import new_id
from aliquot.console.service.keys import Kdf
from aliquot.console.service.people import EnterPerson, NoteNotProved, what_for
from aliquot.console.service.tries import (
    LONGEST_WAIT_S,
    NAME,
    QUIET_US,
    Failed,
    Tries,
)
from aliquot.console.service.vault import Vault

GOOD, BAD = "correct horse", "wrong horse"
WEAK = Kdf(memory_kib=8, passes=1, lanes=1)
QUARTER_S = 15 * 60


class Door:
    """People and their vault, which begins anew as often as one likes."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder = folder
        self.clock = ManualClock(mono_ns=10**15)
        self.anew()
        self.people = tuple(map(self._added, names or ("Ann",)))

    def anew(self) -> None:
        self.vault = Vault(self.folder, self.clock, new_id, WEAK)

    def _added(self, name: str) -> PersonRow:
        command = AddPerson(name=name, role="supervisor", password=GOOD)
        made = self.vault.prepare(command, ())
        assert isinstance(made, EnterPerson)
        return PersonRow(
            person_id=made.person_id,
            name=name,
            role=made.role,
            public_key=made.public_key,
        )

    def knock(self, password: str, name: str = "Ann") -> str:
        said = self.vault.prove(self.people, name, password)
        return said.code if isinstance(said, Refused) else "in"

    def fail(self, times: int, name: str = "Ann") -> None:
        for _ in range(times):
            assert self.knock(BAD, name) == "sign_in_refused"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def test_starting_anew_begins_no_new_count(door: Door) -> None:
    """It was red: each process had five tries of its own."""
    for _ in range(5):
        door.fail(1)
        door.anew()
    assert door.knock(GOOD) == "too_many_tries"


def test_the_wait_grows_with_each_failure_up_to_an_hour(door: Door) -> None:
    door.fail(5)
    for wait_s in (QUARTER_S, 2 * QUARTER_S, LONGEST_WAIT_S, LONGEST_WAIT_S):
        door.anew()
        door.clock.advance(wait_s - 1)
        assert door.knock(GOOD) == "too_many_tries"
        door.clock.advance(1)
        door.fail(1)
    door.clock.advance(LONGEST_WAIT_S)
    assert door.knock(GOOD) == "in"
    door.fail(4)  # and all is forgotten
    assert door.knock(GOOD) == "in"
    assert not (door.folder / NAME).exists()


@pytest.mark.parametrize("days", [-3650, -1, 1, 3650])
def test_the_wall_clock_opens_nothing_and_locks_nobody_out(
    door: Door, days: int
) -> None:
    door.fail(5)
    door.clock.set_wall(door.clock.now().utc_us + days * 86_400 * 10**6)
    assert door.knock(GOOD) == "too_many_tries"
    door.clock.advance(QUARTER_S)
    assert door.knock(GOOD) == "in"


def test_after_a_start_of_the_machine_it_waits_no_longer_than_before(
    door: Door,
) -> None:
    door.fail(5)
    door.clock = ManualClock(mono_ns=0)  # it began anew
    door.anew()
    assert door.knock(GOOD) == "too_many_tries"
    door.clock.advance(QUARTER_S)
    assert door.knock(GOOD) == "in"


def test_one_person_s_door_is_no_other_s(tmp_path: Path) -> None:
    door = Door(tmp_path, "Ann", "Bea")
    door.fail(5)
    assert door.knock(GOOD, "Bea") == "in"
    assert door.knock(GOOD) == "too_many_tries"


def test_a_program_that_is_killed_at_a_try_has_counted_it(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aliquot.console.service import vault

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(vault.keys, "open_key", killed)
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt):
                door.knock(BAD)
            door.anew()
    assert door.knock(GOOD) == "too_many_tries"


def test_a_key_that_cannot_be_read_is_no_failed_password(door: Door) -> None:
    from aliquot.console.problems import KnownProblem

    (key,) = door.folder.glob("*.json")
    data = key.read_bytes()
    key.write_bytes(b"{}")
    for _ in range(6):
        with pytest.raises(KnownProblem, match="cannot be used"):
            door.knock(GOOD)
    key.write_bytes(data)
    assert door.knock(GOOD) == "in"


@pytest.mark.expects_log("is damaged")
@pytest.mark.parametrize("damage", [b"", b"{}", b"[" * 5000, "turned", "longer"])
def test_a_damaged_file_leaves_one_try(door: Door, damage: bytes | str) -> None:
    door.fail(2)
    file = door.folder / NAME
    data = file.read_bytes()
    if damage == "turned":
        assert b'\\"count\\": 2' in data
        file.write_bytes(data.replace(b'\\"count\\": 2', b'\\"count\\": 0'))
    elif damage == "longer":
        file.write_bytes(data + b" " * (1 << 20))
    else:
        assert isinstance(damage, bytes)
        file.write_bytes(damage)
    door.anew()
    door.fail(1)
    assert door.knock(GOOD) == "too_many_tries"
    door.clock.advance(QUARTER_S)
    assert door.knock(GOOD) == "in"


@pytest.mark.expects_log("is damaged")
def test_a_damaged_file_lets_a_good_password_in(door: Door) -> None:
    (door.folder / NAME).write_bytes(b"{")
    assert door.knock(GOOD) == "in"


@pytest.mark.expects_log("in memory only")
def test_a_disk_that_takes_nothing_locks_nobody_out(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is counted in memory then."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    door.fail(4)
    assert door.knock(GOOD) == "in"
    door.fail(5)
    assert door.knock(GOOD) == "too_many_tries"
    left = [p.name for p in door.folder.iterdir() if p.suffix != ".json"]
    assert left == [".tries.new"]  # one, however often


def test_no_name_and_no_password_stands_in_it(door: Door) -> None:
    door.fail(1)
    assert door.knock("a secret", "another secret") == "sign_in_refused"
    data = (door.folder / NAME).read_bytes()
    assert not any(word in data for word in (b"Ann", b"secret", b"horse"))
    assert (door.folder / NAME).stat().st_mode & 0o777 == 0o600


@given(
    count=st.integers(0, 10**6),
    failed_us=st.integers(0, 10**15),
    later_us=st.integers(0, 10**15),
)
def test_a_wait_is_bounded_and_ends(count: int, failed_us: int, later_us: int) -> None:
    failed = Failed(count, failed_us)
    assert (failed.wait_s(failed_us) > 0) == (count >= 5)
    wait_s = failed.wait_s(later_us)
    assert 0 <= wait_s <= LONGEST_WAIT_S
    shown_us = later_us if later_us < failed_us else later_us - failed_us
    assert wait_s == 0 or shown_us < LONGEST_WAIT_S * 10**6


def test_counts_of_several_are_kept_side_by_side(tmp_path: Path) -> None:
    tries = Tries(tmp_path, ManualClock())
    for person, count in (("a", 2), ("b", 5)):
        for _ in range(count):
            tries.begin(person)
    again = Tries(tmp_path, ManualClock())
    assert (again.wait_s("a"), again.wait_s("b")) == (0, QUARTER_S)
    assert again.begin("a").count == 2


# What the log is told.


def test_a_failed_password_is_told_once_and_a_closed_door_is_none(door: Door) -> None:
    (ann,) = door.people
    asked = SignIn(name="Ann", password=BAD)
    for n in range(1, 6):
        door.fail(1)
        note = NoteNotProved(person_id=ann.person_id, act="sign_in", failed=n)
        assert door.vault.to_note(asked) == note
        assert door.vault.to_note(asked) is None
    assert door.knock(BAD) == "too_many_tries"
    assert door.vault.to_note(asked) is None
    door.clock.advance(QUARTER_S)
    assert door.knock(GOOD) == "in"
    assert door.vault.to_note(asked) is None


def test_nobody_fills_the_log_with_names_that_nobody_has(door: Door) -> None:
    """However often the program is begun anew; how many there were is told."""
    told: list[int] = []
    for n in range(40):
        door.fail(1, f"nobody {n}")
        note = door.vault.to_note(SignIn(name="x", password="y"))
        if note is not None:
            assert note.person_id is None
            told.append(note.failed)
        door.anew()
        door.clock.advance(120)
    assert told == [1, 2, 3, 4, 5, 35]  # an hour after the fifth
    door.clock.advance(QUIET_US // 10**6)
    door.fail(1, "somebody else")
    note = door.vault.to_note(SignIn(name="x", password="y"))
    assert note is not None
    assert note.failed == 1
    assert door.knock(GOOD) == "in"  # nobody else's door


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (SignIn(name="a", password="b"), "sign_in"),
        (ApproveRelease(release_id="r", password="b"), "approve_release"),
        (ReleaseAs(act="approve", name="a", password="b"), "approve_release"),
        (ReleaseAs(act="retract", name="a", password="b"), "retract_release"),
        (ConfirmPolicyAs(name="a", password="b", sha256="0"), "confirm_policy"),
        (
            ActAs(act=SetLine(line="ali", changes={}), name="a", password="b"),
            "change_line_settings",
        ),
    ],
)
def test_what_a_password_was_for(command: Command, what: str) -> None:
    assert what_for(command) == what
