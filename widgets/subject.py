"""What is on hand: the form or the incident that keys and notes speak of."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from aliquot.widgets.signals import SignalOf


@dataclass(frozen=True, slots=True)
class OnHand:
    """``form_id`` for a form not created yet, else ``incident_id``; both None: nothing.

    ``title`` names it for a person. ``call_id`` is the call that began it, if any.
    """

    form_id: str | None = None
    incident_id: str | None = None
    title: str = ""
    call_id: str | None = None

    @property
    def key(self) -> str | None:
        return self.incident_id or self.form_id


class Subject(QObject):
    """Holds what is on hand. Set by the forms, the board and F6; never by a line."""

    changed = SignalOf[OnHand](object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = OnHand()

    @property
    def now(self) -> OnHand:
        return self._now

    def take(self, on_hand: OnHand) -> None:
        if on_hand != self._now:
            self._now = on_hand
            self.changed.emit(on_hand)
