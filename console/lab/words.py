"""What codes mean, in sentences for those who bring up a line and run its data base.

The window has shorter words for the person who takes the call.
"""

from __future__ import annotations

NOISE = {
    "no_start": "Bytes outside any record: nothing known begins there. If it is text "
    "of a caller, the layout's `start` does not fit its first line.",
    "block_check": "The block check does not match: bytes were changed on the way. "
    "Look at cable, speed and format.",
    "cut": "A record was begun and never ended.",
    "oversize": "Longer than any record may be: an end mark is missing.",
    "unknown_layout": "A whole frame, but no layout recognises its text.",
    "heartbeat": "Says only that the link lives. Nothing is lost.",
    "control": "Stray control characters or blanks between records. Nothing is lost.",
    "parity": "Parity does not hold: bytes were changed, or the format is another one.",
    "seven_even": "Text of seven bits with even parity: the line is 7E1 and is read "
    "another way. Set format=7E1 for a serial port, parity=strip_even for any other.",
    "seven_odd": "Text of seven bits with odd parity: the line is 7O1 and is read "
    "another way. Set format=7O1 for a serial port, parity=strip_odd for any other.",
    "seven_mark": "Text of seven bits with the eighth always set: the line is 7M1 and is "
    "read another way. Set format=7M1 for a serial port, parity=strip_mark for any other.",
    "repeat": "The block before once more: its sender heard no answer. Nothing is lost.",
    "broadcast": "A text of the controller to all positions.",
}

WARNINGS = {
    "uncertainty_not_given": "The uncertainty is blank or 0. 0 means not given, never "
    "exact.",
    "confidence_not_given": "The confidence is blank or 0.",
    "area_only": "The uncertainty is so large that the point is no place to drive to.",
    "uncertainty_useless": "The uncertainty is larger than any that can be used.",
    "no_fix": "The class of service promises a position and none is given.",
    "lat_lon_swapped": "Latitude and longitude stand in each other's place; they were "
    "put right by what is possible here.",
    "west_sign_missing": "A west longitude came without its minus; it was put right.",
    "outside_extent": "The point lies outside the agency's ground.",
    "not_wgs84": "The numbers are no degrees (State Plane feet, for one); no point was "
    "made of them.",
    "stale": "The record's own time is well before its arrival.",
    "year_inferred": "The record has no year; it was taken from the arrival.",
    "house_number_range": "The house number is a range, so the address is no one door.",
    "no_record_found": "The data base had nothing for the number.",
    "ani_failure": "The number failed to come.",
    "no_callback": "No number that can be called back.",
    "uninitialised_handset": "A handset without service (911 and digits): it cannot be "
    "called back.",
    "callback_is_pani": "The only number is one for routing (pANI); it is never offered "
    "as a callback.",
    "undecodable_bytes": "Bytes outside ASCII: what they stand for is a guess.",
    "reflowed": "Another program wrapped the lines anew; they were put back by the "
    "layout's anchors.",
    "cut": "The record ends before its last required line.",
    "wireless_address_is_tower": "The address is the tower's, not the caller's.",
    "type_digit": "An unusual type digit stands in front.",
    "block_check_missing": "The record has an end mark and no block check.",
    "block_check_unsure": "It is in doubt whether the byte behind the record is its "
    "block check.",
    "bad_value": "The text of a field makes no value of its kind; it was left out.",
    "damaged": "Something stands where no column is: bytes were lost or added.",
    "class_not_readable": "The class of service is none that is known.",
    "future_date": "The record's date is yet to come.",
    "location_not_read": "A place came in a form that is not read.",
    "generic_layout": "No layout is known for this text; it was read by its labels.",
    "label_guessed": "A label was cut or unknown and was taken by its place.",
    "token_repaired": "A value was broken by a wrap and put together again.",
    "same_point_twice": "The same point stands in the record twice.",
    "callback_not_dialable": "The callback is no number that can be dialled.",
    "callback_denied": "The text says of a number that it is none to call: it is not "
    "offered.",
    "callback_doubtful": "The text leaves doubt whether the number can be called.",
    "length_wrong": "The length that the record says is not the length it has.",
    "several_locations": "More than one location came; the best was taken.",
    "old_position": "The position was measured well before the call.",
    "signature_wrong": "The signature does not fit: it is not known who sent this.",
    "schema_not_met": "The message does not keep to its own schema.",
    "painted": "It came as codes for a terminal; what stood on the screen was read.",
}

FRAMINGS = {
    "stx_etx": "start and end marks (STX, ETX)",
    "lines": "the layout's lines",
    "length": "the layout's length",
    "gap": "silence",
    "block": "an empty line",
    "message": "whole messages",
    "whole": "whole files",
}

# Trouble that is seen in the curve of errors, beside noise.
DAMAGE = frozenset(
    ("damaged", "cut", "bad_value", "class_not_readable", "length_wrong")
)
# Noise by which nothing is lost.
HARMLESS = frozenset(("heartbeat", "control", "broadcast"))


def warning(code: str) -> str:
    """A sentence; the code in words where there is none yet."""
    return WARNINGS.get(code, code.replace("_", " ").capitalize() + ".")


def noise(code: str) -> str:
    return NOISE.get(code, code.replace("_", " ").capitalize() + ".")


def field(name: str) -> str:
    """A field's name for people: ``callback number``, ``uncertainty (m)``."""
    for end, unit in (("_m", " (m)"), ("_pct", " (%)")):
        if name.endswith(end):
            return name.removesuffix(end).replace("_", " ") + unit
    return name.replace("_", " ")
