"""The recorded stream, version 1: lines of text from and to headers and entries.

Pure. ``docs/recorded-stream.md`` is the specification; this is one reader and one
writer of it. The file side (append, streams) is in ``recording``.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from aliquot.drivers.lines.api import Direction

MAGIC = b"aliquot-recording"
VERSION = 1
COMMENT = b"##"  # twice, so that no single wrong byte makes an entry a comment
MAX_CHUNK = 16_384  # payload bytes of one entry; a longer chunk is several entries
MAX_LINE = 131_072  # characters of one line of the file

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NAMED = {0x5C: "\\\\", 0x0D: "\\r", 0x0A: "\\n", 0x09: "\\t"}
_ESCAPES = tuple(
    _NAMED.get(b) or (chr(b) if 0x20 <= b < 0x7F else f"\\x{b:02x}") for b in range(256)
)
_ESCAPED = re.compile(rb"\\(x[0-9a-fA-F]{2}|[\\rnt])")
_PLAIN = re.compile(rb"(?:[ -\[\]-~]|\\x[0-9a-fA-F]{2}|\\[\\rnt])*")
_UNNAMED = {b"\\": b"\\", b"r": b"\r", b"n": b"\n", b"t": b"\t"}
_CHECKED = re.compile(rb"(.*) \*([0-9a-fA-F]{8})")
_ENTRY = re.compile(rb"([<>]) (\S+) ([0-9]{1,6}) (.*)")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)
_PAIR = re.compile(rb"([a-z][a-z0-9_]*)=(\S*)")


@dataclass(frozen=True, slots=True)
class Header:
    """What a session of recording says of its line. Absent is None.

    ``baud`` in bits a second; ``format`` as in ``8N1``. ``start`` is the absolute
    offset of the first received byte that follows; None: it goes on where the
    session before ended (0 at the beginning of a file). ``more`` holds keys that
    this version does not know.
    """

    line: str | None = None
    driver: str | None = None
    baud: int | None = None
    format: str | None = None
    start: int | None = None
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One chunk. ``utc_us``: UTC, µs since 1970, of the moment its last byte came.

    ``offset`` is the number of received bytes before it; an entry that was sent has
    the offset of the next received byte. ``number`` is the line in the file, from 1.
    """

    direction: Direction
    utc_us: int
    data: bytes
    offset: int = 0
    number: int = 0
    broken: bool = False  # a damaged line is before it: bytes may be missing


@dataclass(frozen=True, slots=True)
class Damage:
    """A line that is no entry and no header. ``torn``: the last one, cut off."""

    number: int
    reason: str
    text: bytes
    torn: bool = False


Item = Header | Entry | Damage


def escape(data: bytes) -> str:
    """Bytes as text of one line: printable ASCII as itself, the rest escaped."""
    return "".join(map(_ESCAPES.__getitem__, data))


def unescape(text: bytes) -> bytes:
    """The bytes that ``text`` stands for. ValueError on anything not escaped so."""
    if not _PLAIN.fullmatch(text):
        raise ValueError("a byte or an escape that the format does not have")
    return _ESCAPED.sub(_one, text)


