"""Cuts a stream of documents: enveloped messages, or bare ones with pauses between.

A stream that begins as an envelope does is one of envelopes, to its end. Anything
else is a bare document: a file, or what a peer pushed over TCP; silence ends it.
"""

from __future__ import annotations

from collections.abc import Sequence

from aliquot.drivers.lines.api import (
    Chunk,
    Frame,
    Framer,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.envelope import MOST_BODY, EnvelopeFramer

_BEGINNINGS = (b"PUT ", b"POST ", b"GET ", b"WS ")


class DocumentFramer:
    """A ``Framer``: ``MESSAGE`` frames of envelopes, ``WHOLE`` ones of the rest."""

    def __init__(self, settings: LineSettings, start: int = 0) -> None:
        self._settings = settings
        self._gap_ns = settings.gap_ms * 1_000_000
        self._at = start
        self._held = bytearray()
        self._too_long = False
        self._utc_us = 0
        self._mono_ns = 0
        self._inner: Framer | None = None

    @property
    def pending(self) -> int:
        return self._inner.pending if self._inner else len(self._held)

    @property
    def deadline_ns(self) -> int | None:
        if self._inner:
            return self._inner.deadline_ns
        waits = self._held or self._too_long
        return self._mono_ns + self._gap_ns if waits else None

    def feed(self, chunk: Chunk) -> Sequence[Frame | Noise]:
        if self._inner:
            return self._inner.feed(chunk)
        found = list(self.tick(chunk.utc_us, chunk.mono_ns))
        self._held += chunk.data
        self._utc_us, self._mono_ns = chunk.utc_us, chunk.mono_ns
        if self._begins_enveloped():
            whole = Chunk(bytes(self._held), chunk.utc_us, chunk.mono_ns)
            self._held.clear()
            self._inner = EnvelopeFramer(self._settings, self._at)
            return [*found, *self._inner.feed(whole)]
        while len(self._held) > MOST_BODY or (self._too_long and self._held):
            self._too_long = True
            found.append(self._noise(min(len(self._held), MOST_BODY)))
        return found

    def tick(self, utc_us: int, mono_ns: int) -> Sequence[Frame | Noise]:
        if self._inner:
            return self._inner.tick(utc_us, mono_ns)
        deadline = self.deadline_ns
        if deadline is None or mono_ns < deadline:
            return ()
        return self._end()

    def flush(self) -> Sequence[Frame | Noise]:
        return self._inner.flush() if self._inner else self._end()

    def _begins_enveloped(self) -> bool:
        return not self._too_long and bytes(self._held[:5]).startswith(_BEGINNINGS)

    def _end(self) -> Sequence[Frame | Noise]:
        self._too_long = False
        if not self._held:
            return ()
        raw, start = self._take(len(self._held))
        return (
            Frame(
                payload=raw,
                raw=raw,
                start=start,
                end=start + len(raw),
                utc_us=self._utc_us,
                mono_ns=self._mono_ns,
                framing=Framing.WHOLE,
            ),
        )

    def _noise(self, size: int) -> Noise:
        raw, start = self._take(size)
        end = start + size
        stamp = self._utc_us, self._mono_ns
        return Noise(raw, start, end, *stamp, NoiseReason.OVERSIZE)

    def _take(self, size: int) -> tuple[bytes, int]:
        raw, start = bytes(self._held[:size]), self._at
        del self._held[:size]
        self._at += size
        return raw, start
