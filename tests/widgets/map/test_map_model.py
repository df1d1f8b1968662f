"""The pure parts: what is pinned, what is said, how often it may restart."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.widgets.map.model import (
    Look,
    MapCall,
    Picture,
    RestartBudget,
    call_after,
    call_words,
    checked_look,
)
from aliquot.widgets.map.style import map_colours, mix


def call(call_id: str = "a", **changes: object) -> MapCall:
    values: dict[str, object] = {
        "call_id": call_id,
        "latitude": 41.5,
        "longitude": -93.6,
        "uncertainty_m": 38.0,
        "label": "555-0142",
        "state": "waiting",
    }
    return MapCall(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "pinned"),
    [
        ({}, True),
        ({"uncertainty_m": None}, True),
        ({"uncertainty_m": 3000.0}, True),
        ({"uncertainty_m": 3000.1}, False),
        ({"area_only": True}, False),
        ({"area_only": True, "uncertainty_m": None}, False),
    ],
)
def test_only_a_sure_point_gets_a_pin(changes: dict[str, object], pinned: bool) -> None:
    assert call(**changes).pinned is pinned


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "waiting · ±38 m"),
        ({"state": "taken", "uncertainty_m": None}, "taken · uncertainty not given"),
        (
            {"state": "incident", "uncertainty_m": 4210.0},
            "incident · ±4.2 km · area only",
        ),
    ],
)
def test_state_and_uncertainty_are_said(changes: dict[str, object], words: str) -> None:
    assert call_words(call(**changes)) == words


def test_the_next_call_goes_round() -> None:
    calls = (call("a"), call("b"))
    assert call_after(calls, None) == "a"
    assert call_after(calls, "a") == "b"
    assert call_after(calls, "b") == "a"
    assert call_after(calls, "gone") == "a"
    assert call_after((), "a") is None


@given(st.floats(), st.floats(), st.floats())
def test_a_view_from_the_page_is_on_earth_or_nothing(
    latitude: float, longitude: float, zoom: float
) -> None:
    look = checked_look(latitude, longitude, zoom)
    inside = -90 <= latitude <= 90 and -180 <= longitude <= 180 and 0 <= zoom <= 20
    assert look == (Look(latitude, longitude, zoom) if inside else None)


def test_a_picture_leaves_out_what_has_no_place() -> None:
    picture = Picture(
        number=3,
        colours={},
        base=1,
        calls=(call("a"), call("b", latitude=float("nan"))),
        selected=None,
        look=None,
    )
    body = json.loads(picture.to_json())
    assert [c["call_id"] for c in body["calls"]] == ["a"]
    assert body["calls"][0]["words"] == "waiting · ±38 m"


@given(st.lists(st.integers(0, 2_000_000_000_000), max_size=30).map(sorted))
def test_no_window_of_five_minutes_has_more_than_three_restarts(
    moments: list[int],
) -> None:
    budget = RestartBudget()
    granted = [moment for moment in moments if budget.spend(moment)]
    for first, fourth in zip(granted, granted[3:], strict=False):
        assert fourth - first >= 300_000_000_000


def test_a_person_may_always_try_again() -> None:
    budget = RestartBudget(limit=1)
    assert budget.spend(0)
    assert not budget.spend(1)
    budget.renew()
    assert budget.spend(2)


def test_mix_goes_from_ground_to_colour() -> None:
    assert mix("#000000", "#ffffff", 0.0) == "#000000"
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert mix("#000000", "#ffffff", 1.0) == "#ffffff"


def test_both_themes_have_every_colour() -> None:
    dark, light = map_colours("dark"), map_colours("light")
    assert dark.keys() == light.keys()
    wanted = {"waiting", "taken", "incident", "street", "major", "water", "park"}
    assert wanted | {"campus", "boundary", "focus", "background"} <= dark.keys()
    assert dark["background"] != light["background"]


def test_streets_are_a_little_lighter_than_the_dark_ground() -> None:
    dark = map_colours("dark")
    assert dark["background"] < dark["street"] < dark["major"] < dark["muted"]
