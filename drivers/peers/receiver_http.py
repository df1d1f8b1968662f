"""The receiver's HTTP: what is asked, what is answered.

| request | does |
| --- | --- |
| POST or PUT /items/ID | keeps the body, answers a receipt |
| POST or PUT /items | the same; the ID is the part of the key before a colon |
| POST or PUT /items/ID/retraction | keeps the notice, marks the item retracted |
| DELETE /items/ID | marks the item retracted |
| GET /items | a list of what is kept |
| GET /items/ID | the body as it came; 410 once it is retracted |
| GET /items/ID/retraction | the notice as it came |
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import re
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aliquot.drivers.peers.receiver_faults import Fault
from aliquot.drivers.peers.receiver_signature import complaint
from aliquot.drivers.peers.receiver_store import (
    ITEM_ID,
    KEY,
    Incoming,
    Kept,
    No,
    Record,
)

if TYPE_CHECKING:
    from aliquot.drivers.peers.receiver import Receiver

JSON = "application/json"
_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(\s*;[\x20-\x7e]*)?", re.ASCII)
_LENGTH = re.compile(r"[0-9]{1,15}")
_RST = struct.pack("ii", 1, 0)  # SO_LINGER: on, no time
_DRAIN_S = 2.0
_DRAIN_BYTES = 64 * 1024 * 1024
# The base class calls these the server's fault; they are the client's.
_OWN_FAULT = {501: 405, 505: 400}
_REFUSALS = {
    No.OTHER_BYTES: HTTPStatus.CONFLICT,
    No.RETRACTED: HTTPStatus.GONE,
    No.UNKNOWN: HTTPStatus.NOT_FOUND,
}


class _Hopeless(Exception):  # noqa: N818 - it is an answer
    """The request is answered with a status and a sentence."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


class _Gone(Exception):  # noqa: N818 - nobody is there to be answered
    """The client went away, or a fault says it did."""


