"""The geocoder in a small town: every kind of place, and what is not sure."""

from __future__ import annotations

import pytest
from geocode_town import geocoder, spot
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.console.domain.geocoding import Candidate, MatchKind
from aliquot.console.geocode.plane import metres

GEO = geocoder()
K = MatchKind


def best(text: str) -> Candidate:
    found = GEO.geocode(text)
    assert found, text
    return found[0]


def away(found: Candidate, at: tuple[float, float]) -> float:
    return metres((found.latitude, found.longitude), at)


KINDS = [
    ("150 Elm St", K.POINT, "150 Elm Street", (0, 0.5)),
    ("150A elm", K.POINT, "150A Elm Street", (0, 0.52)),
    ("6 1/2 Elm Street", K.POINT, "6 1/2 Elm Street", (0, 0.1)),
    ("45-12 37th Ave", K.POINT, "45-12 37th Avenue", (15, 0.12)),
    ("151 Elm St", K.RANGE, "151 Elm Street", (0, 0.5)),
    ("250 Oak Ave", K.RANGE, "250 Oak Avenue", (1, 1.5)),
    ("251 Mt Auburn", K.RANGE, "251 Mount Auburn Street", (1.5, 1)),
    ("123 E 400 S", K.RANGE, "123 East 400 South", (12, 0.23)),
    ("4599 37 Ave", K.RANGE, "4599 37th Avenue", (15, 0.96)),
    ("150 St. Clair Ave", K.RANGE, "150 Saint Clair Avenue", (0.5, 2)),
    ("Elm & Mt Auburn", K.INTERSECTION, "Elm Street & Mount Auburn Street", (0, 1)),
    ("3rd at N Main", K.INTERSECTION, "Third Street & N Main Street", (2, 0)),
    ("200 block of Elm St", K.BLOCK, "200 block of Elm Street", (0, 1.5)),
    ("Halden High School", K.PLACE, "Halden High School", (1.5, 1.5)),
    ("haldn high schol", K.PLACE, "Halden High School", (1.5, 1.5)),
    ("SR 3 MM 10.5", K.MILE_MARKER, "SR 3 mile 10.5", (9, 2)),
    ("mile marker 11 route 3", K.MILE_MARKER, "SR 3 mile 11", (9, 4)),
]


@pytest.mark.parametrize(("text", "kind", "address", "at"), KINDS)
def test_kinds(
    text: str, kind: MatchKind, address: str, at: tuple[float, float]
) -> None:
    found = best(text)
    assert (found.match_kind, found.address) == (kind, address)
    assert away(found, spot(*at)) < 30


MISTYPED = [
    ("150 Elmm St", "150 Elm Street", "typo"),
    ("250 Oka Ave", "250 Oak Avenue", "typo"),
    ("150 THRID STREET", "150 Third Street", "typo"),
    ("150 Freshpond Pkwy", "150 Fresh Pond Parkway", "spacing"),
    ("150 Mass Ave", "150 Massachusetts Avenue", "short"),
    ("150 Masachusets Av", "150 Massachusetts Avenue", "typo"),
    ("150 Elm Ave", "150 Elm Street", "other_type"),
    ("150 Main St", "150 N Main Street", "no_direction"),
    ("250 Broadway", "250 Oak Avenue", "alias"),
    ("150 Clair Ave", "150 Saint Clair Avenue", "part"),
]


@pytest.mark.parametrize(("text", "address", "why"), MISTYPED)
def test_what_was_mistyped_is_found_and_said(text: str, address: str, why: str) -> None:
    found = best(text)
    assert found.address == address
    assert why in found.why
    assert 60 < found.score < 100


def test_the_side_follows_the_parity() -> None:
    odd, even = best("151 Oak Ave"), best("150 Oak Ave")
    assert (odd.side, even.side) == ("left", "right")
    assert odd.latitude > spot(1, 0)[0] > even.latitude
    assert (odd.esn, even.esn) == ("101", "102")
    assert odd.cross_streets == ("N Main Street", "Mount Auburn Street")


def test_districts_are_told() -> None:
    assert best("150 Elm St").districts == {"police": "Beat 1", "fire": "Engine 1"}
    assert best("450 Elm St").districts["police"] == "Beat 2"


