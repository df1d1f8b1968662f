"""Writes a learned layout of columns as TOML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aliquot.console.lab.learn_columns import Window
from aliquot.console.lab.learn_pairs import RULE_NAMES
from aliquot.console.lab.learn_start import NOT_FOUND
from aliquot.console.lab.toml_text import literal, quoted, value

_LEAST_ANCHOR = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """A layout of columns on its way to a file. Lines of windows count from 0."""

    name: str
    samples: int
    start: str
    start_bytes: int
    widths: tuple[int, ...]
    required_lines: int
    tokens: tuple[str, ...]
    anchors: tuple[tuple[int, int, str], ...]  # line from 1, column, text
    windows: tuple[Window, ...]
    first_number: str = "callback"
    second_number: str = "none"
    roles: Mapping[tuple[int, int, int], str] = field(default_factory=dict)


def write(draft: Draft) -> str:
    head = [
        f"# Learned from {draft.samples} samples; look it over before a line uses it.",
        "# Columns are 0-based and inclusive, lines 1-based.",
        "",
        f"name = {quoted(draft.name)}",
        f"title = {quoted('Learned from samples')}",
        'family = ""',
        "",
        "[framing]",
        f"start = {literal(draft.start)}",
        f"start_bytes = {draft.start_bytes}",
        f"widths = {value(draft.widths)}",
        "stream_breaks = []",
        "extra_lines = 0",
        f"required_lines = {draft.required_lines}",
        "",
        "[match]",
        f"tokens = {value(draft.tokens)}",
        f"no_record_found = {quoted(NOT_FOUND)}",
        "",
    ]
    quirks = [
        "[quirks]",
        f"first_number = {quoted(draft.first_number)}",
        f"second_number = {quoted(draft.second_number)}",
        "",
    ]
    body = [*_anchors(draft.anchors), *quirks]
    for window in draft.windows:
        body += _field(window, draft.roles.get(window.place, window.name))
    return "\n".join([*head, *body]).rstrip() + "\n"


def _anchors(anchors: Iterable[tuple[int, int, str]]) -> list[str]:
    lines: list[str] = []
    for line, column, text in anchors:
        lines += [
            "[[anchor]]",
            f"line = {line}",
            f"column = {column}",
            f"text = {quoted(text)}",
            "",
        ]
    return lines


def _field(window: Window, name: str) -> list[str]:
    label = [f"label = {quoted(window.label)}"] if window.label else []
    piece = [window.line + 1, window.first, window.stop - 1]
    return [
        "[[field]]",
        f"name = {quoted(RULE_NAMES.get(name, name))}",
        f"kind = {quoted(window.kind)}",
        *label,
        f"pieces = {value([piece])}",
        "",
    ]


def anchors_of(windows: Sequence[Window]) -> tuple[tuple[int, int, str], ...]:
    """The labels, as what must stand at their columns."""
    return tuple(
        (w.line + 1, w.first, w.label) for w in windows if len(w.label) >= _LEAST_ANCHOR
    )
