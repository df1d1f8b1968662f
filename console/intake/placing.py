"""From what a line said to the event that is logged."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from aliquot.console.domain import correlate, rebid
from aliquot.console.domain.calls import CallEvent, CallState, counts
from aliquot.console.domain.events import (
    CallSignalled,
    Event,
    Json,
    LineNoiseHeard,
    LineRecordReceived,
)
from aliquot.console.domain.locating import (
    fields_of_answer,
    only_says_where,
)
from aliquot.console.domain.ports import Views
from aliquot.console.domain.rows import CallRow
from aliquot.console.intake.answers import link_of, token_of
from aliquot.console.intake.foreign import heard_event
from aliquot.console.intake.recent import Lookup, RecentCalls
from aliquot.drivers.incidents.api import ForeignHeard
from aliquot.drivers.lines.api import AliRecord, CallSignal, Heard, Noise, NoiseReason


class Reads(Protocol):
    """The read side of one transaction."""

    @property
    def views(self) -> Views: ...

    @property
    def lookup(self) -> Lookup: ...


class Placer:
    """Finds the call of each record and signal. ``positions`` are this console's."""

    def __init__(self, positions: Iterable[str], new_id: Callable[[], str]) -> None:
        self._positions = tuple(positions)
        self._new_id = new_id
        self.recent = RecentCalls()

    def event(self, line: str, heard: Heard, reads: Reads) -> Event:
        """The event of ``heard``; the caller appends it in the same transaction."""
        if isinstance(heard, Noise):
            return _noise(line, heard)
        if isinstance(heard, ForeignHeard):
            return heard_event(line, heard, reads, self._new_id)
        event: LineRecordReceived | CallSignalled
        if isinstance(heard, AliRecord):
            if (token := token_of(heard)) is not None:
                return self._answer(line, heard, token, reads)
            event = self._record(line, heard, reads)
        else:
            event = self._signal(line, heard, reads)
        self.recent.touch((event.subject,))
        return event

    def _record(self, line: str, heard: AliRecord, reads: Reads) -> LineRecordReceived:
        caller = correlate.caller(heard.fields, heard.utc_us, heard.raw)
        known = self.recent.known(reads.views, reads.lookup, heard.utc_us)
        call_id, join = correlate.place_record(caller, known)
        row = _row(call_id, reads.views) if only_says_where(heard.layout) else None
        if row is not None and row.has_record and join is correlate.Join.REBID:
            join = correlate.Join.LOCATED
        return self._event(line, heard, reads, call_id, join)

    def _answer(
        self, line: str, heard: AliRecord, token: str, reads: Reads
    ) -> LineRecordReceived | LineNoiseHeard:
        """To the call that the link was sent for; noise when there is none."""
        link = link_of(heard, token, reads.lookup)
        if link is None:
            return _noise(line, heard)
        row = _row(link.call_id, reads.views)
        join = correlate.Join.OPENED if row is None else correlate.Join.JOINED
        if row is not None and row.has_record:
            join = correlate.Join.LOCATED
        told = replace(heard, fields=fields_of_answer(heard.fields, link.number))
        event = self._event(line, told, reads, link.call_id, join)
        self.recent.touch((event.subject,))
        return event

    def _event(
        self,
        line: str,
        heard: AliRecord,
        reads: Reads,
        call_id: str | None,
        join: correlate.Join,
    ) -> LineRecordReceived:
        caller = correlate.caller(heard.fields, heard.utc_us, heard.raw)
        return LineRecordReceived(
            call_id=call_id or self._new_id(),
            line=line,
            join=join.value,
            ours=correlate.is_ours(caller.position, self._positions),
            at_us=heard.utc_us,
            layout=heard.layout,
            framing=heard.framing.value,
            fields=dict(heard.fields),
            spans=_spans(heard.spans),
            warnings=list(heard.warnings),
            raw=_base64(heard.raw),
            start=heard.start,
            end=heard.end,
            changes=_changes(call_id, join, heard, reads.views),
        )

    def _signal(self, line: str, heard: CallSignal, reads: Reads) -> CallSignalled:
        caller = correlate.caller(heard.fields, heard.utc_us, heard.raw)
        said = CallEvent(heard.kind.value)
        row = self._call_of(line, heard, caller, reads)
        call_id = row.call_id if row is not None else self._new_id()
        position = caller.position or (row.position if row else None)
        leads = row is None or not row.sources or row.line == line
        return CallSignalled(
            call_id=call_id,
            line=line,
            kind=said.value,
            call_key=heard.call_key,
            ours=correlate.is_ours(position, self._positions),
            at_us=heard.utc_us,
            layout=heard.layout,
            fields=dict(heard.fields),
            spans=_spans(heard.spans),
            warnings=list(heard.warnings),
            raw=_base64(heard.raw),
            start=heard.start,
            end=heard.end,
            counts=row is None or counts(CallState(row.state), said, leads),
        )

    def _call_of(
        self, line: str, heard: CallSignal, caller: correlate.Caller, reads: Reads
    ) -> CallRow | None:
        """By its key; by what else is known of it where the key is new."""
        row = reads.lookup.call_by_key(line, heard.call_key)
        if row is not None:
            return row
        known = self.recent.known(reads.views, reads.lookup, heard.utc_us)
        event = CallEvent(heard.kind.value)
        call_id = correlate.place_signal(caller, known, line, event)
        detail = reads.views.call(call_id) if call_id is not None else None
        return detail.row if detail is not None else None


def _changes(
    call_id: str | None, join: correlate.Join, heard: AliRecord, views: Views
) -> dict[str, Json]:
    """Of a rebid: what is other than in the record before it."""
    detail = views.call(call_id) if call_id and join is correlate.Join.REBID else None
    if detail is None:
        return {}
    old = next(
        (r.fields for r in reversed(detail.records) if r.join and r.join != "located"),
        {},
    )
    return rebid.as_json(rebid.differences(old, dict(heard.fields)))


def _row(call_id: str | None, views: Views) -> CallRow | None:
    detail = views.call(call_id) if call_id is not None else None
    return detail.row if detail is not None else None


def _noise(line: str, heard: Noise | AliRecord) -> LineNoiseHeard:
    reason = heard.reason if isinstance(heard, Noise) else NoiseReason.UNKNOWN_LAYOUT
    return LineNoiseHeard(
        line=line,
        at_us=heard.utc_us,
        reason=reason.value,
        raw=_base64(heard.raw),
        start=heard.start,
        end=heard.end,
    )


def _spans(spans: Mapping[str, tuple[int, int]]) -> dict[str, Json]:
    return {name: [start, end] for name, (start, end) in spans.items()}


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
