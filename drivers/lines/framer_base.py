"""What a framer of ALI text is made on: bytes held, stamps, and what stands between
frames. The rest is ``framer``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from aliquot.drivers.lines.api import (
    Chunk,
    Frame,
    LineSettings,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.detect import Starts
from aliquot.drivers.lines.framer_check import BlockCheck
from aliquot.drivers.lines.framer_ends import RecordEnd, State
from aliquot.drivers.lines.framer_frames import USUAL, Judge, Marks
from aliquot.drivers.lines.framer_stretch import Stretch
from aliquot.drivers.lines.layouts import Layout, LayoutError, choose
from aliquot.drivers.lines.parity import Parity

MOST_BYTES = 4096  # longer than any record may be

_MS = 1_000_000
# Wait for a block check, or for one more line, where it is not known if one comes.
_SHORT_WAIT_NS = 30 * _MS
_FRAMINGS = ("auto", "stx_etx", "lines", "length", "gap")


class FramerBase(ABC):
    """Time, and what stands between frames."""

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
        self._held = Stretch(start, Parity(settings.parity))
        self._state = State.IDLE
        self._closed_block = b""
        self._extra_line: bool | None = None  # whether one follows: learned
        self._out: list[Frame | Noise] = []
        self._chunk = Chunk(b"", 0, 0)
        self._seen = b""
        self._last_ns = 0
        self._forget_text()
        self._handlers = self._states()

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

    def _give(self) -> list[Frame | Noise]:
        out, self._out = self._out, []
        return out

    def _patience_ns(self) -> int:
        if self._state is State.BLOCK:
            return self._text_ns if self._judge.in_text else self._cut_ns
        if self._state is State.CHECK:
            return self._gap_ns if self._check.expected else _SHORT_WAIT_NS
        if self._state is State.DOUBT:
            return _SHORT_WAIT_NS
        if self._state is State.TEXT and self._may_be_done and self._ends_here():
            return min(_SHORT_WAIT_NS, self._gap_ns)
        return self._text_ns if self._state is State.TEXT else self._gap_ns

    def _pass_time(self, mono_ns: int) -> None:
        if mono_ns - self._last_ns < self._patience_ns():
            return
        if len(self._held):
            self._end_by_silence()
        elif self._state is State.TEXT:  # the rest of something too long is over
            self._state, self._over = State.IDLE, False

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
            self._state = State.BLOCK
            return self._add(at, at + 1)
        self._state = State.TEXT
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

    def _forget_text(self) -> None:
        self._end: RecordEnd | None = None
        self._scan = 0  # no first line begins before this index
        self._may_be_done = False
        self._over = False

    def _reach(self) -> int:
        """No first line that is not yet whole begins before this index."""
        return len(self._held) - self._starts.most_bytes + 1

    def _ends_here(self) -> bool:
        """Whether nothing of a further line has come: what has begun is either a part
        of this record or another one, and is given the time of any text."""
        target = self._target()
        if target is None:
            return self._held.seen.endswith((b"\r", b"\n"))
        return not self._held.seen[target:].strip(b"\r\n")

    def _target(self) -> int | None:
        return self._end.target if self._end is not None else None

    def _room(self, at: int, end: int | None) -> int:
        stop = len(self._seen) if end is None else end
        return min(stop, at + MOST_BYTES - len(self._held))

    def _add(self, at: int, end: int) -> int:
        chunk = self._chunk
        self._held.add(
            chunk.data[at:end], self._seen[at:end], chunk.utc_us, chunk.mono_ns
        )
        return end

    def _noise(self, reason: NoiseReason) -> None:
        taken = self._held.take(len(self._held))
        self._forget_text()
        self._state = State.IDLE
        self._out.append(self._judge.noise(taken, reason))

    @abstractmethod
    def _states(self) -> dict[State, Callable[[int], int]]:
        """What takes bytes in each state: from an index, and to which."""

    @abstractmethod
    def _end_by_silence(self) -> None: ...
