"""The fields of a form and their places. No rule: see ``values`` and ``form``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.incident_types import IncidentType
from aliquot.console.domain.rows import UnitRow
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.codes import TypeTable
from aliquot.widgets.intake.caller import CallerOffer
from aliquot.widgets.intake.entry import DigitEntry, Entry, TypeEntry
from aliquot.widgets.intake.place_fits import PlaceEntry
from aliquot.widgets.intake.values import TITLES
from aliquot.widgets.parts import KeyButton, label, restyle, row
from aliquot.widgets.theme.look import Look

_ROOM_FOR_LINK = 480


class Fields(QWidget):
    """``entries`` by the names of ``TEXT_FIELDS``. ``units``: see ``CallerOffer``."""

    def __init__(
        self,
        book: ActionBook,
        look: Look,
        types: TypeTable,
        units: Callable[[], Sequence[UnitRow]],
    ) -> None:
        super().__init__()
        self._look = look
        self.kind = TypeEntry("type", "Type of incident", types, look)
        self.kind.setPlaceholderText("what happened: begin to type")
        self.priority = DigitEntry("priority", "Priority, 1 is first")
        self.priority.textChanged.connect(self._room_for_priority)
        self.place = PlaceEntry("place", "Place of the incident", look)
        self.entries: dict[str, Entry] = {
            "type": self.kind,
            "priority": self.priority,
            "place": self.place,
            "place_note": Entry("place_note", "Place note"),
            "caller_name": Entry("caller_name", "Name of the caller"),
            "callback_number": Entry("callback_number", "Callback number", mono=True),
            "caller_place": Entry("caller_place", "Where the caller is"),
        }
        self.place.setPlaceholderText("where help is wanted")
        self.entries["place_note"].setPlaceholderText("floor, gate, side of the road")
        self.verified = label(tone="muted", size="small")
        self.found = label(tone="muted", size="small", wrap=True)
        self.found.hide()
        self.near = label(tone="muted", size="small", wrap=True)
        self.near.hide()
        self.hint = label(tone="pending", size="small")
        self.hint.hide()
        self.facts = label(tone="muted", size="small", wrap=True)
        self.heard = self._heard_box()
        self._use = KeyButton(book, Act.CALLER_PLACE, look, text="Use as place")
        self._back = KeyButton(book, Act.CALL_BACK, look, flat=True)
        self._link = KeyButton(book, Act.SEND_LINK, look, flat=True)
        self.entries["callback_number"].textChanged.connect(self._show_link)
        self._show_link("")
        self.offer = CallerOffer(book, look, self.entries["caller_place"], units)
        self._followed: str | None = None  # the priority that came of a type
        self._to_priority = label(book.key_text(Act.PRIORITY), name="key")
        self._lay_out()
        look.changed.connect(self.resize_parts)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab goes, as a call is asked for. Priority has a key of its own: text
        meant for the place must not get into it."""
        asked = (n for n in self.entries if n != "priority")
        entries = (self.entries[n] for n in asked)
        keys = (self._use, self._link, self.offer.key, self._back)
        return (*entries, *keys, self.heard)

    def begin_priority(self) -> None:
        """What stands there is selected: one digit takes its place."""
        self.priority.setFocus(Qt.FocusReason.OtherFocusReason)
        self.priority.selectAll()

    def follow_type(self, saved: IncidentType | None, created: bool) -> None:
        """The priority is the type's as long as nobody has set another, also when
        the type of a created incident, ``saved``, is corrected."""
        kind, text = self.kind.kind(), self.priority.text().strip()
        if kind is None or self.priority.touched:
            return
        if not created or text in (
            self._followed,
            str(saved.priority) if saved else "",
        ):
            self._followed = str(kind.priority)
            self.priority.follow(self._followed)

    def texts(self) -> dict[str, str]:
        return {name: e.text().strip() for name, e in self.entries.items()}

    def touched(self) -> tuple[str, ...]:
        return tuple(n for n, e in self.entries.items() if e.touched)

    def set_enabled(self, enabled: bool) -> None:
        for entry in self.entries.values():
            entry.setReadOnly(not enabled)

    def show_heard(self, text: str) -> None:
        self.heard.setPlainText(text)
        self.heard.setVisible(bool(text))

    def say_type(self, types: TypeTable) -> None:
        """A type that is not in the table is kept, and that is said."""
        text = self.kind.text().strip()
        fits = [t.label for t in types.beginning(text)]
        if self.kind.kind() is not None or not text:
            self.hint.setText("")
        elif fits:
            shown = ", ".join(fits[:4])
            self.hint.setText(f"may be {shown}: type more, or it stays as typed")
        else:
            self.hint.setText("not in the table of types: kept as typed")
        self.hint.setVisible(bool(self.hint.text()))

    def say_place(self, sign: str, found: str, verified: bool) -> None:
        """``sign`` stands beside the place, ``found`` under it."""
        restyle(self.verified, tone="available" if verified else "muted")
        for part, text in ((self.verified, sign), (self.found, found)):
            part.setText(text)
            part.setVisible(bool(text))
        said = ". ".join(p for p in (sign.replace("✓", "verified"), found) if p)
        self.place.setAccessibleDescription(said)

    def say_near(self, text: str) -> None:
        """What the caller's point is near to."""
        self.near.setText(text)
        self.near.setVisible(bool(text))

    @Slot(object)
    def resize_parts(self, _changed: object = None) -> None:
        """After a change of scale."""
        self._room_for_priority()
        self.heard.setFixedHeight(self._look.px(110))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The key for a link stands beside the caller's place if there is room."""
        super().resizeEvent(event)
        wide = self.width() >= self._look.px(_ROOM_FOR_LINK)
        wanted, other = self._at_row, self._near_row
        if not wide:
            wanted, other = other, wanted
        if wanted.indexOf(self._link) < 0:
            other.removeWidget(self._link)
            wanted.addWidget(self._link)

    @Slot(str)
    def _room_for_priority(self, _text: str = "") -> None:
        """One digit wide; text that is none is shown, so that it can be moved."""
        wide = 44 if self.priority.problem is None else 200
        self.priority.setFixedWidth(self._look.px(wide))

    @Slot(str)
    def _show_link(self, number: str) -> None:
        """A link goes to a number: without one there is no key for it."""
        self._link.setVisible(bool(number.strip()))

    def _heard_box(self) -> QPlainTextEdit:
        box = QPlainTextEdit()
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        box.setProperty("mono", "true")
        box.setAccessibleName("Text that was heard on the line")
        box.hide()
        return box

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(self._look.space(2))
        grid.setVerticalSpacing(self._look.space(1.5))
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        self._first_rows(grid)
        self._caller_rows(grid)
        facts = row(self._look, self.facts, self._back)
        facts.setStretch(0, 1)
        self._near_row = row(self._look, self.near, self._link)
        self._near_row.setStretch(0, 1)
        grid.addLayout(self._near_row, 7, 1, 1, 3)
        grid.addWidget(self.offer, 8, 1, 1, 3)
        grid.addLayout(facts, 9, 1, 1, 3)
        grid.addWidget(self.heard, 10, 1, 1, 3)
        self.resize_parts()

    def _first_rows(self, grid: QGridLayout) -> None:
        e = self.entries
        word = label("Priority", tone="muted")
        kinds = row(self._look, e["type"], word, e["priority"], self._to_priority)
        kinds.setStretch(0, 1)
        self._labelled(grid, 0, "type")
        grid.addLayout(kinds, 0, 1, 1, 3)
        grid.addWidget(self.hint, 1, 1, 1, 3)
        self._labelled(grid, 2, "place")
        places = row(self._look, e["place"], self.verified)
        places.setStretch(0, 1)
        grid.addLayout(places, 2, 1, 1, 3)
        grid.addWidget(self.found, 3, 1, 1, 3)
        self._labelled(grid, 4, "place_note")
        grid.addWidget(e["place_note"], 4, 1, 1, 3)

    def _caller_rows(self, grid: QGridLayout) -> None:
        e = self.entries
        self._labelled(grid, 5, "caller_name")
        grid.addWidget(e["caller_name"], 5, 1)
        self._labelled(grid, 5, "callback_number", at=2)
        grid.addWidget(e["callback_number"], 5, 3)
        self._labelled(grid, 6, "caller_place")
        self._at_row = row(self._look, e["caller_place"], self._use)
        self._at_row.setStretch(0, 1)
        grid.addLayout(self._at_row, 6, 1, 1, 3)

    def _labelled(self, grid: QGridLayout, at_row: int, name: str, at: int = 0) -> None:
        text = label(TITLES[name], tone="muted")
        text.setBuddy(self.entries[name])
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(text, at_row, at, side)


class FieldsArea(QScrollArea):
    """Scrolls until all of the field is seen; Qt is content with its cursor."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        moved = super().focusNextPrevChild(forward)
        inner, field = self.widget(), QApplication.focusWidget()
        if not moved or inner is None or field is None:
            return moved
        if inner.isAncestorOf(field):
            middle = field.mapTo(inner, field.rect().center()).y()
            self.ensureVisible(0, middle, 0, field.height() // 2 + 2)
        return moved


def scrolled(look: Look, top: QLayout, parts: tuple[QWidget, ...]) -> QScrollArea:
    """Parts under each other that scroll where there is too little room."""
    area = FieldsArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inner = QWidget()
    inner.setObjectName("viewport")
    box = QVBoxLayout(inner)
    gap = look.space(3)
    box.setContentsMargins(gap, gap, gap, gap)
    box.setSpacing(look.space(2))
    box.addLayout(top)
    for part in parts:
        box.addWidget(part)
    box.addStretch(1)
    area.setWidget(inner)
    return area
