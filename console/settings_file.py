"""`profile.toml`: read with a check of every key, and written.

Each complaint names the file, the key, and what to do.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any
from urllib.parse import urlsplit

from aliquot.console import settings_locate, settings_positions, zones
from aliquot.console.problems import EXIT_USAGE, KnownProblem
from aliquot.console.settings import (
    BadLine,
    LineConfig,
    PartnerConfig,
    ReleaseSettings,
    Settings,
    StorageSettings,
)
from aliquot.console.settings_options import check_options
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
    todo = 'write a name of the time zone database, such as "America/New_York"'
    return None if value == "" or zones.known(value) else todo


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "write true or false"


def _address(value: Any) -> str | None:
    todo = "write https://HOST/PATH, without user, password and query"
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        port = parts.port if parts is not None else None
    except ValueError:
        return todo
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return todo
    bare = not parts.query and not parts.fragment and "@" not in parts.netloc
    return None if bare and port != 0 and value.isprintable() else todo


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
    "parity": _one_of("none", "strip_even", "strip_odd", "strip_mark"),
    "site_country": _matching(r"[A-Z]{2}", "a country of two capital letters"),
    "time_zone": _time_zone,
    "extent": _extent,
    "options": check_options,
}
_LINE_NEEDS = ("name", "source")
LINE_KEYS = tuple(_LINE)
_POSITIONS: Mapping[str, Check] = {
    "name": _LINE["name"],
    "source": _LINE["source"],
    "baud": _LINE["baud"],
    "framing": _LINE["format"],
    **settings_positions.OWN_CHECKS,
}
_RELEASE: Mapping[str, Check] = {
    "policy": _matching(r"\S.*|", 'the path of a policy file, or ""'),
}
_PARTNER: Mapping[str, Check] = {
    "name": _matching(_NAME, "a name in small letters, digits, - and _"),
    "channel": _one_of("neighbors", "cap", "geojson", "atom", "socrata"),
    "url": _address,
    "allow_plain": _flag,
}
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_TABLES: Mapping[str, Mapping[str, Check]] = {
    "console": _CONSOLE,
    "storage": _STORAGE,
    "release": _RELEASE,
    "locate": settings_locate.LOCATE,
}
_READING = {f.name for f in fields(LineSettings)}


def parse(text: str, where: str) -> Settings:
    """Settings from the text of a file that is called ``where`` in messages.

    Raises ``KnownProblem`` ``bad_settings`` (exit 2) that lists every complaint.
    """
    table = _table(text, where)
    found = _complaints(table)
    if found:
        raise _refusal(where, [f"{where}: {line}" for line in found])
    return _build(table)


def parse_for_desk(text: str, where: str) -> Settings:
    """As ``parse``, but a line whose entry will not do is left out and told in
    ``bad_lines``: a desk with the other lines is better than none."""
    table = _table(text, where)
    rows = table.get("lines", [])
    if not isinstance(rows, list) or not all(isinstance(x, dict) for x in rows):
        return parse(text, where)
    good: list[Any] = []
    bad: list[BadLine] = []
    for number, row in enumerate(rows, 1):
        names = [line["name"] for line in good]
        if found := _check_row(row, number, "lines", _LINE, _LINE_NEEDS, names):
            taken = [*names, *(line.name for line in bad)]
            said = " ".join((*found, "Correct it in profile.toml."))
            bad.append(BadLine(_free_name(row.get("name"), number, taken), said))
        else:
            good.append(row)
    rest = {**table, "lines": good}
    if complaints := _complaints(rest):
        raise _refusal(where, [f"{where}: {line}" for line in complaints])
    return replace(_build(rest), bad_lines=tuple(bad))


def _free_name(name: Any, number: int, taken: list[str]) -> str:
    usable = isinstance(name, str) and re.fullmatch(_NAME, name) and name not in taken
    return name if usable else f"line-{number}"


def _table(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise _refusal(where, [f"{where}: it is no TOML: {why}."]) from why


def _refusal(where: str, lines: list[str]) -> KnownProblem:
    return KnownProblem("bad_settings", "\n".join(lines), EXIT_USAGE)


def _complaints(table: Mapping[str, Any]) -> list[str]:
    found = _unknown(table, {*_TABLES, "lines", "partners", "positions"}, "")
    for name, checks in _TABLES.items():
        part = table.get(name, {})
        if not isinstance(part, dict):
            found.append(f"{name}: make it a table, [{name}].")
        else:
            found += _check_table(part, checks, f"{name}.")
    found += _check_list(table.get("lines", []), "lines", _LINE, _LINE_NEEDS)
    needs = ("name", "channel", "url")
    partners = table.get("partners", [])
    found += _check_list(partners, "partners", _PARTNER, needs)
    places = table.get("positions", [])
    wrong = _check_list(places, "positions", _POSITIONS, settings_positions.NEEDS)
    found += wrong or settings_positions.complaints(places, table.get("lines"))
    return found or _check_addresses(partners)


def _check_list(
    rows: Any, name: str, checks: Mapping[str, Check], needs: tuple[str, ...]
) -> list[str]:
    """``[[name]]``: each with what it needs, and a name of its own."""
    one = name.removesuffix("s")
    if not isinstance(rows, list) or not all(isinstance(x, dict) for x in rows):
        return [f"{name}: make each {one} a table of its own, [[{name}]]."]
    found: list[str] = []
    names: list[Any] = []
    for number, row in enumerate(rows, 1):
        found += _check_row(row, number, name, checks, needs, names)
        names.append(row.get("name"))
    return found


def _check_row(
    row: dict[str, Any],
    number: int,
    name: str,
    checks: Mapping[str, Check],
    needs: tuple[str, ...],
    names: list[Any],
) -> list[str]:
    one, prefix = name.removesuffix("s"), f"{name}[{number}]."
    found = [
        f"{prefix}{key}: it is missing; every {one} needs one."
        for key in needs
        if key not in row
    ]
    found += _check_table(row, checks, prefix)
    if row.get("name") in names:
        found.append(f"{prefix}name: {row['name']!r} is taken; choose another.")
    return found


def _check_addresses(partners: list[dict[str, Any]]) -> list[str]:
    """One channel an address: a partner tells deliveries apart by the release."""
    found: list[str] = []
    seen: list[str] = []
    for number, partner in enumerate(partners, 1):
        at, url = f"partners[{number}].url", partner["url"].rstrip("/")
        parts = urlsplit(url)
        local = parts.hostname in _LOOPBACK or partner.get("allow_plain", False)
        if parts.scheme == "http" and not local:
            found.append(f"{at}: {url!r} is not protected; use https.")
        if url in seen:
            found.append(f"{at}: {url!r} is another partner's; give it one of its own.")
        seen.append(url)
    return found


def _check_table(
    part: Mapping[str, Any], checks: Mapping[str, Check], prefix: str
) -> list[str]:
    found = _unknown(part, set(checks), prefix)
    for key, check in checks.items():
        if key in part and (todo := check(part[key])):
            # Of options only the name: a secret may stand where it must not.
            what = "" if key == "options" else f"{part[key]!r} will not do; "
            found.append(f"{prefix}{key}: {what}{todo}.")
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
        release=ReleaseSettings(**table.get("release", {})),
        locate=settings_locate.build(table.get("locate", {})),
        partners=tuple(PartnerConfig(**row) for row in table.get("partners", [])),
        position_sources=tuple(
            map(settings_positions.build, table.get("positions", []))
        ),
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
    if settings.release.policy:
        parts += ["", "[release]", f"policy = {_value(settings.release.policy)}"]
    parts += settings_locate.render(settings.locate, _value)
    for line in settings.lines:
        parts += ["", "[[lines]]", *_render_line(line)]
    for partner in settings.partners:
        parts += ["", "[[partners]]", *_render_partner(partner)]
    for places in settings.position_sources:
        parts += ["", "[[positions]]", *settings_positions.render(places, _value)]
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


def _render_partner(partner: PartnerConfig) -> list[str]:
    rendered = [f"{key} = {_value(getattr(partner, key))}" for key in _PARTNER]
    return rendered if partner.allow_plain else rendered[:-1]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A TOML basic string is a JSON string but for DEL, which must be escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, Extent):
        sides = ("south", "west", "north", "east")
        return "{ " + ", ".join(f"{s} = {getattr(value, s)!r}" for s in sides) + " }"
    return str(value)
