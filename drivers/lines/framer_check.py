"""The block check behind ETX: none, or the exclusive or of the block.

Modes: ``auto``, ``none``, ``xor`` (either sum), and ``xor_after_stx`` or
``xor_with_stx`` where it is known what the sum is made of.

Whether a line has one is learned from the line. Until that is known, what stands
right behind ETX decides:

* nothing, or the next STX: there is no check, and the frame is fine;
* one byte that is one of the two sums: the check, and the frame is fine;
* one byte alone that is neither: taken for a check that does not hold, so the
  frame is damaged (``WRONG``) and becomes noise;
* one byte alone that may be a line end, an answer or the end of all (CR, LF, FF,
  ACK, NAK, EOT), or more bytes: no check for certain, but the frame is flagged (``UNSURE``).

A single byte that never is a sum must not make good frames noise for ever. So the
majority of the last eight such bytes decides: after three wrong ones that are
more than the right ones, the line's byte is no check that this program knows, and
frames are taken again, each flagged.

The two sums differ in one bit, so a line on which either is right would miss each
damage of that bit. So which of them it is is learned as well: after two of a kind
the other is wrong, until three of the other have come in a row.
"""

from __future__ import annotations

from collections import deque
from enum import Enum
from functools import reduce
from operator import xor

# Two in a row of a kind, and the line is taken to be of that kind.
_SURE = 2
# So many wrong ones in a row, less two, and the line is no longer taken to be.
_MOST_SURE = 16
# Of so many single bytes behind ETX the majority decides, from so many wrong ones.
_LAST = 8
_MANY_WRONG = 3
# Where it is known which of the sums it is, the other is wrong.
_ONE_SUM = {"xor_after_stx": 0, "xor_with_stx": 1}
# Bytes that begin or part other things: one of them proves no block check.
_AMBIGUOUS = frozenset(b"\x02\x03\x04\x0a\x0d\x0c\x06\x15")


class Verdict(Enum):
    """What the byte behind ETX is."""

    CHECK = "check"
    WRONG = "wrong"
    NOT_PART = "not_part"  # it belongs to what follows
    MISSING = "missing"  # the same, on a line that has block checks
    DOUBT = "doubt"  # what follows it decides: ask ``settle``
    UNSURE = "unsure"  # it belongs to the block, and may be a check or not
    UNSURE_NOT_PART = "unsure_not_part"  # the same, and it belongs to what follows


def xor_sums(block: bytes) -> tuple[int, int]:
    """Both usual sums of STX ... ETX: without STX, and with it."""
    without = reduce(xor, block[1:], 0)
    return without, without ^ block[0]


class BlockCheck:
    """Judges the byte behind ETX, and learns whether a line has one at all."""

    def __init__(self, mode: str, stx: int = 0x02) -> None:
        self._mode = mode
        self._stx = stx
        self._seen = 0  # above 0: in a row with a check; below: in a row without
        self._right: deque[bool] = deque(maxlen=_LAST)
        self._sum = _ONE_SUM.get(mode)  # which of the two it is, once known
        self._in_a_row = (0, 0)  # which was last, and how often

    @property
    def expected(self) -> bool:
        """The line has block checks for certain."""
        return self._mode.startswith("xor") or (
            self._mode == "auto" and self._seen >= _SURE
        )

    @property
    def never(self) -> bool:
        """The line has none for certain, so that ETX is the end."""
        return self._mode == "none" or (self._mode == "auto" and self._seen <= -_SURE)

    def judge(self, block: bytes, byte: int) -> Verdict:
        if self._holds(block, byte) and (self.expected or byte != self._stx):
            if byte == self._stx:
                return Verdict.DOUBT  # or the check was lost, and the next begins
            if byte not in _AMBIGUOUS:
                self._learn(True)
            return Verdict.CHECK
        if not self.expected:
            if byte != self._stx:
                return Verdict.DOUBT
            self._learn(False)
            return Verdict.NOT_PART
        self._right.append(False)
        self._seen = min(self._seen, _MOST_SURE) - 1
        return Verdict.MISSING if byte == self._stx else Verdict.WRONG

    def settle(self, byte: int, alone: bool) -> Verdict:
        """After ``DOUBT``: the byte stands alone, or other bytes follow at once."""
        if byte == self._stx:
            return Verdict.CHECK if alone else Verdict.MISSING
        if not alone or byte in _AMBIGUOUS:
            self._learn(False)
            return Verdict.UNSURE_NOT_PART
        self._right.append(False)
        wrong = self._right.count(False)
        if wrong >= _MANY_WRONG and wrong * 2 > len(self._right):
            return Verdict.UNSURE
        return Verdict.WRONG

    def silence(self) -> Verdict:
        """Nothing came behind ETX."""
        if self.expected:
            self._seen = min(self._seen, _MOST_SURE) - 1
            return Verdict.MISSING
        self._learn(False)
        return Verdict.NOT_PART

    def stray(self, block: bytes, byte: int) -> None:
        """A byte came after a block that was closed at ETX: was it a check?"""
        if self._holds(block, byte) and byte not in _AMBIGUOUS:
            self._seen = 1

    def _holds(self, block: bytes, byte: int) -> bool:
        """It is the sum, as far as it is known which."""
        sums = xor_sums(block)
        if byte not in sums:
            return False
        which = sums.index(byte)
        if self._mode in _ONE_SUM:
            return which == self._sum
        last, count = self._in_a_row
        self._in_a_row = (which, count + 1 if which == last else 1)
        if self._in_a_row[1] >= (_SURE if self._sum is None else _MANY_WRONG):
            self._sum = which
        return self._sum is None or which == self._sum

    def _learn(self, check: bool) -> None:
        if check:
            self._right.append(True)
            self._seen = max(self._seen, 0) + 1
        else:
            self._seen = min(self._seen, 0) - 1
