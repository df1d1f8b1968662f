"""EIDOs in: NENA's own sample, tolerance, and what an incident form gets of it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ng911_help import hear, located, measure, pos, record, sample, shaped

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import AliRecord, LineSettings, Noise
from aliquot.drivers.ng911.eido_read import Eido, read_eidos
from aliquot.drivers.ng911.ground import Ground

NENA = ("eido", "nena911", "Sample call transfer EIDO.json")
CARRIERS = [
    NENA,
    ("eido", "eidolib", "SampleCallTransferEido.json"),
    ("eido", "eidolib", "Ng911CadIfLib_SampleCallTransferEido.json"),
    ("eido", "eidolib", "EidoWithJcard.json"),
    ("eido", "conveyance_ws", "NotifyWithEido.json"),
]


@pytest.mark.parametrize("name", CARRIERS, ids=lambda name: name[-1])
def test_the_sample_as_a_record(name: tuple[str, ...]) -> None:
    data = sample(*name)
    assert plugins.guess(data[:4096]) == "eido"
    one = record("eido", data)
    wanted = {
        "callback_number": "8195551212",
        "position": "05",
        "house_number": "42",
        "prefix_directional": "W",
        "street_name": "Cellular",
        "street_suffix": "Street",
        "community": "Wilmington",
        "state": "DE",
        "class_of_service": "WRLS",
        "location_reference": "https://lrf.osp.com?oasufdqwerjn12346jfias",
    }
    assert {key: one.fields.get(key) for key in wanted} == wanted
    assert one.layout == "eido"
    note = str(one.fields["note"])
    assert "The location is the one the call was routed by." in note
    assert "Call: callAnswered, emergency, incoming" in note
    # One of the files says lastUpdateTimestamp, which is no name of the schema.
    broken = name[-1] == "EidoWithJcard.json"
    assert one.warnings == (("schema_not_met",) if broken else ())


def test_a_position_of_another_agency_is_a_note() -> None:
    ours = LineSettings(options={"agency": "psap.example.gov"})
    one = record("eido", sample(*NENA), ours)
    assert "position" not in one.fields
    assert "Position 5 of state.pa.us" in str(one.fields["note"])
    same = LineSettings(options={"agency": "state.pa.us"})
    assert record("eido", sample(*NENA), same).fields["position"] == "05"


def part(identity: str, **more: Any) -> dict[str, Any]:
    return {
        "$id": identity,
        "lastUpdateTimeStamp": "2026-07-14T03:00:00Z",
        "updatedByAgencyReference": {"$ref": "us"},
        **more,
    }


def document(**parts: Any) -> dict[str, Any]:
    agency = part(
        "us", agencyRoleDescriptionRegistryText=["CallReceiving"], agencyType=["psap"]
    )
    top = {"eidoVersion": "1.0", "issuingElementIdentification": "idx.example.gov"}
    return part("urn:1", **top, agencyComponent=[agency], **parts)


def place(identity: str, kind: str, inner: str, **more: Any) -> dict[str, Any]:
    return part(
        identity,
        locationTypeDescriptionRegistryText=kind,
        locationByValue=located(inner).decode(),
        **more,
    )


SCENE = place(
    "scene",
    "Incident",
    shaped("Point", pos(42.2, -88.3)),
    locationDescriptionText="212 Elm St",
    notesReference=[{"$ref": "gate"}],
)
CALLER = place(
    "caller", "Caller", shaped("Circle", pos(42.1, -88.2) + measure("radius", 25))
)
NOTES = [
    part("gate", notesActionComments="<p>Gate&nbsp;code <b>12</b></p>"),
    part("said", notesActionComments="Smoke &amp; flames<br/>2nd floor"),
]
INCIDENT = part(
    "i",
    incidentTypeCommonRegistryText="FSTRU",
    incidentStatusCommonRegistryText=["Active"],
    incidentCommonPriorityNumber=2,
    internalIncidentId="2026-117",
    locationReference=[{"$ref": "scene"}],
)
PERSON = part(
    "p",
    personIncidentRoleRegistryText=["Caller"],
    ncPersonComponent={
        "nc:PersonName": [{"nc:PersonGivenName": "Ann"}, {"nc:PersonSurName": "Lee"}]
    },
    callBackReference={"$ref": "c"},
)
CALLBACK = part("c", callBackInformationUri=["sip:desk@example", "tel:+13155550100"])
WHOLE = document(
    incidentComponent=INCIDENT,
    locationComponent=[SCENE, CALLER],
    notesComponent=NOTES,
    personComponent=[PERSON],
    callbackComponent=[CALLBACK],
)


def read(value: object) -> Eido:
    (one,) = read_eidos(value, Ground())
    return one


def test_an_incident_form_gets_both_places() -> None:
    eido = read(WHOLE)
    assert eido.incident == {
        "type_code": "FSTRU",
        "priority": 2,
        "place": "212 Elm St",
        "place_note": "Gate code 12",
        "latitude": 42.2,
        "longitude": -88.3,
        "caller_name": "Ann Lee",
        "callback_number": "3155550100",
        "caller_latitude": 42.1,
        "caller_longitude": -88.2,
        "caller_uncertainty_m": 25.0,
    }
    assert (eido.identity, eido.issuer) == ("urn:1", "idx.example.gov")
    assert (eido.status, eido.number) == ("Active", "2026-117")
    assert [note.text for note in eido.notes] == ["Smoke & flames\n2nd floor"]
    assert eido.notes[0].at == "2026-07-14T03:00:00Z"
    assert eido.problems == []
    assert eido.draft.fields["latitude"] == 42.1
    assert eido.draft.fields["customer_name"] == "Ann Lee"


def test_without_a_caller_the_scene_is_what_is_known() -> None:
    eido = read(document(incidentComponent=INCIDENT, locationComponent=[SCENE]))
    assert eido.draft.fields["latitude"] == 42.2
    assert eido.incident["latitude"] == 42.2
    assert "caller_latitude" not in eido.incident
    assert "location_not_read" not in eido.draft.warnings
    assert any("the caller's is not said" in note for note in eido.draft.notes)


def test_more_than_one_location_is_said() -> None:
    other = place("r", "RoutingLocation", shaped("Point", pos(41.0, -88.0)))
    eido = read(document(locationComponent=[other, CALLER]))
    assert eido.draft.fields["latitude"] == 42.1
    assert "several_locations" in eido.draft.warnings
    assert "Another location (RoutingLocation): 41.0, -88.0" in eido.draft.notes


MISSING = ["eidoVersion", "issuingElementIdentification", "agencyComponent", "$id"]


@pytest.mark.parametrize("name", MISSING)
def test_what_the_schema_asks_for_is_missed(name: str) -> None:
    value = copy.deepcopy(WHOLE)
    del value[name]
    eido = read(value)
    assert f"EIDO has no {name}" in eido.problems
    assert "schema_not_met" in eido.draft.warnings
    assert eido.incident["place"] == "212 Elm St"


def test_a_reference_to_nothing_is_missed() -> None:
    value = copy.deepcopy(WHOLE)
    value["personComponent"][0]["callBackReference"] = {"$ref": "nowhere"}
    eido = read(value)
    assert "schema_not_met" in eido.draft.warnings
    assert eido.incident["callback_number"] == "3155550100"


def test_references_in_a_ring_end() -> None:
    value = copy.deepcopy(WHOLE)
    value["notesComponent"][0]["notesReference"] = [{"$ref": "gate"}]
    value["locationComponent"][0]["notesReference"] = [{"$ref": "scene"}]
    assert read(value).incident["place"] == "212 Elm St"


def test_an_unsafe_location_is_not_read() -> None:
    value = copy.deepcopy(WHOLE)
    bomb = '<!DOCTYPE a [<!ENTITY b "c">]><presence>&b;</presence>'
    value["locationComponent"][1]["locationByValue"] = bomb
    value["locationComponent"] = value["locationComponent"][1:]
    value.pop("incidentComponent")
    eido = read(value)
    assert "latitude" not in eido.draft.fields
    assert "location_not_read" in eido.draft.warnings


def test_an_emergency_number_is_no_callback() -> None:
    value = copy.deepcopy(WHOLE)
    value["callbackComponent"][0]["callBackInformationUri"] = ["tel:+13155110100"]
    eido = read(value)
    assert "callback_number" not in eido.incident
    assert {"no_callback", "callback_is_pani"} <= eido.draft.warnings


def test_several_in_one_message_are_several_records() -> None:
    other = copy.deepcopy(WHOLE) | {"$id": "urn:2"}
    message = {"event": {"transactionId": "t", "notification": [WHOLE, other]}}
    heard = hear("eido", json.dumps(message).encode())
    assert len(heard) == 2
    assert all(isinstance(one, AliRecord) for one in heard)


@pytest.mark.parametrize("data", [b"{}", b"[]", b"null", b"{", b'{"a":[{"b":1}]}'])
def test_other_json_is_noise(data: bytes) -> None:
    (one,) = hear("eido", data)
    assert isinstance(one, Noise)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
keys = st.sampled_from([key for key in WHOLE if key.endswith("Component")] + ["$id"])


@given(keys, json_values, st.integers(0, 5))
def test_any_json_in_any_place_is_read_or_left(key: str, value: Any, at: int) -> None:
    whole = copy.deepcopy(WHOLE)
    components = whole[key]
    if isinstance(components, list) and components:
        one = components[at % len(components)]
        names = sorted(one)
        one[names[at % len(names)]] = value
    else:
        whole[key] = value
    for eido in read_eidos(whole, Ground()):
        assert "" not in eido.draft.fields.values()
        assert all(isinstance(v, str | int | float) for v in eido.incident.values())


@given(json_values)
def test_any_json_is_no_exception(value: Any) -> None:
    read_eidos(value, Ground())
    read_eidos([value, {"eidoVersion": value, "callComponent": value}], Ground())
