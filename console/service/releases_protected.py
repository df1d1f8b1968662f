"""Protected places: what the log is told of them, and who may say that some are no more.

What comes on top is noted by the console itself. What is missing stops all releases
until a person signs for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import Actor, Command, Done, Outcome, Refused
from aliquot.console.domain.events import (
    ProtectedPlacesConfirmed,
    ProtectedPlacesNoted,
)
from aliquot.console.domain.people import Act, may, parse_role
from aliquot.console.domain.protected_commands import (
    ConfirmProtectedAs,
    EnterProtected,
    NoteProtected,
)
from aliquot.console.domain.rows import PersonRow
from aliquot.console.problems import KnownProblem
from aliquot.console.release.leaf import SALT_BYTES
from aliquot.console.release.protected import InForce, Spot, marks, statement
from aliquot.console.release.signing import signed_by
from aliquot.console.release.sources import read_protected
from aliquot.console.service.context import Context
from aliquot.console.service.releases_common import public_key, text
from aliquot.console.service.releases_policy import note_policy
from aliquot.console.service.vault import Vault

NOT_ALLOWED = "Only supervisors and administrators say what is protected no more."
NOTHING = "No place that was protected is missing: there is nothing to confirm."


# What is new.


def note_protected(context: Context, command: NoteProtected) -> Outcome:
    note_if_new(context)
    return Done({})


def note_if_new(context: Context) -> None:
    """Let the log know the policy and the places that it does not know yet."""
    rules = context.release.rules()
    places = rules.places
    if not rules.unnoted or places is None or rules.policy is None:
        return
    note_policy(context, rules.policy)
    if context.work.releases.protected.knows(places.protected):
        return
    salt = secrets.token_bytes(SALT_BYTES)
    context.work.append(
        ProtectedPlacesNoted(
            salt=text(salt),
            places=sorted(marks(salt, places.protected)),
            at_us=context.at_us,
        )
    )


# What is missing.


class ProtectedSigner:
    """Turns ``ConfirmProtectedAs`` into what the writer carries out. It reads the file
    of places in ``folder``; for the helper's thread."""

    def __init__(self, vault: Vault, clock: Clock, folder: Path) -> None:
        self._vault = vault
        self._clock = clock
        self._folder = folder

    def prepare(
        self,
        command: ConfirmProtectedAs,
        actor: Actor,
        people: Sequence[PersonRow],
        known: InForce,
    ) -> tuple[Command, Actor] | Outcome:
        """The command to carry out and who does, or the outcome."""
        opened = self._vault.key_of(people, command.name, command.password)
        if isinstance(opened, Refused):
            return opened
        person, key = opened
        if not may(parse_role(person.role), Act.CHANGE_PROTECTED, actor.joined):
            return Refused("not_allowed", NOT_ALLOWED)
        try:
            spots = read_protected(self._folder)
        except KnownProblem as why:
            return Refused(why.code, str(why))
        if (no := _unasked(command, known, spots)) is not None:
            return no
        salt, at_us = secrets.token_bytes(SALT_BYTES), self._clock.now().utc_us
        places, missing = tuple(sorted(marks(salt, spots))), command.missing
        said = statement(salt, places, missing, known.head, person.person_id, at_us)
        entered = EnterProtected(
            salt=salt,
            places=places,
            missing=missing,
            after=known.head,
            at_us=at_us,
            statement=said,
            signature=key.sign(said),
        )
        return entered, Actor(person.person_id, actor.position, actor.joined)


def _unasked(
    command: ConfirmProtectedAs, known: InForce, spots: Sequence[Spot]
) -> Refused | None:
    """Why nobody signs for the file as it is."""
    missing = known.missing(spots)
    if not missing and not known.lost:
        return Refused("nothing_to_confirm", NOTHING)
    if command.missing != missing:
        said = f"{missing} are missing, not {command.missing}: look at the file again."
        return Refused("other_number", said)
    return None


def enter_protected(context: Context, command: EnterProtected) -> Outcome:
    """What came with the command proves itself, and comes after what was looked at."""
    person = context.actor.person
    said = statement(
        command.salt,
        command.places,
        command.missing,
        command.after,
        person,
        command.at_us,
    )
    key = public_key(context, person) or b""
    if command.statement != said or not signed_by(key, command.signature, said):
        return Refused("bad_signature", "This person's key has not signed it.")
    if command.after != context.work.releases.protected.head:
        text_ = "Something was said of protected places meanwhile: look at them again."
        return Refused("protected_changed", text_)
    context.work.append(
        ProtectedPlacesConfirmed(
            salt=text(command.salt),
            places=list(command.places),
            missing=command.missing,
            by=person,
            after=command.after,
            statement=text(command.statement),
            signature=text(command.signature),
            at_us=command.at_us,
        )
    )
    names = {p.person_id: p.name for p in context.work.views.people()}
    return Done(
        {
            "protected": len(command.places),
            "missing": command.missing,
            "confirmed_by": names.get(person, person),
        }
    )
