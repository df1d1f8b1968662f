"""Acts on the caller's location: use what is offered, send a link that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from aliquot.console.domain.commands import Done, Outcome, SendLocationLink
from aliquot.console.domain.dialling import WHY_NOT, why_not_dial
from aliquot.widgets import words
from aliquot.widgets.actions import Act
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.desk_parts import Parts

NO_OFFER = "Type or paste a location where the caller is, then use it."
NO_FORM = "No form is open."


class CallerActs(QObject):
    """What came of them is said in the message line."""

    def __init__(self, bridge: Bridge, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._parts = bridge, parts
        self.acts: dict[Act, Callable[[], None]] = {
            Act.CALLER_POINT: self.use,
            Act.SEND_LINK: self.send_link,
        }

    def use(self) -> None:
        """The caller's location, with its uncertainty; never the incident's."""
        form = self._parts.tabs.current
        offer = form.fields.offer.offered if form is not None else None
        if form is None or offer is None or offer.point is None:
            said = offer.said if offer is not None else NO_OFFER
            self._say(NO_FORM if form is None else said, bad=True)
            return
        form.data = replace(form.data, caller=offer.point)
        form.fields.offer.take()
        wide = words.uncertainty_text(offer.point.uncertainty_m, None)
        self._say(f"It is the caller's location now, {wide}.")

    def send_link(self) -> None:
        """To the number in the form, for the call of the form."""
        form = self._parts.tabs.current
        if form is None:
            self._say(NO_FORM, bad=True)
            return
        number = form.fields.entries["callback_number"].text().strip()
        why = why_not_dial(number)
        if why is not None:
            self._say(f"No link is sent. {WHY_NOT[why]}", bad=True)
            return
        self._say(f"Sending a location link to {words.number_text(number)} …")
        command = SendLocationLink(number=number, call_id=form.data.call_id)
        self._bridge.submit(command, self._sent)

    def _sent(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Done):
            self._say(outcome.message, bad=True)
            return
        number = words.number_text(str(outcome.result.get("number", "")))
        self._say(
            f"The location link is sent to {number}. Its answer shows in the form."
        )

    def _say(self, text: str, bad: bool = False) -> None:
        self._parts.line.say(text, bad)
