"""Letters of the halves of the globe: in front or behind, glued or after a blank."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aliquot.console.domain.pasted import parse_location

PITTSBURGH = (40.446, -79.982)


def point(text: str) -> tuple[float, float] | None:
    found = parse_location(text)
    if found is None or found.latitude is None or found.longitude is None:
        return None
    return round(found.latitude, 3), round(found.longitude, 3)


@pytest.mark.parametrize(
    "text",
    [
        "N 40 26 46 W 79 58 56",
        "N 40° 26' 46\" W 79° 58' 56\"",
        "N 40.446 W 79.982",
        "N 40 26.767 W 79 58.933",
        "W 79 58 56 N 40 26 46",
        "N 40° 26.767 W 079° 58.933",
        "N40.446W79.982",
        "40 26 46N79 58 56W",
        "Lat N 40 26 46 Long W 79 58 56",
        "Latitude: 40 26 46 N Longitude: 79 58 56 W",
        "Long W 79 58 56, Lat N 40 26 46",
        "40.446, 79.982W",
        "40.446N, -79.982",
        "79.982W, 40.446",
    ],
)
def test_where_the_letters_stand(text: str) -> None:
    assert point(text) == PITTSBURGH
    assert point(f"They say {text} on the phone.") in (PITTSBURGH, None)


def test_one_letter_of_a_short_pair() -> None:
    assert point("40.1, 75.2W") == (40.1, -75.2)


@pytest.mark.parametrize(
    "text",
    [
        "40.1 W 75.2",  # of which number?
        "Lat: 40.446 E, Lon: 79.982 N",
        "N 40.446 S 79.982",
        "walk N 45 E 100 feet",
    ],
)
def test_what_may_mean_two_places_is_none(text: str) -> None:
    assert point(text) is None


def test_minutes_are_not_cut_into_the_next_degrees() -> None:
    assert point("40° 26' 79° 58'") == (40.433, 79.967)


def angle(value: float, form: str, width: int) -> str:
    hundredths = round(abs(value) * 360_000)
    degrees, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6_000)
    return form.format(
        d=f"{degrees:0{width}d}",
        m=f"{minutes:02d}",
        s=f"{seconds / 100:05.2f}",
        mm=f"{rest / 6_000:07.4f}",
        dd=f"{hundredths / 360_000:.6f}",
    )


FORMS = (
    "{d}° {m}' {s}\"",
    "{d}°{m}'{s}\"",
    "{d}° {mm}'",
    "{d}° {mm}",
    "{d} {m} {s}",
    "{d} {mm}",
    "{d}:{m}:{s}",
    "{d}-{m}-{s}",
    "{dd}",
    "{dd}°",
)
LETTERS = ("{letter}{angle}", "{letter} {angle}", "{angle}{letter}", "{angle} {letter}")
WRITINGS = list(itertools.product(FORMS, LETTERS, (" ", ", ", "\n"), (False, True)))


@given(
    st.floats(-89.9, 89.9),
    st.floats(-179.9, 179.9),
    st.sampled_from(WRITINGS),
    st.sampled_from(("", "Lat ", "Latitude: ")),
)
def test_every_writing_there_and_back(
    north: float, east: float, writing: tuple[str, str, str, bool], label: str
) -> None:
    assume(max(abs(north), abs(east)) > 0.001)  # null island is no place
    form, letters, between, turned = writing
    sides = ["S" if north < 0 else "N", "W" if east < 0 else "E"]
    angles = [angle(north, form, 2), angle(east, form, 3)]
    labels = ["", ""]
    if label:
        labels = [label, label.replace("Lat", "Long", 1)]
    halves = [
        name + letters.format(letter=side, angle=value)
        for name, side, value in zip(labels, sides, angles, strict=True)
    ]
    found = parse_location(between.join(halves[::-1] if turned else halves))
    assert found is not None
    assert found.latitude is not None
    assert found.longitude is not None
    assert abs(found.latitude - north) < 2e-5
    assert abs(found.longitude - east) < 2e-5
    assert not found.warnings
