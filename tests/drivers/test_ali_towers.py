"""A tower's point is never taken for the caller's, however its label is written."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, LineSettings

_HEAD = "CALLBACK: 262-555-0113\r\nCOS: WPH2\r\n"
_CALLER = (42.951122, -87.861133)
_TOWER = (42.901234, -87.801234)


def heard(points: str) -> AliRecord:
    (record,) = parse_bytes((_HEAD + points).encode(), LineSettings())
    assert isinstance(record, AliRecord)
    return record


def point(record: AliRecord, kind: str = "") -> tuple[object, object]:
    fields = record.fields
    return fields.get(f"{kind}latitude"), fields.get(f"{kind}longitude")


@pytest.mark.parametrize(
    "tower",
    [
        "SITE LAT: 42.901234 SITE LON: -87.801234",
        "SITE LAT: 42.901234 LON: -87.801234",
        "CELL SITE LATITUDE=42.901234 LONGITUDE=-87.801234",
        "TWR LAT: 42.901234 LON: -87.801234",
        "TOWER LON: -87.801234 LAT: 42.901234",
        "TOWER X=-87.801234 Y=42.901234",
        "ANTENNA LAT 42.901234 LON -87.801234",
        "BASE STATION LOCATION: LAT: 42.901234 LON: -87.801234",
    ],
)
def test_both_halves_of_a_towers_point_are_the_towers(tower: str) -> None:
    caller = "LAT: 42.951122 LON: -87.861133"
    for text in (f"{tower}\r\n{caller}", f"{caller}\r\n{tower}"):
        record = heard(text)
        assert point(record) == _CALLER, text
        assert point(record, "tower_") == _TOWER, text
    alone = heard(tower)
    assert point(alone) == (None, None)
    assert point(alone, "tower_") == _TOWER
    assert "no_fix" in alone.warnings


@pytest.mark.parametrize(
    "tower",
    [
        "TOWER: 42.901234 -87.801234",
        "CELL SITE COORDINATES 42.901234 -87.801234",
        "TOWER LAT/LON: 42.901234, -87.801234",
    ],
)
def test_a_towers_point_without_labels_is_not_guessed_to_be_the_callers(
    tower: str,
) -> None:
    assert point(heard(tower)) == (None, None)
    record = heard(f"{tower}\r\n42.951122 -87.861133")
    assert point(record) == _CALLER
    assert "label_guessed" in record.warnings


@pytest.mark.parametrize(
    "text",
    [
        "LAT/LON: 42.951122,-87.861133",
        "LAT/LONG 42.951122 / -87.861133",
        "LON/LAT: -87.861133 42.951122",
        "Latitude/Longitude = 42.951122 -87.861133",
    ],
)
def test_one_label_for_both_is_followed_by_a_point(text: str) -> None:
    record = heard(text)
    assert point(record) == _CALLER
    assert "label_guessed" in record.warnings
    assert "cut" not in record.warnings


def test_one_label_for_both_and_no_signs_are_no_point() -> None:
    assert point(heard("LAT/LON: 42.951122 87.861133")) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "OWER Y: 42.901234 TOWER X: -87.801234 Y: 42.951122 X: -87.861133",
        "LAT: 42.901234 SITE LON: -87.801234 LAT: 42.951122 LON: -87.861133",
    ],
)
def test_where_one_half_has_lost_its_word_no_point_is_mixed(text: str) -> None:
    record = heard(text)
    assert point(record) == _CALLER
    assert point(record, "tower_") == _TOWER


@pytest.mark.parametrize(
    "text",
    [
        "LAT: 42.951\n122 | LON: -87.861133",
        "LAT  42.951\r\n122  LON  -87.861133  UNC  25",
        "LON: -87.861133; LAT: N42.951\r\n122; CNF: 90",
    ],
)
def test_a_wrapped_coordinate_is_joined_before_any_sign(text: str) -> None:
    record = heard(text)
    assert point(record) == _CALLER
    assert "token_repaired" in record.warnings
