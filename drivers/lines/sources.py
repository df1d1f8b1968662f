"""From what a profile or a person writes to the source that is meant."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from aliquot.drivers.lines.api import ByteSource, Option
from aliquot.drivers.lines.http_source import HttpSource
from aliquot.drivers.lines.pacing import parse_speed
from aliquot.drivers.lines.replay_source import ReplaySource
from aliquot.drivers.lines.serial_source import SerialSource
from aliquot.drivers.lines.spool_source import SpoolSource
from aliquot.drivers.lines.tcp_source import TcpSource


def make_source(
    spec: str,
    baud: int = 9600,
    format: str = "8N1",
    *,
    exclusive: bool = True,
    start_offset: int = 0,
    options: Mapping[str, Option] | None = None,
) -> ByteSource:
    """A source that is not yet open. ValueError says what is wrong with ``spec``.

    ``/dev/ttyUSB0``, ``serial:/dev/ttyUSB0``, any URL of pyserial
    (``socket://host:port``, ``rfc2217://…``, ``loop://``); ``tcp://host:port``;
    ``replay:FILE`` or ``replay:FILE?speed=4`` (or ``max``); ``spool:FOLDER``, with
    ``?settle_ms=``, ``poll_ms=``, ``state=FILE``; ``listen:HOST:PORT``, with
    ``?allow_remote=1``. ``start_offset`` is for replays and spools: the first byte
    to give. ``baud`` and ``format`` are for serial ports. ``ws://host:port/path`` and
    ``wss://…`` subscribe to EIDOs, ``held:https://…`` asks a location
    server; both with the ``options`` of the line.
    """
    if spec.startswith("tcp://"):
        return _tcp(spec)
    if spec.startswith(("ws://", "wss://")):
        from aliquot.drivers.ng911.sta024_source import conveyance

        return conveyance(spec, options or {})
    if spec.startswith("replay:"):
        return _replay(spec.removeprefix("replay:"), start_offset)
    if spec.startswith("spool:"):
        return _spool(spec.removeprefix("spool:"), start_offset)
    if spec.startswith("listen:"):
        return _listen(spec)
    if spec.startswith("held:"):
        from aliquot.drivers.ng911.held_client import held_source

        return held_source(spec.removeprefix("held:"), options or {})
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


def _spool(rest: str, start_offset: int) -> SpoolSource:
    folder, options = _options(rest, "spool", "settle_ms", "poll_ms", "state")
    if not folder:
        raise ValueError("spool: needs a folder, as in spool:/var/spool/gammu/inbox")
    return SpoolSource(
        folder,
        start_offset,
        settle_s=_milliseconds(options.get("settle_ms", "500")),
        poll_s=_milliseconds(options.get("poll_ms", "250")),
        state=options.get("state"),
    )


def _listen(spec: str) -> HttpSource:
    rest, options = _options(spec.removeprefix("listen:"), "listen", "allow_remote")
    remote = options.get("allow_remote", "0")
    parts = urlsplit(f"//{rest.rstrip('/')}")
    port: int | None = None
    with suppress(ValueError):
        port = parts.port
    if not parts.hostname or port is None or parts.path or remote not in ("0", "1"):
        raise ValueError(f"{spec}: must be listen:HOST:PORT or …?allow_remote=1")
    return HttpSource(parts.hostname, port, allow_remote=remote == "1")


def _options(rest: str, kind: str, *known: str) -> tuple[str, dict[str, str]]:
    """What stands before the question mark, and the last of each option after."""
    path, mark, query = rest.rpartition("?")
    if not mark or "=" not in query:
        return rest, {}
    found = {name: values[-1] for name, values in parse_qs(query).items()}
    if unknown := sorted(set(found) - set(known)):
        raise ValueError(
            f"{kind}: does not know {', '.join(unknown)}; only {', '.join(known)}"
        )
    return path, found


def _milliseconds(text: str) -> float:
    """In seconds."""
    if not (text.isascii() and text.isdigit() and 10 <= int(text) <= 600_000):
        raise ValueError(f"{text}: write milliseconds, from 10 to 600000")
    return int(text) / 1000
