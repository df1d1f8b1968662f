"""A line that comes over TCP: a terminal server, a telephone system's own port."""

from __future__ import annotations

import os
import select
import socket
from contextlib import suppress

from aliquot.drivers.lines.api import LineState, SourceError

_BLOCK = 65_536


class TcpSource:
    """A connection that this side opens. See ``ByteSource``.

    ``keepalive_s``: after this silence the kernel asks whether the peer still lives,
    and gives up after three unanswered questions; None never asks.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        connect_timeout_s: float = 5.0,
        keepalive_s: int | None = 15,
    ) -> None:
        self.host = host
        self.port = port
        self._connect_timeout_s = connect_timeout_s
        self._keepalive_s = keepalive_s
        self._socket: socket.socket | None = None
        self._wake_read, self._wake_write = -1, -1

    def open(self) -> None:
        address = (self.host, self.port)
        try:
            link = socket.create_connection(address, self._connect_timeout_s)
        except PermissionError as problem:
            raise self._refused(LineState.DENIED, problem) from None
        except (OSError, UnicodeError) as problem:
            raise self._refused(LineState.MISSING, problem) from None
        link.setblocking(False)
        self._keep_alive(link)
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self._socket = link

    def read(self, timeout_s: float) -> bytes:
        """``b""`` when nothing came in time. Raises ``SourceError``, state LOST."""
        link = self._opened()
        watched: list[socket.socket | int] = [link, self._wake_read]
        ready, _, _ = select.select(watched, [], [], timeout_s)
        if self._wake_read in ready:
            os.read(self._wake_read, 4096)
        if link not in ready:
            return b""
        try:
            data = link.recv(_BLOCK)
        except BlockingIOError:
            return b""
        except OSError as problem:
            raise self._lost(problem.strerror or str(problem)) from None
        if not data:
            raise self._lost("the other side has closed the connection")
        return data

    def waiting(self) -> bool:
        """Whether bytes came before anybody read."""
        link = self._socket
        return link is not None and bool(select.select([link], [], [], 0)[0])

    def write(self, data: bytes) -> None:
        link = self._opened()
        link.settimeout(self._connect_timeout_s)
        try:
            link.sendall(data)
        except OSError as problem:
            raise self._lost(problem.strerror or str(problem)) from None
        finally:
            link.setblocking(False)

    def cancel(self) -> None:
        with suppress(OSError):  # closed, or full: it is awake
            os.write(self._wake_write, b"!")

    def close(self) -> None:
        link, self._socket = self._socket, None
        if link is None:
            return
        link.close()
        wakes = self._wake_read, self._wake_write
        self._wake_read, self._wake_write = -1, -1
        for fd in wakes:
            os.close(fd)

    def _keep_alive(self, link: socket.socket) -> None:
        if self._keepalive_s is None:
            return
        link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, self._keepalive_s)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, self._keepalive_s)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise SourceError(LineState.LOST, f"tcp://{self._where} is not open.")
        return self._socket

    @property
    def _where(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def _refused(self, state: LineState, problem: Exception) -> SourceError:
        text = (
            f"Cannot connect to tcp://{self._where}. Are host and port number right, "
            f"is the server up, does a firewall stand between? ({problem})"
        )
        return SourceError(state, text)

    def _lost(self, why: str) -> SourceError:
        return SourceError(LineState.LOST, f"Lost tcp://{self._where}: {why}.")
