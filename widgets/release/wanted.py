"""What the release desk asks of the window."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegionWanted:
    """The region to be seen on the map; None: none any more."""

    region_id: int | None
    spot: tuple[float, float] | None = None  # the place as the desk knows it


@dataclass(frozen=True, slots=True)
class BytesWanted:
    """A person wants to see the exact bytes."""
