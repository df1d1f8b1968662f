"""Names and texts taken apart: spellings of one street are equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.geocode.names import parse_name
from aliquot.console.geocode.query import HouseNumber, parse, spoken_number

SAME = [
    ("Mount Auburn Street", "MT. AUBURN ST"),
    ("Third Street", "3rd St"),
    ("Twenty First Ave", "21ST AVENUE"),
    ("Saint Clair Avenue", "ST CLAIR AVE"),
    ("North Main Street", "N MAIN ST."),
    ("O'Brien Highway", "OBRIEN HWY"),
    ("State Route 3", "SR-3"),
    ("US Highway 20", "U.S. RTE 20"),
    ("County Road 12", "CO RD 12"),
    ("Interstate 90", "I-90"),
    ("East 400 South", "E 400 S"),
    ("Martin Luther King Jr Boulevard", "MLK BLVD"),
    ("Avenue A", "AVE A"),
    ("The Fenway", "FENWAY"),
]
OTHER = [
    ("Oxford Street", "Oxford Avenue"),
    ("North Street", "South Street"),
    ("State Route 3", "County Road 3"),
    ("E 400 S", "W 400 S"),
    ("Avenue A", "Avenue B"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_street_are_equal(one: str, other: str) -> None:
    assert parse_name(one) == parse_name(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_different_streets_stay_different(one: str, other: str) -> None:
    assert parse_name(one) != parse_name(other)


NUMBERS = [
    ("212 Elm St", HouseNumber(212)),
    ("17R Acorn St", HouseNumber(17, "R")),
    ("12-A Elm St", HouseNumber(12, "A")),
    ("6 1/2 Elm St", HouseNumber(6, "1/2")),
    ("45-12 37th Ave", HouseNumber(45, "", 12)),
    ("17/19 Putnam Ave", HouseNumber(17, "", 19)),
    ("923- Main St", HouseNumber(923)),
    ("59.5 Pleasant St", HouseNumber(59)),
    ("123N Broadway", HouseNumber(123)),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_numbers(text: str, number: HouseNumber) -> None:
    found = parse(text)
    assert found.number == number
    assert len(found.streets) == 1


def test_a_direction_at_the_number_belongs_to_the_street() -> None:
    assert parse("123N Broadway").streets == (("N", "BROADWAY"),)


@pytest.mark.parametrize("sign", [" & ", " @ ", "/", " and ", " AT ", " + ", "&"])
def test_crossings(sign: str) -> None:
    assert parse(f"Elm St{sign}Oak Ave").streets == (("ELM", "ST"), ("OAK", "AVE"))


def test_the_parts_beside_the_address() -> None:
    found = parse("12 Elm St Apt 3B, Halden NY 13601")
    assert (found.unit, found.community) == ("Apt 3B", "HALDEN")
    assert parse("12 Elm St #4").unit == "#4"
    assert parse("100 blk Elm St").block
    assert parse("1200 block of Oak Ave").number == HouseNumber(1200)
    assert parse("SR 3 MM 10.5").mile == 10.5
    assert parse("Elm St near Oak Ave").near == ("OAK", "AVE")
    assert parse("Elm St between Oak and Ash").between == (("OAK",), ("ASH",))
    assert parse("12 Elm St at Oak Ave").between == (("OAK", "AVE"),)


def test_a_word_that_looks_like_a_unit_stays_in_the_name() -> None:
    found = parse("5 Gate of Heaven Rd")
    assert found.unit is None
    assert found.streets == (("GATE", "OF", "HEAVEN", "RD"),)


def test_a_number_in_words() -> None:
    found = spoken_number(parse("One Broadway"))
    assert found is not None
    assert (found.number, found.streets) == (HouseNumber(1), (("BROADWAY",),))
    assert spoken_number(parse("Elm Street")) is None


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text: str) -> None:
    found = parse(text)
    assert found.text == text
    for street in found.streets:
        parse_name(" ".join(street))