def _one(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return _UNNAMED.get(code) or bytes([int(code[1:], 16)])


def format_time(utc_us: int) -> str:
    """``2026-11-21T17:42:24.277123Z``. ValueError outside the years 1 to 9999."""
    try:
        moment = _EPOCH + utc_us * _MICROSECOND
    except OverflowError:
        raise ValueError(f"no such time: {utc_us} µs") from None
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_time(text: str) -> int:
    """UTC in µs since 1970. ValueError if it is no time in UTC with a Z."""
    if not _TIME.fullmatch(text):
        raise ValueError(f"no time in UTC: {text}")
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND
    except ValueError:
        raise ValueError(f"there is no such day or time: {text}") from None


def encode_header(header: Header) -> bytes:
    """The header's line, newline and all."""
    known = {
        "line": header.line,
        "baud": header.baud,
        "format": header.format,
        "driver": header.driver,
        "start": header.start,
    }
    pairs = {k: str(v) for k, v in known.items() if v is not None} | dict(header.more)
    words = [MAGIC.decode(), str(VERSION)]
    words += [f"{k}={_word(v)}" for k, v in pairs.items()]
    return _checked(" ".join(words))


def _word(value: str) -> str:
    return escape(value.encode()).replace(" ", "\\x20")


def encode_entry(direction: Direction, utc_us: int, data: bytes) -> bytes:
    """One entry's line, newline and all. ValueError over ``MAX_CHUNK`` bytes."""
    if len(data) > MAX_CHUNK:
        raise ValueError(f"{len(data)} bytes in one entry, at most {MAX_CHUNK}")
    when = format_time(utc_us)
    return _checked(f"{direction.value} {when} {len(data)} {escape(data)}")


def _checked(text: str) -> bytes:
    body = text.encode("ascii")
    return b"%s *%08x\n" % (body, zlib.crc32(body))


class UnknownVersionError(ValueError):
    """The file says a version that this reader does not know."""


def parse_line(line: bytes) -> Header | Entry:
    """One line without its line end. ValueError says what is wrong with it."""
    match = _CHECKED.fullmatch(line)
    if match is None:
        raise ValueError("it does not end in a check, so it was cut or edited")
    body = match[1]
    if zlib.crc32(body) != int(match[2], 16):
        raise ValueError("its check does not fit, so it was cut or edited")
    return _header(body) if body.startswith(MAGIC) else _entry(body)


def _entry(body: bytes) -> Entry:
    match = _ENTRY.fullmatch(body)
    if match is None:
        raise ValueError("it is neither a header nor an entry")
    data = unescape(match[4])
    if len(data) != int(match[3]):
        raise ValueError(f"it says {int(match[3])} bytes and holds {len(data)}")
    when = parse_time(match[2].decode("ascii", "replace"))
    return Entry(Direction(match[1].decode()), when, data)


def _header(body: bytes) -> Header:
    words = body.split(b" ")
    if len(words) < 2 or not words[1].isdigit():
        raise ValueError("a header without a version")
    if int(words[1]) != VERSION:
        raise UnknownVersionError(f"version {int(words[1])}")
    pairs = dict(_pair(word) for word in words[2:] if word)
    baud, start = pairs.pop("baud", None), pairs.pop("start", None)
    return Header(
        line=pairs.pop("line", None),
        driver=pairs.pop("driver", None),
        baud=None if baud is None else int(baud),
        format=pairs.pop("format", None),
        start=None if start is None else int(start),
        more=pairs,
    )


def _pair(word: bytes) -> tuple[str, str]:
    match = _PAIR.fullmatch(word)
    if match is None:
        raise ValueError("a header with a word that is no key=value")
    return match[1].decode(), unescape(match[2]).decode("utf-8", "replace")


class StreamDecoder:
    """Takes a recording in pieces of any size and gives its items, in order.

    Bounded in memory. A line counts when its line end is there, or at the end of
    the file when its check fits. Raises ``UnknownVersionError`` only.
    """

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset  # received bytes so far
        self.number = 0  # lines so far
        self._held = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[Item]:
        items: list[Item] = []
        *whole, rest = data.split(b"\n")
        for piece in whole:
            self._hold(piece, items)
            self._end_line(items, torn=False)
        self._hold(rest, items)
        return items

    def finish(self) -> list[Item]:
        """The file has ended; what is held is the last line, whole or torn."""
        items: list[Item] = []
        if self._held or self._skipping:
            self._end_line(items, torn=True)
        return items

    def _hold(self, piece: bytes, items: list[Item]) -> None:
        if self._skipping:
            return
        self._held += piece
        if len(self._held) > MAX_LINE:
            self._skipping = True
            text = bytes(self._held[:80])
            reason = f"it is longer than {MAX_LINE} characters"
            items.append(Damage(self.number + 1, reason, text))
            self._held.clear()

    def _end_line(self, items: list[Item], torn: bool) -> None:
        self.number += 1
        line = bytes(self._held).removesuffix(b"\r")
        skipped, self._skipping = self._skipping, False
        self._held.clear()
        if skipped or not line or line.startswith(COMMENT):
            return
        items.append(self._item(line, torn))

    def _item(self, line: bytes, torn: bool) -> Item:
        try:
            item = parse_line(line)
        except UnknownVersionError:
            raise
        except ValueError as problem:
            return Damage(self.number, str(problem), line, torn)
        if isinstance(item, Header):
            if item.start is not None:
                self.offset = item.start
            return item
        item = replace(item, offset=self.offset, number=self.number)
        if item.direction is Direction.RECEIVED:
            self.offset += len(item.data)
        return item
