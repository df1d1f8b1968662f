"""Parcels from address points and from ranges."""

from __future__ import annotations

import random

import pytest
from geo_samples import LATITUDE, LONGITUDE, STEP
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.geo.model import Parcel
from aliquot.console.geo.parcels import (
    AddressPoint,
    AddressRange,
    along_ranges,
    gather,
)


def point(north: int, east: int, street: str = "", number: str = "") -> AddressPoint:
    return AddressPoint(
        LATITUDE + north * STEP, LONGITUDE + east * STEP, street, number
    )


def test_flats_on_one_spot_are_one_parcel() -> None:
    flats = [point(0, 0, "Elm St", str(n)) for n in range(30)]
    assert len(gather(flats)) == 1


def test_lots_of_one_address_are_one_parcel() -> None:
    """A trailer park: each lot has its spot, all have the address of the park."""
    lots = [point(n, 0, "State Rte 583", "4410") for n in range(40)]
    (park,) = gather(lots)
    assert len(park.points) == 40
    assert park.street == "State Rte 583"
    assert park.middle in park.points


def test_the_same_address_far_away_is_another_parcel() -> None:
    assert len(gather([point(0, 0, "Elm St", "1"), point(20, 0, "Elm St", "1")])) == 2


def test_the_same_number_of_another_town_is_another_parcel() -> None:
    here = AddressPoint(LATITUDE, LONGITUDE, "Elm St", "1", "Halden")
    there = AddressPoint(LATITUDE + STEP, LONGITUDE, "Elm St", "1", "Ansel")
    assert len(gather([here, there])) == 2


def test_points_without_an_address_are_not_joined() -> None:
    assert len(gather([point(0, 0), point(1, 0)])) == 2
    assert len(gather([point(0, 0, "Elm St"), point(1, 0, "Elm St")])) == 2


some = st.builds(
    point,
    st.integers(0, 6),
    st.integers(0, 6),
    st.sampled_from(["", "Elm St", "Oak St"]),
    st.sampled_from(["", "1", "2", "3"]),
)


@given(st.lists(some, max_size=40), st.integers(0, 9))
def test_the_order_does_not_matter_and_no_point_is_lost(
    points: list[AddressPoint], seed: int
) -> None:
    found = gather(points)
    assert gather(random.Random(seed).sample(points, len(points))) == found
    spots = sorted(p for parcel in found for p in parcel.points)
    assert len(spots) == len({(p.latitude, p.longitude) for p in points})


EAST = ((LATITUDE, LONGITUDE), (LATITUDE, LONGITUDE + 0.01))


@pytest.mark.parametrize(
    ("first", "last", "parity", "count"),
    [
        *((101, 199, "O", 50), (100, 198, "E", 50), (101, 200, "B", 100)),
        *((199, 101, "O", 50), (7, 7, "O", 1), (0, 0, "Z", 0), (0, 0, "E", 0)),
        *((101, 199, "Z", 0), (-1, -1, "B", 0), (1, 999_999, "B", 0)),
        *((0, 8, "E", 4), (102, 198, "O", 48)),
    ],
)
def test_ranges_give_a_parcel_a_number(
    first: int, last: int, parity: str, count: int
) -> None:
    found = along_ranges([AddressRange("Elm St", EAST, first, last, parity, 1)])
    assert len(found) == count
    assert {p.street for p in found} <= {"Elm St"}


@pytest.mark.parametrize(("side", "north"), [(-1, 1), (1, -1)])
def test_ranges_lie_on_their_side_of_the_street(side: int, north: int) -> None:
    found = along_ranges([AddressRange("Elm St", EAST, 101, 199, "O", side)])
    for parcel in found:
        latitude, longitude = parcel.middle
        assert (latitude - LATITUDE) * north == pytest.approx(12 / 111_195, rel=0.01)
        assert LONGITUDE < longitude < LONGITUDE + 0.01


def test_numbers_run_with_the_range() -> None:
    """The lowest number is at the end where the range begins."""
    up = along_ranges([AddressRange("Elm St", EAST, 101, 103, "O", 1)])
    down = along_ranges([AddressRange("Elm St", EAST, 103, 101, "O", 1)])
    assert [p.points for p in up] == [p.points for p in down]
    west = Parcel(up[0].points, "Elm St")
    assert up[0] == west


def test_a_path_of_no_length_gives_nothing_odd() -> None:
    still = (EAST[0], EAST[0])
    found = along_ranges([AddressRange("Elm St", still, 101, 105, "O", 1)])
    assert [p.points for p in found] == [(EAST[0],)]
