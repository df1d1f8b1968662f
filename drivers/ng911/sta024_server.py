"""The socket side of ``sta024_desk``: one thread, one loop, the connections in it.

Whoever connects says name and secret in the handshake (RFC 7617, Basic); without
them he is answered 401 and learns nothing. Plain ``ws://`` is for this machine, or
behind something that ends TLS; with a certificate it is ``wss://``.
"""

from __future__ import annotations

import hmac
import selectors
import socket
import ssl
import time
import uuid
from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from websockets.frames import Frame as WsFrame
from websockets.frames import Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from aliquot.drivers.ng911.sta024_desk import Desk, HandedOver

MOST_MESSAGE = 256 * 1024  # subscribers ask, they do not send documents
MOST_CONNECTIONS = 64
HANDSHAKE_S = 5.0
SEND_S = 5.0
PING_S = 20.0  # silence after which a subscriber is asked whether he is still there
GONE_S = 60.0  # silence after which he is not: a line that broke says no farewell
_BLOCK = 65_536

Fetch = Callable[[int], list[HandedOver]]  # what was handed over after this order
Report = Callable[[str], None]


@dataclass(slots=True)
class _Connection:
    link: socket.socket
    peer: str
    protocol: ServerProtocol
    since: float
    heard: float
    asked: bool = False
    desk: Desk | None = None
    parts: list[bytes] = field(default_factory=list)


