"""What needs a password: turned, outside of the writer, into what needs none.

A derivation takes a tenth of a second and more, on purpose; the writer must not
wait for it while a line speaks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import (
    AddPerson,
    Command,
    Failed,
    Outcome,
    Refused,
    SignIn,
)
from aliquot.console.domain.people import parse_role, wait_before_try
from aliquot.console.domain.rows import PersonRow
from aliquot.console.problems import KnownProblem
from aliquot.console.service import keys
from aliquot.console.service.people import BeginSession, EnterPerson

SHORTEST_PASSWORD = 8
_REFUSED = Refused("sign_in_refused", "Name and password do not fit.")


class Vault:
    """Seals and opens the keys of a profile. Used by one thread at a time.

    Failed tries are counted per name, in memory: a restart forgets them.
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
        self._failed: defaultdict[str, list[int]] = defaultdict(list)

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
        except KnownProblem as why:
            return Failed(why.code, str(why))
        except OSError as why:
            return Failed("key_unusable", f"The key cannot be stored: {why}.")
        return command

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
        name = command.name.strip().casefold()
        now_us = self._clock.now().utc_us
        if wait_s := wait_before_try(self._failed[name], now_us):
            minutes = -(-wait_s // 60)
            text = f"Too many tries for {command.name}: try again in {minutes} min."
            return Refused("too_many_tries", text)
        person = _named(people, command.name)
        if person is None:
            keys.waste_time(command.password, self._kdf)
        elif self._opens(person, command.password):
            del self._failed[name]
            return BeginSession(person_id=person.person_id)
        self._failed[name] = [*self._failed[name], now_us][-8:]
        return _REFUSED

    def _opens(self, person: PersonRow, password: str) -> bool:
        try:
            private = keys.open_key(self._folder, person.person_id, password)
        except keys.WrongPassword:
            return False
        return keys.public_half(private) == person.public_key


def _named(people: Sequence[PersonRow], name: str) -> PersonRow | None:
    wanted = name.strip().casefold()
    return next((p for p in people if p.name.casefold() == wanted), None)
