"""The table of states of a query link: every pair, and what the table promises."""

from __future__ import annotations

import itertools

import pytest
from query_links import RECORD, TABLE, at_ms, grant, heard, opened, sent_request

from aliquot.drivers.lines.query_host import HOST_TRANSITIONS, HostEvent, HostState
from aliquot.drivers.lines.query_link import Failure, QueryLink
from aliquot.drivers.lines.query_link_states import TRANSITIONS, Act, Event, State
from aliquot.drivers.lines.query_link_wire import Request, answer_bytes, block

PAIRS = list(itertools.product(State, Event))
ACK, NAK = b"\x06", b"\x15"
REQUEST = b"013157780000\r"
ANSWER = answer_bytes(TABLE, RECORD, "01")
OTHER = answer_bytes(TABLE, RECORD.replace(b"778-0000", b"778-9999"), "07")


def test_the_tables_are_whole() -> None:
    assert {(s, e) for s, row in TRANSITIONS.items() for e in row} == set(PAIRS)
    pairs = {(s, e) for s, row in HOST_TRANSITIONS.items() for e in row}
    assert pairs == set(itertools.product(HostState, HostEvent))


def test_every_failure_ends_the_waiting_and_only_opening_leaves_down() -> None:
    for state, event in PAIRS:
        step = TRANSITIONS[state][event]
        fails = [act for act in step.acts if act.name.startswith("FAIL_")]
        if fails:
            assert state in (State.ASKED, State.GRANTED)
            assert step.to in (State.READY, State.DOWN)
        if state is State.DOWN and step.to is not State.DOWN:
            assert event in (Event.OPENED, Event.OPENED_SPENT)
        if Act.SEND_REQUEST in step.acts:
            assert step.to is State.ASKED
        if Act.ANSWERED in step.acts:
            assert event is Event.ANSWER


def in_state(state: State) -> QueryLink:
    link = QueryLink(TABLE)
    if state is State.DOWN:
        return link
    opened(link)
    if state is not State.READY:
        assert sent_request(link) == REQUEST
    if state is State.GRANTED:
        grant(link)
    assert link.state is state
    return link


def bring(link: QueryLink, event: Event) -> bytes:
    """What happens at the wire or the clock for each event, and what is sent."""
    heartbeat = TABLE.heartbeat
    wire = {
        Event.ACK: ACK,
        Event.NAK: NAK,
        Event.REFUSED: NAK,
        Event.ANSWER: ANSWER,
        Event.RECORD: OTHER,
        Event.DAMAGED: ANSWER[:40] + b"?" + ANSWER[41:],
        Event.BROADCAST: answer_bytes(TABLE, b"LINK B GOES DOWN", "0", "4"),
        Event.HEARTBEAT: b"H\r\x00\x02",  # what follows ends it at once
        Event.STRAY: b"garbage\x02",
    }
    if event in (Event.REFUSED, Event.SPENT, Event.OPENED_SPENT):
        link._tries = TABLE.tries.request
    if event in wire:
        return heard(link, wire[event], 50)
    if event in (Event.OPENED, Event.OPENED_SPENT):
        return link.opened(at_ms(50))
    if event is Event.LOST:
        link.lost(at_ms(50))
        return b""
    if event is Event.ASK:
        link.put(Request("3155550001", "01"), at_ms(50))
        return link.more()
    if event is Event.BEAT_ACK:
        link._owed.append(at_ms(1000))
        return heard(link, ACK, 50)
    if event is Event.REPEAT:
        heard(link, OTHER, 49)
        return heard(link, OTHER, 50)
    if event in (Event.LATE, Event.SPENT):
        return link.tick(at_ms(10_100))
    link._due_ns = None
    if event is Event.HEARTBEAT_MISSED:
        link._beat_ns = None
        return link.tick(at_ms(heartbeat.expect_ms + 60))
    link._life_ns = None
    return link.tick(at_ms(heartbeat.send_ms + 60))


SENDS = {
    Act.SEND_REQUEST: REQUEST,
    Act.SEND_ACK: ACK,
    Act.SEND_NAK: NAK,
    Act.ACK_HEARTBEAT: ACK,
    Act.SEND_HEARTBEAT: b"H\r",
}


@pytest.mark.parametrize(("state", "event"), PAIRS)
def test_each_pair_does_what_the_table_says(state: State, event: Event) -> None:
    link = in_state(state)
    step = TRANSITIONS[state][event]
    sent = bring(link, event)
    if event is Event.ASK and state is State.READY:
        assert (link.state, sent) == (State.ASKED, b"013155550001\r")
        return
    expected = b"".join(SENDS.get(act, b"") for act in step.acts)
    if event is Event.ANSWER and state in (State.READY, State.DOWN):
        pass  # nothing is asked: it is a record as any other
    assert link.state is step.to
    if event in (Event.OPENED, Event.OPENED_SPENT):
        sent = sent.removesuffix(b"H\r")  # the first heartbeat is due on opening
    assert sent == expected
    fails = [act for act in step.acts if act.name.startswith("FAIL_")]
    ended = link.outcomes()
    assert len(ended) == len(fails) + (Act.ANSWERED in step.acts)
    if fails:
        assert ended[0].failure is Failure[fails[0].name.removeprefix("FAIL_")]


def test_a_host_of_other_marks_is_read_as_well() -> None:
    from query_links import table_with

    table = table_with(**{"bytes.stx": 1, "bytes.etx": 4, "bytes.ack": 11})
    link = QueryLink(table)
    link.opened(0)
    link.put(Request("3157780000", "01"), 0)
    link.more()
    assert block(table, b"x", "none") == b"\x01x\x04"
    assert heard(link, b"\x0b", 1) == b""
    assert link.state is State.GRANTED
    assert heard(link, answer_bytes(table, RECORD, "01"), 2) == b"\x0b"
    (outcome,) = link.outcomes()
    assert outcome.failure is None
