"""One client of the HTTP endpoint: bytes in, whole requests and answers out.

Sans-IO but for the socket that is handed in; ``h11`` knows the protocol. A request
is told by ``step``; its answer is sent when the endpoint says so.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from enum import Enum

import h11

from aliquot.drivers.lines.envelope import MOST_BODY, MOST_PATH, wrap

MOST_HEADERS = 64
MOST_HEAD = 8 * 1024
_BLOCK = 65_536
_METHODS = b"GET, HEAD, POST"
_KEPT = frozenset(
    (
        *(b"content-type", b"content-encoding", b"geolocation", b"x-request-id"),
        *(b"webhook-id", b"webhook-timestamp"),
    )
)
HELLO = b"A line of a dispatcher console. POST a message; the answer says it is kept.\n"


class Step(Enum):
    """What became of a client after its bytes were read."""

    WAITING = "waiting"
    MESSAGE = "message"  # ``message`` is whole, and wants its answer
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not taken, as an answer of HTTP."""

    status: int
    text: str


class Client:
    """``deadline`` (monotonic seconds): by then the request, or the answer's way out,
    must be done, however slowly the bytes drip."""

    def __init__(self, link: socket.socket, deadline: float) -> None:
        link.setblocking(False)
        self.link = link
        self.deadline = deadline
        self.message = b""
        self.busy = False  # its message is given and not answered
        self._wire = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._out = bytearray()

    @property
    def wants_to_write(self) -> bool:
        return bool(self._out)

    @property
    def idle(self) -> bool:
        """Between two requests, with nothing to send."""
        return self._request is None and not self._out and not self.busy

    def readable(self) -> Step:
        """Read what came. Nothing is read while an answer is owed."""
        try:
            data = self.link.recv(_BLOCK)
        except BlockingIOError:
            return Step.WAITING
        except OSError:
            return Step.GONE
        try:
            self._wire.receive_data(data)
        except h11.RemoteProtocolError:
            return Step.GONE
        return self.step()

    def step(self) -> Step:
        """Go on with what was read: the next request may be there already."""
        try:
            while True:
                event = self._wire.next_event()
                if event is h11.NEED_DATA or event is h11.PAUSED:
                    return self._wait()
                if isinstance(event, h11.ConnectionClosed):
                    return Step.WAITING if self._out else Step.GONE
                refusal = self._take(event)
                if refusal is not None:
                    self._refuse(refusal)
                    return Step.WAITING
                if self.busy:
                    return Step.MESSAGE
        except h11.RemoteProtocolError as why:
            self._refuse(Refusal(why.error_status_hint, "This is no sound request."))
            return Step.WAITING

    def answer(self) -> None:
        """The message is safe: 204."""
        self.message, self.busy = b"", False
        self._send(204, b"")
        self._again()

    def writable(self) -> bool:
        """Send what waits; False when the client is to be let go."""
        try:
            sent = self.link.send(self._out)
        except BlockingIOError:
            return True
        except OSError:
            return False
        del self._out[:sent]
        return bool(self._out) or self._wire.our_state is not h11.MUST_CLOSE

    def close(self) -> None:
        self.link.close()

    # inside

    def _wait(self) -> Step:
        if self._wire.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[])
            self._out += self._wire.send(go_on) or b""
        return Step.WAITING

    def _rest(self) -> Step:
        """An answer was made and the next request waits behind it."""
        return Step.WAITING

    def _take(self, event: object) -> Refusal | None:
        if isinstance(event, h11.Request):
            self._request = event
            return _refusal_of(event)
        if isinstance(event, h11.Data):
            if len(self._body) + len(event.data) > MOST_BODY:
                return Refusal(413, "The message is too large.")
            self._body += event.data
        if isinstance(event, h11.EndOfMessage):
            self._whole()
        return None

    def _whole(self) -> None:
        request = self._request
        assert request is not None
        if request.method != b"POST":
            self._send(200, HELLO, head_only=request.method == b"HEAD")
            self._again()
            return
        kind, headers = _headers(request)
        path = request.target.decode("ascii", "replace")
        self.message = wrap(path, bytes(self._body), kind, headers, "POST")
        self.busy = True

    def _again(self) -> None:
        """Make ready for the next request of a client that stays."""
        self._request = None
        self._body.clear()
        if self._wire.our_state is h11.DONE and self._wire.their_state is h11.DONE:
            self._wire.start_next_cycle()

    def _refuse(self, why: Refusal) -> None:
        if self._wire.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._send(why.status, f"{why.text}\n".encode(), close=True)
        elif not self._out:
            self.deadline = 0.0

    def _send(
        self, status: int, text: bytes, close: bool = False, head_only: bool = False
    ) -> None:
        headers = [] if status == 204 else [("Content-Length", str(len(text)))]
        if text:
            headers.append(("Content-Type", "text/plain; charset=utf-8"))
        if status == 405:
            headers.append(("Allow", _METHODS.decode()))
        if close:
            headers.append(("Connection", "close"))
        answer = h11.Response(status_code=status, headers=headers)
        self._out += self._wire.send(answer) or b""
        if text and not head_only:
            self._out += self._wire.send(h11.Data(data=text)) or b""
        self._out += self._wire.send(h11.EndOfMessage()) or b""


def _refusal_of(request: h11.Request) -> Refusal | None:
    if len(request.headers) > MOST_HEADERS:
        return Refusal(431, "There are too many headers.")
    if len(request.target) > MOST_PATH or not request.target.startswith(b"/"):
        return Refusal(414, "The path will not do.")
    if request.method not in (b"GET", b"HEAD", b"POST"):
        return Refusal(405, "Only GET and POST are known here.")
    for name, value in request.headers:
        if name == b"content-length" and int(value) > MOST_BODY:
            return Refusal(413, "The message is too large.")
    return None


def _headers(request: h11.Request) -> tuple[str, dict[str, str]]:
    """The content type, and the headers that a decoder may want; no credentials."""
    kind, kept = "application/octet-stream", dict[str, str]()
    for name, value in request.headers:
        text = value.decode("utf-8", "replace")
        if name == b"content-type":
            kind = text
        elif name in _KEPT or name.endswith(b"signature"):
            title = name.decode("ascii").title()
            kept[title] = f"{kept[title]}, {text}" if title in kept else text
    return kind, kept
