"""EIDO in: what it says of the caller, as a record, and of the incident, as fields.

Tolerant: what is missing or points nowhere is warned of (``schema_not_met``), and
the rest is read. A location by value is a PIDF-LO inside a JSON string.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aliquot.drivers.lines.api import FieldValue
from aliquot.drivers.ng911.additional import add_block, add_blocks, add_card
from aliquot.drivers.ng911.cards import Card, read_jcard
from aliquot.drivers.ng911.eido_parts import (
    Component,
    Parts,
    eidos_in,
    person_name,
    plain,
    said,
    take_apart,
    text,
    texts,
)
from aliquot.drivers.ng911.ground import OF_POINTS, Ground
from aliquot.drivers.ng911.pidflo import add_presence, presences
from aliquot.drivers.ng911.record import Draft, iso_z, telephone, utc_of
from aliquot.drivers.ng911.xml_node import parse_xml_text

UNKNOWN_TYPE = "unknown"
_CALLER = ("caller", "initial", "current", "device")
_INCIDENT = ("incident", "scene", "dispatch")
_PLACE = ("house_number", "prefix_directional", "street_name", "street_suffix")
_PLACE_END = ("post_directional", "unit", "location", "community")


@dataclass(frozen=True, slots=True)
class Note:
    """``at``: ISO 8601 UTC with Z, or ""; ``agent``: who wrote it, or ""."""

    text: str
    at: str = ""
    agent: str = ""


@dataclass(slots=True)
class Eido:
    """An EIDO that was read.

    ``draft`` has the caller under names of ``FIELD_NAMES``. ``incident`` has what
    an incident form has: type_code, priority, place, place_note, latitude,
    longitude, caller_name, callback_number, caller_place, caller_latitude,
    caller_longitude, caller_uncertainty_m.
    """

    identity: str
    issuer: str
    updated_at: str
    draft: Draft = field(default_factory=Draft)
    incident: dict[str, FieldValue] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    type_text: str = ""
    status: str = ""
    number: str = ""
    problems: list[str] = field(default_factory=list)
    point_warnings: set[str] = field(default_factory=set)  # of the incident's place


@dataclass(slots=True)
class _Place:
    """One location component, its document read into a draft of its own."""

    kind: str
    draft: Draft
    description: str
    reference: str
    notes: list[str]

    @property
    def words(self) -> str:
        return self.kind.lower()

    def of(self, kinds: tuple[str, ...]) -> bool:
        return any(kind in self.words for kind in kinds)


def read_eidos(
    value: object, ground: Ground, arrived_us: int = 0, agency: str = ""
) -> list[Eido]:
    """All EIDOs of parsed JSON: bare, in an array, or in a message of STA-024.

    ``agency`` is our own id; with it a position is only taken of our own agents.
    """
    return [_read(one, ground, arrived_us, agency) for one in eidos_in(value)]


def _read(document: Component, ground: Ground, arrived_us: int, agency: str) -> Eido:
    parts = take_apart(document)
    moment = utc_of(text(document, "lastUpdateTimeStamp"))
    eido = Eido(
        identity=text(document, "$id"),
        issuer=text(document, "issuingElementIdentification"),
        updated_at=iso_z(moment) if moment else "",
    )
    call: Component = next(iter(parts.all("call")), {})
    incident: Component = next(iter(parts.all("incident")), {})
    eido.draft.note(f"EIDO of {eido.issuer or 'an unknown sender'}: {eido.identity}")
    _callback(eido, parts, call)
    _position(eido, parts, call, agency)
    _incident(eido, incident)
    _locations(eido, parts, call, incident, (ground, arrived_us))
    _people(eido, parts, call)
    _call(eido, call, len(parts.all("call")))
    _additional(eido, parts)
    _notes(eido, parts)
    _units(eido, parts)
    eido.problems = parts.problems
    if parts.problems:
        eido.draft.warnings.add("schema_not_met")
    return eido


def _callback(eido: Eido, parts: Parts, call: Component) -> None:
    people = parts.all("person")
    found = parts.linked(call, "callBackReference")
    for person in people:
        found += parts.linked(person, "callBackReference")
    draft = eido.draft
    for component in [*found, *parts.all("callback")]:
        for uri in texts(component, "callBackInformationUri"):
            number = telephone(uri)
            if number is not None and draft.number(number):
                break
        updated = component.get("updatedCbn")
        if isinstance(updated, dict):
            uri = text(updated, "updatedCbnIdentifierUri")
            more = text(updated, "updatedCbnCallerDescription")
            number = telephone(uri) or uri
            draft.note(f"Also to be called at {number} {more}".strip())
    if "callback_number" in draft.fields:
        eido.incident["callback_number"] = draft.fields["callback_number"]
    else:
        draft.warnings.add("no_callback")


def _position(eido: Eido, parts: Parts, call: Component, agency: str) -> None:
    """The position of the agent on the call; of another agency's it is a note."""
    agents = parts.linked(call, "agentReference") or parts.all("agent")
    for agent in agents:
        position = text(agent, "agentWorkstationPositionIdentification")
        if not position:
            continue
        theirs = _reference(agent, "agencyReference")
        if agency and theirs and theirs != agency:
            eido.draft.note(f"Position {position} of {theirs}")
            continue
        eido.draft.put(
            "position", position.zfill(2) if position.isdecimal() else position
        )


