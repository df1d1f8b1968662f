"""What the commands on releases have in common."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Iterable, Mapping

from aliquot.console.domain.commands import Done, Outcome, Refused
from aliquot.console.domain.events import Json, ReleaseRetracted
from aliquot.console.release.codes import Channel
from aliquot.console.release.constants import release_id_of
from aliquot.console.release.leaf import SALT_BYTES, LeafKind, make_leaf
from aliquot.console.release.maker import maker
from aliquot.console.release.merkle import root
from aliquot.console.release.proposal import Proposal
from aliquot.console.release.release_record import StoredRelease
from aliquot.console.release.signing import Approval
from aliquot.console.release.states import ReleaseEvent, ReleaseState, next_state
from aliquot.console.release.stored import leaf_body
from aliquot.console.release.workflow import Known, item_of, known, retraction
from aliquot.console.service.context import Context

_OVER = "It is over: propose the incident anew."
_LEFT = "It has left: it can be retracted."
STANDS: Mapping[ReleaseState, str] = {
    ReleaseState.CANDIDATE: "Propose it.",
    ReleaseState.PROPOSED: "It waits for a second person to approve or refuse it; "
    "nothing has left, so it can be withdrawn.",
    ReleaseState.APPROVED: "It is signed and has not left: refuse or withdraw it.",
    ReleaseState.EMBARGOED: "It is signed and has not left: refuse or withdraw it.",
    ReleaseState.SENT: _LEFT,
    ReleaseState.CONFIRMED: _LEFT,
    ReleaseState.REFUSED: _OVER,
    ReleaseState.WITHDRAWN: _OVER,
    ReleaseState.VOIDED: _OVER,
    ReleaseState.RETRACTED: _OVER,
    ReleaseState.DEAD: _OVER,
}
"""What can be done about a release, by how it stands: for whom it was refused."""


def find_release(
    context: Context, release_id: str, event: ReleaseEvent
) -> StoredRelease | Refused:
    """The release, if what ``event`` says may happen to it now."""
    found = context.work.releases.get(release_id)
    if found is None:
        text = f"There is no release {release_id}. See: aliquot release list"
        return Refused("no_such_release", text)
    if next_state(found.state, event) is None:
        text = f"The release is {found.state.value}. {STANDS[found.state]}"
        return Refused(f"release_{found.state.value}", text)
    return found


def told(release: StoredRelease) -> Done:
    """What every command on a release answers."""
    return Done(
        {
            "release_id": release.release_id,
            "state": release.state.value,
            "item": dict(item_of(release.item)),
        }
    )


def told_now(context: Context, release_id: str) -> Outcome:
    found = context.work.releases.get(release_id)
    assert found is not None
    return told(found)


def new_release_id() -> str:
    return release_id_of(secrets.token_bytes(16))


def text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def texts(bodies: Iterable[tuple[Channel, bytes]]) -> dict[str, str]:
    return {channel.name.lower(): text(body) for channel, body in bodies}


def incident_known(context: Context, incident_id: str) -> Known | None:
    """What release control may know of it now; None when it is not there."""
    row = context.work.views.incident(incident_id)
    if row is None:
        return None
    return known(row.fields, row.state, row.opened_at_us)


def public_key(context: Context, person_id: str) -> bytes | None:
    """As the log has it."""
    return context.work.releases.public_key(person_id)


def one_key(context: Context, proposer: str, approver: str) -> bool:
    """Two names with one key are one person."""
    key = public_key(context, approver)
    return key is not None and key == public_key(context, proposer)


def retracted(
    context: Context, release: StoredRelease, by: str | None, reason: str
) -> ReleaseRetracted:
    """``by`` None: the console itself, because its type is one of class never."""
    notice = retraction(release, new_release_id(), context.at_us, by or "")
    return ReleaseRetracted(
        release_id=release.release_id,
        by=by,
        reason=reason,
        barred=by is None,
        notice_id=notice.frozen.release_id,
        item=text(notice.item),
        bodies=texts(notice.bodies),
        leaf=leaf(context, LeafKind.RETRACTED, notice, release.approval),
        maker=maker(),
        at_us=context.at_us,
    )


def leaf(
    context: Context, kind: LeafKind, proposal: Proposal, approval: Approval | None
) -> dict[str, Json]:
    """The next leaf of the release log, and the head of the tree with it."""
    salt = secrets.token_bytes(SALT_BYTES)
    made = make_leaf(kind, proposal, approval, context.at_us, salt)
    before = context.work.releases.leaf_hashes()
    return {
        **leaf_body(made),
        "index": len(before),
        "hash": made.hash.hex(),
        "root": text(root([*before, made.hash])),
    }
