"""The schema of the log, one function per step. Steps are never changed, only added.

``heads`` is the log. ``drafts`` and ``leases`` lie beside it. All else is folds:
tables that can be thrown away and made again from the log.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

STEPS = Migrations("aliquot.log")

KNOWN = (
    "log_1",
    "beside_1",
    "folds_1",
    "cameras_1",
    "releases_1",
    "calls_1",
    "foreign_1",
    "locating_1",
    "places_1",
    "cameras_2",
    "trees_1",
    "calls_2",
    "protected_1",
    "calls_3",
    "policies_1",
)  # names of the functions below, in order

HEAD_COLUMNS = (
    "n",
    "site",
    "utc_us",
    "mono_ns",
    "clock",
    "actor",
    "position",
    "type",
    "version",
    "subject",
    "body_hash",
    "prev",
    "head",
)


def apply(database: Database) -> None:
    """Bring the schema up to date; harmless when it is. One transaction a step."""
    STEPS.apply(database)


def unknown(database: Database) -> list[str]:
    """Steps that the file has and this program does not know: it is newer."""
    return [step.name for step in STEPS.applied(database) if step.name not in KNOWN]


def current(database: Database) -> bool:
    """Whether every step was applied."""
    return not STEPS.pending(database)


@STEPS()
def log_1(db: Database) -> None:
    """The log itself, and what keeps it append-only."""
    db.execute("PRAGMA application_id=1095520596")
    db.table("heads").create(
        {
            "n": int,
            "site": str,
            "utc_us": int,
            "mono_ns": int,
            "clock": str,
            "actor": str,
            "position": str,
            "type": str,
            "version": int,
            "subject": str,
            "body_hash": bytes,
            "prev": bytes,
            "head": bytes,
            "salt": bytes,
            "body": bytes,
        },
        pk="n",
        not_null=HEAD_COLUMNS[1:],
        strict=True,
    )
    db.execute(
        "CREATE TRIGGER heads_no_delete BEFORE DELETE ON heads"
        " BEGIN SELECT raise(ABORT, 'the log is append-only: no deletion'); END"
    )
    # REPLACE deletes without DELETE triggers unless recursive_triggers is on, and
    # another tool may have it off: so a number that is taken is refused here.
    db.execute(
        "CREATE TRIGGER heads_next BEFORE INSERT ON heads"
        " WHEN NEW.n IS NOT (SELECT coalesce(max(n), 0) + 1 FROM heads)"
        " BEGIN SELECT raise(ABORT, 'the log is append-only: not the next n'); END"
    )
    changed = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in HEAD_COLUMNS)
    db.execute(
        f"CREATE TRIGGER heads_no_update BEFORE UPDATE ON heads WHEN {changed}"
        " OR NEW.body IS NOT NULL OR NEW.salt IS NOT NULL"
        " BEGIN SELECT raise(ABORT, 'the log is append-only: no change'); END"
    )
    db.table("site").create(
        {"id": int, "site": str, "folds": int},
        pk="id",
        not_null=("site", "folds"),
        strict=True,
    )


@STEPS()
def beside_1(db: Database) -> None:
    """What is kept beside the log and is no fold: half-typed forms, leases."""
    db.table("drafts").create(
        {"form_id": str, "began_at_us": int, "saved_at_us": int, "body": bytes},
        pk="form_id",
        not_null=("began_at_us", "saved_at_us", "body"),
        strict=True,
    )
    db.table("leases").create(
        {"name": str, "holder": str, "until_us": int},
        pk="name",
        not_null=("holder", "until_us"),
        strict=True,
    )


@STEPS()
def folds_1(db: Database) -> None:
    """Calls, incidents, narrative, units, lines, people, and what finds them."""
    _run(db, _FOLDS_1)


@STEPS()
def cameras_1(db: Database) -> None:
    """All cameras, which no view reads; and those that are listed, apart."""
    _run(db, _CAMERAS_1)


@STEPS()
def releases_1(db: Database) -> None:
    """Releases, what is delivered of them, and the leaves of the release log."""
    _run(db, _RELEASES_1)


@STEPS()
def calls_1(db: Database) -> None:
    """Trouble of a call, keys of its further sources, what a line can be asked."""
    _run(db, _CALLS_1)


@STEPS()
def foreign_1(db: Database) -> None:
    """Incidents of other CADs, and where units were at a change of status."""
    _run(db, _FOREIGN_1)


@STEPS()
def locating_1(db: Database) -> None:
    """Location links that were sent, by the hash of their tokens."""
    _run(db, _LOCATING_1)


@STEPS()
def places_1(db: Database) -> None:
    """What people chose for texts of places."""
    _run(db, _PLACES_1)


@STEPS()
def cameras_2(db: Database) -> None:
    """Listed cameras in the order of a grid's cells, in the place of an R-tree."""
    _run(db, _CAMERAS_2)


@STEPS()
def trees_1(db: Database) -> None:
    """Changes of the place tree, and who signed for them."""
    _run(db, _TREES_1)


