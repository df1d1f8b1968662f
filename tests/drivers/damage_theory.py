"""How much damage nobody can see, reckoned from the formats alone.

An upper bound of the share of damaged records that length, block check, parity and
the columns cannot tell from whole ones, by kind of damage. What each term is stands
in docs/undetected.md. Shares nothing with the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import combinations
from operator import xor
from statistics import fmean

from damage_records import ALLOWED, ETX, PRINTABLE, Text, Wire, lines_of
from damage_trials import BURST, DAMAGED, KINDS, MOST_RUN, Mode

ANY = frozenset(range(256))
SEVEN = frozenset(range(128))
NONE: frozenset[int] = frozenset()
RUNS = range(1, MOST_RUN + 1)
CHECK = 1 / 128  # a random change leaves the exclusive or of seven bits as it was
FORM_FEED = 0x0C
ETX_ONLY = frozenset(ETX)


class Columns:
    """What may stand at each byte of a wire, without its parity."""

    def __init__(self, wire: Wire) -> None:
        text = wire.text
        self.wire = wire
        self.seen = bytes(b & 0x7F for b in wire.data) if wire.parity else wire.data
        self.before = 4 if wire.marks else 0
        self.behind = self.before + len(text.data)
        inside = list(allowed(text, wire.marks))
        if wire.marks:
            digits = ALLOWED["D"] if text.fixed else SEVEN
            inside = [NONE, *[digits] * 3, *inside, NONE]
            inside += [ANY] * wire.check
        self.may = inside
        self.size = len(self.seen)
        assert len(self.may) == self.size
        self.a = [
            [byte ^ (1 << bit) in may for bit in range(8)]
            for byte, may in zip(self.seen, self.may, strict=True)
        ]

    def loose(self) -> list[tuple[int, int]]:
        """Stretches in which a byte more or less shows nothing."""
        text = self.wire.text
        if not text.fixed:
            return [(0, self.size)]
        found = [(1, 4)] if self.wire.marks else []
        begin = text.mask.find("~")
        end = len(text.data.rstrip(b"\r\n"))
        return [*found, (self.before + (end if begin < 0 else begin), self.behind)]


def allowed(text: Text, marks: bool) -> Iterator[frozenset[int]]:
    end = len(text.data.rstrip(b"\r\n"))
    optional = required_at(text)
    for at, (byte, kind) in enumerate(zip(text.data, text.mask, strict=True)):
        may = frozenset((byte,)) if kind == "L" else ALLOWED[kind]
        if at >= end:
            may = SEVEN  # the last line's end, which need not be there
        if at >= optional and marks and text.lines and byte in b"\r\n":
            may = may | ETX_ONLY
        if at >= optional and may_be_cut(text, marks):
            may = may | {ETX[0] if marks else FORM_FEED} | set(b"\r\n")
        yield may


def ends_early(text: Text, marks: bool) -> float:
    """Places at which a mark that came in is the end of a record, of all places."""
    if not text.fixed:
        return 0.0
    size = len(text.data)
    if may_be_cut(text, marks):
        return (size - required_at(text) + 2) / size
    return (2 * (len(lines_of(text.data)) - text.required) + 2) / size


def may_be_cut(text: Text, marks: bool) -> bool:
    """A mark in the last lines may be the end of a record without them."""
    return text.fixed and (not marks or not text.lines)


def required_at(text: Text) -> int:
    """Behind the lines that must be there."""
    if not text.fixed:
        return 0
    if not text.lines:
        return text.required
    return lines_of(text.data)[text.required - 1][1]


def share(wire: Wire, kind: str) -> float:
    """The greatest share of ``kind`` of damage to this record that cannot be seen."""
    return min(1.0, _SHARES[kind](Columns(wire)))


def of_mode(mode: Mode, layout: str, kind: str | None = None) -> float:
    """The mean over the records of a layout that ``trial`` sends."""
    kinds = KINDS if kind is None else (kind,)
    wires = [make(137) for make in mode.makers]
    return fmean(share(w, k) for w in wires if w.layout == layout for k in kinds)


def flip(c: Columns) -> float:
    if c.wire.check:
        return early_end(c, 1)
    if c.wire.parity:
        return 0.0
    return sum(map(sum, c.a)) / (8 * c.size)


def two_in_a_byte(c: Columns) -> float:
    if c.wire.check:
        return early_end(c, 2)
    hits = 0
    for byte, may in zip(c.seen, c.may, strict=True):
        for pair in combinations(range(8), 2):
            change = sum(1 << b for b in pair)
            change &= 0x7F if c.wire.parity else 0xFF  # the eighth is the parity
            hits += byte ^ change in may
    return hits / (28 * c.size)


def two_flips(c: Columns) -> float:
    if c.wire.parity:
        return early_end(c, 1) if c.wire.check else 0.0
    n = c.size
    if not c.wire.check:
        rows = [sum(row) for row in c.a]
        return (sum(rows) ** 2 - sum(r * r for r in rows)) / (64 * n * (n - 1))
    total = 0
    for bit in range(8):
        column = sum(row[bit] for row in c.a)
        total += column * (column - 1)
    return total / (64 * n * (n - 1)) + 2 * ends_made(c, 1) * CHECK


def early_end(c: Columns, bits: int) -> float:
    """Flips that make ETX of a letter just where what follows is the sum."""
    hits = 0
    for at in range(1, c.size - 2):
        if (c.seen[at] ^ ETX[0]).bit_count() == bits or (
            c.wire.parity and (c.seen[at] ^ ETX[0]).bit_count() == bits - 1
        ):
            sums = reduce(xor, c.seen[1:at], ETX[0])
            hits += c.seen[at + 1] == sums
    return hits / (c.size * (8 if bits == 1 else 28))


def ends_made(c: Columns, bits: int) -> float:
    near = sum((byte ^ ETX[0]).bit_count() == bits for byte in c.seen)
    return near / (8 * c.size)


def tail(c: Columns) -> float:
    """Of a run without marks: the text at its end, which nothing holds in its place,
    so that what is short may be made up by what comes next."""
    text = c.wire.text
    if c.wire.marks or text.lines or not text.fixed:
        return 0.0
    return (c.size - required_at(text)) / c.size


def delete(c: Columns) -> float:
    """Runs that may be missing, and leave the block check as it was."""
    shares = [tail(c) * DAMAGED] * len(RUNS)  # and the next is damaged too
    for run in RUNS:
        places = c.size - run + 1
        hits = sum(unseen(c, at, run) for at in range(places))
        shares[run - 1] += hits / places
    return fmean(shares)


def unseen(c: Columns, at: int, run: int) -> bool:
    if not any(begin <= at and at + run <= end for begin, end in c.loose()):
        return False
    return not c.wire.check or reduce(xor, c.seen[at : at + run]) == 0


def insert(c: Columns) -> float:
    text, check = c.wire.text, CHECK if c.wire.check else 1.0
    places = c.size - 1
    if not text.fixed:
        ended = 2 / 256 if c.wire.marks else 0.0  # ETX among what came in
        beside = 1 / 256 / places if c.wire.check else 0.0
        return fmean((0.5**k + ended) * check for k in RUNS) + beside
    loose = sum(end - begin + 1 for begin, end in c.loose())
    total = fmean(0.5**k for k in RUNS) * loose / places * check
    total += sum(padded_up(text, c)) / len(RUNS) / places * check
    total += tail(c) * fmean((len(PRINTABLE) / 256) ** k for k in RUNS)
    return total + fmean(RUNS) / 256 * ends_early(text, c.wire.marks) * check


def padded_up(text: Text, c: Columns) -> Iterator[float]:
    """Lines that grow to the width of the widest, as if they were padded to it."""
    if not text.lines:
        return
    spans = [end - begin for begin, end in lines_of(text.data)]
    widest = max(spans)
    for width in spans:
        if 0 < widest - width <= MOST_RUN:
            yield (width + 1) * (len(PRINTABLE) / 256) ** (widest - width)


def burst(c: Columns) -> float:
    """Each byte of the run is as good as a random one."""
    check = CHECK if c.wire.check else 1.0
    ended = 2 / 256 if c.wire.marks and not c.wire.text.fixed else 0.0
    shares = []
    for run in range(BURST[0], BURST[1] + 1):
        size = min(run, c.size)
        places = c.size - size + 1
        hits = 0.0
        for at in range(places):
            product = 1.0
            for may in c.may[at : at + size]:
                product *= len(may) / 256
                if not product:
                    break
            hits += product
        shares.append((hits / places + ended) * check)
    early = ends_early(c.wire.text, c.wire.marks)
    return fmean(shares) + fmean(BURST) / 256 * early * check


_SHARES = {
    "flip": flip,
    "two_in_a_byte": two_in_a_byte,
    "two_flips": two_flips,
    "delete": delete,
    "insert": insert,
    "burst": burst,
}
