"""Frames of an ALI line to records: by columns, by labels, or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from aliquot.drivers.lines.ali_again import parted
from aliquot.drivers.lines.api import (
    AliRecord,
    Frame,
    Framing,
    Heard,
    LineSettings,
    Noise,
    NoiseReason,
    OpenCall,
)
from aliquot.drivers.lines.decode import collapsed, decode_record, ordered
from aliquot.drivers.lines.detect import Detector
from aliquot.drivers.lines.field_text import decode_bytes
from aliquot.drivers.lines.framer_frames import SEVEN
from aliquot.drivers.lines.label_decode import reader_of, upper
from aliquot.drivers.lines.label_layout import GENERIC, LabelLayout, choose_labelled
from aliquot.drivers.lines.label_scan import TokenFinder
from aliquot.drivers.lines.layout_align import is_unlabelled, split
from aliquot.drivers.lines.layouts import Layout, choose
from aliquot.drivers.lines.parity import seen_as
from aliquot.drivers.lines.screen import is_painted, read_painted

T = TypeVar("T")

_MOST_TRIED = 6
# With so many of its texts a frame is a record of columns, however damaged.
_SURE_TOKENS = 3


_POINT = frozenset(
    ("latitude", "longitude", "altitude_m", "uncertainty_m", "confidence_pct")
)
# What is said of these, and not of what else the same text has.
_OF_POINT = frozenset(
    (
        *("generic_layout", "lat_lon_swapped", "west_sign_missing", "outside_extent"),
        *("uncertainty_not_given", "confidence_not_given", "uncertainty_useless"),
        *("area_only", "several_locations", "token_repaired"),
    )
)


class LabelDetector:
    """Ranks the layouts of labels for one text, at one search for all of them."""

    def __init__(self, layouts: Sequence[LabelLayout]) -> None:
        self._by_token: dict[str, list[LabelLayout]] = defaultdict(list)
        for layout in layouts:
            for token in layout.tokens if layout.name != GENERIC else ():
                self._by_token[token].append(layout)
        self._finder = TokenFinder(self._by_token)

    def rank(self, text: str) -> list[LabelLayout]:
        """Those that find all they ask for, the most demanding first."""
        found = self._finder.find(upper(text))
        spoken_for = {one.name: one for token in found for one in self._by_token[token]}
        weighed = [(-one.weight(found), name) for name, one in spoken_for.items()]
        best = sorted(pair for pair in weighed if pair[0])[:_MOST_TRIED]
        return [spoken_for[name] for _, name in best]


@cache
def label_detector(layouts: tuple[LabelLayout, ...]) -> LabelDetector:
    """The detector of these layouts, made once."""
    return LabelDetector(layouts)


class AliDecoder:
    """Frames to records. Holds nothing between frames; never raises on bytes."""

    def __init__(self, settings: LineSettings) -> None:
        """Raises ``LayoutError`` for a layout name that there is not."""
        self._settings = settings
        self._detector = Detector(choose(settings.layouts))
        self._labelled = labelled = choose_labelled(settings.layouts)
        self._labels = label_detector(labelled)
        self._generic = next((one for one in labelled if one.name == GENERIC), None)

    def decode(self, frame: Frame) -> Sequence[Heard]:
        seven = SEVEN.get(seen_as(frame.payload))
        if seven is not None:  # no text at all until the eighth bits are off
            return (unknown(frame, seven),)
        if is_painted(frame.payload):
            return list(read_painted(frame, self.decode))
        if frame.payload.islower():  # not one capital: some program made it so
            frame = replace(frame, payload=frame.payload.upper())
        ranked = self._detector.rank(frame.payload)
        for layout in ranked:
            record = decode_record(layout, frame, self._settings)
            if record is not None:
                return (self._with_more_lines(layout, record, frame),)
        lines, _ = split(frame.payload)
        if not any(part.text.endswith(b" ") for part in lines):
            # Lines without blanks at their ends are no record that has lost bytes.
            ranked = tuple(one for one in ranked if not is_unlabelled(one, lines))
        if ranked or frame.framing is Framing.WHOLE:
            return (self._labelled_or_noise(frame, bool(ranked)),)
        return [
            self._labelled_or_noise(part, False)
            for part in parted(frame, self._labelled)
        ]

    def _labelled_or_noise(self, frame: Frame, ranked: bool) -> Heard:
        """``ranked``: its first line is one of columns, and the rest is not."""
        # A line's own record is never so; what a person brings may be mail or typed.
        on_line = frame.framing is not Framing.WHOLE and not collapsed(frame.payload)
        record = self._by_labels(frame, ranked and on_line)
        return unknown(frame) if record is None else record

    def _with_more_lines(
        self, layout: Layout, record: AliRecord, frame: Frame
    ) -> AliRecord:
        """A point that has labels, from lines that a layout without one does not know.

        Only of text that a person brings: on a line a damaged record is not read so.
        """
        there = frame.framing is Framing.WHOLE and "damaged" in record.warnings
        if self._generic is None or not there or layout.has("latitude"):
            return record
        found = reader_of(self._generic).read(frame, self._settings)
        if found is None or "latitude" not in found.fields:
            return record
        names = _POINT & found.fields.keys()
        warnings = {*record.warnings, *found.warnings} & {*record.warnings, *_OF_POINT}
        return replace(
            record,
            fields=ordered({**record.fields, **_only(found.fields, names)}),
            spans=ordered({**record.spans, **_only(found.spans, names)}),
            rules=ordered({**record.rules, **_only(found.rules, names)}),
            warnings=tuple(sorted(warnings)),
        )

    def _by_labels(self, frame: Frame, damaged: bool) -> AliRecord | None:
        families = self._families_of_columns(frame)
        for layout in self._labels.rank(decode_bytes(frame.payload)):
            if families and layout.family not in families:
                continue
            record = reader_of(layout).read(frame, self._settings)
            if record is not None:
                return record
        if self._generic is None or damaged or families:
            return None
        return reader_of(self._generic).read(frame, self._settings)

    def _families_of_columns(self, frame: Frame) -> frozenset[str]:
        """On a line, what is left of a record of columns is no other family's text."""
        if frame.framing is Framing.WHOLE or collapsed(frame.payload):
            return frozenset()
        return self._detector.families(frame.payload, _SURE_TOKENS)

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """An ALI line knows of no open calls."""


def _only(values: Mapping[str, T], names: frozenset[str]) -> dict[str, T]:
    return {name: value for name, value in values.items() if name in names}


def unknown(frame: Frame, reason: NoiseReason = NoiseReason.UNKNOWN_LAYOUT) -> Noise:
    """A frame that no layout recognises."""
    return Noise(
        frame.raw,
        frame.start,
        frame.end,
        frame.utc_us,
        frame.mono_ns,
        reason,
    )
