"""Posts an EIDO to the agency that goes on with the call. One try, one answer.

Nothing of the environment is used (proxy, password); no redirection is followed, so
that the document goes to the address that was set and to no other.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from aliquot.drivers.ng911.held_client import usable

CONTENT_TYPE = "application/json"
TIMEOUT_S = 8.0
_MOST_SAID = 200  # characters of a refusal that are passed on
_MOST_READ = 4096


class PostProblem(Exception):  # noqa: N818 - the word users read
    """The document was not taken; says why, for a person."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to, and how we prove who we are: with a ``user`` by HTTP Basic, without
    one as a bearer token; not at all without a ``secret``."""

    url: str
    user: str = ""
    secret: str = ""


def check_url(url: str) -> str | None:
    """None for an address that may be set, else what to write."""
    problem = usable(url)
    parts = urlsplit(url) if problem is None else None
    if parts is None or parts.query or parts.fragment or "@" in parts.netloc:
        return "write https://HOST/PATH, without user, password and query"
    return None


def post(
    to: Address, document: bytes, key: str, *, timeout_s: float = TIMEOUT_S
) -> int:
    """The status with which the document was taken (2xx). ``key`` is the same for
    the same hand-over. ``timeout_s`` is for all of it. Raises ``PostProblem``."""
    host = urlsplit(to.url).hostname
    headers = {
        "Content-Type": CONTENT_TYPE,
        "Accept": CONTENT_TYPE,
        "Accept-Encoding": "identity",
        "User-Agent": "aliquot",
        "Idempotency-Key": key,
    }
    if to.secret and not to.user:
        headers["Authorization"] = f"Bearer {to.secret}"
    auth = httpx.BasicAuth(to.user, to.secret) if to.user else None
    end = time.monotonic() + timeout_s
    try:
        with (
            httpx.Client(
                timeout=timeout_s, trust_env=False, follow_redirects=False
            ) as http,
            http.stream(
                "POST", to.url, content=document, headers=headers, auth=auth
            ) as answer,
        ):
            if answer.is_success:
                return answer.status_code
            said = _said(answer, end)
    except httpx.TimeoutException:
        raise PostProblem(f"{host} did not answer within {timeout_s:g} s") from None
    except (httpx.HTTPError, OSError, ValueError) as why:
        raise PostProblem(f"{host} cannot be reached: {why}") from None
    raise PostProblem(f"{host} answered {answer.status_code}{said}")


def _said(answer: httpx.Response, end: float) -> str:
    """What the receiver says of it, short; raw, so that nothing packed can swell."""
    data = bytearray()
    for piece in answer.iter_raw():
        data += piece
        if len(data) >= _MOST_READ or time.monotonic() > end:
            break
    text = " ".join(data.decode("utf-8", "replace").split())[:_MOST_SAID]
    plain = "".join(c for c in text if c.isprintable())
    return f": {plain}" if plain else ""
