"""Which number of a record is the caller's, and which is only for routing.

A number that must not be dialled is never a ``callback_number``.
"""

from __future__ import annotations

from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.field_text import FieldText
from aliquot.drivers.lines.layouts import FirstNumber, Layout, SecondNumber
from aliquot.drivers.lines.numbers import NumberKind, classify
from aliquot.drivers.lines.values import CIVIC_WIRELESS, VOIP, WIRELESS

_ROUTED = WIRELESS | VOIP | CIVIC_WIRELESS
_REFUSED = {
    NumberKind.UNINITIALISED: "uninitialised_handset",
    NumberKind.ANI_FAILURE: "ani_failure",
    NumberKind.BAD: "bad_value",
}


def resolve_numbers(layout: Layout, draft: Draft, service: str) -> None:
    """Puts ``callback_number`` and ``pani``, from the numbers by their roles."""
    first = draft.roles.get("first_number")
    labelled = draft.roles.get("callback")
    caller = first
    if layout.first_number is FirstNumber.PANI_OR_CALLBACK and (
        labelled is not None or service in WIRELESS | CIVIC_WIRELESS
    ):
        caller = labelled
        _put_routing(draft, first)
    _put_callback(draft, caller)
    if layout.second_number is SecondNumber.PANI_OR_OWN:
        _put_second(draft, service)
    if "callback_number" not in draft.fields:
        draft.warn("no_callback")


def _put_routing(draft: Draft, text: FieldText | None) -> None:
    """A number that stands where the routing number stands."""
    if text is None:
        return
    kind, number = classify(text.text)
    if kind in (NumberKind.PLAIN, NumberKind.PANI) and number is not None:
        draft.put("pani", number, text)
    elif kind in _REFUSED:
        draft.warn(_REFUSED[kind])


def _put_callback(draft: Draft, text: FieldText | None) -> None:
    if text is None:
        return
    kind, number = classify(text.text)
    if kind is NumberKind.PLAIN and number is not None:
        draft.put("callback_number", number, text)
    elif kind is NumberKind.PANI and number is not None:
        draft.warn("callback_is_pani")
        if "pani" not in draft.fields:
            draft.put("pani", number, text)
    elif kind in _REFUSED:
        draft.warn(_REFUSED[kind])


def _put_second(draft: Draft, service: str) -> None:
    """The second number: routing where it is one by its own digits or the class."""
    text = draft.roles.get("second_number")
    if text is None:
        return
    kind, number = classify(text.text)
    if kind is NumberKind.BAD:
        draft.warn("bad_value")
    if number is None or "pani" in draft.fields:
        return
    other = number != draft.fields.get("callback_number")
    routed = kind is NumberKind.PLAIN and service in _ROUTED and other
    if kind is NumberKind.PANI or routed:
        draft.put("pani", number, text)
