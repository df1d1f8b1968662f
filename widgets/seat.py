"""Whose window this is: its title, and what a second window of a profile opens on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from aliquot.console.domain.commands import NOBODY
from aliquot.console.domain.people import Role
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
    """``Ben Cho, supervisor – second window at position 1 – Aliquot``."""
    who = name or "nobody signed in"
    if name and role is not None:
        who = f"{name}, {role.value}"
    where = "second window at" if joined else "desk of"
    return f"{who} – {where} position {position} – {TITLE}"


class SeatSigns(QObject):
    """Follows sign-in and sign-out."""

    def __init__(self, bridge: Bridge, window: MainWindow) -> None:
        super().__init__(window)
        self._bridge, self._window = bridge, window
        self._person = NOBODY

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
        if changed is not None:
            self._window.intake.put_away()
            self._window.intake.recover(self._bridge.views.drafts())
        if role is not None:
            wanted = (
                Perspective.RELEASES if role is Role.SUPERVISOR else Perspective.DESK
            )
            if self._window.places.perspective is not wanted:
                self._window.turn_to(wanted)
