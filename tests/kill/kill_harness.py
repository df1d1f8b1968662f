"""Kills a console again and again with -9, and reads what its log then says.

What is started is a parameter: the core without a screen, or the window. Everything
is looked at from outside: the log by `aliquot log export` and `aliquot log verify`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kill_stream import Heap, Said, joined

from aliquot.console.profile import Profile
from aliquot.console.settings import LineConfig, Settings, StorageSettings

ALIQUOT = (sys.executable, "-m", "aliquot.console")
PATIENCE_S = 60.0


def make_profile(folder: Path, lines: Sequence[LineConfig]) -> Profile:
    """A profile with these lines, two positions, and no reserve to be allocated."""
    profile = Profile.open(folder)
    profile.save_settings(
        Settings(
            positions=("01", "02"),
            desk="01",
            lines=tuple(lines),
            storage=StorageSettings(reserve_mb=0),
        )
    )
    return profile


def core_command(profile: Path, *more: str) -> list[str]:
    """The console without a screen, on a profile."""
    return [*ALIQUOT, "--profile", str(profile), "core", "--json", *more]


def first_line(process: subprocess.Popen[bytes]) -> None:
    """Wait until the process says something on its standard output."""
    assert process.stdout is not None
    if not process.stdout.readline():
        raise AssertionError(f"{process.args!r} ended: {process.wait()}")


@dataclass
class Killer:
    """Starts ``command`` and kills it after a random time, ``kills`` times.

    The time, in seconds, is between ``shortest`` and ``longest`` from when ``ready``
    returns, or, for one kill in five, from when the process was made: an open log and
    a recovery are moments too. ``ready`` gets the process and waits until it runs;
    by default for the first line of its standard output. The kill itself is done
    within ``moment()``. ``between`` is called after each kill with how many there were.
    """

    command: Sequence[str]
    seed: int
    shortest: float = 0.0
    longest: float = 0.6
    between: Callable[[int], None] | None = None
    ready: Callable[[subprocess.Popen[bytes]], None] = first_line
    moment: Callable[[], AbstractContextManager[None]] = nullcontext
    ended: list[int] = field(default_factory=list)

    def run(self, kills: int) -> None:
        rng = random.Random(self.seed)
        for number in range(1, kills + 1):
            self._one(rng.uniform(self.shortest, self.longest), rng.random() < 0.2)
            if self.between is not None:
                self.between(number)

    def _one(self, seconds: float, at_once: bool) -> None:
        with subprocess.Popen(self.command, stdout=subprocess.PIPE) as process:
            if not at_once:
                self.ready(process)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                with self.moment():
                    os.kill(process.pid, signal.SIGKILL)
            self.ended.append(process.wait(PATIENCE_S))


@contextmanager
def running(command: Sequence[str]) -> Iterator[None]:
    """It runs meanwhile, and then ends by SIGTERM, cleanly."""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        first_line(process)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0


def run_to_end(command: Sequence[str]) -> None:
    """Run it and wait for it; it must end by itself, with 0."""
    subprocess.run(command, check=True, timeout=PATIENCE_S, stdout=subprocess.DEVNULL)


def verify(profile: Path) -> dict[str, Any]:
    """What `log verify` says."""
    command = [*ALIQUOT, "--profile", str(profile), "log", "verify", "--json"]
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 0, report
    return report


def export(profile: Path) -> list[dict[str, Any]]:
    """All entries of the log, in order."""
    command = [*ALIQUOT, "--profile", str(profile), "log", "export", "--json"]
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def logged(entries: Sequence[dict[str, Any]], line: str) -> Heap:
    """What the log has of a line, in the order of the log."""
    said: list[Said] = []
    noise: list[tuple[int, bytes]] = []
    for entry in entries:
        body = entry["body"]
        if body.get("line") != line or "raw" not in body:
            continue
        if entry["type"] == "line.noise_heard":
            noise.append((body["start"], b64decode(body["raw"])))
        elif entry["type"] == "line.record_received":
            number = str(body["fields"].get("callback_number"))
            said.append(Said("ali", body["start"], body["end"], number))
        else:
            key = body["call_key"]
            said.append(Said(body["kind"], body["start"], body["end"], key))
    return Heap(tuple(said), joined(tuple(noise)))


def _with_late_checks(wanted: Heap, found: Heap) -> Heap:
    """A kill right before a block check makes a silence there, and a silence ends the
    frame: its check byte is then logged as noise. Not lost: it goes back in place."""
    ends = {(s.kind, s.start): s.end for s in wanted.said}
    noise = dict(found.noise)
    said: list[Said] = []
    for s in found.said:
        stray = noise.get(s.end)
        if stray and ends.get((s.kind, s.start)) == s.end + 1:
            del noise[s.end]
            if stray[1:]:
                noise[s.end + 1] = stray[1:]
        late = stray is not None and s.end not in noise
        said.append(replace(s, end=s.end + 1) if late else s)
    return Heap(tuple(said), tuple(sorted(noise.items())))


def differences(wanted: Heap, found: Heap) -> list[str]:
    """What was lost and what was doubled, in words; nothing when they are alike."""
    found = _with_late_checks(wanted, found)
    told = [f"lost: {s}" for s in wanted.said if s not in set(found.said)]
    told += [f"never sent: {s}" for s in found.said if s not in set(wanted.said)]
    told += [f"doubled: {s}" for s in set(found.said) if found.said.count(s) > 1]
    if not told and wanted.said != found.said:
        told.append("the order is another")
    if wanted.noise != found.noise:
        lost, more = set(wanted.noise) - set(found.noise), set(found.noise)
        told += [f"noise lost: {n}" for n in sorted(lost)]
        told += [f"noise not sent: {n}" for n in sorted(more - set(wanted.noise))]
    return told
