"""Which rule of a layout found a field, in words."""

from __future__ import annotations

from aliquot.drivers.lines.api import AliRecord
from aliquot.drivers.lines.layouts import FieldRule, Kind, Layout

_STREET_PARTS = frozenset(
    ("prefix_directional", "street_name", "street_suffix", "post_directional")
)
_NUMBERS = {
    "callback_number": ("callback", "first_number", "second_number"),
    "pani": ("first_number", "second_number"),
}


def rule_of(layout: Layout | None, record: AliRecord, name: str) -> str:
    """``line 3, columns 28-31`` or the like; empty where the layout is not at hand."""
    if layout is None:
        return ""
    rules = _candidates(layout, name)
    if not rules:
        return "in front of the record" if name == "position" else ""
    return _words(_nearest(rules, record, name))


def _candidates(layout: Layout, name: str) -> list[FieldRule]:
    rules = {rule.name: rule for rule in layout.fields}
    if name in rules:
        return [rules[name]]
    if name in _NUMBERS:
        return [rules[role] for role in _NUMBERS[name] if role in rules]
    found = [
        r for r in layout.fields if name in _STREET_PARTS and r.kind is Kind.STREET
    ]
    found += [r for r in layout.fields if r.spill == name]
    turned = r_by_kind(layout) if name == "prefix_directional" else []
    return found + turned or (
        [r for r in layout.fields if r.kind is Kind.STREET]
        if name == "location"
        else []
    )


def r_by_kind(layout: Layout) -> list[FieldRule]:
    """Rules whose text may turn out to be a direction."""
    return [r for r in layout.fields if r.kind is Kind.SUFFIX_OR_DIRECTION]


def _nearest(rules: list[FieldRule], record: AliRecord, name: str) -> FieldRule:
    """The one whose label stands right in front of the bytes; else one without."""
    begin = record.spans.get(name, (0, 0))[0]
    before = record.raw[max(0, begin - 24) : begin].decode("latin-1").rstrip()
    for rule in rules:
        if rule.label and before.endswith(rule.label.rstrip()):
            return rule
    bare = [rule for rule in rules if not rule.label]
    return (bare or rules)[0]


def _words(rule: FieldRule) -> str:
    places = [_place(p.line, p.first, p.last) for p in rule.pieces]
    label = [f"label {rule.label}"] if rule.label else []
    return "; ".join([*label, " and ".join(places)] if places else label)


def _place(line: int, first: int, last: int) -> str:
    if first == last:
        return f"line {line}, column {first}"
    return f"line {line}, columns {first}-{last}"
