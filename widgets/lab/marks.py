"""Fields that a person marked on samples, to have a layout written of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from aliquot.console.domain.lab import Mark, Sample
from aliquot.console.domain.lab_result import ItemDetail, byte_text
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.lab.buttons import PlainButton
from aliquot.widgets.lab.bytes_view import Chosen
from aliquot.widgets.lab.freebox import FreeBox
from aliquot.widgets.lab.words import plural
from aliquot.widgets.parts import KeyButton, label, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look

HINT = "Choose bytes (mouse, or Shift and arrows; Ctrl: words). Enter names the field."


class Marks:
    """By the item's place in the stream, so that another layout keeps them."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], tuple[bytes, tuple[Mark, ...]]] = {}

    def of(self, detail: ItemDetail | None) -> tuple[Mark, ...]:
        if detail is None:
            return ()
        return self._found.get(_place(detail), (b"", ()))[1]

    def put(self, detail: ItemDetail, name: str, start: int, end: int) -> None:
        """One of the same name in the same item is replaced."""
        kept = [m for m in self.of(detail) if m.name != name]
        fresh = sorted([*kept, Mark(name, start, end)], key=_start)
        self._found[_place(detail)] = (detail.plain, tuple(fresh))

    def drop(self, detail: ItemDetail, at: int) -> Mark | None:
        """The mark that a byte is part of."""
        had = self.of(detail)
        gone = next((m for m in had if m.start <= at < m.end), None)
        if gone is not None:
            left = tuple(m for m in had if m is not gone)
            self._found[_place(detail)] = (detail.plain, left)
        return gone

    def clear(self) -> None:
        self._found.clear()

    def samples(self) -> tuple[Sample, ...]:
        return tuple(
            Sample(f"the record at byte {place[0]}", raw, marks)
            for place, (raw, marks) in sorted(self._found.items())
            if marks
        )

    def text(self, detail: ItemDetail | None) -> str:
        """How much is marked, and how much of it in this item."""
        samples = self.samples()
        if not samples:
            return ""
        fields = {mark.name for sample in samples for mark in sample.marks}
        said = f"{plural(len(fields), 'field')} marked"
        said += f" in {plural(len(samples), 'record')}"
        return f"{said}, {len(self.of(detail)) or 'none'} of them here."


def _place(detail: ItemDetail) -> tuple[int, int]:
    return detail.item.start, detail.item.end


def _start(mark: Mark) -> int:
    return mark.start


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    chosen: Chosen


class MarkRow(QWidget):
    """Below the bytes: what is chosen, which field it is, and what is marked."""

    named = SignalOf[Named](object)

    def __init__(self, book: ActionBook, look: Look, names: Sequence[str]) -> None:
        super().__init__()
        self._known = frozenset(names)
        self._chosen: Chosen | None = None
        self.said = label(HINT, tone="muted", wrap=True)
        self.name = FreeBox("Name of the field", "field")
        self.name.set_choices(names)
        self.button = PlainButton(look, "Mark", "Enter")
        policy = QSizePolicy.Policy
        self.said.setSizePolicy(policy.Expanding, policy.Preferred)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space())
        learn = KeyButton(book, Act.LAB_LEARN, look)
        box.addLayout(row(look, self.said, learn))
        box.addLayout(row(look, self.name, self.button))
        self.name.entered.connect(self._entered)
        self.button.clicked.connect(self._pressed)

    def offer(self, detail: ItemDetail | None, chosen: Chosen | None) -> None:
        """These bytes may be named. A field that has just them is proposed."""
        self._chosen = chosen
        if detail is None or chosen is None:
            self.said.setText(HINT)
            return
        text = byte_text(detail.plain[chosen.start : chosen.end])
        shown = text if len(text) <= 40 else f"{text[:39]}…"
        one = chosen.end - chosen.start == 1
        where = f"{chosen.start}" if one else f"s {chosen.start} to {chosen.end - 1}"
        self.said.setText(f"Byte{' ' if one else ''}{where}: “{shown}”")
        same = (f.name for f in detail.fields if f.span == (chosen.start, chosen.end))
        self.name.setCurrentText(next(same, ""))

    def say(self, text: str, marks: Sequence[Mark] = ()) -> None:
        """``marks``: those of this item. They are underlined in its bytes, so their
        names are no more than pointed at or read aloud."""
        names = ", ".join(f"{m.name} {m.start}-{m.end - 1}" for m in marks)
        self.said.setText(text or HINT)
        self.said.setToolTip(names)
        self.said.setAccessibleDescription(names)

    @Slot()
    def _pressed(self) -> None:
        self._entered(self.name.currentText().strip())

    @Slot(object)
    def _entered(self, name: str) -> None:
        if self._chosen is None:
            self.said.setText("No bytes are chosen. " + HINT)
        elif name not in self._known:
            self.said.setText(
                f"There is no field “{name}”. Choose one of the list."
                if name
                else "Which field is it? Choose one of the list."
            )
        else:
            named, self._chosen = Named(name, self._chosen), None
            self.named.emit(named)
