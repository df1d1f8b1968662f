"""What the place tree promises, on any set of points."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from geo_samples import BLOCK, LATITUDE, LONGITUDE, STEP, scattered, town
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.console.geo.label_points import rounded
from aliquot.console.geo.model import (
    LEVELS,
    District,
    Grown,
    NoTree,
    Parcel,
    StreetLine,
)
from aliquot.console.geo.parcels import distinct
from aliquot.console.geo.place_index import Locator
from aliquot.console.geo.place_tree import place_tree_of


def grown(*arguments: object, **options: object) -> Grown:
    found = place_tree_of(*arguments, **options)  # type: ignore[arg-type]
    assert isinstance(found, Grown)
    return found


def points_of(found: Grown, level: int) -> dict[int, set[tuple[int, int]]]:
    """The points of each region of a level, by way of the regions' parents."""
    regions: dict[int, set[tuple[int, int]]] = {}
    for point, region in zip(found.index.points, found.index.regions, strict=True):
        above = next(r for r in found.tree.chain(region) if r.level == level)
        regions.setdefault(above.id, set()).add(point)
    return regions


def check(found: Grown, parcels: int) -> None:
    """All that must hold of any tree."""
    tree = found.tree
    for level, k in enumerate(tree.levels, start=1):
        regions = tree.at_level(level)
        assert min(r.parcels for r in regions) >= k
        assert sum(r.parcels for r in regions) == parcels
        labels = [r.label for r in regions]
        assert len(set(labels)) == len(labels)
    top = max(r.level for r in tree.regions)
    assert all((r.parent is None) == (r.level == top) for r in tree.regions)
    for region in tree.regions:
        if region.parent is not None:
            assert tree.by_id[region.parent].level == region.level + 1
    spots = {rounded((a / 1e7, b / 1e7)) for a, b in found.index.points}
    for region in tree.regions:
        assert region.label_point == rounded(region.label_point)
        assert region.label_point not in spots
        for ring in region.outline:
            assert len(ring) >= 4
            assert ring[0] == ring[-1]
            assert all(place == rounded(place) for place in ring)


degrees = st.integers(-400, 400).map(lambda n: n * 1e-4)
places = st.lists(st.tuples(degrees, degrees), min_size=0, max_size=120)


@given(places=places, seed=st.integers(0, 99))
@settings(max_examples=60)
def test_any_points_give_regions_large_enough_and_nested(
    places: list[tuple[float, float]], seed: int
) -> None:
    """Grid-like points: duplicates, lines and circles of equal distance abound."""
    parcels = [Parcel(((LATITUDE + a, LONGITUDE + b),)) for a, b in places]
    count = len(set(places))
    found = place_tree_of(parcels)
    if count < LEVELS[0]:
        assert isinstance(found, NoTree)
        assert found.code == "too_few_parcels"
        assert str(count) in found.message
        return
    assert isinstance(found, Grown)
    assert found.tree.levels == tuple(k for k in LEVELS if k <= count)
    check(found, count)
    shuffled = random.Random(seed).sample(parcels, len(parcels))
    assert place_tree_of(shuffled) == found


@pytest.mark.parametrize("count", [8, 19, 20, 49, 50, 400])
def test_points_on_one_line(count: int) -> None:
    parcels = [Parcel(((LATITUDE, LONGITUDE + n * STEP),)) for n in range(count)]
    found = grown(parcels)
    check(found, count)
    for points in points_of(found, 1).values():
        east = sorted(p[1] for p in points)
        assert east[-1] - east[0] == pytest.approx(
            (len(points) - 1) * STEP * 1e7, abs=9
        )


def test_lonely_farms_and_a_village() -> None:
    """Far points make long, thin triangles; no region may fall short for it."""
    rng = random.Random(5)
    farms = [Parcel(((LATITUDE + rng.uniform(-0.5, 0.5),
                      LONGITUDE + rng.uniform(-0.5, 0.5)),)) for _ in range(45)]  # fmt: skip
    village = scattered(300, 6, 0.002)
    found = grown([*farms, *village])
    check(found, 345)
    assert found.tree.reports[0].displacement.max > 1_000


def test_every_parcel_is_in_one_region_of_a_level() -> None:
    parcels, streets = town()
    found = grown(parcels, streets)
    for level in range(1, len(found.tree.levels) + 1):
        counted = Counter(p for s in points_of(found, level).values() for p in s)
        assert len(counted) == len(found.index.points)
        assert set(counted.values()) == {1}


def test_regions_are_hardly_larger_than_they_must_be() -> None:
    parcels = scattered(2_000, 1)
    level = grown(parcels).tree.reports[0]
    assert level.max_parcels < 2 * LEVELS[0]


