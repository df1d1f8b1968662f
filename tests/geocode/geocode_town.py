"""A small town in memory: a grid, a crescent that crosses a street twice, a highway,
a Utah grid, hyphenated numbers, half numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely

from aliquot.console.geocode.districts import Districts
from aliquot.console.geocode.gazetteer import (
    AddressPoint,
    Gazetteer,
    Marker,
    Place,
    Segment,
)
from aliquot.console.geocode.geocoder import LocalGeocoder

LAT, LON = 43.0, -75.0
STEP = 0.002  # a block: some 220 m north, 160 m east


def spot(row: float, column: float) -> tuple[float, float]:
    """(latitude, longitude) of a corner of the grid."""
    return (round(LAT + row * STEP, 7), round(LON + column * STEP, 7))


class Builder:
    """Streets as runs from corner to corner, numbered by hundreds."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.segments: list[Segment] = []
        self.vertices: list[tuple[float, float]] = []
        self.nodes: list[tuple[float, float]] = []
        self.points: list[AddressPoint] = []

    def street(
        self,
        name: str,
        corners: list[tuple[float, float]],
        first: int = 100,
        community: str = "Halden",
        parity: tuple[str, str] = ("O", "E"),
    ) -> None:
        if name not in self.names:
            self.names.append(name)
        at = self.names.index(name)
        for n, (a, b) in enumerate(pairwise(corners)):
            base = first + 100 * n
            self.vertices += [(a[1], a[0]), (b[1], b[0])]
            self.segments.append(
                Segment(
                    street=at,
                    left=(base + 1, base + 99, parity[0]),
                    right=(base, base + 98, parity[1]),
                    first=len(self.vertices) - 2,
                    last=len(self.vertices),
                    start_node=self._node(a),
                    end_node=self._node(b),
                    esn=("101", "102"),
                    community=(community, community),
                )
            )

    def _node(self, at: tuple[float, float]) -> int:
        if at not in self.nodes:
            self.nodes.append(at)
        return self.nodes.index(at)

    def point(self, text: str, number: int, suffix: str, street: str,
              at: tuple[float, float]) -> None:  # fmt: skip
        self.points.append(
            AddressPoint(self.names.index(street), number, suffix, *at, text)
        )


def builder() -> Builder:
    made = Builder()
    for row, name in enumerate(("Elm Street", "Oak Avenue", "Third Street")):
        made.street(name, [spot(row, c) for c in range(5)])
    for column, name in enumerate(
        (
            "N Main Street",
            "Mount Auburn Street",
            "Saint Clair Avenue",
            "Massachusetts Avenue",
        )
    ):
        made.street(name, [spot(r, column) for r in range(4)])  # fmt: skip
    made.street("Moon Crescent", [spot(0, 4), spot(1, 4.5), spot(2, 4)])
    made.street("Far Street", [spot(-0.5, 4), spot(0, 4), spot(1, 4), spot(2, 4)])
    made.street("State Route 3", [spot(9, 0), spot(9, 4)])
    made.street("East 400 South", [spot(12, 0), spot(12, 1), spot(12, 2)], first=100)
    made.street("37th Avenue", [spot(15, 0), spot(15, 1)], first=4500)
    made.street("Fresh Pond Parkway", [spot(18, 0), spot(18, 1)])
    made.street("Oxford Street", [spot(20, 0), spot(20, 1)])
    made.street("Oxford Avenue", [spot(30, 0), spot(30, 1)])
    made.point("150", 150, "", "Elm Street", beside(0, 0.5))
    made.point("150A", 150, "A", "Elm Street", beside(0, 0.52))
    made.point("6 1/2", 6, "1/2", "Elm Street", beside(0, 0.1))
    made.point("45-12", 45, "", "37th Avenue", beside(15, 0.12))
    return made


def beside(row: float, column: float) -> tuple[float, float]:
    at = spot(row, column)
    return (at[0] + 0.0001, at[1])


def gazetteer() -> Gazetteer:
    made = builder()
    return Gazetteer(
        names=made.names,
        segments=made.segments,
        vertices=np.array(made.vertices),
        nodes=made.nodes,
        points=made.points,
        places=[
            Place("Halden High School", *spot(1.5, 1.5), "school"),
            Place("Memorial Bridge", *spot(5, 1), "bridge"),
        ],
        markers=[Marker("SR 3", 10, *spot(9, 0)), Marker("SR 3", 11, *spot(9, 4))],
        street_aliases={"Broadway": ("Oak Avenue",)},
    )


def districts() -> Districts:
    south, west = spot(-1, -1)
    north, middle, east = *spot(40, 2), spot(0, 40)[1]
    return Districts(
        [
            ("police", "Beat 1", shapely.box(west, south, middle, north).wkb),
            ("police", "Beat 2", shapely.box(middle, south, east, north).wkb),
            ("fire", "Engine 1", shapely.box(west, south, east, north).wkb),
        ]
    )


def geocoder() -> LocalGeocoder:
    return LocalGeocoder(gazetteer(), districts())
