"""What the bench of the log writes, and into what."""

from __future__ import annotations

import time
from base64 import b64encode
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

from aliquot.console.clock import SystemClock
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.events import (
    IncidentNoted,
    IncidentOpened,
    LineNoiseHeard,
    LineRecordReceived,
)
from aliquot.console.remote import new_id
from aliquot.console.store.database import open_database
from aliquot.console.store.entry import write_body
from aliquot.console.store.log import LocalLog

SIZE = 949
DESK = Actor("nobody", "01")


def record(number: int) -> LineRecordReceived:
    fields = {
        "callback_number": "5095551234",
        "class_of_service": "WPH2",
        "customer_name": "WIRELESS CALLER",
        "house_number": "1200",
        "street_name": "UNIVERSITY",
        "street_suffix": "WAY",
        "community": "ELLENSBURG",
        "state": "WA",
        "esn": "00123",
        "latitude": 46.99654,
        "longitude": -120.54812,
        "uncertainty_m": 18,
        "confidence_pct": 90,
    }
    made = LineRecordReceived(
        call_id=new_id(),
        line="ali",
        join="opened",
        ours=True,
        at_us=time.time_ns() // 1000,
        layout="family-01",
        framing="stx_etx",
        fields=dict(fields),
        spans={name: [i * 12, i * 12 + 10] for i, name in enumerate(fields)},
        warnings=[],
        raw="",
        start=number * 300,
        end=number * 300 + 300,
    )
    return _filled(made)


def _filled(made: Any) -> Any:
    """With raw bytes, so that its body has the size."""
    room = SIZE - len(write_body(made)[0])
    raw = b64encode(b"X" * (room * 3 // 4)).decode()[:room]
    object.__setattr__(made, "raw", raw + "=" * (-len(raw) % 4))
    return made


def noise(number: int) -> LineNoiseHeard:
    made = LineNoiseHeard(
        line="ali",
        at_us=time.time_ns() // 1000,
        reason="no_start",
        raw="",
        start=number * 600,
        end=number * 600 + 600,
    )
    return _filled(made)


def note(number: int) -> IncidentNoted:
    words = " ".join(f"word{(number * 7 + i) % 997}" for i in range(200))
    made = IncidentNoted(
        incident_id="i1", note_id=str(uuid4()), text="", at_us=time.time_ns() // 1000
    )
    object.__setattr__(made, "text", words[: SIZE - len(write_body(made)[0])])
    return made


def eventsourcing_on(dbapi: Any) -> ModuleType:
    """The package, made to use the same SQLite library."""
    import eventsourcing.sqlite

    eventsourcing.sqlite.sqlite3 = dbapi
    return eventsourcing.sqlite


class Contestants:
    """One of each, in folders of their own under ``folder``."""

    def __init__(self, folder: Path) -> None:
        from sqlcipher3 import dbapi2

        self.bare = open_database(folder / "bare.sqlite").conn
        self.bare.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, body BLOB)")
        self.log = LocalLog.open(folder / "record.sqlite", SystemClock())
        self.noises = LocalLog.open(folder / "noise.sqlite", SystemClock())
        self.notes = LocalLog.open(folder / "note.sqlite", SystemClock())
        opening = IncidentOpened(
            incident_id="i1", number=1, call_id=None, form_id=None, fields={}, at_us=0
        )
        self.notes.append([opening], DESK)
        self._eventsourcing(folder, eventsourcing_on(dbapi2))

    def _eventsourcing(self, folder: Path, sqlite: ModuleType) -> None:
        from eventsourcing.application import Application
        from eventsourcing.domain import Aggregate, event

        class Call(Aggregate):
            @event("Opened")
            def __init__(self, body: dict[str, Any]) -> None:
                self.body = body

        class Calls(Application[Any]):
            pass

        self.recorder = sqlite.SQLiteApplicationRecorder(
            sqlite.SQLiteDatastore(str(folder / "recorder.sqlite"))
        )
        self.recorder.create_table()
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "application.sqlite"),
        }
        self.application = Calls(env=environment)
        self.aggregate = Call
        self.saved: list[Any] = []

    def insert_bare(self, item: LineRecordReceived, body: bytes) -> None:
        self.bare.execute("INSERT INTO t(body) VALUES(?)", (body,))

    def append_record(self, item: LineRecordReceived, body: bytes) -> None:
        self.log.append([item], DESK)

    def append_noise(self, item: LineNoiseHeard, body: bytes) -> None:
        self.noises.append([item], DESK)

    def append_note(self, item: IncidentNoted, body: bytes) -> None:
        self.notes.append([item], DESK)

    def insert_recorder(self, item: LineRecordReceived, body: bytes) -> None:
        from eventsourcing.persistence import StoredEvent

        stored = StoredEvent(uuid4(), 1, "calls:Call.Opened", body)
        self.recorder.insert_events([stored])

    def save(self, item: LineRecordReceived, body: bytes) -> None:
        made = self.aggregate(fields_of(item))
        self.application.save(made)
        self.saved.append(made.id)


def fields_of(item: LineRecordReceived) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__}
