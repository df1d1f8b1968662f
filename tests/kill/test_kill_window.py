"""The window is killed with -9 while a stream plays and somebody types.

No record is lost or doubled, and what was typed and saved is back. Run as a program
this file is the window that is killed.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
from pathlib import Path

import kill_harness as harness
import kill_stream as streams
import pytest

from aliquot.console.settings import LineConfig

KILLS = 5
STEP_US = 4_000
PLAYS_S = 25
LONGEST_S = 1.5  # until it is killed


def window(profile: Path, notes: Path, to_the_end: bool) -> None:
    """Opens the window, types a line into a new form, notes it when it is saved, and
    stays."""
    from aliquot.console import app
    from aliquot.console.clock import SystemClock
    from aliquot.console.core import Core
    from aliquot.console.profile import Profile

    core = Core(Profile.open(profile), SystemClock())
    core.start()
    made = app.build(desk=core, settings_path=profile / "window.toml")
    hands = app.hands(made)
    made.show()
    hands.take_up()
    if to_the_end:
        hands.until("all is logged", core.idle.is_set, harness.PATIENCE_S)
        texts = [form.fields.texts() for form in made.window.intake.forms]
        print(json.dumps([text["place_note"] for text in texts]), flush=True)
        made.shutdown()
        core.stop()
        return
    text = f"typed by {os.getpid()}"
    hands.press("Ctrl+N")
    hands.tab_to("Place note")
    hands.type(text)
    views = made.bridge.views
    hands.until(
        "what was typed is saved",
        lambda: any(text in json.dumps(draft.body) for draft in views.drafts()),
        harness.PATIENCE_S,
    )
    with notes.open("a") as file:
        file.write(f"{text}\n")
    print("typed", flush=True)
    hands.rest(600_000)


def command(profile: Path, notes: Path, *more: str) -> list[str]:
    return [sys.executable, __file__, str(profile), str(notes), *more]


@pytest.fixture
def seed() -> int:
    """A new one each time; ``ALIQUOT_SEED`` gives one again. Printed on a failure."""
    chosen = int(os.environ.get("ALIQUOT_SEED") or secrets.randbits(32))
    print(f"ALIQUOT_SEED={chosen}")
    return chosen


def test_5_kills_of_the_window(tmp_path: Path, seed: int) -> None:
    data = streams.ali_stream(random.Random(seed), 300)
    size = -(-len(data) // (PLAYS_S * 1_000_000 // STEP_US))
    streams.write_recording(tmp_path / "ali.rec", data, size, STEP_US)
    line = LineConfig(
        name="ali", source=f"replay:{tmp_path}/ali.rec", reading=streams.ALI
    )
    profile = harness.make_profile(tmp_path / "profile", [line]).folder
    notes = tmp_path / "notes"
    notes.touch()
    killer = harness.Killer(command(profile, notes), seed, longest=LONGEST_S)
    killer.run(KILLS)
    assert killer.ended == [-9] * KILLS
    last = subprocess.run(
        command(profile, notes, "--to-the-end"),
        check=True,
        stdout=subprocess.PIPE,
        timeout=2 * harness.PATIENCE_S,
    )
    back = json.loads(last.stdout)
    assert set(notes.read_text().splitlines()) <= set(back)
    assert len(back) == len(set(back))
    wanted = streams.expected("ali", streams.ALI, data)
    assert len(wanted.said) >= 300
    found = harness.logged(harness.export(profile), "ali")
    assert harness.differences(wanted, found) == []
    assert harness.verify(profile)["ok"]


if __name__ == "__main__":
    window(Path(sys.argv[1]), Path(sys.argv[2]), "--to-the-end" in sys.argv)
