"""The calls of the last minutes, kept at hand so that a record need not look for
its call in the whole log. What changed is read again from the log, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from aliquot.console.domain.calls import CallState
from aliquot.console.domain.correlate import LONGEST_US, REBID_US, KnownCall
from aliquot.console.domain.foreign import ForeignNow
from aliquot.console.domain.locating import LinkRow
from aliquot.console.domain.ports import Views
from aliquot.console.domain.rows import CallRow


class Lookup(Protocol):
    """What placing asks of the log."""

    def calls_since(self, utc_us: int) -> tuple[CallRow, ...]: ...

    def call_by_key(self, line: str, call_key: str) -> CallRow | None: ...

    def foreign(self, source: str, source_id: str) -> ForeignNow | None: ...

    def location_link(self, token_sha256: str) -> LinkRow | None: ...

    def next_incident_number(self) -> int: ...


class RecentCalls:
    """Facts of recent calls by id. ``stale`` ids are read again when next needed."""

    def __init__(self) -> None:
        self._known: dict[str, KnownCall] | None = None
        self._stale: set[str] = set()

    def touch(self, subjects: Iterable[str]) -> None:
        """Something was said of these, or done with them."""
        for subject in subjects:
            if subject.startswith("call:"):
                self._stale.add(subject.removeprefix("call:"))

    def forget(self) -> None:
        """A transaction was rolled back: what was read in it may never have been."""
        self._known = None

    def known(self, views: Views, lookup: Lookup, at_us: int) -> list[KnownCall]:
        """Calls heard of within ten minutes of ``at_us`` (UTC µs) or later, and those
        that a CTI source began and did not end."""
        since = at_us - REBID_US
        if self._known is None:
            rows = lookup.calls_since(at_us - LONGEST_US)
            self._known = {row.call_id: known_call(row) for row in rows}
            self._stale.clear()
        for call_id in self._stale:
            detail = views.call(call_id)
            if detail is None:
                self._known.pop(call_id, None)
            else:
                self._known[call_id] = known_call(detail.row)
        self._stale.clear()
        for old in [c for c in self._known.values() if _is_old(c, since, at_us)]:
            del self._known[old.call_id]
        return list(self._known.values())


def _is_old(call: KnownCall, since_us: int, at_us: int) -> bool:
    if call.last_at_us >= since_us:
        return False
    return call.over or not call.sources or call.first_at_us < at_us - LONGEST_US


def known_call(row: CallRow) -> KnownCall:
    """The facts of a row that correlation looks at."""
    taken = row.form_id is not None
    return KnownCall(
        call_id=row.call_id,
        state=CallState(row.state),
        first_at_us=row.first_at_us,
        last_at_us=row.last_at_us,
        has_record=row.has_record,
        taken=taken,
        set_aside=not row.waiting and not taken and row.incident_id is None,
        callback_number=row.callback_number,
        pani=row.pani,
        position=row.position,
        positions=row.positions,
        sources=row.sources,
        raw=row.raw,
    )
