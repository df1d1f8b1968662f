"""The whole recording in a few arrays, so that a strip of any part is drawn at once.

Made in the lab's thread; a recording may have some 100,000 items.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aliquot.console.domain.lab_result import ItemDetail, ItemKind, LabResult, StripItem
from aliquot.widgets.lab import words
from aliquot.widgets.lab.figures import figures_of
from aliquot.widgets.lines.live import Figures

Look = Callable[[int], ItemDetail]

# What an item is in a strip; of several at one place the highest is seen.
LINK, FRAME, SIGNAL, INCIDENT, RECORD, NOISE = range(1, 7)
_CODES = {
    ItemKind.FRAME: FRAME,
    ItemKind.SIGNAL: SIGNAL,
    ItemKind.INCIDENT: INCIDENT,
    ItemKind.RECORD: RECORD,
}


def code_of(item: StripItem) -> int:
    found = _CODES.get(item.kind)
    if found is not None:
        return found
    return NOISE if words.is_trouble(item) else LINK


@dataclass(frozen=True, slots=True)
class Columns:
    """Of each column of pixels that is not empty, the code; and which are warned of
    and have a fault."""

    codes: tuple[tuple[int, int], ...]
    warned: tuple[int, ...]
    faults: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """``place``: of each item, 0 to 1 along the recording: by time, or by order where
    all came at once. ``said``: the recording in words. ``layout``: most read by."""

    look: Look
    seconds: NDArray[np.float64]
    code: NDArray[np.uint8]
    warned: NDArray[np.bool_]
    fault: NDArray[np.bool_]
    duration_s: float
    figures: Figures = field(default_factory=Figures)
    said: str = ""
    layout: str | None = None

    @property
    def place(self) -> NDArray[np.float64]:
        if self.duration_s > 0:
            return np.clip(self.seconds / self.duration_s, 0.0, 1.0)
        return np.arange(len(self.seconds)) / max(1, len(self.seconds) - 1)

    def columns(self, begin: float, end: float, wide: int) -> Columns:
        """Of the part between two places, in so many columns."""
        place = self.place
        here = (place >= begin) & (place <= end)
        share = (place[here] - begin) / max(end - begin, 1e-12)
        x = np.minimum((share * wide).astype(np.int64), wide - 1)
        codes = np.zeros(wide, np.uint8)
        np.maximum.at(codes, x, self.code[here])
        filled = np.flatnonzero(codes)
        return Columns(
            tuple(zip(filled.tolist(), codes[filled].tolist(), strict=True)),
            _columns_of(x[self.warned[here]], wide),
            _columns_of(x[self.fault[here]], wide),
        )

    def counts(self, begin: float, end: float) -> tuple[int, int]:
        """Items and faults between two places."""
        place = self.place
        here = (place >= begin) & (place <= end)
        return int(here.sum()), int(self.fault[here].sum())


def _columns_of(x: NDArray[np.int64], wide: int) -> tuple[int, ...]:
    """Each once, in order."""
    filled = np.zeros(wide, np.bool_)
    filled[x] = True
    return tuple(np.flatnonzero(filled).tolist())


def outline_of(result: LabResult, before: Outline | None = None) -> Outline:
    """``before``: of the same recording when less of it was decoded."""
    begun = before is not None and before.look is result.look
    known = before if begun else None
    items = result.items[len(known.seconds) if known else 0 :]
    seconds = np.array([i.at_s for i in items], np.float64)
    code = np.array([code_of(i) for i in items], np.uint8)
    warned = np.array([bool(i.warnings) for i in items], np.bool_)
    fault = np.array([i.fault for i in items], np.bool_)
    if known:
        seconds = np.concatenate([known.seconds, seconds])
        code = np.concatenate([known.code, code])
        warned = np.concatenate([known.warned, warned])
        fault = np.concatenate([known.fault, fault])
    return Outline(
        look=result.look,
        seconds=seconds,
        code=code,
        warned=warned,
        fault=fault,
        duration_s=result.recording.duration_s,
        figures=figures_of(result.series),
        said=words.recording_text(result),
        layout=words.layout_of(result),
    )
