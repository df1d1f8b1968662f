"""Regression cases: a folder with a stretch of a recording and what it must say.

``stretch.rec``   the bytes, with their times
``expected.jsonl``  what ``line replay --json`` prints of them
``case.toml``     driver, layout and settings they are heard with
``layout.toml``   the layout, where it is no bundled one
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from aliquot.console.lab import own_layout
from aliquot.console.lab.analysis import Recording, listen, load
from aliquot.console.lab.bench import AnyLayout, Bench
from aliquot.console.lab.compare import (
    Difference,
    ExpectedError,
    compare,
    read_expected,
)
from aliquot.console.lab.objects import as_lines, as_object
from aliquot.console.lab.toml_text import quoted, value
from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import Direction, Heard, LineSettings
from aliquot.drivers.lines.layouts import choose
from aliquot.drivers.lines.recording import RecordingWriter
from aliquot.drivers.lines.recording_format import Entry, Header

STRETCH, EXPECTED, CASE, LAYOUT = (
    "stretch.rec",
    "expected.jsonl",
    "case.toml",
    "layout.toml",
)
_PLAIN = (str, int, bool)
_KEYS = ("format", "title", "driver", "layout", "layout_file", "strict", "settings")


class CaseError(Exception):
    """A folder that is no case, or a case that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written. ``notes``: where the stretch alone says something else."""

    folder: Path
    objects: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseRun:
    """A case that was run; it holds when there is no difference."""

    title: str
    objects: int
    differences: tuple[Difference, ...]


def heard_of(recording: Recording, bench: Bench) -> list[Heard]:
    """All that ``line replay`` would print."""
    return [one for seen in listen(recording, bench) for one in seen.heard]


def save(
    recording: Recording,
    bench: Bench,
    bounds: tuple[int, int],
    folder: Path,
    layout_text: str | None = None,
    shown: Sequence[Heard] = (),
) -> Saved:
    """Writes the bytes ``[start, end)`` as a case.

    Raises OSError, and ``CaseError`` when there is a case in ``folder`` or the
    stretch is empty.
    """
    entries = tuple(_clip(recording.entries, *bounds))
    if not any(e.data for e in entries):
        raise CaseError("The stretch is empty: nothing was received in it.")
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / CASE).exists():
        raise CaseError(f"There is a case in {folder} already. Give another folder.")
    _write_stretch(recording, entries, folder / STRETCH)
    heard = heard_of(replace(recording, entries=entries), bench)
    _write(folder / EXPECTED, as_lines(heard))
    if bench.own is not None and layout_text is not None:
        _write(folder / LAYOUT, layout_text)
    _write(folder / CASE, _case_text(recording, bench, layout_text is not None))
    return Saved(folder, len(heard), _notes(shown, heard))


def _notes(shown: Sequence[Heard], heard: Sequence[Heard]) -> tuple[str, ...]:
    if not shown:
        return ()
    before = [as_object(one, timed=True) for one in shown]
    after = [as_object(one, timed=True) for one in heard]
    return tuple(d.as_text() for d in compare(before, after))


def _clip(entries: Sequence[Entry], start: int, end: int) -> Iterator[Entry]:
    for entry in entries:
        if entry.direction is Direction.SENT:
            if start <= entry.offset <= end:
                yield entry
            continue
        first = max(start - entry.offset, 0)
        data = entry.data[first : max(end - entry.offset, 0)]
        if data:
            yield replace(entry, data=data, offset=entry.offset + first, broken=False)


def _write_stretch(recording: Recording, entries: Sequence[Entry], path: Path) -> None:
    header = recording.header
    start = next(e.offset for e in entries if e.direction is Direction.RECEIVED)
    own = Header(header.line, recording.driver.name, header.baud, header.format, start)
    with RecordingWriter(path, own) as writer:
        for entry in entries:
            writer.append(entry.direction, entry.utc_us, entry.data)


def _write(path: Path, text: str) -> None:
    """Readable by its owner only: callers' own words may stand in it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)


