"""Call records of NEC NEAX and UNIVERGE systems, in the flexible format.

On the wire: STX, ``0!``, two letters that say what kind of record it is, then pieces
of two digits kind, two digits length and the data, then ETX; some ways to fetch it
add one byte, the exclusive or of all after STX. KK is an outgoing, KL an incoming, KM
an internal call. Lengths are not to be trusted alone: some kinds count one byte more
than they have, and real records were seen whose lengths do not fit. The piece with
the two times (06, length 34) can be known by itself and is looked for first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import xor

from aliquot.drivers.lines.api import (
    Chunk,
    Decoder,
    Frame,
    Framer,
    Framing,
    Heard,
    LineSettings,
    Noise,
    NoiseReason,
    SignalKind,
)
from aliquot.drivers.lines.line_buffer import LineBuffer
from aliquot.drivers.lines.plugins import OptionSpec
from aliquot.drivers.lines.said import Said, Text, in_words, noise_of
from aliquot.drivers.lines.smdr_lines import OPTIONS, RecordDecoder, Wanted

LAYOUT = "smdr_nec"
MOST_BYTES = 2048

_STX, _ETX = b"\x02", b"\x03"
_BETWEEN = b"\r\n\x00\x04\x05\x06\x10\x15\x16"
_BEGIN = re.compile(rb"0!K[A-Z]")
_TIMES = re.compile(rb"0634(\d{17})(\d{17})")
_PIECE = re.compile(rb"(\d\d)(\d\d)")
_LAST_KIND = 19
_ONE_LESS = frozenset({7, 10, 12})  # their length counts one byte more than there is
_RECEIVED_TIME = 19
_SKIPS = (-1, 1, -2, 2, -3, 3, *range(4, 13))

_OUTGOING_TRUNK = _INCOMING_TRUNK = 1
_CALLING, _CALLED, _DIALLED, _ANI = 2, 4, 10, 16


@dataclass(frozen=True, slots=True)
class NecDriver:
    """``LineDriver`` for the call records of NEC."""

    name: str = "smdr_nec"
    title: str = "Call records of NEC"
    reads: str = "Records between STX and ETX (KK, KL, KM) for each call that is over."

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return NecFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        wanted = Wanted.of(settings)
        return RecordDecoder(lambda frame: read(frame, wanted))

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        return re.match(rb"[\s\x00\x16]*\x02?0!K[A-Z]", head) is not None

    def layout_names(self) -> tuple[str, ...]:
        return (LAYOUT,)

    def options(self) -> tuple[OptionSpec, ...]:
        return OPTIONS

    def sample(self) -> bytes:
        """One incoming call."""
        return (
            b"\x020!KL"
            b"0112001001001003"
            b"04100000148   "
            b"063420260503184207000" + b"20260503184339000"
            b"0803000"
            b"161116175550142"
            b"\x03"
        )


class NecFramer:
    """A ``Framer`` of records between STX and ETX, with or without a check byte."""

    def __init__(self, settings: LineSettings, start: int = 0) -> None:
        self._held = LineBuffer(start)
        self._gap_ns = settings.gap_ms * 1_000_000
        self._cut_ns = settings.cut_ms * 1_000_000
        self._searched = 0
        self._whole = 0  # size of a record whose check byte may still come

    @property
    def pending(self) -> int:
        return len(self._held)

    @property
    def deadline_ns(self) -> int | None:
        if not len(self._held):
            return None
        wait = self._gap_ns if self._whole else self._cut_ns
        return self._held.last.mono_ns + wait

    def feed(self, chunk: Chunk) -> Sequence[Frame | Noise]:
        out = list(self.tick(chunk.utc_us, chunk.mono_ns))
        self._held.add(chunk)
        while (one := self._next()) is not None:
            out.append(one)
        return out

    def tick(self, utc_us: int, mono_ns: int) -> Sequence[Frame | Noise]:
        due = self.deadline_ns
        return self.flush() if due is not None and mono_ns >= due else ()

    def flush(self) -> Sequence[Frame | Noise]:
        out: list[Frame | Noise] = []
        if self._whole:
            out.append(self._frame(self._whole))
        if len(self._held):
            blank = not self._held.data.strip(_BETWEEN)
            reason = NoiseReason.CONTROL if blank else NoiseReason.CUT
            out.append(self._noise(len(self._held), reason))
        return out

    def _next(self) -> Frame | Noise | None:
        data = self._held.data
        begin = data.find(_STX)
        before = data[:begin] if begin >= 0 else data
        if before.strip(_BETWEEN):
            size = begin if begin >= 0 else len(data)
            return self._noise(size, NoiseReason.NO_START)
        if begin < 0 or begin > MOST_BYTES:
            long = len(data) > MOST_BYTES
            return self._noise(MOST_BYTES, NoiseReason.CONTROL) if long else None
        end = data.find(_ETX, max(begin, self._searched))
        again = data.find(_STX, begin + 1, end if end >= 0 else len(data))
        if again >= 0:
            return self._noise(again, NoiseReason.CUT)
        if end < 0:
            self._searched = len(data)
            long = len(data) - begin > MOST_BYTES
            return self._noise(len(data), NoiseReason.OVERSIZE) if long else None
        self._whole = end + 1
        if len(data) == self._whole:
            return None
        return self._frame(self._whole + self._check_byte(begin, end))

    def _check_byte(self, begin: int, end: int) -> int:
        """1 when the byte after ETX belongs to the record."""
        data = self._held.data
        byte = data[end + 1]
        fits = byte == reduce(xor, data[begin + 1 : end + 1])
        return int(fits or (byte not in _STX + _BETWEEN))

    def _frame(self, size: int) -> Frame:
        data = self._held.data
        begin = data.find(_STX)
        end = data.find(_ETX, begin)
        body = bytes(data[begin + 1 : end + 1])
        check = data[end + 1] if size > end + 1 else None
        self._whole, self._searched = 0, 0
        frame = self._held.frame(size, begin + 1, end, Framing.STX_ETX)
        if check is not None and check != reduce(xor, body):
            return replace(frame, warnings=("block_check_unsure",))
        return frame

    def _noise(self, size: int, reason: NoiseReason) -> Noise:
        self._whole, self._searched = 0, 0
        return self._held.noise(size, reason)


@dataclass(slots=True)
class _Record:
    """The pieces of a record by kind, each with its place in the frame's ``raw``."""

    pieces: dict[int, Text]
    exact: bool  # all lengths fit


