"""Manager events to what happened to a call: offered, answered, abandoned, ended.

Asterisk tells every event for every channel. A call is known by its first channel,
the caller's: the one whose ``Uniqueid`` is the ``Linkedid`` that all its legs carry.

``offered`` is said once, at the first event after ``Newchannel`` that says the call
is on its way: the site's own ``UserEvent`` with ``ANI`` or ``Position``, which comes
before anything rings; a step of the dialplan that takes time (ring, queue, answer);
``DialBegin``, ``DialState``, ``QueueCallerJoin``; at the latest the hang-up. Nothing
is kept in memory for that, so a restart between the two loses nothing.
Position and numbers that come to be known later are in the signals that follow.

``answered``: a dial that ended in ANSWER, or two channels in one bridge. Whether a
call was abandoned is known from that alone; the causes of a hang-up do not tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aliquot.drivers.lines.api import (
    CallSignal,
    FieldValue,
    Frame,
    Heard,
    Noise,
    NoiseReason,
    OpenCall,
    SignalKind,
)
from aliquot.drivers.lines.asterisk_block import Block, Value, parse_block
from aliquot.drivers.lines.numbers import NumberKind, classify

LAYOUT = "asterisk"
MOST_OPEN = 4096  # calls whose end never came are forgotten beyond this

_RING, _UP = "4", "6"  # AST_STATE_RING, AST_STATE_UP

# Steps of a dialplan that are over at once. All others may let the caller wait.
_AT_ONCE = frozenset(
    (
        *("NoOp", "Set", "MSet", "UserEvent", "CELGenUserEvent", "Verbose", "Log"),
        *("Goto", "GotoIf", "GotoIfTime", "Gosub", "GosubIf", "Return", "ExecIf"),
        *("Macro", "MacroIf", "MacroExit", "While", "EndWhile", "Ringing", "Progress"),
    )
)
_POSITION_CHANNEL = re.compile(
    r"[^/]+/pos(?:ition)?[-_]?(\d{1,2})(?=[-@;]|$)", re.IGNORECASE
)
_WITHHELD = frozenset({"anonymous", "restricted", "unavailable", "private", "unknown"})


@dataclass(slots=True)
class _Open:
    """What is known of a call that has not ended."""

    answered: bool = False
    fields: dict[str, FieldValue] = field(default_factory=dict)


@dataclass(slots=True)
class _Found:
    """What one block adds."""

    fields: dict[str, FieldValue] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    warnings: set[str] = field(default_factory=set)

    def put(self, name: str, text: str, value: Value) -> None:
        self.fields[name] = text
        self.spans[name] = value.span


class ManagerDecoder:
    """A ``Decoder`` whose only memory is the calls that have not ended."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        for call in open_calls:
            self._open[call.call_key] = _Open(call.answered)

    def decode(self, frame: Frame) -> Sequence[Heard]:
        block = parse_block(frame)
        if block is None:
            return [_no_block(frame)]
        handler = _HANDLERS.get(block.event)
        return handler(self, block) if handler else []

    def _site_said(self, block: Block) -> list[Heard]:
        """The dialplan's own event. Its keys are the site's, before the channel's."""
        if not block.is_first_leg:
            return []
        call = self._open.get(block.call_key)
        if call is not None:
            call.fields.update(_found(block, call).fields)
            return []
        said = block.get("ANI") or block.get("Position")
        return self._offer(block) if said else []

    def _step(self, block: Block) -> list[Heard]:
        return [] if block.get("Application") in _AT_ONCE else self._offer(block)

    def _offer(self, block: Block) -> list[Heard]:
        """``offered``, if the block is of a caller's channel and it was not yet."""
        if (
            not block.is_first_leg
            or block.call_key in self._open
            or block.get("ChannelState") not in {_RING, _UP}
            or _POSITION_CHANNEL.match(block.get("Channel"))  # a position dials out
        ):
            return []
        while len(self._open) >= MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        call = self._open[block.call_key] = _Open()
        return [_signal(SignalKind.OFFERED, block.call_key, block, call)]

    def _dial_ended(self, block: Block) -> list[Heard]:
        heard = self._offer(block)
        if block.get("DialStatus") == "ANSWER":
            heard += self._answer(block, block.value("DestChannel"))
        return heard

    def _bridge_entered(self, block: Block) -> list[Heard]:
        if (
            block.get("BridgeNumChannels") == "1"
            or block.get("BridgeType") == "holding"
        ):
            return []
        leg = None if block.is_first_leg else block.value("Channel")
        return self._answer(block, leg)

    def _answer(self, block: Block, leg: Value | None) -> list[Heard]:
        call = self._open.get(block.call_key)
        if call is None or call.answered:
            return []
        call.answered = True
        return [_signal(SignalKind.ANSWERED, block.call_key, block, call, leg)]

    def _hung_up(self, block: Block) -> list[Heard]:
        """The end, when it is the caller's own channel, whatever it is linked to."""
        heard = self._offer(block) if block.get("ChannelState") == _RING else []
        key = block.get("Uniqueid")
        call = self._open.pop(key, None)
        if call is None:
            return heard
        kind = SignalKind.ENDED if call.answered else SignalKind.ABANDONED
        return [*heard, _signal(kind, key, block, call)]


