"""Waiting for threads to end."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aliquot.console.workers.errands import Errands
    from aliquot.console.workers.gateway import Gateway
    from aliquot.console.workers.helper import Helper

STOP_S = 10.0


def join(threads: Sequence[threading.Thread]) -> list[str]:
    """Wait for all within ``STOP_S`` each; names of those that did not end."""
    for thread in threads:
        if thread.ident is not None:  # it was started
            thread.join(STOP_S)
    return [thread.name for thread in threads if thread.is_alive()]


def ended(thread: Errands | Helper | Gateway | None) -> list[str]:
    """Have it end; its name when it does not in time."""
    if thread is None:
        return []
    thread.stop()
    return join([thread])