def _reference(component: Component, name: str) -> str:
    given = component.get(name)
    return said(given.get("$ref")) if isinstance(given, dict) else ""


def _incident(eido: Eido, incident: Component) -> None:
    internal = text(incident, "incidentTypeInternalCode")
    common = text(incident, "incidentTypeCommonRegistryText")
    words = text(incident, "incidentTypeInternalText")
    code = internal or ("" if common.lower() == UNKNOWN_TYPE else common)
    if code:
        eido.incident["type_code"] = code
    eido.type_text = words or common or internal
    status = text(incident, "incidentStatusCommonRegistryText")
    eido.status = status or text(incident, "incidentStatusInternalText")
    eido.number = text(incident, "internalIncidentId")
    priority = incident.get("incidentCommonPriorityNumber")
    if isinstance(priority, int) and not isinstance(priority, bool):
        eido.incident["priority"] = priority
    said_of = [
        ("Incident", eido.number),
        ("Type", ", ".join(dict.fromkeys(filter(None, (words, common, internal))))),
        ("Status", eido.status),
        ("Priority", text(incident, "incidentPriorityInternalText") or said(priority)),
    ]
    for word, value in said_of:
        if value:
            eido.draft.note(f"{word}: {value}")


def _locations(
    eido: Eido,
    parts: Parts,
    call: Component,
    incident: Component,
    settings: tuple[Ground, int],
) -> None:
    """The caller's location goes into the record, the incident's into its fields."""
    of_call = parts.linked(call, "locationReference")
    of_incident = parts.linked(incident, "locationReference")
    listed = [*of_call, *of_incident]
    listed += [one for one in parts.all("location") if one not in listed]
    places = [_place(parts, one, settings) for one in listed]
    scene = [p for p in places if p.of(_INCIDENT)]
    rest = [p for p in places if p not in scene]
    for place in scene[:1]:
        _scene(eido, place)
    ranked = sorted(rest, key=lambda p: (not p.of(_CALLER), "routing" in p.words))
    known = [p for p in ranked if _tells(p)] or ([] if rest else scene)
    if known:
        _found(eido, known[0])
    elif places:
        eido.draft.warnings.add("location_not_read")
    if known and rest:
        _caller(eido, known[0])
    elif known:
        eido.draft.note("The location is the incident's; the caller's is not said.")
    for place in places:
        if place.reference:
            eido.draft.put("location_reference", place.reference)
            eido.draft.note(f"{place.kind} by reference: {place.reference}")
    for place in [p for p in places if _tells(p) and p not in known[:1]]:
        eido.draft.note(f"Another location ({place.kind}): {_line(place)}")
    if len([p for p in rest if _tells(p)]) > 1:
        eido.draft.warnings.add("several_locations")


def _tells(place: _Place) -> bool:
    fields = place.draft.fields
    return bool({"latitude", "street_name", "community", "location"} & fields.keys())


def _place(parts: Parts, component: Component, settings: tuple[Ground, int]) -> _Place:
    draft = Draft()
    ground, arrived_us = settings
    document = text(component, "locationByValue")
    root = parse_xml_text(document) if document else None
    for presence in presences(root) if root else ():
        add_presence(draft, presence, ground, arrived_us)
    if document and root is None:
        draft.warnings.add("location_not_read")
    notes = parts.linked(component, "notesReference")
    return _Place(
        kind=text(component, "locationTypeDescriptionRegistryText") or "Location",
        draft=draft,
        description=text(component, "locationDescriptionText"),
        reference=text(component, "locationByReferenceUrl"),
        notes=[plain(text(note, "notesActionComments")) for note in notes],
    )


def _line(place: _Place) -> str:
    fields = place.draft.fields
    if place.description:
        return place.description
    words = [str(fields[n]) for n in (*_PLACE, *_PLACE_END) if n in fields]
    if not words and "latitude" in fields:
        return f"{fields['latitude']}, {fields['longitude']}"
    return " ".join(words)


def _found(eido: Eido, place: _Place) -> None:
    """Fields, notes and warnings of a location into the record."""
    draft, found = eido.draft, place.draft
    for name, value in found.fields.items():
        draft.put(name, value)
    draft.warnings |= found.warnings
    for note in found.notes:
        draft.note(note)
    if "routing" in place.words:
        draft.note("The location is the one the call was routed by.")
    if place.description:
        draft.put("location", place.description)