def read(frame: Frame, wanted: Wanted) -> Sequence[Heard]:
    """What one record says; nothing of calls that are not wanted."""
    payload = frame.payload
    times = _TIMES.search(payload)
    if not _BEGIN.match(payload) or times is None:
        return [noise_of(frame)]
    begun, over = _moment(times[1]), _moment(times[2])
    if begun is None or over is None:
        return [noise_of(frame)]
    kind = payload[2:4]
    if kind != b"KL" and not wanted.all_calls:
        return []
    record = _pieces(frame, times)
    said = Said(frame, warnings=set(frame.warnings))
    if not record.exact:
        said.warnings.add("length_wrong")
    _put_parties(said, kind, record.pieces, wanted)
    where = frame.payload_at + times.start(1), frame.payload_at + times.end(1)
    said.at(begun, Text("", where))
    length = max(over - begun, over - over)
    said.note(f"talked {in_words(length)}")
    key = f"{times[1].decode()}-{said.fields.get('trunk', '')}"
    answered = kind != b"KL" or bool(length)
    signal = SignalKind.ENDED if answered else SignalKind.ABANDONED
    return [said.signal(signal, key, LAYOUT)]


def _put_parties(
    said: Said, kind: bytes, pieces: dict[int, Text], wanted: Wanted
) -> None:
    trunk = pieces.get(_INCOMING_TRUNK)
    if trunk is not None and kind != b"KM":
        said.put("trunk", trunk.text.strip(), trunk)
    station = pieces.get(_CALLED if kind == b"KL" else _CALLING)
    if station is not None:
        # one digit what it is, three its tenant, then its number
        extension = station.text[4:].strip()
        begin = station.span[0] + 4
        where = Text(extension, (begin, begin + len(extension)))
        said.put("position", wanted.position(extension), where)
    dialled = pieces.get(_DIALLED)
    if kind == b"KL":
        ani = pieces.get(_ANI)
        said.number(_after_flag(ani) if ani else None)
    else:
        said.note("outgoing" if kind == b"KK" else "internal")
    if dialled is not None:
        said.note(f"dialled {dialled.text.strip()}")


def _after_flag(ani: Text) -> Text:
    """The number behind the digit that says how it may be shown; 2 is withheld."""
    begin, end = ani.span
    if ani.text[:1] == "2":
        return Text("withheld", ani.span)
    return Text(ani.text[1:].strip(), (min(begin + 1, end), end), ani.whole)


def _pieces(frame: Frame, times: re.Match[bytes]) -> _Record:
    record = _Record({}, True)
    _walk(frame, 4, times.start(), record)
    _walk(frame, times.end(), len(frame.payload), record)
    return record


def _walk(frame: Frame, at: int, stop: int, record: _Record) -> None:
    """Pieces from ``at`` on. Where they do not fit, goes on at the nearest place from
    which all fit to the end."""
    base = frame.payload_at
    pieces, reached = _parse(frame.payload, at, stop)
    if reached < stop:
        record.exact = False
        near = (reached + skip for skip in _SKIPS if at <= reached + skip < stop)
        for begin in near:
            more, end = _parse(frame.payload, begin, stop)
            if end == stop:
                pieces = {k: p for k, p in pieces.items() if p[1] <= begin} | more
                break
    for kind, (begin, end) in pieces.items():
        record.pieces[kind] = Text.of(frame.raw, base + begin, base + end)


def _parse(
    payload: bytes, at: int, stop: int
) -> tuple[dict[int, tuple[int, int]], int]:
    """Pieces in rising order, and where the first stands that does not fit."""
    pieces: dict[int, tuple[int, int]] = {}
    before = 0
    while at < stop:
        head = _PIECE.match(payload, at)
        kind = int(head[1]) if head else 0
        if head is None or not before < kind <= _LAST_KIND:
            break
        size = int(head[2])
        if kind in _ONE_LESS and size:
            size -= 1
        if kind == _RECEIVED_TIME:
            size = min(size, 17)
        if head.end() + size > stop:
            break
        pieces[kind] = head.end(), head.end() + size
        at, before = head.end() + size, kind
    return pieces, at


def _moment(digits: bytes) -> datetime | None:
    try:
        return datetime.strptime(digits[:14].decode(), "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        return None


DRIVER = NecDriver()
