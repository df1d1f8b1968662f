"""The coded keys of an incident, and no others.

A value of the wrong kind is not repaired: it stays as what it is not, and is
withheld for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

CODED_KEYS = (
    "type_code",
    "apco_code",
    "latitude",
    "longitude",
    "address",
    "received_at",
    "status",
)


class Unusable(Enum):
    """A coded key that is there and cannot be read."""

    UNUSABLE = "unusable"


UNUSABLE = Unusable.UNUSABLE
Text = str | Unusable | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What eligibility looks at. None is absent.

    ``received_us``: UTC, µs since 1970. ``spot``: WGS84 (latitude, longitude).
    """

    type_code: Text = None
    apco_code: Text = None
    spot: tuple[float, float] | Unusable | None = None
    address: Text = None
    received_us: int | Unusable | None = None
    status: Text = None


def facts_of(incident: Mapping[str, Any]) -> Facts:
    """Reads the coded keys; looks at nothing else, not even whether it is there."""
    return Facts(
        type_code=_text(incident.get("type_code")),
        apco_code=_text(incident.get("apco_code")),
        spot=_spot(incident.get("latitude"), incident.get("longitude")),
        address=_text(incident.get("address")),
        received_us=_moment(incident.get("received_at")),
        status=_text(incident.get("status")),
    )


def _text(value: Any) -> Text:
    if value is None:
        return None
    return value if isinstance(value, str) and value else UNUSABLE


def _spot(latitude: Any, longitude: Any) -> tuple[float, float] | Unusable | None:
    if latitude is None and longitude is None:
        return None
    if not (_degrees(latitude, 90) and _degrees(longitude, 180)):
        return UNUSABLE
    return float(latitude), float(longitude)


def _degrees(value: Any, most: int) -> bool:
    """A JSON number within the globe; true and 1e400 are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= most and math.isfinite(value)


def _moment(value: Any) -> int | Unusable | None:
    if value is None:
        return None
    return UNUSABLE if (us := moment_us(value)) is None else us


def moment_us(value: Any) -> int | None:
    """UTC µs since 1970 of ISO 8601 with an offset, or None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            return None
        return round(moment.timestamp() * 10**6)
    except (ValueError, OverflowError):
        return None
