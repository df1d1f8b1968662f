"""How releases are said: states, fields, reasons, channels, ages. Pure text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from aliquot.console.domain.release_rows import ChannelRow, ReleaseRow
from aliquot.widgets import words
from aliquot.widgets.codes import agency_dispositions, agency_types
from aliquot.widgets.statuses import Shape, StatusLook
from aliquot.widgets.theme.tokens import Tone

CANDIDATE = "candidate"
PROPOSED = "proposed"
OPEN = ("proposed", "approved", "embargoed")
OUTSIDE = ("sent", "confirmed")
ON_THE_WAY = ("waiting", "retraction_waiting")

STATES: dict[str, StatusLook] = {
    "candidate": StatusLook("may be proposed", Tone.MUTED, Shape.HOLLOW_DIAMOND),
    "proposed": StatusLook("proposed", Tone.RELEASE, Shape.HOLLOW_DIAMOND),
    "approved": StatusLook("approved", Tone.RELEASE, Shape.HALF_DIAMOND),
    "embargoed": StatusLook("embargoed", Tone.RELEASE, Shape.HALF_DIAMOND),
    "sent": StatusLook("sent", Tone.RELEASE, Shape.DIAMOND),
    "confirmed": StatusLook("confirmed", Tone.RELEASE, Shape.CHECK),
    "refused": StatusLook("refused", Tone.MUTED, Shape.CROSS),
    "withdrawn": StatusLook("withdrawn", Tone.MUTED, Shape.BAR),
    "voided": StatusLook("voided", Tone.MUTED, Shape.BAR),
    "retracted": StatusLook("retracted", Tone.RELEASE, Shape.CROSS),
    "dead": StatusLook("dead", Tone.MUTED, Shape.CROSS),
}

MEANINGS: dict[str, str] = {
    "candidate": "Nothing has left. {propose} proposes it to a second person.",
    "proposed": "Nothing has left. A second person must sign these exact bytes.",
    "approved": "Signed. Nothing has left yet.",
    "embargoed": "Signed. It leaves by itself when its time has come, if it still is so.",
    "sent": "On its way to the partners; no receipt from all of them yet.",
    "confirmed": "A partner has it and said so. Each is listed with its receipt.",
    "refused": "The second person refused it. Nothing left.",
    "withdrawn": "Withdrawn before anything left.",
    "voided": "What was frozen is no longer so. Nothing left. If its incident may still "
    "leave, it is among those that may be proposed: {propose} proposes it anew.",
    "retracted": "Corrected. What others copied cannot be called back.",
    "dead": "It may not leave any more. Nothing left.",
}

DUE = "Its time has come: it leaves once policy, tree and a partner for it are there."

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("candidates", "May be proposed", ("candidate",)),
    ("proposed", "Waits for a second person", ("proposed",)),
    ("embargoed", "Signed, in embargo", ("approved", "embargoed")),
    ("sent", "Sent, no receipt yet", ("sent",)),
    ("confirmed", "Confirmed", ("confirmed",)),
    (
        "ended",
        "Ended",
        ("retracted", "refused", "withdrawn", "voided", "dead"),
    ),
)

FIELDS: dict[str, str] = {
    "type_code": "Type",
    "type_label": "Type in words",
    "type": "Type",
    "priority": "Priority",
    "place": "Place",
    "address": "Address",
    "apartment": "Apartment",
    "community": "Community",
    "cross_streets": "Cross streets",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "uncertainty_m": "Uncertainty, m",
    "caller_name": "Caller",
    "caller_place": "Caller's place",
    "caller_latitude": "Caller's latitude",
    "caller_longitude": "Caller's longitude",
    "caller_uncertainty_m": "Caller's uncertainty, m",
    "callback_number": "Callback number",
    "number": "Number",
    "incident_number": "Incident number",
    "received_at": "Received",
    "opened_at": "Opened",
    "closed_at": "Closed",
    "status": "Status",
    "state": "State",
    "disposition": "Disposition",
    "narrative": "Narrative",
    "notes": "Narrative",
    "persons": "Persons",
    "vehicles": "Vehicles",
    "units": "Units",
    "alarm_level": "Alarm level",
    "text": "Text",
}

ITEM_KEYS: dict[str, str] = {
    "category": "Category",
    "place": "Place",
    "time": "Time",
    "status": "Status",
    "text": "Text",
    "agency": "Agency",
    "region": "Region",
    "point": "Its point",
    "latitude": "Its point",
    "longitude": "Its point",
    "published_at": "Published",
    "release_id": "Release id",
    "replaces": "Replaces",
    "replaces_published_at": "Replaces that of",
    "level": "Level of the place",
}
BYTES_ONLY = ("format", "agency_code", "policy_version", "status_code", "category_code")
"""Keys of the item that say again what another key says; they are in the bytes."""

WITHHELD: dict[str, str] = {
    "never_leaves": "It never leaves, whatever the record holds.",
    "region_instead": "The region leaves instead.",
    "hour_instead": "The hour leaves instead.",
    "category_instead": "The category leaves instead.",
    "whole_row_withheld": "Nothing of this incident leaves.",
    "not_coded": "It is no code, and only codes leave.",
    "free_text": "It is text, and no text leaves.",
    "word_instead": "A word for it leaves instead.",
}

REASONS: dict[str, str] = {
    "no_type": "The incident has no type.",
    "unknown_type": "Its type is in no list; unknown is withheld.",
    "codes_disagree": "Its codes do not agree.",
    "class_never": "Its type may never leave.",
    "not_in_policy": "The policy does not list its category.",
    "phrase_does_not_fit": "The phrase does not fit the category.",
    "unknown_status": "Its status is not known.",
    "not_closed": "It must be closed first.",
    "no_time": "It has no time.",
    "time_in_future": "Its time lies in the future.",
    "in_embargo": "Its embargo is not over.",
    "expired": "It is too old.",
    "no_place_tree": "There is no place tree.",
    "no_place": "Its place cannot be released.",
    "places_disagree": "Its places do not agree.",
    "no_region": "No region holds its place.",
    "region_too_small": "Its region has too few parcels.",
    "label_not_reviewed": "The region's label is not reviewed.",
    "output_scan": "The last look at the bytes found something.",
}

CHANNELS: dict[str, str] = {
    "neighbors": "Neighbors",
    "cap": "CAP alert",
    "geojson": "GeoJSON feed",
    "atom": "Atom feed",
    "socrata": "Open data",
}

CHANNEL_STATES: dict[str, tuple[str, Tone, Shape]] = {
    "held": ("held here", Tone.MUTED, Shape.HOLLOW_DIAMOND),
    "waiting": ("waiting to go", Tone.RELEASE, Shape.HALF_DIAMOND),
    "delivered": ("delivered", Tone.RELEASE, Shape.CHECK),
    "retraction_waiting": ("retraction waiting", Tone.RELEASE, Shape.HALF_DIAMOND),
    "retracted": ("retracted there", Tone.RELEASE, Shape.CROSS),
    "refused": ("not delivered", Tone.DANGER, Shape.CROSS),
}


PROBLEMS: dict[str, str] = {
    "unreachable": "nobody answers there",
    "timed_out": "it did not answer in time",
    "cut": "the connection broke",
    "server_error": "the partner has a fault",
    "busy": "the partner is busy",
    "no_receipt": "it gave no receipt that can be read",
    "wrong_receipt": "its receipt is for other bytes",
    "conflict": "it keeps other bytes under this name",
    "not_allowed": "it does not let us in",
    "not_there": "it never had the release",
    "gone": "it has it no more",
    "too_large": "it is too large for the partner",
    "redirected": "it points to an address that nobody agreed to",
    "rejected": "the partner rejected it",
    "given_up": "it was given up",
    "expired": "it grew too old before it was taken",
    "not_as_approved": "held back: the log has no such sending. Run aliquot log verify",
}


@dataclass(frozen=True, slots=True)
class Picked:
    """What is chosen on the release desk: an incident that may be proposed, or a
    release. One of the two is set."""

    incident_id: str | None = None
    release_id: str | None = None

    @property
    def key(self) -> str:
        return f"r:{self.release_id}" if self.release_id else f"i:{self.incident_id}"


def picked_from(key: str) -> Picked:
    kind, _, name = key.partition(":")
    return Picked(release_id=name) if kind == "r" else Picked(incident_id=name)


def state_look(state: str) -> StatusLook:
    known = STATES.get(state)
    return known or StatusLook(state.replace("_", " "), Tone.MUTED, Shape.BAR)


def channel_name(channel: str) -> str:
    return CHANNELS.get(channel, channel.replace("_", " ").capitalize())


def channel_and_partner(channel: ChannelRow) -> str:
    """A channel, and to whom, where it was or will be delivered to somebody."""
    name = channel_name(channel.channel)
    return f"{name} · {channel.partner}" if channel.partner else name


REPLACED = "It was proposed anew since: that release counts, not this one."


@cache
def _categories() -> dict[str, str]:
    path = files("aliquot.resources").joinpath("codes", "release_categories.toml")
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return {str(row["code"]): str(row["label"]) for row in document["category"]}


def category_name(code: str) -> str:
    """What a category is called; what is no code stays as it is."""
    return _categories().get(code, code)


def problem_text(problem: str) -> str:
    """Why a try to deliver failed, in words."""
    return PROBLEMS.get(problem, problem.replace("_", " "))


def field_name(key: str) -> str:
    return FIELDS.get(key) or key.replace("_", " ").capitalize()


def item_name(key: str) -> str:
    return ITEM_KEYS.get(key) or key.replace("_", " ").capitalize()


def withheld_text(reason: str) -> str:
    known = WITHHELD.get(reason) or REASONS.get(reason)
    return known or reason.replace("_", " ").capitalize() + "."


def reason_text(reason: str, said: Mapping[str, str]) -> str:
    """Why an incident may not leave: the desk's own words first."""
    return said.get(reason) or withheld_text(reason)


