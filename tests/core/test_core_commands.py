"""Commands at a desk: what they do, what they refuse, that twice is once."""

from __future__ import annotations

import pytest

from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Done, Refused
from aliquot.console.domain.rows import UnitRow


def opened(core: Core, **fields: object) -> str:
    command = cmd.OpenIncident(fields={"type_code": "FSTRU", **fields})  # type: ignore[dict-item]
    outcome = core.call(command)
    assert isinstance(outcome, Done), outcome
    return str(outcome.result["incident_id"])


def unit(core: Core, unit_id: str) -> UnitRow:
    return next(u for u in core.views().units() if u.unit_id == unit_id)


@pytest.fixture
def county(core: Core) -> Core:
    for name, service in (("2A11", "law"), ("E2", "fire"), ("M7", "ems")):
        command = cmd.RegisterUnit(unit_id=name, service=service, kind="patrol")
        assert isinstance(core.call(command), Done)
    return core


def refused(core: Core, command: cmd.Command) -> str:
    before = core.views().log_status().n
    outcome = core.call(command)
    assert isinstance(outcome, Refused), outcome
    assert outcome.message
    assert core.views().log_status().n == before, "a refusal appends nothing"
    return outcome.code


def test_an_incident_is_opened_with_the_priority_of_its_type(core: Core) -> None:
    incident_id = opened(core, place=" 212 Elm St ")
    row = core.views().incident(incident_id)
    assert row is not None
    assert row.fields == {"type_code": "FSTRU", "priority": 1, "place": "212 Elm St"}
    assert (row.state, row.number) == ("pending", 1)


def test_the_same_form_twice_is_one_incident(core: Core) -> None:
    core.call(cmd.SaveDraft(form_id="f1", body={"place": "212 E"}))
    assert [d.form_id for d in core.views().drafts()] == ["f1"]
    command = cmd.OpenIncident(fields={"place": "212 Elm"}, form_id="f1", note="smoke")
    first, second = core.call(command), core.call(command)
    assert first == second
    assert isinstance(first, Done)
    assert len(core.views().board()) == 1
    assert core.views().drafts() == (), "the draft ends with its incident"
    texts = [n.text for n in core.views().narrative(str(first.result["incident_id"]))]
    assert texts.count("smoke") == 1


def test_an_empty_form_opens_nothing(core: Core) -> None:
    assert refused(core, cmd.OpenIncident(fields={"place": " "})) == "empty_form"
    assert refused(core, cmd.OpenIncident(fields={"priority": 9})) == "bad_field"
    half = cmd.OpenIncident(fields={"latitude": 42.0})
    assert refused(core, half) == "bad_field"
    of_no_call = cmd.OpenIncident(fields={"place": "x"}, call_id="none")
    assert refused(core, of_no_call) == "no_such_call"


def test_only_what_differs_is_changed(core: Core) -> None:
    incident_id = opened(core, place="1 Elm")
    before = core.views().log_status().n
    same = cmd.ChangeIncident(incident_id=incident_id, fields={"place": "1 Elm "})
    assert isinstance(core.call(same), Done)
    assert core.views().log_status().n == before
    core.call(
        cmd.ChangeIncident(
            incident_id=incident_id, fields={"place": None, "priority": 3}
        )
    )
    row = core.views().incident(incident_id)
    assert row is not None
    assert row.fields == {"type_code": "FSTRU", "priority": 3}
    half = cmd.ChangeIncident(incident_id=incident_id, fields={"latitude": 1.0})
    assert refused(core, half) == "bad_field"


def test_another_place_is_not_the_one_that_was_verified(core: Core) -> None:
    verified = {
        "place_address": "1 Elm Street",
        "place_score": 99,
        "place_verified": True,
    }
    incident_id = opened(core, place="1 Elm", **verified)
    for fields, kept in (({"priority": 3}, True), ({"place": "9 Oak"}, False)):
        core.call(cmd.ChangeIncident(incident_id=incident_id, fields=fields))  # type: ignore[arg-type]
        row = core.views().incident(incident_id)
        assert row is not None
        assert (row.fields.keys() >= verified.keys()) is kept
    assert row.fields == {"type_code": "FSTRU", "priority": 3, "place": "9 Oak"}


def test_the_first_unit_is_sent_once_from_however_many_windows(county: Core) -> None:
    incident_id = opened(county)
    county.call(cmd.RegisterUnit(unit_id="E3", service="fire", kind="engine"))

    def sending(unit_id: str) -> cmd.DispatchUnits:
        return cmd.DispatchUnits(
            incident_id=incident_id, unit_ids=(unit_id,), first=True
        )

    assert isinstance(county.call(sending("E2")), Done)
    assert isinstance(county.call(sending("E2")), Done), "twice is once"
    assert refused(county, sending("E3")) == "already_sent"
    assert unit(county, "E3").status == "available"
    more = cmd.DispatchUnits(incident_id=incident_id, unit_ids=("E3",))
    assert isinstance(county.call(more), Done)


def test_notes_are_added_and_struck(core: Core) -> None:
    incident_id = opened(core)
    added = core.call(cmd.AddNote(incident_id=incident_id, text=" red car "))
    assert isinstance(added, Done)
    note_id = str(added.result["note_id"])
    strike = cmd.AddNote(incident_id=incident_id, text="blue car", strikes=note_id)
    assert isinstance(core.call(strike), Done)
    notes = {n.note_id: n for n in core.views().narrative(incident_id)}
    assert notes[note_id].struck
    assert notes[note_id].text == "red car"
    assert refused(core, strike) == "no_such_note"
    blank = cmd.AddNote(incident_id=incident_id, text="  ")
    assert refused(core, blank) == "bad_note"


