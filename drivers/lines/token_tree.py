"""Many texts as one regular expression: a tree of their letters.

So what a search costs at a place depends on how far the text there goes along the
tree, and hardly on how many texts are in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_END = ""

Tree = dict[str, "Tree"]


def tree_pattern(tokens: Iterable[str]) -> str:
    """A regular expression of the texts, longest first where one begins another."""
    tree: Tree = {}
    for token in tokens:
        node = tree
        for letter in token:
            node = node.setdefault(letter, {})
        node[_END] = {}
    return _written(tree) if tree else r"(?!)"


def _written(node: Tree) -> str:
    parts = [
        re.escape(letter) + _written(sub) for letter, sub in node.items() if letter
    ]
    if not parts:
        return ""
    body = parts[0] if len(parts) == 1 else "(?:" + "|".join(parts) + ")"
    return f"(?:{body})?" if _END in node else body
