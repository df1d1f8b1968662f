"""Reads and checks a layout file of labels. The keys are told in ``label_layout``."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from aliquot.drivers.lines.api import Warnings
from aliquot.drivers.lines.label_layout import (
    LabelLayout,
    LabelRule,
    Quirks,
    Shape,
    generic,
    with_usual,
)
from aliquot.drivers.lines.label_shape import ShapeError, compile_shape
from aliquot.drivers.lines.label_values import default_kind
from aliquot.drivers.lines.layout_file import Table, layout_name, one_of, tables
from aliquot.drivers.lines.layouts import (
    FirstNumber,
    Kind,
    LayoutError,
    SecondNumber,
    known_names,
)

_TOP = ("kind", "name", "title", "family", "match", "says", "quirks", "field", "shape")
_FLAGS = (
    "swap_lat_lon",
    "west_unsigned",
    "cut_tokens",
    "glued_class",
    "bids",
    "three_digit_percent",
    "own_labels_only",
)
_EXTRA_NAMES = ("address", "pani", "responders", "city_state", "type_position")


def parse_label_layout(text: str, file: str) -> LabelLayout:
    """The layout in ``text``, with the usual labels where it does not refuse them.

    ``file`` is its name in error messages.
    Raises ``LayoutError`` with the file, the key, and what to write instead.
    """
    return with_usual(parse_alone(text, file), generic())


def parse_alone(text: str, file: str) -> LabelLayout:
    """The layout in ``text`` and nothing besides.

    Raises ``LayoutError`` with the file, the key, and what to write instead.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as bad:
        raise LayoutError(file, "file", f"is no TOML: {bad}") from None
    top = Table(file, "", data, _TOP)
    match = Table(
        file, "match", data.get("match", {}), ("all", "none", "needs", "begin")
    )
    known = ("first_number", "second_number", *_FLAGS)
    quirks = Table(file, "quirks", data.get("quirks", {}), known)
    flags = {flag: quirks.take(flag, bool, False) for flag in _FLAGS}
    layout = LabelLayout(
        name=layout_name(top),
        title=top.take("title", str),
        family=top.take("family", str, ""),
        all_of=tuple(_group(match, group) for group in match.take("all", list, [])),
        none_of=_group(match, match.take("none", list, [])) if match.data else (),
        needs=_names(match, match.take("needs", list, [])),
        begin=_begin(match),
        first_number=one_of(quirks, "first_number", FirstNumber, "callback"),
        second_number=one_of(quirks, "second_number", SecondNumber, "pani_or_own"),
        quirks=Quirks(**flags),
        rules=tuple(_rule(table) for table in tables(top, "field", _FIELD)),
        shapes=_shapes(top, flags["glued_class"]),
        says=_says(file, data.get("says", {})),
    )
    if not layout.rules and not layout.shapes:
        raise top.error("field", "is missing; give at least one [[field]] or [[shape]]")
    _check_labels(top, layout)
    return layout


_FIELD = ("name", "kind", "labels", "bare", "plain", "sign")
_LONGEST_SIGN = 8


def _group(table: Table, group: Any) -> tuple[str, ...]:
    texts = [group] if isinstance(group, str) else group
    good = isinstance(texts, list) and all(isinstance(t, str) and t for t in texts)
    if not good:
        raise table.error("all", f"{group!r}: give a text, or a list of texts")
    return tuple(text.upper() for text in texts)


def _names(table: Table, names: list[Any]) -> tuple[str, ...]:
    for name in names:
        _check_name(table, "needs", name)
    return tuple(names)


def _check_name(table: Table, key: str, name: object) -> None:
    if name not in known_names() and name not in _EXTRA_NAMES:
        raise table.error(key, f"{name!r} is no field name")


def _begin(match: Table) -> re.Pattern[str] | None:
    text = match.take("begin", str, "")
    try:
        return re.compile(text, re.IGNORECASE) if text else None
    except re.error as bad:
        raise match.error("begin", f"is no regular expression: {bad}") from None


def _says(file: str, data: object) -> tuple[tuple[str, str], ...]:
    table = Table(file, "says", data, Warnings().known)
    return tuple(
        (code, text)
        for code in table.data
        for text in _group(table, table.take(code, list))
    )


def _rule(table: Table) -> LabelRule:
    name = table.take("name", str)
    _check_name(table, "name", name)
    labels = table.take("labels", list)
    if not labels or not all(isinstance(one, str) and one.strip() for one in labels):
        raise table.error("labels", "give a list of texts, none of them empty")
    kind = one_of(table, "kind", Kind, default_kind(name).value)
    return LabelRule(
        name=name,
        kind=kind,
        labels=tuple(labels),
        bare=table.take("bare", bool, False),
        plain=table.take("plain", bool, False),
        sign=_sign(table),
    )


def _sign(table: Table) -> str:
    sign = table.take("sign", str, "")
    lone = not sign.strip() and len(sign) == 1
    if lone or len(sign) > _LONGEST_SIGN or any(c.isalnum() for c in sign):
        what = f"is {sign!r}; give one to {_LONGEST_SIGN} signs, or two blanks"
        raise table.error("sign", what)
    return sign


def _shapes(top: Table, glued_class: bool) -> tuple[Shape, ...]:
    made = []
    rows = tables(top, "shape", ("text", "required"))
    for number, table in enumerate(rows, start=1):
        text = table.take("text", str)
        try:
            pattern, fields = compile_shape(text, glued_class)
        except ShapeError as bad:
            raise table.error("text", f"cannot be read: {bad}") from None
        for name, _ in fields:
            _check_name(table, "text", name)
        required = table.take("required", bool, False)
        made.append(Shape(number, text, pattern, fields, required))
    return tuple(made)


def _check_labels(top: Table, layout: LabelLayout) -> None:
    labels = [label.upper() for rule in layout.rules for label in rule.labels]
    twice = {label for label in labels if labels.count(label) > 1}
    if twice:
        raise top.error("field", f"the label {min(twice)!r} is there twice")
