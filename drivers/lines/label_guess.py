"""What stands in a text without a label and yet cannot be mistaken.

Only beside values that have labels, or where two such things speak for each other.
Everything taken here has the warning ``label_guessed``.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from aliquot.drivers.lines.api import FieldValue
from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.field_text import FieldText
from aliquot.drivers.lines.label_points import is_of_tower
from aliquot.drivers.lines.label_take import Taken
from aliquot.drivers.lines.label_text import FlatText
from aliquot.drivers.lines.label_values import read_value
from aliquot.drivers.lines.layouts import Kind
from aliquot.drivers.lines.numbers import NumberKind, classify
from aliquot.drivers.lines.values import CIVIC_WIRELESS, VOIP, WIRELESS

_CLASS = re.compile(
    r"(?<![A-Za-z0-9])(?:WPH[12]|WDL[12]|WL2|W911|WRLS|RESD|BUSN|VOIP|CNTX|MOBL|PBX[BR]"
    r"|RSDX|BSNX|VRES|VBUS|TLMA)(?![A-Za-z0-9])"
)
_POINT = re.compile(
    r"(?<![\d.])([+-]?\d{1,7}\.\d{3,12})[ ,/\n]{1,4}([+-]?\d{1,7}\.\d{3,12})(?![\d.])"
)
_SIDES = re.compile(
    r"(?<![\w.])(\d{1,2}\.\d{3,12}°? ?[NS]|[NS] ?\d{1,2}\.\d{3,12})[ ,/\n]{1,4}"
    r"(\d{1,3}\.\d{3,12}°? ?[EW]|[EW] ?\d{1,3}\.\d{3,12})(?![\w.])"
)
_PARTS = r"\d{1,3}[° :-] ?\d{1,2}[' :-] ?\d{1,2}(?:\.\d{1,6})?\"? ?"
_SIDES_OF_PARTS = re.compile(
    rf"(?<![\w.])({_PARTS}[NS])[ ,/\n]{{1,4}}({_PARTS}[EW])(?![\w.])"
)
_SAID_TO_BE_POINT = re.compile(
    r"LAT(?:ITUDE)? ?[/,] ?(?:LON|LONG|LONGITUDE|LNG)[ :=]{0,4}\Z", re.IGNORECASE
)
_NUMBER = re.compile(
    r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?\d{3}-\d{4}"
    r"|\d{3}(?P<sign>[-. ])\d{3}(?P=sign)\d{4}|\d{10})(?![\d.-])"
)
_FRONT = re.compile(
    r"[ \n]*(?:POS(?:ITION)?[ #:=.]{0,3}\d{1,3}[ \n]{1,3})?"
    rf"(?P<number>{_NUMBER.pattern}|911-?\d{{4}}(?![\d-]))",
    re.IGNORECASE,
)
_OWN_LINE = re.compile(
    rf"(?:\A|(?<=\n))[ ]*(?P<number>{_NUMBER.pattern}|911-?\d{{4}})(?=[ ]*(?:\n|\Z))"
)
_LONGEST_SAID = 24
_MANY_LABELS = 3  # so many, even without values, are no chance
# A single point beside a tower's is the tower's.
_POINTS = {"latitude", "longitude", "tower_latitude", "tower_longitude"}
_ROUTED = WIRELESS | CIVIC_WIRELESS | VOIP


def guess_point(flat: FlatText, draft: Draft) -> None:
    """Adds a point that has no label, where none with a label is there."""
    point = _find_point(flat)
    if point is None or draft.fields.keys() & _POINTS:
        return
    for name, piece in point.items():
        value = read_value(Kind.DEGREES, piece.text).value
        if value is not None:
            _put(draft, name, value, piece, "a point")


def guess_class_in_front(flat: FlatText, draft: Draft) -> None:
    """Adds the class that a text begins with, or the only one of a first line that a
    number begins, where none with a label is there; and that number, where another
    one routes by its own digits."""
    begin = len(flat.text) - len(flat.text.lstrip(" \n"))
    found = _CLASS.match(flat.text, begin)
    number = _NUMBER.match(flat.text, begin)
    if found is None and number is not None:
        end = flat.text.find("\n", begin)
        line = slice(number.end(), end) if end >= 0 else slice(number.end(), None)
        met = list(_CLASS.finditer(flat.text[line]))
        found = _CLASS.match(flat.text, line.start + met[0].start()) if met else None
        found = found if len({one[0] for one in met}) == 1 else None
    if found is not None and "class_of_service" not in draft.fields:
        piece = flat.piece(*found.span())
        _put(draft, "class_of_service", found[0], piece, "a class")
    if number is None or draft.roles.keys() & {"first_number", "callback"}:
        return
    if _has_routing(draft) and classify(number[0])[0] is NumberKind.PLAIN:
        _take_first(flat, number, draft)


def guess(flat: FlatText, taken: list[Taken], draft: Draft) -> None:
    """Adds a class, a point and a first number that have no label."""
    point = _find_point(flat)
    classes = {found[0]: found for found in _CLASS.finditer(flat.text)}
    number = _NUMBER.match(flat.text.lstrip(" \n"))
    labelled = any(not one.blank for one in taken) or len(taken) >= _MANY_LABELS
    if point is not None and _is_said(flat, point):
        labelled = True
    if not labelled and (point is not None) + len(classes) + (number is not None) < 2:
        return
    if "class_of_service" not in draft.fields and len(classes) == 1:
        ((code, found),) = classes.items()
        _put(draft, "class_of_service", code, flat.piece(*found.span()), "a class")
    guess_point(flat, draft)
    _guess_number(flat, draft)


def _is_said(flat: FlatText, point: dict[str, FieldText]) -> bool:
    """``LAT/LON`` stands in front of it."""
    first = min(piece.index[0] for piece in point.values())
    front = flat.text[: bisect_left(flat.index, first)][-_LONGEST_SAID:]
    return _SAID_TO_BE_POINT.search(front) is not None


def _put(
    draft: Draft, name: str, value: FieldValue, piece: FieldText, what: str
) -> None:
    draft.rule = f"{what} without a label"
    draft.put(name, value, piece)
    draft.rule = ""
    draft.warn("label_guessed")


def _find_point(flat: FlatText) -> dict[str, FieldText] | None:
    """Two decimals one behind the other, of which one can only be west longitude.

    A point that is said to be a tower's is not looked at.
    """
    sides = [
        one
        for sides in (_SIDES, _SIDES_OF_PARTS)
        for one in sides.finditer(flat.text)
        if not is_of_tower(flat.text, one.start())
    ]
    if len(sides) == 1:
        latitude, longitude = (flat.piece(*sides[0].span(n)) for n in (1, 2))
        return {"latitude": latitude, "longitude": longitude}
    points = list(_POINT.finditer(flat.text))
    towers = [one for one in points if is_of_tower(flat.text, one.start())]
    points = [one for one in points if one not in towers]
    if len(points) != 1:
        return None
    one, two = float(points[0][1]), float(points[0][2])
    first, second = flat.piece(*points[0].span(1)), flat.piece(*points[0].span(2))
    if one > 0 > two and one <= 90 and two >= -180:
        return {"latitude": first, "longitude": second}
    if two > 0 > one and two <= 90 and one >= -180:
        return {"latitude": second, "longitude": first}
    return None


def _guess_number(flat: FlatText, draft: Draft) -> None:
    """A number at the very beginning. Of a wireless call it may be for routing."""
    begin = len(flat.text) - len(flat.text.lstrip(" \n"))
    found = _NUMBER.match(flat.text, begin)
    if found is None or draft.roles.keys() & {"first_number", "callback"}:
        return
    service = str(draft.fields.get("class_of_service", ""))
    sure = service != "" and service not in _ROUTED
    if sure or _has_routing(draft) or classify(found[0])[0] is not NumberKind.PLAIN:
        _take_first(flat, found, draft)


def _take_first(flat: FlatText, found: re.Match[str], draft: Draft) -> None:
    draft.rule = "a number without a label"
    draft.take_role("first_number", flat.piece(*found.span()))
    draft.rule = ""
    draft.warn("label_guessed")


def guess_routing(flat: FlatText, draft: Draft) -> None:
    """A number at the very beginning that only routes, beside the labelled callback."""
    begin = len(flat.text) - len(flat.text.lstrip(" \n"))
    found = _NUMBER.match(flat.text, begin)
    others = draft.roles.keys() & {"first_number", "second_number", "pani"}
    if found is None or others or "callback" not in draft.roles:
        return
    if classify(found[0])[0] is NumberKind.PANI:
        draft.rule = "a number without a label"
        draft.take_role("pani", flat.piece(*found.span()))
        draft.rule = ""
        draft.warn("label_guessed")


def _has_routing(draft: Draft) -> bool:
    """The routing number is another one, by its own digits."""
    others = (draft.roles.get(role) for role in ("second_number", "pani"))
    return any(one and classify(one.text)[0] is NumberKind.PANI for one in others)


def guess_front(flat: FlatText, draft: Draft) -> None:
    """The number in front of ``NO RECORD FOUND``, or the only one that has a line of
    its own, and what came where there is none.

    Of a call that has a class of those it may be for routing, and is not taken.
    """
    if draft.roles.keys() & {"first_number", "callback"}:
        return
    lines = list(_OWN_LINE.finditer(flat.text))
    found = _FRONT.match(flat.text) or (lines[0] if len(lines) == 1 else None)
    if found is None:
        return
    piece = flat.piece(*found.span("number"))
    kind = classify(found["number"])[0]
    service = draft.fields.get("class_of_service")
    if kind is NumberKind.PLAIN and service in _ROUTED:
        return
    draft.rule = "a number without a label"
    draft.take_role("first_number", piece)
    if kind not in (NumberKind.PLAIN, NumberKind.PANI):
        draft.put("note", found["number"], piece)
    draft.rule = ""
    draft.warn("label_guessed")
    if kind is NumberKind.PLAIN and service is None:
        draft.warn("class_not_readable")  # it may be for routing
