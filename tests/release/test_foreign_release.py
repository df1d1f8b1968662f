"""Another CAD's incident is released like any other, by its codes alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from release_town import MINUTE_US, UTC_US, Town, code, done, place

from aliquot.console.domain.commands import (
    Actor,
    Command,
    Done,
    Outcome,
)
from aliquot.console.domain.foreign import ForeignReport
from aliquot.console.domain.foreign_commands import ImportIncidents
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.release_commands import LookAtRelease
from aliquot.console.workers.foreign import ForeignWatch


def told(town: Town, **more: Any) -> str:
    """The id of the incident after a report."""
    fields = more.pop("fields", {"type_code": "MVA", **place()})
    report = ForeignReport(
        source_id="F-1",
        fields=fields,
        opened_at_us=UTC_US - 50 * MINUTE_US,
        **more,
    )
    done(town.do(ImportIncidents(source="valley", layout="x", reports=(report,))))
    with town.log.work(Actor("nobody", "01")) as work:
        known = work.lookup.foreign("valley", "F-1")
    assert known is not None
    return known.incident_id


def test_it_can_be_proposed_and_approved(town: Town) -> None:
    incident = told(town, note="JOHN DOE, 555-0142", type_text="SECRET WORD")
    release = town.proposed(incident)
    assert done(town.approve(release))["state"] == "approved"
    stored = town.get(release)
    everything = b"".join((stored.item, *stored.bodies.values()))
    assert b"SECRET" not in everything
    assert b"DOE" not in everything


def test_its_bytes_are_those_of_an_incident_of_our_own(town: Town) -> None:
    own = town.get(town.proposed(town.open()))
    foreign = town.get(town.proposed(told(town, type_text="CRASH")))
    assert (foreign.label, foreign.said.category) == (own.label, own.said.category)


def test_without_a_code_of_ours_it_is_withheld(town: Town) -> None:
    incident = told(town, fields=place(), type_text="MVA")
    assert code(town.propose(incident)) == "no_type"


def test_its_embargo_is_from_when_it_was_heard_of(town: Town) -> None:
    """It was red: what another CAD, or a file, said to be old left at once."""
    release = town.proposed(told(town))
    done(town.approve(release))
    assert town.look(release) == "embargoed"
    assert town.get(release).published_us >= UTC_US + 20 * MINUTE_US
    town.clock.advance(19 * 60)
    assert town.look(release) == "embargoed"
    town.clock.advance(7 * 60)
    assert town.look(release) == "sent"


def test_a_changed_place_voids_an_approval(town: Town) -> None:
    incident = told(town)
    release = town.proposed(incident)
    done(town.approve(release))
    told(town, fields={"type_code": "MVA", **place(8, 3)})
    assert town.state(release) == "voided"


def test_a_type_of_class_never_ends_it(town: Town) -> None:
    release = town.proposed(told(town))
    told(town, fields={"type_code": "SUSP", **place()})
    assert town.state(release) not in ("proposed", "approved")


def test_what_a_line_changes_is_looked_at(town: Town) -> None:
    """A line's event is logged first; the watch then asks for the look."""
    incident = told(town)
    release = town.proposed(incident)
    asked: list[Command] = []
    looked = threading.Event()

    def ask(command: Command) -> Outcome:
        asked.append(command)
        looked.set()
        return Done({})

    class Tables:
        def live_of(self, incident_id: str) -> Iterator[Any]:
            return iter([stored] if incident_id == incident else [])

    stored = town.get(release)
    watch = ForeignWatch(lambda: Tables(), ask)  # type: ignore[arg-type, return-value]
    watch.start()
    try:
        watch.changed(Changed(frozenset({"call:1", "incident:other"})))
        watch.changed(Changed(frozenset({f"incident:{incident}", "log"})))
        assert looked.wait(20)
    finally:
        watch.stop()
        watch.join(20)
    assert not watch.is_alive()
    assert asked == [LookAtRelease(release_id=release)]
