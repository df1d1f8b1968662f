"""Layouts of ALI records: data in TOML, one file a layout, and their meaning.

A layout describes one shape of text. The keys of a file:

``name, title, family``
    The stable name written to records, words for a person, and a free mark.
``[framing]``
    ``start``: regular expression of the first line, without the optional type
    digit and position in front, matched on bytes and of fixed length.
    ``start_bytes``: its greatest length. ``widths``: columns of each line, 0 for
    a last line of any length. ``stream_breaks``: the lines that end with a line
    end where all others run together. ``extra_lines``: lines that may follow.
    ``required_lines``: with fewer lines than this the record is cut.
``[match]``
    ``tokens``: literal texts that speak for this layout. ``no_record_found``:
    the text in line 1 that says the data base had nothing.
``[[anchor]]``
    ``line``, ``column`` and either ``text``, or ``pattern`` with ``width``: what
    must stand there. With these a text wrapped by another program is repaired.
``[quirks]``
    ``first_number``: ``callback``, or ``pani_or_callback`` where wireless calls
    have the routing number first, or ``pani`` where it always is that.
    ``second_number``: ``pani_or_own`` or ``none``.
``[[field]]``
    ``name``, ``kind``, ``pieces`` (``[line, first column, last column]``, joined
    without anything between), ``label`` (text in front of the value, taken off;
    a value without it is bad unless ``optional_label``), ``spill`` (a field that
    gets the last piece where the pieces before it are not full).

Lines count from 1, columns from 0, and a last column is inclusive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from itertools import accumulate

from aliquot.drivers.lines.api import FIELD_NAMES

ROLES = ("first_number", "second_number", "callback", "street")
LAYOUT_FOLDER = "layouts"


class LayoutError(ValueError):
    """A layout file cannot be used: which file, which key, and what to do."""

    def __init__(self, file: str, key: str, what: str) -> None:
        super().__init__(f"{file}: {key}: {what}")
        self.file = file
        self.key = key


class Kind(Enum):
    """How the text of a field becomes a value."""

    TEXT = "text"
    TELEPHONE = "telephone"
    CLASS_OF_SERVICE = "class_of_service"
    HOUSE_NUMBER = "house_number"
    SUFFIX_OR_DIRECTION = "suffix_or_direction"
    STREET = "street"
    STATE = "state"
    MONTH_DAY = "month_day"
    TIME = "time"
    DEGREES = "degrees"
    ALTITUDE = "altitude"
    METRES = "metres"
    PERCENT = "percent"
    ESN = "esn"
    DATE = "date"  # with or without a year, in the usual orders
    COMPACT_DATE = "compact_date"  # MMDDYYYY
    ADDRESS = "address"  # house number and street
    CODE = "code"  # a provider's code: capitals, digits and & without a blank
    WORD = "word"
    CLASS_WORD = "class_word"  # what stands in the place of a class
    UNIT = "unit"
    LINE = "line"
    POSITION = "position"
    TYPE_POSITION = "type_position"  # a type digit, and the position behind it
    RESPONDERS = "responders"  # what follows a class: three lines of 32 columns
    CITY_STATE = "city_state"


class FirstNumber(Enum):
    """What the number in the first line is."""

    CALLBACK = "callback"
    PANI_OR_CALLBACK = "pani_or_callback"
    PANI = "pani"  # always the routing number


class SecondNumber(Enum):
    """What the second number is."""

    PANI_OR_OWN = "pani_or_own"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Piece:
    """Columns ``first`` to ``last`` (inclusive, 0-based) of a line (1-based)."""

    line: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Where a field stands and how it is read."""

    name: str
    kind: Kind
    pieces: tuple[Piece, ...]
    label: str = ""
    optional_label: bool = False
    spill: str | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """What must stand at a column of the unbroken text."""

    at: int
    width: int
    pattern: re.Pattern[bytes]
    literal: bytes | None


@dataclass(frozen=True, slots=True)
class Layout:
    """One shape of ALI text. See the module's text for the meaning."""

    name: str
    title: str
    family: str
    start: str
    start_bytes: int
    widths: tuple[int, ...]
    stream_breaks: tuple[int, ...]
    extra_lines: int
    required_lines: int
    tokens: tuple[bytes, ...]
    no_record_found: bytes
    anchors: tuple[Anchor, ...]
    first_number: FirstNumber
    second_number: SecondNumber
    fields: tuple[FieldRule, ...]

    @property
    def starts(self) -> tuple[int, ...]:
        """Offset of each line in the unbroken text, and the whole length last."""
        return line_offsets(self.widths)

    def has(self, name: str) -> bool:
        return any(rule.name == name for rule in self.fields)


FREE_LINE = 80  # columns kept of a last line that may have any length


@cache
def line_offsets(widths: tuple[int, ...]) -> tuple[int, ...]:
    """Offsets of lines of these widths, and their sum last."""
    return tuple(accumulate((w or FREE_LINE for w in widths), initial=0))


def known_names() -> tuple[str, ...]:
    """Names a field rule may have."""
    return (*FIELD_NAMES, *ROLES)


@cache
def bundled() -> tuple[Layout, ...]:
    """The layouts of columns that come with the program, by name.

    Raises ``LayoutError``.
    """
    from aliquot.drivers.lines.layout_file import parse_layout

    return tuple(
        parse_layout(text, name)
        for name, text in layout_texts()
        if not is_labelled(text)
    )


@cache
def layout_texts() -> tuple[tuple[str, str], ...]:
    """Names and texts of all layout files that come with the program."""
    folder = files("aliquot.resources") / LAYOUT_FOLDER
    found = sorted(p.name for p in folder.iterdir() if p.name.endswith(".toml"))
    return tuple((name, (folder / name).read_text("utf-8")) for name in found)


def is_labelled(text: str) -> bool:
    """Whether a layout file is of the labelled kind, see ``label_layout``."""
    return re.search(r'^kind = "labelled"$', text, re.MULTILINE) is not None


def choose(names: tuple[str, ...]) -> tuple[Layout, ...]:
    """The named layouts of columns, or all when none is named.

    Raises ``LayoutError`` for a name that no layout of either kind has.
    """
    from aliquot.drivers.lines.label_layout import labelled

    have = {layout.name: layout for layout in bundled()}
    others = {layout.name for layout in labelled()}
    unknown = [name for name in names if name not in have and name not in others]
    if unknown:
        known = ", ".join(sorted({*have, *others}))
        raise LayoutError(unknown[0], "name", f"no such layout; there are: {known}")
    if not names:
        return tuple(have.values())
    return tuple(have[name] for name in names if name in have)
