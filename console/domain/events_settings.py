"""Settings of a line were changed by a person. Part of ``domain.events``; import them
from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aliquot.console.domain.event_base import Event, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettingsChanged(Event):
    """A person changed settings of a line; who did is in the entry's head.

    Logged before the file is replaced. ``changes``: setting -> [old, new], absent is
    None; no secret is in it, because none may stand in the settings, and passwords in
    addresses are struck out. ``sha256``: of the file as it is to be.
    """

    TYPE: ClassVar[str] = "line.settings_changed"
    line: str
    changes: dict[str, Json]
    sha256: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"line:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettingsFailed(Event):
    """A change that was logged did not get into the file: the old ones hold."""

    TYPE: ClassVar[str] = "line.settings_failed"
    line: str
    sha256: str
    reason: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"line:{self.line}"
