"""Folds of what lines say: calls, noise, and how far each line was read.

A call's row points at the entries that tell of it; what they say is read from
the log itself, so a record costs one row here and an erased body shows nowhere.
"""

from __future__ import annotations

from aliquot.console.domain import events as ev
from aliquot.console.domain.calls import (
    CallEvent,
    CallState,
    first_state,
    next_state,
)
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables

_INSERT = (
    "INSERT INTO calls(key, call_id, line, call_key, state, first_at_us, last_at_us,"
    " ours, waiting, heard, records, record_n, signal_n)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_FIND = (
    "SELECT key, state, call_key, last_at_us, records, record_n, signal_n, line,"
    " heard, first_at_us FROM calls WHERE call_id = ?"
)
_UPDATE = (
    "UPDATE calls SET line = ?, call_key = ?, state = ?, first_at_us = ?,"
    " last_at_us = ?, ours = ?, heard = heard + 1, records = ?, record_n = ?,"
    " signal_n = ? WHERE key = ?"
)
_LINE_RECORD = (
    "INSERT INTO marks(name, upto, last_record_us, records) VALUES(?, ?, ?, 1)"
    " ON CONFLICT(name) DO UPDATE SET upto = max(upto, excluded.upto),"
    " last_record_us = excluded.last_record_us, records = records + 1"
)
_LINE_NOISE = (
    "INSERT INTO marks(name, upto, noise) VALUES(?, ?, 1)"
    " ON CONFLICT(name) DO UPDATE SET upto = max(upto, excluded.upto),"
    " noise = noise + 1"
)
_LINE_STATE = (
    "INSERT INTO marks(name, upto, state, message, since_us) VALUES(?, 0, ?, ?, ?)"
    " ON CONFLICT(name) DO UPDATE SET state = excluded.state,"
    " message = excluded.message, since_us = excluded.since_us"
)
_SKELETON = (
    "INSERT INTO calls(key, call_id, line, state, first_at_us, last_at_us,"
    " ours, waiting, heard, records) VALUES(?, ?, '', ?, ?, ?, 0, 0, 0, 0)"
    " ON CONFLICT(call_id) DO NOTHING"
)


def record_received(tables: Tables, entry: Entry, event: ev.LineRecordReceived) -> None:
    counted = int(event.join != "duplicate")
    _heard(tables, entry, event, CallEvent.ALI, None, counted, entry.n, None)
    mark = (f"line:{event.line}", event.end, event.at_us)
    tables.run(_LINE_RECORD, mark)
    tables.touched.add(mark[0])


def call_signalled(tables: Tables, entry: Entry, event: ev.CallSignalled) -> None:
    said = CallEvent(event.kind)
    signal_n = entry.n if event.fields else None
    _heard(tables, entry, event, said, event.call_key, 0, None, signal_n)
    mark = (f"line:{event.line}", event.end, event.at_us)
    tables.run(_LINE_RECORD, mark)
    tables.touched.add(mark[0])


def _heard(
    tables: Tables,
    entry: Entry,
    event: ev.LineRecordReceived | ev.CallSignalled,
    said: CallEvent,
    call_key: str | None,
    counted: int,
    record_n: int | None,
    signal_n: int | None,
) -> None:
    """A new call's row, or what is newer in the row there is."""
    row = tables.one(_FIND, (event.call_id,))
    if row is None:
        state = first_state(said).value
        at = event.at_us
        tables.run(
            _INSERT,
            (
                *(entry.n, event.call_id, event.line, call_key, state, at, at),
                *(event.ours, 1, 1, counted, record_n, signal_n),
            ),
        )
        return
    key, state, old_key, last, records, old_record, old_signal, line, heard, first = row
    tables.run(
        _UPDATE,
        (
            line or event.line,
            old_key or call_key,
            next_state(CallState(state), said).value,
            first if heard else event.at_us,
            max(last, event.at_us) if heard else event.at_us,
            event.ours,
            records + counted,
            record_n or old_record,
            signal_n or old_signal,
            key,
        ),
    )


def noise_heard(tables: Tables, entry: Entry, event: ev.LineNoiseHeard) -> None:
    tables.run(
        "INSERT INTO noise(n, line, at_us, reason) VALUES(?, ?, ?, ?)",
        (entry.n, event.line, event.at_us, event.reason),
    )
    tables.run(_LINE_NOISE, (entry.subject, event.end))


def line_state_changed(
    tables: Tables, entry: Entry, event: ev.LineStateChanged
) -> None:
    values = (entry.subject, event.state, event.message, event.at_us)
    tables.run(_LINE_STATE, values)


def call_taken(tables: Tables, entry: Entry, event: ev.CallTaken) -> None:
    tables.run(
        "UPDATE calls SET waiting = 0, taken_by = ?, form_id = ? WHERE call_id = ?",
        (entry.actor, event.form_id, event.call_id),
    )


def call_set_aside(tables: Tables, entry: Entry, event: ev.CallSetAside) -> None:
    tables.run(
        "UPDATE calls SET waiting = 0, aside = ? WHERE call_id = ?",
        (event.reason, event.call_id),
    )


def call_erased(tables: Tables, entry: Entry) -> None:
    """There was a call; it waits for nobody. Later entries may say more of it."""
    call_id = entry.subject.removeprefix("call:")
    at = entry.utc_us
    values = (entry.n, call_id, CallState.REPORTED.value, at, at)
    tables.run(_SKELETON, values)


def taking_erased(tables: Tables, entry: Entry) -> None:
    """Who took it is in the head; the call must not wait again."""
    call_id = entry.subject.removeprefix("call:")
    tables.run("UPDATE calls SET waiting = 0 WHERE call_id = ?", (call_id,))
