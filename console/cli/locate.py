"""`aliquot locate`: where a caller is, from what was sent."""

from __future__ import annotations

import sys
from typing import Any

import click

from aliquot.console.cli.output import emit, say
from aliquot.console.domain.pasted import PastedLocation, parse_location
from aliquot.console.problems import EXIT_NO

_MOST = 1_000_000  # characters of standard input that are read
# A coordinate that begins with a minus is text, not an option.
_TEXT = {"ignore_unknown_options": True}


@click.group()
def locate() -> None:
    """Where a caller is, from what was sent."""


@locate.command(context_settings=_TEXT)
@click.argument("text", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option(
    "--near",
    nargs=2,
    type=float,
    metavar="LAT LON",
    help="A place in the agency's own ground: pairs that are far away, and near when"
    " they are turned round, are put right.",
)
def parse(
    text: tuple[str, ...], as_json: bool, near: tuple[float, float] | None
) -> int:
    """Read a location in TEXT, or in standard input (-).

    Knows geo: addresses, links of the usual maps, coordinates in every writing,
    USNG/MGRS, UTM, plus codes and AML messages. Asks nobody: short links and three words
    are recognised, and said to be so. Exit 1 if there is no location that can be used.

    \b
    Examples:
      aliquot locate parse "https://maps.google.com/?q=42.9,-71.9"
      aliquot locate parse 42:54:04.3 -71:54:07.6 --json
      pbpaste | aliquot locate parse - --json
    """
    unknown = next((word for word in text if word.startswith("--")), None)
    if unknown is not None and len(unknown) > len("--"):
        raise click.NoSuchOption(unknown)
    given = sys.stdin.read(_MOST) if text == ("-",) else " ".join(text)
    found = parse_location(given, near)
    if found is None:
        say("There is no location in it.")
        return EXIT_NO
    if as_json:
        emit(_as_json(found))
    elif found.usable:
        click.echo(_in_words(found))
    if found.warnings:
        say(f"{found.kind.value}: {found.said}.")
    return 0 if found.usable else EXIT_NO


def _as_json(found: PastedLocation) -> dict[str, Any]:
    """Absent is absent."""
    said: dict[str, Any] = {
        "kind": found.kind.value,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "uncertainty_m": found.uncertainty_m,
        "text": found.text,
    }
    present = {name: value for name, value in said.items() if value is not None}
    return {**present, "warnings": list(found.warnings)}


def _in_words(found: PastedLocation) -> str:
    wide = found.uncertainty_m
    said = "not given" if wide is None else f"{wide:g} m"
    return f"{found.latitude:.6f}, {found.longitude:.6f}  uncertainty {said}"
