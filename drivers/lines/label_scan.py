"""Finds the labels and the texts of layouts in a text, at one search for all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from aliquot.drivers.lines.label_layout import LabelLayout, LabelRule
from aliquot.drivers.lines.layouts import Kind
from aliquot.drivers.lines.token_tree import tree_pattern
from aliquot.drivers.lines.values import CLASSES

_MARK = re.compile(r"(?:[ ]{0,24}|[ ]?\.{2,40}[ ]?)[=:]")
_RUN = re.compile(r"(.)\1*", re.DOTALL)
_LETTER = re.compile(r"[A-Za-z_]")
_GLUED = {
    Kind.DEGREES: re.compile(r"[+-]?\d{1,3}\.\d{3,12}(?![\w.])"),
    Kind.PERCENT: re.compile(r"(?:\d{2}|0\d{2}|100)(?![\w.])"),
}
# Without its mark a height has its unit: US 19 ALT is a road.
_HEIGHT = re.compile(
    r"[ ]{1,3}[+-]?\d{1,5}(?:\.\d{1,3})? ?(?:M|FT|FEET|METERS|METRES)\b", re.IGNORECASE
)
# Words between a label and its number: ``TEL NO. 617...``, ``CALLBACK AT: (617)...``.
_TO_NUMBER = re.compile(
    r"(?:[ ./-]{0,2}(?:\(? ?(?:CELL|HOME|WORK|MOBILE|10[ -]?DIGITS?) ?\)?"
    r"|(?:UN|NOT )?VERIFIED|UNCONFIRMED|(?:NUMBER|NUM|NBR|NO|PHONE|TN|IS|AT|ON)(?![A-Z])|[12](?!\d))"
    r"){0,3}\.?[ ]{0,3}(?P<mark>\.{0,40}[:=#]|-{0,2}>|-)?(?=[ ]{0,80}\(?(?:\+?1[ .-]?\(?)?\d{3}\D)",
    re.IGNORECASE,
)
_CALLERS = frozenset(("first_number", "callback"))
# ``NO: 14`` is the number of anything.
_OF_ANYTHING = frozenset(("NO", "NO."))
_PHONE_FORM = re.compile(r"[ ]{0,3}(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)")
_SIGNED = re.compile(r" ?[+-]\d{2,3}\.\d{3,12}(?![\d.])")
# What looks like any label: a text in front of it has ended.
_LIKE_LABEL = re.compile(
    r"(?<![A-Za-z#])[A-Za-z][A-Za-z0-9#]{0,14}[ ]{0,2}[=:](?!\d\d)"
)


class TokenFinder:
    """Which of a set of texts stand in another text, small letters or capitals."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self._tokens = {token.upper() for token in tokens}
        self._pattern = re.compile(f"(?=({tree_pattern(self._tokens)}))")
        # A shorter one that begins a longer one is not met by itself.
        self._within = {
            token: frozenset(t for t in self._tokens if token.startswith(t))
            for token in self._tokens
        }

    def find(self, upper: str) -> frozenset[str]:
        """Those that are in ``upper``, which is in capitals."""
        met = {found[1] for found in self._pattern.finditer(upper)}
        return frozenset().union(*(self._within[token] for token in met))


@dataclass(frozen=True, slots=True)
class Found:
    """A label in a text: where it stands and where its value may begin."""

    rule: LabelRule
    label: str
    at: int
    end: int  # behind the label and its mark
    marked: bool


