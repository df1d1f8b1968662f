"""The driver of ALI lines, and the same for bytes that have no framing at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from aliquot.drivers.lines.ali_again import begun_again
from aliquot.drivers.lines.ali_decoder import AliDecoder
from aliquot.drivers.lines.ali_own import (
    OPTION,
    AnyLayout,
    OwnDecoder,
    layout_of,
    own_framer,
)
from aliquot.drivers.lines.api import (
    AliRecord,
    Decoder,
    Frame,
    Framer,
    Framing,
    Heard,
    LineSettings,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.detect import Starts
from aliquot.drivers.lines.framer import MOST_BYTES, AliFramer
from aliquot.drivers.lines.framer_frames import is_blank, payload_bounds
from aliquot.drivers.lines.label_layout import (
    GENERIC,
    LabelLayout,
    choose_labelled,
    labelled,
)
from aliquot.drivers.lines.layouts import Layout, bundled, choose
from aliquot.drivers.lines.parity import Parity, seen_as, strip
from aliquot.drivers.lines.plugins import OptionKind, OptionSpec
from aliquot.drivers.lines.screen import cleared, is_painted

_FORM_FEED = re.compile(rb"\f[\x00-\x20]*")
_ETX = b"\x03"
_STX = re.compile(rb"\x02(?=[ -~])")
_LINE_BEGIN = re.compile(rb"[\x00-\x1f]")


# How texts begin that are another driver's, whatever labels stand in them.
_OTHERS = (b"<?xml", b"{", b"[")
_LEADING = bytes(range(0x21))
_TELLING = {"latitude", "class_of_service", "callback_number", "uncertainty_m"}


_OPTIONS = (
    OptionSpec(
        OPTION,
        OptionKind.FILE,
        "",
        "A layout of your own (docs/line-lab.md), beside those that come with the "
        "program.",
    ),
)


@dataclass(frozen=True, slots=True)
class AliDriver:
    """``LineDriver`` for ALI text."""

    name: str = "ali"

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        """Raises ``LayoutError`` for a layout that there is not, or that is wrong."""
        own = layout_of(settings)
        if own is not None:
            return own_framer(own, settings, start)
        return AliFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        """Raises ``LayoutError`` for a layout that there is not, or that is wrong."""
        own = layout_of(settings)
        return AliDecoder(settings) if own is None else OwnDecoder(own, settings)

    def claims(self, head: bytes) -> bool:
        """Whether the first record is one of a family, or says much by its labels."""
        start = head.lstrip(_LEADING)
        if not start or start.startswith(_OTHERS):
            return False
        first = parse_bytes(head[:MOST_BYTES])[0]
        if not isinstance(first, AliRecord):
            return False
        return first.layout != GENERIC or len(_TELLING & first.fields.keys()) > 1

    def options(self) -> tuple[OptionSpec, ...]:
        return _OPTIONS


DRIVER = AliDriver()


def split_records(data: bytes, layouts: tuple[str, ...] = ()) -> list[tuple[int, int]]:
    """Where the records of a file begin and end: every byte is in one, in order.

    A form feed ends a record, the first line of a known layout begins one, and no
    part is longer than 4096 bytes. At least one part, ``(0, 0)`` for no bytes.
    """
    begins = [one.begin for one in choose_labelled(layouts) if one.begin is not None]
    return _split(data, Starts(choose(layouts)), begins)


def _split(
    data: bytes, starts: Starts, begins: list[re.Pattern[str]]
) -> list[tuple[int, int]]:
    cuts = {0, len(data)}
    cuts.update(found.end() for found in _FORM_FEED.finditer(data))
    painted = is_painted(data)
    if not painted:
        cuts.update(_first_lines(data, starts))
    if _ETX in data:
        cuts.update(found.start() for found in _STX.finditer(data))
    cuts.update(cleared(data) if painted else begun_again(data, sorted(cuts), begins))
    edges = sorted(cuts)
    pieces = list(pairwise(edges)) or [(0, 0)]
    return [part for piece in _with_blank(data, pieces) for part in _limit(*piece)]


def _first_lines(data: bytes, starts: Starts) -> list[int]:
    """Offsets of first lines of records that stand at the beginning of a line."""
    found: list[int] = []
    at = 0
    while (hit := starts.search(data, at)) is not None:
        before = data[hit.at - 1 : hit.at]
        if hit.at == 0 or _LINE_BEGIN.fullmatch(before):
            # A start-of-text mark belongs to what it begins.
            found.append(hit.at - (before == b"\x02"))
        at = hit.end
    return found


def _with_blank(data: bytes, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces of nothing but blanks and line ends go to the piece before them."""
    kept: list[tuple[int, int]] = []
    for begin, end in pieces:
        if kept and is_blank(data[begin:end]):
            kept[-1] = (kept[-1][0], end)
        elif len(kept) == 1 and is_blank(data[: kept[0][1]]):
            kept[0] = (0, end)
        else:
            kept.append((begin, end))
    return kept


def _limit(begin: int, end: int) -> list[tuple[int, int]]:
    edges = [*range(begin, end, MOST_BYTES), end] if end > begin else [begin, end]
    return list(pairwise(edges))


def parse_bytes(data: bytes, settings: LineSettings | None = None) -> list[Heard]:
    """Records and noise of bytes without framing or stamps; at least one.

    Raises ``LayoutError`` for a layout name that there is not.
    """
    settings = settings or LineSettings()
    decoder = AliDecoder(settings)
    starts = Starts(choose(settings.layouts))
    heard: list[Heard] = []
    seen = strip(data) if seen_as(data) is not Parity.NONE else data
    for begin, end in split_records(seen, settings.layouts):
        heard += _parse_part(data[begin:end], begin, decoder, starts, seen[begin:end])
    return heard


def parse_own(data: bytes, own: AnyLayout, settings: LineSettings) -> list[Heard]:
    """As ``parse_bytes``, by a layout of one's own and no other."""
    columns = (own,) if isinstance(own, Layout) else ()
    begin = own.begin if isinstance(own, LabelLayout) else None
    starts, decoder = Starts(columns), OwnDecoder(own, settings, alone=True)
    heard: list[Heard] = []
    for first, end in _split(data, starts, [begin] if begin is not None else []):
        heard += _parse_part(data[first:end], first, decoder, starts)
    return heard


def _parse_part(
    raw: bytes,
    begin: int,
    decoder: Decoder,
    starts: Starts,
    seen: bytes | None = None,
) -> list[Heard]:
    """``seen``: the bytes without the parity that stands in ``raw``."""
    text = raw if seen is None else seen
    end = begin + len(raw)
    if is_blank(text):
        return [Noise(raw, begin, end, 0, 0, NoiseReason.CONTROL)]
    bounds = payload_bounds(text, starts)
    frame = Frame(
        payload=text[bounds.begin : bounds.end],
        raw=raw,
        start=begin,
        end=end,
        utc_us=0,
        mono_ns=0,
        framing=Framing.WHOLE,
        type_digit=bounds.type_digit,
        position=bounds.position,
        payload_at=bounds.begin,
        warnings=() if text == raw else ("undecodable_bytes",),
    )
    return list(decoder.decode(frame))


def layout_names() -> tuple[str, ...]:
    """Names that ``--layout`` may have."""
    columns = (layout.name for layout in bundled())
    return (*columns, *(layout.name for layout in labelled()))
