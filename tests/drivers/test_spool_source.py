"""A spool folder: each complete file once, whatever happens in between."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines import spool_source
from aliquot.drivers.lines.api import Chunk, Frame, LineSettings, LineState, SourceError
from aliquot.drivers.lines.envelope import MOST_BODY, EnvelopeFramer, Message, unwrap
from aliquot.drivers.lines.sources import make_source
from aliquot.drivers.lines.spool_source import SpoolSource

QUICK = {"settle_s": 0.0, "poll_s": 0.01}


def opened(folder: Path, offset: int = 0, **options: object) -> SpoolSource:
    source = SpoolSource(folder, offset, **{**QUICK, **options})  # type: ignore[arg-type]
    source.open()
    return source


def messages(data: bytes) -> list[Message]:
    frames = EnvelopeFramer(LineSettings()).feed(Chunk(data, 0, 0))
    found = [unwrap(f) for f in frames if isinstance(f, Frame)]
    assert b"".join(f.raw for f in frames) == data
    return [m for m in found if m is not None]


def read_all(source: SpoolSource) -> bytes:
    """Until nothing comes; the last read puts the last file away."""
    data = b""
    while piece := source.read(0):
        data += piece
    return data


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir() if p.is_file() and p.name[0] != "."}


def test_files_come_in_order_and_are_put_away(tmp_path: Path) -> None:
    for n, name in enumerate(("b.txt", "a.xml", "c.bin")):
        (tmp_path / name).write_bytes(name.encode() * 2)
        os.utime(tmp_path / name, (n, n))
    source = opened(tmp_path)
    found = messages(read_all(source))
    assert [m.path for m in found] == ["/b.txt", "/a.xml", "/c.bin"]
    assert [m.content_type for m in found] == [
        "text/plain",
        "application/xml",
        "application/octet-stream",
    ]
    assert found[0].body == b"b.txtb.txt"
    assert names(tmp_path) == set()
    assert names(tmp_path / "done") == {"a.xml", "b.txt", "c.bin"}
    assert source.trouble is None


def test_a_file_stays_until_the_reader_comes_back(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    source = opened(tmp_path)
    assert source.read(0)
    assert names(tmp_path) == {"a"}
    assert source.read(0) == b""
    assert names(tmp_path) == set()


def test_a_file_that_grows_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 0.0
    monkeypatch.setattr(spool_source, "monotonic", lambda: now_s)
    source = opened(tmp_path, settle_s=0.2)
    with open(tmp_path / "a", "wb", buffering=0) as stream:
        for _ in range(10):
            stream.write(b"part ")
            assert source.read(0) == b""
            now_s += 0.15
            assert source.read(0) == b""
    now_s += 0.1
    data = source.read(0)
    assert messages(data)[0].body == b"part " * 10


def test_who_writes_slowly_is_heard_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was silent for so long that the half seemed to be all."""
    monkeypatch.setattr(spool_source, "_LATE_POLL_S", 0.0)
    source, file = opened(tmp_path), tmp_path / "export.csv"
    with open(file, "wb", buffering=0) as slow:
        slow.write(b"id,place\n1,Elm")
        (half,) = messages(read_all(source))
        assert not file.exists()
        os.utime(tmp_path / "done" / "export.csv", (5, 5))  # alone it says nothing
        assert read_all(source) == b""
        slow.write(b" Street\n2,Oak Street\n")
    (whole,) = messages(read_all(source))
    assert half.body == b"id,place\n1,Elm"
    assert whole.body == b"id,place\n1,Elm Street\n2,Oak Street\n"
    assert names(tmp_path) == set()
    assert (tmp_path / "done" / "export.csv").read_bytes() == whole.body
    assert read_all(source) == b""


