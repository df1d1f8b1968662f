"""What stands beside the calls on the map: listed cameras, units, a region.

Choosing on either side chooses on both; nothing here moves the focus. Cameras come
from ``Views`` alone, which knows of listed ones only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot

from aliquot.console.domain.cameras import LOOK_RADIUS_M
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import CameraNear, CameraRow
from aliquot.widgets.board.units import UnitChosen, UnitsPanel
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cameras.panel import CameraChosen, CamerasPanel, place_of
from aliquot.widgets.intake.values import Point
from aliquot.widgets.map.camera_feed import CameraFeed
from aliquot.widgets.map.cameras import CameraField
from aliquot.widgets.map.model import (
    Layers,
    Look,
    MapCamera,
    MapRegion,
    MapUnit,
)
from aliquot.widgets.map.positions import AGES_MS, placed_unit
from aliquot.widgets.release.side import RegionShown
from aliquot.widgets.subject import OnHand, Subject

SPARE_DEG = 1e-6  # more than what packing takes from a place


class ShowsLayers(Protocol):
    """The part of the map panel that is used here."""

    def show_layers(self, layers: Layers) -> None: ...

    def reveal_region(self) -> None: ...

    def show_cameras(self, field: CameraField) -> None: ...

    @property
    def look(self) -> Look | None: ...

    def look_at(self, look: Look) -> None: ...


def map_camera(row: CameraRow, near: bool) -> MapCamera:
    return MapCamera(
        camera_id=row.camera_id,
        latitude=row.latitude,
        longitude=row.longitude,
        azimuth_deg=row.azimuth_deg,
        field_of_view_deg=row.field_of_view_deg,
        near=near,
    )


def box_around(
    places: Sequence[tuple[float, float]],
) -> tuple[float, float, float, float]:
    """South, west, north, east of places that lie near each other; west is above
    east where they lie on both sides of 180°."""
    latitudes = [latitude for latitude, _ in places]
    east_of = [longitude for _, longitude in places]
    west, east = min(east_of), max(east_of)
    if east - west > 180.0:
        west = min(longitude for longitude in east_of if longitude > 0)
        east = max(longitude for longitude in east_of if longitude <= 0)
    return (
        min(latitudes) - SPARE_DEG,
        west - SPARE_DEG,
        max(latitudes) + SPARE_DEG,
        east + SPARE_DEG,
    )


class MapLayers(QObject):
    """Reads again, once a burst, what a change or a movement of the view touches."""

    def __init__(
        self,
        bridge: Bridge,
        subject: Subject,
        target: ShowsLayers,
        units: UnitsPanel,
        cameras: CamerasPanel,
        parent: QObject,
        listed: CameraFeed | None = None,
    ) -> None:
        super().__init__(parent)
        self.listed = listed or CameraFeed(bridge, None, self)
        self._bridge, self._subject, self._target = bridge, subject, target
        self._units, self._cameras = units, cameras
        self._camera: str | None = None
        self._unit: str | None = None
        self._region: MapRegion | None = None
        self._spot: tuple[float, float] | None = None
        self._plain = False
        self._look: Look | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(60)
        self._soon.timeout.connect(self.refresh)
        self._ages = QTimer(self)  # positions grow old without anything happening
        self._ages.setInterval(AGES_MS)
        self._ages.timeout.connect(self._later)
        bridge.changed.connect(self._changed)
        subject.changed.connect(self._on_hand)
        units.unit_chosen.connect(self._unit_chosen)
        cameras.camera_chosen.connect(self._camera_chosen)
        self.listed.read.connect(target.show_cameras)
        self.listed.ask()
        self._soon.start()

    @Slot()
    def refresh(self) -> None:
        shown = Layers(region=self._region, spot=self._spot, plain=True)
        if not self._plain:
            units = self._units_now()
            shown = Layers(
                region=self._region,
                cameras=self._cameras_now(),
                units=units,
                camera=self._camera,
                unit=self._unit,
            )
        self._target.show_layers(shown)

    @Slot(object)
    def show(self, shown: RegionShown) -> None:
        """Plain: without cameras and units, so that only the region has colour."""
        region, plain = shown.region, shown.plain
        if (region, plain, shown.spot) == (self._region, self._plain, self._spot):
            return
        self._spot = shown.spot
        fresh = region is not None and region != self._region
        self._keep_look(region is not None or plain)
        self._region, self._plain = region, plain
        self.refresh()
        if fresh:
            self._target.reveal_region()

    def _keep_look(self, elsewhere: bool) -> None:
        """The desk's map looks again where it looked before a release was shown."""
        if elsewhere and self._look is None:
            self._look = self._target.look
        elif not elsewhere and self._look is not None:
            look, self._look = self._look, None
            self._target.look_at(look)

    def _units_now(self) -> tuple[MapUnit, ...]:
        now_us = self._bridge.now_us()
        rows = self._bridge.views.units()
        fixes = any(row.fix is not None for row in rows)
        if fixes != self._ages.isActive():
            self._ages.start() if fixes else self._ages.stop()
        placed = (placed_unit(row, now_us) for row in rows)
        return tuple(unit for unit in placed if unit is not None)

    def _cameras_now(self) -> tuple[MapCamera, ...]:
        """Those near what is on hand, and the chosen one; the page has all others.
        As they are listed now, however old the page's are."""
        near = self._near()
        found = self._rows_of(near)
        if self._camera is not None and self._camera not in found:
            found |= self._chosen_row(self._camera)
        shown = sorted(found.items())
        return tuple(map_camera(row, camera_id in near) for camera_id, row in shown)

    def _near(self) -> dict[str, CameraNear]:
        views = self._bridge.views
        place = place_of(self._subject.now, views)
        if not isinstance(place, Point):
            return {}
        found = views.cameras_near(
            place.latitude, place.longitude, LOOK_RADIUS_M, place.uncertainty_m
        )
        return {camera.camera_id: camera for camera in found}

    def _rows_of(self, near: dict[str, CameraNear]) -> dict[str, CameraRow]:
        if not near:
            return {}
        places = [(camera.latitude, camera.longitude) for camera in near.values()]
        rows = self._bridge.views.cameras_within(*box_around(places))
        return {row.camera_id: row for row in rows if row.camera_id in near}

    def _chosen_row(self, camera_id: str) -> dict[str, CameraRow]:
        place = self.listed.place_of(camera_id)
        if place is None:
            return {}
        rows = self._bridge.views.cameras_within(*box_around([place]))
        return {row.camera_id: row for row in rows if row.camera_id == camera_id}

    @Slot()
    def _later(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        if changed.any_of("unit:", "position:", "cameras", "incident:", "session"):
            self._later()

    @Slot(object)
    def _on_hand(self, _on_hand: OnHand) -> None:
        self._later()

    @Slot(object)
    def _unit_chosen(self, chosen: UnitChosen) -> None:
        self._unit = chosen.unit_id
        self._later()

    @Slot(object)
    def _camera_chosen(self, chosen: CameraChosen) -> None:
        self._camera = chosen.camera.camera_id if chosen.camera else None
        self._later()

    @Slot(object)
    def unit_clicked(self, unit_id: str) -> None:
        self._units.choose(unit_id)

    @Slot(object)
    def camera_clicked(self, camera_id: str) -> None:
        """It is ringed here; in the list only when it is near what is on hand."""
        self._camera = camera_id
        self._cameras.table.choose(camera_id)
        self._later()
