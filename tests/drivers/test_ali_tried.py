"""Texts that went wrong when somebody tried them, and what they must say."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, LineSettings


def one(text: str, **options: object) -> AliRecord:
    settings = LineSettings(**options)  # type: ignore[arg-type]
    (heard,) = parse_bytes(text.encode("latin-1"), settings)
    assert isinstance(heard, AliRecord), text
    return heard


@pytest.mark.parametrize("country", ["US", "GB"])
@pytest.mark.parametrize(
    "text",
    [
        "CALLBACK=(208)555-0100 LAT=+47.654321 LON=+000.000000 UNC=33",
        "LAT:+000.000000 LON:-081.610000 COF:5 COP:090",
        "ALT#=(217)555-0100 X=-089.123456 Y=+000.000000 TELCO=VZW",
    ],
)
def test_a_point_with_one_coordinate_of_zero_is_no_fix(text: str, country: str) -> None:
    record = one(text, site_country=country)
    assert not {"latitude", "longitude"} & record.fields.keys()
    assert "no_fix" in record.warnings


@pytest.mark.parametrize(
    "number",
    ["=12075550144", ": +1 207 555 0144", ": 1-207-555-0144", "=+1(207)555-0144"],
)
def test_a_one_in_front_of_ten_digits_is_no_part_of_the_number(number: str) -> None:
    record = one(f"CALLBACK{number} LAT=+44.654321 LON=-069.100000 UNC=33")
    assert record.fields["callback_number"] == "2075550144"
    assert "bad_value" not in record.warnings


@pytest.mark.parametrize("number", ["12075110144", "1-911-555-0144", "+1 207 211 0144"])
def test_behind_a_one_too_no_routing_number_is_to_be_called(number: str) -> None:
    record = one(f"CALLBACK={number} LAT=+44.654321 LON=-069.100000 UNC=33")
    assert "callback_number" not in record.fields
    assert {"callback_is_pani", "uninitialised_handset"} & set(record.warnings)
