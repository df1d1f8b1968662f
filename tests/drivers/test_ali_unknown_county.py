"""Records of a county that nobody knows yet, as they are in the field."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, LineSettings
from aliquot.drivers.lines.checks import check_point


def one(text: str, **options: object) -> AliRecord:
    settings = LineSettings(**options)  # type: ignore[arg-type]
    (heard,) = parse_bytes(text.encode("latin-1"), settings)
    assert isinstance(heard, AliRecord), text
    return heard


@pytest.mark.parametrize(
    ("sent", "point", "country"),
    [
        ((81.6312, 38.3512), (38.3512, -81.6312), "US"),
        ((66.97, 44.91), (44.91, -66.97), "US"),
        ((119.42, 48.75), (48.75, -119.42), "US"),
        ((79.38, 43.65), (43.65, -79.38), "CA"),
        ((63.57, 44.65), (44.65, -63.57), "CA"),
    ],
)
def test_a_swapped_point_without_any_sign_is_put_right_and_told(
    sent: tuple[float, float], point: tuple[float, float], country: str
) -> None:
    found = check_point(*sent, None, country)
    assert (found.latitude, found.longitude) == point
    assert set(found.warnings) == {"lat_lon_swapped", "west_sign_missing"}


@pytest.mark.parametrize(
    ("sent", "country"), [((44.91, 66.97), "US"), ((82.5, 62.35), "CA")]
)
def test_an_unsigned_point_in_its_country_is_not_swapped(
    sent: tuple[float, float], country: str
) -> None:
    found = check_point(*sent, None, country)
    assert (found.latitude, found.longitude) == (sent[0], -sent[1])
    assert found.warnings == ("west_sign_missing",)


@pytest.mark.parametrize(
    "sent", [(-38.1, -81.1), (81.6, -38.3), (38.3, 38.3), (38.3, -8.1)]
)
def test_a_point_off_the_continent_is_told_without_an_extent_too(
    sent: tuple[float, float],
) -> None:
    assert "outside_extent" in check_point(*sent, None, "US").warnings
    assert "outside_extent" not in check_point(*sent, None, "NZ").warnings


def test_a_point_in_the_next_country_is_not_far() -> None:
    assert check_point(46.24, -63.13, None, "US").warnings == ()
