"""The checks before a point is used, and the numbers."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines import parity
from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, Extent, Warnings
from aliquot.drivers.lines.checks import (
    Point,
    check_confidence,
    check_point,
    check_uncertainty,
    distance_outside_km,
    is_stale,
    same_point,
)
from aliquot.drivers.lines.numbers import NumberKind, classify, digits

NEW_YORK = Extent(40.0, -80.0, 45.0, -72.0)
GUAM = Extent(13.2, 144.6, 13.7, 145.0)


@pytest.mark.parametrize(
    ("sent", "extent", "expected"),
    [
        ((43.8, -76.1), None, Point(43.8, -76.1)),
        ((-76.1, 43.8), None, Point(43.8, -76.1, ("lat_lon_swapped",))),
        ((-118.2, 34.0), None, Point(34.0, -118.2, ("lat_lon_swapped",))),
        ((41.4, 74.3), None, Point(41.4, -74.3, ("west_sign_missing",))),
        (
            (118.2, 34.0),
            None,
            Point(34.0, -118.2, ("lat_lon_swapped", "west_sign_missing")),
        ),
        ((13.4, 144.8), GUAM, Point(13.4, 144.8)),
        ((40.5, -60.0), NEW_YORK, Point(40.5, -60.0, ("outside_extent",))),
        ((40.5, -71.8), NEW_YORK, Point(40.5, -71.8)),
        ((0.0, 0.0), None, Point(None, None, ("no_fix",))),
        ((1869354.0, 6452132.0), None, Point(None, None, ("not_wgs84",))),
        ((120.0, 130.0), None, Point(None, None, ("not_wgs84",))),
        ((40.7, 200.0), None, Point(None, None, ("not_wgs84",))),
        ((40.7, -200.0), NEW_YORK, Point(None, None, ("not_wgs84",))),
        ((-181.0, 40.7), None, Point(None, None, ("not_wgs84",))),
        ((math.nan, 1.0), None, Point(None, None, ("bad_value",))),
    ],
)
def test_points(
    sent: tuple[float, float], extent: Extent | None, expected: Point
) -> None:
    assert check_point(*sent, extent) == expected


def test_fifty_kilometres_round_the_extent_are_near_in_each_direction() -> None:
    # A degree of latitude is 111.3 km, one of longitude here 82 km in the middle.
    near = [(45.44, -75.0), (39.56, -75.0), (42.5, -71.41), (42.5, -80.59)]
    far = [(45.46, -75.0), (39.54, -75.0), (42.5, -71.38), (42.5, -80.62)]
    assert [check_point(*one, NEW_YORK).warnings for one in near] == [()] * 4
    assert [check_point(*one, NEW_YORK).warnings for one in far] == [
        ("outside_extent",)
    ] * 4
    corner = check_point(45.4, -71.5, NEW_YORK)  # 45 km north and 39 km east
    assert corner.warnings == ("outside_extent",)


def test_a_record_is_stale_after_three_minutes() -> None:
    arrived = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    stamp = int(arrived.timestamp() * 1e6)
    local = arrived.replace(tzinfo=None) - timedelta(hours=5)  # in New York
    for seconds, stale in ((0, False), (180, False), (181, True), (-600, False)):
        record = local - timedelta(seconds=seconds)
        assert is_stale(record, stamp, "America/New_York") is stale
    # Without a zone only what no zone explains.
    assert not is_stale(local - timedelta(hours=21), stamp, "")
    assert is_stale(local - timedelta(hours=22), stamp, "")


def test_the_marianas_are_east_of_greenwich() -> None:
    for point in ((13.444304, 144.793731), (15.1778, 145.751)):
        assert check_point(*point, None) == Point(*point)
        assert check_point(*point, NEW_YORK) == Point(*point, ("outside_extent",))
        text = "CALLBACK: 671-555-0101 LAT: {:.6f} LON: {:.6f} COS: WPH2"
        (record,) = parse_bytes(text.format(*point).encode())
        assert isinstance(record, AliRecord)
        assert (record.fields["latitude"], record.fields["longitude"]) == point
    hawaii = check_point(19.7, 155.1, None)
    assert hawaii == Point(19.7, -155.1, ("west_sign_missing",))
    assert check_point(144.79, 13.44, None) == Point(None, None, ("not_wgs84",))


def test_points_elsewhere_are_not_mirrored() -> None:
    assert check_point(48.9, 2.5, None, "FR") == Point(48.9, 2.5)
    assert check_point(-33.9, 151.2, None, "AU") == Point(-33.9, 151.2)


@given(st.floats(), st.floats(), st.sampled_from([None, NEW_YORK, GUAM]))
def test_any_point_is_in_range_or_gone(
    latitude: float, longitude: float, extent: Extent | None
) -> None:
    point = check_point(latitude, longitude, extent)
    assert set(point.warnings) <= set(Warnings().known)
    assert (point.latitude is None) == (point.longitude is None)
    if point.latitude is not None and point.longitude is not None:
        assert -90 <= point.latitude <= 90
        assert -180 <= point.longitude <= 180
        changed = (point.latitude, point.longitude) != (latitude, longitude)
        assert not changed or point.warnings
    else:
        assert point.warnings


def test_the_same_point_twice() -> None:
    assert same_point(Point(31.2, -97.3), Point(31.2, -97.3, ("outside_extent",)))
    assert not same_point(Point(31.2, -97.3), Point(31.2, -97.4))


def test_distance_outside() -> None:
    assert distance_outside_km(42.0, -75.0, NEW_YORK) == 0
    assert distance_outside_km(46.0, -75.0, NEW_YORK) == pytest.approx(111.3, abs=0.5)


@pytest.mark.parametrize(
    ("metres", "expected"),
    [
        (None, (None, ("uncertainty_not_given",))),
        (0, (None, ("uncertainty_not_given",))),
        (299, (299, ())),
        (3000, (3000, ())),
        (3001, (3001, ("area_only",))),
        (50_000, (50_000, ("area_only",))),
        (103_526, (103_526, ("uncertainty_useless",))),
        (-1, (None, ("bad_value",))),
        (math.nan, (None, ("bad_value",))),
    ],
)
def test_uncertainty(metres: float | None, expected: object) -> None:
    assert check_uncertainty(metres) == expected


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (None, (None, ("confidence_not_given",))),
        (0, (None, ("confidence_not_given",))),
        (90, (90, ())),
        (100, (100, ())),
        (101, (None, ("bad_value",))),
        (math.nan, (None, ("bad_value",))),
    ],
)
def test_confidence(percent: float | None, expected: object) -> None:
    assert check_confidence(percent) == expected


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("315-778-0000", NumberKind.PLAIN, "3157780000"),
        ("(509) 486-0000", NumberKind.PLAIN, "5094860000"),
        ("(509)560-0000", NumberKind.PLAIN, "5095600000"),
        ("315.778.0000", NumberKind.PLAIN, "3157780000"),
        ("+13157780000", NumberKind.PLAIN, "3157780000"),
        ("315-511-4631", NumberKind.PANI, "3155114631"),
        ("315-211-4501", NumberKind.PANI, "3152114501"),
        ("911-123-4567", NumberKind.UNINITIALISED, "9111234567"),
        ("315-911-0012", NumberKind.ANI_FAILURE, "3159110012"),
        ("911-0012", NumberKind.ANI_FAILURE, None),
        ("778-0000", NumberKind.BAD, None),
        ("(765)) 5-11-5", NumberKind.BAD, None),
        ("", NumberKind.ABSENT, None),
        ("000-000-0000", NumberKind.ABSENT, None),
        ("   -   -    ", NumberKind.ABSENT, None),
    ],
)
def test_numbers(text: str, kind: NumberKind, number: str | None) -> None:
    assert classify(text) == (kind, number)


@given(st.text(max_size=20))
def test_a_number_is_ten_digits_or_none(text: str) -> None:
    got = digits(text)
    assert got is None or len(got) == 10


@given(st.binary())
def test_parity(data: bytes) -> None:
    sent = parity.add(data)
    assert parity.failures(sent) == 0
    assert parity.strip(sent) == parity.strip(data)
    broken = bytes(value ^ 0x08 for value in sent)
    assert parity.failures(broken) == len(data)


def test_a_swap_is_believed_in_the_north_west_only_without_an_extent() -> None:
    assert check_point(-110.0, -45.0, None) == Point(None, None, ("not_wgs84",))
    assert check_point(-110.0, 45.0, None).warnings == ("lat_lon_swapped",)