def test_a_trailer_park_counts_one() -> None:
    lots = tuple((LATITUDE + n * STEP, LONGITUDE) for n in range(40))
    seven = [Parcel(((LATITUDE, LONGITUDE + n * STEP),)) for n in range(1, 8)]
    assert isinstance(place_tree_of([Parcel(lots), *seven[:6]]), NoTree)
    found = grown([Parcel(lots), *seven])
    assert [r.parcels for r in found.tree.at_level(1)] == [8]
    assert len(found.index.points) == 47
    assert len(set(found.index.regions)) == 1


def test_parcels_that_share_a_point_are_one() -> None:
    a, b, c = ((LATITUDE, LONGITUDE + n / 8) for n in range(3))
    found = distinct([Parcel((a, b), "X St"), Parcel((b, c), "X St"), Parcel((c,))])
    assert found == (Parcel((a, b, c), "X St"),)


def test_water_parts_regions() -> None:
    """Two banks of houses face each other over a river, nearer than next door."""
    west = [Parcel(((LATITUDE + n * 3 * STEP, LONGITUDE),)) for n in range(48)]
    east = [Parcel(((LATITUDE + n * 3 * STEP, LONGITUDE + STEP),)) for n in range(48)]
    low, high = LATITUDE - 1, LATITUDE + 1
    left, right = LONGITUDE + STEP * 0.3, LONGITUDE + STEP * 0.7
    river = ((low, left), (high, left), (high, right), (low, right), (low, left))
    bank = round((LONGITUDE + STEP / 2) * 1e7)

    def mixed(found: Grown) -> int:
        regions = points_of(found, 1).values()
        return sum(len({p[1] > bank for p in points}) == 2 for points in regions)

    assert mixed(grown([*west, *east])) > 0
    assert mixed(grown([*west, *east], water=[river])) == 0
    freeway = StreetLine("I 90", ((low, left), (high, left)), barrier=True)
    assert mixed(grown([*west, *east], [freeway])) == 0


def test_too_few_on_one_bank_still_find_a_region() -> None:
    near = [Parcel(((LATITUDE + n * STEP, LONGITUDE),)) for n in range(20)]
    over = [Parcel(((LATITUDE + n * STEP, LONGITUDE + STEP),)) for n in range(3)]
    line = ((LATITUDE - 1, LONGITUDE + STEP / 2), (LATITUDE + 1, LONGITUDE + STEP / 2))
    found = grown([*near, *over], [StreetLine("I 90", line, barrier=True)])
    check(found, 23)


def test_label_points_lie_on_streets() -> None:
    parcels, streets = town()
    found = grown(parcels, streets)
    on_a_street = {round(LATITUDE + r * BLOCK * STEP, 4) for r in range(5)}
    on_an_avenue = {round(LONGITUDE + c * BLOCK * STEP, 4) for c in range(5)}
    for region in found.tree.regions:
        north, east = region.label_point
        assert region.on_street
        assert north in on_a_street or east in on_an_avenue


def test_labels_name_the_stretch() -> None:
    parcels, streets = town()
    labels = [r.label for r in grown(parcels, streets).tree.at_level(1)]
    assert any(label.startswith("2 St between ") for label in labels)
    known = {s.name for s in streets}
    for label in labels:
        for word in ("between ", "around ", " near ", " and ", ", "):
            label = label.replace(word, "|")
        names = [part.strip() for part in label.split("|") if part.strip()]
        assert {n for n in names if "part" not in n} <= known, names


def test_a_lane_of_one_house_is_never_named() -> None:
    parcels, streets = town()
    corner = (LATITUDE + STEP * 1.5, LONGITUDE + STEP * 1.5)
    lane = StreetLine("Smith Ln", (corner, (corner[0] + STEP, corner[1] + STEP)))
    alone = Parcel(((corner[0] + STEP / 3, corner[1]),), "Smith Ln")
    found = grown([*parcels, alone], [*streets, lane])
    assert not any("Smith" in region.label for region in found.tree.regions)


def test_without_streets_the_label_says_the_district() -> None:
    found = grown(scattered(60, 3), (), [_square("Beat 7", 1.0)])
    tree = found.tree
    assert {r.label.split(",")[0] for r in tree.at_level(1)} == {"area in Beat 7"}
    assert not any(r.on_street for r in tree.regions)


def _square(name: str, half: float, east: float = LONGITUDE) -> District:
    low, high = LATITUDE - half, LATITUDE + half
    ring = ((low, east - half), (high, east - half), (high, east + half),
            (low, east + half), (low, east - half))  # fmt: skip
    return District(name, (ring,))