@pytest.mark.parametrize(
    "name", [".a", "a.tmp", "a.part", "a.csv.filepart", "A.TMP", "a~"]
)
def test_names_of_unfinished_files_wait_for_their_rename(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("x")
    source = opened(tmp_path)
    assert source.read(0.05) == b""
    os.rename(tmp_path / name, tmp_path / "a.txt")
    assert messages(read_all(source))[0].body == b"x"


def gammu(folder: Path, part: int, text: bytes, sender: str = "+15555550100") -> Path:
    path = folder / f"IN20261121_182336_00_{sender}_{part:02}.txt"
    path.write_bytes(text)
    return path


def test_parts_are_joined_in_order(tmp_path: Path) -> None:
    gammu(tmp_path, 1, b"second")
    gammu(tmp_path, 0, b"first ")
    gammu(tmp_path, 0, b"other", "+15555550101")
    found = messages(read_all(opened(tmp_path)))
    assert sorted(m.body for m in found) == [b"first second", b"other"]
    joined = next(m for m in found if b"first" in m.body)
    assert joined.path == "/IN20261121_182336_00_+15555550100_00.txt"
    assert joined.headers["x-parts"] == "2"
    assert len(names(tmp_path / "done")) == 3


def test_a_missing_part_is_waited_for_and_then_done_without(tmp_path: Path) -> None:
    gammu(tmp_path, 0, b"first ")
    gammu(tmp_path, 2, b"third")
    source = opened(tmp_path, part_wait_s=3600.0)
    assert source.read(0.05) == b""
    gammu(tmp_path, 1, b"second ")
    assert messages(read_all(source))[0].body == b"first second third"
    gammu(tmp_path, 3, b"late")
    assert source.read(0.05) == b""
    late = opened(tmp_path, part_wait_s=0.0)
    assert messages(read_all(late))[0].body == b"late"


# restarts: the offset says what came, the journal what it was


def test_killed_before_the_bytes_were_safe_gives_them_again(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    first = opened(tmp_path).read(0)
    again = opened(tmp_path, 0)
    assert read_all(again) == first
    assert names(tmp_path) == set()


def test_killed_after_the_bytes_were_safe_gives_none_twice(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    first = opened(tmp_path).read(0)
    assert read_all(opened(tmp_path, len(first))) == b""
    assert names(tmp_path / "done") == {"a"}


@given(st.integers(0, 200), st.integers(1, 4))
def test_killed_anywhere_each_byte_comes_once(
    tmp_path_factory: pytest.TempPathFactory, at: int, count: int
) -> None:
    """The console kept ``at`` bytes, in the middle of a message or at its end."""
    folder = tmp_path_factory.mktemp("spool")
    for n in range(count):
        (folder / f"{n}.txt").write_text(f"message {n}")
        os.utime(folder / f"{n}.txt", (n, n))
    source, kept = opened(folder), b""
    while len(kept) < at and (piece := source.read(0)):
        kept += piece[: at - len(kept)]
    kept += read_all(opened(folder, len(kept)))
    assert [m.body for m in messages(kept)] == [b"message %d" % n for n in range(count)]
    assert names(folder) == set()
    assert len(names(folder / "done")) == count


def test_a_file_written_over_while_it_was_read_is_a_new_message(tmp_path: Path) -> None:
    path = tmp_path / "latest.txt"
    path.write_text("one")
    source = opened(tmp_path)
    assert messages(source.read(0))[0].body == b"one"
    path.write_text("two")
    assert messages(read_all(source))[0].body == b"two"
    path.write_text("three")
    os.utime(path, (1, 1))
    assert messages(read_all(source))[0].body == b"three"
    assert names(tmp_path / "done") == {"latest.txt", "latest.txt.1"}


def test_written_over_while_the_console_was_down(tmp_path: Path) -> None:
    path = tmp_path / "latest.txt"
    path.write_text("one")
    first = opened(tmp_path).read(0)
    path.write_text("two")
    again = opened(tmp_path, len(first))
    assert messages(read_all(again))[0].body == b"two"


def test_a_torn_journal_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    source = opened(tmp_path)
    first = source.read(0)
    (journal,) = (tmp_path / "done").glob(".*.json")
    journal.write_bytes(journal.read_bytes()[:10])
    assert read_all(opened(tmp_path, len(first))) == first  # twice, not lost


# a folder that cannot be written


def test_what_was_given_is_remembered_where_nothing_can_be_moved(
    tmp_path: Path,
) -> None:
    folder, state = tmp_path / "in", tmp_path / "own" / "state.json"
    folder.mkdir()
    (folder / "a").write_text("x")
    source = opened(folder, state=state)
    kept = read_all(source)
    assert messages(kept)[0].body == b"x"
    assert names(folder) == {"a"}
    assert not (folder / "done").exists()
    assert read_all(opened(folder, len(kept), state=state)) == b""
    (folder / "a").write_text("changed")
    assert (
        messages(read_all(opened(folder, len(kept), state=state)))[0].body == b"changed"
    )


def test_the_state_has_a_place_of_its_own_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "done").write_text("in the way of the folder")
    (folder / "a").write_text("x")
    bodies = {m.body for m in messages(read_all(opened(folder)))}
    assert b"x" in bodies
    assert len(list((tmp_path / "state" / "aliquot").glob("spool-*.json"))) == 1


# what cannot be read


def test_what_cannot_be_read_is_named_and_stops_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/hostname")
    with open(tmp_path / "huge", "wb") as stream:
        stream.truncate(MOST_BODY + 1)
    (tmp_path / "good").write_text("x")
    (tmp_path / "folder").mkdir()
    source = opened(tmp_path)
    assert messages(read_all(source))[0].body == b"x"
    said = source.trouble or ""
    assert "pipe (it is no plain file)" in said
    assert "huge (over 4 MB)" in said
    assert "link (" in said
    assert "folder" not in said.partition(":")[2]
    for name in ("pipe", "link", "huge"):
        os.unlink(tmp_path / name)
    assert source.read(0) == b""
    assert source.trouble is None


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder") as caught:
        SpoolSource(tmp_path / "none").open()
    assert caught.value.state is LineState.MISSING
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match="no folder"):
        SpoolSource(tmp_path / "file").open()


def test_a_folder_that_goes_away_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    source = opened(folder)
    (folder / "done").rmdir()
    folder.rmdir()
    with pytest.raises(SourceError) as caught:
        source.read(0)
    assert caught.value.state is LineState.LOST


def test_cancel_wakes_a_read(tmp_path: Path) -> None:
    source = opened(tmp_path, poll_s=30.0)
    timer = threading.Timer(0.05, source.cancel)
    timer.start()
    with contextlib.closing(source):
        assert source.read(30.0) == b""
    timer.join()


def test_how_it_is_named(tmp_path: Path) -> None:
    source = make_source(f"spool:{tmp_path}?settle_ms=50&poll_ms=20", start_offset=7)
    assert isinstance(source, SpoolSource)
    assert source.folder == tmp_path
    for bad in ("spool:", "spool:/x?speed=4", "spool:/x?poll_ms=1"):
        with pytest.raises(ValueError, match=r"spool|milliseconds"):
            make_source(bad)
