"""What the log says of protected places, read from its entries: there is no table of
them that could be edited.

Found by an index of the log on their subject. An entry counts if it proves itself as in
``release_entries``; one that takes places away counts if its signature does, too.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aliquot.console.domain.events import (
    PersonAdded,
    ProtectedPlacesConfirmed,
    ProtectedPlacesNoted,
)
from aliquot.console.domain.events_protected import SUBJECT
from aliquot.console.domain.people import Act, may, parse_role
from aliquot.console.release.protected import InForce, Known, statement
from aliquot.console.release.signing import signed_by
from aliquot.console.store.database import said
from aliquot.console.store.entry import SELECT, Entry
from aliquot.console.store.release_entries import sound
from aliquot.console.store.rule_words import WordIn, WordOf

_OURS = f"WHERE subject = '{SUBJECT}'"  # as the index has it, to the letter
_ADDED = (
    f"{SELECT} WHERE subject = ? AND type = 'person.added' AND n < ?"
    " ORDER BY n DESC LIMIT 1"
)


class ProtectedWord:
    """What the log says, on one connection. Raises ``KnownProblem`` of the log."""

    def __init__(self, connection: Any) -> None:
        self._run: Any = connection.execute

    def upto(self) -> int:
        """The number of the last entry about it; 0 for none."""
        with said("of the log"):
            found = self._run(f"SELECT max(n) FROM heads {_OURS}").fetchone()
        return int(found[0] or 0)

    def in_force(self) -> InForce:
        with said("of the log"):
            rows = self._run(f"{SELECT} {_OURS} ORDER BY n").fetchall()
            return _folded(self._run, [Entry._make(row) for row in rows])


class ProtectedOf(WordOf[InForce]):
    """For whoever asks, in his own thread. ``connection``: that thread's."""

    def __init__(self, connection: Callable[[], Any]) -> None:
        super().__init__(ProtectedWord, connection)


class ProtectedIn(WordIn[InForce]):
    """Of a log file, which need not be there; opened each time."""

    def __init__(self, path: Path) -> None:
        super().__init__(ProtectedWord, path, InForce())


def _folded(run: Any, entries: list[Entry]) -> InForce:
    known: list[Known] = []
    lost, head = False, ""
    for entry in entries:
        event = entry.event if sound(run, entry) else None
        if isinstance(event, ProtectedPlacesNoted):
            known.append(_known(event))
        elif isinstance(event, ProtectedPlacesConfirmed) and _counts(
            run, entry, event, head
        ):
            known, lost = [_known(event)], False
        else:
            lost = True
        head = entry.head.hex()
    return InForce(tuple(known), lost, head)


def _known(event: ProtectedPlacesNoted | ProtectedPlacesConfirmed) -> Known:
    return Known(b64decode(event.salt), frozenset(event.places))


def _counts(
    run: Any, entry: Entry, event: ProtectedPlacesConfirmed, after: str
) -> bool:
    """Signed by who had the right then, for this place in the log."""
    person = person_as_of(run, event.by, entry.n)
    if person is None or event.after != after:
        return False
    if not may(parse_role(person.role), Act.CHANGE_PROTECTED):
        return False
    wanted = statement(
        b64decode(event.salt),
        event.places,
        event.missing,
        event.after,
        event.by,
        event.at_us,
    )
    return b64decode(event.statement) == wanted and signed_by(
        b64decode(person.public_key), b64decode(event.signature), wanted
    )


def person_as_of(run: Any, person_id: str, n: int) -> PersonAdded | None:
    """How a person was added last before entry ``n``."""
    row = run(_ADDED, (f"person:{person_id}", n)).fetchone()
    if row is None or not sound(run, entry := Entry._make(row)):
        return None
    event = entry.event
    same = isinstance(event, PersonAdded) and event.person_id == person_id
    return event if same and isinstance(event, PersonAdded) else None
