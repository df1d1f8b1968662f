"""Plays a recording through a framer and a decoder, by recorded time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from aliquot.drivers.lines.api import (
    Chunk,
    Decoder,
    Frame,
    Framer,
    Heard,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.recording import chunks
from aliquot.drivers.lines.recording_format import Entry

Until = Callable[[int], object]  # waits until this monotonic time of the recording
Show = Callable[[Heard], None]
TakeCut = Callable[[Frame | Noise, int], None]

_TICKS = 1000  # a framer that always wants more time is broken


def cut(entries: Iterable[Entry], framer: Framer, take: TakeCut, until: Until) -> None:
    """Frames and noise, each with the monotonic time of the recording it was given at.

    The silences that a framer waits for are the recorded ones.
    """

    def give(found: Iterable[Frame | Noise], now_ns: int) -> None:
        for one in found:
            take(one, now_ns)

    def run_out(before: Chunk, after: Chunk | None) -> None:
        """What the silence between two chunks, or after the last, brings about."""
        for _ in range(_TICKS):
            deadline = framer.deadline_ns
            if deadline is None or (after and deadline > after.mono_ns):
                return
            until(deadline)
            utc_us = before.utc_us + (deadline - before.mono_ns) // 1000
            give(framer.tick(utc_us, deadline), deadline)

    before: Chunk | None = None
    broken = False  # a damaged entry was before: what is begun does not go on

    def noted() -> Iterator[Entry]:
        nonlocal broken
        for entry in entries:
            broken = broken or entry.broken
            yield entry

    for chunk in chunks(noted()):
        if before:
            run_out(before, chunk)
        if broken:
            broken = False
            give(map(_broken_off, framer.flush()), chunk.mono_ns)
        until(chunk.mono_ns)
        give(framer.feed(chunk), chunk.mono_ns)
        before = chunk
    if before:
        run_out(before, None)
        give(framer.flush(), before.mono_ns)


def _broken_off(one: Frame | Noise) -> Noise:
    """What a damaged entry of the recording broke off."""
    return Noise(one.raw, one.start, one.end, one.utc_us, one.mono_ns, NoiseReason.CUT)


def hear(
    entries: Iterable[Entry], framer: Framer, decoder: Decoder, show: Show, until: Until
) -> None:
    """As ``cut``, and decoded."""

    def take(one: Frame | Noise, _now_ns: int) -> None:
        tell(one, decoder, show)

    cut(entries, framer, take, until)


def tell(one: Frame | Noise, decoder: Decoder, show: Show) -> None:
    for heard in [one] if isinstance(one, Noise) else decoder.decode(one):
        show(heard)
