"""Who may do what with a release, said before it is tried. The console decides; this
only greys what it would refuse, with the reason."""

from __future__ import annotations

from aliquot.console.domain.commands import NOBODY
from aliquot.console.domain.people import Role, parse_role
from aliquot.console.domain.release_rows import ReleaseRow
from aliquot.widgets.actions import Act
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.release import saying

PROPOSERS = frozenset({Role.DISPATCHER, Role.SUPERVISOR})
SIGNERS = frozenset({Role.SUPERVISOR})
_WHO = {Role.DISPATCHER: "dispatchers", Role.SUPERVISOR: "supervisors"}

OWN = "You proposed it, so you cannot approve it: a second person must sign."
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

_VERBS = {
    Act.PROPOSE: "propose releases",
    Act.APPROVE: "sign releases",
    Act.REFUSE: "refuse releases",
    Act.WITHDRAW: "withdraw releases",
    Act.RETRACT: "retract releases",
}
_ROLES = {
    Act.PROPOSE: PROPOSERS,
    Act.APPROVE: SIGNERS,
    Act.REFUSE: SIGNERS,
    Act.WITHDRAW: PROPOSERS,
    Act.RETRACT: SIGNERS,
}


def role_here(bridge: Bridge) -> Role | None:
    """Role of who is signed in at this desk; None for nobody."""
    me = bridge.actor.person
    roles = (p.role for p in bridge.views.people() if p.person_id == me)
    return parse_role(next(roles, ""))


def why_not(act: Act, role: Role | None, sign_in_key: str) -> str | None:
    """Why a person of this role may not; None when the role may."""
    if act not in _ROLES:
        return None
    if role is None:
        return SIGN_IN.format(key=sign_in_key)
    if role in _ROLES[act]:
        return None
    allowed = " and ".join(_WHO[r] for r in _WHO if r in _ROLES[act])
    return f"Only {allowed} {_VERBS[act]}; you are signed in as {role.value}."


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


def own(act: Act, row: ReleaseRow, person: str) -> str | None:
    """The second person must be another one."""
    if act is Act.APPROVE and person != NOBODY and row.proposer_id == person:
        return OWN
    if act is Act.REFUSE and person != NOBODY and row.proposer_id == person:
        return "You proposed it: withdraw it instead."
    return None
