"""Joins values that a wrap has cut in two, where what they were is certain.

``+038.877 010`` has three digits, a point and six digits once the blank is gone;
``ATTM O`` is a provider's code that is known. Nothing else is joined.
"""

from __future__ import annotations

import re

from aliquot.drivers.lines.label_take import PROVIDERS
from aliquot.drivers.lines.label_text import FlatText
from aliquot.drivers.lines.values import CLASSES

_GAP = re.compile(r"(?<=[^ \n])(?:[ ]?\n[ ]?|[ ])(?=[^ \n])")
_WHOLE_DEGREES = re.compile(r"[+-]\d{3}\.\d{6}(?!\d)")
_SIGNED = re.compile(r"[+-](?!\d{3}\.\d{6})[\d.]*\Z")
_WHOLE_NUMBER = re.compile(r"(?:\(\d{3}\)|\d{3}-)\d{3}-\d{4}")
_AREA_CODE = re.compile(r"\(\d{3}\)")  # a blank behind it is usual
_DEGREES = re.compile(r"[+-]?\d{2,3}\.\d{6}")
_LABELS = ("CO=", "CALLBK=", "UNC=", "CNF=", "COF:", "COP:", "LAT:", "LON:")
_LEFT = re.compile(r"[^ \n]{1,24}\Z")
_RIGHT = re.compile(r"[^ \n]{1,24}")
_MOST = 200  # blanks of one text that are looked at


def join_cut(flat: FlatText) -> FlatText:
    """The text without the blanks that stand within a value."""
    text, index = flat.text, list(flat.index)
    joined = list(flat.joined)
    at = 0
    for _ in range(_MOST):
        gap = _GAP.search(text, at)
        if gap is None:
            break
        if not _is_cut(text, gap.start(), gap.end()):
            at = gap.end()
            continue
        text = text[: gap.start()] + text[gap.end() :]
        del index[gap.start() : gap.end()]
        joined.append(gap.start())
        at = gap.start()
    return FlatText(text, index, flat.parted, tuple(joined), flat.damaged)


def _is_cut(text: str, begin: int, end: int) -> bool:
    left = _LEFT.search(text, max(begin - 24, 0), begin)
    right = _RIGHT.match(text, end)
    if left is None or right is None:
        return False
    one, two = left[0], right[0]
    if "\n" in text[begin:end] and _DEGREES.fullmatch(one + two):
        return True  # no line begins with the rest of six decimals by chance
    signed = _SIGNED.search(one)
    if signed is not None and _WHOLE_DEGREES.match(signed[0] + two):
        return True
    if _WHOLE_NUMBER.fullmatch(one + two) and not _AREA_CODE.fullmatch(one):
        return True
    bare = one.rpartition("=")[2]
    code = bare + two
    if code in PROVIDERS and (bare not in PROVIDERS or len(two) == 1):
        return True
    if code in CLASSES and len(code) == 4 and bare not in CLASSES:
        return True
    return any((one + two).upper().startswith(label) for label in _LABELS) and (
        "=" not in one and ":" not in one
    )
