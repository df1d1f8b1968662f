"""Asks a location server (HELD, RFC 5985), and where a reference points (RFC 6753).

As a line it is the source ``held:https://server/path``: asked for a number, it posts
a request, and the answer is read as any other message is. Nothing is asked unless a
person asks for it. Over plain http only this machine is asked.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from aliquot.drivers.lines.api import Chunk, LineState, Option, SourceError
from aliquot.drivers.lines.envelope import wrap
from aliquot.drivers.lines.talk import Ask, AskKind
from aliquot.drivers.ng911.held import CONTENT_TYPE, ResponseTime, location_request

MOST_BODY = 1024 * 1024
_ACCEPT = f"{CONTENT_TYPE}, application/pidf+xml"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class HeldProblem(Exception):  # noqa: N818 - the word users read
    """No answer could be had; says why, for a person."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came, of any status that has a body of HELD or PIDF-LO."""

    status: int
    content_type: str
    body: bytes


class HeldClient:
    """``hosts``: of references that may be followed, beside the server's own.

    ``timeout_s`` is for the whole of a request. ``name`` and ``secret`` go to the
    server alone (RFC 7617), never to where a reference points.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float = 5.0,
        hosts: tuple[str, ...] = (),
        name: str = "",
        secret: str = "",
        response_time: ResponseTime | int = ResponseTime.EMERGENCY_DISPATCH,
    ) -> None:
        self._url = url
        self._timeout_s = timeout_s
        self._hosts = {urlsplit(url).hostname, *hosts}
        self._auth = httpx.BasicAuth(name, secret) if name else None
        self._response_time = response_time
        self._http = httpx.Client(timeout=timeout_s, follow_redirects=False)
        problem = usable(url)
        if problem is not None:
            raise ValueError(f"{url}: {problem}")

    def locate(self, device: str) -> Reply:
        """Where a device is; ``device`` is its URI, as ``tel:+13155550100``."""
        return self.post(location_request(device, self._response_time))

    def post(self, request: bytes) -> Reply:
        """A request that was made before, to the server."""
        return self._exchange(self._url, request, self._auth)

    def dereference(self, reference: str) -> Reply:
        """What a location reference points to now. Never another host than those
        that were allowed: the reference was written by somebody else."""
        if (problem := usable(reference)) is not None:
            raise HeldProblem(f"{reference}: {problem}.")
        host = urlsplit(reference).hostname
        if host not in self._hosts:
            raise HeldProblem(f"{host} is none of the hosts that may be asked.")
        own = urlsplit(reference)[:2] == urlsplit(self._url)[:2]
        request = location_request(None, self._response_time)
        return self._exchange(reference, request, self._auth if own else None)

    def close(self) -> None:
        self._http.close()

    def _exchange(
        self, url: str, request: bytes, auth: httpx.BasicAuth | None
    ) -> Reply:
        end = time.monotonic() + self._timeout_s
        headers = {"Content-Type": f"{CONTENT_TYPE};charset=utf-8", "Accept": _ACCEPT}
        host = urlsplit(url).hostname
        try:
            sent = self._http.build_request(
                "POST", url, content=request, headers=headers
            )
            answer = self._http.send(sent, auth=auth, stream=True)
            try:
                body = _body(answer, end)
            finally:
                answer.close()
        except httpx.TimeoutException:
            raise HeldProblem(
                f"{host} did not answer within {self._timeout_s:g} s."
            ) from None
        except httpx.HTTPError as why:
            raise HeldProblem(f"{host} cannot be asked: {why}.") from None
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not body.strip() or "xml" not in kind:
            text = f"{host} answered {answer.status_code} and no location."
            raise HeldProblem(text)
        return Reply(answer.status_code, kind, body)


def usable(url: str) -> str | None:
    """None for an address that may be asked, else why not."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme == "https" and host:
        return None
    if parts.scheme == "http" and host in _LOOPBACK:
        return None
    return "write https://host/path"


def _body(answer: httpx.Response, end: float) -> bytes:
    """However slowly it drips, not longer than until ``end``."""
    body = b""
    for block in answer.iter_bytes():
        body += block
        if len(body) > MOST_BODY:
            raise httpx.HTTPError("the answer is too large")
        if time.monotonic() > end:
            raise httpx.ReadTimeout("too slow")
    return body


class HeldSource:
    """A ``ByteSource``: what is written is asked, what is read are the answers.

    That a server does not answer is no loss of the line; it is said as an answer
    of HELD (``error``), which the decoder makes a record of.
    """

    def __init__(self, client: HeldClient) -> None:
        self._client = client
        self._asked: deque[bytes] = deque()
        self._woken = threading.Event()
        self._open = False

    def open(self) -> None:
        self._open = True

    def read(self, timeout_s: float) -> bytes:
        if not self._open:
            raise SourceError(LineState.LOST, "The location server is not open.")
        if not self._asked:
            self._woken.wait(timeout_s)
        self._woken.clear()
        if not self._asked:
            return b""
        try:
            reply = self._client.post(self._asked.popleft())
        except HeldProblem as why:
            return wrap("/held", _error(str(why)), CONTENT_TYPE)
        return wrap("/held", reply.body, reply.content_type)

    def write(self, data: bytes) -> None:
        self._asked.append(data)
        self._woken.set()

    def cancel(self) -> None:
        self._woken.set()

    def close(self) -> None:
        self._open = False
        self._client.close()


def _error(why: str) -> bytes:
    from xml.sax.saxutils import escape

    return (
        '<error xmlns="urn:ietf:params:xml:ns:geopriv:held" code="timeout">'
        f'<message xml:lang="en">{escape(why)}</message></error>'
    ).encode()


@dataclass(slots=True)
class HeldConversation:
    """A ``Conversation``: it only speaks when a person asks for a location."""

    response_time: ResponseTime | int = ResponseTime.EMERGENCY_DISPATCH

    @property
    def deadline_ns(self) -> int | None:
        return None

    @property
    def trouble(self) -> str | None:
        return None

    def opened(self, mono_ns: int) -> bytes:
        return b""

    def heard(self, chunk: Chunk) -> bytes:
        return b""

    def tick(self, mono_ns: int) -> bytes:
        return b""

    def ask(self, ask: Ask, mono_ns: int) -> bytes | None:
        """A rebid is a request for where that number is now."""
        number = ask.number or ""
        whole = len(number) == 10 and number.isascii() and number.isdecimal()
        if ask.kind is not AskKind.REBID or not whole:
            return None
        return location_request(f"tel:+1{ask.number}", self.response_time)


def held_source(url: str, options: Mapping[str, Option]) -> HeldSource:
    """From a line's options: ``timeout_s``, ``name``, ``secret`` (of
    ``secret_file``). Raises ``ValueError``."""
    timeout = options.get("timeout_s", 5.0)
    if isinstance(timeout, bool | str) or not 0 < timeout <= 60:
        raise ValueError("timeout_s: write seconds, up to 60")
    name, secret = str(options.get("name", "")), str(options.get("secret", ""))
    client = HeldClient(url, timeout_s=float(timeout), name=name, secret=secret)
    return HeldSource(client)
