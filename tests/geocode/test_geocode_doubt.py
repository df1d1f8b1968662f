"""What must not be told as sure, and what is sure in spite of how it was typed.

Two towns of one county have streets of the same names, and one town has a street in
two parts that do not meet."""

from __future__ import annotations

import pytest
from geocode_county import FAR, GEO, away, best
from geocode_town import spot

from aliquot.console.domain.geocoding import MatchKind
from aliquot.console.geocode.communities import Communities
from aliquot.console.geocode.weighing import SURE

K = MatchKind


@pytest.mark.parametrize(
    "text",
    [
        "150 Elm St",  # an address point in both towns
        "250 Elm St",  # a range in both
        "200 block of Elm St",
        "Elm St & North Main St",
        "150 Main",
        "150 Ash St",  # the halves of one street, each with the number
        "100 block Ash St",
        "123 E 400 S",
    ],
)
def test_a_number_of_two_places_is_told_twice_and_is_not_sure(text: str) -> None:
    first, second, *_ = GEO.geocode(text)
    assert first.score < SURE
    assert away(second, (first.latitude, first.longitude)) > 150
    assert first.match_kind is second.match_kind


@pytest.mark.parametrize(
    ("town", "row"),
    [
        (", Alder", 0),
        (" ALDER", 0),
        (", Birch Falls", FAR),
        (" birch falls", FAR),
        (", Birch Falls, UT 84001", FAR),
        (" Birch Falls UT 84001", FAR),
        (", City of Birch Falls", FAR),
        (", BIRCH F", FAR),  # cut
    ],
)
@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("150 Elm St", (0, 0.5)),
        ("250 Elm St", (0, 1.5)),
        ("200 block of Elm St", (0, 1.5)),
        ("Elm & N Main", (0, 1)),
    ],
)
def test_its_town_makes_it_sure(
    text: str, at: tuple[float, float], town: str, row: int
) -> None:
    found = best(text + town)
    assert found.score >= SURE
    assert away(found, spot(at[0] + row, at[1])) < 60


def test_the_town_of_a_record_counts() -> None:
    fields = {"house_number": "150", "street_name": "FIR", "street_suffix": "ST"}
    here = GEO.geocode_fields(fields | {"community": "ALDER CITY"})[0]
    there = GEO.geocode_fields(fields | {"community": "CEDAR"})[0]
    assert here.score >= SURE > there.score


def test_a_suffix_in_figures_is_no_part_of_the_number() -> None:
    found = GEO.geocode_fields(
        {
            "house_number": "24",
            "house_number_suffix": "6",
            "street_name": "FIR",
            "street_suffix": "ST",
        }
    )
    assert found[0].address == "24-6 Fir Street"


def test_a_number_filled_up_with_noughts() -> None:
    found = GEO.geocode_fields(
        {"house_number": "00000150", "street_name": "FIR ST", "community": "ALDER"}
    )
    assert found[0].address == "150 Fir Street"


def test_a_whole_address_in_the_field_for_the_location() -> None:
    fields = {"location": "150 FIR ST APT 3", "community": "ALDER"}
    found = GEO.geocode_fields(fields)[0]
    assert (found.address, found.unit) == ("150 Fir Street", "APT 3")
    beside = {"house_number": "150", "street_name": "FIR", "location": "250 ELM ST"}
    assert GEO.geocode_fields(beside)[0].address == "150 Fir Street"


def test_e_400_s_is_not_s_400_e() -> None:
    found = best("123 E 400 S, Alder")
    assert (found.address, found.score >= SURE) == ("123 East 400 South", True)
    other = best("123 S 400 E, Alder")
    assert (other.address, other.score >= SURE) == ("123 South 400 East", True)


@pytest.mark.parametrize("sign", [" & ", "/", " and "])
def test_streets_of_a_grid_cross_by_their_short_names(sign: str) -> None:
    found = best(f"400 E{sign}300 S, Alder")
    assert found.match_kind is K.INTERSECTION
    assert away(found, spot(-3, 4)) < 5


SURE_HOWEVER = [
    ("@ 150 Fir St", "150 Fir Street"),
    ("#150 Fir St", "150 Fir Street"),
    ("no. 150 Fir St", "150 Fir Street"),
    ("in front of 150 Fir St", "150 Fir Street"),
    ("rear of 150 Fir St", "150 Fir Street"),
    ("150 Fir St (blue house)", "150 Fir Street"),
    ("150Fir St", "150 Fir Street"),
    ("150 Fir St, off Elm", "150 Fir Street"),
    ("150 Highland Lk Rd", "150 Highland Lake Road"),
    ("150 Hwy 3", "150 State Route 3"),
    ("150 SR-3", "150 State Route 3"),
    ("150 Fir St apt#3", "150 Fir Street"),
    ("150 Fir St 2nd floor", "150 Fir Street"),
    ("150 Fir St - Apt 3", "150 Fir Street"),
    ("St Marys Hosp", "St. Mary's Hospital"),
    ("behind Saint Mary's Hospital", "St. Mary's Hospital"),
]


