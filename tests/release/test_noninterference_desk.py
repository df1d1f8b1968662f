"""The property of `test_noninterference`, for what the console itself sends.

Two incidents that differ in all that is not coded, at one moment: what leaves of them,
when, to whom and in what size differs in the random id and in nothing else.
"""

from __future__ import annotations

import random
import secrets
from typing import Any

import pytest
from release_town import CRASH, Town, done
from release_town import place as a_place

from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.events import INCIDENT_FIELDS
from aliquot.console.workers.outbox import delivery_of

CODED = ("type_code", "place", "latitude", "longitude")
TEXTS = (
    *("JOHN DOE 845-555-0143", "x" * 60, "<b>&amp;", "\u202eevil\u200b", "{place}"),
    *("913 MCFARLAND AVE APT 4", "=1+1", "SUSP", "DVA", "he is 43, bleeding"),
)
FREE = ("caller_name", "caller_place", "callback_number", "place_note", "place_address")
NUMBERS: dict[str, Any] = {
    "caller_latitude": 41.7001,
    "caller_longitude": -73.8999,
    "caller_uncertainty_m": 12.0,
    "priority": 1,
    "place_verified": True,
    "place_score": 87.5,
}


def uncoded(rng: random.Random) -> dict[str, Any]:
    """Fields that no release may depend on, as far as the form takes them."""
    names = rng.sample(FREE, rng.randrange(len(FREE) + 1))
    said: dict[str, Any] = {name: rng.choice(TEXTS) for name in names}
    said |= NUMBERS if rng.random() < 0.5 else {}
    return {k: v for k, v in said.items() if k not in CODED}


def opened(town: Town, rng: random.Random, place: dict[str, Any]) -> str:
    fields = uncoded(rng)
    while True:
        command = cmd.OpenIncident(
            fields={**fields, **place}, note=rng.choice([None, *TEXTS])
        )
        outcome = town.do(command)
        if isinstance(outcome, cmd.Done):
            return str(outcome.result["incident_id"])
        assert isinstance(outcome, cmd.Refused)
        assert fields, outcome
        fields.popitem()


def all_that_leaves(town: Town, release: str) -> list[object]:
    """Bytes, headers, times and order, without the id."""
    found = town.get(release)
    with town.log.work(Actor("nobody", "01")) as work:
        (row,) = work.releases.deliveries(release)
        named = (release, row.channel, row.partner)
        row = work.releases.delivery(*named)
        assert row is not None
    sent = delivery_of(row)
    parts = [found.item, *found.bodies.values(), sent.body, sent.key.encode()]
    plain = [part.replace(release.encode(), b"ID") for part in parts]
    assert found.embargo is not None
    return [*plain, sent.content_type, found.published_us, found.embargo.until_us]


@pytest.mark.parametrize("seed", range(12))
def test_two_incidents_that_differ_in_all_else_leave_the_same(
    town: Town, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda most: most // 3)
    rng = random.Random(seed)
    place = {**CRASH, **a_place(rng.randrange(12), rng.randrange(16))}
    pairs = [opened(town, rng, place), opened(town, rng, place)]
    releases = [town.proposed(incident) for incident in pairs]
    for release in releases:
        done(town.approve(release))
        assert town.look(release) == "embargoed"
    town.clock.advance(26 * 60)
    assert [town.look(release) for release in releases] == ["sent", "sent"]
    one, other = (all_that_leaves(town, release) for release in releases)
    assert one == other


def test_every_field_that_is_typed_was_among_them() -> None:
    """So that a field that comes to the form later is looked at here as well."""
    assert set(INCIDENT_FIELDS) == {*CODED, *FREE, *NUMBERS}
