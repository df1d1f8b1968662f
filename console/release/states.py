"""The life of a release. ``TRANSITIONS[state][event]`` has every pair.

None is refused: nothing happens, and whoever asked is told. docs/release-states.md
is drawn from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class ReleaseState(Enum):
    """Where a release stands.

    ``CANDIDATE``: an incident that may be proposed. ``APPROVED``: signed by a second
    person. ``EMBARGOED``: waiting for its time. ``SENT``: in the outbox, its leaf in
    the log. ``CONFIRMED``: a receipt came. ``VOIDED``: what was signed is no longer
    so. ``DEAD``: may never leave, or no longer.
    """

    CANDIDATE = "candidate"
    PROPOSED = "proposed"
    APPROVED = "approved"
    EMBARGOED = "embargoed"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    RETRACTED = "retracted"
    DEAD = "dead"


class ReleaseEvent(Enum):
    """What can happen to it.

    ``CHANGED``: type, place, status, policy or tree are not those that were frozen.
    ``BARRED``: the incident may not be released any more, for instance because its
    type became one of class never. ``EXPIRED``: it, or its approval, grew too old.
    """

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EMBARGO_BEGAN = "embargo_began"
    CHANGED = "changed"
    BARRED = "barred"
    EXPIRED = "expired"
    SENT = "sent"
    CONFIRMED = "confirmed"
    RETRACTED = "retracted"


_S, _E = ReleaseState, ReleaseEvent
_Row = Mapping[ReleaseEvent, ReleaseState | None]


def _over(state: ReleaseState) -> _Row:
    """A release that is over: what happens to its incident does not move it."""
    return {
        _E.PROPOSED: None,
        _E.APPROVED: None,
        _E.REFUSED: None,
        _E.WITHDRAWN: None,
        _E.EMBARGO_BEGAN: None,
        _E.CHANGED: state,
        _E.BARRED: state,
        _E.EXPIRED: state,
        _E.SENT: None,
        _E.CONFIRMED: None,
        _E.RETRACTED: None,
    }


TRANSITIONS: Mapping[ReleaseState, _Row] = {
    _S.CANDIDATE: {
        _E.PROPOSED: _S.PROPOSED,
        _E.APPROVED: None,
        _E.REFUSED: None,
        _E.WITHDRAWN: _S.WITHDRAWN,
        _E.EMBARGO_BEGAN: None,
        _E.CHANGED: _S.CANDIDATE,  # nothing is frozen yet
        _E.BARRED: _S.DEAD,
        _E.EXPIRED: _S.DEAD,
        _E.SENT: None,
        _E.CONFIRMED: None,
        _E.RETRACTED: None,
    },
    _S.PROPOSED: {
        _E.PROPOSED: None,  # other words are another proposal
        _E.APPROVED: _S.APPROVED,
        _E.REFUSED: _S.REFUSED,
        _E.WITHDRAWN: _S.WITHDRAWN,
        _E.EMBARGO_BEGAN: None,
        _E.CHANGED: _S.VOIDED,
        _E.BARRED: _S.DEAD,
        _E.EXPIRED: _S.DEAD,
        _E.SENT: None,
        _E.CONFIRMED: None,
        _E.RETRACTED: None,
    },
    _S.APPROVED: {
        _E.PROPOSED: None,
        _E.APPROVED: None,
        _E.REFUSED: _S.REFUSED,  # the second person thought again
        _E.WITHDRAWN: _S.WITHDRAWN,
        _E.EMBARGO_BEGAN: _S.EMBARGOED,
        _E.CHANGED: _S.VOIDED,
        _E.BARRED: _S.DEAD,
        _E.EXPIRED: _S.DEAD,
        _E.SENT: None,  # never past the embargo, be it of no length
        _E.CONFIRMED: None,
        _E.RETRACTED: None,
    },
    _S.EMBARGOED: {
        _E.PROPOSED: None,
        _E.APPROVED: None,
        _E.REFUSED: _S.REFUSED,
        _E.WITHDRAWN: _S.WITHDRAWN,
        _E.EMBARGO_BEGAN: None,
        _E.CHANGED: _S.VOIDED,
        _E.BARRED: _S.DEAD,
        _E.EXPIRED: _S.DEAD,
        _E.SENT: _S.SENT,
        _E.CONFIRMED: None,
        _E.RETRACTED: _S.WITHDRAWN,  # nothing has left: there is nothing to retract
    },
    _S.SENT: {
        _E.PROPOSED: None,
        _E.APPROVED: None,
        _E.REFUSED: None,
        _E.WITHDRAWN: None,
        _E.EMBARGO_BEGAN: None,
        _E.CHANGED: _S.SENT,  # a correction is a release of its own
        _E.BARRED: _S.RETRACTED,
        _E.EXPIRED: _S.SENT,
        _E.SENT: None,  # once only
        _E.CONFIRMED: _S.CONFIRMED,
        _E.RETRACTED: _S.RETRACTED,
    },
    _S.CONFIRMED: {
        _E.PROPOSED: None,
        _E.APPROVED: None,
        _E.REFUSED: None,
        _E.WITHDRAWN: None,
        _E.EMBARGO_BEGAN: None,
        _E.CHANGED: _S.CONFIRMED,
        _E.BARRED: _S.RETRACTED,
        _E.EXPIRED: _S.CONFIRMED,
        _E.SENT: None,
        _E.CONFIRMED: _S.CONFIRMED,  # a further channel, or the same receipt again
        _E.RETRACTED: _S.RETRACTED,
    },
    _S.REFUSED: _over(_S.REFUSED),
    _S.WITHDRAWN: _over(_S.WITHDRAWN),
    _S.VOIDED: _over(_S.VOIDED),
    _S.RETRACTED: {
        **_over(_S.RETRACTED),
        _E.CONFIRMED: _S.RETRACTED,  # a late receipt, or that of the retraction
    },
    _S.DEAD: _over(_S.DEAD),
}

OPEN_STATES: frozenset[ReleaseState] = frozenset(
    {_S.CANDIDATE, _S.PROPOSED, _S.APPROVED, _S.EMBARGOED}
)
"""Nothing has left yet."""

OUTSIDE_STATES: frozenset[ReleaseState] = frozenset(
    {_S.SENT, _S.CONFIRMED, _S.RETRACTED}
)
"""Something has left, and cannot be called back."""


def next_state(state: ReleaseState, event: ReleaseEvent) -> ReleaseState | None:
    """The state after ``event``; None when it is refused."""
    return TRANSITIONS[state][event]
