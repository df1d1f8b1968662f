"""A desk in memory with the behaviour of a real one, and its own writer thread."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import replace

from fake_views import FakeViews

from aliquot.console.clock import Clock, ManualClock
from aliquot.console.domain import commands as c
from aliquot.console.domain.events import Json
from aliquot.console.domain.incidents import present
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import (
    CallRow,
    CameraNear,
    CameraRow,
    DraftRow,
    IncidentRow,
    LineRow,
    LogStatus,
    NoiseRow,
    NoteRow,
    PersonRow,
    UnitOnIncident,
    UnitRow,
)

Done = Callable[[c.Outcome], None]
Subjects = set[str]
PATIENCE_S = 60.0  # on a busy machine
WORKING = ("dispatched", "en_route", "on_scene", "transporting")


class FakeDesk:
    """Everything a ``Desk`` is. ``hear_*`` and ``set_*`` are what the world does."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or ManualClock()
        self._lock = threading.RLock()
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[Changed], None]] = []
        self._numbers = itertools.count(1)
        self._ids = itertools.count(1)
        self.calls: dict[str, CallRow] = {}
        self.incidents: dict[str, IncidentRow] = {}
        self.notes: dict[str, list[NoteRow]] = {}
        self.units: dict[str, UnitRow] = {}
        self.lines: dict[str, LineRow] = {}
        self.noises: list[NoiseRow] = []
        self.draft_rows: dict[str, DraftRow] = {}
        self.people: dict[str, tuple[PersonRow, str]] = {}
        self.log = LogStatus(site="desk", n=0, last_at_us=None, free_bytes=10**10)
        self.cameras: list[CameraRow] = []
        self.cameras_near: list[CameraNear] = []
        self.commands: list[c.Command] = []
        self.refuse: dict[type[c.Command], c.Outcome] = {}
        self.held = threading.Event()
        self.held.set()
        self._actor = c.Actor(c.NOBODY, "1")
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    # the desk

    @property
    def actor(self) -> c.Actor:
        return self._actor

    @property
    def clock(self) -> Clock:
        return self._clock

    def views(self) -> FakeViews:
        return FakeViews(self)

    def submit(self, command: c.Command, done: Done | None = None) -> None:
        def work() -> None:
            outcome, subjects = self._carry_out(command)
            if done is not None:
                done(outcome)
            self._tell(subjects)

        self._queue.put(work)

    def subscribe(self, changed: Callable[[Changed], None]) -> Callable[[], None]:
        self._listeners.append(changed)

        def end() -> None:
            self._listeners.remove(changed)

        return end

    def stop(self) -> None:
        self.held.set()
        self._queue.put(None)
        self._thread.join(PATIENCE_S)

    def settle(self) -> None:
        """Wait until the writer has done all that was asked before."""
        done = threading.Event()
        self._queue.put(done.set)
        assert done.wait(PATIENCE_S)

    # the world

    def hear_call(self, row: CallRow) -> None:
        def work() -> None:
            with self._lock:
                self.calls[row.call_id] = row
            self._tell({f"call:{row.call_id}"}, row.last_at_us)

        self._queue.put(work)

    def hear_again(self, call_id: str, **news: object) -> None:
        """A further record of the same call."""
        row = self.calls[call_id]
        again = replace(row, records=row.records + 1, **news)  # type: ignore[arg-type]
        self.hear_call(again)

    def hear_noise(self, noise: NoiseRow) -> None:
        with self._lock:
            self.noises.insert(0, noise)
            line = self.lines.get(noise.line)
            if line is not None:
                self.lines[noise.line] = replace(line, noise=line.noise + 1)
        self._queue.put(lambda: self._tell({f"line:{noise.line}"}))

    def set_line(self, row: LineRow) -> None:
        with self._lock:
            self.lines[row.line] = row
        self._queue.put(lambda: self._tell({f"line:{row.line}"}))

    def set_log_problem(self, problem: str | None) -> None:
        self.log = replace(self.log, problem=problem)
        self._queue.put(lambda: self._tell({"log"}))

    def add_unit(self, unit_id: str, service: str, status: str = "available") -> None:
        self.units[unit_id] = UnitRow(
            unit_id=unit_id,
            service=service,
            kind="car",
            status=status,
            since_us=self.now(),
        )

    def now(self) -> int:
        return self._clock.now().utc_us

    # the writer

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            self.held.wait()
            work()

    def _tell(self, subjects: Subjects, stamp: int | None = None) -> None:
        if subjects:
            for listener in tuple(self._listeners):
                listener(Changed(frozenset(subjects), stamp))

    def _carry_out(self, command: c.Command) -> tuple[c.Outcome, Subjects]:
        with self._lock:
            self.commands.append(command)
            refusal = self.refuse.get(type(command))
            if refusal is not None:
                return refusal, set()
            outcome, subjects = _HANDLERS[type(command)](self, command)
            if isinstance(outcome, c.Done) and not isinstance(
                command, c.SaveDraft | c.DropDraft
            ):
                self.log = replace(self.log, n=self.log.n + 1, last_at_us=self.now())
            return outcome, subjects

    def _take(self, command: c.TakeCall) -> tuple[c.Outcome, Subjects]:
        row = self.calls.get(command.call_id)
        if row is None:
            return c.Refused("no_call", "This call is not known."), set()
        if row.form_id is not None:
            return c.Refused("taken", "This call is in another form already."), set()
        self.calls[row.call_id] = replace(
            row, waiting=False, taken_by=self._actor.person, form_id=command.form_id
        )
        return c.Done(), {f"call:{row.call_id}"}

    def _aside(self, command: c.SetCallAside) -> tuple[c.Outcome, Subjects]:
        row = self.calls[command.call_id]
        self.calls[row.call_id] = replace(row, waiting=False)
        return c.Done(), {f"call:{row.call_id}"}

    def _open(self, command: c.OpenIncident) -> tuple[c.Outcome, Subjects]:
        number = next(self._numbers)
        key = f"i{number}"
        now = self.now()
        self.incidents[key] = IncidentRow(
            incident_id=key,
            number=number,
            state="pending",
            opened_at_us=now,
            changed_at_us=now,
            call_id=command.call_id,
            fields=present(command.fields),
        )
        self.notes[key] = []
        self._system_note(key, "Incident created")
        if command.note:
            self._add_note(key, command.note)
        if command.form_id:
            self.draft_rows.pop(command.form_id, None)
        subjects = {f"incident:{key}"}
        if command.call_id in self.calls:
            row = self.calls[command.call_id]
            self.calls[row.call_id] = replace(row, incident_id=key)
            subjects.add(f"call:{row.call_id}")
        return c.Done({"incident_id": key, "number": number}), subjects

    def _change(self, command: c.ChangeIncident) -> tuple[c.Outcome, Subjects]:
        row = self.incidents[command.incident_id]
        fields: dict[str, Json] = present({**row.fields, **command.fields})
        self._put(row, fields=fields)
        if command.form_id:
            self.draft_rows.pop(command.form_id, None)
        return c.Done(), {f"incident:{row.incident_id}"}

    def _note(self, command: c.AddNote) -> tuple[c.Outcome, Subjects]:
        key = command.incident_id
        if command.strikes:
            self.notes[key] = [
                replace(n, struck=True) if n.note_id == command.strikes else n
                for n in self.notes[key]
            ]
        self._add_note(key, command.text)
        return c.Done(), {f"incident:{key}"}

    def _status(self, command: c.SetUnitStatus) -> tuple[c.Outcome, Subjects]:
        unit = self.units[command.unit_id]
        incident = command.incident_id or unit.incident_id
        if command.status in WORKING and incident is None:
            return c.Refused("no_incident", f"{unit.unit_id} has no incident."), set()
        if command.status not in WORKING:
            incident = None
        return c.Done(), self._set_unit(unit, command.status, incident)

    def _dispatch(self, command: c.DispatchUnits) -> tuple[c.Outcome, Subjects]:
        subjects: Subjects = set()
        for unit_id in command.unit_ids:
            unit = self.units[unit_id]
            if unit.status != "available":
                text = f"{unit_id} is {unit.status}; make it available first."
                return c.Refused("unit_not_free", text), set()
        for unit_id in command.unit_ids:
            subjects |= self._set_unit(
                self.units[unit_id], "dispatched", command.incident_id
            )
        return c.Done(), subjects

    def _set_unit(self, unit: UnitRow, status: str, incident: str | None) -> Subjects:
        now = self.now()
        number = self.incidents[incident].number if incident else None
        self.units[unit.unit_id] = replace(
            unit,
            status=status,
            since_us=now,
            incident_id=incident,
            incident_number=number,
        )
        for key in {unit.incident_id, incident} - {None}:
            assert key is not None
            row = self.incidents[key]
            units = tuple(
                UnitOnIncident(unit_id=u.unit_id, status=u.status, since_us=u.since_us)
                for u in self.units.values()
                if u.incident_id == key
            )
            state = row.state
            if state != "closed":
                state = "active" if units else "pending"
            self._put(row, units=units, state=state)
            self._system_note(key, f"{unit.unit_id} {status}")
        touched = {f"incident:{k}" for k in (unit.incident_id, incident) if k}
        return {f"unit:{unit.unit_id}"} | touched

    def _close(self, command: c.CloseIncident) -> tuple[c.Outcome, Subjects]:
        row = self.incidents[command.incident_id]
        if row.state == "closed":
            return c.Refused("closed", f"{row.number} is closed already."), set()
        subjects = {f"incident:{row.incident_id}"}
        for unit in [u for u in self.units.values() if u.incident_id]:
            if unit.incident_id == row.incident_id:
                subjects |= self._set_unit(unit, "available", None)
        row = self.incidents[command.incident_id]
        self._put(
            row,
            state="closed",
            closed_at_us=self.now(),
            disposition=command.disposition,
        )
        return c.Done(), subjects

    def _reopen(self, command: c.ReopenIncident) -> tuple[c.Outcome, Subjects]:
        row = self.incidents[command.incident_id]
        self._put(row, state="pending", closed_at_us=None, disposition=None)
        return c.Done(), {f"incident:{row.incident_id}"}

    def _save_draft(self, command: c.SaveDraft) -> tuple[c.Outcome, Subjects]:
        self.draft_rows[command.form_id] = DraftRow(
            form_id=command.form_id, saved_at_us=self.now(), body=command.body
        )
        return c.Done(), {f"draft:{command.form_id}"}

    def _drop_draft(self, command: c.DropDraft) -> tuple[c.Outcome, Subjects]:
        self.draft_rows.pop(command.form_id, None)
        return c.Done(), {f"draft:{command.form_id}"}

    def _sign_in(self, command: c.SignIn) -> tuple[c.Outcome, Subjects]:
        person = self.people.get(command.name)
        if person is None or person[1] != command.password:
            return c.Refused("wrong", "Name or password is not right."), set()
        self._actor = replace(self._actor, person=person[0].person_id)
        return c.Done(), {"session"}

    def _sign_out(self, _command: c.SignOut) -> tuple[c.Outcome, Subjects]:
        self._actor = replace(self._actor, person=c.NOBODY)
        return c.Done(), {"session"}

    def _put(self, row: IncidentRow, **news: object) -> None:
        fresh = replace(row, changed_at_us=self.now(), **news)  # type: ignore[arg-type]
        self.incidents[row.incident_id] = fresh

    def _add_note(self, key: str, text: str) -> None:
        self.notes[key].append(
            NoteRow(
                note_id=f"n{next(self._ids)}",
                at_us=self.now(),
                person=self._actor.person,
                text=text,
            )
        )

    def _system_note(self, key: str, text: str) -> None:
        self.notes[key].append(
            NoteRow(
                note_id=f"s{next(self._ids)}",
                at_us=self.now(),
                person="",
                text=text,
                system=True,
            )
        )


_HANDLERS: dict[type[c.Command], Callable[..., tuple[c.Outcome, Subjects]]] = {
    c.TakeCall: FakeDesk._take,
    c.SetCallAside: FakeDesk._aside,
    c.OpenIncident: FakeDesk._open,
    c.ChangeIncident: FakeDesk._change,
    c.AddNote: FakeDesk._note,
    c.SetUnitStatus: FakeDesk._status,
    c.DispatchUnits: FakeDesk._dispatch,
    c.CloseIncident: FakeDesk._close,
    c.ReopenIncident: FakeDesk._reopen,
    c.SaveDraft: FakeDesk._save_draft,
    c.DropDraft: FakeDesk._drop_draft,
    c.SignIn: FakeDesk._sign_in,
    c.SignOut: FakeDesk._sign_out,
}
