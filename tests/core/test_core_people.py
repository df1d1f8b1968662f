"""People at the desk: keys, sign-in, who did what."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aliquot.console.clock import ManualClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Actor, Done, Refused
from aliquot.console.domain.rows import PersonRow
from aliquot.console.problems import KnownProblem
from aliquot.console.remote import new_id
from aliquot.console.service import keys
from aliquot.console.service.keys import Kdf, WrongPassword, make_key, open_key
from aliquot.console.service.people import BeginSession, EnterPerson
from aliquot.console.service.vault import Vault

MakeCore = Callable[..., Core]
WEAK = Kdf(memory_kib=64, passes=1, lanes=1)
PASSWORD = "correct horse"


def test_a_key_opens_with_its_password_only(tmp_path: Path) -> None:
    public = make_key(tmp_path / "keys", "p1", "Ann", PASSWORD, WEAK)
    private = open_key(tmp_path / "keys", "p1", PASSWORD)
    assert keys.public_half(private) == public
    private.public_key().verify(private.sign(b"bytes"), b"bytes")
    with pytest.raises(WrongPassword):
        open_key(tmp_path / "keys", "p1", "wrong horse")


def test_a_key_file_is_private_and_keeps_its_secret(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    make_key(folder, "p1", "Ann", PASSWORD, WEAK)
    file = folder / "p1.json"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    made = json.loads(file.read_text(encoding="utf-8"))
    assert made["kdf"]["name"] == "argon2id"
    assert made["kdf"]["memory_kib"] == 64
    assert PASSWORD not in file.read_text(encoding="utf-8")


def test_a_key_cannot_be_given_to_somebody_else(tmp_path: Path) -> None:
    make_key(tmp_path, "p1", "Ann", PASSWORD, WEAK)
    (tmp_path / "p1.json").rename(tmp_path / "p2.json")
    with pytest.raises(WrongPassword):
        open_key(tmp_path, "p2", PASSWORD)


@pytest.mark.parametrize("text", ["", "{}", '{"kdf": 1}'])
def test_a_damaged_key_file_is_a_known_problem(tmp_path: Path, text: str) -> None:
    (tmp_path / "p1.json").write_text(text, encoding="utf-8")
    with pytest.raises(KnownProblem, match="cannot be used"):
        open_key(tmp_path, "p1", PASSWORD)


class _Door:
    """A vault with one person, Ann."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.vault = Vault(folder, self.clock, new_id, WEAK)
        entered = self.vault.prepare(
            cmd.AddPerson(name="Ann", role="dispatcher", password=PASSWORD), ()
        )
        assert isinstance(entered, EnterPerson)
        self.person = PersonRow(
            person_id=entered.person_id,
            name="Ann",
            role="dispatcher",
            public_key=entered.public_key,
        )

    def sign_in(self, name: str, password: str) -> str:
        said = self.vault.prepare(
            cmd.SignIn(name=name, password=password), (self.person,)
        )
        if isinstance(said, BeginSession):
            assert said.person_id == self.person.person_id
            return "in"
        assert isinstance(said, Refused)
        return said.code


def test_five_wrong_passwords_close_the_door_for_a_while(tmp_path: Path) -> None:
    door = _Door(tmp_path)
    tries = [door.sign_in("Ann", "wrong horse") for _ in range(5)]
    assert tries == ["sign_in_refused"] * 5
    assert door.sign_in("ann ", PASSWORD) == "too_many_tries"
    door.clock.advance(15 * 60 - 1)
    assert door.sign_in("Ann", PASSWORD) == "too_many_tries"
    door.clock.advance(1)
    assert door.sign_in("Ann", PASSWORD) == "in"


def test_a_good_password_forgets_the_bad_ones(tmp_path: Path) -> None:
    door = _Door(tmp_path)
    for _ in range(3):
        tries = [door.sign_in("Ann", "wrong horse") for _ in range(4)]
        assert "too_many_tries" not in tries
        assert door.sign_in("ANN", PASSWORD) == "in"


def test_a_name_that_nobody_has_is_refused_in_the_same_words(tmp_path: Path) -> None:
    door = _Door(tmp_path)
    known = door.vault.prepare(cmd.SignIn(name="Ann", password="x"), (door.person,))
    unknown = door.vault.prepare(cmd.SignIn(name="Bob", password="x"), (door.person,))
    assert known == unknown


