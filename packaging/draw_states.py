"""Draws `docs/states.md` and `docs/release-states.md` from the tables of states;
`--check` only compares.

python packaging/draw_states.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from aliquot.console.domain import calls, incidents, tree_change, units
from aliquot.console.release import states as release_states

TARGET = Path(__file__).resolve().parents[1] / "docs" / "states.md"

_HEAD = """# States

Made by `packaging/draw_states.py` from the tables in `console/domain`; do not edit.
A row is the state something is in, a column what happens, a cell the state that
follows. `–` is refused. In the drawings what changes nothing is left out.
"""

_TABLES: tuple[tuple[str, str, Mapping[Any, Mapping[Any, Any]]], ...] = (
    (
        "A call",
        "What a line says of it. An ALI record says nothing about ringing.",
        calls.TRANSITIONS,
    ),
    ("An incident", "What happens to it.", incidents.TRANSITIONS),
    ("A unit", "The status that is ordered.", units.TRANSITIONS),
    (
        "A change of the place tree",
        "Asked for by one owner, activated by the signature of a second.",
        tree_change.TRANSITIONS,
    ),
)


RELEASE_TARGET = TARGET.with_name("release-states.md")

_RELEASE_HEAD = """# States of a release

Made by `packaging/draw_states.py` from `console/release/states.py`; do not edit. A row
is the state a release is in, a column what happens, a cell the state that follows.
`–` is refused. In the drawing what changes nothing is left out.

A release leaves by one way only: proposed, approved by a second person, embargoed,
sent. *Changed* is that type, place, policy or tree are no longer what was signed;
*barred* that the incident may not leave any more, for instance because its type became
one of class never. What was sent is never taken back into an open state: a retraction
corrects, it does not erase.
"""


def draw_release() -> str:
    table = release_states.TRANSITIONS
    return f"{_RELEASE_HEAD}\n{_grid(table)}\n\n{_drawing(table)}\n"


def draw() -> str:
    parts = [_HEAD]
    for title, about, table in _TABLES:
        parts.append(f"## {title}\n\n{about}\n\n{_grid(table)}\n\n{_drawing(table)}\n")
    return "\n".join(parts)


def _grid(table: Mapping[Any, Mapping[Any, Any]]) -> str:
    events = list(next(iter(table.values())))
    rows = [["", *(e.value for e in events)], ["---"] * (len(events) + 1)]
    rows += [
        [f"**{state.value}**", *(_cell(table[state][e]) for e in events)]
        for state in table
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(reached: Enum | None) -> str:
    return "–" if reached is None else str(reached.value)


def _drawing(table: Mapping[Any, Mapping[Any, Any]]) -> str:
    arrows: dict[tuple[str, str], list[str]] = {}
    for state, row in table.items():
        for event, reached in row.items():
            if reached is not None and reached is not state:
                arrows.setdefault((state.value, reached.value), []).append(event.value)
    lines = [f"    {a} --> {b}: {', '.join(e)}" for (a, b), e in arrows.items()]
    return "\n".join(("```mermaid", "stateDiagram-v2", *lines, "```"))


def main() -> int:
    pages = {TARGET: draw(), RELEASE_TARGET: draw_release()}
    if "--check" not in sys.argv[1:]:
        for page, text in pages.items():
            page.write_text(text, encoding="utf-8")
        return 0
    old = [page for page, text in pages.items() if _read(page) != text]
    for page in old:
        print(f"docs/{page.name} is not current: run packaging/draw_states.py")
    return 1 if old else 0


def _read(page: Path) -> str:
    return page.read_text(encoding="utf-8") if page.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