def _case_text(recording: Recording, bench: Bench, own: bool) -> str:
    layout = (
        f"layout_file = {quoted(LAYOUT)}"
        if own
        else (f"layout = {quoted(','.join(bench.settings.layouts) or 'auto')}")
    )
    default = LineSettings()
    said = {
        f.name: getattr(bench.settings, f.name)
        for f in fields(LineSettings)
        if isinstance(getattr(default, f.name), _PLAIN)
    }
    changed = {k: v for k, v in said.items() if v != getattr(default, k)}
    title = f"{recording.info.line or recording.driver.name}"
    lines = [
        "# A regression case: `aliquot line check FOLDER` runs it.",
        "format = 1",
        f"title = {quoted(title)}",
        f"driver = {quoted(recording.driver.name)}",
        layout,
        "strict = false",
        "",
        "[settings]",
        *(f"{name} = {value(one)}" for name, one in changed.items()),
    ]
    return "\n".join(lines) + "\n"


def run(folder: Path, strict: bool | None = None) -> CaseRun:
    """Runs a case.

    Raises ``CaseError``, ``ExpectedError``, OSError, ``LayoutError``,
    ``DriverError``, ``RecordingError``.
    """
    case = _read_case(folder)
    recording = load(str(folder / STRETCH))
    bench = _bench(folder, case)
    text = (folder / EXPECTED).read_text(encoding="utf-8")
    expected = read_expected(text, str(folder / EXPECTED))
    got = [as_object(one, timed=True) for one in heard_of(recording, bench)]
    exact = bool(case.get("strict")) if strict is None else strict
    found = compare(expected, got, exact)
    return CaseRun(str(case.get("title", folder.name)), len(expected), tuple(found))


def is_case(folder: Path) -> bool:
    return (folder / CASE).is_file()


def cases_in(folder: Path) -> list[Path]:
    """All cases in a folder and below, by name: for a test of your own."""
    return sorted(path.parent for path in folder.rglob(CASE))


def _read_case(folder: Path) -> dict[str, Any]:
    path = folder / CASE
    if not path.is_file():
        raise CaseError(f"{folder} is no case: there is no {CASE} in it.")
    try:
        case = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as bad:
        raise CaseError(f"{path}: is no TOML: {bad}.") from None
    unknown = [key for key in case if key not in _KEYS]
    if unknown:
        raise CaseError(
            f"{path}: {unknown[0]} is no key; there are {', '.join(_KEYS)}."
        )
    if case.get("format") != 1:
        raise CaseError(f"{path}: format is {case.get('format')!r}; this reads 1.")
    return case


def _bench(folder: Path, case: dict[str, Any]) -> Bench:
    driver = plugins.driver(str(case.get("driver", "ali")))
    settings = _settings(folder / CASE, case.get("settings", {}))
    if "layout_file" in case:
        return Bench(driver, settings, own=_own(folder / str(case["layout_file"])))
    names = str(case.get("layout", "auto"))
    layouts = () if names == "auto" else tuple(n.strip() for n in names.split(","))
    if layouts and driver.name == "ali":
        choose(layouts)
    return Bench(driver, replace(settings, layouts=layouts))


def _own(path: Path) -> AnyLayout:
    return own_layout.parse_any(path.read_text(encoding="utf-8"), str(path))


def _settings(path: Path, given: Any) -> LineSettings:
    default = LineSettings()
    if not isinstance(given, dict):
        raise CaseError(f"{path}: settings must be a table.")
    for name, one in given.items():
        have = getattr(default, name, None)
        if not isinstance(have, _PLAIN) or type(one) is not type(have):
            raise CaseError(
                f"{path}: settings.{name} = {one!r} is no setting of a line."
            )
    return replace(default, **given)


__all__ = ["CaseError", "CaseRun", "ExpectedError", "Saved", "cases_in", "run", "save"]
