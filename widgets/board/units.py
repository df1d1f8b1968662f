"""Units by service, and which one is recommended, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import IncidentRow, UnitRow
from aliquot.widgets import words
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cells import EMPTY, Cell, age_cell
from aliquot.widgets.codes import TypeTable
from aliquot.widgets.fixes import fix_cell
from aliquot.widgets.parts import KeyButton, column, label, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.statuses import SERVICES, service_in_words, service_name, unit_look
from aliquot.widgets.subject import OnHand, Subject
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look, LookChanged
from aliquot.widgets.theme.tokens import Tone

AVAILABLE = "available"


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit, or the heading of a service when ``unit`` is None."""

    service: str
    free: int = 0
    total: int = 0
    unit: UnitRow | None = None


@dataclass(frozen=True, slots=True)
class UnitChosen:
    """The unit that is looked at in the list; None: none."""

    unit_id: str | None


def lines_of(units: Sequence[UnitRow]) -> tuple[UnitLine, ...]:
    """Services in their customary order; in each, units on an incident first, by
    name: those are the ones that are looked for."""
    order = [*SERVICES, *sorted({u.service for u in units} - set(SERVICES))]
    out: list[UnitLine] = []
    for service in order:
        own = sorted((u for u in units if u.service == service), key=_name)
        if own:
            free = sum(u.status == AVAILABLE for u in own)
            out.append(UnitLine(service, free, len(own)))
            out += [UnitLine(service, unit=u) for u in own]
    return tuple(out)


def recommend(units: Sequence[UnitRow], service: str | None) -> UnitRow | None:
    """The first available unit of a service, the one that is longest available."""
    free = [u for u in units if u.status == AVAILABLE and u.service == service]
    return min(free, key=_longest_free) if free else None


def _name(unit: UnitRow) -> tuple[bool, str]:
    return (unit.incident_id is None, unit.unit_id)


def _longest_free(unit: UnitRow) -> tuple[int, str]:
    return (unit.since_us, unit.unit_id)


def _key(line: UnitLine) -> str:
    return line.unit.unit_id if line.unit else f"service:{line.service}"


def _unit(line: UnitLine, _now: int) -> Cell:
    if line.unit is None:
        name = service_name(line.service)
        return Cell(f"{name} {line.free}/{line.total} available", Tone.TEXT, bold=True)
    return Cell(line.unit.unit_id, mono=True, bold=True)


def _status(line: UnitLine, _now: int) -> Cell:
    if line.unit is None:
        return EMPTY
    look = unit_look(line.unit.status)
    return Cell(look.word, look.tone, shape=look.shape)


def _incident(line: UnitLine, _now: int) -> Cell:
    if line.unit is None or line.unit.incident_number is None:
        return EMPTY
    return Cell(words.incident_text(line.unit.incident_number), mono=True)


def _age(line: UnitLine, now: int) -> Cell:
    if line.unit is None:
        return EMPTY
    look = unit_look(line.unit.status)
    seconds = words.age_s(line.unit.since_us, now)
    tone = Tone.MUTED if line.unit.status == AVAILABLE else look.tone
    return age_cell(words.age_text(seconds), words.grade(seconds, look.limits), tone)


def _fix(line: UnitLine, now: int) -> Cell:
    return EMPTY if line.unit is None else fix_cell(line.unit.fix, now)


def _heading(line: UnitLine) -> bool:
    return line.unit is None


COLUMNS: tuple[Column[UnitLine], ...] = (
    Column("Unit", _unit, "2A14-XX", mono=True),
    Column("Status", _status),
    Column("Inc.", _incident, "00000", mono=True),
    Column("Age", _age, "00 d 00:00", ages=True, mono=True, right=True),
    Column("Seen", _fix, "old 00:00", ages=True, mono=True, right=True),
)
SEEN = len(COLUMNS) - 1


