"""Hold, transfer, trouble and place of a call, as manager events tell them."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest
from asterisk_help import block

from aliquot.drivers.lines.api import (
    CallSignal,
    Chunk,
    Extent,
    LineSettings,
    OpenCall,
)
from aliquot.drivers.lines.asterisk import DRIVER
from aliquot.drivers.lines.asterisk_options import ManagerOptions
from aliquot.drivers.lines.talk import AbleDriver, AskKind, TalkingDriver

KEY, LEG = "1795282936.62", "1795282936.63"
GREETING = b"Asterisk Call Manager/5.0.4\r\n"


def caller(state: str = "6", **more: str) -> dict[str, str]:
    return {
        "Channel": "PJSIP/trunk-0000000a",
        "ChannelState": state,
        "CallerIDNum": "8505550101",
        "Context": "from-911",
        "Uniqueid": KEY,
        "Linkedid": KEY,
    } | more


def position(number: int = 1, **more: str) -> dict[str, str]:
    return {
        "Channel": f"PJSIP/pos{number}-0000000b",
        "ChannelState": "6",
        "Uniqueid": LEG,
        "Linkedid": KEY,
    } | more


SITE = block("UserEvent", **caller("4", ANI="8505550101", Position="1"))
TALKS = SITE + block(
    "DialEnd", **caller("4"), DestChannel="PJSIP/pos1-0000000b", DialStatus="ANSWER"
)
HOLD, UNHOLD = block("Hold", **position()), block("Unhold", **position())
MUSIC, NO_MUSIC = (
    block("MusicOnHoldStart", **caller()),
    block("MusicOnHoldStop", **caller()),
)
ENDS = block("Hangup", **caller())
BLIND = block(
    "BlindTransfer",
    Result="Success",
    TransfererChannel="PJSIP/pos1-0000000b",
    TransfererUniqueid=LEG,
    TransfererLinkedid=KEY,
    TransfereeUniqueid=KEY,
    TransfereeLinkedid=KEY,
    Context="positions",
    Extension="2000",
)
ATTENDED = block(
    "AttendedTransfer",
    Result="Success",
    OrigTransfererUniqueid=LEG,
    OrigTransfererLinkedid=KEY,
    TransfereeUniqueid=KEY,
    TransfereeLinkedid=KEY,
    TransferTargetChannel="PJSIP/pos7-0000000f",
    DestType="Bridge",
)
ANSWERS_7 = block(
    "DialEnd", **caller(), DestChannel="PJSIP/pos7-0000000f", DialStatus="ANSWER"
)


def signals(
    raw: bytes, settings: LineSettings | None = None, calls: tuple[OpenCall, ...] = ()
) -> list[CallSignal]:
    settings = settings or LineSettings()
    framer, decoder = DRIVER.framer(settings), DRIVER.decoder(settings)
    decoder.restore(calls)
    cut = [*framer.feed(Chunk(raw, 1, 1)), *framer.flush()]
    heard = [said for one in cut for said in decoder.decode(one)]  # type: ignore[arg-type]
    assert all(isinstance(said, CallSignal) for said in heard)
    return heard  # type: ignore[return-value]


def kinds(raw: bytes, calls: tuple[OpenCall, ...] = ()) -> list[str]:
    return [s.kind.value for s in signals(raw, calls=calls)]


# --- hold


@pytest.mark.parametrize(
    "told",
    [
        HOLD + MUSIC + UNHOLD + NO_MUSIC,
        MUSIC + HOLD + NO_MUSIC + UNHOLD,
        HOLD + UNHOLD,
        MUSIC + NO_MUSIC,
        HOLD + HOLD + MUSIC + UNHOLD + UNHOLD,
    ],
)
def test_a_hold_is_told_once_and_taken_back_once(told: bytes) -> None:
    assert kinds(TALKS + told + ENDS) == [
        "offered",
        "answered",
        "held",
        "answered",
        "ended",
    ]


def test_music_for_who_waits_in_a_queue_is_no_hold() -> None:
    raw = SITE + block("QueueCallerJoin", **caller()) + MUSIC + NO_MUSIC + ENDS
    assert kinds(raw) == ["offered", "abandoned"]


def test_what_the_caller_holds_is_not_ours() -> None:
    own = block("Hold", **caller()) + block("MusicOnHoldStart", **position())
    assert kinds(TALKS + own + ENDS) == ["offered", "answered", "ended"]


def test_a_parked_call_is_held() -> None:
    parked = block("ParkedCall", ParkeeUniqueid=KEY, ParkeeLinkedid=KEY)
    back = block("UnParkedCall", ParkeeUniqueid=KEY, ParkeeLinkedid=KEY)
    assert kinds(TALKS + parked + back)[2:] == ["held", "answered"]


def test_a_call_given_up_on_hold_has_ended() -> None:
    assert kinds(TALKS + HOLD + ENDS)[-1] == "ended"


def test_after_a_restart_a_held_call_is_taken_back() -> None:
    held = OpenCall(KEY, answered=True, held=True)
    assert kinds(UNHOLD + ENDS, (held,)) == ["answered", "ended"]


# --- transfer


def test_a_blind_transfer_is_answered_at_the_new_position() -> None:
    got = signals(TALKS + BLIND + ANSWERS_7 + ENDS)
    assert [s.kind.value for s in got] == [
        "offered",
        "answered",
        "transferred",
        "answered",
        "ended",
    ]
    assert [s.fields.get("position") for s in got] == ["01", "01", "01", "07", "07"]


def test_an_attended_transfer_names_the_new_position() -> None:
    got = signals(TALKS + HOLD + MUSIC + ATTENDED + NO_MUSIC + ENDS)
    assert [s.kind.value for s in got][2:] == ["held", "transferred", "ended"]
    moved = got[3]
    assert moved.fields["position"] == "07"
    begin, end = moved.spans["position"]
    assert moved.raw[begin - 3 : end] == b"pos7"


@pytest.mark.parametrize("result", ["Fail", "Invalid", ""])
def test_a_transfer_that_failed_is_none(result: str) -> None:
    failed = BLIND.replace(b"Result: Success", f"Result: {result}".encode())
    assert kinds(TALKS + failed + ENDS) == ["offered", "answered", "ended"]


def test_a_transfer_of_a_call_nobody_knows_says_nothing() -> None:
    assert kinds(BLIND + ATTENDED) == []


def test_after_a_restart_the_new_position_still_answers() -> None:
    moved = OpenCall(KEY, answered=True, moved=True)
    assert kinds(ANSWERS_7 + ENDS, (moved,)) == ["answered", "ended"]


# --- trouble


def test_a_set_that_cannot_be_rung_is_trouble_of_the_call() -> None:
    dead = block("DialEnd", **caller("4"), DialStatus="CHANUNAVAIL")
    got = signals(SITE + dead + ENDS)
    assert [s.kind.value for s in got] == ["offered", "trouble", "abandoned"]
    assert got[1].fields["note"] == "A set could not be rung: CHANUNAVAIL"
    assert "note" not in got[2].fields


# --- place

POINT = "shape=Circle,crs=2d,pos=42.5 -73.25,radius=30"


def located(info: str, settings: LineSettings | None = None, **more: str) -> CallSignal:
    keys = caller("4", ANI="8505550101", LocInfo=info) | more
    return signals(block("UserEvent", **keys), settings)[0]


@pytest.mark.parametrize(
    ("info", "uncertainty"),
    [
        ("shape=Point,crs=2d,pos=42.5 -73.25", None),
        (POINT, 30.0),
        ("shape=Sphere,crs=3d,pos=42.5 -73.25 10,radius=12.5", 12.5),
        (
            "shape=Ellipse,crs=2d,pos=42.5 -73.25,semiMajorAxis=50,semiMinorAxis=20",
            50.0,
        ),
        ('"shape="Circle",crs="2d",pos="42.5 -73.25",radius="30""', 30.0),
    ],
)
def test_shapes_are_a_point_and_its_uncertainty(
    info: str, uncertainty: float | None
) -> None:
    said = located(info)
    assert (said.fields["latitude"], said.fields["longitude"]) == (42.5, -73.25)
    assert said.fields.get("uncertainty_m") == uncertainty
    assert "location_not_read" not in said.warnings
    begin, end = said.spans["latitude"]
    assert said.raw[begin:end].startswith(b"42.5 -73.25")


def test_more_radians_than_a_circle_has_are_degrees() -> None:
    info = "shape=Ellipse,crs=2d,pos=42.5 -73.25,semiMajorAxis=9,semiMinorAxis=3"
    said = located(f"{info},orientation=90 radians")
    assert json.loads(str(said.fields["shape"]))["orientation_deg"] == 90.0
    assert "token_repaired" in said.warnings
    radians = located(f"{info},orientation=1.5707963 radians")
    turned = json.loads(str(radians.fields["shape"]))["orientation_deg"]
    assert turned == pytest.approx(90, abs=1e-4)


@pytest.mark.parametrize(
    "info",
    ["shape=Blob,pos=1 2", "shape=Circle,crs=2d,pos=here", "nothing at all", "="],
)
def test_what_cannot_be_read_is_said_and_only_then(info: str) -> None:
    said = located(info)
    assert "location_not_read" in said.warnings
    assert "latitude" not in said.fields
    assert said.fields["callback_number"] == "8505550101"


def test_a_place_outside_our_ground_is_said() -> None:
    here = LineSettings(extent=Extent(south=30, west=-90, north=31, east=-89))
    assert "outside_extent" in located(POINT, here).warnings


def test_confidence_comes_beside() -> None:
    said = located(POINT, Confidence="value=90,pdf=normal", Method="GPS")
    assert said.fields["confidence_pct"] == 90
    assert said.fields["location_method"] == "GPS"


def test_a_place_that_comes_later_is_news_of_the_call() -> None:
    later = block("UserEvent", **caller("4", LocInfo=POINT))
    got = signals(SITE + later + later + ENDS)
    assert [s.kind.value for s in got] == ["offered", "ali", "abandoned"]
    assert got[1].fields["latitude"] == 42.5
    assert got[2].fields["latitude"] == 42.5


def test_the_real_locations_are_read(shared_data: Path) -> None:
    path = shared_data / "lines" / "asterisk" / "ami_geoloc_civic_and_gml.txt"
    shape, _, civic, _ = signals(path.read_bytes())
    assert (shape.fields["latitude"], shape.fields["longitude"]) == (42.5463, -73.2512)
    assert shape.fields["uncertainty_m"] == pytest.approx(7.72)
    assert shape.fields["altitude_m"] == 26.3
    assert civic.fields["street_name"] == "Flinders"
    assert civic.fields["community"] == "Wollongong"
    assert civic.fields["postal_code"] == "2500"
    for said in (shape, civic):
        assert "location_not_read" not in said.warnings


# --- options


def test_it_speaks_and_knows_what_it_can_be_asked() -> None:
    assert isinstance(DRIVER, TalkingDriver)
    assert isinstance(DRIVER, AbleDriver)
    assert DRIVER.able(LineSettings()) == frozenset()
    user = {"user": "desk", "secret": "x"}
    assert DRIVER.able(LineSettings(options=user)) == {AskKind.TEST}
    dial = user | {"dial_channel": "PJSIP/pos{position}", "dial_context": "out"}
    assert DRIVER.able(LineSettings(options=dial)) == {AskKind.TEST, AskKind.DIAL}


def test_the_settings_page_asks_for_all_options_and_their_usual_values() -> None:
    usual = {o.name: o.default for o in DRIVER.options()}
    made = ManagerOptions.of(usual)
    assert made == ManagerOptions()
    assert {f.name for f in fields(ManagerOptions)} - {"secret"} == set(usual)
    assert [s.kind.value for s in signals(DRIVER.sample())] == ["offered", "abandoned"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"usr": "desk"}, "no such option"),
        ({"user": "desk"}, "secret_file"),
        ({"user": "desk\r\nAction: x", "secret": "s"}, "one line"),
        ({"ping_s": "often"}, "1 to 3600"),
        ({"ping_s": True}, "1 to 3600"),
        ({"ping_s": 0}, "1 to 3600"),
        ({"login": "sha"}, "md5 or plain"),
        ({"dial_channel": "PJSIP/1"}, "dial_context"),
        ({"dial_prefix": "9w"}, "digits"),
        ({"position_channel": "(("}, "position_channel"),
        ({"position_channel": "PJSIP/desk"}, "brackets"),
    ],
)
def test_options_that_will_not_do_are_named(
    options: dict[str, str | int | bool], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        ManagerOptions.of(options)


def test_the_secret_is_in_no_text_of_the_options() -> None:
    options = ManagerOptions.of({"user": "desk", "secret": "open sesame"})
    assert "sesame" not in repr(options)


def test_calls_of_other_contexts_are_not_offered() -> None:
    settings = LineSettings(options={"contexts": "from-911, overflow"})
    internal = SITE.replace(b"from-911", b"internal")
    assert signals(internal, settings) == []
    assert len(signals(SITE, settings)) == 1


def test_positions_may_be_called_otherwise() -> None:
    settings = LineSettings(options={"position_channel": r"SIP/desk(\d+)"})
    raw = TALKS.replace(b"PJSIP/pos1-", b"SIP/desk4-")
    assert signals(raw, settings)[-1].fields["position"] == "04"


# --- a list of what there is


def listed(*channels: dict[str, str]) -> bytes:
    parts = [block("CoreShowChannel", **channel) for channel in channels]
    return b"".join(parts) + block("CoreShowChannelsComplete", EventList="Complete")


def test_a_call_that_is_in_no_list_has_ended() -> None:
    assert kinds(TALKS + GREETING + listed()) == ["offered", "answered", "ended"]
    assert kinds(SITE + GREETING + listed()) == ["offered", "abandoned"]


def test_a_call_that_is_listed_goes_on() -> None:
    assert kinds(TALKS + GREETING + listed(caller(), position())) == [
        "offered",
        "answered",
    ]


def test_a_call_heard_of_before_the_list_came_goes_on() -> None:
    music = block("MusicOnHoldStart", **caller())
    assert kinds(TALKS + GREETING + music + listed()) == ["offered", "answered", "held"]


def test_a_hang_up_while_the_list_is_told_ends_it_once() -> None:
    first = block("CoreShowChannel", **caller())
    done = block("CoreShowChannelsComplete", EventList="Complete")
    raw = TALKS + GREETING + first + ENDS + done
    assert kinds(raw) == ["offered", "answered", "ended"]


def test_a_list_that_was_not_asked_after_a_greeting_ends_nothing() -> None:
    assert kinds(TALKS + listed()) == ["offered", "answered"]


def test_a_call_that_began_meanwhile_is_offered_from_the_list_alone() -> None:
    assert kinds(GREETING + listed(caller("4"))) == ["offered"]
    leg = position(3, BridgeId="b1")
    got = signals(GREETING + listed(leg, caller(BridgeId="b1")))
    assert [s.kind.value for s in got] == ["offered", "answered"]
    assert got[1].fields["position"] == "03"


def test_a_position_that_dials_out_is_not_offered_from_the_list() -> None:
    own = position(Linkedid=LEG)
    assert kinds(GREETING + listed(own)) == []
