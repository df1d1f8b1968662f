"""This end of a query link: requests, tries, heartbeats, two links, settings."""

from __future__ import annotations

import pytest
from query_links import (
    MS,
    RECORD,
    TABLE,
    World,
    at_ms,
    heard,
    opened,
    sent_request,
    table_with,
    text_of,
)

from aliquot.drivers.lines import parity
from aliquot.drivers.lines.api import (
    AliRecord,
    Chunk,
    Framer,
    LineDriver,
    LineSettings,
    NoiseReason,
)
from aliquot.drivers.lines.query_host import Faults, QueryHost
from aliquot.drivers.lines.query_link import Failure, QueryLink
from aliquot.drivers.lines.query_link_driver import DRIVER
from aliquot.drivers.lines.query_link_pair import LinkPair
from aliquot.drivers.lines.query_link_wire import (
    LinkFramer,
    Request,
    answer_bytes,
    read_request,
    request_bytes,
)
from aliquot.drivers.lines.talk import (
    AbleDriver,
    Ask,
    AskKind,
    Conversation,
    TalkingDriver,
)

NUMBER = "3157780000"
REQUEST = Request(NUMBER, "01")


def world(table=TABLE, faults: Faults | None = None, **options: str) -> World:
    settings = LineSettings(**options)  # type: ignore[arg-type]
    link = QueryLink(table, settings)
    host = QueryHost(table, text_of, faults, settings=settings)
    return World([(link, host, LinkFramer(table, settings))])


def link_of(here: World) -> QueryLink:
    link = here.ends[0][0]
    assert isinstance(link, QueryLink)
    return link


def test_a_line_of_the_profile_talks_by_its_options() -> None:
    settings = LineSettings(options={"link": "generic", "times_ack_ms": 700})
    assert isinstance(DRIVER, LineDriver)
    assert isinstance(DRIVER, TalkingDriver)
    assert isinstance(DRIVER, AbleDriver)
    assert DRIVER.able(settings) == {AskKind.REBID, AskKind.TEST}
    talk: Conversation = DRIVER.conversation(settings)
    framer: Framer = DRIVER.framer(settings)
    here = World([(talk, QueryHost(TABLE, text_of), framer)])
    assert here.ask(NUMBER, "02")
    assert isinstance(talk, QueryLink)
    assert talk.table.times.ack_ms == 700
    here.advance(1000)
    (frame,) = here.records
    (record,) = DRIVER.decoder(settings).decode(frame)
    assert isinstance(record, AliRecord)
    assert record.fields["callback_number"] == NUMBER
    assert record.fields["position"] == "02"
    assert talk.ask(Ask(AskKind.DIAL, NUMBER), 0) is None


@pytest.mark.parametrize("seven", [False, True])
@pytest.mark.parametrize("in_block", [False, True])
@pytest.mark.parametrize("number", ["ten", "npd"])
@pytest.mark.parametrize("check", ["none", "xor_after_stx", "xor_with_stx"])
def test_requests_of_every_form_are_answered(
    seven: bool, in_block: bool, number: str, check: str
) -> None:
    settings = LineSettings(parity="strip_even" if seven else "none")
    table = table_with(
        **{
            "request.block": in_block,
            "request.block_check": check,
            "request.number": number,
            "request.npd": {"0": "315"},
            "request.parts": ["number", "trunk", "position"],
            "answer.block_check": check,
        }
    )
    link = QueryLink(table, settings)
    host = QueryHost(table, text_of, settings=settings)
    here = World([(link, host, LinkFramer(table, settings))])
    assert here.ask(NUMBER, "7")
    here.advance(1000)
    (outcome,) = link.outcomes()
    assert (outcome.failure, outcome.tries) == (None, 1)
    assert here.count(NUMBER) == 1


def test_a_request_is_made_and_read_by_the_table() -> None:
    assert request_bytes(TABLE, Request(NUMBER, "")) == b"013157780000\r"
    assert request_bytes(TABLE, Request(NUMBER, "123")) is None
    assert request_bytes(TABLE, Request("911", "01")) is None
    npd = table_with(**{"request.number": "npd", "request.npd": {"2": "607"}})
    assert request_bytes(npd, Request("6075550123", "04")) == b"0425550123\r"
    assert request_bytes(npd, REQUEST) is None
    assert read_request(npd, b"0425550123\r") == Request("6075550123", "04")
    assert read_request(npd, b"0495550123\r") is None


def test_no_acknowledgement_is_tried_again_and_then_named() -> None:
    here = world(faults=Faults(lose_rate=1))
    assert here.ask(NUMBER)
    here.advance(3 * TABLE.times.ack_ms - 1)
    assert link_of(here).busy
    here.advance(2)
    (outcome,) = link_of(here).outcomes()
    assert (outcome.failure, outcome.tries) == (Failure.NO_ACK, 3)
    assert link_of(here).trouble == (
        "Link A: The other end did not acknowledge the last request."
    )


