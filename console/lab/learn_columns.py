"""Finds the columns of a field: the widest stretch that all samples agree on."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from aliquot.console.lab.learn_kinds import FIXED, RIGHT
from aliquot.console.lab.learn_samples import Read, Spot
from aliquot.drivers.lines.layouts import FREE_LINE

_LABEL_ENDS = ":=#"
_LEAST = {"class_of_service": 4}  # columns, though all samples have fewer
_MOST_BLANK = 2  # between a label and its value, where the value does not move


@dataclass(frozen=True, slots=True)
class Window:
    """Columns ``first`` to ``stop`` (not in it) of a line from 0, for one field."""

    name: str
    line: int
    first: int
    stop: int
    left: bool = True  # all texts begin in the same column
    right: bool = True  # all texts end in the same column
    label: str = ""
    kind: str = "text"

    @property
    def place(self) -> tuple[int, int, int]:
        return self.line, self.first, self.stop


@dataclass(frozen=True, slots=True)
class Choice:
    """A window, and other places that fit as well; or what speaks against any."""

    window: Window | None
    others: tuple[Spot, ...] = ()
    reason: str = ""


def place(name: str, samples: Sequence[Read]) -> Choice:
    """The columns in which the field stands in all the samples that have it."""
    spots = [sample.spots(name) for sample in samples]
    for sample, found in zip(samples, spots, strict=True):
        if not found:
            text = sample.text_of(name) or ""
            return Choice(None, reason=f"{text!r} does not occur in {sample.name}")
    fits = _fitting(name, samples, spots)
    if not fits:
        return Choice(None, reason=_contradiction(samples, spots))
    best, *others = sorted(fits, key=_order)
    first = [Spot(w.line, w.first, w.stop) for w in others]
    return Choice(best, tuple(first))


def _order(window: Window) -> tuple[bool, bool, int, int]:
    """Fixed ends first, then the first in the text."""
    return (
        not (window.left or window.right),
        not window.left,
        window.line,
        window.first,
    )


def _fitting(
    name: str, samples: Sequence[Read], spots: Sequence[Sequence[Spot]]
) -> list[Window]:
    """One window a place that agrees in all samples."""
    found: dict[tuple[Spot, ...], Window] = {}
    for key in (_begin, _end):
        counts = Counter(k for some in spots for k in {key(s) for s in some})
        for wanted, count in counts.items():
            if count < len(samples):
                continue
            chosen = tuple(next(s for s in some if key(s) == wanted) for some in spots)
            window = _window(name, chosen)
            if _holds(window, samples, chosen):
                found.setdefault(chosen, window)
    return list(found.values()) or _loose(name, samples, spots)


def _begin(spot: Spot) -> tuple[int, int]:
    return spot.line, spot.first


def _end(spot: Spot) -> tuple[int, int]:
    return spot.line, spot.stop


def _loose(
    name: str, samples: Sequence[Read], spots: Sequence[Sequence[Spot]]
) -> list[Window]:
    """Neither end is fixed, but nothing else stands in the columns: centred text."""
    lines = {s.line for s in spots[0]}
    for line in sorted(lines):
        chosen = [next((s for s in some if s.line == line), None) for some in spots]
        there = tuple(s for s in chosen if s is not None)
        if len(there) == len(spots):
            window = _window(name, there)
            if _holds(window, samples, there):
                return [window]
    return []


def _window(name: str, chosen: Sequence[Spot]) -> Window:
    firsts, stops = {s.first for s in chosen}, {s.stop for s in chosen}
    return Window(
        name=name,
        line=chosen[0].line,
        first=min(firsts),
        stop=max(stops),
        left=len(firsts) == 1,
        right=len(stops) == 1,
    )


def _holds(window: Window, samples: Sequence[Read], chosen: Sequence[Spot]) -> bool:
    """In the window is the text in every sample, and nothing else."""
    return all(
        not s.cut(window.line, window.first, spot.first).strip()
        and not s.cut(window.line, spot.stop, window.stop).strip()
        for s, spot in zip(samples, chosen, strict=True)
    )


def _contradiction(samples: Sequence[Read], spots: Sequence[Sequence[Spot]]) -> str:
    if beside := _beside(samples, spots):
        return beside
    several = any(len(some) > 1 for some in spots)
    first, *rest = zip(samples, spots, strict=True)
    other = next((o for o in rest if not {*o[1]} & {*first[1]}), rest[0])
    places = [
        f"{' or '.join(s.words for s in some[:3])} of {sample.name}"
        for sample, some in (first, other)
    ]
    what = (
        "it stands at several places and no place agrees in all samples"
        if several
        else "its columns contradict each other between the samples"
    )
    return f"{what}: {places[0]}, but {places[1]}"


def _beside(samples: Sequence[Read], spots: Sequence[Sequence[Spot]]) -> str:
    """Where all begin in one column: the other text that stands in the columns of the
    longest one. Empty where they do not."""
    begins = set.intersection(*({_begin(s) for s in some} for some in spots))
    for line, first in sorted(begins):
        stop = max(s.stop for some in spots for s in some if _begin(s) == (line, first))
        for sample, some in zip(samples, spots, strict=True):
            end = max(s.stop for s in some if _begin(s) == (line, first))
            if other := sample.cut(line, end, stop).strip():
                return (
                    f"its columns are line {line + 1}, {first}-{stop - 1}, and in "
                    f"{sample.name} {other!r} stands in them too: mark both as one "
                    "(an address may end in a unit), or leave that record out"
                )
    return ""


def cuts(window: Window, samples: Sequence[Read]) -> str:
    """Why a field does not stand in its columns in a sample in which it was not marked:
    they cut a word in two there, or hold what stands in front of it elsewhere, for the
    text before it is longer. Empty: it may well stand there."""
    having = [one for one in samples if one.text_of(window.name) is not None]
    words = {_word_before(one, window) for one in having}
    for sample in samples:
        if sample in having:
            continue
        cut = next((c for c in _edges(window, sample) if not _usual(c, having)), None)
        text = sample.cut(window.line, window.first, window.stop)
        moved = len(words) == 1 and not words.isdisjoint(text.split())
        if having and (cut is not None or moved):
            around = sample.cut(window.line, max(0, window.first - 8), window.stop + 8)
            return (
                f"its columns are line {window.line + 1}, {window.first}-"
                f"{window.stop - 1}, and do not fit {sample.name}, in which it is not "
                f"marked ({around.strip()!r}): leave it out of the labels"
            )
    return ""


def _edges(window: Window, sample: Read) -> list[tuple[int, int]]:
    """The ends of the columns, as line and column, at which a word is cut."""
    ends = ((window.line, window.first), (window.line, window.stop))
    return [(line, at) for line, at in ends if _glued(sample, line, at)]


def _usual(edge: tuple[int, int], having: Sequence[Read]) -> bool:
    return any(_glued(one, *edge) for one in having)


def _word_before(sample: Read, window: Window) -> str:
    """The word in front of the columns, if it is one of letters."""
    words = sample.cut(window.line, 0, window.first).split()
    return words[-1] if words and words[-1].isalpha() and len(words[-1]) > 1 else ""


def _glued(sample: Read, line: int, at: int) -> bool:
    return sample.char(line, at - 1).isalnum() and sample.char(line, at).isalnum()


# --- from the texts to the whole width -------------------------------------------


def widen(
    windows: Iterable[Window], samples: Sequence[Read], widths: Sequence[int]
) -> list[Window]:
    """Each window as wide as it can be, with the label in front of it."""
    by_line: dict[int, list[Window]] = {}
    for window in windows:
        by_line.setdefault(window.line, []).append(window)
    wide: list[Window] = []
    for line, some in sorted(by_line.items()):
        wide += _widen_line(
            sorted(some, key=_first), samples, widths[line] or FREE_LINE
        )
    return wide


def _first(window: Window) -> tuple[int, int]:
    return window.first, window.stop


def _widen_line(
    windows: list[Window], samples: Sequence[Read], width: int
) -> list[Window]:
    found: list[Window] = []
    line = windows[0].line
    taken = _foreign(windows, samples, line, width)
    for n, window in enumerate(windows):
        before = windows[n - 1].stop if n else 0
        after = windows[n + 1].first if n + 1 < len(windows) else width
        stop = window.stop
        most = min(after, _longest(window))
        while stop < most and not taken[stop]:
            stop += 1
        first = window.first
        while first > before and not taken[first - 1]:
            first -= 1
        if n + 1 < len(windows) and stop == after:
            stop = _share(window, windows[n + 1])
        if n and first == before:
            first = max(first, _share(windows[n - 1], window))
        elif _begins(window):
            near = first and taken[first - 1] and window.first - first <= _MOST_BLANK
            first = first if near else window.first
        found.append(_labelled(replace(window, first=first, stop=stop), samples))
    return found


def _longest(window: Window) -> int:
    """Where a text of always the same length ends at the latest."""
    if window.kind in FIXED and window.left and window.right:
        return max(window.stop, window.first + _LEAST.get(window.kind, 0))
    return sys.maxsize


def _begins(window: Window) -> bool:
    """Whether its texts all begin in one column, and not by chance."""
    return window.left and not (window.right and window.kind in RIGHT)


def _share(a: Window, b: Window) -> int:
    """Where, in the blanks between two neighbours, the one ends and the other begins."""
    if a.stop >= b.first:
        return b.first
    moves = not b.left and b.right  # written at the right end: grows to the left
    unknown = b.left and b.right and b.kind in RIGHT
    if not (moves or unknown):
        return b.first
    if a.kind in FIXED or (a.right and not a.left):
        return a.stop
    return a.stop + (b.first - a.stop + 1) // 2


def _foreign(
    windows: Sequence[Window], samples: Sequence[Read], line: int, width: int
) -> list[bool]:
    """Columns where some sample has text that is of none of the fields."""
    taken = [False] * (width + 1)
    for sample in samples:
        text = sample.cut(line, 0, width)
        own = [False] * (width + 1)
        for window in windows:
            for column in _own(window, sample, text):
                own[min(column, width)] = True
        for column, char in enumerate(text):
            if char != " " and not own[column]:
                taken[column] = True
    return taken


def _own(window: Window, sample: Read, text: str) -> range:
    """Columns of a field's own text in a sample, labelled in it or not."""
    if window.kind == "telephone" or sample.text_of(window.name) is not None:
        return range(window.first, window.stop)
    stop = window.stop
    double = text.find("  ", max(window.first, stop - 1))
    if text[window.first : stop].strip() and window.left:
        stop = max(stop, double if double >= 0 else len(text))
    return range(window.first, stop)


