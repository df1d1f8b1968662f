"""Everything the demonstration needs but the window: made, and taken away again."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from aliquot.console.clock import Clock
from aliquot.console.demo import folders, geofile, throw_away
from aliquot.console.demo.county import County, halden
from aliquot.console.demo.partner import Partner
from aliquot.console.demo.prologue import write_prologue
from aliquot.console.demo.simulation import Simulation
from aliquot.console.demo.stream import Plan
from aliquot.console.demo.throw_away import Streams
from aliquot.console.domain.commands import Done, Outcome, SignIn
from aliquot.console.domain.ports import Desk
from aliquot.console.profile import Profile
from aliquot.console.settings import ReleaseSettings

_CTI_BAUD = 115_200  # the exchange's connection is no serial line; it is quick


@dataclass(frozen=True, slots=True)
class Stage:
    """A profile whose lines end at running simulators."""

    profile: Profile
    county: County
    ali: Simulation
    cti: Simulation | None
    partner: Partner
    problems: list[Outcome] = field(default_factory=list)

    def hold(self) -> None:
        """Time stands still on all lines until ``go_on``: nobody calls."""
        for line in self._lines():
            line.hold()

    def go_on(self) -> None:
        for line in self._lines():
            line.go_on()

    def _lines(self) -> list[Simulation]:
        found = [self.ali] if self.cti is None else [self.ali, self.cti]
        return [line for line in found if line.running]

    @property
    def window_settings(self) -> Path:
        """Where the window may keep its looks: away from the person's own."""
        return self.profile.folder / "window.toml"


@contextmanager
def stage(
    clock: Clock,
    plan: Plan,
    speed: float,
    own: Streams | None = None,
    meanwhile: Callable[[], object] | None = None,
    *,
    whole: bool = False,
) -> Iterator[Stage]:
    """A throw-away profile, its simulators and its partner, gone after the block.

    ``own`` recordings are played as they are; else ``plan`` is recorded for now.
    ``meanwhile`` is called once, while the processes come up. ``whole``: the geofile
    is there, too, however long it takes; else it may come later.
    """
    with ExitStack() as after:
        folder = after.enter_context(folders.own())
        profile = Profile.open(folder / "profile")
        partner = after.enter_context(Partner(folder / "received"))
        county, zone = halden(), throw_away.zone_of_this_machine()
        streams = own or throw_away.record_streams(
            folder, county, plan, clock, speed, zone
        )
        ali = after.enter_context(Simulation(streams.ali, speed=speed))
        cti = None
        if streams.cti is not None:
            simulation = Simulation(streams.cti, speed=speed, baud=_CTI_BAUD)
            cti = after.enter_context(simulation)
        if meanwhile is not None:
            meanwhile()
        problems = write_prologue(profile, county, clock)
        ports = ali.path, cti.path if cti else None
        made = throw_away.settings(county, *ports, zone)
        policy = _policy(profile, zone)
        made = replace(made, partners=(partner.config,), release=policy)
        profile.save_settings(made)
        making = geofile.provide(profile.folder)
        if making is not None:
            after.callback(_end, making)
        if making is not None and whole:
            making.wait()
        yield Stage(profile, county, ali, cti, partner, problems)


def _policy(profile: Profile, zone: str) -> ReleaseSettings:
    file = profile.folder / throw_away.POLICY
    file.write_text(throw_away.policy(zone), encoding="utf-8")
    return ReleaseSettings(policy=file.name)


def _end(making: subprocess.Popen[bytes]) -> None:
    with making:
        making.terminate()


def man(desk: Desk, problems: list[Outcome]) -> None:
    """Sign the dispatcher in; returns at once.

    What is not done is put into ``problems``, from the desk's own thread.
    """

    def keep(outcome: Outcome) -> None:
        if not isinstance(outcome, Done):
            problems.append(outcome)

    name, password = throw_away.AT_THE_DESK, throw_away.PASSWORD
    desk.submit(SignIn(name=name, password=password), keep)


def base_map() -> bytes:
    """The county's base map, GeoJSON."""
    return (files("aliquot.resources") / "demo" / "base.json").read_bytes()
