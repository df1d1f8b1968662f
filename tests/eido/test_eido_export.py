"""EIDO out: valid by NENA's schema, and the same incident when it is read again."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from eido_schema import complaints, schemas, validator
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.domain.events import INCIDENT_FIELDS
from aliquot.console.domain.incidents import check_points, clean_fields, present
from aliquot.console.domain.rows import CallRow, IncidentRow, NoteRow, UnitOnIncident
from aliquot.console.eido.export import Sender, build_eido, to_bytes, utc_text
from aliquot.drivers.ng911.eido_parts import REQUIRED
from aliquot.drivers.ng911.eido_read import read_eidos
from aliquot.drivers.ng911.ground import Ground

SENDER = Sender("psap.example.gov", "Ann Dispatcher", "02")
AT_US = 1_784_000_000_000_000
NOWHERE = Ground(country="")
WHOLE: dict[str, Any] = {
    "type_code": "FSTRU",
    "priority": 1,
    "place": "212 Elm St <rear> & yard",
    "place_verified": True,
    "place_address": "212 ELM ST, HALDEN",
    "place_score": 98.4,
    "place_note": "Gate code 12\nDog",
    "latitude": 42.2,
    "longitude": -88.3,
    "caller_name": "Ann “Lee”",
    "callback_number": "3155550100",
    "caller_place": "across the street",
    "caller_latitude": 42.2001,
    "caller_longitude": -88.3002,
    "caller_uncertainty_m": 25.5,
}


def row(fields: dict[str, Any], **more: Any) -> IncidentRow:
    known: dict[str, Any] = {
        "incident_id": "3f2a",
        "number": 117,
        "state": "active",
        "opened_at_us": AT_US - 60_000_000,
        "changed_at_us": AT_US,
        "fields": fields,
    }
    return IncidentRow(**known | more)


NOTES = (
    NoteRow(note_id="n1", at_us=AT_US, person="Ann", text="Smoke & flames\n2nd floor"),
    NoteRow(note_id="n2", at_us=AT_US, person="Ann", text="opened", system=True),
    NoteRow(note_id="n3", at_us=AT_US, person="Ann", text="wrong", struck=True),
)
CALL = CallRow(
    call_id="c-7",
    state="answered",
    line="ali",
    first_at_us=AT_US - 90_000_000,
    last_at_us=AT_US,
    ours=True,
    waiting=False,
    has_record=True,
)
UNITS = (UnitOnIncident(unit_id="E1", status="en_route", since_us=AT_US),)


def whole() -> dict[str, Any]:
    built = build_eido(
        row(WHOLE, units=UNITS, call_id="c-7"), NOTES, SENDER, AT_US, CALL
    )
    found = json.loads(to_bytes(built))
    assert isinstance(found, dict)
    return found


def test_it_is_valid_by_the_published_schema() -> None:
    one = validator("openapi.yaml", "EmergencyIncidentDataObjectType")
    assert complaints(one, whole()) == []


def test_the_validator_finds_what_is_wrong() -> None:
    one = validator("openapi.yaml", "EmergencyIncidentDataObjectType")
    for path in (["eidoVersion"], ["callComponent", 0, "direction"], ["$id"]):
        broken: Any = whole()
        inner = broken
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        assert complaints(one, broken) != [], path
    late = whole() | {"lastUpdateTimeStamp": "yesterday"}
    assert complaints(one, late) != []


COMPONENTS = {
    "incidentComponent": "IncidentInformationType",
    "callComponent": "CallInformationType",
    "callbackComponent": "CallbackType",
    "dispatchComponent": "DispatchInformationType",
    "notesComponent": "NotesType",
    "emergencyResourceComponent": "EmergencyResourceType",
    "agencyComponent": "AgencyType",
    "agentComponent": "AgentType",
    "locationComponent": "LocationInformationType",
    "personComponent": "PersonInformationType",
}


@pytest.mark.parametrize("kind", COMPONENTS)
def test_each_component_is_there_and_valid_alone(kind: str) -> None:
    given = whole()[kind]
    one = validator("openapi.yaml", COMPONENTS[kind])
    for component in given if isinstance(given, list) else [given]:
        assert complaints(one, component) == []


@pytest.mark.parametrize(
    "kind", [*COMPONENTS, "additionalDataComponent"], ids=lambda kind: str(kind)
)
def test_the_reader_asks_for_what_the_schema_asks_for(kind: str) -> None:
    names = COMPONENTS | {"additionalDataComponent": "AdditionalDataType"}
    told = schemas("openapi.yaml")[names[kind]]["allOf"]
    required = {name for part in told for name in part.get("required", ())}
    assert set(REQUIRED[kind]) == required


def test_only_what_was_typed_and_stands_is_told() -> None:
    said = [n["notesActionComments"] for n in whole()["notesComponent"]]
    assert said == ["Gate code 12<br/>Dog", "Smoke &amp; flames<br/>2nd floor"]


def test_every_reference_points_to_something() -> None:
    document = whole()
    identities = {document["$id"]}
    references: set[str] = set()
    waiting: list[Any] = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            identities.add(one.get("$id", ""))
            references.add(one.get("$ref", document["$id"]))
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    assert references <= identities


def again(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields after a way out and in again."""
    document = json.loads(to_bytes(build_eido(row(fields), (), SENDER, AT_US)))
    (eido,) = read_eidos(document, NOWHERE)
    assert eido.problems == []
    return dict(eido.incident)


