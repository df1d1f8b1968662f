"""A modem's line for tests: what came at which second, and what it says."""

from __future__ import annotations

from collections.abc import Iterable

from aliquot.drivers.lines.api import (
    CallSignal,
    Chunk,
    Decoder,
    Frame,
    Framer,
    Heard,
    LineSettings,
    Noise,
    Option,
    SignalKind,
)
from aliquot.drivers.lines.modem import DRIVER

S = 1_000_000_000
UTC = 1_795_285_276_000_000  # 2026-11-21 18:21:16
OFFERED, ABANDONED = SignalKind.OFFERED, SignalKind.ABANDONED


class Line:
    """A modem's line: what came at which second, and what it says."""

    def __init__(self, start: int = 0, **options: Option) -> None:
        settings = LineSettings(options=options)
        self.framer: Framer = DRIVER.framer(settings, start)
        self.decoder: Decoder = DRIVER.decoder(settings)
        self.heard: list[Heard] = []

    def came(self, at_s: float, data: bytes) -> list[SignalKind]:
        """Kinds of the signals that these bytes, or the silence before, bring."""
        before = self.wait(at_s)
        chunk = Chunk(data, UTC + round(at_s * 1e6), round(at_s * S))
        return before + self._take(self.framer.feed(chunk))

    def wait(self, until_s: float) -> list[SignalKind]:
        kinds: list[SignalKind] = []
        while (due := self.framer.deadline_ns) is not None and due <= until_s * S:
            kinds += self._take(self.framer.tick(UTC + due // 1000, due))
        return kinds

    def end(self) -> list[SignalKind]:
        return self._take(self.framer.flush())

    def _take(self, found: Iterable[Frame | Noise]) -> list[SignalKind]:
        new: list[Heard] = []
        for one in found:
            if isinstance(one, Noise):
                new.append(one)
            else:
                new += self.decoder.decode(one)
        self.heard += new
        return [one.kind for one in new if isinstance(one, CallSignal)]

    @property
    def signals(self) -> list[CallSignal]:
        return [one for one in self.heard if isinstance(one, CallSignal)]
