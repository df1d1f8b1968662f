"""Whether a position of a document stands where it can be, and how it is put right.

A PIDF-LO says its reference system, so less is repaired than in ALI text: axes that
cannot be so (a latitude over 90, a caller in Antarctica), and what the agency's own
extent proves. A site east of Greenwich is never mirrored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from aliquot.drivers.lines.api import Extent, LineSettings
from aliquot.drivers.lines.checks import EXTENT_MARGIN_KM, distance_outside_km

_ANTARCTIC = -60.0
_NORTH_AMERICA = (13.0, 84.0)  # latitudes
_NORTH_WEST = frozenset({"US", "CA"})


class Repair(Enum):
    """What must be done to a position. The value is the warning code for it."""

    NONE = ""
    SWAP = "lat_lon_swapped"
    MIRROR = "west_sign_missing"


OF_POINTS = frozenset({Repair.SWAP.value, Repair.MIRROR.value, "outside_extent"})


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the agency is, as far as its settings say."""

    extent: Extent | None = None
    country: str = "US"

    @classmethod
    def of(cls, settings: LineSettings) -> Ground:
        return cls(settings.extent, settings.site_country)

    def far(self, latitude: float, longitude: float) -> bool:
        """Outside the extent by more than its margin; False without an extent."""
        if self.extent is None:
            return False
        outside_km = distance_outside_km(latitude, longitude, self.extent)
        return outside_km > EXTENT_MARGIN_KM

    def repair(self, latitude: float, longitude: float) -> Repair:
        if abs(latitude) > 90 >= abs(longitude):
            return Repair.SWAP
        if self.extent is not None:
            return self._by_extent(latitude, longitude)
        low, high = _NORTH_AMERICA
        swapped = latitude < _ANTARCTIC and low <= longitude <= high
        if swapped and self.country in _NORTH_WEST:
            return Repair.SWAP
        return Repair.NONE

    def _by_extent(self, latitude: float, longitude: float) -> Repair:
        """What brings a far position home is what was wrong with it."""
        if not self.far(latitude, longitude):
            return Repair.NONE
        if abs(longitude) <= 90 and not self.far(longitude, latitude):
            return Repair.SWAP
        if longitude > 0 and not self.far(latitude, -longitude):
            return Repair.MIRROR
        return Repair.NONE

    def repair_all(self, positions: Sequence[Sequence[float]]) -> Repair:
        """One for all corners of a shape: the first that is needed."""
        found = (self.repair(*position[:2]) for position in positions)
        return next(
            (repair for repair in found if repair is not Repair.NONE), Repair.NONE
        )


def repaired(position: list[float], repair: Repair) -> list[float]:
    """Latitude, longitude and what follows, put right."""
    latitude, longitude, *rest = position
    if repair is Repair.SWAP:
        return [longitude, latitude, *rest]
    if repair is Repair.MIRROR:
        return [latitude, -longitude, *rest]
    return position
