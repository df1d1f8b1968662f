"""Texts as dispatchers type them: units in front, miles without a sign, three streets,
other names with a wrong letter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from geocode_town import Builder, builder, districts, geocoder, spot

from aliquot.console.domain.geocoding import MatchKind
from aliquot.console.geocode.gazetteer import Gazetteer
from aliquot.console.geocode.geocoder import LocalGeocoder
from aliquot.console.geocode.weighing import SURE

GEO = geocoder()


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("apt 3 150 elm st", "apt 3"),
        ("Apt. #3, 150 Elm St", "Apt. #3"),
        ("bldg 7 150 elm", "bldg 7"),
        ("lot 12, 150 Elm Street", "lot 12"),
        ("ste B 150 elm st", "ste B"),
    ],
)
def test_a_unit_may_stand_in_front(text: str, unit: str) -> None:
    found = GEO.geocode(text)[0]
    assert (found.address, found.score >= SURE) == ("150 Elm Street", True)
    assert found.unit == unit


@pytest.mark.parametrize("text", ["lot st", "apt 3", "lot 5", "unit 150 elm"])
def test_what_has_a_unit_and_no_number_is_not_turned_about(text: str) -> None:
    assert all(c.score < SURE for c in GEO.geocode(text))


@pytest.mark.parametrize(
    "text",
    [
        "rt 3 mile 10",
        "State Route 3 Mile 10",
        "SR 3 mile 10 NB",
        "sr 3 EB mile 10",
    ],
)
def test_a_mile_of_a_route_needs_no_sign(text: str) -> None:
    found = GEO.geocode(text)[0]
    assert found.match_kind is MatchKind.MILE_MARKER
    assert found.address == "SR 3 mile 10"


@pytest.mark.parametrize("text", ["150 3 mile rd", "3 mile 10 st", "elm st mile 10"])
def test_a_mile_in_a_name_is_none(text: str) -> None:
    kinds = {c.match_kind for c in GEO.geocode(text)}
    assert MatchKind.MILE_MARKER not in kinds


def test_three_streets_are_not_a_sure_crossing_of_two() -> None:
    made = _crossed()
    assert made.geocode("a st & first ave")[0].score >= SURE
    found = made.geocode("a st/first ave/second ave")[0]
    assert found.score < SURE
    assert "more_streets" in found.why


@pytest.mark.parametrize(
    ("text", "unit"),
    [("150 elm st 3B", "3B"), ("150 Elm Street 12", "12"), ("150 moon cres b2", "b2")],
)
def test_a_unit_needs_no_word_behind_a_whole_street(text: str, unit: str) -> None:
    found = GEO.geocode(text)[0]
    assert (found.unit, found.score >= SURE) == (unit, True)


def test_a_number_that_is_part_of_a_name_is_no_unit() -> None:
    found = GEO.geocode("150 State Route 3")[0]
    assert (found.address, found.unit) == ("150 State Route 3", None)


@pytest.mark.parametrize(
    "text",
    [
        "Dunkin Donuts 150 Elm St",
        "Stop & Shop @ 150 elm st",
        "joe's pizza - 150 Elm St",
        "Bank of America at 150 elm",
    ],
)
def test_words_before_an_address_leave_it_found_and_not_sure(text: str) -> None:
    found = GEO.geocode(text)[0]
    assert found.address == "150 Elm Street"
    assert found.score < SURE
    assert "words_before" in found.why


@pytest.mark.parametrize("lead", ["the ", "loc: ", "addr ", "Address: "])
def test_a_label_before_an_address_takes_nothing_off(lead: str) -> None:
    found = GEO.geocode(f"{lead}150 Elm St")[0]
    assert (found.address, found.score >= SURE) == ("150 Elm Street", True)


@pytest.mark.parametrize(
    "text", ["150 sevenpines ave", "150 7 pines ave", "150 Sevenpine Ave"]
)
def test_a_number_in_a_name_may_be_spelled_and_joined(text: str) -> None:
    made = Builder()
    made.street("Seven Pines Avenue", [spot(0, c) for c in range(4)])
    assert _of(made, {}).geocode(text)[0].address == "150 Seven Pines Avenue"


def test_a_street_of_a_number_is_not_like_other_words() -> None:
    made = Builder()
    made.street("Fifth Street", [spot(0, c) for c in range(3)])
    made.street("16th Street", [spot(9, c) for c in range(3)])
    geocoder = _of(made, {})
    for text in ("fire sta", "150 east", "150 e", "150 6th st", "150 17th st"):
        assert geocoder.geocode(text) == (), text


SPELLED = [
    ("150 n fifth", "North 5th Street"),
    ("150 n 1st ave", "1st Avenue North"),
    ("150 pena blvd", "Peña Boulevard"),
    ("150 ct st", "Court Street"),
    ("150 kennedy", "John F Kennedy Street"),
    ("150 court st 3rd floor rear", "Court Street"),
    ("court st 100 block", "Court Street"),
]


@pytest.mark.parametrize(("text", "street"), SPELLED)
def test_names_as_other_people_spell_them(text: str, street: str) -> None:
    made = Builder()
    for row, (_, name) in enumerate(SPELLED):
        if name not in made.names:
            made.street(name, [spot(3 * row, c) for c in range(3)])
    assert _of(made, {}).geocode(text)[0].address.endswith(street)


def _crossed() -> LocalGeocoder:
    made = Builder()
    made.street("A Street", [spot(0, c) for c in range(4)])
    made.street("First Avenue", [spot(-1, 1), spot(0, 1), spot(1, 1)])
    made.street("Second Avenue", [spot(-1, 2), spot(0, 2), spot(1, 2)])
    return _of(made, {})


def _of(made: Builder, aliases: dict[str, tuple[str, ...]]) -> LocalGeocoder:
    import numpy as np

    gazetteer = Gazetteer(
        names=made.names, segments=made.segments, vertices=np.array(made.vertices),
        nodes=made.nodes, points=made.points, street_aliases=aliases,
    )  # fmt: skip
    return LocalGeocoder(gazetteer, districts())


@pytest.mark.parametrize("text", ["250 Broadwy", "250 brodway", "250 broaddway st"])
def test_another_name_with_a_wrong_letter_is_found_and_never_sure(text: str) -> None:
    made = _of(builder(), {"Broadway": ("Oak Avenue",)})
    found = made.geocode(text)[0]
    assert found.address.endswith("Oak Avenue")
    assert {"alias", "typo"} <= set(found.why)
    assert found.score < SURE
    assert made.geocode("250 Broadway")[0].score >= SURE


def test_a_range_of_all_numbers_makes_nothing_sure() -> None:
    made = Builder()
    made.street("Elm Street", [spot(0, c) for c in range(4)])
    made.street("Elm Street", [spot(5, 0), spot(5, 1)])
    last = made.segments[-1]
    made.segments[-1] = replace(last, left=(1, 99999, "O"), right=(0, 99998, "E"))
    geocoder = _of(made, {})
    assert geocoder.geocode("5551 elm st")[0].score < SURE
    assert geocoder.geocode("5551 elm st")[0].why == ("wide_range",)
    assert geocoder.geocode("151 elm st")[0].score >= SURE  # a block has it
