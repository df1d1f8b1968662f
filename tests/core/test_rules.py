"""Fields of incidents, code tables, roles, and the delay of failed sign-ins."""

from __future__ import annotations

import math

import pytest

from aliquot.console.domain.events import INCIDENT_FIELDS, Json
from aliquot.console.domain.incident_types import (
    dispositions,
    incident_types,
    label,
)
from aliquot.console.domain.incidents import (
    BadField,
    changes,
    check_points,
    clean_fields,
    present,
)
from aliquot.console.domain.people import Act, Role, may, wait_before_try

MINUTE = 60 * 10**6


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("priority", 0),
        ("priority", True),
        ("priority", 2.0),
        ("latitude", 91),
        ("latitude", "42"),
        ("longitude", math.nan),
        ("place", 5),
        ("place", "x" * 2001),
        ("place_verified", "yes"),
        ("caller_uncertainty_m", -1),
        ("tpye_code", "MVA"),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_name(name: str, value: Json) -> None:
    with pytest.raises(BadField, match=name):
        clean_fields({name: value})


def test_absent_is_absent() -> None:
    given: dict[str, Json] = {"place": "  ", "caller_uncertainty_m": 0, "priority": 2}
    assert present(clean_fields(given)) == {"priority": 2}


def test_half_a_point_is_no_point() -> None:
    with pytest.raises(BadField, match="longitude"):
        check_points({"latitude": 42.0})
    with pytest.raises(BadField, match="caller_latitude"):
        check_points({"caller_longitude": -71.0})
    check_points({"latitude": 42.0, "longitude": -71.0})


def test_changes_are_old_and_new_of_what_differs() -> None:
    old: dict[str, Json] = {"priority": 1, "place": "1 Elm"}
    new: dict[str, Json] = {"priority": 1, "place": "2 Elm", "type_code": "MVA"}
    wanted = {"place": ["1 Elm", "2 Elm"], "type_code": [None, "MVA"]}
    assert changes(old, new) == wanted
    assert changes({"place_verified": True}, {"place_verified": 1}) == {
        "place_verified": [True, 1]
    }


def test_every_field_of_an_incident_is_checked() -> None:
    for name in INCIDENT_FIELDS:
        assert clean_fields({name: None}) == {name: None}


def test_the_code_tables_are_whole() -> None:
    kinds = incident_types()
    assert len(kinds) >= 60
    assert {kind.service for kind in kinds.values()} == {"law", "fire", "ems"}
    assert {kind.priority for kind in kinds.values()} == {1, 2, 3, 4, 5}
    assert len({kind.label for kind in kinds.values()}) == len(kinds)
    assert all(len(d.code) == 2 for d in dispositions().values())
    assert label("FSTRU") == "Structure fire"
    assert label("OUR-OWN") == "OUR-OWN"
    assert label(None) is None


@pytest.mark.parametrize("role", [*Role, None])
def test_everybody_may_take_a_call(role: Role | None) -> None:
    assert may(role, Act.TAKE_CALLS)
    assert may(role, Act.DISPATCH)


def test_who_may_what_else() -> None:
    assert {r for r in Role if may(r, Act.ADD_PEOPLE)} == {Role.ADMINISTRATOR}
    assert {r for r in Role if may(r, Act.ERASE)} == {
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    }
    assert not may(None, Act.ERASE)


def test_five_tries_close_the_door_until_the_first_is_old() -> None:
    tries = [n * MINUTE for n in range(5)]
    assert wait_before_try(tries[:4], 5 * MINUTE) == 0
    assert wait_before_try(tries, 5 * MINUTE) == 10 * 60
    assert wait_before_try(tries, 15 * MINUTE) == 0
    assert wait_before_try(tries, 15 * MINUTE - 1) == 1
