"""Finds names that were mistyped.

One wrong, missing, added or exchanged letter is found by a table of all names with
one letter left out, in a time that does not grow with the names. For more there are
pairs of letters: the names that share most of them are compared letter by letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import ratio

_MOST_COMPARED = 24
_LEAST_ALIKE = 0.72
_SHORT = 4
_SHORTEST = 2


class Vocabulary:
    """Names by how they are spelled; each spelling stands for one name or several."""

    def __init__(self, spellings: Iterable[tuple[str, str]]) -> None:
        """``spellings``: (spelling without blanks, name)."""
        self._names: dict[str, set[str]] = defaultdict(set)
        for spelling, name in spellings:
            if spelling:
                self._names[spelling].add(name)
        self._shorter: dict[str, list[str]] = defaultdict(list)
        pairs: dict[str, list[int]] = defaultdict(list)
        self._prefixes: dict[str, list[str]] = defaultdict(list)
        self._spelled = list(self._names)
        for at, spelling in enumerate(self._spelled):
            for shorter in _shorter(spelling):
                self._shorter[shorter].append(spelling)
            for pair in _pairs(spelling):
                pairs[pair].append(at)
            if len(spelling) > _SHORT:
                self._prefixes[spelling[:_SHORT]].append(spelling)
        self._pairs = {pair: np.array(all_of) for pair, all_of in pairs.items()}
        self._weights = 1.0 / (2.0 + np.array([len(s) for s in self._spelled]))

    def exact(self, spelling: str) -> set[str]:
        return self._names.get(spelling, set())

    def near(self, spelling: str) -> dict[str, float]:
        """Names one letter away, by how much is lost (0 to 100)."""
        found: dict[str, float] = {}
        seen: set[str] = set()
        for key in (spelling, *_shorter(spelling)):
            seen.update(self._shorter.get(key, ()))
            if key in self._names:
                seen.add(key)
        for other in seen:
            if other == spelling or not _comparable(spelling, other):
                continue
            if OSA.distance(spelling, other) == 1:
                self._note(found, other, _lost(spelling, other))
        return found

    def alike(self, spelling: str) -> dict[str, float]:
        """Names that look alike, further away than one letter."""
        found: dict[str, float] = {}
        for other in self._sharing_pairs(spelling):
            if not _comparable(spelling, other):
                continue
            same = ratio(spelling, other) / 200
            same += JaroWinkler.similarity(spelling, other) / 2
            if same >= _LEAST_ALIKE:
                self._note(found, other, 4 + (1 - same) * 60)
        return found

    def _sharing_pairs(self, spelling: str) -> list[str]:
        """The spellings that share most pairs of letters for their length."""
        lists = [self._pairs[p] for p in _pairs(spelling) if p in self._pairs]
        if not lists:
            return []
        counts = np.bincount(np.concatenate(lists), minlength=len(self._spelled))
        shares = counts * self._weights
        if len(shares) > _MOST_COMPARED:
            best = np.argpartition(-shares, _MOST_COMPARED)[:_MOST_COMPARED]
        else:
            best = np.arange(len(shares))
        best = best[np.lexsort((best, -shares[best]))]
        return [self._spelled[at] for at in best if counts[at]]

    def begun(self, spelling: str) -> dict[str, float]:
        """Names that begin so: MASS for MASSACHUSETTS."""
        found: dict[str, float] = {}
        if len(spelling) >= _SHORT:
            for other in self._prefixes.get(spelling[:_SHORT], ()):
                if other.startswith(spelling) and other != spelling:
                    self._note(found, other, 7.0)
        return found

    def _note(self, found: dict[str, float], spelling: str, lost: float) -> None:
        for name in self._names[spelling]:
            found[name] = min(lost, found.get(name, 100.0))


def _comparable(one: str, other: str) -> bool:
    """E is not like 5, nor 15TH like 16TH: another number is another street."""
    if len(one) < _SHORTEST or len(other) < _SHORTEST:
        return False
    figures = _figures(one), _figures(other)
    return not all(figures) or figures[0] == figures[1]


def _figures(text: str) -> str:
    return "".join(filter(str.isdigit, text)) if not text.isalpha() else ""


def _lost(spelling: str, other: str) -> float:
    """A wrong letter says more in a short name."""
    longest = max(len(spelling), len(other))
    lost = 3.5 if longest >= 8 else 5.0 if longest >= 6 else 8.0
    same_letters = sorted(spelling) == sorted(other)
    doubled = abs(len(spelling) - len(other)) == 1 and _undoubled(
        spelling
    ) == _undoubled(other)
    return lost - 1.5 if same_letters or doubled else lost


def _undoubled(text: str) -> str:
    return "".join(c for at, c in enumerate(text) if not at or text[at - 1] != c)


def _shorter(text: str) -> set[str]:
    return {text[:at] + text[at + 1 :] for at in range(len(text))} if text else set()


def _pairs(text: str) -> set[str]:
    padded = f"^{text}$"
    return {padded[at : at + 2] for at in range(len(padded) - 1)}
