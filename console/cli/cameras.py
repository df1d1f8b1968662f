"""`aliquot cameras`: the registry of cameras, and the listed ones near a place."""

from __future__ import annotations

import gc
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from aliquot.console.cli.cameras_watch import watched
from aliquot.console.cli.output import emit, say
from aliquot.console.problems import EXIT_INTERRUPTED, EXIT_NO, EXIT_USAGE, KnownProblem
from aliquot.console.profile import Profile

if TYPE_CHECKING:
    from aliquot.console.cameras.importing import Report
    from aliquot.console.cameras.mapping import Mapping
    from aliquot.console.cameras.source import Table
    from aliquot.console.domain.rows import CameraNear

_SELDOM = 70_000  # objects made before garbage is looked for
SHOWN = 20  # rejected rows and repairs that are shown without --json


@click.group()
def cameras() -> None:
    """The registry of cameras, and the listed ones near a place."""


@cameras.command(name="import")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--mapping",
    metavar="M",
    help="A TOML file that names the columns, or a bundled one.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def import_(ctx: click.Context, file: str, mapping: str | None, as_json: bool) -> int:
    """Register the cameras of a CSV or GeoJSON file; - is standard input.

    Columns are read off their names when there is no mapping; what was understood is
    printed, and when it is not certain nothing is done (exit 2). An imported camera
    is listed to nobody, unless the mapping names a column of consent and that says
    yes. The same file again adds nothing. Exit 1 when no row was usable. An interrupt
    ends it between two cameras (exit 130): import the file again, and it goes on.

    \b
    A mapping:
      crs = "EPSG:4326"            # of the coordinates; this is the default
      prefix = "nola-"             # before every id
      [columns]                    # needed: camera_id, latitude, longitude
      camera_id = "camera_id"
      latitude = "latitude"
      longitude = "longitude"      # more: azimuth_deg, field_of_view_deg, range_m,
      consent = "programme"        #       kind, owner, consent
      [consent]                    # what counts as yes, and the terms agreed to
      yes = ["opted in"]
      terms = "terms.txt"

    \b
    Examples:
      aliquot cameras import cameras.csv
      aliquot cameras import cameras.geojson --mapping ours.toml --json
    """
    with _opened(file) as opened, _rarely_collected():
        report = _imported(ctx, opened, file, mapping)
    if as_json:
        emit(report.as_json())
    else:
        _show(report.as_json())
    if report.left:
        say(f"Interrupted: {report.left:,} rows are left. Import the file again.")
        return EXIT_INTERRUPTED
    return 0 if report.usable else EXIT_NO


