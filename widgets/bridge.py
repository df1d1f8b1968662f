"""The one object between the writer thread and the window.

The desk calls back in its writer thread; nothing of the window may run there. The
bridge keeps what came in a queue and wakes the GUI thread once, so that a burst of
appends gives one ``changed`` a turn of the event loop.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Slot

from aliquot.console.domain.commands import Actor, Command, Outcome
from aliquot.console.domain.geocoding import Geocoder
from aliquot.console.domain.ports import Changed, Desk, Views
from aliquot.console.domain.release_rows import Releases
from aliquot.widgets.release.reader import NoReleases
from aliquot.widgets.signals import SignalOf

_logger = logging.getLogger(__name__)
Settle = Callable[[Outcome], object]


@dataclass(frozen=True, slots=True)
class Settled:
    """A command has its outcome."""

    command: Command
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Woken:
    pass


class Bridge(QObject):
    """Lives in the GUI thread. ``changed`` and ``settled`` are emitted there only."""

    changed = SignalOf[Changed](object)
    settled = SignalOf[Settled](object)
    _woken = SignalOf[_Woken](object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._guard = threading.Lock()
        self._subjects: set[str] = set()
        self._stamp_ns: int | None = None
        self._outcomes: list[tuple[Command, Outcome, _Later | None]] = []
        self._awake = False
        self._closed = False
        self._views: Views | None = None
        self._releases: Releases | None = None
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = desk.subscribe(self._on_changed)

    @property
    def actor(self) -> Actor:
        return self._desk.actor

    @property
    def views(self) -> Views:
        """The reader of the GUI thread."""
        if self._views is None:
            self._views = self._desk.views()
        return self._views

    @property
    def releases(self) -> Releases:
        """The release side for the GUI thread; an empty one where a desk has none."""
        if self._releases is None:
            ask: Callable[[], Releases] = getattr(self._desk, "releases", NoReleases)
            self._releases = ask()
        return self._releases

    @property
    def places(self) -> Geocoder | None:
        """The agency's streets; None without a geofile, or until it is read."""
        ask: Callable[[], Geocoder | None] | None = getattr(self._desk, "places", None)
        return None if ask is None else ask()

    def now_us(self) -> int:
        """UTC in microseconds, by the desk's clock."""
        return self._desk.clock.now().utc_us

    def mono_ns(self) -> int:
        return self._desk.clock.now().mono_ns

    def submit(self, command: Command, done: Settle | None = None) -> None:
        """``done`` is called in the GUI thread, unless its object is gone by then."""
        later = None if done is None else _Later(done)
        self._desk.submit(command, partial(self._on_outcome, command, later))

    def close(self) -> None:
        """No signal comes after this. Idempotent."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
        self._unsubscribe()

    def _on_changed(self, changed: Changed) -> None:  # in the writer thread
        with self._guard:
            self._subjects |= changed.subjects
            if changed.stamp_ns is not None and self._stamp_ns is None:
                self._stamp_ns = changed.stamp_ns
            self._wake()

    def _on_outcome(
        self, command: Command, later: _Later | None, outcome: Outcome
    ) -> None:  # in the writer thread
        with self._guard:
            self._outcomes.append((command, outcome, later))
            self._wake()

    def _wake(self) -> None:
        """Under the guard, so that nothing is emitted after ``close``."""
        if not self._awake and not self._closed:
            self._awake = True
            self._woken.emit(_Woken())

    @Slot(object)
    def _deliver(self, _woken: object) -> None:
        with self._guard:
            if self._closed:
                return
            subjects, self._subjects = self._subjects, set()
            stamp, self._stamp_ns = self._stamp_ns, None
            outcomes, self._outcomes = self._outcomes, []
            self._awake = False
        if subjects:
            self.changed.emit(Changed(frozenset(subjects), stamp))
        for command, outcome, later in outcomes:
            self._settle(command, outcome, later)

    def _settle(self, command: Command, outcome: Outcome, later: _Later | None) -> None:
        self.settled.emit(Settled(command, outcome))
        if later is not None:
            later.call(outcome)


class _Later:
    """A call back that does not keep a closed form alive."""

    def __init__(self, done: Settle) -> None:
        self._strong: Settle | None = None
        self._weak: weakref.WeakMethod[Settle] | None = None
        if hasattr(done, "__self__"):
            self._weak = weakref.WeakMethod(done)
        else:
            self._strong = done

    def call(self, outcome: Outcome) -> None:
        done = self._strong if self._weak is None else self._weak()
        if done is None:
            return
        try:
            done(outcome)
        except Exception:
            _logger.exception("after a command's outcome")
