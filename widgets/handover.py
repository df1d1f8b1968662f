"""Alt+H: hand the incident on hand over to another PSAP (EIDO), in the drawer.

It is no window and asks nothing: who it goes to is chosen, Enter hands over, and what
becomes of it is said here, in the message line and in the narrative.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout

from aliquot.console.domain import people
from aliquot.console.domain.commands import NOBODY, Done, Outcome
from aliquot.console.domain.handover import (
    HandOverIncident,
    HandOverSheet,
    ReceiverSheet,
)
from aliquot.console.domain.place_said import place_said
from aliquot.console.domain.ports import Changed
from aliquot.widgets import permitted, words
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.board.narrative import NarrativeSaid
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.command.drawer import Page
from aliquot.widgets.command.sign_in import person_name
from aliquot.widgets.intake.entry import Entry
from aliquot.widgets.lab.freebox import FreeBox
from aliquot.widgets.lines.options import SaveButton
from aliquot.widgets.parts import label, restyle, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.subject import OnHand, Subject
from aliquot.widgets.theme.look import Look

RIGHT = people.Act.HAND_OVER
NO_INCIDENT = "No incident is on hand: create it first, or choose one on the board."
NO_SHEET = "Incidents are handed over at the desk that the lines end at."
WHAT_LEAVES = (
    "All that is saved of it goes: name, number, places, notes, units. It is no "
    "release: it goes to this one agency, and the log has who did it before it leaves."
)
NO_NAME = "Type who gets it: the name of the agency."
NO_FOLDER = "Type a folder, or choose an agency that is set up in eido.toml."

ReadSheet = Callable[[], HandOverSheet]


class HandOverPage(Page):
    """``read_sheet`` says who can be handed to; None: nobody can from here."""

    title = "Hand over (EIDO)"
    height_px = 215
    said = SignalOf[NarrativeSaid](object)

    def __init__(
        self,
        bridge: Bridge,
        book: ActionBook,
        look: Look,
        subject: Subject,
        read_sheet: ReadSheet | None,
    ) -> None:
        super().__init__()
        self._bridge, self._book, self._subject = bridge, book, subject
        self._read_sheet = read_sheet
        self._sheet = HandOverSheet(problem=NO_SHEET)
        self._busy: HandOverIncident | None = None
        self._told_of: str | None = None  # what is said is of this incident
        self.what = label(wrap=True)
        self.what.setAccessibleName("What is handed over, by whom")
        self.to = FreeBox("Receiver", "agency that goes on with it")
        self.folder = Entry("folder", "Folder for the document")
        self.button = SaveButton(look, "Hand over", "Enter", name="Hand over now")
        self.outcome = label(wrap=True)
        self.outcome.setAccessibleName("What became of it")
        self._build(look)
        self.to.entered.connect(self._chosen)
        self.to.entry.textChanged.connect(self._named)
        self.folder.returnPressed.connect(self._to_button)
        self.button.clicked.connect(self._hand_over)
        subject.changed.connect(self._turned)
        bridge.changed.connect(self._changed)
        self._turned(subject.now)

    def _build(self, look: Look) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space())
        box.addWidget(self.what)
        self._where = label("Folder")
        box.addLayout(
            row(look, label("To"), self.to, self._where, self.folder, self.button)
        )
        box.addWidget(label(WHAT_LEAVES, tone="muted", wrap=True))
        box.addWidget(self.outcome)
        box.addStretch(1)

    # what is on hand

    def opened(self) -> None:
        if self._read_sheet is not None:
            self._sheet = self._read_sheet()
        names = [one.name for one in self._sheet.receivers]
        if not self._busy:
            kept = self.to.currentText().strip()
            self.to.set_choices(names, kept or (names[0] if names else ""))
        self._show()
        self._named("")
        self.to.begin()

    @Slot(object)
    def _turned(self, on_hand: OnHand) -> None:
        self._book.set_reason(
            Act.HAND_OVER, None if on_hand.incident_id else NO_INCIDENT
        )
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        if self._busy is None and self._told_of != self._subject.now.incident_id:
            self._say("")
        why = self._why_not()
        self.what.setText(why or self._sentence())
        self.button.set_why_not(why)

    def _why_not(self) -> str | None:
        """What must be done before anything can be handed over."""
        if self._sheet.problem is not None:
            return self._sheet.problem
        if self._subject.now.incident_id is None:
            return NO_INCIDENT
        if self._bridge.actor.person == NOBODY:
            key = self._book.key_text(Act.SIGN_IN)
            return f"Nobody is signed in: {key} signs in. It is logged who hands over."
        return permitted.why_not(self._bridge, RIGHT, "hand incidents over")

    def _sentence(self) -> str:
        incident_id = self._subject.now.incident_id or ""
        found = self._bridge.views.incident(incident_id)
        number = words.incident_text(found.number) if found is not None else ""
        name = person_name(self._bridge) or ""
        place = place_said(found.fields) if found is not None else None
        where = f", {place.text}" if place is not None else ""
        return f"Incident {number}{where}. By {name}, for {self._sheet.agency}."

    # who gets it

    @Slot(str)
    def _named(self, _text: str) -> None:
        """An agency that is set up has its place; any other is given a folder."""
        receiver = self._receiver()
        self.folder.setEnabled(receiver is None)
        address = receiver is not None and "://" in receiver.where
        self._where.setText("Address" if address else "Folder")
        if receiver is not None:
            self.folder.follow(receiver.where)
        elif not self.folder.touched:
            self.folder.follow(self._sheet.folder)

    def _receiver(self) -> ReceiverSheet | None:
        return self._sheet.of(self.to.currentText())

    @Slot(object)
    def _chosen(self, name: str) -> None:
        if not name:
            self._say(NO_NAME, bad=True)
        elif self._receiver() is None:
            self.folder.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._to_button()

    @Slot()
    def _to_button(self) -> None:
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    # handing over

    @Slot()
    def _hand_over(self) -> None:
        if self._busy is not None:
            return
        command = self._command()
        if command is None:
            return
        self._busy = command
        self.button.set_why_not("It is on its way.")
        self._say("Looked over, and written into the log …")
        self._bridge.submit(command, partial(self._outcome, command))

    def _command(self) -> HandOverIncident | None:
        """None when something is missing, which is said."""
        name, receiver = self.to.currentText().strip(), self._receiver()
        folder = "" if receiver is not None else self.folder.text().strip()
        missing = self._why_not() or (None if name else NO_NAME)
        if missing is None and receiver is None and not folder:
            missing = NO_FOLDER
        if missing is not None:
            self._say(missing, bad=True)
            return None
        return HandOverIncident(
            incident_id=self._subject.now.incident_id or "",
            to=receiver.name if receiver is not None else name,
            folder=folder,
            send=receiver is not None,
        )

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        """The log has it; the document is on its way. Somebody may have signed in."""
        if self._busy and changed.any_of(f"incident:{self._busy.incident_id}"):
            self._say(f"It is in the log. Now it goes to {self._busy.to} …")
        elif self._busy is None and self.isVisible() and changed.any_of("session"):
            self._show()

    def _outcome(self, command: HandOverIncident, outcome: Outcome) -> None:
        self._busy, self._told_of = None, command.incident_id
        self.button.set_why_not(self._why_not())
        if isinstance(outcome, Done):
            self._say(_done_text(command, outcome))
            self.said.emit(NarrativeSaid(f"Handed over to {command.to}."))
            return
        self._say(outcome.message, bad=True)
        key = self._book.key_text(Act.HAND_OVER)
        brief = f"{command.to} does not have it: {key} says why."
        self.said.emit(NarrativeSaid(brief, bad=True))

    def _say(self, text: str, bad: bool = False) -> None:
        restyle(self.outcome, tone="danger" if bad else "text")
        self.outcome.setText(text)


def _done_text(command: HandOverIncident, done: Done) -> str:
    result = done.result
    did = "taken by" if result.get("how") == "post" else "written to"
    digest = str(result.get("sha256", ""))[:16]
    return f"Handed over to {command.to}: {did} {result.get('where')}, sha256 {digest}."
