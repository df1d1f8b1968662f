"""How releases stand, in a few words: for the status bar and for the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aliquot.console.domain.release_rows import ReleaseRow, Releases
from aliquot.widgets.cells import EMPTY, Cell
from aliquot.widgets.release import saying
from aliquot.widgets.statuses import Shape
from aliquot.widgets.theme.tokens import Tone

LOOKED_AT = 20  # newest retracted ones whose retraction may still wait


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How many wait: for a signature, for their time, for a partner."""

    unsigned: int = 0
    embargoed: int = 0
    unconfirmed: int = 0

    @property
    def waiting(self) -> int:
        return self.unsigned + self.embargoed + self.unconfirmed


def outgoing(reader: Releases) -> Outgoing:
    rows = reader.queue()
    retracted = [r for r in rows if r.state == "retracted"][:LOOKED_AT]
    away = sum(r.state == "sent" for r in rows)
    away += sum(_still_waits(reader, row) for row in retracted)
    return Outgoing(
        sum(r.state == "proposed" for r in rows),
        sum(r.state in ("approved", "embargoed") for r in rows),
        away,
    )


def _still_waits(reader: Releases, row: ReleaseRow) -> bool:
    detail = reader.detail(row.release_id)
    channels = detail.channels if detail else ()
    return any(c.state == "retraction_waiting" for c in channels)


def outgoing_text(out: Outgoing, *, short: bool = False) -> str:
    """``2 waiting`` and what for."""
    if not out.waiting:
        return "nothing waits" if short else "partners: nothing waits"
    parts = [
        f"{out.unsigned} to sign" if out.unsigned else "",
        f"{out.embargoed} in embargo" if out.embargoed else "",
        f"{out.unconfirmed} on the way" if out.unconfirmed else "",
    ]
    count = f"{out.waiting} waiting"
    if short:
        return count
    return f"partners: {count} ({', '.join(p for p in parts if p)})"


def outgoing_shape(out: Outgoing) -> Shape:
    return Shape.DIAMOND if out.waiting else Shape.HOLLOW_DIAMOND


def marks_of(rows: Sequence[ReleaseRow]) -> dict[str, str]:
    """Incident -> state of its newest release."""
    newest: dict[str, ReleaseRow] = {}
    for row in rows:
        known = newest.get(row.incident_id)
        if known is None or known.proposed_at_us < row.proposed_at_us:
            newest[row.incident_id] = row
    return {incident: row.state for incident, row in newest.items()}


def mark_cell(state: str | None, *, bare: bool = False) -> Cell:
    if state is None:
        return EMPTY
    look = saying.state_look(state)
    return Cell(look.word, Tone.RELEASE, shape=look.shape, bare=bare)
