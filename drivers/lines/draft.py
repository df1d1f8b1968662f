"""A record while it is being made."""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.drivers.lines.api import FieldValue
from aliquot.drivers.lines.field_text import FieldText
from aliquot.drivers.lines.label_denied import Denials

Span = tuple[int, int]


@dataclass(slots=True)
class Draft:
    """Fields, spans into the frame's ``raw``, warnings, and texts with a role."""

    payload_at: int
    fields: dict[str, FieldValue] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    warnings: set[str] = field(default_factory=set)
    roles: dict[str, FieldText] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    rule: str = ""  # by which what is put now was found
    role_rules: dict[str, str] = field(default_factory=dict)
    denials: Denials = field(default_factory=Denials)

    def take_role(self, name: str, source: FieldText) -> None:
        """Keeps a text whose field the whole record decides."""
        self.roles[name] = source
        self.role_rules[name] = self.rule

    def warn(self, *codes: str) -> None:
        self.warnings.update(codes)

    def put(self, name: str, value: FieldValue, source: FieldText) -> None:
        span = source.span
        if span is not None:
            begin, end = span
            self.put_at(name, value, (begin + self.payload_at, end + self.payload_at))

    def put_at(self, name: str, value: FieldValue, span: Span) -> None:
        self.fields[name] = value
        self.spans[name] = span
        if self.rule or name not in self.rules:
            self.rules[name] = self.rule

    def drop(self, name: str) -> tuple[FieldValue, Span] | None:
        """Takes a field out, to be judged."""
        if name not in self.fields:
            return None
        return self.fields.pop(name), self.spans.pop(name)

    def swap_rules(self, first: str, second: str) -> None:
        """What was found for one is the value of the other."""
        rules = self.rules
        rules[first], rules[second] = rules.get(second, ""), rules.get(first, "")

    def add_text(self, name: str, source: FieldText) -> None:
        """Puts a text, behind the one that is there."""
        before = self.drop(name)
        self.put(name, source.text, source)
        if before is not None and name in self.fields:
            text = f"{before[0]}, {self.fields[name]}"
            spans = (before[1], self.spans[name])
            whole = min(s[0] for s in spans), max(s[1] for s in spans)
            self.put_at(name, text, whole)
