"""What Halden's dispatchers wrote in the last month: two hundred incidents, closed.

Drawn from a seed, told from now backwards, so that the same evening has the same
past whenever it begins. Nobody in it is real; telephone numbers are 315-555-01xx.
Narratives hold what narratives hold: names, numbers, plates, what somebody thought.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aliquot.console.demo import names
from aliquot.console.demo.county import SEED, Address, County, CountyUnit
from aliquot.console.demo.past_kinds import KINDS, RECENT_KINDS, PastKind
from aliquot.console.domain.event_base import Json
from aliquot.console.domain.incident_types import dispositions, incident_types
from aliquot.console.domain.units import UnitStatus

INCIDENTS = 200
DAYS = 30
RECENT = len(RECENT_KINDS)  # within the last two hours
NEWEST_S = 26 * 60  # how old the newest is: its embargo is over
RECENT_S = 100 * 60  # how old the oldest of the recent ones is


CODES = {ending.label: ending.code for ending in dispositions().values()}


@dataclass(frozen=True, slots=True)
class PastStep:
    """A unit's new status, or a line of narrative, ``at_s`` after the opening."""

    at_s: float
    note: str | None = None
    unit_id: str | None = None
    status: UnitStatus | None = None


@dataclass(frozen=True, slots=True)
class PastIncident:
    """``opened_s``: seconds before now. ``lasts_s``: until it was closed."""

    opened_s: float
    lasts_s: float
    fields: dict[str, Json]
    disposition: str
    steps: tuple[PastStep, ...] = field(default=())


def past(county: County, seed: int = SEED) -> tuple[PastIncident, ...]:
    """All of it, oldest first; the same for the same seed."""
    rng = random.Random(f"past {seed}")
    kinds = _kinds(rng)
    ages = _ages(rng)
    desk = _Desk(county, rng)
    return tuple(desk.incident(k, age) for k, age in zip(kinds, ages, strict=True))


def _kinds(rng: random.Random) -> list[PastKind]:
    """Each once and the rest by their shares, then those of the last two hours."""
    shares = [kind.share for kind in KINDS]
    by_code = {kind.type_code: kind for kind in KINDS}
    month = [*KINDS, *rng.choices(KINDS, shares, k=INCIDENTS - RECENT - len(KINDS))]
    rng.shuffle(month)
    return [*month, *(by_code[code] for code in RECENT_KINDS)]


def _ages(rng: random.Random) -> list[float]:
    """Seconds before now, oldest first."""
    oldest, newest = DAYS * 86_400.0, 3.0 * 3600.0
    month = sorted((rng.uniform(newest, oldest) for _ in range(INCIDENTS - RECENT)),
                   reverse=True)  # fmt: skip
    step = (RECENT_S - NEWEST_S) / (RECENT - 1)
    return [*month, *(RECENT_S - step * n for n in range(RECENT))]


class _Desk:
    """Draws callers and sends who is free and near."""

    def __init__(self, county: County, rng: random.Random) -> None:
        self._rng = rng
        self._houses = [a for a in county.addresses if a.unit is None]
        self._lots = [a for a in county.addresses if (a.unit or "").startswith("LOT")]
        self._units = county.units
        self._busy: dict[str, float] = {}  # unit -> seconds before now when it is free

    def incident(self, kind: PastKind, opened_s: float) -> PastIncident:
        rng = self._rng
        home = rng.choice(self._lots if rng.random() < 0.02 else self._houses)
        caller, number = self._caller(), f"315-555-01{rng.randrange(100):02d}"
        recent = opened_s <= RECENT_S
        most = min(opened_s - 300.0, 2400.0) if recent else 4200.0
        lasts = rng.uniform(900.0, max(901.0, most))
        service = incident_types()[kind.type_code].service
        unit = self._free(service, home, opened_s, lasts)
        told = {"name": caller, "number": number, **self._words()}
        steps = tuple(self._steps(kind, lasts, unit, told))
        fields = _fields(kind, home, caller, number)
        ending = CODES[rng.choice(kind.dispositions)]
        return PastIncident(opened_s, lasts, fields, ending, steps)

    def _caller(self) -> str:
        first = self._rng.choice(FIRST_NAMES)
        return f"{first} {self._rng.choice(names.SURNAMES).title()}"

    def _words(self) -> dict[str, str]:
        rng = self._rng
        letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTVWXYZ") for _ in range(3))
        born = f"{rng.randrange(1, 13):02d}/{rng.randrange(1, 29):02d}/{rng.randrange(1941, 2007)}"
        return {
            "plate": f"{letters} {rng.randrange(1000, 10_000)}",
            "other": self._caller(),
            "born": born,
            "street": rng.choice(self._houses).street,
            "phone": f"315-555-01{rng.randrange(100):02d}",
        }

    def _free(
        self, service: str, home: Address, opened_s: float, lasts: float
    ) -> CountyUnit:
        """The nearest that is free from then until the end."""
        free = [u for u in self._units if u.service == service
                and self._busy.get(u.unit_id, math.inf) > opened_s]  # fmt: skip
        unit = min(free, key=lambda u: _apart(u, home))
        self._busy[unit.unit_id] = opened_s - lasts
        return unit

    def _steps(
        self, kind: PastKind, lasts: float, unit: CountyUnit, told: dict[str, str]
    ) -> Iterator[PastStep]:
        rng = self._rng
        sent = rng.uniform(25.0, 150.0)
        moves = [(sent, UnitStatus.DISPATCHED)]
        moves.append((sent + rng.uniform(15.0, 90.0), UnitStatus.EN_ROUTE))
        there = moves[-1][0] + rng.uniform(90.0, 420.0)
        moves.append((there, UnitStatus.ON_SCENE))
        if kind.transported:
            moves.append((there + (lasts - there) * 0.4, UnitStatus.TRANSPORTING))
        found = [PastStep(at, None, unit.unit_id, status) for at, status in moves]
        found.append(PastStep(1.0, kind.said.format(**told)))
        if kind.reported:
            late = there + (lasts - there) * 0.8
            found.append(PastStep(late, kind.reported.format(**told)))
        yield from sorted(found, key=_at)


def _at(step: PastStep) -> float:
    return step.at_s


def _apart(unit: CountyUnit, home: Address) -> float:
    north = (unit.latitude - home.latitude) * 1.39
    return math.hypot(north, unit.longitude - home.longitude)


def _fields(kind: PastKind, home: Address, caller: str, number: str) -> dict[str, Json]:
    unit = f" {home.unit.title()}" if home.unit else ""
    place = f"{home.number} {home.street}{unit}, {home.community}"
    return {
        "type_code": kind.type_code,
        "priority": incident_types()[kind.type_code].priority,
        "place": place,
        "latitude": home.latitude,
        "longitude": home.longitude,
        "caller_name": caller,
        "callback_number": number,
    }


FIRST_NAMES: Sequence[str] = (
    *("Ada", "Bram", "Cleo", "Dorian", "Edith", "Felix", "Greta", "Hollis", "Imogen"),
    *("Jonah", "Kit", "Lena", "Marlow", "Nell", "Otis", "Petra", "Quincy", "Rhea"),
    *("Silas", "Tess", "Ulric", "Vera", "Wren", "Yusuf"),
)
