"""What of a stretch of bytes is payload, and what it is when it is no record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from aliquot.drivers.lines.api import Frame, Framing, Noise, NoiseReason
from aliquot.drivers.lines.detect import Starts
from aliquot.drivers.lines.framer_check import Verdict
from aliquot.drivers.lines.framer_stretch import Taken
from aliquot.drivers.lines.parity import Parity

STX = b"\x02"
ETX = b"\x03"
_CONTROLS = bytes(range(0x20)) + b"\x7f"
_BLANKS = _CONTROLS + b" "
_ENDS = b"\r\n\f\x03"
_MOST_HEARTBEAT = 16  # bytes, with its line ends
# A record always has the caller's number; a text to all positions mostly has none.
_NUMBER = re.compile(rb"[0-9]{3}\)?[-. ]{0,2}[0-9]{3}[-. ]?[0-9]{4}")
# A type digit and a position, or a position alone, on a line of their own behind STX.
_OWN_LINE = re.compile(rb"(?P<type>[0-9])?(?P<position>[0-9]{2}) ?[\r\n]{1,3}")
_BROADCAST = re.compile(rb"4(?:[0-9]{2})?(?![0-9])")
# Control characters that part no lines; a text without columns may have tabs and
# form feeds.
_DAMAGE = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
_DAMAGE_OF_ANY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MISSING = ("block_check_missing",)
# A record without marks has lost them on a line whose last records had them.
_SURE, _MOST_SURE = 2, 8
_CHECK_WARNINGS = {
    Verdict.MISSING: _MISSING,
    Verdict.UNSURE: ("block_check_unsure",),
    Verdict.UNSURE_NOT_PART: ("block_check_unsure",),
}


@dataclass(frozen=True)
class Marks:
    """The bytes that a line has agreed on; these are the usual ones.

    ``stx`` and ``etx`` are control characters. ``heartbeat`` is what says that the
    link lives, without line ends. Each byte of ``answers`` is given out at once when
    it stands between frames: somebody waits for it.
    """

    stx: int = STX[0]
    etx: int = ETX[0]
    heartbeat: bytes = b"H"
    answers: bytes = b""

    @cached_property
    def either(self) -> re.Pattern[bytes]:
        return re.compile(b"[" + re.escape(bytes((self.stx, self.etx))) + b"]")

    def ends_stray(self, blocks: bool) -> re.Pattern[bytes]:
        """What no run of stray control characters goes on over."""
        marks = self.answers + (bytes((self.stx,)) if blocks else b"")
        either = b"|[" + re.escape(marks) + b"]" if marks else b""
        return re.compile(rb"[^\x00-\x1f\x7f]" + either)

    def is_heartbeat(self, data: bytes | bytearray) -> bool:
        """Nothing but what says that the link lives."""
        short = len(data) <= _MOST_HEARTBEAT
        return short and bool(self.heartbeat) and data.strip(_BLANKS) == self.heartbeat


USUAL = Marks()


@dataclass(frozen=True, slots=True)
class Bounds:
    """Payload within a stretch, and what stands in front of it."""

    begin: int
    end: int
    known: bool  # it begins with the first line of a layout
    type_digit: str | None = None
    position: str | None = None


def is_blank(data: bytes) -> bool:
    """Nothing but blanks and control characters."""
    return not data.strip(_BLANKS)


def is_control(data: bytes | bytearray) -> bool:
    """Nothing but control characters."""
    return not data.strip(_CONTROLS)


def payload_bounds(data: bytes, starts: Starts, marks: Marks = USUAL) -> Bounds:
    """Payload of a stretch: without control characters round it and the prefix."""
    begin = len(data) - len(data.lstrip(_CONTROLS))
    end = max(len(data.rstrip(_CONTROLS)), begin)
    if marks.stx in data[:begin] and marks.etx in data[begin:end]:
        end = data.index(marks.etx, begin)  # a block check follows it
    hit = starts.match(data, begin)
    if hit is None and marks.stx in data[:begin]:
        return _below_own_line(data, begin, end, starts)
    if hit is None:
        return Bounds(begin, end, known=False)
    return Bounds(hit.line_at, end, True, hit.type_digit, hit.position)


def _below_own_line(data: bytes, begin: int, end: int, starts: Starts) -> Bounds:
    """The first line of a layout below a line of the type digit and position alone.

    Only behind a mark: without one such a line may be the last of the record before.
    """
    own = _OWN_LINE.match(data, begin, end)
    hit = starts.match(data, own.end()) if own else None
    if own is None or hit is None:
        return Bounds(begin, end, known=False)
    if hit.position is not None:
        return Bounds(hit.line_at, end, True, hit.type_digit, hit.position)
    if hit.prefix:  # a line end has come between the digits
        return Bounds(begin, end, known=False)
    kind, position = (own[name] for name in ("type", "position"))
    type_digit = kind.decode("ascii") if kind else None
    return Bounds(hit.line_at, end, True, type_digit, position.decode("ascii"))


SEVEN = {
    Parity.EVEN: NoiseReason.SEVEN_EVEN,
    Parity.ODD: NoiseReason.SEVEN_ODD,
    Parity.MARK: NoiseReason.SEVEN_MARK,
}
# What bytes of another parity look like; they have no other fault that is known.
_OF_SEVEN = frozenset(
    (
        *(NoiseReason.NO_START, NoiseReason.CUT, NoiseReason.OVERSIZE),
        *(NoiseReason.PARITY, NoiseReason.BLOCK_CHECK),
    )
)


class Judge:
    """Makes a frame or noise of bytes that were taken out."""

    def __init__(self, mode: str, starts: Starts, marks: Marks = USUAL) -> None:
        self._mode = mode
        self._starts = starts
        self._marks = marks
        self._typed = False  # this line puts a type digit in front of records
        self._blocks = 0  # of the last records: blocks less those without marks

    def noise(self, taken: Taken, reason: NoiseReason) -> Noise:
        if reason in _OF_SEVEN:
            reason = SEVEN.get(taken.other_parity, reason)
        return Noise(
            taken.raw, taken.start, taken.end, taken.utc_us, taken.mono_ns, reason
        )

    def block(self, taken: Taken, verdict: Verdict) -> Frame | Noise:
        """STX to ETX, with what came behind it."""
        inner = taken.seen[1 : taken.seen.index(self._marks.etx)]
        if verdict is Verdict.WRONG:
            return self.noise(taken, NoiseReason.BLOCK_CHECK)
        reason = self._plain_reason(inner, taken)
        if reason is not None:
            return self.noise(taken, reason)
        bounds = payload_bounds(taken.seen, self._starts, self._marks)
        if self._is_broadcast(inner, bounds):
            return self.noise(taken, NoiseReason.BROADCAST)
        self._blocks = min(self._blocks + 1, _MOST_SURE)
        warnings = _CHECK_WARNINGS.get(verdict, ())
        return _frame(taken, Framing.STX_ETX, bounds, warnings, inner)

    @property
    def in_blocks(self) -> bool:
        """Records on this line stand between STX and ETX."""
        return self._blocks >= _SURE

    @property
    def in_text(self) -> bool:
        """Records on this line have no marks."""
        return self._blocks <= -_SURE

    def text(
        self,
        taken: Taken,
        framing: Framing,
        marked: bool,
        over: bool,
    ) -> Frame | Noise:
        """Bytes outside STX and ETX. ``over``: the rest of something too long."""
        reason = self._plain_reason(taken.seen, taken)
        if reason is not None:
            return self.noise(taken, reason)
        bounds = payload_bounds(taken.seen, self._starts, self._marks)
        if over and not bounds.known:
            return self.noise(taken, NoiseReason.OVERSIZE)
        if bounds.known and self._mode == "length" and framing is Framing.GAP:
            return self.noise(taken, NoiseReason.CUT)
        in_blocks = self.in_blocks
        self._blocks = max(self._blocks - bounds.known, -_MOST_SURE)
        if self._outside(bounds.known, marked, in_blocks):
            return self.noise(taken, NoiseReason.NO_START)
        lost = taken.seen[-1] == self._marks.etx or in_blocks
        broken = marked and taken.seen[-1] not in _ENDS  # in the middle of a line
        warnings = (("cut",) if broken else ()) + (_MISSING if lost else ())
        return _frame(taken, framing, bounds, warnings, taken.seen)

    def _outside(self, known: bool, marked: bool, in_blocks: bool) -> bool:
        if self._mode == "stx_etx":
            return True
        return not known and (marked or in_blocks or self._mode == "length")

    def _is_broadcast(self, inner: bytes, bounds: Bounds) -> bool:
        """Type digit 4 is a text to all positions, where it is a type digit at all:
        on a line that has shown others, or where no caller's number follows.
        """
        if bounds.known:
            self._typed = self._typed or bounds.type_digit is not None
            return False
        if self._typed:
            return inner.startswith(b"4")
        return bool(_BROADCAST.match(inner)) and not _NUMBER.search(inner)

    def _plain_reason(self, inner: bytes, taken: Taken) -> NoiseReason | None:
        """Why this is no frame whatever stands in it."""
        if self._marks.is_heartbeat(inner):
            return NoiseReason.HEARTBEAT
        if is_blank(inner):
            return NoiseReason.CONTROL
        return NoiseReason.PARITY if taken.parity_failed else None


def _frame(
    taken: Taken,
    framing: Framing,
    bounds: Bounds,
    warnings: tuple[str, ...],
    text: bytes,
) -> Frame:
    """``text``: all that is not mark or block check."""
    payload = taken.seen[bounds.begin : bounds.end]
    damage = _DAMAGE if bounds.known else _DAMAGE_OF_ANY
    if damage.search(text.strip(_ENDS)):
        warnings = (*warnings, "undecodable_bytes")
    return Frame(
        payload=payload,
        raw=taken.raw,
        start=taken.start,
        end=taken.end,
        utc_us=taken.utc_us,
        mono_ns=taken.mono_ns,
        framing=framing,
        type_digit=bounds.type_digit,
        position=bounds.position,
        warnings=warnings,
        payload_at=bounds.begin,
    )
