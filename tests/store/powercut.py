"""A disk that can lose power or run full, under the very SQLite the product uses.

A VFS is registered inside sqlcipher3's own library through ctypes. It passes every
call to the system's VFS and keeps a journal of what reached the disk and what was
asked to be made durable. The product is not changed and knows nothing of it.

``Disk.after_cut`` then builds the files as they could be found after the power went
at a moment: a write that a completed sync covers is there; one that no sync covers
is there, gone or torn at a sector, as a seeded generator says.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlcipher3 import _sqlite3

FULL = 13  # SQLITE_FULL
SECTOR = 512

_library = ctypes.CDLL(_sqlite3.__file__)
_pointer, _int, _int64 = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, version 3: the head, then its methods, of which two are wanted."""

    _fields_ = (
        ("version", _int),
        ("file_size", _int),
        ("longest_path", _int),
        ("next", _pointer),
        ("name", ctypes.c_char_p),
        ("data", _pointer),
        ("open", _pointer),
        ("delete", _pointer),
        ("others", _pointer * 16),
    )


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = (
        ("version", _int),
        ("close", _pointer),
        ("read", _pointer),
        ("write", _pointer),
        ("truncate", _pointer),
        ("sync", _pointer),
        ("others", _pointer * 13),
    )


class _File(ctypes.Structure):
    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


# The path stays a raw pointer: SQLite keeps the address it hands in.
_Open = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _pointer, _int, _pointer)
_Delete = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int)
_Write = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int, _int64)
_Truncate = ctypes.CFUNCTYPE(_int, _pointer, _int64)
_Sync = ctypes.CFUNCTYPE(_int, _pointer, _int)

_library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
_library.sqlite3_vfs_find.argtypes = (ctypes.c_char_p,)
_library.sqlite3_vfs_register.argtypes = (_pointer, _int)
_library.sqlite3_vfs_unregister.argtypes = (_pointer,)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to a file. ``kind``: write, truncate, sync, delete."""

    kind: str
    path: str
    at: int = 0  # offset of a write, size of a truncation
    data: bytes = b""


@dataclass
class Disk:
    """The journal. ``full`` makes every write that would grow a file fail."""

    steps: list[Step] = field(default_factory=list)
    full: bool = False
    refused: int = 0

    def after_cut(self, moment: int, random: Random) -> dict[str, bytes]:
        """Files as found after the power went before step number ``moment``."""
        done = self.steps[:moment]
        synced = {step.path: i for i, step in enumerate(done) if step.kind == "sync"}
        files: dict[str, bytearray] = {}
        for i, step in enumerate(done):
            if step.kind == "delete":
                files.pop(step.path, None)
            elif step.kind != "sync":
                data = files.setdefault(step.path, bytearray())
                durable = i < synced.get(step.path, -1)
                _apply(data, step if durable else _weather(step, random))
        return {path: bytes(data) for path, data in files.items()}


def _weather(step: Step, random: Random) -> Step | None:
    """What becomes of a step that no sync covers: gone, there, or torn."""
    fate = random.random()
    if fate < 0.5:
        return None
    if step.kind == "write" and fate < 0.7:
        kept = random.randrange(0, len(step.data) + 1, SECTOR)
        return Step("write", step.path, step.at, step.data[:kept])
    return step


def _apply(data: bytearray, step: Step | None) -> None:
    if step is None:
        return
    if len(data) < step.at:
        data.extend(bytes(step.at - len(data)))
    if step.kind == "truncate":
        del data[step.at :]
    else:
        data[step.at : step.at + len(step.data)] = step.data


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Lay the files of a cut into another folder, under their own names."""
    folder.mkdir()
    for path, data in files.items():
        (folder / Path(path).name).write_bytes(data)


_KEPT: list[_Shim] = []
"""For good: a database that a failing test left open is closed at any time later, and
that goes through what the shim put under it."""


@contextmanager
def disk() -> Iterator[Disk]:
    """While it lasts, every database is opened on the disk it gives."""
    made = Disk()
    shim = _Shim(made)
    _KEPT.append(shim)
    try:
        yield made
    finally:
        shim.remove()


class _Shim:
    """The registered VFS, and what must outlive its registration."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._paths: dict[int, str] = {}
        self._tables: dict[int, _Methods] = {}
        self._keep: list[Any] = []
        below = _library.sqlite3_vfs_find(None).contents
        self._vfs = _Vfs()
        ctypes.memmove(
            ctypes.byref(self._vfs), ctypes.byref(below), ctypes.sizeof(_Vfs)
        )
        self._vfs.name, self._vfs.next = b"weather", None
        self._vfs.open = self._address(_Open, self._opener(_Open(below.open)))
        self._vfs.delete = self._address(_Delete, self._deleter(_Delete(below.delete)))
        _library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)

    def remove(self) -> None:
        _library.sqlite3_vfs_unregister(ctypes.byref(self._vfs))

    def _address(self, kind: Any, call: Callable[..., int]) -> int:
        callback = kind(call)
        self._keep.append(callback)
        address = ctypes.cast(callback, _pointer).value
        assert address is not None
        return address

    def _opener(self, below: Callable[..., int]) -> Callable[..., int]:
        def opened(vfs: int, path: int, file: int, flags: int, out: int) -> int:
            code = below(vfs, path, file, flags, out)
            if code == 0 and path:
                self._paths[file] = os.fsdecode(ctypes.string_at(path))
                slot = _File.from_address(file)
                slot.methods = ctypes.pointer(self._patched(slot.methods.contents))
            return code

        return opened

    def _deleter(self, below: Callable[..., int]) -> Callable[..., int]:
        def deleted(vfs: int, path: int, sync: int) -> int:
            name = os.fsdecode(ctypes.string_at(path))
            self._disk.steps.append(Step("delete", name))
            return below(vfs, path, sync)

        return deleted

    def _patched(self, methods: _Methods) -> _Methods:
        """A copy of a method table whose writing half is journalled; one a table."""
        where = ctypes.addressof(methods)
        if where not in self._tables:
            copy = _Methods()
            size = ctypes.sizeof(_Methods)
            ctypes.memmove(ctypes.byref(copy), where, size)
            copy.write = self._address(_Write, self._writer(_Write(methods.write)))
            copy.truncate = self._address(
                _Truncate, self._truncater(_Truncate(methods.truncate))
            )
            copy.sync = self._address(_Sync, self._syncer(_Sync(methods.sync)))
            self._tables[where] = copy
        return self._tables[where]

    def _writer(self, below: Callable[..., int]) -> Callable[..., int]:
        def wrote(file: int, data: int, size: int, at: int) -> int:
            path = self._paths.get(file, "")
            if self._disk.full and at + size > _size(path):
                self._disk.refused += 1
                return FULL
            step = Step("write", path, at, ctypes.string_at(data, size))
            self._disk.steps.append(step)
            return below(file, data, size, at)

        return wrote

    def _truncater(self, below: Callable[..., int]) -> Callable[..., int]:
        def truncated(file: int, size: int) -> int:
            self._disk.steps.append(Step("truncate", self._paths.get(file, ""), size))
            return below(file, size)

        return truncated

    def _syncer(self, below: Callable[..., int]) -> Callable[..., int]:
        def synced(file: int, flags: int) -> int:
            code = below(file, flags)
            self._disk.steps.append(Step("sync", self._paths.get(file, "")))
            return code

        return synced


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
