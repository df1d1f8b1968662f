"""A port for a server that a test starts a little later."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress
from pathlib import Path

_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_FIRST, _USUAL_END = 20_000, 32_768
_TRIES = 100


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """Of this machine. Below those that the system gives by itself to whoever asks for
    any or calls somebody: nobody is given it before the server has it."""
    try:
        end = int(_RANGE.read_text().split()[0])
    except (OSError, ValueError):
        end = _USUAL_END
    for _ in range(_TRIES):
        port = _FIRST + secrets.randbelow(max(end - _FIRST, 1))
        with socket.socket(type=kind) as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")
