"""What a change of the place tree needs before the writer sees it: the password, the
candidate read whole, and the signature.

Runs in the helper's thread, or straight from the command line: a tree takes a second
to read. The owner's key is unsealed here, signs, and is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import Actor, Command, Outcome, Refused
from aliquot.console.domain.people import Act, may, parse_role
from aliquot.console.domain.rows import PersonRow
from aliquot.console.domain.tree_commands import (
    ActivateTreeAs,
    EnterTreeSignature,
    WithdrawTreeChange,
)
from aliquot.console.geo.geofile_folder import GeofileFolder, State
from aliquot.console.geo.tree_settling import state_now
from aliquot.console.problems import KnownProblem
from aliquot.console.service.context import Trees
from aliquot.console.service.tree_signing import statement
from aliquot.console.service.vault import Vault

NO_OWNER = "Only supervisors and administrators sign for a place tree."
NOT_THE_ONE = "The candidate is not the one that was {}: look at it and begin anew."


class TreeSigner:
    """Turns ``ActivateTreeAs`` into what the writer carries out."""

    def __init__(self, vault: Vault, clock: Clock, folder: GeofileFolder) -> None:
        self._vault = vault
        self._clock = clock
        self._folder = folder

    def prepare(
        self,
        command: ActivateTreeAs,
        actor: Actor,
        people: Sequence[PersonRow],
        trees: Trees,
    ) -> tuple[Command, Actor] | Outcome:
        """The command to carry out and who does, or the outcome."""
        opened = self._vault.key_of(people, command.name, command.password)
        if isinstance(opened, Refused):
            return opened
        person, key = opened
        if not may(parse_role(person.role), Act.CHANGE_PLACE_TREE, actor.joined):
            return Refused("not_allowed", NO_OWNER)
        acting = Actor(person.person_id, actor.position, actor.joined)
        if command.withdraw:
            return WithdrawTreeChange(), acting
        made = self._sign(command, person.person_id, key, trees)
        return made if isinstance(made, Refused) else (made, acting)

    def _sign(
        self,
        command: ActivateTreeAs,
        person_id: str,
        key: Ed25519PrivateKey,
        trees: Trees,
    ) -> EnterTreeSignature | Refused:
        state = state_now(self._folder, trees.decided())
        if state is None or state.tree is None or state.candidate is None:
            text = "There is no candidate: the place tree in use is the newest."
            return Refused("no_candidate", text)
        candidate = state.candidate
        if refusal := self._objection(command, state, trees):
            return refusal
        at_us = self._clock.now().utc_us
        said = statement(candidate, state.tree, person_id, at_us)
        return EnterTreeSignature(
            tree_sha256=candidate,
            replaces=state.tree,
            at_us=at_us,
            statement=said,
            signature=key.sign(said),
        )

    def _objection(
        self, command: ActivateTreeAs, state: State, trees: Trees
    ) -> Refused | None:
        """Why nobody signs for the candidate as it lies there."""
        candidate, change = str(state.candidate), trees.open()
        if command.tree_sha256 not in (None, candidate):
            return Refused("candidate_changed", NOT_THE_ONE.format("looked at"))
        if change is not None and change.tree_sha256 != candidate:
            return Refused("candidate_changed", NOT_THE_ONE.format("asked for"))
        try:
            self._folder.whole_tree(candidate)
        except KnownProblem as why:
            return Refused("candidate_changed", str(why))
        return None
