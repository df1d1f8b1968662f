"""Signing in, in line: name and password in the drawer, no dialog."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, Slot
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout

from aliquot.console.domain.commands import NOBODY, Done, Outcome, SignIn, SignOut
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.command.drawer import Page
from aliquot.widgets.intake.entry import Entry
from aliquot.widgets.parts import label, restyle, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look


def person_name(bridge: Bridge) -> str | None:
    """Name of who is signed in; None when nobody is."""
    person = bridge.actor.person
    if person == NOBODY:
        return None
    for known in bridge.views.people():
        if known.person_id == person:
            return known.name
    return person


class SignedIn:
    """Nothing to say but that it happened."""


class SignInPage(Page):
    """Calls can be taken before anybody has signed in; it is written down so."""

    title = "Sign in"
    height_px = 190
    done = SignalOf[SignedIn](object)

    def __init__(self, bridge: Bridge, look: Look) -> None:
        super().__init__()
        self._bridge = bridge
        self._now = label(wrap=True)
        self.name = Entry("person", "Name")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("Password")
        self._message = label(wrap=True)
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.name.setCompleter(completer)
        line = row(look, label("Name"), self.name, label("Password"), self.password)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._now)
        box.addLayout(line)
        box.addWidget(label("Enter signs in", tone="muted", size="small"))
        box.addWidget(self._message)
        box.addStretch(1)
        self.name.returnPressed.connect(self._to_password)
        self.password.returnPressed.connect(self._enter)

    def opened(self) -> None:
        people = [p.name for p in self._bridge.views.people()]
        self._names.setStringList(people)
        name = person_name(self._bridge)
        if name:
            text = f"{name} is signed in. Signing in as somebody else signs {name} out."
        elif self._bridge.actor.joined:
            text = (
                "Nobody is signed in at this second window: nothing is shown here and "
                "nothing can be done until somebody is."
            )
        elif people:
            text = "Nobody is signed in. What is done now is logged as done by nobody."
        else:
            text = (
                "Nobody is known to this desk yet. Add people with the command "
                "“aliquot people add”. Calls can be taken without."
            )
        self._now.setText(text)
        self._say("")
        self.password.clear()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _to_password(self) -> None:
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _enter(self) -> None:
        name, password = self.name.text().strip(), self.password.text()
        if not name or not password:
            self._say("Type a name and a password.", bad=True)
            return
        self._say("One moment …")
        self._bridge.submit(SignIn(name=name, password=password), self._answered)

    def _answered(self, outcome: Outcome) -> None:
        self.password.clear()
        if isinstance(outcome, Done):
            self.name.clear()
            self.done.emit(SignedIn())
        else:
            self._say(outcome.message, bad=True)

    def sign_out(self) -> None:
        self._bridge.submit(SignOut())

    def _say(self, text: str, bad: bool = False) -> None:
        restyle(self._message, tone="danger" if bad else "muted")
        self._message.setText(text)
