"""What owners did about the place tree. Part of ``domain.events``; import it from there.

The subject names the tree by its hash, which names nobody: a head alone still says
which tree was asked for, activated or withdrawn, so an erasure changes nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aliquot.console.domain.event_base import Event

SUBJECT = "tree:"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeChangeAsked(Event):
    """An owner asked that a candidate takes the place of the active tree.

    ``tree_sha256`` and ``replaces`` are names of trees (lower-case hex). ``statement``
    is what the owner's Ed25519 key signed, both in base64; ``by`` is a person's id."""

    TYPE: ClassVar[str] = "tree.change_asked"
    tree_sha256: str
    replaces: str
    by: str
    statement: str
    signature: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"{SUBJECT}{self.tree_sha256}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeChangeConfirmed(Event):
    """A second owner signed for the same tree: from here on it is the active one."""

    TYPE: ClassVar[str] = "tree.change_confirmed"
    tree_sha256: str
    replaces: str
    by: str
    statement: str
    signature: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"{SUBJECT}{self.tree_sha256}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeChangeWithdrawn(Event):
    """What one owner had asked for is not asked for any more."""

    TYPE: ClassVar[str] = "tree.change_withdrawn"
    tree_sha256: str
    by: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"{SUBJECT}{self.tree_sha256}"


TREE_EVENTS: tuple[type[Event], ...] = (
    TreeChangeAsked,
    TreeChangeConfirmed,
    TreeChangeWithdrawn,
)
