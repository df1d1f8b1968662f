"""From the rows of a geofile to its place tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aliquot.console.geo.geofile_fields import Kind
from aliquot.console.geo.geofile_rows import Area, Rows, Segment
from aliquot.console.geo.model import (
    LEVELS,
    District,
    Grown,
    NoTree,
    Parcel,
    Ring,
    Source,
    StreetLine,
)
from aliquot.console.geo.parcels import (
    AddressPoint,
    AddressRange,
    along_ranges,
    gather,
)
from aliquot.console.geo.place_tree import place_tree_of
from aliquot.console.geo.progress import Tell

LEFT, RIGHT = -1, 1


def tree_of(rows: Rows, sha256: str, version: str, tell: Tell) -> Grown | NoTree:
    """The tree of the address points; of the ranges where there are no points.

    Ranges count numbers, not houses, so they are never mixed with points.
    """
    tell("gathering parcels")
    parcels, kind = _parcels(rows)
    return place_tree_of(
        parcels,
        _streets(rows.segments),
        _districts(rows.of_kind(Kind.POLICE)),
        water=_rings(rows.of_kind(Kind.WATER)),
        boundary=_rings(provisioned(rows)),
        source=Source(kind, sha256),
        version=version,
        tell=tell,
    )


def provisioned(rows: Rows) -> list[Area]:
    """The area the agency answers for: the PSAP's where none is provisioned."""
    return rows.of_kind(Kind.PROVISIONING) or rows.of_kind(Kind.PSAP)


def _parcels(rows: Rows) -> tuple[tuple[Parcel, ...], str]:
    points = gather(
        AddressPoint(s.latitude, s.longitude, s.street, s.number, s.community or "")
        for s in rows.sites
    )
    if len(points) >= LEVELS[0]:
        return points, "points"
    ranges = along_ranges(_ranges(rows.segments))
    return (ranges, "ranges") if len(ranges) > len(points) else (points, "points")


def _ranges(segments: Sequence[Segment]) -> Iterator[AddressRange]:
    for segment in segments:
        if len(segment.paths) != 1 or segment.limited:
            continue
        for (first, last, parity), side in zip(
            segment.ranges, (LEFT, RIGHT), strict=True
        ):
            if first is not None and last is not None:
                path = segment.paths[0]
                yield AddressRange(segment.name, path, first, last, parity, side)


def _streets(segments: Sequence[Segment]) -> Iterator[StreetLine]:
    for segment in segments:
        for path in segment.paths:
            yield StreetLine(segment.name, path, segment.limited)


def _districts(areas: Sequence[Area]) -> list[District]:
    """Beats; rows of one name are one."""
    by_name: dict[str, tuple[Ring, ...]] = {}
    for area in areas:
        by_name[area.name] = by_name.get(area.name, ()) + area.rings
    return [District(name, rings) for name, rings in by_name.items() if name]


def _rings(areas: Sequence[Area]) -> list[Ring]:
    return [ring for area in areas for ring in area.rings]
