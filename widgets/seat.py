"""Whose window this is: its title, and what a second window of a profile opens on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from aliquot.console.domain import people
from aliquot.console.domain.commands import NOBODY
from aliquot.console.domain.people import Role, may
from aliquot.console.domain.ports import Changed
from aliquot.widgets.actions import Act
from aliquot.widgets.arrangement import Perspective
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.command.sign_in import person_name
from aliquot.widgets.release import rights

if TYPE_CHECKING:
    from aliquot.widgets.main_window import MainWindow

TITLE = "Aliquot"


def title_text(name: str | None, role: Role | None, position: str, joined: bool) -> str:
    """``Ben Cho, supervisor – second window joined-1 – Aliquot``."""
    who = name or "nobody signed in"
    if name and role is not None:
        who = f"{name}, {role.value}"
    where = f"second window {position}" if joined else f"position {position}"
    return f"{who} – {where} – {TITLE}"


class SeatSigns(QObject):
    """Follows sign-in and sign-out."""

    def __init__(self, bridge: Bridge, window: MainWindow) -> None:
        super().__init__(window)
        self._bridge, self._window = bridge, window
        self._person = NOBODY
        self._saw_forms = True  # what was there at the start was read at the start

    def opened(self) -> None:
        """A second window is nobody's until somebody signs in: it asks at once."""
        self.refresh(None)
        if self._bridge.actor.joined and self._person == NOBODY:
            self._window.turn_to(Perspective.RELEASES)
            self._window.drawer.open_drawer(Act.SIGN_IN)

    def refresh(self, changed: Changed | None) -> None:
        if changed is not None and not changed.any_of("session", "person:"):
            return
        actor = self._bridge.actor
        role = rights.role_here(self._bridge)
        name = person_name(self._bridge)
        self._window.setWindowTitle(
            title_text(name, role, actor.position, actor.joined)
        )
        before, self._person = self._person, actor.person
        if not actor.joined or before == actor.person:
            return
        self._show_forms(role)
        if role is not None:
            wanted = (
                Perspective.RELEASES if role is Role.SUPERVISOR else Perspective.DESK
            )
            if self._window.places.perspective is not wanted:
                self._window.turn_to(wanted)

    def _show_forms(self, role: Role | None) -> None:
        """Forms begun here come back with whoever may take calls here, and are out of
        sight of everybody else; what is typed in them is kept."""
        sees = may(role, people.Act.TAKE_CALLS, joined=True)
        if not sees:
            self._window.intake.put_away()
        elif not self._saw_forms:
            self._window.intake.recover(self._bridge.views.drafts())
        self._saw_forms = sees
