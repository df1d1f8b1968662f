"""The spool: what was read and may not be logged yet."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.clock import Stamp
from aliquot.console.settings import LineConfig
from aliquot.console.spool import Spool, read_spool, tail
from aliquot.drivers.lines.api import Chunk

LINE = LineConfig(name="ali", source="replay:/tmp/x.rec")
T0 = 1_770_000_000_000_000
NOW = Stamp(T0 + 10_000_000, 500_000_000_000)


def chunk(data: bytes, at_ms: int = 0) -> Chunk:
    return Chunk(data, T0 + at_ms * 1000, at_ms * 10**6)


def begun(path: Path, start: int = 0) -> Spool:
    spool = Spool(path, LINE, start, 0)
    spool.open()
    return spool


def test_what_was_read_is_there_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "ali.rec"
    spool = begun(path, 100)
    assert spool.append(chunk(b"abc")) == 100
    assert spool.append(chunk(b"\x02\xff\r\n", 30)) == 103
    # No close: that is what a kill is.
    found = read_spool(path)
    assert [(e.offset, e.data) for e in found.entries] == [
        (100, b"abc"),
        (103, b"\x02\xff\r\n"),
    ]
    assert (found.end, found.source) == (107, LINE.source)
    assert path.stat().st_mode & 0o777 == 0o600
    spool.close()


def test_the_tail_begins_where_the_log_ends(tmp_path: Path) -> None:
    spool = begun(tmp_path / "ali.rec", 100)
    for number, data in enumerate((b"abc", b"def", b"ghi")):
        spool.append(chunk(data, number * 1000))
    spool.close()
    found = tail(read_spool(tmp_path / "ali.rec").entries, 104, NOW)
    assert [(offset, c.data) for offset, c in found] == [(104, b"ef"), (106, b"ghi")]
    assert [c.utc_us for _, c in found] == [T0 + 1_000_000, T0 + 2_000_000]
    # Stamps of an earlier boot mean nothing: reckoned back by the wall clock.
    assert [NOW.mono_ns - c.mono_ns for _, c in found] == [9 * 10**9, 8 * 10**9]


def test_a_wall_clock_set_back_does_not_turn_time_round(tmp_path: Path) -> None:
    spool = begun(tmp_path / "ali.rec")
    for at_ms in (5000, 1000, 99_000):
        spool.append(chunk(b"x", at_ms))
    spool.close()
    found = tail(read_spool(tmp_path / "ali.rec").entries, 0, NOW)
    stamps = [c.mono_ns for _, c in found]
    assert stamps == sorted(stamps)
    assert stamps[-1] <= NOW.mono_ns


def test_a_spool_is_started_afresh_when_all_is_logged(tmp_path: Path) -> None:
    path = tmp_path / "ali.rec"
    spool = begun(path)
    spool.append(chunk(b"x" * 500))
    spool.trim(100)
    assert len(read_spool(path).entries) == 1, "not done with"
    spool.done_to = 500
    spool.trim(1000)
    assert len(read_spool(path).entries) == 1, "not large"
    spool.trim(100)
    assert read_spool(path).entries == ()
    assert read_spool(path).end == 500
    assert spool.append(chunk(b"y")) == 500
    spool.close()
    assert [e.offset for e in read_spool(path).entries] == [500]
    assert os.listdir(tmp_path) == ["ali.rec"]


def test_a_torn_last_line_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "ali.rec"
    spool = begun(path)
    spool.append(chunk(b"abc"))
    spool.close()
    with open(path, "ab") as file:
        file.write(b"< 2026-02-02T02:40:00.0")
    assert [e.data for e in read_spool(path).entries] == [b"abc"]
    again = Spool(path, LINE, 3, 0)
    again.open()
    again.append(chunk(b"def"))
    again.close()
    assert [(e.offset, e.data) for e in read_spool(path).entries] == [
        (0, b"abc"),
        (3, b"def"),
    ]


@pytest.mark.expects_log("cannot be read")
def test_a_file_that_is_no_spool_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "ali.rec"
    path.write_bytes(b"something else\n")
    assert read_spool(path).end is None
    assert (tmp_path / "ali.unreadable").read_bytes() == b"something else\n"


def test_a_missing_spool_is_no_spool(tmp_path: Path) -> None:
    assert read_spool(tmp_path / "none.rec").end is None


def test_a_full_disk_stops_no_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ali.rec"
    spool = begun(path)
    spool.append(chunk(b"abc"))

    def full(*args: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        assert spool.append(chunk(b"lost")) == 3
        assert spool.append(chunk(b"too")) == 7
        assert spool.problem is not None
    assert spool.append(chunk(b"kept")) == 10
    assert spool.problem is None
    spool.close()
    found = read_spool(path)
    assert [(e.offset, e.data) for e in found.entries] == [(0, b"abc"), (10, b"kept")]
