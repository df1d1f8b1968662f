"""Telephone numbers as ALI text has them, and what must never be dialled."""

from __future__ import annotations

import re
from enum import Enum

# N11 codes are services and no exchanges. NXX 511 and 211 are routing numbers (pANI): they reach no subscriber.
_PANI_NXX = frozenset({"511", "211"})
_ANI_FAILURE = re.compile(r"911-?\d{4}")
# The serial number's tail may have eight digits too.
_UNINITIALISED = re.compile(r"(?:\+?1[ .-]?)?\(?911\)?[ .-]?\d{4}[ .-]?\d{4}")
_DIALABLE = re.compile(r"(?!(\d)\1{9})(?!.11)[2-9]\d\d(?!.11)[2-9]\d{6}")
_FORM = re.compile(r"(?:\+?1[\s.-]?)?\(?\s*(\d{3})\s*\)?[\s./-]*(\d{3})[\s.-]*(\d{4})")
_BLANK = re.compile(r"[0\s().-]*")


class NumberKind(Enum):
    """What a number in a record can be used for."""

    ABSENT = "absent"
    PLAIN = "plain"
    PANI = "pani"
    UNINITIALISED = "uninitialised"  # 911 and the tail of the handset's serial number
    ANI_FAILURE = "ani_failure"  # 911-00XX, or 911 in the place of the exchange
    NOT_DIALABLE = "not_dialable"  # ten digits that no North American number has
    BAD = "bad"


def digits(text: str) -> str | None:
    """The ten digits of one North American number, or None.

    Brackets, blanks, points and dashes are allowed, a leading 1 before ten
    digits too; anything else in the text makes it no number.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    return "".join(found.groups())


def classify(text: str) -> tuple[NumberKind, str | None]:
    """Kind of the number in ``text``, and its ten digits where it has ten."""
    if _BLANK.fullmatch(text):
        return NumberKind.ABSENT, None
    if _ANI_FAILURE.fullmatch(text.strip()):
        return NumberKind.ANI_FAILURE, None
    if _UNINITIALISED.fullmatch(text.strip()):
        return NumberKind.UNINITIALISED, None
    number = digits(text)
    if number is None:
        return NumberKind.BAD, None
    return kind_of(number), number


def kind_of(number: str) -> NumberKind:
    """Kind of ten digits."""
    if number.startswith("911"):
        return NumberKind.UNINITIALISED
    if number[3:6] == "911":
        return NumberKind.ANI_FAILURE
    if number[3:6] in _PANI_NXX:
        return NumberKind.PANI
    return NumberKind.PLAIN if _DIALABLE.match(number) else NumberKind.NOT_DIALABLE
