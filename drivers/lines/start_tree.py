"""Many first lines as one regular expression, joined where they begin alike.

An alternation of sixty patterns tries all sixty at every place of a text. Here the
patterns are cut into their parts and written as a tree, so that what a place costs
depends on the different ways in which a first line may begin, and these are few.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_REPEAT = re.compile(r"(?:[*+?]|\{\d*,?\d*\})[?+]?")
_END = ""

Tree = dict[str, "Tree"]


def tree_of(patterns: Sequence[str]) -> str:
    """One pattern of all. Behind number ``n`` stands the empty group ``s<n>``."""
    tree: Tree = {}
    for number, pattern in enumerate(patterns):
        node = tree
        for part in parts_of(pattern):
            node = node.setdefault(part, {})
        node.setdefault(f"{_END}(?P<s{number}>)", {})
    return _written(tree) if tree else r"(?!)"


def parts_of(pattern: str) -> list[str]:
    """The parts of a pattern that follow each other, each with its repetition."""
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            return [f"(?:{pattern})"]  # it has two ways at its top: leave it whole
        end = _part_end(pattern, at)
        repeat = _REPEAT.match(pattern, end)
        end = repeat.end() if repeat else end
        parts.append(pattern[at:end])
        at = end
    return parts


def _part_end(pattern: str, at: int) -> int:
    """Index behind a character, an escape, a set or a group."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] == "[":
        return _set_end(pattern, at)
    if pattern[at] != "(":
        return at + 1
    depth = 0
    while at < len(pattern):
        if pattern[at] in "\\[":
            at = _part_end(pattern, at)
            continue
        depth += {"(": 1, ")": -1}.get(pattern[at], 0)
        at += 1
        if depth == 0:
            break
    return at


def _set_end(pattern: str, at: int) -> int:
    at += 2 if pattern[at + 1 : at + 2] == "^" else 1
    at += pattern[at : at + 1] == "]"  # a bracket that is first is itself
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1


def _written(node: Tree) -> str:
    ways = [part + _written(rest) for part, rest in node.items()]
    if len(ways) < 2:
        return "".join(ways)
    return "(?:" + "|".join(ways) + ")"
