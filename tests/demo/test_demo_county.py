"""The county is believable enough for a desk, and the same each time."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from aliquot.console.demo import base_map
from aliquot.console.demo.county import SEED, County, halden
from aliquot.console.demo.ground import degrees, inside, river_x
from aliquot.console.demo.streets import areas, streets


@pytest.fixture(scope="module")
def county() -> County:
    return halden()


def test_same_seed_same_county_and_another_seed_another(county: County) -> None:
    halden.cache_clear()
    assert halden(SEED) == county
    assert halden(SEED + 1).streets != county.streets


def test_there_is_enough_to_dispatch_to(county: County) -> None:
    assert len(county.addresses) >= 3000
    assert len(county.units) == 60
    assert len({u.unit_id for u in county.units}) == 60
    services = Counter(u.service for u in county.units)
    assert set(services) == {"law", "fire", "ems"}
    assert min(services.values()) >= 15
    kinds = {a.kind for a in county.areas}
    assert kinds == {"boundary", "beat", "water", "park", "campus"}


def test_no_two_addresses_are_alike(county: County) -> None:
    keys = Counter((a.number, a.street, a.community, a.unit) for a in county.addresses)
    assert [key for key, n in keys.items() if n > 1] == []


def test_a_trailer_park_is_one_number_with_lots(county: County) -> None:
    lots = [a for a in county.addresses if a.unit and a.unit.startswith("LOT")]
    assert len(lots) > 40
    assert len({(a.number, a.street) for a in lots}) == 1
    assert len({(a.latitude, a.longitude) for a in lots}) == len(lots)


def test_everything_lies_in_the_county(county: County) -> None:
    south, west, north, east = county.extent()
    for place in (*county.addresses, *county.units, *county.towers):
        assert south <= place.latitude <= north
        assert west <= place.longitude <= east


def test_no_house_stands_in_the_river(county: County) -> None:
    water = [a.ring for a in county.areas if a.kind == "water"]
    rings = [[degrees(spot) for spot in ring] for ring in water]
    wet = [
        a
        for a in county.addresses
        if any(inside((a.latitude, a.longitude), ring) for ring in rings)
    ]
    assert wet == []


def test_every_house_has_a_beat_and_every_beat_houses(county: County) -> None:
    beats = {a.name for a in county.areas if a.kind == "beat"}
    assert {a.beat for a in county.addresses} == beats


def test_even_and_odd_numbers_stand_on_their_own_sides(county: County) -> None:
    """Walk Elm Street away from its beginning: even numbers to the right."""
    (run, *_) = [s for s in county.streets if s.name == "Elm St" and len(s.path) > 3]
    sides: dict[int, set[bool]] = {0: set(), 1: set()}
    for block, a, b in zip(run.blocks, run.path, run.path[1:], strict=False):
        (ay, ax), (by, bx) = degrees(a), degrees(b)
        for house in county.addresses:
            if house.street == "Elm St" and block <= house.number < block + 100:
                east, north = house.longitude - ax, house.latitude - ay
                left = (bx - ax) * north - (by - ay) * east > 0
                sides[house.number % 2].add(left)
    assert sides == {0: {False}, 1: {True}}


def test_main_and_mill_bridge_the_river(county: County) -> None:
    bridges = {
        s.name
        for s in county.streets
        for a, b in zip(s.path, s.path[1:], strict=False)
        if abs(a[1]) < 1500 and (a[0] < river_x(a[1])) != (b[0] < river_x(b[1]))
    }
    assert bridges == {"Main St", "Mill St"}


def test_blocks_are_uneven() -> None:
    rng = random.Random(SEED)
    roads = streets(rng, areas(rng))
    lengths = {
        round(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5, -1)
        for s in roads
        if s.blocks
        for a, b in zip(s.path, s.path[1:], strict=False)
    }
    assert len(lengths) > 8


def test_the_base_map_is_geojson_of_known_kinds(county: County) -> None:
    shown = json.loads(base_map.encoded(county))
    assert shown["type"] == "FeatureCollection"
    kinds = Counter(f["properties"]["kind"] for f in shown["features"])
    assert set(kinds) == {
        "street", "major", "water", "park", "campus", "boundary", "beat",
    }  # fmt: skip
    assert all(f["properties"]["name"] for f in shown["features"])
    for feature in shown["features"]:
        if feature["geometry"]["type"] == "Polygon":
            (ring,) = feature["geometry"]["coordinates"]
            assert ring[0] == ring[-1]


def test_the_base_map_stays_small(county: County) -> None:
    assert len(base_map.encoded(county)) < 600_000
