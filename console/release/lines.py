"""One incident a line: JSON in, the coded keys out.

A key that is not coded may hold anything that JSON can say, as deep and as long as
it likes; it must not even be able to make a line unreadable.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from aliquot.console.release.facts import CODED_KEYS

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_LONGEST_INTEGER = 400


class BadLine(ValueError):  # noqa: N818 - an answer, not a fault
    """The line is no incident. The text is one of a few and quotes nothing."""


def incident_of(line: bytes) -> dict[str, Any]:
    """The object of a line. Raises ``BadLine``."""
    try:
        found = _decoded(line.decode("utf-8"))
    except UnicodeDecodeError as why:
        raise BadLine("not UTF-8") from why
    except ValueError as why:
        if isinstance(why, BadLine):
            raise
        raise BadLine("not JSON") from why
    if not isinstance(found, dict):
        raise BadLine("not an object")
    return found


def _decoded(text: str) -> Any:
    try:
        return _load(text)
    except RecursionError:
        return _load(_shallow(text))


def _load(text: str) -> Any:
    return json.loads(
        text,
        object_pairs_hook=_object,
        parse_int=_integer,
        parse_constant=_no_constant,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A coded key that is there twice says two things; what it says is not known.

    Nested objects pass here too; none of their keys is a coded key of the incident,
    and none is looked at.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        found |= {key: [] for key in CODED_KEYS if keys.count(key) > 1}
    return found


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONGEST_INTEGER else math.inf


def _no_constant(_name: str) -> Any:
    raise BadLine("not JSON")  # NaN and Infinity are Python's, not JSON's


def _shallow(text: str) -> str:
    """The outermost object with [] in the place of all that is nested in it."""
    kept: list[str] = []
    depth = start = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth == 2:
                kept += [text[start : token.start()], "[]"]
        elif token[0] in "]}":
            if depth == 2:
                start = token.end()
            depth -= 1
    if depth != 0:
        raise BadLine("not JSON")
    return "".join([*kept, text[start:]])
