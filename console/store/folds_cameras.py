"""Folds of cameras: the registry, and apart from it what may be shown.

``cameras`` has every camera and is read by the writer alone. ``cameras_listed`` and
its points have those whose owners let them be listed, and no more of them than the
map draws; views read nothing else. Whoever is not listed any more is out of it in
the same transaction.
"""

from __future__ import annotations

from aliquot.console.domain import events as ev
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables

CAMERAS = "cameras"
_SUBJECT = "camera:"


def camera_unnamed(subject: str) -> str:
    """A subject as it may be told to a window: which camera is not said."""
    return CAMERAS if subject.startswith(_SUBJECT) else subject


def registered(tables: Tables, entry: Entry, event: ev.CameraRegistered) -> None:
    """At another place or of another owner a listing of before ends."""
    before = tables.one(
        "SELECT latitude, longitude, owner FROM cameras WHERE camera_id = ?",
        (event.camera_id,),
    )
    if before not in (None, (event.latitude, event.longitude, event.owner)):
        _end_listing(tables, event.camera_id)
    tables.run(
        "INSERT INTO cameras(camera_id, key, latitude, longitude, azimuth_deg,"
        " field_of_view_deg, range_m, kind, owner, listed)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT(camera_id) DO UPDATE SET"
        " latitude = excluded.latitude, longitude = excluded.longitude,"
        " azimuth_deg = excluded.azimuth_deg, range_m = excluded.range_m,"
        " field_of_view_deg = excluded.field_of_view_deg, kind = excluded.kind,"
        " owner = excluded.owner",
        (
            *(event.camera_id, entry.n, event.latitude, event.longitude),
            *(event.azimuth_deg, event.field_of_view_deg, event.range_m),
            *(event.kind, event.owner),
        ),
    )
    _show(tables, event.camera_id)


def listed(tables: Tables, entry: Entry, event: ev.CameraListed) -> None:
    """Of a camera that is not registered, or whose registration was erased: nothing."""
    tables.run(
        "UPDATE cameras SET listed = 1, terms_sha256 = ?, said_by = ?, channel = ?,"
        " said_at_us = ? WHERE camera_id = ?",
        (
            *(event.terms_sha256, event.said_by, event.channel),
            *(event.at_us, event.camera_id),
        ),
    )
    _show(tables, event.camera_id)


def unlisted(tables: Tables, entry: Entry, event: ev.CameraUnlisted) -> None:
    _end_listing(tables, event.camera_id)
    tables.run(
        "UPDATE cameras SET said_by = ?, channel = ?, said_at_us = ?"
        " WHERE camera_id = ?",
        (event.said_by, event.channel, event.at_us, event.camera_id),
    )


def unlisting_erased(tables: Tables, entry: Entry) -> None:
    """The head still says whose consent ended: erasing it brings nothing back, and
    because nobody can see any more who ended it, it counts as the owner's word."""
    camera_id = entry.subject.removeprefix(_SUBJECT)
    _end_listing(tables, camera_id)
    tables.run(
        "UPDATE cameras SET said_by = NULL, channel = 'owner', said_at_us = ?"
        " WHERE camera_id = ?",
        (entry.utc_us, camera_id),
    )


def _end_listing(tables: Tables, camera_id: str) -> None:
    tables.run(
        "UPDATE cameras SET listed = 0, terms_sha256 = NULL WHERE camera_id = ?",
        (camera_id,),
    )
    _hide(tables, camera_id)


def _hide(tables: Tables, camera_id: str) -> None:
    tables.run(
        "DELETE FROM camera_points WHERE key ="
        " (SELECT key FROM cameras_listed WHERE camera_id = ?)",
        (camera_id,),
    )
    tables.run("DELETE FROM cameras_listed WHERE camera_id = ?", (camera_id,))


def _show(tables: Tables, camera_id: str) -> None:
    """Bring the listed table up to what the registry says of one camera."""
    row = tables.one(
        "SELECT key, camera_id, latitude, longitude, azimuth_deg, field_of_view_deg"
        " FROM cameras WHERE camera_id = ? AND listed = 1",
        (camera_id,),
    )
    if row is None:
        return
    _hide(tables, camera_id)
    tables.run("INSERT INTO cameras_listed VALUES(?, ?, ?, ?, ?, ?)", row)
    key, latitude, longitude = row[0], row[2], row[3]
    tables.run(
        "INSERT INTO camera_points VALUES(?, ?, ?, ?, ?)",
        (key, latitude, latitude, longitude, longitude),
    )
