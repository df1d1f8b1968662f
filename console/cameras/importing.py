"""Bring the rows of a file into the registry, and say what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from aliquot.console.cameras.convert import Converted, Unusable, converter
from aliquot.console.cameras.mapping import Mapping
from aliquot.console.cameras.source import Table
from aliquot.console.domain.cameras import BY_IMPORT
from aliquot.console.domain.commands import (
    Command,
    ListCameras,
    RegisterCameras,
    UnlistCameras,
)
from aliquot.console.domain.events import Json

AT_ONCE = 250  # cameras in one transaction: lines and desks wait no longer than for it
ALONE = 5_000  # where no console runs, nobody waits
NO_CONSENT = "the imported file does not say yes"

ID_TAKEN = "the id is of a camera elsewhere: give these a prefix in a mapping"

Ask = Callable[[Command], dict[str, Json]]
"""Has a command carried out and gives its result; raises what refuses it."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How a long import is followed. ``at_once`` says before each transaction how
    many cameras may be in it; ``stop`` whether to end before it; ``done`` is told
    after it how many rows were gone through."""

    at_once: Callable[[], int]
    stop: Callable[[], bool]
    done: Callable[[int], None]


def _never() -> bool:
    return False


def _few() -> int:
    return AT_ONCE


def _untold(_rows: int) -> None:
    pass


UNWATCHED = Watch(_few, _never, _untold)


@dataclass(slots=True)
class Report:
    """Counts of rows, and of what was said of listings. ``repaired`` rows are among
    the imported ones; read = imported + unchanged + rejected + ``left``, which are
    the rows that an import which was ended before its end did not come to."""

    read: int = 0
    left: int = 0
    imported: int = 0
    unchanged: int = 0
    listed: int = 0
    unlisted: int = 0
    withheld: int = 0
    repairs: list[tuple[int, str]] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return self.imported + self.unchanged > 0

    def as_json(self) -> dict[str, Any]:
        """``left`` is there only when it is not 0."""
        return {
            "read": self.read,
            **({"left": self.left} if self.left else {}),
            "imported": self.imported,
            "repaired": len({row for row, _ in self.repairs}),
            "rejected": [{"row": r, "reason": why} for r, why in self.rejected],
            "unchanged": self.unchanged,
            "listed": self.listed,
            "unlisted": self.unlisted,
            "withheld": self.withheld,
            "repairs": [{"row": r, "repair": what} for r, what in self.repairs],
        }


def import_table(
    table: Table, mapping: Mapping, ask: Ask, watch: Watch = UNWATCHED
) -> Report:
    """Register all usable rows, and list those whose consent column says yes.

    A column of consent that does not say yes ends a listing. A second import of
    the same adds nothing. Each camera's registration and consent are carried out
    before an end that ``watch`` asks for. Raises ``KnownProblem`` ``bad_crs``, and
    what ``ask`` does; what went before is kept then, and the file can be imported
    again.
    """
    report = Report(read=len(table.rows))
    usable = _usable(table, mapping, report)
    gone = 0
    while True:
        if watch.stop():
            _end_before(gone, report)
            break
        part = list(islice(usable, watch.at_once()))
        if not part:
            break
        known = _register(part, ask, report)
        if "consent" in mapping.columns:
            _say_consent(known, mapping, ask, report)
        gone = part[-1].row
        watch.done(gone)
    report.rejected.sort()
    return report


def _end_before(gone: int, report: Report) -> None:
    """Rows after ``gone`` were looked at, perhaps, and nothing was done with them."""
    report.rejected = [item for item in report.rejected if item[0] <= gone]
    said = report.imported + report.unchanged + len(report.rejected)
    report.left = report.read - said


def _usable(table: Table, mapping: Mapping, report: Report) -> Iterator[Converted]:
    """The rows that are cameras, each camera once; the others are rejected."""
    convert = converter(mapping, table.crs)
    first: dict[str, int] = {}
    for row in table.rows:
        try:
            found = convert(row)
        except Unusable as why:
            report.rejected.append((row.number, str(why)))
            continue
        code = found.camera.camera_id
        if code in first:
            report.rejected.append((row.number, f"the id of row {first[code]} again"))
            continue
        first[code] = row.number
        yield found


def _register(part: Sequence[Converted], ask: Ask, report: Report) -> list[Converted]:
    """Those that are in the registry now."""
    result = ask(RegisterCameras(cameras=tuple(found.camera for found in part)))
    new, taken = set(_ids(result, "registered")), set(_ids(result, "taken"))
    report.imported += len(new)
    report.unchanged += len(part) - len(new) - len(taken)
    for found in part:
        if found.camera.camera_id in new:
            report.repairs += [(found.row, what) for what in found.repairs]
        elif found.camera.camera_id in taken:
            report.rejected.append((found.row, ID_TAKEN))
    return [found for found in part if found.camera.camera_id not in taken]


def _say_consent(
    part: Sequence[Converted], mapping: Mapping, ask: Ask, report: Report
) -> None:
    no = tuple(f.camera.camera_id for f in part if not f.consent)
    yes = tuple(f.camera.camera_id for f in part if f.consent)
    if no:
        command = UnlistCameras(camera_ids=no, channel=BY_IMPORT, reason=NO_CONSENT)
        report.unlisted += len(_ids(ask(command), "unlisted"))
    if yes:
        result = ask(ListCameras(camera_ids=yes, terms_sha256=mapping.terms))
        report.listed += len(_ids(result, "listed"))
        report.withheld += len(_ids(result, "withheld"))


def _ids(result: dict[str, Json], key: str) -> list[Json]:
    found = result.get(key)
    return found if isinstance(found, list) else []
