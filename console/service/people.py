"""Commands on people: added, signed in, signed out.

What a password has to do with is slow and is done before, by ``service.vault``;
the commands here carry its result, and are made nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from dataclasses import dataclass

from aliquot.console.domain.commands import (
    NOBODY,
    Command,
    Done,
    EraseBodies,
    Outcome,
    Refused,
    SignOut,
)
from aliquot.console.domain.events import (
    BodiesErased,
    PersonAdded,
    PersonNotProved,
    PersonSignedIn,
    PersonSignedOut,
)
from aliquot.console.domain.people import parse_role
from aliquot.console.domain.release_commands import ReleaseAs
from aliquot.console.domain.settings_commands import ActAs
from aliquot.console.service.context import Context

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterPerson(Command):
    """A person whose key is sealed and stored is to be known."""

    person_id: str
    name: str
    role: str
    public_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSession(Command):
    """A person has proved the password."""

    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteNotProved(Command):
    """A password failed: see ``events_signin``."""

    person_id: str | None
    act: str
    failed: int


def what_for(command: Command) -> str:
    """In small letters, what a password was given for: ``sign_in``."""
    if isinstance(command, ActAs):
        command = command.act
    named = type(command).__name__.removesuffix("As")
    if isinstance(command, ReleaseAs):
        named = f"{command.act.title()}Release"
    return _CAPITAL.sub("_", named).lower()


def note_not_proved(context: Context, command: NoteNotProved) -> Outcome:
    context.work.append(
        PersonNotProved(
            person_id=command.person_id,
            act=command.act,
            failed=command.failed,
            at_us=context.at_us,
        )
    )
    return Done()


def enter_person(context: Context, command: EnterPerson) -> Outcome:
    if refusal := check_new_person(context, command.name, command.role):
        return refusal
    context.work.append(
        PersonAdded(
            person_id=command.person_id,
            name=command.name.strip(),
            role=command.role,
            public_key=b64encode(command.public_key).decode("ascii"),
            at_us=context.at_us,
        )
    )
    return Done({"person_id": command.person_id, "name": command.name.strip()})


def _looks(name: str) -> str:
    """Names that differ in width, case, composition or blanks are one name: else the
    second person of a release could look like the first, or like another."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def check_new_person(context: Context, name: str, role: str) -> Refused | None:
    if not name.strip() or len(name) > 80 or not name.isprintable():
        return Refused("bad_name", "A name has 1 to 80 printable characters.")
    if parse_role(role) is None:
        return Refused("bad_role", f"{role} is no role.")
    wanted = _looks(name)
    if any(_looks(p.name) == wanted for p in context.work.views.people()):
        return Refused("name_taken", f"There is somebody called {name.strip()}.")
    return None


def begin_session(context: Context, command: BeginSession) -> Outcome:
    """The actor of the context is the person already."""
    context.work.append(
        PersonSignedIn(person_id=command.person_id, at_us=context.at_us)
    )
    return Done({"person_id": command.person_id})


def sign_out(context: Context, command: SignOut) -> Outcome:
    if context.actor.person == NOBODY:
        return Done()
    context.work.append(
        PersonSignedOut(person_id=context.actor.person, at_us=context.at_us)
    )
    return Done({"person_id": context.actor.person})


def erase_bodies(context: Context, command: EraseBodies) -> Outcome:
    if not command.reason.strip() or not command.authority.strip():
        return Refused("no_reason", "Say why, and by whose authority.")
    if not command.targets:
        return Refused("no_targets", "Name the entries to erase.")
    context.work.append(
        BodiesErased(
            targets=[[site, n] for site, n in command.targets],
            reason=command.reason.strip(),
            authority=command.authority.strip(),
            at_us=context.at_us,
        )
    )
    return Done({"erased": len(command.targets)})
