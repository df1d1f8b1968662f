"""The core is killed with -9 in the middle of streams: none lost, none doubled."""

from __future__ import annotations

import os
import random
import secrets
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import kill_harness as harness
import kill_stream as streams
import pytest

from aliquot.console.settings import LineConfig
from aliquot.console.spool import spool_path
from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.pacing import Burst
from aliquot.drivers.lines.recording import RecordingError, RecordingReader
from aliquot.drivers.lines.recording_format import Entry
from aliquot.drivers.lines.simulator import PtySimulator

KILLS = 50
KILLS_ON_A_PTY = 5
STEP_US = 4_000


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """A new one each time; ``ALIQUOT_SEED`` gives one again. Printed on a failure."""
    chosen = int(os.environ.get("ALIQUOT_SEED") or secrets.randbits(32))
    print(f"ALIQUOT_SEED={chosen}")
    return chosen


def _verifies(profile: Path, every: int) -> Callable[[int], None]:
    def between(kills: int) -> None:
        if kills % every == 0:
            assert harness.verify(profile)["ok"]

    return between


def test_50_kills_in_two_replayed_lines(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    data = {"ali": streams.ali_stream(rng, 900), "cti": streams.cti_stream(rng, 150)}
    for name, stream in data.items():
        steps = 25_000_000 // STEP_US
        size = -(-len(stream) // steps)
        streams.write_recording(tmp_path / f"{name}.rec", stream, size, STEP_US)
    profile = harness.make_profile(
        tmp_path / "profile",
        [
            LineConfig(
                name="ali", source=f"replay:{tmp_path}/ali.rec", reading=streams.ALI
            ),
            LineConfig(
                name="cti",
                source=f"replay:{tmp_path}/cti.rec",
                driver="asterisk",
                reading=streams.CTI,
            ),
        ],
    ).folder
    killer = harness.Killer(
        harness.core_command(profile), seed, between=_verifies(profile, 10)
    )
    killer.run(KILLS)
    assert killer.ended == [-9] * KILLS
    harness.run_to_end(harness.core_command(profile, "--until-idle"))
    report, entries = harness.verify(profile), harness.export(profile)
    assert report["events"] == len(entries)
    wanted = {
        "ali": streams.expected("ali", streams.ALI, data["ali"]),
        "cti": streams.expected("asterisk", streams.CTI, data["cti"]),
    }
    assert len(wanted["ali"].said) >= 900
    assert len(wanted["cti"].said) >= 2 * 150
    for name, heap in wanted.items():
        assert harness.differences(heap, harness.logged(entries, name)) == []


class HeldSimulator(PtySimulator):
    """Counts what it sends, and sends nothing while it is ``held``."""

    def __init__(self) -> None:
        super().__init__(baud=0)
        self.held = threading.Lock()
        self.sent = 0

    def _send(self, burst: Burst) -> bool:
        with self.held:
            goes_on = super()._send(burst)
            self.sent += len(burst.data)
        return goes_on

    @contextmanager
    def spooled(self, spool: Path) -> Iterator[None]:
        """Held, and all that was sent is in the spool: what is read and not yet there
        is lost with the process, as on any wire. On a busy machine that moment, 50 µs
        else, is long enough to be met by chance."""
        ends = time.monotonic() + harness.PATIENCE_S
        with self.held:
            while _end_of(spool) != self.sent:
                assert time.monotonic() < ends, "it reads no more"
                select.select([], [], [], 0.005)
            yield


def _end_of(spool: Path) -> int | None:
    """Bytes of the line up to the end of its spool; None while it is being written."""
    try:
        with spool.open("rb") as stream:
            reader = RecordingReader(stream, strict=True)
            for _ in reader:
                pass
            return reader.offset
    except (FileNotFoundError, RecordingError):
        return None


def test_5_kills_on_a_pseudo_terminal(tmp_path: Path, seed: int) -> None:
    """The line goes on while nobody reads: the bytes wait in the kernel."""
    rng = random.Random(seed)
    data = streams.ali_stream(rng, 90) + streams.one_record()
    entries = [
        Entry(Direction.RECEIVED, chunk.utc_us, chunk.data)
        for chunk in streams.chunks(data, 256, 40_000)
    ]
    with HeldSimulator() as simulator:
        line = LineConfig(name="ali", source=simulator.path, reading=streams.ALI)
        made = harness.make_profile(tmp_path / "profile", [line])
        profile, spool = made.folder, spool_path(made.spool_folder, "ali")
        simulator.hold()
        playing = threading.Thread(target=simulator.play, args=(entries,))
        playing.start()
        try:
            killer = harness.Killer(
                harness.core_command(profile),
                seed,
                moment=lambda: simulator.spooled(spool),
            )
            killer.run(KILLS_ON_A_PTY)
            with harness.running(harness.core_command(profile)):
                playing.join(harness.PATIENCE_S)
                assert simulator.drain(harness.PATIENCE_S)
        finally:
            simulator.stop()
            playing.join()
    wanted = streams.expected("ali", streams.ALI, data)
    found = harness.logged(harness.export(profile), "ali")
    assert harness.differences(wanted, found) == []
    assert harness.verify(profile)["ok"]


def test_the_harness_tells_what_is_lost_and_what_is_doubled() -> None:
    """A kill test that cannot fail proves nothing."""
    wanted = streams.expected(
        "ali", streams.ALI, streams.ali_stream(random.Random(3), 9)
    )
    first, *rest = wanted.said
    lost = streams.Heap(tuple(rest), wanted.noise)
    doubled = streams.Heap((first, *wanted.said), wanted.noise)
    cut = streams.Heap(wanted.said, wanted.noise[1:])
    assert harness.differences(wanted, wanted) == []
    assert harness.differences(wanted, lost) == [f"lost: {first}"]
    assert harness.differences(wanted, doubled) == [f"doubled: {first}"]
    assert harness.differences(wanted, cut) == [f"noise lost: {wanted.noise[0]}"]
