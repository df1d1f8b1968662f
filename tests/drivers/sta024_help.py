"""Messages of the conveyance of EIDOs, made and read by its tests."""

from __future__ import annotations

import json

from aliquot.drivers.ng911.sta024 import write

SECRETS = {"Next County": "open sesame", "Other": "other secret"}


def eido(number: int) -> str:
    return json.dumps(
        {
            "$id": f"urn:{number}",
            "lastUpdateTimeStamp": "2026-07-14T03:00:00Z",
            "updatedByAgencyReference": {"$ref": "us"},
            "eidoVersion": "1.0",
            "issuingElementIdentification": "us",
            "agencyComponent": [],
            "callbackComponent": [
                {"$id": "c", "callBackInformationUri": [f"tel:+1315555010{number}"]}
            ],
        }
    )


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
