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


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (
            "Bald Hill - NW Sector USCC WPH2Romney WV LAT:+039.320000 LON:-078.430000 "
            "COF:25 COP:090",
            {"class_of_service": "WPH2", "company_id": "USCC", "confidence_pct": 90},
        ),
        (
            "Cooper Mtn USCC WPH2Romney WV LAT:+039.320000 LON:-078.430000 COF:25 "
            "COP:090",
            {"location": "Cooper Mtn", "company_id": "USCC", "latitude": 39.32},
        ),
        (
            "123 Main St FRNT RESDRomney WV LAT: LON:",
            {"class_of_service": "RESD", "company_id": "FRNT"},
        ),
        ("Bald Hill USCC WPH2ROMNEY WV LAT: LON:", {"class_of_service": "WPH2"}),
    ],
)
def test_a_record_of_hampshire_with_all_its_labels(
    rest: str, expected: dict[str, object]
) -> None:
    record = one(f"201 (304)822-0000 06/26/2015 08:29 {rest}")
    common = {
        "callback_number": "3048220000",
        "state": "WV",
        "position": "01",
        "record_date": "2015-06-26",
        "record_time": "08:29",
    }
    assert common | expected == {
        name: record.fields[name] for name in common | expected
    }
    assert str(record.fields["community"]).upper() == "ROMNEY"
    assert "bad_value" not in record.warnings


def test_a_mountain_is_no_label() -> None:
    record = one("LOC: Cooper Mtn LAT: 39.321234 LON: -78.431234")
    assert "bad_value" not in record.warnings
    assert "pani" not in record.fields
