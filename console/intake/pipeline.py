"""One line's bytes into what they say: framer, decoder, noise joined. Pure.

Nothing here knows a thread, a port or the log; a stamp comes with every chunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aliquot.console.clock import Stamp
from aliquot.console.intake.noise import NoiseJoiner
from aliquot.drivers.lines.api import (
    Chunk,
    Frame,
    Framer,
    Heard,
    LineDriver,
    LineSettings,
    Noise,
    OpenCall,
)


class Pipeline:
    """The way of one line's bytes. ``start``: absolute offset of the first byte."""

    def __init__(
        self, driver: LineDriver, settings: LineSettings, start: int = 0
    ) -> None:
        self._framer = driver.framer(settings, start)
        self._decoder = driver.decoder(settings)
        self._noise = NoiseJoiner()
        self._taken_to = start

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """After a restart, before the first byte: calls that have not ended."""
        self._decoder.restore(open_calls)

    def go_on_at(self, framer: Framer, start: int) -> None:
        """After ``flush``: what follows begins at the offset ``start``."""
        self._framer = framer
        self._taken_to = start

    @property
    def taken_to(self) -> int:
        """Offset after the last byte fed."""
        return self._taken_to

    @property
    def given_to(self) -> int:
        """All bytes before this offset are in something given out, or said nothing."""
        return self._taken_to - self._framer.pending - self._noise.held

    @property
    def deadline_ns(self) -> int | None:
        """Monotonic time at which ``tick`` would give something."""
        times = (self._framer.deadline_ns, self._noise.deadline_ns)
        return min((t for t in times if t is not None), default=None)

    def feed(self, chunk: Chunk) -> list[Heard]:
        self._taken_to += len(chunk.data)
        return self._decode(self._framer.feed(chunk))

    def tick(self, now: Stamp) -> list[Heard]:
        heard = self._decode(self._framer.tick(now.utc_us, now.mono_ns))
        return heard + list(self._noise.due(now.mono_ns))

    def flush(self) -> list[Heard]:
        """The stream has ended: everything held is given."""
        return self._decode(self._framer.flush()) + list(self._noise.flush())

    def _decode(self, cut: Sequence[Frame | Noise]) -> list[Heard]:
        heard: list[Heard] = []
        for piece in cut:
            if isinstance(piece, Noise):
                heard += self._noise.add(piece)
                continue
            for said in self._decoder.decode(piece):
                if isinstance(said, Noise):
                    heard += self._noise.add(said)
                else:
                    heard += self._noise.flush()
                    heard.append(said)
        return heard
