"""The thread that reads all listed cameras for the map: a hundred thousand take longer
than a window may stand still."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

from aliquot.console.domain.camera_field import NONE_LISTED, ListedCameras
from aliquot.console.domain.ports import Views

_log = logging.getLogger(__name__)
_PATIENCE_S = 5.0

REST_S = 0.001

Done = Callable[[ListedCameras], None]


class _Closed(Exception):  # noqa: N818 - nobody wants the rest of it
    pass


class ListedReader(threading.Thread):
    """``views`` gives a reader for the calling thread. The thread begins with the
    first question and ends with ``close``."""

    def __init__(self, views: Callable[[], Views]) -> None:
        super().__init__(name="listed cameras", daemon=True)
        self._views = views
        self._queue: SimpleQueue[Done | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False

    def ask(self, done: Done) -> None:
        """``done`` is called in the reading thread; with no camera where they cannot
        be read, and never after ``close``."""
        with self._lock:
            if self._closed:
                return
            if not self.is_alive():
                self.start()
            self._queue.put(done)

    def close(self) -> None:
        """Idempotent."""
        with self._lock:
            self._closed = True
        self._queue.put(None)
        if self.is_alive():
            self.join(_PATIENCE_S)

    def run(self) -> None:
        while (done := self._queue.get()) is not None:
            found = self._read()
            with self._lock:
                if self._closed:
                    return
                self._tell(done, found)

    def _read(self) -> ListedCameras:
        try:
            return self._views().cameras_listed(self._give_way)
        except _Closed:
            return NONE_LISTED
        except Exception:  # noqa: BLE001 - then none is shown
            _log.exception("The listed cameras could not be read.")
            return NONE_LISTED

    def _give_way(self) -> None:
        """The window asks for its turn anew with each call of Qt, and a thread that
        goes on and on lets it wait five milliseconds each time: so this one rests. It
        ends a reading that nobody wants any more: what it reads of is closed next."""
        if self._closed:
            raise _Closed
        time.sleep(REST_S)

    def _tell(self, done: Done, found: ListedCameras) -> None:
        try:
            done(found)
        except Exception:  # noqa: BLE001 - the next question waits
            _log.exception("The listed cameras were not taken.")
