"""What the role of who is signed in does not allow, said before it is tried.

The console decides; this only greys what it would refuse, with the reason.
"""

from __future__ import annotations

from aliquot.console.domain.people import Act, Role, may
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.release.rights import role_here

SECOND = " at a second window"


def why_not(bridge: Bridge, act: Act, verb: str, key: str = "") -> str | None:
    """Why ``act`` cannot be done here now; None when it can.

    ``verb`` as in "Only supervisors …"; ``key`` signs in, where there is room for it.
    """
    role, joined = role_here(bridge), bridge.actor.joined
    if may(role, act, joined):
        return None
    if role is None:
        return f"Nobody is signed in: {key or 'signing in'} comes first."
    allowed = [f"{other.value}s" for other in Role if may(other, act, joined)]
    who = " and ".join((", ".join(allowed[:-1]), allowed[-1])).removeprefix(" and ")
    where = SECOND if joined else ""
    return f"Only {who} {verb}{where}; you are signed in as {role.value}."


def sees_nothing(bridge: Bridge) -> bool:
    """A second window at which nobody has signed in: it knows of no call, and must
    not say that there is none."""
    return bridge.actor.joined and role_here(bridge) is None
