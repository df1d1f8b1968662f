"""Words in a record's text: what a person marks at one stroke. Pure."""

from __future__ import annotations

from itertools import pairwise

NOT_SAID = " ·"  # a blank, and what stands for what is not printable


def word_at(text: str, index: int) -> tuple[int, int]:
    """Begin and end (half open) of the word, or of the gap, that a character is in."""
    gap = text[index] in NOT_SAID
    first, last = index, index + 1
    while first > 0 and (text[first - 1] in NOT_SAID) == gap:
        first -= 1
    while last < len(text) and (text[last] in NOT_SAID) == gap:
        last += 1
    return first, last


def next_word(text: str, at: int, back: bool, extend: bool) -> int:
    """Where Ctrl and an arrow go: to the beginning of the word before or the next;
    ``extend``, forwards: to the last character of this word, else of the next."""
    said = [c not in NOT_SAID for c in text]
    begins = [n for n, (a, b) in enumerate(pairwise([False, *said])) if b and not a]
    if back:
        return next((n for n in reversed(begins) if n < at), 0)
    if not extend:
        return next((n for n in begins if n > at), len(text) - 1)
    ends = [n for n, (a, b) in enumerate(pairwise([*said, False])) if a and not b]
    return next((n for n in ends if n > at), len(text) - 1)
