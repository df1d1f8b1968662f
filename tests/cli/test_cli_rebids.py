"""`calls export --json` says what a further record of a call changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aliquot.console.cli.main import run
from aliquot.console.clock import SystemClock
from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import NOBODY, Actor
from aliquot.console.profile import Profile
from aliquot.console.store.log import LocalLog

AT = 1_770_000_000_000_000


def record(join: str, end: int, **fields: ev.Json) -> ev.LineRecordReceived:
    return ev.LineRecordReceived(
        call_id="c1",
        line="ali",
        join=join,
        ours=True,
        at_us=AT + end,
        layout="x",
        framing="stx_etx",
        fields={"callback_number": "5095551234", **fields},
        spans={},
        warnings=[],
        raw="",
        start=end - 1,
        end=end,
    )


def test_rebids_are_exported_and_not_taken_in_again(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = Profile.open()
    log = LocalLog.open(profile.log_path, SystemClock())
    opened = ev.IncidentOpened(
        incident_id="i1",
        number=1,
        call_id="c1",
        form_id=None,
        fields={"place": "1 Elm"},
        at_us=AT,
    )
    place: dict[str, ev.Json] = {"latitude": 47.0, "longitude": -120.5}
    log.append(
        [
            record("opened", 1, **place, uncertainty_m=900.0),
            record("duplicate", 2, **place, uncertainty_m=900.0),
            record("rebid", 3, **{**place, "latitude": 47.01}, uncertainty_m=30.0),
            opened,
        ],
        Actor(NOBODY, "01"),
    )
    log.close()
    assert run(["calls", "export", "--json"]) == 0
    (said,) = map(json.loads, capsys.readouterr().out.splitlines())
    (rebid,) = said["rebids"]
    assert rebid["at"].endswith("Z")
    old, new, kind, metres = rebid["changes"].pop("latitude")
    assert (old, new, kind) == (47.0, 47.01, "moved")
    assert metres == pytest.approx(1112, abs=2)
    assert rebid["changes"] == {"uncertainty_m": [900.0, 30.0, "better"]}
    assert run(["calls", "add", json.dumps(said)]) == 0