def test_districts_are_the_top_and_made_of_whole_regions() -> None:
    parcels = scattered(600, 4)
    beats = [_square("West", 1.0, LONGITUDE - 1), _square("East", 1.0, LONGITUDE + 1)]
    found = grown(parcels, (), beats)
    check(found, 600)
    top = found.tree.at_level(4)
    assert {r.label for r in top} == {"East", "West"}
    assert min(r.parcels for r in top) >= LEVELS[-1]
    for region in found.tree.regions:
        assert found.tree.chain(region.id)[-1].label == region.district


def test_a_beat_of_few_parcels_does_not_appear() -> None:
    parcels = [*scattered(300, 8, 0.01), Parcel(((LATITUDE + 0.9, LONGITUDE),))]
    ring = _square("Lonely", 0.05).rings[0]
    lonely = District("Lonely", (tuple((a + 0.9, b) for a, b in ring),))
    found = grown(parcels, (), [_square("Town", 0.5), lonely])
    assert {r.label for r in found.tree.at_level(4)} == {"Town"}


def test_label_points_stay_within_the_boundary() -> None:
    """Of two roads the one that is nearer on the whole lies outside."""
    parcels = [Parcel(((LATITUDE, LONGITUDE + n * STEP),), "X St") for n in range(24)]
    north, south = LATITUDE + 2 * STEP, LATITUDE - 4 * STEP
    ends = (LONGITUDE - 0.01, LONGITUDE + 0.01)
    near = StreetLine("X St", tuple((north, east) for east in ends))
    far = StreetLine("X St", tuple((south, east) for east in ends))
    edge = (LATITUDE + STEP, LATITUDE - 1)
    ring = ((edge[0], ends[0]), (edge[0], ends[1]), (edge[1], ends[1]),
            (edge[1], ends[0]), (edge[0], ends[0]))  # fmt: skip
    free = grown(parcels, [near, far]).tree.regions
    assert {r.label_point[0] for r in free} == {round(north, 4)}
    bound = grown(parcels, [near, far], boundary=[ring]).tree.regions
    assert {r.label_point[0] for r in bound} == {round(south, 4)}


def test_locate() -> None:
    parcels, streets = town()
    low, high = LATITUDE - 1, LATITUDE + 1
    edge = LONGITUDE + 20 * STEP
    ring = ((low, LONGITUDE - 1), (high, LONGITUDE - 1), (high, edge), (low, edge),
            (low, LONGITUDE - 1))  # fmt: skip
    found = grown(parcels, streets, boundary=[ring])
    locator = Locator(found.tree, found.index)
    owner = dict(zip(found.index.points, found.index.regions, strict=True))
    for point, region in owner.items():
        place = locator.locate(point[0] / 1e7, point[1] / 1e7)
        assert place is not None
        assert place.distance_m == pytest.approx(0, abs=0.05)
        assert [r.level for r in place.regions] == [1, 2, 3]
        assert place.regions[0].id == region
        assert locator.region_ids(point[0] / 1e7, point[1] / 1e7) == {
            r.level: r.id for r in place.regions
        }
    beyond = [p.points[0] for p in parcels if p.points[0][1] > edge]
    assert beyond
    assert found.outside == len(set(beyond))
    for point in beyond:
        assert locator.locate(*point) is None
    assert locator.locate(LATITUDE - 0.01, LONGITUDE) is None
    assert locator.locate(LATITUDE - 0.001, LONGITUDE) is not None
    assert locator.locate(float("nan"), LONGITUDE) is None


def test_parcels_outside_of_the_boundary_count_for_nothing() -> None:
    """Seven inside and many outside are no eight: nobody is hidden among houses
    whose calls never come here."""
    row = [Parcel(((LATITUDE, LONGITUDE + n * STEP),)) for n in range(40)]
    edge = LONGITUDE + 6.5 * STEP
    ring = _square("", 1.0, edge - 1.0).rings[0]
    few = place_tree_of(row, boundary=[ring])
    assert isinstance(few, NoTree)
    assert "7 parcels of 40" in few.message
    wider = tuple((a, b + 3 * STEP) for a, b in ring)
    found = grown(row, boundary=[wider])
    assert found.outside == 30
    assert [r.parcels for r in found.tree.at_level(1)] == [10]
    assert len(found.index.points) == 10


def test_the_version_and_the_source_are_kept() -> None:
    found = grown(scattered(30, 2), version="7")
    assert found.tree.version == "7"
    assert found.tree.source.kind == "points"
    assert replace(found.tree, version="1") == grown(scattered(30, 2)).tree
