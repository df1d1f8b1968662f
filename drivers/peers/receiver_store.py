"""What the receiver keeps: bodies as they came, and a note beside each.

``FOLDER/ID/N.body`` are the exact bytes, ``N.json`` says what they are. A body counts
once its note is there; both are written beside, synced and renamed, and the folder is
synced before anybody is told. So a kill at any moment leaves what was confirmed, and
at most a body without a note, which the next try writes over.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import IO

ITEM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:-]{0,255}")
_KINDS = ("item", "retraction")


class StoreError(Exception):
    """The folder cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """One body that was received. ``received_at`` is ISO 8601 UTC with ``Z``."""

    id: str
    key: str
    kind: str
    sha256: str
    bytes: int
    content_type: str
    received_at: str
    number: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """One body as it comes in."""

    id: str
    key: str
    kind: str
    content_type: str
    body: bytes


class No(Enum):
    """Why nothing was stored."""

    OTHER_BYTES = "this key stands for another delivery"
    RETRACTED = "the item was retracted"
    UNKNOWN = "no such item"


@dataclass(frozen=True, slots=True)
class Kept:
    record: Record
    seen: bool


@dataclass(slots=True)
class _Item:
    records: list[Record] = field(default_factory=list)

    @property
    def retraction(self) -> Record | None:
        found = [r for r in self.records if r.kind == "retraction"]
        return found[-1] if found else None

    @property
    def newest(self) -> Record | None:
        found = [r for r in self.records if r.kind == "item"]
        return found[-1] if found else None


def utc_now() -> str:
    now = datetime.now(UTC).replace(tzinfo=None)
    return now.isoformat(timespec="microseconds") + "Z"


class Store:
    """Items on disk and an index of them in memory; any thread.

    Raises ``StoreError`` when the folder cannot be used or another receiver has it.
    ``damaged`` names notes that were passed over because their body is not there.
    """

    def __init__(self, folder: Path, now: Callable[[], str] = utc_now) -> None:
        self.folder = folder
        self.damaged: list[str] = []
        self._now = now
        self._lock = threading.Lock()
        self._items: dict[str, _Item] = {}
        self._keys: dict[str, Record] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._held = _hold(folder / ".lock")
            self._load()
        except OSError as problem:
            raise StoreError(f"Cannot use {folder}: {problem.strerror}.") from None

    def close(self) -> None:
        """Others may use the folder from now on; nothing is stored any more."""
        with self._lock:
            if self._held.closed:
                return
            # A program that is just being started has the open file, too, for a moment.
            fcntl.flock(self._held, fcntl.LOCK_UN)
            self._held.close()

    def put(self, came: Incoming, only_known: bool = False) -> Kept | No:
        """Store it durably, unless it is there. Raises ``OSError``.

        ``only_known``: a retraction of what never came is ``UNKNOWN``, else it is
        kept, so that what comes late is not taken in any more.
        """
        sha256 = hashlib.sha256(came.body).hexdigest()
        with self._lock:
            if self._held.closed:
                raise OSError(errno.EBADF, "The receiver has ended")
            known = self._keys.get(came.key)
            if known is not None:
                same = (known.id, known.kind, known.sha256)
                if same != (came.id, came.kind, sha256):
                    return No.OTHER_BYTES
                return Kept(known, seen=True)
            item = self._items.get(came.id)
            if item is None and only_known:
                return No.UNKNOWN
            if item is not None and item.retraction and came.kind == "item":
                return No.RETRACTED
            return Kept(self._store(came, sha256, item), seen=False)

    def listed(self) -> list[dict[str, str]]:
        """One object an item, in the order in which they came."""
        with self._lock:
            return [_row(name, item) for name, item in self._items.items()]

    def find(self, item_id: str) -> tuple[Record | None, Record | None] | None:
        """The newest body of an item and its retraction; None for no such item."""
        with self._lock:
            item = self._items.get(item_id)
            return None if item is None else (item.newest, item.retraction)

    def body(self, record: Record) -> bytes:
        """Raises ``OSError`` when the file is gone."""
        return self._path(record, "body").read_bytes()

    def _store(self, came: Incoming, sha256: str, item: _Item | None) -> Record:
        record = Record(
            id=came.id,
            key=came.key,
            kind=came.kind,
            sha256=sha256,
            bytes=len(came.body),
            content_type=came.content_type,
            received_at=self._now(),
            number=item.records[-1].number + 1 if item else 1,
        )
        folder = self.folder / came.id
        if item is None:
            folder.mkdir(exist_ok=True)
            _sync_folder(self.folder)
        _replace(self._path(record, "body"), came.body)
        note = json.dumps(asdict(record), indent=1, sort_keys=True)
        _replace(self._path(record, "json"), note.encode() + b"\n")
        _sync_folder(folder)
        self._take_in(record)
        return record

    def _take_in(self, record: Record) -> None:
        self._items.setdefault(record.id, _Item()).records.append(record)
        self._keys[record.key] = record

    def _path(self, record: Record, kind: str) -> Path:
        return self.folder / record.id / f"{record.number}.{kind}"

    def _load(self) -> None:
        found = []
        for note in self.folder.glob("*/*.json"):
            record = _read_note(note)
            if record is None or not self._is_whole(record):
                self.damaged.append(str(note.relative_to(self.folder)))
            else:
                found.append(record)
        for record in sorted(found, key=lambda r: (r.received_at, r.number)):
            self._take_in(record)
        for item in self._items.values():
            item.records.sort(key=lambda r: r.number)

    def _is_whole(self, record: Record) -> bool:
        try:
            return hashlib.sha256(self.body(record)).hexdigest() == record.sha256
        except OSError:
            return False


def _row(name: str, item: _Item) -> dict[str, str]:
    shown = item.newest or item.retraction
    assert shown is not None
    row = {"id": name, "received_at": shown.received_at}
    row["state"] = "retracted" if item.retraction else "received"
    if item.newest:
        row["sha256"] = item.newest.sha256
        row["content_type"] = item.newest.content_type
    if item.retraction:
        row["retracted_at"] = item.retraction.received_at
    return row


def _read_note(path: Path) -> Record | None:
    """None for what is no note of ours about this place."""
    try:
        record = Record(**json.loads(path.read_bytes()))
        right = ITEM_ID.fullmatch(record.id) and KEY.fullmatch(record.key)
    except (OSError, ValueError, TypeError):
        return None
    here = (record.id, f"{record.number}.json") == (path.parent.name, path.name)
    return record if right and here and record.kind in _KINDS else None


def _hold(path: Path) -> IO[bytes]:
    lock = path.open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        text = f"Another receiver uses {path.parent}. Give another folder."
        raise StoreError(text) from None
    return lock


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.tmp")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
