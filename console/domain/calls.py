"""The life of a call, as far as its sources can tell it.

A call is what somebody is doing at a telephone, not a record: an ALI line only
*reports* that there is one, a CTI source says that it rings, was answered, is on
hold, was handed on, was given up, is over. ``TRANSITIONS[state][event]`` has every
pair, whatever source an event comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class CallState(Enum):
    """What is known of a call. ``REPORTED``: a record came, nothing says it rings."""

    REPORTED = "reported"
    OFFERED = "offered"
    ANSWERED = "answered"
    HELD = "held"
    TRANSFERRED = "transferred"  # handed to another position that did not answer yet
    ABANDONED = "abandoned"
    ENDED = "ended"


class CallEvent(Enum):
    """What can be said of a call: a record, or a signal of a CTI source."""

    OFFERED = "offered"
    ANSWERED = "answered"  # also: taken back from hold
    ALI = "ali"
    REBID = "rebid"  # a further record of the same call
    HELD = "held"
    TRANSFERRED = "transferred"
    ABANDONED = "abandoned"
    ENDED = "ended"
    TROUBLE = "trouble"  # kept as a mark beside the state


OVER = frozenset({CallState.ABANDONED, CallState.ENDED})
SPOKEN = frozenset({CallState.ANSWERED, CallState.HELD, CallState.TRANSFERRED})
"""Somebody has spoken with the caller, and the call is not over."""

_S, _E = CallState, CallEvent


def _stays(state: CallState) -> dict[CallEvent, CallState]:
    """What says nothing of the telephone: records, and trouble."""
    return {_E.ALI: state, _E.REBID: state, _E.TROUBLE: state}


TRANSITIONS: Mapping[CallState, Mapping[CallEvent, CallState]] = {
    _S.REPORTED: {
        _E.OFFERED: _S.OFFERED,
        _E.ANSWERED: _S.ANSWERED,
        _E.HELD: _S.HELD,
        _E.TRANSFERRED: _S.TRANSFERRED,
        _E.ABANDONED: _S.ABANDONED,
        _E.ENDED: _S.ENDED,
        **_stays(_S.REPORTED),
    },
    _S.OFFERED: {
        _E.OFFERED: _S.OFFERED,
        _E.ANSWERED: _S.ANSWERED,
        _E.HELD: _S.HELD,  # that it was answered was not heard
        _E.TRANSFERRED: _S.OFFERED,  # it rings at another set
        _E.ABANDONED: _S.ABANDONED,
        _E.ENDED: _S.ENDED,
        **_stays(_S.OFFERED),
    },
    _S.ANSWERED: {
        _E.OFFERED: _S.ANSWERED,  # a transfer rings at another set: still answered
        _E.ANSWERED: _S.ANSWERED,
        _E.HELD: _S.HELD,
        _E.TRANSFERRED: _S.TRANSFERRED,
        _E.ABANDONED: _S.ENDED,  # who was spoken to did not give up unheard
        _E.ENDED: _S.ENDED,
        **_stays(_S.ANSWERED),
    },
    _S.HELD: {
        _E.OFFERED: _S.HELD,
        _E.ANSWERED: _S.ANSWERED,  # taken back
        _E.HELD: _S.HELD,
        _E.TRANSFERRED: _S.TRANSFERRED,
        _E.ABANDONED: _S.ENDED,
        _E.ENDED: _S.ENDED,
        **_stays(_S.HELD),
    },
    _S.TRANSFERRED: {
        _E.OFFERED: _S.TRANSFERRED,  # it rings at the new position
        _E.ANSWERED: _S.ANSWERED,
        _E.HELD: _S.HELD,
        _E.TRANSFERRED: _S.TRANSFERRED,
        _E.ABANDONED: _S.ENDED,
        _E.ENDED: _S.ENDED,
        **_stays(_S.TRANSFERRED),
    },
    _S.ABANDONED: {
        _E.OFFERED: _S.OFFERED,  # the queue offers it again
        _E.ANSWERED: _S.ANSWERED,
        _E.HELD: _S.HELD,
        _E.TRANSFERRED: _S.TRANSFERRED,
        _E.ABANDONED: _S.ABANDONED,
        _E.ENDED: _S.ABANDONED,  # nobody spoke with them: that must stay visible
        **_stays(_S.ABANDONED),
    },
    _S.ENDED: {event: _S.ENDED for event in CallEvent},
}


def first_state(event: CallEvent) -> CallState:
    """State of a call whose first news is ``event``."""
    return TRANSITIONS[CallState.REPORTED][event]


def next_state(state: CallState, event: CallEvent) -> CallState:
    return TRANSITIONS[state][event]


def counts(state: CallState, event: CallEvent, leads: bool) -> bool:
    """Whether what a source says moves the state. ``leads``: it is the source that
    the call is known by. A second one that says *abandoned* of a call that is spoken
    on has only heard that its own ringing stopped."""
    return leads or event is not CallEvent.ABANDONED or state not in SPOKEN
