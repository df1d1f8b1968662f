"""Makes an ALI record of a frame: the layout's fields, read, judged and located."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TypeVar

from aliquot.drivers.lines.address import take_address, take_city_state, take_street
from aliquot.drivers.lines.api import (
    FIELD_NAMES,
    AliRecord,
    Frame,
    Framing,
    LineSettings,
)
from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.field_text import FieldText, RecordText, undecodable
from aliquot.drivers.lines.judge import judge
from aliquot.drivers.lines.layout_align import Grid, align
from aliquot.drivers.lines.layout_strict import align_framed
from aliquot.drivers.lines.layouts import FieldRule, Kind, Layout
from aliquot.drivers.lines.street import is_direction
from aliquot.drivers.lines.values import read

T = TypeVar("T")

# Type digits of a record; what another one means is not known for certain.
RECORD_TYPES = (None, "1", "2", "3")
_FEW_BYTES = 100
_ROLES = ("first_number", "second_number", "callback")


def decode_record(
    layout: Layout, frame: Frame, settings: LineSettings
) -> AliRecord | None:
    """The record in a frame by one layout, or None when it does not fit."""
    not_found = bool(layout.no_record_found) and (
        layout.no_record_found in frame.payload[: layout.starts[1]]
    )
    if not not_found and collapsed(frame.payload):
        return None
    loose = not_found or frame.framing is Framing.WHOLE
    grid = (align if loose else align_framed)(layout, frame.payload)
    if grid is None:
        return None
    draft = Draft(frame.payload_at)
    text = RecordText(layout, grid)
    _take_fields(layout, text, draft, not_found)
    if not_found:
        draft.warn("no_record_found")
    known = frozenset(rule.name for rule in layout.fields)
    judge(layout, known, draft, frame.utc_us, settings, grid.damaged)
    _warn_of_text(layout, frame, grid, draft, not_found)
    return AliRecord(
        layout=layout.name,
        fields=ordered(draft.fields),
        spans=ordered(draft.spans),
        warnings=tuple(sorted(draft.warnings)),
        raw=frame.raw,
        start=frame.start,
        end=frame.end,
        utc_us=frame.utc_us,
        mono_ns=frame.mono_ns,
        framing=frame.framing,
        rules=ordered(draft.rules, draft.fields),
    )


def collapsed(payload: bytes) -> bool:
    """Every run of blanks has become one blank: there are no columns any more.

    No loss of bytes does that to a whole record.
    """
    return len(payload) > _FEW_BYTES and b"  " not in payload


def ordered(
    values: Mapping[str, T], wanted: Container[str] = FIELD_NAMES
) -> dict[str, T]:
    """Values in the order of ``FIELD_NAMES``."""
    names = (name for name in FIELD_NAMES if name in values and name in wanted)
    return {name: values[name] for name in names}


def _take_fields(
    layout: Layout, text: RecordText, draft: Draft, not_found: bool
) -> None:
    last = _last_byte(layout, text)
    for rule in layout.fields:
        if not_found and rule.name not in _ROLES:
            continue
        if text.doubtful(rule.pieces):
            continue
        _take(rule, text, draft, last)
    draft.rule = ""


def _last_byte(layout: Layout, text: RecordText) -> int:
    """Index after the last byte of the record that is not blank."""
    for line in range(len(layout.widths), 0, -1):
        span = text.line(line).strip().span
        if span is not None:
            return span[1]
    return 0


def _take(rule: FieldRule, text: RecordText, draft: Draft, last: int) -> None:
    draft.rule = _words(rule)
    piece = _joined(rule, text, draft)
    value = _without_label(rule, piece, draft)
    if value.blank:
        return
    if rule.name in _ROLES:
        draft.take_role(rule.name, value)
    elif rule.kind is Kind.TEXT:
        draft.add_text(rule.name, value)
    elif rule.kind is Kind.STREET:
        take_street(value, draft)
    elif rule.kind is Kind.ADDRESS:
        take_address(value, draft)
    elif rule.kind is Kind.CITY_STATE:
        take_city_state(value, draft)
    elif rule.kind is Kind.SUFFIX_OR_DIRECTION:
        name = "prefix_directional" if is_direction(value.text) else rule.name
        draft.put(name, value.text, value)
    else:
        found = read(rule.kind, value.text)
        span = value.span
        ends_here = span is not None and span[1] == last
        if found.warnings == ("bad_value",) and ends_here:
            draft.warn("cut")
            return
        draft.warn(*found.warnings)
        if found.value is not None:
            draft.put(rule.name, found.value, value)


def _words(rule: FieldRule) -> str:
    """The rule as a person says it: ``columns 4:17-31 5:0-31``."""
    return "columns " + " ".join(f"{p.line}:{p.first}-{p.last}" for p in rule.pieces)


def _joined(rule: FieldRule, text: RecordText, draft: Draft) -> FieldText:
    pieces = [text.piece(piece) for piece in rule.pieces]
    if rule.spill and len(pieces) > 1 and pieces[-2].text.endswith(" "):
        rest = pieces.pop().strip(" -")
        if not rest.blank:
            draft.add_text(rule.spill, rest)
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole + piece
    return whole


def _without_label(rule: FieldRule, piece: FieldText, draft: Draft) -> FieldText:
    value = piece.strip()
    if not rule.label or value.blank:
        return value
    if value.text.startswith(rule.label):
        return value[len(rule.label) :].strip()
    if not rule.optional_label:
        draft.warn("bad_value")
    return value[:0]


def _warn_of_text(
    layout: Layout, frame: Frame, grid: Grid, draft: Draft, not_found: bool
) -> None:
    draft.warn(*frame.warnings)
    if undecodable(frame.payload):
        draft.warn("undecodable_bytes")
    if grid.reflowed:
        draft.warn("reflowed")
    if grid.damaged:
        draft.warn("damaged")
    if frame.type_digit not in RECORD_TYPES:
        draft.warn("type_digit")
    if not not_found and grid.end <= layout.starts[layout.required_lines - 1]:
        draft.warn("cut")
    if frame.position is not None:
        put_position(frame, draft)


def put_position(frame: Frame, draft: Draft) -> None:
    """The position in front of the payload, where the layout has none itself."""
    before = bytes(value & 0x7F for value in frame.raw[: frame.payload_at])
    end = len(before.rstrip(b" \r\n"))
    draft.rule = "in front of the text"
    draft.put_at("position", str(frame.position), (end - 2, end))
