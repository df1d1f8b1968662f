"""Changing the settings of a line, from the window or from the command line."""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.console.domain.commands import Command
from aliquot.console.domain.event_base import Json

NOW, NEXT_START = "now", "next_start"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLineSettings(Command):
    """Write settings of one line into ``profile.toml``.

    ``changes``: setting -> value; None takes it out, so that the default holds. A
    name is one of the driver's options, else a setting that every line has;
    ``options.NAME`` is always the driver's. Values are text, number, true or false,
    or a list of texts.

    Done: ``{"line", "changes": {name: [old, new]}, "applied", "file", "backup",
    "why", "also_begun"}``; ``applied`` is ``now`` when the line was begun anew with
    them, else ``next_start``, and ``why`` says why not now. ``also_begun``: lines that
    take turns with it, where they were begun anew too. Without a change nothing is
    written.
    Refused: ``bad_value`` (what to write instead), ``no_such_line``, ``no_such_option``,
    ``changed_meanwhile``, ``settings_unusable``.
    """

    line: str
    changes: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLineSettingsAs(ChangeLineSettings):
    """The same from the command line: ``name`` proves the password, and the log has
    who it was. Refused also as ``SignIn`` is."""

    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAs(Command):
    """``act`` is carried out as the act of ``name``, whose password it is. Within the
    program only: from outside come the commands that are made into this."""

    act: Command
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterLineSettings(Command):
    """The same when it was checked: see ``events.LineSettingsChanged``."""

    line: str
    changes: dict[str, Json]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSettingsFailed(Command):
    """The file could not be replaced: see ``events.LineSettingsFailed``."""

    line: str
    sha256: str
    reason: str
