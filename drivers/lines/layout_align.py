"""Puts the bytes of a record on the lines and columns of a layout.

The same record arrives in three shapes:

lines
    each line with its own line end, trailing blanks kept or cut off;
stream
    lines run together, only the lines of ``stream_breaks`` have a line end;
wrapped
    another program has wrapped the stream: a line feed stands for a real line
    end, for a blank that it swallowed, or for nothing at all.

The first two are laid out directly. For the third the anchors of the layout say
which of the three each line feed was: a search over the few line feeds, best
agreement with the anchors wins. Lines that are too long are a last resort.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from aliquot.drivers.lines.layouts import FREE_LINE, Anchor, Layout

_LINE_END = re.compile(rb"\r\n|\r|\n")
# What some program between makes of every line end: a second carriage return, the two
# the other way round, or an empty line below each line.
_ODD_ENDS = (b"\r\r\n", b"\n\r", b"\r\n\r\n", b"\r\r", b"\n\n")
_LEAST_ODD = 3
_SMS_PART = re.compile(rb"\(Con't\) \d+ of \d+ *")
_CONTROLS = bytes(range(0x20)) + b"\x7f"
_BLANKED = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_FULL_LINES = 3  # so many lines that end at one column are no chance
_SLACK = 2  # blanks a line may have past its width
_MOST_PREFIX = 4  # type digit, position and a blank
MOST_SEGMENTS = 40
_MOST_STATES = 12

# What a line feed stood for, and what each guess costs beside anchors that agree.
_COST_BLANK = 0.5
_COST_BREAK = 0.5
_COST_LINE = 1.0
_COST_GAP = 3.0
_COST_IN_WORD = 0.7  # a word goes on behind the line feed
_HIT_TEXT = 4.0
_HIT_PATTERN = 2.0


@dataclass(frozen=True, slots=True)
class Segment:
    """Bytes between two line ends, and where they stand in the payload."""

    text: bytes
    at: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A record's unbroken text with every line at its full width.

    ``index[i]`` is the place of ``text[i]`` in the payload, -1 where it was
    filled up. ``end`` is the offset after the last byte that was received.
    """

    text: bytes
    index: tuple[int, ...]
    end: int
    reflowed: bool
    damaged: bool = False  # something stood where no column is, or is not proven
    doubtful: frozenset[int] = frozenset()  # offsets of which nothing is proven


_Path = tuple[float, tuple[int, ...]]


def align(layout: Layout, payload: bytes) -> Grid | None:
    """The payload on the layout's columns, or None when it does not fit."""
    segments, parted = split(payload)
    if not segments or len(segments) > MOST_SEGMENTS:
        return None
    if is_unlabelled(layout, segments):
        return None
    for direct in (as_lines, as_stream):
        starts = direct(layout, segments)
        if starts is not None:
            grid = lay_out(layout, segments, starts, parted)
            if agrees(layout, grid.text):
                return _without_cut_columns(layout, segments, grid)
    more = with_more_lines(layout, segments, parted)
    if more is not None:
        return more
    starts = as_wrapped(layout, segments)
    if starts is not None:
        return lay_out(layout, segments, starts, reflowed=True)
    return _as_damaged_lines(layout, segments, parted)


def is_unlabelled(layout: Layout, segments: list[Segment]) -> bool:
    """Lines that begin as this layout does and have none of its texts: each ends before
    the place of one. That is another county's record; where such a place is left blank
    with more behind it, it is a record of this layout that says nothing there."""
    begins = list(zip(layout.starts, segments, strict=False))
    literals = [one for one in layout.anchors if one.literal is not None]
    places = [
        part.text[one.at - begin : one.at - begin + one.width]
        for one in literals
        for (begin, part), (end, _) in pairwise(begins)
        if begin <= one.at < end
    ]
    nothing = bool(places) and not any(places)
    return (
        nothing
        and as_lines(layout, segments) is not None
        and not any(
            (one.literal or b"") in part.text for one in literals for part in segments
        )
    )


def with_more_lines(
    layout: Layout, segments: list[Segment], parted: bool
) -> Grid | None:
    """A record with all its lines, and behind them lines of no layout."""
    own = segments[: len(layout.widths)]
    starts = as_lines(layout, own)
    if starts is None or len(segments) <= len(layout.widths) + layout.extra_lines:
        return None
    grid = lay_out(layout, own, starts, parted)
    if not all(_stands(anchor, grid.text) for anchor in layout.anchors):
        return None
    return replace(grid, damaged=True)