@pytest.mark.parametrize(
    ("faults", "failure"),
    [
        (Faults(nak_rate=1), Failure.REFUSED),
        (Faults(damage_rate=1), Failure.DAMAGED),
        (Faults(cut_rate=1), Failure.DAMAGED),
        (Faults(silent_after=0), Failure.NO_ACK),
        (Faults(delay_ms=600_000), Failure.NO_ANSWER),
    ],
)
def test_each_fault_of_the_host_has_its_name(faults: Faults, failure: Failure) -> None:
    here = world(faults=faults)
    assert here.ask(NUMBER)
    here.advance(60_000)
    (outcome,) = link_of(here).outcomes()
    assert outcome.failure is failure
    assert link_of(here).trouble is not None


def test_trouble_is_over_with_the_next_answer() -> None:
    here = world(faults=Faults(nak_rate=1))
    assert here.ask(NUMBER)
    assert link_of(here).trouble
    here.ends[0][1]._faults = Faults()
    assert here.ask("3155550123")
    here.advance(1000)
    assert link_of(here).trouble is None


def test_a_nak_storm_ends_the_request_and_sends_no_storm_back() -> None:
    link = QueryLink(TABLE)
    opened(link)
    sent = sent_request(link)
    back = heard(link, b"\x15" * 5000, 20)
    assert back == sent * (TABLE.tries.request - 1)
    assert heard(link, b"\x15" * 5000, 30) == b""
    assert [one.failure for one in link.outcomes()] == [Failure.REFUSED]


def test_half_a_record_and_then_the_link_drops() -> None:
    link = QueryLink(TABLE)
    opened(link)
    sent = sent_request(link)
    heard(link, b"\x06", 20)
    heard(link, answer_bytes(TABLE, RECORD, "01")[:200], 30)
    assert link.opened(at_ms(900)) == sent  # asked again, by the next try
    assert heard(link, b"\x06" + answer_bytes(TABLE, RECORD, "01"), 1000) == b"\x06"
    assert [(one.failure, one.tries) for one in link.outcomes()] == [(None, 2)]
    sent_request(link)
    link.lost(at_ms(1100))
    assert [one.failure for one in link.outcomes()] == [Failure.LINK_DOWN]
    assert link.deadline_ns is None


def test_the_same_request_while_it_is_under_way_is_not_sent_again() -> None:
    link = QueryLink(TABLE)
    opened(link)
    ask = Ask(AskKind.REBID, NUMBER, "01")
    assert link.ask(ask, at_ms(10)) == b"013157780000\r"
    assert link.ask(ask, at_ms(20)) == b""
    heard(link, b"\x06" + answer_bytes(TABLE, RECORD, "01"), 30)
    assert link.ask(ask, at_ms(40)) == b"013157780000\r"  # a rebid


def test_requests_wait_for_each_other_and_too_many_are_refused() -> None:
    here = world(table_with(**{"tries.waiting": 2}))
    numbers = [f"315555{n:04d}" for n in range(5)]
    assert [here.ask(number) for number in numbers] == [True] * 3 + [False] * 2
    here.advance(2000)
    assert [here.count(number) for number in numbers] == [1, 1, 1, 0, 0]


def test_two_records_back_to_back_are_both_answered() -> None:
    link = QueryLink(TABLE)
    opened(link)
    sent_request(link)
    other = RECORD.replace(b"778-0000", b"778-9999")
    both = answer_bytes(TABLE, other, "07") + answer_bytes(TABLE, RECORD, "01")
    assert heard(link, both, 30) == b"\x06\x06"
    assert [one.failure for one in link.outcomes()] == [None]


def test_a_record_for_another_position_is_no_answer() -> None:
    link = QueryLink(TABLE)
    opened(link)
    sent_request(link)
    assert heard(link, answer_bytes(TABLE, RECORD, "09"), 30) == b"\x06"
    assert link.busy


def test_missed_heartbeats_are_trouble_and_the_next_one_ends_it() -> None:
    link = QueryLink(TABLE)
    opened(link)
    minute = TABLE.heartbeat.expect_ms
    for n in range(1, 4):
        assert link.trouble is None
        link.tick(at_ms(1 + n * minute))
    assert link.trouble == "Link A: no heartbeat for 180 s."
    heard(link, b"H\r", 200_000)
    assert link.tick(at_ms(200_400)) == b"\x06"
    assert link.trouble is None


def test_a_heartbeat_only_line_stays_well_for_an_hour() -> None:
    here = world()
    here.advance(3_600_000)
    assert link_of(here).trouble is None
    assert not here.records
    assert {one.reason for one in here.noise} == {
        NoiseReason.HEARTBEAT,
        NoiseReason.CONTROL,
    }


def test_the_ack_of_a_heartbeat_is_not_taken_for_the_requests() -> None:
    link = QueryLink(TABLE)
    link.opened(0)
    assert link.tick(0) == b"H\r"
    sent_request(link)
    heard(link, b"\x06", 20)
    assert link.state.value == "asked"
    heard(link, b"\x06", 21)
    assert link.state.value == "granted"


