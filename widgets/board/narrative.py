"""The narrative of what is on hand, and the line that adds to it."""

from __future__ import annotations

from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from aliquot.console.domain.commands import AddNote, Done, DropDraft, Outcome, SaveDraft
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import DraftRow, NoteRow
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.board.notes import UNSAVED, NotesModel, NotesView
from aliquot.widgets.bridge import Bridge, Settled
from aliquot.widgets.elided import BriefLabel
from aliquot.widgets.intake.drafts import DraftSaver
from aliquot.widgets.intake.entry import Entry
from aliquot.widgets.intake.tabs import IntakeTabs
from aliquot.widgets.parts import KeyButton, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.subject import OnHand, Subject
from aliquot.widgets.tables import RowAsked
from aliquot.widgets.theme.look import Look


@dataclass(frozen=True, slots=True)
class NarrativeSaid:
    """A sentence for the message line."""

    text: str
    bad: bool = False


class NarrativePanel(QWidget):
    """Enter adds; Delete strikes, nothing is ever deleted."""

    said = SignalOf[NarrativeSaid](object)

    def __init__(
        self,
        bridge: Bridge,
        book: ActionBook,
        look: Look,
        subject: Subject,
        tabs: IntakeTabs,
    ) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._bridge, self._subject, self._tabs = bridge, subject, tabs
        self._half: dict[str, str] = {}
        self._savers: dict[str, DraftSaver] = {}
        self._shown = OnHand()
        self._before: QWidget | None = None
        self.model = NotesModel()
        self.view = NotesView(self.model, look)
        self.entry = Entry("note", "Note: Enter adds it to the narrative")
        self._title = BriefLabel(2)  # a long place leaves the notes their room
        self._title.setProperty("tone", "muted")
        line = row(look, KeyButton(book, Act.NOTE, look, flat=True), self.entry)
        box = QVBoxLayout(self)
        gap = look.space(2)
        box.setContentsMargins(gap, gap, gap, gap)
        box.setSpacing(look.space())
        over = KeyButton(book, Act.HAND_OVER, look, flat=True)
        head = row(look, self._title, over)
        head.setStretch(0, 1)
        box.addLayout(head)
        box.addWidget(self.view, 1)
        box.addLayout(line)
        self.entry.returnPressed.connect(self._entered)
        self.entry.textEdited.connect(self._typed)
        self.view.asked.connect(self._strike)
        subject.changed.connect(self._turn)
        bridge.settled.connect(self._on_settled)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)
        self._show()

    def back(self) -> bool:
        """Esc: to where the note's key was pressed; a half note stays. False when it
        is not written here or that is gone."""
        before = self._before
        if not self.entry.hasFocus() or before is None:
            return False
        if not shiboken6.isValid(before) or not before.isVisible():
            return False
        before.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    @Slot(QWidget, QWidget)
    def _focus_moved(self, old: QWidget | None, now: QWidget | None) -> None:
        if now is self.entry and old is not None:
            self._before = old

    def refresh(self, changed: Changed | None) -> None:
        incident = self._shown.incident_id
        if changed is None or (incident and changed.any_of(f"incident:{incident}")):
            self._read()

    def tick(self, now_us: int) -> None:
        pass

    def recover(self, drafts: tuple[DraftRow, ...]) -> None:
        """Half notes typed before the program ended last."""
        for draft in drafts:
            incident, text = draft.body.get("incident_id"), draft.body.get("half_note")
            known = isinstance(incident, str) and isinstance(text, str)
            if draft.body.get("kind") == "note" and known:
                self._half[str(incident)] = str(text)
        self._show()

    def flush(self) -> None:
        for saver in self._savers.values():
            saver.flush_if_waiting()

    @Slot(object)
    def _turn(self, on_hand: OnHand) -> None:
        created = on_hand.incident_id is not None and self._shown.form_id is not None
        if created and self._tabs.form_of(on_hand.incident_id) is not None:
            old = self._half.pop(self._shown.form_id or "", "")
            if old and on_hand.key is not None:
                self._half.setdefault(on_hand.key, old)
        self._shown = on_hand
        self._show()

    def _show(self) -> None:
        key = self._shown.key
        form = self._tabs.form_of(self._shown.form_id)
        half = self._half.get(key or "", form.data.half_note if form else "")
        self.entry.follow(half)
        self.entry.setCursorPosition(len(half))
        self.entry.setEnabled(key is not None)
        self.entry.setPlaceholderText("type a note, Enter adds it" if key else "")
        self._title.set_most(2 if key else 4)
        self._title.setText(
            self._shown.title
            if key
            else "Nothing is on hand. Choose an incident on the board or open a form."
        )
        self._read()
        self.view.scrollToBottom()

    def _read(self) -> None:
        atbottom = self.view.verticalScrollBar()
        end = atbottom.value() >= atbottom.maximum() - 4
        now = self._bridge.now_us()
        self.model.set_rows(self._notes(now), now)
        if end:
            self.view.scrollToBottom()

    def _notes(self, now: int) -> tuple[NoteRow, ...]:
        if self._shown.incident_id is not None:
            return self._bridge.views.narrative(self._shown.incident_id)
        form = self._tabs.form_of(self._shown.form_id)
        return tuple(
            NoteRow(note_id=f"{UNSAVED}{at}", at_us=now, person="", text=text)
            for at, text in enumerate(form.data.notes if form else ())
        )

    @Slot(str)
    def _typed(self, text: str) -> None:
        key = self._shown.key
        if key is None:
            return
        self._half[key] = text
        form = self._tabs.form_of(self._shown.form_id)
        if form is not None:
            form.set_half_note(text)
        elif self._shown.incident_id is not None:
            self._saver(self._shown.incident_id).touch()

    def _saver(self, incident_id: str) -> DraftSaver:
        if incident_id not in self._savers:

            def body() -> dict[str, object]:
                text = self._half.get(incident_id, "")
                return {"kind": "note", "incident_id": incident_id, "half_note": text}

            self._savers[incident_id] = DraftSaver(
                self._bridge,
                _draft_id(incident_id),
                body,  # type: ignore[arg-type]
                self,
            )
        return self._savers[incident_id]

    @Slot()
    def _entered(self) -> None:
        text, key = self.entry.text().strip(), self._shown.key
        if not text or key is None:
            return
        form = self._tabs.form_of(self._shown.form_id)
        if form is not None:
            self._clear(key)
            form.set_half_note("")
            form.add_note(text)
            self._read()
        elif self._shown.incident_id is not None:
            saver = self._saver(self._shown.incident_id)
            saver.flush()
            self._clear(key)
            self._bridge.submit(AddNote(incident_id=key, text=text))

    def _clear(self, key: str) -> None:
        self._half.pop(key, None)
        self.entry.clear()
        self.entry.touched = False

    @Slot(object)
    def _on_settled(self, settled: Settled) -> None:
        command = settled.command
        if isinstance(command, AddNote):
            self._noted(command, settled.outcome)

    def _noted(self, command: AddNote, outcome: Outcome) -> None:
        """A note that did not get into the log comes back to where it was typed."""
        key = command.incident_id
        if isinstance(outcome, Done):
            saver = self._savers.get(key)
            if saver is not None and not self._half.get(key) and not saver.waiting:
                self._bridge.submit(DropDraft(form_id=_draft_id(key)))
            return
        if command.strikes is None:
            rest = self._half.get(key, "")
            self._half[key] = f"{command.text} {rest}".strip()
            self._bridge.submit(
                SaveDraft(
                    form_id=_draft_id(key),
                    body={
                        "kind": "note",
                        "incident_id": key,
                        "half_note": self._half[key],
                    },
                )
            )
            if self._shown.key == key:
                self._show()
        self.said.emit(NarrativeSaid(outcome.message, bad=True))

    @Slot(object)
    def _strike(self, asked: RowAsked) -> None:
        incident = self._shown.incident_id
        for note in self.model.rows:
            if note.note_id == asked.key and incident is not None:
                if note.system or note.struck:
                    self.said.emit(NarrativeSaid("Only a typed note can be struck."))
                    return
                self._bridge.submit(
                    AddNote(
                        incident_id=incident,
                        text=f"Struck: {note.text}",
                        strikes=note.note_id,
                    )
                )


def _draft_id(incident_id: str) -> str:
    return f"note-{incident_id}"