@pytest.mark.parametrize(("text", "address"), SURE_HOWEVER)
def test_what_stands_around_an_address_takes_nothing_off(
    text: str, address: str
) -> None:
    found = best(text)
    assert found.address == address
    assert found.score >= SURE


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("150 Fir St, Apt 3", "Apt 3"),
        ("150 Fir St (APT 3)", "APT 3"),
        ("150 Fir St - Apt 3", "Apt 3"),
        ("150 Fir St 2nd floor", "2nd floor"),
        ("150 Fir St rm 10-250", "rm 10-250"),
        ("150 Fir St, Rm 10-250", "Rm 10-250"),
        ("rm 10-250, 150 Fir St", "rm 10-250"),
        ("rm 10-250 150 Fir St", "rm 10-250"),
        ("rear 150 fir", "rear"),
        ("Rear, 150 Fir St", "Rear"),
        ("rear of 150 Fir St", "rear"),
        ("150 fir rear", "rear"),
        ("bsmt 150 Fir St", "bsmt"),
        ("2nd fl 150 Fir St", "2nd fl"),
        ("bldg 4 apt 12-B, 150 Fir St", "bldg 4 apt 12-B"),
        ("150 Fir St Bldg. 4, Apt 12/B", "Bldg. 4, Apt 12/B"),
        ("150 Fir St apt#3", "apt#3"),
        ("150 Fir St#3", "#3"),
        ("150 Fir St Ste. 3.5", "Ste. 3.5"),
    ],
)
def test_units_are_kept_as_they_were_typed(text: str, unit: str) -> None:
    assert best(text).unit == unit


@pytest.mark.parametrize(
    "text",
    [
        "I-80 MM 4",
        "I80 mile marker 4",
        "I-80 EB mm 4",
        "MP 4 on I-80",
        "eastbound I-80 at mm 4",
        "Interstate 80 at mile 4",
        "80 mm 4",
    ],
)
def test_mile_markers_as_they_are_typed(text: str) -> None:
    found = best(text)
    assert found.match_kind is K.MILE_MARKER
    assert away(found, spot(28, 4)) < 5


@pytest.mark.parametrize("text", ["walmart", "wal mart", "Wal-Mart", "supercenter"])
def test_a_part_of_a_place_s_name_finds_it_and_is_not_sure(text: str) -> None:
    found = best(text)
    assert found.address == "Walmart Supercenter"
    assert found.score < SURE


def test_what_stands_in_brackets_may_be_a_part_of_the_name() -> None:
    assert best("Hilltop School (annex)").score >= SURE
    found = best("Hilltop School (anex)")
    assert found.score < SURE


def test_a_street_behind_a_comma_crosses() -> None:
    found = best("Elm St, North Main St")
    assert found.match_kind is K.INTERSECTION


@pytest.mark.parametrize("text", ["150 Fir Streea", "150 Fir Steret", "150 Fir Stret"])
def test_a_type_with_a_wrong_letter(text: str) -> None:
    found = best(text)
    assert found.address == "150 Fir Street"
    assert found.match_kind is K.RANGE


def test_communities_by_their_other_spellings() -> None:
    known = Communities(["St. Paul", "Birch Falls", "Falls Creek"])
    assert known.meant("SAINT PAUL") == {"SAINT PAUL"}
    assert known.meant("city of st paul") == {"SAINT PAUL"}
    assert known.meant("BIRCH FALS") == {"BIRCH FALLS"}
    assert known.meant("PAUL") == frozenset()
    assert known.meant("") == frozenset()
    assert known.at_end(["ELM", "ST", "BIRCH", "FALLS"]) == 2
    assert known.at_end(["BIRCH", "FALLS"]) == 0  # nothing would stand before it


@pytest.mark.parametrize("text", ["150 B Fir St", "150 b fir"])
def test_a_letter_apart_belongs_to_the_number(text: str) -> None:
    assert best(text).address.startswith("150B Fir")


def test_streets_that_cross_only_once_need_no_type() -> None:
    assert best("Elm & Main, Alder").score >= SURE
    assert best("Elm & Main").score < SURE  # in both towns
