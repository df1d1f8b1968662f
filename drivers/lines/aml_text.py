"""Advanced Mobile Location as text: v1 (ETSI TS 103 625), v2, and the form of HTTPS.

Pure: characters in, a ``Draft`` out. The two versions use the same keys for other
things (``lt`` and ``lg`` of v2 are a time and a language), so the version is looked
at before any key is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aliquot.drivers.lines.api import Extent, FieldValue
from aliquot.drivers.lines.checks import (
    STALE_S,
    check_confidence,
    check_point,
    check_uncertainty,
    is_future,
)
from aliquot.drivers.lines.numbers import NumberKind, classify

_HEAD = re.compile(r'(?<![A-Za-z0-9])(?:A"?)?ML=(\d{1,2})(?=;|\s|\Z)')
_PAIR = re.compile(r"\s*([A-Za-z]{2,3})\s*=([^;]*)(;|\Z)")
_NUMBER = re.compile(r"[+-]?\d{1,16}(?:\.\d{0,12})?|[+-]?\.\d{1,12}")
_TIME = re.compile(r"\d{14}")
_METHODS = {"G": "gnss", "W": "wifi", "C": "cell", "U": "unknown", "F": "fused"}
_FORM_METHODS = {
    "GPS": "gnss",
    "GNSS": "gnss",
    "WIFI": "wifi",
    "CELL": "cell",
    "FUSED": "fused",
    "UNKNOWN": "unknown",
}
_CALLER_NUMBER = re.compile(r"\+?[0-9]{3,15}")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """The text of one key, and where it stands in the characters it came from."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Site:
    """What checks depend on: the agency's ground, and when the message came."""

    extent: Extent | None
    arrived_us: int


@dataclass(slots=True)
class Draft:
    """A record in the making; ``spans`` are of the characters."""

    layout: str
    fields: dict[str, FieldValue] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    warnings: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def put(self, name: str, value: FieldValue | None, *found: Found) -> None:
        if value is None:
            return
        self.fields[name] = value
        spans = [f.span for f in found if f.span != (0, 0)]
        if spans:
            self.spans[name] = min(s[0] for s in spans), max(s[1] for s in spans)

    def warn(self, *codes: str) -> None:
        self.warnings.update(codes)


@dataclass(frozen=True, slots=True)
class Text:
    """One AML message within a longer text: ``text[start:end]``."""

    version: int
    text: str
    start: int


def messages(text: str) -> Iterator[Text]:
    """All AML messages of a text, each up to the next one's head or line's end."""
    heads = list(_HEAD.finditer(text))
    for number, head in enumerate(heads):
        after = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        end = text.find("\n", head.end(), after)
        one = text[head.start() : after if end < 0 else end].rstrip()
        yield Text(int(head[1]), one, head.start())


def read(message: Text, site: Site) -> Draft | None:
    """None for a version that is not known: its keys may mean anything."""
    keys = _keys(message)
    if message.version == 1:
        return _version_1(message, keys, site)
    return _version_2(keys, site) if message.version == 2 else None


def read_form(keys: Mapping[str, Found], site: Site) -> Draft:
    """The form of HTTPS; ``keys`` decoded, every one of them may be missing."""
    draft = Draft("aml_https")
    at = _seconds(keys.get("location_time"), 1000)
    _place(
        draft,
        keys.get("location_latitude"),
        keys.get("location_longitude"),
        keys.get("location_accuracy"),
        site,
    )
    _confidence(draft, keys.get("location_certainty"))
    _when(draft, at, site, keys.get("location_time"))
    source = keys.get("location_source")
    if source and "latitude" in draft.fields:
        draft.put("location_method", _FORM_METHODS.get(source.text.upper()), source)
    _altitude(draft, keys.get("location_altitude"))
    floor = keys.get("location_floor")
    if floor and floor.text.strip():
        draft.put("floor", floor.text.strip()[:20], floor)
    callback(draft, keys.get("device_number"))
    return draft


def callback(draft: Draft, number: Found | None) -> None:
    """A number of ten digits that may be dialled, else what to say of it."""
    text = number.text.strip() if number else ""
    kind, digits = classify(text)
    if kind is NumberKind.PLAIN and digits is not None and number is not None:
        draft.put("callback_number", digits, number)
        return
    draft.warn("no_callback")
    if kind is NumberKind.ABSENT:
        return
    if kind is NumberKind.PANI:
        draft.warn("callback_is_pani")
    else:
        draft.warn("callback_not_dialable")
    if _CALLER_NUMBER.fullmatch(text):
        draft.notes.append(f"from {text}")


def _keys(message: Text) -> dict[str, Found]:
    """The first of each key, by its small letters; the header's is not one."""
    found: dict[str, Found] = {}
    at = message.text.find(";") + 1
    while 0 < at < len(message.text):
        pair = _PAIR.match(message.text, at)
        if pair is None:
            at = message.text.find(";", at) + 1
            continue
        begin = message.start + pair.start(2)
        one = Found(pair[2].strip(), (begin, begin + len(pair[2])))
        found.setdefault(pair[1].lower(), one)
        at = pair.end() if pair[3] else len(message.text)
    return found


