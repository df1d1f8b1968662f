"""A person's signing key, sealed by a password.

The private half of an Ed25519 key lies in ``keys/<person_id>.json``, encrypted
with AES-256-GCM under a key that argon2id makes of the password. The parameters
are beside it, so that they can be raised later without losing old keys. Person id
and name are authenticated with it: a key file cannot be given to somebody else.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from aliquot.console.problems import EXIT_UNAVAILABLE, KnownProblem
from aliquot.console.profile import make_private_folder, write_private

_FORMAT = "aliquot-key/1"


@dataclass(frozen=True, slots=True)
class Kdf:
    """Parameters of argon2id: memory in KiB, passes, lanes."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4

    def derive(self, password: str, salt: bytes) -> bytes:
        return hash_secret_raw(
            secret=password.encode(),
            salt=salt,
            time_cost=self.passes,
            memory_cost=self.memory_kib,
            parallelism=self.lanes,
            hash_len=32,
            type=Type.ID,
        )


STANDARD = Kdf()


class WrongPassword(Exception):  # noqa: N818 - an answer, not a fault
    """The password does not open the key."""


def key_path(folder: Path, person_id: str) -> Path:
    return folder / f"{person_id}.json"


def make_key(
    folder: Path, person_id: str, name: str, password: str, kdf: Kdf = STANDARD
) -> bytes:
    """Make and store a sealed key; gives the raw public half (32 bytes).

    Slow on purpose, and it holds no lock: call it outside of the writer thread.
    """
    private = Ed25519PrivateKey.generate()
    secret = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(kdf.derive(password, salt)).encrypt(
        nonce, secret, _bound(person_id, name)
    )
    made = {
        "format": _FORMAT,
        "person_id": person_id,
        "name": name,
        "public_key": _text(public),
        "kdf": {"name": "argon2id", **asdict(kdf), "salt": _text(salt)},
        "cipher": {"name": "aes-256-gcm", "nonce": _text(nonce)},
        "sealed": _text(sealed),
    }
    make_private_folder(folder)
    write_private(key_path(folder, person_id), json.dumps(made, indent=1).encode())
    return public


def open_key(folder: Path, person_id: str, password: str) -> Ed25519PrivateKey:
    """Unseal a key. Slow on purpose.

    Raises ``WrongPassword``; ``KnownProblem`` ``key_unusable`` when the file is
    missing or is no key file.
    """
    path = key_path(folder, person_id)
    try:
        made: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        kdf = Kdf(*(int(made["kdf"][n]) for n in ("memory_kib", "passes", "lanes")))
        key = kdf.derive(password, b64decode(made["kdf"]["salt"]))
        nonce, sealed = b64decode(made["cipher"]["nonce"]), b64decode(made["sealed"])
        bound = _bound(person_id, made["name"])
    except (OSError, ValueError, KeyError, TypeError) as why:
        text = f"The key file {path} cannot be used: {why}. Add the person again."
        raise KnownProblem("key_unusable", text, EXIT_UNAVAILABLE) from why
    try:
        secret = AESGCM(key).decrypt(nonce, sealed, bound)
    except InvalidTag:
        raise WrongPassword from None
    return Ed25519PrivateKey.from_private_bytes(secret)


def public_half(private: Ed25519PrivateKey) -> bytes:
    """The raw public key, 32 bytes."""
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def waste_time(password: str, kdf: Kdf = STANDARD) -> None:
    """What ``open_key`` costs, for a name that nobody has: both take as long."""
    kdf.derive(password, bytes(16))


def _bound(person_id: str, name: str) -> bytes:
    return json.dumps([_FORMAT, person_id, name]).encode()


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
