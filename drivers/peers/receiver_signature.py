"""The receiver's own reading of Standard Webhooks ``v1a``: Ed25519 over
``id.timestamp.body``."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PREFIX = "whpk_"
TOLERANCE_S = 300


def public_key(text: str) -> Ed25519PublicKey:
    """``whpk_`` and base64, or 64 hexadecimal digits. Raises ``ValueError``."""
    text = text.strip()
    try:
        if text.startswith(PREFIX):
            raw = base64.b64decode(text.removeprefix(PREFIX), validate=True)
        else:
            raw = bytes.fromhex(text)
        return Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError):
        raise ValueError(
            "a public key is whpk_ and base64, or 64 hexadecimal digits"
        ) from None


def complaint(
    key: Ed25519PublicKey, headers: Mapping[str, str], body: bytes, unix_s: float
) -> str | None:
    """Why the signature does not count; None when it does.

    ``headers`` under their names in lower case. Several signatures may stand side by
    side, parted by spaces; one that fits is enough.
    """
    name = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not (name and stamp and given):
        return "webhook-id, webhook-timestamp and webhook-signature are wanted"
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 15):
        return "webhook-timestamp is seconds since 1970"
    if abs(int(stamp) - unix_s) > TOLERANCE_S:
        return "webhook-timestamp is too far from now"
    signed = f"{name}.{stamp}.".encode() + body
    if any(_fits(key, text, signed) for text in given.split()):
        return None
    return "no signature fits"


def _fits(key: Ed25519PublicKey, text: str, signed: bytes) -> bool:
    version, _, encoded = text.partition(",")
    if version != "v1a":
        return False
    try:
        key.verify(base64.b64decode(encoded, validate=True), signed)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
