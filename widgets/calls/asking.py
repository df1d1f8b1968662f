"""What is asked of two-way lines: the record again, a call back, whether they answer.

A call back is begun by a key and confirmed by Enter in the command line; nothing pops
up. Where no line can dial, the number is copied, and the window says so. A number that
must not be called is neither dialled nor copied.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from aliquot.console.domain.commands import AskLine, DialBack, Done, Outcome
from aliquot.console.domain.dialling import WHY_NOT, digits_of, why_not_dial
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import CallRow, LineRow
from aliquot.widgets import words
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.command import grammar
from aliquot.widgets.desk_parts import Parts
from aliquot.widgets.subject import Subject

NO_REBID = (
    "This line only listens: it cannot be asked for the record again. "
    "A newer record shows by itself."
)
NO_CALL = "No call is on hand, and none is waiting."
NO_LINE = "no_dialling_line"


class LineAsks(QObject):
    """Acts and the typed order; says what came of them in the message line."""

    def __init__(
        self,
        bridge: Bridge,
        book: ActionBook,
        subject: Subject,
        parts: Parts,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._book, self._subject = bridge, book, subject
        self._parts = parts
        self.acts: dict[Act, Callable[[], None]] = {
            Act.REBID: self.rebid,
            Act.CALL_BACK: self.call_back,
            Act.CHECK_LINES: self.check_lines,
        }
        bridge.changed.connect(self._changed)
        self._say_why_not()

    def rebid(self) -> None:
        """F3: the newer record then shows beside the old one by itself."""
        row = self._call()
        if row is None:
            self._say(NO_CALL)
            return
        number = words.number_text(row.pani or row.callback_number)
        self._bridge.submit(
            AskLine(ask="rebid", call_id=row.call_id),
            partial(self._asked, f"Asked for the record of {number} again"),
        )

    def call_back(self) -> None:
        """Shift+F3: the number into the command line, for Enter to confirm."""
        row = self._call()
        typed = self._typed_number()
        number = typed or (row.callback_number if row is not None else None)
        why = why_not_dial(number, (row.pani or "",) if row is not None else ())
        if why is not None or number is None:
            self._say(WHY_NOT[why] if why else NO_CALL, bad=True)
            return
        digits = digits_of(number)
        if not self._able("dial"):
            self._copy(digits)
            return
        shown = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
        self._parts.line.begin(f"call {shown}")
        self._say(f"Enter calls {words.number_text(digits)} back. Esc leaves it.")

    def order_call(self, order: grammar.Call) -> None:
        """Confirmed, or typed as a whole."""
        row = self._call()
        why = why_not_dial(order.number, (row.pani or "",) if row is not None else ())
        if why is not None:
            self._say(WHY_NOT[why], bad=True)
            return
        same = row is not None and row.callback_number == order.number
        self._bridge.submit(
            DialBack(
                call_id=row.call_id if row and same else None, number=order.number
            ),
            partial(self._dialled, order.number),
        )

    def check_lines(self) -> None:
        """F9: how each line stands, and whether the other end answers."""
        now = self._bridge.now_us()
        lines = self._bridge.views.lines()
        text = (
            ". ".join(words.line_in_full(r, now) for r in lines) or "No line is set up"
        )
        able = self._able("test")
        if not able:
            self._say(f"{text}. A line that only listens cannot be tested from here.")
            return
        self._say(f"{text}. Asked to answer: {', '.join(r.line for r in able)}.")
        for line in able:
            self._bridge.submit(AskLine(ask="test", line=line.line), self._tested)

    # inside

    def _call(self) -> CallRow | None:
        """Of the form or incident on hand, else the one that waits first."""
        call_id = self._subject.now.call_id
        detail = self._bridge.views.call(call_id) if call_id is not None else None
        return detail.row if detail is not None else self._parts.strip.first_waiting()

    def _typed_number(self) -> str | None:
        """What stands in the form on hand overrules the record."""
        form = self._parts.tabs.current
        if form is None or self._subject.now.key is None:
            return None
        return form.fields.entries["callback_number"].text().strip() or None

    def _able(self, ask: str) -> list[LineRow]:
        return [line for line in self._bridge.views.lines() if ask in line.asks]

    def _asked(self, said: str, outcome: Outcome) -> None:
        if isinstance(outcome, Done):
            self._say(f"{said} on {outcome.result['line']}.")
        else:
            self._say(outcome.message, bad=True)

    def _dialled(self, number: str, outcome: Outcome) -> None:
        shown = words.number_text(number)
        if isinstance(outcome, Done):
            self._say(f"Calling {shown} back on {outcome.result['line']}.")
        elif getattr(outcome, "code", "") == NO_LINE:
            self._copy(number)
        else:
            self._say(outcome.message, bad=True)

    def _tested(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Done):
            self._say(outcome.message, bad=True)

    def _copy(self, number: str) -> None:
        QGuiApplication.clipboard().setText(number)
        shown = words.number_text(number)
        self._say(f"No line can dial: {shown} is copied, to dial it by hand.")

    def _say(self, text: str, bad: bool = False) -> None:
        self._parts.line.say(text, bad)

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        if changed.any_of("line:"):
            self._say_why_not()

    def _say_why_not(self) -> None:
        self._book.set_reason(Act.REBID, None if self._able("rebid") else NO_REBID)