class LabelFinder:
    """Finds the labels of one layout."""

    def __init__(self, layout: LabelLayout) -> None:
        self._rules: Mapping[str, LabelRule] = {
            label.upper(): rule for rule in layout.rules for label in rule.labels
        }
        self._pattern = re.compile(tree_pattern(self._rules))
        by_length = sorted(self._rules, key=len, reverse=True)
        self._begin_with = {
            label: tuple(one for one in by_length if label.startswith(one))
            for label in self._rules
        }

    def knows(self, text: str) -> bool:
        """Whether a text, in capitals, is itself a label."""
        return text in self._rules

    def rule_of(self, text: str) -> LabelRule | None:
        """The rule that has a text, in capitals, for a label."""
        return self._rules.get(text)

    def find(self, text: str, upper: str) -> Iterator[Found]:
        """Labels from left to right; none begins within another."""
        at = 0
        while (met := self._pattern.search(upper, at)) is not None:
            found = next(self._labels(text, met), None)
            at = met.start() + 1 if found is None else max(met.end(), found.end)
            if found is not None:
                yield found

    def _labels(self, text: str, met: re.Match[str]) -> Iterator[Found]:
        """The label that was met, or a shorter one that begins it: ``TEL NOW``."""
        for label in self._begin_with[met[0]]:
            if (found := self._label(text, label, met.start())) is not None:
                yield found

    def _label(self, text: str, label: str, at: int) -> Found | None:
        before, end = text[at - 1 : at], at + len(label)
        rule = self._rules[label]
        mark = _mark(rule.sign).match(text, end)
        within = _LETTER.match(label) and before and _LETTER.match(before)
        if within and (mark is None or not _is_certain(rule, text, at, mark.end())):
            return None
        if before.isdigit() and mark is None:
            return None
        if rule.kind is Kind.DEGREES and text[max(at - 2, 0) : at].strip()[-1:] == "/":
            return None  # LAT/LON: a point follows, and no longitude
        if rule.sign:
            return Found(rule, label, at, mark.end(), True) if mark else None
        if rule.plain:
            return None if mark else Found(rule, label, at, end, False)
        if mark is not None and (
            label not in _OF_ANYTHING or _PHONE_FORM.match(text, mark.end())
        ):
            return Found(rule, label, at, mark.end(), True)
        to = _TO_NUMBER.match(text, end) if rule.name in _CALLERS else None
        if to is not None and to.end() > end and (rule.bare or to["mark"]):
            return Found(rule, label, at, to.end(), to["mark"] is not None)
        if rule.kind is Kind.ALTITUDE and _HEIGHT.match(text, end) is None:
            return None
        if label[-1:] == "#":
            return Found(rule, label, at, end, True)
        after = text[end : end + 1]
        glued = after in "+-0123456789(" and after != ""
        glued = glued and (len(label) > 2 or _is_glued(rule, text, end))
        if rule.bare and (after in " \n" or glued):
            return Found(rule, label, at, end, False)
        return None


@cache
def _mark(sign: str) -> re.Pattern[str]:
    """What stands between a label and its value."""
    if not sign:
        return _MARK
    runs = [(re.escape(run[1]), len(run[0])) for run in _RUN.finditer(sign)]
    parts = [c + (f"{{{n},40}}" if n > 1 else "") for c, n in runs]
    return re.compile("".join(parts if not sign.strip() else ["[ ]{0,3}", *parts]))


def _is_glued(rule: LabelRule, text: str, at: int) -> bool:
    """``X-111.651234``, ``CF90``: a value that makes even a short label certain."""
    pattern = _GLUED.get(rule.kind)
    return pattern is not None and pattern.match(text, at) is not None


def _is_certain(rule: LabelRule, text: str, at: int, end: int) -> bool:
    """A class stands right in front: ``RESDLOC:``; or degrees with sign and decimals
    behind: ``SECTORLAT:+046.485289``."""
    degrees = rule.kind is Kind.DEGREES and _SIGNED.match(text, end) is not None
    return degrees or text[max(at - 4, 0) : at] in CLASSES


def text_end(text: str, at: int, limit: int) -> int:
    """Where a text value that begins at ``at`` ends, at most at ``limit``."""
    end = limit
    for mark in ("\n", "  ", "|"):
        found = text.find(mark, at, end)
        end = found if found >= 0 else end
    like = _LIKE_LABEL.search(text, at, end)
    return like.start() if like else end
