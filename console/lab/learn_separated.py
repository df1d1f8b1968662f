"""Learns a layout of records of one line whose fields a character parts: `a;b;c`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aliquot.console.domain.lab import Learned, LearnProblem, NotLearned
from aliquot.console.lab.learn_pairs import joinings
from aliquot.console.lab.learn_samples import Read
from aliquot.console.lab.learn_shapes import escaped
from aliquot.console.lab.learn_start import pattern
from aliquot.console.lab.learn_try import problems
from aliquot.console.lab.toml_text import labelled_head, literal, value

_LEAST_CELLS = 5
_FEW = 3  # as many fields in cells for one that is in none
_NO_SIGN = re.compile(r"[A-Za-z0-9 >.'\-#&()]")
_CHECK = re.compile(r"\*[0-9A-Fa-f]{2}$")
_ROLES = {"callback_number": "callback"}
_LEAST_MARK = 2  # characters of a first cell by which a record is known


@dataclass(frozen=True, slots=True)
class _Cut:
    """The cells of one line: their texts, and the columns of each (stop not in it)."""

    texts: tuple[str, ...]
    columns: tuple[tuple[int, int], ...]


def learn_separated(reads: Sequence[Read], name: str) -> Learned | NotLearned | None:
    """A layout of parted fields that decodes all samples, or which fields are no whole
    cell though most are. None where nothing parts them."""
    if any(len(r.lines) != 1 for r in reads):
        return None
    checked = all(_CHECK.search(r.lines[0]) for r in reads)
    why: NotLearned | None = None
    for sign in _signs(reads, checked):
        for taken in joinings(reads):
            cuts = [_cut(r.lines[0], sign, checked) for r in taken]
            cells, outside = _cells(taken, cuts)
            if len(outside) * _FEW > len(cells):
                continue
            if outside:
                why = why or NotLearned(tuple(_no_cells(taken, outside, sign)))
                continue
            toml = _toml(name, taken, cuts, cells, sign, checked)
            if wrong := problems(toml, reads):
                why = why or NotLearned(tuple(wrong))
                continue
            note = f"The fields of a record are parted by {sign!r}; it goes by these."
            return Learned(toml, (note,))
    return why


def _no_cells(
    reads: Sequence[Read], names: Sequence[str], sign: str
) -> Iterator[LearnProblem]:
    for sample in reads:
        for name in names:
            if text := sample.text_of(name):
                reason = (
                    f"fields are parted by {sign!r} here, and this is not all that "
                    "stands between two of them, or not the same field in each record: "
                    "leave it out of the labels, or mark the whole"
                )
                yield LearnProblem(sample.name, name, text, reason)


def _signs(reads: Sequence[Read], checked: bool) -> Iterator[str]:
    """Characters that stand equally often in every record, the most frequent first."""
    lines = [_without_check(r.lines[0], checked) for r in reads]
    counts = {c: {line.count(c) for line in lines} for c in dict.fromkeys(lines[0])}
    sure = [(max(n), c) for c, n in counts.items() if len(n) == 1]
    for count, sign in sorted(sure, key=lambda one: -one[0]):
        if count + 1 >= _LEAST_CELLS and not _NO_SIGN.match(sign):
            yield sign


def _without_check(line: str, checked: bool) -> str:
    return _CHECK.sub("", line.rstrip()) if checked else line.rstrip()


def _cut(line: str, sign: str, checked: bool) -> _Cut:
    texts = _without_check(line, checked).split(sign)
    columns: list[tuple[int, int]] = []
    at = 0
    for text in texts:
        columns.append((at, at + len(text)))
        at += len(text) + len(sign)
    return _Cut(tuple(texts), tuple(columns))


def _cells(
    reads: Sequence[Read], cuts: Sequence[_Cut]
) -> tuple[dict[int, str], list[str]]:
    """Which cell holds which field, and the fields that are no whole cell, or not the
    same one in all samples."""
    cells: dict[int, str] = {}
    outside: list[str] = []
    for name in dict.fromkeys(field for r in reads for field, _ in r.wanted):
        each = [
            set(_places(r, cut, name))
            for r, cut in zip(reads, cuts, strict=True)
            if r.text_of(name) is not None
        ]
        free = sorted(set.intersection(*each) - cells.keys())
        if free:
            cells[free[0]] = name
        else:
            outside.append(name)
    return cells, outside


def _places(sample: Read, cut: _Cut, name: str) -> Iterator[int]:
    for spot in sample.spots(name):
        for number, (first, stop) in enumerate(cut.columns):
            text = sample.lines[0]
            if (
                first <= spot.first
                and spot.stop <= stop
                and not (text[first : spot.first] + text[spot.stop : stop]).strip()
            ):
                yield number


def _toml(
    name: str,
    reads: Sequence[Read],
    cuts: Sequence[_Cut],
    cells: dict[int, str],
    sign: str,
    checked: bool,
) -> str:
    mark = _mark(cuts)
    first = f"{mark}{sign}" if mark else sign
    begin = re.escape(first).replace(r"\ ", " ") if mark else pattern(reads, ())[0]
    lines = [
        *labelled_head(name, len(reads)),
        f"all = {value([first])}",
        *([f"begin = {literal(begin)}"] if begin else []),
        "",
        "[quirks]",
        'first_number = "callback"',
        "own_labels_only = true",
        "",
        "# <name|;> is a field of all up to the next ;, <_|;> what is none.",
        "[[shape]]",
        f"text = {literal(_shape(cuts, cells, mark, sign, checked))}",
        "required = true",
    ]
    return "\n".join(lines) + "\n"


def _mark(cuts: Sequence[_Cut]) -> str:
    """What the first cell always is, if it is always the same."""
    firsts = {cut.texts[0] for cut in cuts}
    (first, *others) = firsts
    return first if not others and len(first.strip()) >= _LEAST_MARK else ""


def _shape(
    cuts: Sequence[_Cut], cells: dict[int, str], mark: str, sign: str, checked: bool
) -> str:
    count = len(cuts[0].texts)
    parts: list[str] = []
    for number in range(count):
        until = "*" if checked and number == count - 1 else sign
        field = cells.get(number, "_")
        whole = mark and number == 0 and field == "_"
        parts.append(
            escaped(mark) if whole else f"<{_ROLES.get(field, field)}|{until}>"
        )
    tail = f"{escaped('*')}_" if checked else ""
    return f"^{escaped(sign).join(parts)}{tail}$"