def _version_1(message: Text, keys: Mapping[str, Found], site: Site) -> Draft:
    draft = Draft("aml_v1")
    _check_length(draft, message, keys.get("ml"))
    method = keys.get("pm")
    if method is not None and method.text.upper() == "N":
        draft.warn("no_fix")
    else:
        _place(draft, keys.get("lt"), keys.get("lg"), keys.get("rd"), site)
        _confidence(draft, keys.get("lc"))
        _when(draft, _calendar(keys.get("top")), site, keys.get("top"))
        _method(draft, method)
    network = [keys[k].text for k in ("mcc", "mnc") if k in keys]
    _network(draft, "".join(network))
    return draft


def _version_2(keys: Mapping[str, Found], site: Site) -> Draft:
    draft = Draft("aml_v2")
    latitude, longitude, accuracy = _split(keys.get("lo"), 3)
    _place(draft, latitude, longitude, accuracy, site)
    _confidence(draft, keys.get("lc"))
    _altitude(draft, _split(keys.get("lz"), 2)[0])
    begun, later = _seconds(keys.get("et"), 1), number_of(keys.get("lt"))
    at = begun + timedelta(seconds=later) if begun and later is not None else None
    _when(draft, at, site, *(keys[k] for k in ("et", "lt") if k in keys))
    _method(draft, keys.get("ls"))
    _network(draft, keys["nc"].text if "nc" in keys else "")
    language = keys.get("lg")
    if language and re.fullmatch(r"[A-Za-z0-9-]{2,20}", language.text):
        draft.notes.append(f"language {language.text}")
    return draft


def _check_length(draft: Draft, message: Text, said: Found | None) -> None:
    """``ml`` counts the whole message, itself too. Writers get it wrong: a warning."""
    if said is None:
        draft.warn("cut")
    elif not (said.text.isascii() and said.text.isdigit()) or int(said.text) != len(
        message.text
    ):
        draft.warn("length_wrong")


def _place(
    draft: Draft,
    latitude: Found | None,
    longitude: Found | None,
    radius: Found | None,
    site: Site,
) -> None:
    """A handset writes its signs itself: none is put right for the country."""
    north, east = number_of(latitude), number_of(longitude)
    if latitude is None or longitude is None or north is None or east is None:
        given = [f for f in (latitude, longitude) if f is not None and f.text]
        draft.warn("no_fix" if not given else "bad_value")
        return
    point = check_point(north, east, site.extent, country="")
    draft.warn(*point.warnings)
    if point.latitude is None or point.longitude is None:
        return
    if "lat_lon_swapped" in point.warnings:
        latitude, longitude = longitude, latitude
    draft.put("latitude", point.latitude, latitude)
    draft.put("longitude", point.longitude, longitude)
    _radius(draft, radius)


def _radius(draft: Draft, radius: Found | None) -> None:
    metres = number_of(radius)
    if metres is None and radius is not None and radius.text.upper() not in ("N", ""):
        draft.warn("bad_value")
    value, warnings = check_uncertainty(metres)
    draft.warn(*warnings)
    if radius is not None:
        draft.put("uncertainty_m", value, radius)


def _confidence(draft: Draft, said: Found | None) -> None:
    if "latitude" not in draft.fields:
        return
    value, warnings = check_confidence(number_of(said))
    draft.warn(*warnings)
    if said is not None:
        draft.put("confidence_pct", value, said)


def _when(draft: Draft, at: datetime | None, site: Site, *said: Found | None) -> None:
    """When the point was taken. One that is old is where the caller *was*."""
    if "latitude" not in draft.fields:
        return
    given = [f for f in said if f is not None and f.text]
    if at is None:
        if given:
            draft.warn("bad_value")
        return
    draft.put("location_time", at.strftime("%Y-%m-%dT%H:%M:%SZ"), *given)
    age = datetime.fromtimestamp(site.arrived_us / 1e6, UTC) - at
    if age > timedelta(seconds=STALE_S):
        draft.warn("old_position")
    elif is_future(at.date(), site.arrived_us):
        draft.warn("future_date")


def _altitude(draft: Draft, said: Found | None) -> None:
    metres = number_of(said)
    if said is not None and metres and abs(metres) < 20_000:
        draft.put("altitude_m", metres, said)


def _method(draft: Draft, said: Found | None) -> None:
    if said is not None and "latitude" in draft.fields:
        draft.put("location_method", _METHODS.get(said.text.upper()), said)


def _network(draft: Draft, code: str) -> None:
    if re.fullmatch(r"\d{5,6}", code):
        draft.notes.append(f"network {code[:3]}-{code[3:]}")


def _split(said: Found | None, count: int) -> list[Found | None]:
    """The parts of a list with commas, each with its own place."""
    if said is None:
        return [None] * count
    parts: list[Found | None] = []
    at = said.span[0]
    for text in said.text.split(",")[:count]:
        parts.append(Found(text.strip(), (at, at + len(text))))
        at += len(text) + 1
    return parts + [None] * (count - len(parts))


def number_of(said: Found | None) -> float | None:
    """The number, None where there is none; never infinite."""
    if said is None or not _NUMBER.fullmatch(said.text):
        return None
    value = float(said.text)
    return value if math.isfinite(value) else None


def _seconds(said: Found | None, a_second: int) -> datetime | None:
    value = number_of(said)
    if value is None or not 0 < value / a_second < 4e9:
        return None
    return datetime.fromtimestamp(value / a_second, UTC)


def _calendar(said: Found | None) -> datetime | None:
    if said is None or not _TIME.fullmatch(said.text) or not said.text.isascii():
        return None
    try:
        return datetime.strptime(said.text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
