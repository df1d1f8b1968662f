"""The words for a region, of street names and a few constants.

A street is named only if as many parcels are addressed to it as the finest level
asks for: a lane of one house would name the house.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from aliquot.console.geo.model import LatLon
from aliquot.console.geo.plane import Floats
from aliquot.console.geo.streets import Net, Run

BETWEEN = "{street} between {first} and {second}"
NEAR = "{street} near {first}"
PLAIN = "{street}"
AROUND_TWO = "around {first} and {second}"
AROUND_ONE = "around {first}"
NEAREST = "near {first}"
NAMELESS = "area in {district}"
UNNAMED = "area"
PART = "{label}, {part} part"
NUMBERED = "{label}, part {part}"

ALONG_SHARE = 0.6  # of the parcels on one street, for a label along that street
NEAREST_TRIED = 100  # points along streets
SLACK_M = 15.0  # a crossing this little inside the stretch still ends it
PARTS = ("northern", "southern", "eastern", "western", "middle")


@dataclass(frozen=True, slots=True)
class Naming:
    """What a label is made from. ``xy``: metres, ``at``: the label point on the
    plane."""

    xy: Floats
    streets: Sequence[str]
    street: str  # the label point's
    at: tuple[float, float]
    district: str


class Namer:
    def __init__(self, net: Net, usable: frozenset[str]) -> None:
        self._net = net
        self._usable = usable

    def label(self, region: Naming) -> str:
        counted = Counter(s for s in region.streets if s in self._usable)
        order = sorted(counted, key=lambda name: (-counted[name], name))
        if order and counted[order[0]] >= ALONG_SHARE * len(region.streets):
            return self._along(order[0], region)
        if len(order) > 1:
            return AROUND_TWO.format(first=order[0], second=order[1])
        if order or region.street in self._usable:
            return AROUND_ONE.format(first=(order or [region.street])[0])
        if nearest := self._nearest(region.at):
            return NEAREST.format(first=nearest)
        if region.district:
            return NAMELESS.format(district=region.district)
        return UNNAMED

    def _along(self, street: str, region: Naming) -> str:
        run = self._run(street, region.at)
        if run is None:
            return AROUND_ONE.format(first=street)
        spots = [p for p, s in zip(region.xy, region.streets, strict=True)
                 if s == street]  # fmt: skip
        along = shapely.line_locate_point(run.line, shapely.points(np.array(spots)))
        first, second = self._ends(run, float(along.min()), float(along.max()))
        ends = [name for name in (first, second) if name]
        if len(set(ends)) == 2:
            return BETWEEN.format(street=street, first=ends[0], second=ends[1])
        if ends:
            return NEAR.format(street=street, first=ends[0])
        return PLAIN.format(street=street)

    def _nearest(self, at: tuple[float, float]) -> str:
        """The nearest street that may be named, within a hundred points of one."""
        names = self._net.samples[1]
        if not names:
            return ""
        _, found = self._net.nearest_samples(np.array([at]), NEAREST_TRIED)
        near = (names[n] for n in found[0].tolist())
        return next((name for name in near if name in self._usable), "")

    def _run(self, street: str, at: tuple[float, float]) -> Run | None:
        runs = self._net.runs.get(street, ())
        if len(runs) < 2:
            return runs[0] if runs else None
        lines = np.array([run.line for run in runs], object)
        return runs[int(np.argmin(shapely.distance(lines, shapely.Point(*at))))]

    def _ends(self, run: Run, low: float, high: float) -> tuple[str, str]:
        """The streets that bound the stretch from low to high, empty for none."""
        known = [(at, name) for at, name in run.crossings if name in self._usable]
        before = [name for at, name in known if at <= low + SLACK_M and at < high]
        after = [name for at, name in known if at >= high - SLACK_M and at > low]
        return (before[-1] if before else "", after[0] if after else "")


def told_apart(labels: Sequence[str], places: Sequence[LatLon]) -> list[str]:
    """The labels, each once: those that came more than once get a part each."""
    told = list(labels)
    of_label: dict[str, list[int]] = defaultdict(list)
    for n, label in enumerate(labels):
        of_label[label].append(n)
    used = set(of_label)
    for label, same in of_label.items():
        if len(same) > 1:
            for n, text in zip(same, _parts(label, same, places, used), strict=True):
                told[n] = text
    return told


def _parts(
    label: str, same: Sequence[int], places: Sequence[LatLon], used: set[str]
) -> list[str]:
    """The ways to tell apart regions of one label: by side if that does, else by
    number from north to south."""
    sides = _sides([places[n] for n in same])
    texts = [PART.format(label=label, part=side) for side in sides]
    if len(set(sides)) < len(sides) or used & set(texts):
        order = sorted(range(len(same)), key=lambda i: (-places[same[i]][0],
                                                        places[same[i]][1]))  # fmt: skip
        start = 1
        while any(NUMBERED.format(label=label, part=start + i) in used for i in order):
            start += 1
        for rank, i in enumerate(order):
            texts[i] = NUMBERED.format(label=label, part=start + rank)
    used.update(texts)
    return texts


def _sides(places: Sequence[LatLon]) -> list[str]:
    south, north = min(p[0] for p in places), max(p[0] for p in places)
    west, east = min(p[1] for p in places), max(p[1] for p in places)
    upright = (north - south) >= (east - west) * 0.75
    names = ("southern", "northern") if upright else ("western", "eastern")
    low, high = (south, north) if upright else (west, east)
    along = [p[0] if upright else p[1] for p in places]
    return [
        names[0] if a == low else names[1] if a == high else "middle" for a in along
    ]
