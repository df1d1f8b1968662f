"""From what a profile or a person writes to the source that is meant."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from aliquot.drivers.lines.api import ByteSource
from aliquot.drivers.lines.pacing import parse_speed
from aliquot.drivers.lines.replay_source import ReplaySource
from aliquot.drivers.lines.serial_source import SerialSource
from aliquot.drivers.lines.tcp_source import TcpSource


def make_source(
    spec: str,
    baud: int = 9600,
    format: str = "8N1",
    *,
    exclusive: bool = True,
    start_offset: int = 0,
) -> ByteSource:
    """A source that is not yet open. ValueError says what is wrong with ``spec``.

    ``/dev/ttyUSB0``, ``serial:/dev/ttyUSB0``, any URL of pyserial
    (``socket://host:port``, ``rfc2217://…``, ``loop://``); ``tcp://host:port``;
    ``replay:FILE`` or ``replay:FILE?speed=4`` (or ``max``). ``start_offset`` is for
    replays: the first byte to give. ``baud`` and ``format`` are for serial ports.
    """
    if spec.startswith("tcp://"):
        return _tcp(spec)
    if spec.startswith("replay:"):
        return _replay(spec.removeprefix("replay:"), start_offset)
    url = spec.removeprefix("serial:")
    if not url:
        raise ValueError("No port is given")
    return SerialSource(url, baud, format, exclusive)


def _tcp(spec: str) -> TcpSource:
    parts = urlsplit(spec)
    port: int | None = None
    with suppress(ValueError):
        port = parts.port
    if not parts.hostname or port is None:
        raise ValueError(f"{spec}: must be tcp://host:port, with a number")
    return TcpSource(parts.hostname, port)


def _replay(rest: str, start_offset: int) -> ReplaySource:
    path, mark, query = rest.rpartition("?")
    if not mark or "=" not in query:
        path, query = rest, ""
    options = parse_qs(query, strict_parsing=bool(query))
    if unknown := sorted(set(options) - {"speed"}):
        raise ValueError(f"replay: does not know {', '.join(unknown)}; only speed")
    if not path:
        raise ValueError("replay: needs a file, as in replay:calls.rec?speed=4")
    speed = parse_speed(options.get("speed", ["1"])[-1])
    return ReplaySource(path, speed, start_offset)
