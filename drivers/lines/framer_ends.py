"""Where a record without an end mark ends, by the line table of its layout.

Fed with line ends as they come. Two shapes have an end that can be known: each
line with its own line end (the end of the last line), and the lines run together
with line ends after some (a length). Any other text ends by what comes after it.
"""

from __future__ import annotations

from enum import Enum

from aliquot.drivers.lines.layouts import Layout

_CR, _LF = 0x0D, 0x0A


class State(Enum):
    """What a framer holds."""

    IDLE = "idle"  # nothing held, or stray control characters
    TEXT = "text"
    BLOCK = "block"  # between STX and ETX
    CHECK = "check"  # behind ETX
    DOUBT = "doubt"  # behind a byte behind ETX that is no check, or a wrong one


class Shape(Enum):
    """How the lines of the record are parted."""

    OPEN = "open"  # no line end yet
    LINES = "lines"
    STREAM = "stream"
    OTHER = "other"


class RecordEnd:
    """Watches one record. ``line_at`` is where its first line begins."""

    def __init__(self, layout: Layout, line_at: int) -> None:
        self._layout = layout
        self._line_at = line_at
        self._lines = 0
        self._crlf = self._lfcr = False
        self._first = 0  # the byte that ends the first line
        self._breaks = iter(layout.stream_breaks)
        self.shape = Shape.OPEN
        self.target: int | None = None  # length at which a stream is complete

    def take(self, at: int, before: int, byte: int) -> bool:
        """A byte of a line end stands at ``at``, behind ``before``. Whether more of the
        same line end follows, as far as is known."""
        self._first = self._first or byte
        turned = (before, byte) == (_LF, _CR) and self._first == _LF
        usual = (before, byte) == (_CR, _LF) and not self._lfcr
        if usual or turned:
            self._crlf, self._lfcr = not turned, turned
            self._second_byte()
            return False
        self.line_end(at, 1)
        return (self._lfcr and byte == _LF) or (self._crlf and byte == _CR)

    def line_end(self, at: int, size: int) -> None:
        """A line end of ``size`` bytes stands at ``at``."""
        if self.shape is Shape.OPEN:
            self._settle(at - self._line_at)
        if self.shape is Shape.LINES:
            self._end_line(at)
        elif self.shape is Shape.STREAM:
            self._end_stream_line(at, size)
        self._line_at = at + size

    def _second_byte(self) -> None:
        """The other byte of a line end that was counted already."""
        self._line_at += 1
        if self.target is not None:
            self.target += 1

    @property
    def lines_complete(self) -> bool:
        """All lines have their ends."""
        all_there = self._lines >= len(self._layout.widths)
        return self.shape is Shape.LINES and all_there

    @property
    def may_go_on(self) -> bool:
        return self._lines < len(self._layout.widths) + self._layout.extra_lines

    def _settle(self, length: int) -> None:
        first = self._layout.widths[0]
        breaks = self._layout.stream_breaks
        if length <= first:
            self.shape = Shape.LINES
        elif breaks and length == self._layout.starts[breaks[0]]:
            self.shape = Shape.STREAM
        else:
            self.shape = Shape.OTHER

    def _end_line(self, at: int) -> None:
        widths = self._layout.widths
        width = widths[self._lines] if self._lines < len(widths) else 0
        if width and at - self._line_at > width:
            self.shape = Shape.OTHER
        self._lines += 1

    def _end_stream_line(self, at: int, size: int) -> None:
        line = next(self._breaks, None)
        starts, breaks = self._layout.starts, self._layout.stream_breaks
        before = [n for n in breaks if line and n < line]
        begin = starts[before[-1]] if before else 0
        if line is None or at - self._line_at != starts[line] - begin:
            self.shape, self.target = Shape.OTHER, None
        elif line == breaks[-1]:
            self.target = at + size + starts[-1] - starts[line]
