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
from aliquot.console.store.marks import Heard


def _state_after(said: CallEvent) -> str:
    """``TRANSITIONS`` for one event, as SQL over the column ``state``."""
    cases = " ".join(
        f"WHEN '{state.value}' THEN '{next_state(state, said).value}'"
        for state in CallState
    )
    return f"CASE state {cases} END"


def _hear(said: CallEvent) -> str:
    """A new call's row, or what is newer in the row there is.

    ``heard`` lists the entries that tell of the call; a row without any is what an
    erasure left. A call that one line reported and another gave its key is of the
    latter: a key means something on its own line only.
    """
    return (
        "INSERT INTO calls(call_id, key, line, call_key, state, first_at_us,"
        " last_at_us, ours, waiting, heard, records, record_n, signal_n, trouble_n,"
        f" listed) VALUES(?, ?, ?, ?, '{first_state(said).value}', ?, ?, ?, 1, ?, ?,"
        " ?, ?, ?, ?)"
        " ON CONFLICT(call_id) DO UPDATE SET"
        " line = iif(heard = '' OR (call_key IS NULL AND"
        " excluded.call_key IS NOT NULL), excluded.line, line),"
        " first_at_us = iif(heard = '', excluded.first_at_us, first_at_us),"
        " last_at_us = iif(heard = '', excluded.last_at_us,"
        " max(last_at_us, excluded.last_at_us)),"
        " heard = iif(heard = '', excluded.heard, heard || ',' || excluded.heard),"
        f" state = {_state_after(said)},"
        " call_key = coalesce(call_key, excluded.call_key),"
        " listed = max(listed, excluded.listed), ours = excluded.ours,"
        " records = records + excluded.records,"
        " record_n = coalesce(excluded.record_n, record_n),"
        " signal_n = coalesce(excluded.signal_n, signal_n),"
        " trouble_n = coalesce(excluded.trouble_n, trouble_n)"
    )


# One statement a thing heard: the table of states is compiled into it.
_HEAR = {said: _hear(said) for said in CallEvent}
_HEAR_ALI, _HEAR_REBID = _HEAR[CallEvent.ALI], _HEAR[CallEvent.REBID]
# A key of a second source of a call: the first one's is in the call's own row.
_ALSO_KEYED = (
    "INSERT INTO call_keys(key, line, call_key, call_id) SELECT ?1, ?2, ?3, ?4"
    " WHERE NOT EXISTS (SELECT 1 FROM calls"
    " WHERE call_id = ?4 AND line = ?2 AND call_key = ?3)"
    " ON CONFLICT(key) DO UPDATE SET call_id = excluded.call_id"
)
_LINE_STATE = (
    "INSERT INTO marks(name, upto, state, message, since_us, asks)"
    " VALUES(?, 0, ?, ?, ?, ?) ON CONFLICT(name) DO UPDATE SET"
    " since_us = iif(state IS excluded.state, since_us, excluded.since_us),"
    " state = excluded.state, message = excluded.message, asks = excluded.asks"
)
_SKELETON = (
    "INSERT INTO calls(call_id, key, line, state, first_at_us, last_at_us,"
    " ours, waiting, heard, records) VALUES(?, ?, '', ?, ?, ?, 0, 0, '', 0)"
    " ON CONFLICT(call_id) DO NOTHING"
)


def record_received(tables: Tables, entry: Entry, event: ev.LineRecordReceived) -> None:
    n, at = entry.n, event.at_us
    where = event.join == "located"  # it says that and nothing else
    counted = int(event.join != "duplicate" and not where)
    tables.run(
        _HEAR_REBID if event.join == "rebid" else _HEAR_ALI,
        (
            *(event.call_id, n, event.line, None, at, at, event.ours),
            *(str(n), counted, None if where else n, None, None, tables.marks.listed),
        ),
    )
    _line_went_on(tables, event)


def call_signalled(tables: Tables, entry: Entry, event: ev.CallSignalled) -> None:
    n, at = entry.n, event.at_us
    said = CallEvent(event.kind)
    trouble = n if said is CallEvent.TROUBLE else None
    tables.run(
        _HEAR[said if event.counts else CallEvent.ALI],
        (
            *(event.call_id, n, event.line, event.call_key, at, at, event.ours),
            *(str(n), 0, None, n if event.fields else None, trouble),
            tables.marks.listed,
        ),
    )
    key = f"{event.line}\x1f{event.call_key}"
    tables.run(_ALSO_KEYED, (key, event.line, event.call_key, event.call_id))
    _line_went_on(tables, event)


def noise_heard(tables: Tables, entry: Entry, event: ev.LineNoiseHeard) -> None:
    tables.run(
        "INSERT INTO noise(n, line, at_us, reason) VALUES(?, ?, ?, ?)",
        (entry.n, event.line, event.at_us, event.reason),
    )
    _line_went_on(tables, event)


def _line_went_on(tables: Tables, event: Heard) -> None:
    tables.marks.hear(event)
    tables.touched.add(f"line:{event.line}")


def line_state_changed(
    tables: Tables, entry: Entry, event: ev.LineStateChanged
) -> None:
    asks = ",".join(event.asks) or None
    values = (entry.subject, event.state, event.message, event.at_us, asks)
    tables.run(_LINE_STATE, values)


def line_asked(
    tables: Tables, entry: Entry, event: ev.LineAsked | ev.LineAskFailed
) -> None:
    """It stands in the log; no table has it."""


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
    values = (call_id, entry.n, CallState.REPORTED.value, at, at)
    tables.run(_SKELETON, values)


def taking_erased(tables: Tables, entry: Entry) -> None:
    """Who took it is in the head; the call must not wait again."""
    call_id = entry.subject.removeprefix("call:")
    tables.run("UPDATE calls SET waiting = 0 WHERE call_id = ?", (call_id,))
