"""The board: pending, active, closed, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import IncidentRow
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.board.columns import (
    FOLDED_ONLY,
    RELEASE,
    RELEASE_SIGN,
    WIDE_ONLY,
    BoardColumns,
    incident_key,
)
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.codes import TypeTable, agency_dispositions
from aliquot.widgets.parts import KeyButton, Rule, label, row
from aliquot.widgets.release.marks import marks_of
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.subject import OnHand, Subject
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look, LookChanged


class Section(QWidget):
    """One table with its name, its count, and what it says when it is empty."""

    def __init__(
        self,
        look: Look,
        name: str,
        tone: str,
        columns: Sequence[Column[IncidentRow]],
        empty: str,
    ) -> None:
        super().__init__()
        self._look = look
        self._words_fit, self._marked, self._folded = True, False, False
        self.model: KeyedModel[IncidentRow] = KeyedModel(columns, incident_key, self)
        self.table = Table(self.model, look, f"{name} incidents")
        self._count = label("0", tone="muted", mono=True)
        self.head = row(look, label(name, tone=tone, name="heading"), self._count, 1)
        self._empty = label(empty, name="nothing", wrap=True)
        strut = QWidget()
        strut.setFixedSize(1, look.px(look.tokens.control_px))
        self.head.addWidget(strut)
        body, box = QWidget(), QVBoxLayout(self)
        self._pages = QStackedLayout(body)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self.head)
        box.addWidget(body, 1)

    def set_words(self, words_fit: bool) -> None:
        """Releases with their word, or by their sign alone."""
        self._words_fit = words_fit
        self._share_columns()

    def set_marked(self, marked: bool) -> None:
        """Whether any of the rows has a release: else its column is left to place and
        type."""
        if marked is not self._marked:
            self._marked = marked
            self._share_columns()

    def set_folded(self, folded: bool) -> None:
        """Little room: two lines for each incident, and no head over them."""
        self._folded = folded
        self.table.horizontalHeader().setHidden(folded)
        self._share_columns()

    def _share_columns(self) -> None:
        other = WIDE_ONLY if self._folded else FOLDED_ONLY
        marks = {
            RELEASE: self._marked and self._words_fit,
            RELEASE_SIGN: self._marked and not self._words_fit,
        }
        for at, column in enumerate(self.model.columns):
            shown = marks.get(column.title, column.title not in other)
            self.table.setColumnHidden(at, not shown)
        self.table.rescale()

    def show_rows(self, rows: Sequence[IncidentRow], now: int) -> None:
        self.model.set_rows(rows, now)
        self._count.setText(str(len(rows)))
        self._pages.setCurrentIndex(0 if rows else 1)


class BoardPanel(QWidget):
    """Choosing a row brings its form to the front, and so on hand; Enter goes there."""

    opened = SignalOf[IncidentRow](object)
    looked_at = SignalOf[IncidentRow](object)

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
        self._bridge, self._subject, self._types = bridge, subject, types
        self._compact = False
        self._closed_shown = False
        columns = self._columns = BoardColumns(
            types, {d.code: d.label for d in agency_dispositions()}
        )
        self.pending = Section(
            look, "Pending", "pending", columns.pending, "Nothing waits for a unit."
        )
        self.active = Section(
            look, "Active", "text", columns.active, "No unit works an incident."
        )
        self.closed = Section(
            look, "Closed", "muted", columns.closed, "Nothing is closed yet."
        )
        self._turn = KeyButton(book, Act.CLOSED, look, text="Closed", flat=True)
        self._build(look, book)
        for section in self.sections:
            section.table.asked.connect(self._asked)
        subject.changed.connect(self._on_hand)
        look.changed.connect(self._on_look)

    @property
    def sections(self) -> tuple[Section, Section, Section]:
        return (self.pending, self.active, self.closed)

    def refresh(self, changed: Changed | None) -> None:
        released = changed is None or changed.any_of("release:", "session")
        if changed is not None and not (
            released or changed.any_of("incident:", "unit:")
        ):
            return
        now = self._bridge.now_us()
        if released:
            self._columns.releases = marks_of(self._bridge.releases.queue())
            for section in self.sections:
                section.model.repaint_rows()
        rows = self._bridge.views.board()
        for section, state in zip(self.sections, _STATES, strict=True):
            own = [r for r in rows if r.state == state]
            section.set_marked(
                any(r.incident_id in self._columns.releases for r in own)
            )
            section.show_rows(own, now)
        self._mark(self._subject.now.incident_id)

    def tick(self, now_us: int) -> None:
        for section in self.sections:
            section.model.tick(now_us)

    def by_number(self, number: int) -> IncidentRow | None:
        return next((r for r in self.rows() if r.number == number), None)

    def incident(self, incident_id: str | None) -> IncidentRow | None:
        return next((r for r in self.rows() if r.incident_id == incident_id), None)

    def rows(self) -> tuple[IncidentRow, ...]:
        return tuple(r for s in self.sections for r in s.model.rows)

    def next_pending(self) -> IncidentRow | None:
        """The pending incident after the one on hand, in the board's order."""
        rows = self.pending.model.rows
        if not rows:
            return None
        at = self.pending.model.row_of(self._subject.now.incident_id or "")
        return rows[0 if at is None else (at + 1) % len(rows)]

    def take_focus(self) -> bool:
        """Into the section with the incident on hand, else the first that has any;
        False where all that are shown are empty."""
        shown = [s for s in self.sections if not s.isHidden() and s.model.rows]
        marked = [s for s in shown if s.table.current_key() is not None]
        for section in (*marked, *shown)[:1]:
            section.table.setFocus()
        return bool(shown)

    def set_compact(self, compact: bool) -> None:
        """Narrow: closed takes the place of active when asked for."""
        self._compact = compact
        self._show_sections()

    def set_folded(self, folded: bool) -> None:
        """Little room across: the sections stand under each other."""
        down, across = (
            QBoxLayout.Direction.TopToBottom,
            QBoxLayout.Direction.LeftToRight,
        )
        self._box.setDirection(down if folded else across)
        for section in self.sections:
            section.set_folded(folded)

    def turn_closed(self) -> None:
        self._closed_shown = not self._closed_shown
        self._show_sections()

    def _show_sections(self) -> None:
        self.active.setVisible(not (self._compact and self._closed_shown))
        self.closed.setVisible(not self._compact or self._closed_shown)
        self._turn.setVisible(self._compact)
        self._turn.set_text("Active" if self._closed_shown else "Closed")
        for section in self.sections:
            section.set_words(not self._compact)

    def _build(self, look: Look, book: ActionBook) -> None:
        self.pending.head.addWidget(KeyButton(book, Act.NEXT_PENDING, look, flat=True))
        box = self._box = QHBoxLayout(self)
        gap = look.space(2)
        box.setContentsMargins(gap, look.space(), gap, look.space())
        box.setSpacing(gap)
        box.addWidget(self.pending, 5)
        box.addWidget(Rule(vertical=True))
        box.addWidget(self.active, 8)
        box.addWidget(self.closed, 7)
        self.active.head.addWidget(self._turn)
        self._show_sections()

    @Slot(object)
    def _asked(self, asked: RowAsked) -> None:
        row_ = self.incident(asked.key)
        if row_ is None:
            return
        if asked.opened:
            self.opened.emit(row_)
        else:
            self.looked_at.emit(row_)

    @Slot(object)
    def _on_hand(self, on_hand: OnHand) -> None:
        self._mark(on_hand.incident_id)

    def _mark(self, incident_id: str | None) -> None:
        for section in self.sections:
            section.table.choose(incident_id)

    @Slot(object)
    def _on_look(self, _changed: LookChanged) -> None:
        for section in self.sections:
            section.table.rescale()


_STATES = ("pending", "active", "closed")