_HANDLERS: Mapping[str, Callable[[ManagerDecoder, Block], list[Heard]]] = {
    "UserEvent": ManagerDecoder._site_said,
    "Newexten": ManagerDecoder._step,
    "DialBegin": ManagerDecoder._offer,
    "DialState": ManagerDecoder._offer,
    "QueueCallerJoin": ManagerDecoder._offer,
    "DialEnd": ManagerDecoder._dial_ended,
    "BridgeEnter": ManagerDecoder._bridge_entered,
    "Hangup": ManagerDecoder._hung_up,
}


def _no_block(frame: Frame) -> Noise:
    return Noise(
        frame.raw,
        frame.start,
        frame.end,
        frame.utc_us,
        frame.mono_ns,
        NoiseReason.UNKNOWN_LAYOUT,
    )


def _signal(
    kind: SignalKind, key: str, block: Block, call: _Open, leg: Value | None = None
) -> CallSignal:
    found = _found(block, call) if block.get("Uniqueid") == key else _Found()
    if leg:
        _position_of(leg, found)
    call.fields.update(found.fields)
    if not block.decodable:
        found.warnings.add("undecodable_bytes")
    frame = block.frame
    return CallSignal(
        kind=kind,
        call_key=key,
        layout=LAYOUT,
        fields=dict(call.fields),
        spans=found.spans,
        warnings=tuple(sorted(found.warnings)),
        raw=frame.raw,
        start=frame.start,
        end=frame.end,
        utc_us=frame.utc_us,
        mono_ns=frame.mono_ns,
    )


def _found(block: Block, call: _Open) -> _Found:
    """What the caller's own channel says. The site's keys overrule the channel's."""
    found = _Found()
    _number(block, call, found)
    name = block.value("CallerIDName")
    if name and call.fields.get("customer_name", name.text) == name.text:
        found.put("customer_name", name.text, name)
    if position := block.value("Position"):
        found.put("position", _two_digits(position.text), position)
    if trunk := block.value("Trunk"):
        found.put("trunk", trunk.text, trunk)
    return found


def _number(block: Block, call: _Open, found: _Found) -> None:
    said = block.value("ANI")
    value = said or block.value("CallerIDNum")
    if value is None or value.text.lower() in _WITHHELD:
        if "callback_number" not in call.fields:
            found.warnings.add("no_callback")
        return
    kind, number = classify(value.text)
    name = _NUMBER_FIELDS.get(kind)
    if name and number and (said or call.fields.get(name, number) == number):
        found.put(name, number, value)
    if kind in _NUMBER_WARNINGS and (said or not call.fields):
        found.warnings.add(_NUMBER_WARNINGS[kind])


_NUMBER_FIELDS = {NumberKind.PLAIN: "callback_number", NumberKind.PANI: "pani"}
_NUMBER_WARNINGS = {
    NumberKind.ABSENT: "no_callback",
    NumberKind.UNINITIALISED: "uninitialised_handset",
    NumberKind.ANI_FAILURE: "ani_failure",
    NumberKind.BAD: "bad_value",
}


def _position_of(leg: Value, found: _Found) -> None:
    """A position's channel has its number in its name: ``PJSIP/pos1-0000000b``."""
    match = _POSITION_CHANNEL.match(leg.text)
    if match and leg.text.isascii():
        digits = leg.part(*match.span(1))
        found.put("position", _two_digits(digits.text), digits)


def _two_digits(text: str) -> str:
    """As ALI records have it: ``1`` is ``01``."""
    return text.zfill(2) if text.isdecimal() else text
