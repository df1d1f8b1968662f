"""The states of this end of a query link, and what each event does in each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """Of one link."""

    DOWN = "down"  # the port is not open
    READY = "ready"  # nothing is asked
    ASKED = "asked"  # a request was sent and is not acknowledged
    GRANTED = "granted"  # acknowledged; the record is to come


class Event(Enum):
    """What can happen to a link."""

    OPENED = "opened"
    OPENED_SPENT = "opened_spent"  # in the middle of a request without a try left
    LOST = "lost"
    ASK = "ask"
    ACK = "ack"
    BEAT_ACK = "beat_ack"  # an ACK that belongs to a heartbeat of ours
    NAK = "nak"
    REFUSED = "refused"  # NAK, and no try is left
    LATE = "late"  # the time is over, and a try is left
    SPENT = "spent"  # the time is over, and none is left
    ANSWER = "answer"  # the record that was asked for
    RECORD = "record"  # any other
    REPEAT = "repeat"  # one that had come
    DAMAGED = "damaged"  # a block that is not whole
    BROADCAST = "broadcast"
    HEARTBEAT = "heartbeat"
    HEARTBEAT_DUE = "heartbeat_due"  # ours
    HEARTBEAT_MISSED = "heartbeat_missed"  # theirs
    STRAY = "stray"  # bytes that mean nothing


class Act(Enum):
    """What a link does about it."""

    BEGIN = "begin"
    SEND_REQUEST = "send_request"
    WAIT_FOR_RECORD = "wait_for_record"
    SEND_ACK = "send_ack"
    SEND_NAK = "send_nak"
    ACK_HEARTBEAT = "ack_heartbeat"
    SEND_HEARTBEAT = "send_heartbeat"
    PUT_OFF_HEARTBEAT = "put_off_heartbeat"
    NOTE_LIFE = "note_life"
    COUNT_MISSED = "count_missed"
    ANSWERED = "answered"
    FAIL_NO_ACK = "fail_no_ack"
    FAIL_REFUSED = "fail_refused"
    FAIL_NO_ANSWER = "fail_no_answer"
    FAIL_LINK_DOWN = "fail_link_down"
    FORGET_TIMERS = "forget_timers"


@dataclass(frozen=True, slots=True)
class Step:
    """The next state, and what is done on the way, in order."""

    to: State
    acts: tuple[Act, ...] = ()


def _in_any(here: State) -> dict[Event, Step]:
    """What an open link does in every state."""
    taken = (Act.NOTE_LIFE, Act.SEND_ACK)
    return {
        Event.BEAT_ACK: Step(here, (Act.NOTE_LIFE,)),
        Event.RECORD: Step(here, taken),
        Event.REPEAT: Step(here, taken),
        Event.BROADCAST: Step(here, taken),
        Event.DAMAGED: Step(here, (Act.SEND_NAK,)),
        Event.HEARTBEAT: Step(here, (Act.NOTE_LIFE, Act.ACK_HEARTBEAT)),
        Event.HEARTBEAT_MISSED: Step(here, (Act.COUNT_MISSED,)),
        Event.STRAY: Step(here),
        Event.ASK: Step(here),  # one at a time; the others wait
    }


_ANSWERED = Step(State.READY, (Act.NOTE_LIFE, Act.SEND_ACK, Act.ANSWERED))
_AGAIN = Step(State.ASKED, (Act.SEND_REQUEST,))
_GONE = Step(State.DOWN, (Act.FAIL_LINK_DOWN, Act.FORGET_TIMERS))
_ANEW = Step(State.ASKED, (Act.BEGIN, Act.SEND_REQUEST))
_ANEW_SPENT = Step(State.READY, (Act.FAIL_LINK_DOWN, Act.BEGIN))
_ALIVE = (Act.NOTE_LIFE,)

TRANSITIONS: Mapping[State, Mapping[Event, Step]] = {
    State.DOWN: {
        **{event: Step(State.DOWN) for event in Event},
        Event.OPENED: Step(State.READY, (Act.BEGIN,)),
        Event.OPENED_SPENT: Step(State.READY, (Act.BEGIN,)),
    },
    State.READY: {
        **_in_any(State.READY),
        Event.OPENED: Step(State.READY, (Act.BEGIN,)),
        Event.OPENED_SPENT: Step(State.READY, (Act.BEGIN,)),
        Event.LOST: Step(State.DOWN, (Act.FORGET_TIMERS,)),
        Event.ASK: _AGAIN,
        Event.ACK: Step(State.READY, _ALIVE),
        Event.NAK: Step(State.READY, _ALIVE),
        Event.REFUSED: Step(State.READY, _ALIVE),
        Event.LATE: Step(State.READY),
        Event.SPENT: Step(State.READY),
        Event.ANSWER: Step(State.READY, (Act.NOTE_LIFE, Act.SEND_ACK)),
        Event.HEARTBEAT_DUE: Step(State.READY, (Act.SEND_HEARTBEAT,)),
    },
    State.ASKED: {
        **_in_any(State.ASKED),
        Event.OPENED: _ANEW,
        Event.OPENED_SPENT: _ANEW_SPENT,
        Event.LOST: _GONE,
        Event.ACK: Step(State.GRANTED, (Act.NOTE_LIFE, Act.WAIT_FOR_RECORD)),
        Event.NAK: Step(State.ASKED, (Act.NOTE_LIFE, Act.SEND_REQUEST)),
        Event.REFUSED: Step(State.READY, (Act.NOTE_LIFE, Act.FAIL_REFUSED)),
        Event.LATE: _AGAIN,
        Event.SPENT: Step(State.READY, (Act.FAIL_NO_ACK,)),
        Event.ANSWER: _ANSWERED,
        # Its ACK could not be told from the request's.
        Event.HEARTBEAT_DUE: Step(State.ASKED, (Act.PUT_OFF_HEARTBEAT,)),
    },
    State.GRANTED: {
        **_in_any(State.GRANTED),
        Event.OPENED: _ANEW,
        Event.OPENED_SPENT: _ANEW_SPENT,
        Event.LOST: _GONE,
        Event.ACK: Step(State.GRANTED, _ALIVE),
        Event.NAK: Step(State.GRANTED, _ALIVE),
        Event.REFUSED: Step(State.GRANTED, _ALIVE),
        Event.LATE: _AGAIN,
        Event.SPENT: Step(State.READY, (Act.FAIL_NO_ANSWER,)),
        Event.ANSWER: _ANSWERED,
        Event.HEARTBEAT_DUE: Step(State.GRANTED, (Act.SEND_HEARTBEAT,)),
    },
}
