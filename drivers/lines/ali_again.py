"""Records of labels one behind the other, with nothing between them.

They have neither marks nor a length. What begins as the text itself begins, at the
beginning of a line, is another record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from aliquot.drivers.lines.ali_heads import NUMBER, cuts_above_labels
from aliquot.drivers.lines.api import Frame, Framing
from aliquot.drivers.lines.frame_parts import parts
from aliquot.drivers.lines.label_layout import LabelLayout, generic

_CLASS = re.compile(r"CLASS|CLS|COS|PTYPE|(?:SERVICE|SVC|SRV) CLASS", re.IGNORECASE)
_NO_TEXT = "".join(map(chr, range(0x21)))


def begun_again(
    data: bytes, edges: list[int], begins: list[re.Pattern[str]]
) -> list[int]:
    """Offsets of lines that begin as their part begins, by a layout of labels."""
    found: list[int] = []
    for begin, end in pairwise(edges):
        text = data[begin:end].decode("latin-1")
        at = len(text) - len(text.lstrip(_NO_TEXT))
        first = next((hit for one in begins if (hit := one.match(text, at))), None)
        cuts = set(_again(text, first)) if first is not None else set()
        usual = generic().begin
        by_label = first is None or first.re is usual
        if usual is not None and usual in begins and (by_label or not cuts):
            cuts.update(cuts_above_labels(text, usual))
        found += [begin + cut for cut in cuts]
    return found


def _again(text: str, first: re.Match[str]) -> list[int]:
    """Where later lines begin the same way."""
    pattern = re.compile(r"[\r\n\x02\x03]" + f"(?={first.re.pattern})", re.IGNORECASE)
    later = pattern.finditer(text, first.end())
    at = [found.end() - (found[0] == "\x02") for found in later]
    if first.re is not generic().begin:
        return at
    label = first[0].upper()
    size = len(label) + 1
    same = [
        cut
        for cut in at
        if text[cut : cut + size].lstrip("\x02").upper().startswith(label)
    ]
    if not _CLASS.match(label):
        return same
    # A second class may be a second answer for one call: not where each has its number.
    numbers = [found.start() for found in NUMBER.finditer(text)]
    return [cut for cut in same if numbers and numbers[0] < cut <= numbers[-1]]


def parted(frame: Frame, layouts: Sequence[LabelLayout]) -> Iterator[Frame]:
    """A frame without marks in as many frames as it has records: every byte is in one.

    What has marks of its own is one record, and a file is parted before.
    """
    edges = [0, len(frame.payload)]
    cuts: list[int] = []
    if frame.framing in (Framing.GAP, Framing.LINES):
        begins = [one.begin for one in layouts if one.begin is not None]
        cuts = begun_again(frame.payload, edges, begins)
    if not cuts:
        yield frame
        return
    yield from parts(frame, sorted(cuts))
