"""`aliquot positions`: what a source of unit positions says, for the integrator."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from aliquot.console.cli.answers import iso_time
from aliquot.console.cli.output import emit, say
from aliquot.console.problems import (
    EXIT_NO,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    KnownProblem,
)

if TYPE_CHECKING:
    from aliquot.console.clock import Clock
    from aliquot.drivers.positions.api import Packet, PositionSource
    from aliquot.drivers.positions.streams import FixStreams, PeerFix

READ_S = 0.5
_BLOCK = 65_536


@click.group()
def positions() -> None:
    """Positions of units: NMEA 0183 and TAIP."""


@positions.command()
@click.argument("source", metavar="SOURCE|-")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["auto", "nmea", "taip"]),
    default="auto",
    show_default=True,
    help="What is understood.",
)
@click.option("--baud", type=int, default=4800, show_default=True, help="Serial only.")
@click.option("--seconds", type=click.FloatRange(min=0), help="End after so long.")
@click.option("--fixes", type=click.IntRange(min=1), help="End after so many fixes.")
@click.option(
    "--no-checksum", is_flag=True, help="Use sentences that have no checksum, too."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def listen(
    source: str,
    format_: str,
    baud: int,
    seconds: float | None,
    fixes: int | None,
    no_checksum: bool,
    as_json: bool,
) -> int:
    """Print the fixes of a source, and at the end what was not used; - reads stdin.

    SOURCE is udp://0.0.0.0:5005, tcp-listen://0.0.0.0:5005, tcp://HOST:PORT,
    gpsd://HOST, a device, or any URL of pyserial. It uses no profile. The unit that
    is printed is the source's own name of it. Exit 1 when there was no fix.

    \b
    Examples:
      aliquot positions listen udp://0.0.0.0:5005 --json
      aliquot positions listen /dev/ttyUSB0 --baud 4800
      aliquot positions listen - --json < recorded.nmea
    """
    from aliquot.console.clock import SystemClock
    from aliquot.drivers.positions.streams import FixStreams

    streams = FixStreams(format_, need_checksum=not no_checksum)
    count = 0
    for packets in _packets(source, baud, seconds, SystemClock()):
        for said in _fed(streams, packets, SystemClock()):
            _show(said, as_json)
            count += 1
            if count == fixes:
                break
        if count == fixes:
            break
    refused = {reason.value: n for reason, n in _by_reason(streams)}
    text = ", ".join(f"{n} {reason}" for reason, n in refused.items()) or "none"
    say(f"{count} fixes; not used: {text}")
    return 0 if count else EXIT_NO


def _by_reason(streams: FixStreams) -> list[tuple[Any, int]]:
    return sorted(streams.refused.items(), key=lambda pair: str(pair[0].value))


def _fed(streams: FixStreams, packets: Sequence[Packet], clock: Clock) -> list[PeerFix]:
    now = clock.now()
    return streams.feed(packets, now.utc_us, now.mono_ns)


def _packets(
    spec: str, baud: int, seconds: float | None, clock: Clock
) -> Iterator[Sequence[Packet]]:
    from aliquot.drivers.lines.api import SourceError
    from aliquot.drivers.positions.api import Packet
    from aliquot.drivers.positions.sources import make_position_source

    if spec == "-":
        while block := os.read(sys.stdin.fileno(), _BLOCK):
            yield (Packet("", block),)
        yield (Packet("", b"", gone=True),)
        return
    try:
        source = make_position_source(spec, baud)
    except ValueError as why:
        raise KnownProblem("bad_source", f"{why}.", EXIT_USAGE) from why
    try:
        source.open()
        yield from _reads(source, seconds, clock)
    except SourceError as why:
        raise KnownProblem(why.state.value, str(why), EXIT_UNAVAILABLE) from why
    finally:
        source.close()


def _reads(
    source: PositionSource, seconds: float | None, clock: Clock
) -> Iterator[Sequence[Packet]]:
    began_ns = clock.now().mono_ns
    while True:
        left = READ_S
        if seconds is not None:
            left = seconds - (clock.now().mono_ns - began_ns) / 1e9
            if left <= 0:
                return
        packets = source.read(min(left, READ_S))
        if packets is None:
            return
        yield packets


def _show(said: PeerFix, as_json: bool) -> None:
    fix = said.fix
    if as_json:
        body = {
            "at": iso_time(fix.utc_us),
            "unit": fix.unit_key or None,
            "peer": said.peer or None,
            "latitude": round(fix.latitude, 7),
            "longitude": round(fix.longitude, 7),
            "speed_mps": _rounded(fix.speed_mps),
            "heading_deg": _rounded(fix.heading_deg),
            "accuracy_m": _rounded(fix.accuracy_m),
            "warnings": list(fix.warnings),
            "raw": fix.raw.decode("ascii", "replace"),
        }
        emit({key: value for key, value in body.items() if value is not None})
        return
    speed = "" if fix.speed_mps is None else f"{fix.speed_mps:.1f} m/s"
    heading = "" if fix.heading_deg is None else f"{fix.heading_deg:.0f}°"
    name = fix.unit_key or said.peer or "?"
    place = f"{fix.latitude:.6f} {fix.longitude:.6f}"
    warnings = " ".join(f"({code})" for code in fix.warnings)
    parts = (iso_time(fix.utc_us), name, place, speed, heading, warnings)
    click.echo("  ".join(str(part) for part in parts if part))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
