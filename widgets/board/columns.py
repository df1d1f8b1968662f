"""What the board shows of an incident, and the units list of a unit."""

from __future__ import annotations

from dataclasses import replace

from aliquot.console.domain.place_said import place_said
from aliquot.console.domain.rows import IncidentRow
from aliquot.widgets import words
from aliquot.widgets.cells import Cell, age_cell
from aliquot.widgets.codes import TypeTable
from aliquot.widgets.release.marks import mark_cell
from aliquot.widgets.statuses import PROGRESS, Shape, unit_look
from aliquot.widgets.tables import Column
from aliquot.widgets.theme.tokens import Tone


def incident_key(row: IncidentRow) -> str:
    return row.incident_id


def number(row: IncidentRow, _now: int) -> Cell:
    return Cell(words.incident_text(row.number), mono=True, bold=True)


def priority(row: IncidentRow, _now: int) -> Cell:
    value = row.fields.get("priority")
    text = f"P{value}" if value is not None else words.ABSENT
    return Cell(text, mono=True, bold=value == 1)


def place(row: IncidentRow, _now: int) -> Cell:
    """Where help is wanted, as the geofile writes it once it is verified; what was
    typed beside it where that says more. The caller's place is another thing, and said
    to be so."""
    if said := place_said(row.fields):
        if not said.says_more:
            return Cell(said.text)
        both = f"{said.text} · typed {said.typed}"
        return Cell(said.whole, ways=((both, ""), (said.text, "")))
    if caller := row.fields.get("caller_place"):
        return Cell(f"caller at {caller}", Tone.MUTED)
    return Cell("no place yet", Tone.MUTED)


def pending_age(row: IncidentRow, now: int) -> Cell:
    seconds = words.age_s(row.opened_at_us, now)
    urgency = words.grade(seconds, words.PENDING_LIMITS)
    return age_cell(words.age_text(seconds), urgency, Tone.PENDING)


def units(row: IncidentRow, _now: int) -> Cell:
    """Where not all have room: the first, and how many more there are."""
    ids = [u.unit_id for u in row.units]
    if row.foreign is not None:
        ids += row.foreign.units
    text = " ".join(ids) or words.ABSENT
    ways = [(text, "")]
    ways += [
        (f"{' '.join(ids[:n])} +{len(ids) - n}", "") for n in (2, 1) if len(ids) > n
    ]
    return Cell(text, mono=True, ways=tuple(ways))


def progress(row: IncidentRow, _now: int) -> Cell:
    """The unit that is furthest along."""
    for status in PROGRESS:
        if any(u.status == status for u in row.units):
            look = unit_look(status)
            return Cell(look.word, look.tone, shape=look.shape)
    if row.foreign is not None:
        return Cell("other CAD", Tone.MUTED, shape=Shape.BAR)
    return Cell("no unit now", Tone.MUTED, shape=Shape.BAR)


def progress_age(row: IncidentRow, now: int) -> Cell:
    for status in PROGRESS:
        since = [u.since_us for u in row.units if u.status == status]
        if since:
            look = unit_look(status)
            seconds = words.age_s(min(since), now)
            urgency = words.grade(seconds, look.limits)
            return age_cell(words.age_text(seconds), urgency, look.tone)
    return age_cell(words.age_text(words.age_s(row.changed_at_us, now)), _QUIET)


RELEASE, RELEASE_SIGN = "Release", ""
WHAT, STATUS_SIGN = "What and where", " "  # a title takes room, seen or not
FOLDED_ONLY = frozenset((WHAT, STATUS_SIGN))
WIDE_ONLY = frozenset(("Pri", "Type", "Place", "Units", "Status", "Ended as"))
_QUIET = words.Grade.QUIET


def ended(row: IncidentRow, _now: int) -> Cell:
    return Cell(row.disposition or words.ABSENT, Tone.MUTED)


def closed_at(row: IncidentRow, _now: int) -> Cell:
    text = words.clock_text(row.closed_at_us) if row.closed_at_us else words.ABSENT
    return Cell(text, Tone.MUTED, mono=True, right=True)


class BoardColumns:
    """Columns of the three tables; the type is said in the agency's words.

    ``releases``: incident -> state of its newest release."""

    def __init__(self, types: TypeTable, dispositions: dict[str, str]) -> None:
        self._types = types
        self.releases: dict[str, str] = {}
        self._dispositions = dispositions
        first: tuple[Column[IncidentRow], ...] = (
            Column("No.", number, "00000", mono=True),
            Column("Pri", priority, "P1", mono=True),
            Column("Type", self.kind, share=3),
            Column("Place", place, share=4),
            Column(WHAT, self.what),
        )
        wait = Column("Waits", pending_age, "0:00:00", ages=True, mono=True, right=True)
        left: tuple[Column[IncidentRow], ...] = (
            Column(RELEASE, self.release, "embargoed mm"),
            Column(
                RELEASE_SIGN, self.release_sign, "m"
            ),  # where there is no room for words
        )
        self.pending = (*first, wait, *left)
        self.active: tuple[Column[IncidentRow], ...] = (
            *first,
            Column("Units", units, "2A14 2A15", mono=True),
            Column("Status", self.state, "transporting m"),
            Column(STATUS_SIGN, self.state_sign, "m"),
            Column("Age", progress_age, "0:00:00", ages=True, mono=True, right=True),
            *left,
        )
        self.closed: tuple[Column[IncidentRow], ...] = (
            first[0],
            *first[2:],
            Column("Ended as", self.disposition, share=3),
            Column("Closed", closed_at, "00:00:00", mono=True, right=True),
            *left,
        )

    def kind(self, row: IncidentRow, _now: int) -> Cell:
        known = self._types.label(row.fields.get("type_code"))
        if row.foreign is None:
            return Cell(known or "no type yet")
        text = known or row.foreign.type_text or "no type"
        return Cell(f"{text} (of {row.foreign.source})")

    def what(self, row: IncidentRow, now: int) -> Cell:
        """Where there is little room: all in two lines, where help is wanted below."""
        cells = [self.kind(row, now)]
        if row.state == "closed":
            cells = [*cells, self.disposition(row, now)]
        else:
            cells = [priority(row, now), *cells, units(row, now)]
        who = " ".join(cell.text for cell in cells if cell.text != words.ABSENT)
        spot = place(row, now)
        where = spot.ways[-1][0] if spot.ways else spot.text
        return Cell(f"{who}, {spot.text}", ways=((who, where),))

    def state_sign(self, row: IncidentRow, now: int) -> Cell:
        return replace(self.state(row, now), bare=True)

    def release(self, row: IncidentRow, _now: int) -> Cell:
        return mark_cell(self.releases.get(row.incident_id))

    def release_sign(self, row: IncidentRow, _now: int) -> Cell:
        return mark_cell(self.releases.get(row.incident_id), bare=True)

    def state(self, row: IncidentRow, now: int) -> Cell:
        return progress(row, now)

    def disposition(self, row: IncidentRow, _now: int) -> Cell:
        code = row.disposition or ""
        return Cell(self._dispositions.get(code, code) or words.ABSENT, Tone.MUTED)
