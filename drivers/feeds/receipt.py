"""Read a receipt, and hold it against what was sent."""

from __future__ import annotations

from datetime import datetime

import msgspec

from aliquot.drivers.feeds.api import (
    Confirmed,
    Delivery,
    Outcome,
    Reason,
    Receipt,
    Retry,
)

MAX_RECEIPT_BYTES = 64 * 1024


class _Answer(msgspec.Struct):
    """The receipt on the wire. What else is in it is passed over."""

    id: str
    sha256: str
    received_at: str
    seen: bool = False


_DECODER = msgspec.json.Decoder(_Answer)


def judge_receipt(delivery: Delivery, raw: bytes) -> Outcome:
    """Confirmed only for a receipt of this release and of these very bytes.

    A receipt that is missing or wrong is no refusal: the partner may have the bytes
    and have failed in saying so, and will say it again when it is asked again.
    """
    receipt = read_receipt(raw)
    if receipt is None:
        return Retry(Reason.NO_RECEIPT)
    if receipt.id != delivery.release_id or receipt.sha256 != delivery.sha256:
        return Retry(Reason.WRONG_RECEIPT)
    return Confirmed(receipt)


def read_receipt(raw: bytes) -> Receipt | None:
    """None for what is no receipt."""
    if len(raw) > MAX_RECEIPT_BYTES:
        return None
    try:
        # As text, for the decoder does not look into names that it passes over.
        said = _DECODER.decode(raw.decode())
        moment = datetime.fromisoformat(said.received_at)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    if moment.tzinfo is None:
        return None
    return Receipt(said.id, said.sha256.lower(), said.received_at, said.seen, raw)
