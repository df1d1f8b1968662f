"""Statuses with their two signs: a colour and a word, and a shape for the third."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from aliquot.widgets.theme.tokens import Tone


class Shape(Enum):
    """Drawn, not typed: a font may lack the sign."""

    DOT = "dot"
    RING = "ring"
    TRIANGLE = "triangle"
    SQUARE = "square"
    BAR = "bar"
    CROSS = "cross"
    DIAMOND = "diamond"
    HOLLOW_DIAMOND = "hollow_diamond"
    HALF_DIAMOND = "half_diamond"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class StatusLook:
    word: str
    tone: Tone
    shape: Shape
    limits: tuple[float, float] | None = None  # seconds: warn, alert


UNIT_STATUSES: dict[str, StatusLook] = {
    "dispatched": StatusLook("dispatched", Tone.DISPATCHED, Shape.RING, (60, 120)),
    "en_route": StatusLook("en route", Tone.EN_ROUTE, Shape.TRIANGLE, (480, 900)),
    "on_scene": StatusLook("on scene", Tone.ON_SCENE, Shape.SQUARE, (1200, 2400)),
    "available": StatusLook("available", Tone.AVAILABLE, Shape.DOT),
    "transporting": StatusLook(
        "transporting", Tone.ON_SCENE, Shape.CROSS, (1800, 3600)
    ),
    "out_of_service": StatusLook("out of service", Tone.OFF, Shape.BAR),
}

INCIDENT_STATES: dict[str, StatusLook] = {
    "pending": StatusLook("pending", Tone.PENDING, Shape.RING, (60, 120)),
    "active": StatusLook("active", Tone.TEXT, Shape.DOT),
    "closed": StatusLook("closed", Tone.MUTED, Shape.BAR),
}

SERVICES = {"law": "Police", "fire": "Fire", "ems": "EMS"}
_UNKNOWN = StatusLook("unknown", Tone.MUTED, Shape.CROSS)

# The unit that is furthest along says how an incident stands.
PROGRESS = ("transporting", "on_scene", "en_route", "dispatched")


def unit_look(status: str) -> StatusLook:
    known = UNIT_STATUSES.get(status)
    if known is not None:
        return known
    word = status.replace("_", " ") or _UNKNOWN.word
    return StatusLook(word, _UNKNOWN.tone, _UNKNOWN.shape)


def service_in_words(service: str) -> str:
    """The service inside a sentence."""
    name = service_name(service)
    return name if name.isupper() else name.lower()


def service_name(service: str) -> str:
    return SERVICES.get(service, service.capitalize())
