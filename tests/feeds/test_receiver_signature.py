"""Standard Webhooks v1a as the receiver reads it."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from feed_harness import ServedReceiver, exchange, status_of
from feed_harness import http as request

from aliquot.drivers.peers.receiver_signature import complaint, public_key

# The key of RFC 8032 section 7.1, test 2.
SECRET = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SECRET))
NOW = 1_786_000_000
BODY = b'{"a": 1}'


def signed(
    name: str = "a:1", at: int = NOW, body: bytes = BODY, version: str = "v1a"
) -> dict[str, str]:
    signature = KEY.sign(b"%s.%d.%s" % (name.encode(), at, body))
    text = base64.b64encode(signature).decode()
    return {
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": f"{version},{text}",
    }


def test_a_right_signature_counts() -> None:
    key = public_key(PUBLIC)
    assert complaint(key, signed(), BODY, NOW + 299) is None
    beside = signed()
    beside["webhook-signature"] = "v1,AAAA v1a,%% " + beside["webhook-signature"]
    assert complaint(key, beside, BODY, NOW) is None


@pytest.mark.parametrize(
    ("headers", "body", "now"),
    [
        ({}, BODY, NOW),
        (signed(), BODY + b" ", NOW),
        (signed(), BODY, NOW + 301),
        (signed(), BODY, NOW - 301),
        (signed() | {"webhook-id": "a:2"}, BODY, NOW),
        (signed() | {"webhook-timestamp": str(NOW + 1)}, BODY, NOW),
        (signed() | {"webhook-timestamp": "now"}, BODY, NOW),
        (signed() | {"webhook-signature": "v1a,AAAA"}, BODY, NOW),
        (signed(version="v1"), BODY, NOW),
        (signed(version="v2a"), BODY, NOW),
    ],
)
def test_a_wrong_one_does_not(headers: dict[str, str], body: bytes, now: float) -> None:
    assert complaint(public_key(PUBLIC), headers, body, now)


def test_both_ways_to_write_a_key() -> None:
    text = "whpk_" + base64.b64encode(bytes.fromhex(PUBLIC)).decode()
    same = public_key(f" {text}\n").public_bytes_raw()
    assert same == public_key(PUBLIC).public_bytes_raw()


@pytest.mark.parametrize("text", ["", "whpk_", "whpk_%%", PUBLIC[:-2], "zz" * 32])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="a public key is"):
        public_key(text)


@pytest.mark.parametrize(
    ("path", "name", "status"),
    [
        *(("/items/a", "a:1", 201), ("/items", "a:1", 201)),
        *(("/items/b", "a:1", 403), ("/items/a/retraction", "a:1", 403)),
        *(
            ("/items/a/retraction", "a:retraction", 201),
            ("/items/a", "a:retraction", 403),
        ),
    ],
)
def test_what_was_signed_counts_for_its_place_only(
    tmp_path: Path, path: str, name: str, status: int
) -> None:
    """Who listens in cannot turn an item into a retraction, or into another item."""
    headers = signed(name, int(time.time()))
    asked = request("POST", path, BODY, **headers)
    with ServedReceiver(tmp_path / "r", key=public_key(PUBLIC)) as served:
        assert status_of(exchange(served.port, asked)) == status
        assert len(served.items()) == (status == 201)
