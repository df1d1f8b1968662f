"""Which cameras are near, how far, where, and whether they face the place."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from camera_samples import vincenty
from hypothesis import assume, given
from hypothesis import strategies as st

from aliquot.console.cameras.cells import COLUMNS, PER_DEGREE, cell_of, runs_of
from aliquot.console.cameras.near import Listed, boxes_around, nearest
from aliquot.console.domain.cameras import (
    LOOK_CAP_M,
    TOUCHING_M,
    faces,
    facing_first,
    reach_m,
    turn_deg,
)
from aliquot.console.domain.rows import CameraNear

latitudes = st.floats(-89, 89)
longitudes = st.floats(-180, 180)
azimuths = st.none() | st.floats(0, 359.99)
angles = st.none() | st.floats(1, 360)
reaches = st.floats(1, 50_000)


def camera(
    camera_id: str,
    latitude: float,
    longitude: float,
    azimuth: float | None = None,
    angle: float | None = None,
) -> Listed:
    return camera_id, latitude, longitude, azimuth, angle


@st.composite
def scenes(draw: st.DrawFn) -> tuple[float, float, list[Listed]]:
    """A place anywhere, 180° and the far north too, and cameras about it."""
    latitude, longitude = draw(latitudes), draw(longitudes)
    offsets = draw(
        st.lists(
            st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), azimuths, angles),
            max_size=12,
        )
    )
    cameras = [
        camera(
            f"c{n}",
            max(-89.9, min(89.9, latitude + north)),
            (longitude + east + 180.0) % 360.0 - 180.0,
            *view,
        )
        for n, (north, east, *view) in enumerate(offsets)
    ]
    return latitude, longitude, cameras


@given(scenes(), reaches)
def test_as_one_by_one(scene: tuple[float, float, list[Listed]], reach: float) -> None:
    latitude, longitude, cameras = scene
    should: dict[str, tuple[float, float, float]] = {}
    for one in cameras:
        found = vincenty(latitude, longitude, one[1], one[2])
        assume(abs(found[0] - reach) > 0.01)
        if found[0] <= reach:
            should[one[0]] = found
    near = nearest(cameras, latitude, longitude, reach)
    assert {row.camera_id for row in near} == set(should)
    distances = [row.distance_m for row in near]
    assert distances == sorted(distances)
    for row in near:
        metres, out, back = should[row.camera_id]
        assert row.distance_m == pytest.approx(metres, rel=1e-6, abs=1e-3)
        assert 0 <= row.bearing_deg < 360
        if metres > 1:
            assert turn_deg(row.bearing_deg, out) < 0.01
            check_facing(row, cameras[int(row.camera_id[1:])], back)


def check_facing(near: CameraNear, known: Listed, back: float) -> None:
    """As ``faces`` says it of one camera."""
    *_, azimuth, angle = known
    known_view = azimuth is not None and angle is not None
    if not known_view:
        assert near.facing is None
    elif abs(turn_deg(azimuth, back) - angle / 2) > 0.01:
        assert near.facing is faces(azimuth, angle, back, near.distance_m)


@given(latitudes, longitudes, reaches, st.floats(0, 360), st.floats(0, 1))
def test_the_boxes_hold_the_circle(
    latitude: float, longitude: float, reach: float, direction: float, part: float
) -> None:
    from pyproj import Geod

    east, north, _ = Geod(ellps="WGS84").fwd(
        longitude, latitude, direction, reach * part
    )
    assert any(
        south <= north <= top and west <= east <= right
        for south, west, top, right in boxes_around(latitude, longitude, reach)
    )


def test_a_box_is_not_much_larger_than_the_circle() -> None:
    ((south, west, north, east),) = boxes_around(43.9, -75.4, 250.0)
    assert vincenty(south, -75.4, north, -75.4)[0] < 520
    assert vincenty(43.9, west, 43.9, east)[0] < 520


def test_known_distances_and_bearings() -> None:
    """A minute of latitude is 1852 m to a third of a percent, by definition once."""
    north = camera("n", 45 + 1 / 60, 7.0, 180.0, 20.0)
    east = camera("e", 45.0, 7.01, 90.0, 20.0)
    rows = {r.camera_id: r for r in nearest([north, east], 45.0, 7.0, 5_000)}
    assert rows["n"].distance_m == pytest.approx(1852, rel=0.005)
    assert rows["n"].bearing_deg == pytest.approx(0, abs=0.01)
    assert rows["n"].facing is True
    assert rows["e"].distance_m == pytest.approx(788.4, rel=0.001)
    assert rows["e"].bearing_deg == pytest.approx(90, abs=0.01)
    assert rows["e"].facing is False


@given(angles, st.floats(0, 360), st.floats(0, 1e6))
def test_unknown_azimuth_never_faces(
    angle: float | None, direction: float, metres: float
) -> None:
    assert faces(None, angle, direction, metres) is None


@given(st.floats(0, 359.9), st.floats(1, 360), st.floats(-0.999, 0.999))
def test_within_the_view_faces(azimuth: float, angle: float, part: float) -> None:
    inside = azimuth + part * angle / 2
    assert faces(azimuth, angle, inside % 360, 10.0) is True
    assert faces(azimuth, angle, inside % 360, TOUCHING_M / 2) is None
    assert faces(azimuth, None, inside % 360, 10.0) is None


@given(st.floats(0, 359.9), st.floats(1, 300), st.floats(1.01, 1.19))
def test_outside_the_view_does_not(azimuth: float, angle: float, part: float) -> None:
    assert faces(azimuth, angle, (azimuth + part * angle / 2) % 360, 10.0) is False


@given(st.floats(0, 5_000), st.none() | st.floats(0, 1e6))
def test_uncertainty_reaches_no_farther_than_the_policy(
    radius: float, uncertainty: float | None
) -> None:
    reach = reach_m(radius, uncertainty)
    assert radius <= reach <= max(radius, LOOK_CAP_M)
    if radius + (uncertainty or 0) <= LOOK_CAP_M:
        assert reach == radius + (uncertainty or 0)


def test_those_that_face_go_first_where_it_is_asked() -> None:
    def near(camera_id: str, metres: float, facing: bool | None) -> CameraNear:
        return CameraNear(
            camera_id=camera_id,
            latitude=0,
            longitude=0,
            distance_m=metres,
            bearing_deg=0,
            facing=facing,
        )

    rows = [
        near("a", 10, None),
        near("b", 90, True),
        near("c", 5, False),
        near("d", 60, True),
    ]
    assert [r.camera_id for r in facing_first(rows)] == ["d", "b", "c", "a"]


def test_of_two_as_far_the_one_that_faces_goes_first() -> None:
    west, east = camera("a", 0.0, -0.001, 270.0, 90.0), camera("b", 0.0, 0.001, 270, 90)
    unknown = camera("c", 0.0, 0.001)
    found = nearest([unknown, west, east], 0.0, 0.0, 500)
    assert [(row.camera_id, row.facing) for row in found] == [
        ("b", True),
        ("a", False),
        ("c", None),
    ]


def test_one_that_touches_the_place_faces_nothing() -> None:
    """So near, the direction is that of the error of either point."""
    degree = 111_319.5  # metres, of longitude at the equator
    touching = camera("t", 0.0, 0.5 * TOUCHING_M / degree, 270.0, 90.0)
    beside = camera("b", 0.0, 2.0 * TOUCHING_M / degree, 270.0, 90.0)
    found = {row.camera_id: row.facing for row in nearest([touching, beside], 0, 0, 9)}
    assert found == {"t": None, "b": True}


def test_the_reach_itself_is_within_reach() -> None:
    one = camera("c", 0.0, 0.001)
    (far,) = nearest([one], 0.0, 0.0, 500)
    assert nearest([one], 0.0, 0.0, far.distance_m) == (far,)
    assert nearest([one], 0.0, 0.0, math.nextafter(far.distance_m, 0)) == ()


def test_the_edge_of_the_view_is_within_the_view() -> None:
    """On the equator the place lies due west, to the last bit."""
    edge = camera("c", 0.0, 0.001, 225.0, 90.0)
    past = camera("d", 0.0, 0.001, 224.9, 90.0)
    found = {row.camera_id: row.facing for row in nearest([edge, past], 0, 0, 500)}
    assert found == {"c": True, "d": False}


# The grid


@st.composite
def boxes(draw: st.DrawFn) -> tuple[float, float, float, float]:
    south, north = sorted(draw(st.tuples(st.floats(-90, 90), st.floats(-90, 90))))
    west, east = sorted(draw(st.tuples(st.floats(-180, 180), st.floats(-180, 180))))
    if draw(st.booleans()):  # one as a question has it
        north, east = min(north, south + 0.01), min(east, west + 0.01)
    return south, west, north, east


@given(boxes(), st.floats(0, 1), st.floats(0, 1))
def test_the_runs_of_a_box_hold_it(
    box: tuple[float, float, float, float], up: float, along: float
) -> None:
    south, west, north, east = box
    latitude = min(max(south + up * (north - south), south), north)
    longitude = min(max(west + along * (east - west), west), east)
    runs = runs_of(box)
    corners = [(south, west), (south, east), (north, west), (north, east)]
    for place in [(latitude, longitude), *corners]:
        assert any(first <= cell_of(*place) <= last for first, last in runs)
    assert len(runs) <= 400
    assert all(one[1] < other[0] for one, other in pairwise(runs))


@given(latitudes, longitudes)
def test_a_cell_is_no_larger_than_it_says(latitude: float, longitude: float) -> None:
    row, column = divmod(cell_of(latitude, longitude), COLUMNS)
    assert -1e-9 <= latitude - (row / PER_DEGREE - 90) <= 1 / PER_DEGREE + 1e-9
    assert -1e-9 <= longitude - (column / PER_DEGREE - 180) <= 1 / PER_DEGREE + 1e-9


def test_none_of_none() -> None:
    assert nearest((), 0, 0, 1e6) == ()
