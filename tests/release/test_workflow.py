"""Releases through the services: proposed, approved, embargoed, sent, confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_town import (
    Town,
    another_policy,
    another_tree,
    code,
    done,
    place,
    town_in,
    without_tree,
)

from aliquot.console.domain.commands import Actor
from aliquot.console.domain.release_commands import LookAtRelease
from aliquot.console.release.states import ReleaseState


def test_a_release_goes_its_way_and_its_bytes_never_change(town: Town) -> None:
    incident = town.open()
    told = done(town.propose(incident))
    release = str(told["release_id"])
    assert told["state"] == "proposed"
    frozen = town.get(release)
    assert done(town.approve(release))["state"] == "approved"
    assert town.look(release) == "embargoed"
    assert town.look(release) == "embargoed"
    town.clock.advance(26 * 60)
    assert town.look(release) == "sent"
    done(town.deliver(release))
    after = town.get(release)
    assert after.state is ReleaseState.CONFIRMED
    assert (after.item, after.bodies) == (frozen.item, frozen.bodies)
    assert set(after.bodies) == {"neighbors", "cap", "geojson", "atom", "socrata"}


def test_nothing_of_an_incident_but_its_codes_is_in_the_bytes(town: Town) -> None:
    words = {"caller_name": "ZEBEDEE QUARLES", "place_note": "RED DOOR", "priority": 1}
    one, two = town.open(), town.open(**words)
    releases = [town.get(town.proposed(i)) for i in (one, two)]
    assert releases[0].said == releases[1].said
    for release in releases:
        everything = b"".join((release.item, *release.bodies.values()))
        for secret in (b"ZEBEDEE", b"RED DOOR", b"110 Mill", b"41.70160"):
            assert secret not in everything


def test_the_leaf_and_the_outbox_are_filled_by_one_event(town: Town) -> None:
    _, release = town.to_state("embargoed")
    with town.log.work(Actor("nobody", "01")) as work:
        assert work.releases.leaf_hashes() == []
        assert work.releases.waiting() == {}
        before = work.n
    town.clock.advance(26 * 60)
    town.look(release)
    with town.log.work(Actor("nobody", "01")) as work:
        assert len(work.releases.leaf_hashes()) == 1
        assert work.releases.waiting() == {"ring": 1}
        assert work.n == before + 1


def test_without_a_tree_nothing_is_proposed_approved_or_sent(town: Town) -> None:

    _, release = town.to_state("embargoed")
    other = town.proposed(town.open())
    without_tree(town)
    assert code(town.propose(town.open())) == "nothing_released"
    assert code(town.approve(other)) == "nothing_released"
    town.clock.advance(26 * 60)
    assert town.look(release) == "embargoed"
    assert town.reads().candidates() == ()
    assert "place tree" in str(town.reads().problem())


def test_rules_that_changed_and_are_not_read_yet_send_nothing(town: Town) -> None:
    _, release = town.to_state("embargoed")
    town.clock.advance(26 * 60)
    state = town.profile.folder / "geofile" / "geofile.json"
    state.write_bytes(state.read_bytes() + b"\n")
    town.do(LookAtRelease(release_id=release))
    assert town.state(release) == "embargoed"
    assert town.look(release) == "sent"  # read again, and the same as before


def test_another_tree_voids_what_was_signed_under_the_first(town: Town) -> None:

    _, release = town.to_state("embargoed")
    another_tree(town)
    assert town.look(release) == "voided"
    assert town.get(release).reason == "tree_changed"


def test_another_policy_voids_what_was_signed_under_the_first(town: Town) -> None:

    _, release = town.to_state("embargoed")
    another_policy(town, "version = 1", "version = 2")
    assert town.look(release) == "voided"
    assert town.get(release).reason == "policy_changed"


def test_without_a_partner_it_waits_and_dies(tmp_path: Path) -> None:
    with town_in(tmp_path / "profile", partners=()) as town:
        _, release = town.to_state("embargoed")
        town.clock.advance(26 * 60)
        assert town.look(release) == "embargoed"
        town.clock.advance(40 * 60)
        assert town.look(release) == "dead"


def test_bytes_that_the_last_look_stops_do_not_leave(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aliquot.console.release import proposal
    from aliquot.console.release.tripwire import Alarm, Hit
    from aliquot.console.service import releases_watch

    def hit(item: object, bodies: object) -> tuple[Hit, ...]:
        return (Hit(Alarm.PHONE, "text"),)

    _, release = town.to_state("embargoed")
    monkeypatch.setattr(releases_watch, "scan", hit)
    town.clock.advance(26 * 60)
    assert town.look(release) == "voided"
    assert town.get(release).reason == "output_scan"
    monkeypatch.setattr(proposal, "scan", hit)
    assert code(town.propose(town.open())) == "output_scan"


@pytest.mark.expects_log("cannot be looked at again")
def test_a_fault_in_release_control_lets_a_call_be_changed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aliquot.console.service import releases_watch

    def fault(*_: object) -> None:
        raise RuntimeError("a fault")

    incident, release = town.to_state("embargoed")
    monkeypatch.setattr(releases_watch, "look", fault)
    done(town.change(incident, **place(6, 9)))
    assert town.state(release) == "embargoed"
    monkeypatch.undo()
    town.clock.advance(26 * 60)
    assert town.look(release) == "voided"  # before it is sent


def test_a_row_says_what_took_its_place(town: Town) -> None:
    """What was void, and proposed anew twice since: each names the next one."""
    incident = town.open()
    first = town.proposed(incident)
    done(town.change(incident, **place(6, 9)))
    assert town.state(first) == "voided"
    assert [row.replaced_by for row in town.reads().queue()] == [None]
    second = town.proposed(incident)
    third = str(done(town.propose(incident, phrase="avoid_area"))["release_id"])
    rows = {row.release_id: row.replaced_by for row in town.reads().queue()}
    assert rows == {third: None, second: third, first: second}
    detail = town.reads().detail(first)
    assert detail is not None
    assert detail.row.replaced_by == second
