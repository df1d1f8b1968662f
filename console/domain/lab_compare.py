"""What another layout does to a recording: which items are better, which worse."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from aliquot.console.domain.lab_result import (
    ItemDetail,
    ItemKind,
    LabResult,
    StripItem,
    changed,
)

MOST_LOOKS = 2000
DAMAGE = frozenset(
    ("damaged", "cut", "bad_value", "class_not_readable", "length_wrong")
)
_RANKS = {ItemKind.NOISE: 0, ItemKind.FRAME: 1}
_SAID = 2


@dataclass(frozen=True, slots=True)
class Difference:
    """Counts of the items of the later result.

    ``better``: a record where there was none, or one with more fields; ``worse`` the
    other way; ``other``: as many fields with other values. Names with how many items
    they ``appear`` in or ``vanish`` from. ``first``: index of the first one that
    differs. ``compared`` of ``differ`` were looked at in full.
    """

    same: int = 0
    better: int = 0
    worse: int = 0
    other: int = 0
    appear: tuple[tuple[str, int], ...] = ()
    vanish: tuple[tuple[str, int], ...] = ()
    alter: tuple[tuple[str, int], ...] = ()
    first: int | None = None
    first_worse: int | None = None
    differ: int = 0
    compared: int = 0


def compare(before: LabResult, after: LabResult) -> Difference:
    """Of one recording, decoded in two ways. Looks at ``MOST_LOOKS`` items at most,
    so do not call it in a thread that paints."""
    marked = changed(before, after)
    looked = marked[:MOST_LOOKS]
    judged: Counter[str] = Counter()
    names: dict[str, Counter[str]] = {k: Counter() for k in ("+", "-", "~")}
    first_worse: int | None = None
    for index in looked:
        new = after.look(index)
        said = _judge(_before(before, new.item), new, names)
        judged[said] += 1
        if said == "worse" and first_worse is None:
            first_worse = index
    return Difference(
        same=len(after.items) - len(marked),
        better=judged["better"],
        worse=judged["worse"],
        other=judged["other"],
        appear=tuple(names["+"].most_common()),
        vanish=tuple(names["-"].most_common()),
        alter=tuple(names["~"].most_common()),
        first=marked[0] if marked else None,
        first_worse=first_worse,
        differ=len(marked),
        compared=len(looked),
    )


def _before(before: LabResult, item: StripItem) -> ItemDetail | None:
    found = before.item_at_byte(item.start)
    return before.look(found.index) if found is not None else None


def _judge(
    old: ItemDetail | None, new: ItemDetail, names: dict[str, Counter[str]]
) -> str:
    had = {f.name: f.value for f in old.fields} if old is not None else {}
    has = {f.name: f.value for f in new.fields}
    names["+"].update(has.keys() - had.keys())
    names["-"].update(had.keys() - has.keys())
    names["~"].update(n for n in has.keys() & had.keys() if has[n] != had[n])
    one, other = _score(old), _score(new)
    return "other" if one == other else "better" if other > one else "worse"


def _score(detail: ItemDetail | None) -> tuple[int, int]:
    if detail is None:
        return 0, 0
    damage = len(DAMAGE.intersection(detail.item.warnings))
    return _RANKS.get(detail.item.kind, _SAID), len(detail.fields) - damage
