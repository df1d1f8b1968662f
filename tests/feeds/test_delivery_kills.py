"""Sender and receiver killed with -9 while every fifth delivery meets a fault."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from pathlib import Path

import pytest
from feed_harness import ReceiverProcess, Sender, listed, pause
from feed_sender import confirmed_rows, deliveries
from free_port import free_port

from aliquot.drivers.feeds.api import (
    Delivery,
    DeliveryKind,
    item_delivery,
    retraction_delivery,
)

TYPE = "application/json"
FAULTS = ("--fail", "0.2", "--max-delay", "0.4")


def fill(outbox: Path, count: int, dice: random.Random) -> list[Delivery]:
    """Items of odd bytes, and a retraction for every tenth, later in the outbox."""
    items = [
        item_delivery(f"r{n:04}", TYPE, dice.randbytes(dice.randint(0, 3000)))
        for n in range(count)
    ]
    notices = [
        retraction_delivery(item.release_id, TYPE, b"gone " + item.release_id.encode())
        for item in items[::10]
    ]
    rows = [
        {
            "key": d.key,
            "release_id": d.release_id,
            "content_type": d.content_type,
            "body": base64.b64encode(d.body).decode(),
            "kind": d.kind.value,
        }
        for d in (*items, *notices)
    ]
    outbox.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [*items, *notices]


def check_arrival(folder: Path, confirmed: Path, sent: list[Delivery]) -> None:
    """None lost, none doubled: the folder has each body once, byte for byte."""
    notes = [json.loads(note.read_text()) for note in folder.glob("*/*.json")]
    bodies = {
        note["key"]: (folder / note["id"] / f"{note['number']}.body").read_bytes()
        for note in notes
    }
    assert bodies == {d.key: d.body for d in sent}
    assert len(notes) == len(list(folder.glob("*/*.body"))) == len(sent)
    rows = confirmed_rows(confirmed)
    assert {row["key"]: row["sha256"] for row in rows} == {
        d.key: hashlib.sha256(d.body).hexdigest() for d in sent
    }


def check_states(url: str, sent: list[Delivery]) -> None:
    retracted = {d.release_id for d in sent if d.kind is DeliveryKind.RETRACTION}
    states = {row["id"]: row["state"] for row in listed(url)}
    assert states == {
        d.release_id: "retracted" if d.release_id in retracted else "received"
        for d in sent
    }


def deliver_with_kills(
    count: int, kills: int, folder: Path, receiver: ReceiverProcess
) -> dict[str, int]:
    """What the senders said, by first word; the last one came to the end."""
    dice = random.Random()
    outbox, confirmed = folder / "outbox", folder / "confirmed"
    sent = fill(outbox, count, dice)
    assert deliveries(outbox) == sent
    said: dict[str, int] = {}
    share = count // kills // 3  # a kill comes later than it is meant to
    for left in range(kills, -1, -1):
        sender = Sender(receiver.url, outbox, confirmed)
        if left:
            assert sender.hear(dice.randint(1, share)), "it ended before the kill"
            sender.kill_soon(dice)
        else:
            sender.finish()
        said = {w: said.get(w, 0) + sender.lines.get(w, 0) for w in said | sender.lines}
    check_arrival(folder / "received", confirmed, sent)
    check_states(receiver.url, sent)
    return said


@pytest.mark.parametrize(
    ("count", "kills"), [(120, 5), pytest.param(500, 20, marks=pytest.mark.long)]
)
def test_a_killed_sender_loses_and_doubles_nothing(
    count: int, kills: int, tmp_path: Path, processes: list[ReceiverProcess]
) -> None:
    receiver = ReceiverProcess(tmp_path / "received", *FAULTS)
    processes.append(receiver)
    said = deliver_with_kills(count, kills, tmp_path, receiver)
    assert said["failed"] > count * 0.05  # the faults were there
    assert receiver.end() == (0, "", "")


def test_a_killed_receiver_keeps_what_it_confirmed(
    tmp_path: Path, processes: list[ReceiverProcess]
) -> None:
    dice = random.Random()
    folder, outbox = tmp_path / "received", tmp_path / "outbox"
    confirmed = tmp_path / "confirmed"
    sent = fill(outbox, 100, dice)
    receiver = ReceiverProcess(folder, port=free_port())
    processes.append(receiver)
    sender = Sender(receiver.url, outbox, confirmed)
    for _ in range(6):
        assert sender.hear(dice.randint(1, 6))
        pause(dice.uniform(0, 0.02))
        receiver.kill()
        told = {row["key"] for row in confirmed_rows(confirmed)}
        kept = {json.loads(p.read_text())["key"] for p in folder.glob("*/*.json")}
        assert told <= kept
        receiver = ReceiverProcess(folder, port=receiver.port)
        processes.append(receiver)
        names = {row["id"] for row in listed(receiver.url)}
        assert {str(key).partition(":")[0] for key in told} <= names
    sender.finish()
    assert sender.lines["failed"]
    check_arrival(folder, confirmed, sent)
    check_states(receiver.url, sent)
    assert receiver.end() == (0, "", "")
