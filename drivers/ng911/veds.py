"""Crash data (Vehicle Emergency Data Set, carried by RFC 8148): the words of it."""

from __future__ import annotations

import math

from aliquot.drivers.ng911.record import Draft
from aliquot.drivers.ng911.xml_node import Node

_VEHICLE = (
    "ItemModelYearDate",
    "ConveyanceColorPrimaryText",
    "ItemMakeName",
    "ItemModelName",
)
_INDICATORS = {
    "SevereInjuryIndicator": "severe injury likely",
    "VehicleRolloverIndicator": "rolled over",
    "VehicleFireIndicator": "vehicle on fire",
    "FuelLeakingIndicator": "fuel leaking",
    "MultipleImpactsIndicator": "several impacts",
}


def add_crash(draft: Draft, node: Node) -> None:
    """Where, which vehicle, how bad, who may be asked."""
    _add_location(draft, node)
    for vehicle in node.below("CrashVehicle"):
        draft.note(_vehicle(vehicle))
    draft.note(_severity(node))
    if text := _text(node, "DocumentDescriptionText"):
        draft.note(f"Crash: {text}")
    for contact in node.below("ContactInformation"):
        number = _text(contact, "TelephoneNumberFullID")
        name = _text(contact, "ContactEntityDescriptionText")
        if number or name:
            draft.note(f"Contact: {' '.join(filter(None, (name, number)))}")


def _text(node: Node, name: str) -> str:
    found = node.first_below(name)
    return found.text if found else ""


def _add_location(draft: Draft, node: Node) -> None:
    place = node.first_below("LocationTwoDimensionalGeographicCoordinate")
    latitude = _degrees(place, "Latitude", 90)
    longitude = _degrees(place, "Longitude", 180)
    if latitude and longitude and "latitude" not in draft.fields:
        if latitude[0] == 0 and longitude[0] == 0:
            draft.warnings.add("no_fix")
        else:
            draft.put("latitude", latitude[0], latitude[1])
            draft.put("longitude", longitude[0], longitude[1])
            draft.warnings.add("uncertainty_not_given")
    text = node.first_below("LocationDescriptionText")
    if text is not None:
        draft.put("location", text.text, text.inner)
    if crossing := _text(node, "CrossStreetDescriptionText"):
        draft.note(f"Cross street: {crossing}")


def _degrees(
    place: Node | None, axis: str, most: int
) -> tuple[float, tuple[int, int]] | None:
    """Degrees, with minutes and seconds where they are."""
    node = place.first_below(f"{axis}DegreeValue") if place else None
    if place is None or node is None:
        return None
    try:
        whole = float(node.text)
        parts = [_text(place, f"{axis}{part}Value") for part in ("Minute", "Second")]
        rest = float(parts[0] or 0) / 60 + float(parts[1] or 0) / 3600
    except ValueError:
        return None
    value = whole + math.copysign(rest, whole)
    if not (math.isfinite(value) and abs(value) <= most):
        return None
    return value, node.inner


def _vehicle(node: Node) -> str:
    words = [_text(node, name) for name in _VEHICLE]
    plate = node.first_below("ConveyanceRegistrationPlateIdentification")
    if plate and (number := _text(plate, "IdentificationID")):
        words.append(f"plate {number} {_text(plate, 'IdentificationJurisdictionText')}")
    identity = node.first_below("VehicleIdentification")
    if identity and (vin := _text(identity, "IdentificationID")):
        words.append(f"VIN {vin}")
    said = " ".join(word.strip() for word in words if word.strip())
    return f"Vehicle: {said}" if said else ""


def _severity(node: Node) -> str:
    said = []
    for name, words in _INDICATORS.items():
        if any(one.text.lower() in ("true", "1") for one in node.below(name)):
            said.append(words)
    airbags = node.below("AirbagDeployedIndicator")
    if deployed := sum(one.text.lower() in ("true", "1") for one in airbags):
        said.append(f"{deployed} airbag{'s' if deployed > 1 else ''} deployed")
    if change := node.first_below("CrashPulseChangeInVelocityMeasure"):
        value, unit = (
            _text(change, "MeasurePointValue"),
            _text(change, "MeasureUnitText"),
        )
        said += [f"change of speed {value} {unit}".strip()] if value else []
    if people := _text(node, "DrivingIncidentPassengerQuantityText"):
        said.append(f"{people} in the vehicle")
    if rest := _text(node, "VehicleFinalRestOrientationCategoryCode"):
        said.append(f"came to rest: {rest}")
    return f"Crash: {', '.join(said)}" if said else ""
