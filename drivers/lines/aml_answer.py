"""The answer to a location link: ``POST /locate/TOKEN`` with a point.

The page that the link opened sends what the browser's geolocation gave it, as a form
or as JSON: ``lat``, ``lon``, ``accuracy`` (metres), ``timestamp`` (milliseconds since
1970), ``altitude``. The token in the path ties it to one call; which one, only the
console knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from aliquot.drivers.lines.aml_text import Draft, Found, Site, read_form
from aliquot.drivers.lines.envelope import Message

LAYOUT = "locate_answer"
TOKEN_FIELD = "locate_token"
_PATH = re.compile(r"(?:/[\w.~-]{1,40}){0,3}/locate/([A-Za-z0-9_-]{16,64})/?")
_PAIR = re.compile(rb"([^&=]*)=([^&]*)")
_NAMES = {
    "lat": "location_latitude",
    "latitude": "location_latitude",
    "lon": "location_longitude",
    "lng": "location_longitude",
    "longitude": "location_longitude",
    "accuracy": "location_accuracy",
    "acc": "location_accuracy",
    "timestamp": "location_time",
    "altitude": "location_altitude",
}
_MOST = 16_384


def token_of(path: str) -> str | None:
    """The token of an answer's path, None for any other path."""
    found = _PATH.fullmatch(path.partition("?")[0])
    return found[1] if found else None


def read_answer(message: Message, site: Site) -> Draft | None:
    """None when it is no answer. Spans are of the body; those of JSON are not kept."""
    token = token_of(message.path)
    if token is None:
        return None
    keys = _json(message.body) if message.body[:1] == b"{" else form(message.body)
    said: dict[str, Found] = {}
    for name, value in keys.items():
        if name in _NAMES:
            said.setdefault(_NAMES[name], value)
    draft = read_form(said, site)
    draft.layout = LAYOUT
    draft.warnings.discard("no_callback")  # the token says whose it is
    draft.warnings.discard("confidence_not_given")  # a browser never gives one
    draft.fields[TOKEN_FIELD] = token
    return draft


def form(body: bytes) -> dict[str, Found]:
    """The first of each key of a form, decoded; spans are of the raw value."""
    found: dict[str, Found] = {}
    for pair in _PAIR.finditer(body):
        name, value = (_decoded(pair[n]) for n in (1, 2))
        found.setdefault(name.strip(), Found(value.strip(), pair.span(2)))
    return found


def _decoded(raw: bytes) -> str:
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8", "replace")


def _json(body: bytes) -> Mapping[str, Found]:
    try:
        said = json.loads(body[:_MOST])
    except (ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    coords = said.get("coords")
    flat = {**said, **coords} if isinstance(coords, dict) else said
    return {
        name: Found(_plain(value), (0, 0))
        for name, value in flat.items()
        if isinstance(value, int | float | str) and not isinstance(value, bool)
    }


def _plain(value: float | str) -> str:
    """Without an exponent, which no location message has."""
    return f"{value:.9f}" if isinstance(value, float) else str(value)[:40]
