"""What is wrong with ranges and addresses, row by row. Nothing here refuses a row.

Codes: ``bad_range`` (from and to are of different parity where the row says odd or
even, or only one of them is given), ``range_parity`` (a range of other parity than
the row says), ``wide_range`` (over 5,000 numbers on one side of a segment), ``overlap`` (two segments of a street and side have a number in common),
``gap`` (more than a hundred numbers between two segments of one street that touch),
``wrong_parity`` (an address whose number only the other side has), ``out_of_range``
(an address whose street has no such number), ``no_number`` (an address without one),
``unknown_street`` and ``duplicate_nguid``.

A range that overlaps a great many others is told of ``MOST`` times and the rest is
counted: one range of 1 to 99999 must not bury what else is wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice, repeat, takewhile
from typing import Any

from aliquot.console.geo.geofile_rows import Rows, Segment, Site
from aliquot.console.geo.progress import Tell, counted, silent

MOST = 20  # findings of one kind for one side of a segment
_GAP = 100
_WIDE = 5_000  # a range over more numbers is looked at for every address
_SIDES = ("left", "right")
_RANGES, _ADDRESSES = "checking ranges", "checking addresses"


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


def findings(
    rows: Rows, streets: str, points: str, tell: Tell = silent
) -> list[Finding]:
    """All findings. ``streets``, ``points``: names of the layers."""
    by_street: dict[str, list[_Side]] = defaultdict(list)
    found: list[Finding] = []
    for segment in rows.segments:
        found += _bad_ranges(segment, streets)
        by_street[segment.name.casefold()] += _sides(segment)
    for name, sides in counted(by_street.items(), len(by_street), _RANGES, tell):
        if name:
            found += _overlaps(sides, streets)
            found += _gaps(sides, streets)
    for row, text in rows.unread:
        found.append(Finding("bad_range", streets, row, f"{text} is no number."))
    known = {name: _Numbers(sides) for name, sides in by_street.items()}
    for site in counted(rows.sites, len(rows.sites), _ADDRESSES, tell):
        found += _of_site(site, known, points)
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
            if abs(end - start) > _WIDE:
                text = f"{segment.name}, {side}: {start}-{end} is wider than any block."
                yield Finding("wide_range", layer, segment.row, text)


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
    by_community: dict[str | None, list[_Side]] = defaultdict(list)
    for side in sides:
        by_community[_community(side)].append(side)
    anywhere = by_community.pop(None, [])
    for members in by_community.values():
        yield from _overlaps_among(members, members + anywhere, layer)
    yield from _overlaps_among(anywhere, anywhere, layer)


def _overlaps_among(
    own: Sequence[_Side], sides: Sequence[_Side], layer: str
) -> Iterator[Finding]:
    """Of pairs of which one at least is of ``own``. Each pair once."""
    ours = {id(side) for side in own}
    ordered = sorted(sides, key=_by_low)
    for at, one in enumerate(ordered):
        pairs = (
            (one, other)
            for other in takewhile(_begins_by(one.high), islice(ordered, at + 1, None))
            if (id(one) in ours or id(other) in ours)
            and one.segment is not other.segment
            and _same_numbers(one, other)
        )
        yield from map(_overlap, islice(pairs, MOST), repeat(layer))
        if rest := sum(1 for _ in pairs):
            text = f"{one.segment.name}: {one.low}-{one.high} and {rest} more ranges."
            yield Finding("overlap", layer, one.segment.row, text)


def _begins_by(number: int) -> Callable[[_Side], bool]:
    return lambda side: side.low <= number


def _overlap(pair: tuple[_Side, _Side], layer: str) -> Finding:
    one, other = pair
    text = (
        f"{one.segment.name}: {one.low}-{one.high} and {other.low}-{other.high}"
        " have numbers in common."
    )
    return Finding("overlap", layer, one.segment.row, text, other.segment.row)


def _by_low(side: _Side) -> tuple[int, int]:
    return side.low, side.segment.row


def _same_numbers(one: _Side, other: _Side) -> bool:
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


class _Numbers:
    """Which sides of a street have a number, found by its hundred."""

    def __init__(self, sides: Iterable[_Side]) -> None:
        self._by_hundred: dict[int, list[_Side]] = defaultdict(list)
        self._wide: list[_Side] = []
        for side in sides:
            if side.high - side.low > _WIDE:
                self._wide.append(side)
                continue
            for hundred in range(side.low // 100, side.high // 100 + 1):
                self._by_hundred[hundred].append(side)

    def holding(self, number: int) -> list[_Side]:
        some = (*self._by_hundred.get(number // 100, ()), *self._wide)
        return [side for side in some if side.low <= number <= side.high]


def _of_site(site: Site, known: dict[str, _Numbers], layer: str) -> Iterator[Finding]:
    numbers = known.get(site.street.casefold())
    digits = "".join(_leading_digits(site.number))
    if not site.number:
        text = f"{site.street or '(no street)'}: no number."
        yield Finding("no_number", layer, site.row, text)
    if numbers is None:
        text = f"{site.number} {site.street or '(no street)'}: no such street."
        yield Finding("unknown_street", layer, site.row, text)
    elif digits:
        number = int(digits)
        sides = numbers.holding(number)
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
