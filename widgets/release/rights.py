"""Who may do what with a release, said before it is tried. The console decides; this
only greys what it would refuse, with the reason."""

from __future__ import annotations

from aliquot.console.domain import people
from aliquot.console.domain.commands import NOBODY
from aliquot.console.domain.people import Role, may, parse_role
from aliquot.console.domain.release_rows import ReleaseRow
from aliquot.widgets.actions import Act
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.release import saying

OWN = "You proposed it, so you cannot approve it: a second person must sign."
WITHDRAW_INSTEAD = "You proposed it: withdraw it instead."
OF_ANOTHER = "Another person proposed it."
SIGN_IN = "Sign in first ({key}): a release carries the names of two people."
NOTHING = "Choose a line of the queue first."

STATES: dict[Act, tuple[str, ...]] = {
    Act.PROPOSE: ("candidate",),
    Act.APPROVE: ("proposed",),
    Act.REFUSE: ("proposed", "approved", "embargoed"),
    Act.WITHDRAW: ("proposed", "approved", "embargoed"),
    Act.RETRACT: ("sent", "confirmed"),
}
"""The states in which each act has a meaning."""

_PROPOSING, _SIGNING = people.Act.PROPOSE_RELEASES, people.Act.APPROVE_RELEASES
_NEEDS: dict[Act, tuple[people.Act, str]] = {
    Act.PROPOSE: (_PROPOSING, "propose releases"),
    Act.APPROVE: (_SIGNING, "sign releases"),
    Act.REFUSE: (_SIGNING, "refuse releases"),
    Act.WITHDRAW: (_PROPOSING, "withdraw releases"),
    Act.RETRACT: (_SIGNING, "retract releases"),
}


def role_here(bridge: Bridge) -> Role | None:
    """Role of who is signed in at this desk; None for nobody."""
    me = bridge.actor.person
    roles = (p.role for p in bridge.views.people() if p.person_id == me)
    return parse_role(next(roles, ""))


def why_not(act: Act, role: Role | None, joined: bool, sign_in: str) -> str | None:
    """Why a person of this role may not; None when the role may. ``sign_in`` is the
    key for it."""
    if act not in _NEEDS:
        return None
    if role is None:
        return SIGN_IN.format(key=sign_in)
    right, verb = _NEEDS[act]
    if may(role, right, joined):
        return None
    allowed = " and ".join(f"{r.value}s" for r in Role if may(r, right, joined))
    return f"Only {allowed} {verb}; you are signed in as {role.value}."


def wrong_state(act: Act, state: str) -> str | None:
    """Why a release in this state does not know the act; None when it does."""
    states = STATES.get(act)
    if states is None or state in states:
        return None
    word = saying.state_look(state).word
    if act is Act.RETRACT and state in saying.OPEN:
        return f"It is {word}: nothing has left, so it can be withdrawn or refused."
    return f"It is {word}: {_CANNOT[act]}."


_CANNOT = {
    Act.PROPOSE: "it was proposed already",
    Act.APPROVE: "there is nothing to sign",
    Act.REFUSE: "there is nothing to refuse",
    Act.WITHDRAW: "it cannot be withdrawn any more",
    Act.RETRACT: "there is nothing to retract",
}


def own(
    act: Act, row: ReleaseRow, person: str, role: Role | None, joined: bool
) -> str | None:
    """The second person must be another one; and who withdraws it, the first."""
    mine = row.proposer_id == person and person != NOBODY
    if mine and act is Act.APPROVE:
        return OWN
    if mine and act is Act.REFUSE:
        return WITHDRAW_INSTEAD
    if act is Act.WITHDRAW and role is not None and not mine:
        return None if may(role, _SIGNING, joined) else OF_ANOTHER
    return None
