"""Where Halden's people live, and where its units and towers stand."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence

from aliquot.console.demo import names, streets
from aliquot.console.demo.county import Address, Area, CountyUnit, Street, Tower
from aliquot.console.demo.ground import Spot, along, degrees, inside

DISTRICTS = {
    # community: (ESN, fire district)
    names.CITY: ("00801", "Halden Fire"),
    "Eastmere": ("00812", "Eastmere Fire"),
    "Port Ansel": ("00823", "Port Ansel Fire"),
    "Corley Mills": ("00834", "Corley Mills Fire"),
    f"Town of {names.CITY}": ("00845", "Halden Rural Fire"),
}
LOTS = 46
_STOPS = ("park", "campus", "water")


class _Ground:
    """Answers where a spot lies; boxes first, because houses are many."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._boxed = [(a, _box(a.ring)) for a in areas]

    def holds(self, spot: Spot, kinds: Sequence[str]) -> str | None:
        for area, box in self._boxed:
            if area.kind in kinds and _in_box(spot, box) and inside(spot, area.ring):
                return area.name
        return None


def addresses(
    rng: random.Random, roads: Sequence[Street], areas: Sequence[Area]
) -> tuple[Address, ...]:
    ground = _Ground(areas)
    found: dict[tuple[str, str, int], Address] = {}
    for road in roads:
        for number, spot in _houses(rng, road):
            if ground.holds(spot, _STOPS) is not None:
                continue
            beat = ground.holds(spot, ("beat",))
            if beat is None:
                continue
            key = (road.community, road.name, number)
            found.setdefault(key, _address(road, number, None, spot, beat))
    lots = [_lot(ground, k) for k in range(LOTS)]
    halls = [_hall(ground, k, areas) for k in range(12)]
    return (*found.values(), *lots, *halls)


def _houses(rng: random.Random, road: Street) -> Iterator[tuple[int, Spot]]:
    if road.blocks:
        for block, here, there in zip(
            road.blocks, road.path, road.path[1:], strict=False
        ):
            yield from _block(rng, road.spacing_m, block, here, there)
    elif road.spacing_m > 100:
        yield from _farms(rng, road)


def _block(
    rng: random.Random, spacing: float, block: int, here: Spot, there: Spot
) -> Iterator[tuple[int, Spot]]:
    length = math.dist(here, there)
    for side in (0, 1):
        at = spacing * rng.uniform(0.6, 1.0)
        while at < length - spacing * 0.5:
            number = block + 2 * int(at / length * 49) + side
            aside = rng.uniform(13.0, 19.0) * (1 if side == 0 else -1)
            yield number, along(here, there, at / length, aside)
            at += spacing * rng.uniform(0.85, 1.4)


def _farms(rng: random.Random, road: Street) -> Iterator[tuple[int, Spot]]:
    """Country numbers: one for each ten metres from the road's beginning."""
    begun = 0.0
    for here, there in zip(road.path, road.path[1:], strict=False):
        length = math.dist(here, there)
        at = rng.uniform(20.0, 160.0)
        while at < length:
            side = rng.randrange(2)
            number = 1000 + 2 * int((begun + at) / 20) + side
            aside = rng.uniform(25.0, 80.0) * (1 if side == 0 else -1)
            yield number, along(here, there, at / length, aside)
            at += rng.uniform(70.0, 290.0)
        begun += length


def _address(
    road: Street, number: int, unit: str | None, spot: Spot, beat: str
) -> Address:
    latitude, longitude = degrees(spot)
    esn, fire = DISTRICTS[road.community]
    return Address(
        number, road.name, road.community, unit, latitude, longitude, beat, fire, esn
    )


def _lot(ground: _Ground, k: int) -> Address:
    """All of Pine Hollow is one parcel with one number; only the lots tell apart."""
    row, column = divmod(k, 12)
    spot = streets.TRAILERS(-125 + column * 22.0, -88 + row * 55.0)
    road = Street("State Rte 583", "major", names.CITY, ())
    beat = ground.holds(spot, ("beat",)) or ""
    return _address(road, 4410, f"LOT {k + 1}", spot, beat)


def _hall(ground: _Ground, k: int, areas: Sequence[Area]) -> Address:
    """The college's halls share an address too."""
    ring = next(a.ring for a in areas if a.name == "Halden Community College")
    middle = (
        sum(s[0] for s in ring) / len(ring),
        sum(s[1] for s in ring) / len(ring),
    )
    spot = along(middle, ring[k % len(ring)], 0.3 + 0.05 * (k % 7))
    road = Street("College Dr", "street", names.CITY, ())
    beat = ground.holds(spot, ("beat",)) or ""
    return _address(road, 1, f"HALL {chr(65 + k)}", spot, beat)


