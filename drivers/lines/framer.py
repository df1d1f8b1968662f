"""Cuts the bytes of an ALI line into frames.

Two ways of saying where a record is are understood at once:

blocks
    STX, an optional type digit and position, text, ETX, an optional block check;
text
    no mark at all. A record begins with the first line of a layout and ends by
    its line table, at the next first line, at a form feed, or by silence.

Time is taken from the stamps of the chunks alone. A silence is acted upon when
the next chunk comes or when ``tick`` is called, whichever is first, with the
same outcome; so the chunking of the bytes makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum

from aliquot.drivers.lines.api import (
    Chunk,
    Frame,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.detect import StartHit, Starts
from aliquot.drivers.lines.framer_check import BlockCheck, Verdict
from aliquot.drivers.lines.framer_ends import RecordEnd
from aliquot.drivers.lines.framer_frames import USUAL, Judge, Marks
from aliquot.drivers.lines.framer_stretch import Stretch
from aliquot.drivers.lines.layouts import Layout, LayoutError, choose

MOST_BYTES = 4096  # longer than any record may be

_MS = 1_000_000
# Wait for a block check, or for one more line, where it is not known if one comes.
_SHORT_WAIT_NS = 30 * _MS
_FRAMINGS = ("auto", "stx_etx", "lines", "length", "gap")
_LF, _FF, _CR = 0x0A, 0x0C, 0x0D
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class _State(Enum):
    IDLE = "idle"  # nothing held, or stray control characters
    TEXT = "text"
    BLOCK = "block"  # between STX and ETX
    CHECK = "check"  # behind ETX
    DOUBT = "doubt"  # behind a byte behind ETX that is no check, or a wrong one


class AliFramer:
    """``Framer`` for ALI text. Holds at most ``MOST_BYTES`` bytes, never raises."""

    def __init__(
        self,
        settings: LineSettings,
        start: int = 0,
        marks: Marks = USUAL,
        layouts: Sequence[Layout] | None = None,
    ) -> None:
        """``layouts`` in place of those the settings name. Raises ``LayoutError``."""
        self._marks = marks
        mode = settings.framing
        if mode not in _FRAMINGS:
            raise LayoutError(mode, "framing", f"use one of {', '.join(_FRAMINGS)}")
        self._blocks = mode in ("auto", "stx_etx")
        self._ends_stray = marks.ends_stray(self._blocks)
        self._gap_only = mode == "gap"
        self._gap_ns = settings.gap_ms * _MS
        self._cut_ns = settings.cut_ms * _MS
        self._text_ns = self._cut_ns if mode == "length" else self._gap_ns
        starts = Starts(choose(settings.layouts) if layouts is None else layouts)
        # Silence alone parts records then; what stands in front of one is told still.
        self._starts = Starts(()) if self._gap_only else starts
        self._judge = Judge(mode, starts, marks)
        self._check = BlockCheck(settings.block_check, marks.stx)
        self._held = Stretch(start, settings.parity == "strip_even")
        self._state = _State.IDLE
        self._closed_block = b""
        self._extra_line: bool | None = None  # whether one follows: learned
        self._out: list[Frame | Noise] = []
        self._chunk = Chunk(b"", 0, 0)
        self._seen = b""
        self._last_ns = 0
        self._forget_text()
        self._handlers: dict[_State, Callable[[int], int]] = {
            _State.IDLE: self._idle,
            _State.TEXT: self._text,
            _State.BLOCK: self._block,
            _State.CHECK: self._behind_etx,
            _State.DOUBT: self._behind_doubt,
        }

    @property
    def pending(self) -> int:
        return len(self._held)

    @property
    def deadline_ns(self) -> int | None:
        return self._last_ns + self._patience_ns() if len(self._held) else None

    def feed(self, chunk: Chunk) -> Sequence[Frame | Noise]:
        self._pass_time(chunk.mono_ns)
        if chunk.data:
            self._chunk = chunk
            self._seen = self._held.clean(chunk.data)
            at = 0
            while at < len(self._seen):
                at = self._handlers[self._state](at)
            self._last_ns = chunk.mono_ns
        return self._give()

    def tick(self, utc_us: int, mono_ns: int) -> Sequence[Frame | Noise]:
        self._pass_time(mono_ns)
        return self._give()

    def flush(self) -> Sequence[Frame | Noise]:
        if len(self._held):
            self._end_by_silence()
        self._forget_text()
        self._state = _State.IDLE
        return self._give()

    def _give(self) -> list[Frame | Noise]:
        out, self._out = self._out, []
        return out

    def _patience_ns(self) -> int:
        if self._state is _State.BLOCK:
            return self._cut_ns
        if self._state is _State.CHECK:
            return self._gap_ns if self._check.expected else _SHORT_WAIT_NS
        if self._state is _State.DOUBT:
            return _SHORT_WAIT_NS
        if self._state is _State.TEXT and self._may_be_done:
            return min(_SHORT_WAIT_NS, self._gap_ns)
        return self._text_ns if self._state is _State.TEXT else self._gap_ns

    def _pass_time(self, mono_ns: int) -> None:
        if mono_ns - self._last_ns < self._patience_ns():
            return
        if len(self._held):
            self._end_by_silence()
        elif self._state is _State.TEXT:  # the rest of something too long is over
            self._state, self._over = _State.IDLE, False

    def _end_by_silence(self) -> None:
        if self._state is _State.BLOCK:
            self._noise(NoiseReason.CUT)
        elif self._state is _State.CHECK:
            self._close_block(self._check.silence())
        elif self._state is _State.DOUBT:
            self._settle_doubt(alone=True)
            if len(self._held):
                self._end_by_silence()
        elif self._state is _State.TEXT and self._may_be_done:
            self._extra_line = False
            self._close_text(Framing.LINES)
        elif self._state is _State.TEXT:
            self._close_text(Framing.GAP)
        else:
            self._noise(NoiseReason.CONTROL)

    def _idle(self, at: int) -> int:
        byte = self._seen[at]
        if self._closed_block:
            self._check.stray(self._closed_block, byte)
            self._closed_block = b""
        control = byte < 0x20 or byte == 0x7F
        if control and not (self._blocks and byte == self._marks.stx):
            return self._stray(at)
        if len(self._held):
            self._noise(NoiseReason.CONTROL)
        if byte == self._marks.stx and self._blocks:
            self._state = _State.BLOCK
            return self._add(at, at + 1)
        self._state = _State.TEXT
        return at

    def _stray(self, at: int) -> int:
        if self._seen[at] in self._marks.answers:
            self._add(at, at + 1)
            self._noise(NoiseReason.CONTROL)
            return at + 1
        found = self._ends_stray.search(self._seen, at)
        end = self._add(at, self._room(at, found.start() if found else None))
        if len(self._held) >= MOST_BYTES:
            self._noise(NoiseReason.CONTROL)
        return end

    # --- blocks -----------------------------------------------------------------

    def _block(self, at: int) -> int:
        found = self._marks.either.search(self._seen, at)
        end = self._room(at, found.start() if found else None)
        if end > at:
            return self._add_to_block(at, end)
        if self._seen[at] == self._marks.stx:  # the old one never ended, this is fine
            self._noise(NoiseReason.CUT)
            self._state = _State.BLOCK
            return self._add(at, at + 1)
        self._add(at, at + 1)
        if self._check.never:
            self._close_block(Verdict.NOT_PART)
        else:
            self._state = _State.CHECK
        return at + 1

    def _add_to_block(self, at: int, end: int) -> int:
        self._add(at, end)
        if self._judge.in_text:
            end -= self._end_stray_block()
        if len(self._held) >= MOST_BYTES:
            self._too_long()
        return end

    def _end_stray_block(self) -> int:
        """Where records have no marks, what looks like STX is damage: the first line
        of a record ends what it began. How many bytes are to be looked at again."""
        hit = self._starts.search(self._held.seen, max(self._scan, 1))
        if hit is None:
            self._scan = max(self._scan, self._reach())
            return 0
        left = len(self._held) - hit.end
        self._held.put_back(left)
        self._out.append(self._judge.noise(self._held.take(hit.at), NoiseReason.CUT))
        self._forget_text()
        self._state = _State.TEXT
        self._find_starts()
        return left

    def _behind_etx(self, at: int) -> int:
        verdict = self._check.judge(bytes(self._held.seen), self._seen[at])
        if verdict is Verdict.DOUBT:
            self._state = _State.DOUBT
            return self._add(at, at + 1)
        if verdict in (Verdict.CHECK, Verdict.WRONG):
            self._add(at, at + 1)
            at += 1
        self._close_block(verdict)
        return at

    def _behind_doubt(self, at: int) -> int:
        stx, byte = self._marks.stx, self._seen[at]
        mark = self._held.seen[-1] == stx  # may be a check, or begin the next block
        self._settle_doubt(alone=byte == stx or (mark and byte < 0x20))
        return at

    def _settle_doubt(self, alone: bool) -> None:
        """Gives the block out; the byte behind it stays held where it is no part."""
        byte = self._held.seen[-1]
        verdict = self._check.settle(byte, alone)
        left = int(verdict in (Verdict.UNSURE_NOT_PART, Verdict.MISSING))
        self._close_block(verdict, left)
        if left and byte == self._marks.stx:
            self._state = _State.BLOCK
        elif left and byte >= 0x20 and byte != 0x7F:
            self._state = _State.TEXT

    def _close_block(self, verdict: Verdict, left: int = 0) -> None:
        taken = self._held.take(len(self._held) - left)
        self._state = _State.IDLE
        if verdict is Verdict.NOT_PART:
            self._closed_block = taken.seen
        self._out.append(self._judge.block(taken, verdict))

    # --- text without marks -----------------------------------------------------

    def _forget_text(self) -> None:
        self._end: RecordEnd | None = None
        self._scan = 0  # no first line begins before this index
        self._may_be_done = False
        self._over = False

    def _text(self, at: int) -> int:
        if self._heartbeat_before(at):
            self._close_text(Framing.LINES)
            return at
        found = _CONTROL.search(self._seen, at)
        if found and found.start() == at:
            return self._text_control(at)
        end = self._room(at, found.start() if found else None)
        if self._end is not None and self._end.target is not None:
            end = min(end, at + max(self._end.target - len(self._held), 1))
        self._add(at, end)
        self._find_starts()
        self._close_if_full()
        return end

    def _heartbeat_before(self, at: int) -> bool:
        held = self._held.seen
        if not held or held[-1] not in (_CR, _LF) or self._gap_only:
            return False
        return self._seen[at] not in (_CR, _LF) and self._marks.is_heartbeat(held)

    def _text_control(self, at: int) -> int:
        byte = self._seen[at]
        if byte == self._marks.stx and self._blocks:
            self._close_text_before_mark()
            return at
        self._add(at, at + 1)
        if byte == self._marks.etx and self._blocks:  # its STX was lost
            self._close_text(Framing.LINES, marked=True)
        elif byte == _FF and not self._gap_only:
            self._close_text(Framing.LINES)
        elif byte in (_CR, _LF) and self._end is not None:
            self._line_end(self._end, byte)
        self._close_if_full()
        return at + 1

    def _close_text_before_mark(self) -> None:
        if len(self._held):
            broken = self._held.seen[-1] not in (_CR, _LF, _FF)
            self._close_text(Framing.LINES, marked=True, broken=broken)
        self._forget_text()
        self._state = _State.IDLE

    def _line_end(self, end: RecordEnd, byte: int) -> None:
        last = len(self._held) - 1
        if byte == _LF and self._held.seen[last - 1] == _CR:
            end.second_byte()
        else:
            end.line_end(last, 1)
        if not end.lines_complete or (end.crlf and byte == _CR):
            return
        if end.may_go_on and self._extra_line is not False:
            self._may_be_done = True
            return
        if self._may_be_done:
            self._extra_line = True
        self._close_text(Framing.LINES)

    def _find_starts(self) -> None:
        while (hit := self._starts.search(self._held.seen, self._scan)) is not None:
            self._begin_record(hit)
        self._scan = max(self._scan, self._reach())

    def _reach(self) -> int:
        """No first line that is not yet whole begins before this index."""
        return len(self._held) - self._starts.most_bytes + 1

    def _begin_record(self, hit: StartHit) -> None:
        if hit.at:
            if self._may_be_done:
                self._extra_line = False
            self._close_text(Framing.LINES, hit.at, marked=True)
            self._state = _State.TEXT
        self._over = False
        self._end = RecordEnd(hit.layouts[0], hit.line_at - hit.at)
        self._scan = hit.end - hit.at

    def _close_if_full(self) -> None:
        if self._end is not None and self._end.target == len(self._held) > 0:
            self._close_text(Framing.LENGTH)
        elif len(self._held) >= MOST_BYTES:
            self._too_long()

    def _close_text(
        self,
        framing: Framing,
        count: int | None = None,
        marked: bool = False,
        broken: bool = False,
    ) -> None:
        """``marked``: what follows has a mark of its own, so this has no end."""
        taken = self._held.take(len(self._held) if count is None else count)
        over = self._over
        self._forget_text()
        self._state = _State.IDLE
        self._out.append(self._judge.text(taken, framing, marked, over, broken))

    # --- what all need ----------------------------------------------------------

    def _room(self, at: int, end: int | None) -> int:
        stop = len(self._seen) if end is None else end
        return min(stop, at + MOST_BYTES - len(self._held))

    def _add(self, at: int, end: int) -> int:
        chunk = self._chunk
        self._held.add(
            chunk.data[at:end], self._seen[at:end], chunk.utc_us, chunk.mono_ns
        )
        return end

    def _too_long(self) -> None:
        """The rest until something begins, or until silence, is too long as well."""
        self._noise(NoiseReason.OVERSIZE)
        self._state, self._over = _State.TEXT, True

    def _noise(self, reason: NoiseReason) -> None:
        taken = self._held.take(len(self._held))
        self._forget_text()
        self._state = _State.IDLE
        self._out.append(self._judge.noise(taken, reason))
