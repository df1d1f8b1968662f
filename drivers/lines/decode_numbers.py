"""Which number of a record is the caller's, and which is only for routing.

A number that must not be dialled is never a ``callback_number``.
"""

from __future__ import annotations

from typing import Protocol

from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.field_text import FieldText
from aliquot.drivers.lines.layouts import FirstNumber, SecondNumber
from aliquot.drivers.lines.numbers import NumberKind, classify
from aliquot.drivers.lines.values import CIVIC_WIRELESS, CLASSES, VOIP, WIRELESS

_ROUTED = WIRELESS | VOIP | CIVIC_WIRELESS
_REFUSED = {
    NumberKind.UNINITIALISED: "uninitialised_handset",
    NumberKind.ANI_FAILURE: "ani_failure",
    NumberKind.NOT_DIALABLE: "callback_not_dialable",
    NumberKind.BAD: "bad_value",
}


class NumberRoles(Protocol):
    """What a layout says of its numbers."""

    @property
    def first_number(self) -> FirstNumber: ...

    @property
    def second_number(self) -> SecondNumber: ...


def resolve_numbers(layout: NumberRoles, draft: Draft, service: str) -> None:
    """Puts ``callback_number`` and ``pani``, from the numbers by their roles."""
    first, labelled = draft.roles.get("first_number"), draft.roles.get("callback")
    _put_routing(draft, "pani")
    if labelled is not None and classify(labelled.text)[0] is NumberKind.ABSENT:
        labelled = None
    if draft.denials.none_there and labelled is None and service in _ROUTED:
        draft.warn("callback_denied")  # then the first number only routes
        draft.roles.pop("first_number", None)
    if labelled is not None or _routing_first(layout, service):
        if not (first and labelled and _same(first, labelled)):
            _put_routing_first(layout, draft, service)
        _put_callback(draft, "callback")
    else:
        _put_callback(draft, "first_number")
        _warn_of_no_class(layout, draft, service)
    if layout.second_number is SecondNumber.PANI_OR_OWN:
        _put_second(draft, service)
    draft.rule = ""
    if "callback_number" not in draft.fields:
        draft.warn("no_callback")


def _routing_first(layout: NumberRoles, service: str) -> bool:
    """The first number is for routing, so that only a labelled one is the caller's."""
    if layout.first_number is FirstNumber.PANI:
        return True
    # WPH and WR are what is left of a class, which can only be one of those.
    rest_of_one = service not in CLASSES and service.startswith("W")
    wireless = service in WIRELESS | CIVIC_WIRELESS or rest_of_one
    return layout.first_number is FirstNumber.PANI_OR_CALLBACK and wireless


def _warn_of_no_class(layout: NumberRoles, draft: Draft, service: str) -> None:
    """Without a class nobody knows whether the first number is for routing."""
    by_class = layout.first_number is FirstNumber.PANI_OR_CALLBACK
    if by_class and service not in CLASSES and "callback_number" in draft.fields:
        draft.warn("class_not_readable")


def _same(first: FieldText, second: FieldText) -> bool:
    return classify(first.text)[1] == classify(second.text)[1] is not None


def _put_routing_first(layout: NumberRoles, draft: Draft, service: str) -> None:
    """Beside a labelled number the first one may be for routing."""
    text, second = draft.roles.get("first_number"), draft.roles.get("second_number")
    if second is not None and classify(second.text)[0] is NumberKind.PANI:
        return  # there it is
    if "pani" in draft.fields or _is_pani(draft.roles.get("callback")):
        return  # by a label of its own, or by its own digits
    sure = layout.first_number is not FirstNumber.CALLBACK or service in _ROUTED
    if text is not None and (sure or classify(text.text)[0] is not NumberKind.PLAIN):
        _put_routing(draft, "first_number")


def _is_pani(text: FieldText | None) -> bool:
    return text is not None and classify(text.text)[0] is NumberKind.PANI


def _put_routing(draft: Draft, role: str) -> None:
    """A number that stands where the routing number stands."""
    text = draft.roles.get(role)
    if text is None:
        return
    draft.rule = draft.role_rules.get(role, "")
    kind, number = classify(text.text)
    if kind in (NumberKind.PLAIN, NumberKind.PANI) and number is not None:
        draft.put("pani", number, text)
    elif kind in _REFUSED:
        draft.warn(_REFUSED[kind])


def _put_callback(draft: Draft, role: str) -> None:
    text = draft.roles.get(role)
    if text is None:
        return
    draft.rule = draft.role_rules.get(role, "")
    kind, number = classify(text.text)
    if number is not None and number == draft.fields.get("pani"):
        draft.warn("callback_is_pani")
    elif number in draft.denials.denied:
        draft.warn("callback_denied")
    elif kind is NumberKind.PLAIN and number is not None:
        draft.put("callback_number", number, text)
        if number in draft.denials.doubtful:
            draft.warn("callback_doubtful")
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
    draft.rule = draft.role_rules.get("second_number", "")
    kind, number = classify(text.text)
    if kind in _REFUSED:
        draft.warn(_REFUSED[kind])
    if number is None or "pani" in draft.fields:
        return
    other = number != draft.fields.get("callback_number")
    routed = kind is NumberKind.PLAIN and service in _ROUTED and other
    if kind is NumberKind.PANI or routed:
        draft.put("pani", number, text)
