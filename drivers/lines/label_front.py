"""Values that stand in front of their labels: ``617-555-0142 CALLBACK``.

Certain only for a whole line: it begins with a value, each value is one of the kind of
the label behind it, it ends with a label, and the next line does not begin with a value
that this last label may have too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from aliquot.drivers.lines.label_scan import Found
from aliquot.drivers.lines.label_values import behind_label
from aliquot.drivers.lines.layouts import Kind

_KINDS = frozenset(
    (
        *(Kind.TELEPHONE, Kind.DEGREES, Kind.METRES, Kind.PERCENT),
        *(Kind.CLASS_OF_SERVICE, Kind.ESN),
    )
)
_ROUND = " -=(,/)"
Span = tuple[int, int]


def values_in_front(text: str, labels: Sequence[Found]) -> dict[int, Span]:
    """Where the value of a label that stands behind it is, by where the label is."""
    found: dict[int, Span] = {}
    lines = list(_lines(text, labels))
    read = [_spans(text, begin, end, on_line) for begin, end, on_line in lines]
    for at, spans in enumerate(read):
        if spans and not _goes_on(text, lines[at][2][-1], lines, read, at + 1):
            found.update(spans)
    return found


def _lines(
    text: str, labels: Sequence[Found]
) -> Iterator[tuple[int, int, list[Found]]]:
    """Lines that are not blank, with the labels that stand in each."""
    begin = 0
    waiting = list(labels)
    for line in text.split("\n"):
        end = begin + len(line)
        on_line = [one for one in waiting if one.at < end]
        waiting = waiting[len(on_line) :]
        if line.strip():
            yield begin, end, on_line
        begin = end + 1


def _spans(text: str, begin: int, end: int, labels: Sequence[Found]) -> dict[int, Span]:
    """The values of a line that has nothing but values with their labels behind."""
    if not labels or text[labels[-1].end : end].strip(_ROUND):
        return {}
    edges = [begin, *(one.end for one in labels)]
    found: dict[int, Span] = {}
    for label, (left, _) in zip(labels, pairwise(edges), strict=True):
        piece = text[left : label.at]
        value = piece.strip(_ROUND.replace("(", "").replace("-", ""))
        value = value.rstrip("-( ")
        whole = behind_label(label.rule.kind).fullmatch(value)
        if label.marked or label.rule.kind not in _KINDS or not whole:
            return {}
        at = left + piece.index(value)
        found[label.at] = (at, at + len(value))
    return found


def _goes_on(
    text: str,
    last: Found,
    lines: Sequence[tuple[int, int, list[Found]]],
    read: Sequence[dict[int, Span]],
    at: int,
) -> bool:
    """The next line begins with what may be the value of the label that ends this."""
    if at >= len(lines) or read[at]:
        return False
    begin, end, _ = lines[at]
    line = text[begin:end].lstrip()
    return behind_label(last.rule.kind).match(line) is not None
