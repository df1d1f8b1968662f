"""Folds of releases: their rows, frozen bodies, the outbox, the leaves of the log.

States follow ``release.states``; what its table refuses changes nothing. An erased
entry is folded by its head: a release that ended or left stays so, one whose
approval or embargo was erased is dead, and leaves of the release log outlive all.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from aliquot.console.domain import events as ev
from aliquot.console.domain.events import Json
from aliquot.console.release.states import ReleaseEvent, ReleaseState, next_state
from aliquot.console.store.canonical import canonical
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables

_SUBJECT = "release:"
_E = ReleaseEvent

WAITING, DELIVERED, REFUSED = "waiting", "delivered", "refused"
RETRACTION_WAITING, RETRACTED = "retraction_waiting", "retracted"
OPEN_DELIVERIES = (WAITING, RETRACTION_WAITING)
RETRACTION = "retraction"  # the kind of a delivery; the other one is item

_PROPOSED = (
    "INSERT INTO releases(release_id, key, incident_id, state, given, facts, label,"
    " parcels, published_us, proposer, proposed_at_us, item, policy_sha256,"
    " tree_sha256) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT(release_id) DO NOTHING"
)
_LEAF = "INSERT OR IGNORE INTO release_leaves VALUES(?, ?, ?, ?, ?, ?, ?)"


def proposed(tables: Tables, entry: Entry, event: ev.ReleaseProposed) -> None:
    tables.run(
        _PROPOSED,
        (
            *(event.release_id, entry.n, event.incident_id),
            *(ReleaseState.PROPOSED.value, canonical(event.given)),
            *(canonical(event.facts), event.label, event.parcels, event.published_us),
            *(event.proposer, event.at_us, b64decode(event.item)),
            *(event.policy_sha256, event.tree_sha256),
        ),
    )
    for channel, body in event.bodies.items():
        tables.run(
            "INSERT OR IGNORE INTO release_bodies VALUES(?, ?, ?, ?, NULL)",
            (
                *(f"{event.release_id}/{channel}", event.release_id, channel),
                b64decode(body),
            ),
        )
    _note(tables, entry, event.at_us, "proposed")


def approved(tables: Tables, entry: Entry, event: ev.ReleaseApproved) -> None:
    if not _step(tables, event.release_id, _E.APPROVED):
        return
    tables.run(
        "UPDATE releases SET approver = ?, approved_at_us = ?, statement = ?,"
        " signature = ? WHERE release_id = ?",
        (
            *(event.approver, event.at_us, b64decode(event.statement)),
            *(b64decode(event.signature), event.release_id),
        ),
    )
    _note(tables, entry, event.at_us, "approved")


def embargo_began(tables: Tables, entry: Entry, event: ev.ReleaseEmbargoBegan) -> None:
    if not _step(tables, event.release_id, _E.EMBARGO_BEGAN):
        return
    tables.run(
        "UPDATE releases SET until_us = ?, from_us = ?, from_mono_us = ?"
        " WHERE release_id = ?",
        (event.until_us, event.from_us, event.from_mono_us, event.release_id),
    )
    _note(tables, entry, event.at_us, "embargo began")


def refused(tables: Tables, entry: Entry, event: ev.ReleaseRefused) -> None:
    _end(tables, entry, event, _E.REFUSED, event.reason, event.by)
    _leaf(tables, entry, "refused", event.leaf, event.release_id)


def withdrawn(tables: Tables, entry: Entry, event: ev.ReleaseWithdrawn) -> None:
    _end(tables, entry, event, _E.WITHDRAWN, event.reason, event.by)


def voided(tables: Tables, entry: Entry, event: ev.ReleaseVoided) -> None:
    _end(tables, entry, event, _E.CHANGED, event.reason, None)


def died(tables: Tables, entry: Entry, event: ev.ReleaseDied) -> None:
    what = _E.BARRED if event.barred else _E.EXPIRED
    _end(tables, entry, event, what, event.reason, None)


def sent(tables: Tables, entry: Entry, event: ev.ReleaseSent) -> None:
    """The leaf and the rows of the outbox, in one transaction with the event."""
    _leaf(tables, entry, "sent", event.leaf, event.release_id)
    if not _step(tables, event.release_id, _E.SENT):
        return
    tables.run(
        "UPDATE releases SET sent_at_us = ? WHERE release_id = ?",
        (event.at_us, event.release_id),
    )
    for place, (channel, partner) in enumerate(event.deliveries):
        tables.run(
            "INSERT OR IGNORE INTO release_outbox(key, place, release_id, channel,"
            " partner, state, since_us) VALUES(?, ?, ?, ?, ?, ?, ?)",
            (
                *(f"{event.release_id}/{channel}/{partner}", entry.n * 256 + place),
                *(event.release_id, channel, partner, WAITING, event.at_us),
            ),
        )
    _note(tables, entry, event.at_us, "sent")


def retracted(tables: Tables, entry: Entry, event: ev.ReleaseRetracted) -> None:
    """What was not delivered yet is not delivered any more; its notice is, because
    it may have arrived without our knowing."""
    what = _E.BARRED if event.barred else _E.RETRACTED
    _leaf(tables, entry, "retracted", event.leaf, event.release_id)
    if not _end(tables, entry, event, what, event.reason, event.by):
        return
    for channel, body in event.bodies.items():
        tables.run(
            "UPDATE release_bodies SET retraction = ? WHERE key = ?",
            (b64decode(body), f"{event.release_id}/{channel}"),
        )
    tables.run(
        "UPDATE release_outbox SET state = ?, problem = NULL, since_us = ?,"
        " place = ? + place % 256 WHERE release_id = ?",
        (RETRACTION_WAITING, event.at_us, entry.n * 256, event.release_id),
    )


def delivered(tables: Tables, entry: Entry, event: ev.ReleaseDelivered) -> None:
    receipt = canonical(event.receipt) if event.receipt is not None else None
    back = event.kind == RETRACTION
    tables.run(
        "UPDATE release_outbox SET state = ?, problem = NULL, receipt = ?,"
        " receipt_at_us = ? WHERE key = ? AND state = ?",
        (
            *(RETRACTED if back else DELIVERED, receipt, event.at_us),
            f"{event.release_id}/{event.channel}/{event.partner}",
            RETRACTION_WAITING if back else WAITING,
        ),
    )
    what = "retraction received" if back else "received"
    _note(tables, entry, event.at_us, f"{what}: {event.partner}")


def delivery_failed(
    tables: Tables, entry: Entry, event: ev.ReleaseDeliveryFailed
) -> None:
    state = RETRACTION_WAITING if event.kind == RETRACTION else WAITING
    tables.run(
        "UPDATE release_outbox SET state = ?, problem = ? WHERE key = ? AND state = ?",
        (
            *(REFUSED if event.final else state, event.problem),
            *(f"{event.release_id}/{event.channel}/{event.partner}", state),
        ),
    )
    what = "not taken" if event.final else "delivery hangs"
    _note(tables, entry, event.at_us, f"{what}: {event.partner}, {event.problem}")


def confirmed(tables: Tables, entry: Entry, event: ev.ReleaseConfirmed) -> None:
    _step(tables, event.release_id, _E.CONFIRMED)
    tables.run(
        "UPDATE releases SET confirmed_at_us = coalesce(confirmed_at_us, ?)"
        " WHERE release_id = ?",
        (event.at_us, event.release_id),
    )
    _note(tables, entry, event.at_us, "confirmed")


# Erased entries.


def ending_erased(tables: Tables, entry: Entry) -> None:
    """It ended as the head says; why is not known any more."""
    _erased_step(tables, entry, _ENDINGS[entry.type])


def approval_erased(tables: Tables, entry: Entry) -> None:
    """Without what was signed, or until when it waits, nothing leaves."""
    _erased_step(tables, entry, _E.BARRED)


def leaving_erased(tables: Tables, entry: Entry) -> None:
    """It left, and must not leave again; to whom is not known any more."""
    _erased_step(tables, entry, _E.SENT)
    tables.run(
        "UPDATE releases SET sent_at_us = ? WHERE release_id = ?",
        (entry.utc_us, _id(entry)),
    )


def confirmation_erased(tables: Tables, entry: Entry) -> None:
    _erased_step(tables, entry, _E.CONFIRMED)


def retraction_erased(tables: Tables, entry: Entry) -> None:
    """The notice's bytes are gone: what was not told yet is not told any more."""
    _erased_step(tables, entry, _E.RETRACTED)
    tables.run(
        "UPDATE release_outbox SET state = ?, problem = 'erased' WHERE release_id = ?"
        " AND state = ?",
        (REFUSED, _id(entry), WAITING),
    )


