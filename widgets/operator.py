"""What each key and each typed order does. Talks to the desk; moves no dock."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from aliquot.console.domain.commands import (
    AddNote,
    CloseIncident,
    Command,
    Done,
    ReopenIncident,
    SetCallAside,
    SetUnitStatus,
    SignOut,
)
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import IncidentRow
from aliquot.widgets import words
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.board.narrative import NarrativeSaid
from aliquot.widgets.bridge import Bridge, Settled
from aliquot.widgets.calls.asking import LineAsks
from aliquot.widgets.calls.heard import FormFromHeard
from aliquot.widgets.command import grammar
from aliquot.widgets.command.line import LineTyped
from aliquot.widgets.desk_parts import Parts
from aliquot.widgets.dispatching import Dispatching
from aliquot.widgets.intake.locating import CallerActs
from aliquot.widgets.intake.values import FormChanged, FormData, new_form_id
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.statuses import unit_look
from aliquot.widgets.subject import OnHand, Subject

NO_INCIDENT = "No incident is on hand: create it first, or choose one on the board."
SIGNED_OUT = "Signed out. What is done now is logged as done by nobody; {key} signs in."


class Operator(QObject):
    """Acts of the desk. ``window_act`` passes on what is the window's own."""

    window_act = SignalOf[Act](object)

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
        self._next_act: Act | None = None
        self._parts = parts
        self._asks = LineAsks(bridge, book, subject, parts, self)
        self._dispatching = Dispatching(bridge, book, parts, self)
        self._acts: dict[Act, Callable[[], None]] = {
            Act.TAKE: self.take,
            Act.ASIDE: self.aside,
            Act.NEW_FORM: self.new_form,
            Act.CALLER_PLACE: self.caller_place,
            Act.DISPATCH: self.dispatch,
            Act.DISPATCH_MORE: self.dispatch_more,
            Act.NEXT_PENDING: self.next_pending,
            Act.NOTE: self.note,
            Act.PRIORITY: self.priority,
            Act.CLOSE_INCIDENT: self.close_incident,
            Act.SAVE: self.save,
            Act.DISCARD: self.discard,
            Act.NEXT_FORM: self._next_form,
            Act.CLOSED: parts.board.turn_closed,
            Act.SIGN_OUT: self.sign_out,
            **self._asks.acts,
            **CallerActs(bridge, parts, self).acts,
        }
        self._orders: dict[type[object], Callable[..., None]] = {
            grammar.Dispatch: self._order_dispatch,
            grammar.Status: self._order_status,
            grammar.Note: self._order_note,
            grammar.Close: self._order_close,
            grammar.Reopen: self._order_reopen,
            grammar.Show: self._order_show,
            grammar.Aside: self._order_aside,
            grammar.Call: self._asks.order_call,
            grammar.Simple: self._order_simple,
        }
        self._connect()
        self._reasons(subject.now)

    def do(self, act: Act) -> None:
        """Do it, or say why not."""
        reason = self._book.reason(act)
        if act in _AFTER_CREATE and self._creating():
            self._next_act = act  # typed ahead of the log's answer: not lost
        elif reason is not None:
            self.say(reason)
        elif act in self._acts:
            self._acts[act]()
        else:
            self.window_act.emit(act)

    def say(self, text: str, bad: bool = False) -> None:
        self._parts.line.say(text, bad)

    def known(self) -> grammar.Known:
        """Names that may be typed now."""
        numbers = tuple(r.number for r in self._parts.board.rows())
        row = self._parts.board.incident(self._subject.now.incident_id)
        units = tuple(u.unit_id for u in self._parts.units.units())
        return grammar.Known(units, numbers, row.number if row else None)

    # calls

    def take(self) -> None:
        row = self._parts.strip.first_waiting()
        if row is None:
            self.new_form()
            return
        self._parts.tabs.take_call(row)
        self.say(f"Taken: {words.number_text(row.callback_number) or 'no number'}.")

    def sign_out(self) -> None:
        key = self._book.key_text(Act.SIGN_IN)
        self._submit(SignOut(), SIGNED_OUT.format(key=key))

    def aside(self) -> None:
        self._parts.line.begin("aside ")

    def new_form(self) -> None:
        self._parts.tabs.open_form().begin()

    def caller_place(self) -> None:
        form = self._parts.tabs.current
        said = form.take_caller_place() if form else "No form is open."
        self.say(said or "The caller's place is the incident's place now.")

    @Slot(object)
    def heard(self, asked: FormFromHeard) -> None:
        """A form from a call heard before, or from bytes as text."""
        if asked.call is not None:
            self._parts.tabs.open_form().take_call(asked.call)
        elif asked.noise is not None:
            noise = asked.noise
            text = words.bytes_text(noise.raw).strip()
            at = words.clock_text(noise.at_us)
            note = f"Heard on {noise.line} at {at}, not understood:\n{text}"
            data = FormData(form_id=new_form_id(), heard=text, notes=(note,))
            self._parts.tabs.open_form(data).keep()
        form = self._parts.tabs.current
        if form is not None:
            form.begin()

    @Slot(object)
    def call_chosen(self, call_id: str) -> None:
        """A call was chosen on the map: its incident comes on hand, no more."""
        for row in self._parts.board.rows():
            if call_id in (row.call_id, row.incident_id):
                self._look_at(row)
                return
        detail = self._bridge.views.call(call_id)
        if detail is not None:
            number = words.number_text(detail.row.callback_number) or "no number"
            self.say(f"{number}: {words.call_place(detail.row)}.")

    # the incident on hand

    def save(self) -> None:
        form = self._parts.tabs.current
        if form is None:
            self.say("No form is open.")
        else:
            form.save()

    def discard(self) -> None:
        form = self._parts.tabs.current
        call = form is not None and form.data.call_id and not form.data.incident_id
        said = self._parts.tabs.close_current()
        heard = self._book.key_text(Act.HEARD)
        left = f" Its call stays among those heard, {heard}." if call else ""
        self.say(said or f"The form is closed.{left}")

    def _next_form(self) -> None:
        self._parts.tabs.next_form()
        form = self._parts.tabs.current
        if form is not None:
            form.begin()

    def note(self) -> None:
        self._parts.narrative.entry.setFocus()

    def priority(self) -> None:
        form = self._parts.tabs.current
        if form is None:
            self.say("No form is open.")
        else:
            form.fields.begin_priority()

    def next_pending(self) -> None:
        row = self._parts.board.next_pending()
        if row is None:
            self.say("Nothing is pending.")
            return
        self._look_at(row)
        self.say(f"On hand: {self._subject.now.title}.")

    def dispatch(self, more: bool = False) -> None:
        """The units that are chosen, else the recommended one; says which and why."""
        row = self._incident()
        if row is None:
            self.say(NO_INCIDENT)
        else:
            self._dispatching.send(row, more=more)

    def dispatch_more(self) -> None:
        self.dispatch(more=True)

    def close_incident(self) -> None:
        row = self._incident()
        if row is None:
            self.say(NO_INCIDENT)
        else:
            self._parts.line.begin(f"close {row.number} ")

    @Slot(object)
    def _look_at(self, row: IncidentRow) -> None:
        """What is in front is on hand, always: keys and notes speak of one thing. Who
        typed in a form goes on in that of the incident."""
        tabs = self._parts.tabs
        focus = QApplication.focusWidget()
        typed = focus is not None and tabs.tabs.isAncestorOf(focus)
        form = tabs.look_at(row)
        if typed:
            form.begin()

    @Slot(object)
    def open_incident(self, row: IncidentRow) -> None:
        self._parts.tabs.open_incident(row).begin()

    # typed orders

    @Slot(object)
    def typed(self, typed: LineTyped) -> None:
        self._orders[type(typed.order)](typed.order)

    def _order_dispatch(self, order: grammar.Dispatch) -> None:
        row = self._parts.board.by_number(order.number)
        if row is not None:
            self._dispatching.order(row, order.units, "as typed")

    def _order_status(self, order: grammar.Status) -> None:
        row = self._parts.board.by_number(order.number) if order.number else None
        incident = row.incident_id if row else None
        word = unit_look(order.status).word
        self._submit(
            SetUnitStatus(
                unit_id=order.unit, status=order.status, incident_id=incident
            ),
            f"{order.unit} is {word}.",
        )

    def _order_note(self, order: grammar.Note) -> None:
        row = self._parts.board.by_number(order.number)
        if row is not None:
            self._submit(
                AddNote(incident_id=row.incident_id, text=order.text),
                f"Noted in {words.incident_text(order.number)}.",
            )

    def _order_close(self, order: grammar.Close) -> None:
        row = self._parts.board.by_number(order.number)
        if row is not None:
            self._submit(
                CloseIncident(
                    incident_id=row.incident_id, disposition=order.disposition
                ),
                f"Incident {words.incident_text(order.number)} is closed.",
            )

    def _order_reopen(self, order: grammar.Reopen) -> None:
        row = self._parts.board.by_number(order.number)
        if row is not None:
            self._submit(
                ReopenIncident(incident_id=row.incident_id, reason=order.reason),
                f"Incident {words.incident_text(order.number)} is open again.",
            )

    def _order_show(self, order: grammar.Show) -> None:
        row = self._parts.board.by_number(order.number)
        if row is not None:
            self.open_incident(row)

    def _order_aside(self, order: grammar.Aside) -> None:
        row = self._parts.strip.first_waiting()
        if row is None:
            self.say("No call is waiting.")
            return
        self._submit(
            SetCallAside(call_id=row.call_id, reason=order.reason),
            f"Set aside: {words.number_text(row.callback_number) or 'no number'}.",
        )

    def _order_simple(self, order: grammar.Simple) -> None:
        self.do(_SIMPLE[order.name])

    # inside

    def _incident(self) -> IncidentRow | None:
        incident = self._subject.now.incident_id
        return self._bridge.views.incident(incident) if incident else None

    def _submit(self, command: Command, said: str) -> None:
        self._pending[id(command)] = said  # some hold lists and cannot be keys
        self._bridge.submit(command)

    def _connect(self) -> None:
        self._pending: dict[int, str] = {}
        parts = self._parts
        parts.line.typed.connect(self.typed)
        parts.tabs.said.connect(self._form_said)
        parts.narrative.said.connect(self._narrative_said)
        parts.board.opened.connect(self.open_incident)
        parts.board.looked_at.connect(self._look_at)
        self._bridge.settled.connect(self._on_settled)
        self._bridge.changed.connect(self._changed)
        self._subject.changed.connect(self._reasons)

    @Slot(object)
    def _on_settled(self, settled: Settled) -> None:
        said = self._pending.pop(id(settled.command), None)
        if said is None:
            return
        if isinstance(settled.outcome, Done):
            self.say(said)
        else:
            self.say(settled.outcome.message, bad=True)

    @Slot(object)
    def _form_said(self, changed: FormChanged) -> None:
        self.say(changed.said)
        act = self._next_act
        self._next_act = None
        if act is not None:
            self.do(act)

    def _creating(self) -> bool:
        form = self._parts.tabs.current
        return form is not None and form.busy and form.data.incident_id is None

    @Slot(object)
    def _narrative_said(self, said: NarrativeSaid) -> None:
        self.say(said.text, said.bad)

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        if changed.any_of(f"incident:{self._subject.now.incident_id}"):
            self._reasons(self._subject.now)

    @Slot(object)
    def _reasons(self, on_hand: OnHand) -> None:
        row, none = self._incident(), None
        if on_hand.incident_id is None:
            none = NO_INCIDENT
        elif row is not None and row.state == "closed":
            number = words.incident_text(row.number)
            none = f"Incident {number} is closed: reopen {row.number} opens it again."
        self._book.set_reason(Act.DISPATCH, none)
        self._book.set_reason(Act.DISPATCH_MORE, none)
        self._book.set_reason(Act.CLOSE_INCIDENT, none)
        nothing = None if on_hand.key else "Nothing is on hand to write about."
        self._book.set_reason(Act.NOTE, nothing)


_AFTER_CREATE = (Act.DISPATCH, Act.DISPATCH_MORE, Act.CLOSE_INCIDENT)
_SIMPLE: dict[str, Act] = {
    "new": Act.NEW_FORM,
    "take": Act.TAKE,
    "next": Act.NEXT_PENDING,
    "lines": Act.CHECK_LINES,
    "heard": Act.HEARD,
    "help": Act.KEYS,
    "in": Act.SIGN_IN,
    "out": Act.SIGN_OUT,
}
