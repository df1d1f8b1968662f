"""The strip: each stretch of the stream with what became of it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from aliquot.console.domain.lab_result import (
    FieldView,
    ItemDetail,
    ItemKind,
    StripItem,
    WarningView,
)
from aliquot.console.lab import words
from aliquot.console.lab.kept import Kept, Source
from aliquot.console.lab.rules import rule_of
from aliquot.drivers.incidents.api import ForeignHeard
from aliquot.drivers.lines.api import (
    AliRecord,
    CallSignal,
    FieldValue,
    Frame,
    Heard,
    Noise,
)
from aliquot.drivers.lines.layouts import Layout

Said = AliRecord | CallSignal | ForeignHeard
SAID = (AliRecord, CallSignal, ForeignHeard)


@dataclass(frozen=True, slots=True)
class Seen:
    """A frame or noise, what it was decoded to, when it was given, and at what cost."""

    one: Frame | Noise
    heard: tuple[Heard, ...]
    given_ns: int
    decode_ns: int


class Strip:
    """The items of a stream as they come, and what each was made of."""

    def __init__(
        self, layouts: Sequence[Layout], began_us: int, seven: bool = False
    ) -> None:
        self.items: list[StripItem] = []
        self._began_us = began_us
        self._kept = Kept()
        self.look = Look(self.items, self._kept, layouts, seven)

    def take(self, seen: Seen) -> None:
        for source in seen.heard or (seen.one,):
            item = _item(len(self.items), source, seen, self._began_us)
            self._kept.append(source)
            self.items.append(item)


def _item(index: int, source: Source, seen: Seen, began_us: int) -> StripItem:
    frame = seen.one
    said = isinstance(source, SAID)
    kind = _kind(source)
    reason = source.reason.value if isinstance(source, Noise) else None
    warnings = () if isinstance(source, Noise) else tuple(source.warnings)
    return StripItem(
        index=index,
        kind=kind,
        at_s=(source.utc_us - began_us) / 1e6,
        at_us=source.utc_us,
        start=source.start,
        end=source.end,
        title=title(source),
        layout=source.layout if isinstance(source, SAID) else None,
        warnings=warnings,
        reason=reason,
        framing=frame.framing.value if isinstance(frame, Frame) else None,
        latency_ms=(seen.given_ns - frame.mono_ns) / 1e6 if said else 0.0,
        decode_us=seen.decode_ns / 1e3,
        fingerprint=fingerprint(source),
        fault=is_fault(reason, warnings),
    )


def is_fault(reason: str | None, warnings: Sequence[str]) -> bool:
    """Noise by which something is lost, or a record with a warning of damage."""
    if reason is not None:
        return reason not in words.HARMLESS
    return not words.DAMAGE.isdisjoint(warnings)


def _kind(source: Source) -> ItemKind:
    match source:
        case AliRecord():
            return ItemKind.RECORD
        case CallSignal():
            return ItemKind.SIGNAL
        case ForeignHeard():
            return ItemKind.INCIDENT
        case Noise():
            return ItemKind.NOISE
        case _:
            return ItemKind.FRAME


def title(source: Source) -> str:
    """A few words for a strip."""
    match source:
        case AliRecord(fields=fields):
            number = fields.get("callback_number") or fields.get("pani")
            parts = (fields.get("class_of_service"), number)
            return " ".join(str(p) for p in parts if p) or "record"
        case CallSignal(kind=kind, fields=fields):
            return " ".join(
                (kind.value, str(fields.get("callback_number", "")))
            ).strip()
        case ForeignHeard(layout=layout):
            return f"incident, {layout}"
        case Noise(reason=reason):
            return reason.value.replace("_", " ")
        case _:
            return "of no use to a console"


def fingerprint(source: Source) -> int:
    """The same for the same kind, layout, fields and warnings; stable over runs."""
    if isinstance(source, SAID):
        said: object = (
            type(source).__name__,
            source.layout,
            sorted(source.fields.items()),
            source.warnings,
            source.kind.value if isinstance(source, CallSignal) else "",
        )
    else:
        said = (type(source).__name__, getattr(source, "reason", ""))
    return zlib.crc32(repr(said).encode())


class Look:
    """All of one item, by its index."""

    def __init__(
        self,
        items: Sequence[StripItem],
        sources: Sequence[Source],
        layouts: Sequence[Layout],
        seven: bool = False,
    ) -> None:
        self._items, self._seven = items, seven
        self.sources = sources
        self._layouts = {layout.name: layout for layout in layouts}

    def __call__(self, index: int) -> ItemDetail:
        item, source = self._items[index], self.sources[index]
        views = tuple(WarningView(c, words.warning(c)) for c in item.warnings)
        advice = words.noise(item.reason) if item.reason else ""
        fields = self._fields(source)
        return ItemDetail(item, source.raw, fields, views, advice, self._seven)

    def _fields(self, source: Source) -> tuple[FieldView, ...]:
        if isinstance(source, Frame | Noise):
            return ()
        spans = source.spans
        rows = ((name, value, spans.get(name)) for name, value in source.fields.items())
        return tuple(
            FieldView(name, value, shown(value), span, self._rule(source, name))
            for name, value, span in rows
        )

    def _rule(self, source: Said, name: str) -> str:
        if not isinstance(source, AliRecord):
            return ""
        words = rule_of(self._layouts.get(source.layout), source, name)
        return words or source.rules.get(name, "")


def shown(value: FieldValue) -> str:
    return (
        f"{value:.6f}".rstrip("0").rstrip(".")
        if isinstance(value, float)
        else (str(value))
    )
