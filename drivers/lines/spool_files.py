"""Which files of a spool folder belong together, and which may be read."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aliquot.drivers.lines.envelope import MOST_BODY

# What gammu-smsd writes: IN<date>_<time>_<serial>_<sender>_<part>.<ending>
_GAMMU = re.compile(r"(IN\d{8}_\d{6}_\d{2}_[^/]*)_(\d{2})\.\w{1,12}")
_UNFINISHED = (
    *(".tmp", ".part", ".partial", ".filepart", ".uploading", ".writing", ".new"),
    *(".lock", ".swp", "~"),
)
_KINDS = {
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".json": "application/json",
    ".csv": "text/csv",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was seen, and since when (monotonic seconds) it has been so."""

    size: int
    mtime_ns: int
    since: float


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one message, in order; ``whole`` when no part is known to miss."""

    names: tuple[str, ...]
    whole: bool
    order: tuple[int, str]


def look(
    folder: Path,
    seen: dict[str, Seen],
    now: float,
    had: Callable[[str, int, int], bool],
) -> dict[str, str]:
    """Brings ``seen`` up to date; gives what can never be read, and why.

    ``had`` says whether a file (name, size, modification time) was given before.
    """
    refused: dict[str, str] = {}
    there: set[str] = set()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISDIR(found.st_mode) or had(
                entry.name, found.st_size, found.st_mtime_ns
            ):
                continue
            there.add(entry.name)
            _note(seen, entry.name, found, now)
            if why := _never(found):
                refused[entry.name] = why
    for name in seen.keys() - there:
        del seen[name]
    for name in seen.keys() - refused.keys():
        if not os.access(folder / name, os.R_OK):
            refused[name] = "permission denied"
    return refused


def groups(seen: Mapping[str, Seen]) -> list[Group]:
    """What may be read together, oldest first."""
    parts: dict[str, dict[int, str]] = {}
    alone: list[str] = []
    for name in seen:
        gammu = _GAMMU.fullmatch(name)
        if gammu is None:
            alone.append(name)
        else:
            parts.setdefault(gammu[1], {})[int(gammu[2])] = name
    found = [Group((name,), True, _order(seen, [name])) for name in alone]
    for numbered in parts.values():
        names = [numbered[n] for n in sorted(numbered)]
        first = min(numbered)
        whole = first <= 1 and max(numbered) - first + 1 == len(names)
        found.append(Group(tuple(names), whole, _order(seen, names)))
    return sorted(found, key=lambda group: group.order)


def kind_of(name: str) -> str:
    """A content type by the name's ending."""
    return _KINDS.get(os.path.splitext(name)[1].lower(), "application/octet-stream")


def _order(seen: Mapping[str, Seen], names: list[str]) -> tuple[int, str]:
    return min(seen[name].mtime_ns for name in names), names[0]


def _note(seen: dict[str, Seen], name: str, found: os.stat_result, now: float) -> None:
    before = seen.get(name)
    same = before and (before.size, before.mtime_ns) == (
        found.st_size,
        found.st_mtime_ns,
    )
    if not same:
        seen[name] = Seen(found.st_size, found.st_mtime_ns, now)


def _never(found: os.stat_result) -> str | None:
    if not stat.S_ISREG(found.st_mode):
        return "it is no plain file"
    if found.st_size > MOST_BODY:
        return f"over {MOST_BODY // 2**20} MB"
    return None
