"""What needs a password: turned, outside of the writer, into what needs none.

A derivation takes a tenth of a second and more, on purpose; the writer must not
wait for it while a line speaks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import (
    Actor,
    AddPerson,
    Command,
    Failed,
    Outcome,
    Refused,
    SignIn,
)
from aliquot.console.domain.handover import EnterHandOver, HandOverAs
from aliquot.console.domain.people import parse_role, wait_before_try
from aliquot.console.domain.rows import PersonRow
from aliquot.console.domain.settings_commands import ActAs
from aliquot.console.problems import KnownProblem
from aliquot.console.service import keys
from aliquot.console.service.people import (
    BeginSession,
    EnterPerson,
    NoteNotProved,
    what_for,
)
from aliquot.console.service.tries import Tries

SHORTEST_PASSWORD = 8
_REFUSED = Refused("sign_in_refused", "Name and password do not fit.")


class Vault:
    """Seals and opens the keys of a profile. Used by one thread at a time.

    Failed tries are counted in the profile: see ``tries``. How long one waits under a
    name that nobody has is in memory only, for there is no key behind it. After each
    command ``to_note`` has what the log is to be told.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        new_id: Callable[[], str],
        kdf: keys.Kdf = keys.STANDARD,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._new_id = new_id
        self._kdf = kdf
        self._tries = Tries(folder, clock)
        self._failed: defaultdict[str, list[int]] = defaultdict(list)
        self._not_proved: tuple[str | None, int] | None = None

    def prepare(
        self, command: Command, people: Sequence[PersonRow]
    ) -> Command | Outcome:
        """The command to carry out in place of ``command``, or its outcome."""
        try:
            match command:
                case AddPerson():
                    return self._add(command, people)
                case SignIn():
                    return self._sign_in(command, people)
                case HandOverAs():
                    return self._hand_over(command, people)
        except KnownProblem as why:
            return Failed(why.code, str(why))
        except OSError as why:
            return Failed("key_unusable", f"The key cannot be stored: {why}.")
        return command

    def act_as(
        self, command: ActAs, actor: Actor, people: Sequence[PersonRow]
    ) -> tuple[Command, Actor] | Outcome:
        """The command within and who acts, or why not. ``actor``: whose desk it is."""
        try:
            proved = self.prove(people, command.name, command.password)
        except KnownProblem as why:
            return Failed(why.code, str(why))
        if isinstance(proved, Refused):
            return proved
        return command.act, Actor(proved, actor.position, actor.joined)

    def to_note(self, command: Command) -> NoteNotProved | None:
        """What is to be carried out besides, if a password failed with ``command``;
        it is said once."""
        found, self._not_proved = self._not_proved, None
        if found is None:
            return None
        person_id, failed = found
        return NoteNotProved(person_id=person_id, act=what_for(command), failed=failed)

    def forget(self, person_id: str) -> None:
        """The person was not added after all: take the key away again."""
        keys.key_path(self._folder, person_id).unlink(missing_ok=True)

    def _add(
        self, command: AddPerson, people: Sequence[PersonRow]
    ) -> Command | Outcome:
        name = command.name.strip()
        if len(command.password) < SHORTEST_PASSWORD:
            text = f"A password has at least {SHORTEST_PASSWORD} characters."
            return Refused("short_password", text)
        if parse_role(command.role) is None:
            return Refused("bad_role", f"{command.role} is no role.")
        if _named(people, name) is not None:
            return Refused("name_taken", f"There is somebody called {name}.")
        person_id = self._new_id()
        public = keys.make_key(
            self._folder, person_id, name, command.password, self._kdf
        )
        return EnterPerson(
            person_id=person_id, name=name, role=command.role, public_key=public
        )

    def _sign_in(
        self, command: SignIn, people: Sequence[PersonRow]
    ) -> Command | Outcome:
        proved = self.prove(people, command.name, command.password)
        return proved if isinstance(proved, Refused) else BeginSession(person_id=proved)

    def _hand_over(
        self, command: HandOverAs, people: Sequence[PersonRow]
    ) -> Command | Outcome:
        proved = self.prove(people, command.name, command.password)
        if isinstance(proved, Refused):
            return proved
        return EnterHandOver(
            incident_id=command.incident_id,
            to=command.to,
            agency=command.agency,
            person_id=proved,
        )

    def prove(
        self, people: Sequence[PersonRow], name: str, password: str
    ) -> str | Refused:
        """The id of the person, whose password it is; else why not. A name that
        nobody has takes as long."""
        person = self.named(people, name)
        if person is not None:
            opened = self.unseal(person, password)
            return opened if isinstance(opened, Refused) else person.person_id
        now_us = self._clock.now().utc_us
        failed = self._failed[_plain(name)]
        if wait_s := wait_before_try(failed, now_us):
            return _too_many(name, wait_s)
        keys.waste_time(password, self._kdf)
        self._failed[_plain(name)] = [*failed, now_us][-8:]
        if (count := self._tries.unknown()) is not None:
            self._not_proved = None, count
        return _REFUSED

    def unseal(self, person: PersonRow, password: str) -> Ed25519PrivateKey | Refused:
        """The person's own key. Raises ``KnownProblem`` ``key_unusable``."""
        if wait_s := self._tries.wait_s(person.person_id):
            return _too_many(person.name, wait_s)
        before = self._tries.begin(person.person_id)
        try:
            private = keys.open_key(self._folder, person.person_id, password)
        except keys.WrongPassword:
            private = None
        except KnownProblem:
            self._tries.undo(person.person_id, before)
            raise
        if private is None or keys.public_half(private) != person.public_key:
            self._tries.failed()
            self._not_proved = person.person_id, before.count + 1
            return _REFUSED
        self._tries.good(person.person_id)
        return private

    def key_of(
        self, people: Sequence[PersonRow], name: str, password: str
    ) -> tuple[PersonRow, Ed25519PrivateKey] | Refused:
        """The person of that name and the key, whose password it is; else why not. A
        name that nobody has takes as long."""
        person = self.named(people, name)
        if person is None:
            refusal = self.prove(people, name, password)
            assert isinstance(refusal, Refused)
            return refusal
        key = self.unseal(person, password)
        return key if isinstance(key, Refused) else (person, key)

    def named(self, people: Sequence[PersonRow], name: str) -> PersonRow | None:
        return _named(people, name)


def _too_many(name: str, wait_s: int) -> Refused:
    text = f"Too many tries for {name}: try again in {-(-wait_s // 60)} min."
    return Refused("too_many_tries", text)


def _plain(name: str) -> str:
    return name.strip().casefold()


def _named(people: Sequence[PersonRow], name: str) -> PersonRow | None:
    wanted = name.strip().casefold()
    return next((p for p in people if p.name.casefold() == wanted), None)
