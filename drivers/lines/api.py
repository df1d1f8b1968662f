"""What passes between a line and the rest: chunks, frames, noise, records.

The way of data is ``Chunk -> Frame | Noise -> AliRecord | CallSignal | Noise``.
Everything here is frozen, carries the exact bytes it was made from and the stamp
of its last byte, and is pure: no port, no thread, no clock.

Offsets are absolute positions in the stream of one line, counted in received
bytes from the line's first byte ever, so that a restart can go on where the log
ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, runtime_checkable

from aliquot.drivers.incidents.api import ForeignHeard

FieldValue = str | int | float
Option = str | int | float | bool


class Direction(Enum):
    """Which way bytes went, as seen from the console."""

    RECEIVED = "<"
    SENT = ">"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes as one read returned them, stamped in the reading thread.

    ``utc_us`` is UTC in microseconds since 1970, ``mono_ns`` the monotonic clock
    in nanoseconds; both are of the moment the read returned.
    """

    data: bytes
    utc_us: int
    mono_ns: int


class Framing(Enum):
    """How the end of a frame was recognised."""

    STX_ETX = "stx_etx"
    LINES = "lines"
    LENGTH = "length"
    GAP = "gap"
    BLOCK = "block"  # manager-interface block, ended by an empty line
    MESSAGE = "message"  # a whole message of a file, request or socket, see envelope
    WHOLE = "whole"  # no framing at all: a file given to `line parse`


class NoiseReason(Enum):
    """Why bytes did not become a record. Each is a sentence in the window."""

    NO_START = "no_start"  # bytes outside any frame
    BLOCK_CHECK = "block_check"  # the block check does not match
    CUT = "cut"  # a frame was begun and never ended
    OVERSIZE = "oversize"  # longer than any record may be
    UNKNOWN_LAYOUT = "unknown_layout"  # a frame that no layout recognises
    HEARTBEAT = "heartbeat"  # a frame that only says the link lives
    CONTROL = "control"  # stray control characters between frames
    PARITY = "parity"  # 7E1 or 7O1 parity does not hold
    BROADCAST = "broadcast"  # a text of the controller to all positions
    REPEAT = "repeat"  # the block before once more: its sender heard no answer
    SEVEN_EVEN = "seven_even"  # 7E1, and the line is read as 8N1 or 7O1
    SEVEN_ODD = "seven_odd"  # 7O1, and the line is read as 8N1 or 7E1
    SEVEN_MARK = "seven_mark"  # 7M1, and the line is read as 8N1, 7E1 or 7O1


@dataclass(frozen=True, slots=True)
class Frame:
    """One delimited stretch. ``payload`` is without delimiters, ``raw`` with them."""

    payload: bytes
    raw: bytes
    start: int
    end: int
    utc_us: int
    mono_ns: int
    framing: Framing
    type_digit: str | None = None
    position: str | None = None
    warnings: tuple[str, ...] = ()
    payload_at: int = 0  # index of the payload's first byte in ``raw``


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that are no record. Kept whole, shown as text that can be used by hand."""

    raw: bytes
    start: int
    end: int
    utc_us: int
    mono_ns: int
    reason: NoiseReason


@dataclass(frozen=True, slots=True)
class AliRecord:
    """A decoded ALI record.

    ``fields`` has the names of ``FIELD_NAMES`` only; an absent value is absent,
    never an empty string or 0. Telephone numbers are ten digits; degrees are
    WGS84 floats; metres and percent are numbers. ``spans`` gives for each field
    ``(start, end)`` into ``raw``. ``warnings`` are codes, sorted, each once.
    ``rules`` says for each field, in words, by which rule of the layout it was
    found: ``columns 9:0-14``, ``label LAT``, ``shape 2``.
    """

    layout: str
    fields: Mapping[str, FieldValue]
    spans: Mapping[str, tuple[int, int]]
    warnings: tuple[str, ...]
    raw: bytes
    start: int
    end: int
    utc_us: int
    mono_ns: int
    framing: Framing
    rules: Mapping[str, str] = field(default_factory=dict)


class SignalKind(Enum):
    """What a CTI source says of a call."""

    OFFERED = "offered"
    ANSWERED = "answered"  # also: taken back from hold
    HELD = "held"
    TRANSFERRED = "transferred"
    ABANDONED = "abandoned"
    ENDED = "ended"
    TROUBLE = "trouble"  # the source says that something of this call is wrong
    ALI = "ali"  # the source says more of who calls or where; the state stays


@dataclass(frozen=True, slots=True)
class CallSignal:
    """One thing a CTI source says of one call. ``call_key`` is the source's own id."""

    kind: SignalKind
    call_key: str
    layout: str
    fields: Mapping[str, FieldValue]
    spans: Mapping[str, tuple[int, int]]
    warnings: tuple[str, ...]
    raw: bytes
    start: int
    end: int
    utc_us: int
    mono_ns: int


Heard = AliRecord | CallSignal | ForeignHeard | Noise

FIELD_NAMES: tuple[str, ...] = (
    "callback_number",
    "pani",
    "class_of_service",
    "customer_name",
    "house_number",
    "house_number_suffix",
    "prefix_directional",
    "street_name",
    "street_suffix",
    "post_directional",
    "unit",
    "community",
    "state",
    "location",
    "esn",
    "company_id",
    "latitude",
    "longitude",
    "altitude_m",
    "uncertainty_m",
    "confidence_pct",
    "trunk",
    "position",
    "record_date",
    "record_time",
    "law",
    "fire",
    "ems",
    "postal_code",
    "country",
    "floor",
    "tower_latitude",
    "tower_longitude",
    "location_method",  # gnss | wifi | cell | ..., as the source says it
    "location_time",  # ISO 8601 UTC with Z
    "shape",  # canonical JSON of a shape that is more than a circle
    "note",  # text of the source that is none of the other fields
    "locate_token",  # of the link that this answers; see docs/text-to-locate.md
    "location_reference",  # URI where a location, or a newer one, can be asked for
)


