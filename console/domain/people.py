"""Roles: what each may do, and what each may see.

Taking a call is open to whoever sits at the desk that the lines end at; there, all
is seen, because a call must be taken even when nobody has signed in. A second
window of the same profile (a *joined* desk) is the other way round: what is not
listed for a role is neither done nor seen there, and nobody may do anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Role(Enum):
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    INTEGRATOR = "integrator"
    ADMINISTRATOR = "administrator"


class Act(Enum):
    """What needs a right."""

    TAKE_CALLS = "take_calls"  # calls, incidents, notes, drafts
    DISPATCH = "dispatch"  # units sent, status of units
    REGISTER_UNITS = "register_units"
    SET_LINES = "set_lines"  # settings of a line
    REGISTER_CAMERAS = "register_cameras"  # and what their owners said, from files
    ADD_PEOPLE = "add_people"
    ERASE = "erase"  # bodies of log entries
    PROPOSE_RELEASES = "propose_releases"  # and withdraw one's own
    HAND_OVER = "hand_over"  # an incident to another agency, with all of it
    APPROVE_RELEASES = "approve_releases"  # refuse, withdraw and retract them
    CHANGE_PLACE_TREE = "change_place_tree"  # together with a second owner
    CHANGE_PROTECTED = "change_protected_places"  # say that some are so no more
    CHANGE_POLICY = "change_policy"  # say that a looser one is meant


_OPEN = frozenset({Act.TAKE_CALLS, Act.DISPATCH})

_REGISTER = frozenset({Act.REGISTER_UNITS, Act.REGISTER_CAMERAS})
_RELEASE = frozenset({Act.PROPOSE_RELEASES, Act.APPROVE_RELEASES})
_SET_UP = frozenset({Act.SET_LINES})
_OWN = frozenset({Act.CHANGE_PLACE_TREE, Act.CHANGE_PROTECTED, Act.CHANGE_POLICY})
"""What owners of the rules of release do; the place tree, two of them together."""

MAY: Mapping[Role, frozenset[Act]] = {
    Role.DISPATCHER: _OPEN | {Act.PROPOSE_RELEASES, Act.HAND_OVER},
    Role.SUPERVISOR: _OPEN
    | _REGISTER
    | _SET_UP
    | _RELEASE
    | _OWN
    | {Act.ERASE, Act.HAND_OVER},
    Role.INTEGRATOR: _OPEN | _REGISTER | _SET_UP,
    Role.ADMINISTRATOR: _OPEN
    | _REGISTER
    | _SET_UP
    | _OWN
    | {Act.ADD_PEOPLE, Act.ERASE},
}

MAY_NOBODY: frozenset[Act] = _OPEN | _REGISTER | _SET_UP | {Act.ADD_PEOPLE}
"""With nobody signed in a call must still be taken. The others are what the
command line does with the right of whoever owns the files of the profile."""


MAY_JOINED: Mapping[Role | None, frozenset[Act]] = {
    None: frozenset(),
    Role.DISPATCHER: MAY[Role.DISPATCHER],
    Role.SUPERVISOR: MAY[Role.SUPERVISOR],
    Role.INTEGRATOR: _REGISTER | _SET_UP,
    Role.ADMINISTRATOR: _REGISTER | _SET_UP | {Act.ADD_PEOPLE, Act.ERASE},
}
"""At a second window. Who may not see calls and incidents there does not act on
them either."""


def may(role: Role | None, act: Act, joined: bool = False) -> bool:
    """Whether ``role`` may; None is nobody signed in, or nobody known any more.

    ``joined``: at a second window of the profile.
    """
    if joined:
        return act in MAY_JOINED[role]
    return act in (MAY_NOBODY if role is None else MAY[role])


class Sight(Enum):
    """What can be seen apart from the rest."""

    CALLS = "calls"  # calls with what their records say, and forms begun with them
    INCIDENTS = "incidents"  # the board and the narratives
    RELEASES = "releases"  # the release desk, which shows incidents beside items
    UNITS = "units"  # and their status; which incident, only to who sees incidents
    CAMERAS = "cameras"  # the listed ones; others are seen nowhere
    PEOPLE = "people"  # who was added, and in which role
    LINES = "lines"  # that bytes came, how many and when, not what they say


_SETTING_UP = frozenset({Sight.LINES, Sight.UNITS, Sight.CAMERAS})

SEES_JOINED: Mapping[Role | None, frozenset[Sight]] = {
    None: frozenset(),
    Role.DISPATCHER: frozenset(Sight),
    Role.SUPERVISOR: frozenset(Sight),
    Role.INTEGRATOR: _SETTING_UP,
    Role.ADMINISTRATOR: _SETTING_UP | {Sight.PEOPLE},
}
"""At a second window. It is what the screen shows: whoever owns the files of the
profile can read them with other programs."""


def parse_role(text: str) -> Role | None:
    try:
        return Role(text)
    except ValueError:
        return None


TRIES = 5
TRY_WINDOW_S = 15 * 60


def wait_before_try(failed_at_us: list[int], now_us: int) -> int:
    """Seconds until a further try is allowed, 0 for at once.

    ``failed_at_us``: UTC µs of failed tries. Five of them within 15 minutes close
    the door until the first of the five is 15 minutes old.
    """
    recent = sorted(t for t in failed_at_us if 0 <= now_us - t < TRY_WINDOW_S * 10**6)
    if len(recent) < TRIES:
        return 0
    opens = recent[-TRIES] + TRY_WINDOW_S * 10**6
    return max(1, -((now_us - opens) // 10**6))
