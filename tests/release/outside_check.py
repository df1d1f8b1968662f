"""Check a release log from outside: `aliquot log export --json | outside_check.py -`.

Knows nothing of the program: Python, its standard library, and `cryptography` for
Ed25519. A second argument is a folder of bodies as a partner got them; each must be
one that was sent or taken back. Prints one JSON object; exit 1 if anything is wrong.
"""

from __future__ import annotations

import hashlib
import json
import sys
from base64 import b64decode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Line = dict[str, Any]
WITH_LEAF = ("release.sent", "release.refused", "release.retracted")


def canonical(value: Any) -> bytes:
    """RFC 8785, for what is in a log: no fractions that JSON would write otherwise."""
    said = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return said.encode()


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def head_of(line: Line) -> str:
    """docs/log.md, "An entry"."""
    when = [line["site"], line["n"], line["utc_us"], str(line["mono_ns"])]
    what = [line[key] for key in ("clock", "actor", "position", "type", "version")]
    end = [line["subject"], line["body_hash"], line["prev"]]
    return sha256(canonical(["aliquot.head/1", *when, *what, *end])).hex()


def root(leaves: list[bytes]) -> bytes:
    """The tree head of RFC 9162, by its definition."""
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:]))


class Check:
    """Collects what is wrong, and counts what is right."""

    def __init__(self, kept: dict[int, bytes]) -> None:
        """``kept``: leaves of entries whose bodies were erased, by their index."""
        self.kept = kept
        self.wrong: list[str] = []
        self.leaves: list[bytes] = []
        self.keys: dict[str, bytes] = {}
        self.proposed: dict[str, Line] = {}
        self.approved: dict[str, Line] = {}
        self.left: set[str] = set()  # SHA-256 of bodies that left, or took back
        self.counts = {"entries": 0, "erased": 0, "sent": 0}
        self._prev = "0" * 64

    def say(self, line: Line, text: str) -> None:
        self.wrong.append(f"entry {line['n']}: {text}")

    def entry(self, line: Line) -> None:
        self.counts["entries"] += 1
        if line["prev"] != self._prev or line["n"] != self.counts["entries"]:
            self.say(line, "does not follow the one before")
        if line["head"] != head_of(line):
            self.say(line, "its head is not that of its fields")
        self._prev = line["head"]
        if line["body"] is None:
            self.counts["erased"] += 1
            if line["type"] in WITH_LEAF and len(self.leaves) in self.kept:
                self.leaves.append(self.kept[len(self.leaves)])
            return
        if line["type"].startswith(("release.", "person.")):
            hashed = sha256(bytes.fromhex(line["salt"]) + canonical(line["body"]))
            if hashed.hex() != line["body_hash"]:
                self.say(line, "its body is not the one that was logged")
        self.body(line, line["body"])

    def body(self, line: Line, body: Line) -> None:
        match line["type"]:
            case "person.added":
                self.keys[body["person_id"]] = b64decode(body["public_key"])
            case "release.proposed":
                self.proposed[body["release_id"]] = body
            case "release.approved":
                self.approved[body["release_id"]] = body
            case "release.sent":
                self.counts["sent"] += 1
                self.sent(line, body["release_id"])
            case "release.retracted":
                self.left |= _hashes(body["bodies"])
        if "leaf" in body:
            self.leaf(line, body["leaf"])

    def sent(self, line: Line, release_id: str) -> None:
        """Another person signed the hashes of the item and of each body."""
        proposed = self.proposed.get(release_id)
        approved = self.approved.get(release_id)
        if proposed is None or approved is None:
            self.say(line, "its proposal or its approval is not there (erased?)")
            return
        statement = b64decode(approved["statement"])
        said = json.loads(statement)
        bodies = {k: sha256(b64decode(v)).hex() for k, v in proposed["bodies"].items()}
        if said["body_sha256"] != bodies or said["release_id"] != release_id:
            self.say(line, "what was signed are other bodies")
        if said["item_sha256"] != sha256(b64decode(proposed["item"])).hex():
            self.say(line, "what was signed is another item")
        if (
            said["approver"] == said["proposer"]
            or said["proposer"] != proposed["proposer"]
        ):
            self.say(line, "one person, or another proposer")
        try:
            key = Ed25519PublicKey.from_public_bytes(self.keys[said["approver"]])
            key.verify(b64decode(approved["signature"]), statement)
        except (KeyError, InvalidSignature):
            self.say(line, "the signature is not the approver's")
        self.left |= set(bodies.values())

    def leaf(self, line: Line, given: Line) -> None:
        """docs/release.md, "The log's leaves"."""
        leaf, record, salt = (b64decode(given[k]) for k in ("leaf", "record", "salt"))
        if json.loads(leaf)["commitment"] != sha256(salt + record).hex():
            self.say(line, "salt and record do not open the leaf")
        if given["index"] != len(self.leaves):
            self.say(line, f"leaf {given['index']} where {len(self.leaves)} is due")
        self.leaves.append(leaf)
        if b64decode(given["root"]) != root(self.leaves):
            self.say(line, "the root is not that of the leaves so far")


def _hashes(bodies: dict[str, str]) -> set[str]:
    return {sha256(b64decode(body)).hex() for body in bodies.values()}


def kept_leaves(lines: Iterable[Line]) -> dict[int, bytes]:
    """An entry that records an erasure keeps the leaves of what it erased."""
    erasures = (x["body"] for x in lines if x["type"] == "log.bodies_erased")
    rows = (row for body in erasures for row in body["marks"].get("leaves", ()))
    return {index: b64decode(leaf) for index, _, _, leaf, _ in rows}


def check(lines: Iterable[Line], received: Iterable[bytes] = ()) -> Line:
    """Whether the log is whole and every body that was received left by its rules."""
    lines = list(lines)
    found = Check(kept_leaves(lines))
    for line in lines:
        found.entry(line)
    for body in received:
        if sha256(body).hex() not in found.left:
            found.wrong.append(f"a body of SHA-256 {sha256(body).hex()} was never sent")
    head = root(found.leaves).hex() if found.leaves else None
    counts = {**found.counts, "leaves": len(found.leaves), "root": head}
    return {"ok": not found.wrong, **counts, "wrong": found.wrong}


def _lines(name: str) -> Iterator[Line]:
    stream = sys.stdin if name == "-" else open(name, encoding="utf-8")  # noqa: SIM115
    with stream:
        for text in stream:
            yield json.loads(text)


if __name__ == "__main__":
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    bodies = [p.read_bytes() for p in folder.rglob("*.body")] if folder else []
    answer = check(_lines(sys.argv[1]), bodies)
    print(json.dumps(answer))
    sys.exit(not answer["ok"])