class UnitsPanel(QWidget):
    """Units chosen here go with F5; with none chosen the recommended one goes, where
    nobody has been sent yet."""

    unit_chosen = SignalOf[UnitChosen](object)

    def __init__(
        self,
        bridge: Bridge,
        book: ActionBook,
        look: Look,
        types: TypeTable,
        subject: Subject,
    ) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._bridge, self._types = bridge, types
        self._subject = subject
        self.model: KeyedModel[UnitLine] = KeyedModel(COLUMNS, _key, self)
        self.model.heading = _heading
        self.table = Table(self.model, look, "Units")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._advice = label(wrap=True)
        self._advice.setMinimumHeight(look.px(40))
        box = QVBoxLayout(self)
        gap = look.space(2)
        box.setContentsMargins(gap, gap, gap, gap)
        box.setSpacing(look.space())
        box.addWidget(self.table, 1)
        keys = (KeyButton(book, a, look) for a in (Act.DISPATCH, Act.DISPATCH_MORE))
        line = row(look, self._advice)
        line.setStretch(0, 1)
        line.addLayout(column(look, *keys))
        box.addLayout(line)
        subject.changed.connect(self._on_hand)
        look.changed.connect(self._on_look)
        self.table.asked.connect(self._asked)

    def choose(self, unit_id: str) -> None:
        """A unit was chosen on the map."""
        self.table.choose(unit_id)
        self.unit_chosen.emit(UnitChosen(unit_id))

    @Slot(object)
    def _asked(self, asked: RowAsked) -> None:
        heading = asked.key.startswith("service:")
        self.unit_chosen.emit(UnitChosen(None if heading else asked.key))

    def refresh(self, changed: Changed | None) -> None:
        if changed is not None and not changed.any_of(
            "unit:", "incident:", "position:"
        ):
            return
        units = self._bridge.views.units()
        lines = lines_of(units)
        self.table.setColumnHidden(SEEN, all(unit.fix is None for unit in units))
        self.model.set_rows(lines, self._bridge.now_us())
        self.table.clearSpans()
        for at, line in enumerate(lines):
            if line.unit is None:
                self.table.setSpan(at, 0, 1, len(COLUMNS))
        self._advise()

    def tick(self, now_us: int) -> None:
        self.model.tick(now_us)

    def units(self) -> tuple[UnitRow, ...]:
        return tuple(line.unit for line in self.model.rows if line.unit is not None)

    def chosen(self) -> tuple[UnitRow, ...]:
        """Available units that a person has selected, in the list's order."""
        numbers = sorted({i.row() for i in self.table.selectedIndexes()})
        found = (self.model.rows[n].unit for n in numbers)
        return tuple(u for u in found if u is not None and u.status == AVAILABLE)

    def forget_choice(self) -> None:
        self.table.clearSelection()

    def recommended(self, taken: Collection[str] = ()) -> UnitRow | None:
        """None, too, for an incident that is closed. ``taken``: none of these."""
        row_ = self._row_on_hand()
        if row_ is None or row_.state == "closed":
            return None
        free = [u for u in self.units() if u.unit_id not in taken]
        return recommend(free, self._service())

    def _row_on_hand(self) -> IncidentRow | None:
        incident = self._subject.now.incident_id
        return self._bridge.views.incident(incident) if incident else None

    def _service(self) -> str | None:
        row_ = self._row_on_hand()
        kind = self._types.by_code(row_.fields.get("type_code")) if row_ else None
        return kind.service if kind else ("law" if row_ else None)

    def _advise(self) -> None:
        if self._subject.now.incident_id is None:
            self._advice.setText("No incident is on hand: nothing is recommended.")
            return
        row_ = self._row_on_hand()
        if row_ is not None and row_.state == "closed":
            number = words.incident_text(row_.number)
            self._advice.setText(f"Incident {number} is closed.")
            return
        unit, service = self.recommended(), self._service()
        name = service_in_words(service or "")
        if unit is None:
            self._advice.setText(f"No {name} unit is available.")
        else:
            first = "Recommended" if row_ is None or not row_.units else "One more"
            self._advice.setText(
                f"{first}: {unit.unit_id}, {name}, longest available. "
                "Distance is not weighed."
            )

    @Slot(object)
    def _on_hand(self, _on_hand: OnHand) -> None:
        self._advise()

    @Slot(object)
    def _on_look(self, _changed: LookChanged) -> None:
        self.table.rescale()
