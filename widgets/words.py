"""How things are said: times, numbers, places, reasons. Pure text, no widget."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum

from aliquot.console.domain.rows import CallRow, LineRow

ABSENT = "–"


class Grade(Enum):
    """How old is too old: bold at warn, filled at alert."""

    QUIET = 0
    WARN = 1
    ALERT = 2


WAITING_LIMITS = (10.0, 20.0)  # seconds: warn, alert
PENDING_LIMITS = (60.0, 120.0)


def clock_text(utc_us: int) -> str:
    """Local wall time, ``18:42:07``."""
    moment = datetime.fromtimestamp(utc_us / 1e6, tz=UTC).astimezone()
    return moment.strftime("%H:%M:%S")


def day_text(moment: str) -> str:
    """An ISO 8601 moment as local day and time, ``2026-03-14 18:42:07``; else as is."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return moment


def age_s(since_us: int, now_us: int) -> float:
    return max(0.0, (now_us - since_us) / 1e6)


def age_text(seconds: float) -> str:
    """``00:42`` below an hour, ``1:02:33`` below a day, then ``2 d 03:10``."""
    whole = int(seconds)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{days} d {hour:02}:{minute:02}"
    if hours:
        return f"{hours}:{minute:02}:{second:02}"
    return f"{minutes:02}:{second:02}"


def grade(seconds: float, limits: tuple[float, float] | None) -> Grade:
    if limits is None or seconds < limits[0]:
        return Grade.QUIET
    return Grade.WARN if seconds < limits[1] else Grade.ALERT


def number_text(digits: str | None) -> str:
    """Ten digits as ``(617) 555-0142``; anything else as it is."""
    if not digits:
        return ""
    if len(digits) == 10 and digits.isascii() and digits.isdecimal():
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return digits


def incident_text(number: int) -> str:
    """The number of an incident, ``0142``."""
    return f"{number:04}"


def number_digits(text: str) -> str:
    """What a person typed, down to ten digits where it is a number of ten."""
    digits = "".join(c for c in text if c in "0123456789")
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    return digits if len(digits) == 10 else text.strip()


def metres_text(metres: float) -> str:
    if metres >= 1000:
        return f"{metres / 1000:.1f} km"
    return f"{metres:.0f} m"


def uncertainty_text(metres: float | None, confidence: float | None) -> str:
    """``±38 m conf 90``; unknown is said, never drawn as nought."""
    if metres is None:
        return "± unknown"
    text = f"±{metres_text(metres)}"
    return text if confidence is None else f"{text} conf {confidence:.0f}"


def point_text(latitude: float, longitude: float) -> str:
    return f"{latitude:.5f}, {longitude:.5f}"


def call_place(row: CallRow, *, brief: bool = False) -> str:
    """Where the strip says a call is: an address, a point, or that none came.
    ``brief``: without the point where there is something else to say."""
    if row.latitude is not None and row.longitude is not None:
        near = f"near {point_text(row.latitude, row.longitude)}"
        tower = "wireless_address_is_tower" in row.warnings
        if not tower or not row.address:
            return near
        return f"tower {row.address}" if brief else f"{near}, tower {row.address}"
    if row.address:
        return ", ".join(p for p in (row.address, row.community) if p)
    return "no place in the record" if row.has_record else "no record yet"


CALL_STATES = {
    "offered": "ringing",
    "answered": "answered",
    "held": "on hold",
    "transferred": "transferred",
    "abandoned": "abandoned",
    "ended": "ended",
    "reported": "ALI waiting",
}


OVER = frozenset(("abandoned", "ended"))  # nobody is on the line any more


def call_state_text(row: CallRow) -> str:
    """No more than the source knows: an ALI line says nothing of ringing."""
    return CALL_STATES.get(row.state, "ALI waiting" if row.has_record else row.state)


def call_state_more(row: CallRow) -> str:
    """The state with all that is known of it: where it was handed to, what is wrong."""
    to = f" to position {row.position}" if row.position else ""
    text = call_state_text(row) + (to if row.state == "transferred" else "")
    return f"{text}, trouble: {row.trouble}" if row.trouble else text


NOISE_REASONS = {
    "no_start": "bytes outside any record",
    "block_check": "the block check does not match",
    "cut": "a record was begun and not ended",
    "oversize": "longer than any record",
    "unknown_layout": "no layout fits this record",
    "heartbeat": "heartbeat of the link",
    "control": "stray control characters",
    "parity": "parity does not hold",
    "broadcast": "a message to all positions",
    "repeat": "the record before, sent once more",
    "seven_even": "text of a 7E1 line: set the line's format",
    "seven_odd": "text of a 7O1 line: set the line's format",
    "seven_mark": "text of a 7M1 line: set the line's format",
    "not_saved": "in memory only: the disk is full",
}

# What a line of this noise is, and is not read as.
FORMATS = {"seven_even": "7E1", "seven_odd": "7O1", "seven_mark": "7M1"}

NO_TROUBLE = frozenset(
    ("heartbeat", "control", "repeat")
)  # heard, and nothing lost by it

