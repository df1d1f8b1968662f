"""Which numbers a side of a street has: odd, even or both, in whatever words."""

from __future__ import annotations

_WORDS = {
    "O": ("o", "odd", "odds", "impar", "impair", "1"),
    "E": ("e", "even", "evens", "par", "pair", "2"),
    "B": ("b", "both", "all", "any", "mixed", "m", "oe", "eo", "oddeven", "evenodd"),
    "Z": ("z", "zero", "none", "no", "n", "0", "na"),
}
_BY_WORD = {word: sign for sign, words in _WORDS.items() for word in words}


def parity_of(text: str | None, start: int | None, end: int | None) -> str:
    """O, E, B (both) or Z (no range). What is not said, or not understood, is what
    both ends of the range are; B where they differ."""
    plain = "".join(c for c in (text or "").casefold() if c.isalnum())
    found = _BY_WORD.get(plain)
    if found is not None:
        return found
    if start is not None and end is not None and start % 2 == end % 2:
        return "O" if start % 2 else "E"
    return "B"


def understood(text: str | None) -> bool:
    plain = "".join(c for c in (text or "").casefold() if c.isalnum())
    return not plain or plain in _BY_WORD
