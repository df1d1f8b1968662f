"""Folds: how each event changes the tables. The tables are never written elsewhere.

A fold depends on nothing but the entry and the tables that earlier entries made:
no clock, no file, no chance. It runs in the transaction of the append, on the body
as it lies on the disk, so that doing all of it again gives the same rows.

An erased entry is folded by ``_ERASED``: from its head alone, leaving what nobody
can be recognised by (there was a call; it was taken), so that what later entries
say of it still has a place to go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlite_utils import Database

from aliquot.console.domain import events as ev
from aliquot.console.store import (
    folds_calls,
    folds_cameras,
    folds_desk,
    folds_foreign,
    folds_handover,
    folds_incidents,
    folds_locating,
    folds_places,
    folds_releases,
    folds_settings,
    folds_trees,
)
from aliquot.console.store.entry import SELECT, Entry
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.marks import HELD

FOLDS_VERSION = 6  # raise it when a fold changes: tables are then made anew

# Ordinary tables that are folds -> their primary key.
FOLD_TABLES: dict[str, str] = {
    "marks": "name",
    "calls": "call_id",
    "call_keys": "key",
    "noise": "n",
    "incidents": "key",
    "notes": "key",
    "units": "unit_id",
    "unit_fixes": "unit_id",
    "foreign_incidents": "incident_id",
    "foreign_reports": "digest",
    "location_links": "token_sha256",
    "picked_places": "text",
    "cameras": "camera_id",
    "cameras_listed": "key",
    "people": "person_id",
    "sessions": "position",
    "releases": "release_id",
    "release_bodies": "key",
    "release_outbox": "key",
    "release_leaves": "leaf_index",
    "release_history": "n",
    "tree_changes": "key",
}
POINTS = ("incident_points",)  # R-trees that are folds

Fold = Callable[[Tables, Entry, Any], None]
ErasedFold = Callable[[Tables, Entry], None]


def _unit_status_changed(
    tables: Tables, entry: Entry, event: ev.UnitStatusChanged
) -> None:
    folds_incidents.unit_status_changed(tables, entry, event)
    folds_foreign.unit_fixed(tables, event)


_FOLDS: dict[type[ev.Event], Fold] = {
    ev.LineRecordReceived: folds_calls.record_received,
    ev.CallSignalled: folds_calls.call_signalled,
    ev.LineNoiseHeard: folds_calls.noise_heard,
    ev.LineStateChanged: folds_calls.line_state_changed,
    ev.LineAsked: folds_calls.line_asked,
    ev.LineAskFailed: folds_calls.line_asked,
    ev.LocationLinkAsked: folds_locating.asked,
    ev.LocationLinkFailed: folds_locating.failed,
    ev.CallTaken: folds_calls.call_taken,
    ev.CallSetAside: folds_calls.call_set_aside,
    ev.IncidentOpened: folds_incidents.opened,
    ev.IncidentChanged: folds_incidents.changed,
    ev.IncidentNoted: folds_incidents.noted,
    ev.IncidentClosed: folds_incidents.closed,
    ev.IncidentReopened: folds_incidents.reopened,
    ev.IncidentHandedOver: folds_handover.handed_over,
    ev.HandOverDelivered: folds_handover.delivered,
    ev.HandOverNotDelivered: folds_handover.not_delivered,
    ev.LineSettingsChanged: folds_settings.no_rows,
    ev.LineSettingsFailed: folds_settings.no_rows,
    ev.ForeignIncidentReceived: folds_foreign.received,
    ev.PlacePicked: folds_places.picked,
    ev.UnitRegistered: folds_desk.unit_registered,
    ev.UnitStatusChanged: _unit_status_changed,
    ev.CameraRegistered: folds_cameras.registered,
    ev.CameraListed: folds_cameras.listed,
    ev.CameraUnlisted: folds_cameras.unlisted,
    ev.PersonAdded: folds_desk.person_added,
    ev.PersonSignedIn: folds_desk.signed_in,
    ev.PersonSignedOut: folds_desk.signed_out,
    ev.ReleaseProposed: folds_releases.proposed,
    ev.ReleaseApproved: folds_releases.approved,
    ev.ReleaseEmbargoBegan: folds_releases.embargo_began,
    ev.ReleaseRefused: folds_releases.refused,
    ev.ReleaseWithdrawn: folds_releases.withdrawn,
    ev.ReleaseVoided: folds_releases.voided,
    ev.ReleaseDied: folds_releases.died,
    ev.ReleaseSent: folds_releases.sent,
    ev.ReleaseDelivered: folds_releases.delivered,
    ev.ReleaseDeliveryFailed: folds_releases.delivery_failed,
    ev.ReleaseConfirmed: folds_releases.confirmed,
    ev.ReleaseRetracted: folds_releases.retracted,
    ev.TreeChangeAsked: folds_trees.asked,
    ev.TreeChangeConfirmed: folds_trees.confirmed,
    ev.TreeChangeWithdrawn: folds_trees.withdrawn,
    ev.ProtectedPlacesNoted: folds_settings.no_rows,  # see release_protected
    ev.ProtectedPlacesConfirmed: folds_settings.no_rows,
    ev.ReleasePolicyNoted: folds_settings.no_rows,  # see release_policies
    ev.ReleasePolicyConfirmed: folds_settings.no_rows,
    ev.PersonNotProved: folds_settings.no_rows,
    ev.BodiesErased: folds_desk.bodies_erased,
}

_ERASED: dict[str, ErasedFold] = {
    ev.LineRecordReceived.TYPE: folds_calls.call_erased,
    ev.CallSignalled.TYPE: folds_calls.call_erased,
    ev.CallTaken.TYPE: folds_calls.taking_erased,
    ev.CallSetAside.TYPE: folds_calls.taking_erased,
    ev.IncidentOpened.TYPE: folds_incidents.opening_erased,
    ev.IncidentClosed.TYPE: folds_incidents.closing_erased,
    ev.ForeignIncidentReceived.TYPE: folds_foreign.report_erased,
    ev.CameraUnlisted.TYPE: folds_cameras.unlisting_erased,
    ev.ReleaseApproved.TYPE: folds_releases.approval_erased,
    ev.ReleaseEmbargoBegan.TYPE: folds_releases.approval_erased,
    ev.ReleaseRefused.TYPE: folds_releases.ending_erased,
    ev.ReleaseWithdrawn.TYPE: folds_releases.ending_erased,
    ev.ReleaseVoided.TYPE: folds_releases.ending_erased,
    ev.ReleaseDied.TYPE: folds_releases.ending_erased,
    ev.ReleaseSent.TYPE: folds_releases.leaving_erased,
    ev.ReleaseConfirmed.TYPE: folds_releases.confirmation_erased,
    ev.ReleaseRetracted.TYPE: folds_releases.retraction_erased,
    ev.TreeChangeAsked.TYPE: folds_trees.asking_erased,
    ev.TreeChangeConfirmed.TYPE: folds_trees.confirmation_erased,
    ev.TreeChangeWithdrawn.TYPE: folds_trees.withdrawal_erased,
}


def fold(tables: Tables, entry: Entry, event: ev.Event | None) -> None:
    """Fold one entry, whose event is ``event`` (None: erased, or of an unknown type,
    which changes nothing)."""
    tables.touched.add(entry.subject)
    if event is not None:
        _FOLDS[type(event)](tables, entry, event)
    elif entry.body is None and (erased := _ERASED.get(entry.type)):
        erased(tables, entry)
    tables.marks.passed(entry.n, entry.head, entry.type in HELD)


def fold_all(tables: Tables, entries: Iterable[Entry]) -> int:
    """Fold entries in order into empty tables, marks and all; how many."""
    count = 0
    for entry in entries:
        fold(tables, entry, entry.event)
        count += 1
    tables.settle()
    return count


def clear(database: Database) -> None:
    """Empty every table that is a fold."""
    for name in (*FOLD_TABLES, *POINTS):
        database.conn.execute(f"DELETE FROM {name}")
    database.conn.execute(
        "INSERT INTO incident_text(incident_text) VALUES('delete-all')"
    )


def refold(database: Database) -> int:
    """Make all fold tables anew from the log, in the caller's transaction."""
    clear(database)
    rows = database.conn.execute(f"{SELECT} ORDER BY n")
    return fold_all(Tables(database.conn, bulk=True), map(Entry._make, rows))
