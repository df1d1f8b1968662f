"""A half-typed form on disk within a second, and no more often than is needed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from aliquot.console.domain.commands import DropDraft, SaveDraft
from aliquot.console.domain.events import Json
from aliquot.widgets.bridge import Bridge

QUIET_MS = 250  # saved when the typing pauses
LONGEST_MS = 900  # and at the latest so long after the first letter


class DraftSaver(QObject):
    """Saves one form. ``read`` gives the body as it stands when the time has come."""

    def __init__(
        self,
        bridge: Bridge,
        form_id: str,
        read: Callable[[], dict[str, Json]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._form_id, self._read = bridge, form_id, read
        self._saved = False
        self._held = False
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self.flush)
        self._longest = QTimer(self)
        self._longest.setSingleShot(True)
        self._longest.setInterval(LONGEST_MS)
        self._longest.timeout.connect(self.flush)

    @property
    def waiting(self) -> bool:
        return self._longest.isActive()

    def touch(self) -> None:
        """Something was typed."""
        if self._held:
            return
        self._quiet.start()
        if not self._longest.isActive():
            self._longest.start()

    @Slot()
    def flush(self) -> None:
        """Save now."""
        if self._held:
            return
        self._stop()
        self._saved = True
        self._bridge.submit(SaveDraft(form_id=self._form_id, body=self._read()))

    def flush_if_waiting(self) -> None:
        if self.waiting:
            self.flush()

    def hold(self) -> None:
        """A command that ends the draft is under way: save nothing after it."""
        self._held = True
        self._stop()

    def release(self) -> None:
        """The command did not end the draft after all: it is saved again."""
        self._held = False
        self.touch()

    def begin_again(self, form_id: str) -> None:
        """The draft has ended; what comes now belongs to another one."""
        self._form_id, self._saved, self._held = form_id, False, False
        self._stop()

    def already_saved(self) -> None:
        self._saved = True

    def drop(self) -> None:
        """The person is done with it."""
        self._stop()
        self._held = True
        if self._saved:
            self._bridge.submit(DropDraft(form_id=self._form_id))

    def _stop(self) -> None:
        self._quiet.stop()
        self._longest.stop()