@dataclass(frozen=True, slots=True)
class Extent:
    """The agency's own ground, for the checks before a point is used. Degrees."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True)
class LineSettings:
    """What framing and decoding of one line depend on. All times in milliseconds."""

    layouts: tuple[str, ...] = ()  # empty: all bundled layouts, detected
    framing: str = "auto"  # auto | stx_etx | lines | length | gap
    block_check: str = "auto"  # auto | none | xor
    gap_ms: int = 300  # silence that ends a frame without an end mark
    cut_ms: int = 5000  # silence after which a begun frame counts as cut
    parity: str = "none"  # none, strip_even, strip_odd, strip_mark: 7E1, 7O1, 7M1
    extent: Extent | None = None
    site_country: str = "US"
    time_zone: str = ""  # IANA name of the clock in the records; empty: not known
    options: Mapping[str, Option] = field(default_factory=dict)
    """What one kind of line wants to know beside this, under the driver's own names."""


class Framer(Protocol):
    """Cuts a stream into frames. Incremental, pure, bounded in memory, never raises.

    Whatever the chunking of the input, the output is the same as long as the gaps
    between stamps are. Each input byte is in exactly one output, in order.
    """

    @property
    def pending(self) -> int:
        """Bytes held that are in no output yet."""
        ...

    @property
    def deadline_ns(self) -> int | None:
        """Monotonic time at which ``tick`` would give something, or None."""
        ...

    def feed(self, chunk: Chunk) -> Sequence[Frame | Noise]: ...

    def tick(self, utc_us: int, mono_ns: int) -> Sequence[Frame | Noise]: ...

    def flush(self) -> Sequence[Frame | Noise]:
        """The stream has ended: give out what is held."""
        ...


class Decoder(Protocol):
    """Makes records or call signals of frames. May hold state of open calls only."""

    def decode(self, frame: Frame) -> Sequence[Heard]:
        """Nothing at all means: understood, and of no use (manager chatter)."""
        ...

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """After a restart: the calls of this line that the log says are not ended."""
        ...


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that the log knows and that has not ended, for ``Decoder.restore``.

    ``answered``: at least once. ``held`` and ``moved``: how it stands now, on hold or
    handed to another position that has not answered yet.
    """

    call_key: str
    answered: bool
    held: bool = False
    moved: bool = False


@runtime_checkable
class LineDriver(Protocol):
    """A kind of line; found by the entry point group ``aliquot.drivers.lines``."""

    @property
    def name(self) -> str: ...

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        """A framer whose first byte has the absolute offset ``start``."""
        ...

    def decoder(self, settings: LineSettings) -> Decoder: ...


class LineState(Enum):
    """State of a source, said in the status bar in words."""

    OPENING = "opening"
    UP = "up"
    MISSING = "missing"  # no such port or host
    BUSY = "busy"  # somebody else has the port
    DENIED = "denied"  # no right to open it
    LOST = "lost"  # pulled out, or the peer went away
    FINISHED = "finished"  # a replay came to its end
    TROUBLE = "trouble"  # open, but the other end refuses or does not answer


class SourceError(Exception):
    """A source cannot be opened or read; ``state`` says which way, text what to do."""

    def __init__(self, state: LineState, message: str) -> None:
        super().__init__(message)
        self.state = state


class ByteSource(Protocol):
    """A thin owner of a port or socket, used from one thread. No thread of its own."""

    def open(self) -> None:
        """Raises ``SourceError``."""
        ...

    def read(self, timeout_s: float) -> bytes | None:
        """Bytes, ``b""`` when none came in time, None at the end of a replay.

        Raises ``SourceError`` when the port is gone.
        """
        ...

    def write(self, data: bytes) -> None: ...

    def cancel(self) -> None:
        """From another thread: make a waiting ``read`` return soon."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class TellsWaiting(Protocol):
    """A source that can say whether bytes came before anybody read. Then a silence is
    told from a reader that was held up."""

    def waiting(self) -> bool:
        """Whether a ``read`` would give bytes at once. Never raises, never waits."""
        ...


@dataclass(frozen=True, slots=True)
class Warnings:
    """Warning codes of records. Stable names: they are in files and reports."""

    known: tuple[str, ...] = field(
        default=(
            "uncertainty_not_given",
            "confidence_not_given",
            "area_only",
            "uncertainty_useless",
            "no_fix",
            "lat_lon_swapped",
            "west_sign_missing",
            "outside_extent",
            "not_wgs84",
            "stale",
            "year_inferred",
            "house_number_range",
            "no_record_found",
            "ani_failure",
            "no_callback",
            "uninitialised_handset",
            "callback_is_pani",
            "undecodable_bytes",
            "reflowed",
            "cut",
            "wireless_address_is_tower",
            "type_digit",
            "block_check_missing",
            "bad_value",
            "block_check_unsure",
            "damaged",
            "class_not_readable",
            "future_date",
            "location_not_read",
            "generic_layout",
            "label_guessed",
            "token_repaired",
            "same_point_twice",
            "callback_not_dialable",
            "length_wrong",
            "several_locations",
            "old_position",
            "signature_wrong",
            "schema_not_met",
            "painted",
            "callback_denied",
            "callback_doubtful",
        )
    )
