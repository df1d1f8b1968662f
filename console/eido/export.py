"""An incident as an Emergency Incident Data Object (NENA-STA-021.1a). Pure.

It holds all that a second PSAP needs to go on with the call, the caller's name and
number among it. Who may make one, and that it is logged, is ``service.handover``.

Values of NENA's registries that this file writes stand in the tables at its head.
``place_address`` goes into the location by value. ``place_verified`` and
``place_score`` are not said: they are of our geofile, and the receiver has his own.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aliquot.console.domain.event_base import Json
from aliquot.console.domain.incident_types import label
from aliquot.console.domain.rows import CallRow, IncidentRow, NoteRow
from aliquot.drivers.ng911.eido_read import UNKNOWN_TYPE
from aliquot.drivers.ng911.pidflo_write import write_pidflo

VERSION = "1.0"
AGENCY_ROLES = ("CallReceiving",)
AGENCY_TYPES = ("psap",)
AGENT_ROLES = ("Call Taking",)
CALLER, INCIDENT = "Caller", "Incident"
OTHER = "Other"
CALL_STATES: Mapping[str, str] = {
    "offered": "callBegin",
    "answered": "callAnswered",
    "held": "callAnswered",
    "transferred": "callAnswered",
    "abandoned": "callEnd",
    "ended": "callEnd",
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Component = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands over. ``agency`` is its id, a domain name as a rule; ``agent`` the
    person's name or id; ``position`` his work place, if it is known."""

    agency: str
    agent: str
    position: str | None = None

    @property
    def agent_id(self) -> str:
        name = "".join(c if c.isalnum() or c in ".-_" else "." for c in self.agent)
        return f"{name.strip('.').lower() or 'agent'}@{self.agency}"


@dataclass(slots=True)
class _Document:
    """The document in the making. ``at_us``: UTC µs of the hand-over."""

    sender: Sender
    row: IncidentRow
    at_us: int
    parts: dict[str, list[Json]] = field(default_factory=dict)

    def identity(self, kind: str, local: str) -> str:
        return f"urn:emergency:uid:{kind}:{local}:{self.sender.agency}"

    def prologue(self, identity: str, at_us: int) -> Component:
        return {
            "$id": identity,
            "lastUpdateTimeStamp": utc_text(at_us),
            "updatedByAgencyReference": {"$ref": self.sender.agency},
            "updatedByAgentReference": {"$ref": self.sender.agent_id},
        }

    def add(self, kind: str, local: str, at_us: int, **more: Json) -> Json:
        """A component under its kind; the reference to it."""
        identity = self.identity(kind, local)
        present = {key: value for key, value in more.items() if value is not None}
        one: Component = {**self.prologue(identity, at_us), **present}
        self.parts.setdefault(f"{kind}Component", []).append(one)
        return {"$ref": identity}

    def text(self, name: str) -> str | None:
        value = self.row.fields.get(name)
        return value if isinstance(value, str) and value else None

    def number(self, name: str) -> float | None:
        value = self.row.fields.get(name)
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        return float(value) if plain and isinstance(value, int | float) else None


def build_eido(
    row: IncidentRow,
    notes: Sequence[NoteRow],
    sender: Sender,
    at_us: int,
    call: CallRow | None = None,
) -> Component:
    """The document. ``notes``: of them only typed ones that are not struck."""
    document = _Document(sender, row, at_us)
    _agency(document)
    both = (_scene(document), _caller_place(document))
    places: list[Json] = [ref for ref in both if ref]
    callback = _callback(document)
    person = _person(document, callback)
    written = [note for note in notes if not (note.system or note.struck)]
    said: list[Json] = [_note(document, note) for note in written]
    _call(document, call, callback, places, person)
    _units(document)
    top = document.prologue(document.identity("incidentid", row.incident_id), at_us)
    return {
        **top,
        "eidoVersion": VERSION,
        "issuingElementIdentification": sender.agency,
        "incidentComponent": _incident(document, places, person, said),
        **document.parts,
    }


