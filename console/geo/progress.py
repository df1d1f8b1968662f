"""How far a long step is, told every second or two."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Tell = Callable[[str], None]
Item = TypeVar("Item")

EVERY_S = 2.0


def silent(_said: str) -> None:
    """For those who do not want to hear how far it is."""


def counted(
    items: Iterable[Item],
    total: int | None,
    what: str,
    tell: Tell,
    every_s: float = EVERY_S,
) -> Iterator[Item]:
    """The items; meanwhile ``what: 1,200 of 5,000`` is told when it takes long."""
    told = time.monotonic()
    of = "" if total is None else f" of {total:,}"
    for done, item in enumerate(items):
        now = time.monotonic()
        if now - told >= every_s:
            tell(f"{what}: {done:,}{of}")
            told = now
        yield item