def test_a_key_that_is_not_the_one_in_the_log_opens_nothing(tmp_path: Path) -> None:
    door = _Door(tmp_path)
    door.person = replace(door.person, public_key=bytes(32))
    assert door.sign_in("Ann", PASSWORD) == "sign_in_refused"


def _not_proved(core: Core) -> list[dict[str, object]]:
    """What the log has of passwords that failed, but for when."""
    run = core.views().connection.execute
    rows = run("SELECT body FROM heads WHERE type = 'person.not_proved' ORDER BY n")
    bodies = [json.loads(row[0]) for row in rows]
    return [{k: v for k, v in body.items() if k != "at_us"} for body in bodies]


def test_who_is_at_the_desk_is_part_of_every_event(core: Core) -> None:
    added = core.call(cmd.AddPerson(name="Ann", role="dispatcher", password=PASSWORD))
    assert isinstance(added, Done)
    person_id = str(added.result["person_id"])
    assert core.actor == Actor("nobody", "01")
    wrong = core.call(cmd.SignIn(name="Ann", password="wrong horse"))
    assert isinstance(wrong, Refused)
    assert core.actor.person == "nobody"
    assert core.call(cmd.SignIn(name=PASSWORD, password="wrong horse")) == wrong
    assert _not_proved(core) == [
        {"person_id": person_id, "act": "sign_in", "failed": 1},
        {"person_id": None, "act": "sign_in", "failed": 1},
    ]
    assert isinstance(core.call(cmd.SignIn(name="ann", password=PASSWORD)), Done)
    assert core.actor == Actor(person_id, "01")
    opened = core.call(cmd.OpenIncident(fields={"place": "1 Elm"}))
    assert isinstance(opened, Done)
    notes = core.views().narrative(str(opened.result["incident_id"]))
    assert {note.person for note in notes} == {"Ann"}
    forbidden = core.call(
        cmd.AddPerson(name="Bob", role="dispatcher", password=PASSWORD)
    )
    assert isinstance(forbidden, Refused)
    assert forbidden.code == "not_allowed"
    assert len(list(core.profile.key_folder.glob("*.json"))) == 1, "no key alone"
    core.call(cmd.SignOut())
    assert core.actor.person == "nobody"
    anonymous = core.call(cmd.OpenIncident(fields={"place": "2 Elm"}))
    assert isinstance(anonymous, Done), "nobody signed in: a call is still taken"


def test_after_a_kill_the_password_has_to_be_proved_again(
    core: Core, make_core: MakeCore
) -> None:
    core.call(cmd.AddPerson(name="Ann", role="dispatcher", password=PASSWORD))
    core.call(cmd.SignIn(name="Ann", password=PASSWORD))
    assert core.views().signed_in("01") == core.actor.person
    with core.profile.log_path.open("rb") as log:
        killed = log.read()
    wal = Path(f"{core.profile.log_path}-wal").read_bytes()
    core.stop()
    core.profile.log_path.write_bytes(killed)
    Path(f"{core.profile.log_path}-wal").write_bytes(wal)
    again = make_core()
    assert again.actor.person == "nobody"
    assert again.call(cmd.DropDraft(form_id="x")) is not None
    assert again.views().signed_in("01") is None


def test_people_that_cannot_be_added(core: Core) -> None:
    add = cmd.AddPerson(name="Ann", role="dispatcher", password=PASSWORD)
    assert isinstance(core.call(add), Done)
    for command, code in (
        (add, "name_taken"),
        (replace(add, name="Bob", password="short"), "short_password"),
        (replace(add, name="Bob", role="chief"), "bad_role"),
        (replace(add, name=" "), "bad_name"),
    ):
        outcome = core.call(command)
        assert isinstance(outcome, Refused), outcome
        assert outcome.code == code
    assert len(list(core.profile.key_folder.iterdir())) == 1


def test_a_password_is_in_no_text_of_a_command() -> None:
    command = cmd.SignIn(name="Ann", password=PASSWORD)
    assert PASSWORD not in repr(command)
