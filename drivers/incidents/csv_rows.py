"""Rows of a CSV file as they come: bounded memory, any delimiter, bytes that are no
UTF-8 among those that are, UTF-16 with its mark, a title before the header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, cast

DELIMITERS = ",;\t|"
LONGEST_HEADER = 64 * 1024
LONGEST_TITLE = 20  # lines
_SAYS_DELIMITER = re.compile(r'"?sep=(.)"?', re.IGNORECASE)  # spreadsheets write it


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts rows of data from 1. ``fault``: why it is no row at all.
    ``mended``: some of it was no UTF-8 and was read as cp1252."""

    number: int
    values: dict[str, str]
    fault: str | None = None
    mended: bool = False


class BadTable(ValueError):  # noqa: N818 - an answer, not a fault
    """Why a file is no table."""


class CsvRows:
    """The columns, and the rows one by one. Raises ``BadTable`` for a bad header.

    ``has``: columns by which the header is known; what stands before it is a title.
    """

    def __init__(self, lines: Iterable[str], has: Collection[str] = ()) -> None:
        self._lines = iter(lines)
        self._delimiter: str | None = None
        header = self._header(has)
        self.columns, delimiter = self._read_header(header)
        self._reader = csv.reader(self._lines, delimiter=delimiter)

    def __iter__(self) -> Iterator[Row]:
        number = 0
        while True:
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as why:
                number += 1
                yield Row(number, {}, f"it cannot be read: {why}")
                continue
            if any(cell.strip() for cell in cells):
                number += 1
                yield self._row(number, cells)

    def _header(self, has: Collection[str]) -> str:
        """The first line that has the columns, else the first line."""
        before: list[str] = []
        while len(before) < LONGEST_TITLE:
            line = next(self._lines, None)
            if line is None:
                break
            text = line.strip("\ufeff \t\r\n")
            if not text:
                continue
            if len(line) > LONGEST_HEADER:
                raise BadTable("its first line is too long for a header")
            if said := _SAYS_DELIMITER.fullmatch(text):
                self._delimiter = said[1]
                continue
            before.append(line.lstrip("\ufeff"))
            if not has or self._is_header(before[-1], has):
                return before[-1]
        if not before:
            raise BadTable("it is empty")
        self._lines = chain(before[1:], self._lines)
        return before[0]

    def _is_header(self, line: str, has: Collection[str]) -> bool:
        try:
            return set(has) <= set(self._read_header(line)[0])
        except BadTable:
            return False

    def _read_header(self, line: str) -> tuple[tuple[str, ...], str]:
        delimiter = self._delimiter or max(DELIMITERS, key=line.count)
        return _columns(line, delimiter), delimiter

    def _row(self, number: int, cells: list[str]) -> Row:
        columns = self.columns
        if len(cells) > len(columns) and not any(
            c.strip() for c in cells[len(columns) :]
        ):
            cells = cells[: len(columns)]
        if len(cells) != len(columns):
            return Row(number, {}, f"{len(cells)} values for {len(columns)} columns")
        mended = any(_is_mixed(cell) for cell in cells)
        if mended:
            cells = [_mend(cell) for cell in cells]
        pairs = zip(columns, (cell.strip() for cell in cells), strict=True)
        return Row(number, {name: cell for name, cell in pairs if name}, None, mended)


def text_lines(stream: BinaryIO) -> io.TextIOWrapper:
    """The lines of a file; bytes that are no UTF-8 are kept for ``CsvRows``. UTF-16
    only with its mark."""
    buffered = stream if isinstance(stream, io.BufferedReader) else _buffered(stream)
    wide = is_wide(buffered.peek(2))
    return io.TextIOWrapper(
        buffered,
        encoding="utf-16" if wide else "utf-8",
        errors="replace" if wide else "surrogateescape",
        newline="",
    )


def is_wide(head: bytes) -> bool:
    """Whether bytes begin with the mark of UTF-16."""
    return head[:2] in (b"\xff\xfe", b"\xfe\xff")


def _buffered(stream: BinaryIO) -> io.BufferedReader:
    return io.BufferedReader(cast(io.RawIOBase, stream))


def _columns(header: str, delimiter: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader([header], delimiter=delimiter))
    except (csv.Error, StopIteration) as why:
        raise BadTable(f"its header cannot be read: {why}") from None
    columns = tuple(_mend(cell).strip() for cell in cells)
    return tuple(_numbered(columns))


def _numbered(columns: tuple[str, ...]) -> Iterator[str]:
    """A name that comes again is called ``Name (2)``."""
    seen: Counter[str] = Counter()
    for name in columns:
        seen[name] += 1
        yield name if not name or seen[name] == 1 else f"{name} ({seen[name]})"


def _is_mixed(text: str) -> bool:
    return any("\udc80" <= c <= "\udcff" for c in text)


def _mend(text: str) -> str:
    if not _is_mixed(text):
        return text
    return text.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
