"""The number that a text begins with, and tagged records."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, Heard, Noise

_NUMBERS = [
    *("5095550142", "509-555-0142", "509.555.0142", "509 555 0142"),
    *("(509)555-0142", "(509) 555-0142", "1-509-555-0142", "+15095550142"),
    "+1 509 555 0142",
]


def heard(text: str) -> Heard:
    (one,) = parse_bytes(text.encode("latin-1"))
    return one


def one(text: str) -> AliRecord:
    record = heard(text)
    assert isinstance(record, AliRecord), text
    return record


@pytest.mark.parametrize("number", _NUMBERS)
def test_a_number_in_any_form_is_a_wireline_callers(number: str) -> None:
    record = one(f"{number} RESD 03/09 11:22\r\nDOE JOHN\r\n12 3RD AVE\r\n")
    assert record.fields["callback_number"] == "5095550142"
    # With brackets it is as the first line of another county's record, cut.
    assert {"label_guessed", "cut"} & set(record.warnings)
    assert "house_number" not in record.fields


@pytest.mark.parametrize("number", _NUMBERS)
@pytest.mark.parametrize("service", ["WPH2", "WRLS", "VOIP", "W911"])
def test_of_a_call_that_is_routed_it_is_not_taken(number: str, service: str) -> None:
    text = f"{number} {service} 03/09 11:22\r\nLAT: 46.602211 LON: -120.511133\r\n"
    assert "callback_number" not in one(text).fields


@pytest.mark.parametrize(
    "number",
    [
        *("5095110142", "509.211.0142", "509 911 0142", "911 555 0142"),
        *("1-911-555-0142", "+15095110142", "000.000.0000", "555-0142", "0 555 0142"),
        *("509 5550142", "509.555-0142", "50955501422", "509-555-0142-3"),
    ],
)
def test_what_cannot_be_dialled_is_none_to_call(number: str) -> None:
    said = heard(f"{number} RESD 03/09 11:22\r\nDOE JOHN\r\nESN: 123\r\n")
    assert isinstance(said, Noise) or "callback_number" not in said.fields


@pytest.mark.parametrize(
    "callback",
    [
        "CALLBACK: 509-555-0142\r\nLAT: 46.602211 LON: -120.511133",
        "ALT# 509-555-0142\r\nX=-120.511133 Y=+46.602211 CNF=90",
        "COS: WPH2 CBN: 509-555-0142\r\nLAT: 46.602211 LON: -120.511133",
    ],
)
def test_a_routing_number_in_front_is_kept_beside_the_callback(callback: str) -> None:
    record = one(f"(509) 511-0199 WPH2 03/09 11:22\r\n{callback}\r\n")
    assert record.fields["callback_number"] == "5095550142"
    assert record.fields["pani"] == "5095110199"
    assert "label_guessed" in record.warnings
    other = one(f"(509) 555-0199 WPH2 03/09 11:22\r\n{callback}\r\n")
    assert other.fields["callback_number"] == "5095550142"


def test_a_record_of_tags() -> None:
    record = one(
        "CPN:303-555-0112\r\nCNA:DOE JANE\r\nHNO:1234\r\nHNS:B\r\nPRD:N\r\nSTN:MAIN\r\n"
        "STS:ST\r\nMCN:LITTLETON\r\nSTA:CO\r\nCOS:RESD\r\nESN:00456\r\nCPF:QWEST\r\n"
    )
    assert record.fields == {
        "callback_number": "3035550112",
        "class_of_service": "RESD",
        "customer_name": "DOE JANE",
        "house_number": "1234",
        "house_number_suffix": "B",
        "prefix_directional": "N",
        "street_name": "MAIN",
        "street_suffix": "ST",
        "community": "LITTLETON",
        "state": "CO",
        "esn": "00456",
        "company_id": "QWEST",
    }
