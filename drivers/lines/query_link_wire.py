"""The bytes of a two-way ALI query link, made and read by its table. EXPERIMENTAL."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from operator import xor

from aliquot.drivers.lines import parity
from aliquot.drivers.lines.api import Chunk, Frame, LineSettings, Noise, NoiseReason
from aliquot.drivers.lines.framer import AliFramer
from aliquot.drivers.lines.framer_frames import Marks
from aliquot.drivers.lines.query_link_table import LinkTable

_CONTROLS = bytes(range(0x20)) + b"\x7f"
_BETWEEN = rb"[-. )]{0,2}"  # between the parts of a number in a text
_REMEMBERED = 16


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the other end. ``number``: ten digits."""

    number: str
    position: str
    trunk: str = ""


def request_bytes(table: LinkTable, request: Request) -> bytes | None:
    """The request as it is sent; None where the table cannot express it."""
    form = table.request
    number = _number_out(table, request.number)
    position = request.position or form.position
    if number is None or not position.isdigit() or len(position) > form.position_digits:
        return None
    words = {
        "position": position.zfill(form.position_digits),
        "number": number,
        "trunk": (request.trunk or form.trunk).zfill(form.trunk_digits),
    }
    body = "".join(words[part] for part in form.parts) + form.end
    if not body.isascii():
        return None
    text = body.encode("ascii")
    return block(table, text, form.block_check) if form.block else text


def _number_out(table: LinkTable, number: str) -> str | None:
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return None
    if table.request.number == "ten":
        return number
    for digit, area in table.request.npd.items():
        if number.startswith(area):
            return digit + number[3:]
    return None


def read_request(table: LinkTable, text: bytes) -> Request | None:
    """What the other end makes of a request, without its marks and end."""
    form, digits = (
        table.request,
        text.strip(_CONTROLS + b" ").decode("ascii", "replace"),
    )
    sizes = {
        "position": form.position_digits,
        "number": 10 if form.number == "ten" else 8,
        "trunk": form.trunk_digits,
    }
    wanted = sum(sizes[part] for part in form.parts)
    if len(digits) != wanted or not (digits.isascii() and digits.isdigit()):
        return None
    found = {"position": "", "number": "", "trunk": ""}
    at = 0
    for part in form.parts:
        found[part] = digits[at : at + sizes[part]]
        at += sizes[part]
    number = found["number"]
    if form.number == "npd":
        if number[0] not in form.npd:
            return None
        number = form.npd[number[0]] + number[1:]
    return Request(number, found["position"], found["trunk"])


def block(table: LinkTable, text: bytes, check: str) -> bytes:
    """``text`` between the marks, with the block check that is agreed on."""
    body = text + bytes((table.bytes.etx,))
    stx = bytes((table.bytes.stx,))
    covered = {"none": None, "xor_after_stx": body, "xor_with_stx": stx + body}[check]
    tail = b"" if covered is None else bytes((reduce(xor, covered),))
    return stx + body + tail


