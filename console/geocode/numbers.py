"""Where a house number lies on a street: its address point, or a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aliquot.console.domain.geocoding import MatchKind
from aliquot.console.geocode.gazetteer import (
    AddressPoint,
    Gazetteer,
    LatLon,
    Segment,
    SideRange,
)
from aliquot.console.geocode.plane import along, beside, metres
from aliquot.console.geocode.query import HouseNumber

OFFSET_M = 9.0  # a house stands so far beside the middle of its street
APART_M = 120.0  # point and range further apart than this: not sure
DISAGREE = "point_and_range_disagree"
_RANGE, _OTHER_SIDE, _NO_RANGE = 0.5, 6.0, 7.0
_UNSURE = 4.0
_BLOCK = 100


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a street. ``lost`` is taken off the score of the street."""

    kind: MatchKind
    lost: float
    at: LatLon
    segment: Segment | None = None
    side: str | None = None
    point: AddressPoint | None = None
    why: tuple[str, ...] = ()


def locate(all_of: Gazetteer, street: int, number: HouseNumber) -> Spot | None:
    """The best spot of a number; None for a street without numbers."""
    pointed = _pointed(all_of, street, number)
    ranged = _ranged(all_of, street, number)
    if pointed is None:
        return ranged
    if ranged is None:
        return pointed
    if ranged.kind is not MatchKind.RANGE:
        return pointed
    if metres(pointed.at, ranged.at) > APART_M:
        # One of them is wrong, or the parcel is large: the middle errs least.
        middle = (
            (pointed.at[0] + ranged.at[0]) / 2,
            (pointed.at[1] + ranged.at[1]) / 2,
        )
        return replace(
            ranged, lost=_UNSURE, at=middle, point=pointed.point, why=(DISAGREE,)
        )
    return replace(pointed, segment=ranged.segment, side=ranged.side)


def values(number: HouseNumber) -> tuple[int, ...]:
    """Numbers to look for: 45-12 may be written 4512, or be the range 45 to 12."""
    if number.second is None:
        return (number.value,)
    return (number.value, int(f"{number.value}{number.second:02d}"))


def _pointed(all_of: Gazetteer, street: int, number: HouseNumber) -> Spot | None:
    suffix = (number.suffix or (str(number.second) if number.second else "")).upper()
    for value in values(number):
        found = [all_of.points[at] for at in all_of.points_at.get((street, value), ())]
        if not found:
            continue
        same = [p for p in found if p.suffix == number.suffix]
        same = same or [p for p in found if f"{number.value}-{number.second}" == p.text]
        best = (same or found)[0]
        lost = 0.0 if same else 0.5 if not suffix or not best.suffix else 1.0
        at = (best.latitude, best.longitude)
        return Spot(MatchKind.POINT, lost, at, point=best)
    return None


def _ranged(all_of: Gazetteer, street: int, number: HouseNumber) -> Spot | None:
    ranges = all_of.ranges_of(street)
    for value in values(number):
        fits = [r for r in ranges if r.low <= value <= r.high]
        right = [r for r in fits if _parity_holds(r, value)]
        if right:
            return _spot(all_of, right[0], value, MatchKind.RANGE, _RANGE)
        if fits:
            kind = MatchKind.RANGE_OTHER_SIDE
            return _spot(all_of, fits[0], value, kind, _OTHER_SIDE)
    return _nearest(all_of, ranges, number.value)


def _share(start: int, end: int, value: int) -> float:
    """Numbers of a range are spread over the block; not into its crossings."""
    if start == end:
        return 0.5
    return 0.04 + 0.92 * (value - start) / (end - start)


def _parity_holds(found: SideRange, value: int) -> bool:
    if found.parity in ("O", "E"):
        return (value % 2 == 1) == (found.parity == "O")
    if found.parity == "B" or found.start % 2 != found.end % 2:
        return True
    return value % 2 == found.start % 2


def _spot(
    all_of: Gazetteer, found: SideRange, value: int, kind: MatchKind, lost: float
) -> Spot:
    segment = all_of.segments[found.segment]
    share = _share(found.start, found.end, min(max(value, found.low), found.high))
    latitude, longitude, east, north = along(all_of.path(segment), share)
    away = OFFSET_M if found.side == "right" else -OFFSET_M
    at = beside(latitude, longitude, north * away, -east * away)
    return Spot(kind, lost, at, segment, found.side)


def _nearest(all_of: Gazetteer, ranges: Sequence[SideRange], value: int) -> Spot | None:
    """The end of a range that is nearest to the number."""
    if not ranges:
        return None
    best = min(ranges, key=lambda r: max(r.low - value, value - r.high))
    away = max(best.low - value, value - best.high)
    lost = _NO_RANGE + min(18.0, away / 8)
    return _spot(all_of, best, value, MatchKind.NEAREST_RANGE, lost)


def block_of(all_of: Gazetteer, street: int, number: HouseNumber) -> Spot | None:
    """The middle of a hundred block: of all segments with numbers in it."""
    low, high = number.value, number.value + _BLOCK - 1
    spots = [
        _spot(
            all_of, r, (max(r.low, low) + min(r.high, high)) // 2, MatchKind.BLOCK, 1.0
        )
        for r in all_of.ranges_of(street)
        if r.low <= high and r.high >= low
    ]
    if not spots:
        return None
    north = sum(s.at[0] for s in spots) / len(spots)
    east = sum(s.at[1] for s in spots) / len(spots)
    return min(spots, key=lambda s: metres(s.at, (north, east)))
