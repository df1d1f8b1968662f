"""A policy that is looser than the one in force counts when a person has signed it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from partner_desk import PATIENCE_S, running
from release_town import (
    ANN,
    BEA,
    DEE,
    OPEN,
    PASSWORD,
    POLICY,
    UTC_US,
    Town,
    code,
    done,
    policy_text,
    retract,
    town_in,
)

from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import Actor, Outcome, Refused
from aliquot.console.domain.policy_commands import ConfirmPolicyAs, EnterPolicy
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.protected_commands import NoteProtected
from aliquot.console.release.policy_force import PolicyInForce, statement
from aliquot.console.release.sources import read_policy
from aliquot.console.remote import decode_command, encode_command, outside_actor
from aliquot.console.service.releases_book import Rules
from aliquot.console.settings import ReleaseSettings
from aliquot.console.store.rebuild import rebuild
from aliquot.console.store.release_policies import PoliciesIn
from aliquot.console.store.verify import verify

LOOSER = "embargo_minutes = 20", "embargo_minutes = 10"
STRICTER = "embargo_minutes = 20", "embargo_minutes = 30"
SAID = "embargo: 20 → 10 minutes"


def write_file(town: Town, old: str = "", new: str = "") -> None:
    """As its owner leaves it."""
    text = policy_text(old, new)
    (town.profile.folder / POLICY).write_text(text, encoding="utf-8")


def write(town: Town, old: str = "", new: str = "") -> Rules:
    """The same, and what the rules are when it was read."""
    write_file(town, old, new)
    return town.book.fresh()


def in_force(town: Town) -> PolicyInForce:
    return PoliciesIn(town.log.path).in_force()


def sha256(town: Town) -> str:
    return read_policy(town.profile.folder / POLICY).sha256


def confirm(town: Town, name: str = BEA, digits: str | None = None) -> Outcome:
    wanted = sha256(town)[:8] if digits is None else digits
    command = ConfirmPolicyAs(name=name, password=PASSWORD, sha256=wanted)
    outcome = town.ask(command, "nobody")
    town.book.refresh()
    return outcome


def test_a_looser_policy_releases_nothing_until_somebody_signs(town: Town) -> None:
    """It was red: who owned the file set the embargo to its floor, and nobody saw."""
    problem = write(town, *LOOSER).problem
    assert problem is not None
    assert SAID in problem
    assert f"aliquot release policy --confirm {sha256(town)[:8]}" in problem
    refused = town.propose(town.open())
    assert isinstance(refused, Refused)
    assert (refused.code, refused.message) == ("nothing_released", problem)
    assert done(confirm(town)) == {
        "policy_sha256": sha256(town),
        "changed": [SAID],
        "confirmed_by": BEA,
    }
    release = town.proposed(town.open(column=6))
    assert town.get(release).policy_sha256 == sha256(town)
    detail = town.reads().detail(release)
    assert detail is not None
    digits = sha256(town)[:8]
    assert detail.policy == f"policy {digits}, version 1, signed by bea ({SAID})"
    assert code(confirm(town)) == "nothing_to_confirm"


def test_a_stricter_one_is_noted_with_what_is_other(town: Town) -> None:
    n = town.log.status().n
    assert write(town, *STRICTER).unnoted
    town.proposed(town.open())
    known = in_force(town).known
    assert [k.changed for k in known] == [(), ("embargo: 20 → 30 minutes",)]
    assert known[-1].sha256 == sha256(town)
    assert town.log.status().n == n + 3  # opened, noted, proposed
    done(town.do(NoteProtected()))
    assert town.log.status().n == n + 3
    # What was the rule yesterday is looser than what is today.
    assert write(town).problem is not None


@pytest.mark.parametrize("state", ["proposed", "approved", "embargoed"])
def test_what_has_not_left_is_held_and_goes_on_with_the_file(
    town: Town, state: str
) -> None:
    _, release = town.to_state(state)
    write(town, *LOOSER)
    town.clock.advance(26 * 60)
    if state == "proposed":
        assert code(town.approve(release)) == "nothing_released"
    for _ in range(3):
        assert town.look(release) in OPEN
    write(town)
    if state == "proposed":
        done(town.approve(release))
    town.look(release)
    town.look(release)
    assert town.state(release) == "sent"


def test_once_it_is_signed_what_was_under_the_other_is_void(town: Town) -> None:
    _, release = town.to_state("embargoed")
    write(town, *LOOSER)
    done(confirm(town))
    assert town.look(release) == "voided"
    assert town.get(release).reason == "policy_changed"


def test_what_has_left_can_be_taken_back_meanwhile(town: Town) -> None:
    _, release = town.to_state("sent")
    write(town, *LOOSER)
    done(town.ask(retract(release), BEA))


def test_who_may_sign_and_for_what(town: Town) -> None:
    write(town, *LOOSER)
    wrong = ConfirmPolicyAs(name=BEA, password="wrong horse", sha256=sha256(town)[:8])
    refused = {
        "not_allowed": confirm(town, DEE),
        "other_policy": confirm(town, digits="0" * 8),
        "sign_in_refused": town.ask(wrong, "nobody"),
    }
    assert {name: code(outcome) for name, outcome in refused.items()} == {
        name: name for name in refused
    }
    for short in ("", sha256(town)[:7]):
        assert code(confirm(town, digits=short)) == "other_policy"
    done(confirm(town, digits=sha256(town)))


def test_an_erased_entry_stops_everything_until_somebody_signs(town: Town) -> None:
    run = town.log._database.conn.execute
    (n,) = run("SELECT n FROM heads WHERE subject = 'release_policy'").fetchone()
    erased = ev.BodiesErased(
        targets=[[town.log.site, n]], reason="r", authority="a", at_us=1
    )
    town.log.append([erased], Actor("nobody", "01"))
    town.book._last = (town.book._last[0], None)  # as after a start
    problem = town.book.fresh().problem
    assert problem is not None
    assert "erased" in problem
    assert code(town.propose(town.open())) == "nothing_released"
    done(confirm(town))
    town.proposed(town.open(column=6))


def _forged(town: Town, **other: Any) -> None:
    """Written to the end of the log by who has no key."""
    policy = read_policy(town.profile.folder / POLICY)
    given: dict[str, Any] = {
        "sha256": policy.sha256,
        "policy": policy.plain(),
        "changed": [],
        "at_us": 1,
    }
    event: ev.Event
    if "by" in other:
        after = in_force(town).head
        made = {**given, "statement": "AAAA", "signature": "AAAA", "after": after}
        event = ev.ReleasePolicyConfirmed(**{**made, **other})
    else:
        event = ev.ReleasePolicyNoted(**{**given, **other})
    town.log.append([event], Actor(BEA, "01"))


@pytest.mark.parametrize(
    "forged", [{}, {"by": BEA}, {"sha256": "0" * 64}, {"policy": {"agency": 1}}]
)
def test_an_entry_by_hand_makes_nothing_looser(
    town: Town, forged: dict[str, Any]
) -> None:
    write(town, *LOOSER)
    _forged(town, **forged)
    assert town.book.fresh().problem is not None
    assert in_force(town).lost == bool(forged)
    assert code(town.propose(town.open())) == "nothing_released"


def _entered(town: Town, name: str, **other: Any) -> EnterPolicy:
    """As if the helper had been gone round."""
    with town.log.work(Actor("nobody", "01")) as work:
        person = next(p for p in work.views.people() if p.person_id == name)
    key = town.vault.unseal(person, PASSWORD)
    assert not isinstance(key, Refused)
    policy = read_policy(town.profile.folder / POLICY)
    after = other.get("after", in_force(town).head)
    said = statement(policy.sha256, [SAID], after, name, UTC_US)
    return EnterPolicy(
        policy=policy.plain(),
        changed=(SAID,),
        after=after,
        at_us=UTC_US,
        statement=said,
        signature=key.sign(said),
    )


def test_the_writer_believes_only_the_person_s_own_signature(town: Town) -> None:
    write(town, *LOOSER)
    good = _entered(town, BEA)
    assert code(town.do(good, ANN)) == "bad_signature"
    assert code(town.do(good)) == "not_allowed"
    assert code(town.do(_entered(town, DEE), DEE)) == "not_allowed"
    assert code(town.do(_entered(town, BEA, after="00"), BEA)) == "policy_changed"
    done(town.do(good, BEA))
    assert code(town.do(good, BEA)) == "policy_changed"  # once only


def test_an_old_signature_counts_only_where_it_was_given(town: Town) -> None:
    write(town, *LOOSER)
    done(confirm(town))
    run = town.log._database.conn.execute
    latest = "SELECT body FROM heads WHERE subject = 'release_policy' ORDER BY n DESC"
    (body,) = run(latest).fetchone()
    write(town)
    done(town.do(NoteProtected()))
    from aliquot.console.store.entry import read_body

    old = read_body(ev.ReleasePolicyConfirmed.TYPE, body)
    assert old is not None
    town.log.append([old], Actor(BEA, "01"))
    assert write(town, *LOOSER).problem is not None


def test_the_log_can_be_made_anew(town: Town) -> None:
    write(town, *LOOSER)
    done(confirm(town))
    assert verify(town.log.path).ok
    town.log.close()
    assert rebuild(town.log.path).ok
    assert in_force(town).known[-1].by == BEA


@pytest.mark.parametrize("named", [False, True], ids=["default", "by hand"])
def test_another_file_is_held_against_the_same_entries(
    town: Town, tmp_path: Path, named: bool
) -> None:
    """``profile.toml`` names no policy any more, or another one."""
    write(town, *STRICTER)
    done(town.do(NoteProtected()))
    other = tmp_path / "other.toml" if named else None
    if other is not None:
        other.write_text(policy_text(), encoding="utf-8")
    from aliquot.console.service.releases_book import Book

    folder, said = town.profile.folder / "geofile", PoliciesIn(town.log.path)
    assert Book(other, folder, policies=said).fresh().problem is not None


def test_a_profile_from_before_begins_with_what_it_has(
    town: Town, tmp_path: Path
) -> None:
    """Its log has releases, and knows of no policy: nothing stops."""
    from aliquot.console.service.releases_book import Book

    nothing: Callable[[Path], PoliciesIn] = PoliciesIn
    folder = town.profile.folder / "geofile"
    rules = Book(None, folder, policies=nothing(tmp_path / "none.sqlite")).fresh()
    assert rules.problem is None
    assert rules.unnoted


def test_what_is_no_file_is_not_waited_for(town: Town) -> None:
    """It was red: a pipe in place of the policy held the thread that reads it."""
    path = town.profile.folder / POLICY
    path.unlink()
    os.mkfifo(path)
    problem = town.book.fresh().problem
    assert problem is not None
    assert "is no file" in problem


def test_a_running_console_stops_and_asks(tmp_path: Path) -> None:
    with town_in(tmp_path / "profile", partners=()) as town:
        settings = replace(
            town.profile.settings, release=ReleaseSettings(policy=POLICY)
        )
        town.profile.save_settings(settings)
    news = threading.Event()

    def heard(changed: Changed) -> None:
        news.set()

    with running(tmp_path / "profile") as core:
        end = core.subscribe(heard)

        def until(there: Callable[[], bool]) -> None:
            while not there():
                assert news.wait(PATIENCE_S)
                news.clear()

        until(lambda: core.releases().problem() is None)
        write_file(town, *STRICTER)
        said = PoliciesIn(town.log.path)
        until(lambda: said.in_force().known[-1].sha256 == sha256(town))
        write_file(town, *LOOSER)
        until(lambda: "made looser" in str(core.releases().problem()))
        command = ConfirmPolicyAs(name=BEA, password=PASSWORD, sha256=sha256(town)[:8])
        outside = decode_command(encode_command(command))  # as it comes from there
        assert done(core.call(outside, actor=outside_actor()))["confirmed_by"] == BEA
        until(lambda: core.releases().problem() is None)
        end()
