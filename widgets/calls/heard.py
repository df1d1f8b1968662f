"""Calls heard lately, and bytes no layout understood: both can begin a form."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout

from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import CallRow, NoiseRow
from aliquot.widgets import words
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cells import Cell
from aliquot.widgets.command.drawer import Page
from aliquot.widgets.parts import label, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone


def _noise_at(r: NoiseRow, _now: int) -> Cell:
    return Cell(words.clock_text(r.at_us), mono=True)


def _noise_why(r: NoiseRow, _now: int) -> Cell:
    return Cell(words.NOISE_REASONS.get(r.reason, r.reason.replace("_", " ")))


def _noise_text(r: NoiseRow, _now: int) -> Cell:
    text = " ".join(words.bytes_text(r.raw).split())
    return Cell(text, Tone.MUTED, mono=True)


def _noise_line(r: NoiseRow, _now: int) -> Cell:
    return Cell(r.line, Tone.MUTED)


def _noise_key(r: NoiseRow) -> str:
    return f"{r.line}:{r.at_us}:{hash(r.raw)}"


def _call_at(r: CallRow, _now: int) -> Cell:
    return Cell(words.clock_text(r.first_at_us), mono=True)


def _call_number(r: CallRow, _now: int) -> Cell:
    return Cell(
        words.number_text(r.callback_number or r.pani) or "no number", mono=True
    )


def _call_place(r: CallRow, _now: int) -> Cell:
    return Cell(words.call_place(r))


def _call_state(r: CallRow, _now: int) -> Cell:
    if not r.ours:
        return Cell(f"position {r.position}, not ours", Tone.MUTED)
    if r.incident_id:
        return Cell("has an incident", Tone.MUTED)
    if r.waiting:
        return Cell("waiting", Tone.WAITING, bold=True)
    live = r.state in ("held", "transferred") or r.trouble
    taken = r.form_id is not None and not live
    return Cell("taken" if taken else words.call_state_more(r), Tone.MUTED)


def _call_key(r: CallRow) -> str:
    return r.call_id


NOISE: tuple[Column[NoiseRow], ...] = (
    Column("At", _noise_at, "00:00:00", mono=True),
    Column("Line", _noise_line, "ali-line-1"),
    Column("Why", _noise_why, "longer than any record"),
    Column("Text", _noise_text),
)
CALLS: tuple[Column[CallRow], ...] = (
    Column("At", _call_at, "00:00:00", mono=True),
    Column("Number", _call_number, "(617) 555-0142", mono=True),
    Column("State", _call_state, "position 12, not ours"),
    Column("Place", _call_place),
)


@dataclass(frozen=True, slots=True)
class FormFromHeard:
    """A form is to begin from a call, or from text that was heard."""

    call: CallRow | None = None
    noise: NoiseRow | None = None


class HeardTable(Table):
    """Its rows are acted on: the one that Enter means is marked once it is gone to."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.currentIndex().isValid() and not self.selectedIndexes():
            self.selectRow(self.currentIndex().row())


class HeardPage(Page):
    title = "Heard: calls of the last hours, and bytes not understood"
    height_px = 360
    asked = SignalOf[FormFromHeard](object)

    def __init__(self, bridge: Bridge, look: Look) -> None:
        super().__init__()
        self._bridge = bridge
        self.calls: KeyedModel[CallRow] = KeyedModel(CALLS, _call_key, self)
        self.noise: KeyedModel[NoiseRow] = KeyedModel(NOISE, _noise_key, self)
        self.call_table = HeardTable(self.calls, look, "Calls heard")
        self.noise_table = HeardTable(self.noise, look, "Heard, not understood")
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setProperty("mono", "true")
        self._text.setAccessibleName("Bytes as text")
        self._text.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._build(look)
        self.call_table.asked.connect(self._call_asked)
        self.noise_table.asked.connect(self._noise_asked)

    def opened(self) -> None:
        self.read()
        table = self.call_table if self.calls.rows else self.noise_table
        table.setFocus(Qt.FocusReason.OtherFocusReason)
        if not table.currentIndex().isValid() and table.model().rowCount():
            table.selectRow(0)

    def refresh(self, changed: Changed | None) -> None:
        if self.isVisible() and (changed is None or changed.any_of("call:", "line:")):
            self.read()

    def read(self) -> None:
        now = self._bridge.now_us()
        self.calls.set_rows(self._bridge.views.recent_calls(), now)
        self.noise.set_rows(self._bridge.views.noise(), now)

    def _build(self, look: Look) -> None:
        hint = "Enter opens a form with it"
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addLayout(
            row(look, label("Calls", name="heading"), 1, label(hint, tone="muted"))
        )
        left.addWidget(self.call_table)
        right.addLayout(
            row(
                look,
                label("Heard, not understood", name="heading"),
                1,
                label(hint, tone="muted"),
            )
        )
        right.addWidget(self.noise_table, 3)
        right.addWidget(self._text, 2)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space(4))
        box.addLayout(left, 1)
        box.addLayout(right, 1)

    @Slot(object)
    def _call_asked(self, asked: RowAsked) -> None:
        if asked.opened:
            for call in self.calls.rows:
                if call.call_id == asked.key:
                    self.asked.emit(FormFromHeard(call=call))

    @Slot(object)
    def _noise_asked(self, asked: RowAsked) -> None:
        for noise in self.noise.rows:
            if _noise_key(noise) == asked.key:
                self._text.setPlainText(words.bytes_text(noise.raw))
                if asked.opened:
                    self.asked.emit(FormFromHeard(noise=noise))
