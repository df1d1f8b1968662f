"""What a text typed so far may become."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from geocode_town import Builder, beside, builder, districts, geocoder, spot
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.geocode.gazetteer import Gazetteer, Place
from aliquot.console.geocode.geocoder import LocalGeocoder

GEO = geocoder()


def over(made: Builder, places: Sequence[Place] = ()) -> LocalGeocoder:
    all_of_it = Gazetteer(
        names=made.names,
        segments=made.segments,
        vertices=np.array(made.vertices),
        nodes=made.nodes,
        places=places,
    )
    return LocalGeocoder(all_of_it, districts())


@pytest.mark.parametrize(
    ("typed", "street"),
    [
        ("mass ave", "Massachusetts Avenue"),
        ("mass av", "Massachusetts Avenue"),
        ("mt au", "Mount Auburn Street"),
        ("mount au", "Mount Auburn Street"),
        ("aubu", "Mount Auburn Street"),
        ("st cl", "Saint Clair Avenue"),
        ("saint cl", "Saint Clair Avenue"),
        ("st. cl", "Saint Clair Avenue"),
        ("3rd", "Third Street"),
        ("third", "Third Street"),
        ("37th", "37th Avenue"),
        ("main", "N Main Street"),
        ("n. ma", "N Main Street"),
        ("north ma", "N Main Street"),
        ("pond", "Fresh Pond Parkway"),
        ("broadw", "Oak Avenue"),  # its other name
        ("mass", "Massachusetts Avenue"),
        ("masachusetts", "Massachusetts Avenue"),  # a letter is missing
    ],
)
def test_the_street_is_first(typed: str, street: str) -> None:
    assert GEO.complete(typed)[0] == street


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("150 el", "150 Elm Street"),
        ("150a el", "150a Elm Street"),
        ("150-152 el", "150-152 Elm Street"),
        ("6 1/2 el", "6 1/2 Elm Street"),
        ("200 block of el", "200 block of Elm Street"),
        ("elm st & mou", "elm st & Mount Auburn Street"),
        ("elm st/mou", "elm st/Mount Auburn Street"),
        ("elm st at mou", "elm st at Mount Auburn Street"),
        ("corner of el", "corner of Elm Street"),
    ],
)
def test_what_stands_before_is_kept(typed: str, whole: str) -> None:
    assert GEO.complete(typed)[0] == whole


def test_streets_that_cross_the_first_come_first() -> None:
    """Moon Crescent does not cross Oak Avenue's west end, Mount Auburn Street does."""
    assert GEO.complete("oak ave & m")[0] == "oak ave & Massachusetts Avenue"
    assert GEO.complete("far st & m")[0] == "far st & Moon Crescent"
    assert set(GEO.complete("elm st & ")) >= {
        "elm st & Mount Auburn Street",
        "elm st & N Main Street",
    }
    assert "elm st & Oxford Street" not in GEO.complete("elm st & ")


def test_streets_that_have_the_number_come_first() -> None:
    assert GEO.complete("150 o")[:1] == ["150 Oak Avenue"]
    made = builder()
    made.street("Elmore Street", [spot(40, c) for c in range(9)], first=5000)
    geo = over(made)
    assert geo.complete("5150 elm")[0] == "5150 Elmore Street"
    assert geo.complete("150 elm")[0] == "150 Elm Street"


def test_places_do_not_push_streets_out() -> None:
    made = builder()
    places = [Place(f"Elm School {n}", *beside(1, 1)) for n in range(20)]
    geo = over(made, places)
    found = geo.complete("elm")
    assert found[0] == "Elm Street"
    assert "Elm School 0" in found
    assert geo.complete("12 elm") == ["12 Elm Street"]  # no number has a school


@pytest.mark.parametrize("text", ["", " ", "&", "12 ", "#", "zzzz", "\u00bd"])
def test_nothing_to_go_on_with(text: str) -> None:
    assert GEO.complete(text) == []


@given(st.text(max_size=30), st.integers(1, 8))
def test_no_text_fails(text: str, limit: int) -> None:
    found = GEO.complete(text, limit)
    assert len(found) <= limit
    assert len(set(found)) == len(found)


def test_a_word_in_its_short_form_begins_no_other() -> None:
    made = builder()
    made.street("Steel Place", [spot(41, 0), spot(41, 1)])
    made.street("Saint Paul Street", [spot(42, 0), spot(42, 1)])
    assert over(made).complete("saint p") == ["Saint Paul Street"]
