"""Who wants to hear of changes: added from any thread, called in one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from aliquot.console.domain.ports import Changed

_log = logging.getLogger(__name__)
Listener = Callable[[Changed], None]


class Listeners:
    """A fault of one listener does not keep the others from hearing."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._all: tuple[Listener, ...] = ()

    def add(self, changed: Listener) -> Callable[[], None]:
        """The value returned ends the subscription; idempotent."""
        with self._guard:
            self._all = (*self._all, changed)

        def end() -> None:
            with self._guard:
                self._all = tuple(x for x in self._all if x is not changed)

        return end

    def publish(self, changed: Changed) -> None:
        for listener in self._all:
            try:
                listener(changed)
            except Exception:  # noqa: BLE001 - the others want to hear it too
                _log.exception("A listener of the log failed.")
