"""`aliquot geofile`: the agency's own streets, addresses and boundaries."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from aliquot.console import paths
from aliquot.console.cli.geofile_places import geocode, msag, reverse
from aliquot.console.cli.geofile_trees import activate, tree
from aliquot.console.cli.output import say
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem

NAMED = 8  # communities that are named without --json
LISTED = 20  # rejected rows and unmatched streets that are shown without --json


@click.group()
def geofile() -> None:
    """The agency's own streets, addresses and boundaries."""


for _command in (geocode, reverse, msag, tree, activate):
    geofile.add_command(_command)


@geofile.command(name="import")
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Build into this folder instead of the profile's.",
)
@click.option(
    "--mapping",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A TOML file that says what layers and columns are.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def import_(
    context: click.Context,
    source: Path,
    out: Path | None,
    mapping: Path | None,
    as_json: bool,
) -> int:
    """Import the agency's GIS: streets, address points, places, boundaries.

    SOURCE is a GeoPackage, shapefile, file geodatabase, GeoJSON, or a folder of them,
    in the names of NENA-STA-006 version 3, 2 or 1, of TIGER's ADDRFEAT, or of a
    mapping file.

    Builds geofile, base map and place tree, and puts them in use in one step. The
    first import of a profile activates its place tree; a later one that differs is
    kept as a candidate until two owners activate it. Rows that cannot be used are listed with the reason. Exit 1
    if there was nothing usable, 2 if SOURCE cannot be read; both, and an interrupt,
    leave the old geofile in place.

    \b
    Examples:
      aliquot geofile import county_v3.gpkg
      aliquot geofile import county_v3.gpkg --out build/geofile --json
      aliquot geofile import county.gdb --mapping county.toml
    """
    from aliquot.console.geo.geofile_mapping import load_mapping

    layers = load_mapping(mapping) if mapping else None
    if not source.exists():
        text = f"{source} is not there."
        if str(source) == "-":
            text = "SOURCE is a file or a folder; standard input cannot be one."
        raise KnownProblem("unreadable", text, EXIT_USAGE)
    with _uncollected():
        report = _imported(context, source, out, layers)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _show(report)
    if not report["usable"]:
        why = "A layer is broken" if report["broken"] else "Nothing usable was found"
        say(f"{why}; nothing was changed.")
        return EXIT_NO
    return 0


def _imported(
    context: click.Context, source: Path, out: Path | None, layers: Any
) -> dict[str, Any]:
    from aliquot.console.clock import SystemClock
    from aliquot.console.geo.geofile_folder import FOLDER, GeofileFolder
    from aliquot.console.geo.geofile_import import import_geofile
    from aliquot.console.geo.tree_settling import settle
    from aliquot.console.profile import Profile
    from aliquot.console.store.tree_views import decided_in

    clock = SystemClock()
    if out is not None:
        return import_geofile(source, GeofileFolder(out), clock, _tell, layers)
    profile = Profile.open(paths.profile_dir((context.obj or {}).get("profile")))
    folder, log = GeofileFolder(profile.folder / FOLDER), profile.log_path
    decided = decided_in(log)
    report = import_geofile(source, folder, clock, _tell, layers, decided)
    settle(folder, decided_in(log))  # owners can have changed the tree meanwhile
    return report


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's search for rings of garbage: an import makes millions of small
    objects that are in none, and a fifth of its time would go into looking."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _tell(said: str) -> None:
    say(f"{said} ...")


def _show(report: dict[str, Any]) -> None:
    counts = report["counts"]
    click.echo(
        f"{counts['segments']} segments of {counts['streets']} streets, "
        f"{counts['addresses']} address points, "
        f"{sum(counts['areas'].values())} areas"
    )
    if hydrants := counts["hydrants"]:
        out = counts["hydrants_out_of_service"]
        click.echo(f"{hydrants} hydrants, {out} of them out of service")
    for listed, names in report["communities"].items():
        click.echo(f"{len(names)} {listed} communities: {_some(names)}")
    for name in report["missing"]:
        click.echo(f"missing    {name}")
    for notice in [*report["broken"], *report["notices"]]:
        click.echo(f"{notice['code']:<18} {notice['layer']}: {notice['message']}")
    for code, count in report["checks"]["counts"].items():
        first = next(f for f in report["checks"]["findings"] if f["code"] == code)
        click.echo(
            f"{count:>7}  {code:<18} such as row {first['row']}: {first['text']}"
        )
    _show_unmatched(report)
    _show_tree(report)


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _show_unmatched(report: dict[str, Any]) -> None:
    unmatched = report["unmatched"]
    click.echo(f"{unmatched['addresses']} address points on no street of that name")
    for row in unmatched["streets"][:LISTED]:
        click.echo(f"{row['addresses']:>7}  {row['street'] or '(no street)'}")
    click.echo(f"{unmatched['rows']} rows could not be used")
    for row in report["rejected"][:LISTED]:
        click.echo(f"  {row['layer']} row {row['row']}: {row['reason']}")
    if len(report["rejected"]) > LISTED:
        click.echo("  ... the rest with --json, and in the geofile's report.json")


def _show_tree(report: dict[str, Any]) -> None:
    tree = report["place_tree"]
    click.echo(f"place tree: {tree['state']} {tree.get('reason', '')}".rstrip())
    if tree["state"] == "candidate":
        click.echo("  it waits for two owners: aliquot geofile tree")
    for level in tree.get("levels", []):
        away = report["displacement_m"][str(level["level"])]
        click.echo(
            f"  level {level['level']}: {level['regions']} regions of "
            f"{level['min_parcels']} parcels or more; displacement median "
            f"{away['median']} m, p95 {away['p95']} m, max {away['max']} m"
        )
    if report["seconds"]:
        click.echo(f"{report['seconds']['total']} s")
