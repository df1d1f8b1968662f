"""Erasing bodies of entries from the command line, by a person who proves who it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.console.domain.commands import Command, EraseBodies
from aliquot.console.domain.settings_commands import ActAs


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseBodiesAs(Command):
    """``EraseBodies`` as the act of ``name``, whose password it is."""

    targets: tuple[tuple[str, int], ...]
    reason: str
    authority: str
    name: str
    password: str = field(repr=False)


def acted(command: Command) -> Command:
    """A command from outside as it is carried out within the program."""
    if not isinstance(command, EraseBodiesAs):
        return command
    act = EraseBodies(
        targets=command.targets, reason=command.reason, authority=command.authority
    )
    return ActAs(act=act, name=command.name, password=command.password)
