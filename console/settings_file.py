"""`profile.toml`: read with a check of every key, and written.

Each complaint names the file, the key, and what to do.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from aliquot.console.problems import EXIT_USAGE, KnownProblem
from aliquot.console.settings import LineConfig, Settings, StorageSettings
from aliquot.drivers.lines.api import Extent, LineSettings

Check = Callable[[Any], str | None]
"""None when the value will do, else what to do about it."""


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(low: int, high: int) -> Check:
    def check(value: Any) -> str | None:
        fits = _is_int(value) and low <= value <= high
        return None if fits else f"write a whole number from {low} to {high}"

    return check


def _one_of(*names: str) -> Check:
    def check(value: Any) -> str | None:
        return None if value in names else f"write one of {', '.join(names)}"

    return check


def _matching(pattern: str, what: str) -> Check:
    def check(value: Any) -> str | None:
        fits = isinstance(value, str) and re.fullmatch(pattern, value)
        return None if fits else f"write {what}"

    return check


def _texts(value: Any) -> str | None:
    fits = isinstance(value, list) and all(isinstance(v, str) and v for v in value)
    return None if fits else 'write a list of texts, such as ["01", "02"]'


def _extent(value: Any) -> str | None:
    todo = "write { south = .., west = .., north = .., east = .. } in degrees"
    if not isinstance(value, dict) or set(value) != {"south", "west", "north", "east"}:
        return todo
    if not all(isinstance(v, int | float) for v in value.values()):
        return todo
    order = value["south"] < value["north"] and value["west"] < value["east"]
    inside = abs(value["south"]) <= 90 and abs(value["north"]) <= 90
    return None if order and inside else "south must be below north, west before east"


def _time_zone(value: Any) -> str | None:
    known = isinstance(value, str) and value in zoneinfo.available_timezones()
    todo = 'write a name of the time zone database, such as "America/New_York"'
    return None if known or value == "" else todo


_POSITION = _matching(r"[0-9A-Za-z]{1,8}", "a position of 1 to 8 letters or digits")
_NAME = r"[a-z0-9][a-z0-9_-]{0,31}"

_CONSOLE: Mapping[str, Check] = {
    "positions": _texts,
    "desk": _POSITION,
}
_STORAGE: Mapping[str, Check] = {
    "reserve_mb": _whole(0, 65_536),
}
_LINE: Mapping[str, Check] = {
    "name": _matching(_NAME, "a name in small letters, digits, - and _"),
    "source": _matching(
        r"\S.*", "a device, a pyserial URL, tcp://HOST:PORT or replay:…"
    ),
    "baud": _whole(50, 4_000_000),
    "format": _matching(r"[5678][NEOMS](1|1\.5|2)", "a format such as 8N1 or 7E1"),
    "driver": _matching(r"[a-z0-9_]+", "the name of a line driver, such as ali"),
    "layouts": _texts,
    "framing": _one_of("auto", "stx_etx", "lines", "length", "gap"),
    "block_check": _one_of("auto", "none", "xor"),
    "gap_ms": _whole(10, 60_000),
    "cut_ms": _whole(100, 600_000),
    "parity": _one_of("none", "strip_even"),
    "site_country": _matching(r"[A-Z]{2}", "a country of two capital letters"),
    "time_zone": _time_zone,
    "extent": _extent,
}
_TABLES = {"console": _CONSOLE, "storage": _STORAGE}
_READING = {f.name for f in fields(LineSettings)}


def parse(text: str, where: str) -> Settings:
    """Settings from the text of a file that is called ``where`` in messages.

    Raises ``KnownProblem`` ``bad_settings`` (exit 2) that lists every complaint.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise _refusal(where, [f"{where}: it is no TOML: {why}."]) from why
    found = _complaints(table)
    if found:
        raise _refusal(where, [f"{where}: {line}" for line in found])
    return _build(table)