class ConveyanceServer:
    """``secrets``: by subscriber's name. ``serve`` returns after ``stop``."""

    def __init__(
        self,
        address: tuple[str, int],
        secrets: Mapping[str, str],
        fetch: Fetch,
        *,
        look_s: float = 0.5,
        report: Report = lambda text: None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._secrets = secrets
        self._fetch = fetch
        self._look_s = look_s
        self._report = report
        self._tls = tls
        self._given: list[HandedOver] = []
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(address, reuse_port=False)
        self._listener.setblocking(False)
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._connections: dict[socket.socket, _Connection] = {}
        self._confirmed: dict[str, set[int]] = {}
        self._stopping = False
        self._looked = float("-inf")

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def stop(self) -> None:
        """From another thread or a signal: end soon."""
        self._stopping = True
        self._wake()

    def look(self) -> None:
        """From another thread: see at once what was handed over."""
        self._looked = float("-inf")
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):  # closed, or full: it is awake
            self._wake_write.send(b"!")

    def serve(self) -> None:
        try:
            while not self._stopping:
                self._turn()
        finally:
            self._close()

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._look_s):
            if key.fileobj is self._listener:
                self._accept()
            elif key.fileobj is self._wake_read:
                with suppress(BlockingIOError):
                    self._wake_read.recv(4096)
            elif isinstance(key.fileobj, socket.socket):
                self._read(self._connections[key.fileobj])
        now = time.monotonic()
        if now - self._looked >= self._look_s:
            self._looked = now
            self._fetch_new()
        for one in list(self._connections.values()):
            self._tell(one, now)

    def _fetch_new(self) -> None:
        after = self._given[-1].order if self._given else 0
        self._given += self._fetch(after)

    def _accept(self) -> None:
        try:
            link, address = self._listener.accept()
        except OSError:
            return
        peer = f"{address[0]}:{address[1]}"
        if len(self._connections) >= MOST_CONNECTIONS:
            link.close()
            return
        try:
            link.settimeout(HANDSHAKE_S)
            if self._tls is not None:
                link = self._tls.wrap_socket(link, server_side=True)
            link.settimeout(SEND_S)
        except OSError as why:
            self._report(f"{peer}: no TLS: {why}")
            link.close()
            return
        protocol = ServerProtocol(max_size=MOST_MESSAGE)
        now = time.monotonic()
        one = _Connection(link, peer, protocol, since=now, heard=now)
        self._connections[link] = one
        self._selector.register(link, selectors.EVENT_READ)

    def _read(self, one: _Connection) -> None:
        try:
            data = one.link.recv(_BLOCK)
            while isinstance(one.link, ssl.SSLSocket) and one.link.pending():
                data += one.link.recv(one.link.pending())
        except OSError:
            self._drop(one)
            return
        one.heard, one.asked = time.monotonic(), False
        if data:
            one.protocol.receive_data(data)
        else:
            one.protocol.receive_eof()
        now_ns = time.monotonic_ns()
        for event in one.protocol.events_received():
            if isinstance(event, Request):
                self._shake_hands(one, event)
            elif isinstance(event, WsFrame):
                self._frame(one, event, now_ns)
        self._flush(one)
        if not data or one.protocol.close_expected():
            self._drop(one)

    def _shake_hands(self, one: _Connection, request: Request) -> None:
        name = self._who(request)
        if name is None:
            answer = one.protocol.reject(401, "Name and secret are not accepted.\n")
            answer.headers["WWW-Authenticate"] = 'Basic realm="EIDO conveyance"'
            self._report(f"{one.peer}: not let in")
        else:
            answer = one.protocol.accept(request)
            confirmed = self._confirmed.setdefault(name, set())
            one.desk = Desk(name, lambda: str(uuid.uuid4()), confirmed=confirmed)
            self._report(f"{one.peer}: {name} is here")
        one.protocol.send_response(answer)

    def _who(self, request: Request) -> str | None:
        """The subscriber's name, if his secret is right; as long for any other."""
        kind, _, pair = request.headers.get("Authorization", "").partition(" ")
        try:
            given = b64decode(pair, validate=True).decode()
        except ValueError:
            return None
        name, _, secret = given.partition(":")
        known = self._secrets.get(name, "")
        right = hmac.compare_digest(known.encode(), secret.encode())
        return name if kind.lower() == "basic" and known and right else None

    def _frame(self, one: _Connection, frame: WsFrame, now_ns: int) -> None:
        if one.desk is None or frame.opcode not in (Opcode.TEXT, Opcode.CONT):
            return
        one.parts.append(bytes(frame.data))
        if frame.fin:
            text, one.parts = b"".join(one.parts).decode("utf-8", "replace"), []
            _say(one, one.desk.heard(text, now_ns))

    def _tell(self, one: _Connection, now: float) -> None:
        if one.desk is None:
            if now - one.since > HANDSHAKE_S:
                self._drop(one)
            return
        silent_s = now - one.heard
        if silent_s > GONE_S and one.asked:
            self._report(f"{one.peer}: {one.desk.name} is gone")
            self._drop(one)
        elif one.protocol.state is State.OPEN:
            now_ns = time.monotonic_ns()
            if silent_s > PING_S and not one.asked:
                one.asked = True
                one.protocol.send_ping(b"")
            _say(one, [*one.desk.tick(now_ns), *one.desk.tell(self._given, now_ns)])
            self._flush(one)

    def _flush(self, one: _Connection) -> None:
        data = b"".join(one.protocol.data_to_send())
        if not data:
            return
        try:
            one.link.sendall(data)
        except OSError:
            self._drop(one)

    def _drop(self, one: _Connection) -> None:
        if self._connections.pop(one.link, None) is not None:
            self._selector.unregister(one.link)
            one.link.close()

    def _close(self) -> None:
        for one in list(self._connections.values()):
            if one.desk is not None and one.protocol.state is State.OPEN:
                _say(one, one.desk.leave())
                one.protocol.send_close(1001)
                self._flush(one)
            self._drop(one)
        self._selector.close()
        for link in (self._listener, self._wake_read, self._wake_write):
            link.close()


def _say(one: _Connection, texts: list[str]) -> None:
    """Queues messages; to one who is leaving nothing more is said."""
    for text in texts:
        if one.protocol.state is State.OPEN:
            one.protocol.send_text(text.encode())
