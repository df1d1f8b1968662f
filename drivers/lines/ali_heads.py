"""Records of labels one behind the other that begin with lines without a label.

A heading, a rule, a date or a name may stand above the first label. Where that label
comes again, and the next one after it or the heading as well, another record has begun
as many lines above it. Each has a number of its own, or they are not parted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from aliquot.drivers.lines.values import CLASSES

NUMBER = re.compile(r"(?<!\d)\(?\d{3}\)?[ ./-]{0,2}\d{3}[ .-]?\d{4}(?!\d)")
_LINE = re.compile(r"[^\r\n\x02\x03]+")
_MOST_HEADS = 4
_WORDS = re.compile(r"[A-Z]+")
_DIGITS = re.compile(r"[0-9]")
_MOST_COMPARED = 80


@dataclass(frozen=True, slots=True)
class _Line:
    at: int
    label: str  # "" where it begins with none
    shape: str  # of a line without a label: what it looks like


def cuts_above_labels(text: str, label: re.Pattern[str]) -> list[int]:
    """Offsets at which another record begins; ``label`` is what a label looks like."""
    lines = [
        _line(text, found, label) for found in _LINE.finditer(text) if found[0].strip()
    ]
    labelled = [at for at, line in enumerate(lines) if line.label]
    if not labelled or labelled[0] > _MOST_HEADS:
        return []
    heads = labelled[0]
    following = dict(pairwise(labelled))
    first = lines[heads].label
    second = _label_at(lines, following.get(heads))
    cuts: list[int] = []
    before = heads  # the last line with a label above
    for at in labelled[1:]:
        begin = max(at - heads, before + 1)
        before = at
        if lines[at].label != first:
            continue
        alike = at - begin == heads and lines[begin].shape == lines[0].shape
        again = second == _label_at(lines, following.get(at)) != ""
        if again or (heads > 0 and alike) or second == first:
            cuts.append(lines[begin].at)
    return cuts if _each_has_number(text, cuts) else []


def _line(text: str, found: re.Match[str], label: re.Pattern[str]) -> _Line:
    at = found.start() + len(found[0]) - len(found[0].lstrip())
    met = label.match(text, at, found.end())
    if met is not None:
        words = met[0].upper().rstrip("=:# ").split()
        while len(words) > 1 and words[0] in CLASSES:
            words = words[1:]
        return _Line(found.start(), " ".join(words), "")
    shown = found[0].strip().upper()[:_MOST_COMPARED]
    return _Line(found.start(), "", _DIGITS.sub("9", _WORDS.sub("A", shown)))


def _label_at(lines: Sequence[_Line], at: int | None) -> str:
    return lines[at].label if at is not None else ""


def _each_has_number(text: str, cuts: Sequence[int]) -> bool:
    numbers = [found.start() for found in NUMBER.finditer(text)]
    edges = [0, *cuts, len(text)]
    return all(
        bisect_left(numbers, begin) < bisect_left(numbers, end)
        for begin, end in pairwise(edges)
    )