def k_text(k: int) -> str:
    """The size of a region in words a person can weigh."""
    return f"1 of {k} parcels"


def value_text(value: object) -> str:
    """A value of the incident or of the item, complete, for a person."""
    if value is None or value == "":
        return words.ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return ", ".join(value_text(v) for v in value) or words.ABSENT
    if isinstance(value, dict):
        return ", ".join(f"{k}: {value_text(v)}" for k, v in value.items())
    return str(value)


def known_text(name: str, value: object) -> str:
    """What the desk knows in a field: a code with its word, a time as on its clock."""
    text = value_text(value)
    if name == "type_code":
        word = agency_types().label(text)
        return text if word == text else f"{word} ({text})"
    if name == "disposition":
        words_of = {d.code: d.label for d in agency_dispositions()}
        return f"{words_of[text]} ({text})" if text in words_of else text
    if name.endswith("_at"):
        return words.day_text(text)
    return text


def began_us(row: ReleaseRow) -> int:
    """Since when it is in its state, as far as the row tells. UTC µs."""
    by_state = {
        "proposed": row.proposed_at_us,
        "approved": row.approved_at_us,
        "embargoed": row.approved_at_us,
        "sent": row.sent_at_us,
        "confirmed": row.confirmed_at_us,
    }
    return by_state.get(row.state, row.ended_at_us) or row.proposed_at_us


