"""`aliquot geofile geocode | reverse | msag`: places to words and back."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from aliquot.console import paths
from aliquot.console.cli.output import emit, say
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem

if TYPE_CHECKING:
    from aliquot.console.domain.geocoding import Candidate
    from aliquot.console.geocode.geocoder import LocalGeocoder

ADDED = ("match_kind", "score", "latitude", "longitude")
PREFIX = "aliquot_"
SHOWN = 20

_geofile = click.option(
    "--geofile",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="A geofile made with import --out; else the profile's.",
)
_json = click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")


def _file(context: click.Context, folder: Path | None) -> Path:
    from aliquot.console.geo.geofile_folder import FOLDER, SQLITE_NAME, GeofileFolder

    given = (context.obj or {}).get("profile")
    root = folder or paths.profile_dir(given) / FOLDER
    return GeofileFolder(root).file(SQLITE_NAME)


def _geocoder(path: Path) -> LocalGeocoder:
    from aliquot.console.geocode.districts import Districts
    from aliquot.console.geocode.geocoder import LocalGeocoder
    from aliquot.console.geocode.load import load

    return LocalGeocoder(load(path), Districts.load(path))


@click.command()
@click.argument("text", metavar="[TEXT]", required=False)
@click.option("--csv", "file", metavar="FILE", help="Geocode a CSV; - is stdin.")
@click.option("--column", metavar="NAME", help="Its column with the places.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@_geofile
@_json
@click.pass_context
def geocode(
    context: click.Context,
    text: str | None,
    file: str | None,
    column: str | None,
    limit: int,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Find the place that a text means: address, crossing, block, place, mile marker.

    Candidates come best first; a score of 97 or more may be taken without asking.
    Exit 1 when there is none. With --csv every row is geocoded: CSV on stdout with
    all columns and match_kind, score, latitude, longitude (aliquot_ in front where
    a column of that name is there); what is not found has kind none.

    \b
    Examples:
      aliquot geofile geocode "212 elm st"
      aliquot geofile geocode "mass ave & mt auburn" --json
      aliquot geofile geocode --csv calls.csv --column location
    """
    if (text is None) == (file is None):
        raise click.UsageError("Give a text, or --csv FILE with --column NAME.")
    if file is not None:
        with _opened(file) as rows:
            if column is None:
                raise click.UsageError("--csv needs --column NAME.")
            return _whole(rows, file, column, _geocoder(_file(context, folder)))
    found = _geocoder(_file(context, folder)).geocode(text or "", limit=limit)
    if as_json:
        emit([said(candidate) for candidate in found])
    else:
        _show(found)
    return 0 if found else EXIT_NO


def said(candidate: Candidate) -> dict[str, Any]:
    """Absent is absent."""
    values = asdict(candidate) | {"match_kind": candidate.match_kind.value}
    kept = ("districts",)
    return {k: v for k, v in values.items() if k in kept or v not in (None, (), "")}


def _show(found: Any) -> None:
    for c in found:
        where = ", ".join(f"{k} {v}" for k, v in c.districts.items())
        why = f" ({', '.join(c.why)})" if c.why else ""
        click.echo(
            f"{c.score:5.1f}  {c.address}  {c.match_kind.value}"
            f"  {c.latitude:.6f},{c.longitude:.6f}{why}  {where}".rstrip()
        )
    if not found:
        say("Nothing here is called so.")


@contextmanager
def _opened(file: str) -> Iterator[IO[str]]:
    if file == "-":
        yield sys.stdin
        return
    try:
        opened = Path(file).open(encoding="utf-8-sig", newline="")  # noqa: SIM115
    except OSError as why:
        text = f"{file} cannot be read: {why.strerror}."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from why
    with opened:
        yield opened


def _table(file: IO[str], name: str) -> csv.DictReader[str]:
    try:
        reader = csv.DictReader(file, restval="", restkey=None)
        columns = reader.fieldnames
    except (csv.Error, UnicodeDecodeError) as why:
        text = f"{name} is no CSV in UTF-8: {why}."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from why
    if not columns:
        raise KnownProblem("unreadable", f"{name} is empty.", EXIT_USAGE)
    return reader


