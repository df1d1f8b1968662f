"""Everything the demonstration needs but the window: made, and taken away again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from aliquot.console.clock import Clock
from aliquot.console.demo import throw_away
from aliquot.console.demo.county import County, halden
from aliquot.console.demo.simulation import Simulation
from aliquot.console.demo.stream import Plan
from aliquot.console.demo.throw_away import Streams
from aliquot.console.domain.commands import Done, Outcome
from aliquot.console.domain.ports import Desk
from aliquot.console.profile import Profile

_CTI_BAUD = 115_200  # the exchange's connection is no serial line; it is quick


@dataclass(frozen=True, slots=True)
class Stage:
    """A profile whose lines end at running simulators."""

    profile: Profile
    county: County
    ali: Simulation
    cti: Simulation | None
    problems: list[Outcome] = field(default_factory=list)

    @property
    def window_settings(self) -> Path:
        """Where the window may keep its looks: away from the person's own."""
        return self.profile.folder / "window.toml"


@contextmanager
def stage(
    clock: Clock, plan: Plan, speed: float, own: Streams | None = None
) -> Iterator[Stage]:
    """A throw-away profile and its simulators, gone after the block.

    ``own`` recordings are played as they are; else ``plan`` is recorded for now.
    """
    county = halden()
    with ExitStack() as after:
        folder = Path(tempfile.mkdtemp(prefix="aliquot-demo-"))
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        zone = throw_away.zone_of_this_machine()
        streams = own or throw_away.record_streams(
            folder, county, plan, clock, speed, zone
        )
        ali = after.enter_context(Simulation(streams.ali, speed=speed))
        cti = None
        if streams.cti is not None:
            simulation = Simulation(streams.cti, speed=speed, baud=_CTI_BAUD)
            cti = after.enter_context(simulation)
        profile = Profile.open(folder / "profile")
        ports = ali.path, cti.path if cti else None
        profile.save_settings(throw_away.settings(county, *ports, zone))
        yield Stage(profile, county, ali, cti)


def man(desk: Desk, county: County, problems: list[Outcome]) -> None:
    """Register the units and the people and sign one in; returns at once.

    What is not done is put into ``problems``, from the desk's own thread.
    """

    def keep(outcome: Outcome) -> None:
        if not isinstance(outcome, Done):
            problems.append(outcome)

    for command in throw_away.commands(county):
        desk.submit(command, keep)


def base_map() -> bytes:
    """The county's base map, GeoJSON."""
    return (files("aliquot.resources") / "demo" / "base.json").read_bytes()
