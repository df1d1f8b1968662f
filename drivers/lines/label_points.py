"""Latitudes and longitudes of labelled text: which belong together, which count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from aliquot.drivers.lines.checks import is_in_marianas
from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.label_layout import Quirks
from aliquot.drivers.lines.label_take import ROLES, Taken
from aliquot.drivers.lines.label_text import FlatText
from aliquot.drivers.lines.layouts import Kind
from aliquot.drivers.lines.numbers import digits

_PAIR = ("latitude", "longitude")
_TOWERS = {"latitude": "tower_latitude", "longitude": "tower_longitude"}
_AXES = frozenset((*_PAIR, *_TOWERS.values()))
# Words right in front of a point, or of its label, that say whose it is.
_OF_TOWER = re.compile(
    r"(?<![A-Z])(?:TOWER|TWR|(?:CELL )?SITE|ANTENNA|BASE STATION|TORRE|TOUR|ANTENNE|ANTENA)[ ]?"
    r"(?:LAT[A-Z]*/LON[A-Z]*|LOCATION|LOC|POSITION|POS|POINT|COORDINATES|COORDS?|XY)?[ ]?[:=#-]?[ \n]{0,3}\Z"
)
_OF_TOWER_BYTES = 40
_WRAPPED = re.compile(r"(?<![\d.])\d{1,3}\.\d{0,3} ?\n ?\d{1,8}(?![\d.:/-])")
_REST_OF_NUMBER = re.compile(
    r"(?<=\d)\n(?=\d{1,5}[ ]{0,3}(?:\Z|\n|[A-Za-z][A-Za-z0-9 #]{0,18}[:=]))"
)
_WHOLE_NUMBERS = frozenset((Kind.METRES, Kind.PERCENT, Kind.ESN, Kind.ALTITUDE))
_DECIMALS = re.compile(r"\.(\d*)\Z")
_COPY = re.compile(r"\((\d{6,8})/(\d{7,9})\)")
_COPY_SCALE = 100_000
_COPY_SLACK = 2  # rounded or cut
_LEAST_DECIMALS = 3
_SOME_DECIMALS = 4
_MANY_DECIMALS = 5  # with fewer the feed is coarse, and little is lost
_PART_OF_PERCENT = re.compile(r"0\d?|10?")


def is_of_tower(text: str, at: int) -> bool:
    """What stands at ``at`` is said to be the place of a tower, not of a caller."""
    before = text[max(at - _OF_TOWER_BYTES, 0) : at].upper()
    return _OF_TOWER.search(before) is not None


def part_towers(taken: list[Taken], text: str) -> list[Taken]:
    """``SITE LAT: LON:`` is a tower's point: also where only one half of it says so.

    Else a point would be made of the one's latitude and the other's longitude.
    """
    values = _each_once(one for one in taken if one.name in _AXES)
    towers: set[int] = set()
    at = 0
    while at < len(values):
        whole = at + 1 < len(values) and _axis(values[at]) != _axis(values[at + 1])
        point = values[at : at + 1 + whole]
        if any(one.name not in _PAIR or is_of_tower(text, one.at) for one in point):
            towers |= {one.piece.strip().index[0] for one in point}
        at += len(point)
    return [
        replace(one, name=_TOWERS[one.name])
        if one.name in _PAIR and not one.blank and one.piece.strip().index[0] in towers
        else one
        for one in taken
    ]


def _each_once(taken: Iterable[Taken]) -> list[Taken]:
    """Values in the order of the text, each by the first rule that has taken it."""
    values: dict[int, Taken] = {}
    for one in taken:
        if not one.blank:
            values.setdefault(one.piece.strip().index[0], one)
    return [values[at] for at in sorted(values)]


def _axis(one: Taken) -> str:
    return one.name.removeprefix("tower_")


def take_bids(taken: list[Taken], bids: bool, draft: Draft) -> list[Taken]:
    """One value a field: of several answers for one call the last one.

    Without ``bids`` the first value of a field counts, as ``take`` does it; of several
    points the first one, and never one's latitude with the other's longitude.
    """
    pairs = _pairs(taken)
    points = {(a.piece.text.strip(), b.piece.text.strip()) for a, b in pairs}
    several = len(points) > 1 or any(len(_texts(taken, name)) > 1 for name in _PAIR)
    if several:
        draft.warn("several_locations")
    if bids and pairs and _blank_behind(taken, pairs[-1]):
        draft.warn("old_position")  # of the answer before the last one
    if not bids:
        first = pairs[0] if pairs and several else None
        return [
            one for one in taken if one.name not in _PAIR or not first or one in first
        ]
    keep = pairs[-1] if pairs else ()
    out: list[Taken] = []
    for one in taken:
        if one.name in _PAIR and keep:
            if one in keep:
                out.append(one)
            continue
        if one.name in ROLES and _differ(one, out):
            draft.warn("label_guessed")
        if not one.blank and one.kind is not Kind.TEXT:
            out = [before for before in out if before.name != one.name]
        out.append(one)
    return out


def _texts(taken: list[Taken], name: str) -> set[str]:
    return {
        one.piece.text.strip() for one in taken if one.name == name and not one.blank
    }


def _blank_behind(taken: list[Taken], pair: tuple[Taken, Taken]) -> bool:
    """A later answer for the same call has labels of a point and no point."""
    last = max(one.at for one in pair)
    return any(one.blank and one.at > last for one in taken if one.name in _PAIR)


def _differ(one: Taken, others: list[Taken]) -> bool:
    """The text has two numbers for the same thing."""
    texts = {digits(other.piece.text) for other in others if other.name == one.name}
    return not one.blank and bool(texts - {None, digits(one.piece.text)})


def _pairs(taken: list[Taken]) -> list[tuple[Taken, Taken]]:
    """Neighbouring values of both kinds, in the order of the text, each once."""
    both = _each_once(one for one in taken if one.name in _PAIR)
    found: list[tuple[Taken, Taken]] = []
    at = 0
    while at + 1 < len(both):
        if both[at].name != both[at + 1].name:
            found.append((both[at], both[at + 1]))
            at += 1
        at += 1
    return found


def place_points(quirks: Quirks, draft: Draft) -> None:
    """What the layout says of its points: swapped labels, a minus that lacks."""
    latitude, longitude = draft.fields.get("latitude"), draft.fields.get("longitude")
    if not isinstance(latitude, float) or not isinstance(longitude, float):
        return
    if quirks.swap_lat_lon and not _is_north_west(latitude, longitude):
        spans = draft.spans["latitude"], draft.spans["longitude"]
        draft.put_at("latitude", longitude, spans[1])
        draft.put_at("longitude", latitude, spans[0])
        draft.swap_rules("latitude", "longitude")
        draft.warn("lat_lon_swapped")
        latitude, longitude = longitude, latitude
    if is_in_marianas(latitude, longitude):
        return  # east, as it says
    if quirks.west_unsigned and 0 < longitude <= 180 and 0 < latitude <= 72:
        draft.put_at("longitude", -longitude, draft.spans["longitude"])
        draft.warn("west_sign_missing")


def _is_north_west(latitude: float, longitude: float) -> bool:
    """The labels are right after all: the feed was put in order."""
    return 0 < latitude <= 72 and longitude < -50


def warn_of_cut_points(taken: list[Taken], end: int, draft: Draft) -> None:
    """A value at the very end of a text that has fewer decimals than its twin."""
    pairs = _pairs(taken)
    alone = [one for one in taken if one.name in _PAIR and not one.blank]
    if not pairs and len(alone) == 1:
        draft.warn("cut", "no_fix")
    if not pairs:
        return
    first, last = pairs[-1]
    sizes = [len(found[1]) for one in (first, last) if (found := _decimals(one))]
    if len(sizes) == 2 and max(sizes) >= max(_SOME_DECIMALS, min(sizes) + 2):
        draft.warn("cut")  # a feed has as many for both, but for a zero at the end
    value = last.piece.strip()
    if not value.index or value.index[-1] + 1 < end:
        return
    if len(sizes) == 2 and sizes[1] < sizes[0]:
        draft.warn("cut")
        if sizes[1] < _LEAST_DECIMALS and sizes[0] >= _MANY_DECIMALS:
            draft.drop(last.name)


def warn_of_wraps(taken: list[Taken], flat: FlatText, draft: Draft) -> None:
    """A value of few decimals at the end of a line, and digits begin the next one."""
    begins = {
        at for one in taken if one.name in _AXES for at in one.piece.strip().index[:2]
    }
    if any(flat.index[cut.start()] in begins for cut in _WRAPPED.finditer(flat.text)):
        draft.warn("cut")


def without_cut_numbers(
    taken: list[Taken], flat: FlatText, draft: Draft
) -> list[Taken]:
    """Without a number that ends the longest line where the next one begins with more
    digits and a label: ``UNC: 2/5 CNF: 90`` was 25 metres, and 2 would be too good.
    ``flat``: the text before anything was joined."""
    text = flat.text
    widest = max(len(line) for line in text.split("\n"))
    cut: set[int] = set()
    for rest in _REST_OF_NUMBER.finditer(text):
        begin = text.rfind("\n", 0, rest.start()) + 1
        if rest.start() - begin == widest:
            cut.add(flat.index[rest.start() - 1])
    kept = [
        one
        for one in taken
        if one.kind not in _WHOLE_NUMBERS
        or one.blank
        or one.piece.strip().index[-1] not in cut
    ]
    if len(kept) < len(taken):
        draft.warn("cut")
    return kept


def warn_of_copy(flat: FlatText, draft: Draft) -> None:
    """The point once more in 1/100000 degrees, without signs, is another point."""
    point = [draft.fields.get(name) for name in _PAIR]
    copy = _COPY.search(flat.text)
    if copy is None or not all(isinstance(one, float) for one in point):
        return
    for one, digits_of in zip(point, copy.groups(), strict=True):
        if abs(abs(float(str(one))) * _COPY_SCALE - int(digits_of)) > _COPY_SLACK:
            draft.warn("several_locations")


def _decimals(one: Taken) -> re.Match[str] | None:
    return _DECIMALS.search(one.piece.text.strip())


def drop_cut_percent(taken: list[Taken], end: int, draft: Draft) -> None:
    """Where a percentage has three digits, at the very end a part of one is no value.

    ``09`` and ``10`` begin one of those; 90 begins none and is whole.
    """
    for one in taken:
        value = one.piece.strip()
        short = _PART_OF_PERCENT.fullmatch(value.text) is not None
        if one.name == "confidence_pct" and short and value.index[-1] + 1 >= end:
            draft.drop("confidence_pct")
            draft.warn("cut")