def to_bytes(document: Component) -> bytes:
    """The bytes that are handed over, logged and hashed: UTF-8, keys in order."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return text.encode("utf-8", "replace")


def utc_text(utc_us: int) -> str:
    moment = _EPOCH + timedelta(microseconds=utc_us)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _agency(document: _Document) -> None:
    sender, at_us = document.sender, document.at_us
    document.parts["agencyComponent"] = [
        {
            **document.prologue(sender.agency, at_us),
            "agencyRoleDescriptionRegistryText": list(AGENCY_ROLES),
            "agencyType": list(AGENCY_TYPES),
        }
    ]
    agent: Component = {
        **document.prologue(sender.agent_id, at_us),
        "agentRoleRegistryText": list(AGENT_ROLES),
        "agencyReference": {"$ref": sender.agency},
    }
    if sender.position:
        agent["agentWorkstationPositionIdentification"] = sender.position
    document.parts["agentComponent"] = [agent]


def _incident(
    document: _Document, places: list[Json], person: Json, notes: list[Json]
) -> Json:
    row = document.row
    identity = document.identity("incident", row.incident_id)
    code, priority = document.text("type_code"), row.fields.get("priority")
    known: Component = {
        "incidentTypeInternalCode": code,
        "incidentTypeInternalText": label(code),
        "incidentCommonPriorityNumber": priority if isinstance(priority, int) else None,
        "locationReference": places or None,
        "personReference": [person] if person else None,
        "notesReference": notes or None,
    }
    return {
        **document.prologue(identity, row.changed_at_us),
        "incidentTypeCommonRegistryText": code or UNKNOWN_TYPE,
        "incidentStatusInternalText": [row.state],
        "internalIncidentId": str(row.number),
        **{name: value for name, value in known.items() if value is not None},
    }


def _scene(document: _Document) -> Json:
    note = document.text("place_note")
    notes = None
    if note is not None:
        local = f"{document.row.incident_id}.place"
        comments = _html(note)
        changed_us = document.row.changed_at_us
        notes = [document.add("notes", local, changed_us, notesActionComments=comments)]
    names = ("place", "latitude", "longitude", None)
    return _location(document, INCIDENT, names, notes)


def _caller_place(document: _Document) -> Json:
    names = ("caller_place", "caller_latitude", "caller_longitude")
    return _location(document, CALLER, (*names, "caller_uncertainty_m"), None)


def _location(
    document: _Document,
    kind: str,
    names: tuple[str, str, str, str | None],
    notes: list[Json] | None,
) -> Json:
    """A place with a point, with words, or with both; none where there is neither."""
    words = document.text(names[0])
    latitude, longitude = document.number(names[1]), document.number(names[2])
    radius = document.number(names[3]) if names[3] else None
    point = None
    if latitude is not None and longitude is not None:
        point = (latitude, longitude)
    if point is None and words is None and notes is None:
        return None
    local = f"{document.row.incident_id}.{kind.lower()}"
    identity = document.identity("location", local)
    address = document.text("place_address") if kind == INCIDENT else None
    said = address or (None if point else words)
    by_value = write_pidflo(identity, point, radius, said) if point or said else None
    return document.add(
        "location",
        local,
        document.row.changed_at_us,
        locationTypeDescriptionRegistryText=kind,
        locationByValue=by_value,
        locationDescriptionText=words,
        notesReference=notes,
    )


def _callback(document: _Document) -> Json:
    number = document.text("callback_number")
    if number is None:
        return None
    ten = len(number) == 10 and number.isdecimal()
    uris: list[Json] = [f"tel:+1{number}" if ten else f"tel:{number}"]
    local, at_us = document.row.incident_id, document.row.changed_at_us
    return document.add("callback", local, at_us, callBackInformationUri=uris)


def _person(document: _Document, callback: Json) -> Json:
    name = document.text("caller_name")
    if name is None and callback is None:
        return None
    named: Json = {"ncPersonName": {"ncPersonFullName": name}} if name else None
    return document.add(
        "person",
        document.row.incident_id,
        document.row.changed_at_us,
        personIncidentRoleRegistryText=[CALLER],
        ncPersonComponent=named,
        callBackReference=callback,
    )


def _call(
    document: _Document,
    call: CallRow | None,
    callback: Json,
    places: list[Json],
    person: Json,
) -> None:
    if call is None:
        return
    document.add(
        "call",
        call.call_id,
        call.last_at_us,
        callStateRegistryText=CALL_STATES.get(call.state, "callBegin"),
        standardPrimaryCallType="emergency",
        direction="incoming",
        callStartTimestamp=utc_text(call.first_at_us),
        agentReference=[{"$ref": document.sender.agent_id}],
        callBackReference=callback,
        locationReference=places or None,
        personReference=[person] if person else None,
    )


def _note(document: _Document, note: NoteRow) -> Json:
    comments = _html(note.text)
    return document.add("notes", note.note_id, note.at_us, notesActionComments=comments)


def _html(text: str) -> str:
    return "<br/>".join(html.escape(line) for line in text.splitlines())


def _units(document: _Document) -> None:
    """Units that work it, in the words of our own statuses."""
    agent: Json = {"$ref": document.sender.agent_id}
    sent: list[Json] = [
        document.add(
            "emergencyResource",
            unit.unit_id,
            unit.since_us,
            agentReference=[agent],
            emergencyResourceName=unit.unit_id,
            emergencyResourceTypeCommonRegistryText=OTHER,
            primaryUnitStatusRegistryText=unit.status,
            resourceAttributeRegistryText=[OTHER],
            resourceAttributeInternalText=["not said"],
            secondaryUnitStatusRegistryText=[],
        )
        for unit in document.row.units
    ]
    if sent:
        document.add(
            "dispatch",
            document.row.incident_id,
            document.row.changed_at_us,
            agencyReference={"$ref": document.sender.agency},
            agentReference=agent,
            emergencyResourceReference=sent,
        )
