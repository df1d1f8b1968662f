"""A line that is the client end of EIDO conveyance: ``ws://`` and ``wss://``.

The connection is this module's own socket under the ``websockets`` package's state
machine without I/O, so that no thread is needed: whoever reads the line works the
connection too. Each event comes out as an envelope (``envelope.wrap``).
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import time
import uuid
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.frames import Frame as WsFrame
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from aliquot.drivers.lines.api import LineState, Option, SourceError
from aliquot.drivers.lines.envelope import wrap
from aliquot.drivers.ng911.sta024 import Subscriber, Wanted

MOST_MESSAGE = 4 * 1024 * 1024
_BLOCK = 65_536
_TEXT, _CONTINUED = Opcode.TEXT, Opcode.CONT
_DENIED = (401, 403)
_PING_S = 20.0  # silence after which the other end is asked whether it lives


class ConveyanceSource:
    """A ``ByteSource``. ``name`` and ``secret`` go into the handshake (RFC 7617).

    Opened anew it subscribes anew. What it had in this session is not given twice;
    what it had before that the decoder of the line knows.
    """

    def __init__(
        self,
        url: str,
        wanted: Wanted | None = None,
        *,
        name: str = "",
        secret: str = "",
        connect_timeout_s: float = 5.0,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url
        self._uri = parse_uri(url)
        self._name, self._secret = name, secret
        self._timeout_s = connect_timeout_s
        self._trust = trust
        self.subscriber = Subscriber(wanted or Wanted(), lambda: str(uuid.uuid4()))
        self._link: socket.socket | None = None
        self._protocol = ClientProtocol(self._uri, max_size=MOST_MESSAGE)
        self._parts: list[bytes] = []
        self._heard_ns = 0
        self._asked = False
        self._wake_read, self._wake_write = -1, -1

    def open(self) -> None:
        self._protocol = ClientProtocol(self._uri, max_size=MOST_MESSAGE)
        self._parts, self._asked = [], False
        self._link = self._connect()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        try:
            self._shake_hands(self._link)
        except OSError as why:
            raise self._error(LineState.MISSING, str(why)) from None
        self._link.setblocking(False)
        self._heard_ns = time.monotonic_ns()
        self._say(self.subscriber.opened(self._heard_ns))

    def read(self, timeout_s: float) -> bytes:
        """Envelopes of new events; ``b""`` when none came in time."""
        link = self._opened()
        out = b""
        if not _pending(link):
            watched: list[socket.socket | int] = [link, self._wake_read]
            ready, _, _ = select.select(watched, [], [], timeout_s)
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)
            if link not in ready:
                self._keep(time.monotonic_ns())
                return b""
        self._receive(link)
        now = self._heard_ns = time.monotonic_ns()
        self._asked = False
        for event in self._protocol.events_received():
            if isinstance(event, WsFrame):
                out += self._frame(event, now)
        self._flush()
        self._keep(now)
        if out:
            return out
        if self.subscriber.trouble is not None:
            raise self._error(LineState.DENIED, self.subscriber.trouble)
        if self._protocol.state in (State.CLOSING, State.CLOSED):
            raise self._error(LineState.LOST, "the other end has closed it")
        return b""

    def write(self, data: bytes) -> None:
        """Text that is sent as one message."""
        self._opened()
        self._say([data.decode("utf-8", "replace")])

    def cancel(self) -> None:
        with suppress(OSError):  # closed, or full: it is awake
            os.write(self._wake_write, b"!")

    def close(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            with suppress(OSError, SourceError):
                self._leave(link)
            link.close()
        wakes = self._wake_read, self._wake_write
        self._wake_read, self._wake_write = -1, -1
        for fd in wakes:
            if fd >= 0:
                os.close(fd)

    def _connect(self) -> socket.socket:
        address = self._uri.host, self._uri.port
        try:
            link = socket.create_connection(address, self._timeout_s)
        except PermissionError as why:
            raise self._error(LineState.DENIED, str(why)) from None
        except (OSError, UnicodeError) as why:
            raise self._error(LineState.MISSING, str(why)) from None
        if not self._uri.secure:
            return link
        try:
            trust = self._trust or ssl.create_default_context()
            return trust.wrap_socket(link, server_hostname=self._uri.host)
        except OSError as why:
            link.close()
            raise self._error(LineState.DENIED, str(why)) from None

    def _shake_hands(self, link: socket.socket) -> None:
        request = self._protocol.connect()
        if self._name:
            pair = f"{self._name}:{self._secret}".encode()
            request.headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
        self._protocol.send_request(request)
        link.sendall(b"".join(self._protocol.data_to_send()))
        end = time.monotonic() + self._timeout_s
        while self._protocol.state is State.CONNECTING:
            if self._protocol.handshake_exc is not None:
                break
            link.settimeout(max(0.01, end - time.monotonic()))
            data = link.recv(_BLOCK)
            if not data:
                self._protocol.receive_eof()
                break
            self._protocol.receive_data(data)
        self._protocol.events_received()  # the answer; nothing was subscribed to yet
        if (problem := self._protocol.handshake_exc) is not None:
            raise self._refused(problem)
        if self._protocol.state is not State.OPEN:
            raise self._error(LineState.MISSING, "the other end hung up")

    def _refused(self, problem: Exception) -> SourceError:
        if isinstance(problem, InvalidStatus):
            status = problem.response.status_code
            if status in _DENIED:
                why = f"name or secret are not accepted ({status})"
                return self._error(LineState.DENIED, why)
            return self._error(LineState.MISSING, f"it answered {status}")
        if isinstance(problem, InvalidHandshake):
            return self._error(LineState.MISSING, "it speaks no WebSocket there")
        return self._error(LineState.MISSING, str(problem))

    def _receive(self, link: socket.socket) -> None:
        try:
            data = link.recv(_BLOCK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as why:
            raise self._error(LineState.LOST, why.strerror or str(why)) from None
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()

    def _frame(self, frame: WsFrame, now: int) -> bytes:
        """A frame in; the envelope of a new event out."""
        if frame.opcode not in (_TEXT, _CONTINUED):
            return b""
        self._parts.append(bytes(frame.data))
        if not frame.fin:
            return b""
        text, self._parts = b"".join(self._parts).decode("utf-8", "replace"), []
        turn = self.subscriber.heard(text, now)
        self._say(turn.send)
        path = self._uri.path or "/"
        messages = (event.encode() for event in turn.new)
        kind = "application/json"
        return b"".join(wrap(path, body, kind, method="WS") for body in messages)

    def _keep(self, now: int) -> None:
        """Renew in time; ask a silent other end whether it lives."""
        self._say(self.subscriber.tick(now))
        silent_s = (now - self._heard_ns) / 1e9
        if silent_s > 2 * _PING_S:
            raise self._error(LineState.LOST, f"nothing came for {silent_s:.0f} s")
        if silent_s > _PING_S and not self._asked:
            self._asked = True
            self._protocol.send_ping(b"")
            self._flush()

    def _say(self, messages: list[str]) -> None:
        for text in messages:
            if self._protocol.state is State.OPEN:
                self._protocol.send_text(text.encode())
        self._flush()

    def _flush(self) -> None:
        link = self._link
        data = b"".join(self._protocol.data_to_send())
        if link is None or not data:
            return
        link.settimeout(self._timeout_s)
        try:
            link.sendall(data)
        except OSError as why:
            raise self._error(LineState.LOST, why.strerror or str(why)) from None
        finally:
            link.setblocking(False)

    def _leave(self, link: socket.socket) -> None:
        if self._protocol.state is State.OPEN:
            for text in self.subscriber.leave():
                self._protocol.send_text(text.encode())
            self._protocol.send_close(1001)
            link.settimeout(1.0)
            link.sendall(b"".join(self._protocol.data_to_send()))

    def _opened(self) -> socket.socket:
        if self._link is None:
            raise self._error(LineState.LOST, "it is not open")
        return self._link

    def _error(self, state: LineState, why: str) -> SourceError:
        words = {
            LineState.LOST: "Lost",
            LineState.DENIED: "Not let in at",
        }
        return SourceError(
            state, f"{words.get(state, 'Cannot reach')} {self._url}: {why}."
        )


def _pending(link: socket.socket) -> bool:
    """Whether decrypted bytes wait that ``select`` does not see."""
    return isinstance(link, ssl.SSLSocket) and link.pending() > 0


def conveyance(url: str, options: Mapping[str, Option]) -> ConveyanceSource:
    """From a line's options: ``name``, ``secret`` (of ``secret_file``),
    ``incident_id``, ``filter``, ``expires_s``. Raises ``ValueError``."""
    if "@" in url.partition("//")[2].partition("/")[0]:
        raise ValueError(
            f"{url.partition('//')[0]}//…: write name and secret as options"
        )
    expires = options.get("expires_s")
    whole = isinstance(expires, int) and not isinstance(expires, bool) and expires > 0
    if expires is not None and not whole:
        raise ValueError("expires_s: write whole seconds")
    wanted = Wanted(
        sub_type="single" if options.get("incident_id") else "new",
        incident_id=str(options.get("incident_id") or "") or None,
        qual_filter=str(options.get("filter") or "") or None,
        expires_s=expires if isinstance(expires, int) else None,
    )
    try:
        name, secret = str(options.get("name", "")), str(options.get("secret", ""))
        return ConveyanceSource(url, wanted, name=name, secret=secret)
    except Exception as why:
        raise ValueError(f"{url}: must be ws://host:port/path or wss://…") from why
