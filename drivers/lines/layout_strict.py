"""Puts the bytes of a framed record on columns: strictly, so that no field is wrong.

On a line a byte can be lost. Then all columns behind it are shifted, up to the next
thing whose place is known. So a stretch of a framed record is taken only where both
its ends are proven and it has exactly the length between them. What proves a place:

* the first line's own pattern;
* a line end, where the lines before it are complete or all lines are there;
* a label at its column, and a class of service or state at its own;
* the full width, where the line pads its lines with blanks.

What is not proven is left out: it stays in the record's raw bytes, and the record
is ``damaged``. A text that another program has wrapped is taken where all labels stand
at their columns and nothing contradicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from aliquot.drivers.lines.layout_align import (
    MOST_SEGMENTS,
    Grid,
    Segment,
    agrees,
    anchor_score,
    as_lines,
    as_stream,
    as_wrapped,
    is_unlabelled,
    lay_out,
    line_end,
    split,
    with_more_lines,
)
from aliquot.drivers.lines.layouts import Anchor, Layout

_SURE_WIDTH = 4  # a pattern of fewer columns fits by chance

_Point = tuple[int, int]  # index in a segment, offset in the unbroken text


def align_framed(layout: Layout, payload: bytes) -> Grid | None:
    """The payload on the layout's columns, or None when it does not fit."""
    segments, parted = split(payload)
    if not segments or len(segments) > MOST_SEGMENTS:
        return None
    if is_unlabelled(layout, segments):
        return None
    lines = as_lines(layout, segments)
    if lines is not None and _complete(layout, segments, payload):
        grid = lay_out(layout, segments, lines, parted)
        if agrees(layout, grid.text) and _run_holds(layout, grid):
            return grid
    stream = as_stream(layout, segments)
    if stream is not None:
        grid = lay_out(layout, segments, stream, parted)
        if agrees(layout, grid.text) and _tail_holds(layout, segments, grid):
            return grid
    if len(segments) > len(layout.widths) and _padded(segments[:-1]):
        more = with_more_lines(layout, segments, parted)
        if more is not None and _complete(layout, segments, payload):
            return more
    wrapped = as_wrapped(layout, segments) if _is_wrapped(layout, segments) else None
    if wrapped is not None:
        grid = lay_out(layout, segments, wrapped, reflowed=True)
        if all(_holds(anchor, grid.text) for anchor in layout.anchors):
            return grid
    return _proven(layout, segments, len(payload))


def _is_wrapped(layout: Layout, segments: list[Segment]) -> bool:
    """Line ends at such places that the equipment itself cannot have sent them."""
    long = sum(len(part.text) > max(layout.widths) for part in segments)
    return long > 1 and len(segments) > len(layout.stream_breaks) + 1


def _holds(anchor: Anchor, text: bytes) -> bool:
    score = anchor_score(anchor, text, 0)
    return score > 0 if anchor.literal else score >= 0


def _padded(segments: list[Segment]) -> bool:
    """Whether this line sends the blanks at the end of its lines."""
    return any(part.text.endswith(b" ") for part in segments)


def _complete(layout: Layout, segments: list[Segment], payload: bytes) -> bool:
    """No line and no blank lacks, where this line sends the blanks of its lines."""
    if not _padded(segments):
        return True
    lines = line_end(payload).split(payload.rstrip(b"\r\n\f"))
    if len(layout.widths) == 1 and len(payload.rstrip(b"\r\n\f")) != layout.starts[-1]:
        return False  # one run has no line ends that would tell a shift
    if len(lines) < len(layout.widths) and len(lines) != layout.required_lines:
        return False
    sizes = [len(line) for line in lines]
    padded = max(max(layout.widths), *sizes)  # equipment may pad all lines alike
    alike = padded == max(layout.widths) or len(set(sizes)) == 1
    return all(
        size == width or not width or (alike and size == padded)
        for size, width in zip(sizes, layout.widths, strict=False)
    )


def _tail_holds(layout: Layout, segments: list[Segment], grid: Grid) -> bool:
    """The last run is complete, or only the blanks at its end are cut off."""
    whole = layout.starts[-1] - layout.starts[layout.stream_breaks[-1]]
    beyond = len(segments[-1].text) - whole
    if beyond > 0:  # a byte too many, unless it is one more blank line
        return layout.extra_lines > 0 and beyond == layout.widths[-1]
    if grid.end >= layout.starts[-1]:
        return True
    ends_in_text = not segments[-1].text.endswith(b" ")
    return ends_in_text and all(_holds(a, grid.text) for a in layout.anchors)


def _run_holds(layout: Layout, grid: Grid) -> bool:
    """A record in one run is whole, or lacks nothing but the blanks at its end."""
    whole = len(layout.widths) > 1 or grid.end >= layout.starts[-1]
    return whole or all(_holds(anchor, grid.text) for anchor in layout.anchors)


def _sure(anchor: Anchor) -> bool:
    return anchor.literal is not None or anchor.width >= _SURE_WIDTH


# --- what is proven of a damaged record ------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Bytes ``start`` to ``stop`` of a segment, whose place is ``offset``."""

    part: Segment
    start: int
    stop: int
    offset: int


