"""Which layout a text has, by evidence, at a cost that does not grow with layouts.

All first lines are one tree of the distinct patterns and all tokens are another, so
that a text is read once or twice however many layouts there are.
Only the few layouts with the best evidence are then tried in full.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from aliquot.drivers.lines.layouts import Layout
from aliquot.drivers.lines.start_tree import tree_of
from aliquot.drivers.lines.token_tree import tree_pattern

_MOST_TRIED = 3
# An optional type digit and two-digit position in front of any first line.
_PREFIX = rb"(?P<prefix>(?:(?<![0-9])[0-9]{1,3} ?)?)"
_PREFIX_BYTES = 4
_LEAST_ANCHORS = 3
_LEAST_PAIRS = 2
_LEAST_LINES = 5


@dataclass(frozen=True, slots=True)
class StartHit:
    """A first line: where it is, where it goes on after the prefix, and of what."""

    at: int
    line_at: int
    end: int
    prefix: str
    layouts: tuple[Layout, ...]

    @property
    def type_digit(self) -> str | None:
        return self.prefix[0] if len(self.prefix) in (1, 3) else None

    @property
    def position(self) -> str | None:
        return self.prefix[-2:] if len(self.prefix) >= 2 else None


class Starts:
    """Finds the first line of a record in bytes."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        by_pattern: dict[str, list[Layout]] = defaultdict(list)
        for layout in layouts:
            by_pattern[layout.start].append(layout)
        self._layouts = [tuple(group) for group in by_pattern.values()]
        body = tree_of(tuple(by_pattern)).encode("latin-1")
        self._pattern = re.compile(_PREFIX + rb"(?:" + body + rb")")
        longest = max((layout.start_bytes for layout in layouts), default=0)
        self.most_bytes = longest + _PREFIX_BYTES

    def match(self, data: bytes | bytearray, at: int = 0) -> StartHit | None:
        """A first line that begins exactly at ``at``."""
        return self._hit(self._pattern.match(data, at))

    def search(self, data: bytes | bytearray, at: int = 0) -> StartHit | None:
        """The leftmost first line that begins at or after ``at``."""
        return self._hit(self._pattern.search(data, at))

    def _hit(self, found: re.Match[bytes] | None) -> StartHit | None:
        if found is None:
            return None
        group = int((found.lastgroup or "s0")[1:])
        prefix = bytes(found["prefix"])
        return StartHit(
            at=found.start(),
            line_at=found.start() + len(prefix),
            end=found.end(),
            prefix=prefix.strip().decode("ascii"),
            layouts=self._layouts[group],
        )


class Detector:
    """Ranks layouts for one text."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        self.starts = Starts(layouts)
        self._layouts = tuple(layouts)
        self._by_token: dict[bytes, list[Layout]] = defaultdict(list)
        for layout in layouts:
            for token in layout.tokens:
                self._by_token[token].append(layout)
        tokens = tree_pattern(token.decode("latin-1") for token in self._by_token)
        self._tokens = re.compile(tokens.encode("latin-1"))

    def rank(self, text: bytes) -> tuple[Layout, ...]:
        """Layouts whose first line stands at the beginning, best evidence first."""
        hit = self.starts.match(text)
        if hit is None:
            return ()
        if len(hit.layouts) == 1:
            return hit.layouts
        votes = self._votes(text)
        ordered = sorted(hit.layouts, key=lambda layout: -votes[layout.name])
        return tuple(ordered[:_MOST_TRIED])

    def families(self, text: bytes, least: int) -> frozenset[str]:
        """Families of which at least so many texts stand in it, and as in columns."""
        votes = self._votes(text)
        return frozenset(
            layout.family
            for layout in self._layouts
            if votes[layout.name] >= least and _in_columns(layout, text)
        )

    def _votes(self, text: bytes) -> Counter[str]:
        votes: Counter[str] = Counter()
        for token in set(self._tokens.findall(text)):
            for layout in self._by_token[token]:
                votes[layout.name] += 1
        return votes


def _in_columns(layout: Layout, text: bytes) -> bool:
    """Labels stand as far from each other as in the layout, line ends not counted.

    What is left of a record has that, even with bytes lost in some places. Another
    family's text may have the same labels, but not so.
    """
    anchors = [anchor for anchor in layout.anchors if anchor.literal]
    if len(anchors) < _LEAST_ANCHORS:
        return True  # the texts alone must do
    if len(layout.widths) == 1 and _has_own_lines(text):
        return False
    run = text.translate(None, b"\r\n")
    found = [(anchor.at, _places(anchor.literal or b"", run)) for anchor in anchors]
    standing = sorted((at, places) for at, places in found if places)
    exact = sum(
        any(place + two - one in others for place in places)
        for (one, places), (two, others) in pairwise(standing)
    )
    return exact >= _LEAST_PAIRS


def _has_own_lines(text: bytes) -> bool:
    """Line ends where a record of one run has none, and not at one width, as another
    program would have wrapped it: lost bytes leave no such lines."""
    sizes = Counter(len(line) for line in text.splitlines()[:-1])
    lines = sizes.total()
    return lines >= _LEAST_LINES and max(sizes.values()) * 2 <= lines


def _places(literal: bytes, text: bytes) -> frozenset[int]:
    return frozenset(found.start() for found in re.finditer(re.escape(literal), text))
