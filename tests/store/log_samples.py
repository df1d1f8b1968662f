"""Small logs and made-up events for the tests of the store."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from aliquot.console.clock import ManualClock
from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import Actor
from aliquot.console.store.log import LocalLog

AT = 1_770_000_000_000_000
SITE = "11111111-2222-4333-8444-555555555555"
DESK = Actor(person="nobody", position="01")


def record(
    call: str = "c1", join: str = "opened", end: int = 300, **more: ev.Json
) -> ev.LineRecordReceived:
    fields: dict[str, ev.Json] = {
        "callback_number": "5095551234",
        "street_name": "MAPLE",
        "house_number": "120",
        "community": "ELLENSBURG",
        "latitude": 46.996,
        "longitude": -120.5,
        **more,
    }
    return ev.LineRecordReceived(
        call_id=call,
        line="ali",
        join=join,
        ours=True,
        at_us=AT + end,
        layout="family-01",
        framing="stx_etx",
        fields=fields,
        spans={name: [i, i + 4] for i, name in enumerate(fields)},
        warnings=["no_fix"],
        raw=b64encode(b"raw bytes of " + call.encode()).decode(),
        start=max(end - 300, 0),
        end=end,
    )


def signal(call: str, kind: str, key: str, end: int = 10) -> ev.CallSignalled:
    return ev.CallSignalled(
        call_id=call,
        line="pbx",
        kind=kind,
        call_key=key,
        ours=True,
        at_us=AT + end,
        layout="asterisk",
        fields={"callback_number": "5095550000"} if kind == "offered" else {},
        spans={},
        warnings=[],
        raw="",
        start=0,
        end=end,
    )


def opening(
    incident: str = "i1", number: int = 1, call: str | None = None, **fields: ev.Json
) -> ev.IncidentOpened:
    return ev.IncidentOpened(
        incident_id=incident,
        number=number,
        call_id=call,
        form_id=f"form-{incident}",
        fields={"type_code": "FIRE", "place": "120 Maple St", **fields},
        at_us=AT + 1000,
    )


def note(incident: str, note_id: str, text: str) -> ev.IncidentNoted:
    return ev.IncidentNoted(
        incident_id=incident, note_id=note_id, text=text, at_us=AT + 2000
    )


def unit(unit_id: str, status: str, incident: str | None) -> ev.UnitStatusChanged:
    return ev.UnitStatusChanged(
        unit_id=unit_id, status=status, incident_id=incident, at_us=AT + 3000
    )


def erasure(*targets: int) -> ev.BodiesErased:
    return ev.BodiesErased(
        targets=[[SITE, n] for n in targets],
        reason="retention",
        authority="records clerk",
        at_us=AT + 9000,
    )


def new_log(folder: Path) -> LocalLog:
    return LocalLog.open(folder / "log.sqlite", ManualClock(), SITE)


def a_day() -> list[ev.Event]:
    """One of every event but the erasure."""
    return [
        ev.PersonAdded(
            person_id="p1", name="Kim", role="dispatcher", public_key="AAAA", at_us=AT
        ),
        ev.PersonSignedIn(person_id="p1", at_us=AT),
        ev.UnitRegistered(
            unit_id="2A11", service="law", kind="patrol", latitude=47.0, at_us=AT
        ),
        ev.LineStateChanged(line="ali", at_us=AT, state="up", message="open"),
        record("c1"),
        record("c1", "rebid", 600),
        ev.LineNoiseHeard(
            line="ali", at_us=AT, reason="no_start", raw="AAEC", start=600, end=603
        ),
        signal("c2", "offered", "k1"),
        signal("c2", "answered", "k1", 20),
        ev.CallTaken(call_id="c1", form_id="form-i1", at_us=AT),
        ev.CallSetAside(call_id="c2", reason="test", at_us=AT),
        opening("i1", 1, "c1", latitude=46.996, longitude=-120.5),
        note("i1", "n1", "smoke from the second floor"),
        ev.IncidentChanged(
            incident_id="i1", changes={"type_code": ["FIRE", "MVA"]}, at_us=AT
        ),
        unit("2A11", "dispatched", "i1"),
        unit("2A11", "available", None),
        ev.IncidentClosed(incident_id="i1", disposition="done", at_us=AT + 5000),
        ev.IncidentReopened(incident_id="i1", reason="again", at_us=AT + 6000),
        ev.PersonSignedOut(person_id="p1", at_us=AT),
    ]
