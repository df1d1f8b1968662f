"""What the map is told: calls that wait, calls in forms, incidents with a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot

from aliquot.console.domain.events import Json
from aliquot.console.domain.ports import Changed, Views
from aliquot.console.domain.rows import CallRow, IncidentRow, RecordRow
from aliquot.widgets import words
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.intake.fieldmap import point
from aliquot.widgets.intake.values import Point
from aliquot.widgets.map.model import CallState, MapCall, MapState, MapStatus
from aliquot.widgets.status import StatusBar
from aliquot.widgets.statuses import Shape
from aliquot.widgets.subject import OnHand, Subject
from aliquot.widgets.theme.tokens import Tone

AREA_ONLY = frozenset(("area_only", "no_fix", "uncertainty_useless"))


class ShowsCalls(Protocol):
    """The part of the map panel that is used here."""

    def show_calls(self, calls: tuple[MapCall, ...]) -> None: ...

    def select(self, call_id: str | None) -> None: ...


def map_call(
    row: CallRow, state: CallState, records: tuple[RecordRow, ...] = ()
) -> MapCall | None:
    """``records`` of the call, oldest first: the newest says its shape and tower."""
    if row.latitude is None or row.longitude is None:
        return None
    fields = records[-1].fields if records else {}
    here = (fields.get("latitude"), fields.get("longitude"))
    same = here == (row.latitude, row.longitude)
    shape = fields.get("shape") if same else None
    return MapCall(
        call_id=row.call_id,
        latitude=row.latitude,
        longitude=row.longitude,
        uncertainty_m=row.uncertainty_m,
        label=words.number_text(row.callback_number) or "no number",
        state=state,
        area_only=not AREA_ONLY.isdisjoint(row.warnings),
        shape=shape if isinstance(shape, str) else None,
        tower=_tower(fields),
    )


def records_of(row: CallRow, views: Views) -> tuple[RecordRow, ...]:
    """The newest record alone; none for a call without a sized place."""
    if row.uncertainty_m is None:
        return ()
    detail = views.call(row.call_id)
    told = [r for r in detail.records if r.kind == "ali"] if detail else []
    return tuple(told[-1:])


def _tower(fields: Mapping[str, Json]) -> tuple[float, float] | None:
    north, east = fields.get("tower_latitude"), fields.get("tower_longitude")
    if not isinstance(north, float) or not isinstance(east, float):
        return None
    return (north, east)


def map_incident(row: IncidentRow) -> MapCall | None:
    """Where help is wanted, else where the caller is."""
    caller = point(row.fields, "caller_")
    place = point(row.fields, "") or caller
    if caller and place and _same_place(place, caller):
        place = caller  # taken from the caller's point: as sure as that is
    if place is None or row.state == "closed":
        return None
    return MapCall(
        call_id=row.call_id or row.incident_id,
        latitude=place.latitude,
        longitude=place.longitude,
        uncertainty_m=place.uncertainty_m,
        label=words.incident_text(row.number),
        state="incident",
    )


def _same_place(one: Point, other: Point) -> bool:
    return (one.latitude, one.longitude) == (other.latitude, other.longitude)


class MapFeed(QObject):
    """Reads again when something changed, once a burst; never moves the focus."""

    def __init__(
        self,
        bridge: Bridge,
        subject: Subject,
        target: ShowsCalls,
        parent: QObject,
        taken: Callable[[], tuple[str, ...]],
    ) -> None:
        super().__init__(parent)
        self._bridge, self._subject = bridge, subject
        self._target, self._taken = target, taken
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(30)  # the row in the strip is painted first
        self._soon.timeout.connect(self.refresh)
        bridge.changed.connect(self._changed)
        subject.changed.connect(self._on_hand)
        self._soon.start()

    @Slot()
    def refresh(self) -> None:
        views = self._bridge.views
        found: dict[str, MapCall] = {}
        for row in views.waiting_calls():
            self._add(found, map_call(row, "waiting", records_of(row, views)))
        for call_id in self._taken():
            detail = views.call(call_id)
            if detail is not None and not self._is_closed(detail.row):
                records = records_of(detail.row, views)
                self._add(found, map_call(detail.row, "taken", records))
        for incident in views.board(closed_limit=0):
            self._add(found, map_incident(incident))
        self._target.show_calls(tuple(found.values()))
        self._on_hand(self._subject.now)

    def _is_closed(self, row: CallRow) -> bool:
        """A form of a closed incident may still be open; its call is over."""
        if row.incident_id is None:
            return False
        incident = self._bridge.views.incident(row.incident_id)
        return incident is not None and incident.state == "closed"

    def _add(self, found: dict[str, MapCall], call: MapCall | None) -> None:
        if call is not None:
            found[call.call_id] = call

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        if changed.any_of("call:", "incident:") and not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _on_hand(self, on_hand: OnHand) -> None:
        self._target.select(on_hand.call_id or on_hand.incident_id)


_MAP_SAID: dict[MapState, tuple[str, Tone, Shape]] = {
    MapState.STARTING: ("map is starting", Tone.MUTED, Shape.RING),
    MapState.READY: ("map up since {since}", Tone.AVAILABLE, Shape.DOT),
    MapState.BEHIND: ("map is behind since {since}", Tone.MUTED, Shape.RING),
    MapState.RESTARTING: ("map comes back", Tone.MUTED, Shape.RING),
    MapState.STOPPED: ("map off since {since}", Tone.DANGER, Shape.CROSS),
}


class MapSign(QObject):
    """Says the map's state in the status bar."""

    def __init__(self, status: StatusBar, parent: QObject) -> None:
        super().__init__(parent)
        self._bar = status

    @Slot(object)
    def say(self, status: MapStatus) -> None:
        text, tone, shape = _MAP_SAID[status.state]
        since = words.clock_text(status.since_us)
        self._bar.set_map(text.format(since=since), tone, shape)