def _proven(layout: Layout, segments: list[Segment], size: int) -> Grid | None:
    found = _stretches(layout, segments)
    if len(found) < 2:  # nothing but the first line's beginning
        return None
    total = layout.starts[-1]
    text, index = bytearray(b" " * total), [-1] * total
    known: set[int] = set()
    for one in found:
        size_of = min(one.stop - one.start, total - one.offset)
        stop = one.offset + size_of
        text[one.offset : stop] = one.part.text[one.start : one.start + size_of]
        at = one.part.at + one.start
        index[one.offset : stop] = range(at, at + size_of)
        line_end = next(end for end in layout.starts if end >= stop)
        blank_cut = one.stop == len(one.part.text) and not _padded(segments)
        known.update(range(one.offset, line_end if blank_cut else stop))
    doubtful = frozenset(range(total)) - known
    return Grid(bytes(text), tuple(index), size, False, True, doubtful)


def _stretches(layout: Layout, segments: list[Segment]) -> list[_Stretch]:
    """What is proven. Without all line ends a count holds up to the next label only."""
    runs, may_be_short = _runs(layout, segments)
    counted = _counted(layout, segments, runs)
    found: list[_Stretch] = []
    since = 0  # what is in ``found`` from here on rests on counting
    number: int | None = None
    for count, part in enumerate(segments):
        known = count if counted or count == 0 else number
        number = _by_label(layout, part, runs, known) if count else 0
        if number is not None and number != known:
            del found[since:]  # a line end is lost before this label
        whole = False
        begin = end = None
        if number is not None and number < len(runs):
            begin, end = runs[number]
            if may_be_short or number == len(layout.widths) - 1:
                end = min(end, begin + len(part.text))
            whole = len(part.text) == end - begin
        found += _in_segment(part, sorted(_points(layout, part.text, begin, end)))
        if count == 0:
            in_run = len(part.text) > layout.widths[0]
            since = len(found) if in_run or counted else min(len(found), 1)
        elif counted or _confirms(layout, part.text, begin, end):
            # What is behind its last label may be the end of another line.
            tail = found[-1:] and found[-1].stop == len(part.text)
            since = len(found) - bool(tail and not counted)
        number = number + 1 if whole and number is not None else None
    return found[:since]


def _counted(
    layout: Layout, segments: list[Segment], runs: list[tuple[int, int]]
) -> bool:
    """All line ends are there, and no label says that a line is another one."""
    size = len(segments)
    short = size == layout.required_lines and len(runs) == len(layout.widths)
    short = short and all(
        len(part.text.rstrip()) <= width <= len(part.text)
        for part, width in zip(segments[:-1], layout.widths, strict=False)
    )
    if not short and not len(runs) <= size <= len(runs) + layout.extra_lines:
        return False
    return all(
        _by_label(layout, part, runs, number) == number
        for number, part in enumerate(segments)
    )


def _confirms(layout: Layout, text: bytes, begin: int | None, end: int | None) -> bool:
    """A label, a class or a state stands at its place."""
    found = any(True for _ in _labels(layout, text))
    return found or (begin is not None and any(_patterns(layout, text, begin, end)))


def _patterns(
    layout: Layout, text: bytes, begin: int, end: int | None
) -> Iterator[_Point]:
    if end is not None and len(text) > end - begin:
        return  # a line end is lost: what stands there may have come from behind it
    for anchor in layout.anchors:
        at = anchor.at - begin
        window = text[max(at, 0) : max(at, 0) + anchor.width]
        if at >= 0 and _sure(anchor) and anchor.pattern.fullmatch(window):
            yield at, anchor.at
            yield at + anchor.width, anchor.at + anchor.width


def _in_segment(part: Segment, points: list[_Point]) -> Iterator[_Stretch]:
    for (start, offset), (stop, end) in pairwise(points):
        if stop > start and stop - start == end - offset:
            yield _Stretch(part, start, stop, offset)


def _runs(
    layout: Layout, segments: list[Segment]
) -> tuple[list[tuple[int, int]], bool]:
    """Where a line end may begin and end, and whether blanks before it may lack."""
    starts = layout.starts
    if layout.stream_breaks and len(segments[0].text) > layout.widths[0]:
        starts = (0, *(starts[line] for line in layout.stream_breaks), starts[-1])
        return list(pairwise(starts)), False
    return list(pairwise(starts)), not _padded(segments)


def _by_label(
    layout: Layout, part: Segment, runs: list[tuple[int, int]], known: int | None
) -> int | None:
    """Which run a segment is, by the labels in it; else what is known already."""
    begins = [begin for begin, _ in runs]
    for anchor, found in _labels(layout, part.text):
        if anchor.at - found in begins:
            return begins.index(anchor.at - found)
    return known


def _labels(layout: Layout, text: bytes) -> Iterator[tuple[Anchor, int]]:
    for anchor in layout.anchors:
        if anchor.literal and (found := text.find(anchor.literal)) >= 0:
            yield anchor, found


def _points(
    layout: Layout, text: bytes, begin: int | None, end: int | None
) -> Iterator[_Point]:
    for anchor, found in _labels(layout, text):
        yield found, anchor.at
        yield found + anchor.width, anchor.at + anchor.width
    if begin is None:
        return
    yield 0, begin
    first = re.match(layout.start.encode("latin-1"), text) if begin == 0 else None
    if first is not None:
        yield first.end(), first.end()
    yield from _patterns(layout, text, begin, end)
    if end is not None:
        yield len(text), end
