"""What delivers is killed with -9 again and again: none lost, none doubled."""

from __future__ import annotations

import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import kill_harness as harness
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "release"))

import release_town as towns

from aliquot.console.clock import ManualClock, SystemClock
from aliquot.console.release.merkle import leaf_hash
from aliquot.console.settings import PartnerConfig

AGO_S = 40 * 60  # longer than the embargo and its jitter, shorter than an approval
FAULTS = 0.2
_POLL_S = 0.02


@pytest.fixture
def seed() -> int:
    """A new one each time; ``ALIQUOT_SEED`` gives one again. Printed on a failure."""
    chosen = int(os.environ.get("ALIQUOT_SEED") or secrets.randbits(31))
    print(f"ALIQUOT_SEED={chosen}")
    return chosen


@contextmanager
def receiving(folder: Path, seed: int) -> Iterator[int]:
    """A partner that fails on purpose; its port."""
    command = [
        *(*harness.ALIQUOT, "feed", "receive", "0", "--dir", str(folder)),
        *("--fail", str(FAULTS), "--seed", str(seed), "--max-delay", "0.05"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        try:
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(harness.PATIENCE_S)


def approved(folder: Path, port: int, count: int) -> dict[str, bytes]:
    """Releases that were approved a while ago: id -> the partner's frozen body."""
    url = f"http://127.0.0.1:{port}/items"
    partner = PartnerConfig(name="ring", channel="neighbors", url=url)
    now = SystemClock().now()
    clock = ManualClock(now.utc_us - AGO_S * 10**6, now.mono_ns - AGO_S * 10**9)
    bodies: dict[str, bytes] = {}
    with towns.town_in(folder, clock, partners=(partner,)) as town:
        for n in range(count):
            incident = town.open(row=n % 12, column=n // 12 % towns.COLUMNS)
            release = town.proposed(incident)
            towns.done(town.approve(release))
            bodies[release] = town.get(release).bodies["neighbors"]
    return bodies


def delivering(profile: Path) -> list[str]:
    return [*harness.ALIQUOT, "--profile", str(profile), "release", "deliver", "--json"]


def kill_once(profile: Path, wait: float | None, came: Path, until: int) -> int:
    """Kill after ``wait`` seconds, or when so many items have come; what it ended
    with, which is 0 if all was delivered before we saw that it was time."""
    with subprocess.Popen(delivering(profile), stdout=subprocess.DEVNULL) as process:
        end = time.monotonic() + (harness.PATIENCE_S if wait is None else wait)
        while time.monotonic() < end:
            try:
                return process.wait(_POLL_S)
            except subprocess.TimeoutExpired:
                if _items(came) >= until:
                    break
        os.kill(process.pid, signal.SIGKILL)
        return process.wait(harness.PATIENCE_S)


def _items(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*/1.json"))


def kills(folder: Path, releases: int, times: int, seed: int) -> None:
    rng = random.Random(seed)
    came, profile = folder / "came", folder / "profile"
    with receiving(came, seed) as port:
        bodies = approved(profile, port, releases)
        ended = []
        for number in range(1, times + 1):
            early = rng.random() < 0.2  # while it opens the log and begins embargoes
            wait = rng.uniform(0.2, 1.5) if early else None
            until = releases * number // (2 * times) + rng.randrange(3)
            ended.append(kill_once(profile, wait, came, until))
        assert set(ended) <= {-9, 0}
        assert -9 in ended
        subprocess.run(
            delivering(profile), check=True, timeout=300, stdout=subprocess.DEVNULL
        )
    assert_none_lost_none_doubled(profile, came, bodies)


def assert_none_lost_none_doubled(
    profile: Path, came: Path, bodies: dict[str, bytes]
) -> None:
    kept = {path.parent.name: path.read_bytes() for path in came.glob("*/1.body")}
    assert kept == bodies
    assert [*came.glob("*/2.*")] == []
    entries = harness.export(profile)
    counted = Counter(e["type"] for e in entries if e["type"].startswith("release."))
    for once in ("sent", "delivered", "confirmed", "embargo_began"):
        assert counted[f"release.{once}"] == len(bodies), once
    said = Counter(e["subject"] for e in entries if e["type"] == "release.delivered")
    assert set(said.values()) == {1}
    leaves = [e["body"]["leaf"] for e in entries if e["type"] == "release.sent"]
    assert [leaf["index"] for leaf in leaves] == list(range(len(bodies)))
    assert all(leaf["hash"] == leaf_hash(_raw(leaf["leaf"])).hex() for leaf in leaves)
    assert harness.verify(profile)["ok"]


def _raw(text: str) -> bytes:
    from base64 import b64decode

    return b64decode(text)


def test_kills_of_what_delivers_lose_nothing(tmp_path: Path, seed: int) -> None:
    kills(tmp_path, releases=40, times=4, seed=seed)


@pytest.mark.long
def test_20_kills_over_500_releases_lose_nothing(tmp_path: Path, seed: int) -> None:
    kills(tmp_path, releases=500, times=20, seed=seed)
