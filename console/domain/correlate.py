"""Which call a record or a signal belongs to. Pure: facts in, an answer out.

Three things tie them: a call key that a CTI source uses again, a number (callback
or pANI), and the position at which both turned up, in that order of trust. A
record that nothing ties to a known call opens a new one: two entries for one
caller cost a glance, one entry for two callers costs a caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from aliquot.console.domain.calls import CallState

DUPLICATE_US = 5 * 10**6
MEETING_US = 30 * 10**6
REBID_US = 10 * 60 * 10**6
TAKEN_LONG_AGO_US = 60 * 60 * 10**6


class Join(Enum):
    """How a record met its call; values as in ``LineRecordReceived.join``."""

    OPENED = "opened"
    JOINED = "joined"
    REBID = "rebid"
    DUPLICATE = "duplicate"


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
    raw: bytes = b""


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


def place_signal(new: Caller, known: Iterable[KnownCall]) -> str | None:
    """The call of a signal whose key is not known yet: one that only a record
    reported, within 30 s, with the same number or at the same position."""
    calls = [call for call in known if call.state is CallState.REPORTED]
    calls.sort(key=lambda call: call.last_at_us, reverse=True)
    near = [c for c in calls if _within(new, c.last_at_us, MEETING_US)]
    for call in near:
        if _shares_number(new, call):
            return call.call_id
    for call in near:
        if _same_position_given(new, call) and not _contradicts(new, call):
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
    if new.position is None or call.position is None:
        return True
    return _same_position_given(new, call)


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
    over = call.state in (CallState.ENDED, CallState.ABANDONED)
    return _within(new, call.last_at_us, MEETING_US if over else REBID_US)


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
    if call.state in (CallState.ENDED, CallState.ABANDONED):
        return False
    if call.taken and not _within(new, call.first_at_us, TAKEN_LONG_AGO_US):
        return False
    alike = _same_caller(new, call) and _positions_agree(new, call)
    return alike and _within(new, call.last_at_us, REBID_US)
