"""What the receiver keeps on disk, through restarts and damage."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from feed_harness import ServedReceiver, exchange, json_of, status_of
from feed_harness import http as request
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.peers.receiver_store import (
    Incoming,
    Kept,
    No,
    Store,
    StoreError,
)


def came(item: str = "a", key: str = "a:1", body: bytes = b"x") -> Incoming:
    return Incoming(item, key, "item", "text/plain", body)


def notice(item: str = "a") -> Incoming:
    return Incoming(item, f"{item}:retraction", "retraction", "text/plain", b"gone")


def fill(folder: Path) -> list[dict[str, str]]:
    store = Store(folder)
    for name in "cab":
        store.put(came(name, f"{name}:1"))
    store.put(came("a", "a:2", b"second"))
    store.put(notice("b"))
    rows = store.listed()
    store.close()
    return rows


def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    rows = fill(tmp_path)
    assert [row["id"] for row in rows] == ["c", "a", "b"]
    store = Store(tmp_path)
    assert store.listed() == rows
    assert store.damaged == []
    again = store.put(came("a", "a:2", b"second"))
    assert isinstance(again, Kept)
    assert again.seen
    assert store.put(came("b", "b:2")) is No.RETRACTED
    more = store.put(came("a", "a:3", b"third"))
    assert isinstance(more, Kept)
    assert more.record.number == 3
    store.close()


def test_the_folder_is_free_though_a_program_that_is_being_started_has_the_file(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    forked = os.dup(store._held.fileno())
    try:
        store.close()
        store.close()
        Store(tmp_path).close()
    finally:
        os.close(forked)


def test_nothing_is_stored_when_another_may_have_the_folder(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.close()
    with pytest.raises(OSError, match="has ended"):
        store.put(came())
    assert not list(tmp_path.glob("*/*"))


def test_a_folder_has_one_receiver(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(StoreError, match="Another receiver"):
        Store(tmp_path)
    store.close()
    Store(tmp_path).close()


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="Cannot use"):
        Store(tmp_path / "file")


@pytest.mark.parametrize("left", ["1.body", ".1.body.tmp", ".1.json.tmp"])
def test_what_a_kill_left_is_written_over(tmp_path: Path, left: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / left).write_bytes(b"half of someth")
    store = Store(tmp_path)
    assert store.listed() == []
    assert isinstance(store.put(came()), Kept)
    assert (tmp_path / "a" / "1.body").read_bytes() == b"x"
    store.close()


@pytest.mark.parametrize("damage", ["flip", "remove", "note", "foreign"])
def test_a_damaged_body_does_not_count(tmp_path: Path, damage: str) -> None:
    fill(tmp_path)
    body, note = tmp_path / "c" / "1.body", tmp_path / "c" / "1.json"
    match damage:
        case "flip":
            body.write_bytes(b"y")
        case "remove":
            body.unlink()
        case "note":
            note.write_bytes(note.read_bytes()[:-9])
        case "foreign":
            note.write_text(json.dumps({**json.loads(note.read_text()), "id": "../a"}))
    store = Store(tmp_path)
    assert store.damaged == ["c/1.json"]
    assert [row["id"] for row in store.listed()] == ["a", "b"]
    store.close()


@given(st.binary(max_size=200))
def test_any_note_is_survived(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("notes")
    (folder / "a").mkdir()
    (folder / "a" / "1.json").write_bytes(data)
    store = Store(folder)
    assert store.damaged == ["a/1.json"]
    store.close()


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EIO, 500)])
def test_a_disk_that_fails_is_said_and_confirms_nothing(
    receiver: ServedReceiver,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    status: int,
) -> None:
    def fail(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    data = request("POST", "/items/a", b"x")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        answer = exchange(receiver.port, data)
    assert status_of(answer) == status
    assert "cannot store" in json_of(answer)["error"]
    assert receiver.items() == []
    assert status_of(exchange(receiver.port, data)) == 201


def test_a_body_taken_from_under_it(receiver: ServedReceiver) -> None:
    exchange(receiver.port, request("POST", "/items/a", b"x"))
    (receiver.folder / "a" / "1.body").unlink()
    answer = exchange(receiver.port, request("GET", "/items/a"))
    assert status_of(answer) == 500
    assert "No such file" in json_of(answer)["error"]
