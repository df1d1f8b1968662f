"""The table from commands to the functions that carry them out, and to rights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aliquot.console.domain import commands as cmd
from aliquot.console.domain import handover as over
from aliquot.console.domain import line_commands
from aliquot.console.domain import locating as loc
from aliquot.console.domain import policy_commands as policies
from aliquot.console.domain import protected_commands as protected
from aliquot.console.domain import release_commands as rel
from aliquot.console.domain import settings_commands as sets
from aliquot.console.domain import tree_commands as tree
from aliquot.console.domain.foreign_commands import ImportIncidents
from aliquot.console.domain.people import Act, Role, may
from aliquot.console.service import (
    calls,
    cameras,
    foreign,
    handover,
    incidents,
    locating,
    people,
    places,
    releases,
    releases_policy,
    releases_protected,
    releases_watch,
    settings,
    trees,
    units,
)
from aliquot.console.service.context import Context

Handler = Callable[[Context, Any], cmd.Outcome]

HANDLERS: Mapping[type[cmd.Command], tuple[Handler, Act | None]] = {
    cmd.TakeCall: (calls.take_call, Act.TAKE_CALLS),
    cmd.SetCallAside: (calls.set_call_aside, Act.TAKE_CALLS),
    cmd.SendLocationLink: (locating.no_gateway, Act.TAKE_CALLS),
    loc.EnterLocationLink: (locating.enter_link, Act.TAKE_CALLS),
    loc.NoteLinkFailed: (locating.note_link_failed, None),
    cmd.AskLine: (calls.ask_line, Act.TAKE_CALLS),
    cmd.DialBack: (calls.dial_back, Act.TAKE_CALLS),
    line_commands.NoteAskFailed: (calls.note_ask_failed, None),
    cmd.SaveDraft: (calls.save_draft, Act.TAKE_CALLS),
    cmd.DropDraft: (calls.drop_draft, Act.TAKE_CALLS),
    cmd.OpenIncident: (incidents.open_incident, Act.TAKE_CALLS),
    cmd.ChangeIncident: (incidents.change_incident, Act.TAKE_CALLS),
    cmd.PickPlace: (places.pick_place, Act.TAKE_CALLS),
    cmd.AddNote: (incidents.add_note, Act.TAKE_CALLS),
    cmd.CloseIncident: (incidents.close_incident, Act.TAKE_CALLS),
    cmd.ReopenIncident: (incidents.reopen_incident, Act.TAKE_CALLS),
    ImportIncidents: (foreign.import_incidents, Act.REGISTER_UNITS),
    cmd.SetUnitStatus: (units.set_unit_status, Act.DISPATCH),
    cmd.DispatchUnits: (units.dispatch_units, Act.DISPATCH),
    cmd.RegisterUnit: (units.register_unit, Act.REGISTER_UNITS),
    cmd.RegisterCameras: (cameras.register_cameras, Act.REGISTER_CAMERAS),
    cmd.ListCameras: (cameras.list_cameras, Act.REGISTER_CAMERAS),
    cmd.UnlistCameras: (cameras.unlist_cameras, Act.REGISTER_CAMERAS),
    cmd.ProposeRelease: (releases.propose_release, Act.PROPOSE_RELEASES),
    rel.EnterApproval: (releases.enter_approval, Act.APPROVE_RELEASES),
    cmd.RefuseRelease: (releases.refuse_release, Act.APPROVE_RELEASES),
    cmd.WithdrawRelease: (releases.withdraw_release, Act.PROPOSE_RELEASES),
    cmd.RetractRelease: (releases.retract_release, Act.APPROVE_RELEASES),
    rel.LookAtRelease: (releases_watch.look_at_release, None),
    rel.RecordDelivery: (releases_watch.record_delivery, None),
    protected.NoteProtected: (releases_protected.note_protected, None),
    protected.EnterProtected: (
        releases_protected.enter_protected,
        Act.CHANGE_PROTECTED,
    ),
    policies.EnterPolicy: (releases_policy.enter_policy, Act.CHANGE_POLICY),
    over.HandOverIncident: (handover.hand_over, Act.HAND_OVER),
    over.EnterHandOver: (handover.hand_over, Act.HAND_OVER),
    over.NoteHandOver: (handover.note_hand_over, None),
    sets.ChangeLineSettings: (settings.no_desk, Act.SET_LINES),
    sets.ChangeLineSettingsAs: (settings.no_desk, Act.SET_LINES),
    sets.EnterLineSettings: (settings.enter_line_settings, Act.SET_LINES),
    sets.NoteSettingsFailed: (settings.note_settings_failed, None),
    tree.EnterTreeSignature: (trees.enter_tree_signature, Act.CHANGE_PLACE_TREE),
    tree.WithdrawTreeChange: (trees.withdraw_tree_change, Act.CHANGE_PLACE_TREE),
    cmd.EraseBodies: (people.erase_bodies, Act.ERASE),
    people.EnterPerson: (people.enter_person, Act.ADD_PEOPLE),
    people.BeginSession: (people.begin_session, None),
    people.NoteNotProved: (people.note_not_proved, None),
    cmd.SignOut: (people.sign_out, None),
}
"""``AddPerson``, ``SignIn`` and ``ApproveRelease`` are not here: the vault turns them
into others."""


def not_allowed(
    command: cmd.Command, role: Role | None, joined: bool
) -> cmd.Refused | None:
    """Why somebody of this role may not ask for it; see ``people.may``."""
    _, act = HANDLERS.get(type(command), (None, None))
    if act is None or may(role, act, joined):
        return None
    who = "Nobody is signed in" if role is None else "Your role may not"
    return cmd.Refused("not_allowed", f"{who}: {act.value.replace('_', ' ')}.")


def handle(context: Context, command: cmd.Command) -> cmd.Outcome:
    """Carry out a command in the transaction of ``context``.

    A refusal appends nothing. What the log itself raises is passed on.
    """
    entry = HANDLERS.get(type(command))
    if entry is None:
        name = type(command).__name__
        return cmd.Refused("no_such_command", f"{name} cannot be asked for here.")
    if refused := not_allowed(command, context.role, context.actor.joined):
        return refused
    outcome = entry[0](context, command)
    if isinstance(outcome, cmd.Done):
        releases_watch.incidents_changed(context)
    return outcome
