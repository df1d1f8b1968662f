"""All that a release depends on: codes and numbers, no text."""

from __future__ import annotations

from dataclasses import dataclass

from aliquot.console.release.codes import Category, Channel, Phrase, Status

HOURS = 24


@dataclass(frozen=True, slots=True)
class ReleaseInput:
    """What leaves is a function of this, and of nothing else.

    ``region`` is an id of the place tree and ``level`` its level. ``bucket`` is the
    hour of the day at the agency, 0 to 23, plus 24 when that day is the one before
    the day of publication. No field may hold text; a test reads the annotations.
    """

    category: Category
    phrase: Phrase
    region: int
    level: int
    bucket: int
    channel: Channel
    status: Status

    def __post_init__(self) -> None:
        if not 0 <= self.bucket < 2 * HOURS:
            raise ValueError("bucket: an hour of today, or of the day before")
