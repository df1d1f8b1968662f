"""What the line lab shows of a recording: the strip, items, figures over time.

Units: ``*_us`` UTC in microseconds since 1970, ``*_s`` seconds from the recording's
first entry, ``start``/``end`` absolute offsets of received bytes in the line's
stream (half open), spans are half open indices into the item's ``raw``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

Value = str | int | float
AUTO = "auto"  # in place of a layout's name: all layouts, detected


class ItemKind(Enum):
    """What a stretch of the strip is."""

    RECORD = "record"  # an ALI record
    SIGNAL = "signal"  # something said of a call
    INCIDENT = "incident"  # an incident of another system
    FRAME = "frame"  # understood, and of no use to a console
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class StripItem:
    """One stretch of the stream. Items lie one behind the other, by ``start``.

    Several signals of one frame have the same ``start`` and ``end``.
    """

    index: int  # in ``LabResult.items``
    kind: ItemKind
    at_s: float  # of the stretch's last byte
    at_us: int
    start: int
    end: int
    title: str  # a few words: class and number, event and call, or noise in words
    layout: str | None = None
    warnings: tuple[str, ...] = ()
    reason: str | None = None  # of noise: its code
    framing: str | None = None  # how a record's end was seen: "stx_etx", "gap", ...
    latency_ms: float = 0.0  # silence waited for behind the last byte
    decode_us: float = 0.0  # computing time of the decoder, measured
    fingerprint: int = 0  # of kind, layout, fields and warnings: see ``changed``
    fault: bool = False  # noise by which something is lost, or a record damaged


@dataclass(frozen=True, slots=True)
class FieldView:
    """One decoded field, and which bytes of ``raw`` say so."""

    name: str
    value: Value
    text: str  # the value as shown to a person
    span: tuple[int, int] | None  # None: not from bytes of this item
    rule: str  # in words: "line 3, columns 28-31", "label LAT:", ...


@dataclass(frozen=True, slots=True)
class WarningView:
    """A warning's code and what it means, in a sentence."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """All of one item. ``advice`` says of noise what it is and what to do.

    ``seven``: the line has seven bits and a parity bit, which ``raw`` has still.
    """

    item: StripItem
    raw: bytes
    fields: tuple[FieldView, ...] = ()
    warnings: tuple[WarningView, ...] = ()
    advice: str = ""
    seven: bool = False

    @property
    def plain(self) -> bytes:
        """What the bytes say: ``raw``, without the parity bit where there is one."""
        return bytes(b & 0x7F for b in self.raw) if self.seven else self.raw

    def fields_at(self, index: int) -> tuple[FieldView, ...]:
        """Fields that the byte ``raw[index]`` is part of, the narrowest first."""
        hit = [f for f in self.fields if f.span and f.span[0] <= index < f.span[1]]
        return tuple(sorted(hit, key=_width))

    def field(self, name: str) -> FieldView | None:
        return next((f for f in self.fields if f.name == name), None)


def _width(view: FieldView) -> int:
    begin, end = view.span or (0, 0)
    return end - begin


def byte_text(raw: bytes) -> str:
    """One character a byte, so that spans hold: what is not printable is a dot."""
    return "".join(chr(b) if 0x20 <= b < 0x7F else "·" for b in raw)


@dataclass(frozen=True, slots=True)
class ChunkMark:
    """Bytes that came, or were sent, at one moment: for the transport and plots."""

    at_s: float
    start: int
    end: int  # as ``start`` for bytes that were sent
    sent: bytes = b""


@dataclass(frozen=True, slots=True)
class Series:
    """Figures over time, one in each ``step_s`` from second 0.

    ``errors`` counts noise and records with a warning of damage. Latency has a
    point for each record or signal, at ``latency_at_s``.
    """

    step_s: float
    bytes_per_s: tuple[float, ...]
    frames_per_s: tuple[float, ...]
    errors: tuple[int, ...]
    latency_at_s: tuple[float, ...]
    latency_ms: tuple[float, ...]
    decode_us: tuple[float, ...]

    def at_s(self) -> tuple[float, ...]:
        """The beginning of each step."""
        return tuple(n * self.step_s for n in range(len(self.bytes_per_s)))


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """What a recording says of itself."""

    path: str
    line: str | None
    driver: str  # by its header, else guessed
    baud: int | None
    format: str | None
    began_us: int
    duration_s: float
    received_bytes: int
    damaged: tuple[str, ...] = ()  # a sentence for each damaged line of the file
    file_bytes: int = 0
    sha256: str = ""  # of the whole file as it is; empty: it was not read to its end
    left_out: str = ""  # a sentence, when its end was not read


@dataclass(frozen=True, slots=True)
class LabResult:
    """A whole recording, decoded one way. An outcome of ``open`` and ``try_layout``.

    Not ``whole``: its beginning, while the rest is being decoded; the recording's
    duration is then what its last entry says.
    """

    recording: RecordingInfo
    layout: str  # AUTO or the name
    items: tuple[StripItem, ...]
    chunks: tuple[ChunkMark, ...]
    series: Series
    took_ms: float
    look: Callable[[int], ItemDetail] = field(repr=False, compare=False)
    """``look(index)``: all of one item. Quick, from any thread, at any time."""
    whole: bool = True

    def count(self, kind: ItemKind) -> int:
        return sum(item.kind is kind for item in self.items)

    def first_after(self, at_s: float) -> int:
        """Index of the first item later than ``at_s``: those before have played."""
        return bisect_right(self.items, at_s, key=_at_s)

    def item_at_byte(self, offset: int) -> StripItem | None:
        """The item that an offset of the stream lies in."""
        index = bisect_right(self.items, offset, key=_start) - 1
        item = self.items[index] if index >= 0 else None
        return item if item and item.start <= offset < item.end else None


def _at_s(item: StripItem) -> float:
    return item.at_s


def _start(item: StripItem) -> int:
    return item.start


def changed(before: LabResult, after: LabResult) -> tuple[int, ...]:
    """Indices in ``after`` of items that ``before`` did not have just so."""
    known = {(i.start, i.end, i.fingerprint) for i in before.items}
    return tuple(
        i.index for i in after.items if (i.start, i.end, i.fingerprint) not in known
    )
