"""What a further record of a call says otherwise."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.domain.event_base import Json
from aliquot.console.domain.rebid import (
    Change,
    as_json,
    differences,
    distance_m,
    moved_m,
    sureness,
)

values = st.none() | st.text(max_size=4) | st.integers(0, 9) | st.floats(0, 9)
records = st.dictionaries(
    st.sampled_from(
        ["callback_number", "uncertainty_m", "confidence_pct", "location", "esn"]
    ),
    values,
)
latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


@given(records)
def test_a_record_does_not_differ_from_itself(record: dict[str, Json]) -> None:
    assert differences(record, dict(record)) == ()


@given(records, records)
def test_the_new_record_is_the_old_one_with_its_changes(
    old: dict[str, Json], new: dict[str, Json]
) -> None:
    said = {c.name: (c.old, c.new) for c in differences(old, new)}
    for name in {*old, *new}:
        before = old.get(name) if old.get(name) not in ("", None) else None
        after = new.get(name) if new.get(name) not in ("", None) else None
        assert said.get(name, (before, before)) == (before, after)


@given(records, records)
def test_the_other_way_round_every_change_is_its_contrary(
    old: dict[str, Json], new: dict[str, Json]
) -> None:
    contrary = {
        Change.ADDED: Change.REMOVED,
        Change.REMOVED: Change.ADDED,
        Change.BETTER: Change.WORSE,
        Change.WORSE: Change.BETTER,
        Change.CHANGED: Change.CHANGED,
    }
    there, back = differences(old, new), differences(new, old)
    assert [contrary[c.kind] for c in there] == [c.kind for c in back]


@pytest.mark.parametrize(
    ("name", "old", "new", "kind"),
    [
        ("uncertainty_m", 300, 25.0, Change.BETTER),
        ("uncertainty_m", 25, 300, Change.WORSE),
        ("uncertainty_m", None, 300, Change.ADDED),
        ("confidence_pct", 90, 50, Change.WORSE),
        ("confidence_pct", 50, 90, Change.BETTER),
        ("class_of_service", "WPH1", "WPH2", Change.CHANGED),
        ("location", "FLR 2", "", Change.REMOVED),
    ],
)
def test_the_kind_of_a_change(name: str, old: Json, new: Json, kind: Change) -> None:
    (change,) = differences({name: old}, {name: new})
    assert (change.name, change.kind, change.metres) == (name, kind, None)


def test_when_the_record_was_made_is_no_news() -> None:
    assert differences({"record_time": "10:00"}, {"record_time": "10:01"}) == ()


def test_how_far_the_caller_moved() -> None:
    old: dict[str, Json] = {"latitude": 42.0, "longitude": -71.0}
    new: dict[str, Json] = {"latitude": 42.01, "longitude": -71.0}
    changes = differences(old, new)
    assert [(c.name, c.kind) for c in changes] == [("latitude", Change.MOVED)]
    assert changes[0].metres == pytest.approx(1112, abs=2)
    assert as_json(changes) == {"latitude": [42.0, 42.01, "moved", changes[0].metres]}
    assert differences(old, {**old, "latitude": 42.000001}) == ()
    assert moved_m(old, {"latitude": 42.0}) is None


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_a_distance(a: float, b: float, c: float, d: float) -> None:
    there = distance_m(a, b, c, d)
    assert 0 <= there <= math.pi * 6_371_009
    assert there == pytest.approx(distance_m(c, d, a, b), abs=1e-3)
    assert distance_m(a, b, a, b) == 0


def test_known_distance() -> None:
    """Boston to Worcester, some 62 km."""
    assert distance_m(42.3601, -71.0589, 42.2626, -71.8023) == pytest.approx(
        62_100, rel=0.01
    )


def test_how_sure() -> None:
    assert sureness(40, 40) is None
    assert sureness(None, 40) is Change.ADDED
    assert sureness(40, None) is Change.REMOVED
    assert sureness(40, 10) is Change.BETTER
