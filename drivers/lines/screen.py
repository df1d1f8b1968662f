"""Records that are painted on a terminal's screen: cursor codes to lines of text.

Some controllers drive a screen instead of sending a record. What stands where is then
said by codes of ANSI X3.64 (VT100) or of the VT52, and the order of the bytes is that
of painting. Here the screen is painted, and what stands on it is read as lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from aliquot.drivers.lines.api import AliRecord, Frame, Heard, Noise
from aliquot.drivers.lines.frame_parts import parts

ESC = b"\x1b"
_ROWS, _COLUMNS = 60, 132  # no code goes further; the usual screen has 24 by 80
_TAB = 8
_CODE = re.compile(
    rb"\x1b(?:\[(?P<numbers>[!-?]{0,24})(?P<code>[@-~])"
    rb"|Y(?P<place>[ -~]{2})"  # VT52: row and column, each with a blank's code added
    rb"|\][^\x07\x1b]{0,80}(?:\x07|\x1b\\)?"  # the window's title
    rb"|[()#%][0-~]|(?P<short>[0-Z\\^-~]))?"
)
# What a framer has taken for the end of a stray ESC stands in front of the text.
_BEHEADED = re.compile(rb"\[[!-?]{0,24}[@-~]|[HJ](?=\x1b)")
# One byte that was changed to ESC is no code; a sequence that has its bracket is, and
# of the VT52, whose codes are a letter, several are.
_SEQUENCE = re.compile(rb"\x1b\[[0-9;?]{0,16}[@-~]")
_LETTERS = re.compile(rb"\x1b(?:Y[ -~]{2}|[A-DH-K])")
_LEAST_LETTERS = 2
_CLEARED = re.compile(
    rb"(?:\x1b\[(?:0?1?;0?1?)?[Hf]){1,2}\x1b\[[02]?J|\x1b\[2J|\x1bH\x1bJ|\x1bc"
)
_DIGITS = re.compile(rb"\d{1,4}")

_Cell = tuple[int, int]  # a byte, and where it stands in the payload


@dataclass(frozen=True, slots=True)
class Painted:
    """Lines of text, and for each character its byte in what was painted (-1: none)."""

    text: bytes
    index: Sequence[int]
    again: bool  # letters or digits were painted over others


class _Screen:
    """A screen while it is painted. Rows and columns are counted from 0."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, _Cell]] = {}
        self._row = self._column = 0
        self._saved = (0, 0)
        self.again = False

    def put(self, byte: int, at: int) -> None:
        cells = self._rows.setdefault(self._row, {})
        old = cells.get(self._column)
        if old is not None and old[0] != byte and chr(old[0]).isalnum():
            self.again = True
        cells[self._column] = (byte, at)
        self._column += 1

    def control(self, byte: int, newline: bool) -> None:
        """``newline``: a carriage return goes to the next line too."""
        if byte == 0x0A or (byte == 0x0D and newline):
            self.to(self._row + 1, 0)
        elif byte == 0x0D:
            self._column = 0
        elif byte == 0x09:
            self.to(self._row, (self._column // _TAB + 1) * _TAB)
        elif byte == 0x08:
            self.to(self._row, self._column - 1)

    def to(self, row: int, column: int) -> None:
        self._row = min(max(row, 0), _ROWS - 1)
        self._column = min(max(column, 0), _COLUMNS - 1)

    def obey(self, found: re.Match[bytes]) -> None:
        place, short = found["place"], found["short"]
        if place:
            self.to(place[0] - 0x20, place[1] - 0x20)
        elif found["code"]:
            numbers = [int(n) for n in _DIGITS.findall(found["numbers"])]
            self._code(found["code"], numbers)
        elif short in (b"H", b"c"):
            self.to(0, 0)
        elif short in (b"A", b"B", b"C", b"J", b"K"):
            self._code(short, [])
        elif short == b"E":
            self.to(self._row + 1, 0)

    def _code(self, code: bytes, numbers: list[int]) -> None:
        first = numbers[0] if numbers else 0
        if code in b"Hf":
            self.to((first or 1) - 1, (numbers[1] if numbers[1:] else 1) - 1)
        elif code in b"ABCD":
            down, right = {"A": (-1, 0), "B": (1, 0), "C": (0, 1), "D": (0, -1)}[
                code.decode()
            ]
            by = first or 1
            self.to(self._row + down * by, self._column + right * by)
        elif code in b"G`":
            self.to(self._row, (first or 1) - 1)
        elif code == b"d":
            self.to((first or 1) - 1, self._column)
        elif code == b"s":
            self._saved = (self._row, self._column)
        elif code == b"u":
            self.to(*self._saved)
        elif code in b"JK":
            self._erase(code == b"J", first)

    def _erase(self, rows: bool, how: int) -> None:
        """From the cursor to the end (0), from the beginning to it (1), or all (2).
        What stands at the cursor is erased in each way."""
        here = self._rows.get(self._row, {})
        for column in [*here]:
            behind = column > self._column
            if how >= 2 or column == self._column or behind == (how == 0):
                del here[column]
        for row in [*self._rows] if rows else []:
            if row != self._row and (how >= 2 or (row > self._row) == (how == 0)):
                del self._rows[row]

    def lines(self) -> Painted:
        text, index = bytearray(), list[int]()
        used = [row for row, cells in self._rows.items() if cells]
        for row in range(min(used), max(used) + 1) if used else ():
            cells = self._rows.get(row, {})
            for column in range(max(cells, default=-1) + 1):
                byte, at = cells.get(column, (0x20, -1))
                text.append(byte)
                index.append(at)
            text += b"\n"
            index.append(-1)
        return Painted(bytes(text), index, self.again)


def is_painted(data: bytes) -> bool:
    """Whether codes of a screen stand in it."""
    if ESC not in data:
        return False
    letters = len(_LETTERS.findall(data)) >= _LEAST_LETTERS
    return letters or _SEQUENCE.search(data) is not None


def paint(data: bytes) -> Painted:
    """What a screen shows after these bytes. Any bytes will do; the time and the size
    of what is given back are linear in their number."""
    screen = _Screen()
    lone = b"\n" not in data
    head = _BEHEADED.match(data)
    at = 0
    if head is not None and ESC in data:
        # Its ESC was taken for a stray one; it is obeyed as if that were there.
        whole = _CODE.match(ESC + head[0])
        if whole is not None:
            screen.obey(whole)
            at = head.end()
    while at < len(data):
        byte = data[at]
        if byte == ESC[0]:
            found = _CODE.match(data, at)
            if found is not None:
                screen.obey(found)
                at = found.end()
                continue
        elif byte < 0x20:
            newline = lone and data[at + 1 : at + 2] not in (b"", ESC)
            screen.control(byte, newline)
        elif byte != 0x7F:
            screen.put(byte, at)
        at += 1
    return screen.lines()


def cleared(data: bytes) -> list[int]:
    """Offsets at which the screen is cleared and something stood on it before."""
    cuts: list[int] = []
    begin, stood = 0, False
    for found in _CLEARED.finditer(data):
        stood = stood or bool(paint(data[begin : found.start()]).text.strip())
        begin = found.start()
        if stood:
            cuts.append(begin)
            stood = False
    return cuts


def screens(frame: Frame) -> Iterator[Frame]:
    """A frame in as many frames as it has screens: every byte is in one."""
    return parts(frame, cleared(frame.payload))


def read_painted(
    frame: Frame, decode: Callable[[Frame], Sequence[Heard]]
) -> Iterator[Heard]:
    """What ``decode`` makes of the lines on each screen of a frame, with the bytes as
    they came. Its records have the warning ``painted``."""
    for part in screens(frame):
        shown = paint(part.payload)
        lines = replace(part, payload=shown.text, warnings=_without_codes(part))
        for heard in decode(lines):
            if isinstance(heard, Noise):
                yield replace(heard, raw=part.raw, start=part.start, end=part.end)
            if not isinstance(heard, AliRecord):
                continue
            more = ("painted", "damaged") if shown.again else ("painted",)
            yield replace(
                heard,
                raw=part.raw,
                start=part.start,
                end=part.end,
                spans={
                    name: _span(span, shown, part.payload_at)
                    for name, span in heard.spans.items()
                },
                warnings=tuple(sorted({*heard.warnings, *more})),
            )


def _without_codes(part: Frame) -> tuple[str, ...]:
    """The frame's warnings; a control character that is a code is no damage."""
    rest = part.payload.replace(ESC, b"")
    if not rest.isascii() or any(b < 0x20 and b not in b"\x07\x08\t\r\n" for b in rest):
        return part.warnings
    return tuple(one for one in part.warnings if one != "undecodable_bytes")


def _span(span: tuple[int, int], shown: Painted, payload_at: int) -> tuple[int, int]:
    """Where in ``raw`` the bytes of a stretch of the lines stand."""
    begin, end = span
    if begin < payload_at:  # in front of the text
        return span
    real = [
        at for at in shown.index[begin - payload_at : end - payload_at] if at >= 0
    ] or [0]
    return payload_at + min(real), payload_at + max(real) + 1
