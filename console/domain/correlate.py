"""Which call a record or a signal belongs to. Pure: facts in, an answer out.

Three things tie them: a call key that a CTI source uses again, a number (callback
or pANI), and the position at which both turned up, in that order of trust. A
record that nothing ties to a known call opens a new one: two entries for one
caller cost a glance, one entry for two callers costs a caller.

Several sources may tell of one call: an ALI line, the telephone system, a modem on
the same trunk, call records at its end. A source names a call by one key, so a
second key of the same line is another call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from aliquot.console.domain.calls import OVER, CallEvent, CallState

DUPLICATE_US = 5 * 10**6
MEETING_US = 30 * 10**6
REBID_US = 10 * 60 * 10**6
TAKEN_LONG_AGO_US = 60 * 60 * 10**6
LONGEST_US = 6 * 60 * 60 * 10**6  # a call of a CTI source may go on so long


class Join(Enum):
    """How a record met its call; values as in ``LineRecordReceived.join``."""

    OPENED = "opened"
    JOINED = "joined"
    REBID = "rebid"
    DUPLICATE = "duplicate"
    LOCATED = "located"  # it says where the telephone is, and nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What a record or signal says of who calls, and where it turned up."""

    at_us: int
    callback_number: str | None = None
    pani: str | None = None
    position: str | None = None
    raw: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCall:
    """What is known of a call on the same line. ``raw`` is its newest record.

    ``set_aside``: a person decided that it needs no form. ``taken``: it is in one.
    ``positions``: all that it is known to have been at. ``sources``: lines that have
    a key of their own for it.
    """

    call_id: str
    state: CallState
    first_at_us: int
    last_at_us: int
    has_record: bool
    taken: bool = False
    set_aside: bool = False
    callback_number: str | None = None
    pani: str | None = None
    position: str | None = None
    positions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    raw: bytes = b""

    @property
    def over(self) -> bool:
        return self.state in OVER


def caller(fields: Mapping[str, object], at_us: int, raw: bytes) -> Caller:
    """From the fields of a record or signal."""

    def text(name: str) -> str | None:
        value = fields.get(name)
        return value if isinstance(value, str) and value else None

    return Caller(
        at_us=at_us,
        callback_number=text("callback_number"),
        pani=text("pani"),
        position=text("position"),
        raw=raw,
    )


def place_record(new: Caller, known: Iterable[KnownCall]) -> tuple[str | None, Join]:
    """The call of an ALI record, None for a new one, and how it met it."""
    calls = sorted(known, key=lambda call: call.last_at_us, reverse=True)
    for join, test in (
        (Join.DUPLICATE, _is_duplicate),
        (Join.JOINED, _meets_by_number),
        (Join.REBID, _is_rebid),
        (Join.JOINED, _meets_by_position),
    ):
        for call in calls:
            if test(new, call):
                return call.call_id, join
    return None, Join.OPENED


def place_signal(
    new: Caller,
    known: Iterable[KnownCall],
    line: str = "",
    event: CallEvent = CallEvent.OFFERED,
) -> str | None:
    """The call of a signal of ``line`` whose key is not known yet; None: a new one.

    One that only a record reported within 30 s, or one of another source that has the
    same number and is near in time: at its beginning for what is offered, until
    its end for what comes later.
    """
    free = [call for call in known if line not in call.sources]
    free.sort(key=lambda call: call.last_at_us, reverse=True)
    reported = [c for c in free if not c.sources and c.state is CallState.REPORTED]
    near = [c for c in reported if _within(new, c.last_at_us, MEETING_US)]
    for test in (_shares_number, _stands_at):
        for call in near:
            if test(new, call):
                return call.call_id
    offered = event is CallEvent.OFFERED
    led = [c for c in free if c.sources and _same_time(new, c, offered)]
    led.sort(key=lambda call: abs(call.first_at_us - new.at_us))
    for test in (_is_told_elsewhere, _stands_at_once):
        for call in led:
            if test(new, call):
                return call.call_id
    return None


def is_ours(position: str | None, positions: Iterable[str]) -> bool:
    """A record without a position is ours; so is all when none is configured."""
    wanted = {normal_position(p) for p in positions}
    return position is None or not wanted or normal_position(position) in wanted


def normal_position(position: str) -> str:
    """``1`` and ``01`` are one position."""
    text = position.strip()
    return text.lstrip("0") or "0" if text.isdigit() else text.upper()


def _within(new: Caller, since_us: int, limit_us: int) -> bool:
    return abs(new.at_us - since_us) <= limit_us


def _numbers(of: Caller | KnownCall) -> set[str]:
    return {number for number in (of.callback_number, of.pani) if number}


def _shares_number(new: Caller, call: KnownCall) -> bool:
    return bool(_numbers(new) & _numbers(call))


def _same_caller(new: Caller, call: KnownCall) -> bool:
    """pANIs are lent out again within minutes: two callbacks outweigh them."""
    if new.callback_number and call.callback_number:
        return new.callback_number == call.callback_number
    return _shares_number(new, call)


def _same_position_given(new: Caller, call: KnownCall) -> bool:
    if new.position is None or call.position is None:
        return False
    return normal_position(new.position) == normal_position(call.position)


def _positions_agree(new: Caller, call: KnownCall) -> bool:
    """A call that was handed on is also known where it came from."""
    if new.position is None or call.position is None:
        return True
    at = normal_position(new.position)
    return at in {normal_position(p) for p in (call.position, *call.positions)}


def _stands_at(new: Caller, call: KnownCall) -> bool:
    return _same_position_given(new, call) and not _contradicts(new, call)


def _same_time(new: Caller, call: KnownCall, offered: bool) -> bool:
    if offered:
        return not call.over and _within(new, call.first_at_us, MEETING_US)
    if call.over:
        return _within(new, call.last_at_us, MEETING_US)
    return -MEETING_US <= new.at_us - call.first_at_us <= LONGEST_US


def _is_told_elsewhere(new: Caller, call: KnownCall) -> bool:
    return _shares_number(new, call) and _positions_agree(new, call)


def _stands_at_once(new: Caller, call: KnownCall) -> bool:
    """Without a number on one side only what rings in the same moment is the same."""
    return _stands_at(new, call) and _within(new, call.first_at_us, DUPLICATE_US)


def _is_duplicate(new: Caller, call: KnownCall) -> bool:
    same = call.has_record and new.raw == call.raw
    return same and _within(new, call.last_at_us, DUPLICATE_US)


def _awaits_record(new: Caller, call: KnownCall) -> bool:
    if call.has_record or call.set_aside:
        return False
    return _within(new, call.first_at_us, MEETING_US)


def _meets_by_number(new: Caller, call: KnownCall) -> bool:
    if call.has_record or call.set_aside or not _shares_number(new, call):
        return False
    return _within(new, call.last_at_us, MEETING_US if call.over else REBID_US)


def _contradicts(new: Caller, call: KnownCall) -> bool:
    """Both give a number, and none is of both: two callers until a person knows."""
    return bool(_numbers(new) and _numbers(call)) and not _shares_number(new, call)


def _meets_by_position(new: Caller, call: KnownCall) -> bool:
    if _contradicts(new, call):
        return False
    return _awaits_record(new, call) and _same_position_given(new, call)


def _is_rebid(new: Caller, call: KnownCall) -> bool:
    if not call.has_record or call.set_aside:
        return False
    if call.over:
        return False
    if call.taken and not _within(new, call.first_at_us, TAKEN_LONG_AGO_US):
        return False
    alike = _same_caller(new, call) and _positions_agree(new, call)
    return alike and _within(new, call.last_at_us, REBID_US)
