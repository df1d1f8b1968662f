"""Waiting for threads to end."""

from __future__ import annotations

import threading
from collections.abc import Sequence

STOP_S = 10.0


def join(threads: Sequence[threading.Thread]) -> list[str]:
    """Wait for all within ``STOP_S`` each; names of those that did not end."""
    for thread in threads:
        thread.join(STOP_S)
    return [thread.name for thread in threads if thread.is_alive()]
