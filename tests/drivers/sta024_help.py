"""Messages of the conveyance of EIDOs, made and read by its tests."""

from __future__ import annotations

import json

from aliquot.drivers.ng911.sta024 import write


def event(transaction: str, *documents: str, subscription: str = "sub1") -> str:
    return write(
        "event",
        subscriptionId=subscription,
        transactionId=transaction,
        notification=[json.loads(text) for text in documents],
    )


def code_of(text: str) -> int:
    (body,) = json.loads(text).values()
    found = body["statusCode"]
    assert isinstance(found, int)
    return found
