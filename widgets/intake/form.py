"""One intake form: from the first word to an incident, and its later changes."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from aliquot.console.domain.commands import (
    ChangeIncident,
    Done,
    OpenIncident,
    Outcome,
    TakeCall,
)
from aliquot.console.domain.events import Json
from aliquot.console.domain.rows import CallDetail, CallRow, IncidentRow
from aliquot.widgets import words
from aliquot.widgets.actions import ActionBook
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.codes import TypeTable
from aliquot.widgets.intake import fieldmap
from aliquot.widgets.intake.drafts import DraftSaver
from aliquot.widgets.intake.fields import Fields, scrolled
from aliquot.widgets.intake.place import PlaceJudge
from aliquot.widgets.intake.rebid import RebidBox
from aliquot.widgets.intake.values import (
    Difference,
    FormChanged,
    FormData,
    caller_point,
    new_form_id,
    offers,
    to_body,
)
from aliquot.widgets.parts import label, restyle, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.subject import OnHand
from aliquot.widgets.theme.look import Look


class IntakeForm(QWidget):
    """A form for one call or one incident. It saves itself while it is typed."""

    changed = SignalOf[FormChanged](object)

    def __init__(
        self,
        bridge: Bridge,
        book: ActionBook,
        look: Look,
        types: TypeTable,
        data: FormData | None = None,
    ) -> None:
        super().__init__()
        self._bridge, self._look, self._types = bridge, look, types
        self.data = data or FormData(form_id=new_form_id())
        self.fields = Fields(book, look, types, lambda: bridge.views.units())
        self.place = PlaceJudge(bridge, self)
        self.rebid = RebidBox(look)
        self._sign = label(name="sign")
        self._message = label(wrap=True)
        self._saved = fieldmap.no_fields()
        self._sent: dict[str, Json] = {}
        self.busy = False
        self.edits = 0  # how often something was typed
        self._record: CallRow | None = None
        self._build()
        self._drafts = DraftSaver(bridge, self.data.form_id, self.body, self)
        self._connect()
        self._show_data(self.data)

    # what a person sees of it

    @property
    def title(self) -> str:
        if self.data.number is not None:
            return words.incident_text(self.data.number)
        if self._record is not None:
            number = words.number_text(self._record.callback_number)
            return f"New {number[-8:]}".strip()
        return "New"

    @property
    def on_hand(self) -> OnHand:
        title = fieldmap.title_of(self.data, self.fields.texts())
        form = None if self.data.incident_id else self.data.form_id
        return OnHand(form, self.data.incident_id, title, self.data.call_id)

    @property
    def unsaved(self) -> bool:
        """Whether closing it would leave something a person typed behind."""
        if self.data.incident_id is None:
            typed = bool(self.fields.touched()) or self.data.typed_anything
            return typed or self.data.call_id is not None
        return bool(self._changes())

    def snapshot(self) -> FormData:
        texts, touched = self.fields.texts(), self.fields.touched()
        return replace(self.data, texts=texts, touched=touched)

    def body(self) -> dict[str, Json]:
        return to_body(self.snapshot())

    def say(self, text: str, tone: str = "muted") -> None:
        restyle(self._message, tone=tone)
        self._message.setText(text)
        self._message.setVisible(bool(text))

    def mark_recovered(self, saved_at_us: int) -> None:
        self._sign.setText(f"Recovered, as typed at {words.clock_text(saved_at_us)}")
        self._sign.show()
        self._drafts.already_saved()

    def keep(self) -> None:
        """What is in it already is worth a draft."""
        self._drafts.flush()

    def begin(self) -> None:
        """Put the cursor where typing starts. Only ever called by a person's key."""
        self.fields.entries["type"].setFocus(Qt.FocusReason.OtherFocusReason)

    # calls and records

    def take_call(self, row_: CallRow) -> None:
        """F2: the record fills what is empty; the form is on disk at once."""
        self.data = replace(self.data, call_id=row_.call_id, base=offers(row_))
        self._use_record(row_)
        self._drafts.flush()
        self._bridge.submit(
            TakeCall(call_id=row_.call_id, form_id=self.data.form_id), self._taken
        )

    def _use_record(self, row_: CallRow) -> None:
        for name, text in offers(row_).items():
            if name in self.fields.entries:
                self.fields.entries[name].offer(text)
        self.data = replace(self.data, caller=caller_point(row_))
        self.place.offered(row_)
        self._show_record(row_)

    def follow_call(self, detail: CallDetail | None) -> None:
        """A line said more of the call: shown beside, never put into a field."""
        if detail is None:
            return
        row_ = detail.row
        if not self.data.base and row_.has_record and self._record is not None:
            self.data = replace(self.data, base=offers(row_))
            self._use_record(row_)
            return
        self._show_record(row_)
        self._compare()

    def _compare(self) -> None:
        self.rebid.compare(self.data, self._record, self.fields.texts())

    def take_caller_place(self) -> str | None:
        """F4. None when it was taken, else why not."""
        return self.place.take_caller_place()

    @property
    def place_is_typed(self) -> bool:
        """Whether the place is another one than the log has."""
        saved = fieldmap.texts_of(self._saved, self._types)["place"]
        return self.fields.place.text().strip() != saved

    # notes that wait for the incident

    def add_note(self, text: str) -> None:
        self.data = replace(self.data, notes=(*self.data.notes, text))
        self._drafts.touch()
        self.changed.emit(FormChanged(self.data.form_id))

    def set_half_note(self, text: str) -> None:
        if text != self.data.half_note:
            self.data = replace(self.data, half_note=text)
            self._drafts.touch()

    # to and from the log

    def save(self) -> None:
        """Ctrl+Enter: create the incident, or change it."""
        self.fields.kind.settle()
        if self.busy or self._refused():
            return
        if self.data.incident_id is None:
            self._create()
        else:
            self._change()

    def _refused(self) -> bool:
        """Whether a field holds what it cannot take; said, and left there."""
        problem = self.fields.priority.problem
        if problem is not None:
            self.say(problem, "danger")
        return problem is not None

    def _create(self) -> None:
        fields = self._now_fields()
        if not fields.get("type_code") and not fields.get("place"):
            self.say("Type what happened or where, then create.", "danger")
            self.fields.entries["type"].set_wrong("Type what happened or where")
            return
        self._send(fields)
        note = "\n".join(self.data.notes) or None
        self._bridge.submit(
            OpenIncident(
                fields=fieldmap.present(fields),
                form_id=self.data.form_id,
                call_id=self.data.call_id,
                note=note,
            ),
            self._created,
        )

    def _change(self) -> None:
        changes = self._changes()
        if not changes or self.data.incident_id is None:
            self.say("Nothing is changed.")
            return
        self._send(self._now_fields())
        self._bridge.submit(
            ChangeIncident(
                incident_id=self.data.incident_id,
                fields=changes,
                form_id=self.data.form_id,
            ),
            self._updated,
        )

    def _send(self, fields: dict[str, Json]) -> None:
        self.busy = True
        self._sent = fields
        self._drafts.hold()
        self.say("")

    def _taken(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Done):
            self.say(outcome.message, "danger")

    def _created(self, outcome: Outcome) -> None:
        if not self._settled(outcome):
            return
        assert isinstance(outcome, Done)
        incident, number = outcome.result["incident_id"], outcome.result.get("number")
        old = self.data.form_id
        self.data = replace(
            self.data,
            incident_id=str(incident),
            number=number if isinstance(number, int) else None,
            notes=(),
        )
        self._go_on(old, f"Incident {self.title} is created.")

    def _updated(self, outcome: Outcome) -> None:
        if self._settled(outcome):
            self._go_on(self.data.form_id, f"Incident {self.title} is changed.")

    def _settled(self, outcome: Outcome) -> bool:
        self.busy = False
        if isinstance(outcome, Done):
            return True
        self.say(outcome.message, "danger")
        self._drafts.release()
        return False

    def _go_on(self, old_form_id: str, said: str) -> None:
        """The draft has ended; typing done meanwhile begins a new one."""
        self._saved = self._sent
        self.data = replace(self.data, form_id=new_form_id())
        self._drafts.begin_again(self.data.form_id)
        self._sign.hide()
        for entry in self.fields.entries.values():
            entry.touched = False
        self.fields.kind.set_wrong(None)
        if self._changes():
            self._drafts.touch()
        self.changed.emit(FormChanged(old_form_id, said))

    def show_incident(self, row_: IncidentRow) -> None:
        """What the log says now; a field that a person has changed stays as it is."""
        before = fieldmap.texts_of(self._saved, self._types)
        after = fieldmap.texts_of(row_.fields, self._types)
        typed = self.place_is_typed
        for name, entry in self.fields.entries.items():
            if entry.text().strip() == before[name]:
                entry.follow(after[name])
        self._saved = {**fieldmap.no_fields(), **row_.fields}
        self.data = replace(
            self.data,
            incident_id=row_.incident_id,
            number=row_.number,
            call_id=row_.call_id,
            point=self.data.point if typed else fieldmap.point(row_.fields, ""),
            placed=self.data.placed if typed else fieldmap.placed(row_.fields),
            caller=self.data.caller or fieldmap.point(row_.fields, "caller_"),
        )
        self.place.say()

    def lay_over(self, row_: IncidentRow) -> None:
        """A recovered change: what was typed stays, the rest is as the log says."""
        typed, touched, caller = self.data.texts, self.data.touched, self.data.caller
        self._saved = {**fieldmap.no_fields(), **row_.fields}
        self.show_incident(row_)
        texts = fieldmap.texts_of(row_.fields, self._types)
        for name, entry in self.fields.entries.items():
            entry.setText(typed.get(name, "") if name in touched else texts[name])
        self.data = replace(self.data, caller=caller or self.data.caller)

    def flush(self) -> None:
        """Leaving: what waits to be saved is saved now."""
        self._drafts.flush_if_waiting()

    def drop(self) -> None:
        self._drafts.drop()

    # inside

    def _now_fields(self) -> dict[str, Json]:
        return fieldmap.fields_of(self.snapshot(), self.fields.kind.code())

    def _changes(self) -> dict[str, Json]:
        return fieldmap.changed(self._saved, self._now_fields())

    def _show_data(self, data: FormData) -> None:
        for name, entry in self.fields.entries.items():
            entry.setText(data.texts.get(name, ""))
            entry.touched = name in data.touched
        self.fields.show_heard(data.heard)
        self.place.say()

    def _show_record(self, row_: CallRow) -> None:
        self._record = row_
        self.fields.facts.setText(fieldmap.facts(row_))
        self.changed.emit(FormChanged(self.data.form_id))

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        parts = (self.fields, self._message)
        box.addWidget(scrolled(self._look, row(self._look, self._sign, 1), parts), 1)
        box.addWidget(self.rebid)
        self._sign.hide()
        self._message.hide()

    def _connect(self) -> None:
        for entry in self.fields.entries.values():
            entry.textEdited.connect(self._typed)
        self.fields.kind.resolved.connect(self._type_known)
        self.rebid.used.connect(self._use_new)

    @Slot(str)
    def _typed(self, _text: str) -> None:
        self.edits += 1
        entry = self.sender()
        if entry is self.fields.place:  # the point was of other words
            self.data = replace(self.data, point=None, placed=None)
            self.place.typed()
        self.place.say()
        if self._message.text() and not self.busy:
            self.say("")
            self.fields.entries["type"].set_wrong(None)
        if self.rebid.rows:
            self._compare()
        if entry is self.fields.priority:
            self.say(self.fields.priority.problem or "", "danger")
        self._drafts.touch()

    @Slot(object)
    def _type_known(self, _kind: object) -> None:
        saved = self._types.by_code(self._saved["type_code"])
        self.fields.follow_type(saved, created=self.data.incident_id is not None)
        if self.fields.kind.touched:
            self._drafts.touch()
        self.fields.say_type(self._types)
        self.changed.emit(FormChanged(self.data.form_id))

    @Slot(object)
    def _use_new(self, row_: Difference) -> None:
        fix = row_.name in ("caller_place", "uncertainty")
        used = self.rebid.fix_of(row_) if fix else (row_,)
        for one in used:
            if one.usable and not row_.kept:
                self.fields.entries[one.name].put(one.new)
        self.data = replace(
            self.data, base=self.data.base | {u.name: u.new for u in used}
        )
        if fix and self._record is not None and not row_.kept:
            self.data = replace(self.data, caller=caller_point(self._record))
            self.fields.offer.withdraw()
        self.place.say()
        self._compare()
        if not self.rebid.rows:
            self.fields.entries["caller_place"].setFocus()
        self._drafts.touch()
