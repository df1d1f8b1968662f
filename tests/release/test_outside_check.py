"""Somebody else's program finds the release log in order, and finds what is not."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import outside_check
import pytest
from release_town import BEA, at_state, done, refuse, retract, town_in

from aliquot.console.domain import commands as cmd
from aliquot.console.store.export import export

Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With releases that were confirmed, retracted, refused, and one that waits."""
    with town_in(tmp_path_factory.mktemp("outside") / "profile") as town:
        at_state(town, "confirmed")
        _, taken_back = town.to_state("confirmed", column=7)
        done(town.ask(retract(taken_back), BEA))
        _, refused = at_state(town, "proposed")
        done(town.ask(refuse(refused), BEA))
        at_state(town, "embargoed")
        return town.profile.log_path


@pytest.fixture
def lines(log: Path) -> Lines:
    return list(export(log))


def test_the_log_as_the_command_prints_it(log: Path, tmp_path: Path) -> None:
    """As docs/release.md tells an outsider to do."""
    words = [sys.executable, "-m", "aliquot.console", "--profile", str(log.parent)]
    told = subprocess.run(
        [*words, "log", "export", "--json"], capture_output=True, check=True
    )
    script = Path(outside_check.__file__)
    answer = subprocess.run(
        [sys.executable, "-I", str(script), "-"],
        input=told.stdout,
        capture_output=True,
        check=False,
    )
    said = json.loads(answer.stdout)
    assert (answer.returncode, said["wrong"]) == (0, [])
    assert (said["leaves"], said["sent"], said["erased"]) == (4, 2, 0)


def test_what_a_partner_has_is_what_was_signed(lines: Lines) -> None:
    (sent, *_) = (x["body"] for x in lines if x["type"] == "release.proposed")
    body = b64decode(sent["bodies"]["neighbors"])
    assert outside_check.check(lines, [body])["ok"]
    assert not outside_check.check(lines, [body + b" "])["ok"]


def _of(lines: Lines, kind: str) -> dict[str, Any]:
    return next(x for x in lines if x["type"] == kind)


def _another_body(lines: Lines) -> None:
    bodies = _of(lines, "release.proposed")["body"]["bodies"]
    bodies["neighbors"] = b64encode(b"John Doe").decode()


def _another_signature(lines: Lines) -> None:
    body = _of(lines, "release.approved")["body"]
    body["signature"] = b64encode(bytes(64)).decode()


def _a_leaf_less(lines: Lines) -> None:
    lines.remove(_of(lines, "release.refused"))


def _another_person(lines: Lines) -> None:
    _of(lines, "release.refused")["actor"] = "ann"


def _another_root(lines: Lines) -> None:
    leaf = _of(lines, "release.sent")["body"]["leaf"]
    leaf["root"] = b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "spoil",
    [_another_body, _another_signature, _a_leaf_less, _another_person, _another_root],
)
def test_what_was_changed_is_found(
    lines: Lines, spoil: Callable[[Lines], None]
) -> None:
    assert outside_check.check(lines)["ok"]
    spoil(lines)
    assert not outside_check.check(lines)["ok"]


def test_an_erasure_leaves_the_root_as_it_was(tmp_path: Path) -> None:
    with town_in(tmp_path / "profile") as town:
        at_state(town, "confirmed")
        at_state(town, "retracted")
        path = town.profile.log_path
        before = outside_check.check(export(path))
        entries = [e for e in town.log.read_after(0, 1000) if e.type == "release.sent"]
        command = cmd.EraseBodies(
            targets=tuple((e.site, e.n) for e in entries),
            reason="law",
            authority="court",
        )
        done(town.do(command, BEA))
        after = outside_check.check(export(path))
    assert before["ok"]
    assert after["ok"], after["wrong"]
    assert (after["root"], after["erased"]) == (before["root"], 2)
