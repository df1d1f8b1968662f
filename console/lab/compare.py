"""Compares what a recording says with what it should say, object by object.

Objects are aligned first, so that one that is missing or too many is one difference
and not a difference of all that follow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

Json = dict[str, Any]
Block = tuple[int, int, int, int]  # from, to in one; from, to in the other

ALWAYS = ("kind", "layout", "reason", "fields", "warnings")
STRICT = (*ALWAYS, "at", "raw", "spans")
_WINDOW = 64  # objects looked at round a place when pairing what differs
_MOST_EXACT = 5000  # objects, from which what is very frequent is not aligned by
_ALIKE = 0.35  # share of agreement from which two objects are the same one changed


class ExpectedError(Exception):
    """EXPECTED cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``expected`` and ``got`` are None where there is nothing.

    ``what`` is ``missing``, ``extra`` or a path (``fields.esn``). ``expected_at``
    and ``got_at`` count objects from 1.
    """

    what: str
    expected: Any
    got: Any
    expected_at: int | None
    got_at: int | None
    at: str = ""  # recorded time of the object, where it has one
    about: str = ""  # the object in a few words

    def as_json(self) -> Json:
        return {
            "what": self.what,
            "expected": self.expected,
            "got": self.got,
            "expected_object": self.expected_at,
            "got_object": self.got_at,
            "at": self.at or None,
            "about": self.about,
        }

    def as_text(self) -> str:
        place = f"object {self.got_at or self.expected_at}"
        where = ", ".join(part for part in (place, self.at, self.about) if part)
        if self.what == "missing":
            return f"{where}: expected, and not there"
        if self.what == "extra":
            return f"{where}: there, and not expected"
        wanted, found = _shown(self.expected), _shown(self.got)
        return f"{where}: {self.what}: expected {wanted}, got {found}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def read_expected(text: str, name: str) -> list[Json]:
    """The objects of a file of JSON lines. Raises ``ExpectedError``."""
    found: list[Json] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
        except (ValueError, RecursionError) as bad:
            raise ExpectedError(f"{name}, line {number}: no JSON: {bad}.") from None
        if not isinstance(one, dict) or not isinstance(one.get("kind"), str):
            raise ExpectedError(
                f"{name}, line {number}: no object with a `kind`. Give what "
                "`aliquot line replay --json` prints."
            )
        found.append(one)
    return found


def compare(
    expected: Sequence[Json], got: Sequence[Json], strict: bool = False
) -> list[Difference]:
    """All differences, in the order of the recording; none: the same."""
    keys = STRICT if strict else ALWAYS
    left = [_core(one, keys) for one in expected]
    right = [_core(one, keys) for one in got]
    found: list[Difference] = []
    for a, b, c, d in _blocks(left, right):
        for i, j in _pairs(expected[a:b], got[c:d]):
            old = None if i is None else a + i
            new = None if j is None else c + j
            found += _differences(expected, got, old, new, keys)
    return found


def _blocks(left: list[str], right: list[str]) -> Iterator[Block]:
    """Where the two are not the same: what both begin and end with is set aside."""
    head = 0
    shorter = min(len(left), len(right))
    while head < shorter and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < shorter - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    left, right = left[head : len(left) - tail], right[head : len(right) - tail]
    matcher = SequenceMatcher(None, left, right, autojunk=len(left) > _MOST_EXACT)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield a + head, b + head, c + head, d + head


def _core(one: Json, keys: tuple[str, ...]) -> str:
    picked = {key: _plain(key, one.get(key)) for key in keys}
    return json.dumps(picked, sort_keys=True)


def _plain(key: str, value: Any) -> Any:
    """Warnings are a set; absent and empty are the same."""
    if key == "warnings" and isinstance(value, list):
        return sorted(map(str, value))
    return value or None


def _pairs(
    expected: Sequence[Json], got: Sequence[Json]
) -> Iterator[tuple[int | None, int | None]]:
    """Who is whose counterpart, in order: the most alike first, none crossing."""
    begin = 0
    for i, old in enumerate(expected):
        window = range(begin, min(len(got), begin + _WINDOW))
        rest = len(expected) - i - 1
        best = max(window, key=lambda j: (_alike(old, got[j]), -j), default=None)
        fits = best is not None and _alike(old, got[best]) >= _ALIKE
        better_later = (
            best is not None
            and rest > 0
            and best == begin
            and len(got) - begin <= rest
            and _alike(expected[i + 1], got[best]) > _alike(old, got[best])
        )
        if best is None or not fits or better_later:
            yield i, None
            continue
        yield from ((None, j) for j in range(begin, best))
        yield i, best
        begin = best + 1
    yield from ((None, j) for j in range(begin, len(got)))


def _alike(a: Json, b: Json) -> float:
    """0 to 1: how much two objects are the same one."""
    if a.get("raw") is not None and a.get("raw") == b.get("raw"):
        return 1.0
    if a.get("at") is not None and a.get("at") == b.get("at"):
        return 0.95
    score = 0.3 * (a.get("kind") == b.get("kind"))
    one, two = _items(a), _items(b)
    if one or two:
        score += 0.6 * len(one & two) / len(one | two)
    elif a.get("kind") == b.get("kind"):
        score += 0.3 * (a.get("reason") == b.get("reason"))
    return score


def _items(one: Json) -> set[tuple[str, str]]:
    fields = one.get("fields")
    if not isinstance(fields, dict):
        return set()
    return {(str(name), json.dumps(value)) for name, value in fields.items()}


def _differences(
    expected: Sequence[Json],
    got: Sequence[Json],
    old: int | None,
    new: int | None,
    keys: tuple[str, ...],
) -> Iterator[Difference]:
    a = expected[old] if old is not None else None
    b = got[new] if new is not None else None
    old_at = None if old is None else old + 1
    new_at = None if new is None else new + 1
    at, about = str((b or a or {}).get("at", "")), _about(b or a or {})
    if a is None or b is None:
        what = "missing" if b is None else "extra"
        yield Difference(what, a, b, old_at, new_at, at, about)
        return
    for what, wanted, found in _unlike(a, b, keys):
        yield Difference(what, wanted, found, old_at, new_at, at, about)


def _unlike(a: Json, b: Json, keys: tuple[str, ...]) -> Iterator[tuple[str, Any, Any]]:
    for key in keys:
        one, two = _plain(key, a.get(key)), _plain(key, b.get(key))
        if one == two:
            continue
        if key in ("fields", "spans") and isinstance(one or {}, dict):
            yield from _of_maps(key, one or {}, two or {})
        else:
            yield key, one, two


def _of_maps(key: str, one: Json, two: Json) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys([*one, *two]):
        if one.get(name) != two.get(name):
            yield f"{key}.{name}", one.get(name), two.get(name)


def _about(one: Json) -> str:
    fields = one.get("fields") if isinstance(one.get("fields"), dict) else {}
    assert fields is not None
    words = (
        one.get("kind"),
        fields.get("event") or one.get("reason"),
        fields.get("class_of_service"),
        fields.get("callback_number") or fields.get("pani"),
    )
    return " ".join(str(word) for word in words if word)
