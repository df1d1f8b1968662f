"""Rows of a CSV file as they come: bounded memory, any delimiter, bytes that are no
UTF-8 among those that are."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

DELIMITERS = ",;\t|"
LONGEST_HEADER = 64 * 1024


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
    """The columns, and the rows one by one. Raises ``BadTable`` for a bad header."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        header = self._header()
        delimiter = max(DELIMITERS, key=header.count)
        self.columns = _columns(header, delimiter)
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

    def _header(self) -> str:
        for line in self._lines:
            if line.strip("\ufeff \t\r\n"):
                if len(line) > LONGEST_HEADER:
                    raise BadTable("its first line is too long for a header")
                return line.lstrip("\ufeff")
        raise BadTable("it is empty")

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
    """The lines of a file; bytes that are no UTF-8 are kept for ``CsvRows``."""
    return io.TextIOWrapper(
        stream, encoding="utf-8", errors="surrogateescape", newline=""
    )


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
