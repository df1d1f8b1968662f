"""Joins values that a wrap has cut in two, where what they were is certain.

``+038.877 010`` has three digits, a point and six digits once the blank is gone;
``ATTM O`` is a provider's code that is known. Nothing else is joined.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from aliquot.drivers.lines.label_layout import LabelRule
from aliquot.drivers.lines.label_take import PROVIDERS
from aliquot.drivers.lines.label_text import FlatText
from aliquot.drivers.lines.label_values import behind_label
from aliquot.drivers.lines.layouts import Kind
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
_DECIMALS = re.compile(r"(?<![\d.])[+-]?\d{1,3}\.(\d{4,12})(?![\d.])")
_USUAL_DECIMALS = (5, 6, 7)
_CUT_DECIMAL = re.compile(
    r"[=: NSEW][+-]?\d{1,3}\.(?P<left>\d{0,11})(?P<gap>[ ]?\n[ ]?|[ ])"
    r"(?P<right>\d{1,11})(?=[NSEW]?[ \n|,;/]*"
    r"(?:[A-Za-z#]{1,12}(?: ?[=:]|[ ]{1,3}[NSEW+-]?\d)|[+-]\d|\Z))"
)
_CUT_NUMBER = re.compile(
    r"(?<![\d-])(?:(?:\(\d{3}\) ?|\d{3}-)\d{3}-(?P<gap>[ ]?\n[ ]?)\d{4}"
    r"|\d{3}-(?P<gap2>[ ]?\n[ ]?)\d{3}-\d{4}"
    # Within the exchange: a line that begins with the rest, its dash and four digits.
    r"|\d{3}-(?:\d(?P<gap3>\n)\d{2}|\d{2}(?P<gap4>\n)\d)-\d{4})(?![\d-])"
)
# A number whose area code ends a line; a class behind its label.
_CUT_AREA = re.compile(r"\(\d{3}\)(?P<gap>[ ]?\n[ ]?)\d{3}-\d{4}(?![\d-])")
_CUT_CLASS = re.compile(
    r"(?<![A-Za-z])(?:COS|CLASS|CLS|CLASS OF SERVICE) ?[:=] ?"
    r"(?P<left>[A-Z]{1,3})(?P<gap>\n)(?P<right>[A-Z0-9]{1,3})(?![A-Za-z0-9])"
)
_CUT_LABEL = re.compile(
    r"(?P<left>[A-Za-z][A-Za-z# ]{0,23})(?P<gap>\n)(?P<right>[A-Za-z# ]{0,20}?)(?P<mark> ?[:=] ?)"
)
_NUMBERS = frozenset((Kind.TELEPHONE, Kind.DEGREES))
_LEAST_LABEL = 5  # letters of one that a text follows
_MOST = 200  # blanks of one text that are looked at


def join_by_twin(flat: FlatText) -> FlatText:
    """The text without a blank or line end in a decimal or a number, of any layout.

    A decimal is joined only where that makes it as long as all other degrees in the
    text, a number only where one is cut by a line end behind one of its dashes.
    """
    whole = {len(found[1]) for found in _DECIMALS.finditer(flat.text)}
    numbers = _CUT_NUMBER.finditer(flat.text)
    places = [cut.span(str(cut.lastgroup)) for cut in numbers]
    cuts = list(_CUT_DECIMAL.finditer(flat.text))
    sizes = [len(cut["left"]) + len(cut["right"]) for cut in cuts]
    alike = sizes[1:] and len({*sizes, *whole}) == 1  # latitude and longitude are cut
    for cut, size in zip(cuts, sizes, strict=True):
        if whole == {size} or (
            alike and "\n" in cut["gap"] and size in _USUAL_DECIMALS
        ):
            places.append(cut.span("gap"))
    places += [cut.span("gap") for cut in _CUT_AREA.finditer(flat.text)]
    places += [
        cut.span("gap")
        for cut in _CUT_CLASS.finditer(flat.text)
        if cut["left"] + cut["right"] in CLASSES and cut["left"] not in CLASSES
    ]
    return _without(flat, places)


def _without(flat: FlatText, places: Sequence[tuple[int, int]]) -> FlatText:
    """The text without these places, each of which parts a value."""
    text, index, joined = flat.text, list(flat.index), list(flat.joined)
    for begin, end in sorted(places, reverse=True):
        text = text[:begin] + text[end:]
        del index[begin:end]
        joined = [at - (end - begin) if at >= end else at for at in joined]
        joined.append(begin)
    if not places:
        return flat
    return FlatText(text, index, flat.parted, tuple(joined), flat.damaged)


def join_labels(
    flat: FlatText, rule_of: Callable[[str], LabelRule | None]
) -> tuple[FlatText, bool]:
    """The text with labels that a line end cuts in one piece, and whether there were
    such: ``CALLBA/CK:``, ``CLASS OF/SERVICE:``, ``LAT/: 42.3601``."""
    text, places = flat.text, []
    blanks: set[int] = set()
    at = 0
    while (cut := _CUT_LABEL.search(text, at)) is not None:
        at = cut.start("gap") + 1
        found = _cut_label(text, cut, rule_of)
        if found == "":
            places.append(cut.span("gap"))
        elif found == " ":
            blanks.add(cut.start("gap"))
    if not places and not blanks:
        return flat, False
    text = "".join(" " if at in blanks else c for at, c in enumerate(text))
    whole = FlatText(text, flat.index, flat.parted, flat.joined, flat.damaged)
    return _without(whole, places), True


def _cut_label(
    text: str, cut: re.Match[str], rule_of: Callable[[str], LabelRule | None]
) -> str | None:
    """What stood where the line ends now, nothing or a blank; None: it is no cut."""
    left, right = cut["left"].upper(), cut["right"].upper()
    if right and rule_of(right.strip()) is not None:
        return None
    begins = [found.start() for found in re.finditer(r"(?<![A-Z#])[A-Z]", left)]
    for begin in begins:
        for between in ("", " ") if right else ("",):
            rule = rule_of(left[begin:] + between + right)
            if rule is not None and _has_value(text, cut, rule, left[begin:] + right):
                return between
    return None


def _has_value(text: str, cut: re.Match[str], rule: LabelRule, label: str) -> bool:
    """The label is one for certain by what follows it, or is long enough."""
    follows = behind_label(rule.kind).match(text, cut.end())
    if rule.kind in _NUMBERS:
        return follows is not None and any(c in ".-" for c in follows[0])
    return follows is not None and len(label) >= _LEAST_LABEL


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
