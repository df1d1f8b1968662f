"""One block of the manager interface: its keys, and where their values stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aliquot.drivers.lines.api import Frame

BANNER = b"Asterisk Call Manager/"
_LINE = re.compile(rb"^([A-Za-z][\w-]*):[ \t]*([^\r\n]*?)[ \t]*\r?$", re.MULTILINE)
_FIRST = re.compile(rb"(?:Event|Response):")
ELSEWHERE = (0, 0)
MOST_CHANNELS = 4096
_KEPT = (
    "Channel",
    "ChannelState",
    "CallerIDNum",
    "CallerIDName",
    "Context",
    "Linkedid",
)
_NOTHING = frozenset({"", "<unknown>", "<none>", "<null>", "(null)"})


@dataclass(frozen=True, slots=True)
class Value:
    """``text`` and where it stands in the frame's ``raw``; ``ELSEWHERE`` for what an
    earlier frame said."""

    text: str
    span: tuple[int, int]

    def part(self, begin: int, end: int) -> Value:
        """Characters ``begin`` to ``end``; only of a text that is all ASCII."""
        if self.span == ELSEWHERE:
            return Value(self.text[begin:end], ELSEWHERE)
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


class NewChannels:
    """What ``Newchannel`` said of the channels that are there, for the events after it
    that say less. Not kept over a restart."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Value]] = {}
        self._over: dict[str, None] = {}  # in the order of their ends

    def completed(self, block: Block) -> Block:
        """The block with what is known of its channel, where it says nothing itself,
        and by the names that releases since 12 have."""
        block = _renamed(block)
        key = block.get("Uniqueid")
        if block.event == "Newchannel" and key:
            self._add(key, block)
        known = self._known.get(key, {})
        more = {name: one for name, one in known.items() if not block.value(name)}
        return replace(block, values={**block.values, **more}) if more else block

    def done_with(self, block: Block) -> None:
        """After the block was dealt with."""
        key = block.get("Uniqueid")
        if block.event == "Hangup" and key:
            self._known.pop(key, None)
            _make_room(self._over)
            self._over[key] = None

    def is_over(self, key: str) -> bool:
        """Whether a channel was hung up: an event that comes after that is late."""
        return key in self._over

    def _add(self, key: str, block: Block) -> None:
        self._over.pop(key, None)
        _make_room(self._known)
        # Written by hand it may lack these: a channel of its own, that rings.
        said = {"Linkedid": key, "ChannelState": "4"}
        said |= {name: block.get(name) for name in _KEPT if block.get(name)}
        self._known[key] = {n: Value(text, ELSEWHERE) for n, text in said.items()}


def _make_room(table: dict[str, Any]) -> None:
    """The oldest are forgotten beyond a bound."""
    while len(table) >= MOST_CHANNELS:
        table.pop(next(iter(table)))


_OLD_NAMES: Mapping[tuple[str, str, str], str] = {
    ("Dial", "SubEvent", "Begin"): "DialBegin",
    ("Dial", "SubEvent", "End"): "DialEnd",
    ("MusicOnHold", "State", "Start"): "MusicOnHoldStart",
    ("MusicOnHold", "State", "Stop"): "MusicOnHoldStop",
    ("Join", "", ""): "QueueCallerJoin",
    ("Link", "", ""): "Bridge",
}
"""Event, a key of it and its value, before Asterisk 12 -> what it is called since."""


def _renamed(block: Block) -> Block:
    """An event of an older release as one of today. Its channels are on their own:
    ``Linkedid`` came later."""
    if not any(block.event == event for event, _, _ in _OLD_NAMES):
        return block
    for (event, key, value), name in _OLD_NAMES.items():
        if block.event == event and block.get(key) == value:
            values = dict(block.values)
            values["Event"] = replace(values["Event"], text=name)
            if "UniqueID" in values:
                values.setdefault("Uniqueid", values["UniqueID"])
            return replace(block, values=values)
    return block
