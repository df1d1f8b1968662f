"""The features of a GeoJSON text, one after another: the text is never held whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

Read = Callable[[int], str]
"""So many characters at most; none at the end."""

CHUNK = 1 << 16  # characters read at once
MOST = 1 << 24  # that one value may have
_AFTER = 16  # 1 may go on as 1.5e+3: a value is whole when so many stand behind it
_BLANKS = " \t\n\r"
_decode = json.JSONDecoder().raw_decode


def features(read: Read, members: dict[str, Any]) -> Iterator[Any]:
    """What stands in the list ``features`` of an object. Its other members are put
    into ``members`` when they come; of the list it holds True.

    Raises ``ValueError`` where the text is no such object, or has a value of more
    than ``MOST`` characters.
    """
    text = _Text(read)
    text.take("{")
    if text.sign() != "}":
        yield from _members(text, members)
    text.take("}")
    if text.sign():
        raise ValueError("something follows the end of the object")


def _members(text: _Text, members: dict[str, Any]) -> Iterator[Any]:
    while True:
        key = text.value()
        if not isinstance(key, str):
            raise ValueError("a member without a name")  # noqa: TRY004
        text.take(":")
        if key == "features" and text.sign() == "[":
            if key in members:
                raise ValueError("it has two lists of features")
            members[key] = True
            yield from _items(text)
        else:
            members[key] = text.value()
        if text.sign() != ",":
            return
        text.take(",")


def _items(text: _Text) -> Iterator[Any]:
    text.take("[")
    if text.sign() != "]":
        yield text.value()
        while text.sign() == ",":
            text.take(",")
            yield text.value()
    text.take("]")


class _Text:
    """A text that is read as far as it is needed, and forgotten behind that."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._held, self._at = "", 0
        self._ended = False

    def sign(self) -> str:
        """The next sign that is no blank, which stays; nothing at the end."""
        while True:
            while self._at < len(self._held):
                if self._held[self._at] not in _BLANKS:
                    return self._held[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, sign: str) -> None:
        found = self.sign()
        if found != sign:
            raise ValueError(f"{sign} is expected, not {found or 'the end'}")
        self._at += 1

    def value(self) -> Any:
        """The next value, whole."""
        self.sign()
        while True:
            start = self._at
            try:
                value, end = _decode(self._held, start)
            except json.JSONDecodeError as why:
                if not self._more():
                    raise ValueError(why.msg) from why
                continue
            if end + _AFTER <= len(self._held) or not self._more():
                self._at += end - start
                return value

    def _more(self) -> bool:
        """Read on, as much again as is held; False at the end."""
        if self._ended:
            return False
        self._held, self._at = self._held[self._at :], 0
        if len(self._held) > MOST:
            raise ValueError(f"a value of more than {MOST:,} characters")
        found = self._read(max(CHUNK, len(self._held)))
        self._held += found
        self._ended = not found
        return bool(found)
