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
    failing: bool = False  # a partner did not take what it was sent

    @property
    def waiting(self) -> int:
        return self.unsigned + self.embargoed + self.unconfirmed


def outgoing(reader: Releases) -> Outgoing:
    rows = reader.queue()
    left = [r for r in rows if r.state in ("sent", "retracted")][:LOOKED_AT]
    waiting = [c for row in left for c in _on_the_way(reader, row)]
    away = len({c[0] for c in waiting})
    return Outgoing(
        sum(r.state == "proposed" for r in rows),
        sum(r.state in ("approved", "embargoed") for r in rows),
        away,
        any(failed for _, failed in waiting),
    )


def _on_the_way(reader: Releases, row: ReleaseRow) -> list[tuple[str, bool]]:
    """(release, whether the last try failed) of each delivery without a receipt."""
    detail = reader.detail(row.release_id)
    channels = detail.channels if detail else ()
    return [
        (row.release_id, bool(c.last_problem))
        for c in channels
        if c.state in saying.ON_THE_WAY
    ]


def outgoing_text(out: Outgoing, *, short: bool = False) -> str:
    """``2 waiting`` and what for."""
    if not out.waiting:
        return "nothing waits" if short else "partners: nothing waits"
    parts = [
        f"{out.unsigned} to sign" if out.unsigned else "",
        f"{out.embargoed} in embargo" if out.embargoed else "",
        f"{out.unconfirmed} {_AWAY[out.failing]}" if out.unconfirmed else "",
    ]
    count = f"{out.waiting} waiting"
    if short:
        return count
    return f"partners: {count} ({', '.join(p for p in parts if p)})"


_AWAY = {False: "on the way", True: "not taken, tried again"}


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
