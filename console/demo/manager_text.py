"""Manager events of the telephone exchange, as Asterisk's manager interface writes.

Blocks of ``Key: value`` lines, each ended by CR LF, a block by an empty line. Every
event is told once for each of the two legs of a call, the caller's and the
position's; both carry the caller's ``Linkedid``.
"""

from __future__ import annotations

from dataclasses import dataclass

HELLO = (
    b"Asterisk Call Manager/5.0.4\r\n"
    b"Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted\r\n\r\n"
    b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One channel: the caller's, or the one of the position that rings."""

    channel: str
    number: str
    context: str
    exten: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call in the exchange. ``began``: whole seconds since 1970."""

    number: str
    position: str
    began: int
    serial: int

    @property
    def caller(self) -> Leg:
        name = f"PJSIP/trunk911-{self.serial:08x}"
        key = f"{self.began}.{self.serial}"
        return Leg(name, self.number, "from-911", "911", key)

    @property
    def desk(self) -> Leg:
        name = f"PJSIP/pos{int(self.position)}-{self.serial + 1:08x}"
        key = f"{self.began}.{self.serial + 1}"
        return Leg(name, "<unknown>", "positions", "s", key)


def offered(call: Exchange) -> bytes:
    """A channel, the site's own event, the position's channel, and ringing."""
    return b"".join(
        (
            _event("Newchannel", _leg(call, call.caller, 4, "Ring")),
            _event(
                "UserEvent",
                {
                    **_leg(call, call.caller, 4, "Ring"),
                    "UserEvent": "E911Call",
                    "Position": str(int(call.position)),
                    "ANI": call.number,
                },
            ),
            _event("Newchannel", _leg(call, call.desk, 0, "Down")),
            _event("DialBegin", _dial(call, 0, "Down")),
            _event("DialState", {**_dial(call, 5, "Ringing"), "DialStatus": "RINGING"}),
        )
    )


def answered(call: Exchange) -> bytes:
    bridge = {"BridgeUniqueid": f"bridge-{call.serial}", "BridgeType": "basic"}
    return b"".join(
        (
            _event("DialEnd", {**_dial(call, 6, "Up"), "DialStatus": "ANSWER"}),
            _event("BridgeEnter", {**bridge, **_leg(call, call.desk, 6, "Up")}),
            _event("BridgeEnter", {**bridge, **_leg(call, call.caller, 6, "Up")}),
        )
    )


def ended(call: Exchange) -> bytes:
    cause = {"Cause": "16", "Cause-txt": "Normal Clearing"}
    return b"".join(
        (
            _event("HangupRequest", _leg(call, call.caller, 6, "Up")),
            _event("Hangup", {**_leg(call, call.caller, 6, "Up"), **cause}),
            _event("Hangup", {**_leg(call, call.desk, 6, "Up"), **cause}),
        )
    )


def abandoned(call: Exchange) -> bytes:
    """The caller gives up while it rings; no bridge was ever entered."""
    cause = {"Cause": "127", "Cause-txt": "Interworking, unspecified"}
    request = {**_leg(call, call.caller, 4, "Ring"), "Cause": "127"}
    return b"".join(
        (
            _event("HangupRequest", request),
            _event("DialEnd", {**_dial(call, 5, "Ringing"), "DialStatus": "CANCEL"}),
            _event("Hangup", {**_leg(call, call.desk, 5, "Ringing"), **cause}),
            _event("Hangup", {**_leg(call, call.caller, 4, "Ring"), **cause}),
        )
    )


def chatter(serial: int) -> bytes:
    """What a manager connection is full of and no desk needs."""
    return _event(
        "PeerStatus",
        {
            "Privilege": "system,all",
            "ChannelType": "PJSIP",
            "Peer": f"PJSIP/pos{serial % 4 + 1}",
            "PeerStatus": "Reachable",
        },
    )


def _leg(call: Exchange, leg: Leg, state: int, words: str) -> dict[str, str]:
    return {
        "Privilege": "call,all",
        "Channel": leg.channel,
        "ChannelState": str(state),
        "ChannelStateDesc": words,
        "CallerIDNum": leg.number,
        "CallerIDName": "<unknown>",
        "ConnectedLineNum": "<unknown>",
        "ConnectedLineName": "<unknown>",
        "Context": leg.context,
        "Exten": leg.exten,
        "Priority": "1",
        "Uniqueid": leg.unique_id,
        "Linkedid": call.caller.unique_id,
    }


def _dial(call: Exchange, state: int, words: str) -> dict[str, str]:
    ours = _leg(call, call.desk, state, words)
    return {
        **_leg(call, call.caller, 4, "Ring"),
        **{f"Dest{key}": value for key, value in ours.items() if key != "Privilege"},
        "DialString": f"pos{int(call.position)}",
    }


def _event(name: str, fields: dict[str, str]) -> bytes:
    lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
