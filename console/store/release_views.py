"""Reads of releases, for those who write and for the release desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aliquot.console.release.embargo import Embargo
from aliquot.console.release.policy_force import PolicyInForce
from aliquot.console.release.protected import InForce
from aliquot.console.release.release_record import LEFT, OutboxRow, StoredRelease
from aliquot.console.release.signing import Approval
from aliquot.console.release.states import ReleaseState
from aliquot.console.store.canonical import decoded
from aliquot.console.store.folds_releases import OPEN_DELIVERIES, REFUSED
from aliquot.console.store.release_entries import entries_of, key_of, leaving
from aliquot.console.store.release_policies import PolicyWord
from aliquot.console.store.release_protected import ProtectedWord
from aliquot.console.store.tree_views import TreeTables

_COLUMNS = (
    "release_id, key, incident_id, state, given, facts, label, parcels, published_us,"
    " proposer, proposed_at_us, item, policy_sha256, tree_sha256, approver,"
    " approved_at_us, statement, signature, until_us, from_us, from_mono_us,"
    " sent_at_us, confirmed_at_us, ended_at_us, ended_by, reason"
)
_OUTBOX = (
    "SELECT o.release_id, o.channel, partner, state, place, since_us, problem,"
    " receipt, receipt_at_us, {body} FROM release_outbox AS o"
)
_BODY = "CASE state WHEN 'retraction_waiting' THEN b.retraction ELSE b.body END"  # what is to be delivered now
_WITH_BODY = " JOIN release_bodies AS b ON b.key = o.release_id || '/' || o.channel"

_REPLACED = (
    "SELECT r.release_id, (SELECT later.release_id FROM releases AS later WHERE"
    " later.incident_id = r.incident_id AND later.key > r.key ORDER BY later.key"
    " LIMIT 1) FROM releases AS r WHERE r.state NOT IN (?, ?, ?, ?, ?)"
)

OPEN = ("proposed", "approved", "embargoed")
_LEFT = tuple(state.value for state in LEFT)


class ReleaseTables:
    """On one connection; within a work it sees what that work appended."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._run: Any = connection.execute

    @property
    def trees(self) -> TreeTables:
        """Changes of the place tree that releases stand on."""
        return TreeTables(self._connection)

    @property
    def protected(self) -> InForce:
        """The protected places that the log knows of."""
        return ProtectedWord(self._connection).in_force()

    @property
    def policies(self) -> PolicyInForce:
        """The policies that the log knows of."""
        return PolicyWord(self._connection).in_force()

    def get(self, release_id: str) -> StoredRelease | None:
        found = self._some("WHERE release_id = ?", release_id)
        return found[0] if found else None

    def of_incident(self, incident_id: str) -> tuple[StoredRelease, ...]:
        """Oldest first."""
        return self._some("WHERE incident_id = ? ORDER BY key", incident_id)

    def live_of(self, incident_id: str) -> tuple[StoredRelease, ...]:
        """Of an incident: those that are open or have left, oldest first."""
        live = "WHERE incident_id = ? AND state IN (?, ?, ?, ?, ?) ORDER BY key"
        return self._some(live, incident_id, *OPEN, *_LEFT)

    def open(self) -> tuple[StoredRelease, ...]:
        """Nothing of them has left; oldest first."""
        return self._some("WHERE state IN (?, ?, ?) ORDER BY key", *OPEN)

    def clocks(self) -> tuple[tuple[str, ReleaseState, Embargo | None], ...]:
        """Of all open releases, oldest first: id, state, embargo."""
        rows = self._run(
            "SELECT release_id, state, until_us, from_us, from_mono_us FROM releases"
            " WHERE state IN (?, ?, ?) ORDER BY key",
            OPEN,
        ).fetchall()
        return tuple(
            (
                row[0],
                ReleaseState(row[1]),
                None if row[2] is None else Embargo(*row[2:]),
            )
            for row in rows
        )

    def left_since(self, utc_us: int) -> tuple[StoredRelease, ...]:
        """Sent at or after ``utc_us`` and not taken back, oldest first."""
        left = "WHERE state IN (?, ?) AND sent_at_us >= ? ORDER BY key"
        return self._some(left, *_LEFT, utc_us)

    def newest(self, limit: int) -> tuple[StoredRelease, ...]:
        """Those that left or ended, newest first; without bodies."""
        rest = "WHERE state NOT IN (?, ?, ?) ORDER BY key DESC LIMIT ?"
        rows = self._run(f"SELECT {_COLUMNS} FROM releases {rest}", (*OPEN, limit))
        return tuple(_release(row) for row in rows.fetchall())

    def replaced_by(self) -> dict[str, str]:
        """Of releases that ended: the id -> that of the next one of its incident."""
        rows = self._run(_REPLACED, (*OPEN, *_LEFT)).fetchall()
        return {old: new for old, new in rows if new is not None}

    def not_taken(self) -> tuple[OutboxRow, ...]:
        """Deliveries that ended without a receipt, in order; without bodies."""
        rows = self._run(
            f"{_OUTBOX.format(body='NULL')} WHERE state = ? ORDER BY place", (REFUSED,)
        )
        return tuple(map(_outbox_row, rows.fetchall()))

    def numbers(self) -> dict[str, int]:
        """Incident id -> its number, of incidents that have a release."""
        rows = self._run(
            "SELECT incident_id, number FROM incidents WHERE incident_id IN"
            " (SELECT incident_id FROM releases)"
        )
        return dict(rows.fetchall())

    def busy_incidents(self) -> frozenset[str]:
        """Incidents with a release that is open or has left."""
        rows = self._run(
            "SELECT DISTINCT incident_id FROM releases WHERE state IN (?, ?, ?, ?, ?)",
            (*OPEN, *_LEFT),
        )
        return frozenset(row[0] for row in rows)

    def outbox(self, partner: str, limit: int) -> tuple[OutboxRow, ...]:
        """What a partner is to get, in order; without bodies."""
        rows = self._run(
            f"{_OUTBOX.format(body='NULL')}"
            " WHERE state IN (?, ?) AND partner = ? ORDER BY place LIMIT ?",
            (*OPEN_DELIVERIES, partner, limit),
        )
        return tuple(map(_outbox_row, rows.fetchall()))

    def deliveries(self, release_id: str) -> tuple[OutboxRow, ...]:
        """All deliveries of a release, in order; without bodies."""
        rows = self._run(
            f"{_OUTBOX.format(body='NULL')} WHERE o.release_id = ? ORDER BY place",
            (release_id,),
        )
        return tuple(map(_outbox_row, rows.fetchall()))

    def delivery(self, release_id: str, channel: str, partner: str) -> OutboxRow | None:
        rows = self._run(
            f"{_OUTBOX.format(body=_BODY)}{_WITH_BODY} WHERE o.key = ?",
            (f"{release_id}/{channel}/{partner}",),
        ).fetchall()
        return _outbox_row(rows[0]) if rows else None

    def leaving(self, row: OutboxRow) -> bytes | None:
        """What is to be delivered by a row of the outbox, by the word of the log and
        not of the tables; None: nothing, for it says otherwise."""
        entries = entries_of(self._run, row.release_id)
        approval = entries.approval
        key = None if approval is None else key_of(self._run, approval.approver)
        return leaving(entries, row, key)

    def published_us(self, row: OutboxRow) -> int | None:
        """When what is to be delivered says that it is published, UTC µs, by the
        log; None if that has no such proposal."""
        proposal = entries_of(self._run, row.release_id).proposal
        return None if proposal is None else proposal.frozen.published_us

    def says(self, release: StoredRelease) -> bool:
        """Whether the entries of the log say the same of it."""
        return entries_of(self._run, release.release_id).say(release)

    def maker_of(self, release_id: str) -> str:
        """Of the program that made it, by the log; empty where that does not say."""
        proposed = entries_of(self._run, release_id).proposed
        return "" if proposed is None else proposed.maker

    def public_key(self, person_id: str) -> bytes | None:
        """A person's key; None too when log and table have different ones."""
        return key_of(self._run, person_id)

    def received_us(self, release_id: str) -> int:
        """When its incident came, UTC µs; where that is gone, when it was proposed."""
        row = self._run(
            "SELECT coalesce(opened_at_us, proposed_at_us) FROM releases"
            " LEFT JOIN incidents USING(incident_id) WHERE release_id = ?",
            (release_id,),
        ).fetchone()
        return 0 if row is None else int(row[0])

    def waiting(self) -> dict[str, int]:
        """Partner -> how many deliveries it has not confirmed yet."""
        rows = self._run(
            "SELECT partner, count(*) FROM release_outbox WHERE state IN (?, ?)"
            " GROUP BY partner",
            OPEN_DELIVERIES,
        )
        return dict(rows.fetchall())

    def counts(self) -> dict[str, int]:
        """State -> how many releases; ``waiting``: deliveries not confirmed yet."""
        rows = self._run("SELECT state, count(*) FROM releases GROUP BY state")
        return {**dict(rows.fetchall()), "waiting": sum(self.waiting().values())}

    def leaf_hashes(self) -> list[bytes]:
        """Hashes of the leaves of the release log, in order."""
        from aliquot.console.release.merkle import leaf_hash

        rows = self._run("SELECT leaf FROM release_leaves ORDER BY leaf_index")
        return [leaf_hash(row[0]) for row in rows]

    def left_under_another(self, tree_sha256: str) -> frozenset[str]:
        """Incidents of which something was sent, taken back since or not, that is of
        another place tree."""
        rows = self._run(
            "SELECT DISTINCT incident_id FROM releases WHERE sent_at_us IS NOT NULL"
            " AND tree_sha256 <> ?",
            (tree_sha256,),
        )
        return frozenset(row[0] for row in rows)

    def history(self, release_id: str) -> tuple[tuple[int, str, str], ...]:
        """(UTC µs, person's id, what happened), oldest first."""
        rows = self._run(
            "SELECT at_us, person, what FROM release_history WHERE release_id = ?"
            " ORDER BY n",
            (release_id,),
        )
        return tuple(rows.fetchall())

    def opened(self, incident_id: str) -> tuple[int, int] | None:
        """Wall and monotonic clock, both in µs, of the entry that opened an
        incident. They are in its head, so they outlive an erasure."""
        row = self._run(
            "SELECT h.utc_us, h.mono_ns / 1000 FROM incidents AS i"
            " JOIN heads AS h ON h.n = i.key WHERE i.incident_id = ?",
            (incident_id,),
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def _some(self, rest: str, *values: object) -> tuple[StoredRelease, ...]:
        rows = self._run(f"SELECT {_COLUMNS} FROM releases {rest}", values).fetchall()
        return tuple(_release(row, self._bodies(row[0])) for row in rows)

    def _bodies(self, release_id: str) -> list[tuple[str, bytes, bytes | None]]:
        """(channel, body, retraction)."""
        rows: list[tuple[str, bytes, bytes | None]] = self._run(
            "SELECT channel, body, retraction FROM release_bodies WHERE release_id = ?"
            " ORDER BY key",
            (release_id,),
        ).fetchall()
        return rows


def _release(
    row: tuple[Any, ...], bodies: Sequence[tuple[str, bytes, bytes | None]] = ()
) -> StoredRelease:
    return StoredRelease(
        release_id=row[0],
        key=row[1],
        incident_id=row[2],
        state=ReleaseState(row[3]),
        given=decoded(row[4]),
        facts=decoded(row[5]),
        label=row[6],
        parcels=row[7],
        published_us=row[8],
        proposer=row[9],
        proposed_at_us=row[10],
        item=row[11],
        policy_sha256=row[12],
        tree_sha256=row[13],
        bodies={channel: body for channel, body, _ in bodies},
        retractions={c: back for c, _, back in bodies if back is not None},
        approval=_approval(*row[14:18]),
        embargo=Embargo(*row[18:21]) if row[18] is not None else None,
        sent_at_us=row[21],
        confirmed_at_us=row[22],
        ended_at_us=row[23],
        ended_by=row[24],
        reason=row[25],
    )


def _approval(
    approver: str | None, at_us: int, statement: bytes, signature: bytes
) -> Approval | None:
    if approver is None:
        return None
    return Approval(approver, at_us, statement, signature)


def _outbox_row(row: tuple[Any, ...]) -> OutboxRow:
    return OutboxRow(
        release_id=row[0],
        channel=row[1],
        partner=row[2],
        state=row[3],
        place=row[4],
        since_us=row[5],
        problem=row[6],
        receipt=decoded(row[7]) if row[7] is not None else None,
        receipt_at_us=row[8],
        body=row[9] or b"",
    )