def test_the_ack_of_a_heartbeat_is_not_taken_for_the_records() -> None:
    """It may come when the record is on its way already."""
    host = QueryHost(TABLE, text_of, Faults(delay_ms=5))
    assert host.opened(0) == b"H\r"
    asked = request_bytes(TABLE, REQUEST)
    assert asked is not None
    assert host.heard(Chunk(asked, 0, 0)) == b"\x06"
    assert NUMBER[-4:].encode() in host.tick(at_ms(5))
    host.heard(Chunk(b"\x06", 0, at_ms(6)))
    assert host.answered == 0
    host.heard(Chunk(b"\x06", 0, at_ms(7)))
    assert host.answered == 1


def test_a_test_button_sends_a_heartbeat() -> None:
    link = QueryLink(TABLE)
    assert link.ask(Ask(AskKind.TEST), 0) is None
    opened(link)
    assert link.ask(Ask(AskKind.TEST), at_ms(5)) == b"H\r"


def test_a_broadcast_is_acknowledged_and_is_no_record() -> None:
    here = world()
    talk, host, _ = here.ends[0]
    here.carry(talk, host, b"", host.say("ALI IS SLOW TODAY"))
    assert not here.records
    assert NoiseReason.BROADCAST in {one.reason for one in here.noise}


def test_a_record_sent_once_more_is_a_repeat_and_later_it_is_new() -> None:
    framer = LinkFramer(TABLE, LineSettings())
    data = answer_bytes(TABLE, RECORD, "01")
    from aliquot.drivers.lines.api import Chunk, Frame

    def given(ms: int) -> object:
        (one,) = framer.feed(Chunk(data, ms * 1000, ms * MS))
        return Frame if isinstance(one, Frame) else one.reason

    repeat_ms = TABLE.times.repeat_ms
    assert [given(0), given(2000), given(repeat_ms)] == [
        Frame,
        NoiseReason.REPEAT,
        Frame,
    ]


def test_text_without_marks_is_read_too() -> None:
    here = world(table_with(**{"answer.block": False, "answer.acknowledged": False}))
    assert here.ask(NUMBER)
    here.advance(1000)
    (outcome,) = link_of(here).outcomes()
    assert outcome.failure is None
    assert here.count(NUMBER) == 1


def test_seven_bits_both_ways() -> None:
    here = world(parity="strip_even")
    assert here.ask(NUMBER)
    here.advance(1000)
    (frame,) = here.records
    assert parity.failures(frame.raw) == 0
    assert not frame.raw.isascii()
    assert frame.payload == text_of(REQUEST)


# --- two links --------------------------------------------------------------------


def pair(*faults: Faults) -> tuple[LinkPair, World]:
    both = LinkPair(TABLE)
    hosts = [QueryHost(TABLE, text_of, one) for one in faults]
    ends = [(both.a, hosts[0], both.framer()), (both.b, hosts[1], both.framer())]
    return both, World(ends)


def test_two_links_take_turns() -> None:
    both, here = pair(Faults(), Faults())
    links = []
    for n in range(4):
        assert here.ask(f"315555{n:04d}")
        here.advance(1000)
        (outcome,) = both.outcomes()
        links.append(outcome.link)
        assert outcome.failure is None
    assert links == ["A", "B", "A", "B"]


def test_what_fails_on_one_link_is_asked_on_the_other() -> None:
    both, here = pair(Faults(silent_after=0), Faults())
    assert here.ask(NUMBER)
    here.advance(20_000)
    (outcome,) = both.outcomes()
    assert (outcome.failure, outcome.link, outcome.tries) == (None, "B", 4)
    assert both.a.trouble is not None
    assert both.b.trouble is None
    assert here.ask("3155550123")  # A is in trouble, so it is B's turn again
    here.advance(1000)
    (outcome,) = both.outcomes()
    assert (outcome.link, outcome.tries) == ("B", 1)


def test_when_both_fail_the_request_fails_once() -> None:
    both, here = pair(Faults(lose_rate=1), Faults(nak_rate=1))
    assert here.ask(NUMBER)
    here.advance(60_000)
    (outcome,) = both.outcomes()
    assert (outcome.failure, outcome.link, outcome.tries) == (Failure.REFUSED, "B", 6)


def test_a_lost_link_hands_its_request_over_at_once() -> None:
    both, here = pair(Faults(), Faults())
    here.fates = ["ok"]
    assert here.ask(NUMBER)
    both.a.lost(here.now)
    assert both.b.deadline_ns == here.now
    here.advance(1000)
    (outcome,) = both.outcomes()
    assert (outcome.failure, outcome.link) == (None, "B")


def test_a_record_over_both_links_is_one() -> None:
    _, here = pair(Faults(delay_ms=6500), Faults())
    here.fates = ["ok", "lose"]  # A's ACK is lost, and its record is late
    assert here.ask(NUMBER)
    here.advance(60_000)
    assert here.count(NUMBER) == 1
