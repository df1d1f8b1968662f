"""A change of the place tree: its states, and how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class TreeState(Enum):
    ASKED = "asked"
    ACTIVATED = "activated"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # it was to replace a tree that is not in use any more


class TreeEvent(Enum):
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    OTHER_ACTIVATED = "other_activated"  # two owners put another tree in use


TRANSITIONS: Mapping[TreeState, Mapping[TreeEvent, TreeState | None]] = {
    TreeState.ASKED: {
        TreeEvent.CONFIRMED: TreeState.ACTIVATED,
        TreeEvent.WITHDRAWN: TreeState.WITHDRAWN,
        TreeEvent.OTHER_ACTIVATED: TreeState.LAPSED,
    },
    TreeState.ACTIVATED: dict.fromkeys(TreeEvent),
    TreeState.WITHDRAWN: dict.fromkeys(TreeEvent),
    TreeState.LAPSED: dict.fromkeys(TreeEvent),
}
"""What ended stays as it ended: going back to an older tree is a change of its own."""


def next_state(state: TreeState, event: TreeEvent) -> TreeState | None:
    """None: that cannot happen to it any more."""
    return TRANSITIONS[state][event]


@dataclass(frozen=True, slots=True)
class Signed:
    """``person`` signed ``statement`` at ``at_us`` (UTC µs). What was erased of it is
    empty."""

    person: str
    at_us: int
    statement: bytes = b""
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class TreeChange:
    """One change. ``key`` is the number of the entry that asked for it.

    ``replaces`` is the tree that was active then; None when that was erased. Who ended
    a lapsed one is who put the other tree in use.
    """

    key: int
    tree_sha256: str
    replaces: str | None
    state: TreeState
    asked: Signed
    confirmed: Signed | None = None
    ended_by: str | None = None
    ended_at_us: int | None = None
