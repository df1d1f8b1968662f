"""No bytes make a framer, a decoder or a conversation raise, whoever wrote it."""

from __future__ import annotations

import base64
import importlib.util
import random
import subprocess
import sys
import time
import tracemalloc
from functools import partial
from pathlib import Path

import pytest
from fuzz_bytes import heavy, seeds, spoilt
from fuzz_targets import MODES, PAUSES, Target, hear, targets
from linear import stays_below

from aliquot.drivers.lines.api import LineSettings
from aliquot.drivers.lines.plugins import plugins

TARGETS = targets()
DRIVERS = {name: p.driver for name, p in plugins().items() if p.driver is not None}
SHORT_S = 8.0  # processor time of all targets together
LONG_S = 600.0
SMALL, LARGE = 256 * 1024, 1024 * 1024
PEAK = 24 * 1024 * 1024


def fuzz(target: Target, seconds: float, seed: int) -> int:
    """Tries until the processor time is over; says what it was that failed."""
    dice, pool = random.Random(seed), seeds()
    end = time.process_time() + seconds
    tried = 0
    while time.process_time() < end or tried < 20:
        data = spoilt(pool, dice)
        try:
            target(data)
        except Exception as problem:
            text = base64.b64encode(data).decode("ascii")
            raise AssertionError(f"{problem!r} for base64 {text}") from problem
        tried += 1
    return tried


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_raise(name: str) -> None:
    assert fuzz(TARGETS[name], SHORT_S / len(TARGETS), seed=1) >= 20


@pytest.mark.long
@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_raise_for_long(name: str, tmp_path: Path) -> None:
    """With atheris where it is installed, which looks for new paths by itself."""
    seconds = LONG_S / len(TARGETS)
    if importlib.util.find_spec("atheris") is None:
        assert fuzz(TARGETS[name], seconds, seed=time.time_ns()) >= 20
        return
    assert fuzz(TARGETS[name], seconds / 2, seed=time.time_ns()) >= 20
    script = Path(__file__).with_name("run_atheris.py")
    command = [
        sys.executable,
        str(script),
        name,
        str(round(seconds / 2)),
        str(tmp_path),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds * 10 + 120, check=False
    )
    found = [path.read_bytes() for path in tmp_path.glob("found-*")]
    texts = [base64.b64encode(data).decode("ascii") for data in found]
    assert done.returncode == 0, (done.stderr[-3000:], texts)


def test_a_fault_is_found_and_its_bytes_are_told() -> None:
    """The fuzzing itself is no sieve."""

    def target(data: bytes) -> None:
        if b"\x03" in data[3:] and b"LAT" in data:
            raise IndexError("planted")

    with pytest.raises(AssertionError, match=r"planted.*base64 [A-Za-z0-9+/=]+"):
        fuzz(target, 5.0, seed=2)


# --- cost -----------------------------------------------------------------------------


def settings_for(name: str) -> tuple[LineSettings, ...]:
    """Only ALI lines know ways of framing."""
    modes = MODES if name == "ali" else ("auto",)
    return tuple(LineSettings(framing=mode) for mode in modes)


def seconds(name: str, settings: LineSettings, data: bytes) -> float:
    driver = DRIVERS[name]
    framer, decoder = driver.framer(settings), driver.decoder(settings)
    begin = time.process_time()
    hear(framer, decoder, data, 997, PAUSES[0])
    return time.process_time() - begin


def assert_linear(name: str, settings: LineSettings, small: int, large: int) -> None:
    shorter, longer = heavy(small), heavy(large)
    for kind in shorter:
        few = partial(seconds, name, settings, shorter[kind])
        much = partial(seconds, name, settings, longer[kind])
        held = stays_below(few, much, large / small * 2.5, 2e-3)
        assert held, (name, settings.framing, kind)


CASES = [(name, mode) for name in DRIVERS for mode in range(len(settings_for(name)))]


@pytest.mark.parametrize(("name", "mode"), CASES)
def test_the_time_is_linear_in_the_length(name: str, mode: int) -> None:
    assert_linear(name, settings_for(name)[mode], SMALL // 64, LARGE // 64)


@pytest.mark.long
@pytest.mark.parametrize(("name", "mode"), CASES)
def test_the_time_of_a_megabyte_is_linear(name: str, mode: int) -> None:
    assert_linear(name, settings_for(name)[mode], SMALL, LARGE)


def peak(name: str, settings: LineSettings, data: bytes) -> int:
    driver = DRIVERS[name]
    framer, decoder = driver.framer(settings), driver.decoder(settings)
    tracemalloc.start()
    try:
        hear(framer, decoder, data, 4096, PAUSES[0])
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.long
@pytest.mark.parametrize(("name", "mode"), CASES)
def test_a_megabyte_costs_bounded_memory(name: str, mode: int) -> None:
    for kind, data in heavy(LARGE).items():
        assert peak(name, settings_for(name)[mode], data) < PEAK, kind


@pytest.mark.parametrize("name", DRIVERS)
def test_memory_does_not_grow_with_what_was_heard(name: str) -> None:
    settings, all_kinds = settings_for(name)[0], heavy(16 * 1024)
    for kind in ("noise", "digits", "open envelopes"):
        assert peak(name, settings, all_kinds[kind]) < PEAK // 2, kind