@STEPS()
def calls_2(db: Database) -> None:
    """An index of calls by time that takes new calls many at once."""
    _run(db, _CALLS_2)


@STEPS()
def protected_1(db: Database) -> None:
    """What finds the entries about protected places."""
    db.execute(
        "CREATE INDEX heads_protected ON heads(n) WHERE subject = 'protected_places'"
    )


@STEPS()
def calls_3(db: Database) -> None:
    """An index of calls in the order in which they began."""
    db.execute("CREATE INDEX calls_order ON calls(key) WHERE listed = 1")


@STEPS()
def policies_1(db: Database) -> None:
    """What finds the entries about the policy of releases."""
    db.execute(
        "CREATE INDEX heads_policies ON heads(n) WHERE subject = 'release_policy'"
    )


def _run(db: Database, statements: str) -> None:
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)


_FOLDS_1 = """
CREATE TABLE marks (
  name TEXT PRIMARY KEY, upto INTEGER NOT NULL, head BLOB,
  state TEXT, message TEXT, since_us INTEGER, last_record_us INTEGER,
  records INTEGER NOT NULL DEFAULT 0, noise INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE calls (
  call_id TEXT PRIMARY KEY, key INTEGER NOT NULL, line TEXT NOT NULL,
  call_key TEXT, state TEXT NOT NULL, first_at_us INTEGER NOT NULL,
  last_at_us INTEGER NOT NULL, ours INTEGER NOT NULL, waiting INTEGER NOT NULL,
  heard TEXT NOT NULL, records INTEGER NOT NULL, record_n INTEGER,
  signal_n INTEGER, taken_by TEXT, form_id TEXT, aside TEXT, incident_id TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_waiting ON calls(waiting, last_at_us);
CREATE INDEX calls_key ON calls(line, call_key) WHERE call_key IS NOT NULL;
CREATE TABLE noise (
  n INTEGER PRIMARY KEY, line TEXT NOT NULL, at_us INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE TABLE incidents (
  key INTEGER PRIMARY KEY, incident_id TEXT NOT NULL UNIQUE,
  number INTEGER NOT NULL, state TEXT NOT NULL, opened_at_us INTEGER NOT NULL,
  changed_at_us INTEGER NOT NULL, closed_at_us INTEGER, disposition TEXT,
  call_id TEXT, form_id TEXT, fields BLOB NOT NULL
) STRICT;
CREATE INDEX incidents_state ON incidents(state, closed_at_us);
CREATE INDEX incidents_number ON incidents(number);
CREATE INDEX incidents_form ON incidents(form_id) WHERE form_id IS NOT NULL;
CREATE TABLE notes (
  key INTEGER PRIMARY KEY, incident_id TEXT NOT NULL, note_id TEXT NOT NULL,
  at_us INTEGER NOT NULL, person TEXT NOT NULL, text TEXT NOT NULL,
  system INTEGER NOT NULL, struck INTEGER NOT NULL
) STRICT;
CREATE INDEX notes_incident ON notes(incident_id, key);
CREATE TABLE units (
  unit_id TEXT PRIMARY KEY, service TEXT NOT NULL, kind TEXT NOT NULL,
  status TEXT NOT NULL, since_us INTEGER NOT NULL, incident_id TEXT,
  latitude REAL, longitude REAL
) STRICT, WITHOUT ROWID;
CREATE INDEX units_incident ON units(incident_id) WHERE incident_id IS NOT NULL;
CREATE TABLE people (
  person_id TEXT PRIMARY KEY, key INTEGER NOT NULL, name TEXT NOT NULL,
  role TEXT NOT NULL, public_key BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  position TEXT PRIMARY KEY, person_id TEXT NOT NULL, since_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE incident_text USING fts5(
  text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE incident_points USING rtree(
  key, south, north, west, east
)
"""
_CAMERAS_1 = """
CREATE TABLE cameras (
  camera_id TEXT PRIMARY KEY, key INTEGER NOT NULL,
  latitude REAL NOT NULL, longitude REAL NOT NULL,
  azimuth_deg REAL, field_of_view_deg REAL, range_m REAL,
  kind TEXT NOT NULL, owner TEXT, listed INTEGER NOT NULL,
  terms_sha256 TEXT, said_by TEXT, channel TEXT, said_at_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE cameras_listed (
  key INTEGER PRIMARY KEY, camera_id TEXT NOT NULL UNIQUE,
  latitude REAL NOT NULL, longitude REAL NOT NULL,
  azimuth_deg REAL, field_of_view_deg REAL
) STRICT;
CREATE VIRTUAL TABLE camera_points USING rtree(
  key, south, north, west, east
)
"""
_RELEASES_1 = """
CREATE TABLE releases (
  release_id TEXT PRIMARY KEY, key INTEGER NOT NULL, incident_id TEXT NOT NULL,
  state TEXT NOT NULL, given BLOB NOT NULL, facts BLOB NOT NULL,
  label TEXT NOT NULL, parcels INTEGER NOT NULL, published_us INTEGER NOT NULL,
  proposer TEXT NOT NULL, proposed_at_us INTEGER NOT NULL, item BLOB NOT NULL,
  policy_sha256 TEXT NOT NULL, tree_sha256 TEXT NOT NULL,
  approver TEXT, approved_at_us INTEGER, statement BLOB, signature BLOB,
  until_us INTEGER, from_us INTEGER, from_mono_us INTEGER,
  sent_at_us INTEGER, confirmed_at_us INTEGER,
  ended_at_us INTEGER, ended_by TEXT, reason TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX releases_incident ON releases(incident_id, key);
CREATE INDEX releases_state ON releases(state, key);
CREATE TABLE release_bodies (
  key TEXT PRIMARY KEY, release_id TEXT NOT NULL, channel TEXT NOT NULL,
  body BLOB NOT NULL, retraction BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX release_bodies_of ON release_bodies(release_id);
CREATE TABLE release_outbox (
  key TEXT PRIMARY KEY, place INTEGER NOT NULL, release_id TEXT NOT NULL,
  channel TEXT NOT NULL, partner TEXT NOT NULL, state TEXT NOT NULL,
  since_us INTEGER NOT NULL, problem TEXT, receipt BLOB, receipt_at_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX release_outbox_of ON release_outbox(release_id);
CREATE INDEX release_outbox_open ON release_outbox(state, place);
CREATE TABLE release_leaves (
  leaf_index INTEGER PRIMARY KEY, n INTEGER NOT NULL, kind TEXT NOT NULL,
  leaf BLOB NOT NULL, root BLOB NOT NULL, record BLOB, salt BLOB
) STRICT;
CREATE INDEX release_leaves_n ON release_leaves(n);
CREATE TABLE release_history (
  n INTEGER PRIMARY KEY, release_id TEXT NOT NULL, at_us INTEGER NOT NULL,
  person TEXT NOT NULL, what TEXT NOT NULL
) STRICT;
CREATE INDEX release_history_of ON release_history(release_id, n)
"""
_CALLS_1 = """
ALTER TABLE calls ADD COLUMN trouble_n INTEGER;
ALTER TABLE marks ADD COLUMN asks TEXT;
CREATE TABLE call_keys (
  key TEXT PRIMARY KEY, line TEXT NOT NULL, call_key TEXT NOT NULL,
  call_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX call_keys_of ON call_keys(call_id);
CREATE INDEX call_keys_line ON call_keys(line, call_key)
"""
_FOREIGN_1 = """
CREATE TABLE foreign_incidents (
  incident_id TEXT PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL,
  type_text TEXT, units TEXT, as_of_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX foreign_incidents_of ON foreign_incidents(source, source_id);
CREATE TABLE foreign_reports (
  digest TEXT PRIMARY KEY, n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE unit_fixes (
  unit_id TEXT PRIMARY KEY, latitude REAL NOT NULL, longitude REAL NOT NULL,
  at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""
_LOCATING_1 = """
CREATE TABLE location_links (
  token_sha256 TEXT PRIMARY KEY, n INTEGER NOT NULL, call_id TEXT NOT NULL,
  number TEXT NOT NULL, until_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""
_PLACES_1 = """
CREATE TABLE picked_places (
  text TEXT PRIMARY KEY, n INTEGER NOT NULL, typed TEXT NOT NULL,
  address TEXT NOT NULL, kind TEXT NOT NULL,
  latitude REAL NOT NULL, longitude REAL NOT NULL,
  person TEXT NOT NULL, at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX picked_places_n ON picked_places(n)
"""
_CAMERAS_2 = """
DROP TABLE camera_points;
DROP TABLE cameras_listed;
CREATE TABLE cameras_listed (
  cell INTEGER NOT NULL, key INTEGER NOT NULL, camera_id TEXT NOT NULL,
  latitude REAL NOT NULL, longitude REAL NOT NULL,
  azimuth_deg REAL, field_of_view_deg REAL, PRIMARY KEY (cell, key)
) STRICT, WITHOUT ROWID
"""
_TREES_1 = """
CREATE TABLE tree_changes (
  key INTEGER PRIMARY KEY, tree_sha256 TEXT NOT NULL, replaces TEXT,
  state TEXT NOT NULL, asker TEXT NOT NULL, asked_at_us INTEGER NOT NULL,
  statement BLOB, signature BLOB,
  confirmed_n INTEGER, confirmer TEXT, confirmed_at_us INTEGER,
  second_statement BLOB, second_signature BLOB,
  ended_by TEXT, ended_at_us INTEGER
) STRICT;
CREATE INDEX tree_changes_of ON tree_changes(tree_sha256, key)
"""
_CALLS_2 = """
DROP INDEX calls_waiting;
ALTER TABLE calls ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX calls_listed ON calls(waiting, last_at_us) WHERE listed = 1
"""
