"""Folds of cameras: the registry, and apart from it what may be shown.

``cameras`` has every camera and is read by the writer alone. ``cameras_listed`` has
those whose owners let them be listed, cell by cell of a grid, and no more of them than
the map draws; views read nothing else. Whoever is not listed any more is out of it in
the same transaction.
"""

from __future__ import annotations

from aliquot.console.cameras.cells import cell_of
from aliquot.console.domain import events as ev
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Row, Tables

CAMERAS = "cameras"
_SUBJECT = "camera:"


def camera_unnamed(subject: str) -> str:
    """A subject as it may be told to a window: which camera is not said."""
    return CAMERAS if subject.startswith(_SUBJECT) else subject


_SEEN = "key, camera_id, latitude, longitude, azimuth_deg, field_of_view_deg"
_REGISTER = (
    "INSERT INTO cameras(camera_id, key, latitude, longitude, azimuth_deg,"
    " field_of_view_deg, range_m, kind, owner, listed)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT(camera_id) DO UPDATE SET"
    " latitude = excluded.latitude, longitude = excluded.longitude,"
    " azimuth_deg = excluded.azimuth_deg, range_m = excluded.range_m,"
    " field_of_view_deg = excluded.field_of_view_deg, kind = excluded.kind,"
    " owner = excluded.owner"
)


def registered(tables: Tables, entry: Entry, event: ev.CameraRegistered) -> None:
    """At another place or of another owner a listing of before ends."""
    before = tables.one(
        "SELECT latitude, longitude, owner, listed FROM cameras WHERE camera_id = ?",
        (event.camera_id,),
    )
    same = before and before[:3] == (event.latitude, event.longitude, event.owner)
    if before is not None and not same:
        _end_listing(tables, event.camera_id)
    tables.run(
        _REGISTER,
        (
            *(event.camera_id, entry.n, event.latitude, event.longitude),
            *(event.azimuth_deg, event.field_of_view_deg, event.range_m),
            *(event.kind, event.owner),
        ),
    )
    if before is not None and same and before[3]:
        known = f"SELECT {_SEEN} FROM cameras WHERE camera_id = ?"
        _show(tables, tables.one(known, (event.camera_id,)))


def listed(tables: Tables, entry: Entry, event: ev.CameraListed) -> None:
    """Of a camera that is not registered, or whose registration was erased: nothing."""
    row = tables.one(
        "UPDATE cameras SET listed = 1, terms_sha256 = ?, said_by = ?, channel = ?,"
        f" said_at_us = ? WHERE camera_id = ? RETURNING {_SEEN}",
        (
            *(event.terms_sha256, event.said_by, event.channel),
            *(event.at_us, event.camera_id),
        ),
    )
    _show(tables, row)


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
    row = tables.one(
        "UPDATE cameras SET listed = 0, terms_sha256 = NULL WHERE camera_id = ?"
        " RETURNING key, latitude, longitude",
        (camera_id,),
    )
    if row is not None:
        key, latitude, longitude = row
        tables.run(
            "DELETE FROM cameras_listed WHERE cell = ? AND key = ?",
            (cell_of(latitude, longitude), key),
        )


def _show(tables: Tables, row: Row | None) -> None:
    """Bring the listed table up to what the registry says of a listed camera.

    Its place is the one it was listed at: elsewhere the listing has ended.
    """
    if row is not None:
        tables.run(
            "INSERT OR REPLACE INTO cameras_listed VALUES(?, ?, ?, ?, ?, ?, ?)",
            (cell_of(row[2], row[3]), *row),
        )
