"""Where positions come from: UDP, TCP both ways, gpsd, serial ports.

``udp://0.0.0.0:5005`` takes datagrams; ``tcp-listen://0.0.0.0:5005`` takes any
number of connections; ``tcp://HOST:PORT`` connects; ``gpsd://HOST[:2947]`` connects
and asks for NMEA. All else is as of a line: a device, a pyserial URL.
"""

from __future__ import annotations

import os
import selectors
import socket
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from aliquot.drivers.lines.api import ByteSource, LineState, SourceError
from aliquot.drivers.lines.sources import make_source
from aliquot.drivers.lines.tcp_source import TcpSource
from aliquot.drivers.positions.api import Packet, PositionSource

GPSD_PORT = 2947
GPSD_WATCH = b'?WATCH={"enable":true,"nmea":true};\n'
MOST_PEERS = 512
MOST_AT_ONCE = 256
SILENT_S = 60  # after which the kernel asks whether a connection still lives
_BLOCK = 65_536


def make_position_source(
    spec: str, baud: int = 4800, format: str = "8N1"
) -> PositionSource:
    """A source that is not yet open. ValueError says what is wrong with ``spec``."""
    parts = urlsplit(spec)
    if parts.scheme == "udp":
        return UdpSource(*_address(parts, spec))
    if parts.scheme == "tcp-listen":
        return ListeningSource(*_address(parts, spec))
    if parts.scheme == "gpsd":
        host, port = _address(parts, spec, GPSD_PORT)
        return StreamSource(TcpSource(host, port), GPSD_WATCH)
    return StreamSource(make_source(spec, baud, format))


def _address(
    parts: SplitResult, spec: str, usual: int | None = None
) -> tuple[str, int]:
    try:
        port = usual if parts.port is None else parts.port
    except ValueError:
        port = None
    if not parts.hostname or port is None:
        example = f"{parts.scheme}://0.0.0.0:5005"
        raise ValueError(f"{spec}: must be like {example}, with a number")
    return parts.hostname, port


class StreamSource:
    """One stream of bytes: everything is of one peer. See ``PositionSource``."""

    def __init__(self, source: ByteSource, greeting: bytes = b"") -> None:
        self._source = source
        self._greeting = greeting

    def open(self) -> None:
        self._source.open()
        if self._greeting:
            self._source.write(self._greeting)

    def read(self, timeout_s: float) -> Sequence[Packet] | None:
        data = self._source.read(timeout_s)
        if data is None:
            return None
        return (Packet("", data),) if data else ()

    def cancel(self) -> None:
        self._source.cancel()

    def close(self) -> None:
        self._source.close()