def _whole(file: IO[str], name: str, column: str, geocoder: LocalGeocoder) -> int:
    reader = _table(file, name)
    columns = list(reader.fieldnames or ())
    if column not in columns:
        text = f"{name} has no column {column}; it has {', '.join(columns)}."
        raise KnownProblem("no_column", text, EXIT_USAGE)
    added = [PREFIX + a if a in columns else a for a in ADDED]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*columns, *added])
    try:
        for row in reader:
            found = geocoder.geocode(row[column] or "", limit=1)
            writer.writerow([*(row[c] for c in columns), *_values(found)])
    except (csv.Error, UnicodeDecodeError) as why:
        text = f"{name} line {reader.line_num}: {why}."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from why
    sys.stdout.flush()
    return 0


def _values(found: Any) -> tuple[object, ...]:
    if not found:
        return ("none", "", "", "")
    best = found[0]
    return (best.match_kind.value, best.score, best.latitude, best.longitude)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("latitude", metavar="LAT", type=click.FloatRange(-90, 90))
@click.argument("longitude", metavar="LON", type=click.FloatRange(-180, 180))
@_geofile
@_json
@click.pass_context
def reverse(
    context: click.Context,
    latitude: float,
    longitude: float,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Say what a point in WGS84 degrees is near to: address, block, crossing, districts.

    Distances are metres. Exit 1 when nothing of the geofile is within two kilometres.

    \b
    Examples:
      aliquot geofile reverse 42.3736 -71.1097
      aliquot geofile reverse 42.3736 -71.1097 --json
    """
    found = _geocoder(_file(context, folder)).reverse(latitude, longitude)
    values = {k: v for k, v in asdict(found).items() if v not in (None, "")}
    if as_json:
        emit(values)
    else:
        click.echo(found.text or "Nothing of the geofile is near.")
        for kind, name in found.districts.items():
            click.echo(f"  {kind}: {name}")
    return 0 if found.text else EXIT_NO


@click.command()
@click.argument("file", metavar="FILE")
@_geofile
@_json
@click.pass_context
def msag(context: click.Context, file: str, folder: Path | None, as_json: bool) -> int:
    """Hold an MSAG (CSV) beside the geofile: is every range of it on the map?

    Columns are known by their names: direction, street, type, post direction, low,
    high, parity (O, E, B), community, ESN. Exit 1 when a row is not wholly there.

    \b
    Examples:
      aliquot geofile msag msag.csv
      aliquot geofile msag msag.csv --json
    """
    from aliquot.console.geocode.load import load

    with _opened(file) as opened:
        report = _held(opened, file, load(_file(context, folder)))
    if as_json:
        emit(report)
    else:
        _show_msag(report)
    return 0 if not report["findings"] else EXIT_NO


def _held(file: IO[str], name: str, gazetteer: Any) -> dict[str, Any]:
    from aliquot.console.geocode.msag import (
        REQUIRED,
        Finding,
        check,
        columns_of,
        row_of,
    )

    reader = _table(file, name)
    columns = columns_of(reader.fieldnames or ())
    missing = [c for c in REQUIRED if c not in columns]
    if missing:
        text = f"{name} has no column for {', '.join(missing)}."
        raise KnownProblem("no_column", text, EXIT_USAGE)
    findings: list[Finding] = []
    read = wrong = 0
    for read, values in enumerate(reader, 1):
        try:
            found = check(gazetteer, row_of(read, _texts(values), columns))
        except ValueError:
            found = [Finding(read, "bad_row", "Its range is no two numbers.")]
        wrong += bool(found)
        findings += found
    share = round((read - wrong) / read, 4) if read else 0.0
    return {
        "read": read,
        "matched": read - wrong,
        "share": share,
        "findings": [asdict(f) for f in findings],
    }


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {k: v for k, v in values.items() if isinstance(v, str)}


def _show_msag(report: dict[str, Any]) -> None:
    click.echo(
        f"{report['matched']} of {report['read']} rows are in the geofile "
        f"({report['share']:.1%}; 98 % is customary before going live)"
    )
    for finding in report["findings"][:SHOWN]:
        click.echo(f"row {finding['row']}: {finding['text']}")
    if len(report["findings"]) > SHOWN:
        click.echo("the rest with --json")
