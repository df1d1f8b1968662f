"""Locations as messengers, GPS sets and other countries' maps write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.domain.grid import nearest_code, plus_code, usng, utm
from aliquot.console.domain.pasted import (
    SAID,
    PastedKind,
    PastedLocation,
    parse_location,
)

HERE = (42.9, -71.9)


def read(text: str, near: tuple[float, float] | None = None) -> PastedLocation:
    found = parse_location(text, near)
    assert found is not None, text
    return found


def is_here(found: PastedLocation) -> bool:
    assert found.latitude is not None
    assert found.longitude is not None
    return math.dist((found.latitude, found.longitude), (42.9012, -71.9021)) < 2e-4


@pytest.mark.parametrize(
    "text",
    [
        "42d54m04.3sN 71d54m07.6sW",
        "42d 54m 04.3s N, 71d 54m 07.6s W".replace("s N", "sN").replace("s W", "sW"),
        '42º54´04,3"N 71º54´07,6"W',
        "42° 54,072' N 71° 54,126' W",
        "https://yandex.com/maps/?pt=-71.9021,42.9012&z=16",
        "https://maps.yandex.ru/?ll=-71.9021%2C42.9012",
        "https://wego.here.com/?map=42.9012,-71.9021,15,normal",
    ],
)
def test_more_writings(text: str) -> None:
    assert is_here(read(text))


def test_a_comma_of_a_list_parts_no_minutes() -> None:
    found = read("42°54',71°54'", HERE)
    assert (found.latitude, found.warnings) == (42.9, ("west_sign_missing",))


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("lat=42.9012&lng=-71.9021&acc=25", 25),
        ('{"lat": 42.9012, "lng": -71.9021, "accuracy": 25.5}', 25.5),
        ("42.9012,-71.9021;u=15", 15),
        ("42.9012, -71.9021\nAccuracy: 40 ft", 12.192),
        ("42.9012, -71.9021 horizontal accuracy 65 m", 65),
        ("42.9012, -71.9021 u 2 bring water", None),
    ],
)
def test_more_uncertainties_are_kept(text: str, metres: float | None) -> None:
    assert read(text).uncertainty_m == (metres and pytest.approx(metres))


def test_a_pair_turned_round_and_without_its_sign() -> None:
    found = read("71.9021 42.9012", HERE)
    assert is_here(found)
    assert found.warnings == ("lat_lon_swapped", "west_sign_missing")


@pytest.mark.parametrize("text", ["W3X2+F5", "W3X2+F5 Peterborough, New Hampshire"])
def test_a_short_plus_code_needs_to_know_where_we_are(text: str) -> None:
    unknown = read(text)
    assert (unknown.kind, unknown.usable) == (PastedKind.PLUS_CODE, False)
    assert unknown.warnings == ("short_code",)
    found = read(text, HERE)
    assert found.usable
    assert found.warnings == ("nearest_code",)
    assert found.uncertainty_m == pytest.approx(8.6, abs=0.2)
    assert SAID["nearest_code"] in found.said


@pytest.mark.parametrize("text", ["2222+22", "2345+67 = 2412", "room 4C+2", "C+2"])
def test_a_sum_is_no_plus_code(text: str) -> None:
    assert parse_location(text, HERE) is None


_CODE = "23456789CFGHJMPQRVWX"


@given(
    st.floats(-80, 80),
    st.floats(-179, 179),
    st.text(st.sampled_from(_CODE), min_size=4, max_size=4),
    st.text(st.sampled_from(_CODE), min_size=2, max_size=3),
    st.sampled_from(["", "2X"]),
)
def test_the_nearest_of_all_places_with_that_code(
    north: float, east: float, head: str, tail: str, more: str
) -> None:
    code, step = f"{more}{head}+{tail}", 20.0 if more else 1.0
    cell = nearest_code(code, (north, east))
    if cell is None:
        return
    assert abs(cell.latitude - north) <= step / 2 + 1e-6
    away = abs(cell.longitude - east)
    assert min(away, 360 - away) <= step / 2 + 1e-6
    full = plus_code("8F" + ("" if more else "22") + code)
    assert full is not None
    for one, other in (
        (cell.latitude, full.latitude),
        (cell.longitude, full.longitude),
    ):
        rest = (one - other) / step
        assert abs(rest - round(rest)) < 1e-6


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("UTM 18T 585628 4511322", (40.7484, -73.9857)),
        ("18T 585628mE 4511322mN", (40.7484, -73.9857)),
        ("31U 448251 5411932", (48.8582, 2.2945)),
        ("56H 334873 6252266", (-33.8570, 151.2150)),
    ],
)
def test_utm(text: str, point: tuple[float, float]) -> None:
    found = read(text)
    assert found.kind is PastedKind.UTM
    assert (found.latitude, found.longitude) == pytest.approx(point, abs=2e-4)


def test_utm_agrees_with_the_grid() -> None:
    cell = usng(18, "S", "UJ", "2348006470")
    point = utm(18, "S", 323480.5, 4306470.5)
    assert cell is not None
    assert point == pytest.approx((cell.latitude, cell.longitude), abs=1e-6)


@pytest.mark.parametrize("text", ["18T 585628 1511322", "99T 585628 4511322"])
def test_metres_that_lie_in_another_band_are_none(text: str) -> None:
    assert parse_location(text) is None
