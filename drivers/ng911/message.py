"""A message that carries location: a SIP request, or a MIME body on its own.

What counts in it: who may be called back (P-Asserted-Identity, else From), the
Geolocation headers (RFC 6442: by value as ``cid:``, by reference as a URI), blocks
by reference in Call-Info (RFC 7852), and the documents of the body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_START_LINE = re.compile(
    rb"(?:(?P<method>[A-Z]{3,12}) (?P<uri>\S+) SIP/2\.0|SIP/2\.0 \d{3}[^\r\n]*)\r?\n"
)
_SOS = re.compile(r"urn:(?:service|nena:service):sos\b", re.IGNORECASE)
_HEADER = re.compile(rb"[!-9;-~]{1,64}:[ \t]*\S")
_URI = re.compile(r"<([^<>\s]{1,2048})>")
_BOUNDARY = re.compile(
    r"boundary=(?:\"([^\"]{1,200})\"|([^\s;]{1,200}))", re.IGNORECASE
)
_ENTRY = re.compile(r"<([^<>\s]{1,2048})>([^<]*)")
_PURPOSE = re.compile(r"purpose=\"?EmergencyCallData\.([\w.+-]+)", re.IGNORECASE)
_COMPACT = {"f": "from", "c": "content-type", "i": "call-id", "m": "contact"}
MOST_PARTS = 64
MOST_HEAD = 64 * 1024

Headers = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A body part. ``at``: index of its first byte in the whole message."""

    content_type: str
    content_id: str
    body: bytes
    at: int


@dataclass(slots=True)
class SipMessage:
    """``references``: location URIs in their order; ``by_value``: content ids.
    ``method`` is empty for an answer, and for a MIME body on its own."""

    method: str = ""
    uri: str = ""
    headers: Headers = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    by_value: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    data_references: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_emergency_call(self) -> bool:
        return self.method == "INVITE" and _SOS.match(self.uri) is not None

    def callers(self) -> list[str]:
        """URIs that may be called back, the asserted ones first. Only who invites is
        a caller: whoever registers or answers is somebody else."""
        found: list[str] = []
        if self.method != "INVITE":
            return found
        for name in ("p-asserted-identity", "from"):
            for value in self.headers.get(name, ()):
                found += _URI.findall(value) or [value.split(";", 1)[0]]
        return found


def is_message(data: bytes) -> bool:
    """Whether bytes begin as a SIP message, or as the headers of a MIME body."""
    text = data.lstrip()
    if _START_LINE.match(text):
        return True
    return text[:8].lower() == b"content-" and _HEADER.match(text) is not None


def read_message(data: bytes) -> SipMessage | None:
    """Never raises; None for what does not begin as a message."""
    if not is_message(data):
        return None
    skipped = len(data) - len(data.lstrip())
    start = _START_LINE.match(data, skipped)
    head_at = start.end() if start else skipped
    headers, body_at = _headers(data, head_at)
    message = SipMessage(headers=headers)
    if start is not None and start["method"]:
        message.method = start["method"].decode()
        message.uri = start["uri"].decode("utf-8", "replace")
    content_type = _one(headers, "content-type")
    message.parts = _parts(data, body_at, len(data), content_type, headers)
    for value in headers.get("geolocation", ()):
        for uri in _URI.findall(value):
            _geolocation(message, uri)
    for value in headers.get("call-info", ()):
        _call_info(message, value)
    return message


def parts_of(content_type: str, body: bytes) -> list[Part]:
    """Parts of a body whose type is known from elsewhere (an HTTP header)."""
    return _parts(body, 0, len(body), content_type, {})


def _geolocation(message: SipMessage, uri: str) -> None:
    scheme, _, rest = uri.partition(":")
    if scheme.lower() == "cid":
        message.by_value.append(rest)
    else:
        message.references.append(uri)


def _call_info(message: SipMessage, value: str) -> None:
    for uri, parameters in _ENTRY.findall(value):
        purpose = _PURPOSE.search(parameters)
        if purpose and not uri.lower().startswith("cid:"):
            message.data_references.append((purpose[1], uri))


def _headers(data: bytes, at: int) -> tuple[Headers, int]:
    """Headers by small names, folded lines joined; and where the body begins."""
    end = re.compile(rb"\r?\n\r?\n").search(data, at, at + MOST_HEAD)
    head = data[at : end.start() if end else min(len(data), at + MOST_HEAD)]
    text = re.sub(r"\r?\n[ \t]+", " ", head.decode("utf-8", "replace"))
    found: Headers = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            small = name.strip().lower()
            found.setdefault(_COMPACT.get(small, small), []).append(value.strip())
    return found, end.end() if end else len(data)


def _one(headers: Headers, name: str) -> str:
    return headers.get(name, [""])[0]


def _parts(
    data: bytes, start: int, end: int, content_type: str, headers: Headers
) -> list[Part]:
    plain = content_type.partition(";")[0].strip().lower()
    boundary = _BOUNDARY.search(content_type)
    if not plain.startswith("multipart/") or boundary is None:
        identity = _one(headers, "content-id").strip("<> ")
        return [Part(plain, identity, data[start:end], start)]
    mark = b"--" + (boundary[1] or boundary[2]).encode("utf-8", "replace")
    found: list[Part] = []
    at = data.find(mark, start, end)
    while at >= 0 and len(found) < MOST_PARTS:
        begin = at + len(mark)
        if data[begin : begin + 2] == b"--":
            break
        at = data.find(mark, begin, end)
        inner, body_at = _headers(data[: at if at >= 0 else end], begin)
        kind = _one(inner, "content-type").partition(";")[0].strip().lower()
        identity = _one(inner, "content-id").strip("<> ")
        body = data[body_at : at if at >= 0 else end]
        found.append(Part(kind, identity, body, body_at))
    return found
