"""Labelled text that could be taken for more than it says: what is not taken."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, LineSettings


def one(text: str) -> AliRecord:
    (heard,) = parse_bytes(text.encode("latin-1"), LineSettings())
    assert isinstance(heard, AliRecord), text
    return heard


def test_a_number_for_a_place_stands_behind_every_other_number() -> None:
    record = one("LOC:315-778-0000 CALLBACK:315-778-1111 CLASS:RESD")
    assert record.fields["callback_number"] == "3157781111"
    assert "label_guessed" not in record.warnings
    alone = one("LOC:315-778-0000 CLASS:RESD LAT 43.801 LON -76.101")
    assert alone.fields["callback_number"] == "3157780000"
    assert "label_guessed" in alone.warnings


@pytest.mark.parametrize("number", ["3157780000", "315-778-0000", "(315)778-0000"])
def test_a_number_in_front_without_a_class_may_be_for_routing(number: str) -> None:
    record = one(f"{number} LAT 43.801 LON -76.101 UNC 22")
    assert "callback_number" not in record.fields
    assert "no_callback" in record.warnings


def test_of_two_points_without_labels_neither_is_taken() -> None:
    first, second = "+43.801200 -76.101200", "+43.901200 -76.201200"
    assert one(f"TELCO=VZW {first} UNC:22").fields["latitude"] == 43.8012
    record = one(f"TELCO=VZW {first} UNC:22 {second}")
    assert not {"latitude", "longitude"} & record.fields.keys()


@pytest.mark.parametrize(("digit", "position"), [("1", "01"), ("2", "01"), ("9", None)])
def test_only_a_known_type_has_a_position_behind_it(
    digit: str, position: str | None
) -> None:
    record = one(f"{digit}01\nCLASS:RESD CALLBACK=315-778-0000")
    assert record.fields.get("position") == position
    assert record.fields["callback_number"] == "3157780000"


def test_a_value_that_is_no_such_value_is_cut_only_at_the_end() -> None:
    place = "LAT 43.801 LON -76.101"
    at_the_end = one(f"CLASS:RESD {place} CALLBACK=315-77")
    assert "cut" in at_the_end.warnings
    assert "bad_value" not in at_the_end.warnings
    before = one(f"CLASS:RESD CALLBACK=315-77 {place}")
    assert "bad_value" in before.warnings
    assert "cut" not in before.warnings


def test_the_street_of_an_address_is_not_mixed_with_another() -> None:
    record = one("CLASS:RESD ADDR: 12 OAK ST  STREET: ELM AVE  CITY: SALEM")
    assert record.fields["house_number"] == "12"
    assert record.fields["street_name"] == "OAK"
    assert record.fields["street_suffix"] == "ST"


def test_what_stands_far_behind_a_label_is_of_another_column() -> None:
    record = one("CLASS:RESD NAME:               SOMETHING CITY: SALEM")
    assert "customer_name" not in record.fields
    assert record.fields["community"] == "SALEM"
