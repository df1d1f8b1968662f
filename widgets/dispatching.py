"""Sending units from the keys. A key that is pressed twice sends no two.

The first unit goes with one key; who wants another one besides says so with another
key, by name, or by choosing it in the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject

from aliquot.console.domain.commands import DispatchUnits, Done, Outcome
from aliquot.console.domain.rows import IncidentRow, UnitRow
from aliquot.widgets import words
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.desk_parts import Parts
from aliquot.widgets.statuses import service_in_words

NO_UNIT = "No unit of the service is available. Choose one by hand."


class Dispatching(QObject):
    """Talks to the desk, and says in the message line what came of it."""

    def __init__(
        self, bridge: Bridge, book: ActionBook, parts: Parts, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge, self._book, self._parts = bridge, book, parts
        self._on_the_way: dict[str, tuple[str, ...]] = {}  # incident -> units asked for

    def send(self, row: IncidentRow, *, more: bool = False) -> None:
        """The chosen units; else the recommended one, if nobody has been sent yet or
        ``more`` is wanted."""
        asked = self._on_the_way.get(row.incident_id)
        chosen = self._parts.units.chosen()
        taken = {u for units in self._on_the_way.values() for u in units}
        unit = self._parts.units.recommended(taken)
        if asked is not None and not chosen:
            number = words.incident_text(row.number)
            self._say(f"{_few(asked)} is being sent to {number} already.")
        elif chosen:
            self.order(row, tuple(u.unit_id for u in chosen), "as chosen")
        elif row.units and not more:
            self._say(self._already(row, unit))
        elif unit is None:
            self._say(NO_UNIT, True)
        else:
            why = f"recommended: {service_in_words(unit.service)}, longest available"
            self.order(row, (unit.unit_id,), why, first=not more)

    def order(
        self,
        row: IncidentRow,
        units: tuple[str, ...],
        why: str,
        *,
        first: bool = False,
    ) -> None:
        """These units, whoever is there already; ``first``: only if nobody is, at
        another window either. ``why``: how they were found."""
        self._on_the_way[row.incident_id] = units
        said = (
            f"{' '.join(units)} dispatched to {words.incident_text(row.number)}, {why}."
        )
        self._bridge.submit(
            DispatchUnits(incident_id=row.incident_id, unit_ids=units, first=first),
            partial(self._settled, row.incident_id, units, said),
        )
        self._parts.units.forget_choice()

    def _already(self, row: IncidentRow, unit: UnitRow | None) -> str:
        there = _few([u.unit_id for u in row.units])
        said = f"{words.incident_text(row.number)} has {there}: nobody else was sent."
        if unit is None:
            return f"{said} No other unit of the service is available."
        key = self._book.key_text(Act.DISPATCH_MORE)
        how = f"{key} sends {unit.unit_id} too" if key else f"d {unit.unit_id} sends it"
        return f"{said} {how}."

    def _settled(
        self, incident: str, units: tuple[str, ...], said: str, outcome: Outcome
    ) -> None:
        if self._on_the_way.get(incident) == units:
            del self._on_the_way[incident]
        if isinstance(outcome, Done):
            self._say(said)
        else:
            self._say(outcome.message, True)

    def _say(self, text: str, bad: bool = False) -> None:
        self._parts.line.say(text, bad)


def _few(units: Sequence[str]) -> str:
    """All of them, or the first two and how many more."""
    more = f" +{len(units) - 2}" if len(units) > 3 else ""
    return " ".join(units[: 2 if more else 3]) + more
