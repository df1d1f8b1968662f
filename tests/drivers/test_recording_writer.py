"""The appending side, on real files."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from aliquot.drivers.lines import recording
from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import RecordingReader, RecordingWriter
from aliquot.drivers.lines.recording_format import (
    MAX_CHUNK,
    Damage,
    Entry,
    Header,
    StreamDecoder,
)

LONG_S = 30.0
T0 = 1_795_282_936_000_000
HEADER = Header(line="ali-1", driver="ali", baud=9600, format="8N1")


def read(path: Path) -> tuple[list[bytes], list[Damage]]:
    damages: list[Damage] = []
    with path.open("rb") as stream:
        reader = RecordingReader(stream, str(path), on_damage=damages.append)
        return [e.data for e in reader], damages


def test_what_is_appended_is_in_the_file_when_append_returns(tmp_path: Path) -> None:
    path = tmp_path / "a.rec"
    with RecordingWriter(path, HEADER, fsync=True) as writer:
        for n, piece in enumerate([b"one", b"\x02two\x03", b""]):
            writer.append(Direction.RECEIVED, T0 + n, piece)
            assert read(path)[0][-1] == piece
        assert writer.offset == 8
        assert writer.append(Direction.SENT, T0 + 9, b"\x06") == 8


def test_a_new_file_is_for_its_owner_only_and_is_never_overwritten(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.rec"
    RecordingWriter(path, HEADER).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        RecordingWriter(path, HEADER)


def test_going_on_after_a_tail_torn_at_any_byte(tmp_path: Path) -> None:
    whole = tmp_path / "whole.rec"
    with RecordingWriter(whole, HEADER) as writer:
        writer.append(Direction.RECEIVED, T0, b"one")
        writer.append(Direction.RECEIVED, T0 + 1, b"two")
    raw = whole.read_bytes()
    ends = {0} | {i + 1 for i, byte in enumerate(raw) if byte == 0x0A}
    for cut in range(len(raw) + 1):
        path = tmp_path / f"{cut}.rec"
        path.write_bytes(raw[:cut])
        good = read(path)[0]
        with RecordingWriter(path, HEADER, append=True) as writer:
            assert writer.offset == sum(map(len, good)), cut
            writer.append(Direction.RECEIVED, T0 + 2, b"three")
        got, damages = read(path)
        assert got == [*good, b"three"], cut
        # Without the line end alone a line is whole: its check is there.
        torn = cut not in ends and cut + 1 not in ends
        assert len(damages) == torn, cut


def test_a_long_chunk_becomes_several_entries(tmp_path: Path) -> None:
    path = tmp_path / "a.rec"
    data = bytes(range(256)) * 200
    with RecordingWriter(path, HEADER) as writer:
        assert writer.append(Direction.RECEIVED, T0, data) == len(data)
    got, damages = read(path)
    assert b"".join(got) == data
    assert max(map(len, got)) == MAX_CHUNK
    assert damages == []


def test_each_entry_is_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[bytes] = []

    def spy(fd: int, data: memoryview) -> int:
        writes.append(bytes(data))
        return len(data)

    with RecordingWriter(tmp_path / "a.rec", HEADER) as writer:
        monkeypatch.setattr(recording.os, "write", spy)
        writer.append(Direction.RECEIVED, T0, b"\x02abc\x03" * 100)
        monkeypatch.undo()
    assert len(writes) == 1
    assert writes[0].endswith(b"\n")


def test_a_full_disk_is_raised_and_the_next_entry_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.rec"
    real = os.write
    room = [20]

    def full(fd: int, data: memoryview) -> int:
        if room[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = real(fd, data[: room[0]])
        room[0] -= written
        return written

    with RecordingWriter(path, HEADER) as writer:
        monkeypatch.setattr(recording.os, "write", full)
        with pytest.raises(OSError, match="No space"):
            writer.append(Direction.RECEIVED, T0, b"lost")
        assert writer.offset == 0
        monkeypatch.undo()
        writer.append(Direction.RECEIVED, T0 + 1, b"kept")
    got, damages = read(path)
    assert got == [b"kept"]
    assert [d.torn for d in damages] == [False]


def test_a_reader_behind_the_writer_sees_each_entry_once_and_whole(
    tmp_path: Path,
) -> None:
    """The tail is read between the writes, and in the middle of one."""
    path = tmp_path / "a.rec"
    decoder = StreamDecoder()
    seen: list[bytes] = []
    with RecordingWriter(path, HEADER) as writer, path.open("rb") as tail:
        for n in range(50):
            writer.append(Direction.RECEIVED, T0 + n, b"chunk %d\r" % n)
            size = 7 if n % 2 else -1  # now a part of a line, now all there is
            items = decoder.feed(tail.read(size))
            seen += [i.data for i in items if isinstance(i, Entry)]
            assert seen == [b"chunk %d\r" % i for i in range(len(seen))]
        items = decoder.feed(tail.read())
        seen += [i.data for i in items if isinstance(i, Entry)]
    assert len(seen) == 50
    assert decoder.finish() == []


def test_a_tail_is_read_while_another_thread_writes(tmp_path: Path) -> None:
    path = tmp_path / "a.rec"
    count = 500
    written = threading.Semaphore(0)

    def write() -> None:
        with RecordingWriter(path, HEADER) as writer:
            written.release()
            for n in range(count):
                writer.append(Direction.RECEIVED, T0 + n, b"\x02%d\x03" % n)
                written.release()

    thread = threading.Thread(target=write)
    thread.start()
    decoder, seen = StreamDecoder(), []
    assert written.acquire(timeout=LONG_S)
    with path.open("rb") as tail:
        for n in range(count):
            assert written.acquire(timeout=LONG_S)
            seen += [i for i in decoder.feed(tail.read()) if not isinstance(i, Header)]
            assert len(seen) > n
    thread.join(LONG_S)
    assert [i.data for i in seen if isinstance(i, Entry)] == [
        b"\x02%d\x03" % n for n in range(count)
    ]
    assert decoder.finish() == []


def test_a_session_that_names_its_start_sets_the_offset(tmp_path: Path) -> None:
    path = tmp_path / "a.rec"
    with RecordingWriter(path, Header(start=4096)) as writer:
        assert writer.append(Direction.RECEIVED, T0, b"abc") == 4099
    with RecordingWriter(path, Header(), append=True) as writer:
        assert writer.offset == 4099