_ENDINGS: dict[str, ReleaseEvent] = {
    ev.ReleaseRefused.TYPE: _E.REFUSED,
    ev.ReleaseWithdrawn.TYPE: _E.WITHDRAWN,
    ev.ReleaseVoided.TYPE: _E.CHANGED,
    ev.ReleaseDied.TYPE: _E.BARRED,
}


def leaves_kept(tables: Tables, marks: dict[str, Json]) -> None:
    """Put back the leaves of erased entries: an erasure hides no release."""
    found = marks.get("leaves")
    for row in found if isinstance(found, list) else ():
        if isinstance(row, list):
            index, n, kind, leaf, root = row
            hashed = tables.one(
                "SELECT 1 FROM release_leaves WHERE leaf_index = ?", (index,)
            )
            if hashed is None:
                data = b64decode(str(leaf))
                values = (index, n, kind, data, b64decode(str(root)), None, None)
                tables.run(_LEAF, values)


def leaves_of(run: Any, targets: list[int]) -> list[Json]:
    """What ``leaves_kept`` needs of the entries with these numbers."""
    found: list[Json] = []
    for n in targets:
        rows = run(
            "SELECT leaf_index, n, kind, leaf, root FROM release_leaves WHERE n = ?",
            (n,),
        )
        for index, at, kind, leaf, root in rows:
            found.append([index, at, kind, _text(leaf), _text(root)])
    return found


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _id(entry: Entry) -> str:
    return entry.subject.removeprefix(_SUBJECT)


