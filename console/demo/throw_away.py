"""The throw-away profile of the demonstration: settings, streams, people, units."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aliquot.console.clock import Clock
from aliquot.console.demo import stream
from aliquot.console.demo.county import County
from aliquot.console.demo.recordings import write_recording
from aliquot.console.demo.stream import Plan
from aliquot.console.domain.commands import AddPerson, Command, RegisterUnit, SignIn
from aliquot.console.settings import LineConfig, Settings, StorageSettings
from aliquot.drivers.lines.api import Extent, LineSettings

PASSWORD = "halden-demo"  # known to all: nothing in the profile is worth a secret
PEOPLE = (
    ("Robin Ashgrove", "dispatcher"),
    ("Morgan Pellerin", "supervisor"),
    ("Avery Stroud", "supervisor"),  # a supervisor's own proposals need a second one
    ("Jules Tarrant", "integrator"),
    ("Casey Lindqvist", "administrator"),
)
AT_THE_DESK = PEOPLE[0][0]
POSITION = stream.OURS
RESERVE_MB = 4  # a temporary folder is often in memory
POLICY = "policy.toml"
_ZONE = re.compile(r"^time_zone = .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Streams:
    """Recordings to play: the location line's, and the exchange's or None."""

    ali: Path
    cti: Path | None


def record_streams(
    folder: Path, county: County, plan: Plan, clock: Clock, speed: float, zone: str
) -> Streams:
    """Record a plan for now, so that the records show the time they arrive.

    After the calls the lines stay up and quiet for half a day.
    """
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=clock.now().utc_us)
    base = now.astimezone(ZoneInfo(zone))
    calls = stream.pieces(plan, county, base, speed)
    made = [*calls, *stream.quiet(plan.length_s, speed)]
    streams = Streams(folder / "ali.rec", folder / "cti.rec")
    write_recording(streams.ali, made, "ali", base)
    assert streams.cti is not None
    write_recording(streams.cti, made, "cti", base)
    return streams


def zone_of_this_machine() -> str:
    """IANA name of the machine's own zone, so that all clocks of the desk agree."""
    named = os.environ.get("TZ") or _zone_of_link(Path("/etc/localtime"))
    try:
        return ZoneInfo(named).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def _zone_of_link(link: Path) -> str:
    found = re.search(r"zoneinfo/(?:posix/|right/)?(.+)$", os.path.realpath(link))
    return found[1] if found else "UTC"


def policy(zone: str) -> str:
    """The policy that comes along, with the hours of the desk's own clock: what would
    leave says the hour that the desk shows."""
    file = files("aliquot.resources") / "policy" / "default.toml"
    text = file.read_text(encoding="utf-8")
    return _ZONE.sub(f'time_zone = "{zone}"', text, count=1)


def settings(
    county: County, ali_port: str, cti_port: str | None, zone: str
) -> Settings:
    south, west, north, east = county.extent()
    reading = LineSettings(
        extent=Extent(south=south, west=west, north=north, east=east), time_zone=zone
    )
    lines = [LineConfig(name="ali", source=ali_port, reading=reading)]
    if cti_port is not None:
        lines.append(
            LineConfig(name="cti", source=cti_port, baud=115_200, driver="asterisk")
        )
    return Settings(
        positions=(POSITION,),
        desk=POSITION,
        lines=tuple(lines),
        storage=StorageSettings(reserve_mb=RESERVE_MB),
    )


def set_up(county: County) -> Iterator[Command]:
    """What makes an empty log a desk that can be manned, in the order of doing."""
    for unit in county.units:
        yield RegisterUnit(
            unit_id=unit.unit_id,
            service=unit.service,
            kind=unit.kind,
            latitude=unit.latitude,
            longitude=unit.longitude,
        )
    for name, role in PEOPLE:
        yield AddPerson(name=name, role=role, password=PASSWORD)


def commands(county: County) -> Iterator[Command]:
    """What makes an empty log a manned desk, in the order of doing."""
    yield from set_up(county)
    yield SignIn(name=AT_THE_DESK, password=PASSWORD)