class _Timed(io.RawIOBase):
    """Reads a socket until a moment, however slowly the bytes drip."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.until = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("too slow")
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: else 40 ms
    server_version = "aliquot-receiver"
    sys_version = ""
    server: Receiver

    def setup(self) -> None:
        super().setup()
        self._timed = _Timed(self.connection)
        self.rfile.close()
        self.rfile = io.BufferedReader(self._timed)
        self._unread = False

    def handle_one_request(self) -> None:
        self._timed.until = time.monotonic() + self.server.patience_s
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def finish(self) -> None:
        try:
            if self._unread:
                self._drain()
            super().finish()
        except OSError:
            pass  # it went away

    def log_message(self, format: str, *args: Any) -> None:
        self.server.report(format % args)

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        """What the base class finds wrong, answered as everything else is."""
        self._unread = self.close_connection = True
        self.request_version = self.protocol_version  # else no status line
        status = HTTPStatus(_OWN_FAULT.get(code, code))
        self._answer(status, _json({"error": status.description or status.phrase}))

    def do_GET(self) -> None:
        self._do(self._get)

    def do_HEAD(self) -> None:
        self._do(self._get)

    def do_POST(self) -> None:
        self._do(self._take)

    def do_PUT(self) -> None:
        self._do(self._take)

    def do_DELETE(self) -> None:
        self._do(self._take)

    def _do(self, act: Callable[[], None]) -> None:
        with self.server.busy():
            try:
                act()
            except _Hopeless as no:
                self._answer(no.status, _json({"error": str(no)}))
            except _Gone:
                self.close_connection = True

    def _get(self) -> None:
        if self.headers.get("Content-Length", "0") != "0" or self._chunked():
            self._unread = self.close_connection = True
        item_id, part = self._place()
        if not item_id:
            self._answer(HTTPStatus.OK, _json(self.server.store.listed()))
            return
        found = self.server.store.find(item_id)
        newest, retraction = found or (None, None)
        if part == "retraction":
            self._give(HTTPStatus.OK, retraction)
        elif retraction:
            self._give(HTTPStatus.GONE, retraction)
        else:
            self._give(HTTPStatus.OK, newest)

    def _give(self, status: HTTPStatus, record: Record | None) -> None:
        if record is None:
            raise _Hopeless(HTTPStatus.NOT_FOUND, "no such item")
        try:
            body = self.server.store.body(record)
        except OSError as problem:
            text = f"cannot read the body: {problem.strerror}"
            raise _Hopeless(HTTPStatus.INTERNAL_SERVER_ERROR, text) from None
        self._answer(status, body, record.content_type)

    def _take(self) -> None:
        fault = self.server.faults.draw()
        if fault is Fault.RESET:
            self._reset()
        body = self._body()
        came = self._incoming(body)
        self._check_signature(came)
        if fault is Fault.ERROR:
            raise _Hopeless(HTTPStatus.INTERNAL_SERVER_ERROR, "a fault on purpose")
        if fault is Fault.DELAY:
            self.server.pause(self.server.faults.delay_s())
        kept = self._keep(came)
        self.server.report(f"{came.kind} {came.id} {'again' if kept.seen else 'new'}")
        if fault is Fault.SILENT:
            raise _Gone
        self._acknowledge(kept, fault)

    def _keep(self, came: Incoming) -> Kept:
        try:
            kept = self.server.store.put(came, self.command == "DELETE")
        except OSError as problem:
            full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
            status = HTTPStatus.INSUFFICIENT_STORAGE
            if not full:
                status = HTTPStatus.INTERNAL_SERVER_ERROR
            raise _Hopeless(status, f"cannot store: {problem.strerror}") from None
        if isinstance(kept, No):
            raise _Hopeless(_REFUSALS[kept], kept.value)
        return kept

    def _acknowledge(self, kept: Kept, fault: Fault | None) -> None:
        said = {k: asdict(kept.record)[k] for k in ("id", "sha256", "received_at")}
        if fault is Fault.WRONG_RECEIPT:
            said["sha256"] = hashlib.sha256(said["sha256"].encode()).hexdigest()
        answer = _json({**said, "seen": kept.seen})
        status = HTTPStatus.OK if kept.seen else HTTPStatus.CREATED
        cut = len(answer) // 2 if fault is Fault.CUT else None
        self._answer(status, answer, cut=cut)

    def _incoming(self, body: bytes) -> Incoming:
        item_id, part = self._place()
        key = self._key()
        if not item_id:
            item_id, _, rest = key.partition(":")
            part = "retraction" if rest.startswith("retract") else ""
            item_id = item_id or hashlib.sha256(body).hexdigest()[:32]
            if not ITEM_ID.fullmatch(item_id):
                raise _Hopeless(HTTPStatus.BAD_REQUEST, "no id in the key")
        retracts = part == "retraction" or self.command == "DELETE"
        kind = "retraction" if retracts else "item"
        key = key or f"{item_id}:{kind}-{hashlib.sha256(body).hexdigest()[:32]}"
        given = self.headers.get("Content-Type", "application/octet-stream")
        if not _TYPE.fullmatch(given) or len(given) > 200:
            raise _Hopeless(HTTPStatus.BAD_REQUEST, "no content type")
        return Incoming(item_id, key, kind, given, body)

    def _key(self) -> str:
        """The key of the delivery, "" if there is none."""
        names = ("Idempotency-Key", "webhook-id")
        given = {self.headers.get(name, "").strip().strip('"') for name in names}
        given.discard("")
        if len(given) > 1:
            text = "Idempotency-Key and webhook-id differ"
            raise _Hopeless(HTTPStatus.BAD_REQUEST, text)
        key = given.pop() if given else ""
        if key and not KEY.fullmatch(key):
            text = "a key is up to 256 letters, digits and . _ ~ : -"
            raise _Hopeless(HTTPStatus.BAD_REQUEST, text)
        return key

    def _check_signature(self, came: Incoming) -> None:
        """With a key: who signed, and that it was signed for this place."""
        if self.server.key is None:
            return
        headers = {name.lower(): text for name, text in self.headers.items()}
        wrong = complaint(self.server.key, headers, came.body, time.time())
        if wrong:
            raise _Hopeless(HTTPStatus.UNAUTHORIZED, wrong)
        named, _, rest = came.key.partition(":")
        retracts = rest.startswith("retract")
        if named != came.id or retracts != (came.kind == "retraction"):
            text = "the webhook-id that was signed is for another item or kind"
            raise _Hopeless(HTTPStatus.FORBIDDEN, text)

    def _place(self) -> tuple[str, str]:
        """Id and part that the path names, "" where it names none."""
        path = self.path.partition("?")[0].partition("#")[0]
        words = [unquote(word) for word in path.strip("/").split("/")]
        if words in ([""], ["items"]):
            return "", ""
        if words[0] != "items" or len(words) > 3:
            raise _Hopeless(HTTPStatus.NOT_FOUND, "there is /items and /items/ID")
        part = words[2] if len(words) == 3 else ""
        if part not in ("", "retraction"):
            raise _Hopeless(HTTPStatus.NOT_FOUND, "there is /items/ID/retraction")
        if not ITEM_ID.fullmatch(words[1]):
            text = "an id is up to 128 letters, digits and . _ ~ -"
            raise _Hopeless(HTTPStatus.BAD_REQUEST, text)
        return words[1], part

    def _body(self) -> bytes:
        try:
            size = self._size()
        except _Hopeless:
            self._unread = self.close_connection = True
            raise
        try:
            body = self.rfile.read(size) if size else b""
        except TimeoutError:
            self._unread = self.close_connection = True
            text = f"the body did not come within {self.server.patience_s:g} s"
            raise _Hopeless(HTTPStatus.REQUEST_TIMEOUT, text) from None
        if len(body) < size:
            raise _Gone
        return body

    def _size(self) -> int:
        lengths = set(self.headers.get_all("Content-Length") or [])
        if self._chunked() or (not lengths and self.command != "DELETE"):
            raise _Hopeless(HTTPStatus.LENGTH_REQUIRED, "Content-Length is wanted")
        length = lengths.pop() if lengths else "0"
        if lengths or not _LENGTH.fullmatch(length):
            raise _Hopeless(HTTPStatus.BAD_REQUEST, "Content-Length is one number")
        if int(length) > self.server.max_bytes:
            text = f"a body has at most {self.server.max_bytes} bytes"
            raise _Hopeless(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)
        return int(length)

    def _chunked(self) -> bool:
        return "Transfer-Encoding" in self.headers

    def _answer(
        self,
        status: HTTPStatus,
        body: bytes,
        content_type: str = JSON,
        cut: int | None = None,
    ) -> None:
        """``cut``: break off after so many bytes of the body."""
        self.connection.settimeout(self.server.patience_s)
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection or cut is not None:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:cut])

    def _reset(self) -> None:
        """Close so that the other side sees a reset."""
        linger = socket.SOL_SOCKET, socket.SO_LINGER, _RST
        self.connection.setsockopt(*linger)
        self.connection.close()
        raise _Gone

    def _drain(self) -> None:
        """Read on for a moment: closed with bytes unread, the connection would be
        reset, and the answer lost with it."""
        self.connection.shutdown(socket.SHUT_WR)
        self._timed.until = time.monotonic() + _DRAIN_S
        left = _DRAIN_BYTES
        while left > 0 and (got := self.rfile.read1(1 << 16)):
            left -= len(got)


def _json(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=True).encode() + b"\n"
