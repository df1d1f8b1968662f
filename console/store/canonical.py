"""Canonical JSON (RFC 8785) of event bodies.

Hashes are over these bytes, so they must be the same on every machine and in
every version. msgspec is several times faster than a canonicaliser in Python and
gives the same bytes for most values; ``_plain`` decides, without encoding, for
which. All else goes through the rfc8785 package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec
import rfc8785

from aliquot.console.domain.events import Json

_ENCODE = msgspec.json.Encoder(order="sorted").encode
_SAFE_INT = 2**53


class NotCanonical(ValueError):  # noqa: N818 - says what the value is
    """The value has no canonical form: NaN, a lone surrogate, an integer ≥ 2^53."""


def canonical(value: Mapping[str, Json] | Json) -> bytes:
    """The RFC 8785 bytes of ``value``. Raises ``NotCanonical``."""
    if _plain(value):
        try:
            return _ENCODE(value)
        except UnicodeEncodeError as why:
            raise NotCanonical(str(why)) from why
    try:
        return rfc8785.dumps(cast("dict[str, Json]", value))
    except (rfc8785.CanonicalizationError, RecursionError) as why:
        raise NotCanonical(str(why)) from why


def decoded(body: bytes) -> dict[str, Json]:
    """The value of canonical bytes. Raises ``NotCanonical`` when they are no JSON."""
    try:
        return cast("dict[str, Json]", msgspec.json.decode(body, type=dict))
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise NotCanonical(str(why)) from why


def _plain(value: object) -> bool:
    """Whether msgspec gives the canonical bytes of ``value``.

    It does where no key needs the order of UTF-16 units (all keys are ASCII) and
    every number is written plainly by both: integers below 2^53, and floats that
    are not whole and lie where both write decimals without an exponent.
    """
    todo: list[object] = [value]
    while todo:
        item = todo.pop()
        kind = type(item)
        if kind is str or item is None or kind is bool:
            continue
        if kind is int:
            if not -_SAFE_INT < cast(int, item) < _SAFE_INT:
                return False
        elif kind is float:
            number = cast(float, item)
            if not 1e-4 < abs(number) < 1e15 or number.is_integer():
                return False
        elif kind is dict:
            members = cast("dict[object, object]", item)
            for name in members:
                if type(name) is not str or not name.isascii():
                    return False
            todo.extend(members.values())
        elif kind is list:
            todo.extend(cast("list[object]", item))
        else:
            return False
    return True
