"""The release desk at a second window: seen by role, done by the running console."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "release"))

import release_town as towns

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.seen import HIDDEN
from aliquot.console.joined import JoinedDesk
from aliquot.console.profile import Profile

PATIENCE_S = 20.0


def test_a_second_person_approves_at_a_second_window(tmp_path: Path) -> None:
    with towns.town_in(tmp_path / "profile"):
        pass
    profile = Profile.open(tmp_path / "profile")
    core, desk = Core(profile, SystemClock()), JoinedDesk(profile, SystemClock())
    core.start()
    try:
        desk.start(PATIENCE_S)
        core.releasing.book.refresh()
        signed_in = cmd.SignIn(name=towns.DEE, password=towns.PASSWORD)
        towns.done(core.call(signed_in))
        given = {**towns.CRASH, **towns.place()}
        incident = towns.done(core.call(cmd.OpenIncident(fields=given)))
        propose = cmd.ProposeRelease(incident_id=str(incident["incident_id"]))
        told = towns.done(core.call(propose))
        release = str(told["release_id"])
        releases = desk.releases()
        assert (releases.problem(), releases.queue()) == (HIDDEN, ())
        news = threading.Event()

        def heard(changed: Changed) -> None:
            news.set()

        desk.subscribe(heard)
        towns.done(desk.call(cmd.SignIn(name=towns.BEA, password=towns.PASSWORD)))
        while releases.problem() is not None:
            assert news.wait(PATIENCE_S)
            news.clear()
        (row,) = releases.queue()
        assert (row.release_id, row.proposer) == (release, towns.DEE)
        found = releases.detail(release)
        assert found is not None
        approve = cmd.ApproveRelease(
            release_id=release,
            password=towns.PASSWORD,
            item_sha256=found.item_sha256,
        )
        assert towns.code(core.call(approve)) == "same_person"
        assert towns.done(desk.call(approve))["item"] == told["item"]
        assert desk.releases().queue()[0].approver == towns.BEA
    finally:
        assert desk.stop() == []
        assert core.stop() == []
