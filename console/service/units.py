"""Commands on units: register, send, set the status."""

from __future__ import annotations

from collections.abc import Mapping

from aliquot.console.domain.commands import (
    DispatchUnits,
    Done,
    Outcome,
    Refused,
    RegisterUnit,
    SetUnitStatus,
)
from aliquot.console.domain.events import Json, UnitRegistered, UnitStatusChanged
from aliquot.console.domain.incidents import (
    BadField,
    IncidentEvent,
    check_points,
    clean_fields,
)
from aliquot.console.domain.positions import fix_fields
from aliquot.console.domain.rows import UnitRow
from aliquot.console.domain.units import (
    SERVICES,
    WORKING,
    UnitNow,
    UnitRefusal,
    UnitStatus,
    order,
    parse_status,
)
from aliquot.console.service.context import Context
from aliquot.console.service.incidents import find_incident


def register_unit(context: Context, command: RegisterUnit) -> Outcome:
    if not command.unit_id.strip() or not command.kind.strip():
        return Refused("bad_unit", "A unit has a name and a kind.")
    if command.service not in SERVICES:
        return Refused("bad_service", f"Service is one of {', '.join(SERVICES)}.")
    point = {"latitude": command.latitude, "longitude": command.longitude}
    try:
        check_points(clean_fields(dict(point)))
    except BadField as why:
        return Refused("bad_field", str(why))
    known = _units(context).get(command.unit_id.strip())
    if known is None or _differs(known, command):
        context.work.append(
            UnitRegistered(
                unit_id=command.unit_id.strip(),
                service=command.service,
                kind=command.kind.strip(),
                latitude=command.latitude,
                longitude=command.longitude,
                at_us=context.at_us,
            )
        )
    return Done({"unit_id": command.unit_id.strip()})


def _differs(known: UnitRow, command: RegisterUnit) -> bool:
    names = ("service", "kind", "latitude", "longitude")
    return any(getattr(known, n) != getattr(command, n) for n in names)


def set_unit_status(context: Context, command: SetUnitStatus) -> Outcome:
    wanted = parse_status(command.status)
    if wanted is None:
        return Refused("bad_status", f"{command.status} is no status of a unit.")
    refusal = _order(context, command, wanted)
    return refusal or Done({"unit_id": command.unit_id, "status": wanted.value})


def dispatch_units(context: Context, command: DispatchUnits) -> Outcome:
    """All or none; units that work the incident already are left as they are."""
    row = find_incident(context, command.incident_id, IncidentEvent.ASSIGNED)
    if isinstance(row, Refused):
        return row
    if not command.unit_ids:
        return Refused("no_units", "Name at least one unit.")
    there = {unit.unit_id for unit in row.units}
    sent = [u for u in dict.fromkeys(command.unit_ids) if u not in there]
    if command.first and sent and there:
        others = " ".join(sorted(there))
        return Refused(
            "already_sent", f"{row.number:04} has {others} already: nobody was sent."
        )
    planned = [
        _plan(context, unit_id, UnitStatus.DISPATCHED, row.incident_id)
        for unit_id in sent
    ]
    for plan in planned:
        if isinstance(plan, Refused):
            return plan
    for unit_id, plan in zip(sent, planned, strict=True):
        assert isinstance(plan, UnitNow)
        _append(context, unit_id, plan, command.fixes)
    return Done({"incident_id": row.incident_id, "dispatched": list(sent)})


def _order(
    context: Context, command: SetUnitStatus, wanted: UnitStatus
) -> Refused | None:
    unit_id = command.unit_id
    plan = _plan(context, unit_id, wanted, command.incident_id)
    if isinstance(plan, Refused):
        return plan
    unit = _units(context)[unit_id]
    if plan != _now(unit):
        _append(context, unit_id, plan, command.fixes)
    return None


def _plan(
    context: Context, unit_id: str, wanted: UnitStatus, incident_id: str | None
) -> UnitNow | Refused:
    unit = _units(context).get(unit_id)
    if unit is None:
        return Refused("no_such_unit", f"There is no unit {unit_id}.")
    if incident_id is not None and wanted in WORKING:
        row = find_incident(context, incident_id, IncidentEvent.ASSIGNED)
        if isinstance(row, Refused):
            return row
    plan = order(unit_id, _now(unit), wanted, incident_id)
    if isinstance(plan, UnitRefusal):
        return Refused(plan.code, plan.message)
    return plan


def _append(
    context: Context, unit_id: str, plan: UnitNow, fixes: Mapping[str, Json]
) -> None:
    context.work.append(
        UnitStatusChanged(
            unit_id=unit_id,
            status=plan.status.value,
            incident_id=plan.incident_id,
            at_us=context.at_us,
            **fix_fields(fixes, unit_id),
        )
    )


def _now(unit: UnitRow) -> UnitNow:
    return UnitNow(UnitStatus(unit.status), unit.incident_id)


def _units(context: Context) -> dict[str, UnitRow]:
    return {unit.unit_id: unit for unit in context.work.views.units()}
