"""A partner's receiver, small and on its own: what the sender is tried against.

It keeps bodies exactly as they come, each key once, and answers what it keeps. It is
a program of its own, begun by ``aliquot feed receive``; a thread a connection is its
own business. It listens on this machine only.
"""

from __future__ import annotations

import selectors
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aliquot.drivers.peers.receiver_faults import Faults
from aliquot.drivers.peers.receiver_http import Handler
from aliquot.drivers.peers.receiver_store import Store

HOST = "127.0.0.1"
MAX_BODY_BYTES = 1024 * 1024
MAX_CONNECTIONS = 64
_GRACE_S = 3.0
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


def _silent(text: str) -> None:
    """Nobody wants to hear it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a receiver behaves.

    ``key``: signatures are wanted and verified. ``patience_s``: for a whole request,
    however it drips. ``report`` gets a line for each request; any thread.
    """

    folder: Path
    port: int = 0
    faults: Faults = field(default_factory=Faults)
    key: Ed25519PublicKey | None = None
    max_bytes: int = MAX_BODY_BYTES
    max_connections: int = MAX_CONNECTIONS
    patience_s: float = 30.0
    report: Callable[[str], None] = _silent


class Receiver(ThreadingHTTPServer):
    """Bound and listening once made. Raises ``OSError`` when the port cannot be had,
    ``StoreError`` when the folder cannot be used."""

    daemon_threads = True
    request_queue_size = 128
    timeout = 0

    def __init__(self, settings: Settings) -> None:
        self.store = Store(settings.folder)
        try:
            super().__init__((HOST, settings.port), Handler)
        except BaseException:
            self.store.close()
            raise
        self.faults = settings.faults
        self.key = settings.key
        self.max_bytes = settings.max_bytes
        self.patience_s = settings.patience_s
        self.report = settings.report
        self._slots = threading.BoundedSemaphore(settings.max_connections)
        self._stopping = threading.Event()
        self._at_work = 0
        self._over = False
        self._idle = threading.Condition()  # and the guard of all that is counted
        self._connections: set[socket.socket] = set()
        self._wake, self._waker = socket.socketpair()
        self._waker.setblocking(False)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def serve(self) -> None:
        """Until ``stop``; then what is being answered is answered."""
        with selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while not self._stopping.is_set():
                if any(key.fileobj is self for key, _ in selector.select()):
                    self.handle_request()
        self._finish()

    def stop(self) -> None:
        """From a signal handler or any thread."""
        self._stopping.set()
        with suppress(OSError):  # woken already, or over
            self._waker.send(b"x")

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While a request is dealt with. OSError when none is any more."""
        with self._idle:
            if self._over:
                raise ConnectionAbortedError("the receiver has ended")
            self._at_work += 1
        try:
            yield
        finally:
            with self._idle:
                self._at_work -= 1
                self._idle.notify_all()

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond ``stop``."""
        self._stopping.wait(seconds)

    def server_bind(self) -> None:
        """Without the look-up of a host name that the base class makes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.port

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._slots.acquire(blocking=False):
            self._turn_away(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._slots.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._idle:
            self._connections.add(request)
            if self._over:
                _hang_up(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def shutdown_request(self, request: Any) -> None:
        with self._idle:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sentence, where the base class prints where it happened."""
        self.report(f"a request failed: {sys.exc_info()[1]!r}")

    def _turn_away(self, request: socket.socket) -> None:
        with suppress(OSError):
            request.settimeout(0)
            request.send(_FULL)
        self.shutdown_request(request)

    def _finish(self) -> None:
        self.server_close()
        with self._idle:
            self._idle.wait_for(lambda: not self._at_work, _GRACE_S)
            self._over = True
            for connection in self._connections:
                _hang_up(connection)
        self._wake.close()
        self._waker.close()
        self.store.close()


def _hang_up(connection: socket.socket) -> None:
    """So that its thread, that may be waiting for a request, ends."""
    with suppress(OSError):  # it has gone by itself
        connection.shutdown(socket.SHUT_RDWR)
