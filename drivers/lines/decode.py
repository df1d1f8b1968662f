"""Makes an ALI record of a frame: the layout's fields, read, judged and located."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from aliquot.drivers.lines.api import (
    FIELD_NAMES,
    AliRecord,
    FieldValue,
    Frame,
    Framing,
    Heard,
    LineSettings,
    Noise,
    NoiseReason,
    OpenCall,
)
from aliquot.drivers.lines.checks import (
    check_confidence,
    check_point,
    check_uncertainty,
    infer_year,
    is_future,
    is_stale,
)
from aliquot.drivers.lines.decode_numbers import resolve_numbers
from aliquot.drivers.lines.detect import Detector
from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.field_text import FieldText, RecordText, undecodable
from aliquot.drivers.lines.layout_align import Grid, align
from aliquot.drivers.lines.layout_strict import align_framed
from aliquot.drivers.lines.layouts import FieldRule, Kind, Layout, choose
from aliquot.drivers.lines.street import cut_sector, is_direction, split_street
from aliquot.drivers.lines.values import PHASED, WIRELESS, read

T = TypeVar("T")

# Type digits of a record; what another one means is not known for certain.
_RECORD_TYPES = (None, "1", "2", "3")
_ROLES = ("first_number", "second_number", "callback")
_ADDRESS = {"street_name", "house_number"}
_NOT_FOUND_CLASS = "UNKN"
_FAILED_CLASS = "FAIL"


class AliDecoder:
    """Frames to records. Holds nothing between frames; never raises on bytes."""

    def __init__(self, settings: LineSettings) -> None:
        """Raises ``LayoutError`` for a layout name that there is not."""
        self._settings = settings
        self._detector = Detector(choose(settings.layouts))

    def decode(self, frame: Frame) -> Sequence[Heard]:
        for layout in self._detector.rank(frame.payload):
            record = decode_record(layout, frame, self._settings)
            if record is not None:
                return (record,)
        return (unknown(frame),)

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """An ALI line knows of no open calls."""


def unknown(frame: Frame) -> Noise:
    """A frame that no layout recognises."""
    return Noise(
        frame.raw,
        frame.start,
        frame.end,
        frame.utc_us,
        frame.mono_ns,
        NoiseReason.UNKNOWN_LAYOUT,
    )


def decode_record(
    layout: Layout, frame: Frame, settings: LineSettings
) -> AliRecord | None:
    """The record in a frame by one layout, or None when it does not fit."""
    not_found = bool(layout.no_record_found) and (
        layout.no_record_found in frame.payload[: layout.starts[1]]
    )
    loose = not_found or frame.framing is Framing.WHOLE
    grid = (align if loose else align_framed)(layout, frame.payload)
    if grid is None:
        return None
    draft = Draft(frame.payload_at)
    text = RecordText(layout, grid)
    _take_fields(layout, text, draft, not_found)
    if not_found:
        draft.warn("no_record_found")
    _judge(layout, frame, grid, draft, settings)
    _warn_of_text(layout, frame, grid, draft, not_found)
    return AliRecord(
        layout=layout.name,
        fields=_ordered(draft.fields),
        spans=_ordered(draft.spans),
        warnings=tuple(sorted(draft.warnings)),
        raw=frame.raw,
        start=frame.start,
        end=frame.end,
        utc_us=frame.utc_us,
        mono_ns=frame.mono_ns,
        framing=frame.framing,
    )


def _ordered(values: Mapping[str, T]) -> dict[str, T]:
    return {name: values[name] for name in FIELD_NAMES if name in values}


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


def _last_byte(layout: Layout, text: RecordText) -> int:
    """Index after the last byte of the record that is not blank."""
    for line in range(len(layout.widths), 0, -1):
        span = text.line(line).strip().span
        if span is not None:
            return span[1]
    return 0


def _take(rule: FieldRule, text: RecordText, draft: Draft, last: int) -> None:
    piece = _joined(rule, text, draft)
    value = _without_label(rule, piece, draft)
    if value.blank:
        return
    if rule.name in _ROLES:
        draft.roles[rule.name] = value
    elif rule.kind is Kind.TEXT:
        draft.add_text(rule.name, value)
    elif rule.kind is Kind.STREET:
        _take_street(value, draft)
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


def _take_street(value: FieldText, draft: Draft) -> None:
    street, sector = cut_sector(value)
    for name, part in split_street(street).items():
        draft.put(name, part.text, part)
    if sector is not None:
        draft.add_text("location", sector)


def _judge(
    layout: Layout, frame: Frame, grid: Grid, draft: Draft, settings: LineSettings
) -> None:
    service = str(draft.fields.get("class_of_service", ""))
    if not service and grid.damaged and draft.fields.keys() & _ADDRESS:
        draft.warn("class_not_readable")
    if service == _NOT_FOUND_CLASS:
        draft.warn("no_record_found")
    if service == _FAILED_CLASS:
        draft.warn("ani_failure")
    resolve_numbers(layout, draft, service)
    if service in WIRELESS and draft.fields.keys() & _ADDRESS:
        draft.warn("wireless_address_is_tower")
    _judge_point(layout, draft, settings, service)
    _judge_radius(layout, draft, service)
    _judge_time(draft, frame.utc_us, settings)


def _judge_point(
    layout: Layout, draft: Draft, settings: LineSettings, service: str
) -> None:
    latitude, longitude = draft.drop("latitude"), draft.drop("longitude")
    if latitude is None or longitude is None:
        if service in PHASED and layout.has("latitude"):
            draft.warn("no_fix")
        return
    point = check_point(
        _number(latitude[0]),
        _number(longitude[0]),
        settings.extent,
        settings.site_country,
    )
    draft.warn(*point.warnings)
    if point.latitude is None or point.longitude is None:
        return
    if "lat_lon_swapped" in point.warnings:
        latitude, longitude = longitude, latitude
    draft.put_at("latitude", point.latitude, latitude[1])
    draft.put_at("longitude", point.longitude, longitude[1])


def _number(value: FieldValue) -> float:
    return math.nan if isinstance(value, str) else float(value)


def _judge_radius(layout: Layout, draft: Draft, service: str) -> None:
    """Blank is only worth a word where a point is, or should be."""
    wanted = "latitude" in draft.fields or service in PHASED
    checks = (
        ("uncertainty_m", check_uncertainty),
        ("confidence_pct", check_confidence),
    )
    for name, check in checks:
        taken = draft.drop(name)
        if taken is None and not (wanted and layout.has(name)):
            continue
        value, warnings = check(None if taken is None else _number(taken[0]))
        draft.warn(*warnings)
        if taken is not None and value is not None:
            draft.put_at(name, taken[0], taken[1])


def _judge_time(draft: Draft, arrived_us: int, settings: LineSettings) -> None:
    text = draft.fields.get("record_date")
    if not isinstance(text, str) or not arrived_us:
        return
    hour, minute, second = _clock(str(draft.fields.get("record_time", "12:00")))
    month, day = int(text[2:4]), int(text[5:7])
    day_of = infer_year(month, day, hour, minute, arrived_us)
    if day_of is None:
        draft.warn("bad_value")
        return
    draft.fields["record_date"] = day_of.isoformat()
    draft.warn("year_inferred")
    if is_future(day_of, arrived_us):
        draft.warn("future_date")
    if "record_time" in draft.fields:
        moment = _moment(day_of, hour, minute, second)
        if is_stale(moment, arrived_us, settings.time_zone):
            draft.warn("stale")


def _clock(text: str) -> tuple[int, int, int]:
    parts = [int(part) for part in text.split(":")]
    return parts[0], parts[1], parts[2] if len(parts) > 2 else 0


def _moment(day: date, hour: int, minute: int, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001


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
    if frame.type_digit not in _RECORD_TYPES:
        draft.warn("type_digit")
    if not not_found and grid.end <= layout.starts[layout.required_lines - 1]:
        draft.warn("cut")
    if frame.position is not None:
        _put_position(frame, draft)


def _put_position(frame: Frame, draft: Draft) -> None:
    """The position in front of the payload, where the layout has none itself."""
    before = bytes(value & 0x7F for value in frame.raw[: frame.payload_at])
    end = len(before.rstrip(b" "))
    draft.put_at("position", str(frame.position), (end - 2, end))
