"""Grid references: USNG/MGRS and plus codes into WGS84 degrees. Pure computation.

Transverse Mercator after Krüger, to the sixth order: within the zones far better
than a millimetre. The polar grids (letters A, B, Y, Z) are not read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_SEMI_MAJOR = 6_378_137.0
_FLATTENING = 1 / 298.257223563
_SCALE = 0.9996
_N = _FLATTENING / (2 - _FLATTENING)
_RECTIFYING = _SEMI_MAJOR / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64 + _N**6 / 256)
_ALPHA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49_561 * _N**4 / 161_280,
)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161_280,
)
_DELTA = (
    2 * _N - 2 * _N**2 / 3 - 2 * _N**3 + 116 * _N**4 / 45,
    7 * _N**2 / 3 - 8 * _N**3 / 5 - 227 * _N**4 / 45,
    56 * _N**3 / 15 - 136 * _N**4 / 35,
    4279 * _N**4 / 630,
)
_ECCENTRICITY = math.sqrt(_FLATTENING * (2 - _FLATTENING))
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")  # by zone modulo 3
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_HUNDRED_KM = 100_000
_PLUS = "23456789CFGHJMPQRVWX"


@dataclass(frozen=True, slots=True)
class Cell:
    """The middle of a cell in degrees, and how far its corners are from it, in
    metres: who gives a cell may be anywhere in it."""

    latitude: float
    longitude: float
    uncertainty_m: float


def usng(zone: int, band: str, square: str, digits: str) -> Cell | None:
    """A reference in its parts: 18, T, WL, 8562811322. ``digits``: an even number of
    them, 0 to 10. None when there is no such cell."""
    column = _COLUMNS[zone % 3].find(square[0])
    row = _ROWS.find(square[1])
    place = _BANDS.find(band)
    if not 1 <= zone <= 60 or min(column, row, place) < 0:
        return None
    half = len(digits) // 2
    size = 10 ** (5 - half)
    east = (column + 1) * _HUNDRED_KM + int(digits[:half] or 0) * size
    offset = 5 if zone % 2 == 0 else 0
    north = (row - offset) % 20 * _HUNDRED_KM + int(digits[half:] or 0) * size
    south_edge = -80.0 + 8 * place
    lowest, _ = _forward(south_edge, 0.0)
    lowest = math.floor((lowest - 60_000) / _HUNDRED_KM) * _HUNDRED_KM
    north += math.ceil((lowest - north) / 2e6) * 2e6
    latitude, from_middle = _inverse(north + size / 2, east + size / 2 - 500_000)
    top = 84.0 if band == "X" else south_edge + 8
    near = size / 100_000 + 0.01  # a cell that the band's edge cuts through
    if not south_edge - near <= latitude <= top + near or abs(from_middle) > 9:
        return None
    longitude = (zone * 6 - 183 + from_middle + 180) % 360 - 180
    return Cell(latitude, longitude, size / math.sqrt(2))


def plus_code(code: str) -> Cell | None:
    """A full code (``87M9WH22+22``), at least to the sign. None: not a code."""
    letters = code.upper().replace("+", "").rstrip("0")
    if len(letters) % 2 and len(letters) < 10:
        return None
    north, east, step_north, step_east = -90.0, -180.0, 400.0, 400.0
    for at in range(0, min(len(letters), 10), 2):
        step_north, step_east = step_north / 20, step_east / 20
        north += _PLUS.index(letters[at]) * step_north
        east += _PLUS.index(letters[at + 1]) * step_east
    for letter in letters[10:15]:
        step_north, step_east = step_north / 5, step_east / 4
        row, column = divmod(_PLUS.index(letter), 4)
        north, east = north + row * step_north, east + column * step_east
    latitude, longitude = north + step_north / 2, east + step_east / 2
    if latitude >= 90 or longitude >= 180:
        return None
    wide = step_east * math.cos(math.radians(latitude))
    return Cell(latitude, longitude, math.hypot(step_north, wide) / 2 * 111_320)


def nearest_code(short: str, near: tuple[float, float]) -> Cell | None:
    """A code without its first four or two letters (``9V8W+2J``), as the place of that
    name that lies nearest to ``near``, a latitude and longitude."""
    lost = 8 - short.index("+")
    step = 20.0 if lost == 2 else 1.0
    front = ""
    north, east = near[0] + 90, (near[1] + 180) % 360
    for size in (20.0, 1.0)[: lost // 2]:
        front += _PLUS[int(north // size)] + _PLUS[int(east // size)]
        north, east = north % size, east % size
    cell = plus_code(front + short)
    if cell is None:
        return None
    latitude = cell.latitude + _nearer(cell.latitude - near[0], step)
    longitude = cell.longitude + _nearer(cell.longitude - near[1], step)
    if abs(latitude) >= 90:
        return None
    return Cell(latitude, (longitude + 180) % 360 - 180, cell.uncertainty_m)


def _nearer(away: float, step: float) -> float:
    return -step if away > step / 2 else step if away < -step / 2 else 0.0


def utm(zone: int, band: str, east: float, north: float) -> tuple[float, float] | None:
    """Metres of a zone of the grid as latitude and longitude; None where they do not
    lie in its band."""
    place = _BANDS.find(band)
    if not 1 <= zone <= 60 or place < 0:
        return None
    south_edge = -80.0 + 8 * place
    if south_edge < 0:
        north -= 10_000_000
    latitude, from_middle = _inverse(north, east - 500_000)
    top = 84.0 if band == "X" else south_edge + 8
    if not south_edge - 0.01 <= latitude <= top + 0.01 or abs(from_middle) > 9:
        return None
    return latitude, (zone * 6 - 183 + from_middle + 180) % 360 - 180


def _forward(latitude: float, from_middle: float) -> tuple[float, float]:
    """Degrees to metres: north of the equator, east of the central meridian."""
    phi, lam = math.radians(latitude), math.radians(from_middle)
    sine = math.sin(phi)
    tangent = math.sinh(
        math.atanh(sine) - _ECCENTRICITY * math.atanh(_ECCENTRICITY * sine)
    )
    xi = math.atan2(tangent, math.cos(lam))
    eta = math.atanh(math.sin(lam) / math.hypot(1, tangent))
    north, east = xi, eta
    for j, alpha in enumerate(_ALPHA, 1):
        north += alpha * math.sin(2 * j * xi) * math.cosh(2 * j * eta)
        east += alpha * math.cos(2 * j * xi) * math.sinh(2 * j * eta)
    return _SCALE * _RECTIFYING * north, _SCALE * _RECTIFYING * east


def _inverse(north: float, east: float) -> tuple[float, float]:
    """Metres to degrees: latitude, and longitude from the central meridian."""
    xi, eta = north / (_SCALE * _RECTIFYING), east / (_SCALE * _RECTIFYING)
    xi_, eta_ = xi, eta
    for j, beta in enumerate(_BETA, 1):
        xi_ -= beta * math.sin(2 * j * xi) * math.cosh(2 * j * eta)
        eta_ -= beta * math.cos(2 * j * xi) * math.sinh(2 * j * eta)
    chi = math.asin(math.sin(xi_) / math.cosh(eta_))
    phi = chi
    for j, delta in enumerate(_DELTA, 1):
        phi += delta * math.sin(2 * j * chi)
    lam = math.atan2(math.sinh(eta_), math.cos(xi_))
    return math.degrees(phi), math.degrees(lam)