def _caller(eido: Eido, place: _Place) -> None:
    """Where the caller is into what an incident form has."""
    names = {
        "latitude": "caller_latitude",
        "longitude": "caller_longitude",
        "uncertainty_m": "caller_uncertainty_m",
    }
    for name, own in names.items():
        if name in place.draft.fields:
            eido.incident[own] = place.draft.fields[name]
    if line := _line(place) if _civic(place) else "":
        eido.incident["caller_place"] = line


def _civic(place: _Place) -> bool:
    """Whether it is more than a point."""
    names = {"street_name", "community", "location"}
    return bool(place.description or names & place.draft.fields.keys())


def _scene(eido: Eido, place: _Place) -> None:
    for name in ("latitude", "longitude"):
        if name in place.draft.fields:
            eido.incident[name] = place.draft.fields[name]
    eido.point_warnings |= place.draft.warnings & OF_POINTS
    if line := _line(place) if _civic(place) else "":
        eido.incident["place"] = line
    if notes := "\n".join(filter(None, place.notes)):
        eido.incident["place_note"] = notes


def _people(eido: Eido, parts: Parts, call: Component) -> None:
    """The caller's name; of others who are named, a note."""
    listed = parts.linked(call, "personReference")
    listed += [one for one in parts.all("person") if one not in listed]
    for person in listed:
        role = text(person, "personIncidentRoleRegistryText")
        name = person_name(person)
        card = _card(person)
        if "caller" in role.lower() and name:
            eido.draft.put("customer_name", name)
            eido.incident.setdefault("caller_name", name)
        elif name:
            eido.draft.note(f"{role or 'Person'}: {name}")
        if card is not None:
            add_card(eido.draft, card)


def _card(component: Component) -> Card | None:
    for name, value in component.items():
        if name.lower().endswith("jcard") and isinstance(value, str | list):
            try:
                given = json.loads(value) if isinstance(value, str) else value
            except (ValueError, RecursionError):
                continue
            return read_jcard(given)
    return None


def _call(eido: Eido, call: Component, count: int) -> None:
    names = ("callStateRegistryText", "standardPrimaryCallType")
    words = [text(call, name) for name in (*names, "direction", "queueIdentifier")]
    if line := ", ".join(filter(None, words)):
        eido.draft.note(f"Call: {line}")
    if count > 1:
        eido.draft.note(f"{count} calls belong to this incident.")


def _additional(eido: Eido, parts: Parts) -> None:
    for component in parts.all("additionalData"):
        document = text(component, "additionalDataByValue")
        root = parse_xml_text(document) if document else None
        if root is not None and not add_block(eido.draft, root):
            add_blocks(eido.draft, root)
        if document and root is None:
            eido.problems.append("additional data that cannot be read")
            eido.draft.warnings.add("bad_value")
        if reference := text(component, "additionalDataByReferenceUrl"):
            eido.draft.note(f"Additional data by reference: {reference}")


def _notes(eido: Eido, parts: Parts) -> None:
    """Notes of the incident and the call; those of a place stand with the place."""
    taken: set[str] = set()
    for component in parts.all("location"):
        taken.update(text(n, "$id") for n in parts.linked(component, "notesReference"))
    for component in parts.all("notes"):
        words = plain(text(component, "notesActionComments"))
        if not words or text(component, "$id") in taken:
            continue
        moment = utc_of(text(component, "lastUpdateTimeStamp"))
        agent = _reference(component, "agentReference")
        note = Note(words, iso_z(moment) if moment else "", agent)
        eido.notes.append(note)
        eido.draft.note(" ".join(filter(None, ("Note", note.at, agent))) + f": {words}")


def _units(eido: Eido, parts: Parts) -> None:
    for unit in parts.all("emergencyResource"):
        name = text(unit, "emergencyResourceName")
        status = text(unit, "primaryUnitStatusRegistryText")
        kind = text(unit, "emergencyResourceTypeCommonRegistryText")
        if line := ", ".join(filter(None, (name, kind, status))):
            eido.draft.note(f"Unit: {line}")


def spans_of(
    raw: bytes, fields: Mapping[str, FieldValue]
) -> dict[str, tuple[int, int]]:
    """Where a text stands in the JSON word for word, once. Values that stand inside
    of a document within it, or were put together, have no place."""
    found = {}
    for name, value in fields.items():
        if isinstance(value, str) and name != "note":
            wanted = json.dumps(value, ensure_ascii=False)[1:-1].encode()
            at = raw.find(wanted)
            if wanted and at >= 0 and raw.find(wanted, at + 1) < 0:
                found[name] = (at, at + len(wanted))
    return found
