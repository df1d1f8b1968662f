"""Manager events to what happened to a call: offered, answered, held, transferred,
abandoned, ended.

Asterisk tells every event for every channel. A call is known by its first channel,
the caller's: the one whose ``Uniqueid`` is the ``Linkedid`` that all its legs carry.

``offered`` is said once, at the first event after ``Newchannel`` that says the call
is on its way: the site's own ``UserEvent`` with ``ANI``, ``Position`` or ``LocInfo``,
which comes before anything rings; a step of the dialplan that takes time (ring,
queue, answer); ``DialBegin``, ``DialState``, ``QueueCallerJoin``; at the latest the
hang-up. Nothing is kept in memory for that, so a restart between the two loses
nothing. Position and numbers that come to be known later are in the signals that
follow; a location that comes later is a signal of its own, ``ali``.

``answered``: a dial that ended in ANSWER, or two channels in one bridge. Whether a
call was abandoned is known from that alone; the causes of a hang-up do not tell.
``held``: the position's set says ``Hold``, or the caller hears music once somebody
has answered. ``transferred``: a transfer that succeeded; who answers it then is an
``answered`` of its own.

After a greeting, which begins a connection, the list of all channels tells which of
the calls known before are gone; see ``Listing``.
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
    LineSettings,
    Noise,
    NoiseReason,
    OpenCall,
    SignalKind,
)
from aliquot.drivers.lines.asterisk_block import (
    BANNER,
    ELSEWHERE,
    Block,
    NewChannels,
    Value,
    parse_block,
)
from aliquot.drivers.lines.asterisk_found import Found, found_in, two_digits
from aliquot.drivers.lines.asterisk_listing import Listing
from aliquot.drivers.lines.asterisk_location import read_location
from aliquot.drivers.lines.asterisk_options import ManagerOptions

LAYOUT = "asterisk"
MOST_OPEN = 4096  # calls whose end never came are forgotten beyond this
OURS = "aliquot-"  # so begin the ids of channels that this program had made

_RING, _UP = "4", "6"  # AST_STATE_RING, AST_STATE_UP

# Steps of a dialplan that are over at once. All others may let the caller wait.
_AT_ONCE = frozenset(
    (
        *("NoOp", "Set", "MSet", "UserEvent", "CELGenUserEvent", "Verbose", "Log"),
        *("Goto", "GotoIf", "GotoIfTime", "Gosub", "GosubIf", "Return", "ExecIf"),
        *("Macro", "MacroIf", "MacroExit", "While", "EndWhile", "Ringing", "Progress"),
    )
)
_NOT_RUNG = frozenset({"CONGESTION", "CHANUNAVAIL"})


@dataclass(slots=True)
class _Open:
    """What is known of a call that has not ended. ``answered``: at least once."""

    answered: bool = False
    held: bool = False
    moved: bool = False  # handed on, and not answered there yet
    leg: str = ""  # the channel that entered a bridge last beside the caller's
    fields: dict[str, FieldValue] = field(default_factory=dict)


class ManagerDecoder:
    """A ``Decoder`` whose only memory is the calls that have not ended."""

    def __init__(self, settings: LineSettings) -> None:
        self._settings = settings
        options = ManagerOptions.of(settings.options)
        self._contexts = options.known_contexts
        self._position = re.compile(options.position_channel, re.IGNORECASE)
        self._open: dict[str, _Open] = {}
        self._listing: Listing | None = None
        self._channels = NewChannels()

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        for call in open_calls:
            self._open[call.call_key] = _Open(call.answered, call.held, call.moved)

    def decode(self, frame: Frame) -> Sequence[Heard]:
        block = parse_block(frame)
        if block is None:
            return [_no_block(frame)]
        block = self._channels.completed(block)
        if frame.payload.startswith(BANNER):
            self._listing = Listing(self._open)
        elif self._listing is not None and block.event != "CoreShowChannel":
            self._listing.heard(block)
        handler = _HANDLERS.get(block.event)
        heard = handler(self, block) if handler else []
        self._channels.done_with(block)
        return heard

    # offered

    def _site_said(self, block: Block) -> list[Heard]:
        """The dialplan's own event. Its keys are the site's, before the channel's."""
        if not block.is_first_leg:
            return []
        call = self._open.get(block.call_key)
        if call is None:
            said = any(block.get(key) for key in ("ANI", "Position", "LocInfo"))
            return self._offer(block) if said else []
        before = dict(call.fields)
        found = found_in(block, call.fields, self._settings)
        call.fields.update(found.fields)
        located = read_location(block, self._settings)
        if located is None or before == call.fields:
            return []
        return [self._signal(SignalKind.ALI, block.call_key, block, call)]

    def _step(self, block: Block) -> list[Heard]:
        return [] if block.get("Application") in _AT_ONCE else self._offer(block)

    def _offer(self, block: Block) -> list[Heard]:
        """``offered``, if the block is of a caller's channel and it was not yet."""
        key = block.call_key
        if (
            not block.is_first_leg
            or key in self._open
            or self._channels.is_over(key)
            or key.startswith(OURS)
            or block.get("ChannelState") not in {_RING, _UP}
            or (self._contexts and block.get("Context") not in self._contexts)
            or self._position.match(block.get("Channel"))  # a position dials out
        ):
            return []
        while len(self._open) >= MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        call = self._open[key] = _Open()
        return [self._signal(SignalKind.OFFERED, key, block, call)]

    # answered

    def _dial_ended(self, block: Block) -> list[Heard]:
        heard = self._offer(block)
        status = block.get("DialStatus")
        if status == "ANSWER":
            heard += self._answer(block.call_key, block, block.value("DestChannel"))
        elif status in _NOT_RUNG and block.is_first_leg:
            heard += self._trouble(block, f"A set could not be rung: {status}")
        return heard

    def _bridge_entered(self, block: Block) -> list[Heard]:
        if block.get("BridgeType") == "holding":
            return []
        call, leg = self._open.get(block.call_key), None
        if call is not None and not block.is_first_leg:
            leg = block.value("Channel")
            call.leg = block.get("Channel")
        elif call is not None and call.leg:
            leg = Value(call.leg, ELSEWHERE)
        if block.get("BridgeNumChannels") == "1":
            return []
        return self._answer(block.call_key, block, leg)

    def _answer(self, key: str, block: Block, leg: Value | None) -> list[Heard]:
        call = self._open.get(key)
        if call is None or (call.answered and not call.moved):
            return []
        call.answered, call.moved, call.held = True, False, False
        return [self._signal(SignalKind.ANSWERED, key, block, call, leg)]

    def _linked(self, block: Block) -> list[Heard]:
        """Two channels joined, as releases before 12 say it."""
        if block.get("Bridgestate") == "Unlink":
            return []
        for own, other in (("1", "2"), ("2", "1")):
            key = block.get(f"Uniqueid{own}")
            if key in self._open:
                return self._answer(key, block, block.value(f"Channel{other}"))
        return []

    def _trouble(self, block: Block, note: str) -> list[Heard]:
        call = self._open.get(block.call_key)
        if call is None:
            return []
        key = block.call_key
        return [self._signal(SignalKind.TROUBLE, key, block, call, note=note)]

    # held

    def _hold(self, block: Block) -> list[Heard]:
        """A position's set. What the caller's own telephone does is not ours."""
        return [] if block.is_first_leg else self._held(block.call_key, block)

    def _unhold(self, block: Block) -> list[Heard]:
        return [] if block.is_first_leg else self._taken_back(block.call_key, block)

    def _music(self, block: Block) -> list[Heard]:
        return self._held(block.call_key, block) if block.is_first_leg else []

    def _music_ends(self, block: Block) -> list[Heard]:
        return self._taken_back(block.call_key, block) if block.is_first_leg else []

    def _parked(self, block: Block) -> list[Heard]:
        return self._held(block.get("ParkeeUniqueid"), block)

    def _unparked(self, block: Block) -> list[Heard]:
        return self._taken_back(block.get("ParkeeUniqueid"), block)

    def _held(self, key: str, block: Block) -> list[Heard]:
        """Music before anybody has answered is what who waits in a queue hears."""
        call = self._open.get(key)
        if call is None or call.held or call.moved or not call.answered:
            return []
        call.held = True
        return [self._signal(SignalKind.HELD, key, block, call)]

    def _taken_back(self, key: str, block: Block) -> list[Heard]:
        call = self._open.get(key)
        if call is None or not call.held:
            return []
        call.held = False
        return [self._signal(SignalKind.ANSWERED, key, block, call)]

    # transferred

    def _transferred(self, block: Block) -> list[Heard]:
        """By whatever of its keys names a call that is open."""
        named = ("TransfereeUniqueid", "TransfereeLinkedid", "OrigTransfererLinkedid")
        keys = (block.get(name) for name in (*named, "TransfererLinkedid"))
        key = next((key for key in keys if key in self._open), None)
        if key is None or block.get("Result").lower() != "success":
            return []
        call = self._open[key]
        call.moved, call.held, call.answered = True, False, True
        leg = block.value("TransferTargetChannel")
        heard: list[Heard] = [
            self._signal(SignalKind.TRANSFERRED, key, block, call, leg)
        ]
        # Attended, the two speak with each other already: nothing more is said of it.
        if (block.get("DestType"), block.get("TransferTargetChannelState")) == (
            "Bridge",
            _UP,
        ):
            heard += self._answer(key, block, leg)
        return heard

    # over

    def _hung_up(self, block: Block) -> list[Heard]:
        """The end, when it is the caller's own channel, whatever it is linked to."""
        heard = self._offer(block) if block.get("ChannelState") == _RING else []
        return heard + self._end(block.get("Uniqueid"), block)

    def _end(self, key: str, block: Block) -> list[Heard]:
        call = self._open.pop(key, None)
        if call is None:
            return []
        kind = SignalKind.ENDED if call.answered else SignalKind.ABANDONED
        return [self._signal(kind, key, block, call)]

    # after a new connection

    def _listed(self, block: Block) -> list[Heard]:
        if self._listing is not None:
            self._listing.add(block)
        return []

    def _list_ends(self, block: Block) -> list[Heard]:
        """What ended meanwhile has ended; what began meanwhile is offered."""
        listing, self._listing = self._listing, None
        if listing is None:
            return []
        heard = [said for key in listing.gone for said in self._end(key, block)]
        for caller in listing.callers:
            heard += self._offer(caller)
            for leg in listing.partners(caller):
                heard += self._answer(caller.call_key, leg, leg.value("Channel"))
        return heard

    # signals

    def _signal(
        self,
        kind: SignalKind,
        key: str,
        block: Block,
        call: _Open,
        leg: Value | None = None,
        note: str | None = None,
    ) -> CallSignal:
        found = Found()
        if block.get("Uniqueid") == key:
            found = found_in(block, call.fields, self._settings)
        if leg:
            self._position_of(leg, found)
        call.fields.update(found.fields)
        if not block.decodable:
            found.warnings.add("undecodable_bytes")
        frame = block.frame
        return CallSignal(
            kind=kind,
            call_key=key,
            layout=LAYOUT,
            fields={**call.fields, "note": note} if note else dict(call.fields),
            spans=found.spans,
            warnings=tuple(sorted(found.warnings)),
            raw=frame.raw,
            start=frame.start,
            end=frame.end,
            utc_us=frame.utc_us,
            mono_ns=frame.mono_ns,
        )

    def _position_of(self, leg: Value, found: Found) -> None:
        """A position's channel has its number in its name: ``PJSIP/pos1-0000000b``."""
        match = self._position.match(leg.text)
        if match and leg.text.isascii():
            digits = leg.part(*match.span(1))
            found.put("position", two_digits(digits.text), digits)


_HANDLERS: Mapping[str, Callable[[ManagerDecoder, Block], list[Heard]]] = {
    "UserEvent": ManagerDecoder._site_said,
    "Newexten": ManagerDecoder._step,
    "DialBegin": ManagerDecoder._offer,
    "DialState": ManagerDecoder._offer,
    "QueueCallerJoin": ManagerDecoder._offer,
    "DialEnd": ManagerDecoder._dial_ended,
    "BridgeEnter": ManagerDecoder._bridge_entered,
    "Bridge": ManagerDecoder._linked,
    "Hold": ManagerDecoder._hold,
    "Unhold": ManagerDecoder._unhold,
    "MusicOnHoldStart": ManagerDecoder._music,
    "MusicOnHoldStop": ManagerDecoder._music_ends,
    "ParkedCall": ManagerDecoder._parked,
    "UnParkedCall": ManagerDecoder._unparked,
    "BlindTransfer": ManagerDecoder._transferred,
    "AttendedTransfer": ManagerDecoder._transferred,
    "Hangup": ManagerDecoder._hung_up,
    "CoreShowChannel": ManagerDecoder._listed,
    "CoreShowChannelsComplete": ManagerDecoder._list_ends,
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
