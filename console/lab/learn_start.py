"""The pattern by which a record's first line is known, from the samples' own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aliquot.console.lab.learn_columns import Window
from aliquot.console.lab.learn_samples import Read

_MOST = 48  # columns of the first line that are looked at
_ANY = "[ -~]"
NOT_FOUND = "NO RECORD FOUND"
_BY_KIND = {"class_of_service": "[A-Z0-9$& ]", "text": _ANY, "street": _ANY}


def pattern(samples: Sequence[Read], windows: Sequence[Window]) -> tuple[str, int]:
    """A regular expression of fixed length, and that length; ("", 0): nothing fixed."""
    length = min(min(len(s.lines[0].rstrip()) for s in samples), _MOST)
    own = [w for w in windows if w.line == 0]
    classes = [_class(n, samples, own) for n in range(length)]
    while classes and classes[-1] in (_ANY, " "):
        classes.pop()
    if all(c in (_ANY, " ") for c in classes):
        return "", 0
    return _with_not_found(classes, own)


def _with_not_found(classes: list[str], own: Sequence[Window]) -> tuple[str, int]:
    """Behind a number may also stand that the data base has nothing for it."""
    number = next((w for w in own if w.kind == "telephone"), None)
    at = number.stop if number is not None else len(classes)
    while at < len(classes) and classes[at] == " ":
        at += 1
    if number is None or at == number.stop or at >= len(classes):
        return _joined(classes), len(classes)
    pattern = f"{_joined(classes[:at])}(?:{_joined(classes[at:])}|{NOT_FOUND})"
    return pattern, max(len(classes), at + len(NOT_FOUND))


def _class(column: int, samples: Sequence[Read], own: Sequence[Window]) -> str:
    chars = {s.char(0, column) for s in samples}
    window = next((w for w in own if w.first <= column < w.stop), None)
    inside = window is not None and column >= window.first + len(window.label)
    if window is not None and inside and window.kind in _BY_KIND:
        return _BY_KIND[window.kind]
    if all(c in "0123456789" for c in chars):
        return "[0-9 ]" if _padded(column, samples) else "[0-9]"
    if len(chars) == 1 and not (inside and chars & {" "} and not _fixed(window)):
        only = chars.pop()
        return only if only in " -/:,=#" else re.escape(only)
    if all(c in "0123456789 " for c in chars):
        return "[0-9 ]"
    return _ANY


def _padded(column: int, samples: Sequence[Read]) -> bool:
    """Whether a number here has blanks beside it: others may be longer or shorter."""
    for sample in samples:
        first = last = column
        while sample.char(0, first - 1).isdigit():
            first -= 1
        while sample.char(0, last + 1).isdigit():
            last += 1
        right = sample.cut(0, last + 1, last + 3) == "  "
        if right or (first >= 2 and sample.cut(0, first - 2, first) == "  "):
            return last < len(sample.lines[0].rstrip()) - 1
    return False


def _fixed(window: Window | None) -> bool:
    """Whether every column of a field has always the same sort of character."""
    return window is not None and window.left and window.right


def _joined(classes: Sequence[str]) -> str:
    """``[0-9][0-9][0-9]`` as ``[0-9]{3}``."""
    parts: list[str] = []
    at = 0
    while at < len(classes):
        run = at
        while run < len(classes) and classes[run] == classes[at]:
            run += 1
        count = run - at
        one = classes[at]
        short = count > 2 or (count > 1 and one.startswith("["))
        parts.append(f"{one}{{{count}}}" if short else one * count)
        at = run
    return "".join(parts)