def _refusal(where: str, lines: list[str]) -> KnownProblem:
    return KnownProblem("bad_settings", "\n".join(lines), EXIT_USAGE)


def _complaints(table: Mapping[str, Any]) -> list[str]:
    found = _unknown(table, {*_TABLES, "lines"}, "")
    for name, checks in _TABLES.items():
        part = table.get(name, {})
        if not isinstance(part, dict):
            found.append(f"{name}: make it a table, [{name}].")
        else:
            found += _check_table(part, checks, f"{name}.")
    return found + _check_lines(table.get("lines", []))


def _check_lines(lines: Any) -> list[str]:
    if not isinstance(lines, list) or not all(isinstance(x, dict) for x in lines):
        return ["lines: make each line a table of its own, [[lines]]."]
    found: list[str] = []
    names: list[Any] = []
    for number, line in enumerate(lines, 1):
        prefix = f"lines[{number}]."
        for key in ("name", "source"):
            if key not in line:
                found.append(f"{prefix}{key}: it is missing; every line needs one.")
        found += _check_table(line, _LINE, prefix)
        if line.get("name") in names:
            found.append(f"{prefix}name: {line['name']!r} is taken; choose another.")
        names.append(line.get("name"))
    return found


def _check_table(
    part: Mapping[str, Any], checks: Mapping[str, Check], prefix: str
) -> list[str]:
    found = _unknown(part, set(checks), prefix)
    for key, check in checks.items():
        if key in part and (todo := check(part[key])):
            found.append(f"{prefix}{key}: {part[key]!r} will not do; {todo}.")
    return found


def _unknown(part: Mapping[str, Any], known: set[str], prefix: str) -> list[str]:
    found = []
    for key in part:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else "take it out."
            found.append(f"{prefix}{key}: there is no such setting; {hint}")
    return found


def _build(table: Mapping[str, Any]) -> Settings:
    desk = table.get("console", {})
    return Settings(
        positions=tuple(desk.get("positions", ())),
        desk=desk.get("desk") or next(iter(desk.get("positions", ())), "1"),
        lines=tuple(_build_line(line) for line in table.get("lines", [])),
        storage=StorageSettings(**table.get("storage", {})),
    )


def _build_line(line: Mapping[str, Any]) -> LineConfig:
    reading = {key: value for key, value in line.items() if key in _READING}
    if "layouts" in reading:
        reading["layouts"] = tuple(reading["layouts"])
    if "extent" in reading:
        reading["extent"] = Extent(**reading["extent"])
    rest = {key: value for key, value in line.items() if key not in _READING}
    return LineConfig(reading=LineSettings(**reading), **rest)


def render(settings: Settings) -> str:
    """The text of a file that ``parse`` reads as the same settings."""
    parts = [
        "# Settings of this profile. Unknown keys are refused when it is opened.\n",
        "[console]",
        f"positions = {_value(settings.positions)}",
        f"desk = {_value(settings.desk)}",
        "",
        "[storage]",
    ]
    parts += [f"{key} = {getattr(settings.storage, key)}" for key in _STORAGE]
    for line in settings.lines:
        parts += ["", "[[lines]]", *_render_line(line)]
    return "\n".join(parts) + "\n"


def _render_line(line: LineConfig) -> list[str]:
    usual = LineConfig(name="", source="")
    rendered = []
    for key in _LINE:
        holder, plain = (
            (line.reading, usual.reading) if key in _READING else (line, usual)
        )
        value = getattr(holder, key)
        if value != getattr(plain, key):
            rendered.append(f"{key} = {_value(value)}")
    return rendered


def _value(value: Any) -> str:
    if isinstance(value, str):
        # A TOML basic string is a JSON string but for DEL, which must be escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, Extent):
        sides = ("south", "west", "north", "east")
        return "{ " + ", ".join(f"{s} = {getattr(value, s)!r}" for s in sides) + " }"
    return str(value)
