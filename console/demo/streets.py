"""Where Halden's streets, waters, parks and beats lie."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Sequence

from aliquot.console.demo import beats, names
from aliquot.console.demo.county import Area, Street
from aliquot.console.demo.grid import Grid, SuperBlock, uneven
from aliquot.console.demo.ground import (
    Spot,
    Turn,
    along,
    blob,
    inside,
    ribbon,
    river_x,
)

COUNTY_RING: tuple[Spot, ...] = (
    (-14800, -11900),
    (-6000, -12300),
    (2500, -12250),
    (3500, -13600),
    (11800, -13400),
    (14900, -13100),
    (15100, -4000),
    (13700, -2600),
    (14000, 6800),
    (15300, 12300),
    (5200, 12700),
    (-3900, 12500),
    (-11900, 12900),
    (-12600, 9500),
    (-15200, 8800),
    (-14700, -900),
)
PORT_ANSEL: Spot = (-5900.0, 5300.0)
EASTMERE: Spot = (7600.0, -2600.0)
CORLEY: Spot = (river_x(-7200.0) + 420.0, -7200.0)
LAKE = blob((-8300.0, 6900.0), 1750.0, ((2, 0.22, 0.4), (3, 0.1, 1.9), (5, 0.04, 0.7)))
FOREST = blob((8700.0, 6400.0), 2400.0, ((2, 0.15, 1.0), (4, 0.1, 0.3), (7, 0.03, 2)))
POND = blob((CORLEY[0] - 620.0, -6500.0), 330.0, ((2, 0.3, 0.9), (3, 0.12, 0.2)))
CITY = blob((480.0, 120.0), 2850.0, ((2, 0.08, 0.3), (3, 0.06, 1.1), (5, 0.04, 2.2)))
TRAILERS = Turn(1750.0, -1650.0, 12.0)


def _east_bank(spot: Spot) -> bool:
    """The old town ends at the river and on a rounded outer line."""
    x, y = spot
    return x > river_x(y) + 75 and math.hypot(x - 480, (y - 60) * 0.95) < 1190


def _west_bank(spot: Spot) -> bool:
    x, y = spot
    return x < river_x(y) - 75 and math.hypot(x + 1050, y + 20) < 1260


def _old_town(rng: random.Random) -> Grid:
    return Grid(
        names.CITY,
        Turn(-150.0, 0.0, 8.0, 34.0, 620.0),
        uneven(rng, -560.0, 14, 100.0, 190.0),
        uneven(rng, -1080.0, 16, 95.0, 190.0),
        names.OLD_TOWN_ALONG,
        names.OLD_TOWN_ACROSS,
        frozenset({"Main St", "Haddon Ave", "Mill St"}),
        (
            SuperBlock("park", "Founders Green", 5, 7, 8, 9),
            SuperBlock("park", "Keyes Park", 9, 11, 3, 5),
            SuperBlock("campus", "Halden Central School", 8, 10, 11, 13),
            SuperBlock("park", "Holcomb Cemetery", 10, 12, 8, 10),
        ),
        _east_bank,
        19.0,
    )


def _west_side(rng: random.Random) -> Grid:
    return Grid(
        names.CITY,
        Turn(-1760.0, 120.0, -7.0, 42.0, 700.0),
        uneven(rng, -520.0, 9, 175.0, 295.0),
        uneven(rng, -1000.0, 10, 150.0, 265.0),
        tuple(reversed(names.WEST_ALONG)),
        tuple(
            "W " + n if n in {"Main St", "Mill St"} else n for n in names.WEST_ACROSS
        ),
        frozenset({"W Main St", "Granite Ave", "W Mill St"}),
        (
            SuperBlock("campus", "Halden Community College", 2, 4, 5, 7),
            SuperBlock("park", "Quarry Ponds Park", 4, 6, 1, 3),
        ),
        _west_bank,
        24.0,
    )


def _quarter(
    rng: random.Random,
    turn: Turn,
    along_names: Sequence[str],
    across: Sequence[str],
    keep: Callable[[Spot], bool],
) -> Grid:
    """A later quarter of the city with its own slant."""
    return Grid(
        names.CITY,
        turn,
        uneven(rng, -380.0, len(along_names), 130.0, 235.0),
        uneven(rng, -320.0, len(across), 110.0, 210.0),
        tuple(along_names),
        tuple(across),
        frozenset(),
        (),
        keep,
        23.0,
    )


def _village(rng: random.Random, name: str, spot: Spot, turn: float) -> Grid:
    labels = names.VILLAGES[name]
    return Grid(
        name,
        Turn(spot[0], spot[1], turn, 18.0, 420.0),
        uneven(rng, -190.0, 3, 120.0, 210.0),
        uneven(rng, -330.0, 5, 130.0, 210.0),
        (labels[1], labels[0], labels[2]),
        ("", labels[3], "", labels[4], ""),
        frozenset(),
        (),
        lambda at: not inside(at, LAKE) and not inside(at, POND),
        34.0,
    )


def _grids(rng: random.Random) -> tuple[Grid, ...]:
    """The same grids for areas and for streets: they draw from their own dice."""
    dice = random.Random(rng.getrandbits(32))
    return (
        _old_town(dice),
        _west_side(dice),
        _quarter(
            dice,
            Turn(640.0, 1790.0, 24.0, 50.0, 420.0),
            names.NORTH_ALONG,
            names.NORTH_ACROSS,
            lambda at: math.dist(at, (640, 1850)) < 520,
        ),
        _quarter(
            dice,
            Turn(420.0, -1720.0, -16.0, 40.0, 420.0),
            names.SOUTH_ALONG,
            names.SOUTH_ACROSS,
            lambda at: math.dist(at, (420, -1700)) < 480,
        ),
        _village(dice, "Eastmere", EASTMERE, 14.0),
        _village(dice, "Port Ansel", PORT_ANSEL, -38.0),
        _village(dice, "Corley Mills", CORLEY, 4.0),
    )


def river() -> tuple[Spot, ...]:
    rows = [y * 200.0 for y in range(-59, 62)]
    middle = [(river_x(y), y) for y in rows]
    return ribbon(middle, [34.0 + 9.0 * math.sin(y / 700.0) for y in rows])


def areas(rng: random.Random) -> tuple[Area, ...]:
    state = rng.getstate()
    grids = _grids(rng)
    rng.setstate(state)
    strip = [(river_x(y) + 62.0, y) for y in (-800, -600, -400, -200, -60)]
    lot = [(-150, -110), (150, -110), (165, 105), (-140, 120)]
    return (
        Area("boundary", names.COUNTY, COUNTY_RING),
        Area("boundary", "City of Halden", CITY),
        *beats.beats(CITY, COUNTY_RING),
        Area("park", "Cobb Hill State Forest", FOREST),
        Area("park", "Riverside Park", ribbon(strip, [20, 26, 24, 26, 18])),
        *(area for grid in grids for area in grid.areas()),
        Area(
            "campus",
            "Pine Hollow mobile home park",
            tuple(TRAILERS(u, v) for u, v in lot),
        ),
        Area("water", names.RIVER, river()),
        Area("water", names.LAKE, LAKE),
        Area("water", "Corley Millpond", POND),
    )


def streets(rng: random.Random, known: Sequence[Area]) -> tuple[Street, ...]:
    found: list[Street] = []
    grids = _grids(rng)
    for grid in grids:
        found.extend(s for s in grid.streets(rng) if s.name)
    found.extend(_joins(found))
    found.extend(_orchard())
    found.extend(_trailer_lanes())
    found.extend(_country(rng))
    return tuple(found)


def _end(town: Sequence[Street], name: str, east: bool) -> Spot:
    spots = [s.path[-1 if east else 0] for s in town if s.name == name]
    return max(spots) if east else min(spots)


def _near(town: Sequence[Street], spot: Spot) -> Spot:
    """The corner next to a spot."""
    return min((s for t in town for s in t.path), key=lambda at: math.dist(at, spot))


def _joins(town: Sequence[Street]) -> list[Street]:
    """Bridges of Main and Mill over the river, and how they reach the highways."""
    found = []
    for name, far in (("Main St", (1715.0, 330.0)), ("Mill St", (1660.0, 960.0))):
        bridge = (_end(town, f"W {name}", True), _end(town, name, False))
        found.append(Street(name, "major", names.CITY, bridge))
        last = _end(town, name, True)
        out = (last, along(last, far, 0.5, 18.0), far)
        found.append(Street(name, "major", names.CITY, out))
    west = (_end(town, "W Main St", False), (-2420.0, 60.0))
    north = (_near(town, (560.0, 1130.0)), _near(town, (640.0, 1500.0)))
    south = (_near(town, (420.0, -1080.0)), _near(town, (420.0, -1400.0)))
    found.append(Street("W Main St", "major", names.CITY, west))
    found.append(Street("Grove St", "street", names.CITY, north))
    found.append(Street("Grove St", "street", names.CITY, south))
    return found


def _arc(middle: Spot, radius: float, start: int, end: int) -> tuple[Spot, ...]:
    turns = [math.radians(a) for a in range(start, end + 1, 15)]
    return tuple(
        (middle[0] + radius * math.cos(t), middle[1] + radius * math.sin(t) * 0.8)
        for t in turns
    )


def _orchard() -> list[Street]:
    """An estate of arcs, a hill road through it, and courts that end in the grass."""
    middle = (2420.0, 1180.0)
    found = []
    for index, (radius, start, end) in enumerate(
        ((170, -60, 210), (320, -75, 180), (470, -60, 165), (620, -30, 120))
    ):
        path = _arc(middle, radius, start, end)
        found.append(_estate(names.ORCHARD[index], path))
    hill = [
        along((1660.0, 960.0), (3020.0, 1790.0), k / 8, 60 * math.sin(k))
        for k in range(9)
    ]
    found.append(_estate(names.ORCHARD[4], tuple(hill)))
    for index, turn in enumerate((15, 50, 85, 115, 150)):
        angle = math.radians(turn)
        root = (
            middle[0] + 470 * math.cos(angle),
            middle[1] + 376 * math.sin(angle),
        )
        tip = (root[0] + 105 * math.cos(angle + 0.3), root[1] + 95 * math.sin(angle))
        found.append(_estate(names.ORCHARD[5 + index], (root, tip)))
    return found


def _estate(name: str, path: tuple[Spot, ...]) -> Street:
    blocks = tuple(100 * (k + 1) for k in range(len(path) - 1))
    return Street(name, "street", names.CITY, path, blocks, 21.0)


def _trailer_lanes() -> list[Street]:
    loop = [(-120, -70), (120, -70), (125, 70), (-115, 75), (-120, -70)]
    middle = [(-120, 2), (122, 0)]
    return [
        Street("Hollow Loop", "street", names.CITY, tuple(TRAILERS(u, v) for u, v in p))
        for p in (loop, middle)
    ]


def _wander(
    rng: random.Random, stops: Sequence[Spot], wobble_m: float, step_m: float = 700.0
) -> tuple[Spot, ...]:
    path: list[Spot] = [stops[0]]
    for here, there in itertools.pairwise(stops):
        pieces = max(1, round(math.dist(here, there) / step_m))
        for k in range(1, pieces):
            aside = rng.uniform(-wobble_m, wobble_m)
            path.append(along(here, there, k / pieces, aside))
        path.append(there)
    return tuple(path)


def _country(rng: random.Random) -> list[Street]:
    """Routes from town to the county line, and lanes between them."""
    c14, c22, c37, c51, c63, c8 = names.COUNTY_ROADS
    routes: tuple[tuple[str, str, tuple[Spot, ...]], ...] = (
        (
            "State Rte 583",
            "major",
            (
                (2600, -13500),
                (1900, -5200),
                (1500, -1500),
                (1715, 330),
                (1660, 960),
                (1300, 3600),
                (3100, 12600),
            ),
        ),
        ("State Rte 596", "major", ((-14700, -2400), (-7000, -1500), (-2420, 60))),
        (c14, "major", ((1715, 330), (4200, -700), EASTMERE, (15000, -5300))),
        (
            c22,
            "street",
            ((-2000, 760), (-4000, 3400), PORT_ANSEL, (-5200, 9300), (-8600, 12600)),
        ),
        (
            c37,
            "street",
            (
                (430, -2000),
                (-60, -2700),
                (CORLEY[0] - 900, -4200),
                CORLEY,
                (-2400, -12200),
            ),
        ),
        (c51, "street", ((1300, 3600), (6200, 4100), (13900, 3600))),
        (c63, "street", ((EASTMERE[0], EASTMERE[1]), (9600, -8200), (11600, -13300))),
        (c8, "street", ((-7000, -1500), (-9100, -6400), (-10400, -12000))),
    )
    found = [_rural(rng, n, k, stops, 90.0) for n, k, stops in routes]
    for name, (here, there) in zip(names.LANES, _lanes(), strict=True):
        found.append(_rural(rng, name, "street", (here, there), 150.0))
    return found


def _lanes() -> tuple[tuple[Spot, Spot], ...]:
    return (
        ((1900, -5200), (7900, -3700)),
        ((6200, 4100), (6700, 9800)),
        ((-4000, 3400), (1350, 3500)),
        ((-7000, -1500), (-5900, 5200)),
        ((1900, -5200), (CORLEY[0], -7100)),
        ((CORLEY[0], -7300), (-9300, -6800)),
        ((-12900, -2300), (-13200, 5600)),
        ((4200, -700), (6200, 4000)),
        ((9600, -8200), (2400, -9200)),
        ((10800, -3500), (11300, 3700)),
        ((-5300, 9000), (1900, 8200)),
        ((-2200, -10400), (-9800, -9800)),
        ((6700, 9800), (13900, 9200)),
        ((-13200, 5600), (-14500, 7900)),
        ((-8600, -1800), (-8300, 4300)),
        ((2100, -8000), (9100, -6700)),
        ((1600, 6200), (6300, 7400)),
        ((-4700, -1100), (-5100, -6700)),
    )


def _rural(
    rng: random.Random, name: str, kind: str, stops: Sequence[Spot], wobble: float
) -> Street:
    path = _wander(rng, stops, wobble)
    return Street(name, kind, f"Town of {names.CITY}", path, (), 210.0)
