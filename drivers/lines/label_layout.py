"""Layouts of ALI text whose values stand behind labels, or in a known order.

The second kind of layout file, beside the columns of ``layouts``. Its keys:

``kind = "labelled"``, ``name, title, family``
    As for columns.
``[match]``
    ``all``: literal texts that must all be there, each a text or a list of texts of
    which one will do. ``none``: texts that must not be there. ``needs``: fields of
    which at least one must be found. Small and capital letters are the same.
    ``begin``: a regular expression of what a record begins with at the beginning of
    a line, so that a file of many records can be cut.
``[says]``
    Warning codes, and for each the texts that say so.
``[quirks]``
    ``first_number`` and ``second_number`` as for columns, with ``pani`` besides;
    ``swap_lat_lon``: the label of one is on the other; ``west_unsigned``: west
    longitudes come without their minus; ``cut_tokens``: a wrap may stand in the
    middle of a value; ``glued_class``: text may follow a class without a blank;
    ``bids``: the text may hold several answers for one call, the last one counts;
    ``three_digit_percent``: a confidence has three digits, so fewer are cut;
    ``own_labels_only``: the usual labels of ``generic_labelled`` are not read.
``[[field]]``
    ``name``, ``labels`` (texts in front of the value, without ``=`` or ``:``),
    ``kind`` where it is not the usual one of that name, ``bare``: the value may
    follow the label after a blank alone; ``plain``: the label must not be followed
    by ``=`` or ``:``; ``sign``: what stands between label and value in place of
    them, with or without blanks round it; the same character twice or more is so
    often or more often (``..``), and blanks alone are two blanks or more.
``[[shape]]``
    ``text``: how a stretch looks, see ``label_shape``; ``required``: without it the
    text is not of this layout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from aliquot.drivers.lines.layouts import (
    FirstNumber,
    Kind,
    SecondNumber,
    is_labelled,
    layout_texts,
)

GENERIC = "generic_labelled"


@dataclass(frozen=True, slots=True)
class LabelRule:
    """A field behind a label."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    bare: bool = False
    plain: bool = False
    sign: str = ""  # in place of = or :


@dataclass(frozen=True, slots=True)
class Shape:
    """A stretch of text with fields in it."""

    number: int
    source: str
    pattern: re.Pattern[str]
    fields: tuple[tuple[str, Kind], ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Quirks:
    """What is known to be odd about a feed."""

    swap_lat_lon: bool = False
    west_unsigned: bool = False
    cut_tokens: bool = False
    glued_class: bool = False
    bids: bool = False
    three_digit_percent: bool = False
    own_labels_only: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LabelLayout:
    """One family of labelled text. See the module's text for the meaning.

    Compared by identity, so that what is made of one can be kept.
    """

    name: str
    title: str
    family: str
    all_of: tuple[tuple[str, ...], ...]
    none_of: tuple[str, ...]
    needs: tuple[str, ...]
    begin: re.Pattern[str] | None
    first_number: FirstNumber
    second_number: SecondNumber
    quirks: Quirks
    rules: tuple[LabelRule, ...]
    shapes: tuple[Shape, ...]
    says: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Fields that a record of this layout may have."""
        shaped = {name for shape in self.shapes for name, _ in shape.fields}
        return frozenset(shaped | {rule.name for rule in self.rules})

    @property
    def tokens(self) -> frozenset[str]:
        """Texts that speak for or against this layout."""
        return frozenset({*self.none_of, *(t for group in self.all_of for t in group)})

    def weight(self, found: frozenset[str]) -> int:
        """How much of what is there this layout asks for; 0 when it lacks some."""
        if not found.isdisjoint(self.none_of):
            return 0
        total = 0
        for group in self.all_of:
            there = [len(token) for token in group if token in found]
            if not there:
                return 0
            total += max(there)
        return total


@cache
def labelled() -> tuple[LabelLayout, ...]:
    """All layouts of labels that come with the program. Raises ``LayoutError``."""
    from aliquot.drivers.lines.label_file import parse_alone

    read = [
        parse_alone(text, name) for name, text in layout_texts() if is_labelled(text)
    ]
    usual = next((one for one in read if one.name == GENERIC), None)
    return tuple(with_usual(one, usual) if usual else one for one in read)


def with_usual(layout: LabelLayout, usual: LabelLayout) -> LabelLayout:
    """The layout with the usual labels besides its own, which come first."""
    if layout.quirks.own_labels_only or layout.name == GENERIC:
        return layout
    own = {label.upper() for rule in layout.rules for label in rule.labels}
    added = [
        replace(rule, labels=labels)
        for rule in usual.rules
        if (labels := tuple(one for one in rule.labels if one.upper() not in own))
    ]
    says = (*layout.says, *usual.says)
    return replace(layout, rules=(*layout.rules, *added), says=says)


@cache
def generic() -> LabelLayout:
    """What takes the labels that no other layout knows how to take."""
    return next(layout for layout in labelled() if layout.name == GENERIC)


def choose_labelled(names: tuple[str, ...]) -> tuple[LabelLayout, ...]:
    """The named layouts of labels, or all. Names of other kinds are passed over."""
    if not names:
        return labelled()
    return tuple(layout for layout in labelled() if layout.name in names)
