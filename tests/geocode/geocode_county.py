"""A county of two towns in memory: both have streets of the same names, and one has a
street in two parts that do not meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from geocode_town import Builder, districts, spot

from aliquot.console.domain.geocoding import Candidate
from aliquot.console.geocode.gazetteer import Gazetteer, Marker, Place
from aliquot.console.geocode.geocoder import LocalGeocoder
from aliquot.console.geocode.plane import metres

FAR = 200  # rows between the towns: some 44 km


def county() -> LocalGeocoder:
    made = Builder()
    for town, row in (("Alder", 0), ("Birch Falls", FAR)):
        made.street("Elm Street", [spot(row, c) for c in range(5)], community=town)
        made.street(
            "North Main Street", [spot(row + r, 1) for r in range(4)], community=town
        )
        made.street(
            "East 400 South", [spot(row - 4, c) for c in range(5)], community=town
        )
        made.street(
            "South 400 East", [spot(row - r, 4) for r in range(5)], community=town
        )
        made.street(
            "East 300 South", [spot(row - 3, c) for c in range(5)], community=town
        )
    made.street("South Main Street", [spot(-1, 1), spot(-2, 1)], community="Alder")
    made.street("Ash Street", [spot(6, 0), spot(6, 1)], community="Alder")
    made.street("Ash Street", [spot(20, 0), spot(20, 1)], community="Alder")
    made.street("Fir Street", [spot(22, 0), spot(22, 1)], community="Alder")
    made.street("Highland Lake Road", [spot(24, 0), spot(24, 3)], community="Alder")
    made.street("State Route 3", [spot(26, 0), spot(26, 3)], community="Alder")
    made.street("Interstate 80", [spot(28, 0), spot(28, 9)], community="Alder")
    made.point("150", 150, "", "Elm Street", spot(0, 0.5))
    made.point("150", 150, "", "Elm Street", spot(FAR, 0.5))
    made.point("24-6", 24, "6", "Fir Street", spot(22, 0.2))
    made.point("246", 246, "", "Fir Street", spot(29, 0.9))
    communities = {0: "Alder", 1: "Birch Falls"}
    points = [
        replace(p, community=communities.get(n, "Alder"))
        for n, p in enumerate(made.points)
    ]
    gazetteer = Gazetteer(
        names=made.names,
        segments=made.segments,
        vertices=np.array(made.vertices),
        nodes=made.nodes,
        points=points,
        places=[
            Place("Walmart Supercenter", *spot(31, 1)),
            Place("St. Mary's Hospital", *spot(31, 2)),
            Place("Hilltop School (annex)", *spot(31, 3)),
            Place("Hilltop School", *spot(35, 3)),
        ],
        markers=[Marker("I 80", mile, *spot(28, mile)) for mile in range(10)],
    )
    return LocalGeocoder(gazetteer, districts())


GEO = county()


def best(text: str) -> Candidate:
    found = GEO.geocode(text)
    assert found, text
    return found[0]


def away(found: Candidate, at: tuple[float, float]) -> float:
    return metres((found.latitude, found.longitude), at)
