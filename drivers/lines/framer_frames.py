"""What of a stretch of bytes is payload, and what it is when it is no record."""

from __future__ import annotations

from dataclasses import dataclass

from aliquot.drivers.lines.api import Frame, Framing, Noise, NoiseReason
from aliquot.drivers.lines.detect import Starts
from aliquot.drivers.lines.framer_check import Verdict
from aliquot.drivers.lines.framer_stretch import Taken

STX = b"\x02"
ETX = b"\x03"
_CONTROLS = bytes(range(0x20)) + b"\x7f"
_BLANKS = _CONTROLS + b" "
_HEARTBEAT = b"H"
_MISSING = ("block_check_missing",)
_CHECK_WARNINGS = {
    Verdict.MISSING: _MISSING,
    Verdict.UNSURE: ("block_check_unsure",),
    Verdict.UNSURE_NOT_PART: ("block_check_unsure",),
}


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


def is_control(data: bytes) -> bool:
    """Nothing but control characters."""
    return not data.strip(_CONTROLS)


def is_heartbeat(data: bytes) -> bool:
    """Nothing but the letter that says the link lives."""
    return data.strip(_BLANKS) == _HEARTBEAT


def payload_bounds(data: bytes, starts: Starts) -> Bounds:
    """Payload of a stretch: without control characters round it and the prefix."""
    begin = len(data) - len(data.lstrip(_CONTROLS))
    end = max(len(data.rstrip(_CONTROLS)), begin)
    if STX in data[:begin] and ETX in data[begin:end]:
        end = data.index(ETX, begin)  # a block check follows it
    hit = starts.match(data, begin)
    if hit is None:
        return Bounds(begin, end, known=False)
    return Bounds(hit.line_at, end, True, hit.type_digit, hit.position)


class Judge:
    """Makes a frame or noise of bytes that were taken out."""

    def __init__(self, mode: str, starts: Starts) -> None:
        self._mode = mode
        self._starts = starts
        self.stx_seen = False

    def noise(self, taken: Taken, reason: NoiseReason) -> Noise:
        return Noise(
            taken.raw, taken.start, taken.end, taken.utc_us, taken.mono_ns, reason
        )

    def block(self, taken: Taken, verdict: Verdict) -> Frame | Noise:
        """STX to ETX, with what came behind it."""
        inner = taken.seen[1 : taken.seen.index(ETX)]
        if verdict is Verdict.WRONG:
            return self.noise(taken, NoiseReason.BLOCK_CHECK)
        reason = _plain_reason(inner, taken)
        if reason is not None:
            return self.noise(taken, reason)
        return self._frame(taken, Framing.STX_ETX, _CHECK_WARNINGS.get(verdict, ()))

    def text(
        self, taken: Taken, framing: Framing, marked: bool, over: bool
    ) -> Frame | Noise:
        """Bytes outside STX and ETX. ``over``: the rest of something too long."""
        reason = _plain_reason(taken.seen, taken)
        if reason is not None:
            return self.noise(taken, reason)
        known = payload_bounds(taken.seen, self._starts).known
        if over and not known:
            return self.noise(taken, NoiseReason.OVERSIZE)
        if known and self._mode == "length" and framing is Framing.GAP:
            return self.noise(taken, NoiseReason.CUT)
        if self._outside(known, marked):
            return self.noise(taken, NoiseReason.NO_START)
        lost_stx = taken.seen.endswith(ETX)
        return self._frame(taken, framing, _MISSING if lost_stx else ())

    def _outside(self, known: bool, marked: bool) -> bool:
        if self._mode == "stx_etx":
            return True
        return not known and (marked or self.stx_seen or self._mode == "length")

    def _frame(
        self, taken: Taken, framing: Framing, warnings: tuple[str, ...]
    ) -> Frame:
        bounds = payload_bounds(taken.seen, self._starts)
        return Frame(
            payload=taken.seen[bounds.begin : bounds.end],
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


def _plain_reason(inner: bytes, taken: Taken) -> NoiseReason | None:
    """Why this is no frame whatever stands in it."""
    if is_heartbeat(inner):
        return NoiseReason.HEARTBEAT
    if is_blank(inner):
        return NoiseReason.CONTROL
    return NoiseReason.PARITY if taken.parity_failed else None