def test_streets_that_meet_twice_give_two_and_are_not_sure() -> None:
    found = GEO.geocode("Moon Cres & Far St")
    assert [c.match_kind for c in found[:2]] == [K.INTERSECTION] * 2
    assert away(found[0], (found[1].latitude, found[1].longitude)) > 150
    assert all(c.score < 97 for c in found)


def test_a_number_in_no_range_is_not_sure() -> None:
    found = best("950 Elm St")
    assert found.match_kind is K.NEAREST_RANGE
    assert found.score < 97
    assert away(found, spot(0, 4)) < 40


def test_the_wrong_parity_is_not_sure() -> None:
    both = [c.match_kind for c in GEO.geocode("150 Moon Cres")]
    assert both[0] is K.RANGE


def test_the_type_that_was_typed_counts() -> None:
    assert best("150 Oxford Ave").address == "150 Oxford Avenue"
    assert best("150 Oxford St").address == "150 Oxford Street"
    two = GEO.geocode("150 Oxford")
    assert {c.address for c in two[:2]} == {"150 Oxford Avenue", "150 Oxford Street"}
    assert all(c.score < 97 for c in two)


def test_near_chooses_between_equals() -> None:
    close_to_avenue = GEO.geocode("150 Oxford", near=spot(30, 0))
    assert close_to_avenue[0].address == "150 Oxford Avenue"
    close_to_street = GEO.geocode("150 Oxford", near=spot(20, 0))
    assert close_to_street[0].address == "150 Oxford Street"


def test_another_community_is_less_sure() -> None:
    here, there = best("150 Oak Ave, Halden"), best("150 Oak Ave, Nowhere")
    assert here.score >= 97
    assert there.score < 97  # the same name and number in a town next door
    assert "other_community" in there.why


def test_what_was_picked_before_comes_first() -> None:
    geo = geocoder()
    picked = geo.geocode("Memorial Bridge")[0]
    geo.learn("the old bridge", picked)
    again = geo.geocode("The  OLD bridge")[0]
    assert (again.address, again.score) == ("Memorial Bridge", 100.0)
    assert "picked_before" in again.why


def test_fields_of_a_record() -> None:
    found = GEO.geocode_fields(
        {
            "house_number": "150",
            "prefix_directional": "N",
            "street_name": "MAIN",
            "street_suffix": "ST",
            "community": "HALDEN",
        }
    )
    assert found[0].address == "150 N Main Street"


@pytest.mark.parametrize("text", ["", "&&&", "qzxv wkjq", "   ", "#", "99999999999"])
def test_nothing_for_what_is_no_place(text: str) -> None:
    assert GEO.geocode(text) == ()


def test_completing_keeps_what_stands_before() -> None:
    assert GEO.complete("150 el") == ["150 Elm Street"]
    assert GEO.complete("elm st & mou") == ["elm st & Mount Auburn Street"]
    assert "Halden High School" in GEO.complete("hald")
    assert GEO.complete("") == []


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_no_text_fails(text: str) -> None:
    for found in GEO.geocode(text):
        assert 0 < found.score <= 100
        assert -90 <= found.latitude <= 90


@given(st.integers(100, 499), st.sampled_from(["Elm St", "Oak Ave", "3rd St"]))
def test_every_number_in_a_range_is_there(number: int, street: str) -> None:
    """Back and forth: the place of a number says its hundred block."""
    found = best(f"{number} {street}")
    assert found.match_kind in (K.RANGE, K.POINT)
    near = GEO.reverse(found.latitude, found.longitude)
    assert near.block is not None
    assert near.street is not None
    assert near.block.endswith(near.street)


def test_reverse() -> None:
    at = spot(0, 1)
    near = GEO.reverse(at[0] + 0.0003, at[1])
    assert near.intersection == "Elm Street & Mount Auburn Street"
    assert near.bearing == "N"
    assert near.intersection_m == pytest.approx(33.4, abs=0.5)
    assert "110 ft N of Elm Street & Mount Auburn Street" in near.text
    assert near.districts["fire"] == "Engine 1"
    nowhere = GEO.reverse(10.0, 10.0)
    assert nowhere.text == ""
    assert nowhere.street is None
