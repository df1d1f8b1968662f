"""The call strip: what waits, at the top, always in the same place."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import CallRow
from aliquot.widgets import words
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.announce import announce
from aliquot.widgets.arrangement import Arrangement
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cells import Cell, age_cell
from aliquot.widgets.parts import KeyButton, Rule, label, restyle
from aliquot.widgets.permitted import sees_nothing
from aliquot.widgets.statuses import Shape
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look, LookChanged
from aliquot.widgets.theme.tokens import Tone

SHOWN = 2
RECENT = 200
NOT_SEEN = "Calls are shown to who has signed in: {key}."
_TOUCHES = ("call:", "line:", "incident:", "session")


_SHAPES = {"held": Shape.BAR, "transferred": Shape.TRIANGLE}


class Room(Enum):
    """How much of it the strip has across."""

    MUCH = "much"
    LITTLE = "little"
    LEAST = "least"


def _state(row: CallRow, _now: int) -> Cell:
    text = words.call_state_text(row)
    if row.state in words.OVER:
        return Cell(text, Tone.MUTED, shape=Shape.RING)
    if row.trouble:
        return Cell(text, Tone.DANGER, bold=True, shape=Shape.CROSS, flashes=True)
    shape = _SHAPES.get(row.state, Shape.DOT)
    return Cell(text, Tone.WAITING, bold=True, shape=shape, flashes=True)


def _age(row: CallRow, now: int) -> Cell:
    seconds = words.age_s(row.first_at_us, now)
    if row.state in words.OVER:
        return age_cell(words.age_text(seconds), words.Grade.QUIET)
    urgency = words.grade(seconds, words.WAITING_LIMITS)
    return age_cell(words.age_text(seconds), urgency, Tone.WAITING)


def _number(row: CallRow, _now: int) -> Cell:
    text = words.number_text(row.callback_number or row.pani) or "no number"
    return Cell(text, mono=True, bold=True)


def _kind(row: CallRow, _now: int) -> Cell:
    return Cell(row.class_of_service or words.ABSENT, mono=True)


def _sure(row: CallRow, _now: int) -> Cell:
    if row.latitude is None and row.uncertainty_m is None:
        return Cell(words.ABSENT, Tone.MUTED)
    text = words.uncertainty_text(row.uncertainty_m, row.confidence_pct)
    return Cell(text, mono=True)


def _place(row: CallRow, _now: int) -> Cell:
    """Where little room is the point goes first: it is on the map."""
    tower = "wireless_address_is_tower"
    told = tuple(w for w in row.warnings if w != tower or not row.address)
    more = words.warnings_text(told)
    if row.position is None:
        more = " · ".join(p for p in ("no position in the record", more) if p)
    if row.trouble or row.state == "transferred":
        more = " · ".join(p for p in (words.call_state_more(row), more) if p)
    full, short = words.call_place(row), words.call_place(row, brief=True)
    text = " · ".join(p for p in (full, more) if p)
    return Cell(text, ways=((full, more), (short, more)))


def _brief(row: CallRow, now: int) -> Cell:
    """All that is said of the place, in one column under each other."""
    sure = "" if row.latitude is None else _sure(row, now).text
    first = " ".join(p for p in (row.class_of_service, sure) if p) or "no class"
    place = _place(row, now)
    ways = [" · ".join(p for p in way if p) for way in place.ways]
    return Cell(f"{first} · {place.text}", ways=tuple((first, w) for w in ways))


def _line(row: CallRow, _now: int) -> Cell:
    return Cell(row.line, Tone.MUTED)


COLUMNS: tuple[Column[CallRow], ...] = (
    Column("State", _state, "ALI waiting mm"),
    Column("Age", _age, "00:00:00", ages=True, mono=True, right=True),
    Column("Number", _number, "(617) 555-0142", mono=True),
    Column("Class", _kind, "WPH2", mono=True),
    Column("Uncertainty", _sure, "±1234.5 km conf 100", mono=True),
    Column("Place", _place),
    Column("In short", _brief),
    Column("Line", _line, "ali-line-1"),
)

ROOM = {
    Arrangement.WIDE: Room.MUCH,
    Arrangement.COMPACT: Room.MUCH,
    Arrangement.NARROW: Room.LITTLE,
    Arrangement.FOLDED: Room.LEAST,
}
_HIDDEN = {
    Room.MUCH: ("In short",),
    Room.LITTLE: ("Class", "Uncertainty", "Place", "Line"),
    Room.LEAST: ("Class", "Uncertainty", "Place", "Line"),
}


def _below(live: int, over: int) -> str:
    """What is in the strip and cannot be seen without scrolling."""
    parts = [f"{live} more waiting"] if live > 0 else []
    if over > 0:
        parts.append(f"{over} that ended")
    return ", ".join(parts)


def call_key(row: CallRow) -> str:
    return row.call_id


def new_text(rows: Sequence[CallRow]) -> str:
    """Calls that came, for who does not see the strip; many of them by their count."""
    if len(rows) > SHOWN:
        return f"{len(rows)} more calls came"
    said = []
    for row in rows:
        number = words.number_text(row.callback_number) or "no number"
        place = words.call_place(row)
        said.append(f"Call, {words.call_state_text(row)}: {number}, {place}")
    return ". ".join(said)


class CallStrip(QWidget):
    """Waiting calls: live ones first, oldest first, then those that ended before they
    were answered. Amber flashes while a live one waits, nothing else ever."""

    def __init__(self, bridge: Bridge, book: ActionBook, look: Look) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._bridge, self._look, self._book = bridge, look, book
        self.model: KeyedModel[CallRow] = KeyedModel(COLUMNS, call_key, self)
        height = look.tokens.strip_row_px
        self.table = Table(
            self.model, look, "Waiting calls", header=False, row_px=height
        )
        self._take = KeyButton(book, Act.TAKE, look)
        self._aside = KeyButton(book, Act.ASIDE, look, flat=True)
        self._heard = KeyButton(book, Act.HEARD, look, text="Heard calls", flat=True)
        self._empty = label(name="empty", wrap=True)
        self._more = label(size="small", tone="waiting")
        self._counts = label(size="small", tone="muted", wrap=True)
        self._rows = QStackedLayout()
        self._room = Room.MUCH
        self._build()
        self.set_room(Room.MUCH)
        self.table.asked.connect(self._asked)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(100)
        self._soon.timeout.connect(self._say_counts)
        self._flash = QTimer(self)
        self._flash.setInterval(round(500 / look.tokens.flash_hz))
        self._flash.timeout.connect(self._flash_turn)
        look.changed.connect(self._on_look)
        self._size()

    def refresh(self, changed: Changed | None) -> None:
        if changed is not None and not changed.any_of(*_TOUCHES):
            return
        now = self._bridge.now_us()
        before = {row.call_id for row in self.model.rows}
        self.model.set_rows(self._bridge.views.waiting_calls(), now)
        self._unmark()
        self._say_waiting()
        new = [row for row in self.model.rows if row.call_id not in before]
        if new:
            self._paint_now()
        if changed is not None:
            announce(self, new_text(new), urgent=True)
        if changed is None:
            self._say_counts()
        elif not self._soon.isActive():
            self._soon.start()  # the row is painted first

    def _paint_now(self) -> None:
        """A new call is seen before any other panel reads what changed."""
        if self.isVisible():
            self.table.viewport().repaint()

    def tick(self, now_us: int) -> None:
        self.model.tick(now_us)
        self._unmark()

    def _unmark(self) -> None:
        """Only where the focus is does a chosen row mean what the key would take."""
        if self.table.current_key() is not None and not self.table.hasFocus():
            self.table.choose(None)

    def set_room(self, room: Room) -> None:
        """Class, uncertainty and place are always said; the rest makes room."""
        for number, column in enumerate(COLUMNS):
            self.table.setColumnHidden(number, column.title in _HIDDEN[room])
        self._room = room
        self._aside.setVisible(room is not Room.LEAST)
        self._heard.setVisible(room is not Room.LEAST)
        self._counts.setVisible(room is not Room.LEAST)
        self._say_below()
        self._size()
        self.table.rescale()

    def first_waiting(self) -> CallRow | None:
        """The chosen waiting call while the strip has the focus, else the oldest."""
        rows = self.model.rows
        if not rows:
            return None
        chosen = self.table.current_key() if self.table.hasFocus() else None
        return next((r for r in rows if r.call_id == chosen), rows[0])

    @Slot(object)
    def _asked(self, asked: RowAsked) -> None:
        """Enter on a waiting call takes it."""
        if asked.opened:
            self._book.ask(Act.TAKE)

    def _build(self) -> None:
        table, none = QWidget(), QWidget()
        QVBoxLayout(table).addWidget(self.table)
        QVBoxLayout(none).addWidget(self._empty)
        for page in (table, none):
            layout = page.layout()
            assert layout is not None
            layout.setContentsMargins(0, 0, 0, 0)
            self._rows.addWidget(page)
        keys, side = QVBoxLayout(), QVBoxLayout()
        for part in (self._take, self._aside):
            keys.addWidget(part)
        top = QHBoxLayout()
        top.addWidget(self._heard)
        top.addWidget(self._more)
        top.addStretch(1)
        side.addLayout(top)
        side.addWidget(self._counts)
        outer = self._outer = QHBoxLayout(self)
        gap = self._look.space()
        for box in (keys, side):
            box.setSpacing(gap // 2)
        outer.addLayout(keys)
        outer.addLayout(self._rows, 1)
        outer.addWidget(Rule(vertical=True))
        outer.addLayout(side)
        keys.addStretch(1)
        side.addStretch(1)

    def _say_waiting(self) -> None:
        rows = self.model.rows
        live = sum(r.state not in words.OVER for r in rows)
        self._empty.setText(self._why_empty())
        held = self.table.hasFocus()
        self._rows.setCurrentIndex(0 if rows else 1)
        if held and not rows:
            self.take_focus()  # else it goes wherever Tab would have gone
        self._take.set_needs(live > 0)
        self._take.set_text("Take call" if rows else "New form")
        self._say_below()
        none = "No call is waiting." if not rows else None
        self._book.set_reason(Act.ASIDE, none)
        self._run_flash(live > 0)

    def _why_empty(self) -> str:
        if sees_nothing(self._bridge):
            return NOT_SEEN.format(key=self._book.key_text(Act.SIGN_IN))
        take = self._book.key_text(Act.TAKE)
        return f"No call is waiting. {take} opens an empty form."

    def take_focus(self) -> None:
        """Into the waiting calls; where there are none onto the key that takes them."""
        rows = bool(self.model.rows)
        (self.table if rows else self._take).setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_below(self) -> None:
        """How many are below what is seen; in words where there is room for them."""
        rows = self.model.rows
        live = sum(r.state not in words.OVER for r in rows)
        said = _below(max(live - SHOWN, 0), len(rows) - max(live, SHOWN))
        short = f"+{len(rows) - SHOWN}" if said else ""
        restyle(self._more, tone="waiting" if live > SHOWN else "muted")
        self._more.setText(short if self._room is Room.LEAST else said)
        self._more.setToolTip(said)
        self._more.setAccessibleDescription(said)
        self._more.setVisible(bool(said))

    @Slot()
    def _say_counts(self) -> None:
        if sees_nothing(self._bridge):
            self._counts.clear()
            return
        heard = self._bridge.views.heard_counts(RECENT)
        lost, other = heard.abandoned, heard.elsewhere
        noise = sum(
            heard.noise[reason] for reason in heard.noise.keys() - words.NO_TROUBLE
        )
        parts = [f"abandoned {lost} · other positions {other}"]
        if noise:
            parts.append(f"not understood {noise}")
        self._counts.setText("\n".join(parts))

    def _run_flash(self, on: bool) -> None:
        if on and not self._look.reduced_motion:
            if not self._flash.isActive():
                self._flash.start()
            return
        self._flash.stop()
        self.table.cells.lit = True

    @Slot()
    def _flash_turn(self) -> None:
        if self._look.reduced_motion:
            self._run_flash(False)
        else:
            self.table.cells.lit = not self.table.cells.lit
        self.table.viewport().update()

    @Slot(object)
    def _on_look(self, _changed: LookChanged) -> None:
        self.table.rescale()
        self._run_flash(any(r.state not in words.OVER for r in self.model.rows))
        self._size()

    def _size(self) -> None:
        """As high as its rows: a new call moves nothing else."""
        rows = self._look.px(self._look.tokens.strip_row_px) * SHOWN
        frame = 2 * self._look.px(self._look.tokens.ring_px)
        gap = self._look.space()
        self._outer.setContentsMargins(gap * 2, gap, gap * 2, gap)
        self._outer.setSpacing(gap * 2)
        self.setFixedHeight(rows + frame + 2 * self._look.space())
        self.table.setMinimumHeight(rows + frame)
        wide = {Room.MUCH: 190, Room.LITTLE: 130, Room.LEAST: 0}[self._room]
        self._counts.setMinimumWidth(self._look.px(wide))
