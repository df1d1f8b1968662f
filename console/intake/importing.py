"""Bring the rows of another CAD's export into the log, in steps, and say what became
of each. Memory does not grow with the file, but for what was rejected."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from aliquot.console.domain.commands import Command
from aliquot.console.domain.events import Json
from aliquot.console.domain.foreign import ForeignReport
from aliquot.console.domain.foreign_commands import ImportIncidents
from aliquot.console.intake.foreign import report_of
from aliquot.drivers.incidents.api import Unusable
from aliquot.drivers.incidents.convert import converter
from aliquot.drivers.incidents.csv_rows import Row
from aliquot.drivers.incidents.mapping import IncidentMapping
from aliquot.drivers.lines.api import Extent
from aliquot.drivers.ng911.ground import Ground

AT_ONCE = 2_000  # rows in one transaction: desks and lines wait no longer than for it
MOST_BYTES = 3_000_000  # a running console takes 4 MiB at once
_WEST = ("America/", "US/", "Canada/", "Pacific/Honolulu")
MOST_LISTED = 100_000  # rejected rows that are listed; all are counted

Ask = Callable[[Command], dict[str, Json]]
"""Has a command carried out and gives its result; raises what refuses it."""


@dataclass(slots=True)
class ImportReport:
    """Counts of rows; read = imported + unchanged + rejected. ``repaired`` rows are
    among the imported ones: those of steps that added something."""

    read: int = 0
    imported: int = 0
    unchanged: int = 0
    repaired: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)
    refused: int = 0
    repairs: dict[str, int] = field(default_factory=dict)

    def reject(self, row: int, why: str) -> None:
        self.refused += 1
        if len(self.rejected) < MOST_LISTED:
            self.rejected.append((row, why))

    @property
    def usable(self) -> bool:
        return self.imported + self.unchanged > 0 or self.read == 0

    def as_json(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "imported": self.imported,
            "repaired": self.repaired,
            "rejected": [{"row": r, "reason": why} for r, why in sorted(self.rejected)],
            "unchanged": self.unchanged,
            "repairs": dict(sorted(self.repairs.items())),
        }


@dataclass(frozen=True, slots=True)
class _Ready:
    row: int
    report: ForeignReport
    repairs: tuple[str, ...]


def import_rows(
    rows: Iterable[Row],
    mapping: IncidentMapping,
    ask: Ask,
    progress: Callable[[int], None],
    extent: Extent | None = None,
) -> ImportReport:
    """Import all usable rows. The same again adds nothing. ``extent``: the agency's
    own ground, by which points are put right.

    Raises ``BadMapping``, and what ``ask`` does; the steps before are kept then, and
    the file can be imported again.
    """
    report = ImportReport()
    step: list[_Ready] = []
    size = 0
    for ready in _usable(rows, mapping, report, ground_of(mapping, extent)):
        step.append(ready)
        size += len(json.dumps(asdict(ready.report)))
        if len(step) >= AT_ONCE or size >= MOST_BYTES:
            _put(step, mapping, ask, report)
            step.clear()
            size = 0
            progress(report.read)
    _put(step, mapping, ask, report)
    return report


def ground_of(mapping: IncidentMapping, extent: Extent | None) -> Ground:
    """Where the other CAD is: its clock tells on which side of Greenwich."""
    west = mapping.time_zone.startswith(_WEST)
    return Ground(extent, "US" if west else "")


def _usable(
    rows: Iterable[Row], mapping: IncidentMapping, report: ImportReport, ground: Ground
) -> Iterator[_Ready]:
    convert = converter(mapping, ground)
    for row in rows:
        report.read += 1
        if row.fault is not None:
            report.reject(row.number, row.fault)
            continue
        try:
            said = convert(row.values)
        except Unusable as why:
            report.reject(row.number, str(why))
            continue
        repairs = said.repairs
        if row.mended:
            repairs = (*repairs, "not UTF-8: read as cp1252")
        yield _Ready(row.number, report_of(said, mapping.source), repairs)


def _put(
    step: list[_Ready], mapping: IncidentMapping, ask: Ask, report: ImportReport
) -> None:
    if not step:
        return
    result = ask(
        ImportIncidents(
            source=mapping.source,
            layout=mapping.name,
            reports=tuple(ready.report for ready in step),
        )
    )
    added = result.get("imported")
    report.imported += added if isinstance(added, int) else 0
    same = result.get("unchanged")
    report.unchanged += same if isinstance(same, int) else 0
    new = set(_numbers(result.get("added")))
    rejected = result.get("rejected")
    for pair in rejected if isinstance(rejected, list) else []:
        if isinstance(pair, list) and isinstance(pair[0], int):
            report.reject(step[pair[0]].row, str(pair[1]))
    for index, ready in enumerate(step):
        if ready.repairs and index in new:
            report.repaired += 1
            for what in ready.repairs:
                report.repairs[what] = report.repairs.get(what, 0) + 1


def _numbers(value: Json) -> Iterator[int]:
    for item in value if isinstance(value, list) else []:
        if isinstance(item, int):
            yield item
