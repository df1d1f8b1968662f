"""The log as it stands when the demonstration begins: units, people, cameras, past.

It is written before a console opens it, and is the one place that appends events with
times of the past. What was registered goes through the commands' own handlers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aliquot.console.clock import Clock, ClockState, Stamp
from aliquot.console.demo import throw_away
from aliquot.console.demo.cameras import register_cameras
from aliquot.console.demo.county import County
from aliquot.console.demo.past import DAYS, PastIncident, past
from aliquot.console.domain.commands import (
    NOBODY,
    Actor,
    AddPerson,
    Command,
    Done,
    Outcome,
)
from aliquot.console.domain.events import (
    Event,
    IncidentClosed,
    IncidentNoted,
    IncidentOpened,
    UnitStatusChanged,
)
from aliquot.console.domain.units import UnitStatus
from aliquot.console.profile import Profile
from aliquot.console.remote import new_id
from aliquot.console.service.context import Context
from aliquot.console.service.handlers import handle
from aliquot.console.service.keys import Kdf
from aliquot.console.service.vault import Vault
from aliquot.console.store.log import LocalLog, Work

BEFORE_S = DAYS * 86_400 + 3600  # when the desk was set up
LIGHT = Kdf(memory_kib=64, passes=1, lanes=1)
"""The password stands in the documentation: nothing is gained by a slow key."""


@dataclass(frozen=True, slots=True)
class PastClock:
    """Stands at a moment before the program began."""

    stamp: Stamp

    @property
    def state(self) -> ClockState:
        return ClockState.UNKNOWN

    def now(self) -> Stamp:
        return self.stamp


def before(now: Stamp, seconds: float) -> Stamp:
    """Both clocks, so long before now."""
    us = round(seconds * 1e6)
    return Stamp(now.utc_us - us, now.mono_ns - us * 1000)


def write_prologue(profile: Profile, county: County, clock: Clock) -> list[Outcome]:
    """Fill the empty log of a profile; gives what was not done."""
    now = clock.now()
    begun = PastClock(before(now, BEFORE_S))
    log = LocalLog.open(profile.log_path, begun)
    try:
        with log.work(Actor(NOBODY, throw_away.POSITION)) as work:
            outcomes = list(_set_up(work, profile, county, begun))
            people = {p.name: p.person_id for p in work.views.people()}
        at_the_desk = people.get(throw_away.AT_THE_DESK, NOBODY)
        with log.work(Actor(at_the_desk, throw_away.POSITION)) as work:
            for stamp, event in _told(past(county), now):
                work.append(event, stamp)
    finally:
        log.close()
    return [outcome for outcome in outcomes if not isinstance(outcome, Done)]


def _set_up(
    work: Work, profile: Profile, county: County, clock: PastClock
) -> Iterator[Outcome]:
    vault = Vault(profile.key_folder, clock, new_id, LIGHT)
    actor = Actor(NOBODY, throw_away.POSITION)
    context = Context(work, clock.now(), actor, None, new_id)
    for command in (*throw_away.set_up(county), *register_cameras(county)):
        prepared: Command | Outcome = command
        if isinstance(command, AddPerson):
            prepared = vault.prepare(command, work.views.people())
        if isinstance(prepared, Command):
            yield handle(context, prepared)
        else:
            yield prepared


def _told(
    incidents: tuple[PastIncident, ...], now: Stamp
) -> Iterator[tuple[Stamp, Event]]:
    """All events of all incidents, in the order in which they happened."""
    found: list[tuple[float, int, Event]] = []
    for number, incident in enumerate(incidents, 1):
        for seconds, event in _events(incident, number, now):
            found.append((seconds, len(found), event))
    found.sort(key=_order)
    for seconds, _, event in found:
        yield before(now, seconds), event


def _order(item: tuple[float, int, Event]) -> tuple[float, int]:
    """Of two at one moment the one that was told first."""
    return -item[0], item[1]


def _events(
    incident: PastIncident, number: int, now: Stamp
) -> Iterator[tuple[float, Event]]:
    """Seconds before now, and what happened then."""
    incident_id, opened = new_id(), incident.opened_s
    yield (
        opened,
        IncidentOpened(
            incident_id=incident_id,
            number=number,
            call_id=None,
            form_id=None,
            fields=incident.fields,
            at_us=before(now, opened).utc_us,
        ),
    )
    units: list[str] = []
    for step in incident.steps:
        at_s = opened - step.at_s
        at_us = before(now, at_s).utc_us
        if step.note is not None:
            yield at_s, _noted(incident_id, step.note, at_us)
        elif step.unit_id is not None and step.status is not None:
            units.append(step.unit_id)
            yield at_s, _unit(step.unit_id, step.status, incident_id, at_us)
    closed = opened - incident.lasts_s
    at_us = before(now, closed).utc_us
    for unit_id in dict.fromkeys(units):
        yield closed, _unit(unit_id, UnitStatus.AVAILABLE, None, at_us)
    ending = incident.disposition
    yield (
        closed,
        IncidentClosed(incident_id=incident_id, disposition=ending, at_us=at_us),
    )


def _noted(incident_id: str, text: str, at_us: int) -> IncidentNoted:
    return IncidentNoted(
        incident_id=incident_id, note_id=new_id(), text=text, at_us=at_us
    )


def _unit(
    unit_id: str, status: UnitStatus, incident_id: str | None, at_us: int
) -> UnitStatusChanged:
    return UnitStatusChanged(
        unit_id=unit_id, status=status.value, incident_id=incident_id, at_us=at_us
    )
