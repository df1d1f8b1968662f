"""What threads that wait on sockets need: to be woken, and to know who is there."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress


class Wake:
    """Wakes one thread that waits in ``select``; any thread may call ``wake``."""

    def __init__(self) -> None:
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)

    def fileno(self) -> int:
        return self._read.fileno()

    def wake(self) -> None:
        """Never waits: when the pair is full, a wake is on its way already."""
        with suppress(BlockingIOError, OSError):
            self._write.send(b"!")

    def clear(self) -> None:
        """Before looking at what was put, so that nothing is missed."""
        with suppress(BlockingIOError):
            while self._read.recv(4096):
                pass

    def close(self) -> None:
        self._read.close()
        self._write.close()


def peer_uid(line: socket.socket) -> int:
    """The user at the other end of a local socket, as the kernel knows it."""
    size = struct.calcsize("3i")
    packed = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    _, uid, _ = struct.unpack("3i", packed)
    return int(uid)
