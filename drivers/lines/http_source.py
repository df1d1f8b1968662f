"""An HTTP endpoint as a line: each body that is posted becomes one message.

A request is answered with 204 at the *next* ``read``: the reader comes back only when
the bytes of the message before are in the spool, so the answer says that they are
kept. A client that gets none must send again. No thread of its own: the endpoint
lives while somebody reads.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import selectors
import socket
from contextlib import suppress
from time import monotonic

from aliquot.drivers.lines.api import LineState, SourceError
from aliquot.drivers.lines.http_client import Client, Step

MOST_CLIENTS = 32
_WAKE = "wake"
_DOOR = "door"


class HttpSource:
    """See ``ByteSource``. Listens on this machine only, unless ``allow_remote``.

    ``request_s``: seconds in which a client must have sent its request, or taken its
    answer; ``idle_s``: how long one that stays may say nothing.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        allow_remote: bool = False,
        request_s: float = 15.0,
        idle_s: float = 60.0,
    ) -> None:
        self.host = host
        self.port = port
        self._allow_remote = allow_remote
        self._request_s = request_s
        self._idle_s = idle_s
        self._door: socket.socket | None = None
        self._selector: selectors.BaseSelector | None = None
        self._clients: dict[int, Client] = {}
        self._whole: list[Client] = []  # their messages wait to be read
        self._owed: Client | None = None  # its message was read and not answered
        self._wake_read, self._wake_write = -1, -1

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens; port 0 of the settings is a real one here."""
        assert self._door is not None, "open() first"
        host, port = self._door.getsockname()[:2]
        return str(host), int(port)

    def open(self) -> None:
        try:
            self._listen()
        except SourceError:
            raise
        except (OSError, UnicodeError) as why:
            self.close()
            raise _refused(self._where, why) from None

    def _listen(self) -> None:
        info = socket.getaddrinfo(
            self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        if not self._allow_remote and not _is_local(str(info[4][0])):
            raise SourceError(
                LineState.DENIED,
                f"{self._where} is open to other machines. Write 127.0.0.1, or add "
                "?allow_remote=1 and let a firewall say who may come.",
            )
        door = socket.create_server(info[4][:2], family=info[0], backlog=16)
        door.setblocking(False)
        self._door = door
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(door, selectors.EVENT_READ, _DOOR)
        self._selector.register(self._wake_read, selectors.EVENT_READ, _WAKE)

    def read(self, timeout_s: float) -> bytes:
        """One message, ``b""`` when none came. Answers the one before."""
        if self._selector is None:
            raise SourceError(LineState.LOST, f"{self._where} is not open.")
        self._answer()
        until = monotonic() + timeout_s
        woken = False
        while not self._whole and not woken:
            left = until - monotonic()
            if left <= 0:
                return b""
            woken = self._attend(self._selector, left)
        return self._give()

    def write(self, data: bytes) -> None:
        """Clients get their own answers only."""

    def cancel(self) -> None:
        with suppress(OSError):  # closed, or full: it is awake
            os.write(self._wake_write, b"!")

    def close(self) -> None:
        """A message that was not answered for is sent again by its client."""
        for client in list(self._clients.values()):
            self._let_go(client)
        self._owed = None
        door, self._door = self._door, None
        if door is not None:
            door.close()
        selector, self._selector = self._selector, None
        if selector is not None:
            selector.close()
        wakes = self._wake_read, self._wake_write
        self._wake_read, self._wake_write = -1, -1
        for fd in wakes:
            if fd >= 0:
                os.close(fd)

    # inside

    def _attend(self, selector: selectors.BaseSelector, left: float) -> bool:
        """Wait for what comes first and deal with it; True when it was ``cancel``."""
        woken = False
        for key, events in selector.select(min(left, self._nearest())):
            if key.data is _WAKE:
                os.read(self._wake_read, 4096)
                woken = True
            elif key.data is _DOOR:
                self._let_in()
            else:
                self._serve(key.data, events)
        self._cut_the_slow()
        return woken

    def _serve(self, client: Client, events: int) -> None:
        if events & selectors.EVENT_WRITE and not client.writable():
            self._let_go(client)
            return
        was_idle = client.idle
        step = Step.WAITING
        if not client.busy and not client.wants_to_write:
            read = events & selectors.EVENT_READ
            step = client.readable() if read else client.step()
        self._after(client, step, was_idle)

    def _after(self, client: Client, step: Step, was_idle: bool) -> None:
        if step is Step.MESSAGE:
            self._whole.append(client)
        if step is Step.GONE or (client.wants_to_write and not client.writable()):
            self._let_go(client)
            return
        if was_idle != client.idle:
            after = self._idle_s if client.idle else self._request_s
            client.deadline = monotonic() + after
        self._watch(client)

    def _watch(self, client: Client) -> None:
        """A client whose message waits for its answer is not listened to."""
        assert self._selector is not None
        events = 0 if client.busy or client.wants_to_write else selectors.EVENT_READ
        if client.wants_to_write:
            events |= selectors.EVENT_WRITE
        with suppress(KeyError):
            self._selector.unregister(client.link)
        if events:
            self._selector.register(client.link, events, client)

    def _let_in(self) -> None:
        assert self._door is not None
        try:
            link, _ = self._door.accept()
        except OSError:  # it went away again, or there are no descriptors left
            return
        if len(self._clients) >= MOST_CLIENTS:
            link.close()
            return
        client = Client(link, monotonic() + self._request_s)
        self._clients[id(client)] = client
        self._watch(client)

    def _give(self) -> bytes:
        if not self._whole:
            return b""
        self._owed = self._whole.pop(0)
        return self._owed.message

    def _answer(self) -> None:
        client, self._owed = self._owed, None
        if client is None or id(client) not in self._clients:
            return
        client.deadline = monotonic() + self._request_s
        client.answer()
        self._after(client, client.step(), was_idle=False)

    def _let_go(self, client: Client) -> None:
        self._clients.pop(id(client), None)
        if client in self._whole:
            self._whole.remove(client)
        if self._selector is not None:
            with suppress(KeyError, ValueError):
                self._selector.unregister(client.link)
        client.close()

    def _nearest(self) -> float:
        """Seconds until a client has had its time."""
        waiting = [c.deadline for c in self._clients.values() if not c.busy]
        return max(0.0, min(waiting, default=monotonic() + 60.0) - monotonic())

    def _cut_the_slow(self) -> None:
        now = monotonic()
        for client in list(self._clients.values()):
            if not client.busy and client.deadline <= now:
                self._let_go(client)

    @property
    def _where(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"listen:{host}:{self.port}"


def _is_local(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _refused(where: str, why: Exception) -> SourceError:
    number = why.errno if isinstance(why, OSError) else None
    states = {errno.EADDRINUSE: LineState.BUSY, errno.EACCES: LineState.DENIED}
    state = states.get(number or 0, LineState.MISSING)
    todo = {
        LineState.BUSY: "Another program listens there; choose another port.",
        LineState.DENIED: "Ports below 1024 are for root; choose a higher one.",
    }.get(state, "Is it an address of this machine?")
    return SourceError(state, f"Cannot listen at {where}: {why}. {todo}")
