"""The unit of an address: cut off, and kept letter for letter as it was typed."""

from __future__ import annotations

import re

from aliquot.console.geocode.words import tokens, words

_PIECE = re.compile(r"#?[^\s#]+|#")
_ORDINAL_ENDS = ("ST", "ND", "RD", "TH")
_GLUED = re.compile(r"([A-Z]{2,})(\d+[A-Z]?)")  # APT3
_NAMED_FIRST = re.compile(
    r"""([A-Za-z]+)\.?\s*\#?\s*(?:\d[\w/-]{0,7}|\w)
        (?:\s*,\s*|\s+(?:of\s+|at\s+)?)(?=\d+\w?\s+\w|[A-Za-z]+\.?\s*\#?\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_FLOOR_FIRST = re.compile(
    r"(?:\d+(?:ST|ND|RD|TH))\s+([A-Z]+)(?:\s*,\s*|\s+(?:of\s+|at\s+)?)(?=\d+\w?\s+\w)",
    re.IGNORECASE,
)
_ALONE_FIRST = re.compile(
    r"([A-Z]+)(?:\s*,\s*|\s+(?:of\s+|at\s+)?)(?=\d+(?:\s+1/2|[\w/-]{0,6})\s+\w)",
    re.IGNORECASE,
)
_IN = re.compile(r"[\s,]+(?:in|at)(?:\s+the)?$", re.IGNORECASE)  # IN THE REAR
_LINK = re.compile(r"[\s,]+(?:(?:of|at)\s*)?$", re.IGNORECASE)


def unit_first(text: str) -> tuple[str, str | None]:
    """The text without the units in front of its number, and these: of APT 3, 150 ELM
    ST they are APT 3."""
    at = 0
    while end := _end_of_first(text, at):
        at = end
    return text[at:], _LINK.sub("", text[:at]) or None


def _end_of_first(text: str, at: int) -> int:
    """Where a unit ends that begins there; 0 for none."""
    known = words()
    for pattern, kinds in (
        (_NAMED_FIRST, known.unit_words),
        (_FLOOR_FIRST, known.floors),
        (_ALONE_FIRST, known.units_alone),
    ):
        match = pattern.match(text, at)
        if match and match[1].upper() in kinds:
            return match.end()
    return 0


def cut_unit(text: str, *, numbered: bool = False) -> tuple[str, str | None]:
    """The text without the unit at its end, and the unit.

    ``numbered``: a house number stood before the text, so that one word is enough
    for a street."""
    if "#" not in text and not any(map(_is_sign, tokens(text))):
        return text, None
    pieces = [(m.start(), tokens(m[0])) for m in _PIECE.finditer(text)]
    pieces = [(start, parts) for start, parts in pieces if parts]
    least = 1 if numbered else 2
    for at in range(len(pieces)):
        start, _ = pieces[at]
        if _begins(pieces[at:], at, least, text[start:].lstrip()[:1] == "#"):
            return _IN.sub("", text[:start].rstrip()), text[start:].strip(" ,") or None
    return text, None


def _is_sign(word: str) -> bool:
    """Whether a unit may begin with the word, or end in it."""
    known = words()
    return (
        word in known.unit_words
        or word in known.units_alone
        or word in known.floors
        or (
            (word[-1:].isdigit() or word[-2:-1].isdigit())
            and _GLUED.fullmatch(word) is not None
        )
    )


def unit_of(text: str) -> tuple[str, str | None]:
    """The same of a part that may be a unit from its first word on."""
    before = "x x "
    rest, unit = cut_unit(before + text)
    return rest[len(before) :], unit


def _begins(
    pieces: list[tuple[int, list[str]]], at: int, least: int, sign: bool
) -> bool:
    """Whether the pieces, the first of them at ``at``, are a unit."""
    known = words()
    (_, first), rest = pieces[0], pieces[1:]
    if sign:
        return True
    if not at:
        return False
    behind = [word for _, parts in rest for word in parts]
    flat = [*first, *behind]
    glued = _GLUED.fullmatch(first[0])
    if glued and glued[1] in known.unit_words:
        return True
    if first[0] in known.unit_words and len(flat) > 1 and _is_name(flat[1]):
        return True
    if at < least:
        return False
    floor = len(flat) > 1 and flat[1] in known.floors
    floor = floor and (
        len(flat) == 2 or flat[2] in known.units_alone | known.unit_words
    )
    ordinal = first[0][0].isdigit() and first[0].endswith(_ORDINAL_ENDS)
    return (floor and ordinal) or (len(flat) == 1 and flat[0] in known.units_alone)


def _is_name(word: str) -> bool:
    """Of a unit: short, or with a figure. APT 3B; not GATE OF HEAVEN RD."""
    return any(c.isdigit() for c in word) or len(word) <= 2
