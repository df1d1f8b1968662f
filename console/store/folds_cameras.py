"""Folds of cameras: the registry, and apart from it what may be shown.

``cameras`` has every camera and is read by the writer alone. ``cameras_listed`` has
those whose owners let them be listed, cell by cell of a grid, and no more of them than
the map draws; views read nothing else. Whoever is not listed any more is out of it in
the same transaction.

What is said of cameras is held back until somebody reads or the transaction ends, and
is then written in one pass over all of them: a list of cameras is thousands at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from aliquot.console.cameras.cells import COLUMNS, PER_DEGREE, cell_of
from aliquot.console.domain import events as ev
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Row, Tables

CAMERAS = "cameras"
_SUBJECT = "camera:"

HELD = 20_000  # what is said of cameras and not written yet
ASKED = 500  # cameras that are asked for in one statement


def camera_unnamed(subject: str) -> str:
    """A subject as it may be told to a window: which camera is not said."""
    return CAMERAS if subject.startswith(_SUBJECT) else subject


_SEEN = "key, camera_id, latitude, longitude, azimuth_deg, field_of_view_deg"
_COLUMNS = (
    "camera_id, key, latitude, longitude, azimuth_deg, field_of_view_deg, range_m,"
    " kind, owner, listed, terms_sha256, said_by, channel, said_at_us"
)
_WRITE = f"INSERT OR REPLACE INTO cameras({_COLUMNS}) VALUES({', '.join('?' * 14)})"
_SHOW = "INSERT OR REPLACE INTO cameras_listed VALUES(?, ?, ?, ?, ?, ?, ?)"
_HIDE = "DELETE FROM cameras_listed WHERE cell = ? AND key = ?"
_CELL = (
    f"CAST((latitude + 90.0) * {PER_DEGREE} AS INTEGER) * {COLUMNS}"
    f" + CAST((longitude + 180.0) * {PER_DEGREE} AS INTEGER)"
)
# Ordered by one number: half as long as by two. A key of more bits than are kept for
# it only puts a row out of its order, not out of its place.
_SHOW_ALL = (
    f"INSERT INTO cameras_listed SELECT {_CELL} AS cell, {_SEEN} FROM cameras"
    " WHERE listed = 1 ORDER BY cell << 29 | key"
)

Change = Callable[[Row | None], Row | None]
"""What an event makes of a camera's row; None is a camera that is not registered."""


def show_all(tables: Tables) -> None:
    """Make the table of listed cameras from the registry, in one pass."""
    tables.run("DELETE FROM cameras_listed")
    tables.run(_SHOW_ALL)


class HeldCameras:
    """Changes to cameras, in order. ``write`` brings both tables up to them.

    A registry that was empty gets its table of listed cameras at the end, in one
    pass over all of them.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._held: dict[str, list[Change]] = {}
        self._count = 0
        self._behind = False

    def add(self, camera_id: str, change: Change) -> None:
        self._held.setdefault(camera_id, []).append(change)
        self._count += 1
        if self._count >= HELD:
            self._behind = self._behind or self._tables.one(_ANY) is None
            self._write_registry()

    def write(self) -> None:
        if self._count:
            self._write_registry()
        if self._behind:
            self._behind = False
            show_all(self._tables)

    def _write_registry(self) -> None:
        held, self._held, self._count = self._held, {}, 0
        before = {row[0]: row for row in self._known(sorted(held))}
        changed: list[tuple[Row | None, Row]] = []
        for camera_id in sorted(held):
            was = now = before.get(camera_id)
            for change in held[camera_id]:
                now = change(now)
            if now is not None and now != was:
                changed.append((was, now))
        self._tables.run_many(_WRITE, [now for _, now in changed])
        if not self._behind:
            self._show(changed)

    def _known(self, ids: Sequence[str]) -> Iterator[Row]:
        for start in range(0, len(ids), ASKED):
            part = ids[start : start + ASKED]
            marks = ", ".join("?" * len(part))
            yield from self._tables.run(
                f"SELECT {_COLUMNS} FROM cameras WHERE camera_id IN ({marks})", part
            ).fetchall()

    def _show(self, changed: Sequence[tuple[Row | None, Row]]) -> None:
        """Bring the listed table up to what the registry says, in its own order."""
        gone = [shown for was, _ in changed if (shown := _shown(was)) is not None]
        come = [shown for _, now in changed if (shown := _shown(now)) is not None]
        stay = {shown[:2] for shown in come}
        self._tables.run_many(
            _HIDE, sorted(at for shown in gone if (at := shown[:2]) not in stay)
        )
        self._tables.run_many(_SHOW, sorted(come, key=_place))


_ANY = "SELECT 1 FROM cameras LIMIT 1"


def _place(shown: Row) -> Row:
    return shown[:2]


def _shown(row: Row | None) -> Row | None:
    """The row of a camera in the listed table; None when it is not listed."""
    if row is None or not row[9]:
        return None
    return (cell_of(row[2], row[3]), row[1], row[0], *row[2:6])


def _hold(tables: Tables, camera_id: str, change: Change) -> None:
    held = tables.cameras
    if not isinstance(held, HeldCameras):
        held = tables.cameras = HeldCameras(tables)
    held.add(camera_id, change)


def registered(tables: Tables, entry: Entry, event: ev.CameraRegistered) -> None:
    """At another place or of another owner a listing of before ends."""
    cell_of(event.latitude, event.longitude)  # what is no place is said here
    seen = (
        *(event.latitude, event.longitude, event.azimuth_deg),
        *(event.field_of_view_deg, event.range_m, event.kind, event.owner),
    )
    new = (event.camera_id, entry.n, *seen, 0, None, None, None, None)

    def change(row: Row | None) -> Row:
        if row is None:
            return new
        same = (row[2], row[3], row[8]) == (seen[0], seen[1], seen[6])
        return (*row[:2], *seen, *(row[9:11] if same else (0, None)), *row[11:])

    _hold(tables, event.camera_id, change)


def listed(tables: Tables, entry: Entry, event: ev.CameraListed) -> None:
    """Of a camera that is not registered, or whose registration was erased: nothing."""
    said = (1, event.terms_sha256, event.said_by, event.channel, event.at_us)

    def change(row: Row | None) -> Row | None:
        return None if row is None else (*row[:9], *said)

    _hold(tables, event.camera_id, change)


def unlisted(tables: Tables, entry: Entry, event: ev.CameraUnlisted) -> None:
    _end_listing(tables, event.camera_id, event.said_by, event.channel, event.at_us)


def unlisting_erased(tables: Tables, entry: Entry) -> None:
    """The head still says whose consent ended: erasing it brings nothing back, and
    because nobody can see any more who ended it, it counts as the owner's word."""
    camera_id = entry.subject.removeprefix(_SUBJECT)
    _end_listing(tables, camera_id, None, "owner", entry.utc_us)


def _end_listing(
    tables: Tables, camera_id: str, said_by: str | None, channel: str, at_us: int
) -> None:
    said = (0, None, said_by, channel, at_us)

    def change(row: Row | None) -> Row | None:
        return None if row is None else (*row[:9], *said)

    _hold(tables, camera_id, change)
