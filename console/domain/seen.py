"""What of the read side somebody may see: a filter over ``Views``.

What is hidden is absent: no row, no placeholder. Each method is written out, so
that a new one of ``Views`` is seen by nobody at a second window until it is decided
here who sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from aliquot.console.domain.camera_field import NONE_LISTED, ListedCameras
from aliquot.console.domain.people import SEES_JOINED, Sight, parse_role
from aliquot.console.domain.ports import Views
from aliquot.console.domain.release_rows import (
    PreviewRow,
    RegionRow,
    ReleaseDetail,
    ReleaseRow,
    Releases,
    TreeWaiting,
)
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

T = TypeVar("T")


def sights_joined(person_id: str, people: tuple[PersonRow, ...]) -> frozenset[Sight]:
    """What a person sees at a second window; nothing when nobody knows the person."""
    roles = (p.role for p in people if p.person_id == person_id)
    role = parse_role(next(roles, ""))
    return SEES_JOINED[role]


def noise_seen(row: NoiseRow, sights: AbstractSet[Sight]) -> NoiseRow:
    """As many bytes, but zero ones, for who may not see what callers' records say."""
    if Sight.CALLS in sights:
        return row
    return replace(row, raw=bytes(len(row.raw)))


def unit_seen(row: UnitRow, sights: AbstractSet[Sight]) -> UnitRow:
    """Neither the incident nor the place, which tells it, to who sees no incidents."""
    if Sight.INCIDENTS in sights:
        return row
    return replace(
        row,
        incident_id=None,
        incident_number=None,
        latitude=None,
        longitude=None,
        fix=None,
    )


class SeenViews:
    """``ports.Views`` through the eyes of a person.

    ``person`` gives who looks, at each read. ``own_form`` tells whether a draft was
    begun at this desk; those of other desks are not listed.
    """

    def __init__(
        self,
        inner: Callable[[], Views],
        person: Callable[[], str],
        own_form: Callable[[str], bool],
    ) -> None:
        self._inner = inner
        self._person = person
        self._own_form = own_form

    @property
    def sights(self) -> frozenset[Sight]:
        """Of now: a role that was changed counts from the next read."""
        return sights_joined(self._person(), self._inner().people())

    def waiting_calls(self) -> tuple[CallRow, ...]:
        return self._if(Sight.CALLS, lambda: self._inner().waiting_calls(), ())

    def recent_calls(self, limit: int = 50) -> tuple[CallRow, ...]:
        return self._if(Sight.CALLS, lambda: self._inner().recent_calls(limit), ())

    def heard_counts(self, limit: int = 200) -> HeardCounts:
        sights = self.sights
        found = self._inner().heard_counts(limit)
        if Sight.CALLS not in sights:
            found = replace(found, abandoned=0, elsewhere=0)
        return found if Sight.LINES in sights else replace(found, noise={})

    def call(self, call_id: str) -> CallDetail | None:
        return self._if(Sight.CALLS, lambda: self._inner().call(call_id), None)

    def board(self, closed_limit: int = 50) -> tuple[IncidentRow, ...]:
        return self._if(Sight.INCIDENTS, lambda: self._inner().board(closed_limit), ())

    def incident(self, incident_id: str) -> IncidentRow | None:
        return self._if(
            Sight.INCIDENTS, lambda: self._inner().incident(incident_id), None
        )

    def narrative(self, incident_id: str) -> tuple[NoteRow, ...]:
        return self._if(
            Sight.INCIDENTS, lambda: self._inner().narrative(incident_id), ()
        )

    def units(self) -> tuple[UnitRow, ...]:
        sights = self.sights
        if Sight.UNITS not in sights:
            return ()
        return tuple(unit_seen(row, sights) for row in self._inner().units())

    def lines(self) -> tuple[LineRow, ...]:
        return self._if(Sight.LINES, lambda: self._inner().lines(), ())

    def noise(self, limit: int = 50) -> tuple[NoiseRow, ...]:
        sights = self.sights
        if Sight.LINES not in sights:
            return ()
        return tuple(noise_seen(row, sights) for row in self._inner().noise(limit))

    def drafts(self) -> tuple[DraftRow, ...]:
        """Those of this desk, oldest first."""
        if Sight.CALLS not in self.sights:
            return ()
        rows = self._inner().drafts()
        return tuple(row for row in rows if self._own_form(row.form_id))

    def people(self) -> tuple[PersonRow, ...]:
        """All, or oneself alone."""
        everybody, me = self._inner().people(), self._person()
        if Sight.PEOPLE in sights_joined(me, everybody):
            return everybody
        return tuple(row for row in everybody if row.person_id == me)

    def log_status(self) -> LogStatus:
        """To everybody: it tells of nobody."""
        return self._inner().log_status()

    def cameras_near(
        self,
        latitude: float,
        longitude: float,
        radius_m: float,
        uncertainty_m: float | None = None,
    ) -> tuple[CameraNear, ...]:
        if Sight.CAMERAS not in self.sights:
            return ()
        return self._inner().cameras_near(latitude, longitude, radius_m, uncertainty_m)

    def cameras_within(
        self, south: float, west: float, north: float, east: float
    ) -> tuple[CameraRow, ...]:
        if Sight.CAMERAS not in self.sights:
            return ()
        return self._inner().cameras_within(south, west, north, east)

    def cameras_listed(
        self, between: Callable[[], None] | None = None
    ) -> ListedCameras:
        if Sight.CAMERAS not in self.sights:
            return NONE_LISTED
        return self._inner().cameras_listed(between)

    def _if(self, sight: Sight, read: Callable[[], T], nothing: T) -> T:
        return read() if sight in self.sights else nothing


HIDDEN = "Releases are shown to dispatchers and supervisors who have signed in."


class SeenReleases:
    """``release_rows.Releases`` for who sees releases; empty for others."""

    def __init__(
        self, inner: Callable[[], Releases], sights: Callable[[], frozenset[Sight]]
    ) -> None:
        self._inner = inner
        self._sights = sights

    @property
    def _seen(self) -> Releases | None:
        return self._inner() if Sight.RELEASES in self._sights() else None

    def problem(self) -> str | None:
        seen = self._seen
        return HIDDEN if seen is None else seen.problem()

    def queue(self, limit: int = 200) -> tuple[ReleaseRow, ...]:
        seen = self._seen
        return () if seen is None else seen.queue(limit)

    def candidates(self, limit: int = 100) -> tuple[PreviewRow, ...]:
        seen = self._seen
        return () if seen is None else seen.candidates(limit)

    def preview(self, incident_id: str, phrase: str | None = None) -> PreviewRow | None:
        seen = self._seen
        return None if seen is None else seen.preview(incident_id, phrase)

    def detail(self, release_id: str) -> ReleaseDetail | None:
        seen = self._seen
        return None if seen is None else seen.detail(release_id)

    def region(self, region_id: int) -> RegionRow | None:
        seen = self._seen
        return None if seen is None else seen.region(region_id)

    def tree_waiting(self) -> TreeWaiting | None:
        seen = self._seen
        return None if seen is None else seen.tree_waiting()


if TYPE_CHECKING:
    _is_views: type[Views] = SeenViews
    _is_releases: type[Releases] = SeenReleases
