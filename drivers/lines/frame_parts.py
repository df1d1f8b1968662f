"""A frame in several: what stands in one stretch of a line may be several records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from aliquot.drivers.lines.api import Frame


def parts(frame: Frame, cuts: Sequence[int]) -> Iterator[Frame]:
    """The frame cut at these offsets of its payload, in order: every byte is in one.

    What stands in front of the payload stays with the first, what stands behind it
    with the last; only the first has the frame's position and type digit.
    """
    for begin, end in pairwise([0, *cuts, len(frame.payload)]):
        first, last = begin == 0, end == len(frame.payload)
        start = 0 if first else frame.payload_at + begin
        stop = len(frame.raw) if last else frame.payload_at + end
        yield replace(
            frame,
            payload=frame.payload[begin:end],
            raw=frame.raw[start:stop],
            start=frame.start + start,
            end=frame.start + stop,
            position=frame.position if first else None,
            type_digit=frame.type_digit if first else None,
            payload_at=frame.payload_at if first else 0,
        )
