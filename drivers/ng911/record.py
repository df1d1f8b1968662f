"""A record in the making: fields with their places, notes, warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aliquot.drivers.lines.api import (
    AliRecord,
    FieldValue,
    Frame,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.checks import STALE_S
from aliquot.drivers.lines.numbers import NumberKind, classify
from aliquot.drivers.ng911.xml_node import Span

LONGEST_NOTE = 4_000
MOST_NOTES = 200
_FUTURE = timedelta(minutes=5)

_NUMBER_FIELDS = {NumberKind.PLAIN: "callback_number", NumberKind.PANI: "pani"}
_NUMBER_WARNINGS = {
    NumberKind.PANI: "callback_is_pani",
    NumberKind.UNINITIALISED: "uninitialised_handset",
    NumberKind.ANI_FAILURE: "ani_failure",
}


@dataclass(slots=True)
class Draft:
    """What was found so far. A field that is there is not written over."""

    fields: dict[str, FieldValue] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    warnings: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def put(self, name: str, value: FieldValue, span: Span | None = None) -> None:
        if name in self.fields or value == "":
            return
        self.fields[name] = value
        if span is not None and span[0] < span[1]:
            self.spans[name] = span

    def note(self, text: str) -> None:
        if text and len(self.notes) < MOST_NOTES and text not in self.notes:
            self.notes.append(text)

    def number(self, text: str, span: Span | None = None) -> bool:
        """A number to call back, if it is one. Whether it could be used."""
        kind, digits = classify(text)
        name = _NUMBER_FIELDS.get(kind)
        if name and digits:
            self.put(name, digits, span)
        if kind in _NUMBER_WARNINGS:
            self.warnings.add(_NUMBER_WARNINGS[kind])
        return kind is NumberKind.PLAIN

    def time(self, text: str, arrived_us: int, span: Span | None = None) -> None:
        """An xs:dateTime as ``location_time``; without a zone it is no moment."""
        moment = utc_of(text)
        if moment is None:
            if text:
                self.warnings.add("bad_value")
            return
        self.put("location_time", iso_z(moment), span)
        if arrived_us > 0:
            age = datetime.fromtimestamp(arrived_us / 1e6, UTC) - moment
            if age > timedelta(seconds=STALE_S):
                self.warnings.add("stale")
            elif age < -_FUTURE:
                self.warnings.add("future_date")

    def record(self, layout: str, frame: Frame) -> AliRecord:
        """The record, with what was noted as the field ``note``."""
        if self.notes:
            text = "\n".join(self.notes)
            self.fields["note"] = text[:LONGEST_NOTE]
        return AliRecord(
            layout=layout,
            fields=dict(self.fields),
            spans={name: self.spans[name] for name in self.spans},
            warnings=tuple(sorted(self.warnings)),
            raw=frame.raw,
            start=frame.start,
            end=frame.end,
            utc_us=frame.utc_us,
            mono_ns=frame.mono_ns,
            framing=frame.framing,
        )


def noise(frame: Frame, reason: NoiseReason = NoiseReason.UNKNOWN_LAYOUT) -> Noise:
    where = frame.start, frame.end, frame.utc_us, frame.mono_ns
    return Noise(frame.raw, *where, reason)


def utc_of(text: str) -> datetime | None:
    """A time with its zone, in UTC. None for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def iso_z(moment: datetime) -> str:
    """ISO 8601 with Z; with decimals only where there are any."""
    return moment.replace(tzinfo=None).isoformat() + "Z"


def shifted(spans: Mapping[str, Span], by: int) -> dict[str, Span]:
    return {name: (start + by, end + by) for name, (start, end) in spans.items()}


def telephone(uri: str) -> str | None:
    """The number in a tel: or sip: URI, as it is written; None for another kind."""
    scheme, _, rest = uri.strip().strip("<>").partition(":")
    if scheme.lower() not in ("tel", "sip", "sips"):
        return None
    number = rest.split(";", 1)[0].split("@", 1)[0].split("?", 1)[0]
    return number.replace("%2B", "+").replace("%2b", "+").strip() or None