def embargo_left_s(row: ReleaseRow, now_us: int) -> float | None:
    """Seconds until it may leave, None when it is in no embargo."""
    if row.state not in ("approved", "embargoed") or row.embargo_until_us is None:
        return None
    return max(0.0, (row.embargo_until_us - now_us) / 1e6)


def embargo_share(row: ReleaseRow, now_us: int) -> float | None:
    """How much of the embargo is left, 1 to 0."""
    left = embargo_left_s(row, now_us)
    if left is None or row.embargo_until_us is None:
        return None
    since = row.approved_at_us or row.proposed_at_us
    whole = (row.embargo_until_us - since) / 1e6
    return left / whole if whole > 0 else 0.0


def tries_text(channel: ChannelRow) -> str:
    """Failures and retries of a channel, in words; empty when there were none."""
    waits = channel.state in ON_THE_WAY
    why = problem_text(channel.last_problem) if channel.last_problem else ""
    if not why:
        return ""
    if not channel.attempts:
        return f"{why}. It is tried again by itself." if waits else why
    if not waits:
        tries = "1 try" if channel.attempts == 1 else f"{channel.attempts} tries"
        return f"after {tries} that failed: {why}"
    times = "once" if channel.attempts == 1 else f"{channel.attempts} times"
    return f"tried {times}: {why}. It is tried again by itself."


def receipt_text(channel: ChannelRow) -> str:
    if channel.receipt_at_us is None:
        return "no receipt"
    at = words.clock_text(channel.receipt_at_us)
    seen = bool((channel.receipt or {}).get("seen"))
    return f"receipt {at}, had it already" if seen else f"receipt {at}"


def hint(verb: str) -> str:
    """What the two keys of a question in line do."""
    return f"Enter {verb} · Esc leaves it"
