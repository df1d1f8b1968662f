"""Reads and checks a layout file. The meaning of the keys is in ``layouts``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, TypeVar

from aliquot.drivers.lines.layouts import (
    Anchor,
    FieldRule,
    FirstNumber,
    Kind,
    Layout,
    LayoutError,
    Piece,
    SecondNumber,
    known_names,
    line_offsets,
)

T = TypeVar("T")

_TOP = (
    "kind",
    "name",
    "title",
    "family",
    "framing",
    "match",
    "anchor",
    "quirks",
    "field",
)
_FRAMING = (
    "start",
    "start_bytes",
    "widths",
    "stream_breaks",
    "extra_lines",
    "required_lines",
)
_FIELD = ("name", "kind", "pieces", "label", "optional_label", "spill")
_WORDS: dict[type, str] = {str: "a text", int: "a whole number", list: "a list"}


class Table:
    """One table of a file, that says what is wrong with it and where."""

    def __init__(self, file: str, where: str, data: Any, known: tuple[str, ...]):
        self.file = file
        self.where = where
        if not isinstance(data, Mapping):
            raise LayoutError(file, where, "must be a table")
        self.data: Mapping[str, Any] = data
        for key in data:
            if key not in known:
                raise self.error(key, f"not a key; use one of {', '.join(known)}")

    def error(self, key: str, what: str) -> LayoutError:
        return LayoutError(self.file, f"{self.where}.{key}".lstrip("."), what)

    def octets(self, key: str, default: str | None = None) -> bytes:
        """A text as it stands on the wire. Raises ``LayoutError``."""
        return self.encoded(key, self.take(key, str, default))

    def encoded(self, key: str, text: str) -> bytes:
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError as why:
            wrong = text[why.start]
            raise self.error(key, f"{wrong!r} is no character of a line") from None

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        value = self.data.get(key, default)
        if value is None:
            raise self.error(key, f"is missing; give {_WORDS.get(kind, kind.__name__)}")
        wrong_bool = isinstance(value, bool) and kind is not bool
        if not isinstance(value, kind) or wrong_bool:
            word = _WORDS.get(kind, kind.__name__)
            raise self.error(key, f"is {value!r}; give {word}")
        return value

    def numbers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        values = self.take(key, list)
        for value in values:
            if type(value) is not int or not low <= value <= high:
                raise self.error(key, f"{value!r} is no number of {low} to {high}")
        return tuple(values)

    def number(self, key: str, low: int, high: int, default: int | None = None) -> int:
        value = self.take(key, int, default)
        if not low <= value <= high:
            raise self.error(key, f"is {value}; give {low} to {high}")
        return value

    def pattern(self, key: str) -> re.Pattern[bytes]:
        try:
            return re.compile(self.take(key, str).encode("latin-1"))
        except (re.error, UnicodeEncodeError) as bad:
            raise self.error(key, f"is no regular expression: {bad}") from None


def parse_layout(text: str, file: str) -> Layout:
    """The layout in ``text``; ``file`` is its name in error messages.

    Raises ``LayoutError`` with the file, the key, and what to write instead.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as bad:
        raise LayoutError(file, "file", f"is no TOML: {bad}") from None
    top = Table(file, "", data, _TOP)
    framing = Table(file, "framing", data.get("framing"), _FRAMING)
    match = Table(file, "match", data.get("match"), ("tokens", "no_record_found"))
    quirks = Table(
        file, "quirks", data.get("quirks"), ("first_number", "second_number")
    )
    widths = framing.numbers("widths", 0, 512)
    _check_widths(framing, widths)
    if framing.pattern("start").groups:
        raise framing.error("start", "has a group; write (?:...) in place of (...)")
    return Layout(
        name=layout_name(top),
        title=top.take("title", str),
        family=top.take("family", str, ""),
        start=framing.take("start", str),
        start_bytes=framing.number("start_bytes", 1, 200),
        widths=widths,
        stream_breaks=_breaks(framing, len(widths)),
        extra_lines=framing.number("extra_lines", 0, 1, 0),
        required_lines=framing.number("required_lines", 1, len(widths)),
        tokens=_tokens(match),
        no_record_found=match.octets("no_record_found", ""),
        anchors=_anchors(top, widths),
        first_number=one_of(quirks, "first_number", FirstNumber),
        second_number=one_of(quirks, "second_number", SecondNumber),
        fields=_fields(top, widths),
    )


