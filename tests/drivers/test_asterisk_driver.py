"""Manager events: one call, told once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from asterisk_help import block, frames

from aliquot.drivers.lines.api import (
    CallSignal,
    Direction,
    Frame,
    Heard,
    LineDriver,
    LineSettings,
    Noise,
    NoiseReason,
    OpenCall,
    SignalKind,
)
from aliquot.drivers.lines.asterisk import DRIVER
from aliquot.drivers.lines.recording import RecordingWriter, chunks, read_recording
from aliquot.drivers.lines.recording_format import Header

BANNER = b"Asterisk Call Manager/7.0.3\r\n"
SETTINGS = LineSettings()
KEY = "1795282936.62"


def caller(state: str = "4", name: str = "OKAFOR, ADA", **more: str) -> dict[str, str]:
    return {
        "Channel": "PJSIP/trunk-a-0000000a",
        "ChannelState": state,
        "CallerIDNum": "8505550101",
        "CallerIDName": name,
        "Exten": "911",
        "Uniqueid": KEY,
        "Linkedid": KEY,
    } | more


def desk(state: str = "5", **more: str) -> dict[str, str]:
    return {
        "Channel": "PJSIP/pos2-0000000b",
        "ChannelState": state,
        "CallerIDNum": "911",
        "CallerIDName": "<unknown>",
        "Exten": "s",
        "Uniqueid": "1795282936.65",
        "Linkedid": KEY,
    } | more


ARRIVES = (
    block("Newchannel", **caller())
    + block("Newexten", **caller(Application="NoOp", AppData="911 call"))
    + block("Newexten", **caller(Application="UserEvent", AppData="E911Call,…"))
)
SITE = block(
    "UserEvent", **caller(UserEvent="E911Call", Position="1", ANI="8505550101")
)
RINGS = (
    block("Newexten", **caller(Application="Dial", AppData="PJSIP/pos2,20"))
    + block("Newchannel", **desk("0", CallerIDNum="<unknown>"))
    + block("DialBegin", **caller(DestChannel="PJSIP/pos2-0000000b"))
    + block("DialState", **caller(DialStatus="RINGING"))
)
ANSWER = (
    block("DialEnd", **caller(DestChannel="PJSIP/pos2-0000000b", DialStatus="ANSWER"))
    + block("BridgeEnter", BridgeNumChannels="1", **desk("6"))
    + block("BridgeEnter", BridgeNumChannels="2", **caller("6"))
)
LEAVES = block("Hangup", **caller("6", Cause="16")) + block("Hangup", **desk("6"))
GIVES_UP = (
    block("HangupRequest", **caller(Cause="127"))
    + block("DialEnd", **caller(DestChannel="PJSIP/pos2-0000000b", DialStatus="CANCEL"))
    + block("Hangup", **desk(Cause="127"))
    + block("Hangup", **caller(Cause="127"))
)
HELLO = BANNER + b"Response: Success\r\nActionID: 1\r\nMessage: x\r\n\r\n"
ANSWERED = HELLO + ARRIVES + SITE + RINGS + ANSWER + LEAVES
ABANDONED = HELLO + ARRIVES + SITE + RINGS + GIVES_UP


def heard(raw: bytes, calls: Sequence[OpenCall] = ()) -> list[Heard]:
    decoder = DRIVER.decoder(SETTINGS)
    decoder.restore(calls)
    return [
        h
        for one in frames(raw)
        for h in ([one] if isinstance(one, Noise) else decoder.decode(one))
    ]


def signals(raw: bytes, calls: Sequence[OpenCall] = ()) -> list[CallSignal]:
    found = heard(raw, calls)
    assert all(isinstance(h, CallSignal) for h in found), found
    return [h for h in found if isinstance(h, CallSignal)]


def kinds(raw: bytes, calls: Sequence[OpenCall] = ()) -> list[str]:
    return [s.kind.value for s in signals(raw, calls)]


def test_it_is_a_line_driver() -> None:
    assert isinstance(DRIVER, LineDriver)
    assert DRIVER.name == "asterisk"


@pytest.mark.parametrize(
    "raw", [b"hello\r\n\r\n", b"queid: 1\r\nLinkedid: 2\r\n\r\n", b"\x02\xff\n\n"]
)
def test_what_is_no_block_is_noise_with_all_its_bytes(raw: bytes) -> None:
    (noise,) = heard(raw)
    assert isinstance(noise, Noise)
    assert (noise.reason, noise.raw) == (NoiseReason.UNKNOWN_LAYOUT, raw)


def test_random_bytes_never_break_it() -> None:
    dice = random.Random(11)
    for _ in range(300):
        raw = dice.randbytes(dice.randrange(300)).replace(b"\x00", b"\r\n\r\nEvent: ")
        heard(raw + b"\r\n\r\n")


# --- calls


def test_an_answered_call_is_offered_answered_and_ended_once() -> None:
    got = signals(ANSWERED)
    assert [s.kind for s in got] == [
        SignalKind.OFFERED,
        SignalKind.ANSWERED,
        SignalKind.ENDED,
    ]
    assert {s.call_key for s in got} == {KEY}
    assert {s.layout for s in got} == {"asterisk"}


def test_a_call_given_up_is_offered_and_abandoned_once() -> None:
    assert kinds(ABANDONED) == ["offered", "abandoned"]


def test_the_fields_stand_in_the_bytes_where_the_spans_say() -> None:
    offered = signals(ANSWERED)[0]
    assert offered.fields == {
        "callback_number": "8505550101",
        "customer_name": "OKAFOR, ADA",
        "position": "01",
    }
    said = {name: offered.raw[a:b] for name, (a, b) in offered.spans.items()}
    assert said == {
        "callback_number": b"8505550101",
        "customer_name": b"OKAFOR, ADA",
        "position": b"1",
    }
    assert offered.warnings == ()


def test_who_answered_is_known_from_the_channel_that_was_dialled() -> None:
    answered = signals(ANSWERED)[1]
    assert answered.fields["position"] == "02"
    begin, end = answered.spans["position"]
    assert answered.raw[begin - 3 : end] == b"pos2"
    assert signals(ANSWERED)[2].fields["position"] == "02"


def test_without_the_site_event_the_first_slow_step_offers_it() -> None:
    (offered, *_) = signals(HELLO + ARRIVES + RINGS + ANSWER + LEAVES)
    assert b"Application: Dial" in offered.raw
    assert "position" not in offered.fields
    assert kinds(ARRIVES + RINGS + ANSWER + LEAVES) == ["offered", "answered", "ended"]


def test_a_call_that_only_hangs_up_was_offered_and_abandoned() -> None:
    raw = block("Newchannel", **caller()) + block("Hangup", **caller())
    assert kinds(raw) == ["offered", "abandoned"]


def test_a_new_channel_alone_says_nothing_yet() -> None:
    assert kinds(ARRIVES) == []


def test_a_position_that_comes_later_is_in_what_follows() -> None:
    raw = ARRIVES + RINGS + SITE + GIVES_UP
    offered, abandoned = signals(raw)
    assert "position" not in offered.fields
    assert abandoned.fields["position"] == "01"
    assert "position" not in abandoned.spans


def test_the_number_that_the_site_says_overrules_the_channel() -> None:
    site = block("UserEvent", **caller(ANI="(850) 555-0177", Trunk="048"))
    offered, abandoned = signals(ARRIVES + site + GIVES_UP)
    assert offered.fields["callback_number"] == "8505550177"
    assert offered.fields["trunk"] == "048"
    assert abandoned.fields["callback_number"] == "8505550177"
    assert "callback_number" not in abandoned.spans


@pytest.mark.parametrize(
    ("number", "fields", "warnings"),
    [
        ("<unknown>", {}, ("no_callback",)),
        ("", {}, ("no_callback",)),
        ("anonymous", {}, ("no_callback",)),
        ("alice", {}, ("bad_value",)),
        ("+18505550101", {"callback_number": "8505550101"}, ()),
        ("8505110101", {"pani": "8505110101"}, ()),
        ("9115550101", {}, ("uninitialised_handset",)),
        ("911-0012", {}, ("ani_failure",)),
    ],
)
def test_numbers_as_they_come(
    number: str, fields: dict[str, str], warnings: tuple[str, ...]
) -> None:
    keys = caller(CallerIDNum=number, CallerIDName="<unknown>")
    (offered,) = signals(block("DialBegin", **keys))
    assert (offered.fields, offered.warnings) == (fields, warnings)


@pytest.mark.parametrize(
    "name", ["DR: SMITH", "Event: Hangup", "Asterisk Call Manager/5.0.4", "ÅSA Ö"]
)
def test_a_name_may_hold_anything(name: str) -> None:
    (offered,) = signals(block("DialBegin", **caller(name=name)))
    assert offered.fields["customer_name"] == name
    begin, end = offered.spans["customer_name"]
    assert offered.raw[begin:end].decode() == name


def test_bytes_that_are_no_text_are_said() -> None:
    raw = block("DialBegin", **caller()).replace(b"ADA", b"AD\xff")
    (offered,) = signals(raw)
    assert offered.warnings == ("undecodable_bytes",)
    assert offered.fields["callback_number"] == "8505550101"


def test_what_a_position_dials_out_is_no_call_offered() -> None:
    own = desk("4", Linkedid="1795282936.65", Exten="5550100")
    raw = block("Newexten", **own, Application="Dial") + block("DialBegin", **own)
    assert kinds(raw + block("Hangup", **own)) == []


def test_a_channel_that_is_being_made_is_no_call_offered() -> None:
    raw = block("Newchannel", **caller("0")) + block("Newstate", **caller("5"))
    assert kinds(raw + block("Hangup", **caller("5"))) == []


def test_music_in_a_waiting_bridge_is_no_answer() -> None:
    waits = block(
        "BridgeEnter", BridgeType="holding", BridgeNumChannels="3", **caller("6")
    )
    assert kinds(ARRIVES + SITE + waits + GIVES_UP) == ["offered", "abandoned"]


def test_an_exchange_that_answers_first_still_offers_and_may_be_given_up() -> None:
    raw = (
        block("Newchannel", **caller())
        + block("Newexten", **caller(Application="Answer"))
        + block("Newstate", **caller("6"))
        + block("QueueCallerJoin", **caller("6"))
        + block("Hangup", **caller("6"))
    )
    assert kinds(raw) == ["offered", "abandoned"]


def test_a_call_that_was_joined_to_another_still_ends() -> None:
    joined = block("Hangup", **caller("6", Linkedid="1795282900.1"))
    assert kinds(ARRIVES + SITE + ANSWER + joined) == ["offered", "answered", "ended"]


@pytest.mark.parametrize("edge", ["offered", "answered"])
def test_a_restart_in_mid_call_neither_doubles_nor_loses(edge: str) -> None:
    """Heard from the end of each signal on, with the calls that the log knows."""
    done = next(s for s in signals(ANSWERED) if s.kind.value == edge)
    known = [OpenCall(KEY, answered=edge == "answered")]
    rest = {"offered": ["answered", "ended"], "answered": ["ended"]}
    assert kinds(ANSWERED[done.end :], known) == rest[edge]


def test_a_restart_before_the_call_was_offered_loses_nothing() -> None:
    assert kinds(SITE + RINGS + GIVES_UP) == ["offered", "abandoned"]


def test_heard_again_from_before_a_known_call_offers_it_no_second_time() -> None:
    known = [OpenCall(KEY, answered=False)]
    assert kinds(ANSWERED, known) == ["answered", "ended"]


def test_the_end_of_a_call_that_nobody_knew_says_nothing() -> None:
    assert kinds(ANSWER[ANSWER.index(b"Event: BridgeEnter") :] + LEAVES) == []


def test_two_calls_at_once_keep_apart() -> None:
    other = {"Uniqueid": "1795282940.1", "Linkedid": "1795282940.1"}
    second = block("UserEvent", **caller(ANI="8505550102") | other)
    raw = SITE + second + ANSWER + block("Hangup", **caller() | other) + LEAVES
    assert [(s.kind.value, s.call_key) for s in signals(raw)] == [
        ("offered", KEY),
        ("offered", "1795282940.1"),
        ("answered", KEY),
        ("abandoned", "1795282940.1"),
        ("ended", KEY),
    ]


# --- real captures, through the recorded-stream format


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ami_answered", ["offered", "answered", "ended"]),
        ("ami_abandoned", ["offered", "abandoned"]),
        ("ami_geoloc_civic_and_gml", ["offered", "abandoned"] * 2),
    ],
)
def test_real_captures_replayed_from_a_recording(
    shared_data: Path, tmp_path: Path, name: str, told: list[str]
) -> None:
    capture = (shared_data / "lines" / "asterisk" / f"{name}.txt").read_bytes()
    path = tmp_path / "cti.rec"
    dice = random.Random(name)
    with RecordingWriter(path, Header(line="cti", driver="asterisk")) as writer:
        at = 0
        while at < len(capture):
            size = dice.randrange(1, 900)
            utc_us = 1_795_282_936_000_000 + at * 100
            writer.append(Direction.RECEIVED, utc_us, capture[at : at + size])
            at += size
    framer, decoder = DRIVER.framer(SETTINGS), DRIVER.decoder(SETTINGS)
    got: list[Heard] = []
    with path.open("rb") as stream:
        for chunk in chunks(read_recording(stream, strict=True)):
            for one in framer.feed(chunk):
                assert isinstance(one, Frame)
                got += decoder.decode(one)
    assert [s.kind.value for s in got if isinstance(s, CallSignal)] == told
    assert not any(isinstance(s, Noise) for s in got)
    if "geoloc" not in name:
        (first, *_) = got
        assert isinstance(first, CallSignal)
        assert first.fields["position"] == "01"
        assert str(first.fields["callback_number"]).startswith("85055501")
