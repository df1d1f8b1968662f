"""Between the texts of a form and the fields of an incident."""

from __future__ import annotations

from collections.abc import Mapping

from aliquot.console.domain.events import INCIDENT_FIELDS, Json
from aliquot.console.domain.rows import CallRow
from aliquot.widgets import words
from aliquot.widgets.codes import TypeTable
from aliquot.widgets.intake.values import TEXT_FIELDS, FormData, Placed, Point, is_fixed

_WHERE = frozenset(("place", "place_address", "latitude", "longitude"))
_PLAIN = ("place", "place_note", "caller_name", "caller_place")


def no_fields() -> dict[str, Json]:
    return dict.fromkeys(INCIDENT_FIELDS)


def fields_of(data: FormData, type_code: str) -> dict[str, Json]:
    """All fields of the incident as the form has them; None where it has nothing."""
    texts = data.texts
    fields = no_fields()
    fields.update({name: texts.get(name) or None for name in _PLAIN})
    priority = texts.get("priority", "")
    fields["type_code"] = type_code or None
    fields["priority"] = int(priority) if priority in {*"12345"} else None
    number = words.number_digits(texts.get("callback_number", ""))
    fields["callback_number"] = number or None
    if data.point is not None:
        fields["latitude"] = data.point.latitude
        fields["longitude"] = data.point.longitude
    if data.placed is not None:
        fields["place_address"] = data.placed.address
        fields["place_score"] = data.placed.score
        fields["place_verified"] = True
    if data.caller is not None:
        fields["caller_latitude"] = data.caller.latitude
        fields["caller_longitude"] = data.caller.longitude
        fields["caller_uncertainty_m"] = data.caller.uncertainty_m
    return fields


def texts_of(fields: Mapping[str, Json], types: TypeTable) -> dict[str, str]:
    """The other way: what stands in the form for an incident."""
    texts = {name: _text(fields.get(name)) for name in TEXT_FIELDS}
    texts["type"] = types.label(fields.get("type_code"))
    texts["callback_number"] = words.number_text(_text(fields.get("callback_number")))
    return texts


def changed(saved: Mapping[str, Json], now: Mapping[str, Json]) -> dict[str, Json]:
    """Fields to change. A place that others verified stays so while nobody changes
    where it is."""
    found = {n: value for n, value in now.items() if saved.get(n) != value}
    if not found.keys() & _WHERE:
        found.pop("place_verified", None)
    return found


def present(fields: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not None}


def point(fields: Mapping[str, Json], prefix: str) -> Point | None:
    latitude = fields.get(f"{prefix}latitude")
    longitude = fields.get(f"{prefix}longitude")
    wide = fields.get(f"{prefix}uncertainty_m")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    known = isinstance(wide, int | float)
    return Point(latitude, longitude, float(wide) if known else None)  # type: ignore[arg-type]


def placed(fields: Mapping[str, Json]) -> Placed | None:
    """How the geofile writes the place of an incident, if it was verified by it."""
    address, score = fields.get("place_address"), fields.get("place_score")
    if not isinstance(address, str) or fields.get("place_verified") is not True:
        return None
    return Placed(address, float(score) if isinstance(score, int | float) else 0.0)


def title_of(data: FormData, texts: Mapping[str, str]) -> str:
    """What a form is about: a verified place as the geofile writes it."""
    number = "New form" if data.number is None else words.incident_text(data.number)
    place = data.placed.address if data.placed is not None else texts["place"]
    rest = ", ".join(t for t in (texts["type"], place) if t)
    return " · ".join(p for p in (number, rest) if p)


def words_of(at: Point | None) -> str | None:
    """What stands in the field of a place for a point."""
    return None if at is None else words.point_text(at.latitude, at.longitude)


def facts(row: CallRow) -> str:
    """What the record says that has no field, in one line of text."""
    parts = [words.call_state_more(row), row.class_of_service or "no class"]
    if row.latitude is not None:
        parts.append(words.uncertainty_text(row.uncertainty_m, row.confidence_pct))
    if row.address and not is_fixed(row):
        tower = "wireless_address_is_tower" in row.warnings
        parts.append(f"tower at {row.address}" if tower else f"record: {row.address}")
    if row.customer_name and not is_fixed(row):
        parts.append(row.customer_name)
    parts.append(f"{row.line}, {words.clock_text(row.last_at_us)}")
    if row.records > 1:
        parts.append(f"record {row.records}")
    warnings = words.warnings_text(row.warnings)
    return "  ·  ".join(p for p in (*parts, warnings) if p)


def _text(value: Json) -> str:
    return "" if value is None or isinstance(value, bool) else str(value)
