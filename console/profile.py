"""A profile: the folder that holds settings, log, keys and spools of one console."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from aliquot.console import paths, settings_file
from aliquot.console.problems import (
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    KnownProblem,
    in_words,
)
from aliquot.console.settings import Settings

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600


class Profile:
    """An open profile. It holds no lock; whoever writes the log takes that."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        self._settings = settings

    @classmethod
    def open(cls, folder: str | os.PathLike[str] | None = None) -> Profile:
        """Open the profile in ``folder`` (None: the default place).

        A missing one is created, empty. Raises ``KnownProblem``: ``bad_settings``
        (exit 2), or ``profile_unusable`` (exit 2 or 4) when the folder cannot be
        read or made.
        """
        place = paths.profile_dir(folder).absolute()
        try:
            make_private_folder(place)
            text = _read_or_create(place / paths.SETTINGS_NAME)
        except UnicodeDecodeError as why:
            raise _unusable(place, "profile.toml is not UTF-8", EXIT_USAGE) from why
        except (NotADirectoryError, FileExistsError) as why:
            raise _unusable(place, "it is a file, no folder", EXIT_USAGE) from why
        except OSError as why:
            raise _unusable(place, in_words(why), EXIT_UNAVAILABLE) from why
        where = str(place / paths.SETTINGS_NAME)
        return cls(place, settings_file.parse_for_desk(text, where))

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def log_path(self) -> Path:
        return self._folder / paths.LOG_NAME

    @property
    def lock_path(self) -> Path:
        return self._folder / paths.LOCK_NAME

    @property
    def socket_path(self) -> Path:
        return self._folder / paths.SOCKET_NAME

    @property
    def seats_path(self) -> Path:
        """Where second windows of this profile come in."""
        return self._folder / paths.SEATS_NAME

    @property
    def reserve_path(self) -> Path:
        return self._folder / "reserve.bin"

    @property
    def spool_folder(self) -> Path:
        return self._folder / paths.SPOOL_FOLDER

    @property
    def key_folder(self) -> Path:
        return self._folder / paths.KEY_FOLDER

    def reload(self) -> None:
        """Take what the file says now. Raises ``KnownProblem`` ``bad_settings``."""
        path = self._folder / paths.SETTINGS_NAME
        text = path.read_text(encoding="utf-8")
        self._settings = settings_file.parse_for_desk(text, str(path))

    def save_settings(self, settings: Settings) -> None:
        """Write ``profile.toml`` whole or not at all, checked as when read.

        Raises ``KnownProblem`` ``bad_settings``. A running console reads its
        settings when it starts.
        """
        path = self._folder / paths.SETTINGS_NAME
        if self._settings.bad_lines:  # they would be lost
            settings_file.parse(path.read_text(encoding="utf-8"), str(path))
        text = settings_file.render(settings)
        self._settings = settings_file.parse(text, str(path))
        write_private(path, text.encode())


def write_private(path: Path, data: bytes) -> None:
    """Replace ``path`` atomically by a file of mode 0600 that is on the disk."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_private_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)


def _read_or_create(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = settings_file.render(Settings())
        write_private(path, text.encode())
        return text


def sync_folder(folder: Path) -> None:
    """What was renamed in it is on the disk then."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unusable(folder: Path, why: str, code: int) -> KnownProblem:
    text = f"The profile {folder} cannot be used: {why}. Choose another with --profile."
    return KnownProblem("profile_unusable", text, code)
