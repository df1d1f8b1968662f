"""Rows of calls, put together from a call's fold and the entries it points at."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable
from typing import Any

from aliquot.console.domain.events import Json
from aliquot.console.domain.rows import CallRow, HeardCounts, RecordRow
from aliquot.console.store.canonical import decoded
from aliquot.console.store.marks import UNLISTED

Read = Callable[..., list[tuple[Any, ...]]]

CALLS = (
    "SELECT c.call_id, c.state, c.line, c.first_at_us, c.last_at_us, c.ours,"
    " c.waiting, c.records, coalesce(p.name, c.taken_by), c.form_id, c.incident_id,"
    " iif(c.call_key IS NULL, '', c.line),"
    " (SELECT group_concat(line) FROM call_keys AS k WHERE k.call_id = c.call_id),"
    " coalesce(c.signal_n > c.record_n, 1), r.body, s.body, t.body FROM calls AS c"
    " LEFT JOIN heads AS r ON r.n = c.record_n"
    " LEFT JOIN heads AS s ON s.n = c.signal_n"
    " LEFT JOIN heads AS t ON t.n = c.trouble_n"
    " LEFT JOIN people AS p ON p.person_id = c.taken_by"
)

_LAST = "SELECT state, ours, key, call_id FROM calls WHERE heard != '' AND"
# The last ``?1`` calls, by the log: the wall clock may have been set back meanwhile.
_NEWEST = (
    f"SELECT * FROM ({_LAST} listed = 1 ORDER BY key DESC LIMIT ?1)"
    f" UNION ALL {_LAST} listed = 0 AND call_id IN ({UNLISTED})"
    " ORDER BY key DESC LIMIT ?1"
)
NEWEST = f"WHERE c.call_id IN (SELECT call_id FROM ({_NEWEST})) ORDER BY c.key DESC"
# Ours and not yet taken: live calls oldest first, then those that are over.
WAITING = (
    "WHERE c.call_id IN (SELECT call_id FROM calls WHERE listed = 1 AND waiting = 1"
    f" UNION ALL {UNLISTED}) AND c.waiting = 1 AND c.ours = 1 AND c.heard != ''"
    " ORDER BY c.state IN ('abandoned', 'ended'), c.key"
)
# Heard of at or after ``?1``, oldest first.
SINCE = (
    "WHERE c.call_id IN (SELECT call_id FROM calls WHERE listed = 1"
    f" AND waiting IN (0, 1) AND last_at_us >= ?1 UNION ALL {UNLISTED})"
    " AND c.last_at_us >= ?1 AND c.heard != '' ORDER BY c.key"
)
# Our abandoned calls, and those of others, of the last ``?1`` calls.
_CALL_COUNTS = (
    "SELECT count(*) FILTER (WHERE ours AND state = 'abandoned'),"
    f" count(*) FILTER (WHERE NOT ours) FROM ({_NEWEST})"
)
_NOISE_COUNTS = (
    "SELECT reason, count(*) FROM (SELECT reason FROM noise ORDER BY n DESC"
    " LIMIT ?1) GROUP BY reason"
)

_ADDRESS = (
    "house_number",
    "house_number_suffix",
    "prefix_directional",
    "street_name",
    "street_suffix",
    "post_directional",
    "unit",
)


def heard_counts(read: Read, limit: int) -> HeardCounts:
    """No body is read: this is asked after each change."""
    ((abandoned, elsewhere),) = read(_CALL_COUNTS, limit)
    noise: dict[str, int] = dict(read(_NOISE_COUNTS, limit))
    return HeardCounts(abandoned=abandoned, elsewhere=elsewhere, noise=noise)


def call_row(row: tuple[Any, ...]) -> CallRow:
    """A row of ``CALLS``. What the record says comes before what a signal said, but
    for the position: a call moves, and the newer of the two knows where to."""
    *head, leads, more, moved, record_body, signal_body, trouble_body = row
    record = decoded(record_body) if record_body else {}
    signal = decoded(signal_body) if signal_body else {}
    fields = {**_part(signal), **_part(record)}
    call_id, state, line, first, last, ours, waiting, records, taken, form, inc = head
    newest = record or signal
    positions = _positions(signal, record) if moved else _positions(record, signal)
    return CallRow(
        call_id=call_id,
        state=state,
        line=line,
        first_at_us=first,
        last_at_us=last,
        ours=bool(ours),
        waiting=bool(waiting),
        has_record=bool(record),
        records=records,
        address=address(fields),
        warnings=texts(newest.get("warnings")),
        raw=raw(newest),
        taken_by=taken,
        form_id=form,
        incident_id=inc,
        position=next(iter(positions), None),
        callback_number=_text(fields.get("callback_number")),
        pani=_text(fields.get("pani")),
        class_of_service=_text(fields.get("class_of_service")),
        customer_name=_text(fields.get("customer_name")),
        community=_text(fields.get("community")),
        latitude=_number(fields.get("latitude")),
        longitude=_number(fields.get("longitude")),
        uncertainty_m=_number(fields.get("uncertainty_m")),
        confidence_pct=_number(fields.get("confidence_pct")),
        trouble=_trouble(decoded(trouble_body)) if trouble_body else None,
        positions=positions,
        sources=tuple(sorted(filter(None, {leads, *(more or "").split(",")}))),
    )


def _positions(*bodies: dict[str, Json]) -> tuple[str, ...]:
    said = (_text(_part(body).get("position")) for body in bodies)
    return tuple(dict.fromkeys(p for p in said if p))


def _trouble(body: dict[str, Json]) -> str:
    """In the words of the source, which are a note or a code."""
    return _text(_part(body).get("note")) or "not said what"


def record_row(kind: str, body: bytes) -> RecordRow:
    """Of the body of a record or signal. ``kind`` is the event's type."""
    said = decoded(body)
    return RecordRow(
        at_us=_int(said.get("at_us")),
        kind="ali" if kind == "line.record_received" else str(said.get("kind")),
        join=_text(said.get("join")),
        layout=str(said.get("layout", "")),
        fields=_part(said),
        warnings=texts(said.get("warnings")),
        raw=raw(said),
    )


def address(fields: dict[str, Json]) -> str | None:
    """One line, in the order of a street address; None when there is no street."""
    parts = [str(fields[name]) for name in _ADDRESS if name in fields]
    return " ".join(parts) if "street_name" in fields else None


def raw(body: dict[str, Json]) -> bytes:
    try:
        return b64decode(str(body.get("raw", "")))
    except Base64Error:
        return b""


def texts(value: Json) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, Iterable) else ()


def _part(body: dict[str, Json]) -> dict[str, Json]:
    fields = body.get("fields")
    return fields if isinstance(fields, dict) else {}


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _int(value: Json) -> int:
    return value if isinstance(value, int) else 0
