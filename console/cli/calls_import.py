"""`aliquot calls import`: another CAD's exports, by a mapping of their columns."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from aliquot.console.cli.answers import done_or_raise
from aliquot.console.cli.output import emit, say
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem, in_words

if TYPE_CHECKING:
    from aliquot.console.profile import Profile
    from aliquot.drivers.incidents.csv_rows import CsvRows, Row
    from aliquot.drivers.incidents.mapping import IncidentMapping

LOOKED_AT = 500  # rows that a guess is checked against
SHOWN = 20  # rejected rows that are shown without --json


@click.command(name="import")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--mapping",
    metavar="NAME|TOML",
    help="A bundled mapping (see `aliquot mappings`) or a TOML file.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="No summary in words beside the JSON."
)
@click.pass_context
def import_(ctx: click.Context, file: str, mapping: str | None, as_json: bool) -> int:
    """Import the incidents of another CAD from a CSV file; - is standard input.

    Prints one JSON object: {"read", "imported", "repaired", "unchanged", "rejected":
    [{"row", "reason"}], "repairs"}; a summary in words goes to standard error.

    They are marked as that CAD's and are not edited here. Columns are read off their
    names when there is no mapping; what was understood is printed, and when it is
    not certain nothing is done (exit 2). The same file again adds nothing; later
    rows of the same number change the incident. Exit 1 when no row was usable.

    \b
    A mapping:
      source = "valley-fire"        # the other CAD; else the mapping's own name
      time_zone = "America/Denver"  # of times without an offset; needed
      crs = "EPSG:4326"             # of the coordinates; this is the default
      formats = ["%m/%d/%Y %H:%M"]  # of times, where they are not ISO 8601
      state = "closed"              # of rows that say none: open or closed
      [columns]                     # needed: id, and received or as_of
      id = "Incident Num"
      type = "Code"                 # what [types] knows; type_text is shown
      place = ["Address", "City"]   # several columns are joined
      received = "Call Date"        # more: closed, as_of, state, disposition, units,
      latitude = "Y"                #   priority, note, place_note, caller_name,
      longitude = "X"               #   callback_number
      [types]
      "Veh Fire" = "FVEH"           # their word = our code
      [states]
      "CLR" = "closed"

    \b
    Examples:
      aliquot calls import export.csv --mapping ours.toml --json
      aliquot calls import - --mapping south-metro-fire < incidents.csv
    """
    from aliquot.console.geo.geofile_extent import geofile_extent
    from aliquot.console.intake.importing import import_rows
    from aliquot.console.profile import Profile
    from aliquot.drivers.incidents.mapping import BadMapping

    with _opened(file) as stream:
        known = load_mapping(mapping) if mapping else None
        table = _table(stream, file, known.needed if known else ())
        head = list(islice(table, LOOKED_AT)) if known is None else []
        chosen = known or _guessed(table, head, file)
        check_columns(chosen, table.columns)
        profile = Profile.open(ctx.obj["profile"])
        try:
            report = import_rows(
                _without_failure(chain(head, table), file),
                chosen,
                lambda command: _ask(profile, command),
                _progress,
                geofile_extent(profile.folder),
            )
        except BadMapping as why:
            raise _bad(chosen.name, str(why)) from why
    emit(report.as_json())
    if not as_json:
        _show(report.as_json())
    return 0 if report.usable else EXIT_NO


def load_mapping(name: str) -> IncidentMapping:
    """A bundled one by its name, else a TOML file.

    Raises ``KnownProblem`` ``bad_mapping`` (exit 2).
    """
    from aliquot.drivers.incidents.mapping import (
        BadMapping,
        bundled_mappings,
        parse_mapping,
    )

    if name in bundled_mappings():
        return bundled_mappings()[name]
    path = Path(name)
    try:
        return parse_mapping(path.read_text(encoding="utf-8"), path.stem)
    except FileNotFoundError as why:
        known = ", ".join(sorted(bundled_mappings()))
        text = f"There is no mapping {name}: give a TOML file or one of {known}."
        raise KnownProblem("bad_mapping", text, EXIT_USAGE) from why
    except (OSError, UnicodeError) as why:
        raise _bad(name, in_words(why)) from why
    except BadMapping as why:
        raise _bad(name, str(why)) from why


def _bad(name: str, why: str) -> KnownProblem:
    return KnownProblem("bad_mapping", f"{name}: {why}.", EXIT_USAGE)


def check_columns(mapping: IncidentMapping, columns: Iterable[str]) -> None:
    """Raises ``KnownProblem`` ``bad_mapping`` when a column is not in the file. The
    columns of the mapping called aliquot may be absent but for what is needed."""
    has = tuple(columns)
    for field, names in mapping.columns.items():
        if mapping.name == "aliquot" and field not in ("id", "received"):
            continue
        for name in names:
            if name not in has:
                text = f"the file has no column {name} ({field}). It has: "
                raise _bad(mapping.name, text + ", ".join(has))


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = open(file, "rb")  # noqa: SIM115 - it is closed below
    except OSError as why:
        raise _unreadable(file, in_words(why)) from why
    with stream:
        yield stream


def _table(stream: BinaryIO, file: str, has: Collection[str]) -> CsvRows:
    from aliquot.drivers.incidents.csv_rows import BadTable, CsvRows, text_lines

    try:
        return CsvRows(text_lines(stream), has)
    except BadTable as why:
        raise _unreadable(file, str(why)) from why
    except OSError as why:
        raise _unreadable(file, in_words(why)) from why


def _without_failure(rows: Iterable[Row], file: str) -> Iterator[Row]:
    try:
        yield from rows
    except OSError as why:
        raise _unreadable(file, in_words(why)) from why


def _unreadable(file: str, why: str) -> KnownProblem:
    return KnownProblem("unreadable", f"{file} cannot be read: {why}.", EXIT_USAGE)


def _guessed(table: CsvRows, head: list[Row], file: str) -> IncidentMapping:
    """What the names of the columns say, told; raises where that is not certain."""
    from aliquot.drivers.incidents.guess import as_toml, guess

    name = "import" if file == "-" else Path(file).stem
    found = guess(table.columns, head, name)
    say(f"Understood as:\n{as_toml(found.mapping)}")
    if found.doubts:
        has = ", ".join(table.columns)
        text = (
            f"That is not certain: {'; '.join(found.doubts)}. The columns are: {has}. "
            "Write what they are into a TOML file and give it with --mapping, or "
            "choose one of `aliquot mappings`."
        )
        raise KnownProblem("not_certain", text, EXIT_USAGE)
    return found.mapping


def _ask(profile: Profile, command: Any) -> Any:
    from aliquot.console.clock import SystemClock
    from aliquot.console.remote import carry_out

    return done_or_raise(carry_out(profile, SystemClock(), command))


def _progress(rows: int) -> None:
    say(f"{rows} rows read")


def _show(report: dict[str, Any]) -> None:
    said = [f"{report[name]} {name}" for name in ("read", "imported", "repaired")]
    more = [f"{report['unchanged']} unchanged", f"{len(report['rejected'])} rejected"]
    say(", ".join([*said, *more]))
    for item in report["rejected"][:SHOWN]:
        say(f"row {item['row']} rejected: {item['reason']}")
    for what, count in report["repairs"].items():
        say(f"repaired in {count} rows: {what}")
    if len(report["rejected"]) > SHOWN:
        say("the rest with --json")