def _stands(anchor: Anchor, text: bytes) -> bool:
    score = anchor_score(anchor, text, 0)
    return score > 0 if anchor.literal else score >= 0


def _without_cut_columns(layout: Layout, segments: list[Segment], grid: Grid) -> Grid:
    """Where some program has cut the ends of all lines, what stood there is not known."""
    longest = max(len(part.text) for part in segments)
    full = [part for part in segments if len(part.text.rstrip()) == longest]
    lines = list(zip(layout.starts, layout.widths, strict=False))
    if len(full) < _FULL_LINES or not 1 < longest < max(layout.widths):
        return grid
    lost = {
        at for start, width in lines for at in range(start + longest, start + width)
    }
    return replace(grid, damaged=True, doubtful=frozenset(lost))


def _as_damaged_lines(
    layout: Layout, segments: list[Segment], parted: bool
) -> Grid | None:
    """All lines are there and some are too long: the rest of those is left out."""
    most = len(layout.widths) + layout.extra_lines
    if not layout.required_lines <= len(segments) <= most:
        return None
    clipped = [
        Segment(part.text[: width or FREE_LINE], part.at)
        for part, width in zip(segments, layout.widths, strict=False)
    ]
    grid = lay_out(layout, clipped, list(layout.starts), parted)
    if _score(layout, grid.text, 0) <= 0:
        return None
    return replace(grid, damaged=True)


def line_end(payload: bytes) -> re.Pattern[bytes]:
    """What ends a line here: an odd one only where every line ends so."""
    ends = payload.rstrip(b"\r\n\f").count
    returns, feeds = ends(b"\r"), ends(b"\n")
    for odd in _ODD_ENDS:
        count = ends(odd)
        whole = count * odd.count(b"\r"), count * odd.count(b"\n")
        if count >= _LEAST_ODD and whole == (returns, feeds):
            return re.compile(odd)
    return _LINE_END


def split(payload: bytes) -> tuple[list[Segment], bool]:
    """Segments without trailing empty ones; whether message part marks were cut."""
    found: list[Segment] = []
    at = 0
    for end in line_end(payload).finditer(payload):
        found.append(Segment(payload[at : end.start()].translate(_BLANKED), at))
        at = end.end()
    found.append(Segment(payload[at:].translate(_BLANKED), at))
    while found and not found[-1].text.strip():
        found.pop()
    kept = [part for part in found if not _SMS_PART.fullmatch(part.text)]
    return kept, len(kept) < len(found)


def as_lines(layout: Layout, segments: list[Segment]) -> list[int] | None:
    widths = layout.widths
    if len(segments) > len(widths) + layout.extra_lines:
        return None
    alike = len({len(part.text) for part in segments[:-1]}) == 1  # all padded
    for part, width in zip(segments, widths, strict=False):
        if width and not _fits(part.text, width, alike):
            return None
    return list(layout.starts[: len(segments)])


def _fits(text: bytes, width: int, alike: bool) -> bool:
    return (alike or len(text) <= width + _SLACK) and len(text.rstrip()) <= width


def as_stream(layout: Layout, segments: list[Segment]) -> list[int] | None:
    starts = [0, *(layout.starts[line] for line in layout.stream_breaks)]
    if len(segments) != len(starts) or len(starts) < 2:
        return None
    ends = [*starts[1:], layout.starts[-1]]
    for part, start, end in zip(segments, starts, ends, strict=True):
        last = end == ends[-1]
        if len(part.text) != end - start and not (last and _shorter(part, start, end)):
            return None
    return starts


def _shorter(part: Segment, start: int, end: int) -> bool:
    return len(part.text.rstrip()) <= end - start


def as_wrapped(layout: Layout, segments: list[Segment]) -> list[int] | None:
    if not layout.anchors or len(segments[0].text) > layout.starts[-1]:
        return None
    if (seamless := _cut_at_one_width(layout, segments)) is not None:
        return seamless
    first = segments[0]
    states: dict[int, _Path] = {
        len(first.text): (_score(layout, first.text, 0), (0,)),
    }
    for before, part in pairwise(segments):
        states = _step(layout, before.text, part.text, states)
        if not states:
            return None
    score, starts = max(states.values())
    return list(starts) if score >= 0 else None


