"""What is wrong with the table of a policy file. No I/O."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from aliquot.console import zones
from aliquot.console.release.apco import APPROVE, HOLD, NEVER, Never
from aliquot.console.release.codes import (
    AGENCIES,
    FINEST_LEVELS,
    PUBLIC_CHANNELS,
    Category,
    Channel,
)
from aliquot.console.release.never import never_code

FORMAT = "aliquot.policy/1"
K_FLOOR = (8, 20, 50)
EMBARGO_FLOOR_MINUTES = 10
PARTNER_EXPIRY_MINUTES = 120  # what a partner of the neighbourhood kind may get
LONGEST_NAME = 60
_AGENCY_CODE = re.compile(r"[a-z][a-z0-9-]{1,31}")
_NAME = re.compile(rf"[A-Za-z][A-Za-z' -]{{1,{LONGEST_NAME - 1}}}")
DAY_MINUTES = 1440  # the words of time reach back to the day before

Check = Callable[[Any], str | None]
"""None when the value will do, else what to do about it."""

CATEGORIES = {category.name.lower(): category for category in Category}
CHANNELS = {channel.name.lower(): channel for channel in Channel}
STATUS_WORDS = ("open", "closed")
OWN_STATUSES: Mapping[str, str] = {
    "open": "open",
    "pending": "open",
    "active": "open",
    "closed": "closed",
}
"""The console's own states of an incident; a policy may add words, not change these."""
_NEVER_NAMES = {never.name.lower() for never in Never}


def _whole(low: int, high: int) -> Check:
    def check(value: Any) -> str | None:
        fits = type(value) is int and low <= value <= high
        return None if fits else f"write a whole number from {low} to {high}"

    return check


def _format(value: Any) -> str | None:
    return None if value == FORMAT else f'write "{FORMAT}"'


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "write true or false"


def _time_zone(value: Any) -> str | None:
    todo = 'write a name of the time zone database, such as "America/New_York"'
    return None if zones.known(value) else todo


def _k(value: Any) -> str | None:
    todo = f"write three whole numbers, ascending, of at least {list(K_FLOOR)}"
    if not isinstance(value, list) or len(value) != len(K_FLOOR):
        return todo
    if not all(type(n) is int and n >= k for n, k in zip(value, K_FLOOR, strict=True)):
        return todo
    return None if value == sorted(value) else todo


_CHECKS: Mapping[str, Check] = {
    "format": _format,
    "version": _whole(1, 10**6),
    "time_zone": _time_zone,
    "embargo_minutes": _whole(EMBARGO_FLOOR_MINUTES, DAY_MINUTES),
    "approval_minutes": _whole(1, DAY_MINUTES),
    "k": _k,
    "require_reviewed_labels": _flag,
}
_LISTED = ("agency", "categories", "channels")
_OPTIONAL = ("agencies", "levels", "types", "statuses")


def complaints(table: Mapping[str, Any]) -> list[str]:
    """A line for all that is unknown, missing, wrong or forbidden; [] for none."""
    found = _unknown(table, (*_CHECKS, *_LISTED, *_OPTIONAL), "")
    for key in (*_CHECKS, *_LISTED):
        if key not in table:
            found.append(f"{key}: it is missing; every policy needs it.")
    for key, check in _CHECKS.items():
        if key in table and (todo := check(table[key])):
            found.append(f"{key}: {table[key]!r} will not do; {todo}.")
    checked = (
        _category_list(table.get("categories", []), "categories"),
        _channels(table.get("channels", {}), table),
        _agencies(table),
        _levels(table.get("levels", {})),
        _types(table.get("types", {})),
        _statuses(table.get("statuses", {})),
    )
    return [*found, *chain.from_iterable(checked)]


def _unknown(table: Mapping[str, Any], known: tuple[str, ...], at: str) -> list[str]:
    found = []
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else "take it out."
            found.append(f"{at}{key}: a policy has no such key; {hint}")
    return found


