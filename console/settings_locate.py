"""`[locate]` of a profile: the program that sends location links, and the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from aliquot.console.settings import LocateSettings

_LONGEST_S = 120


def _command(value: Any) -> str | None:
    todo = (
        "write the program and its arguments as a list of texts, with {number} and"
        ' {link}, such as ["gammu-smsd-inject", "TEXT", "{number}", "-text", "{link}"]'
    )
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        return todo
    given = "".join(value)
    both = "{number}" in given and "{link}" in given
    sound = not value or (both and "{" not in value[0])
    return None if sound and all(map(str.isprintable, value)) else todo


def _url(value: Any) -> str | None:
    todo = 'write the address with {token}, such as "https://where.example.gov/{token}"'
    if value == "":
        return None
    fits = isinstance(value, str) and value.startswith(("https://", "http://"))
    whole = fits and value.isprintable() and " " not in value
    return None if whole and value.count("{token}") == 1 else todo


def _timeout(value: Any) -> str | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    fits = plain and 1 <= value <= _LONGEST_S
    return None if fits else f"write seconds, from 1 to {_LONGEST_S}"


def _prefix(value: Any) -> str | None:
    fits = isinstance(value, str) and len(value) <= 5
    digits = fits and value.removeprefix("+")
    good = fits and (not digits or (digits.isascii() and digits.isdigit()))
    return None if good else 'write what stands before ten digits, such as "+1", or ""'


LOCATE: Mapping[str, Callable[[Any], str | None]] = {
    "command": _command,
    "url": _url,
    "timeout_s": _timeout,
    "number_prefix": _prefix,
}


def build(table: Mapping[str, Any]) -> LocateSettings:
    """Of a table that was checked."""
    rest = {**table, "command": tuple(table.get("command", ()))}
    return LocateSettings(**rest)


def render(settings: LocateSettings, value: Callable[[Any], str]) -> list[str]:
    """The table's lines; none when all is as usual."""
    usual = LocateSettings()
    if settings == usual:
        return []
    lines = ["", "[locate]"]
    for field in fields(settings):
        given = getattr(settings, field.name)
        if given != getattr(usual, field.name):
            lines.append(f"{field.name} = {value(given)}")
    return lines
