"""What the window may ask of the console. The window knows this file and the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import Actor, Command, Outcome
from aliquot.console.domain.geocoding import Geocoder
from aliquot.console.domain.release_rows import Releases
from aliquot.console.domain.rows import (
    CallDetail,
    CallRow,
    CameraNear,
    CameraRow,
    DraftRow,
    HeardCounts,
    IncidentRow,
    LineRow,
    LogStatus,
    NoiseRow,
    NoteRow,
    PersonRow,
    UnitRow,
)

if TYPE_CHECKING:
    from aliquot.console.domain.camera_field import ListedCameras


@dataclass(frozen=True, slots=True)
class Changed:
    """What an append changed. ``subjects`` as in event heads; views re-read.

    ``subjects`` also has ``draft:…`` after a draft was saved or dropped, ``session``
    after a sign-in or sign-out, ``log`` when the state of the log changed, and
    ``cameras`` when something of a camera did: which one is never said, because the
    read side knows of listed cameras only; ``geofile`` when another one was read.
    ``stamp_ns`` is the monotonic stamp of the byte that began it, if a line did.
    """

    subjects: frozenset[str]
    stamp_ns: int | None = None

    def any_of(self, *prefixes: str) -> bool:
        return any(s.startswith(prefixes) for s in self.subjects)


class Views(Protocol):
    """The read side. Each call is one short read of the newest committed state.

    Usable from one thread: the one that called ``Desk.views()``.
    """

    def waiting_calls(self) -> tuple[CallRow, ...]:
        """Ours and not yet taken, oldest first."""
        ...

    def recent_calls(self, limit: int = 50) -> tuple[CallRow, ...]:
        """All calls, newest first, those for other positions too."""
        ...

    def heard_counts(self, limit: int = 200) -> HeardCounts:
        """Of the ``limit`` calls that began last, and of as many noises."""
        ...

    def call(self, call_id: str) -> CallDetail | None: ...

    def board(self, closed_limit: int = 50) -> tuple[IncidentRow, ...]:
        """Pending by priority and age, active likewise, closed newest first."""
        ...

    def incident(self, incident_id: str) -> IncidentRow | None: ...

    def narrative(self, incident_id: str) -> tuple[NoteRow, ...]: ...

    def units(self) -> tuple[UnitRow, ...]: ...

    def lines(self) -> tuple[LineRow, ...]: ...

    def noise(self, limit: int = 50) -> tuple[NoiseRow, ...]:
        """Newest first."""
        ...

    def drafts(self) -> tuple[DraftRow, ...]:
        """Oldest first."""
        ...

    def people(self) -> tuple[PersonRow, ...]: ...

    def log_status(self) -> LogStatus: ...

    def cameras_near(
        self,
        latitude: float,
        longitude: float,
        radius_m: float,
        uncertainty_m: float | None = None,
    ) -> tuple[CameraNear, ...]:
        """Listed cameras, nearest first. ``domain.cameras.reach_m`` says how far."""
        ...

    def cameras_within(
        self, south: float, west: float, north: float, east: float
    ) -> tuple[CameraRow, ...]:
        """Listed cameras in a box of WGS84 degrees, by id. West above east: the box
        crosses 180°."""
        ...

    def cameras_listed(
        self, between: Callable[[], None] | None = None
    ) -> ListedCameras:
        """All listed cameras, packed. Not one short read: for a thread beside, which
        lets others have their turn in ``between``, called every millisecond or so."""
        ...


class Desk(Protocol):
    """The console as one desk sees it."""

    @property
    def actor(self) -> Actor:
        """Who is signed in at this desk now."""
        ...

    @property
    def clock(self) -> Clock: ...

    def views(self) -> Views:
        """A reader for the calling thread."""
        ...

    def submit(
        self, command: Command, done: Callable[[Outcome], None] | None = None
    ) -> None:
        """Returns at once. ``done`` is called in the writer thread."""
        ...

    def subscribe(self, changed: Callable[[Changed], None]) -> Callable[[], None]:
        """``changed`` is called in the writer thread after each commit.

        The value returned ends the subscription.
        """
        ...


class ReleasingDesk(Desk, Protocol):
    """A desk that has the release side too."""

    def releases(self) -> Releases:
        """The read side of the release desk, for the calling thread."""
        ...


class PlacingDesk(Desk, Protocol):
    """A desk that knows the agency's streets, when it has a geofile."""

    def places(self) -> Geocoder | None:
        """For the GUI thread. None without a geofile, or until it is read."""
        ...
