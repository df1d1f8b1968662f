"""What a form holds, what a record offers to it, and how the two are compared."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from aliquot.console.domain.events import Json
from aliquot.console.domain.rebid import Change, distance_m, sureness
from aliquot.console.domain.rows import CallRow
from aliquot.widgets import words

TEXT_FIELDS: tuple[str, ...] = (
    "type",
    "priority",
    "place",
    "place_note",
    "caller_name",
    "callback_number",
    "caller_place",
)
TITLES: dict[str, str] = {
    "type": "Type",
    "priority": "Priority",
    "place": "Place",
    "place_note": "Place note",
    "caller_name": "Caller",
    "callback_number": "Callback",
    "caller_place": "Caller is at",
    "uncertainty": "Uncertainty",
    "class": "Class",
}

# What one fix of the caller says: used together or not at all.
ONE_FIX = ("caller_place", "uncertainty", "class")

# Classes whose address is where the telephone stands. NENA names and the short
# ones that some sources send; anything else never fills a place.
FIXED_CLASSES = frozenset(
    [
        "RES",
        "RESD",
        "RSDX",
        "RESX",
        "BUS",
        "BUSN",
        "BSNX",
        "BUSX",
        "PBX",
        "PBXB",
        "PBXR",
        "CNTX",
        "CNTR",
        "COIN",
        "PAY$",
        "FX",
        "VRES",
        "VBUS",
        "VPAY",
        "R",
        "B",
    ]
)


@dataclass(frozen=True, slots=True)
class Point:
    """WGS84 degrees; ``uncertainty_m`` None when the record gave none."""

    latitude: float
    longitude: float
    uncertainty_m: float | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """How the geofile writes what the place means, and how surely: it is verified.
    ``picked``: a person chose it."""

    address: str
    score: float
    picked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormData:
    """A form as it stands. Frozen: what is saved is what was seen."""

    form_id: str
    texts: dict[str, str] = field(default_factory=dict)
    touched: tuple[str, ...] = ()
    point: Point | None = None
    placed: Placed | None = None
    caller: Point | None = None
    call_id: str | None = None
    incident_id: str | None = None
    number: int | None = None
    notes: tuple[str, ...] = ()
    half_note: str = ""
    heard: str = ""
    base: dict[str, str] = field(default_factory=dict)

    @property
    def typed_anything(self) -> bool:
        return bool(self.touched or self.notes or self.half_note or self.heard)


def new_form_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class FormChanged:
    """Title, incident or notes of a form are other than before. ``said``: for the
    message line, or empty."""

    form_id: str
    said: str = ""


def offers(row: CallRow) -> dict[str, str]:
    """What a record offers, by form field, in the form's own words."""
    said: dict[str, str | None] = {
        "callback_number": words.number_text(row.callback_number),
        "caller_place": caller_place(row),
        "class": row.class_of_service,
        "uncertainty": _uncertainty(row),
    }
    if is_fixed(row):
        said["caller_name"] = row.customer_name
        said["place"] = address(row)
    return {name: text for name, text in said.items() if text}


def is_fixed(row: CallRow) -> bool:
    """Whether the address of the record is where the telephone is."""
    if not _class_known(row) or "wireless_address_is_tower" in row.warnings:
        return False
    return (row.class_of_service or "").upper() in FIXED_CLASSES


def _class_known(row: CallRow) -> bool:
    """Without a class nobody knows whether an address is the caller's or a tower's."""
    return bool(row.class_of_service) and "class_not_readable" not in row.warnings


def address(row: CallRow) -> str | None:
    if not row.address:
        return None
    return ", ".join(p for p in (row.address, row.community) if p)


def caller_place(row: CallRow) -> str | None:
    """Where the caller is, as far as the record can say; never the tower."""
    if is_fixed(row):
        return address(row)
    if row.latitude is not None and row.longitude is not None:
        return words.point_text(row.latitude, row.longitude)
    if not _class_known(row) or "wireless_address_is_tower" in row.warnings:
        return None
    return address(row)


def caller_point(row: CallRow) -> Point | None:
    if row.latitude is None or row.longitude is None:
        return None
    return Point(row.latitude, row.longitude, row.uncertainty_m)


