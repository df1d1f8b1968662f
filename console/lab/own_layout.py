"""Layout texts: read with the place of what is wrong, and the bundled ones as text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from aliquot.console.domain.lab import LayoutName, LayoutProblem
from aliquot.console.problems import in_words
from aliquot.drivers.lines.ali_own import AnyLayout, parse_any
from aliquot.drivers.lines.label_layout import labelled
from aliquot.drivers.lines.layouts import (
    LayoutError,
    bundled,
    layout_texts,
)

_TOML_AT = re.compile(r"\(at line (\d+), column \d+\)")
_STEP = re.compile(r"([A-Za-z_]+)(?:\[(\d+)\])?")
_HEADING = re.compile(r"\s*(\[\[?)\s*([A-Za-z_][\w.]*)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z_]\w*)\s*=")


def from_file(name: str) -> AnyLayout:
    """The layout in a file. Raises ``LayoutError``, that the file is unreadable too."""
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        raise LayoutError(name, "file", f"cannot be read: {in_words(why)}") from None
    if not text.strip():
        raise LayoutError(name, "file", "is empty; it was to hold a layout")
    return parse_any(text, name)


def read(text: str, file: str = "layout") -> AnyLayout | LayoutProblem:
    """The layout in a text, or what is wrong with it and where."""
    try:
        return parse_any(text, file)
    except LayoutError as why:
        said = str(why).removeprefix(f"{why.file}: ")
        return LayoutProblem(said, why.key, line_of(text, why.key, said))
    except RecursionError:
        return LayoutProblem("The text is nested too deeply. Is it a layout?")


def line_of(text: str, key: str, said: str) -> int | None:
    """The line, from 1, that an error is about; None where it is about none."""
    if at := _TOML_AT.search(said):
        return int(at[1])
    table, _, last = key.rpartition(".")
    step = _STEP.fullmatch(table or key)
    if not table and (step is None or step[2] is None):
        return _line_in(text, "", None, key) or _heading(text, key, 0)
    if step is None:
        return None
    number = int(step[2]) if step[2] else None
    found = _line_in(text, step[1], number, last) if table else None
    return found or _heading(text, step[1], number or 0)


def _line_in(text: str, table: str, number: int | None, key: str) -> int | None:
    here, seen = "", -1
    for at, line in enumerate(text.splitlines(), 1):
        if heading := _HEADING.match(line):
            here = heading[2]
            seen += here == table
        elif (here == table and seen >= 0) or here == table == "":
            inside = number is None or seen == number
            if inside and (found := _KEY.match(line)) and found[1] == key:
                return at
    return None


def _heading(text: str, table: str, number: int) -> int | None:
    seen = -1
    for at, line in enumerate(text.splitlines(), 1):
        if (heading := _HEADING.match(line)) and heading[2] == table:
            seen += 1
            if seen == number:
                return at
    return None


def names() -> tuple[LayoutName, ...]:
    """The bundled layouts, by name."""
    _texts()  # takes long once, and is wanted next
    layouts: list[AnyLayout] = [*bundled(), *labelled()]
    every = sorted(layouts, key=lambda layout: layout.name)
    return tuple(LayoutName(x.name, x.title, x.family) for x in every)


def text_of(name: str) -> str:
    """TOML of a bundled layout. KeyError: there is none of that name."""
    return _texts()[name]


@cache
def _texts() -> dict[str, str]:
    return {parse_any(text, file).name: text for file, text in layout_texts()}


__all__ = ["from_file", "names", "parse_any", "read", "text_of"]
