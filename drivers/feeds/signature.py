"""Headers of Standard Webhooks with ``v1a``, a signature by Ed25519.

What is signed is ``id.timestamp.body``. A partner who has the public key can tell
that the bytes are the agency's, and cannot make such bytes. The key itself stays with
the caller, who hands in a function.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

Sign = Callable[[bytes], bytes]
"""Bytes -> their Ed25519 signature, 64 bytes."""


def signed_headers(
    key: str, unix_s: int, body: bytes, sign: Sign | None
) -> dict[str, str]:
    """``webhook-id``, and when there is a ``sign`` the time and the signature too.

    The time is there only because it is a part of what is signed.
    """
    headers = {"webhook-id": key}
    if sign is not None:
        signature = sign(f"{key}.{unix_s}.".encode() + body)
        headers["webhook-timestamp"] = str(unix_s)
        text = base64.b64encode(signature).decode("ascii")
        headers["webhook-signature"] = f"v1a,{text}"
    return headers
