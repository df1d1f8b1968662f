"""A layout's TOML as rows of a form, and back, without touching anything else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aliquot.console.domain.lab import FormRow
from aliquot.console.lab.toml_text import quoted
from aliquot.drivers.lines.layouts import (
    FirstNumber,
    Kind,
    SecondNumber,
    known_names,
)

_HELP = {
    ("", "name"): "small letters, digits and _: stands in every record",
    ("", "title"): "words for a person",
    ("framing", "start"): "regular expression of the first line, of fixed length",
    ("framing", "start_bytes"): "the greatest length that `start` can have",
    ("framing", "widths"): "columns of each line; 0 for a last line of any length",
    ("framing", "stream_breaks"): "lines with a line end where the others run together",
    ("framing", "extra_lines"): "lines that may follow",
    ("framing", "required_lines"): "with fewer lines the record is cut",
    ("match", "tokens"): "texts that speak for this layout",
    ("match", "no_record_found"): "the text that says the data base had nothing",
    ("quirks", "first_number"): "what the number in the first line is",
    ("quirks", "second_number"): "what the second number is",
    ("anchor", "line"): "from 1",
    ("anchor", "column"): "from 0",
    ("anchor", "text"): "what must stand there",
    ("field", "name"): "which field it is",
    ("field", "kind"): "how its text becomes a value",
    ("field", "pieces"): "[[line, first column, last column]], lines from 1",
    ("field", "label"): "the text in front of the value",
    ("field", "optional_label"): "true: the value is taken without it too",
    ("field", "spill"): "the field that gets the rest",
}


def _choices(table: str, key: str) -> tuple[str, ...]:
    if (table, key) == ("field", "kind"):
        return tuple(kind.value for kind in Kind)
    if table == "field" and key in ("name", "spill"):
        return known_names()
    if (table, key) == ("quirks", "first_number"):
        return tuple(one.value for one in FirstNumber)
    if (table, key) == ("quirks", "second_number"):
        return tuple(one.value for one in SecondNumber)
    return ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A value in the text: ``text[begin:end]``."""

    table: str
    number: int | None
    key: str
    begin: int
    end: int


def rows(text: str) -> tuple[FormRow, ...]:
    """The values in the order of the text; () where it is no TOML."""
    if _loaded(text) is None:
        return ()
    return tuple(
        FormRow(
            table=p.table,
            number=p.number,
            key=p.key,
            value=text[p.begin : p.end],
            line=text.count("\n", 0, p.begin) + 1,
            choices=_choices(p.table, p.key),
            help=_HELP.get((p.table, p.key), ""),
        )
        for p in _places(text)
    )


def change(text: str, row: FormRow, value: str) -> str:
    """The text with the value of ``row`` replaced; as it was where there is none."""
    for place in _places(text):
        if (place.table, place.number, place.key) == (row.table, row.number, row.key):
            return text[: place.begin] + _as_value(row, value) + text[place.end :]
    return text


def _as_value(row: FormRow, value: str) -> str:
    """Quoted where a text is wanted and no quotes are there."""
    text = value.strip()
    if text[:1] in ("'", '"') and _loaded(f"x = {text}") is not None:
        return text
    if row.choices or row.value[:1] in ("'", '"'):
        # A pattern is easier to read between single quotes.
        if row.value[:1] == "'" and "'" not in text and text.isprintable():
            return f"'{text}'"
        return quoted(text)
    return text


def _loaded(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _places(text: str) -> Iterator[_Place]:
    """Reads as much TOML as layouts have: tables, arrays of tables, bare keys."""
    at, table = 0, ""
    counts: dict[str, int] = {}
    array = False
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].strip()
        if line.startswith("["):
            array = line.startswith("[[")
            table = line.partition("]")[0].strip("[ ")
            counts[table] = counts.get(table, -1) + 1
        elif line and not line.startswith("#") and "=" in line:
            key = text[at : text.index("=", at)].strip()
            begin = text.index("=", at) + 1
            begin += len(text[begin:]) - len(text[begin:].lstrip(" \t"))
            stop = _value_end(text, begin)
            number = counts[table] if array else None
            yield _Place(table, number, key, begin, stop)
            after = text.find("\n", stop)
            end = len(text) if after < 0 else after
        at = end + 1


def _value_end(text: str, at: int) -> int:
    """Index after the value that begins at ``at``."""
    depth, last = 0, at
    while at < len(text):
        char = text[at]
        if char in "'\"":
            at = last = _string_end(text, at)
            continue
        if char == "#":
            at = _line_end(text, at)
            continue
        if char == "\n" and depth == 0:
            break
        depth += (char in "[{") - (char in "]}")
        at += 1
        if not char.isspace():
            last = at
    return last


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _string_end(text: str, at: int) -> int:
    quote = text[at]
    mark = quote * 3 if text.startswith(quote * 3, at) else quote
    at += len(mark)
    while at < len(text) and not text.startswith(mark, at):
        at += 2 if quote == '"' and text[at] == "\\" else 1
    return min(len(text), at + len(mark))
