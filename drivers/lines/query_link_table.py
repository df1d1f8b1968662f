"""What a two-way ALI query link has agreed on: every byte and every time, as data.

The bytes of such links are in standards that are not public, so nothing of them is
fixed in the program: a table (``resources/links/*.toml``, or a file of the site)
says all of it. EXPERIMENTAL: no real link has been tried.

The keys are the fields of the classes below, section by section. Times are in
milliseconds; 0 means never.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from aliquot.drivers.lines.api import Option
from aliquot.drivers.lines.layouts import LayoutError

LINK_FOLDER = "links"
DEFAULT_LINK = "generic"
CHECKS = ("none", "xor_after_stx", "xor_with_stx")
PARTS = ("position", "number", "trunk")
NUMBERS = ("ten", "npd")
MATCHES = ("number", "position", "any")

_HOUR_MS = 3_600_000
_CONTROLS = frozenset((*range(0x20), 0x7F))


def _control(value: Any) -> bool:
    return type(value) is int and value in _CONTROLS


def _yes_no(value: Any) -> bool:
    return type(value) is bool


def _between(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def _text(most: int, known: str = "") -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        if not isinstance(value, str) or len(value) > most or not value.isascii():
            return False
        return not known or all(letter in known for letter in value)

    return fits


def _one_of(*known: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in known


def _parts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(part in PARTS for part in value)


def _npd(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        len(digit) == 1 and digit.isdigit() and _area(code)
        for digit, code in value.items()
    )


def _area(code: Any) -> bool:
    return isinstance(code, str) and len(code) == 3 and code.isdigit()


def _key(default: Any, fits: Callable[[Any], bool], what: str) -> Any:
    meta = {"fits": fits, "what": what}
    if isinstance(default, dict):
        return field(default_factory=lambda: default, metadata=meta)
    return field(default=default, metadata=meta)


_BYTE = "the number of a control character, 0 to 31 or 127"
_MS = f"0 to {_HOUR_MS} milliseconds"
_BOOL = "true or false"
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Bytes:
    """Single bytes. All four must differ."""

    stx: int = _key(0x02, _control, _BYTE)
    etx: int = _key(0x03, _control, _BYTE)
    ack: int = _key(0x06, _control, _BYTE)
    nak: int = _key(0x15, _control, _BYTE)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What says that the link lives, in each direction."""

    text: str = _key("H", _text(8), "up to 8 letters")
    end: str = _key("\r", _text(2), "up to 2 characters")
    send_ms: int = _key(60_000, _between(0, _HOUR_MS), _MS)
    expect_ms: int = _key(60_000, _between(0, _HOUR_MS), _MS)
    missed: int = _key(3, _between(1, 100), "1 to 100")  # so many, and it is trouble
    answered: bool = _key(True, _yes_no, _BOOL)  # by ACK

    @property
    def wire(self) -> bytes:
        return (self.text + self.end).encode("ascii")


@dataclass(frozen=True, slots=True)
class RequestForm:
    """What a request is made of, in the order of ``parts``."""

    parts: tuple[str, ...] = _key(
        ("position", "number"), _parts, f"a list of {', '.join(PARTS)}"
    )
    block: bool = _key(False, _yes_no, _BOOL)  # between STX and ETX
    block_check: str = _key("none", _one_of(*CHECKS), " or ".join(CHECKS))
    position_digits: int = _key(2, _between(1, 4), "1 to 4")
    position: str = _key(
        "01", _text(4, _DIGITS), "up to 4 digits"
    )  # where none is given
    number: str = _key("ten", _one_of(*NUMBERS), " or ".join(NUMBERS))
    npd: Mapping[str, str] = _key({}, _npd, 'digits and area codes, as in "0" = "315"')
    trunk_digits: int = _key(3, _between(1, 8), "1 to 8")
    trunk: str = _key("", _text(8, _DIGITS), "up to 8 digits")
    end: str = _key("\r", _text(2), "up to 2 characters")


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """What a record looks like, and how it is told from one for another question."""

    block: bool = _key(True, _yes_no, _BOOL)  # else text without marks
    block_check: str = _key("xor_after_stx", _one_of(*CHECKS), " or ".join(CHECKS))
    types: str = _key("123", _text(9, _DIGITS), "the type digits of records")
    broadcast: str = _key("4", _text(1, _DIGITS), "one type digit, or none")
    position_digits: int = _key(2, _between(0, 4), "0 to 4")
    match: str = _key("number", _one_of(*MATCHES), " or ".join(MATCHES))
    acknowledged: bool = _key(True, _yes_no, _BOOL)  # by ACK or NAK


@dataclass(frozen=True, slots=True)
class Times:
    ack_ms: int = _key(2_000, _between(1, _HOUR_MS), _MS)  # request to ACK
    answer_ms: int = _key(10_000, _between(1, _HOUR_MS), _MS)  # ACK to record
    gap_ms: int = _key(300, _between(1, 60_000), _MS)  # silence that ends a text
    cut_ms: int = _key(1_500, _between(1, 60_000), _MS)  # silence that cuts a block
    repeat_ms: int = _key(8_000, _between(0, _HOUR_MS), _MS)  # the same block again


