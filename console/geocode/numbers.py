"""Where a house number lies on a street: its address point, or a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aliquot.console.domain.geocoding import MatchKind
from aliquot.console.geocode.communities import community_key
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
FAR_M = 300.0  # further apart than this they are two places, each of which may be meant
_ONE_PLACE_M = 150.0
_ONE_BLOCK_M = 300.0
DISAGREE = "point_and_range_disagree"
_RANGE, _OTHER_SIDE, _NO_RANGE = 0.5, 6.0, 7.0
_UNSURE = 4.0
_BLOCK = 100
WIDE = 5_000  # numbers of one side of a segment


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
    found = spots(all_of, street, number)
    return found[0] if found else None


def spots(all_of: Gazetteer, street: int, number: HouseNumber) -> list[Spot]:
    """All spots of a number, best first: two towns, and two ends of one street that
    do not meet, may each have the number under the same name."""
    pointed = _pointed(all_of, street, number)
    ranged = _ranged(all_of, street, number)
    if not pointed:
        return ranged
    if not ranged or ranged[0].kind is not MatchKind.RANGE:
        return pointed
    if len(pointed) == len(ranged) == 1:
        return _reconciled(pointed[0], ranged[0])
    near = [min(ranged, key=lambda r: metres(r.at, s.at)) for s in pointed]
    close = [metres(r.at, s.at) <= APART_M for s, r in zip(pointed, near, strict=True)]
    found = [_on(s, r) for s, r, c in zip(pointed, near, close, strict=True) if c]
    if all(close):
        return found + [r for r in ranged if _in_another_community(r, found)]
    found += [r for r in ranged if _elsewhere(r, found)]
    return found + [_astray(s) for s, c in zip(pointed, close, strict=True) if not c]


def _astray(pointed: Spot) -> Spot:
    """Far from its street's range it is in a large parcel most often: the street is
    told before it."""
    return replace(pointed, lost=pointed.lost + 1.0, why=(DISAGREE,))


def _reconciled(pointed: Spot, ranged: Spot) -> list[Spot]:
    apart = metres(pointed.at, ranged.at)
    if apart <= APART_M:
        return [_on(pointed, ranged)]
    if _in_another_community(ranged, [pointed]):
        return [pointed, ranged]
    if apart > FAR_M:
        return [replace(ranged, why=(DISAGREE,)), _astray(pointed)]
    # One of them is wrong, or the parcel is large: the middle errs least.
    (a, b), (c, d) = pointed.at, ranged.at
    middle = ((a + c) / 2, (b + d) / 2)
    return [
        replace(ranged, lost=_UNSURE, at=middle, point=pointed.point, why=(DISAGREE,))
    ]


def _on(pointed: Spot, ranged: Spot) -> Spot:
    return replace(pointed, segment=ranged.segment, side=ranged.side)


def _elsewhere(ranged: Spot, found: Sequence[Spot]) -> bool:
    return all(metres(ranged.at, spot.at) > APART_M for spot in found)


def _in_another_community(ranged: Spot, found: Sequence[Spot]) -> bool:
    """Not where the points are, and by name not in their town."""
    mine = _own_communities(ranged)
    theirs = [_own_communities(spot) for spot in found]
    return bool(mine) and all(their and not mine & their for their in theirs)


def communities_of(spot: Spot) -> frozenset[str]:
    """Keys of the communities that a spot is said to lie in, by the post too."""
    point, segment = spot.point, spot.segment
    names = set(point.names) if point else set()
    if segment is not None:
        names.update(segment.called(spot.side))
    return frozenset(map(community_key, names))


def _own_communities(spot: Spot) -> frozenset[str]:
    """Without the names that two towns may share: one post office serves several."""
    point, segment = spot.point, spot.segment
    names = set(point.own_names) if point else set()
    if segment is not None:
        names.update(segment.own_names(spot.side))
    return frozenset(map(community_key, names))


def _apart(found: Sequence[Spot], within: float) -> list[list[Spot]]:
    """In groups; each lies nearer than ``within`` metres to another of its group."""
    groups: list[list[Spot]] = []
    for spot in found:
        near = [g for g in groups if any(metres(spot.at, o.at) <= within for o in g)]
        merged = [spot for group in near for spot in group]
        groups = [g for g in groups if g not in near]
        groups.append([*merged, spot])
    return groups


def values(number: HouseNumber) -> tuple[int, ...]:
    """Numbers to look for: 45-12 may be written 4512, or be the range 45 to 12."""
    if number.second is None:
        return (number.value,)
    return (number.value, int(f"{number.value}{number.second:02d}"))


def _pointed(all_of: Gazetteer, street: int, number: HouseNumber) -> list[Spot]:
    suffix = (number.suffix or (str(number.second) if number.second else "")).upper()
    for value in values(number):
        found = [all_of.points[at] for at in all_of.points_at.get((street, value), ())]
        if not found:
            continue
        same = [p for p in found if p.suffix == number.suffix]
        same = same or [p for p in found if f"{number.value}-{number.second}" == p.text]
        lost = 0.0 if same else 0.5 if not suffix or not found[0].suffix else 1.0
        all_spots = [
            Spot(MatchKind.POINT, lost, (p.latitude, p.longitude), point=p)
            for p in same or found
        ]
        return _firsts(all_spots)
    return []


def _firsts(found: list[Spot]) -> list[Spot]:
    """The first of those that lie together."""
    if len(found) < 2:
        return found
    return [group[0] for group in _apart(found, _ONE_PLACE_M)]


def _ranged(all_of: Gazetteer, street: int, number: HouseNumber) -> list[Spot]:
    ranges = all_of.ranges_of(street)
    for value in values(number):
        fits = [r for r in ranges if r.low <= value <= r.high]
        right = [r for r in fits if _parity_holds(r, value)]
        kind = MatchKind.RANGE if right else MatchKind.RANGE_OTHER_SIDE
        lost = _RANGE if right else _OTHER_SIDE
        found = [_in_range(all_of, r, value, kind, lost) for r in right or fits]
        if found:
            return _firsts(found)
    nearest = _nearest(all_of, ranges, number.value)
    return [nearest] if nearest else []


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


def _in_range(
    all_of: Gazetteer, found: SideRange, value: int, kind: MatchKind, lost: float
) -> Spot:
    """Less sure in a range that is wider than any block: 1 to 99999 has all numbers."""
    spot = _spot(all_of, found, value, kind, lost)
    if found.high - found.low <= WIDE:
        return spot
    return replace(spot, lost=lost + _UNSURE, why=("wide_range",))


def _nearest(all_of: Gazetteer, ranges: Sequence[SideRange], value: int) -> Spot | None:
    """The end of a range that is nearest to the number."""
    if not ranges:
        return None
    best = min(ranges, key=lambda r: max(r.low - value, value - r.high))
    away = max(best.low - value, value - best.high)
    lost = _NO_RANGE + min(18.0, away / 8)
    return _spot(all_of, best, value, MatchKind.NEAREST_RANGE, lost)


def blocks(all_of: Gazetteer, street: int, number: HouseNumber) -> list[Spot]:
    """The middle of a hundred block: of all segments with numbers in it. More than
    one where the street has the block in more than one part of the county."""
    low, high = number.value, number.value + _BLOCK - 1
    found = [
        _spot(
            all_of, r, (max(r.low, low) + min(r.high, high)) // 2, MatchKind.BLOCK, 1.0
        )
        for r in all_of.ranges_of(street)
        if r.low <= high and r.high >= low
    ]
    return [_middle(group) for group in _apart(found, _ONE_BLOCK_M)]


def _middle(group: Sequence[Spot]) -> Spot:
    north = sum(s.at[0] for s in group) / len(group)
    east = sum(s.at[1] for s in group) / len(group)
    return min(group, key=lambda s: metres(s.at, (north, east)))
