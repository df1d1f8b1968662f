"""Why something is withheld: fixed codes, the same whatever the record holds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Reason(Enum):
    """Why an incident does not leave, in the order in which they are listed.

    ``NO_PLACE`` is one answer for many cases on purpose: an unknown address, a place
    out of the area and a protected one cannot be told apart by it.
    """

    NO_TYPE = "no_type"
    UNKNOWN_TYPE = "unknown_type"
    CODES_DISAGREE = "codes_disagree"
    CLASS_NEVER = "class_never"
    NOT_IN_POLICY = "not_in_policy"
    PHRASE_DOES_NOT_FIT = "phrase_does_not_fit"
    UNKNOWN_STATUS = "unknown_status"
    NOT_CLOSED = "not_closed"
    NO_TIME = "no_time"
    TIME_IN_FUTURE = "time_in_future"
    IN_EMBARGO = "in_embargo"
    EXPIRED = "expired"
    NO_PLACE_TREE = "no_place_tree"
    NO_PLACE = "no_place"
    PLACES_DISAGREE = "places_disagree"
    NO_REGION = "no_region"
    REGION_TOO_SMALL = "region_too_small"
    LABEL_NOT_REVIEWED = "label_not_reviewed"
    OUTPUT_SCAN = "output_scan"


ORDER: Mapping[Reason, int] = {reason: n for n, reason in enumerate(Reason)}

FINAL: frozenset[Reason] = frozenset({Reason.CLASS_NEVER, Reason.EXPIRED})
"""Reasons that waiting, or another look, will not take away."""

_WORDS: Mapping[str, str] = {
    "no_type": "It has no type.",
    "unknown_type": "Its type is in no table of this agency.",
    "codes_disagree": "Its codes say different things.",
    "class_never": "Its type is one that is never released.",
    "not_in_policy": "The policy does not name its category.",
    "phrase_does_not_fit": "The phrase does not fit the category.",
    "unknown_status": "Its state is not known.",
    "not_closed": "Of this type it leaves only when it is closed.",
    "no_time": "It has no time.",
    "time_in_future": "Its time lies in the future: look at the clock.",
    "in_embargo": "Its embargo is not over.",
    "expired": "It is too old.",
    "no_place_tree": "There is no place tree.",
    "no_place": "Its place has no region.",
    "places_disagree": "Address and coordinates lie in different regions.",
    "no_region": "There is no region of that size there.",
    "region_too_small": "The region has too few parcels.",
    "label_not_reviewed": "Nobody has reviewed the name of the region.",
    "output_scan": "The last look at the bytes found something.",
}

FIELDS: Mapping[Reason, str] = {
    Reason.NO_TYPE: "type_code",
    Reason.UNKNOWN_TYPE: "type_code",
    Reason.CODES_DISAGREE: "type_code",
    Reason.CLASS_NEVER: "type_code",
    Reason.NOT_IN_POLICY: "type_code",
    Reason.PHRASE_DOES_NOT_FIT: "type_code",
    Reason.UNKNOWN_STATUS: "status",
    Reason.NOT_CLOSED: "status",
    Reason.NO_TIME: "received_at",
    Reason.TIME_IN_FUTURE: "received_at",
    Reason.IN_EMBARGO: "received_at",
    Reason.EXPIRED: "received_at",
    Reason.NO_PLACE_TREE: "place",
    Reason.NO_PLACE: "place",
    Reason.PLACES_DISAGREE: "place",
    Reason.NO_REGION: "place",
    Reason.REGION_TOO_SMALL: "place",
    Reason.LABEL_NOT_REVIEWED: "place",
    Reason.OUTPUT_SCAN: "text",
}
"""The field of a record that a reason is about."""

ALWAYS_WITHHELD: Mapping[str, str] = {
    "address": "region_instead",
    "alarm_level": "never_leaves",
    "apartment": "never_leaves",
    "callback_number": "never_leaves",
    "caller_name": "never_leaves",
    "caller_place": "never_leaves",
    "disposition": "never_leaves",
    "incident_number": "never_leaves",
    "latitude": "region_instead",
    "longitude": "region_instead",
    "narrative": "never_leaves",
    "persons": "never_leaves",
    "priority": "never_leaves",
    "received_at": "hour_instead",
    "type_code": "category_instead",
    "units": "never_leaves",
    "vehicles": "never_leaves",
}
"""What a record may know and no release says, with the reason. It is the same list
for every incident: what is in it tells nothing about what is in the record."""

WHOLE_ROW = "whole_row_withheld"
_COARSE = ("place", "received_at", "status", "text", "type_code")


def withheld_fields(reasons: tuple[Reason, ...]) -> dict[str, str]:
    """Field -> reason code. With reasons, nothing of the row leaves."""
    fields = dict(ALWAYS_WITHHELD)
    if reasons:
        fields |= dict.fromkeys(_COARSE, WHOLE_ROW)
    for reason in reversed(reasons):
        fields[FIELDS[reason]] = reason.value
    return dict(sorted(fields.items()))


def reason_words(code: str) -> str:
    """A reason why something is withheld, for a person."""
    return _WORDS.get(code, code)
