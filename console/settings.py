"""What a profile can be told, as frozen values. Reading and writing is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.console.settings_positions import PositionConfig
from aliquot.drivers.lines.api import LineSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class LineConfig:
    """One line: where its bytes come from and how they are read.

    ``source``: a device (``/dev/ttyUSB0``), any pyserial URL, ``tcp://HOST:PORT`` or
    ``replay:FILE``. ``baud`` and ``format`` (data bits, parity, stop bits: ``8N1``)
    matter to serial ports only. ``driver`` names a line driver.
    """

    name: str
    source: str
    baud: int = 9600
    format: str = "8N1"
    driver: str = "ali"
    reading: LineSettings = field(default_factory=LineSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """Room on the disk: the reserve, in MB, is given free when the disk is full, so
    that calls can still be taken. 0: none."""

    reserve_mb: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSettings:
    """``policy``: a policy file, relative to the profile's folder; "" is the one
    that comes with the program."""

    policy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocateSettings:
    """Text to locate. ``command``: the gateway's program and its arguments, with
    ``{number}`` and ``{link}``; empty: none. ``url``: the link, with ``{token}``.
    ``number_prefix`` stands before the ten digits."""

    command: tuple[str, ...] = ()
    url: str = ""
    timeout_s: float = 20.0
    number_prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerConfig:
    """Who gets releases: the bodies of one ``channel``, at an http address.

    Items go to ``url``/RELEASE_ID. Plain http only on this machine, unless
    ``allow_plain``.
    """

    name: str
    channel: str
    url: str
    allow_plain: bool = False


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line whose entry will not do. It stops no other; ``problem`` says why."""

    name: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a profile. ``positions`` are this console's, ``desk`` is the
    one this seat sits at; no positions means that every record is ours."""

    positions: tuple[str, ...] = ()
    desk: str = "1"
    lines: tuple[LineConfig, ...] = ()
    storage: StorageSettings = field(default_factory=StorageSettings)
    release: ReleaseSettings = field(default_factory=ReleaseSettings)
    locate: LocateSettings = field(default_factory=LocateSettings)
    partners: tuple[PartnerConfig, ...] = ()
    bad_lines: tuple[BadLine, ...] = ()
    position_sources: tuple[PositionConfig, ...] = ()

    def line(self, name: str) -> LineConfig:
        """Raises ``KeyError`` when there is no such line."""
        for line in self.lines:
            if line.name == name:
                return line
        raise KeyError(name)
