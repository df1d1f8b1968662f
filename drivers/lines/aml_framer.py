"""Cuts a stream of location messages: envelopes, or bare messages line by line.

A bare message is what a spool file holds, or a capture of several: the text of
version 1 or 2, the form of HTTPS, or a data message in hexadecimal digits. Each ends
with its line; the last one of a file, and one that a peer sent without a line end,
ends with silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aliquot.drivers.lines.api import Frame, Framing, LineSettings, Noise, NoiseReason
from aliquot.drivers.lines.envelope import EnvelopeFramer

MOST_LINE = 8 * 1024
_TEXT = rb'(?<![A-Za-z0-9])(?:A"?)?ML=\d{1,2};'
_FORM = rb"v=\d{1,2}&|(?:location|device)_[a-z_]{1,20}=[^&;\s]*&"
_DIGITS = rb"(?:[0-9A-Fa-f]{2}){0,16}4151?93D9"
_BARE = re.compile(
    rb"\s*+(?:" + _FORM + rb"|(?:[0-9A-Fa-f]{2}){8,}\s*\Z|[^\n]*?" + _TEXT + rb")"
)
_CLAIM = re.compile(
    rb"\s*(?:v=\d{1,2}&|[^\r\n]*(?:location_l|device_n)[a-z_]{1,20}=[^;\s]*&|"
    + _DIGITS
    + rb'|(?:[\w.+-]{1,80}\t)?(?:A"?)?ML=\d{1,2};[a-z]{2}=)'
)
_COMMENT = re.compile(rb"\s*#")
_FEW = 16


def claims_bare(head: bytes) -> bool:
    """Whether one of the first lines, after comments, is a location message."""
    lines = [one for one in head.splitlines()[:_FEW] if one.strip()]
    said = [one for one in lines if not _COMMENT.match(one)]
    return bool(said) and _CLAIM.match(said[0]) is not None


class AmlFramer(EnvelopeFramer):
    """A ``Framer``: ``MESSAGE`` frames of envelopes, ``LINES`` of bare messages."""

    def __init__(self, settings: LineSettings, start: int = 0) -> None:
        super().__init__(settings, start)
        self._gap_ns = settings.gap_ms * 1_000_000

    @property
    def deadline_ns(self) -> int | None:
        """A bare message needs no more than a short silence after it."""
        if self._held.data and _BARE.match(self._held.data, 0, MOST_LINE):
            return self._held.mono_ns + self._gap_ns
        return super().deadline_ns

    def flush(self) -> Sequence[Frame | Noise]:
        size = len(self._held.data)
        if size and _BARE.match(self._held.data):
            return (self._line(size),)
        return super().flush()

    def _before_begin(self) -> Frame | Noise | None:
        """The next line; an envelope that begins within it ends it."""
        data = self._held.data
        if self._may_begin(data):
            return None
        lead = len(data) - len(data.lstrip())
        end = data.find(b"\n", lead)
        later = self._begins(data, 1, end if end >= 0 else len(data))
        if later is not None:
            return self._piece(later)
        if end >= 0:
            return self._piece(end + 1)
        if len(data) > MOST_LINE:
            return self._noise(len(data), NoiseReason.OVERSIZE)
        return None

    def _piece(self, size: int) -> Frame | Noise:
        if _BARE.match(bytes(self._held.data[:size])):
            return self._line(size)
        return self._noise(size, NoiseReason.NO_START)

    def _line(self, size: int) -> Frame:
        raw, start = self._take(size)
        held = self._held
        return Frame(
            payload=raw,
            raw=raw,
            start=start,
            end=start + size,
            utc_us=held.utc_us,
            mono_ns=held.mono_ns,
            framing=Framing.LINES,
        )
