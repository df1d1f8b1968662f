"""What looks like a label or a value and is none, and what is said of doubt."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord

_POINT = "CALLBACK: 212-555-0147 LAT: 40.7128 LON: -74.0060"


def parsed(text: str) -> AliRecord:
    (record,) = parse_bytes(text.encode("latin-1"))
    assert isinstance(record, AliRecord)
    return record


@pytest.mark.parametrize(
    "behind",
    [
        "APT 12X 55.123456",  # a letter behind a digit is no label
        "LOT X-12.5",  # nor is a letter glued to what has too few decimals
        "LOT Y12",
        "RM 7Z=14",
    ],
)
def test_a_letter_in_an_address_is_no_axis(behind: str) -> None:
    got = parsed(f"{_POINT} {behind} COS: WPH2")
    assert (got.fields["latitude"], got.fields["longitude"]) == (40.7128, -74.006)
    assert not {"several_locations", "bad_value", "cut"} & set(got.warnings)


def test_a_class_that_is_none_is_said_below_a_name_too() -> None:
    got = parsed("TN: 212-555-0147\r\nNAME: SMITH\r\nCLASS QQ99\r\n")
    assert "class_not_readable" in got.warnings
    assert got.fields["customer_name"] == "SMITH"


def test_two_callbacks_that_differ_are_said_and_two_alike_are_not() -> None:
    again = "CALLBACK: 212-555-0147 COS: WPH2 P#: 212-511-0022 CALLBACK: {}\r\n"
    assert "label_guessed" in parsed(again.format("212-555-0163")).warnings
    assert "label_guessed" not in parsed(again.format("(212) 555-0147")).warnings


@pytest.mark.parametrize(
    ("longitude", "cut"), [("-74.00", True), ("-74.006", False), ("-74.0060", False)]
)
def test_two_decimals_less_than_the_other_are_said(longitude: str, cut: bool) -> None:
    got = parsed(f"CALLBACK: 212-555-0147 LAT: 40.7128 LON: {longitude} COS: WPH2")
    assert ("cut" in got.warnings) is cut


@pytest.mark.parametrize(
    ("percent", "end", "taken"),
    [("10", " COF: 44", 10), ("90", "", 90), ("10", "", None), ("09", "", None)],
)
def test_only_at_the_end_is_a_part_of_a_percentage_cut(
    percent: str, end: str, taken: int | None
) -> None:
    got = parsed(f"CPF:VZW LAT:+40.712800 LON:-74.006000 COP:{percent}{end}")
    assert got.layout == "ali_cof_cop"
    assert got.fields.get("confidence_pct") == taken
    assert ("cut" in got.warnings) is (taken is None)


def test_a_feed_that_was_put_in_order_is_not_exchanged() -> None:
    text = "Originating Phone (unreliable): 205-555-0147 for position 03 COS: WPH2 "
    right = parsed(text + "LAT: +33.300000 LON: -086.800000")
    wrong = parsed(text + "LAT: -086.800000 LON: +33.300000")
    for got in (right, wrong):
        assert got.layout == "ali_pelham"
        assert (got.fields["latitude"], got.fields["longitude"]) == (33.3, -86.8)
    for got, first in ((right, b"+33.300000"), (wrong, b"+33.300000")):
        assert got.raw[slice(*got.spans["latitude"])] == first
    swapped = parsed("TN: 212-555-0147 COS: WPH2 LAT: -74.0060 LON: 40.7128")
    assert swapped.rules["latitude"] == "label LON"
    assert swapped.rules["longitude"] == "label LAT"
    assert "lat_lon_swapped" not in right.warnings
    assert "lat_lon_swapped" in wrong.warnings


@pytest.mark.parametrize(("off", "said"), [(0, False), (2, False), (3, True)])
def test_a_copy_of_the_point_may_be_rounded_and_no_more(off: int, said: bool) -> None:
    copy = f"({4071280 + off}/{7400600})"
    got = parsed(f"CALLBACK: 212-555-0147 LAT: 40.71280 LON: -74.00600 {copy}")
    assert ("several_locations" in got.warnings) is said
