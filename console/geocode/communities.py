"""Which community a text means, however it is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from aliquot.console.geocode.words import tokens, words

_SHORTEST_PREFIX = 4
_ONE_LETTER, _TWO_LETTERS = 5, 9  # so long must a name be for so many wrong letters
_MOST_WORDS = 4


class Communities:
    """The names of the communities of a geofile."""

    def __init__(self, names: Iterable[str]) -> None:
        self.spelled: dict[str, str] = {}
        # By key, in the order of the names.
        for name in sorted(set(names)):
            if key := community_key(name):
                self.spelled.setdefault(key, name)
        self._keys = frozenset(self.spelled)
        self._meant: dict[str, frozenset[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._keys)

    def __contains__(self, text: str) -> bool:
        return community_key(text) in self._keys

    def meant(self, text: str) -> frozenset[str]:
        """Keys of those that a text may mean; none for a town that is not of here."""
        found = self._meant.get(text)
        if found is None:
            if len(self._meant) > 10_000:
                self._meant.clear()
            found = self._meant[text] = self._look_up(community_key(text))
        return found

    def spelled_out(self, text: str) -> bool:
        """Whether one has this very name, or one that was cut within a word. Of a
        misspelled name, and of SALEM for SALEM HEIGHTS, nobody knows whether it is
        not the town next door."""
        key = community_key(text)
        return key in self._keys or any(
            _begins(name, key) and name[len(key)] != " " for name in self._keys
        )

    def _look_up(self, key: str) -> frozenset[str]:
        if key in self._keys:
            return frozenset((key,))
        begun = {k for k in self._keys if _begins(k, key)}
        if begun:
            return frozenset(begun)
        wrong = 2 if len(key) >= _TWO_LETTERS else 1 if len(key) >= _ONE_LETTER else 0
        limit = wrong + 1
        return frozenset(
            k
            for k in self._keys
            if OSA.distance(k, key, score_cutoff=wrong) < limit and wrong
        )

    def begun(self, text: str) -> list[str]:
        """Keys of those whose names begin like a text, or have a word that does."""
        key = community_key(text)
        if not key:
            return list(self.spelled)
        first = [k for k in self.spelled if k.startswith(key)]
        return first + [
            k for k in self.spelled if f" {key}" in k and not k.startswith(key)
        ]

    def at_end(self, parts: Sequence[str]) -> int:
        """How many words at the end of a text name a community; the most of them."""
        for count in range(min(_MOST_WORDS, len(parts) - 1), 0, -1):
            if " ".join(parts[-count:]) in self:
                return count
        return 0


@lru_cache(maxsize=16_384)
def community_key(text: str) -> str:
    """In what names of communities are compared: CITY OF ST. PAUL is SAINT PAUL."""
    table = words()
    parts = [table.community_spelled.get(p, p) for p in tokens(text)]
    bare = [p for p in parts if p not in table.community_words]
    return " ".join(bare or parts)


def _begins(name: str, key: str) -> bool:
    """A name that was cut, or shortened: CAMB, GREENWOOD V."""
    return len(key) >= _SHORTEST_PREFIX and name.startswith(key)
