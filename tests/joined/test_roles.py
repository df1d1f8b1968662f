"""Each role and each command, at the desk of the lines and at a second window.

The table is written out here once more, by hand: a right that is given or taken by
mistake makes it differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from joined_desks import PASSWORD, make_profile, quickly_sealed

from aliquot.console import frames
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.cameras import Camera
from aliquot.console.domain.commands import Actor, Done, Refused
from aliquot.console.domain.handover import HandOverIncident
from aliquot.console.domain.people import Role
from aliquot.console.domain.settings_commands import ChangeLineSettings

EVERYBODY = "DSIA-"  # the roles by their first letter; - is nobody signed in

# command: who may at the desk of the lines, who may at a second window
TABLE: dict[str, tuple[str, str]] = {
    "TakeCall": (EVERYBODY, "DS"),
    "SetCallAside": (EVERYBODY, "DS"),
    "SaveDraft": (EVERYBODY, "DS"),
    "DropDraft": (EVERYBODY, "DS"),
    "OpenIncident": (EVERYBODY, "DS"),
    "ChangeIncident": (EVERYBODY, "DS"),
    "AddNote": (EVERYBODY, "DS"),
    "PickPlace": (EVERYBODY, "DS"),
    "CloseIncident": (EVERYBODY, "DS"),
    "ReopenIncident": (EVERYBODY, "DS"),
    "SetUnitStatus": (EVERYBODY, "DS"),
    "DispatchUnits": (EVERYBODY, "DS"),
    "RegisterUnit": ("SIA-", "SIA"),
    "RegisterCameras": ("SIA-", "SIA"),
    "ListCameras": ("SIA-", "SIA"),
    "UnlistCameras": ("SIA-", "SIA"),
    "SendLocationLink": (EVERYBODY, "DS"),
    "AskLine": (EVERYBODY, "DS"),
    "DialBack": (EVERYBODY, "DS"),
    "ChangeLineSettings": ("SIA-", "SIA"),
    "HandOverIncident": ("DS", "DS"),
    "AddPerson": ("A-", "A"),
    "EraseBodies": ("SA", "SA"),
    "SignIn": (EVERYBODY, EVERYBODY),
    "SignOut": (EVERYBODY, EVERYBODY),
}
CAMERA = Camera(camera_id="c1", latitude=42.0, longitude=-71.0)
COMMANDS: dict[str, cmd.Command] = {
    type(command).__name__: command
    for command in (
        cmd.TakeCall(call_id="none", form_id="f"),
        cmd.SetCallAside(call_id="none", reason="test"),
        cmd.SaveDraft(form_id="f", body={}),
        cmd.DropDraft(form_id="f"),
        cmd.OpenIncident(fields={"place": "1 Elm"}),
        cmd.ChangeIncident(incident_id="none", fields={}),
        cmd.AddNote(incident_id="none", text="x"),
        cmd.PickPlace(
            text="x", address="1 X St", kind="point", latitude=1.0, longitude=2.0
        ),
        cmd.CloseIncident(incident_id="none", disposition="done"),
        cmd.ReopenIncident(incident_id="none", reason="x"),
        cmd.SetUnitStatus(unit_id="none", status="available"),
        cmd.DispatchUnits(incident_id="none", unit_ids=("none",)),
        cmd.RegisterUnit(unit_id="2A11", service="law", kind="patrol"),
        cmd.RegisterCameras(cameras=(CAMERA,)),
        cmd.ListCameras(camera_ids=("none",), terms_sha256="0" * 64),
        cmd.UnlistCameras(camera_ids=("none",), channel="letter", reason="x"),
        cmd.SendLocationLink(number="6035550123"),
        cmd.AskLine(ask="test", line="none"),
        cmd.DialBack(number="6035550123"),
        ChangeLineSettings(line="none", changes={}),
        HandOverIncident(incident_id="none", to="x"),
        cmd.AddPerson(name="dispatcher", role="dispatcher", password=PASSWORD),
        cmd.EraseBodies(targets=(("none", 1),), reason="r", authority="a"),
        cmd.SignIn(name="supervisor", password=PASSWORD),
        cmd.SignOut(),
    )
}
ROLES: tuple[Role | None, ...] = (*Role, None)


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    profile = make_profile(tmp_path_factory.mktemp("roles") / "profile")
    core = Core(profile, SystemClock())
    core.start()
    quickly_sealed(core)
    yield core
    assert core.stop() == []


def _letter(role: Role | None) -> str:
    return role.value[0].upper() if role else "-"


def _ask(core: Core, role: Role | None, joined: bool, name: str) -> cmd.Outcome:
    people = {person.role: person.person_id for person in core.views().people()}
    person = people[role.value] if role else cmd.NOBODY
    actor = Actor(person, "joined-1" if joined else "02", joined)
    command = COMMANDS[name]
    if isinstance(command, cmd.AddPerson):
        command = replace(command, name=f"by {role} {joined}")
    return core.call(command, actor=actor)


@pytest.mark.parametrize("joined", [False, True], ids=["main", "joined"])
@pytest.mark.parametrize("role", ROLES, ids=_letter)
def test_each_role_and_each_command(
    core: Core, role: Role | None, joined: bool
) -> None:
    wrong: list[str] = []
    for name, places in TABLE.items():
        outcome = _ask(core, role, joined, name)
        refused = isinstance(outcome, Refused) and outcome.code == "not_allowed"
        if refused is (_letter(role) in places[joined]):
            wrong.append(f"{name}: {outcome}")
    assert wrong == []


def test_every_command_is_in_the_table() -> None:
    """A release has a desk of its own, and rules of its own: see the release tests."""
    releases = {name for name in frames.COMMANDS if name.endswith("Release")}
    assert TABLE.keys() == COMMANDS.keys() == frames.COMMANDS.keys() - releases


def test_who_is_not_known_any_more_may_nothing_at_a_second_window(core: Core) -> None:
    for name, (_, joined) in TABLE.items():
        if joined == EVERYBODY:
            continue
        outcome = core.call(COMMANDS[name], actor=Actor("gone", "joined-1", True))
        assert isinstance(outcome, Refused), name
        assert outcome.code in ("not_allowed", "name_taken"), name


def test_the_desk_of_the_lines_takes_calls_whoever_sits_there(core: Core) -> None:
    opened = core.call(COMMANDS["OpenIncident"], actor=Actor("gone", "02"))
    assert isinstance(opened, Done)
