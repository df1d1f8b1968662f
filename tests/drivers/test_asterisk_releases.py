"""Calls as releases of Asterisk from 1.8 to 22 tell them, in the order they do."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.api import CallSignal, Chunk, LineSettings
from aliquot.drivers.lines.asterisk import DRIVER

KEY, LEG = "psap-1764000000.40", "psap-1764000001.41"
CONSULT, TARGET = "psap-1764000009.50", "psap-1764000010.51"


def block(event: str, **keys: str) -> bytes:
    lines = [f"Event: {event}", "Privilege: call,all"]
    lines += [f"{k}: {v}" for k, v in keys.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def signals(raw: bytes) -> list[CallSignal]:
    framer, decoder = DRIVER.framer(LineSettings()), DRIVER.decoder(LineSettings())
    cut = [*framer.feed(Chunk(raw, 1, 1)), *framer.flush()]
    heard = [said for one in cut for said in decoder.decode(one)]  # type: ignore[arg-type]
    assert all(isinstance(said, CallSignal) for said in heard)
    return heard  # type: ignore[return-value]


def told(raw: bytes) -> list[tuple[str, object]]:
    return [(s.kind.value, s.fields.get("position")) for s in signals(raw)]


def channel(name: str, uid: str, state: str, link: str = KEY) -> dict[str, str]:
    return {
        "Channel": name,
        "ChannelState": state,
        "CallerIDNum": "+16175550142" if uid == KEY else "1001",
        "CallerIDName": "<unknown>",
        "Context": "from-911",
        "Uniqueid": uid,
        "Linkedid": link,
    }


def caller(state: str = "6") -> dict[str, str]:
    return channel("PJSIP/trunk-00000020", KEY, state)


def desk(state: str = "6") -> dict[str, str]:
    return channel("PJSIP/pos1-00000021", LEG, state)


def target(link: str) -> dict[str, str]:
    return channel("PJSIP/pos2-00000031", TARGET, "6", link)


def enters(bridge: str, count: int, who: dict[str, str]) -> bytes:
    more = {"BridgeType": "basic", "BridgeNumChannels": str(count)}
    return block("BridgeEnter", BridgeUniqueid=bridge, **more, **who)


# An agent's set is rung out of a queue that the caller was answered into.
QUEUED = (
    b"Asterisk Call Manager/9.0.0\r\n"
    + block("Newchannel", **caller("4"))
    + block("QueueCallerJoin", **caller(), Queue="e911", Position="7", Count="7")
    + block("MusicOnHoldStart", **caller(), Class="default")
    + block("Newchannel", **desk("0"))
    + block("DialBegin", **caller(), DestChannel="PJSIP/pos1-00000021")
)
ANSWERED = (
    block("MusicOnHoldStop", **caller())
    + enters("b1", 1, desk())
    + enters("b1", 2, caller())
    + block(
        "DialEnd", **caller(), DestChannel="PJSIP/pos1-00000021", DialStatus="ANSWER"
    )
)
HANGS_UP = block("Hangup", **caller(), Cause="16")


def test_the_place_in_a_queue_is_no_position() -> None:
    (offered,) = signals(QUEUED)
    assert offered.kind.value == "offered"
    assert "position" not in offered.fields


def test_what_is_told_of_a_call_after_its_end_begins_no_other() -> None:
    late = block(
        "DialEnd", **caller(), DestChannel="PJSIP/pos1-00000021", DialStatus="CANCEL"
    )
    late += block("Hangup", **desk("5"), Cause="26") + block("DialState", **caller())
    assert told(QUEUED + HANGS_UP + late) == [("offered", None), ("abandoned", None)]


def test_the_same_recording_once_more_is_another_call() -> None:
    """Its first channel is made anew, so its id counts anew."""
    once = QUEUED + HANGS_UP
    assert told(once + once) == told(once) * 2


def consulted(state: str) -> bytes:
    """The desk rings another one on a second line, and puts the caller through."""
    second = channel("PJSIP/pos1-00000030", CONSULT, "6", CONSULT)
    return (
        block("Hold", **desk())
        + block("Newchannel", **second)
        + enters("b2", 1, target(CONSULT))
        + enters("b2", 2, second)
        + block("Unhold", **desk())
        + block("BridgeMerge", ToBridgeUniqueid="b1", FromBridgeUniqueid="b2")
        + enters("b1", 2, target(KEY))
        + block(
            "AttendedTransfer",
            Result="Success",
            OrigTransfererUniqueid=LEG,
            OrigTransfererLinkedid=KEY,
            SecondTransfererUniqueid=CONSULT,
            TransfereeUniqueid=KEY,
            TransfereeLinkedid=KEY,
            TransferTargetChannel="PJSIP/pos2-00000031",
            TransferTargetChannelState=state,
            DestType="Bridge",
        )
    )


def test_who_is_put_through_speaks_with_the_new_position_at_once() -> None:
    assert told(QUEUED + ANSWERED + consulted("6") + HANGS_UP)[3:] == [
        ("answered", "01"),  # taken back from hold
        ("transferred", "02"),
        ("answered", "02"),
        ("ended", "02"),
    ]


def test_who_is_put_through_to_a_set_that_rings_is_not_answered_yet() -> None:
    kinds = told(QUEUED + ANSWERED + consulted("5"))
    assert kinds[-1] == ("transferred", "02")


# --- before Asterisk 12: no Linkedid, other events


def old(event: str, **more: str) -> bytes:
    return block(
        event, **{"Channel": "SIP/e911-00000012", "Uniqueid": "1384000000.18"} | more
    )


OLD_LEG = {"Channel": "SIP/pos1-00000013", "Uniqueid": "1384000000.19"}
OLD_CALL = (
    b"Asterisk Call Manager/1.3\r\n"
    + old("Newchannel", ChannelState="4", CallerIDNum="6175550142", Context="from-911")
    + block("Newchannel", **OLD_LEG, ChannelState="0", CallerIDNum="")
    + block(
        "Dial",
        SubEvent="Begin",
        Channel="SIP/e911-00000012",
        Destination="SIP/pos1-00000013",
        UniqueID="1384000000.18",
        DestUniqueID="1384000000.19",
    )
    + block("Newstate", **OLD_LEG, ChannelState="5")
)
OLD_END = block("Hangup", **OLD_LEG, Cause="16") + old("Hangup", Cause="16")


@pytest.mark.parametrize("event", ["Bridge", "Link"])
def test_an_old_release_tells_of_an_answer_by_its_link(event: str) -> None:
    link = block(
        event,
        Bridgestate="Link",
        Channel1="SIP/e911-00000012",
        Channel2="SIP/pos1-00000013",
        Uniqueid1="1384000000.18",
        Uniqueid2="1384000000.19",
    )
    hold = old("MusicOnHold", State="Start") + old("MusicOnHold", State="Stop")
    assert told(OLD_CALL + link + hold + link + OLD_END) == [
        ("offered", None),
        ("answered", "01"),
        ("held", "01"),
        ("answered", "01"),
        ("ended", "01"),
    ]


def test_a_link_that_is_undone_is_no_answer() -> None:
    unlink = block("Bridge", Bridgestate="Unlink", Uniqueid1="1384000000.18")
    kinds = told(OLD_CALL + unlink + OLD_END)
    assert kinds == [("offered", None), ("abandoned", None)]


@pytest.mark.parametrize(
    ("status", "end"), [("ANSWER", "ended"), ("CANCEL", "abandoned")]
)
def test_an_old_release_says_how_a_dial_ended(status: str, end: str) -> None:
    """Its word comes when the conversation is over, and is the last chance."""
    over = block("Dial", SubEvent="End", UniqueID="1384000000.18", DialStatus=status)
    assert told(OLD_CALL + over + OLD_END)[-1] == (end, None)
