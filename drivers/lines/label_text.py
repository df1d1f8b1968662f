"""A record's text on one level: line ends, marks of message parts, web mail.

Labelled text reaches a console through other programs: a pager cuts it in parts
``(Con't) 4 of 10``, mail makes web pages of it, wraps stand anywhere. Here all of
that becomes blanks and line feeds, and each character still knows its byte.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aliquot.drivers.lines.field_text import FieldText, decode_bytes

_BLOCKS = "br|p|div|tr|table|tbody|li|ul|h[1-6]|hr|body|html|head|title"
_INLINE = "td|th|b|i|u|a|span|font|strong|em|pre|small"
_ODD = re.compile(
    r"(?P<part>[ ]{0,2}(?:\r?\n|\r)?\(Con't\) \d{1,3} of \d{1,3}[ ]?(?:\r?\n|\r)?)"
    rf"|\r\n?|\n|\t|\f|(?P<block></?(?:{_BLOCKS})(?:\s[^<>]{{0,200}})?/?>)"
    rf"|(?P<inline></?(?:{_INLINE})(?:\s[^<>]{{0,200}})?/?>)"
    r"|&(?P<entity>nbsp|amp|lt|gt|quot|#39);"
    r"|(?P<control>[\x00-\x08\x0b\x0e-\x1f\x7f])",
    re.IGNORECASE,
)
_ENTITIES = {"nbsp": " ", "amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'"}
# A number with a point in it that a part's end may have cut, and what is the rest.
_CUT_LEFT = re.compile(r"(?<![\d.])[+-]?\d{1,3}\.(\d{0,5})\Z")
_CUT_RIGHT = re.compile(r"(\d{1,6})(?![\d.])")
_MOST_DECIMALS = 6


# What other systems say to each other. It has labels like ALI text and is none.
_FOREIGN = re.compile(
    r"(?:\A|\n)(?:Event|Response|Action): \w|\AAsterisk Call Manager|<\?xml"
    r"|</\w{1,40}:\w{1,40}>|\"\w{1,60}\"\s{0,8}:|\A\s{0,80}[{\[][\s{\"]| HTTP/1"
)


@dataclass(frozen=True, slots=True)
class FlatText:
    """Characters and the byte that each came from."""

    text: str
    index: Sequence[int]
    parted: bool = False  # marks of message parts were taken out
    joined: tuple[int, ...] = ()  # places where two parts of one value were joined
    damaged: bool = False  # control characters stood in it

    @property
    def foreign(self) -> bool:
        """Whether it is text of a telephone switch, a web service or the like."""
        return _FOREIGN.search(self.text) is not None

    def piece(self, begin: int, end: int) -> FieldText:
        return FieldText(self.text[begin:end], tuple(self.index[begin:end]))


def flatten(payload: bytes) -> FlatText:
    """The text of a payload."""
    plain = decode_bytes(payload)
    if _ODD.search(plain) is None:
        return FlatText(plain, range(len(plain)))
    text: list[str] = []
    index: list[int] = []
    joined: list[int] = []
    parted = damaged = False
    at = 0
    for odd in _ODD.finditer(plain):
        text.append(plain[at : odd.start()])
        index.extend(range(at, odd.start()))
        at = odd.end()
        damaged = damaged or odd["control"] is not None
        put = _instead(odd)
        if odd["part"] is not None:
            parted = True
            if _cut_in_number(plain, odd):
                joined.append(len(index))
                continue
        text.append(put)
        index.extend([odd.start()] * len(put))
    text.append(plain[at:])
    index.extend(range(at, len(plain)))
    return FlatText("".join(text), index, parted, tuple(joined), damaged)


def _instead(odd: re.Match[str]) -> str:
    if odd["entity"]:
        return _ENTITIES[odd["entity"].lower()]
    if odd["inline"] or odd["control"] or odd[0] == "\t":
        return " "
    return "\n"


def _cut_in_number(plain: str, odd: re.Match[str]) -> bool:
    """A decimal goes on behind the mark of a message part."""
    left = _CUT_LEFT.search(plain, max(odd.start() - 12, 0), odd.start())
    right = _CUT_RIGHT.match(plain, odd.end())
    if left is None or right is None or odd[0].startswith(" "):
        return False
    return len(left[1]) + len(right[1]) <= _MOST_DECIMALS