class _Listener:
    """A socket that is bound here, and what wakes a waiting read."""

    kind = socket.SOCK_DGRAM
    scheme = "udp"

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._socket: socket.socket | None = None
        self._selector: selectors.BaseSelector | None = None
        self._wake_read, self._wake_write = -1, -1

    @property
    def port(self) -> int:
        """The one that is bound; of use when 0 was asked for."""
        bound = self._socket
        return self._port if bound is None else int(bound.getsockname()[1])

    def open(self) -> None:
        try:
            family, _, _, _, address = socket.getaddrinfo(
                self._host, self._port, type=self.kind, flags=socket.AI_PASSIVE
            )[0]
            bound = socket.socket(family, self.kind)
        except (OSError, UnicodeError) as why:
            raise self._problem(LineState.MISSING, why) from None
        try:
            if self.kind is socket.SOCK_STREAM:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
            bound.setblocking(False)
            if self.kind is socket.SOCK_STREAM:
                bound.listen(MOST_PEERS)
        except OSError as why:
            bound.close()
            denied = isinstance(why, PermissionError)
            state = LineState.DENIED if denied else LineState.BUSY
            raise self._problem(state, why) from None
        self._socket = bound
        try:
            self._selector = self._watching(bound)
        except OSError as why:  # too many files are open
            self.close()
            raise self._problem(LineState.BUSY, why) from None

    def _watching(self, bound: socket.socket) -> selectors.BaseSelector:
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        os.set_blocking(self._wake_read, False)
        selector = selectors.DefaultSelector()
        selector.register(bound, selectors.EVENT_READ)
        selector.register(self._wake_read, selectors.EVENT_READ)
        return selector

    def cancel(self) -> None:
        with suppress(OSError):  # closed, or full: it is awake
            os.write(self._wake_write, b"!")

    def close(self) -> None:
        bound, self._socket = self._socket, None
        selector, self._selector = self._selector, None
        if selector is not None:
            selector.close()
        if bound is not None:
            bound.close()
        wakes = self._wake_read, self._wake_write
        self._wake_read, self._wake_write = -1, -1
        for fd in wakes:
            if fd >= 0:
                os.close(fd)

    def _drain(self) -> None:
        with suppress(OSError):
            os.read(self._wake_read, 4096)

    def _opened(self) -> tuple[socket.socket, selectors.BaseSelector]:
        if self._socket is None or self._selector is None:
            raise SourceError(LineState.LOST, f"{self._where} is not open.")
        return self._socket, self._selector

    @property
    def _where(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{self.scheme}://{host}:{self._port}"

    def _problem(self, state: LineState, why: Exception) -> SourceError:
        text = (
            f"Cannot listen at {self._where}. Is the address of this machine, does "
            f"another program have the port? ({why})"
        )
        return SourceError(state, text)


def keep_alive(link: socket.socket) -> None:
    """A vehicle that drove out of coverage says no farewell: have it asked for."""
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, SILENT_S)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, SILENT_S // 2)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)


class UdpSource(_Listener):
    """Datagrams; each is whole. The peer is the sender's address."""

    def read(self, timeout_s: float) -> Sequence[Packet]:
        bound, selector = self._opened()
        for key, _ in selector.select(timeout_s):
            if key.fileobj is not bound:
                self._drain()
        found: list[Packet] = []
        while len(found) < MOST_AT_ONCE:
            try:
                data, address = bound.recvfrom(_BLOCK)
            except BlockingIOError:
                break
            except OSError as why:
                raise SourceError(
                    LineState.LOST, f"Lost {self._where}: {why}."
                ) from None
            found.append(Packet(str(address[0]), data, whole=True))
        return found


class ListeningSource(_Listener):
    """Connections of others. The peer is ``address/port``."""

    kind = socket.SOCK_STREAM
    scheme = "tcp-listen"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self._peers: dict[socket.socket, str] = {}

    def read(self, timeout_s: float) -> Sequence[Packet]:
        bound, selector = self._opened()
        found: list[Packet] = []
        for key, _ in selector.select(timeout_s):
            if key.fileobj is bound:
                self._accept(bound, selector)
            elif isinstance(key.fileobj, socket.socket):
                found.append(self._receive(key.fileobj, selector))
            else:
                self._drain()
        return found

    def close(self) -> None:
        for link in self._peers:
            link.close()
        self._peers.clear()
        super().close()

    def _accept(self, bound: socket.socket, selector: selectors.BaseSelector) -> None:
        try:
            link, address = bound.accept()
        except OSError:  # it has gone again
            return
        if len(self._peers) >= MOST_PEERS:
            link.close()
            return
        link.setblocking(False)
        keep_alive(link)
        self._peers[link] = f"{address[0]}/{address[1]}"
        selector.register(link, selectors.EVENT_READ)

    def _receive(self, link: socket.socket, selector: selectors.BaseSelector) -> Packet:
        peer = self._peers[link]
        try:
            data = link.recv(_BLOCK)
        except BlockingIOError:
            return Packet(peer, b"")
        except OSError:
            data = b""
        if not data:
            selector.unregister(link)
            link.close()
            del self._peers[link]
        return Packet(peer, data, gone=not data)
