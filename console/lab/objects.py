"""The objects of ``line replay --json``, one for each thing heard."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from aliquot.drivers.incidents.api import ForeignHeard
from aliquot.drivers.lines.api import AliRecord, CallSignal, Heard, Noise

Json = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(utc_us: int) -> str:
    """UTC in µs since 1970 as ISO 8601 with six decimals and ``Z``."""
    moment = _EPOCH + timedelta(microseconds=utc_us)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def as_object(heard: Heard, timed: bool) -> Json:
    """The object of the contract. Without ``timed`` there is no ``at``."""
    at: Json = {"at": iso(heard.utc_us)} if timed else {}
    raw = {"raw": base64.b64encode(heard.raw).decode("ascii")}
    if isinstance(heard, Noise):
        none: Json = {"fields": {}, "spans": {}, "warnings": []}
        reason = {"reason": heard.reason.value}
        return {"kind": "noise"} | at | reason | none | raw
    kind = "call" if isinstance(heard, CallSignal) else "ali"
    if isinstance(heard, ForeignHeard):
        kind = "incident"
    fields: Json = {}
    if isinstance(heard, CallSignal):
        fields = {"event": heard.kind.value, "call_key": heard.call_key}
    said: Json = {
        "layout": heard.layout,
        "fields": fields | dict(heard.fields),
        "spans": {name: list(span) for name, span in heard.spans.items()},
        "warnings": list(heard.warnings),
    }
    if isinstance(heard, AliRecord):
        said["rules"] = dict(heard.rules)
    return {"kind": kind} | at | said | raw


def as_lines(heard: Iterable[Heard]) -> str:
    """What ``line replay --json`` prints of them."""
    found = (as_object(one, timed=True) for one in heard)
    return "".join(
        json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n"
        for one in found
    )
