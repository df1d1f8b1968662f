"""What is fuzzed: every line driver that is installed, recordings, envelopes.

A target takes any bytes and fails where the product raises, loses a byte, gives one
twice, or promises something for a time at which nothing comes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

from aliquot.drivers.lines.api import (
    Chunk,
    Decoder,
    Frame,
    Framer,
    LineDriver,
    LineSettings,
    Noise,
)
from aliquot.drivers.lines.envelope import EnvelopeFramer, unwrap, wrap
from aliquot.drivers.lines.plugins import plugins
from aliquot.drivers.lines.recording import RecordingError, RecordingReader, chunks
from aliquot.drivers.lines.talk import Ask, AskKind, TalkingDriver

Target = Callable[[bytes], None]
MS = 1_000_000
UTC_US = 1_795_282_936_000_000
MODES = ("auto", "stx_etx", "lines", "length", "gap")
CHECKS = ("auto", "none", "xor")
STEPS = (1, 3, 17, 64, 509, 4096, 1 << 20)
PAUSES = (0, 0, 0, 1, 40, 350, 6000)


def settings_of(byte: int) -> LineSettings:
    return LineSettings(
        framing=MODES[byte % 5],
        block_check=CHECKS[byte // 5 % 3],
        parity="strip_even" if byte // 15 % 4 == 3 else "none",
    )


def hear(
    framer: Framer, decoder: Decoder, data: bytes, step: int, pause_ms: int
) -> int:
    """Feeds ``data`` and decodes; how many things were heard."""
    now, at, heard = 0, 0, 0

    def take(cut: Sequence[Frame | Noise]) -> None:
        nonlocal at, heard
        for one in cut:
            assert one.start == at, "a byte is lost or given twice"
            assert one.raw == data[one.start : one.end] != b"", "bytes are changed"
            at = one.end
            if isinstance(one, Frame):
                assert all(said is not None for said in decoder.decode(one))
            heard += 1

    for begin in range(0, len(data), step):
        now += pause_ms * MS
        due = framer.deadline_ns
        if due is not None and due <= now:
            given = framer.tick(UTC_US, due)
            assert given, "a deadline at which nothing comes"
            take(given)
        take(framer.feed(Chunk(data[begin : begin + step], UTC_US + now // 1000, now)))
        assert framer.pending <= len(data)
    take(framer.flush())
    assert at == len(data), "bytes are kept for ever"
    assert framer.pending == 0
    return heard


def of_driver(driver: LineDriver) -> Target:
    def target(data: bytes) -> None:
        if len(data) < 3:
            return
        settings = settings_of(data[0])
        step, pause_ms = STEPS[data[1] % len(STEPS)], PAUSES[data[2] % len(PAUSES)]
        framer, decoder = driver.framer(settings), driver.decoder(settings)
        hear(framer, decoder, data[3:], step, pause_ms)

    return target


def of_conversation(driver: TalkingDriver) -> Target:
    """The speaking half: what the other end says never raises."""

    def target(data: bytes) -> None:
        if len(data) < 2:
            return
        talk = driver.conversation(LineSettings())
        now = 0
        talk.opened(now)
        talk.ask(Ask(AskKind.REBID, "3155550100", "01"), now)
        step = STEPS[data[0] % len(STEPS)]
        for begin in range(1, len(data), step):
            now += PAUSES[data[begin] % len(PAUSES)] * MS
            talk.tick(now)
            talk.heard(Chunk(data[begin : begin + step], UTC_US, now))
            assert talk.trouble is None or talk.trouble
        talk.opened(now + 1)

    return target


def of_recording(data: bytes) -> None:
    try:
        reader = RecordingReader(io.BytesIO(data), "fuzz")
        for chunk in chunks(iter(reader)):
            assert chunk.data
    except RecordingError:
        return  # said in words, as for any file that is no recording


def of_envelope(data: bytes) -> None:
    if len(data) < 2:
        return
    framer, step = EnvelopeFramer(LineSettings()), STEPS[data[0] % len(STEPS)]
    rest = data[1:] + wrap(data[1:40].decode("latin-1"), data[40:])
    got: list[Frame | Noise] = []
    for begin in range(0, len(rest), step):
        got += framer.feed(Chunk(rest[begin : begin + step], 1, 1))
    got += framer.flush()
    assert b"".join(one.raw for one in got) == rest
    for one in got:
        if isinstance(one, Frame):
            assert unwrap(one) is not None


def targets() -> Mapping[str, Target]:
    """All of them by name; drivers that others install are taken in by themselves."""
    found: dict[str, Target] = {
        "recording": of_recording,
        "envelope": of_envelope,
    }
    for name, plugin in plugins().items():
        if plugin.driver is None:
            continue
        found[f"driver {name}"] = of_driver(plugin.driver)
        if isinstance(plugin.driver, TalkingDriver) and speaks(plugin.driver):
            found[f"conversation {name}"] = of_conversation(plugin.driver)
    return found


def speaks(driver: TalkingDriver) -> bool:
    """Without settings of its own, such as a secret."""
    try:
        driver.conversation(LineSettings())
    except ValueError:
        return False
    return True
