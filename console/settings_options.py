"""`[lines.options]`: what one kind of line wants to know beside the rest.

The names are the driver's own, so only their form is checked here; the driver says
what it does not know. A secret never stands in the settings: an option that ends in
``secret_file`` names a file, relative to the profile's folder, that only its owner
may read.
"""

from __future__ import annotations

import math
import os
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

from aliquot.console.problems import EXIT_USAGE, KnownProblem, in_words
from aliquot.drivers.lines.api import LineSettings, Option

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SECRETS = frozenset({"secret", "password", "token", "passphrase"})
_FILE = "_file"
_SECRET_FILE = "secret_file"
MOST_SECRET_BYTES = 65_536


def check_options(value: Any) -> str | None:
    """None when it will do, else what to do about it."""
    if not isinstance(value, dict):
        return "make it a table, [lines.options], under its line"
    for name, option in value.items():
        if _NAME.fullmatch(name) is None:
            return f"{name!r}: write names in small letters, digits and _"
        if name in _SECRETS or name.endswith("_secret"):
            return (
                f"{name}: a secret must not stand here; write it into a file of its "
                f'own, chmod 600, and name that: {name}_file = "{name}.txt"'
            )
        if not _is_option(option):
            return f"{name}: write a text, a number, true or false"
    return None


def with_files(reading: LineSettings, folder: Path) -> LineSettings:
    """The settings as a driver gets them: options that end in ``_file`` are absolute
    paths, and of ``NAME_file`` that is a secret the text stands in ``NAME``.

    Raises ``KnownProblem`` ``bad_secret`` for a file that is missing, empty, or that
    others may read.
    """
    options: dict[str, Option] = dict(reading.options)
    for name, value in reading.options.items():
        if name.endswith(_FILE) and isinstance(value, str):
            path = folder / value
            options[name] = str(path)
            if name.endswith(_SECRET_FILE):
                options[name.removesuffix(_FILE)] = _secret(path, name)
    return replace(reading, options=options) if options else reading


def _secret(path: Path, name: str) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as why:
        raise _bad(path, name, in_words(why)) from why
    with os.fdopen(handle, "rb") as file:
        told = os.fstat(file.fileno())
        if not stat.S_ISREG(told.st_mode):
            raise _bad(path, name, "it is no file")
        if told.st_mode & 0o077:
            raise _bad(path, name, f"others may read it; chmod 600 {path.name}")
        data = file.read(MOST_SECRET_BYTES + 1)
    try:
        text = data.decode("utf-8").strip("\r\n")
    except UnicodeDecodeError as why:
        raise _bad(path, name, "it is no text") from why
    if not text or len(data) > MOST_SECRET_BYTES:
        raise _bad(path, name, "it is empty" if not text else "it is too long")
    return text


def _bad(path: Path, name: str, why: str) -> KnownProblem:
    return KnownProblem("bad_secret", f"{name}, {path}: {why}.", EXIT_USAGE)


def _is_option(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | int | bool)