def _state(tables: Tables, release_id: str) -> ReleaseState | None:
    row = tables.one("SELECT state FROM releases WHERE release_id = ?", (release_id,))
    return None if row is None else ReleaseState(row[0])


def _step(tables: Tables, release_id: str, what: ReleaseEvent) -> bool:
    """Along the table of states; False when it refuses or there is no release."""
    state = _state(tables, release_id)
    reached = None if state is None else next_state(state, what)
    if reached is None:
        return False
    tables.run(
        "UPDATE releases SET state = ? WHERE release_id = ?",
        (reached.value, release_id),
    )
    return True


def _end(
    tables: Tables,
    entry: Entry,
    event: ev.ReleaseHappened,
    what: ReleaseEvent,
    reason: str,
    by: str | None,
) -> bool:
    state = _state(tables, event.release_id)
    if not _step(tables, event.release_id, what):
        return False
    if state is not _state(tables, event.release_id):
        tables.run(
            "UPDATE releases SET ended_at_us = ?, ended_by = ?, reason = ?"
            " WHERE release_id = ?",
            (event.at_us, by, reason, event.release_id),
        )
        named = entry.type.removeprefix("release.")
        _note(tables, entry, event.at_us, f"{named}: {reason}")
    return True


def _erased_step(tables: Tables, entry: Entry, what: ReleaseEvent) -> None:
    before = _state(tables, _id(entry))
    _step(tables, _id(entry), what)
    if _state(tables, _id(entry)) is not before and what not in (_E.SENT, _E.CONFIRMED):
        tables.run(
            "UPDATE releases SET ended_at_us = ?, reason = 'erased'"
            " WHERE release_id = ?",
            (entry.utc_us, _id(entry)),
        )


def _leaf(
    tables: Tables, entry: Entry, kind: str, leaf: dict[str, Json], release_id: str
) -> None:
    """``leaf``: index, leaf, root, record and salt; see ``service.releases_leaf``."""
    data = {name: b64decode(str(leaf[name])) for name in _LEAF_BYTES}
    tables.run(
        _LEAF,
        (
            *(leaf["index"], entry.n, kind, data["leaf"], data["root"]),
            *(data["record"], data["salt"]),
        ),
    )


_LEAF_BYTES = ("leaf", "root", "record", "salt")


def _note(tables: Tables, entry: Entry, at_us: int, what: str) -> None:
    if tables.one("SELECT 1 FROM releases WHERE release_id = ?", (_id(entry),)):
        tables.run(
            "INSERT INTO release_history VALUES(?, ?, ?, ?, ?)",
            (entry.n, _id(entry), at_us, entry.actor, what),
        )
