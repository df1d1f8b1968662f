"""The release side of a desk in memory: states, two persons, embargo, receipts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from fake_desk import FakeDesk, Subjects

from aliquot.console.clock import Clock, ManualClock
from aliquot.console.domain import commands as c
from aliquot.console.domain.events import Json
from aliquot.console.domain.release_rows import (
    ChannelRow,
    PreviewRow,
    RegionRow,
    ReleaseDetail,
    ReleaseRow,
    TreeWaiting,
)
from aliquot.console.domain.rows import IncidentRow, PersonRow

EMBARGO_S = 1200
K = 13
REGION = RegionRow(
    region_id=417,
    level=1,
    label="Elm St between 3rd and 4th St",
    k=K,
    point=(42.3652, -71.1031),
    rings=(
        (
            (42.3638, -71.1050),
            (42.3661, -71.1049),
            (42.3664, -71.1020),
            (42.3649, -71.1012),
            (42.3637, -71.1026),
            (42.3638, -71.1050),
        ),
    ),
)
CATEGORIES = {"BURGLARY": "Burglary", "FSTRU": "Building fire", "MVA": "Traffic crash"}
PHRASES: dict[str, tuple[tuple[str, str], ...]] = {
    "BURGLARY": (("plain", ""), ("lock_up", "Please lock doors and vehicles.")),
    "FSTRU": (("plain", ""), ("avoid_area", "Please avoid the area.")),
    "MVA": (("plain", ""), ("expect_delays", "Expect delays.")),
}
NEVER_LEAVES = (
    "callback_number",
    "caller_name",
    "caller_place",
    "priority",
    "narrative",
    "units",
    "incident_number",
    "disposition",
)
INSTEAD = {
    "type_code": ("category_instead", "category"),
    "place": ("region_instead", "place"),
    "latitude": ("region_instead", "place"),
    "longitude": ("region_instead", "place"),
    "received_at": ("hour_instead", "time"),
}
CONTENT = {"neighbors": "application/json", "cap": "application/cap+xml"}


class FakeReleases:
    """Reads what the desk holds."""

    def __init__(self, desk: FakeReleasingDesk) -> None:
        self._desk = desk

    def problem(self) -> str | None:
        return self._desk.problem

    def queue(self, limit: int = 200) -> tuple[ReleaseRow, ...]:
        rows = [d.row for d in self._desk.released.values()]
        going = ("proposed", "approved", "embargoed")
        first = [r for r in rows if r.state in going]
        rest = [r for r in rows if r.state not in going]
        first.sort(key=lambda r: r.proposed_at_us)
        rest.sort(key=lambda r: -(r.ended_at_us or r.sent_at_us or 0))
        return tuple(first + rest)[:limit]

    def candidates(self, limit: int = 100) -> tuple[PreviewRow, ...]:
        taken = {
            d.row.incident_id
            for d in self._desk.released.values()
            if d.row.state not in ("refused", "withdrawn", "voided", "retracted")
        }
        found = (self.preview(key) for key in self._desk.incidents if key not in taken)
        return tuple(p for p in found if p is not None and p.eligible)[:limit]

    def preview(self, incident_id: str, phrase: str | None = None) -> PreviewRow | None:
        row = self._desk.incidents.get(incident_id)
        return None if row is None else self._desk.preview_of(row, phrase)

    def detail(self, release_id: str) -> ReleaseDetail | None:
        return self._desk.released.get(release_id)

    def region(self, region_id: int) -> RegionRow | None:
        return REGION if region_id == REGION.region_id else None

    def tree_waiting(self) -> TreeWaiting | None:
        return self._desk.tree


class FakeReleasingDesk(FakeDesk):
    """``pass_time`` and ``partner_*`` are what the world does."""

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self.problem: str | None = None
        self.tree: TreeWaiting | None = None
        self.released: dict[str, ReleaseDetail] = {}

    def releases(self) -> FakeReleases:
        return FakeReleases(self)

    def add_person(self, name: str, role: str, password: str) -> str:
        person = f"p-{name.lower().replace(' ', '-')}"
        row = PersonRow(person_id=person, name=name, role=role, public_key=b"k")
        self.people[name] = (row, password)
        return person

    # what would leave

    def knows_of(self, row: IncidentRow) -> dict[str, Json]:
        return {
            **row.fields,
            "incident_number": f"{row.number:04}",
            "received_at": "2026-11-21 18:41:07",
            "narrative": " / ".join(n.text for n in self.notes[row.incident_id]),
            "units": " ".join(u.unit_id for u in row.units),
            "status": row.state,
            "disposition": row.disposition,
        }

    def preview_of(self, row: IncidentRow, phrase: str | None) -> PreviewRow:
        kind = str(row.fields.get("type_code") or "")
        known = self.knows_of(row)
        label = CATEGORIES.get(kind)
        if label is None:
            reason = "class_never" if kind else "no_type"
            return PreviewRow(
                incident_id=row.incident_id,
                incident_number=row.number,
                eligible=False,
                reasons=(reason,),
                words={reason: "Fights never leave the building."} if kind else {},
                knows=known,
                withheld=dict.fromkeys(known, "whole_row_withheld"),
            )
        said = dict(PHRASES[kind])
        sentence = (
            f"{label} reported this evening, between 6 and 7 pm. Place: {REGION.label}."
        )
        text = f"{sentence} {said.get(phrase or 'plain', '')}".strip()
        return PreviewRow(
            incident_id=row.incident_id,
            incident_number=row.number,
            eligible=True,
            reasons=(),
            knows=known,
            leaves={
                "format": "aliquot.item/1",
                "agency": "Halden County Emergency Communications",
                "category": label,
                "category_code": kind.lower(),
                "place": REGION.label,
                "time": "this evening, between 6 and 7 pm",
                "status": "No longer active" if row.state == "closed" else "Reported",
                "text": text,
                "latitude": REGION.point[0],
                "longitude": REGION.point[1],
            },
            withheld={f: "never_leaves" for f in NEVER_LEAVES if f in known}
            | {f: why for f, (why, _) in INSTEAD.items() if f in known},
            became={f: to for f, (_, to) in INSTEAD.items() if f in known}
            | {"status": "status"},
            phrases=PHRASES[kind],
            region_id=REGION.region_id,
        )

    # commands

    def _propose(self, command: c.ProposeRelease) -> tuple[c.Outcome, Subjects]:
        if self._actor.person == c.NOBODY:
            return c.Refused("nobody", "Sign in to propose a release."), set()
        row = self.incidents[command.incident_id]
        seen = self.preview_of(row, command.phrase)
        if self.problem or not seen.eligible:
            return c.Refused("not_eligible", self.problem or "Not eligible."), set()
        release_id = f"r{next(self._ids)}"
        item = json.dumps(seen.leaves, sort_keys=True).encode()
        digest = hashlib.sha256(item).hexdigest()
        bodies = {
            "neighbors": item,
            "cap": b'<?xml version="1.0"?>\n<alert>caf\xc3\xa9</alert>',
        }
        channels = tuple(
            ChannelRow(
                channel=name,
                body=body,
                sha256=hashlib.sha256(body).hexdigest(),
                content_type=CONTENT[name],
                state="held",
            )
            for name, body in bodies.items()
        )
        made = ReleaseRow(
            release_id=release_id,
            incident_id=row.incident_id,
            incident_number=row.number,
            state="proposed",
            category=str(seen.leaves["category"]),
            phrase=command.phrase or "plain",
            region_id=REGION.region_id,
            region_label=REGION.label,
            k=K,
            proposer=self._name(self._actor.person),
            proposer_id=self._actor.person,
            proposed_at_us=self.now(),
        )
        self.released[release_id] = ReleaseDetail(
            row=made,
            knows=seen.knows,
            leaves=seen.leaves,
            withheld=seen.withheld,
            became=seen.became,
            item=item,
            item_sha256=digest,
            policy_sha256="0" * 64,
            tree_sha256="1" * 64,
            channels=channels,
            history=((self.now(), made.proposer, "proposed"),),
        )
        return c.Done({"release_id": release_id, "state": "proposed"}), {
            f"release:{release_id}"
        }

    def _approve(self, command: c.ApproveRelease) -> tuple[c.Outcome, Subjects]:
        found = self.released[command.release_id]
        passwords = {p.person_id: w for p, w in self.people.values()}
        if found.row.proposer_id == self._actor.person:
            return c.Refused("self_approval", "You proposed this."), set()
        if found.row.state != "proposed":
            return c.Refused("state", f"It is {found.row.state} by now."), set()
        if command.item_sha256 != found.item_sha256:
            return c.Refused("other_bytes", "These are other bytes."), set()
        if passwords.get(self._actor.person) != command.password:
            return c.Refused("wrong_password", "The password is not right."), set()
        return c.Done(), self._put_release(
            found,
            "approved it",
            state="embargoed",
            approver=self._name(self._actor.person),
            approved_at_us=self.now(),
            embargo_until_us=self.now() + EMBARGO_S * 10**6,
        )

    def _end(self, command: Any) -> tuple[c.Outcome, Subjects]:
        found = self.released[command.release_id]
        states = {
            c.RefuseRelease: "refused",
            c.WithdrawRelease: "withdrawn",
            c.RetractRelease: "retracted",
        }
        state = states[type(command)]
        subjects = self._put_release(
            found, state, state=state, reason=command.reason, ended_at_us=self.now()
        )
        if state == "retracted":
            self._put_channels(command.release_id, state="retraction_waiting")
        return c.Done(), subjects

    # the world

    def pass_time(self, seconds: float) -> None:
        """Time passes; what is due leaves into the outbox."""
        clock = self._clock
        assert isinstance(clock, ManualClock)
        clock.advance(seconds)
        for found in tuple(self.released.values()):
            row = found.row
            if row.state == "embargoed" and (row.embargo_until_us or 0) <= self.now():
                subjects = self._put_release(
                    found, "sent", state="sent", sent_at_us=self.now()
                )
                self._put_channels(row.release_id, state="waiting")
                self._soon(subjects)

    def partner_fails(self, release_id: str, problem: str) -> None:
        for ch in self.released[release_id].channels:
            self._put_channels(
                release_id, attempts=ch.attempts + 1, last_problem=problem
            )
        self._soon({f"release:{release_id}"})

    def partner_confirms(self, release_id: str, state: str = "delivered") -> None:
        self._put_channels(
            release_id,
            state=state,
            receipt={"id": "rc-118"},
            receipt_at_us=self.now(),
        )
        found = self.released[release_id]
        if found.row.state == "sent":
            self._put_release(
                found, "confirmed", state="confirmed", confirmed_at_us=self.now()
            )
        self._soon({f"release:{release_id}"})

    def _soon(self, subjects: Subjects) -> None:
        self._queue.put(lambda: self._tell(subjects))

    def _put_release(self, found: ReleaseDetail, what: str, **news: Any) -> Subjects:
        row = replace(found.row, **news)
        entry = (self.now(), self._name(self._actor.person), what)
        self.released[row.release_id] = replace(
            found, row=row, history=(*found.history, entry)
        )
        return {f"release:{row.release_id}"}

    def _put_channels(self, release_id: str, **news: Any) -> None:
        found = self.released[release_id]
        channels = tuple(replace(ch, **news) for ch in found.channels)
        self.released[release_id] = replace(found, channels=channels)

    def _name(self, person: str) -> str:
        names = {p.person_id: p.name for p, _ in self.people.values()}
        return names.get(person, person)

    def _carry_out(self, command: c.Command) -> tuple[c.Outcome, Subjects]:
        handler = _HANDLERS.get(type(command))
        if handler is None:
            return super()._carry_out(command)
        with self._lock:
            self.commands.append(command)
            result: tuple[c.Outcome, Subjects] = handler(self, command)
            return result


_HANDLERS: dict[type[c.Command], Any] = {
    c.ProposeRelease: FakeReleasingDesk._propose,
    c.ApproveRelease: FakeReleasingDesk._approve,
    c.RefuseRelease: FakeReleasingDesk._end,
    c.WithdrawRelease: FakeReleasingDesk._end,
    c.RetractRelease: FakeReleasingDesk._end,
}
