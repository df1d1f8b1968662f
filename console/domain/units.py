"""Status of a unit, as a table: ``TRANSITIONS[status][wanted]``.

None means that a dispatcher's order of this kind is refused. A unit works an
incident in every status of ``WORKING`` and in no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class UnitStatus(Enum):
    AVAILABLE = "available"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    TRANSPORTING = "transporting"
    OUT_OF_SERVICE = "out_of_service"


_S = UnitStatus

WORKING: frozenset[UnitStatus] = frozenset(
    {_S.DISPATCHED, _S.EN_ROUTE, _S.ON_SCENE, _S.TRANSPORTING}
)

TRANSITIONS: Mapping[UnitStatus, Mapping[UnitStatus, UnitStatus | None]] = {
    _S.AVAILABLE: {
        _S.AVAILABLE: _S.AVAILABLE,
        _S.DISPATCHED: _S.DISPATCHED,
        _S.EN_ROUTE: _S.EN_ROUTE,  # started by itself, with the incident named
        _S.ON_SCENE: _S.ON_SCENE,  # came upon it
        _S.TRANSPORTING: None,
        _S.OUT_OF_SERVICE: _S.OUT_OF_SERVICE,
    },
    _S.DISPATCHED: {
        _S.AVAILABLE: _S.AVAILABLE,
        _S.DISPATCHED: _S.DISPATCHED,
        _S.EN_ROUTE: _S.EN_ROUTE,
        _S.ON_SCENE: _S.ON_SCENE,
        _S.TRANSPORTING: None,
        _S.OUT_OF_SERVICE: _S.OUT_OF_SERVICE,
    },
    _S.EN_ROUTE: {
        _S.AVAILABLE: _S.AVAILABLE,
        _S.DISPATCHED: _S.DISPATCHED,  # the order was given again
        _S.EN_ROUTE: _S.EN_ROUTE,
        _S.ON_SCENE: _S.ON_SCENE,
        _S.TRANSPORTING: None,
        _S.OUT_OF_SERVICE: _S.OUT_OF_SERVICE,  # broke down on the way
    },
    _S.ON_SCENE: {
        _S.AVAILABLE: _S.AVAILABLE,
        _S.DISPATCHED: _S.DISPATCHED,
        _S.EN_ROUTE: _S.EN_ROUTE,  # the scene has moved
        _S.ON_SCENE: _S.ON_SCENE,
        _S.TRANSPORTING: _S.TRANSPORTING,
        _S.OUT_OF_SERVICE: _S.OUT_OF_SERVICE,
    },
    _S.TRANSPORTING: {
        _S.AVAILABLE: _S.AVAILABLE,
        _S.DISPATCHED: None,  # a patient is aboard
        _S.EN_ROUTE: None,
        _S.ON_SCENE: _S.ON_SCENE,
        _S.TRANSPORTING: _S.TRANSPORTING,
        _S.OUT_OF_SERVICE: _S.OUT_OF_SERVICE,
    },
    _S.OUT_OF_SERVICE: {
        _S.AVAILABLE: _S.AVAILABLE,
        _S.DISPATCHED: None,
        _S.EN_ROUTE: None,
        _S.ON_SCENE: None,
        _S.TRANSPORTING: None,
        _S.OUT_OF_SERVICE: _S.OUT_OF_SERVICE,
    },
}

SERVICES: tuple[str, ...] = ("law", "fire", "ems")


@dataclass(frozen=True, slots=True)
class UnitNow:
    """Status of a unit and the incident it works, if any."""

    status: UnitStatus
    incident_id: str | None


@dataclass(frozen=True, slots=True)
class UnitRefusal:
    """Why an order to a unit is not carried out. ``code`` is stable."""

    code: str
    message: str


def parse_status(text: str) -> UnitStatus | None:
    try:
        return UnitStatus(text)
    except ValueError:
        return None


def order(
    unit_id: str, now: UnitNow, wanted: UnitStatus, incident_id: str | None
) -> UnitNow | UnitRefusal:
    """What becomes of a unit that is ordered into ``wanted``.

    ``incident_id`` None keeps the incident that it works; another one is refused,
    so that nobody loses a unit unawares. The result equals ``now`` when there is
    nothing to do.
    """
    reached = TRANSITIONS[now.status][wanted]
    if reached is None:
        return UnitRefusal(
            "unit_not_free",
            f"{unit_id} is {words(now.status)}; make it available first.",
        )
    if reached not in WORKING:
        return UnitNow(reached, None)
    works = incident_id or now.incident_id
    if now.incident_id is not None and works != now.incident_id:
        return UnitRefusal(
            "unit_busy",
            f"{unit_id} works another incident; make it available there first.",
        )
    if works is None:
        return UnitRefusal(
            "no_incident", f"Name the incident that {unit_id} is {words(wanted)} for."
        )
    return UnitNow(reached, works)


def words(status: UnitStatus) -> str:
    """The status as a person says it."""
    return status.value.replace("_", " ")
