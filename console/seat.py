"""Which desk a window gets on a profile: the one that writes, or one beside it."""

from __future__ import annotations

from aliquot.console.clock import Clock
from aliquot.console.core import Core
from aliquot.console.joined import JoinedDesk
from aliquot.console.problems import KnownProblem
from aliquot.console.profile import Profile

_TRIES = 5
_TRY_S = 1.0


def take_desk(profile: Profile, clock: Clock) -> Core:
    """Take the profile's lock; started.

    Raises ``KnownProblem``: ``profile_locked`` (exit 3), which tells how to join, and
    what the log raises.
    """
    core = Core(profile, clock)
    try:
        core.start()
    except KnownProblem as why:
        if why.code != "profile_locked":
            raise
        text = f"{why} Or open a second window beside it: aliquot console --join."
        raise KnownProblem(why.code, text, why.exit_code) from None
    return core


def open_desk(profile: Profile, clock: Clock) -> Core | JoinedDesk:
    """Take the profile's lock, or join the console that has it; started.

    Raises ``KnownProblem``: ``profile_locked`` (exit 3) when the holder of the lock
    takes nobody in, ``other_version``, ``turned_away``, and what the log raises.
    """
    locked: KnownProblem | None = None
    for _ in range(_TRIES):
        core = Core(profile, clock)
        try:
            core.start()
        except KnownProblem as why:
            if why.code != "profile_locked":
                raise
            locked = why
        else:
            return core
        joined = JoinedDesk(profile, clock)
        try:
            joined.start(_TRY_S)
        except KnownProblem as why:
            if why.code != "no_console":
                raise
        else:
            return joined
    assert locked is not None
    raise locked
