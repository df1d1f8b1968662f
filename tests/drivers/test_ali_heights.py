"""Heights, by their labels and units."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord

_POINT = "CALLBACK: 303-555-0144 LAT: +39.739236 LON: -104.990251"


def parsed(text: str) -> AliRecord:
    (record,) = parse_bytes(text.encode())
    assert isinstance(record, AliRecord)
    assert record.fields["callback_number"] == "3035550144"
    return record


@pytest.mark.parametrize(
    ("said", "metres"),
    [
        ("ALT: 198 M", 198),
        ("ALT=198M", 198),
        ("ALT: 198", 198),
        ("ALT 650 FT", 198.12),
        ("ALT: 650FT", 198.12),
        ("ALT: -12.5 m", -12.5),
        ("ELEV: 5280 FT", 1609.344),
        ("ELEV 198 METERS", 198),
        ("ELEVATION: 198 METRES", 198),
        ("ALTITUDE: 650 feet", 198.12),
        ("ALT: 35.5 M HAE", 35.5),
        ("ELV:-00012", -12),
        ("Z=00198", 198),
    ],
)
@pytest.mark.parametrize("end", ["", " UNC: 30 CNF: 90", "\r\n"])
def test_a_height_in_its_unit(said: str, metres: float, end: str) -> None:
    got = parsed(f"{_POINT} {said}{end}")
    assert got.fields["altitude_m"] == metres
    assert got.fields.get("uncertainty_m") == (30 if "UNC" in end else None)

    assert got.raw[slice(*got.spans["altitude_m"])].decode() in said


@pytest.mark.parametrize(
    "said",
    [
        *("ALT: 212-555-0147", "ALT 212-555-0147", "ALT: (212)555-0147"),
        *("ALT=2125550147", "ALT=212.555.0147", "ALT: 212 555 0147"),
        *("ALT: 2ND FLOOR", "ALT: 650 YD", "ALT 34", "ALT: 0"),
    ],
)
def test_what_is_no_height(said: str) -> None:
    got = parsed(f"{_POINT} {said} COS: WPH2")
    assert "altitude_m" not in got.fields
    assert got.fields["class_of_service"] == "WPH2"


def test_a_road_is_no_height() -> None:
    got = parsed(
        "TN: 303-555-0144 COS: BUSN\r\nADDR: 1000 US 19 ALT 34 PALM HARBOR\r\n"
    )
    assert "altitude_m" not in got.fields
    assert "PALM HARBOR" in str(got.fields["street_name"])


def test_a_number_with_an_exponent_is_no_point() -> None:
    got = parsed("CALLBACK: 303-555-0144 LAT: 3.9739E+01 LON: -1.04990E+02 COS: WPH2")
    assert not got.fields.keys() & {"latitude", "longitude"}
    assert "bad_value" in got.warnings