WARNINGS = {
    "uncertainty_not_given": "uncertainty not given",
    "confidence_not_given": "confidence not given",
    "area_only": "an area only, no point",
    "uncertainty_useless": "uncertainty too large to use",
    "no_fix": "no position fix",
    "lat_lon_swapped": "latitude and longitude were swapped: check the place",
    "west_sign_missing": "west sign was missing: check the place",
    "outside_extent": "the point is outside our area",
    "not_wgs84": "the point is not in WGS84: not used",
    "block_check_unsure": "the block check is in doubt: ask for all of it",
    "damaged": "part of the record was lost: ask for what is missing",
    "class_not_readable": "class of service not readable: ask for the place",
    "future_date": "the record's date is yet to come",
    "location_not_read": "a place came that is not read yet",
    "stale": "the record is old",
    "old_position": "an old location: where they were",
    "length_wrong": "the message's length is not what it says",
    "signature_wrong": "the signature is wrong: it may be forged",
    "year_inferred": "the year is inferred",
    "house_number_range": "a range of house numbers",
    "no_record_found": "no record found: ask for the address",
    "ani_failure": "number failed to come: ask for it",
    "no_callback": "cannot be called back",
    "uninitialised_handset": "handset without service: cannot be called back",
    "callback_is_pani": "routing number, not the caller's",
    "callback_denied": "the record says not to use the number it has",
    "callback_doubtful": "the record is not sure of the number: verify it",
    "undecodable_bytes": "some bytes could not be read",
    "reflowed": "lines were broken differently",
    "painted": "read as it stood on a screen",
    "cut": "the record is cut",
    "wireless_address_is_tower": "the address is the tower's",
    "type_digit": "unusual record type",
    "block_check_missing": "no block check",
    "bad_value": "a value makes no sense",
}

QUIET_WARNINGS = frozenset(
    ("year_inferred", "reflowed", "painted", "type_digit", "block_check_missing")
)


def warnings_text(codes: tuple[str, ...]) -> str:
    """The warnings a dispatcher can act on, in words."""
    said = (WARNINGS.get(c, c.replace("_", " ")) for c in codes)
    return " · ".join(t for t, c in zip(said, codes, strict=True) if _loud(c))


def _loud(code: str) -> bool:
    return code not in QUIET_WARNINGS


LINE_STATES = {
    "opening": "opening",
    "up": "up",
    "missing": "no port",
    "busy": "port is busy",
    "denied": "no right to the port",
    "lost": "lost",
    "finished": "replay ended",
    "trouble": "trouble",
}
LINE_PROBLEMS = frozenset(("missing", "busy", "denied", "lost", "trouble"))

_LINE_SENTENCES = {
    "missing": "has no port since {since}. Check the cable and the port's name",
    "busy": "cannot be opened since {since}: another program has the port. End it",
    "denied": "cannot be opened since {since}: this user may not use the port",
    "lost": "is lost since {since}. Check the cable",
}


def line_sentence(row: LineRow) -> str | None:
    """What happened, what it means, what to do; None for a line that is well."""
    if row.state == "trouble":
        return f"{row.line}, since {clock_text(row.since_us)}: {row.message}"
    sentence = _LINE_SENTENCES.get(row.state)
    if sentence is None:
        return None
    what = sentence.format(since=clock_text(row.since_us))
    return (
        f"{row.line} {what}. Calls on it will not show here until it is back; "
        "it is tried again by itself, F9 says how it stands."
    )


def line_more(row: LineRow) -> str:
    """All that is known of how a line stands: what its driver said, what to do."""
    said = row.message.strip().rstrip(".")
    sentence = "" if row.state == "trouble" else line_sentence(row) or ""
    parts = (f"{said}." if said else "", sentence)
    return " ".join(p for p in parts if p)


def line_text(row: LineRow, now_us: int, *, short: bool = False) -> str:
    """State and age of a line, in words, short enough for the status bar."""
    state = LINE_STATES.get(row.state, row.state)
    if row.state != "up":
        since = age_text(age_s(row.since_us, now_us)) if short else ""
        return f"{row.line} {state} {since or 'since ' + clock_text(row.since_us)}"
    if row.last_record_us is None:
        return f"{row.line} up" if short else f"{row.line} up, no record yet"
    age = age_text(age_s(row.last_record_us, now_us))
    if short:
        return f"{row.line} record {age} ago"
    return f"{row.line} up, record {age} ago"


def line_in_full(row: LineRow, now_us: int) -> str:
    """State, age, and what the line's driver said of it."""
    said = row.message.strip().rstrip(".")
    text = line_text(row, now_us)
    return f"{text}: {said}" if said else text


def bytes_text(raw: bytes) -> str:
    """Bytes as text a person can read and copy; controls shown, lines kept."""
    out: list[str] = []
    for value in raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n"):
        out.append(_byte_text(value))
    return "".join(out)


def _byte_text(value: int) -> str:
    if value == 10:
        return "\n"
    if 32 <= value < 127:
        return chr(value)
    return f"\\x{value:02x}"
