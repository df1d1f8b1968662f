"""Addresses as keys, protected places, and incidents as lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.geo.model import Grown
from aliquot.console.geo.place_index import Locator
from aliquot.console.release.facts import CODED_KEYS, UNUSABLE, facts_of
from aliquot.console.release.lines import BadLine, incident_of
from aliquot.console.release.places import AddressBook, TreePlaces

SPOT = (41.7016, -73.8975)
HALDEN = frozenset({"Halden"})


@pytest.fixture
def book() -> AddressBook:
    rows = [
        ("110", "Mill Road", *SPOT, HALDEN),
        ("12 1/2", "N. Saint James Ave", 41.0, -73.0, HALDEN),
        ("110", "Mill Road", 41.9, -73.9, HALDEN),
        ("7", "Mill Road", *SPOT, frozenset({"Halden", "Halden Cross"})),
        ("7", "Mill Road", 41.9, -73.9, frozenset({"Wickford"})),
        ("9", "Mill Road", *SPOT, frozenset()),
    ]
    return AddressBook(rows)


@pytest.mark.parametrize(
    "address",
    ["110 Mill Road", "110 MILL RD", " 110  mill rd. ", "110 Mill Rd, Halden",
     "110 Mill Rd Apt 4B", "110 Mill Rd #4", "110 MILL ROAD UNIT 2, Halden 12345"],
)  # fmt: skip
def test_one_address_has_many_spellings(book: AddressBook, address: str) -> None:
    assert book.points(address) == (SPOT, (41.9, -73.9))


@pytest.mark.parametrize(
    "address",
    ["", " ", ",", "Mill Road", "111 Mill Road", "110 Mill", "110", "#110 Mill Road",
     "110 Mill Road JOHN DOE", "110 Mill Road" + " " * 300, "110\x00Mill Road"],
)  # fmt: skip
def test_what_is_not_in_the_table_has_no_place(book: AddressBook, address: str) -> None:
    assert book.points(address) == ()


@pytest.mark.parametrize(
    ("address", "places"),
    [
        ("110 Mill Road, Otherville", ()),
        ("110 Mill Rd, Otherville, NY 12345", ()),
        ("110 Mill Road, Apt 3, Otherville", ()),
        ("110 Mill Road, Apt 3", (SPOT, (41.9, -73.9))),
        ("110 Mill Road, NY 12345", (SPOT, (41.9, -73.9))),
        ("7 Mill Road", (SPOT, (41.9, -73.9))),
        ("7 Mill Road, Halden", (SPOT,)),
        ("7 Mill Road, Halden Cross", (SPOT,)),
        ("7 Mill Road, Wickford", ((41.9, -73.9),)),
        ("9 Mill Road", (SPOT,)),
        ("9 Mill Road, Halden", ()),
    ],
)
def test_an_address_in_another_town_has_no_place(
    book: AddressBook, address: str, places: tuple[tuple[float, float], ...]
) -> None:
    """Nor has one whose town the table cannot confirm."""
    assert book.points(address) == places


def test_a_corner_lies_in_the_towns_of_both_its_streets() -> None:
    wick = frozenset({"Wickford"})
    ends = [("Mill Road", *SPOT, HALDEN), ("Elm Street", *SPOT, wick)]
    book = AddressBook([], ends)
    for text in (
        "Mill Rd & Elm St",
        "Mill Rd & Elm St, Halden",
        "Elm St/Mill Rd, Wickford",
    ):
        assert book.points(text) == (SPOT,)
    assert book.points("Mill Rd & Elm St, Otherville") == ()


def test_halves_and_saints(book: AddressBook) -> None:
    for number in ("12 1/2", "121/2"):
        assert book.points(f"{number} NORTH ST JAMES AVENUE") == ((41.0, -73.0),)


@pytest.mark.parametrize(
    "address",
    ["Mill Road & Elm Street", "ELM ST/MILL RD", "mill rd at elm st, Halden",
     "Elm St. and Mill Rd.", "Mill Rd @ Elm St"],
)  # fmt: skip
def test_where_streets_meet(address: str) -> None:
    ends = [
        ("Mill Road", *SPOT, HALDEN),
        ("Elm Street", *SPOT, HALDEN),
        ("Oak Street", 41.9, -73.9, HALDEN),
    ]
    book = AddressBook([], ends)
    assert book.points(address) == (SPOT,)
    assert book.points("Mill Rd & Oak St") == book.points("Mill Rd & Mill Rd") == ()
    assert book.points("Mill Rd") == book.points("&") == ()


def test_a_row_without_a_number_is_no_key() -> None:
    rows = [("", "Mill Road", *SPOT, HALDEN), ("LOT", "", *SPOT, HALDEN)]
    assert AddressBook(rows).points("") == ()


@given(st.text())
def test_any_text_is_looked_up(text: str) -> None:
    assert AddressBook([]).points(text) == ()


def test_around_a_protected_place_there_is_no_region(grown: Grown) -> None:
    locator = Locator(grown.tree, grown.index)
    open_ = TreePlaces(grown.tree, locator, AddressBook([]))
    guarded = TreePlaces(grown.tree, locator, AddressBook([]), [SPOT])
    near, far = (SPOT[0] + 0.0005, SPOT[1]), (SPOT[0] + 0.0006, SPOT[1])
    assert guarded.region_ids(*SPOT) is None
    assert guarded.region_ids(*near) is None
    assert open_.region_ids(*near) is not None
    assert guarded.region_ids(*far) == open_.region_ids(*far)


def test_the_public_part_has_four_decimals(grown: Grown) -> None:
    places = TreePlaces(grown.tree, Locator(grown.tree, grown.index), AddressBook([]))
    assert set(places.public) == {region.id for region in grown.tree.regions}
    for place in places.public.values():
        assert round(place.latitude, 4) == place.latitude
        assert round(place.longitude, 4) == place.longitude


def line(text: str) -> dict[str, Any]:
    return incident_of(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("nope", "not JSON"),
        ('{"a": 1', "not JSON"),
        ('{"a": NaN}', "not JSON"),
        ('{"a": 1} {"b": 2}', "not JSON"),
        ("[1, 2]", "not an object"),
        ("3", "not an object"),
        ("[" * 100_000, "not JSON"),
        ("[" * 100_000 + "]" * 100_000, "not an object"),
    ],
)
def test_a_bad_line(text: str, why: str) -> None:
    with pytest.raises(BadLine, match=f"^{why}$"):
        line(text)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(BadLine, match=r"^not UTF-8$"):
        incident_of(b'{"a": "\xff"}')


@pytest.mark.parametrize(
    "value",
    ["[" * 100_000 + "]" * 100_000, '{"a":' * 50_000 + "1" + "}" * 50_000, "9" * 10_000,
     "1e999", '"\\ud800"', '"[[["', '{"type_code": "DVA", "type_code": "SUSP"}'],
    ids=["lists", "objects", "long", "large", "surrogate", "brackets", "twice"],
)  # fmt: skip
def test_an_uncoded_key_cannot_spoil_a_line(value: str) -> None:
    for text in (
        f'{{"x": {value}, "type_code": "VANDAL", "status": "closed"}}',
        f'{{"type_code": "VANDAL", "status": "closed", "x": {value}}}',
    ):
        facts = facts_of(line(text))
        assert (facts.type_code, facts.status) == ("VANDAL", "closed")


@pytest.mark.parametrize("key", CODED_KEYS)
def test_a_coded_key_twice_is_no_value(key: str) -> None:
    once, twice = line(f'{{"{key}": 1}}'), line(f'{{"{key}": "a", "{key}": "a"}}')
    assert once == {key: 1}
    assert twice == {key: []}
    deep = line(f'{{"{key}": {"[" * 50_000 + "]" * 50_000}}}')
    assert deep == {key: []}


def test_what_is_of_the_wrong_kind_is_unusable() -> None:
    facts = facts_of({"type_code": 3, "latitude": "x", "status": []})
    assert facts.type_code is facts.status is facts.spot is UNUSABLE


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False,
                                                              allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)  # fmt: skip
def test_a_line_is_what_it_says(value: Any) -> None:
    assert line(json.dumps({"x": value})) == {"x": value}
