"""Canonical JSON (RFC 8785) of event bodies.

Hashes are over these bytes, so they must be the same on every machine and in
every version. msgspec is several times faster than a canonicaliser in Python and
gives the same bytes for most values; ``_plain`` decides, without encoding, for
which. All else goes through the rfc8785 package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec
import rfc8785

from aliquot.console.domain.events import Json

_ENCODE = msgspec.json.Encoder(order="sorted").encode
_SAFE_INT = 2**53


class NotCanonical(ValueError):  # noqa: N818 - says what the value is
    """The value has no canonical form: NaN, a lone surrogate, an integer ≥ 2^53."""


def canonical(value: Mapping[str, Json] | Json) -> bytes:
    """The RFC 8785 bytes of ``value``. Raises ``NotCanonical``."""
    if _plain([value]):
        return _encoded(value)
    try:
        return rfc8785.dumps(cast("dict[str, Json]", value))
    except (ValueError, RecursionError) as why:
        raise NotCanonical(str(why)) from why


def plain_bytes(whole: Any, values: Iterable[Json]) -> bytes | None:
    """The canonical bytes of a dataclass whose fields have ``values``, if reading
    them gives these again, types and all; else None. It does not where a number is
    written otherwise (``5.0`` is ``5``). Raises ``NotCanonical``."""
    return _encoded(whole) if _plain(values) else None


def decoded(body: bytes) -> dict[str, Json]:
    """The value of canonical bytes. Raises ``NotCanonical`` when they are no JSON."""
    try:
        return cast("dict[str, Json]", msgspec.json.decode(body, type=dict))
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise NotCanonical(str(why)) from why


def _encoded(value: Any) -> bytes:
    try:
        return _ENCODE(value)
    except UnicodeEncodeError as why:
        raise NotCanonical(str(why)) from why


def _plain(values: Iterable[Any]) -> bool:
    """Whether msgspec gives the canonical bytes of each of ``values``.

    It does where no key needs the order of UTF-16 units (all keys are ASCII) and
    every number is written plainly by both: integers below 2^53, and floats that
    are not whole and lie where both write decimals without an exponent.
    """
    todo: list[Any] = [values]
    for box in todo:
        if type(box) is dict:
            if not _ascii_names(box):
                return False
            box = box.values()
        for item in box:
            kind = type(item)
            if kind is str:
                continue
            if kind is list:
                for inner in item:  # mostly small numbers: no list to do for them
                    if type(inner) is not int or not -_SAFE_INT < inner < _SAFE_INT:
                        todo.append(item)
                        break
            elif kind is int:
                if not -_SAFE_INT < item < _SAFE_INT:
                    return False
            elif kind is dict:
                todo.append(item)
            elif kind is float:
                if not 1e-4 < abs(item) < 1e15 or item.is_integer():
                    return False
            elif kind is not bool and item is not None:
                return False
    return True


def _ascii_names(members: dict[Any, Any]) -> bool:
    try:
        return "".join(members).isascii()
    except TypeError:
        return False