def answer_bytes(table: LinkTable, text: bytes, position: str, kind: str = "") -> bytes:
    """A record or a text to all as the other end sends it. ``text``: bare lines."""
    form = table.answer
    digits = position.zfill(form.position_digits)[: form.position_digits]
    head = (kind or form.types[1:2] or form.types[:1]) + digits
    whole = head.encode("ascii") + text
    return block(table, whole, form.block_check) if form.block else whole


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in front of a record, and the text behind it."""

    kind: str
    position: str
    text: bytes

    def has(self, number: str) -> bool:
        """The number stands somewhere in the text, in any usual way of writing."""
        return _pattern(number).search(self.text) is not None


def told(table: LinkTable, frame: Frame) -> Told:
    form = table.answer
    front = parity.strip(frame.raw[: frame.payload_at]).lstrip(_CONTROLS)
    whole = (front + frame.payload).lstrip(_CONTROLS)
    head = whole[: 1 + form.position_digits].decode("ascii", "replace")
    if len(head) > form.position_digits and head.isdigit() and head[0] in form.types:
        return Told(head[0], head[1:], whole[len(head) :])
    return Told("", frame.position or "", whole)


@lru_cache(maxsize=64)
def _pattern(number: str) -> re.Pattern[bytes]:
    parts = (number[:3], number[3:6], number[6:])
    joined = _BETWEEN.join(re.escape(part).encode("ascii", "replace") for part in parts)
    return re.compile(rb"(?<![0-9])" + joined + rb"(?![0-9])")


def is_answer(table: LinkTable, frame: Frame, request: Request) -> bool:
    """Whether a record answers ``request``, as far as it can be told."""
    said = told(table, frame)
    asked = request.position or table.request.position
    same = not said.position or not asked or int(said.position) == int(asked)
    if table.answer.match == "any":
        return True
    return same and (table.answer.match == "position" or said.has(request.number))


def wire(settings: LineSettings, data: bytes) -> bytes:
    """What is sent; with parity where the port has none of its own."""
    return parity.add(data, parity.Parity(settings.parity))


# --- what comes in --------------------------------------------------------------


class Repeats:
    """Remembers the last records, to know one that is only sent once more."""

    def __init__(self, window_ms: int) -> None:
        self._window_ns = window_ms * 1_000_000
        self._last: deque[tuple[bytes, int]] = deque(maxlen=_REMEMBERED)

    def seen(self, frame: Frame) -> bool:
        """Byte for byte the same within the window; else it is remembered."""
        for raw, at_ns in self._last:
            if raw == frame.raw and 0 <= frame.mono_ns - at_ns < self._window_ns:
                return True
        self._last.append((frame.raw, frame.mono_ns))
        return False


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of what came. ``repeat``: a frame that had come before."""

    what: Frame | Noise
    repeat: bool = False

    @property
    def given(self) -> Frame | Noise:
        """As a framer gives it: a repeat is no record."""
        if self.repeat:
            return _noise(self.what, NoiseReason.REPEAT)
        return self.what


def _noise(one: Frame | Noise, reason: NoiseReason) -> Noise:
    return Noise(one.raw, one.start, one.end, one.utc_us, one.mono_ns, reason)


def framing_of(table: LinkTable, settings: LineSettings) -> LineSettings:
    """Settings of the framer below, by the table."""
    return replace(
        settings,
        framing="stx_etx" if table.answer.block else "auto",
        block_check=table.answer.block_check if table.answer.block else "none",
        gap_ms=table.times.gap_ms,
        cut_ms=table.times.cut_ms,
    )


def marks_of(table: LinkTable) -> Marks:
    return Marks(
        stx=table.bytes.stx,
        etx=table.bytes.etx,
        heartbeat=table.heartbeat.text.strip().encode("ascii"),
        answers=bytes((table.bytes.ack, table.bytes.nak)),
    )


class LinkFramer:
    """``Framer`` of what the other end sends: an ``AliFramer`` with the link's bytes.

    A record that lacks its block check is no record here, for it is asked for again;
    neither is one that is only sent once more. ``repeats`` is shared by two links.
    """

    def __init__(
        self,
        table: LinkTable,
        settings: LineSettings,
        start: int = 0,
        repeats: Repeats | None = None,
    ) -> None:
        self._table = table
        self._inner = AliFramer(framing_of(table, settings), start, marks_of(table))
        self._repeats = repeats or Repeats(table.times.repeat_ms)

    @property
    def pending(self) -> int:
        return self._inner.pending

    @property
    def deadline_ns(self) -> int | None:
        return self._inner.deadline_ns

    def feed(self, chunk: Chunk) -> Sequence[Frame | Noise]:
        return [piece.given for piece in self.pieces(chunk)]

    def tick(self, utc_us: int, mono_ns: int) -> Sequence[Frame | Noise]:
        return [piece.given for piece in self.due(utc_us, mono_ns)]

    def flush(self) -> Sequence[Frame | Noise]:
        return [piece.given for piece in self._judged(self._inner.flush())]

    def pieces(self, chunk: Chunk) -> list[Piece]:
        return self._judged(self._inner.feed(chunk))

    def due(self, utc_us: int, mono_ns: int) -> list[Piece]:
        return self._judged(self._inner.tick(utc_us, mono_ns))

    def _judged(self, cut: Iterable[Frame | Noise]) -> list[Piece]:
        return [self._piece(one) for one in cut]

    def _piece(self, one: Frame | Noise) -> Piece:
        if isinstance(one, Noise):
            return Piece(one)
        if self._table.answer.block and "block_check_missing" in one.warnings:
            return Piece(_noise(one, NoiseReason.BLOCK_CHECK))
        return Piece(one, self._repeats.seen(one))
