"""A version of the program that writes other bytes ends what waits, and says why."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from release_town import BEA, Town, code, done, retract

from aliquot.console.domain.commands import Actor, Refused
from aliquot.console.release import encode, policy
from aliquot.console.release.endings import label
from aliquot.console.release.maker import maker


class Update:
    """To another version, of which only the bytes of XML are others."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def install(self) -> None:
        self._patch.setattr(encode, "_XML", '<?xml version="1.0"?>\n')
        maker.cache_clear()


@pytest.fixture
def update(monkeypatch: pytest.MonkeyPatch) -> Iterator[Update]:
    yield Update(monkeypatch)
    monkeypatch.undo()
    maker.cache_clear()


@pytest.mark.parametrize("state", ["proposed", "approved", "embargoed"])
def test_what_waits_ends_at_the_first_look_and_can_be_proposed_anew(
    town: Town, update: Update, state: str
) -> None:
    """It was red: the supervisor read, after the embargo, that the approval does not
    hold; what had not been signed could not be signed, and nobody said why."""
    incident, release = town.to_state(state)
    update.install()
    assert town.look(release) == "voided"
    reason = town.get(release).reason
    assert reason == "program_changed"
    assert "updated" in label(reason)
    assert [row.incident_id for row in town.reads().candidates()] == [incident]
    again = town.proposed(incident)
    done(town.approve(again))
    assert town.get(again).bodies["cap"].startswith(b'<?xml version="1.0"?>\n<')


def test_who_signs_before_anybody_looked_is_told_what_to_do(
    town: Town, update: Update
) -> None:
    _, release = town.to_state("proposed")
    update.install()
    refused = town.approve(release)
    assert isinstance(refused, Refused)
    assert refused.code == "other_bytes"
    assert "updated" in refused.message
    assert "propose the incident anew" in refused.message


def test_what_has_left_stays_and_can_be_taken_back(town: Town, update: Update) -> None:
    _, release = town.to_state("sent")
    update.install()
    assert town.look(release) == "sent"
    done(town.ask(retract(release), BEA))


def test_a_notice_from_before_leaves_as_it_is_made_now(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was red: what was taken back just before an update stayed with the partner."""
    _, release = town.to_state("confirmed")
    done(town.ask(retract(release), BEA))
    before = _notice(town, release)
    names = dict(encode._NEIGHBORS, text="words")
    monkeypatch.setattr(encode, "_NEIGHBORS", names)
    maker.cache_clear()
    now = _notice(town, release)
    monkeypatch.undo()
    maker.cache_clear()
    assert before is not None
    assert now is not None
    old, new = json.loads(before), json.loads(now)
    assert new.pop("words") == old.pop("text")
    assert new == old


def _notice(town: Town, release: str) -> bytes | None:
    with town.log.work(Actor("nobody", "01")) as work:
        (row,) = work.releases.deliveries(release)
        return work.releases.leaving(row)


def test_other_tables_of_the_program_are_no_policy_that_somebody_changed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, release = town.to_state("proposed")
    monkeypatch.setattr(policy, "TABLES_SHA256", "0" * 64)
    town.book._last = (town.book._last[0], None)  # as after a start
    town.book.refresh()
    assert town.book.now().problem is None
    assert code(town.approve(release)) == "other_policy"
    assert town.look(release) == "voided"
    assert town.get(release).reason == "program_changed"
