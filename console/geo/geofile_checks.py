"""What is wrong with ranges and addresses, row by row. Nothing here refuses a row.

Codes: ``bad_range`` (from and to are of different parity where the row says odd or
even, or only one of them is given), ``range_parity`` (a range of other parity than
the row says), ``overlap`` (two segments of a street and side have a number in common),
``gap`` (more than a hundred numbers between two segments of one street that touch),
``wrong_parity`` (an address whose number only the other side has), ``out_of_range``
(an address whose street has no such number), ``unknown_street`` and
``duplicate_nguid``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aliquot.console.geo.geofile_rows import Rows, Segment, Site

_GAP = 100
_SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Finding:
    """``row``: in its layer (fid). ``other``: the row that it does not agree with."""

    code: str
    layer: str
    row: int
    text: str
    other: int | None = None


@dataclass(frozen=True, slots=True)
class _Side:
    """A range of numbers of one side of a segment."""

    low: int
    high: int
    parity: str
    side: str
    segment: Segment


def findings(rows: Rows, streets: str, points: str) -> list[Finding]:
    """All findings. ``streets``, ``points``: names of the layers."""
    by_street: dict[str, list[_Side]] = defaultdict(list)
    found: list[Finding] = []
    for segment in rows.segments:
        found += _bad_ranges(segment, streets)
        by_street[segment.name.casefold()] += _sides(segment)
    for name, sides in by_street.items():
        if name:
            found += _overlaps(sides, streets)
            found += _gaps(sides, streets)
    known = {s.name.casefold() for s in rows.segments}
    for site in rows.sites:
        found += _of_site(site, known, by_street, points)
    found += _twice(rows.segments, streets)
    found += _twice(rows.sites, points)
    return found


def told(found: Sequence[Finding]) -> dict[str, Any]:
    """Counts by code, and all of them."""
    counts = Counter(f.code for f in found)
    rows = [{k: v for k, v in asdict(f).items() if v is not None} for f in found]
    return {"counts": dict(sorted(counts.items())), "findings": rows}


def _given(value: int | None) -> bool:
    return value is not None and value > 0


def _bad_ranges(segment: Segment, layer: str) -> Iterator[Finding]:
    for side, (start, end, parity) in zip(_SIDES, segment.ranges, strict=True):
        if _given(start) != _given(end):
            text = f"{segment.name}, {side}: only one end of the range, {start}-{end}."
            yield Finding("bad_range", layer, segment.row, text)
        elif start is not None and end is not None and _given(start):
            mixed = start % 2 != end % 2
            if mixed and parity in ("O", "E"):
                text = f"{segment.name}, {side}: {start}-{end} is said to be {parity}."
                yield Finding("bad_range", layer, segment.row, text)
            elif parity in ("O", "E") and (start % 2 == 1) != (parity == "O"):
                text = f"{segment.name}, {side}: {start}-{end} is said to be {parity}."
                yield Finding("range_parity", layer, segment.row, text)


def _sides(segment: Segment) -> Iterator[_Side]:
    for side, (start, end, parity) in zip(_SIDES, segment.ranges, strict=True):
        if start and end:
            low, high = sorted((start, end))
            told = parity if parity in ("O", "E") else "B"
            if told == "B" and start % 2 == end % 2 and parity != "B":
                told = "O" if start % 2 else "E"
            yield _Side(low, high, told, side, segment)


def _overlaps(sides: Sequence[_Side], layer: str) -> Iterator[Finding]:
    """Numbers that two segments have, of one parity and community."""
    ordered = sorted(sides, key=_by_low)
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if other.low > one.high:
                break
            if one.segment is other.segment or not _same_numbers(one, other):
                continue
            text = (
                f"{one.segment.name}: {one.low}-{one.high} and {other.low}-{other.high}"
                " have numbers in common."
            )
            yield Finding("overlap", layer, one.segment.row, text, other.segment.row)


def _by_low(side: _Side) -> tuple[int, int]:
    return side.low, side.segment.row


def _same_numbers(one: _Side, other: _Side) -> bool:
    community = _community(one), _community(other)
    if None not in community and community[0] != community[1]:
        return False
    return "B" in (one.parity, other.parity) or one.parity == other.parity


def _community(side: _Side) -> str | None:
    at = _SIDES.index(side.side)
    return side.segment.sides[1][at] or side.segment.sides[2][at]


def _gaps(sides: Sequence[_Side], layer: str) -> Iterator[Finding]:
    """Segments that touch, and whose numbers leave out more than a block."""
    ends: dict[tuple[float, float], list[_Side]] = defaultdict(list)
    for side in sides:
        ends[side.segment.paths[-1][-1]].append(side)
    for side in sides:
        for before in ends.get(side.segment.paths[0][0], ()):
            same = before.side == side.side and before.segment is not side.segment
            if same and side.low - before.high > _GAP:
                text = f"{side.segment.name}: nothing from {before.high} to {side.low}."
                rows = before.segment.row, side.segment.row
                yield Finding("gap", layer, rows[0], text, rows[1])


def _of_site(
    site: Site, known: set[str], by_street: dict[str, list[_Side]], layer: str
) -> Iterator[Finding]:
    name = site.street.casefold()
    digits = "".join(_leading_digits(site.number))
    if name not in known:
        text = f"{site.number} {site.street or '(no street)'}: no such street."
        yield Finding("unknown_street", layer, site.row, text)
    elif digits:
        number = int(digits)
        sides = [s for s in by_street[name] if s.low <= number <= s.high]
        if not sides:
            text = f"{site.number} {site.street}: no range has it."
            yield Finding("out_of_range", layer, site.row, text)
        elif not any(_takes(s, number) for s in sides):
            text = f"{site.number} {site.street}: its range is of the other parity."
            yield Finding("wrong_parity", layer, site.row, text)


def _leading_digits(text: str) -> Iterator[str]:
    for character in text[:9]:
        if not character.isdecimal():
            return
        yield character


def _takes(side: _Side, number: int) -> bool:
    return side.parity == "B" or (number % 2 == 1) == (side.parity == "O")


def _twice(rows: Iterable[Segment | Site], layer: str) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for row in rows:
        if row.nguid is None:
            continue
        if row.nguid in seen:
            text = f"NGUID {row.nguid} is that of another row too; both are kept."
            yield Finding("duplicate_nguid", layer, row.row, text, seen[row.nguid])
        seen.setdefault(row.nguid, row.row)
