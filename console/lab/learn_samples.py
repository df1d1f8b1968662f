"""Samples to learn from: their lines, and where the labelled texts stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aliquot.console.domain.lab import Sample
from aliquot.drivers.lines.numbers import digits

_LINE_END = re.compile(r"\r\n|\r|\n")
_STX, _ETX = "\x02", "\x03"
_CONTROLS = "".join(map(chr, range(0x20))) + "\x7f"
_NUMBER_LIKE = re.compile(r"\(?\d{3}\)?[ ./-]{0,2}\d{3}[ .-]?\d{4}")
_DECIMAL = re.compile(r"[+-]?\d+(?:\.\d+)?")
NUMBERS = frozenset(
    ("callback_number", "pani", "first_number", "second_number", "callback")
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A text in a line: columns ``first`` to ``stop`` (not in it), line from 0."""

    line: int
    first: int
    stop: int
    whole: bool = True  # no letter or digit touches it

    @property
    def words(self) -> str:
        return f"line {self.line + 1}, columns {self.first}-{self.stop - 1}"


@dataclass(frozen=True, slots=True)
class Read:
    """A sample as lines of characters, one character a byte."""

    name: str
    raw: bytes
    payload: bytes
    payload_at: int
    lines: tuple[str, ...]
    starts: tuple[int, ...]  # of each line, in the payload
    wanted: tuple[tuple[str, str], ...]  # (field, text)
    marked: tuple[tuple[str, Spot], ...]

    def char(self, line: int, column: int) -> str:
        """A blank where nothing is."""
        text = self.lines[line] if line < len(self.lines) else ""
        return text[column] if 0 <= column < len(text) else " "

    def cut(self, line: int, first: int, stop: int) -> str:
        text = self.lines[line] if line < len(self.lines) else ""
        return text[max(first, 0) : stop].ljust(max(0, stop - max(first, 0)))

    def text_of(self, name: str) -> str | None:
        return next((text for field, text in self.wanted if field == name), None)

    def spots(self, name: str) -> list[Spot]:
        """Where the text of a field stands: as marked, else wherever it occurs."""
        marks = [spot for field, spot in self.marked if field == name]
        if marks:
            return marks
        text = self.text_of(name)
        return [] if text is None else list(find(self.lines, name, text))


def read(sample: Sample) -> Read:
    """A sample cut into its lines; marks become texts with a place."""
    text = sample.raw.decode("latin-1")
    begin, end = _bounds(text)
    payload = text[begin:end]
    lines: list[str] = []
    starts: list[int] = []
    at = 0
    for found in _LINE_END.finditer(payload):
        lines.append(payload[at : found.start()])
        starts.append(at)
        at = found.end()
    lines.append(payload[at:])
    starts.append(at)
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop(), starts.pop()
    plain = tuple(line.translate(_BLANKED) for line in lines)
    marks = tuple(_marks(sample, begin, plain, starts))
    wanted = dict(sample.labels)
    for name, spot in marks:
        wanted[name] = plain[spot.line][spot.first : spot.stop]
    return Read(
        name=sample.name,
        raw=sample.raw,
        payload=payload.encode("latin-1"),
        payload_at=begin,
        lines=plain,
        starts=tuple(starts),
        wanted=tuple(wanted.items()),
        marked=marks,
    )


_BLANKED = str.maketrans({c: " " for c in _CONTROLS})


def _bounds(text: str) -> tuple[int, int]:
    """Payload without the control characters round it, and what is behind ETX."""
    begin = len(text) - len(text.lstrip(_CONTROLS))
    if _STX in text[begin:]:  # something stands in front of the start mark
        begin = text.index(_STX, begin) + 1
    end = text.find(_ETX, begin)
    end = len(text) if end < 0 else end
    return begin, max(begin, len(text[:end].rstrip(_CONTROLS)))


def _marks(
    sample: Sample, begin: int, lines: Sequence[str], starts: Sequence[int]
) -> Iterator[tuple[str, Spot]]:
    for mark in sample.marks:
        text = sample.raw[mark.start : mark.end].decode("latin-1")
        left = len(text) - len(text.lstrip())
        first = mark.start - begin + left
        for number, (line, start) in enumerate(zip(lines, starts, strict=True)):
            if start <= first < start + len(line):
                stop = min(first + len(text.strip()), start + len(line))
                yield mark.name, Spot(number, first - start, stop - start)


def find(lines: Sequence[str], name: str, text: str) -> Iterator[Spot]:
    """Where a text stands, or one that says the same number."""
    wanted = text.strip()
    words = wanted.split()
    if not words:
        return
    pattern = re.compile(r" +".join(map(re.escape, words)))
    found = list(_all(lines, pattern))
    whole = [spot for spot in found if spot.whole]
    if not whole and name in NUMBERS:
        whole = [s for s in _all(lines, _NUMBER_LIKE) if _same_number(lines, s, wanted)]
    if not whole and _DECIMAL.fullmatch(wanted):
        whole = [s for s in _all(lines, _DECIMAL) if _same_amount(lines, s, wanted)]
    yield from whole or found


def _all(lines: Sequence[str], pattern: re.Pattern[str]) -> Iterator[Spot]:
    for number, line in enumerate(lines):
        at = 0
        while hit := pattern.search(line, at):
            before, after = line[: hit.start()][-1:], line[hit.end() :][:1]
            whole = not (_joins(before, hit[0][0]) or _joins(after, hit[0][-1]))
            yield Spot(number, hit.start(), hit.end(), whole)
            at = hit.end() if pattern is _DECIMAL else hit.start() + 1


def _joins(outside: str, inside: str) -> bool:
    """Whether two characters next to each other are of one word."""
    if outside.isdigit() and inside.isdigit():
        return True
    return outside.isalpha() and inside.isalpha()


def _same_number(lines: Sequence[str], spot: Spot, wanted: str) -> bool:
    text = lines[spot.line][spot.first : spot.stop]
    return digits(text) is not None and digits(text) == digits(wanted)


def _same_amount(lines: Sequence[str], spot: Spot, wanted: str) -> bool:
    text = lines[spot.line][spot.first : spot.stop]
    return abs(abs(float(text)) - abs(float(wanted))) < 1e-9
