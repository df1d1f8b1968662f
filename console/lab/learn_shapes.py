"""The looks of stretches in which fields follow one another, as shapes of a layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aliquot.console.lab.learn_pairs import PARTS
from aliquot.console.lab.learn_samples import Read, Spot
from aliquot.drivers.lines.label_values import default_kind
from aliquot.drivers.lines.layouts import Kind

Parts = list[str | tuple[str, str]]  # texts, and fields as ("field", name)
TEXTS = (Kind.TEXT, Kind.LINE, Kind.ADDRESS, Kind.STREET, Kind.CITY_STATE)
# By a label and its sign the end of a text is known.
_NEXT_LABEL = re.compile(r" *[A-Za-z#][A-Za-z0-9#]*(?: [A-Za-z0-9#]+)?[^A-Za-z0-9]?")


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    bare: bool
    sign: str = ""  # as a layout has it: empty for = and :


@dataclass(frozen=True, slots=True)
class Found:
    """A field with its labels, or without any: then it is part of a shape."""

    name: str
    labels: tuple[Label, ...]
    spots: tuple[tuple[Read, Spot], ...]


def find_shapes(fields: Sequence[Found]) -> Iterator[Parts]:
    """Runs of fields without a label that follow one another in all samples, with the
    labelled one in front of them."""
    left = [f for f in fields if f.spots and not f.labels]
    run: list[Found] = []
    for one in sorted(left, key=lambda f: _place(f.spots[0][1])):
        if run and _between(run[-1], one) is None:
            yield _run(run, fields)
            run = []
        run.append(one)
    if run:
        yield _run(run, fields)


def _run(run: Sequence[Found], fields: Sequence[Found]) -> Parts:
    parts: Parts = []
    first, last = run[0], run[-1]
    before = _in_front(first, fields)
    if before is not None:
        run = [before, *run]
        parts.append(_label(before.labels[0]))
    elif all(not r.lines[s.line][: s.first].strip() for r, s in first.spots):
        parts.append("^")
    for n, one in enumerate(run):
        if n:
            parts.append(_between(run[n - 1], one) or " ")
        parts.append(("field", one.name))
    rests = [r.lines[s.line][s.stop :] for r, s in last.spots]
    if not any(map(str.strip, rests)):
        parts.append("$")
    elif before is not None and default_kind(last.name) in TEXTS:
        parts += _end(rests)
    return parts


def _in_front(one: Found, fields: Sequence[Found]) -> Found | None:
    """The labelled field that stands right in front. Those that one rule takes
    together with it have their own way."""
    for other in fields:
        together = any({other.name, one.name} <= {*some} for some in PARTS.values())
        if other.labels and not together and _between(other, one) is not None:
            return other
    return None


def _label(label: Label) -> str:
    if label.bare or label.sign.isspace():
        return f"%{escaped(label.text)} "
    runs = any(a == b for a, b in zip(label.sign, label.sign[1:], strict=False))
    sign = "..." if runs else f"~{escaped(label.sign) or '{=|:}'}~"
    return f"%{escaped(label.text)}{sign}"


def _end(rests: Sequence[str]) -> Parts:
    """What stands behind the last field of a stretch, if it is always the same."""
    if all(rest.startswith("  ") for rest in rests):
        return ["|"]
    labels = {found[0] if (found := _NEXT_LABEL.match(r)) else "" for r in rests}
    return [escaped(labels.pop())] if len(labels) == 1 else []


def escaped(text: str) -> str:
    return "".join(c if c.isalnum() or c == " " else f"\\{c}" for c in text)


def _place(spot: Spot) -> tuple[int, int]:
    return spot.line, spot.first


def _between(a: Found, b: Found) -> str | None:
    """What stands between two fields in all samples: a blank, or a border; or None."""
    ones = {id(r): (r, s) for r, s in a.spots}
    twos = {id(r): (r, s) for r, s in b.spots}
    if ones.keys() != twos.keys():
        return None
    texts = []
    for key, (sample, left) in ones.items():
        text = _text_between(sample, left, twos[key][1])
        if text is None:
            return None
        texts.append(text)
    signs = {text.strip() for text in texts}
    if len(signs) > 1 or len(sign := signs.pop()) > 2 or any(map(str.isalnum, sign)):
        return None
    return f"~{escaped(sign)}~" if sign else _blanks(texts)


def _blanks(texts: Sequence[str]) -> str:
    signs = {"|" if "\n" in t or len(t) > 1 else " " if t else "~" for t in texts}
    return signs.pop() if len(signs) == 1 else " "


def _text_between(sample: Read, left: Spot, right: Spot) -> str | None:
    if left.line == right.line:
        if right.first < left.stop:
            return None
        return sample.lines[left.line][left.stop : right.first]
    if right.line != left.line + 1:
        return None
    tail = sample.lines[left.line][left.stop :]
    return tail + "\n" + sample.lines[right.line][: right.first]