def _labelled(window: Window, samples: Sequence[Read]) -> Window:
    """With the label right in front of the window, where all samples have one."""
    label = _common_before(window, samples)
    if not label:
        return window
    first = window.first - len(label)
    return replace(window, first=first, label=label.rstrip())


def _common_before(window: Window, samples: Sequence[Read]) -> str:
    """``LAT:`` in ``LAT:+043``, or ``LON: ``; empty where there is no such text."""
    line, at = window.line, window.first
    least = samples[0].cut(line, 0, at)
    there = [s.cut(line, 0, at) for s in samples if s.cut(line, 0, at).strip()]
    if not there:
        return ""
    least = there[0]
    blanks = len(least) - len(least.rstrip())
    end = len(least.rstrip())
    if (
        blanks > _MOST_BLANK
        or not least[end - 1 : end]
        or (least[end - 1] not in _LABEL_ENDS)
    ):
        return ""
    begin = end
    while begin > 0 and all(
        t[begin - 1 : end] == least[begin - 1 : end] for t in there
    ):
        if least[begin - 1] == " " and not _inside(least, begin, end):
            break
        begin -= 1
    label = least[begin:]
    known = all(s.cut(line, begin, at) in (label, " " * len(label)) for s in samples)
    has_name = any(c.isalpha() for c in label) or "#" in label
    return label if known and has_name else ""


def _inside(text: str, begin: int, end: int) -> bool:
    """Whether the blank at ``begin - 1`` is one of ``CELL =``: before the sign only."""
    return not text[begin:end].strip(_LABEL_ENDS + " ")
