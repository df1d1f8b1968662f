"""Commands on the place tree: from the command line, and as the writer gets them."""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.console.domain.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateTreeAs(Command):
    """``name`` proves the password and signs for the candidate: the first of two
    owners asks, the second activates. ``withdraw``: takes back what was asked instead.

    ``tree_sha256``: of what was seen; another candidate is refused. Done:
    ``{"sha256", "state", …}``."""

    name: str
    password: str = field(repr=False)
    tree_sha256: str | None = None
    withdraw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterTreeSignature(Command):
    """The actor's key has signed ``statement``, which says when: ``at_us``."""

    tree_sha256: str
    replaces: str
    at_us: int
    statement: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawTreeChange(Command):
    """What is asked for is not to be asked for any more."""
