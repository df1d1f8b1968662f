"""Delivery by HTTP: a POST a try, and a receipt that has to match.

An item goes to ``URL/RELEASE_ID``, a retraction to ``URL/RELEASE_ID/retraction``.
The headers say what the wire needs and nothing of who sends: no date, no host name,
no version, no cookie; no proxy, password or certificate is taken from the
environment. A redirection is not followed.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self
from urllib.parse import urlsplit

import httpcore
import httpx

from aliquot.drivers.feeds.api import (
    Delivery,
    DeliveryKind,
    Outcome,
    Reason,
    Refused,
    Retry,
)
from aliquot.drivers.feeds.patience import PatientTransport
from aliquot.drivers.feeds.receipt import MAX_RECEIPT_BYTES, judge_receipt
from aliquot.drivers.feeds.signature import Sign, signed_headers

USER_AGENT = "aliquot"
LONGEST_ASKED_S = 24 * 3600.0
LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))

_REFUSALS: Mapping[int, Reason] = {
    401: Reason.NOT_ALLOWED,
    403: Reason.NOT_ALLOWED,
    407: Reason.NOT_ALLOWED,
    409: Reason.CONFLICT,
    410: Reason.GONE,
    413: Reason.TOO_LARGE,
}
_BROKEN = (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError)
_LATER: Mapping[int, Reason] = {
    408: Reason.BUSY,
    425: Reason.BUSY,
    429: Reason.BUSY,
    503: Reason.BUSY,
}


@dataclass(frozen=True, slots=True)
class TimeOuts:
    """Seconds: to connect; between two pieces of bytes; for a whole answer, head and
    body, however it drips."""

    connect_s: float = 5.0
    piece_s: float = 15.0
    answer_s: float = 30.0


class HttpFeed:
    """A ``Feed`` to one partner. Owns its connection; one thread at a time.

    ``url``: where items go, without query, user or password; ``http`` only on this
    machine, unless ``allow_plain``. Raises ``ValueError`` for another one.
    ``sign``: bytes -> Ed25519 signature. ``tls``: else the machine's trusted
    certificates. ``unix_s``: the wall clock, in seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        sign: Sign | None = None,
        time_outs: TimeOuts | None = None,
        tls: ssl.SSLContext | None = None,
        allow_plain: bool = False,
        unix_s: Callable[[], float] = time.time,
    ) -> None:
        self._url = _checked(url, allow_plain)
        self._sign = sign
        self._unix_s = unix_s
        limits = time_outs or TimeOuts()
        self._answer_s = limits.answer_s
        self._client = httpx.Client(
            timeout=httpx.Timeout(limits.piece_s, connect=limits.connect_s),
            transport=PatientTransport(
                _context(url, tls), limits.connect_s + limits.answer_s
            ),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
            follow_redirects=False,
        )

    def deliver(self, delivery: Delivery) -> Outcome:
        """One try."""
        address = f"{self._url}/{delivery.release_id}"
        if delivery.kind is DeliveryKind.RETRACTION:
            address += "/retraction"
        try:
            with self._client.stream(
                "POST", address, content=delivery.body, headers=self._headers(delivery)
            ) as answer:
                return self._judge(delivery, answer)
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            return Retry(Reason.UNREACHABLE)
        except httpcore.TimeoutException:
            return Retry(Reason.TIMED_OUT)
        except (*_BROKEN, OSError, ValueError):
            # ValueError: an answer of bytes that are no HTTP and no text.
            return Retry(Reason.CUT)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        now_s = int(self._unix_s())
        return {
            "User-Agent": USER_AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": delivery.content_type,
            "Idempotency-Key": delivery.key,
            **signed_headers(delivery.key, now_s, delivery.body, self._sign),
        }

    def _judge(self, delivery: Delivery, answer: httpx.Response) -> Outcome:
        status = answer.status_code
        if answer.is_success:
            raw = self._body(answer)
            return (
                Retry(Reason.TIMED_OUT) if raw is None else judge_receipt(delivery, raw)
            )
        if status in _LATER or status >= 500:
            asked = answer.headers.get("Retry-After", "")
            reason = _LATER.get(status, Reason.SERVER_ERROR)
            return Retry(reason, asked_seconds(asked, self._unix_s()))
        if status < 400:
            return Refused(Reason.REDIRECTED, status)
        if status == 404 and delivery.kind is DeliveryKind.RETRACTION:
            return Refused(Reason.NOT_THERE, status)
        return Refused(_REFUSALS.get(status, Reason.REJECTED), status)

    def _body(self, answer: httpx.Response) -> bytes | None:
        """The body, cut where it is too long for a receipt; None if it dripped.

        Raw, so that nothing packed can swell here.
        """
        end = time.monotonic() + self._answer_s
        body = bytearray()
        for piece in answer.iter_raw():
            body += piece
            if len(body) > MAX_RECEIPT_BYTES:
                break
            if time.monotonic() > end:
                return None
        return bytes(body)


def asked_seconds(text: str, unix_s: float) -> float | None:
    """``Retry-After``, seconds or a date of HTTP, as seconds from ``unix_s``; at most
    a day. None for anything else."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 20:
        return min(float(text), LONGEST_ASKED_S)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(moment - unix_s, 0.0), LONGEST_ASKED_S)


def _checked(url: str, allow_plain: bool) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"no http address: {url!r}")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("an address without query, fragment, user and password")
    plain = parts.scheme == "http" and parts.hostname not in LOOPBACK
    if plain and not allow_plain:
        raise ValueError("plain http leaves this machine unprotected: use https")
    if parts.port == 0:
        raise ValueError("port 0")
    return url.rstrip("/")


def _context(url: str, tls: ssl.SSLContext | None) -> ssl.SSLContext | None:
    if urlsplit(url).scheme == "http":
        return None  # nothing to verify; saves the loading of certificates
    return tls or ssl.create_default_context()
