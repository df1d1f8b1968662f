"""The partner of the demonstration is another program, and what is sent arrives."""

from __future__ import annotations

from pathlib import Path
from urllib.request import urlopen

import pytest

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.demo import child, partner
from aliquot.console.demo.partner import Partner
from aliquot.console.demo.stage import man, stage
from aliquot.console.demo.stream import TOUR
from aliquot.console.domain.commands import Outcome
from aliquot.console.problems import KnownProblem


def test_it_answers_and_ends_with_the_block(tmp_path: Path) -> None:
    with Partner(tmp_path / "received") as made:
        assert made.running
        assert made.config.channel == "neighbors"
        with urlopen(made.url, timeout=10) as answer:
            assert answer.status == 200
    assert not made.running


def test_one_that_does_not_come_up_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "STARTS_IN_S", 5.0)
    (tmp_path / "in-the-way").write_text("")
    with pytest.raises(KnownProblem, match="aliquot feed receive 0") as caught:
        Partner(tmp_path / "in-the-way").url  # noqa: B018 - it waits
    assert caught.value.code == "no_receiver"


def test_the_stage_names_it_and_takes_all_away_again() -> None:
    problems: list[Outcome] = []
    with stage(SystemClock(), TOUR, 4.0) as play:
        folder = play.profile.folder
        (named,) = play.profile.settings.partners
        assert named.name == partner.NAME
        assert named.url == play.partner.url
        assert play.problems == []
        core = Core(play.profile, SystemClock())
        core.start()
        try:
            man(core, problems)
            rows = core.releases().partners()
            assert [row.partner for row in rows] == [partner.NAME]
        finally:
            assert core.stop() == []
    assert problems == []
    assert not folder.exists()
    assert not play.partner.running
    assert not play.ali.running