def test_the_whole_form_comes_back() -> None:
    (eido,) = read_eidos(whole(), NOWHERE)
    ours = {"place_verified", "place_address", "place_score"}
    wanted = {name: value for name, value in WHOLE.items() if name not in ours}
    assert eido.incident == wanted
    assert set(wanted) | ours == set(INCIDENT_FIELDS)
    scene = next(
        place["locationByValue"]
        for place in whole()["locationComponent"]
        if place["locationTypeDescriptionRegistryText"] == "Incident"
    )
    assert "<ca:LOC>212 ELM ST, HALDEN</ca:LOC>" in scene
    assert [note.text for note in eido.notes] == ["Smoke & flames\n2nd floor"]
    assert eido.number == "117"


def words(most: int = 40) -> st.SearchStrategy[str]:
    """Text as a form keeps it; how blanks stand in a note of a place is not kept."""
    alphabet = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
    texts = st.text(alphabet, min_size=1, max_size=most)
    return texts.map(lambda text: " ".join(text.split())).filter(bool)


degrees = st.floats(-60, 60).map(lambda v: v if abs(v) > 1e-3 else 1.0)
# No N11 as area or exchange: those are services, and nobody can be called there.
numbers = st.from_regex(r"[2-9][02-9][0-9][2-9][02-9][0-9]{5}", fullmatch=True).filter(
    str.isascii
)
forms = st.fixed_dictionaries(
    {},
    optional={
        "type_code": words(8).filter(lambda t: t.lower() != "unknown"),
        "priority": st.integers(1, 5),
        "place": words(),
        "place_note": words(),
        "caller_name": words(),
        "callback_number": numbers,
        "caller_place": words(),
        "point": st.tuples(degrees, degrees),
        "caller_point": st.tuples(degrees, degrees),
        "caller_uncertainty_m": st.floats(0.01, 1e6),
    },
)


@given(forms)
def test_out_and_in_is_the_same_form(form: dict[str, Any]) -> None:
    for prefix in ("", "caller_"):
        point = form.pop(f"{prefix}point", None)
        if point is not None:
            form[f"{prefix}latitude"], form[f"{prefix}longitude"] = point
    if "caller_latitude" not in form:
        form.pop("caller_uncertainty_m", None)
    fields = present(clean_fields(form))
    check_points(fields)
    expected = dict(fields)
    found = again(fields)
    for name, value in expected.items():
        if isinstance(value, float):
            assert math.isclose(float(found[name]), value, rel_tol=1e-15), name
        else:
            assert found[name] == value, name
    assert set(found) == set(expected)


def test_times_are_utc_with_microseconds() -> None:
    assert utc_text(1_784_000_000_123_456) == "2026-07-14T03:33:20.123456Z"


def test_the_bytes_do_not_hang_on_the_order() -> None:
    document = build_eido(row(WHOLE), NOTES, SENDER, AT_US)
    assert to_bytes(dict(reversed(document.items()))) == to_bytes(document)
