"""Which numbers may be dialled back. Pure; refused in the service and in the window.

A routing number (pANI) reaches no caller: it is lent to a call for minutes. 911 in
any part of a number is a handset without service, a failed ANI, or the emergency
number itself. Of ten digits only what the numbering plan gives to subscribers is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

_SERVICE = frozenset({"211", "511", "911"})


class NoDial(Enum):
    """Why a number is not dialled; values are codes of refusals."""

    NO_NUMBER = "no_number"
    NOT_A_NUMBER = "not_a_number"
    ROUTING_NUMBER = "routing_number"
    EMERGENCY_NUMBER = "emergency_number"
    SERVICE_NUMBER = "service_number"


def digits_of(text: str) -> str:
    """The digits in a typed or stored number, without a leading country code 1."""
    found = "".join(c for c in text if c in "0123456789")
    return found[1:] if len(found) == 11 and found[0] == "1" else found


def why_not_dial(number: str | None, routing: Iterable[str] = ()) -> NoDial | None:
    """None when ``number`` may be dialled. ``routing``: numbers known to be pANIs."""
    if number is None or not number.strip():
        return NoDial.NO_NUMBER
    digits = digits_of(number)
    if digits in {digits_of(n) for n in routing if n}:
        return NoDial.ROUTING_NUMBER
    if digits == "911" or digits[:3] == "911" or digits[3:6] == "911":
        return NoDial.EMERGENCY_NUMBER
    if digits in _SERVICE:
        return NoDial.SERVICE_NUMBER
    if len(digits) != 10 or not _is_plain(number):
        return NoDial.NOT_A_NUMBER
    if digits[3:6] in _SERVICE:
        return NoDial.ROUTING_NUMBER
    if digits[:3] in _SERVICE:
        return NoDial.SERVICE_NUMBER
    return None if digits[0] in "23456789" and digits[3] in "23456789" else _BAD


def _is_plain(number: str) -> bool:
    """Digits and what people put between them; nothing that a line might obey."""
    return all(c in "0123456789 ().-+" for c in number)


_BAD = NoDial.NOT_A_NUMBER

WHY_NOT = {
    NoDial.NO_NUMBER: "There is no number to call back.",
    NoDial.NOT_A_NUMBER: "This is no telephone number of ten digits.",
    NoDial.ROUTING_NUMBER: "This is a routing number: it does not reach the caller.",
    NoDial.EMERGENCY_NUMBER: "Numbers with 911 in them are never called back.",
    NoDial.SERVICE_NUMBER: "211 and 511 are services: they are never called back.",
}
