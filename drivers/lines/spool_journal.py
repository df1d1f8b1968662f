"""What a spool folder gave last, kept on the disk beside what was given."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

_NAME = ".aliquot-spool.json"


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was when it was read."""

    name: str
    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Given:
    """A message that was given: its files, its place in the source's stream."""

    files: tuple[GivenFile, ...]
    start: int
    end: int

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(file.name for file in self.files)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def journal_of(folder: Path, done: Path, state: Path | None) -> Journal:
    """In ``done``, which is made; else, where the folder cannot be written, in a file
    of the user's own state. Raises OSError when neither can be."""
    if state is None:
        try:
            done.mkdir(exist_ok=True)
            if os.access(folder, os.W_OK) and os.access(done, os.W_OK):
                return Journal(done / _NAME)
        except OSError:
            pass
        state = _own_state(folder)
    state.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Journal(state, remembers=True)


def _own_state(folder: Path) -> Path:
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return Path(home) / "aliquot" / f"spool-{name}.json"


class Journal:
    """``remembers``: files stay where they are, those that were given are listed."""

    def __init__(self, path: Path, remembers: bool = False) -> None:
        self.path = path
        self.remembers = remembers
        self.given: Given | None = None
        self._had: dict[str, tuple[int, int]] = {}
        self._load()

    def had(self, name: str, size: int, mtime_ns: int) -> bool:
        """Whether just this file was given before and left where it is."""
        return self._had.get(name) == (size, mtime_ns)

    def write(self, given: Given) -> None:
        """On the disk when it returns; before the message is given."""
        self.given = given
        self._save()

    def remember(self, given: Given, folder: Path) -> None:
        """These were given. What is no longer in the folder is forgotten."""
        kept = {n: h for n, h in self._had.items() if (folder / n).exists()}
        kept |= {file.name: (file.size, file.mtime_ns) for file in given.files}
        self._had = kept
        self._save()

    def _load(self) -> None:
        """A journal that cannot be read is none: better twice than not at all."""
        try:
            said = json.loads(self.path.read_bytes())
            had = {str(n): (int(a), int(b)) for n, (a, b) in said["had"].items()}
            given = said["given"]
            if given is not None:
                files = tuple(GivenFile(**file) for file in given["files"])
                self.given = Given(files, int(given["start"]), int(given["end"]))
            self._had = had
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.given, self._had = None, {}

    def _save(self) -> None:
        given = asdict(self.given) if self.given is not None else None
        text = json.dumps({"given": given, "had": self._had})
        fresh = self.path.with_suffix(".new")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with open(fd, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(fd)
        os.replace(fresh, self.path)
