"""Call records as lines: the framer, and what all these drivers have in common.

A telephone system prints a record when a call is over. Its lines end in CR LF, CR or
LF; on a printer port pages end in a form feed, and a heading is repeated on each. A
record may take several lines, which come one right after the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from aliquot.drivers.lines.api import (
    Chunk,
    Frame,
    Heard,
    LineSettings,
    Noise,
    NoiseReason,
    OpenCall,
)
from aliquot.drivers.lines.line_buffer import LineBuffer
from aliquot.drivers.lines.plugins import OptionKind, OptionSpec

MOST_LINE = 4096
MOST_RECORD = 8192

_LEAD = re.compile(rb"[\x00\r\n\f]*")
_LINE_END = re.compile(rb"\r?\n|\f|\r(?=[^\n])")

Opens = Callable[[bytes], bool]
"""Whether more lines may belong to a record that begins with this line."""

Joins = Callable[[bytes, bytes], bool]
"""Whether a line goes on with the record whose bytes so far come first."""


class LineFramer:
    """A ``Framer``: a record, of one line or more, is a frame.

    Lines that ``opens`` says may go on are held until the next line, or until
    ``gap_ms`` without a byte; a line without its end is cut after ``cut_ms``.
    """

    def __init__(
        self,
        settings: LineSettings,
        start: int = 0,
        opens: Opens | None = None,
        joins: Joins | None = None,
    ) -> None:
        self._held = LineBuffer(start)
        self._gap_ns = settings.gap_ms * 1_000_000
        self._cut_ns = settings.cut_ms * 1_000_000
        self._opens, self._joins = opens, joins
        self._searched = 0
        self._record = 0  # end of the record that may go on, 0: there is none

    @property
    def pending(self) -> int:
        return len(self._held)

    @property
    def deadline_ns(self) -> int | None:
        if not len(self._held):
            return None
        soon = self._record or self._held.data.endswith(b"\r")
        return self._held.last.mono_ns + (self._gap_ns if soon else self._cut_ns)

    def feed(self, chunk: Chunk) -> Sequence[Frame | Noise]:
        out = list(self.tick(chunk.utc_us, chunk.mono_ns))
        self._held.add(chunk)
        out += self._complete()
        return out

    def tick(self, utc_us: int, mono_ns: int) -> Sequence[Frame | Noise]:
        out: list[Frame | Noise] = []
        while (due := self.deadline_ns) is not None and due <= mono_ns:
            out.append(self._rest(cut=True))
        return out

    def flush(self) -> Sequence[Frame | Noise]:
        out: list[Frame | Noise] = []
        while len(self._held):
            out.append(self._rest(cut=False))
        return out

    def _complete(self) -> list[Frame | Noise]:
        out: list[Frame | Noise] = []
        while (one := self._next()) is not None:
            out.append(one)
        return out

    def _begin(self, at: int = 0) -> int:
        found = _LEAD.match(self._held.data, at)
        assert found is not None
        return found.end()

    def _next(self) -> Frame | Noise | None:
        data = self._held.data
        while True:
            begin = self._begin(self._record)
            if begin - self._record > MOST_LINE:
                return self._first() if self._record else self._blank(begin)
            end = _LINE_END.search(data, max(begin, self._searched))
            if end is None or end.start() - begin > MOST_LINE:
                self._searched = max(begin, len(data) - 1)
                if len(data) - begin <= MOST_LINE:
                    return None
                return self._first() if self._record else self._oversize(begin)
            line = bytes(data[begin : end.start()])
            if self._record and not self._goes_on(line):
                return self._first()
            more = bool(self._record) or (self._opens is not None and self._opens(line))
            self._record, self._searched = end.end(), 0
            if not more or self._record > MOST_RECORD:
                return self._first()

    def _goes_on(self, line: bytes) -> bool:
        before = bytes(self._held.data[: self._record])
        return self._joins is not None and self._joins(before, line)

    def _first(self) -> Frame:
        """The record that is whole."""
        size, self._record, self._searched = self._record, 0, 0
        begin = self._begin()
        end = len(self._held.data[:size].rstrip(b"\r\n\f\x00"))
        return self._held.frame(size, begin, max(begin, end))

    def _rest(self, cut: bool) -> Frame | Noise:
        data = self._held.data
        if self._record:
            return self._first()
        if self._begin() == len(data):
            return self._blank(len(data))
        if cut and not data.endswith(b"\r"):
            self._searched = 0
            return self._held.noise(len(data), NoiseReason.CUT)
        self._record = len(data)
        return self._first()

    def _blank(self, size: int) -> Noise:
        self._searched = 0
        return self._held.noise(size, NoiseReason.CONTROL)

    def _oversize(self, begin: int) -> Noise:
        self._searched = 0
        return self._held.noise(begin + MOST_LINE, NoiseReason.OVERSIZE)


ALL_CALLS = OptionSpec(
    "all_calls",
    OptionKind.FLAG,
    False,
    "Tell of outgoing and internal calls too. They are nobody who called.",
)
POSITIONS = OptionSpec(
    "positions",
    OptionKind.TEXT,
    "",
    "Which extension is which position, as in 2221=01 2222=02. An extension that "
    "is not named here is shown as it is.",
)
OPTIONS = (ALL_CALLS, POSITIONS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What ``OPTIONS`` say."""

    all_calls: bool
    positions: Mapping[str, str]

    @staticmethod
    def of(settings: LineSettings) -> Wanted:
        said = str(settings.options.get("positions", ""))
        pairs = (part.partition("=") for part in said.split())
        positions = {old: new for old, mark, new in pairs if mark and new}
        return Wanted(settings.options.get("all_calls") is True, positions)

    def position(self, extension: str) -> str:
        return self.positions.get(extension, extension)


class RecordDecoder:
    """A ``Decoder`` that remembers nothing: each record says all of its call."""

    def __init__(self, read: Callable[[Frame], Sequence[Heard]]) -> None:
        self._read = read

    def decode(self, frame: Frame) -> Sequence[Heard]:
        return self._read(frame)

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """A record ends a call by its own key; nothing is open here."""
