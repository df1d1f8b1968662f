"""Signing in, in line: name and password in the drawer, no dialog."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QStringListModel, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCompleter, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from aliquot.console.domain.commands import NOBODY, Done, Outcome, SignIn, SignOut
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.command.drawer import Page
from aliquot.widgets.intake.entry import Entry
from aliquot.widgets.lab.buttons import PlainButton
from aliquot.widgets.parts import Rule, label, restyle, row
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """``title`` over pairs of who, or what, and what that sees or may."""

    title: str
    lines: tuple[tuple[str, str], ...]


JOINED = Sheet(
    "What is seen here, by role",
    (
        ("dispatcher", "calls, incidents, units, releases; forms begun here"),
        ("supervisor", "that; signs releases, sets up lines"),
        ("integrator", "lines and their settings, units; no call, name or place"),
        ("administrator", "as an integrator; people"),
        ("nobody", "how the log stands, and this"),
    ),
)
DESK = Sheet(
    "What a name is for",
    (
        ("without one", "calls are taken, incidents made, units sent"),
        ("with one", "releases are proposed and signed, incidents handed over"),
    ),
)
FORM_PX, SHEET_PX = 400, 260  # across, at 100 %
_ANY = 16_777_215  # Qt's own largest width


class SheetPane(QWidget):
    """Beside the form, so that whoever sits down knows what will come."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._title = label(tone="muted")
        self._lines = [(label(), label(tone="muted", wrap=True)) for _ in JOINED.lines]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.space(3))
        self._grid.setVerticalSpacing(look.space())
        self._grid.addWidget(self._title, 0, 0, 1, 2)
        for at, (who, what) in enumerate(self._lines, 1):
            self._grid.addWidget(who, at, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(what, at, 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(len(self._lines) + 1, 1)

    def show_sheet(self, sheet: Sheet) -> None:
        self._title.setText(sheet.title)
        for at, (who, what) in enumerate(self._lines):
            said = sheet.lines[at] if at < len(sheet.lines) else ("", "")
            who.setText(said[0])
            what.setText(said[1])
            who.setVisible(bool(said[0]))
            what.setVisible(bool(said[0]))


class SignInPage(Page):
    """Calls can be taken before anybody has signed in; it is written down so."""

    title = "Sign in"
    height_px = 190
    done = SignalOf[SignedIn](object)

    def __init__(self, bridge: Bridge, look: Look) -> None:
        super().__init__()
        self._bridge, self._look = bridge, look
        self._now = label(wrap=True)
        self.name = Entry("person", "Name")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("Password")
        self.button = PlainButton(look, "Sign in", "Enter")
        self.button.setProperty("main", "true")
        self._message = label(wrap=True)
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.name.setCompleter(completer)
        self.sheet = SheetPane(look)
        self._rule = Rule(vertical=True)
        self._build(look)
        self.name.returnPressed.connect(self._to_password)
        self.password.returnPressed.connect(self._enter)
        self.button.clicked.connect(self._enter)
        look.changed.connect(self._rescale)

    def _build(self, look: Look) -> None:
        """The form as wide as a name, and beside it, where there is room, what comes of
        signing in."""
        self._form = QWidget()
        fields = QGridLayout(self._form)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setHorizontalSpacing(look.space(2))
        fields.setVerticalSpacing(look.space(1.5))
        fields.addWidget(self._now, 0, 0, 1, 2)
        for at, (text, entry) in enumerate(
            (("Name", self.name), ("Password", self.password)), 1
        ):
            fields.addWidget(label(text), at, 0)
            fields.addWidget(entry, at, 1)
        last = row(look, self.button, self._message)
        last.setStretch(1, 1)
        fields.addLayout(last, 3, 1)
        fields.setRowStretch(4, 1)
        box = QHBoxLayout(self)
        box.setContentsMargins(look.space(), 0, 0, 0)
        box.setSpacing(look.space(4))
        box.addWidget(self._form)
        box.addWidget(self._rule)
        box.addWidget(self.sheet, 1)
        self._rescale(None)

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        room = self.width() >= self._look.px(FORM_PX + SHEET_PX)
        wide = self._look.px(FORM_PX)
        self._form.setMinimumWidth(wide if room else 0)
        self._form.setMaximumWidth(wide if room else _ANY)
        self._rule.setVisible(room)
        self.sheet.setVisible(room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rescale(None)

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
        self.sheet.show_sheet(JOINED if self._bridge.actor.joined else DESK)
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
