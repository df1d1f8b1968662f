"""EIDO as another CAD's incident: its state, its number, where help is wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aliquot.drivers.incidents.api import CLOSED, OPEN, ForeignIncident
from aliquot.drivers.lines.api import LineSettings
from aliquot.drivers.ng911.eido_parts import eidos_in, is_eido, take_apart, text
from aliquot.drivers.ng911.eido_read import Eido, read_eidos
from aliquot.drivers.ng911.ground import Ground
from aliquot.drivers.ng911.record import utc_of

_CODE = re.compile(r"[A-Z0-9]{2,12}")
# The registry's words for the state of an incident; all others leave it open.
_ENDED = frozenset(("closed", "cancelled", "canceled"))


def is_any_eido(value: object) -> bool:
    """Whether parsed JSON is an EIDO, bare, in a list, or in a message."""
    return is_eido(value) or any(True for _ in eidos_in(value))


def incidents_of(
    value: object,
    settings: LineSettings,
    types: Mapping[str, str],
    arrived_us: int,
) -> list[tuple[ForeignIncident, str]]:
    """Each with its issuer, "" when it is not named. ``types``: words or codes of the
    other CAD, in small letters, to codes of ours; without one the code of the common
    registry counts, never the other CAD's internal one."""
    ground = Ground.of(settings)
    read = read_eidos(value, ground, arrived_us)
    codes = [_codes(document) for document in eidos_in(value)]
    return [
        (_incident(eido, common, types), eido.issuer)
        for eido, common in zip(read, codes, strict=True)
        if eido.number or eido.identity
    ]


def _codes(document: Mapping[str, object]) -> str:
    parts = take_apart(dict(document))
    incident = next(iter(parts.all("incident")), {})
    return text(incident, "incidentTypeCommonRegistryText")


def _incident(eido: Eido, common: str, types: Mapping[str, str]) -> ForeignIncident:
    said = eido.incident
    moment = utc_of(eido.updated_at) if eido.updated_at else None
    words = eido.type_text or None
    kind = _first_known(types, (str(said.get("type_code", "")), common, words or ""))
    status = eido.status.casefold().replace(" ", "")
    return ForeignIncident(
        source_id=(eido.number or eido.identity)[:200],
        type_code=kind or (common if _CODE.fullmatch(common) else None),
        type_text=words,
        priority=_priority(said.get("priority")),
        place=_text(said.get("place")),
        place_note=_text(said.get("place_note")),
        latitude=_number(said.get("latitude")),
        longitude=_number(said.get("longitude")),
        caller_name=_text(said.get("caller_name")),
        callback_number=_text(said.get("callback_number")),
        as_of_us=round(moment.timestamp() * 1e6) if moment else None,
        state=None if not status else CLOSED if status in _ENDED else OPEN,
        note="\n".join(note.text for note in eido.notes)[:2000] or None,
        warnings=tuple(sorted(eido.point_warnings)),
    )


def _first_known(types: Mapping[str, str], words: tuple[str, ...]) -> str | None:
    found = (types.get(word.casefold().strip()) for word in words)
    return next((code for code in found if code), None)


def _priority(value: object) -> int | None:
    return value if isinstance(value, int) and 1 <= value <= 5 else None


def _text(value: object) -> str | None:
    return value[:2000] or None if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
