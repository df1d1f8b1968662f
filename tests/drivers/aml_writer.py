"""Writes location messages as a handset does. Nothing of the product is used."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlencode

# GSM 03.38, the letters that location messages are made of.
BASIC = {c: ord(c) for c in "!\"#%&'()*+,-./0123456789:;<=>? \n\r"}
BASIC |= {c: ord(c) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}


def version_1(
    latitude: str,
    longitude: str,
    radius: str = "20",
    top: str = "20261121182336",
    confidence: str = "68",
    method: str = "G",
    length: int | None = None,
) -> str:
    """``length``: what ``ml`` says; None is the right one."""
    text = (
        f'A"ML=1;lt={latitude};lg={longitude};rd={radius};top={top};lc={confidence};'
        f"pm={method};si=234159000000000;ei=123456789012345;mcc=234;mnc=15;ml="
    )
    if length is None:
        length = next(n for n in range(400) if len(f"{text}{n}") == n)
    return f"{text}{length}"


def packed(text: str) -> bytes:
    """Seven bits a letter, the first in the lowest bits."""
    bits = "".join(f"{BASIC[c]:07b}"[::-1] for c in text)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[n : n + 8][::-1], 2) for n in range(0, len(bits), 8))


def with_header(text: str, to_port: int = 3335, filled: bool = True) -> bytes:
    """After the header of an application port; ``filled`` to a septet's border."""
    header = bytes((6, 5, 4)) + to_port.to_bytes(2, "big") + bytes(2)
    if not filled:
        return header + packed(text)
    spare = -8 * len(header) % 7
    bits = "0" * spare + "".join(f"{BASIC[c]:07b}"[::-1] for c in text)
    bits += "0" * (-len(bits) % 8)
    body = bytes(int(bits[n : n + 8][::-1], 2) for n in range(0, len(bits), 8))
    return header + body


def form(fields: dict[str, str], key: bytes | None = None) -> bytes:
    body = urlencode(fields).encode()
    if key is None:
        return body
    return body + b"&hmac=" + hmac.new(key, body, hashlib.sha1).hexdigest().encode()