def _uncertainty(row: CallRow) -> str | None:
    if row.latitude is None:
        return None
    return words.uncertainty_text(row.uncertainty_m, row.confidence_pct)


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the rebid comparison. ``usable``: a field of the form; ``kept``: a
    person has seen it, and the form stays as it is."""

    name: str
    old: str
    new: str
    typed: str
    kept: bool = False

    @property
    def usable(self) -> bool:
        return self.name in TEXT_FIELDS


def compare(
    old: dict[str, str], new: dict[str, str], typed: dict[str, str]
) -> tuple[Difference, ...]:
    """What a newer record says otherwise, beside what stands in the form. What a
    person has typed as the record says it is no difference any more."""
    rows = (
        Difference(n, old.get(n, ""), new.get(n, ""), typed.get(n, "")) for n in TITLES
    )
    return tuple(row for row in rows if row.old != row.new and not _typed_so(row))


def changes(old: Point | None, new: Point | None) -> tuple[str, ...]:
    """How far the caller moved from one fix to the next, and whether the place is
    known better or worse."""
    if old is None or new is None:
        return ()
    said = []
    fix = (old.latitude, old.longitude, new.latitude, new.longitude)
    if (metres := distance_m(*fix)) >= 1:
        said.append(f"moved {words.metres_text(metres)}")
    how = sureness(old.uncertainty_m, new.uncertainty_m)
    return (*said, _SURENESS[how]) if how is not None else tuple(said)


_SURENESS = {
    Change.ADDED: "uncertainty now known",
    Change.REMOVED: "uncertainty not known now",
    Change.BETTER: "surer",
    Change.WORSE: "less sure",
}


def _typed_so(row: Difference) -> bool:
    """Never of the caller's place: its words may be the same, its point is not."""
    if not row.usable or row.name in ONE_FIX:
        return False
    if row.name == "callback_number":
        return words.number_digits(row.typed) == words.number_digits(row.new)
    return row.typed == row.new


def to_body(data: FormData) -> dict[str, Json]:
    """A draft. Everything typed is in it."""
    body: dict[str, Json] = {
        "kind": "form",
        "texts": dict(data.texts),
        "touched": list(data.touched),
        "notes": list(data.notes),
        "half_note": data.half_note,
        "heard": data.heard,
        "base": dict(data.base),
        "point": _point_body(data.point),
        "placed": _placed_body(data.placed),
        "caller": _point_body(data.caller),
        "call_id": data.call_id,
        "incident_id": data.incident_id,
        "number": data.number,
    }
    return {name: value for name, value in body.items() if value is not None}


def from_body(form_id: str, body: dict[str, Json]) -> FormData:
    """As much of a draft as can be read; a spoilt part is left out, never raised."""
    number = body.get("number")
    return FormData(
        form_id=form_id,
        texts=_texts(body.get("texts")),
        touched=_strings(body.get("touched")),
        notes=_strings(body.get("notes")),
        half_note=_string(body.get("half_note")) or "",
        heard=_string(body.get("heard")) or "",
        base=_texts(body.get("base")),
        point=_point(body.get("point")),
        placed=_placed(body.get("placed")),
        caller=_point(body.get("caller")),
        call_id=_string(body.get("call_id")),
        incident_id=_string(body.get("incident_id")),
        number=number if isinstance(number, int) else None,
    )


def _point_body(point: Point | None) -> Json:
    if point is None:
        return None
    return [point.latitude, point.longitude, point.uncertainty_m]


def _placed_body(placed: Placed | None) -> Json:
    if placed is None:
        return None
    return [placed.address, placed.score, placed.picked]


def _placed(value: Json) -> Placed | None:
    if not isinstance(value, list) or len(value) != 3:
        return None
    address, score, picked = value
    if not isinstance(address, str) or not isinstance(score, int | float):
        return None
    return Placed(address, float(score), picked is True)


def _point(value: Json) -> Point | None:
    if not isinstance(value, list) or len(value) != 3:
        return None
    latitude, longitude, uncertainty = value
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    known = isinstance(uncertainty, int | float)
    return Point(latitude, longitude, _number(uncertainty) if known else None)


def _number(value: Any) -> float:
    return float(value)


def _string(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _strings(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(v for v in value if isinstance(v, str))


def _texts(value: Json) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {k: v for k, v in value.items() if isinstance(v, str)}
