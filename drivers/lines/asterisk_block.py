"""One block of the manager interface: its keys, and where their values stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aliquot.drivers.lines.api import Frame

BANNER = b"Asterisk Call Manager/"
_LINE = re.compile(rb"^([A-Za-z][\w-]*):[ \t]*([^\r\n]*?)[ \t]*\r?$", re.MULTILINE)
_FIRST = re.compile(rb"(?:Event|Response):")
_NOTHING = frozenset({"", "<unknown>", "<none>", "<null>", "(null)"})


@dataclass(frozen=True, slots=True)
class Value:
    """``text`` and where it stands in the frame's ``raw``."""

    text: str
    span: tuple[int, int]

    def part(self, begin: int, end: int) -> Value:
        """Characters ``begin`` to ``end``; only of a text that is all ASCII."""
        at = self.span[0]
        return Value(self.text[begin:end], (at + begin, at + end))


@dataclass(frozen=True, slots=True)
class Block:
    """Values by key; of a key that comes twice the first, which is Asterisk's own."""

    values: Mapping[str, Value]
    frame: Frame
    decodable: bool

    def get(self, key: str) -> str:
        """Empty when it is absent or says that nothing is known."""
        value = self.value(key)
        return value.text if value else ""

    def value(self, key: str) -> Value | None:
        value = self.values.get(key)
        return None if value is None or value.text.lower() in _NOTHING else value

    @property
    def event(self) -> str:
        return self.get("Event")

    @property
    def call_key(self) -> str:
        """Of the call that the channel is a leg of: its first channel's id."""
        return self.get("Linkedid")

    @property
    def is_first_leg(self) -> bool:
        return bool(self.call_key) and self.get("Uniqueid") == self.call_key


def parse_block(frame: Frame) -> Block | None:
    """None for what is no block. A banner is a block without keys."""
    if frame.payload.startswith(BANNER):
        return Block({}, frame, True)
    if not _FIRST.match(frame.payload):
        return None
    values: dict[str, Value] = {}
    decodable = True
    for match in _LINE.finditer(frame.payload):
        begin, end = match.span(2)
        text = match[2].decode("utf-8", "replace")
        decodable &= "\N{REPLACEMENT CHARACTER}" not in text
        span = (frame.payload_at + begin, frame.payload_at + end)
        values.setdefault(match[1].decode(), Value(text, span))
    return Block(values, frame, decodable)
