"""Incidents of another CAD: what a report of it changes. Pure.

They are shown, closed and released here, and edited there alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aliquot.console.domain.event_base import Json

FOREIGN_INCIDENT = "foreign_incident"  # the reason for which a change is refused
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignReport:
    """One thing that another CAD said. ``fields`` are names of ``INCIDENT_FIELDS``
    with what was said; what is absent was not said. The rest as in
    ``ForeignIncidentReceived``; with ``add_units`` the units are more of them."""

    source_id: str
    fields: dict[str, Json] = field(default_factory=dict)
    type_text: str | None = None
    state: str | None = None
    opened_at_us: int | None = None
    closed_at_us: int | None = None
    as_of_us: int | None = None
    disposition: str | None = None
    units: tuple[str, ...] | None = None
    add_units: bool = False
    note: str | None = None
    digest: str = ""
    repaired: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignNow:
    """What is known of another CAD's incident."""

    incident_id: str
    number: int
    fields: Mapping[str, Json]
    type_text: str | None
    state: str
    opened_at_us: int
    closed_at_us: int | None
    as_of_us: int | None
    disposition: str | None
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """``join`` as in ``ForeignIncidentReceived``; ``report`` with what is to be kept."""

    join: str
    changes: dict[str, Json]
    units: tuple[str, ...] | None


class NeverReported(ValueError):  # noqa: N818 - an answer, not a fault
    """It says how something ended of which nothing else is known."""


def decide(now: ForeignNow | None, report: ForeignReport) -> Decided:
    """What a report does to what is known. Raises ``NeverReported``."""
    if now is None:
        if report.state == CLOSED and not report.fields and not report.type_text:
            raise NeverReported("it ends an incident that was never reported")
        changes: dict[str, Json] = {k: [None, v] for k, v in report.fields.items()}
        return Decided("opened", changes, report.units)
    if _is_old(now, report):
        return Decided("old", {}, None)
    changes = {
        name: [now.fields.get(name), value]
        for name, value in report.fields.items()
        if now.fields.get(name) != value
    }
    units = _units(now, report)
    if changes or units is not None or _says_more(now, report):
        return Decided("changed", changes, units)
    return Decided("same", {}, None)


def _is_old(now: ForeignNow, report: ForeignReport) -> bool:
    known, said = now.as_of_us, report.as_of_us
    return known is not None and said is not None and said < known


def _units(now: ForeignNow, report: ForeignReport) -> tuple[str, ...] | None:
    """The units that are on it after the report, None when they stay as they are."""
    if report.units is None:
        return None
    after = report.units
    if report.add_units:
        after = tuple(dict.fromkeys((*now.units, *report.units)))
    return None if after == now.units else after


def _says_more(now: ForeignNow, report: ForeignReport) -> bool:
    pairs = (
        (report.state, now.state),
        (report.type_text, now.type_text),
        (report.disposition, now.disposition),
        (report.opened_at_us, now.opened_at_us),
        (report.closed_at_us, now.closed_at_us),
    )
    return report.note is not None or any(
        said is not None and said != known for said, known in pairs
    )
