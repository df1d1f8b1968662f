"""A last look at what is about to leave. A hit blocks, and means a fault of ours.

It guards nothing by itself: the guarantee is that no text enters. It looks for
numbers that no constant has: telephone numbers, house numbers beside a street, and
coordinates of more than four decimals; and for characters that hide others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from aliquot.console.release.codes import TIME_WORDS, Channel
from aliquot.console.release.constants import RELEASE_ID_LENGTH, RELEASE_ID_LETTERS
from aliquot.console.release.render import Item


class Alarm(Enum):
    PHONE = "phone_like"
    HOUSE_NUMBER = "house_number"
    DECIMALS = "too_many_decimals"
    HIDDEN_CHARACTER = "hidden_character"
    STRAY_NUMBER = "stray_number"


@dataclass(frozen=True, slots=True)
class Hit:
    """``where``: a key of the item, or a channel's name. What was found is not
    repeated: it must not reach a log."""

    alarm: Alarm
    where: str


_TYPES = (
    "ALY|ALLEY|AVE?|AVENUE|BLVD|BOULEVARD|BR|BRIDGE|BYP|BYPASS|CIR|CIRCLE|CRK|CREEK|"
    "CT|COURT|CV|COVE|CTR|CENTER|DR|DRIVE|EXPY|EXPRESSWAY|EXT|FWY|FREEWAY|GRV|GROVE|"
    "HL|HILL|HTS|HEIGHTS|HWY|HIGHWAY|JCT|LNDG|LANDING|LN|LANE|LOOP|MNR|MANOR|PARK|"
    "PASS|PATH|PIKE|PKE|PKWY|PARKWAY|PL|PLACE|PLZ|PLAZA|PT|POINT|RD|ROAD|RDG|RIDGE|"
    "RTE?|ROUTE|ROW|RUN|SQ|SQUARE|ST|STREET|TER|TERR|TERRACE|TPKE|TURNPIKE|TRL|TRAIL|"
    "VLY|VALLEY|VW|VIEW|WALK|WAY|XING|CROSSING"
)
_JOINING = "AM|PM|AND|AT|BETWEEN|NEAR|AROUND|OR|TO|OF|PART|THE|THIS"
_DIRECTIONS = r"(?:(?:N|S|E|W|NE|NW|SE|SW|NORTH|SOUTH|EAST|WEST)\.?\s+)?"

_PHONE = re.compile(
    r"(?<!\d)(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]{0,2}\d{3}[-. ]?\d{4}(?!\d)"
    r"|(?<![\d.])\d{3}-\d{4}(?![\d.])"
)
_BESIDE_STREET = re.compile(
    rf"\b\d+[A-Z]?(?:[-/]\d+[A-Z]?|\s+1/2)?\s+{_DIRECTIONS}(?!(?:{_JOINING})\b)"
    rf"(?:(?!\d+\b)[\w'.-]+\s+){{0,3}}?(?:{_TYPES})\b",
    re.IGNORECASE,
)
# What agencies call their districts by, and roads with a number for a name.
_NUMBERED = re.compile(
    r"\b(?:AREA|BEAT|DISTRICT|HIGHWAY|HWY|PART|PRECINCT|RA|ROUTE|RTE|SECTOR|WARD|ZONE)"
    r" \d+[A-Z]?\b",
    re.IGNORECASE,
)
_FIRST_NUMBER = re.compile(
    rf"^\s*#?\d+[A-Z]?\s+(?!(?:{_JOINING})\b)[A-Z]", re.IGNORECASE
)
_FINE = re.compile(r"(?<![\d.])-?\d{1,3}\.\d{5,}")
_DIGIT = re.compile(r"\d")
_RELEASE_ID = re.compile(rf"[{RELEASE_ID_LETTERS}]{{{RELEASE_ID_LENGTH}}}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|-00:00)")
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})

_FROZEN = frozenset(
    {"release_id", "replaces", "published_at", "replaces_published_at", "format"}
)


def scan(item: Item, bodies: Mapping[Channel, bytes]) -> tuple[Hit, ...]:
    """All hits in the item and in what the channels get; () lets it pass."""
    hits = [hit for key, value in sorted(item.items()) if key not in _FROZEN
            for hit in _scan_field(key, value, item)]  # fmt: skip
    for channel, body in bodies.items():
        hits += _scan_body(channel.name.lower(), body)
    return tuple(dict.fromkeys(hits))


def _scan_field(key: str, value: str | float, item: Item) -> Iterator[Hit]:
    if isinstance(value, float):
        if round(value, 4) != value:
            yield Hit(Alarm.DECIMALS, key)
    elif isinstance(value, str):
        yield from scan_text(key, value)
        if key != "place" and _DIGIT.search(_without_known(value, item)):
            yield Hit(Alarm.STRAY_NUMBER, key)


def _without_known(text: str, item: Item) -> str:
    """The text without its place and its words of time: no digit may be left."""
    known = sorted({str(item.get("place", "")), *TIME_WORDS} - {""}, key=len)
    for words in reversed(known):
        text = text.replace(words, "")
    return text


def scan_text(where: str, text: str) -> Iterator[Hit]:
    """What no constant of any kind may hold."""
    if _hides(text):
        yield Hit(Alarm.HIDDEN_CHARACTER, where)
    plain = unicodedata.normalize("NFKC", text)
    if _PHONE.search(plain):
        yield Hit(Alarm.PHONE, where)
    rest = _NUMBERED.sub("", plain)
    if _BESIDE_STREET.search(rest) or _FIRST_NUMBER.search(plain):
        yield Hit(Alarm.HOUSE_NUMBER, where)
    if _FINE.search(plain):
        yield Hit(Alarm.DECIMALS, where)


def _hides(text: str) -> bool:
    return any(unicodedata.category(c) in _HIDDEN for c in set(text))


def _scan_body(where: str, body: bytes) -> Iterator[Hit]:
    """Bodies hold what the item holds; here what encoding could have added."""
    text = _MOMENT.sub("", _RELEASE_ID.sub("", body.decode()))
    if _PHONE.search(text):
        yield Hit(Alarm.PHONE, where)
    if _FINE.search(text):
        yield Hit(Alarm.DECIMALS, where)
    if _hides(text.replace("\n", "")):
        yield Hit(Alarm.HIDDEN_CHARACTER, where)
