"""The read side of the desk that owns the log: the log's, and what is beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aliquot.console.domain.rows import LineRow, LogStatus, NoiseRow, UnitRow
from aliquot.console.position_book import PositionBook
from aliquot.console.profile import Profile
from aliquot.console.store.database import open_database
from aliquot.console.store.views import SqlViews


class DeskViews(SqlViews):
    """With what the writer knows of the disk, and where units are now."""

    def __init__(
        self,
        profile: Profile,
        problem: Callable[[str | None], str | None],
        unsaved: Callable[[], tuple[NoiseRow, ...]],
        positions: PositionBook,
    ) -> None:
        database = open_database(profile.log_path, read_only=True, any_thread=True)
        super().__init__(database)
        self._problem = problem
        self._unsaved = unsaved
        self._positions = positions

    def noise(self, limit: int = 50) -> tuple[NoiseRow, ...]:
        """First what could not be saved so far, records too: text to work from."""
        return (self._unsaved() + super().noise(limit))[:limit]

    def log_status(self) -> LogStatus:
        status = super().log_status()
        return replace(status, problem=self._problem(status.problem))

    def units(self) -> tuple[UnitRow, ...]:
        return self._positions.overlay(super().units())

    def lines(self) -> tuple[LineRow, ...]:
        """Sources of positions too, after the lines."""
        return (*super().lines(), *self._positions.line_rows())
