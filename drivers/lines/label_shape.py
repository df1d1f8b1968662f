"""How a stretch of text looks, written nearly as it looks.

``<name>``
    a field, read as that name's usual kind; ``<name:kind>`` with another one
``<name={one|other}>``
    a field that is one of these texts
``<@name>...</>``
    a field of all that stands between
``<name|;>`` and ``<_|;>``
    a field, or what is none, of all up to the next ``;`` of the line, also of nothing;
    any other character will do as well
``<_:kind>`` and ``_``
    a value of that kind, or a word, that is no field
``[...]``
    may lack
``{one|other}``
    one of these texts
a blank
    one blank or line end, or many
``~``
    none or many of them
``^`` and ``$``
    the beginning and the end of a line
``%``
    the beginning of a word
``|``
    the border of a column: two blanks, or a line end
``...``
    anything up to 60 characters of a line
``\\``
    in front of any of these: the character itself

All else is itself, in small or capital letters. Every repetition is bounded, so that
a search costs time linear in the text.
"""

from __future__ import annotations

import re

from aliquot.drivers.lines.label_values import default_kind, pattern_of
from aliquot.drivers.lines.layouts import Kind

_PART = re.compile(
    r"<(?P<name>[a-z_]+)(?::(?P<kind>[a-z_]+)|=\{(?P<of>[^{}]*)\}"
    r"|\|(?P<until>[^>\n]))?>"
    r"|<@(?P<open>[a-z_]+)>|(?P<close></>)|"
    r"\{(?P<choice>[^{}]*)\}|(?P<any>\.\.\.)|\\(?P<escaped>.)"
    r"|(?P<blank>[ \n]+)|(?P<sign>[~^$%|_\[\]])|(?P<literal>.)"
)
_SIGNS = {
    "~": r"[ \n]{0,40}+",
    "^": r"(?:^|(?<=\n))[ ]{0,40}+",
    "$": r"(?=[ ]{0,80}+(?:\n|\Z))",
    "|": r"(?:[ ]{2,80}+|[ ]{0,40}+\n[ ]{0,40}+)",
    "%": r"(?<![A-Za-z0-9])",
    "[": "(?:",
    "]": ")?",
    "_": r"[^\s|]{1,24}",
}


_BAR = re.compile(r"(?<!\\)\|")
_NO_FIELD = "_"


class ShapeError(ValueError):
    """A shape cannot be read; the text says why."""


def compile_shape(
    text: str, glued_class: bool
) -> tuple[re.Pattern[str], tuple[tuple[str, Kind], ...]]:
    """The pattern of a shape, and its fields. Raises ``ShapeError``."""
    out: list[str] = []
    fields: list[tuple[str, Kind]] = []
    for part in _PART.finditer(text):
        name = part["name"] or part["open"]
        if not name:
            out.append(_plain(part))
            continue
        kind = _kind(name, part["kind"])
        if (part["open"] or part["of"]) and kind is not Kind.STREET:
            kind = Kind.TEXT
        group = "(?:" if name == _NO_FIELD else f"(?P<{name}>"
        if name != _NO_FIELD:
            fields.append((name, kind))
        if part["until"]:
            out.append(f"{group}[^{re.escape(part['until'])}\\n]{{0,240}}+)")
        elif part["open"]:
            out.append(group)
        elif part["of"]:
            out.append(group + _choice(part["of"]) + ")")
        else:
            out.append(group + pattern_of(kind, glued_class) + ")")
    if not fields:
        raise ShapeError("it has no <field>")
    try:
        return re.compile("".join(out)), tuple(fields)
    except re.error as bad:
        raise ShapeError(str(bad)) from None


def _kind(name: str, kind: str | None) -> Kind:
    if kind is None:
        return default_kind(name)
    try:
        return Kind(kind)
    except ValueError:
        raise ShapeError(f"there is no kind {kind}") from None


def _plain(part: re.Match[str]) -> str:
    if part["choice"] is not None:
        return "(?:" + _choice(part["choice"]) + ")"
    if part["close"]:
        return ")"
    if part["any"]:
        return r"[^\n]{0,60}?"
    if part["blank"]:
        return r"[ \n]{1,80}+"
    if part["sign"]:
        return _SIGNS[part["sign"]]
    return _literal(part["escaped"] or part["literal"])


def _choice(texts: str) -> str:
    each = _BAR.split(texts)
    return "|".join(
        _literal(one.replace("\\n", "\n").replace("\\|", "|")) for one in each
    )


def _literal(text: str) -> str:
    return "".join(
        r"[ \n]{1,40}+" if c == " " else f"(?i:{re.escape(c)})" for c in text
    )
