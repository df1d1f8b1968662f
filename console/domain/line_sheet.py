"""What a window may know of a line's settings: plain values, and the lines to write.

The driver says what its options are and the profile what is set; both are put
together by the composition root, because a window imports neither.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Value = str | int | float | bool
LineMeter = Callable[[], Mapping[str, int]]
"""Of each line, how many bytes were ever read of it. Quick, from any thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSheet:
    """One option. ``kind``: ``text``, ``number``, ``flag``, ``choice`` or ``file``.

    ``value`` is what the profile says, None where it says nothing. ``own``: of the
    driver, and so under ``[lines.options]``; else a setting that every line has.
    """

    name: str
    kind: str
    default: Value
    text: str
    choices: tuple[str, ...] = ()
    value: Value | None = None
    own: bool = True

    @property
    def in_force(self) -> Value:
        return self.default if self.value is None else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSheet:
    """One line of the profile. ``problem``: why its driver or entry will not do."""

    line: str
    driver: str
    title: str
    reads: str = ""
    source: str = ""
    speaks: bool = False
    options: tuple[OptionSheet, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class LineSheets:
    """All lines. ``file`` is where settings stand; ``broken``: plug-ins that cannot
    be loaded, each with its error."""

    file: str = ""
    lines: tuple[LineSheet, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()

    def of(self, line: str) -> LineSheet | None:
        return next((sheet for sheet in self.lines if sheet.line == line), None)


def option_lines(sheet: LineSheet, option: OptionSheet, value: Value) -> str:
    """What to write into the settings, below the line's own ``[[lines]]``."""
    entry = f"{option.name} = {toml_value(value)}"
    if option.own:
        return f"[lines.options]   # below [[lines]] of {sheet.line}\n{entry}\n"
    return f"{entry}   # in [[lines]] of {sheet.line}\n"


def toml_value(value: Value) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def read_value(option: OptionSheet, typed: str) -> Value:
    """What a person typed, as a value of the option. Raises ValueError, whose text
    says what to write."""
    text = typed.strip()
    if option.kind == "flag":
        if text.lower() not in _FLAGS:
            raise ValueError("write true or false")
        return _FLAGS[text.lower()]
    if option.kind == "number":
        return _number(text)
    if option.choices and text not in option.choices:
        raise ValueError(f"write one of {', '.join(option.choices)}")
    return _quoted(text) if len(text) > 1 and text[0] == text[-1] == '"' else text


def _quoted(text: str) -> str:
    """In quotation marks a text can hold blanks at its ends, and \\r for a return."""
    try:
        return str(json.loads(text))
    except ValueError:
        raise ValueError("the text in quotation marks is not sound") from None


_FLAGS = {"true": True, "yes": True, "on": True,
          "false": False, "no": False, "off": False}  # fmt: skip


def _number(text: str) -> int | float:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    raise ValueError("write a number")