def layout_name(top: Table) -> str:
    name = top.take("name", str)
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise top.error("name", "use small letters, digits and _ only")
    return name


def _check_widths(framing: Table, widths: tuple[int, ...]) -> None:
    if not widths:
        raise framing.error("widths", "is empty; give the width of each line")
    if 0 in widths[:-1]:
        raise framing.error("widths", "only the last line may be 0 (any length)")


def _breaks(framing: Table, lines: int) -> tuple[int, ...]:
    breaks = framing.numbers("stream_breaks", 1, lines)
    if list(breaks) != sorted(set(breaks)):
        raise framing.error("stream_breaks", "give line numbers in rising order")
    return breaks


def _tokens(match: Table) -> tuple[bytes, ...]:
    tokens = match.take("tokens", list)
    if not all(isinstance(token, str) and token for token in tokens):
        raise match.error("tokens", "give a list of texts, none of them empty")
    return tuple(match.encoded("tokens", token) for token in tokens)


E_ = TypeVar("E_", FirstNumber, SecondNumber, Kind)


def one_of(table: Table, key: str, choices: type[E_], default: str | None = None) -> E_:
    """The choice that is written so. Raises ``LayoutError``."""
    value = table.take(key, str, default)
    for choice in choices:
        if choice.value == value:
            return choice
    words = ", ".join(choice.value for choice in choices)
    raise table.error(key, f"is {value!r}; use one of {words}")


def tables(top: Table, key: str, known: tuple[str, ...]) -> list[Table]:
    """The rows of a list of tables."""
    rows = top.take(key, list, [])
    return [Table(top.file, f"{key}[{n}]", row, known) for n, row in enumerate(rows)]


def _anchors(top: Table, widths: tuple[int, ...]) -> tuple[Anchor, ...]:
    known = ("line", "column", "text", "pattern", "width")
    return tuple(_anchor(table, widths) for table in tables(top, "anchor", known))


def _anchor(table: Table, widths: tuple[int, ...]) -> Anchor:
    line = table.number("line", 1, len(widths))
    column = table.number("column", 0, (widths[line - 1] or 80) - 1)
    at = line_offsets(widths)[line - 1] + column
    if "text" in table.data:
        literal = table.octets("text")
        return Anchor(at, len(literal), re.compile(re.escape(literal)), literal)
    return Anchor(at, table.number("width", 1, 80), table.pattern("pattern"), None)


def _fields(top: Table, widths: tuple[int, ...]) -> tuple[FieldRule, ...]:
    rules = tuple(_field(table, widths) for table in tables(top, "field", _FIELD))
    names = [rule.name for rule in rules]
    if not rules:
        raise top.error("field", "is missing; give at least one [[field]]")
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise top.error("field", f"{twice!r} is there twice; keep one of them")
    return rules


def _field(table: Table, widths: tuple[int, ...]) -> FieldRule:
    spill = table.take("spill", str, "") or None
    for key, value in (("name", table.take("name", str)), ("spill", spill)):
        if value is not None and value not in known_names():
            raise table.error(key, f"{value!r} is no field name")
    return FieldRule(
        name=table.take("name", str),
        kind=one_of(table, "kind", Kind),
        pieces=_pieces(table, widths),
        label=table.take("label", str, ""),
        optional_label=table.take("optional_label", bool, False),
        spill=spill,
    )


def _pieces(table: Table, widths: tuple[int, ...]) -> tuple[Piece, ...]:
    pieces = table.take("pieces", list)
    if not pieces:
        raise table.error("pieces", "is empty; give [[line, first, last]]")
    return tuple(_piece(table, piece, widths) for piece in pieces)


def _piece(table: Table, piece: Any, widths: tuple[int, ...]) -> Piece:
    good = isinstance(piece, list) and len(piece) == 3
    if not good or not all(type(n) is int for n in piece):
        raise table.error("pieces", f"{piece!r}: give [line, first, last]")
    line, first, last = piece
    if not 1 <= line <= len(widths):
        raise table.error("pieces", f"{piece!r}: there is no line {line}")
    if not 0 <= first <= last < (widths[line - 1] or 80):
        raise table.error("pieces", f"{piece!r}: columns outside line {line}")
    return Piece(line, first, last)