@dataclass(frozen=True, slots=True)
class Tries:
    request: int = _key(3, _between(1, 100), "1 to 100")  # times on each link
    answer: int = _key(3, _between(1, 100), "1 to 100")  # the other end's
    waiting: int = _key(8, _between(0, 1000), "0 to 1000")  # requests held meanwhile


@dataclass(frozen=True, slots=True)
class LinkTable:
    """One table. Raises ``LayoutError`` from ``parse_table`` and ``load_table``."""

    name: str
    title: str
    bytes: Bytes = field(default_factory=Bytes)
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    request: RequestForm = field(default_factory=RequestForm)
    answer: AnswerForm = field(default_factory=AnswerForm)
    times: Times = field(default_factory=Times)
    tries: Tries = field(default_factory=Tries)


SECTIONS: dict[str, type[Any]] = {
    "bytes": Bytes,
    "heartbeat": Heartbeat,
    "request": RequestForm,
    "answer": AnswerForm,
    "times": Times,
    "tries": Tries,
}


def settings_keys() -> tuple[str, ...]:
    """All that a table sets, as ``section.key``."""
    return tuple(
        f"{section}.{key.name}"
        for section, kind in SECTIONS.items()
        for key in fields(kind)
    )


def parse_table(
    text: str, file: str, changes: Mapping[str, Option] | None = None
) -> LinkTable:
    """The table in ``text``; ``changes`` are single settings (``times.ack_ms``) that
    a line has otherwise. Raises ``LayoutError`` with the file and the key."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as bad:
        raise LayoutError(file, "file", f"is no TOML: {bad}") from None
    for where, value in (changes or {}).items():
        section, _, key = where.partition(".")
        data.setdefault(section, {})[key] = value
    for key in data:
        if key not in ("name", "title", *SECTIONS):
            raise LayoutError(file, key, f"not a key; use {', '.join(SECTIONS)}")
    made = {name: _section(data, name, file) for name in SECTIONS}
    table = LinkTable(str(data.get("name", "")), str(data.get("title", "")), **made)
    _check(table, file)
    return table


def _section(data: Mapping[str, Any], name: str, file: str) -> Any:
    given = data.get(name, {})
    if not isinstance(given, Mapping):
        raise LayoutError(file, name, "must be a table")
    known = {key.name: key for key in fields(SECTIONS[name])}
    for key, value in given.items():
        where = f"{name}.{key}"
        if key not in known:
            raise LayoutError(file, where, f"not a key; use {', '.join(known)}")
        meta = known[key].metadata
        if not meta["fits"](value):
            raise LayoutError(file, where, f"is {value!r}; give {meta['what']}")
    tidy = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    return SECTIONS[name](**tidy)


def _check(table: LinkTable, file: str) -> None:
    """What one key alone does not show."""
    if not table.name:
        raise LayoutError(file, "name", "is missing; give a name")
    marks = [getattr(table.bytes, key.name) for key in fields(Bytes)]
    if len(set(marks)) < len(marks):
        raise LayoutError(file, "bytes", "all of them must differ")
    ends = table.heartbeat.wire + table.request.end.encode("ascii")
    if set(marks) & set(ends):
        raise LayoutError(file, "bytes", "one is in the text or end of something else")
    if not table.request.block and not table.request.end:
        raise LayoutError(file, "request.end", "is needed where block is false")
    if table.request.end.strip("\r\n") and not table.request.block:
        raise LayoutError(file, "request.end", "must be line ends where block is false")
    if "number" not in table.request.parts:
        raise LayoutError(file, "request.parts", "the number must be in it")
    if table.request.number == "npd" and not table.request.npd:
        raise LayoutError(file, "request.npd", "is needed where number is npd")


@cache
def bundled_links() -> Mapping[str, str]:
    """Text of the tables that come with the program, by name."""
    folder = files("aliquot.resources") / LINK_FOLDER
    return {
        path.name.removesuffix(".toml"): path.read_text(encoding="utf-8")
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".toml")
    }


def load_table(name: str, changes: Mapping[str, Option] | None = None) -> LinkTable:
    """A table by name, or the file that ``name`` is a path of (ends in .toml)."""
    if name.endswith(".toml"):
        try:
            return parse_table(Path(name).read_text(encoding="utf-8"), name, changes)
        except (OSError, UnicodeDecodeError) as bad:
            raise LayoutError(name, "file", f"cannot be read: {bad}") from None
    text = bundled_links().get(name)
    if text is None:
        known = ", ".join(bundled_links())
        raise LayoutError(name, "link", f"no such link; there are: {known}")
    return parse_table(text, f"{name}.toml", changes)


def table_of(options: Mapping[str, Option]) -> LinkTable:
    """From a line's options: ``link``, the name of a table, or ``link_file``, the path
    of one; and single settings, with ``_`` for the dot: ``times_ack_ms``. ``pair`` is
    of the line, not of the table."""
    by_name = {key.replace(".", "_"): key for key in settings_keys()}
    changes: dict[str, Option] = {}
    for name, value in options.items():
        if name in by_name:
            changes[by_name[name]] = value
        elif name not in ("link", "link_file", "pair"):
            known = ("link", "link_file", "pair", *by_name)
            what = f"no such option; there are {', '.join(known)}"
            raise LayoutError("options", name, what)
    link = options.get("link_file", options.get("link", DEFAULT_LINK))
    return load_table(str(link), changes)
