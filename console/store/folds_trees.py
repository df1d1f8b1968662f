"""Folds of changes of the place tree.

States follow ``domain.tree_change``; what its table refuses changes nothing, and
neither does a second signature of the person who asked. Heads name the tree and who
acted, so an erased entry is folded to the same state: without what was signed.
When another tree comes into use, whatever else was asked for has lapsed.
"""

from __future__ import annotations

from base64 import b64decode

from aliquot.console.domain import events as ev
from aliquot.console.domain.events_trees import SUBJECT
from aliquot.console.domain.tree_change import TreeEvent, TreeState, next_state
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables

_ASK = (
    "INSERT INTO tree_changes(key, tree_sha256, replaces, state, asker, asked_at_us,"
    " statement, signature) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
)
_CONFIRM = (
    "UPDATE tree_changes SET state = ?, confirmed_n = ?, confirmer = ?,"
    " confirmed_at_us = ?, second_statement = ?, second_signature = ? WHERE key = ?"
)
_LAPSE = (
    "UPDATE tree_changes SET state = ?, ended_by = ?, ended_at_us = ? WHERE state = ?"
)
_WITHDRAW = (
    "UPDATE tree_changes SET state = ?, ended_by = ?, ended_at_us = ? WHERE key = ?"
)


def asked(tables: Tables, entry: Entry, event: ev.TreeChangeAsked) -> None:
    tables.run(
        _ASK,
        (
            *(entry.n, event.tree_sha256, event.replaces, TreeState.ASKED.value),
            *(event.by, event.at_us),
            *(b64decode(event.statement), b64decode(event.signature)),
        ),
    )


def confirmed(tables: Tables, entry: Entry, event: ev.TreeChangeConfirmed) -> None:
    signed = b64decode(event.statement), b64decode(event.signature)
    _confirm(tables, entry, event.by, event.at_us, signed)


def withdrawn(tables: Tables, entry: Entry, event: ev.TreeChangeWithdrawn) -> None:
    _withdraw(tables, entry, event.by, event.at_us)


# Erased entries.


def asking_erased(tables: Tables, entry: Entry) -> None:
    """Without what was signed nobody can confirm it any more; who did is confirmed."""
    values = (entry.n, _tree(entry), None, TreeState.ASKED.value)
    tables.run(_ASK, (*values, entry.actor, entry.utc_us, None, None))


def confirmation_erased(tables: Tables, entry: Entry) -> None:
    """The tree is in use all the same."""
    _confirm(tables, entry, entry.actor, entry.utc_us, (None, None))


def withdrawal_erased(tables: Tables, entry: Entry) -> None:
    _withdraw(tables, entry, entry.actor, entry.utc_us)


def _confirm(
    tables: Tables,
    entry: Entry,
    person: str,
    at_us: int,
    signed: tuple[bytes | None, bytes | None],
) -> None:
    found = _step(tables, entry, TreeEvent.CONFIRMED)
    if found is None or found[2] == person:
        return
    key, state, _ = found
    tables.run(_CONFIRM, (state.value, entry.n, person, at_us, *signed, key))
    lapsed = next_state(TreeState.ASKED, TreeEvent.OTHER_ACTIVATED)
    assert lapsed is not None
    ended = (lapsed.value, person, at_us)
    tables.run(_LAPSE, (*ended, TreeState.ASKED.value))


def _withdraw(tables: Tables, entry: Entry, person: str, at_us: int) -> None:
    if (found := _step(tables, entry, TreeEvent.WITHDRAWN)) is not None:
        tables.run(_WITHDRAW, (found[1].value, person, at_us, found[0]))


def _step(
    tables: Tables, entry: Entry, event: TreeEvent
) -> tuple[int, TreeState, str] | None:
    """The newest change for the tree, the state it gets, and who asked; None: none."""
    row = tables.one(
        "SELECT key, state, asker FROM tree_changes WHERE tree_sha256 = ?"
        " ORDER BY key DESC LIMIT 1",
        (_tree(entry),),
    )
    reached = None if row is None else next_state(TreeState(row[1]), event)
    return None if row is None or reached is None else (row[0], reached, row[2])


def _tree(entry: Entry) -> str:
    return entry.subject.removeprefix(SUBJECT)
