"""Why a layout of one's own takes no record of a recording, in a sentence: how far it
fits the first text, so that the person who writes it sees which part is not right."""

from __future__ import annotations

import re

from aliquot.drivers.lines.ali_own import AnyLayout
from aliquot.drivers.lines.detect import Starts
from aliquot.drivers.lines.label_layout import LabelLayout, Shape
from aliquot.drivers.lines.label_shape import ShapeError, compile_shape
from aliquot.drivers.lines.layouts import Layout

_SEEN = 40  # characters of the text that are shown
# Where a shape may be cut: behind a field, a sign or a letter, not inside of brackets.
_STEP = re.compile(
    r"<@[a-z_]+>.*?</>|<[^<>]*>|\{[^{}]*\}|\\.|\.\.\.|[ \n]+|.", re.DOTALL
)


def why_not(layout: AnyLayout, raw: bytes) -> str:
    """What of ``layout`` does not fit a text that it does not take."""
    text = _plain(raw)
    if isinstance(layout, Layout):
        return _of_columns(layout, raw)
    lacking = [group for group in layout.all_of if not _any_in(group, text)]
    if not layout.all_of:
        return "[match] all is empty: name at least one text that all records have"
    if lacking:
        return (
            f"[match] all: {' or '.join(map(repr, lacking[0]))} is not in {_cut(text)}"
        )
    if there := [one for one in layout.none_of if one in text.upper()]:
        return f"[match] none: {there[0]!r} is in {_cut(text)}"
    required = [one for one in layout.shapes if one.required]
    if required and not any(one.pattern.search(text) for one in required):
        return _of_shape(required[0], layout, text)
    return f"no field of it is found in {_cut(text)}"


def _plain(raw: bytes) -> str:
    text = raw.decode("latin-1").strip("\0\x02\x03 \r\n")
    return re.sub(r"\r\n?", "\n", text)


def _any_in(group: tuple[str, ...], text: str) -> bool:
    return any(one in text.upper() for one in group)


def _cut(text: str) -> str:
    return repr(text[:_SEEN]) + (" …" if len(text) > _SEEN else "")


def _of_columns(layout: Layout, raw: bytes) -> str:
    body = raw.strip(b"\0\x02\x03 \r\n")
    if Starts((layout,)).match(body) is None:
        first = body.splitlines()[0].decode("latin-1") if body else ""
        return f"[framing] start does not fit the first line, {first!r}"
    return "its lines, or what [[anchor]] says, do not fit the text"


def _of_shape(shape: Shape, layout: LabelLayout, text: str) -> str:
    """The longest beginning of a shape that fits, and what stands behind it."""
    steps = [found[0] for found in _STEP.finditer(shape.source)]
    for count in range(len(steps) - 1, 0, -1):
        found = _fits("".join(steps[:count]), layout, text)
        if found is not None:
            rest = text[found:]
            return (
                f"[[shape]] {shape.number} fits as far as `{''.join(steps[:count])}`; "
                f"then `{steps[count]}` does not fit {_cut(rest) if rest else 'the end'}"
            )
    return f"[[shape]] {shape.number}: `{steps[0]}` fits nothing in {_cut(text)}"


def _fits(shape: str, layout: LabelLayout, text: str) -> int | None:
    """Where the beginning of a shape ends in the text; None where it fits nothing."""
    try:
        # A shape must have a field; this one takes nothing.
        pattern, _ = compile_shape(f"{shape}<the_end={{|}}>", layout.quirks.glued_class)
    except ShapeError:  # a bracket is open
        return None
    found = pattern.search(text)
    return None if found is None else found.end()
