"""What every event is, and what may be in one. See ``domain.events`` for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""

    TYPE: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        raise NotImplementedError
