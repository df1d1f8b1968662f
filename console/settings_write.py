"""Changes one line in ``profile.toml``; all else in it stays as it was typed.

In steps, so that the log can have it before the file does: ``stage`` checks the
change and lays the new file beside the old one, on the disk; ``Staged.commit`` puts it
in its place. What the file says is kept as ``profile.toml.1``.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable, Table

from aliquot.console import paths, settings_file
from aliquot.console.domain.event_base import Json
from aliquot.console.problems import EXIT_NO, KnownProblem, in_words
from aliquot.console.profile import sync_folder, write_private
from aliquot.console.settings_read import unusable

BACKUP = ".1"
OPTIONS = "options"
_PASSWORD = re.compile(r"(://[^/@\s:]*):[^/@\s]*@")
_IN_QUERY = re.compile(r"(?i)([?&](?:password|passwd|secret|token|key|auth)=)[^&\s]*")

Changes = Mapping[str, Json]
"""Path in the line's table (``baud``, ``options.link``) -> value, None: take it out."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A new file that lies ready. ``changed``: path -> [old, new], secrets struck out."""

    path: Path
    fresh: Path
    before: bytes
    after: bytes
    changed: dict[str, Json]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.after).hexdigest()

    @property
    def backup(self) -> Path:
        return self.path.with_name(self.path.name + BACKUP)

    def commit(self) -> None:
        """Replace the file, unless it is not what was read any more: then
        ``KnownProblem`` ``changed_meanwhile``. Whole or not at all."""
        try:
            if self.path.read_bytes() != self.before:
                raise changed_meanwhile(self.path)
            write_private(self.backup, self.before)
            os.replace(self.fresh, self.path)
            sync_folder(self.path.parent)
        except OSError as why:
            raise unusable(self.path, in_words(why)) from why
        finally:
            self.drop()

    def drop(self) -> None:
        """Take away what lies ready. Idempotent."""
        self.fresh.unlink(missing_ok=True)


def stage(folder: Path, line: str, changes: Changes) -> Staged | None:
    """None when it is set so already. Raises ``KnownProblem`` (exit 1):
    ``no_such_line``, ``bad_value``, ``settings_unusable``."""
    path = folder / paths.SETTINGS_NAME
    try:
        before = path.read_bytes()
        text = before.decode("utf-8")
        document = tomlkit.parse(text)
    except (OSError, UnicodeDecodeError, TOMLKitError) as why:
        said = in_words(why) if isinstance(why, OSError) else str(why)
        raise unusable(path, said) from why
    entry = _entry(document.get("lines"), line)
    if entry is None:
        raise KnownProblem("no_such_line", f"There is no line {line} in {path}.", 1)
    changed = _apply(entry, changes)
    if not changed:
        return None
    fresh = _with_line_ends(tomlkit.dumps(document), text)
    _check(text, fresh, line, changes, str(path))
    data = fresh.encode()
    struck: dict[str, Json] = {
        name: [struck_out(was), struck_out(is_)] for name, was, is_ in changed
    }
    return Staged(path, _lay_ready(path, data), before, data, struck)


def struck_out(value: Json) -> Json:
    """Without a password that stands in an address."""
    if isinstance(value, str):
        return _IN_QUERY.sub(r"\1***", _PASSWORD.sub(r"\1:***@", value))
    return value


def changed_meanwhile(path: Path) -> KnownProblem:
    text = f"{path} was changed by somebody else meanwhile. Look at it and try again."
    return KnownProblem("changed_meanwhile", text, EXIT_NO)


def _entry(lines: Any, name: str) -> Any:
    rows = lines if isinstance(lines, AoT | list) else ()
    named = [row for row in rows if isinstance(row, dict) and row.get("name") == name]
    return named[0] if named else None


def _apply(entry: Any, changes: Changes) -> list[tuple[str, Json, Json]]:
    changed: list[tuple[str, Json, Json]] = []
    for path, value in changes.items():
        table, name = _holder(entry, path, value)
        was = _plain(table.get(name)) if table is not None else None
        if table is None or _same(was, value):
            continue
        if value is None:
            del table[name]
        else:
            table[name] = value
        changed.append((path, was, value))
    options = entry.get(OPTIONS)
    if isinstance(options, dict) and not options and changed:
        del entry[OPTIONS]
    return changed


def _holder(entry: Any, path: str, value: Json) -> tuple[Any, str]:
    """The table a setting belongs into, made where it is missing, and its name there."""
    head, dot, rest = path.partition(".")
    if not dot or head != OPTIONS:
        return entry, path
    if OPTIONS not in entry and value is not None:
        inline = isinstance(entry, InlineTable) or not isinstance(entry, Table)
        entry[OPTIONS] = tomlkit.inline_table() if inline else tomlkit.table()
    return entry.get(OPTIONS), rest


def _same(one: Json, other: Json) -> bool:
    """1 is not 1.0 and not true."""
    return type(one) is type(other) and one == other


def _plain(item: Any) -> Json:
    value: Json = item.unwrap() if hasattr(item, "unwrap") else item
    return value


def _with_line_ends(text: str, like: str) -> str:
    """Lines that were added end as the others do."""
    if "\r\n" not in like:
        return text
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _check(before: str, after: str, line: str, changes: Changes, where: str) -> None:
    """What was written is what was meant, and will do; nothing else is different."""
    wanted = tomllib.loads(before)
    entry = next(row for row in wanted["lines"] if row.get("name") == line)
    for path, value in changes.items():
        head, dot, rest = path.partition(".")
        table, name = (entry, path) if not dot else (entry.setdefault(head, {}), rest)
        if value is None:
            table.pop(name, None)
        else:
            table[name] = value
    if not entry.get(OPTIONS):
        entry.pop(OPTIONS, None)
    made = tomllib.loads(after)
    if made != wanted:
        raise unusable(Path(where), "it is written in a way that cannot be changed")
    settings = settings_file.parse_for_desk(after, where)
    for bad in settings.bad_lines:
        if bad.name == line:
            raise KnownProblem("bad_value", _first_word(bad.problem), EXIT_NO)


def _first_word(problem: str) -> str:
    """The complaint of one line's entry, without where to correct it by hand."""
    return re.sub(r"lines\[\d+\]\.", "", problem).removesuffix(
        " Correct it in profile.toml."
    )


def _ready(path: Path) -> str:
    return f".{path.name}.new."


def _lay_ready(path: Path, data: bytes) -> Path:
    try:
        for left in path.parent.glob(f"{_ready(path)}*"):  # by one that was killed
            left.unlink(missing_ok=True)
        handle, name = tempfile.mkstemp(prefix=_ready(path), dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as why:
        raise unusable(path, in_words(why)) from why
    return Path(name)
