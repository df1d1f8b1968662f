"""What a recording never had: the test that still has to be made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aliquot.console.domain.lab_result import StripItem
from aliquot.console.lab.bench import Bench
from aliquot.console.lab.strip import Said
from aliquot.drivers.lines.api import FIELD_NAMES, AliRecord, CallSignal, SignalKind
from aliquot.drivers.lines.label_layout import LabelLayout
from aliquot.drivers.lines.layouts import Kind, Layout

# One class of each sort, as a county's test calls should have them.
CLASSES = (
    ("RESD", "a residence"),
    ("BUSN", "a business"),
    ("PBX", "a switchboard"),
    ("CNTX", "Centrex"),
    ("COIN", "a pay telephone"),
    ("VOIP", "a voice-over-IP service"),
    ("WRLS", "wireless without a phase"),
    ("WPH1", "wireless, phase I"),
    ("WPH2", "wireless, phase II"),
)
_REBID_S = 600.0
_MADE_OF = {
    "first_number": ("callback_number",),
    "second_number": ("pani",),
    "callback": ("callback_number",),
    "street": ("street_name", "street_suffix"),
    "address": ("house_number", "street_name"),
    "city_state": ("community", "state"),
    "type_position": ("position",),
    "responders": ("law", "fire", "ems"),
}


@dataclass(frozen=True, slots=True)
class Never:
    """Names of fields, classes with their words, and things that can happen."""

    fields: tuple[str, ...]
    classes: tuple[str, ...]
    events: tuple[str, ...]


def never_seen(
    said: Sequence[Said],
    items: Sequence[StripItem],
    bench: Bench,
) -> Never:
    records = [one for one in said if isinstance(one, AliRecord)]
    names = {name for one in said for name in one.fields}
    classes = {str(r.fields.get("class_of_service")) for r in records}
    return Never(
        fields=tuple(n for n in _known_fields(records, bench) if n not in names),
        classes=tuple(f"{c} ({w})" for c, w in CLASSES if c not in classes)
        if bench.is_ali
        else (),
        events=tuple(_events(said, items, bench.is_ali)),
    )


def _known_fields(records: Sequence[AliRecord], bench: Bench) -> list[str]:
    """Fields that the layouts of this line can give, in their usual order."""
    used = {record.layout for record in records}
    layouts = [x for x in bench.layouts() if x.name in used or x is bench.own]
    names: set[str] = set()
    for layout in layouts:
        names |= _given_by(layout)
    if isinstance(bench.own, LabelLayout):
        names |= {n for name in bench.own.names for n in _MADE_OF.get(name, (name,))}
    return [name for name in FIELD_NAMES if name in names]


def _given_by(layout: Layout) -> set[str]:
    names: set[str] = set()
    for rule in layout.fields:
        names.update(_MADE_OF.get(rule.name, (rule.name,)))
        if rule.kind is Kind.STREET:
            names.update(_MADE_OF["street"])
        if rule.spill:
            names.add(rule.spill)
    return names


def _events(
    said: Sequence[Said], items: Sequence[StripItem], ali: bool
) -> Iterator[str]:
    if not ali:
        met = {one.kind for one in said if isinstance(one, CallSignal)}
        yield from (f"a call {kind.value}" for kind in SignalKind if kind not in met)
        return
    warned = {code for item in items for code in item.warnings}
    noise = {item.reason for item in items}
    fields = {name for one in said for name in one.fields}
    checks = (
        (_rebid(said), "a rebid: a second record of the same call"),
        ("no_record_found" in warned, "NO RECORD FOUND"),
        ("ani_failure" in warned, "a number that failed to come (ANI failure)"),
        ("uninitialised_handset" in warned, "a handset without service (911-…)"),
        ("latitude" in fields, "a record with a position"),
        ("uncertainty_m" in fields, "a position with its uncertainty"),
        ("no_fix" in warned, "a phase I or II record without a fix"),
        ("house_number_range" in warned, "a range of house numbers"),
        ("heartbeat" in noise, "a heartbeat of the link"),
        ("broadcast" in noise, "a text to all positions"),
    )
    yield from (name for met, name in checks if not met)


def _rebid(said: Sequence[Said]) -> bool:
    last: dict[str, int] = {}
    for one in said:
        number = str(one.fields.get("callback_number") or one.fields.get("pani") or "")
        if not number:
            continue
        before = last.get(number)
        if before is not None and one.utc_us - before <= _REBID_S * 1e6:
            return True
        last[number] = one.utc_us
    return False
