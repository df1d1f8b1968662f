"""A piece of a record's text that knows which received bytes it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aliquot.drivers.lines.layout_align import Grid
from aliquot.drivers.lines.layouts import Layout, Piece

# Bytes that are a letter or sign in code page 437 and no printable in Latin-1,
# and the two halves and quarters of code page 437.
_CP437 = frozenset(range(0x80, 0xA0)) | {0xAB, 0xAC}


@dataclass(frozen=True, slots=True)
class FieldText:
    """Characters, and for each the index of its byte in the payload (-1: none)."""

    text: str
    index: tuple[int, ...]

    def __getitem__(self, part: slice) -> FieldText:
        return FieldText(self.text[part], self.index[part])

    def __add__(self, other: FieldText) -> FieldText:
        return FieldText(self.text + other.text, self.index + other.index)

    def strip(self, chars: str = " ") -> FieldText:
        left = len(self.text) - len(self.text.lstrip(chars))
        return self[left : max(len(self.text.rstrip(chars)), left)]

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def span(self) -> tuple[int, int] | None:
        """First byte and one after the last, None when no byte was received."""
        real = [at for at in self.index if at >= 0]
        return (min(real), max(real) + 1) if real else None


class RecordText:
    """The laid-out text of one record as characters."""

    def __init__(self, layout: Layout, grid: Grid) -> None:
        self._starts = layout.starts
        self._doubtful = grid.doubtful
        self._whole = FieldText(decode_bytes(grid.text), grid.index)

    def piece(self, piece: Piece) -> FieldText:
        start = self._starts[piece.line - 1]
        return self._whole[start + piece.first : start + piece.last + 1]

    def doubtful(self, pieces: Iterable[Piece]) -> bool:
        """Whether the place of a byte in them is not proven."""
        if not self._doubtful:
            return False
        ranges = ((self._starts[p.line - 1], p) for p in pieces)
        return any(
            not self._doubtful.isdisjoint(range(at + p.first, at + p.last + 1))
            for at, p in ranges
        )

    def line(self, line: int) -> FieldText:
        return self._whole[self._starts[line - 1] : self._starts[line]]


def decode_bytes(data: bytes) -> str:
    """One character a byte: ASCII, else code page 437 or Latin-1 by what is there."""
    codec = "cp437" if _CP437.intersection(data) else "latin-1"
    return data.decode(codec)


def undecodable(data: bytes) -> bool:
    """Whether a byte is outside ASCII, so that what it means is a guess."""
    return not data.isascii()
