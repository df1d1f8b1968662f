"""HELD (RFC 5985, 6155, 6753): what a location server answers, and what it is asked.

Pure: text in, text out. ``held_client`` has the connection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from xml.sax.saxutils import escape, quoteattr

from aliquot.drivers.ng911.ground import Ground
from aliquot.drivers.ng911.pidflo import add_presence, presences
from aliquot.drivers.ng911.record import Draft, utc_of
from aliquot.drivers.ng911.xml_node import Node

HELD = "urn:ietf:params:xml:ns:geopriv:held"
HELD_ID = f"{HELD}:id"
CONTENT_TYPE = "application/held+xml"
XML_LANG = "lang"


class ResponseTime(Enum):
    """What the location is for; a server may also be given milliseconds."""

    EMERGENCY_ROUTING = "emergencyRouting"
    EMERGENCY_DISPATCH = "emergencyDispatch"


@dataclass(frozen=True, slots=True)
class HeldError:
    """``code`` of the registry; ``messages``: text by language, "" for none given."""

    code: str
    messages: dict[str, str] = field(default_factory=dict)

    def text(self, *languages: str) -> str:
        """The message in the first of these that there is, else English, else any."""
        for wanted in (*languages, "en", ""):
            for language, text in self.messages.items():
                if language.lower().partition("-")[0] == wanted.lower():
                    return text
        return next(iter(self.messages.values()), "")


@dataclass(slots=True)
class LocationResponse:
    """``uris`` can be asked for the location until ``expires`` (as it was said)."""

    presences: list[Node] = field(default_factory=list)
    uris: list[str] = field(default_factory=list)
    expires: str = ""
    aml: Node | None = None


def read_answer(root: Node) -> LocationResponse | HeldError | None:
    """None for what is no answer of HELD."""
    if root.name == "error" and "code" in root.attributes:
        messages: dict[str, str] = {}
        for node in root.all("message"):
            messages.setdefault(node.attributes.get(XML_LANG, ""), node.text)
        return HeldError(root.attributes["code"], messages)
    if root.name != "locationResponse":
        return None
    answer = LocationResponse(presences(root))
    uris = root.child("locationUriSet")
    if uris is not None:
        answer.expires = uris.attributes.get("expires", "")
        answer.uris = [node.text for node in uris.all("locationURI") if node.text]
    answer.aml = root.first_below("aml")
    return answer


def add_answer(
    draft: Draft, answer: LocationResponse, ground: Ground, arrived_us: int
) -> None:
    """What an answer says of the location, by value and by reference."""
    for presence in answer.presences:
        add_presence(draft, presence, ground, arrived_us)
    if answer.aml is not None:
        _add_aml(draft, answer.aml)
    if answer.uris:
        web = [
            uri for uri in answer.uris if uri.lower().startswith(("https:", "http:"))
        ]
        draft.put("location_reference", (web or answer.uris)[0])
        for uri in answer.uris:
            draft.note(f"Location by reference: {uri}{_until(answer.expires)}")
    if not answer.presences and not answer.uris:
        draft.warnings.add("location_not_read")


def _until(expires: str) -> str:
    moment = utc_of(expires)
    return f" (until {expires})" if moment else ""


def _add_aml(draft: Draft, node: Node) -> None:
    """The element that location servers with AML add: its radius and confidence.

    They are the telephone's own, of the same place; a point alone has neither.
    """
    same = all(
        _near(draft.fields.get(name), node.text_of(name))
        for name in ("latitude", "longitude")
    )
    radius, sure = (
        _number(node.text_of("radius")),
        _number(node.text_of("confidenceLevel")),
    )
    if same and radius is not None and 0 < radius < 1e7:
        draft.put("uncertainty_m", radius, _inner(node, "radius"))
        draft.warnings -= {"uncertainty_not_given"}
    if same and sure is not None and 0 < sure <= 100:
        percent = round(sure * 100, 4) if sure <= 1 else sure
        draft.put("confidence_pct", percent, _inner(node, "confidenceLevel"))
        draft.warnings -= {"confidence_not_given"}
    if method := node.text_of("positioningMethod"):
        draft.note(f"AML: {method}")
    for name in ("mcc", "mnc", "imei", "imsi"):
        if text := node.text_of(name):
            draft.note(f"{name.upper()}: {text}")


def _inner(node: Node, name: str) -> tuple[int, int] | None:
    found = node.child(name)
    return found.inner if found else None


def _near(value: object, text: str) -> bool:
    number = _number(text)
    return (
        isinstance(value, float) and number is not None and abs(value - number) < 1e-5
    )


def _number(text: str) -> float | None:
    if not re.fullmatch(r"[+-]?\d{1,12}(?:\.\d{1,15})?", text):
        return None
    return float(text)


def location_request(
    device: str | None = None,
    response_time: ResponseTime | int = ResponseTime.EMERGENCY_DISPATCH,
    kinds: tuple[str, ...] = ("geodetic", "civic"),
    exact: bool = False,
) -> bytes:
    """The request, in UTF-8. ``device``: a URI of who is to be located (RFC 6155),
    absent for the asker itself or where the address asked is the reference.
    ``response_time``: a use, or milliseconds."""
    said = response_time
    time = said.value if isinstance(said, ResponseTime) else str(said)
    types = escape(" ".join(kinds))
    who = ""
    if device is not None:
        who = f'<device xmlns="{HELD_ID}"><uri>{escape(device)}</uri></device>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<locationRequest xmlns="{HELD}" responseTime={quoteattr(time)}>'
        f'<locationType exact="{str(exact).lower()}">{types}</locationType>'
        f"{who}</locationRequest>\n"
    ).encode()
