"""A folder as a line: each file that is put there becomes one message.

For programs that receive messages and leave them as files (gammu-smsd, smstools, a
file transfer). A file is read when it has been complete for a while, given in an
envelope, and moved to ``done/`` when the reader comes back for more, which it does
once the bytes are safe. What was given last is noted in a journal with its place in
the line's stream, so that a console that is killed between the two neither loses nor
doubles it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic

from aliquot.drivers.lines.api import LineState, SourceError
from aliquot.drivers.lines.envelope import MOST_BODY, wrap
from aliquot.drivers.lines.spool_files import Group, Seen, groups, kind_of, look
from aliquot.drivers.lines.spool_journal import (
    Given,
    GivenFile,
    Journal,
    digest,
    journal_of,
)

DONE = "done"
LATE_S = 120.0  # so long a slow writer may go on writing a file that was read
_LATE_FILES = 50  # the last ones that were put away
_LATE_POLL_S = 1.0
_NAMED = 3  # files that are named in a message


class SpoolSource:
    """See ``ByteSource``. One console a folder.

    ``start_offset``: bytes of this source that the console has already. ``settle_s``:
    how long a file must stay as it is; ``part_wait_s``: how long parts of one message
    are waited for. ``state``: where the journal is when the folder cannot be written.
    """

    def __init__(
        self,
        folder: str | Path,
        start_offset: int = 0,
        *,
        settle_s: float = 0.5,
        poll_s: float = 0.25,
        part_wait_s: float = 10.0,
        state: str | Path | None = None,
    ) -> None:
        self.folder = Path(folder)
        self._offset = start_offset
        self._settle_s = settle_s
        self._poll_s = poll_s
        self._part_wait_s = part_wait_s
        self._state = Path(state) if state is not None else None
        self._journal: Journal | None = None
        self._given: Given | None = None
        self._rest = b""
        self._seen: dict[str, Seen] = {}
        self._refused: dict[str, str] = {}
        self._moved: dict[Path, tuple[GivenFile, float]] = {}
        self._late_look = 0.0
        self._cancelled = Event()

    @property
    def trouble(self) -> str | None:
        """Files that cannot be read, in words; None when there are none."""
        if not self._refused:
            return None
        named = [f"{n} ({why})" for n, why in sorted(self._refused.items())[:_NAMED]]
        more = len(self._refused) - len(named)
        rest = f", and {more} more" if more else ""
        return (
            f"{self.folder}: cannot read {', '.join(named)}{rest}. Let the console's "
            "user read them, or take them away."
        )

    def open(self) -> None:
        try:
            with os.scandir(self.folder):
                pass
            self._journal = journal_of(self.folder, self.folder / DONE, self._state)
            self._go_on(self._journal)
        except FileNotFoundError:
            raise self._failed(LineState.MISSING, "there is no such folder") from None
        except NotADirectoryError:
            raise self._failed(LineState.MISSING, "it is no folder") from None
        except PermissionError as why:
            raise self._failed(LineState.DENIED, str(why)) from None
        except OSError as why:
            raise self._failed(LineState.MISSING, str(why)) from None

    def read(self, timeout_s: float) -> bytes:
        """One message, ``b""`` when none came. The one before it is put away now."""
        until = monotonic() + timeout_s
        try:
            self._put_away()
            while True:
                message = self._next()
                left = until - monotonic()
                if message or left <= 0:
                    return message
                if self._cancelled.wait(min(left, self._poll_s)):
                    self._cancelled.clear()
                    return b""
        except OSError as why:
            raise self._failed(LineState.LOST, str(why)) from None

    def write(self, data: bytes) -> None:
        """Nobody is there to hear it."""

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        """What was given last is put away by the next ``open``, if it is safe."""
        self._journal, self._given, self._rest = None, None, b""
        self._seen.clear()
        self._refused.clear()

    # what was given before

    def _go_on(self, journal: Journal) -> None:
        """The journal names what was given last; the offset says whether it came."""
        given = journal.given
        if given is None or not given.start < self._offset <= given.end:
            return
        if self._offset < given.end:
            files, message = self._message(given.names)
            if files != given.files:
                return  # changed meanwhile: given anew, as a message of its own
            self._rest = message[self._offset - given.start :]
            self._offset = given.end
        self._given = given
        if not self._rest:
            self._put_away()

    def _put_away(self) -> None:
        given, journal = self._given, self._journal
        if given is None or journal is None or self._rest:
            return
        if journal.remembers:
            journal.remember(given, self.folder)
        for file in given.files:
            self._seen.pop(file.name, None)
            if not journal.remembers:
                self._move(file)
        self._given = None

    def _move(self, file: GivenFile) -> None:
        """What was written over it meanwhile is a new message, and comes back."""
        place, done = self.folder / file.name, _free(self.folder / DONE / file.name)
        with suppress(FileNotFoundError):
            os.rename(place, done)
            if digest(_read(done)[0]) != file.sha256:
                os.rename(done, _free(place))
                return
            self._moved[done] = (file, monotonic() + LATE_S)
            while len(self._moved) > _LATE_FILES:
                del self._moved[next(iter(self._moved))]

    def _bring_back(self, now: float) -> None:
        """Who writes slowly goes on writing after a file was put away: all of it is a
        message of its own then."""
        if now < self._late_look:
            return
        self._late_look = now + _LATE_POLL_S
        for done, (file, until) in list(self._moved.items()):
            with suppress(OSError):
                found = done.stat()
                if (found.st_size, found.st_mtime_ns) != (file.size, file.mtime_ns):
                    until = self._changed(done, file, found, until)
            if now > until:
                del self._moved[done]

    def _changed(
        self, done: Path, file: GivenFile, found: os.stat_result, until: float
    ) -> float:
        """Until when to look at it; 0 when it was moved back."""
        if digest(_read(done)[0]) != file.sha256:
            os.rename(done, _free(self.folder / file.name))
            return 0.0
        touched = replace(file, size=found.st_size, mtime_ns=found.st_mtime_ns)
        self._moved[done] = (touched, until)
        return until

    # what comes next

    def _next(self) -> bytes:
        assert self._journal is not None, "open() first"
        if self._rest:  # a restart in the middle of it
            rest, self._rest = self._rest, b""
            return rest
        now = monotonic()
        self._bring_back(now)
        self._refused = look(self.folder, self._seen, now, self._journal.had)
        for group in self._ready(now):
            files, message = self._message(group.names)
            if message:
                return self._give(self._journal, files, message)
        return b""

    def _ready(self, now: float) -> Iterator[Group]:
        usable = {n: s for n, s in self._seen.items() if n not in self._refused}
        for group in groups(usable):
            quiet = now - max(usable[name].since for name in group.names)
            wait_s = self._settle_s if group.whole else self._part_wait_s
            if quiet >= wait_s:
                yield group

    def _give(
        self, journal: Journal, files: tuple[GivenFile, ...], message: bytes
    ) -> bytes:
        start, end = self._offset, self._offset + len(message)
        self._given = Given(files, start, end)
        journal.write(self._given)
        self._offset = end
        return message

    def _message(self, names: tuple[str, ...]) -> tuple[tuple[GivenFile, ...], bytes]:
        """The envelope of files; empty when one cannot be read, which is noted."""
        bodies, files = [], []
        for name in names:
            try:
                body, found = _read(self.folder / name)
            except FileNotFoundError:
                return (), b""
            except OSError as why:
                self._refused[name] = why.strerror or str(why)
                return (), b""
            bodies.append(body)
            files.append(GivenFile(name, len(body), found.st_mtime_ns, digest(body)))
        if sum(map(len, bodies)) > MOST_BODY:
            self._refused[names[0]] = f"over {MOST_BODY // 2**20} MB"
            return (), b""
        headers = {"X-Parts": str(len(names))} if len(names) > 1 else {}
        message = wrap(f"/{names[0]}", b"".join(bodies), kind_of(names[0]), headers)
        return tuple(files), message

    def _failed(self, state: LineState, why: str) -> SourceError:
        return SourceError(state, f"Cannot watch the folder {self.folder}: {why}.")


def _read(path: Path) -> tuple[bytes, os.stat_result]:
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb") as stream:
        return stream.read(MOST_BODY + 1), os.fstat(fd)


def _free(path: Path) -> Path:
    """A name that is not taken: nothing that was put away before is overwritten."""
    number, found = 0, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}.{number}")
    return found
