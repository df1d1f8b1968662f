"""What a screen reader is told by itself: what a sighted person would see come.

Nothing is told twice in other places: the focus and the fields speak for themselves.
"""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

_LEVEL = QAccessible.AnnouncementPoliteness


def announce(where: QWidget, text: str, *, urgent: bool = False) -> None:
    """``urgent``: it interrupts what is being read. Nothing where nobody listens."""
    if not text or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(where, text)
    event.setPoliteness(_LEVEL.Assertive if urgent else _LEVEL.Polite)
    QAccessible.updateAccessibility(event)