def _box(ring: Sequence[Spot]) -> tuple[float, float, float, float]:
    xs = [s[0] for s in ring]
    ys = [s[1] for s in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _in_box(spot: Spot, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= spot[0] <= box[2] and box[1] <= spot[1] <= box[3]


_TOWERS: tuple[tuple[int, str, str, str, str, Spot], ...] = (
    (88, "Foundry St", names.CITY, "NRWLS", "NORTH RANGE WIRELESS", (120.0, -720.0)),
    (640, "Prospect St", names.CITY, "TRILK", "TRI LAKES CELLULAR", (560.0, 380.0)),
    (15, "Quarry Ave", names.CITY, "BRMOB", "BIRCH MOBILE", (-1420.0, 260.0)),
    (
        410,
        "Orchard Hill Rd",
        names.CITY,
        "NRWLS",
        "NORTH RANGE WIRELESS",
        (2050.0, 1500.0),
    ),
    (1210, "Mere Rd", "Eastmere", "TRILK", "TRI LAKES CELLULAR", (7450.0, -2350.0)),
    (1904, "Cove Rd", "Port Ansel", "NRWLS", "NORTH RANGE WIRELESS", (-5600.0, 4900.0)),
    (1332, "Dam Rd", "Corley Mills", "BRMOB", "BIRCH MOBILE", (-250.0, -7000.0)),
    (
        2210,
        "Cobb Hill Rd",
        "Town of Halden",
        "NRWLS",
        "NORTH RANGE WIRELESS",
        (6500.0, 7300.0),
    ),
)


def towers() -> tuple[Tower, ...]:
    found = []
    for index, (number, street, community, company, name, spot) in enumerate(_TOWERS):
        latitude, longitude = degrees(spot)
        pani = 3155114600 + index * 3
        found.append(
            Tower(number, street, community, company, name, pani, latitude, longitude)
        )
    return tuple(found)


_HOMES: dict[str, Spot] = {
    "city": (240.0, 60.0),
    "west": (-1250.0, 180.0),
    "sheriff": (1450.0, -350.0),
    "eastmere": (7550.0, -2500.0),
    "ansel": (-5800.0, 5200.0),
    "corley": (140.0, -7150.0),
    "north": (1400.0, 4400.0),
    "hospital": (760.0, 640.0),
}
_UNITS: tuple[tuple[str, str, str, str], ...] = (
    *((f"1A{n}", "law", "patrol", "city") for n in range(11, 19)),
    *((f"1S{n}", "law", "supervisor", "city") for n in (1, 2)),
    ("1K1", "law", "k9", "city"),
    *((f"2A{n}", "law", "patrol", "sheriff") for n in range(11, 18)),
    ("2S1", "law", "supervisor", "sheriff"),
    *(
        (f"2A{n}", "law", "patrol", h)
        for n, h in ((21, "eastmere"), (22, "ansel"), (23, "corley"), (24, "north"))
    ),
    ("2M1", "law", "marine", "ansel"),
    *(
        (f"E{n}", "fire", "engine", h)
        for n, h in (
            (1, "city"),
            (2, "city"),
            (3, "west"),
            (4, "eastmere"),
            (5, "ansel"),
            (6, "corley"),
            (7, "north"),
        )
    ),
    ("L1", "fire", "ladder", "city"),
    ("L2", "fire", "ladder", "west"),
    ("R1", "fire", "rescue", "city"),
    ("R5", "fire", "rescue", "ansel"),
    *(
        (f"T{n}", "fire", "tanker", h)
        for n, h in ((4, "eastmere"), (5, "ansel"), (6, "corley"), (7, "north"))
    ),
    ("B1", "fire", "chief", "city"),
    ("B2", "fire", "chief", "north"),
    ("F1", "fire", "brush", "north"),
    *(
        (f"M{n}", "ems", "medic", h)
        for n, h in (
            (1, "city"),
            (2, "hospital"),
            (3, "west"),
            (4, "hospital"),
            (5, "ansel"),
            (6, "corley"),
        )
    ),
    *(
        (f"A{n}", "ems", "ambulance", h)
        for n, h in (
            (1, "hospital"),
            (2, "hospital"),
            (3, "west"),
            (4, "eastmere"),
            (5, "ansel"),
            (6, "corley"),
            (7, "north"),
            (8, "city"),
            (9, "city"),
            (10, "eastmere"),
        )
    ),
    ("S1", "ems", "supervisor", "hospital"),
    ("S2", "ems", "supervisor", "city"),
)


def units() -> tuple[CountyUnit, ...]:
    """Sixty units at their homes; those of one home stand side by side."""
    found = []
    for index, (unit_id, service, kind, home) in enumerate(_UNITS):
        x, y = _HOMES[home]
        turn = index * 2.4
        spread = 30.0 + 14.0 * (index % 7)
        spot = (x + spread * math.cos(turn), y + spread * math.sin(turn))
        latitude, longitude = degrees(spot)
        found.append(CountyUnit(unit_id, service, kind, latitude, longitude))
    return tuple(found)