def test_units_are_sent_once_and_freed_at_the_end(county: Core) -> None:
    incident_id = opened(county)
    send = cmd.DispatchUnits(incident_id=incident_id, unit_ids=("E2", "M7", "E2"))
    first = county.call(send)
    assert isinstance(first, Done)
    assert first.result["dispatched"] == ["E2", "M7"]
    before = county.views().log_status().n
    again = county.call(send)
    assert isinstance(again, Done)
    assert again.result["dispatched"] == []
    assert county.views().log_status().n == before
    row = county.views().incident(incident_id)
    assert row is not None
    assert (row.state, {u.unit_id for u in row.units}) == ("active", {"E2", "M7"})
    core_said = county.call(
        cmd.CloseIncident(incident_id=incident_id, disposition="23")
    )
    assert isinstance(core_said, Done)
    assert sorted(map(str, core_said.result["freed"])) == ["E2", "M7"]  # type: ignore[arg-type]
    assert {u.status for u in county.views().units()} == {"available"}
    closed = county.views().incident(incident_id)
    assert closed is not None
    assert (closed.state, closed.disposition, closed.units) == ("closed", "23", ())


def test_all_units_go_or_none(county: Core) -> None:
    first, second = opened(county), opened(county)
    county.call(cmd.DispatchUnits(incident_id=first, unit_ids=("E2",)))
    both = cmd.DispatchUnits(incident_id=second, unit_ids=("M7", "E2"))
    assert refused(county, both) == "unit_busy"
    assert unit(county, "M7").status == "available"
    unknown = cmd.DispatchUnits(incident_id=second, unit_ids=("M7", "X9"))
    assert refused(county, unknown) == "no_such_unit"
    nobody = cmd.DispatchUnits(incident_id=second, unit_ids=())
    assert refused(county, nobody) == "no_units"


def test_the_status_of_a_unit(county: Core) -> None:
    incident_id = opened(county)
    set_to = cmd.SetUnitStatus
    lone = set_to(unit_id="2A11", status="en_route")
    assert refused(county, lone) == "no_incident"
    assert refused(county, set_to(unit_id="2A11", status="asleep")) == "bad_status"
    county.call(set_to(unit_id="2A11", status="dispatched", incident_id=incident_id))
    for status in ("en_route", "on_scene", "transporting"):
        assert isinstance(county.call(set_to(unit_id="2A11", status=status)), Done)
        row = unit(county, "2A11")
        assert (row.status, row.incident_id) == (status, incident_id)
    back = set_to(unit_id="2A11", status="en_route")
    assert refused(county, back) == "unit_not_free"
    county.call(set_to(unit_id="2A11", status="available"))
    assert unit(county, "2A11").incident_id is None


def test_a_closed_incident_is_closed_until_it_is_reopened(county: Core) -> None:
    incident_id = opened(county)
    close = cmd.CloseIncident(incident_id=incident_id, disposition="10")
    reopen = cmd.ReopenIncident(incident_id=incident_id, reason="called again")
    assert refused(county, reopen) == "not_closed"
    blank = cmd.CloseIncident(incident_id=incident_id, disposition=" ")
    assert refused(county, blank) == "no_disposition"
    county.call(close)
    assert refused(county, close) == "incident_closed"
    send = cmd.DispatchUnits(incident_id=incident_id, unit_ids=("E2",))
    assert refused(county, send) == "incident_closed"
    assert isinstance(
        county.call(cmd.AddNote(incident_id=incident_id, text="late")), Done
    )
    assert isinstance(county.call(reopen), Done)
    row = county.views().incident(incident_id)
    assert row is not None
    assert row.state == "pending"


def test_a_unit_registered_the_same_again_is_no_event(county: Core) -> None:
    before = county.views().log_status().n
    same = cmd.RegisterUnit(unit_id="E2", service="fire", kind="patrol")
    county.call(same)
    assert county.views().log_status().n == before
    other = cmd.RegisterUnit(unit_id="E2", service="fire", kind="engine")
    county.call(other)
    assert unit(county, "E2").kind == "engine"
    bad = cmd.RegisterUnit(unit_id="E3", service="navy", kind="ship")
    assert refused(county, bad) == "bad_service"


def test_drafts_are_kept_and_dropped(core: Core) -> None:
    core.call(cmd.SaveDraft(form_id="f1", body={"place": "1"}))
    core.call(cmd.SaveDraft(form_id="f1", body={"place": "12"}))
    (draft,) = core.views().drafts()
    assert draft.body == {"place": "12"}
    core.call(cmd.DropDraft(form_id="f1"))
    assert core.views().drafts() == ()
    assert core.views().log_status().n == 0, "drafts are no events"


def test_nobody_may_not_erase(core: Core) -> None:
    opened(core)
    site = core.views().log_status().site
    erase = cmd.EraseBodies(targets=((site, 1),), reason="r", authority="a")
    assert refused(core, erase) == "not_allowed"


def test_a_command_that_nothing_handles_is_refused(core: Core) -> None:
    class Unknown(cmd.Command):
        pass

    assert refused(core, Unknown()) == "no_such_command"


def test_a_closed_console_answers(core: Core) -> None:
    core.stop()
    outcome = core.call(cmd.SignOut())
    assert outcome == cmd.Failed("closed", "The console is closed.")
