"""Streams of records on every kind of line, damaged at random, and what is made of
them. What is asked of the product is in ``test_framer_damage.py``.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from damage_records import (
    Text,
    Wire,
    adsi,
    ali_30w,
    ali_32x15,
    ali_ky455,
    bare,
    callback_latlon,
    can_tell,
    cnf_unc,
    cof_cop,
    framed,
)

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import AliRecord, Chunk, Frame, LineSettings, Noise

MS = 1_000_000
UTC_US = (
    1_772_884_800_000_000  # 7 March 2026: the same for all, so that no year differs
)
DAMAGED = 0.35
GARBAGE = 0.05
HELD_UP = 0.05
MOST_RUN = 8
BURST = (4, 16)
KINDS = ("flip", "two_in_a_byte", "two_flips", "delete", "insert", "burst")


@dataclass(frozen=True)
class Mode:
    """One kind of line. ``gaps``: silences between records in ms; 0 is none.

    ``marks``: records have marks of their own, so that neither what stands beside
    them nor a lost silence matters.
    """

    name: str
    settings: LineSettings
    makers: tuple[Callable[[int], Wire], ...]
    gaps: tuple[int, ...] = (0, 5, 50, 400, 2000)
    marks: bool = True


COLUMNS: tuple[Callable[[int], Text], ...] = (
    ali_32x15,
    lambda n: ali_32x15(n, stream=True),
    lambda n: ali_32x15(n, end="\r\n"),
    ali_30w,
    ali_ky455,
)
LABELS = (callback_latlon, adsi, cof_cop, cnf_unc)


def blocks(check: bool, parity: bool) -> tuple[Callable[[int], Wire], ...]:
    def maker(make: Callable[[int], Text]) -> Callable[[int], Wire]:
        return lambda n: framed(make(n), check, parity)

    return tuple(maker(make) for make in (*COLUMNS, *LABELS))


def plain(*makes: Callable[[int], Text]) -> tuple[Callable[[int], Wire], ...]:
    def maker(make: Callable[[int], Text]) -> Callable[[int], Wire]:
        return lambda n: bare(make(n))

    return tuple(maker(make) for make in makes)


def settings(framing: str = "auto", check: str = "none", seven: bool = False):
    parity = "strip_even" if seven else "none"
    return LineSettings(framing=framing, block_check=check, parity=parity)


MODES = (
    Mode("stx_check", settings(check="xor"), blocks(True, False)),
    Mode("stx_learned", settings(check="auto"), blocks(True, False), (50, 400, 2000)),
    Mode("stx_plain", settings(check="none"), blocks(False, False)),
    Mode("stx_check_7e1", settings(check="xor", seven=True), blocks(True, True)),
    Mode("stx_plain_7e1", settings(check="none", seven=True), blocks(False, True)),
    Mode(
        "length",
        settings(),
        plain(lambda n: ali_32x15(n, stream=True)),
        marks=False,
    ),
    Mode("lines", settings(), plain(ali_32x15, ali_30w), marks=False),
    Mode(
        "silence",
        settings(framing="gap"),
        plain(ali_32x15, ali_30w, *LABELS),
        (400, 2000),
        marks=False,
    ),
)
MODE = {mode.name: mode for mode in MODES}


# --- damage ---------------------------------------------------------------------------


def spoil(data: bytes, kind: str, dice: random.Random) -> bytes:
    out = bytearray(data)
    at = dice.randrange(len(data))
    if kind == "flip":
        out[at] ^= 1 << dice.randrange(8)
    elif kind == "two_in_a_byte":
        for bit in dice.sample(range(8), 2):
            out[at] ^= 1 << bit
    elif kind == "two_flips":
        for where in dice.sample(range(len(data)), 2):
            out[where] ^= 1 << dice.randrange(8)
    elif kind == "delete":
        size = dice.randint(1, MOST_RUN)
        at = dice.randrange(len(data) - size + 1)
        del out[at : at + size]
    elif kind == "insert":
        at = dice.randrange(1, len(data))
        out[at:at] = dice.randbytes(dice.randint(1, MOST_RUN))
    else:
        size = min(dice.randint(*BURST), len(data))
        at = dice.randrange(len(data) - size + 1)
        out[at : at + size] = dice.randbytes(size)
    return bytes(out)


# --- a stream -------------------------------------------------------------------------


@dataclass
class Sent:
    """One record as it was sent. ``kind``: how it was damaged, or None."""

    wire: Wire
    start: int
    end: int
    kind: str | None
    before: bool  # what lies before it is as it should be
    after: bool = True


@dataclass(frozen=True)
class Clean:
    """What the undamaged record says."""

    payload: bytes
    fields: dict[str, object]
    warnings: frozenset[str]


@dataclass
class Tally:
    """Counts by mode, layout, kind of damage and what became of it."""

    counts: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    frames: int = 0
    undamaged: int = 0
    recovered: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # accepted, and could be told

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.frames += other.frames
        self.undamaged += other.undamaged
        self.recovered += other.recovered
        self.lost += other.lost
        self.wrong += other.wrong


def clean_of(mode: Mode, wire: Wire) -> Clean:
    framer = DRIVER.framer(mode.settings)
    cut = [*framer.feed(Chunk(wire.data, UTC_US, 0)), *framer.flush()]
    (frame,) = cut
    assert isinstance(frame, Frame), (mode.name, wire.layout, frame)
    (record,) = DRIVER.decoder(mode.settings).decode(frame)
    assert isinstance(record, AliRecord)
    assert record.layout == wire.layout, (mode.name, wire.layout, record.layout)
    assert "damaged" not in record.warnings
    assert not can_tell(wire, wire.data)
    return Clean(frame.payload, dict(record.fields), frozenset(record.warnings))


class Stream:
    """Sends records of one mode to a framer, some of them spoilt."""

    def __init__(self, mode: Mode, seed: int) -> None:
        self.mode = mode
        self.dice = random.Random(f"{mode.name} {seed}")
        self.framer = DRIVER.framer(mode.settings)
        wires = [make(n * 37 + 100) for make in mode.makers for n in range(3)]
        self.pool = [(wire, clean_of(mode, wire)) for wire in wires]
        self.clean = {wire.data: clean for wire, clean in self.pool}
        self.sent: list[Sent] = []
        self.out: list[Frame | Noise] = []
        self.now = 0
        self.at = 0
        self.held = b""  # what a reading thread that is held up has not read

    def run(self, count: int) -> None:
        for _ in range(12):  # so that a line that is learned is known
            self.send(self.dice.choice(self.pool)[0], None, max(self.mode.gaps))
        for _ in range(count):
            wire = self.dice.choice(self.pool)[0]
            spoilt = self.dice.random() < DAMAGED
            kind = self.dice.choice(KINDS) if spoilt else None
            self.send(wire, kind, self.dice.choice(self.mode.gaps))
        self.bring(b"", last=True)
        self.out += self.framer.flush()

    def send(self, wire: Wire, kind: str | None, gap_ms: int) -> None:
        data = wire.data if kind is None else spoil(wire.data, kind, self.dice)
        if kind is not None and data == wire.data:
            kind = None
        garbage = self.garbage()
        apart = gap_ms * MS > self.mode.settings.gap_ms * MS
        whole = not garbage and (apart or not self.sent or self.sent[-1].kind is None)
        if self.sent:
            previous = self.sent[-1]
            previous.after = not garbage and (apart or kind is None)
        self.pause(gap_ms)
        self.bring(garbage)
        start = self.at
        self.bring(data)
        self.sent.append(Sent(wire, start, self.at, kind, whole))

    def garbage(self) -> bytes:
        if not self.mode.marks or self.dice.random() >= GARBAGE:
            return b""
        return self.dice.randbytes(self.dice.randint(1, 12))

    def pause(self, ms: int) -> None:
        self.now += ms * MS
        if not ms or self.held:
            return
        if self.dice.random() < 0.5:  # else the window stalls: nobody ticks
            due = self.framer.deadline_ns
            while due is not None and due <= self.now:
                given = self.framer.tick(UTC_US, due)
                assert given, "a deadline that gives nothing"
                self.out += given
                due = self.framer.deadline_ns

    def bring(self, data: bytes, last: bool = False) -> None:
        """In pieces of any size; or late and in one piece with what comes later."""
        self.at += len(data)
        self.held += data
        if self.mode.marks and not last and self.dice.random() < HELD_UP:
            return
        data, self.held = self.held, b""
        at = 0
        while at < len(data):
            size = self.dice.choice((1, 7, 64, 300, 4096))
            piece = data[at : at + size]
            self.out += self.framer.feed(Chunk(piece, UTC_US, self.now))
            at += size
            self.now += self.dice.choice((0, 0, 1, 5)) * MS


def trial(mode: Mode, count: int, seed: int) -> Tally:
    """Sends ``count`` records and judges what came of them."""
    stream = Stream(mode, seed)
    stream.run(count)
    tally = Tally(frames=len(stream.sent))
    out = stream.out
    assert [one.start for one in out[1:]] == [one.end for one in out[:-1]]
    starts = [one.start for one in out]
    decoder = DRIVER.decoder(mode.settings)
    for sent in stream.sent:
        there = list(between(out, starts, sent.start, sent.end))
        clean = stream.clean[sent.wire.data]
        if sent.kind is None:
            judge_whole(mode, sent, there, clean, decoder, tally)
        else:
            judge_spoilt(mode, sent, there, clean, decoder, tally)
    return tally


def between(
    out: list[Frame | Noise], starts: list[int], start: int, end: int
) -> Iterator[Frame | Noise]:
    at = max(bisect_right(starts, start) - 1, 0)
    while at < len(out) and out[at].start < end:
        if out[at].end > start:
            yield out[at]
        at += 1


def judge_whole(mode, sent, there, clean, decoder, tally) -> None:
    if not mode.marks and not (sent.before and sent.after):
        return
    tally.undamaged += 1
    good = len(there) == 1 and isinstance(there[0], Frame)
    if good and there[0].raw == sent.wire.data and there[0].payload == clean.payload:
        tally.recovered += 1
        if tally.recovered % 50 == 1:
            (record,) = decoder.decode(there[0])
            assert dict(record.fields) == clean.fields
        return
    if mode.name == "stx_learned" and unsure(there, sent):
        tally.recovered += 1
        return
    tally.lost.append(f"{mode.name} {sent.wire.layout} {there!r:.2000}")


def unsure(there, sent) -> bool:
    """Recovered, with a word of doubt."""
    good = [one for one in there if isinstance(one, Frame)]
    return any(sent.wire.data[:-1] == frame.raw[:-1] for frame in good) or any(
        sent.wire.data[:-1] in frame.raw for frame in good
    )


def judge_spoilt(mode, sent, there, clean, decoder, tally) -> None:
    mine = [one for one in there if mostly(one, sent)]
    heard = [
        said for one in mine if isinstance(one, Frame) for said in decoder.decode(one)
    ]
    records = [said for said in heard if isinstance(said, AliRecord)]
    ends = [became(record, clean) for record in records] or ["noise"]
    worst = next(e for e in ("undetected", "harmless", "flagged", "noise") if e in ends)
    tally.counts[mode.name, sent.wire.layout, sent.kind, worst] += 1
    for record in records:
        if became(record, clean) == "undetected" and can_tell(sent.wire, record.raw):
            tally.wrong.append(
                f"{mode.name} {sent.wire.layout} {sent.kind} {record.warnings} "
                f"{difference(record, clean)} {record.raw!r}"
            )


def mostly(one: Frame | Noise, sent: Sent) -> bool:
    """It is of this record, and not the next one with a byte of this in front."""
    return min(one.end, sent.end) - max(one.start, sent.start) > len(one.raw) // 2


def became(record: AliRecord, clean: Clean) -> str:
    if set(record.warnings) - clean.warnings:
        return "flagged"
    same = dict(record.fields) == clean.fields
    return "harmless" if same else "undetected"


def difference(record: AliRecord, clean: Clean) -> dict[str, object]:
    names = record.fields.keys() | clean.fields.keys()
    pairs = {n: (record.fields.get(n), clean.fields.get(n)) for n in sorted(names)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def batch(job: tuple[str, int, int]) -> tuple[str, Tally]:
    """Of mode, count and seed. Here, because another process can import it from here."""
    name, count, seed = job
    return name, trial(MODE[name], count, seed)
