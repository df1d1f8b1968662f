"""Whole messages on a line: one file, request or socket message after another.

Sources that get messages and not a stream (a spool folder, an HTTP endpoint, a
WebSocket) put each into an envelope, so that one recorded stream, one log and one
replay serve them all. An envelope has the shape of an HTTP request, which is what
one of the sources gets anyway::

    PUT /IN20261121_182336_00_+15555550100_00.txt HTTP/1.1\\r\\n
    Content-Type: text/plain\\r\\n
    Content-Length: 97\\r\\n
    \\r\\n
    <97 bytes>
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aliquot.drivers.lines.api import (
    Chunk,
    Frame,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
)

MOST_HEAD = 16 * 1024
MOST_BODY = 4 * 1024 * 1024
MOST_PATH = 2048

_BEGIN = re.compile(rb"(?:PUT|POST|GET|WS) [^\s]{1,2048} HTTP/1\.1\r\n")
# What may become a beginning when more bytes come; always up to the end.
_MAY_BEGIN = re.compile(
    rb"(?:P(?:UT?|O(?:ST?)?)?|G(?:ET?)?|WS?"
    rb"|(?:PUT|POST|GET|WS) [^\s]{0,2048}"
    rb"|(?:PUT|POST|GET|WS) [^\s]{1,2048} "
    rb"(?:H(?:T(?:T(?:P(?:/(?:1(?:\.(?:1\r?)?)?)?)?)?)?)?)?)\Z"
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")
_LENGTH = re.compile(rb"\r\nContent-Length:[ \t]*([0-9]{1,9})[ \t]*\r\n", re.IGNORECASE)
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Header names are in small letters. ``body_at``: index in ``raw``."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    body_at: int

    @property
    def content_type(self) -> str:
        """Without parameters, in small letters; "" when none is given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def wrap(
    path: str,
    body: bytes,
    content_type: str = "application/octet-stream",
    headers: Mapping[str, str] | None = None,
    method: str = "PUT",
) -> bytes:
    """The envelope of one message. Blanks and control characters are cleaned out of
    the path and the headers, because they come from outside; a header whose name is
    none, and what would make the head too long, is left out."""
    where = _cut(_word(path), MOST_PATH) or b"/"
    lines = [method.encode("ascii") + b" " + where + b" HTTP/1.1"]
    lines.append(b"Content-Type: " + _cut(_clean(content_type), 1024))
    lines.append(b"Content-Length: %d" % len(body))
    room = MOST_HEAD - sum(len(line) + 2 for line in lines) - 2
    for name, value in (headers or {}).items():
        line = name.encode("ascii", "replace") + b": " + _clean(value).encode()
        own = name.lower() in ("content-type", "content-length")
        if own or not _TOKEN.fullmatch(name) or len(line) + 2 > room:
            continue
        room -= len(line) + 2
        lines.append(line)
    return b"\r\n".join(lines) + _END + body


def unwrap(frame: Frame) -> Message | None:
    """The message in a frame of ``EnvelopeFramer``; None for anything else."""
    raw = frame.raw
    begin = _BEGIN.match(raw)
    head_end = raw.find(_END)
    if begin is None or head_end < 0:
        return None
    method, path, _ = begin[0].decode("utf-8", "replace").split(" ", 2)
    headers: dict[str, str] = {}
    for line in raw[begin.end() : head_end].split(b"\r\n"):
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon and _TOKEN.fullmatch(name):
            headers[name.lower()] = value.strip(" \t")
    body_at = head_end + len(_END)
    return Message(method, path, headers, raw[body_at:], body_at)


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _word(text: str) -> str:
    return "".join("_" if c.isspace() else c for c in _clean(text))


def _cut(text: str, most: int) -> bytes:
    """At most so many bytes of UTF-8, no character cut through."""
    return text.encode()[:most].decode("utf-8", "ignore").encode()


@dataclass(slots=True)
class _Held:
    data: bytearray = field(default_factory=bytearray)
    utc_us: int = 0
    mono_ns: int = 0


class EnvelopeFramer:
    """A ``Framer`` of envelopes. What stands between them is noise."""

    def __init__(self, settings: LineSettings, start: int = 0) -> None:
        self._cut_ns = settings.cut_ms * 1_000_000
        self._at = start
        self._held = _Held()

    @property
    def pending(self) -> int:
        return len(self._held.data)

    @property
    def deadline_ns(self) -> int | None:
        return self._held.mono_ns + self._cut_ns if self._held.data else None

    def feed(self, chunk: Chunk) -> Sequence[Frame | Noise]:
        found = list(self.tick(chunk.utc_us, chunk.mono_ns))
        held = self._held
        held.data += chunk.data
        held.utc_us, held.mono_ns = chunk.utc_us, chunk.mono_ns
        while (piece := self._next()) is not None:
            found.append(piece)
        return found

    def tick(self, utc_us: int, mono_ns: int) -> Sequence[Frame | Noise]:
        deadline = self.deadline_ns
        if deadline is None or mono_ns < deadline:
            return ()
        return self.flush()

    def flush(self) -> Sequence[Frame | Noise]:
        if not self._held.data:
            return ()
        return (self._noise(len(self._held.data), NoiseReason.CUT),)

    def _next(self) -> Frame | Noise | None:
        data = self._held.data
        if not data:
            return None
        begin = _BEGIN.match(data)
        if begin is None:
            return self._before_begin()
        head_end = data.find(_END, begin.end() - 2, MOST_HEAD)
        if head_end < 0:
            if len(data) <= MOST_HEAD:
                return None
            return self._noise(begin.end(), NoiseReason.OVERSIZE)
        length = _LENGTH.search(data, begin.end() - 2, head_end + 2)
        size = int(length[1]) if length else 0
        if size > MOST_BODY:
            return self._noise(head_end + len(_END), NoiseReason.OVERSIZE)
        end = head_end + len(_END) + size
        return self._frame(end) if len(data) >= end else None

    @staticmethod
    def _begins(data: bytearray, begin: int, end: int) -> int | None:
        """Where an envelope begins between two places, the head's line complete."""
        found = _BEGIN.search(data, begin)
        return found.start() if found and found.start() < end else None

    @staticmethod
    def _may_begin(data: bytearray) -> bool:
        """Whether more bytes may make it an envelope."""
        return _MAY_BEGIN.match(data) is not None

    def _before_begin(self) -> Frame | Noise | None:
        """Noise up to where an envelope begins, or may do so with more bytes."""
        data = self._held.data
        later = _BEGIN.search(data, 1) or _MAY_BEGIN.search(data)
        if later is not None and later.start() == 0:
            return None
        size = len(data) if later is None else later.start()
        return self._noise(size, NoiseReason.NO_START)

    def _frame(self, size: int) -> Frame:
        raw, start = self._take(size)
        body_at = raw.find(_END) + len(_END)
        return Frame(
            payload=raw[body_at:],
            raw=raw,
            start=start,
            end=start + size,
            utc_us=self._held.utc_us,
            mono_ns=self._held.mono_ns,
            framing=Framing.MESSAGE,
            payload_at=body_at,
        )

    def _noise(self, size: int, reason: NoiseReason) -> Noise:
        raw, start = self._take(size)
        stamp = self._held
        return Noise(raw, start, start + size, stamp.utc_us, stamp.mono_ns, reason)

    def _take(self, size: int) -> tuple[bytes, int]:
        raw, start = bytes(self._held.data[:size]), self._at
        del self._held.data[:size]
        self._at += size
        return raw, start
