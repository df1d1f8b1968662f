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

from aliquot.drivers.lines.api import Frame, Framing, Noise, NoiseReason
from aliquot.drivers.lines.detect import StartHit
from aliquot.drivers.lines.framer_base import MOST_BYTES, FramerBase
from aliquot.drivers.lines.framer_check import Verdict
from aliquot.drivers.lines.framer_ends import RecordEnd, State
from aliquot.drivers.lines.framer_frames import is_control

__all__ = ["MOST_BYTES", "AliFramer"]

_LF, _FF, _CR, _BLANK = 0x0A, 0x0C, 0x0D, 0x20
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class AliFramer(FramerBase):
    """``Framer`` for ALI text. Holds at most ``MOST_BYTES`` bytes, never raises."""

    def _states(self) -> dict[State, Callable[[int], int]]:
        return {
            State.IDLE: self._idle,
            State.TEXT: self._text,
            State.BLOCK: self._block,
            State.CHECK: self._behind_etx,
            State.DOUBT: self._behind_doubt,
        }

    def flush(self) -> Sequence[Frame | Noise]:
        if len(self._held):
            self._end_by_silence()
        self._forget_text()
        self._state = State.IDLE
        return self._give()

    def _end_by_silence(self) -> None:
        if self._state is State.BLOCK:
            self._noise(NoiseReason.CUT)
        elif self._state is State.CHECK:
            self._close_block(self._check.silence())
        elif self._state is State.DOUBT:
            self._settle_doubt(alone=True)
            if len(self._held):
                self._end_by_silence()
        elif self._state is State.TEXT and self._may_be_done:
            self._close_done()
        elif self._state is State.TEXT:
            self._close_text(Framing.GAP)
        else:
            self._noise(NoiseReason.CONTROL)

    # --- blocks -----------------------------------------------------------------

    def _block(self, at: int) -> int:
        found = self._marks.either.search(self._seen, at)
        end = self._room(at, found.start() if found else None)
        if end > at:
            return self._add_to_block(at, end)
        if self._seen[at] == self._marks.stx:  # the old one never ended, this is fine
            self._noise(NoiseReason.CUT)
            self._state = State.BLOCK
            return self._add(at, at + 1)
        self._add(at, at + 1)
        if self._check.never:
            self._close_block(Verdict.NOT_PART)
        else:
            self._state = State.CHECK
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
        while hit is not None and is_control(self._held.seen[1 : hit.at]):
            self._scan = hit.end  # a block as any
            hit = self._starts.search(self._held.seen, self._scan)
        if hit is None:
            self._scan = max(self._scan, self._reach())
            return 0
        left = len(self._held) - hit.end
        self._held.put_back(left)
        self._out.append(self._judge.noise(self._held.take(hit.at), NoiseReason.CUT))
        self._forget_text()
        self._state = State.TEXT
        self._find_starts()
        return left

    def _behind_etx(self, at: int) -> int:
        verdict = self._check.judge(bytes(self._held.seen), self._seen[at])
        if verdict is Verdict.DOUBT:
            self._state = State.DOUBT
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
            self._state = State.BLOCK
        elif left and byte >= 0x20 and byte != 0x7F:
            self._state = State.TEXT

    def _close_block(self, verdict: Verdict, left: int = 0) -> None:
        taken = self._held.take(len(self._held) - left)
        self._state = State.IDLE
        if verdict is Verdict.NOT_PART:
            self._closed_block = taken.seen
        self._out.append(self._judge.block(taken, verdict))

    # --- text without marks -----------------------------------------------------

    def _text(self, at: int) -> int:
        if self._heartbeat_before(at):
            self._close_text(Framing.LINES)
            return at
        found = _CONTROL.search(self._seen, at)
        if found and found.start() == at:
            return self._text_control(at)
        end = self._room(at, found.start() if found else None)
        target = self._target()
        if target is not None:
            end = min(end, at + max(target - len(self._held), 1))
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
            self._close_text(Framing.LINES, marked=True)
        self._forget_text()
        self._state = State.IDLE

    def _line_end(self, end: RecordEnd, byte: int) -> None:
        last = len(self._held) - 1
        before = self._held.seen[last - 1] if last else 0
        if end.take(last, before, byte) or not end.lines_complete:
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

    def _begin_record(self, hit: StartHit) -> None:
        if hit.at:
            if self._may_be_done and self._target() is None:
                self._extra_line = False
            self._close_text(Framing.LINES, hit.at, marked=True)
            self._state = State.TEXT
        self._over = False
        self._end = RecordEnd(hit.layouts[0], hit.line_at - hit.at)
        self._scan = hit.end - hit.at

    def _close_if_full(self) -> None:
        target = self._target()
        if target is not None and len(self._held) >= target:
            self._length_reached(target)
        elif len(self._held) >= MOST_BYTES:
            self._too_long()

    def _length_reached(self, target: int) -> None:
        """Text in the last column may be the next record's, where bytes were lost: then
        its first line will show. Else what is beyond the length is the next."""
        if self._held.seen[target - 1] == _BLANK or self._scan > target:
            self._close_text(Framing.LENGTH, target)
            self._state = State.TEXT if len(self._held) else State.IDLE
        else:
            self._may_be_done = True

    def _close_text(
        self, framing: Framing, count: int | None = None, marked: bool = False
    ) -> None:
        """``marked``: what follows has a mark of its own, so this has no end."""
        taken = self._held.take(len(self._held) if count is None else count)
        over = self._over
        self._forget_text()
        self._state = State.IDLE
        self._out.append(self._judge.text(taken, framing, marked, over))

    def _close_done(self) -> None:
        target = self._target()
        if target is None:
            self._extra_line = False
            self._close_text(Framing.LINES)
            return
        self._close_text(Framing.LENGTH, target)
        if len(self._held):
            self._state = State.TEXT
            self._end_by_silence()

    def _too_long(self) -> None:
        """The rest until something begins, or until silence, is too long as well."""
        self._noise(NoiseReason.OVERSIZE)
        self._state, self._over = State.TEXT, True