def _imported(
    ctx: click.Context, opened: BinaryIO, file: str, mapping: str | None
) -> Report:
    from aliquot.console.cameras.importing import import_table
    from aliquot.console.cameras.mapping import check_columns, load_mapping
    from aliquot.console.cameras.source import read_file
    from aliquot.console.cli.answers import done_or_raise
    from aliquot.console.clock import SystemClock
    from aliquot.console.domain.commands import Command
    from aliquot.console.domain.events import Json
    from aliquot.console.remote import carry_out

    table = read_file(opened, file)
    for note in table.notes:
        say(f"{file}: {note}")
    chosen = load_mapping(mapping) if mapping else _guessed(table)
    check_columns(chosen, table)
    profile, clock = Profile.open(ctx.obj["profile"]), SystemClock()

    def ask(command: Command) -> dict[str, Json]:
        return done_or_raise(carry_out(profile, clock, command))

    with watched(profile, len(table.rows)) as watch:
        return import_table(table, chosen, ask, watch)


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Python looks for rings of garbage a hundred times more seldom: the small objects
    of an import are in none, and looking would take a fifth of its time."""
    was = gc.get_threshold()
    gc.set_threshold(_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*was)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    from aliquot.console.cameras.source import twice

    if file == "-":
        with twice(sys.stdin.buffer) as kept:
            yield kept
        return
    try:
        opened = Path(file).open("rb")  # noqa: SIM115 - closed below
    except OSError as why:
        text = f"{file} cannot be read: {why.strerror}."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from why
    with opened, twice(opened) as kept:
        yield kept


def _guessed(table: Table) -> Mapping:
    """What the names of the columns say, told; raises where that is not certain."""
    from aliquot.console.cameras.mapping import as_toml, guess

    found = guess(table)
    say(f"Understood as:\n{as_toml(found.mapping)}")
    if found.doubts:
        has = ", ".join(table.columns)
        text = (
            f"That is not certain: {'; '.join(found.doubts)}. The columns are: {has}. "
            "Write what they are into a TOML file and give it with --mapping."
        )
        raise KnownProblem("not_certain", text, EXIT_USAGE)
    return found.mapping


def _show(report: dict[str, Any]) -> None:
    counts = ("read", "imported", "repaired", "unchanged")
    said = [f"{report[name]} {name}" for name in counts]
    click.echo(", ".join([*said, f"{len(report['rejected'])} rejected"]))
    if report["listed"] or report["unlisted"] or report["withheld"]:
        click.echo(
            f"{report['listed']} listed, {report['unlisted']} not any more, "
            f"{report['withheld']} kept out because the owner said no"
        )
    for item in report["rejected"][:SHOWN]:
        click.echo(f"row {item['row']} rejected: {item['reason']}")
    for item in report["repairs"][:SHOWN]:
        click.echo(f"row {item['row']} repaired: {item['repair']}")
    if max(len(report["rejected"]), len(report["repairs"])) > SHOWN:
        click.echo("the rest with --json")


def _finite(ctx: click.Context, parameter: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter("this is no finite number")
    return value


@cameras.command(context_settings={"ignore_unknown_options": True})
@click.argument(
    "latitude", metavar="LAT", type=click.FloatRange(-90, 90), callback=_finite
)
@click.argument(
    "longitude", metavar="LON", type=click.FloatRange(-180, 180), callback=_finite
)
@click.option(
    "--radius",
    metavar="M",
    type=click.FloatRange(min=0),
    callback=_finite,
    default=250.0,
    show_default=True,
    help="How far to look, metres.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def near(
    ctx: click.Context, latitude: float, longitude: float, radius: float, as_json: bool
) -> int:
    """Listed cameras near a place in WGS84 degrees, nearest first.

    For each its distance in metres, the bearing from the place to it, and whether the
    place lies in its field of view (null: not known). Cameras that are not listed do
    not exist here. Exit 1 when there is none. It reads while a console runs.

    \b
    Examples:
      aliquot cameras near 43.905 -75.480
      aliquot cameras near 43.905 -75.480 --radius 400 --json
    """
    from aliquot.console.cli.answers import read_views

    found: tuple[CameraNear, ...] = ()
    with read_views(Profile.open(ctx.obj["profile"])) as views:
        if views is not None:
            found = views.cameras_near(latitude, longitude, radius)
    if as_json:
        emit({"cameras": [_said(camera) for camera in found]})
    for camera in () if as_json else found:
        click.echo("\t".join(_words(camera)))
    if not found:
        say(f"No listed camera within {radius:g} m of {latitude:g}, {longitude:g}.")
    return 0 if found else EXIT_NO


def _said(camera: CameraNear) -> dict[str, Any]:
    return {
        "id": camera.camera_id,
        "distance_m": round(camera.distance_m, 2),
        "bearing_deg": round(camera.bearing_deg, 2) % 360.0,
        "facing": camera.facing,
    }


def _words(camera: CameraNear) -> tuple[str, str, str, str]:
    facing = {True: "facing", False: "not facing", None: "facing unknown"}
    said = facing[camera.facing]
    return (
        camera.camera_id,
        f"{camera.distance_m:.0f} m",
        f"{round(camera.bearing_deg) % 360:03}°",
        said,
    )
