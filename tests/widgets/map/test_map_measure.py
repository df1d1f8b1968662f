"""Lengths on the earth, against those of a library; scales of a print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from aliquot.widgets.map.measure import length_text, metres_between, way
from aliquot.widgets.map.model import Look
from aliquot.widgets.map.printing import metres_a_pixel, round_length, scale_words
from aliquot.widgets.map.search import point_of

GEOD = Geod(ellps="WGS84")
latitudes = st.floats(-70, 70)
longitudes = st.floats(-180, 180)


@given(latitudes, longitudes, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_a_length_is_that_of_the_ellipsoid(
    latitude: float, longitude: float, north: float, east: float
) -> None:
    one, other = (latitude, longitude), (latitude + north, longitude + east)
    *_, true = GEOD.inv(one[1], one[0], other[1], other[0])
    assert metres_between(one, other) == pytest.approx(true, rel=0.002, abs=0.05)


def test_a_way_across_the_date_line_is_short() -> None:
    assert metres_between((0.0, 179.999), (0.0, -179.999)) == pytest.approx(222.6, 0.01)


@pytest.mark.parametrize(
    ("metres", "text"),
    [(0, "0 ft (0 m)"), (125.6, "412 ft (126 m)"), (1996, "1.24 mi (2.0 km)")],
)
def test_lengths_are_said_in_both_units(metres: float, text: str) -> None:
    assert length_text(metres) == text


def test_a_way_adds_up() -> None:
    corner = [(41.5, -93.6), (41.501, -93.6), (41.501, -93.599)]
    texts = [text for _, _, text in way(corner)]
    assert texts == ["", "364 ft (111 m)", "638 ft (195 m)"]
    assert way([]) == ()
    assert way(corner[:1]) == ((41.5, -93.6, ""),)


@given(st.floats(0.1, 1e7))
def test_a_scale_bar_is_round_and_not_longer(most: float) -> None:
    found = round_length(most)
    assert found <= most * (1 + 1e-12)
    assert found > most / 2.6
    assert f"{found:e}"[0] in "125"


def test_scales_are_those_of_web_maps() -> None:
    assert metres_a_pixel(Look(0.0, 0.0, 0.0)) == pytest.approx(156543.034)
    assert scale_words(200) == "200 m (656 ft)"
    assert scale_words(5000) == "5 km (16,404 ft)"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("42.36, -71.1", (42.36, -71.1)),
        ("42.36 -71.1", (42.36, -71.1)),
        ("212 Elm", None),
        ("142.36, -71.1", None),
        ("42", None),
        ("nan, 1", None),
        ("1 2 3", None),
    ],
)
def test_a_typed_point(text: str, found: tuple[float, float] | None) -> None:
    spot = point_of(text)
    assert (spot and (spot.latitude, spot.longitude)) == found
