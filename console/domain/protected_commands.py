"""Commands on protected places: from the command line, and as the writer gets them."""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.console.domain.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmProtectedAs(Command):
    """``name`` proves the password and signs that the places in the file are all.

    ``missing``: how many that were protected are so no more; another number than is
    found is refused. Done: ``{"protected", "missing", "confirmed_by"}``."""

    name: str
    password: str = field(repr=False)
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterProtected(Command):
    """The actor's key has signed ``statement``, which says when: ``at_us``.

    ``salt``, ``places``, ``after``: see ``events_protected``."""

    salt: bytes = field(repr=False)
    places: tuple[str, ...] = field(repr=False)
    missing: int
    after: str
    at_us: int
    statement: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteProtected(Command):
    """A policy is in force, or places are protected, that the log does not know of yet:
    let it know them."""