def _cut_at_one_width(layout: Layout, segments: list[Segment]) -> list[int] | None:
    """Cut into pieces of one length, with nothing lost between them.

    The first piece may lack what stood in front of the record.
    """
    first, *others = [len(part.text) for part in segments]
    if len(others) < 2 or len({*others[:-1]}) != 1:
        return None
    if not 0 <= others[0] - first <= _MOST_PREFIX or others[-1] > others[0]:
        return None
    starts = [0, *accumulate(others[:-1], initial=first)]
    if starts[-1] >= layout.starts[-1]:
        return None
    text = lay_out(layout, segments, starts, reflowed=True).text
    return starts if all(_stands(anchor, text) for anchor in layout.anchors) else None


def _step(
    layout: Layout, before: bytes, text: bytes, states: dict[int, _Path]
) -> dict[int, _Path]:
    found: dict[int, _Path] = {}
    room = layout.starts[-1] + layout.extra_lines * 32
    in_word = before[-1:].strip() and text[:1].strip()
    for end, (score, starts) in states.items():
        for start, cost in _guesses(layout, text, end).items():
            if start + len(text.rstrip()) > room:
                continue
            if in_word and start == end:
                cost += _COST_IN_WORD
            path = (score - cost + _score(layout, text, start), (*starts, start))
            at = start + len(text)
            if at not in found or found[at] < path:
                found[at] = path
    best = sorted(found.items(), key=lambda item: item[1], reverse=True)
    return dict(best[:_MOST_STATES])


def _guesses(layout: Layout, text: bytes, end: int) -> dict[int, float]:
    """Where the next segment may begin after ``end``, and what that costs."""
    guesses: list[tuple[int, float]] = [(end, 0.0), (end + 1, _COST_BLANK)]
    breaks = [layout.starts[line] for line in layout.stream_breaks]
    guesses += [(at, _COST_BREAK) for at in breaks if at >= end][:1]
    guesses += [(at, _COST_LINE) for at in layout.starts if at >= end][:1]
    for anchor in layout.anchors:
        if anchor.literal and (found := text.find(anchor.literal)) >= 0:
            guesses.append((anchor.at - found, _COST_GAP))
    cheapest: dict[int, float] = {}
    for start, cost in guesses:
        if start >= end:
            cheapest[start] = min(cost, cheapest.get(start, cost))
    return cheapest


def _score(layout: Layout, text: bytes, start: int) -> float:
    return sum(anchor_score(a, text, start) for a in layout.anchors)


def anchor_score(anchor: Anchor, text: bytes, start: int) -> float:
    at = anchor.at - start
    if at + anchor.width <= 0 or at >= len(text):
        return 0.0
    window = text[max(at, 0) : at + anchor.width]
    if len(window) < anchor.width:  # broken in the middle, or cut off
        return _partial(anchor, window, at)
    if anchor.pattern.fullmatch(window):
        return _HIT_TEXT if anchor.literal else _HIT_PATTERN
    if not window.strip():
        return 0.0
    return -_HIT_TEXT if anchor.literal else -_HIT_PATTERN


def _partial(anchor: Anchor, window: bytes, at: int) -> float:
    if anchor.literal is None or not window.strip():
        return 0.0
    wanted = anchor.literal[-at:] if at < 0 else anchor.literal
    return 0.0 if wanted.startswith(window) else -_HIT_TEXT


def agrees(layout: Layout, text: bytes) -> bool:
    """No anchor is contradicted by what stands in its place."""
    return _score(layout, text, 0) >= 0 and all(
        anchor_score(anchor, text, 0) >= 0
        for anchor in layout.anchors
        if anchor.literal
    )


def lay_out(
    layout: Layout, segments: list[Segment], starts: list[int], reflowed: bool
) -> Grid:
    total = layout.starts[-1]
    text = bytearray(b" " * total)
    index = [-1] * total
    end = 0
    for part, start in zip(segments, starts, strict=False):
        piece = part.text[: max(total - start, 0)]
        text[start : start + len(piece)] = piece
        index[start : start + len(piece)] = range(part.at, part.at + len(piece))
        end = max(end, start + len(piece))
    return Grid(bytes(text), tuple(index), end, reflowed)
