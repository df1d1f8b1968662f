"""Failed passwords, counted in the profile: starting anew begins no new count.

``keys/tries`` has how many passwords of whom have failed since the last good one. A try is counted before the password is tried, so that a program that is killed
meanwhile has counted it. From the fifth on each failure closes the door for longer.
How long is told by the monotonic clock: the wall clock can be set. It is one person's
door; to take calls at the desk needs no password.

Who can write to the folder can take the file away, but he has the sealed keys then,
and needs no door. A file that is damaged leaves one try to whoever tries next.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from aliquot.console.clock import Clock
from aliquot.console.domain.people import TRIES, TRY_WINDOW_S
from aliquot.console.profile import sync_folder
from aliquot.console.release.embargo import gone_by_us

NAME = "tries"
UNKNOWN = "unknown"  # stands for all names that nobody has
QUIET_US = 24 * 3600 * 10**6
LONGEST_WAIT_S = 60 * 60
MOST_BYTES = 1 << 20
_FORMAT = "aliquot-tries/1"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failed:
    """How many passwords failed in a row, and when the last did (monotonic, µs)."""

    count: int
    mono_us: int

    def wait_s(self, mono_us: int) -> int:
        """Seconds until a further try is allowed, 0 for at once."""
        left_us = _wait_s(self.count) * 10**6 - gone_by_us(self.mono_us, mono_us)
        return max(0, -(-left_us // 10**6))


NONE = Failed(0, 0)
_Table = dict[str, Failed]


def _wait_s(count: int) -> int:
    """15 minutes after the fifth, then twice as long each time, up to an hour."""
    if count < TRIES:
        return 0
    return min(LONGEST_WAIT_S, TRY_WINDOW_S << min(count - TRIES, 8))


class Tries:
    """Of the people whose keys lie in ``folder``. Used by one thread at a time; one
    process at a time, too: whoever has the writer's lock."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / NAME
        self._clock = clock
        self._unwritten: _Table | None = None  # while the disk takes nothing

    def wait_s(self, person_id: str) -> int:
        """Seconds until this person's next try, 0 for at once."""
        return self._of(self._read(), person_id).wait_s(self._now_us())

    def begin(self, person_id: str) -> Failed:
        """Count a try before it is made; gives what was counted before."""
        table = self._read()
        before = self._of(table, person_id)
        self._put(table, person_id, Failed(before.count + 1, self._now_us()))
        return before

    def unknown(self) -> int | None:
        """Count a try under a name that nobody has. How many there were, if it is to be
        told now: the first five are, and then one after as long as a person would have
        to wait, so that nobody can fill a log with them. A day of quiet begins anew."""
        table, now_us = self._read(), self._now_us()
        before = self._of(table, UNKNOWN)
        if gone_by_us(before.mono_us, now_us) > QUIET_US:
            before = NONE
        due = not before.wait_s(now_us)
        at_us = now_us if due else before.mono_us
        self._put(table, UNKNOWN, Failed(before.count + 1, at_us))
        return before.count + 1 if due else None

    def failed(self) -> None:
        """What was counted is on the disk then, also if the current fails."""
        if self._unwritten is not None:
            return
        try:
            with self._path.open("rb") as file:
                os.fsync(file.fileno())
            sync_folder(self._path.parent)
        except OSError as why:
            _log.warning("Failed passwords may not be counted: %s.", why)

    def good(self, person_id: str) -> None:
        self._put(self._read(), person_id, NONE)

    def undo(self, person_id: str, before: Failed) -> None:
        """No password was tried after all."""
        self._put(self._read(), person_id, before)

    def _now_us(self) -> int:
        return self._clock.now().mono_ns // 1000

    def _of(self, table: _Table | None, person_id: str) -> Failed:
        if table is None:
            return Failed(TRIES - 1, self._now_us())
        return table.get(person_id, NONE)

    def _read(self) -> _Table | None:
        """None for a damaged file."""
        if self._unwritten is not None:
            return self._unwritten
        try:
            with self._path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            return {}
        except OSError as why:
            _log.warning("%s cannot be read: %s.", self._path, why)
            return None
        table = _decoded(data) if len(data) <= MOST_BYTES else None
        if table is None:
            _log.warning("%s is damaged: there is one try.", self._path)
        return table

    def _put(self, table: _Table | None, person_id: str, failed: Failed) -> None:
        """Of a damaged file the others' counts are lost, and they begin anew: it is
        written whole again by the first who tries."""
        kept = dict(table or {})
        kept.pop(person_id, None)
        if failed != NONE:
            kept[person_id] = failed
        try:
            if kept:
                _write(self._path, _encoded(kept))
            else:
                self._path.unlink(missing_ok=True)
            self._unwritten = None
        except OSError as why:
            if self._unwritten is None:
                _log.warning("Failed passwords are counted in memory only: %s.", why)
            self._unwritten = kept


def _encoded(table: Mapping[str, Failed]) -> bytes:
    persons = {person_id: asdict(failed) for person_id, failed in table.items()}
    body = json.dumps(persons, sort_keys=True)
    made = {"format": _FORMAT, "sha256": _sum(body), "persons": body}
    return json.dumps(made, indent=1).encode()


def _decoded(data: bytes) -> _Table | None:
    try:
        made = json.loads(data)
        body = made["persons"]
        if made["format"] != _FORMAT or made["sha256"] != _sum(body):
            return None
        rows = json.loads(body).items()
        return {who: Failed(int(r["count"]), int(r["mono_us"])) for who, r in rows}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _sum(body: str) -> str:
    return sha256(body.encode()).hexdigest()


def _write(path: Path, data: bytes) -> None:
    """In one step, readable by its owner; a process that is killed leaves the old one
    or the new one."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(new, path)
