"""Passwords that failed, as the log knows them. Part of ``domain.events``; import it
from there. No password stands in it, and no name that was typed: it may be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aliquot.console.domain.event_base import Event

SUBJECT = "sign_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNotProved(Event):
    """Somebody wanted to be ``person_id``, and the password was not that person's.
    Where says the entry's position, and its actor who was signed in there.

    ``person_id`` None: under a name that nobody has. Of these only few are told, and
    ``failed`` says how many there were; of a person it is how many in a row. ``act``:
    what it was for, such as ``sign_in`` or ``approve_release``."""

    TYPE: ClassVar[str] = "person.not_proved"
    person_id: str | None
    act: str
    failed: int
    at_us: int

    @property
    def subject(self) -> str:
        return SUBJECT if self.person_id is None else f"person:{self.person_id}"


SIGN_IN_EVENTS: tuple[type[Event], ...] = (PersonNotProved,)
