"""A sender with an outbox in a file, to be killed at any moment.

    python feed_sender.py URL OUTBOX CONFIRMED

OUTBOX has one delivery a line; what is confirmed goes, synced, to CONFIRMED, and is
passed over after a restart. It says ``confirmed KEY`` or ``failed REASON`` as it goes.
"""

from __future__ import annotations

import base64
import json
import os
import random
import sys
import threading
from pathlib import Path

from aliquot.drivers.feeds.api import Confirmed, Delivery, DeliveryKind, Retry
from aliquot.drivers.feeds.http_feed import HttpFeed, TimeOuts
from aliquot.drivers.feeds.schedule import Schedule, Wait

SOON = Schedule(first_s=0.01, cap_s=0.2)


def deliveries(outbox: Path) -> list[Delivery]:
    rows = [json.loads(line) for line in outbox.read_text().splitlines()]
    return [
        Delivery(
            key=row["key"],
            release_id=row["release_id"],
            content_type=row["content_type"],
            body=base64.b64decode(row["body"]),
            kind=DeliveryKind(row["kind"]),
        )
        for row in rows
    ]


def confirmed_rows(path: Path) -> list[dict[str, object]]:
    """Whole lines only: a kill may have left half of one."""
    rows = []
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def main() -> None:
    url, outbox, confirmed = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    done = {row["key"] for row in confirmed_rows(confirmed)}
    time_outs = TimeOuts(connect_s=5, piece_s=0.25, answer_s=1)
    with HttpFeed(url, time_outs=time_outs) as feed, confirmed.open("a") as file:
        file.write("\n")
        for delivery in deliveries(outbox):
            if delivery.key in done:
                continue
            answer = until_confirmed(feed, delivery)
            row = {"key": delivery.key, "sha256": answer.receipt.sha256}
            file.write(json.dumps({**row, "seen": answer.receipt.seen}) + "\n")
            file.flush()
            os.fsync(file.fileno())
            print("confirmed", delivery.key, flush=True)


def until_confirmed(feed: HttpFeed, delivery: Delivery) -> Confirmed:
    failures = 0
    while True:
        outcome = feed.deliver(delivery)
        if isinstance(outcome, Confirmed):
            return outcome
        failures += 1
        print("failed", outcome.reason.value, flush=True)
        assert isinstance(outcome, Retry), outcome
        step = SOON.next_try(failures, 0.0, random.random(), outcome.after_s)
        assert isinstance(step, Wait)
        threading.Event().wait(step.seconds)


if __name__ == "__main__":
    main()
