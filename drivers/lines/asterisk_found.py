"""What a manager block of the caller's own channel says of who calls and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aliquot.drivers.lines.api import FieldValue, LineSettings
from aliquot.drivers.lines.asterisk_block import ELSEWHERE, Block, Value
from aliquot.drivers.lines.asterisk_location import read_location
from aliquot.drivers.lines.numbers import NumberKind, classify

_WITHHELD = frozenset({"anonymous", "restricted", "unavailable", "private", "unknown"})
_IN_QUEUE = "Queue"  # so begin events whose Position is the caller's in the queue


@dataclass(slots=True)
class Found:
    """What one block adds."""

    fields: dict[str, FieldValue] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    warnings: set[str] = field(default_factory=set)

    def put(self, name: str, text: str, value: Value) -> None:
        self.fields[name] = text
        if value.span != ELSEWHERE:
            self.spans[name] = value.span


def found_in(
    block: Block, known: Mapping[str, FieldValue], settings: LineSettings
) -> Found:
    """The site's keys overrule the channel's. ``known``: what was said before."""
    found = Found()
    _number(block, known, found)
    name = block.value("CallerIDName")
    if name and known.get("customer_name", name.text) == name.text:
        found.put("customer_name", name.text, name)
    position = block.value("Position")
    if position and not block.event.startswith(_IN_QUEUE):
        found.put("position", two_digits(position.text), position)
    if trunk := block.value("Trunk"):
        found.put("trunk", trunk.text, trunk)
    if located := read_location(block, settings):
        found.fields.update(located.fields)
        found.spans.update(located.spans)
        found.warnings.update(located.warnings)
    return found


def _number(block: Block, known: Mapping[str, FieldValue], found: Found) -> None:
    said = block.value("ANI")
    value = said or block.value("CallerIDNum")
    if value is None or value.text.lower() in _WITHHELD:
        if "callback_number" not in known:
            found.warnings.add("no_callback")
        return
    kind, number = classify(value.text)
    name = _NUMBER_FIELDS.get(kind)
    if name and number and (said or known.get(name, number) == number):
        found.put(name, number, value)
    if kind in _NUMBER_WARNINGS and (said or not known):
        found.warnings.add(_NUMBER_WARNINGS[kind])


_NUMBER_FIELDS = {NumberKind.PLAIN: "callback_number", NumberKind.PANI: "pani"}
_NUMBER_WARNINGS = {
    NumberKind.ABSENT: "no_callback",
    NumberKind.UNINITIALISED: "uninitialised_handset",
    NumberKind.ANI_FAILURE: "ani_failure",
    NumberKind.BAD: "bad_value",
}


def two_digits(text: str) -> str:
    """As ALI records have it: ``1`` is ``01``."""
    return text.zfill(2) if text.isdecimal() else text
