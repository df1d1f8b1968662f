"""A location in a text that somebody sent, read out, or copied from a map.

Pure and offline: what only somebody's server knows (short links, three words) is
recognised and said to be so. Nothing here raises on any text, and the time is linear
in its length.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from aliquot.console.domain.grid import Cell, nearest_code, plus_code, usng, utm
from aliquot.console.domain.pasted_links import links
from aliquot.console.domain.pasted_pairs import pairs


class PastedKind(Enum):
    """How a location was written."""

    GEO_URI = "geo_uri"
    LINK = "link"
    AML = "aml"
    DECIMAL = "decimal"
    DMS = "dms"  # degrees with minutes, in any writing
    USNG = "usng"
    UTM = "utm"
    PLUS_CODE = "plus_code"
    THREE_WORDS = "three_words"


SAID: Mapping[str, str] = {
    "lat_lon_swapped": "latitude and longitude were the wrong way round",
    "west_sign_missing": "the minus of the longitude was missing",
    "sign_and_letter": "a sign and a letter say the half of the globe twice",
    "view_centre": "the middle of the map that was shown, not a pin",
    "several_locations": "there are other locations in the text; this is the first",
    "outside_extent": "far from here: check the place",
    "area_only": "an area, not a point",
    "no_fix": "the text says itself that it has no location",
    "not_wgs84": "a coordinate system that is not read here",
    "short_link": "a short link: only its server knows where it leads; open it",
    "short_code": "a short plus code: it says where only beside the name of a town; ask"
    " for all of it",
    "nearest_code": "a short plus code, taken as the one that is nearest to here",
    "not_resolvable": "three words: only their owner's service knows the place",
}
"""What to say of each warning."""

AREA_ONLY_M = 3000.0
_SAME_DEGREES = 2e-4  # nearer than some 20 m is the same point written twice
_NEAR_DEGREES = 5.0
_BY_HAND = (PastedKind.DECIMAL, PastedKind.DMS)
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("−–—‐‑", "-"),
        **dict.fromkeys("′’‘´`ʹ", "'"),
        **dict.fromkeys("″”“„ʺ", '"'),
        **dict.fromkeys("º˚", "°"),
        **dict.fromkeys("\u00a0\u2009\u202f\u2002\u2003", " "),
        "，": ",",
        "；": ";",
        "：": ":",
        "＋": "+",
        "．": ".",
    }
)
_USNG = re.compile(
    r"(?<![0-9A-Za-z])(?P<named>(?:USNG|MGRS)[ \t:]{1,3})?(?P<zone>[0-9]{1,2})[ \t]?"
    r"(?P<band>[C-HJ-NP-X])[ \t]{0,2}(?P<square>[A-HJ-NP-Z]{2})"
    r"(?P<digits>[ \t]{0,2}[0-9]{1,10}(?:[ \t]{1,2}[0-9]{1,5})?)?(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_PLUS = re.compile(
    r"(?<![0-9A-Za-z])[23456789CFGHJMPQRVWX]{2}(?:[23456789CFGHJMPQRVWX0]{6})"
    r"\+(?:[23456789CFGHJMPQRVWX]{2,7})?(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_SHORT_PLUS = re.compile(
    r"(?<![0-9A-Za-z+])(?=[0-9+]{0,8}[CFGHJMPQRVWX])(?:[23456789CFGHJMPQRVWX]{2}){2,3}"
    r"\+[23456789CFGHJMPQRVWX]{2,3}(?![0-9A-Za-z+])",
    re.IGNORECASE,
)
_UTM = re.compile(
    r"(?<![0-9A-Za-z])(?P<named>UTM[ \t:]{1,3})?(?P<zone>[0-9]{1,2})[ \t]?"
    r"(?P<band>[C-HJ-NP-X])[ \t,]{1,3}(?P<east>[1-8][0-9]{5}(?:\.[0-9]{1,6})?)"
    r"[ \t]?m?E?[ \t,]{1,3}(?P<north>[0-9]{5,7}(?:\.[0-9]{1,6})?)[ \t]?m?N?"
    r"(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_WORD = r"[^\W\d_]{2,24}"
_THREE_WORDS = re.compile(
    rf"(?:///|(?:what3words\.com|w3w\.co)/){_WORD}\.{_WORD}\.{_WORD}(?![\w.])",
    re.IGNORECASE,
)
_BARE_WORDS = re.compile(rf"(?!www\.){_WORD}\.{_WORD}\.{_WORD}", re.IGNORECASE)
_AML = re.compile(
    r'(?<![A-Za-z0-9])(?:A"?)?ML=([12]);((?:[a-z]{2,3}=[^;\s]{0,60};?){1,30})'
)
_WIDE = re.compile(
    r"[ \t,;&()\"'\r\n]{0,6}(?:±|\+/-|\+-|within"
    r"|(?:h(?:orizontal)?[ _-]?)?acc(?:uracy)?|unc(?:ertainty)?|radius|u(?==))"
    r"[\"']?[ \t:=]{0,3}(?P<n>[0-9]{1,6}(?:\.[0-9]{1,6})?)[ \t]{0,2}"
    r"(?P<unit>km|m(?:et(?:er|re)s?)?|ft|feet|mi(?:les?)?)?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_METRES = {"k": 1000.0, "m": 1.0, "f": 0.3048, "mi": 1609.344}


@dataclass(frozen=True, slots=True)
class PastedLocation:
    """WGS84 degrees and metres. ``latitude`` and ``longitude`` are both None for a
    notation that was recognised and cannot be resolved here. ``text``: the piece
    that was used. ``warnings``: keys of ``SAID``."""

    latitude: float | None
    longitude: float | None
    uncertainty_m: float | None
    kind: PastedKind
    text: str
    warnings: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        return self.latitude is not None

    @property
    def said(self) -> str:
        """The warnings in words, "" for none."""
        return "; ".join(SAID[code] for code in self.warnings)


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    kind: PastedKind
    point: tuple[float, float] | None
    uncertainty_m: float | None = None
    warnings: tuple[str, ...] = ()


def parse_location(
    text: str, near: tuple[float, float] | None = None
) -> PastedLocation | None:
    """The first location of a text; None when there is none.

    ``near``: latitude and longitude of a place in the agency's own ground. A pair
    that is far away, and near when its halves are changed or a minus is put before
    its longitude, is put right, which is a warning. So is one that stays far away.
    """
    plain = text.translate(_SIGNS)
    found = sorted(_all(plain), key=lambda one: one.start)
    if near is not None:
        found = [_put_right(_completed(one, plain, near), near) for one in found]
        found = [_far_told(one, near) for one in found]
    usable = [one for one in found if one.point is not None]
    if not found:
        return None
    first = (usable or found)[0]
    warnings = first.warnings
    if any(_apart(first, other) for other in usable):
        warnings = (*warnings, "several_locations")
    wide = first.uncertainty_m
    if wide is None and first.point is not None:
        wide = _width(plain, first.end)
    if wide is not None and wide > AREA_ONLY_M:
        warnings = (*warnings, "area_only")
    latitude, longitude = first.point or (None, None)
    piece = text[first.start : first.end].strip()
    return PastedLocation(latitude, longitude, wide, first.kind, piece, warnings)


def _all(text: str) -> list[_Found]:
    """What says most clearly what it is comes first; nothing is used twice."""
    left, found = text, list[_Found]()
    for find in (_aml, _links, _words, _cells, _pairs):
        taken = list[_Found]()
        end = -1
        for one in sorted(find(left), key=lambda one: (one.start, -one.end)):
            if one.start >= end:
                taken.append(one)
                end = one.end
        left = _without(left, taken)
        found += taken
    return [_not_nowhere(one) for one in found]


def _without(text: str, taken: list[_Found]) -> str:
    pieces, at = [], 0
    for one in taken:
        pieces += [text[at : one.start], "\x00" * (one.end - one.start)]
        at = one.end
    return "".join([*pieces, text[at:]])


def _not_nowhere(one: _Found) -> _Found:
    """Null island is where those are who have no location."""
    if one.point is None or max(map(abs, one.point)) > 1e-9:
        return one
    return _Found(one.start, one.end, one.kind, None, None, ("no_fix",))


def _put_right(one: _Found, near: tuple[float, float]) -> _Found:
    if one.point is None or one.kind not in _BY_HAND or _near(one.point, near):
        return one
    north, east = one.point
    for point, warning in (
        ((east, north), "lat_lon_swapped"),
        ((north, -east), "west_sign_missing"),
        ((east, -north), "lat_lon_swapped west_sign_missing"),
    ):
        if _near(point, near):
            said = (*one.warnings, *warning.split())
            return replace(one, point=point, warnings=said)
    return one


def _far_told(one: _Found, near: tuple[float, float]) -> _Found:
    if one.point is None or _near(one.point, near):
        return one
    return replace(one, warnings=(*one.warnings, "outside_extent"))


def _completed(one: _Found, text: str, near: tuple[float, float]) -> _Found:
    """A short code is that one of its kind that lies nearest."""
    if one.warnings != ("short_code",):
        return one
    cell = nearest_code(text[one.start : one.end], near)
    if cell is None:
        return one
    point = cell.latitude, cell.longitude
    said = ("nearest_code",)
    return replace(one, point=point, uncertainty_m=cell.uncertainty_m, warnings=said)


def _near(point: tuple[float, float], near: tuple[float, float]) -> bool:
    return max(abs(a - b) for a, b in zip(point, near, strict=True)) < _NEAR_DEGREES


def _apart(one: _Found, other: _Found) -> bool:
    if one.point is None or other.point is None:
        return False
    north, east = (abs(a - b) for a, b in zip(one.point, other.point, strict=True))
    return max(north, min(east, 360 - east)) > _SAME_DEGREES


def _aml(text: str) -> Iterator[_Found]:
    """Keys mean other things in the second version: ``lt`` is no latitude there."""
    for found in _AML.finditer(text):
        keys = dict(part.split("=", 1) for part in found[2].split(";") if "=" in part)
        span = found.start(), found.end()
        if found[1] == "1":
            values = [keys.get("lt"), keys.get("lg"), keys.get("rd")]
        else:
            values = [*keys.get("lo", "").split(","), None, None, None][:3]
        north, east, wide = (_float(value) for value in values)
        lost = keys.get("pm") == "N" or north is None or east is None
        if lost or north is None or east is None or abs(north) > 90 or abs(east) > 180:
            yield _Found(*span, PastedKind.AML, None, None, ("no_fix",))
        else:
            yield _Found(*span, PastedKind.AML, (north, east), wide or None)


def _links(text: str) -> Iterator[_Found]:
    for link in links(text):
        kind = PastedKind(link.kind)
        yield _Found(
            link.start,
            link.end,
            kind,
            link.point,
            link.uncertainty_m or None,
            link.warnings,
        )


def _words(text: str) -> Iterator[_Found]:
    said = ("not_resolvable",)
    bare = text.strip()
    if _BARE_WORDS.fullmatch(bare):
        at = text.index(bare)
        yield _Found(at, at + len(bare), PastedKind.THREE_WORDS, None, None, said)
        return
    for found in _THREE_WORDS.finditer(text):
        yield _Found(*found.span(), PastedKind.THREE_WORDS, None, None, said)


def _cells(text: str) -> Iterator[_Found]:
    bare = text.strip()
    for found in _USNG.finditer(text):
        cell = _usng(found, alone=found[0].strip() == bare)
        if cell is not None:
            yield _of_cell(found, PastedKind.USNG, cell)
    for found in _PLUS.finditer(text):
        cell = plus_code(found[0])
        if cell is not None:
            yield _of_cell(found, PastedKind.PLUS_CODE, cell)
    for found in _SHORT_PLUS.finditer(text):
        said = ("short_code",)
        yield _Found(*found.span(), PastedKind.PLUS_CODE, None, None, said)
    for found in _UTM.finditer(text):
        east, north = float(found["east"]), float(found["north"])
        point = utm(int(found["zone"]), found["band"].upper(), east, north)
        if point is not None:
            yield _Found(*found.span(), PastedKind.UTM, point)


def _usng(found: re.Match[str], alone: bool) -> Cell | None:
    parts = (found["digits"] or "").split()
    digits = "".join(parts)
    if len(digits) % 2 or (len(parts) == 2 and len(parts[0]) != len(parts[1])):
        return None
    if len(digits) > 10 or not (len(digits) >= 4 or alone or found["named"]):
        return None
    zone, band = int(found["zone"]), found["band"].upper()
    return usng(zone, band, found["square"].upper(), digits)


def _of_cell(found: re.Match[str], kind: PastedKind, cell: Cell) -> _Found:
    point = cell.latitude, cell.longitude
    return _Found(*found.span(), kind, point, cell.uncertainty_m)


def _pairs(text: str) -> Iterator[_Found]:
    for pair in pairs(text):
        kind, point = PastedKind(pair.notation), (pair.latitude, pair.longitude)
        yield _Found(pair.start, pair.end, kind, point, None, pair.warnings)


def _width(text: str, at: int) -> float | None:
    """Metres that stand right behind a point; 0 is not given, never exact."""
    found = _WIDE.match(text, at)
    if found is None:
        return None
    unit = (found["unit"] or "m").lower()
    metres = float(found["n"]) * _METRES["mi" if unit.startswith("mi") else unit[0]]
    return metres or None


def _float(text: str | None) -> float | None:
    if text is None or not re.fullmatch(r"[+-]?[0-9]{1,6}(?:\.[0-9]{0,15})?", text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None
