"""The life of a call, as far as a line can tell it.

A call is what somebody is doing at a telephone, not a record: an ALI line only
*reports* that there is one, a CTI source says that it rings, was answered, was
given up, is over. ``TRANSITIONS[state][event]`` has every pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class CallState(Enum):
    """What is known of a call. ``REPORTED``: a record came, nothing says it rings."""

    REPORTED = "reported"
    OFFERED = "offered"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    ENDED = "ended"


class CallEvent(Enum):
    """What a line can say: an ALI record, or one of the signals of a CTI source."""

    ALI = "ali"
    OFFERED = "offered"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    ENDED = "ended"


_S, _E = CallState, CallEvent

TRANSITIONS: Mapping[CallState, Mapping[CallEvent, CallState]] = {
    _S.REPORTED: {
        _E.ALI: _S.REPORTED,
        _E.OFFERED: _S.OFFERED,
        _E.ANSWERED: _S.ANSWERED,
        _E.ABANDONED: _S.ABANDONED,
        _E.ENDED: _S.ENDED,
    },
    _S.OFFERED: {
        _E.ALI: _S.OFFERED,
        _E.OFFERED: _S.OFFERED,
        _E.ANSWERED: _S.ANSWERED,
        _E.ABANDONED: _S.ABANDONED,
        _E.ENDED: _S.ENDED,
    },
    _S.ANSWERED: {
        _E.ALI: _S.ANSWERED,
        _E.OFFERED: _S.ANSWERED,  # a transfer rings at another set: still answered
        _E.ANSWERED: _S.ANSWERED,
        _E.ABANDONED: _S.ENDED,  # who was spoken to did not give up unheard
        _E.ENDED: _S.ENDED,
    },
    _S.ABANDONED: {
        _E.ALI: _S.ABANDONED,
        _E.OFFERED: _S.OFFERED,  # the queue offers it again
        _E.ANSWERED: _S.ANSWERED,
        _E.ABANDONED: _S.ABANDONED,
        _E.ENDED: _S.ABANDONED,  # nobody spoke with them: that must stay visible
    },
    _S.ENDED: {
        _E.ALI: _S.ENDED,
        _E.OFFERED: _S.ENDED,
        _E.ANSWERED: _S.ENDED,
        _E.ABANDONED: _S.ENDED,
        _E.ENDED: _S.ENDED,
    },
}


def first_state(event: CallEvent) -> CallState:
    """State of a call whose first news is ``event``."""
    return TRANSITIONS[CallState.REPORTED][event]


def next_state(state: CallState, event: CallEvent) -> CallState:
    return TRANSITIONS[state][event]
