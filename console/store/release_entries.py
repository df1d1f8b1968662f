"""What the log itself says of a release, where the tables are not taken at their word.

Tables are folds: whoever has the file can edit them with another program. So what is
about to leave is read from the entries once more. An entry counts only if its body
fits its head, its head fits its hash, and the next entry goes on from it: to change
one, all that came after it has to be written anew.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from aliquot.console.domain.events import (
    Event,
    PersonAdded,
    ReleaseApproved,
    ReleaseEmbargoBegan,
    ReleaseProposed,
    ReleaseRetracted,
    ReleaseSent,
)
from aliquot.console.release.codes import Channel
from aliquot.console.release.constants import Frozen
from aliquot.console.release.embargo import Embargo
from aliquot.console.release.maker import maker
from aliquot.console.release.policy_check import may_be_agency
from aliquot.console.release.proposal import Proposal
from aliquot.console.release.release_record import OutboxRow, StoredRelease
from aliquot.console.release.signing import Approval, unsound
from aliquot.console.release.stored import input_of
from aliquot.console.release.workflow import item_of, notice
from aliquot.console.store.entry import SELECT, Entry, body_hash, head_hash

_OF_RELEASE = (
    f"{SELECT} WHERE n IN (SELECT n FROM release_history WHERE release_id = ?"
    " UNION SELECT key FROM releases WHERE release_id = ?) ORDER BY n"
)
_RETRACTION = "retraction_waiting"

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Entries:
    """Of one release: what happened to it; None is not in the log, or erased."""

    proposed: ReleaseProposed | None = None
    approved: ReleaseApproved | None = None
    began: ReleaseEmbargoBegan | None = None
    sent: ReleaseSent | None = None
    retracted: ReleaseRetracted | None = None

    @property
    def proposal(self) -> Proposal | None:
        return None if self.proposed is None else _proposal(self.proposed)

    @property
    def approval(self) -> Approval | None:
        return None if self.approved is None else _approval(self.approved)

    @property
    def embargo(self) -> Embargo | None:
        began = self.began
        if began is None:
            return None
        return Embargo(began.until_us, began.from_us, began.from_mono_us)

    def say(self, release: StoredRelease) -> bool:
        """Whether they say what the tables say of a release that is to be sent."""
        proposed = self.proposed
        if proposed is None:
            return False
        return (
            release.incident_id == proposed.incident_id
            and release.facts == proposed.facts
            and release.proposal() == self.proposal
            and release.approval == self.approval
            and release.embargo == self.embargo
        )


def entries_of(run: Any, release_id: str) -> Entries:
    rows = run(_OF_RELEASE, (release_id, release_id)).fetchall()
    subject = f"release:{release_id}"
    events = [
        entry.event
        for entry in map(Entry._make, rows)
        if entry.subject == subject and sound(run, entry)
    ]
    return Entries(
        proposed=_last(events, ReleaseProposed),
        approved=_last(events, ReleaseApproved),
        began=_last(events, ReleaseEmbargoBegan),
        sent=_last(events, ReleaseSent),
        retracted=_last(events, ReleaseRetracted),
    )


def key_of(run: Any, person_id: str) -> bytes | None:
    """The public key of a person, if log and table say the same of it."""
    found = run(
        "SELECT key, public_key FROM people WHERE person_id = ?", (person_id,)
    ).fetchone()
    if found is None:
        return None
    n, public = found
    if _added(run, f"{SELECT} WHERE n = ?", n, person_id) == public:
        return bytes(public)
    # Added again since: rare, and worth to read the whole log for.
    again = (
        f"{SELECT} WHERE subject = ? AND type = 'person.added' ORDER BY n DESC LIMIT 1"
    )
    same = _added(run, again, f"person:{person_id}", person_id) == public
    return bytes(public) if same else None


def leaving(entries: Entries, row: OutboxRow, key: bytes | None) -> bytes | None:
    """The bytes that are to be delivered by a row of the outbox; None when the log
    has no such sending, or nobody else signed these bytes.

    ``key``: of the approver, as the log has it. A notice is delivered as the log has
    it, if that is what the released item gives; an item only if the row has the same.
    """
    sent, proposal, approval = entries.sent, entries.proposal, entries.approval
    if sent is None or [row.channel, row.partner] not in sent.deliveries:
        return None
    if row.state == _RETRACTION:
        return _notice(entries, row.channel)
    if entries.retracted is not None or proposal is None or approval is None:
        return None
    if unsound(proposal, approval, key or b"") is not None:
        return None
    body = dict(proposal.bodies).get(Channel[row.channel.upper()])
    return body if body == row.body else None


def _notice(entries: Entries, channel: str) -> bytes | None:
    """Nobody signs it, so it must be what the console itself makes of the release. If
    another version of the program wrote it, it leaves as this one makes it: what was
    taken back must not stay with a partner because of an update."""
    back, proposal = entries.retracted, entries.proposal
    if back is None or proposal is None or channel not in back.bodies:
        return None
    said = b64decode(back.bodies[channel])
    try:
        made = notice(proposal, back.notice_id, back.at_us, back.by or "")
        item = item_of(made.item)
    except (KeyError, ValueError):
        return None
    if not may_be_agency(str(item["agency_code"]), str(item["agency"])):
        return None
    ours = dict(made.bodies).get(Channel[channel.upper()])
    return ours if ours == said or back.maker != maker() else None


def sound(run: Any, entry: Entry) -> bool:
    """Whether its body, its head and the next entry agree."""
    if entry.salt is None or entry.body is None:
        return False
    if body_hash(entry.salt, entry.body) != entry.body_hash:
        return False
    after = run("SELECT prev FROM heads WHERE n = ?", (entry.n + 1,)).fetchone()
    return head_hash(entry) == entry.head and after in (None, (entry.head,))


def _last(events: Iterable[Event | None], kind: type[E]) -> E | None:
    found = None
    for event in events:
        if isinstance(event, kind):
            found = event
    return found


def _added(run: Any, select: str, value: object, person_id: str) -> bytes | None:
    row = run(select, (value,)).fetchone()
    if row is None or not sound(run, entry := Entry._make(row)):
        return None
    event = entry.event
    if not isinstance(event, PersonAdded) or event.person_id != person_id:
        return None
    return b64decode(event.public_key)


def _proposal(event: ReleaseProposed) -> Proposal:
    channels = sorted((Channel[name.upper()] for name in event.bodies), key=_value)
    return Proposal(
        frozen=Frozen(event.release_id, event.published_us),
        given=input_of(event.given),
        item=b64decode(event.item),
        bodies=tuple((c, b64decode(event.bodies[c.name.lower()])) for c in channels),
        policy_sha256=event.policy_sha256,
        tree_sha256=event.tree_sha256,
        proposer=event.proposer,
    )


def _approval(event: ReleaseApproved) -> Approval:
    return Approval(
        event.approver,
        event.at_us,
        b64decode(event.statement),
        b64decode(event.signature),
    )


def _value(channel: Channel) -> int:
    return channel.value
