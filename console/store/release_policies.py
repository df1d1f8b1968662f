"""What the log says of the policy in force, read from its entries as in
``release_protected``: there is no table of it that could be edited.

An entry counts if it proves itself, and its hash is that of the policy in it; one that
says that a looser policy is meant counts if its signature does, too.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aliquot.console.domain.events import ReleasePolicyConfirmed, ReleasePolicyNoted
from aliquot.console.domain.events_policies import SUBJECT
from aliquot.console.domain.people import Act, may, parse_role
from aliquot.console.release.policy_change import plain_sha256, policy_of
from aliquot.console.release.policy_force import KnownPolicy, PolicyInForce, statement
from aliquot.console.release.signing import signed_by
from aliquot.console.store.database import said
from aliquot.console.store.entry import SELECT, Entry
from aliquot.console.store.release_entries import sound
from aliquot.console.store.release_protected import person_as_of
from aliquot.console.store.rule_words import WordIn, WordOf

_OURS = f"WHERE subject = '{SUBJECT}'"  # as the index has it, to the letter
_Said = ReleasePolicyNoted | ReleasePolicyConfirmed


class PolicyWord:
    """What the log says, on one connection. Raises ``KnownProblem`` of the log."""

    def __init__(self, connection: Any) -> None:
        self._run: Any = connection.execute

    def upto(self) -> int:
        """The number of the last entry about it; 0 for none."""
        with said("of the log"):
            found = self._run(f"SELECT max(n) FROM heads {_OURS}").fetchone()
        return int(found[0] or 0)

    def in_force(self) -> PolicyInForce:
        with said("of the log"):
            rows = self._run(f"{SELECT} {_OURS} ORDER BY n").fetchall()
            return _folded(self._run, [Entry._make(row) for row in rows])


class PoliciesOf(WordOf[PolicyInForce]):
    """For whoever asks, in his own thread. ``connection``: that thread's."""

    def __init__(self, connection: Callable[[], Any]) -> None:
        super().__init__(PolicyWord, connection)


class PoliciesIn(WordIn[PolicyInForce]):
    """Of a log file, which need not be there; opened each time."""

    def __init__(self, path: Path) -> None:
        super().__init__(PolicyWord, path, PolicyInForce())


def _folded(run: Any, entries: list[Entry]) -> PolicyInForce:
    known: list[KnownPolicy] = []
    ever: list[KnownPolicy] = []
    lost, head = False, ""
    for entry in entries:
        event = entry.event if sound(run, entry) else None
        found = _known(event)
        if found is None:
            lost = True
        elif isinstance(event, ReleasePolicyNoted):
            known.append(found)
            ever.append(found)
        elif isinstance(event, ReleasePolicyConfirmed):
            if _counts(run, entry, event, head):
                known, lost = [found], False
                ever.append(found)
            else:
                lost = True
        head = entry.head.hex()
    return PolicyInForce(tuple(known), lost, head, tuple(ever))


def _known(event: object) -> KnownPolicy | None:
    """None for what was erased, does not prove itself, or has another hash."""
    if not isinstance(event, _Said) or plain_sha256(event.policy) != event.sha256:
        return None
    by = event.by if isinstance(event, ReleasePolicyConfirmed) else None
    try:
        policy = policy_of(event.policy)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return KnownPolicy(event.sha256, policy, event.at_us, by, tuple(event.changed))


def _counts(run: Any, entry: Entry, event: ReleasePolicyConfirmed, after: str) -> bool:
    """Signed by who had the right then, for this place in the log."""
    person = person_as_of(run, event.by, entry.n)
    if person is None or event.after != after:
        return False
    if not may(parse_role(person.role), Act.CHANGE_POLICY):
        return False
    wanted = statement(event.sha256, event.changed, event.after, event.by, event.at_us)
    return b64decode(event.statement) == wanted and signed_by(
        b64decode(person.public_key), b64decode(event.signature), wanted
    )