def _category_list(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{at}: make it a list of category codes."
        return
    for n, name in enumerate(value):
        if todo := _category(name):
            yield f"{at}[{n}]: {todo}"
        elif name in value[:n]:
            yield f"{at}[{n}]: {name!r} is there twice; take one out."


def _category(name: Any) -> str | None:
    """None for a category; class never is told apart from a slip of the pen."""
    if isinstance(name, str) and name in CATEGORIES:
        return None
    if isinstance(name, str) and (name.lower() in _NEVER_NAMES or name in NEVER):
        never = "is of class never and cannot be released under any policy"
        return f"{name!r} {never}; take it out."
    if isinstance(name, str) and name in {**APPROVE, **HOLD}:
        category = {**APPROVE, **HOLD}[name].name.lower()
        return f"{name!r} is an incident code; write its category, {category!r}."
    near = difflib.get_close_matches(str(name), CATEGORIES, 1)
    hint = f"did you mean {near[0]!r}?" if near else "take it out."
    return f"{name!r} is no category; {hint}"


def _channels(value: Any, table: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(value, dict) or not all(
        isinstance(rule, dict) for rule in value.values()
    ):
        yield "channels: make each channel a table of its own, [channels.NAME]."
        return
    yield from _unknown(value, tuple(CHANNELS), "channels.")
    for name, rule in value.items():
        yield from _channel(name, rule, table.get("embargo_minutes"))
    yield from _partner_is_no_better(value, table.get("categories", []))


def _channel(name: str, rule: Mapping[str, Any], embargo: Any) -> Iterator[str]:
    at = f"channels.{name}."
    yield from _unknown(rule, ("expire_minutes", "without"), at)
    yield from _category_list(rule.get("without", []), f"{at}without")
    most = PARTNER_EXPIRY_MINUTES if name == "neighbors" else DAY_MINUTES
    expire = rule.get("expire_minutes")
    if todo := _whole(1, most)(expire):
        yield f"{at}expire_minutes: {expire!r} will not do; {todo}."
    elif type(embargo) is int and isinstance(expire, int) and expire <= embargo:
        yield f"{at}expire_minutes: write more than the embargo of {embargo} minutes."


def _partner_is_no_better(
    channels: Mapping[str, Mapping[str, Any]], categories: Any
) -> Iterator[str]:
    """No partner gets what the public does not, nor for longer."""
    public = [rule for name, rule in channels.items()
              if CHANNELS.get(name) in PUBLIC_CHANNELS]  # fmt: skip
    for name, rule in channels.items():
        if name not in CHANNELS or CHANNELS[name] in PUBLIC_CHANNELS:
            continue
        for category in categories if isinstance(categories, list) else []:
            if category not in rule.get("without", []) and not any(
                _as_good(other, rule, category) for other in public
            ):
                todo = "let a public channel carry it as long, or take it out here"
                yield f"channels.{name}: {category!r} would go to a partner only; {todo}."


def _as_good(other: Mapping[str, Any], rule: Mapping[str, Any], category: Any) -> bool:
    mine, theirs = rule.get("expire_minutes"), other.get("expire_minutes")
    if type(mine) is not int or type(theirs) is not int:
        return True  # said already
    return category not in other.get("without", []) and theirs >= mine


def may_be_agency(code: str, name: str) -> bool:
    """Whether a policy could have named an agency so."""
    known = AGENCIES.get(code) == name
    fits = _AGENCY_CODE.fullmatch(code) and _NAME.fullmatch(name)
    return known or fits is not None


def _agencies(table: Mapping[str, Any]) -> Iterator[str]:
    """Codes and names; a name may hold letters only, so it can hide no number."""
    own = table.get("agencies", {})
    if not isinstance(own, dict):
        yield "agencies: make it a table of code = name, [agencies]."
        return
    for code, name in own.items():
        if not _AGENCY_CODE.fullmatch(code):
            yield f"agencies.{code}: write a code of small letters, digits and -."
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            yield (
                f"agencies.{code}: write a name of letters, spaces, ' and - only, "
                f"of at most {LONGEST_NAME}."
            )
    if "agency" in table and table["agency"] not in {**AGENCIES, **own}:
        hint = "name it in [agencies], or write a code that is there"
        yield f"agency: there is no agency {table['agency']!r}; {hint}."


def _levels(value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "levels: make it a table of category = level, [levels]."
        return
    for name, level in value.items():
        if todo := _category(name):
            yield f"levels.{name}: {todo}"
        elif todo := _whole(FINEST_LEVELS[CATEGORIES[name]], 9)(level):
            yield f"levels.{name}: {level!r} will not do; {todo}."


def _types(value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "types: make it a table of your type = incident code, [types]."
        return
    for own, code in value.items():
        if not isinstance(code, str) or code not in {**NEVER, **APPROVE, **HOLD}:
            yield f"types.{own}: {code!r} is no incident code; see release_classes.toml."
        elif never_code(own) and code not in NEVER:
            yield f"types.{own}: {own!r} is of class never; it cannot stand for {code!r}."


def _statuses(value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        yield 'statuses: make it a table of your status = "open" or "closed".'
        return
    for own, said in value.items():
        if own in OWN_STATUSES:
            yield f"statuses.{own}: it is the console's own word; take it out."
        elif said not in STATUS_WORDS:
            yield f"statuses.{own}: {said!r} will not do; write one of {STATUS_WORDS}."
