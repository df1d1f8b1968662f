"""Recordings as files and streams: an appending writer, a streaming reader.

The console's spool and what `aliquot line` records and plays are the same format;
see ``docs/recorded-stream.md``. No clock: every time is handed in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Self

from aliquot.drivers.lines.api import Chunk, Direction
from aliquot.drivers.lines.recording_format import (
    COMMENT,
    MAGIC,
    MAX_CHUNK,
    VERSION,
    Damage,
    Entry,
    Header,
    Item,
    StreamDecoder,
    UnknownVersionError,
    encode_entry,
    encode_header,
)

__all__ = [
    "Damage",
    "Entry",
    "Header",
    "RecordingError",
    "RecordingReader",
    "RecordingWriter",
    "chunks",
    "read_recording",
]

_BLOCK = 65_536
_CHECKED = re.compile(rb" \*[0-9a-fA-F]{8}\r?(\n|$)")


class RecordingError(Exception):
    """A file that is no recording, or, on strict reading, a damaged line of one."""


class RecordingReader:
    """The entries of a stream, one by one, without reading ahead more than a block.

    A damaged line is handed to ``on_damage`` and the rest is still read; with
    ``strict`` it raises ``RecordingError`` instead. ``name`` is for messages.
    """

    def __init__(
        self,
        stream: BinaryIO,
        name: str = "-",
        *,
        strict: bool = False,
        on_damage: Callable[[Damage], None] | None = None,
    ) -> None:
        self._stream = stream
        self._read = getattr(stream, "read1", stream.read)
        self._name = name
        self._strict = strict
        self._on_damage = on_damage
        self._decoder = StreamDecoder()
        self._items: Iterator[Item] = self._produce()
        self._peeked: list[Item] = []
        self._header: Header | None = None
        self.damaged = 0
        self.empty = False  # not a single byte; known once ``header`` is read

    @property
    def header(self) -> Header:
        """The newest header read; the first one is read ahead for it."""
        while self._header is None:
            item = next(self._items, None)
            if item is None:
                return Header()
            self._peeked.append(item)
            if isinstance(item, Entry):  # the header's own line is damaged
                self._header = Header()
            elif isinstance(item, Header):
                self._header = item
        return self._header

    @property
    def offset(self) -> int:
        """Received bytes, from the line's first byte ever, up to what was read."""
        return self._decoder.offset

    def __iter__(self) -> Iterator[Entry]:
        """An entry is ``broken`` when a damaged line was before it."""
        broken = False
        while True:
            item = self._peeked.pop(0) if self._peeked else next(self._items, None)
            match item:
                case None:
                    return
                case Header():
                    self._header = item
                case Damage():
                    self._tell(item)
                    broken = True
                case Entry():
                    yield replace(item, broken=True) if broken else item
                    broken = False

    def _produce(self) -> Iterator[Item]:
        try:
            head = self._head()
            yield from self._decoder.feed(head)
            while data := self._read(_BLOCK):
                yield from self._decoder.feed(data)
            yield from self._decoder.finish()
        except UnknownVersionError as problem:
            raise RecordingError(
                f"{self._name} is a recording of {problem}; this program reads "
                f"version {VERSION}. Read it with the program that made it."
            ) from None

    def _head(self) -> bytes:
        """What comes first, enough of it to tell a recording from bare bytes."""
        head = b""
        while b"\n" not in head and len(head) < _BLOCK:
            data = self._read(_BLOCK)
            if not data:
                break
            head += data
        self.empty = not head
        begin = head.lstrip(b"\r\n")
        if not (
            MAGIC.startswith(begin[: len(MAGIC)])
            or begin.startswith(COMMENT)
            or _CHECKED.search(head)
        ):
            raise RecordingError(
                f'{self._name} is no recording: it does not begin with "'
                f'{MAGIC.decode()}". `aliquot line parse` reads bare bytes.'
            )
        return head

    def _tell(self, damage: Damage) -> None:
        self.damaged += 1
        if self._strict:
            raise RecordingError(describe(self._name, damage))
        if self._on_damage:
            self._on_damage(damage)


def describe(name: str, damage: Damage) -> str:
    """What is wrong with a line, where, and what to do, in one sentence or two."""
    what = "the last line is torn" if damage.torn else "the line is damaged"
    advice = (
        "The program that wrote it stopped in the middle; what is before it is good."
        if damage.torn
        else "Its bytes are not used; the lines round it are. Put ## before it to "
        "silence this, or take the file from where it was recorded again."
    )
    return f"{name}, line {damage.number}: {what}: {damage.reason}. {advice}"


def read_recording(
    stream: BinaryIO,
    name: str = "-",
    *,
    strict: bool = False,
    on_damage: Callable[[Damage], None] | None = None,
) -> Iterator[Entry]:
    """All entries, in order. Raises ``RecordingError``; see ``RecordingReader``."""
    return iter(RecordingReader(stream, name, strict=strict, on_damage=on_damage))


def chunks(entries: Iterable[Entry]) -> Iterator[Chunk]:
    """What was received, as a framer takes it.

    The monotonic stamp follows the recorded times and stands still where the
    recorded wall clock was set back.
    """
    before: int | None = None
    mono_ns = 0
    for entry in entries:
        if before is not None:
            mono_ns += max(0, entry.utc_us - before) * 1000
        before = entry.utc_us
        if entry.direction is Direction.RECEIVED and entry.data:
            yield Chunk(entry.data, entry.utc_us, mono_ns)


class RecordingWriter:
    """Appends to a recording. Each line is one write to a file open for appending.

    A new file is readable by its owner only: it holds what callers said of
    themselves. ``append`` goes on with an existing file, after a torn last line
    too; without it an existing file is ``FileExistsError``. With ``fsync`` each
    entry is on the disk when ``append()`` returns.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        header: Header,
        *,
        append: bool = False,
        fsync: bool = False,
    ) -> None:
        self._path = Path(path)
        self._fsync = fsync
        self._broken = False  # the file does not end in a line end
        self._offset = header.start or 0
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._fd = os.open(self._path, flags | (0 if append else os.O_EXCL), 0o600)
        try:
            self._begin(header)
        except BaseException:
            os.close(self._fd)
            raise

    def _begin(self, header: Header) -> None:
        size = os.fstat(self._fd).st_size
        if size:
            self._broken = os.pread(self._fd, 1, size - 1) != b"\n"
            with open(self._path, "rb") as stream:
                reader = RecordingReader(stream, str(self._path))
                for _ in reader:
                    pass
            if header.start is None:
                self._offset = reader.offset
        self._write(encode_header(header))
        if self._fsync:
            _sync_folder(self._path.parent)

    @property
    def offset(self) -> int:
        """The absolute offset that the next received byte will have."""
        return self._offset

    def append(self, direction: Direction, utc_us: int, data: bytes) -> int:
        """Writes a chunk and returns ``offset``. OSError: it is not (all) written.

        After an error the next call begins a new line, so that what is torn is
        told from what is whole.
        """
        for at in range(0, len(data) or 1, MAX_CHUNK):
            piece = data[at : at + MAX_CHUNK]
            self._write(encode_entry(direction, utc_us, piece))
            if direction is Direction.RECEIVED:
                self._offset += len(piece)
        return self._offset

    def _write(self, line: bytes) -> None:
        left = memoryview(b"\n" + line if self._broken else line)
        try:
            while left:
                written = os.write(self._fd, left)
                left = left[written:]
                self._broken = bool(left)
        finally:
            if self._fsync:
                os.fdatasync(self._fd)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
